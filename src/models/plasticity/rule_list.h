/* rule_list - the learning rules: a file each, and a line here. */
#ifndef SALTUS_PLASTICITY_RULE_LIST_H
#define SALTUS_PLASTICITY_RULE_LIST_H

#include "models/plasticity/rule.h"

/* In the order in which they are listed to users. sl_plastic_NAME is in NAME.c. */
#define PLASTIC_RULES(RULE)                                                                        \
    RULE(stdp)                                                                                     \
    RULE(triplet)                                                                                  \
    RULE(vogels)                                                                                   \
    RULE(oja)                                                                                      \
    RULE(post_triggered)                                                                           \
    RULE(reward_stdp)

/* Rules that a build adds: tests do so with -D'PLASTIC_RULES_ADDED(RULE)=RULE(mine)'. */
#ifndef PLASTIC_RULES_ADDED
#define PLASTIC_RULES_ADDED(RULE)
#endif

#define RULE_DECLARED(name) extern const plastic_rule sl_plastic_##name;
PLASTIC_RULES(RULE_DECLARED)
PLASTIC_RULES_ADDED(RULE_DECLARED)
#undef RULE_DECLARED

#endif /* SALTUS_PLASTICITY_RULE_LIST_H */
