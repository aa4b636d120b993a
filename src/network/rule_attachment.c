/* rule_attachment - scale_free with m: preferential attachment.
 *
 * Barabasi & Albert (1999). Neurons 0 to m form a complete graph; each later one brings m edges to
 * different neurons that are there, each with a probability in proportion to its edges before the
 * newcomer came. Their number of edges then has the law P(k) = 2 m (m + 1) / (k (k + 1) (k + 2)).
 *
 * Each choice depends on all before it, so all edges are drawn beforehand, by one thread, from the
 * one stream at (seed, RANDOM_CONNECT, projection, 0): an end of an edge that is chosen uniformly
 * is a neuron in proportion to its edges, and one that the newcomer has already is drawn again. The
 * list of edges costs 8 bytes an edge while the network is built; chunks of it are the units.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "network/connection_rule.h"

static uint64_t edges(const rule_plan *plan)
{
    const uint64_t m = plan->spec->scale_free.attachment;
    return m * (m + 1) / 2 + m * (plan->target_size - m - 1);
}

/* Synapses an edge. */
static uint32_t ways(const rule_plan *plan)
{
    return plan->spec->scale_free.degrees == SALTUS_DEGREES_BOTH ? 2 : 1;
}

static uint64_t synapses(const rule_plan *plan, double deviations)
{
    (void)deviations;
    return edges(plan) * ways(plan);
}

/* The list of edges, and the last newcomer to choose each neuron. */
static uint64_t prepare_bytes(const rule_plan *plan)
{
    return (2 * edges(plan) + plan->target_size) * sizeof(uint32_t);
}

static saltus_status prepare(rule_plan *plan, saltus_error *error)
{
    const uint32_t n = plan->target_size;
    const uint32_t m = plan->spec->scale_free.attachment;
    uint32_t *end = sl_memory_array(edges(plan), 2 * sizeof *end); /* younger, older, ... */
    uint32_t *chosen_by = sl_memory_zeroed(n, sizeof *chosen_by);
    if (end == NULL || chosen_by == NULL) {
        free(end);
        free(chosen_by);
        return sl_fail_memory(error);
    }
    uint64_t ends = 0;
    for (uint32_t younger = 1; younger <= m; younger++) {
        for (uint32_t older = 0; older < younger; older++) {
            end[ends++] = younger;
            end[ends++] = older;
        }
    }
    random_stream stream = rule_stream(plan, RANDOM_CONNECT, 0);
    for (uint32_t newcomer = m + 1; newcomer < n; newcomer++) {
        const uint64_t before = ends;
        while (ends < before + 2 * (uint64_t)m) {
            const uint32_t older = end[sl_random_below(&stream, before)];
            if (chosen_by[older] != newcomer) {
                chosen_by[older] = newcomer;
                end[ends++] = newcomer;
                end[ends++] = older;
            }
        }
    }
    free(chosen_by);
    plan->prepared = end;
    return SALTUS_OK;
}

static void draw(const rule_plan *plan, uint32_t unit, void *scratch, pair_sink *sink)
{
    (void)scratch;
    const uint32_t *end = plan->prepared;
    const saltus_degree_side degrees = plan->spec->scale_free.degrees;
    const uint32_t each = ways(plan);
    const uint64_t from = (uint64_t)unit * RULE_CHUNK_SYNAPSES;
    const uint64_t left = edges(plan) * each - from;
    const uint64_t to = from + (left < RULE_CHUNK_SYNAPSES ? left : RULE_CHUNK_SYNAPSES);
    for (uint64_t i = from; i < to; i++) {
        const uint32_t younger = end[i / each * 2];
        const uint32_t older = end[i / each * 2 + 1];
        const bool outward =
            degrees == SALTUS_DEGREES_OUT || (degrees == SALTUS_DEGREES_BOTH && i % 2 == 1);
        pair_sink_put(sink, outward ? older : younger, outward ? younger : older);
    }
}

const connection_rule sl_rule_attachment = {.unit = RULE_UNIT_CHUNK,
                                            .synapses = synapses,
                                            .prepare = prepare,
                                            .prepare_bytes = prepare_bytes,
                                            .draw = draw};
