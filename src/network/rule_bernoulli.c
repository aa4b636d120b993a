/* rule_bernoulli - pairwise_bernoulli: every ordered pair independently with one probability.
 *
 * An autapse that is not allowed is dropped, which leaves the other pairs as they are.
 */
#include "network/bernoulli_draw.h"

static uint64_t synapses(const rule_plan *plan, double deviations)
{
    const double p = plan->spec->probability;
    const uint64_t pairs = (uint64_t)(plan->source_size - plan->skip_self) * plan->target_size;
    const double mean = p * (double)pairs;
    return sl_random_synapses(mean, mean * (1 - p), pairs, deviations);
}

static void draw(const rule_plan *plan, uint32_t unit, void *scratch, pair_sink *sink)
{
    (void)scratch;
    const double p = plan->spec->probability;
    const random_stream stream = rule_stream(plan, RANDOM_CONNECT, unit);
    word_reader reader;
    sl_word_reader_start(&reader, &stream, (uint64_t)(p * plan->source_size) + 2);
    sl_bernoulli_draw(plan, unit, (source_range){0, plan->source_size}, p, &reader, sink);
}

const connection_rule sl_rule_bernoulli = {
    .unit = RULE_UNIT_TARGET, .synapses = synapses, .draw = draw};
