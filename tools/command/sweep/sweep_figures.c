/* sweep_figures - pictures of a sweep: cost and ratio over what varies, ratio over activity.
 *
 * Points are measured (the fastest of the repeats, the whisker up to the slowest), dashed lines are
 * the fitted cost model at the same points, crossings are marked. A grid has figures of cost, rate
 * and ratio for each value of its second axis, cost_1, cost_2, ..., and one of the crossings over
 * it.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "figure/figure.h"
#include "measured/measured_run.h"
#include "shared/command.h"
#include "sweep/sweep.h"

/* Curves of the model are drawn while a legend can still be read. */
#define SERIES_FOR_MODEL 6

/* A figure over the first axis. */
typedef struct drawing {
    const sweep_result *result;
    size_t second; /* value number of the second axis */
    figure figure;
    char name[32];
    char title[256];
    char x_label[256];
    char y_label[128];
    bool over_activity; /* x: arrivals a second and neuron */
} drawing;

static size_t second_count(const sweep_request *r)
{
    return r->axis_count > 1 ? r->axes[1].ranges[0].count : 1;
}

/* All values are above 0 and span more than a factor of 5: better read on a logarithmic axis. */
static bool wants_log(const vary_range *range)
{
    double low = (double)INFINITY;
    double high = -(double)INFINITY;
    for (size_t i = 0; i < range->count; i++) {
        low = fmin(low, range->values[i].number);
        high = fmax(high, range->values[i].number);
    }
    return low > 0.0 && (range->log || high > 5.0 * low);
}

/* "cost" or, for the second value of the second axis, "cost_2". */
static void begin_drawing(drawing *d, const sweep_result *result, const char *name,
                          const char *title)
{
    const sweep_request *r = result->sweep->request;
    const vary_range *range = &r->axes[0].ranges[0];
    d->result = result;
    if (r->axis_count > 1 && !d->over_activity) {
        snprintf(d->name, sizeof d->name, "%s_%zu", name, d->second + 1);
        snprintf(d->title, sizeof d->title, "%s, %s = %s", title, r->axes[1].paths[0],
                 r->axes[1].ranges[0].values[d->second].text);
    } else {
        snprintf(d->name, sizeof d->name, "%s", name);
        snprintf(d->title, sizeof d->title, "%s", title);
    }
    figure_begin(&d->figure, d->name, d->title);
    if (d->over_activity) {
        snprintf(d->x_label, sizeof d->x_label, "arrivals per second and neuron");
    } else {
        snprintf(d->x_label, sizeof d->x_label, "%s%s%s%s", r->axes[0].paths[0],
                 range->unit[0] != '\0' ? " (" : "", range->unit,
                 range->unit[0] != '\0' ? ")" : "");
    }
    d->figure.x =
        (figure_axis){.label = d->x_label, .logarithmic = d->over_activity || wants_log(range)};
    d->figure.y = (figure_axis){.label = d->y_label, .logarithmic = true};
}

static bool shows_model(const sweep_result *result, size_t series)
{
    bool good = series <= SERIES_FOR_MODEL;
    for (size_t i = 0; i < result->fit_count; i++) {
        good = good && result->fits[i].good;
    }
    return good;
}

/* Files and pictures; without gnuplot the scripts stay for another machine. */
static int finish(drawing *d, bool *absent)
{
    const sweep *s = d->result->sweep;
    int code = EXIT_CODE_OK;
    if (!figure_empty(&d->figure)) {
        code = figure_write(&d->figure, "sweep", s->directory);
        if (code == EXIT_CODE_OK && !*absent) {
            figure_draw(&d->figure, "sweep", s->directory, measured_stop_asked, absent);
        }
        code = measured_stop_asked() ? EXIT_CODE_INTERRUPTED : code;
    }
    figure_clear(&d->figure);
    return code;
}

/* ---- Cost ------------------------------------------------------------------------------------ */

/* Points of the first axis in order of x for one value of the second: from any line that has them
 * all, else as they stand. */
static size_t ordered_point(const sweep_request *r, size_t second, size_t i)
{
    const vary_range *range = &r->axes[0].ranges[0];
    /* the value with i smaller ones before it */
    for (size_t k = 0; k < range->count; k++) {
        size_t smaller = 0;
        for (size_t j = 0; j < range->count; j++) {
            smaller += range->values[j].number < range->values[k].number;
        }
        if (smaller == i) {
            return second * range->count + k;
        }
    }
    return second * range->count + i;
}

static void draw_cost(drawing *d, size_t engine, bool model)
{
    const sweep_request *r = d->result->sweep->request;
    if (model) {
        figure_series_like(&d->figure, engine == 0 ? "model" : "", FIGURE_CURVE, engine);
    } else {
        figure_series(&d->figure, r->engines[engine].name, FIGURE_LINE);
    }
    for (size_t i = 0; i < r->axes[0].ranges[0].count; i++) {
        const size_t point = ordered_point(r, d->second, i);
        const sweep_cell *cell = sweep_cell_at(d->result, point, engine);
        if (cell->run == NULL) {
            continue;
        }
        const double seconds = cell->run->simulated_ms * 1e-3;
        const double x = sweep_value(r, point, 0)->number;
        if (model) {
            figure_point(&d->figure, x, sweep_predict_s(d->result, point, engine) / seconds, NULL);
        } else if (r->repeats > 1) {
            figure_range(&d->figure, x, cell->wall_s / seconds, cell->wall_s / seconds,
                         cell->wall_max_s / seconds, NULL);
        } else {
            figure_point(&d->figure, x, cell->wall_s / seconds, NULL);
        }
    }
}

/* The height at `x` between two measured points of the reference. */
static double height_at(const drawing *d, const sweep_line *line, const saltus_crossover *c)
{
    const double x0 = line->points[c->before].x;
    const double x1 = line->points[c->after].x;
    const sweep_cell *before =
        sweep_cell_at(d->result, line->point[c->before], d->result->reference);
    const sweep_cell *after = sweep_cell_at(d->result, line->point[c->after], d->result->reference);
    const double part = x0 > 0.0 ? log(c->x / x0) / log(x1 / x0) : (c->x - x0) / (x1 - x0);
    const double y0 = log(before->wall_s / (before->run->simulated_ms * 1e-3));
    const double y1 = log(after->wall_s / (after->run->simulated_ms * 1e-3));
    return exp(y0 + part * (y1 - y0));
}

static void mark_crossings(drawing *d, bool at_one)
{
    bool begun = false;
    for (size_t i = 0; i < d->result->line_count; i++) {
        const sweep_line *line = &d->result->lines[i];
        for (size_t k = 0; k < line->crossing_count && line->second == d->second; k++) {
            if (!begun) {
                figure_series(&d->figure, "crossover", FIGURE_MARK);
                begun = true;
            }
            const saltus_crossover *c = &line->crossings[k];
            figure_point(&d->figure, c->x, at_one ? 1.0 : height_at(d, line, c), NULL);
        }
    }
}

static int cost_figure(const sweep_result *result, size_t second, bool *absent)
{
    const sweep_request *r = result->sweep->request;
    drawing d = {.second = second};
    snprintf(d.y_label, sizeof d.y_label, "wall time per simulated second (s)");
    begin_drawing(&d, result, "cost", "wall time over what varies");
    for (int model = 0; model <= shows_model(result, r->engine_count); model++) {
        for (size_t e = 0; e < r->engine_count; e++) {
            draw_cost(&d, e, model == 1);
        }
    }
    mark_crossings(&d, false);
    return finish(&d, absent);
}

/* ---- What the network does --------------------------------------------------------------------
 */

static double rate_Hz(const sweep_run *run)
{
    return (double)run->counts.spikes / ((double)run->neurons * run->simulated_ms * 1e-3);
}

/* Does anything fire anywhere? An axis from 0 to 0 cannot be drawn. */
static bool fires(const sweep_result *result)
{
    const sweep *s = result->sweep;
    bool any = false;
    for (size_t i = 0; i < s->point_count * s->request->engine_count; i++) {
        const sweep_run *run =
            sweep_cell_at(result, i / s->request->engine_count, i % s->request->engine_count)->run;
        any = any || (run != NULL && run->counts.spikes > 0);
    }
    return any;
}

/* Repeats give the same spikes, so there is one rate a point and engine. */
static int rate_figure(const sweep_result *result, size_t second, bool *absent)
{
    const sweep_request *r = result->sweep->request;
    drawing d = {.second = second};
    snprintf(d.y_label, sizeof d.y_label, "spikes per second and neuron (Hz)");
    begin_drawing(&d, result, "rate", "rate over what varies");
    d.figure.y = (figure_axis){.label = d.y_label, .from_zero = true};
    for (size_t e = 0; e < r->engine_count; e++) {
        figure_series(&d.figure, r->engines[e].name, FIGURE_LINE);
        for (size_t i = 0; i < r->axes[0].ranges[0].count; i++) {
            const size_t point = ordered_point(r, second, i);
            const sweep_run *run = sweep_cell_at(result, point, e)->run;
            if (run != NULL) {
                figure_point(&d.figure, sweep_value(r, point, 0)->number, rate_Hz(run), NULL);
            }
        }
    }
    return finish(&d, absent);
}

/* ---- Ratio ----------------------------------------------------------------------------------- */

static double model_ratio(const sweep_result *result, const sweep_line *line, size_t i)
{
    return sweep_predict_s(result, line->point[i], line->engine) /
           sweep_predict_s(result, line->point[i], result->reference);
}

/* Wall time of an engine by that of the reference: one point at `x`. */
static void draw_ratio(drawing *d, const sweep_line *line, size_t i, double x)
{
    const saltus_ratio_point *p = &line->points[i];
    if (d->result->sweep->request->repeats > 1) {
        figure_range(&d->figure, x, 1.0 / p->ratio, 1.0 / p->high, 1.0 / p->low, NULL);
    } else {
        figure_point(&d->figure, x, 1.0 / p->ratio, NULL);
    }
}

static void begin_ratio(drawing *d, const sweep_result *result, const char *name, const char *title)
{
    snprintf(d->y_label, sizeof d->y_label, "wall time relative to %s",
             result->sweep->request->engines[result->reference].name);
    begin_drawing(d, result, name, title);
    d->figure.rule_y = 1.0;
}

static int ratio_figure(const sweep_result *result, size_t second, bool *absent)
{
    const sweep_request *r = result->sweep->request;
    drawing d = {.second = second};
    begin_ratio(&d, result, "ratio", "ratio of wall times over what varies");
    for (int model = 0; model <= shows_model(result, r->engine_count); model++) {
        size_t number = 0;
        for (size_t k = 0; k < result->line_count; k++) {
            const sweep_line *line = &result->lines[k];
            if (line->second != second) {
                continue;
            }
            if (model == 1) {
                figure_series_like(&d.figure, number == 0 ? "model" : "", FIGURE_CURVE, number);
            } else {
                figure_series(&d.figure, r->engines[line->engine].name, FIGURE_LINE);
            }
            number++;
            for (size_t i = 0; i < line->point_count; i++) {
                const double x = line->points[i].x;
                if (model == 1) {
                    figure_point(&d.figure, x, model_ratio(result, line, i), NULL);
                } else {
                    draw_ratio(&d, line, i, x);
                }
            }
        }
    }
    mark_crossings(&d, true);
    return finish(&d, absent);
}

/* All points of an engine by their activity, whatever was varied to get there. */
static int activity_figure(const sweep_result *result, bool *absent)
{
    const sweep_request *r = result->sweep->request;
    drawing d = {.over_activity = true};
    begin_ratio(&d, result, "activity", "ratio of wall times over activity");
    for (size_t e = 0; e < r->engine_count; e++) {
        if (e == result->reference) {
            continue;
        }
        figure_series(&d.figure, r->engines[e].name, FIGURE_MARK);
        for (size_t k = 0; k < result->line_count; k++) {
            const sweep_line *line = &result->lines[k];
            for (size_t i = 0; i < line->point_count && line->engine == e; i++) {
                const double arrivals_Hz = sweep_arrivals_Hz(
                    sweep_cell_at(result, line->point[i], result->reference)->run);
                draw_ratio(&d, line, i, arrivals_Hz > 0.0 ? arrivals_Hz : (double)NAN);
            }
        }
    }
    return finish(&d, absent);
}

/* Crossings along the first axis over the second. */
static int crossover_figure(const sweep_result *result, bool *absent)
{
    const sweep_request *r = result->sweep->request;
    drawing d = {.over_activity = false};
    begin_drawing(&d, result, "crossover", "crossover over the second axis");
    snprintf(d.name, sizeof d.name, "crossover");
    snprintf(d.title, sizeof d.title, "crossover over the second axis");
    snprintf(d.y_label, sizeof d.y_label, "crossover, %.80s", d.x_label);
    const vary_range *second = &r->axes[1].ranges[0];
    snprintf(d.x_label, sizeof d.x_label, "%s%s%s%s", r->axes[1].paths[0],
             second->unit[0] != '\0' ? " (" : "", second->unit, second->unit[0] != '\0' ? ")" : "");
    d.figure.y.logarithmic = d.figure.x.logarithmic;
    d.figure.x.logarithmic = wants_log(second);
    for (size_t e = 0; e < r->engine_count; e++) {
        bool begun = false;
        for (size_t k = 0; k < result->line_count; k++) {
            const sweep_line *line = &result->lines[k];
            for (size_t i = 0; i < line->crossing_count && line->engine == e; i++) {
                if (!begun) {
                    figure_series(&d.figure, r->engines[e].name, FIGURE_MARK);
                    begun = true;
                }
                const saltus_crossover *c = &line->crossings[i];
                const bool range = r->repeats > 1;
                figure_range(&d.figure, second->values[line->second].number, c->x,
                             range ? c->x_low : (double)NAN, range ? c->x_high : (double)NAN, NULL);
            }
        }
    }
    return finish(&d, absent);
}

int sweep_draw(const sweep_result *result)
{
    const sweep_request *r = result->sweep->request;
    bool absent = false;
    int code = EXIT_CODE_OK;
    for (size_t second = 0; second < second_count(r) && code == EXIT_CODE_OK; second++) {
        code = cost_figure(result, second, &absent);
        if (code == EXIT_CODE_OK && fires(result)) {
            code = rate_figure(result, second, &absent);
        }
        if (code == EXIT_CODE_OK && result->line_count > 0) {
            code = ratio_figure(result, second, &absent);
        }
    }
    if (code == EXIT_CODE_OK && result->line_count > 0) {
        code = activity_figure(result, &absent);
    }
    if (code == EXIT_CODE_OK && r->axis_count > 1) {
        code = crossover_figure(result, &absent);
    }
    if (absent) {
        complain("sweep: there is no gnuplot here, so the figures are data and scripts only; "
                 "gnuplot NAME.gp draws them");
    }
    return code;
}
