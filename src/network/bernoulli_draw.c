/* bernoulli_draw - by gaps, which are geometric: floor(log(u) / log(1 - p)). That is the exact law
 * up to the 53 bits of u, and costs a logarithm a synapse instead of a draw a pair.
 */
#include "network/bernoulli_draw.h"

double sl_log_one_minus(double p)
{
    /* The error of 1 - p is divided out. */
    const double q = 1 - p;
    return q == 1 ? -p : sl_log(q) * (p / (1 - q));
}

void sl_bernoulli_draw(const rule_plan *plan, uint32_t target, source_range range, double p,
                       word_reader *reader, pair_sink *sink)
{
    const uint64_t end = (uint64_t)range.first + range.count;
    const uint32_t self = plan->skip_self ? target : UINT32_MAX;
    if (p <= 0) {
        return;
    }
    const double log_q = p < 1 ? sl_log_one_minus(p) : 0;
    /* `next` stays below 2^32 + 1, so that comparing in doubles is exact. */
    for (uint64_t next = range.first; next < end; next++) {
        const double gap = p < 1 ? bernoulli_gap(reader, log_q) : 0;
        if (gap >= (double)(end - next)) {
            return;
        }
        next += (uint64_t)gap;
        if (next != self) {
            pair_sink_put(sink, (uint32_t)next, target);
        }
    }
}

uint64_t sl_random_synapses(double mean, double variance, uint64_t most, double deviations)
{
    const double bound = ceil(mean + deviations * sqrt(fmax(variance, 0)));
    if (bound <= 0) {
        return 0;
    }
    return bound >= (double)most ? most : (uint64_t)bound;
}
