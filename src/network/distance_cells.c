/* distance_cells - cells of some 32 neurons, where they are spread evenly, over the smallest box
 * that holds them all. Which neuron is in which cell depends on the positions alone. */
#include "network/distance_cells.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

#define NEURONS_A_CELL 32

/* Cells along an axis of `dimensions` for so many neurons. */
static uint32_t cells_along(uint32_t dimensions, uint32_t neurons)
{
    const double cells = (double)neurons / NEURONS_A_CELL;
    const double along = dimensions == 1 ? cells : dimensions == 2 ? sqrt(cells) : cbrt(cells);
    return (uint32_t)fmin(fmax(floor(along), 1), DISTANCE_CELLS_PER_AXIS);
}

static uint64_t cell_count(uint32_t dimensions, uint32_t neurons)
{
    uint64_t count = 1;
    for (uint32_t i = 0; i < dimensions; i++) {
        count *= cells_along(dimensions, neurons);
    }
    return count;
}

/* Of the block: the struct, positions, neurons, starts. */
static size_t block_bytes(uint32_t dimensions, uint32_t neurons)
{
    return sizeof(distance_cells) + (size_t)neurons * (3 * sizeof(double) + sizeof(uint32_t)) +
           (cell_count(dimensions, neurons) + 1) * sizeof(uint32_t);
}

uint64_t sl_distance_cells_bytes(uint32_t neurons)
{
    uint64_t most = 0;
    for (uint32_t dimensions = 1; dimensions <= 3; dimensions++) {
        const uint64_t bytes = block_bytes(dimensions, neurons);
        most = bytes > most ? bytes : most;
    }
    return most;
}

static void find_extent(distance_cells *cells, const space_place *place, uint32_t neurons)
{
    double high[3] = {0, 0, 0};
    double largest = 0;
    for (uint32_t n = 0; n < neurons; n++) {
        double at[3];
        sl_space_position(place, n, at);
        for (uint32_t i = 0; i < 3; i++) {
            cells->low_um[i] = n == 0 ? at[i] : fmin(cells->low_um[i], at[i]);
            high[i] = n == 0 ? at[i] : fmax(high[i], at[i]);
        }
    }
    for (uint32_t i = 0; i < 3; i++) {
        const double extent = high[i] - cells->low_um[i];
        const bool used = i < place->spec->dimensions && extent > 0;
        cells->per_axis[i] = used ? cells_along(place->spec->dimensions, neurons) : 1;
        cells->cell_um[i] = extent / cells->per_axis[i];
        largest = fmax(largest, fmax(fabs(high[i]), fabs(cells->low_um[i])));
    }
    cells->slack_um = largest * 1e-12;
}

static uint32_t cell_of(const distance_cells *cells, const double at[3])
{
    uint32_t cell = 0;
    for (uint32_t i = 3; i-- > 0;) {
        const double x =
            cells->cell_um[i] > 0 ? floor((at[i] - cells->low_um[i]) / cells->cell_um[i]) : 0;
        const double last = cells->per_axis[i] - 1;
        cell = cell * cells->per_axis[i] + (uint32_t)fmin(fmax(x, 0), last);
    }
    return cell;
}

distance_cells *sl_distance_cells_create(const space_place *place, uint32_t neurons)
{
    distance_cells *cells = sl_memory_zeroed(block_bytes(place->spec->dimensions, neurons), 1);
    if (cells == NULL) {
        return NULL;
    }
    cells->position_um = (double *)(cells + 1);
    cells->neuron = (uint32_t *)(cells->position_um + 3 * (size_t)neurons);
    cells->start = cells->neuron + neurons;
    find_extent(cells, place, neurons);

    /* Count one place up, sum, and fill: start[c + 1] moves from the beginning of c to its end. */
    const uint64_t count = (uint64_t)cells->per_axis[0] * cells->per_axis[1] * cells->per_axis[2];
    double at[3];
    for (uint32_t n = 0; n < neurons; n++) {
        sl_space_position(place, n, at);
        cells->start[cell_of(cells, at) + 1]++;
    }
    uint32_t sum = 0;
    for (uint64_t c = 1; c <= count; c++) {
        const uint32_t in_cell = cells->start[c];
        cells->start[c] = sum;
        sum += in_cell;
    }
    for (uint32_t n = 0; n < neurons; n++) {
        sl_space_position(place, n, at);
        const uint32_t here = cells->start[cell_of(cells, at) + 1]++;
        cells->neuron[here] = n;
        for (uint32_t i = 0; i < 3; i++) {
            cells->position_um[3 * (size_t)here + i] = at[i];
        }
    }
    return cells;
}

void sl_distance_cells_near(const distance_cells *cells, const space_box *box, uint32_t axis,
                            double x_um, double reach_um, cell_axis *out)
{
    const double edge = box->um[axis];
    const double slack_um = cells->slack_um + fabs(x_um) * 1e-12;
    out->count = 0;
    for (uint32_t c = 0; c < cells->per_axis[axis]; c++) {
        const double low = cells->low_um[axis] + c * cells->cell_um[axis];
        const double high = cells->low_um[axis] + (c + 1) * cells->cell_um[axis];
        double away = fmax(fmax(low - x_um, x_um - high), 0);
        if (isfinite(edge)) {
            away = fmin(away, fmax(low + edge - x_um, 0));
            away = fmin(away, fmax(x_um + edge - high, 0));
        }
        away = fmax(away - slack_um, 0);
        if (away <= reach_um) {
            out->cell[out->count] = c;
            out->square[out->count++] = away * away;
        }
    }
}
