/* rule_list - the learning rules, one file each. */
#ifndef SALTUS_PLASTICITY_RULE_LIST_H
#define SALTUS_PLASTICITY_RULE_LIST_H

#include "models/plasticity/rule.h"

extern const plastic_rule sl_plastic_oja;
extern const plastic_rule sl_plastic_post_triggered;
extern const plastic_rule sl_plastic_stdp;
extern const plastic_rule sl_plastic_triplet;
extern const plastic_rule sl_plastic_vogels;

#endif /* SALTUS_PLASTICITY_RULE_LIST_H */
