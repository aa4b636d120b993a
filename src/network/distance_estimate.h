/* distance_estimate - how many synapses the rule `distance` is going to make. */
#ifndef SALTUS_DISTANCE_ESTIMATE_H
#define SALTUS_DISTANCE_ESTIMATE_H

#include "network/connection_rule.h"

/* The distance beyond which a profile is 0; INFINITY: nowhere. */
double sl_distance_reach(const saltus_distance_profile *profile);

/* Mean plus `deviations` standard deviations, as connection_rule.synapses. */
uint64_t sl_distance_estimate(const rule_plan *plan, double deviations);

#endif /* SALTUS_DISTANCE_ESTIMATE_H */
