/* space - grids count x fastest and put a neuron in the middle of its cell, so that grids of
 * different spacing over one box lie on each other. */
#include "network/space.h"

#include <math.h>

#include "base/exact_math.h"

double saltus_distance_profile_at(const saltus_distance_profile *profile, double distance_um)
{
    if (distance_um > profile->cutoff_um) {
        return 0;
    }
    const double x = distance_um / profile->width_um;
    switch (profile->kind) {
    case SALTUS_PROFILE_LINEAR:
        return fmax(1 - x, 0);
    case SALTUS_PROFILE_EXPONENTIAL:
        return sl_exp(-x);
    case SALTUS_PROFILE_GAUSSIAN:
        return sl_exp(-x * x / 2);
    case SALTUS_PROFILE_NONE:
    case SALTUS_PROFILE_CONSTANT:
        break;
    }
    return 1;
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
