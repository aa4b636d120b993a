/* bernoulli_draw - sources that each connect to one target with the same probability. */
#ifndef SALTUS_BERNOULLI_DRAW_H
#define SALTUS_BERNOULLI_DRAW_H

#include <math.h>

#include "base/exact_math.h"
#include "network/connection_rule.h"
#include "network/word_reader.h"

/* Sources [first, first + count). */
typedef struct source_range {
    uint32_t first, count;
} source_range;

/* Put the pairs of `target` and the sources of the range that connect with probability p; an
 * autapse that is not allowed is dropped. */
void sl_bernoulli_draw(const rule_plan *plan, uint32_t target, source_range range, double p,
                       word_reader *reader, pair_sink *sink);

/* log(1 - p) for 0 < p < 1, without the loss for small p. */
double sl_log_one_minus(double p);

/* How many are passed over before the next one that connects; log_q is log(1 - p). */
static inline double bernoulli_gap(word_reader *reader, double log_q)
{
    return floor(sl_log(word_reader_uniform(reader)) / log_q);
}

/* Mean plus `deviations` standard deviations of a random number of synapses, rounded up, from 0 to
 * `most`. */
uint64_t sl_random_synapses(double mean, double variance, uint64_t most, double deviations);

#endif /* SALTUS_BERNOULLI_DRAW_H */
