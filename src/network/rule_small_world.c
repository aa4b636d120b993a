/* rule_small_world - small_world: a ring of one population, each synapse rewired with probability
 * p.
 *
 * Watts & Strogatz (1998) rewire edges without direction and without making an edge twice. Here
 * edges have one: target t has the k sources nearest to it, k / 2 on each side, and with
 * probability p each of these, nearest first, is replaced by a source that is chosen uniformly from
 * those that are neither t nor a source of t at that moment. So a unit is a target, and all
 * in-degrees are k; there are neither autapses nor multapses.
 *
 * Sources are kept as offsets t + 1, t + 2, ... round the ring. There are always N - 1 - k free
 * ones; place r of their list holds k / 2 + 1 + r until it is taken, after that the offset that was
 * given up for it. The scratch has only what has changed, so a unit costs O(k) and no draw is in
 * vain.
 */
#include "network/connection_rule.h"
#include "network/word_reader.h"

static uint64_t synapses(const rule_plan *plan, double deviations)
{
    (void)deviations;
    return (uint64_t)plan->spec->small_world.neighbours * plan->target_size;
}

/* What is free, and which places have changed. */
static size_t scratch_bytes(const rule_plan *plan)
{
    return (size_t)plan->target_size * sizeof(uint32_t);
}

/* Offset of the j-th source before rewiring: 1, N - 1, 2, N - 2, ... */
static uint32_t ring_offset(uint32_t j, uint32_t n)
{
    const uint32_t distance = j / 2 + 1;
    return j % 2 == 0 ? distance : n - distance;
}

static void draw(const rule_plan *plan, uint32_t unit, void *scratch, pair_sink *sink)
{
    const uint32_t n = plan->target_size;
    const uint32_t k = plan->spec->small_world.neighbours;
    const double p = plan->spec->small_world.rewiring;
    const uint32_t free_count = n - 1 - k;
    uint32_t *given_up = scratch; /* [free_count] 0: the place is as it was */
    uint32_t *changed = given_up + free_count;
    uint32_t changed_count = 0;
    const random_stream stream = rule_stream(plan, RANDOM_CONNECT, unit);
    word_reader reader;
    sl_word_reader_start(&reader, &stream, k + (uint64_t)(p * k));
    for (uint32_t j = 0; j < k; j++) {
        uint32_t offset = ring_offset(j, n);
        if (free_count > 0 && word_reader_uniform(&reader) < p) {
            const uint32_t place = word_reader_below(&reader, free_count);
            const uint32_t taken = given_up[place] > 0 ? given_up[place] : k / 2 + 1 + place;
            given_up[place] = offset;
            changed[changed_count++] = place;
            offset = taken;
        }
        pair_sink_put(sink, (uint32_t)(((uint64_t)unit + offset) % n), unit);
    }
    for (uint32_t i = 0; i < changed_count; i++) {
        given_up[changed[i]] = 0;
        changed[i] = 0;
    }
}

const connection_rule sl_rule_small_world = {
    .unit = RULE_UNIT_TARGET, .synapses = synapses, .scratch_bytes = scratch_bytes, .draw = draw};
