/* sweep_result - from runs to results: the best of the repeats, fitted costs, crossings.
 *
 * Of the repeats the fastest counts: what else runs on a machine only ever adds time. Their spread
 * is from the fastest to the slowest. Engines of one model (grid@1ms, grid@0.1ms) are fitted
 * together, since a neuron step costs the same whatever the step.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/command.h"
#include "sweep/sweep.h"

const sweep_cell *sweep_cell_at(const sweep_result *result, size_t point, size_t engine)
{
    return &result->cells[point * result->sweep->request->engine_count + engine];
}

double sweep_deliveries_Hz(const sweep_run *run)
{
    return (double)run->counts.synaptic_events / ((double)run->neurons * run->simulated_ms * 1e-3);
}

double sweep_arrivals_Hz(const sweep_run *run)
{
    return (double)(run->counts.synaptic_events + run->counts.external_events) /
           ((double)run->neurons * run->simulated_ms * 1e-3);
}

double sweep_predict_s(const sweep_result *result, size_t point, size_t engine)
{
    const sweep_fit *fit = &result->fits[result->fit_of[engine]];
    const sweep_cell *cell = sweep_cell_at(result, point, engine);
    if (!fit->good || cell->run == NULL) {
        return (double)NAN;
    }
    double work[SALTUS_COST_TERM_COUNT];
    saltus_cost_set_work(&cell->run->counts, work);
    return saltus_cost_predict_s(&fit->fit, work);
}

static void fill_cells(sweep_result *result)
{
    const sweep *s = result->sweep;
    const sweep_request *r = s->request;
    for (size_t point = 0; point < s->point_count; point++) {
        for (size_t e = 0; e < r->engine_count; e++) {
            sweep_cell cell = {.wall_s = (double)NAN, .wall_max_s = (double)NAN};
            for (size_t k = 0; k < r->repeats; k++) {
                const sweep_run *run = &s->runs[sweep_run_index(s, point, e, k)];
                if (!run->done) {
                    continue;
                }
                if (cell.run == NULL || run->wall_s < cell.wall_s) {
                    cell.run = run;
                    cell.wall_s = run->wall_s;
                }
                cell.wall_max_s = fmax(cell.wall_max_s, run->wall_s);
            }
            result->cells[point * r->engine_count + e] = cell;
        }
    }
}

/* ---- Costs -------------------------------------------------------------------------------- */

/* Fit the engines of fits[f]. */
static bool fit_model(sweep_result *result, size_t f)
{
    const sweep *s = result->sweep;
    const sweep_request *r = s->request;
    saltus_cost_point *points = calloc(s->point_count * r->engine_count, sizeof *points);
    if (points == NULL) {
        return false;
    }
    size_t count = 0;
    for (size_t point = 0; point < s->point_count; point++) {
        for (size_t e = 0; e < r->engine_count; e++) {
            const sweep_cell *cell = sweep_cell_at(result, point, e);
            if (result->fit_of[e] == f && cell->run != NULL) {
                points[count].wall_s = cell->wall_s;
                saltus_cost_set_work(&cell->run->counts, points[count].work);
                count++;
            }
        }
    }
    saltus_error error = {0};
    sweep_fit *fit = &result->fits[f];
    fit->good = saltus_cost_fit_points(points, count, NULL, &fit->fit, &error) == SALTUS_OK;
    snprintf(fit->problem, sizeof fit->problem, "%.*s", (int)sizeof fit->problem - 1,
             error.message);
    free(points);
    return true;
}

static bool fit_all(sweep_result *result)
{
    const sweep_request *r = result->sweep->request;
    for (size_t e = 0; e < r->engine_count; e++) {
        size_t f = 0;
        while (f < result->fit_count && strcmp(result->fits[f].model, r->engines[e].model) != 0) {
            f++;
        }
        if (f == result->fit_count) {
            memcpy(result->fits[f].model, r->engines[e].model, sizeof result->fits[f].model);
            result->fit_count++;
        }
        result->fit_of[e] = f;
    }
    for (size_t f = 0; f < result->fit_count; f++) {
        if (!fit_model(result, f)) {
            return false;
        }
    }
    return true;
}

/* ---- Crossings ------------------------------------------------------------------------------- */

/* Points of the first axis in order of its values, for one value of the second. */
static void order_points(const sweep_result *result, sweep_line *line)
{
    const sweep_request *r = result->sweep->request;
    const size_t count = r->axes[0].ranges[0].count;
    for (size_t i = 0; i < count; i++) {
        const size_t point = line->second * count + i;
        if (sweep_cell_at(result, point, line->engine)->run == NULL ||
            sweep_cell_at(result, point, result->reference)->run == NULL) {
            continue;
        }
        size_t at = line->point_count++;
        for (; at > 0 &&
               sweep_value(r, line->point[at - 1], 0)->number > sweep_value(r, point, 0)->number;
             at--) {
            line->point[at] = line->point[at - 1];
        }
        line->point[at] = point;
    }
}

/* All crossings; *crossings is owned by the caller. */
static bool find_crossings(const saltus_ratio_point *points, size_t count,
                           saltus_crossover **crossings, size_t *found)
{
    *crossings = NULL;
    *found = 0;
    /* times and costs that are 0 have no ratio, and then no crossing */
    if (saltus_crossover_find(points, count, NULL, 0, found, NULL) != SALTUS_OK || *found == 0) {
        return true;
    }
    *crossings = calloc(*found, sizeof **crossings);
    return *crossings != NULL &&
           saltus_crossover_find(points, count, *crossings, *found, found, NULL) == SALTUS_OK;
}

static bool find_model_crossings(const sweep_result *result, sweep_line *line)
{
    saltus_ratio_point *points = calloc(line->point_count + 1, sizeof *points);
    if (points == NULL) {
        return false;
    }
    for (size_t i = 0; i < line->point_count; i++) {
        const double ratio = sweep_predict_s(result, line->point[i], result->reference) /
                             sweep_predict_s(result, line->point[i], line->engine);
        points[i] = (saltus_ratio_point){line->points[i].x, ratio, ratio, ratio};
    }
    const bool good = find_crossings(points, line->point_count, &line->model_crossings,
                                     &line->model_crossing_count);
    free(points);
    return good;
}

/* The activity at which the fitted costs are equal, from the point nearest to equality. */
static void find_equal_activity(const sweep_result *result, sweep_line *line)
{
    const sweep_fit *reference = &result->fits[result->fit_of[result->reference]];
    const sweep_fit *engine = &result->fits[result->fit_of[line->engine]];
    line->equal_Hz = (double)NAN;
    if (!reference->good || !engine->good || line->point_count == 0) {
        return;
    }
    size_t nearest = 0;
    double low_Hz = (double)INFINITY;
    double high_Hz = 0.0;
    for (size_t i = 0; i < line->point_count; i++) {
        const double here = fabs(log(line->points[i].ratio));
        nearest = here < fabs(log(line->points[nearest].ratio)) ? i : nearest;
        const double arrivals_Hz =
            sweep_arrivals_Hz(sweep_cell_at(result, line->point[i], line->engine)->run);
        low_Hz = fmin(low_Hz, arrivals_Hz);
        high_Hz = fmax(high_Hz, arrivals_Hz);
    }
    const sweep_run *mine = sweep_cell_at(result, line->point[nearest], line->engine)->run;
    const sweep_run *other = sweep_cell_at(result, line->point[nearest], result->reference)->run;
    double reference_work[SALTUS_COST_TERM_COUNT];
    double engine_work[SALTUS_COST_TERM_COUNT];
    saltus_cost_set_work(&other->counts, reference_work);
    saltus_cost_set_work(&mine->counts, engine_work);
    const double factor =
        saltus_cost_equal_activity(&reference->fit, reference_work, &engine->fit, engine_work);
    const double arrivals_Hz = sweep_arrivals_Hz(mine);
    if (arrivals_Hz > 0.0) {
        line->equal_Hz = factor * arrivals_Hz;
        line->equal_inside = line->equal_Hz >= low_Hz && line->equal_Hz <= high_Hz;
    }
}

static bool make_line(const sweep_result *result, sweep_line *line)
{
    const size_t count = result->sweep->request->axes[0].ranges[0].count;
    line->points = calloc(count, sizeof *line->points);
    line->point = calloc(count, sizeof *line->point);
    if (line->points == NULL || line->point == NULL) {
        return false;
    }
    order_points(result, line);
    for (size_t i = 0; i < line->point_count; i++) {
        const sweep_cell *mine = sweep_cell_at(result, line->point[i], line->engine);
        const sweep_cell *other = sweep_cell_at(result, line->point[i], result->reference);
        line->points[i] = (saltus_ratio_point){
            .x = sweep_value(result->sweep->request, line->point[i], 0)->number,
            .ratio = other->wall_s / mine->wall_s,
            .low = other->wall_s / mine->wall_max_s,
            .high = other->wall_max_s / mine->wall_s};
    }
    find_equal_activity(result, line);
    return find_crossings(line->points, line->point_count, &line->crossings,
                          &line->crossing_count) &&
           find_model_crossings(result, line);
}

static bool make_lines(sweep_result *result)
{
    const sweep_request *r = result->sweep->request;
    const size_t seconds = r->axis_count > 1 ? r->axes[1].ranges[0].count : 1;
    result->lines = calloc(r->engine_count * seconds, sizeof *result->lines);
    if (result->lines == NULL) {
        return false;
    }
    for (size_t e = 0; e < r->engine_count; e++) {
        for (size_t second = 0; second < seconds && e != result->reference; second++) {
            sweep_line *line = &result->lines[result->line_count++];
            line->engine = e;
            line->second = second;
            if (!make_line(result, line)) {
                return false;
            }
        }
    }
    return true;
}

int sweep_conclude(const sweep *s, sweep_result *out)
{
    const sweep_request *r = s->request;
    *out = (sweep_result){.sweep = s};
    for (size_t e = r->engine_count; e-- > 0;) {
        out->reference = r->engines[e].kind == SALTUS_ENGINE_EVENT ? e : out->reference;
    }
    out->cells = calloc(s->point_count * r->engine_count, sizeof *out->cells);
    if (out->cells != NULL) {
        fill_cells(out);
    }
    if (out->cells == NULL || !fit_all(out) || !make_lines(out)) {
        complain("sweep: out of memory");
        sweep_result_clear(out);
        return EXIT_CODE_FAILED;
    }
    return EXIT_CODE_OK;
}

void sweep_result_clear(sweep_result *result)
{
    for (size_t i = 0; i < result->line_count; i++) {
        free(result->lines[i].points);
        free(result->lines[i].point);
        free(result->lines[i].crossings);
        free(result->lines[i].model_crossings);
    }
    free(result->lines);
    free(result->cells);
    *result = (sweep_result){.sweep = result->sweep};
}
