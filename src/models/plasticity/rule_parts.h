/* rule_parts - what learning rules share: rows of their parameter tables, bounds, powers. */
#ifndef SALTUS_PLASTICITY_RULE_PARTS_H
#define SALTUS_PLASTICITY_RULE_PARTS_H

#include <math.h>

#include "base/exact_math.h"
#include "models/plasticity/rule.h"

/* The default of a parameter that has none. */
#define RULE_MUST_BE_GIVEN ((double)NAN)

/* Places of the values that all rules have; a rule's own ones follow. */
enum { W_MAX, W_MIN, RULE_OWN };

/* Rows of `parameters`. */
#define RULE_TIME(name, ms, meaning)                                                               \
    {                                                                                              \
        name, SALTUS_PARAMETER_TIME, ms, 1e-6, 4.5e7, NULL, meaning                                \
    }
#define RULE_SIZE(name, size, meaning)                                                             \
    {                                                                                              \
        name, SALTUS_PARAMETER_NUMBER, size, -1e6, 1e6, NULL, meaning                              \
    }
#define RULE_EXPONENT(name, exponent, meaning)                                                     \
    {                                                                                              \
        name, SALTUS_PARAMETER_NUMBER, exponent, 0, 10, NULL, meaning                              \
    }
#define RULE_WORD(name, word, words, last, meaning)                                                \
    {                                                                                              \
        name, SALTUS_PARAMETER_WORD, word, 0, last, words, meaning                                 \
    }
/* The pairing schemes up to `last`, a plastic_pairing. */
#define RULE_PAIRING(words, last)                                                                  \
    RULE_WORD("pairing", PAIRING_ALL_TO_ALL, words, last, "which pairs of spikes count")
/* The first two rows of every table. */
#define RULE_BOUNDS                                                                                \
    {"w_max",                                                                                      \
     SALTUS_PARAMETER_VOLTAGE,                                                                     \
     RULE_MUST_BE_GIVEN,                                                                           \
     -1e12,                                                                                        \
     1e12,                                                                                         \
     NULL,                                                                                         \
     "largest weight; negative for inhibitory synapses"},                                          \
    {                                                                                              \
        "w_min", SALTUS_PARAMETER_VOLTAGE, 0, -1e12, 1e12, NULL,                                   \
            "smallest weight, of the same sign"                                                    \
    }
#define RULE_END                                                                                   \
    {                                                                                              \
        NULL, 0, 0, 0, 0, NULL, NULL                                                               \
    }

/* Words of `pairing`, in the order of plastic_pairing: all four; those that need no trace to be
 * reset by the other side's spikes. */
extern const char *const sl_rule_pairings[];
extern const char *const sl_rule_simple_pairings[];

/* `bounds` and `check` of a rule with nothing but w_max and w_min to check. */
void sl_rule_bounds(const double *value, plastic_bounds *bounds, bool *negative);
const char *sl_rule_check(const double *value);

/* x^mu; 0 for x <= 0, 1 for mu = 0 whatever x is. */
static inline double rule_power(double x, double mu)
{
    if (mu == 0) {
        return 1;
    }
    return x > 0 ? sl_exp(mu * sl_log(x)) : 0;
}

#endif /* SALTUS_PLASTICITY_RULE_PARTS_H */
