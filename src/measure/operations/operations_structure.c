/* operations_structure - what the synapses of a projection are: connected pairs, bytes.
 *
 * A row is ordered by (delay, target), so synapses of one pair need not lie side by side. A mark a
 * neuron of the block tells whether the row has met it: the block's targets are few enough for the
 * marks to stay in the cache.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "measure/operations/operations_parts.h"

static bool is_zero(const projection *p, const fan_out *rows, uint32_t i)
{
    if (rows->weight_d != NULL) {
        return rows->weight_d[i] == 0;
    }
    return rows->weight_f != NULL ? rows->weight_f[i] == 0 : p->weight == 0;
}

/* Pairs of one block; mark[neuron - first] == source + 1: met in this row. */
static uint64_t count_pairs(const projection *p, const fan_out *rows, uint32_t sources,
                            uint32_t first, uint64_t *mark)
{
    uint64_t pairs = 0;
    for (uint32_t s = 0; s < sources; s++) {
        for (uint32_t i = rows->row[s]; i < rows->row[s + 1]; i++) {
            uint64_t *met = &mark[rows->target[i] - first];
            if (*met != s + UINT64_C(1) && !is_zero(p, rows, i)) {
                *met = s + UINT64_C(1);
                pairs++;
            }
        }
    }
    return pairs;
}

static uint64_t bytes_of(const fan_out *rows, uint32_t sources)
{
    const uint64_t each = sizeof *rows->target + (rows->weight_f != NULL ? sizeof(float) : 0) +
                          (rows->weight_d != NULL ? sizeof(double) : 0) +
                          (rows->delay != NULL ? sizeof(sim_time) : 0);
    return rows->row[sources] * each + (sources + UINT64_C(1)) * sizeof *rows->row;
}

bool sl_operations_structure(const saltus_network *network, uint32_t index,
                             saltus_projection_operations *out)
{
    const projection *p = &network->projections[index];
    const uint32_t sources = network->populations[p->source].size;
    for (uint32_t b = 0; b < network->block_count; b++) {
        const fan_out *rows = &p->blocks[b];
        if (rows->row == NULL) {
            continue;
        }
        const block *block = &network->blocks[b];
        uint64_t *mark = sl_memory_zeroed(block->neuron_count, sizeof *mark);
        if (mark == NULL) {
            return false;
        }
        out->connected_pairs += count_pairs(p, rows, sources, block->first_neuron, mark);
        out->footprint_bytes += bytes_of(rows, sources);
        free(mark);
    }
    return true;
}
