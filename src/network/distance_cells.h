/* distance_cells - the sources of a projection by where they are, for rules that look near a
 * target. */
#ifndef SALTUS_DISTANCE_CELLS_H
#define SALTUS_DISTANCE_CELLS_H

#include <stdbool.h>

#include "network/space.h"

#define DISTANCE_CELLS_PER_AXIS 256u

/* Neurons in the cells of a grid over all of them; one block of memory. */
typedef struct distance_cells {
    uint32_t per_axis[3];
    double low_um[3], cell_um[3]; /* corner of the grid, edges of a cell */
    double slack_um;              /* of the sources: bounds of distances allow for rounding */
    uint32_t *start;              /* [cells + 1] into neuron */
    uint32_t *neuron;             /* by cell, ascending in each */
    double *position_um;          /* [3 * neurons] in the same order */
} distance_cells;

/* Cells along one axis that are near enough, and the squares of bounds below all distances. */
typedef struct cell_axis {
    uint32_t count;
    uint32_t cell[DISTANCE_CELLS_PER_AXIS];
    double square[DISTANCE_CELLS_PER_AXIS];
} cell_axis;

/* NULL when memory ran out; to be freed with free(). */
distance_cells *sl_distance_cells_create(const space_place *place, uint32_t neurons);
uint64_t sl_distance_cells_bytes(uint32_t neurons);

/* Cells along `axis` that may hold a neuron within `reach_um` of the coordinate x_um. */
void sl_distance_cells_near(const distance_cells *cells, const space_box *box, uint32_t axis,
                            double x_um, double reach_um, cell_axis *out);

#endif /* SALTUS_DISTANCE_CELLS_H */
