/* rule_bernoulli - pairwise_bernoulli: every ordered pair independently with one probability.
 *
 * For each target the sources that connect are found by their gaps, which are geometric:
 * floor(log(u) / log(1 - p)). That is the exact law up to the 53 bits of u, and costs a logarithm
 * a synapse instead of a draw a pair. An autapse that is not allowed is dropped, which leaves the
 * other pairs as they are.
 */
#include <math.h>

#include "base/exact_math.h"
#include "network/connection_rule.h"
#include "network/word_reader.h"

static saltus_status check(const rule_plan *plan, saltus_error *error)
{
    (void)plan;
    (void)error;
    return SALTUS_OK;
}

static uint64_t synapses(const rule_plan *plan, double deviations)
{
    const double p = plan->spec->probability;
    const uint64_t pairs = (uint64_t)(plan->source_size - plan->skip_self) * plan->target_size;
    if (p <= 0) {
        return 0;
    }
    const double mean = p * (double)pairs;
    const double bound = ceil(mean + deviations * sqrt(mean * (1 - p)));
    if (bound <= 0) {
        return 0;
    }
    return p >= 1 || bound >= (double)pairs ? pairs : (uint64_t)bound;
}

/* log(1 - p) for 0 < p < 1, without the loss for small p: the error of 1 - p is divided out. */
static double log_one_minus(double p)
{
    const double q = 1 - p;
    return q == 1 ? -p : sl_log(q) * (p / (1 - q));
}

static void draw(const rule_plan *plan, uint32_t unit, void *scratch, pair_sink *sink)
{
    (void)scratch;
    const double p = plan->spec->probability;
    const uint32_t n = plan->source_size;
    const uint32_t self = plan->skip_self ? unit : UINT32_MAX;
    if (p <= 0) {
        return;
    }
    if (p >= 1) {
        sl_rule_all_to_all.draw(plan, unit, scratch, sink);
        return;
    }
    const random_stream stream = rule_stream(plan, RANDOM_CONNECT, unit);
    word_reader reader;
    sl_word_reader_start(&reader, &stream, (uint64_t)(p * n) + 2);
    const double log_q = log_one_minus(p);
    /* `next` stays below 2^32 + 1, so that comparing in doubles is exact. */
    for (uint64_t next = 0; next < n; next++) {
        const double gap = floor(sl_log(word_reader_uniform(&reader)) / log_q);
        if (gap >= (double)(n - next)) {
            return;
        }
        next += (uint64_t)gap;
        if (next != self) {
            pair_sink_put(sink, (uint32_t)next, unit);
        }
    }
}

const connection_rule sl_rule_bernoulli = {
    .unit = RULE_UNIT_TARGET, .check = check, .synapses = synapses, .draw = draw};
