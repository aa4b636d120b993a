/* projection_index - see projection_index.h. */
#include "engine/projection_index.h"

#include <stdlib.h>

#include "base/memory.h"

bool sl_projection_index_init(projection_index *index, const saltus_network *network,
                              const bool *included, bool by_target)
{
    index->start = sl_memory_zeroed((size_t)network->population_count + 1, sizeof *index->start);
    index->projection = sl_memory_zeroed(network->projection_count, sizeof *index->projection);
    if (index->start == NULL || index->projection == NULL) {
        return false;
    }
    uint32_t count = 0;
    for (uint32_t p = 0; p < network->population_count; p++) {
        index->start[p] = count;
        for (uint32_t i = 0; i < network->projection_count; i++) {
            const projection *projection = &network->projections[i];
            if (included[i] && (by_target ? projection->target : projection->source) == p) {
                index->projection[count++] = i;
            }
        }
    }
    index->start[network->population_count] = count;
    return true;
}

void sl_projection_index_clear(projection_index *index)
{
    free(index->start);
    free(index->projection);
    *index = (projection_index){0};
}
