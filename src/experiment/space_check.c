/* space_check - what is allowed of positions, and of what depends on distance. */
#include <math.h>

#include "experiment/decimal.h"
#include "experiment/experiment_check.h"
#include "experiment/values.h"

#define LARGEST_LENGTH_UM 1e12

static bool check_length(problem_sink *sink, const char *field, const char *what, double length_um)
{
    const bool good = length_um > 0 && length_um <= LARGEST_LENGTH_UM;
    if (!good) {
        sl_problem(sink, field, "found %s %s um; a length above 0 um is needed, at most 1e12 um",
                   what, sl_decimal_text(length_um).text);
    }
    return good;
}

static void check_grid(const saltus_positions_spec *spec, uint32_t size, problem_sink *sink)
{
    uint64_t cells = 1;
    for (uint32_t i = 0; i < spec->dimensions; i++) {
        /* both factors are below 2^32: no product of two is too large */
        cells = cells <= UINT32_MAX ? cells * spec->shape[i] : cells;
        check_length(sink, "positions.spacing", "a spacing of", spec->spacing_um[i]);
    }
    if (cells != size) {
        sl_problem(sink, "positions.grid",
                   "the grid has %llu cells; the population has %u neurons, one for each cell",
                   (unsigned long long)cells, size);
    }
}

static void check_list(const saltus_positions_spec *spec, uint32_t size, problem_sink *sink)
{
    if (spec->count != size || (spec->coordinates_um == NULL && size > 0)) {
        sl_problem(sink, "positions", "found %zu positions; %u are needed, one for each neuron",
                   spec->count, size);
        return;
    }
    for (size_t i = 0; i < spec->count * spec->dimensions; i++) {
        const uint32_t axis = (uint32_t)(i % spec->dimensions);
        const double x = spec->coordinates_um[i];
        if (!(fabs(x) <= LARGEST_LENGTH_UM)) {
            sl_problem(sink, "positions",
                       "coordinate %c of neuron %zu is %s um; a number of at most %g is needed",
                       "xyz"[axis], i / spec->dimensions, sl_decimal_text(x).text,
                       LARGEST_LENGTH_UM);
            return;
        }
        const double low = spec->origin_um[axis];
        if (spec->periodic && !(x >= low && x <= low + spec->box_um[axis])) {
            sl_problem(
                sink, "positions",
                "coordinate %c of neuron %zu is %s um, outside of the periodic box from %s um "
                "to %s um",
                "xyz"[axis], i / spec->dimensions, sl_decimal_text(x).text,
                sl_decimal_text(low).text, sl_decimal_text(low + spec->box_um[axis]).text);
            return;
        }
    }
}

void sl_check_positions(const saltus_positions_spec *spec, uint32_t size, problem_sink *sink)
{
    if (spec->kind == SALTUS_POSITIONS_NONE) {
        return;
    }
    if (spec->dimensions < 1 || spec->dimensions > 3) {
        sl_problem(sink, "positions", "found %u dimensions; 1, 2 or 3 are allowed",
                   spec->dimensions);
        return;
    }
    bool boxed = true;
    for (uint32_t i = 0; i < spec->dimensions; i++) {
        boxed &= sl_check_number(sink, "positions.origin", spec->origin_um[i], "um");
        if (spec->kind == SALTUS_POSITIONS_UNIFORM ||
            (spec->kind == SALTUS_POSITIONS_LIST && spec->periodic)) {
            boxed &= check_length(sink, "positions", "an edge of the box of", spec->box_um[i]);
        }
    }
    switch (spec->kind) {
    case SALTUS_POSITIONS_GRID:
        check_grid(spec, size, sink);
        return;
    case SALTUS_POSITIONS_LIST:
        if (boxed) {
            check_list(spec, size, sink);
        }
        return;
    case SALTUS_POSITIONS_UNIFORM:
        return;
    default:
        sl_problem(sink, "positions", "unknown kind of positions %d", (int)spec->kind);
    }
}

/* ---- Distances ---------------------------------------------------------------------- */

bool sl_check_one_space(const rule_ends *e, const char *field, problem_sink *sink)
{
    const saltus_positions_spec *from = e->from;
    const saltus_positions_spec *to = e->to;
    if (from->kind == SALTUS_POSITIONS_NONE || to->kind == SALTUS_POSITIONS_NONE) {
        sl_problem(sink, field,
                   "a distance needs positions of both populations; the %s have none: give their "
                   "population positions, for example positions: {uniform: [1 mm, 1 mm]}",
                   from->kind == SALTUS_POSITIONS_NONE ? "sources" : "targets");
        return false;
    }
    bool same = from->dimensions == to->dimensions && from->periodic == to->periodic;
    double origins[2][3];
    double edges[2][3];
    saltus_positions_extent(from, origins[0], edges[0]);
    saltus_positions_extent(to, origins[1], edges[1]);
    for (uint32_t i = 0; i < from->dimensions && from->periodic && same; i++) {
        same = origins[0][i] == origins[1][i] && edges[0][i] == edges[1][i];
    }
    if (!same) {
        sl_problem(
            sink, field,
            "the two populations are in different spaces; distances need as many dimensions, "
            "and both open or both in the same periodic box");
    }
    return same;
}

void sl_check_profile(const saltus_distance_profile *profile, const char *field, problem_sink *sink)
{
    const bool constant = profile->kind == SALTUS_PROFILE_CONSTANT;
    if (profile->kind < SALTUS_PROFILE_CONSTANT || profile->kind > SALTUS_PROFILE_GAUSSIAN) {
        sl_problem(sink, field, "unknown profile %d", (int)profile->kind);
        return;
    }
    if (!constant) {
        check_length(sink, field, "a width of", profile->width_um);
    }
    if (!(profile->cutoff_um > 0)) {
        sl_problem(sink, field, "found a cutoff of %s um; a distance above 0 um is needed",
                   sl_decimal_text(profile->cutoff_um).text);
    } else if (constant && isinf(profile->cutoff_um)) {
        sl_problem(sink, field, "the cutoff is missing; a constant profile needs one, above 0 um");
    }
}

static void check_velocity(const saltus_projection_spec *spec, problem_sink *sink)
{
    const saltus_value *velocity = &spec->velocity_m_s;
    if (!sl_check_value(sink, "velocity", velocity, "m/s", SIZE_MAX, "synapse")) {
        return;
    }
    if (!(sl_value_low_bound(velocity) > 0)) {
        sl_problem(sink, "velocity",
                   "velocities are above 0%s; axons conduct with 0.1 m/s to 120 m/s",
                   velocity->kind == SALTUS_VALUE_CONSTANT
                       ? ""
                       : ", so this distribution needs a min above 0 m/s");
    }
}

void sl_check_distances(const saltus_projection_spec *spec, const rule_ends *e, problem_sink *sink)
{
    if (sl_is_conducted(spec)) {
        check_velocity(spec, sink);
        sl_check_one_space(e, "velocity", sink);
    }
    if (spec->weight_profile.kind == SALTUS_PROFILE_NONE) {
        return;
    }
    sl_check_profile(&spec->weight_profile, "weight_by_distance", sink);
    sl_check_one_space(e, "weight_by_distance", sink);
    if (spec->weight_mV.kind == SALTUS_VALUE_LIST || spec->weight_pA.kind == SALTUS_VALUE_LIST) {
        sl_problem(sink, "weight_by_distance",
                   "listed weights are what they are; leave weight_by_distance out");
    }
}
