/* projection_index - some of a network's projections, by the population they come from or lead to.
 */
#ifndef SALTUS_PROJECTION_INDEX_H
#define SALTUS_PROJECTION_INDEX_H

#include "network/network.h"

/* Those of population p are projection[start[p]] to projection[start[p + 1] - 1], ascending. */
typedef struct projection_index {
    uint32_t *start, *projection;
} projection_index;

/* The projections with included[i]. False: out of memory; clear in every case. */
bool sl_projection_index_init(projection_index *index, const saltus_network *network,
                              const bool *included, bool by_target);
void sl_projection_index_clear(projection_index *index);

#endif /* SALTUS_PROJECTION_INDEX_H */
