/* rule_parts - see rule_parts.h. */
#include "models/plasticity/rule_parts.h"

const char *const sl_rule_pairings[] = {"all_to_all", "nearest", "pre_centred", "restricted", NULL};
const char *const sl_rule_simple_pairings[] = {"all_to_all", "nearest", NULL};

void sl_rule_bounds(const double *value, plastic_bounds *bounds, bool *negative)
{
    *negative = value[W_MAX] < 0;
    bounds->low = fabs(value[W_MIN]);
    bounds->high = fabs(value[W_MAX]);
}

const char *sl_rule_check(const double *value)
{
    if (value[W_MAX] * value[W_MIN] < 0 || !(fabs(value[W_MIN]) < fabs(value[W_MAX]))) {
        return "w_min must lie between 0 and w_max";
    }
    return NULL;
}
