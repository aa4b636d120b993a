/* space - grids count x fastest and put a neuron in the middle of its cell, so that grids of
 * different spacing over one box lie on each other. */
#include "network/space.h"

#include <math.h>

void saltus_positions_extent(const saltus_positions_spec *spec, double origin_um[3],
                             double edges_um[3])
{
    for (uint32_t i = 0; i < 3; i++) {
        const bool used = i < spec->dimensions && spec->kind != SALTUS_POSITIONS_NONE;
        origin_um[i] = used ? spec->origin_um[i] : 0;
        edges_um[i] = !used                                 ? 0
                      : spec->kind == SALTUS_POSITIONS_GRID ? spec->shape[i] * spec->spacing_um[i]
                                                            : spec->box_um[i];
        if (!used || spec->kind != SALTUS_POSITIONS_LIST || spec->periodic) {
            continue;
        }
        double low = spec->count > 0 ? spec->coordinates_um[i] : 0;
        double high = low;
        for (size_t k = 0; k < spec->count; k++) {
            low = fmin(low, spec->coordinates_um[k * spec->dimensions + i]);
            high = fmax(high, spec->coordinates_um[k * spec->dimensions + i]);
        }
        origin_um[i] = low;
        edges_um[i] = high - low;
    }
}

void sl_space_position(const space_place *place, uint32_t neuron, double position_um[3])
{
    const saltus_positions_spec *spec = place->spec;
    random_stream stream =
        random_stream_at(place->seed, RANDOM_POSITION, place->population, neuron);
    uint32_t left = neuron;
    for (uint32_t i = 0; i < 3; i++) {
        position_um[i] = 0;
        if (i >= spec->dimensions) {
            continue;
        }
        switch (spec->kind) {
        case SALTUS_POSITIONS_NONE:
            break;
        case SALTUS_POSITIONS_GRID:
            position_um[i] =
                spec->origin_um[i] + (left % spec->shape[i] + 0.5) * spec->spacing_um[i];
            left /= spec->shape[i];
            break;
        case SALTUS_POSITIONS_UNIFORM:
            position_um[i] = spec->origin_um[i] + spec->box_um[i] * sl_random_uniform(&stream);
            break;
        case SALTUS_POSITIONS_LIST:
            position_um[i] = spec->coordinates_um[(size_t)neuron * spec->dimensions + i];
            break;
        }
    }
}

space_box sl_space_box(const saltus_positions_spec *spec)
{
    double origin_um[3];
    space_box box;
    if (spec->periodic) {
        saltus_positions_extent(spec, origin_um, box.um);
    }
    for (uint32_t i = 0; i < 3; i++) {
        box.um[i] = spec->periodic && i < spec->dimensions ? box.um[i] : (double)INFINITY;
    }
    return box;
}

double sl_space_distance(const space_box *box, const double a_um[3], const double b_um[3])
{
    double sum = 0;
    for (uint32_t i = 0; i < 3; i++) {
        double d = fabs(a_um[i] - b_um[i]);
        d = fmin(d, fabs(box->um[i] - d));
        sum += d * d;
    }
    return sqrt(sum);
}
