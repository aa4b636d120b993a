/* rule_distance - distance: every ordered pair independently, with a probability p f(d) that
 * depends on the distance d.
 *
 * A unit is a target. Sources are sorted into cells beforehand. No source of a cell is nearer than
 * the cell, and f does not grow with d, so p f of the cell's distance bounds the probabilities of
 * all its sources: candidates are found with that bound by geometric gaps and kept with the ratio
 * of their own probability to it, which is the exact law. Cells beyond the reach of f cost nothing,
 * rows of cells that are hardly reached one draw.
 */
#include <math.h>

#include "network/bernoulli_draw.h"
#include "network/distance_cells.h"
#include "network/distance_estimate.h"

/* Sources of one cell, for one target. */
typedef struct cell_search {
    const rule_plan *plan;
    const distance_cells *cells;
    space_box box;
    uint32_t target;
    double at_um[3];
    word_reader reader;
    pair_sink *sink;
} cell_search;

static double probability(const rule_plan *plan, double distance_um)
{
    return plan->spec->probability *
           saltus_distance_profile_at(&plan->spec->connection_profile, distance_um);
}

/* Draw among the sources at [first, end) of the order by cells, none of which connects with more
 * than `bound`. */
static void draw_range(cell_search *search, uint64_t first, uint64_t end, double bound)
{
    const rule_plan *plan = search->plan;
    const distance_cells *cells = search->cells;
    const double log_q = bound < 1 ? sl_log_one_minus(bound) : 0;
    for (uint64_t i = first; i < end; i++) {
        const double gap = bound < 1 ? bernoulli_gap(&search->reader, log_q) : 0;
        if (gap >= (double)(end - i)) {
            return;
        }
        i += (uint64_t)gap;
        const uint32_t source = cells->neuron[i];
        const double d = sl_space_distance(&search->box, cells->position_um + 3 * i, search->at_um);
        const double kept = probability(plan, d) / bound;
        const bool connected =
            kept > 0 && (kept >= 1 || word_reader_uniform(&search->reader) < kept);
        if (connected && !(plan->skip_self && source == search->target)) {
            pair_sink_put(search->sink, source, search->target);
        }
    }
}

/* The cells along x that begin at cell `first`, which are `away` (squared) along y and z. Where
 * hardly a candidate is to be expected in all of them, they are one range with one bound. */
static void draw_row(cell_search *search, const cell_axis *x, uint32_t first, double away)
{
    const uint32_t *start = search->cells->start;
    const uint32_t end = first + search->cells->per_axis[0];
    const double row_bound = probability(search->plan, sqrt(away));
    if (row_bound * (start[end] - start[first]) <= x->count) {
        if (row_bound > 0) {
            draw_range(search, start[first], start[end], row_bound);
        }
        return;
    }
    for (uint32_t i = 0; i < x->count; i++) {
        const uint32_t cell = first + x->cell[i];
        const double bound = probability(search->plan, sqrt(x->square[i] + away));
        if (bound > 0) {
            draw_range(search, start[cell], start[cell + 1], bound);
        }
    }
}

static void draw(const rule_plan *plan, uint32_t unit, void *scratch, pair_sink *sink)
{
    cell_axis *axes = scratch;
    cell_search search = {.plan = plan, .cells = plan->prepared, .target = unit, .sink = sink};
    search.box = sl_space_box(plan->source_place.spec);
    const random_stream stream = rule_stream(plan, RANDOM_CONNECT, unit);
    sl_word_reader_start(&search.reader, &stream, 64);
    sl_space_position(&plan->target_place, unit, search.at_um);
    const double reach = sl_distance_reach(&plan->spec->connection_profile);
    for (uint32_t i = 0; i < 3; i++) {
        sl_distance_cells_near(search.cells, &search.box, i, search.at_um[i], reach, &axes[i]);
    }
    const uint32_t *per_axis = search.cells->per_axis;
    for (uint32_t z = 0; z < axes[2].count; z++) {
        for (uint32_t y = 0; y < axes[1].count; y++) {
            const uint32_t row = axes[1].cell[y] + per_axis[1] * axes[2].cell[z];
            draw_row(&search, &axes[0], per_axis[0] * row, axes[1].square[y] + axes[2].square[z]);
        }
    }
}

static size_t scratch_bytes(const rule_plan *plan)
{
    (void)plan;
    return 3 * sizeof(cell_axis);
}

static saltus_status prepare(rule_plan *plan, saltus_error *error)
{
    plan->prepared = sl_distance_cells_create(&plan->source_place, plan->source_size);
    return plan->prepared != NULL ? SALTUS_OK : sl_fail_memory(error);
}

static uint64_t prepare_bytes(const rule_plan *plan)
{
    return sl_distance_cells_bytes(plan->source_size);
}

const connection_rule sl_rule_distance = {.unit = RULE_UNIT_TARGET,
                                          .synapses = sl_distance_estimate,
                                          .scratch_bytes = scratch_bytes,
                                          .prepare = prepare,
                                          .prepare_bytes = prepare_bytes,
                                          .draw = draw};
