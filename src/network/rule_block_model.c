/* rule_block_model - block_model: every ordered pair independently, with a probability that depends
 * on the blocks of its ends.
 *
 * A unit is a target. The sources of each block are drawn in turn from its stream, by gaps
 * (bernoulli_draw).
 */
#include "network/bernoulli_draw.h"

/* Probability from block `from` to block `to`. */
static double probability(const saltus_block_model_spec *blocks, size_t from, size_t to)
{
    return blocks->probabilities[from * blocks->count + to];
}

static uint64_t synapses(const rule_plan *plan, double deviations)
{
    const saltus_block_model_spec *blocks = &plan->spec->block_model;
    const uint64_t all = (uint64_t)(plan->source_size - plan->skip_self) * plan->target_size;
    double mean = 0;
    double variance = 0;
    for (size_t from = 0; from < blocks->count; from++) {
        for (size_t to = 0; to < blocks->count; to++) {
            const uint32_t others = blocks->sizes[from] - (from == to && plan->skip_self);
            const double pairs = (double)others * (double)blocks->sizes[to];
            const double p = probability(blocks, from, to);
            mean += pairs * p;
            variance += pairs * p * (1 - p);
        }
    }
    return sl_random_synapses(mean, variance, all, deviations);
}

static size_t block_of(const saltus_block_model_spec *blocks, uint32_t neuron)
{
    size_t block = 0;
    uint32_t end = blocks->sizes[0];
    while (neuron >= end) {
        end += blocks->sizes[++block];
    }
    return block;
}

static void draw(const rule_plan *plan, uint32_t unit, void *scratch, pair_sink *sink)
{
    (void)scratch;
    const saltus_block_model_spec *blocks = &plan->spec->block_model;
    const size_t to = block_of(blocks, unit);
    double expected = 0;
    for (size_t from = 0; from < blocks->count; from++) {
        expected += probability(blocks, from, to) * blocks->sizes[from] + 1;
    }
    const random_stream stream = rule_stream(plan, RANDOM_CONNECT, unit);
    word_reader reader;
    sl_word_reader_start(&reader, &stream, (uint64_t)expected + 1);
    source_range range = {0, 0};
    for (size_t from = 0; from < blocks->count; from++) {
        range.count = blocks->sizes[from];
        sl_bernoulli_draw(plan, unit, range, probability(blocks, from, to), &reader, sink);
        range.first += range.count;
    }
}

const connection_rule sl_rule_block_model = {
    .unit = RULE_UNIT_TARGET, .synapses = synapses, .draw = draw};
