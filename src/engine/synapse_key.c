/* synapse_key - see synapse_key.h. */
#include "engine/synapse_key.h"

#include <stdlib.h>

#include "base/memory.h"

synapse_run sl_synapse_run(const saltus_network *network, uint32_t index, uint32_t block,
                           uint32_t first, uint32_t count, uint32_t source)
{
    const projection *projection = &network->projections[index];
    return (synapse_run){.network = network,
                         .index = index,
                         .block = block,
                         .target = projection->blocks[block].target,
                         .first = first,
                         .count = count,
                         .source = source,
                         .first_target = network->populations[projection->target].first};
}

bool sl_synapse_ordinals(const synapse_run *whole, uint32_t **ordinals)
{
    const saltus_network *network = whole->network;
    const projection *projection = &network->projections[whole->index];
    const fan_out *rows = &projection->blocks[whole->block];
    const uint32_t sources = network->populations[projection->source].size;
    *ordinals = NULL;
    if (!projection->own_delay) {
        return true;
    }
    bool several = false;
    uint32_t *seen = sl_memory_zeroed(network->populations[projection->target].size, sizeof *seen);
    uint32_t *ordinal = sl_memory_array(rows->row[sources], sizeof *ordinal);
    if (seen == NULL || ordinal == NULL) {
        free(seen);
        free(ordinal);
        return false;
    }
    for (uint32_t source = 0; source < sources; source++) {
        for (uint32_t i = rows->row[source]; i < rows->row[source + 1]; i++) {
            ordinal[i] = seen[rows->target[i] - whole->first_target]++;
            several |= ordinal[i] > 0;
        }
        for (uint32_t i = rows->row[source]; i < rows->row[source + 1]; i++) {
            seen[rows->target[i] - whole->first_target] = 0;
        }
    }
    free(seen);
    if (several) {
        *ordinals = ordinal;
    } else {
        free(ordinal);
    }
    return true;
}
