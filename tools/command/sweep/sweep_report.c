/* sweep_report - the results of a sweep for people: points, crossovers, costs. */
#include <math.h>
#include <string.h>

#include "compare/compare.h"
#include "shared/command.h"
#include "shared/machine.h"
#include "sweep/sweep.h"

/* Below it a fitted cost is said to be poorly told from another. */
#define POOR_SEPARATION 0.1
/* Arrivals may differ by this much before engines are said to do different work. */
#define ACTIVITY_TOLERANCE 0.1
/* Runs below it are mostly noise: caches that fill, pages that are touched first. */
#define SHORT_WALL_S 0.01

static int width_of(const char *text, int width)
{
    const int length = (int)strlen(text);
    return length > width ? length : width;
}

/* "-" for what does not exist, else at most four digits that count. */
static const char *figure_text(double value)
{
    static char rooms[12][24];
    static unsigned turn;
    char *room = rooms[turn++ % 12];
    const double size = fabs(value);
    if (!isfinite(value)) {
        snprintf(room, sizeof rooms[0], "-");
    } else if (size >= 1e7 || (size > 0.0 && size < 1e-4)) {
        snprintf(room, sizeof rooms[0], "%.3e", value);
    } else {
        const int exponent = size > 0.0 ? (int)floor(log10(size)) : 0;
        snprintf(room, sizeof rooms[0], "%.*f", exponent < 3 ? 3 - exponent : 0, value);
    }
    return room;
}

/* A place on the first axis with its unit. */
static const char *place_text(const sweep_request *r, double x)
{
    static char rooms[8][40];
    static unsigned turn;
    char *room = rooms[turn++ % 8];
    const char *unit = r->axes[0].ranges[0].unit;
    snprintf(room, sizeof rooms[0], "%.4g%s%s", x, unit[0] != '\0' ? " " : "", unit);
    return room;
}

/* ---- Points ------------------------------------------------------------------------------ */

static void print_cell(const sweep_result *result, size_t point, size_t e)
{
    const sweep_cell *cell = sweep_cell_at(result, point, e);
    const sweep_run *run = cell->run;
    if (run == NULL) {
        printf("  not run\n");
        return;
    }
    const sweep_cell *reference = sweep_cell_at(result, point, result->reference);
    const double seconds = run->simulated_ms * 1e-3;
    const double neuron_s = (double)run->neurons * seconds;
    char spread[16] = "-";
    if (result->sweep->request->repeats > 1) {
        snprintf(spread, sizeof spread, "%.0f %%", 100.0 * (cell->wall_max_s / cell->wall_s - 1.0));
    }
    const double events = (double)run->counts.synaptic_events;
    printf(
        "  %9s  %6s  %9s  %8s  %9s  %8s  %12s  %10s  %8s\n", figure_text(cell->wall_s), spread,
        figure_text(cell->wall_s / seconds), figure_text(cell->wall_s / reference->wall_s),
        figure_text(events > 0.0 ? cell->wall_s * 1e9 / events : (double)NAN),
        figure_text((double)run->counts.spikes / neuron_s), figure_text(sweep_deliveries_Hz(run)),
        figure_text((double)run->counts.external_events / neuron_s), bytes_text(run->peak_bytes));
}

static void print_points(const sweep_result *result)
{
    const sweep *s = result->sweep;
    const sweep_request *r = s->request;
    int widths[SWEEP_AXES_MAX] = {0};
    int engine_width = width_of("engine", 0);
    for (size_t a = 0; a < r->axis_count; a++) {
        widths[a] = width_of(r->axes[a].paths[0], 0);
        for (size_t i = 0; i < r->axes[a].ranges[0].count; i++) {
            widths[a] = width_of(r->axes[a].ranges[0].values[i].text, widths[a]);
        }
        printf("%-*s  ", widths[a], r->axes[a].paths[0]);
    }
    for (size_t e = 0; e < r->engine_count; e++) {
        engine_width = width_of(r->engines[e].name, engine_width);
    }
    char against[64];
    snprintf(against, sizeof against, "/ %s", r->engines[result->reference].name);
    printf("%-*s  %9s  %6s  %9s  %8s  %9s  %8s  %12s  %10s  %8s\n", engine_width, "engine",
           "wall s", "spread", "wall s/s", against, "ns/event", "rate Hz", "deliveries/s",
           "external/s", "peak");
    for (size_t point = 0; point < s->point_count; point++) {
        for (size_t e = 0; e < r->engine_count; e++) {
            for (size_t a = 0; a < r->axis_count; a++) {
                printf("%-*s  ", widths[a], e == 0 ? sweep_value(r, point, a)->text : "");
            }
            printf("%-*s", engine_width, r->engines[e].name);
            print_cell(result, point, e);
        }
    }
    printf("\nwall s: the fastest of %u; spread: how much more the slowest took; wall s/s: per "
           "simulated second;\nns/event: wall time per synaptic event; deliveries and external "
           "events: per second and neuron\n",
           r->repeats);
}

/* ---- Energy ---------------------------------------------------------------------------------- */

static void print_energy(const sweep_result *result)
{
    const sweep *s = result->sweep;
    const sweep_request *r = s->request;
    for (size_t t = 0; t < s->table_count; t++) {
        printf("\nenergy by %s\n", sweep_table_name(s, t));
        for (size_t point = 0; point < s->point_count; point++) {
            for (size_t e = 0; e < r->engine_count; e++) {
                const sweep_cell *cell = sweep_cell_at(result, point, e);
                for (size_t a = 0; a < r->axis_count; a++) {
                    printf("  %-12s", e == 0 ? sweep_value(r, point, a)->text : "");
                }
                saltus_energy_estimate estimate;
                if (cell->run != NULL) {
                    sweep_price(s, cell, e, t, &estimate);
                }
                printf("  %-14s  %s\n", r->engines[e].name,
                       cell->run != NULL ? compare_energy_text(&estimate) : "-");
            }
        }
    }
}

/* ---- Crossovers ---------------------------------------------------------------------------- */

static void print_everywhere(const sweep_result *result, const sweep_line *line)
{
    const sweep_request *r = result->sweep->request;
    double low = (double)INFINITY;
    double high = 0.0;
    for (size_t i = 0; i < line->point_count; i++) {
        low = fmin(low, line->points[i].ratio);
        high = fmax(high, line->points[i].ratio);
    }
    const char *reference = r->engines[result->reference].name;
    const char *engine = r->engines[line->engine].name;
    if (line->point_count == 0) {
        printf("not known, no point has both\n");
    } else if (high <= 1.0) {
        printf("none in the range: %s is faster everywhere, %s to %s times\n", reference,
               figure_text(1.0 / high), figure_text(1.0 / low));
    } else if (low >= 1.0) {
        printf("none in the range: %s is faster everywhere, %s to %s times\n", engine,
               figure_text(low), figure_text(high));
    } else {
        printf("none in the range\n");
    }
}

static void print_crossing(const sweep_result *result, const sweep_line *line,
                           const saltus_crossover *c)
{
    const sweep_request *r = result->sweep->request;
    const char *reference = r->engines[result->reference].name;
    const char *engine = r->engines[line->engine].name;
    printf("at %s", place_text(r, c->x));
    if (r->repeats > 1) {
        printf(" (the repeats allow %s%s to %s%s)", c->low_open ? "the first point, " : "",
               place_text(r, c->x_low), c->high_open ? "the last point, " : "",
               place_text(r, c->x_high));
    }
    printf(", between the points %s and %s; below it %s is faster, above it %s\n",
           place_text(r, line->points[c->before].x), place_text(r, line->points[c->after].x),
           c->rising ? reference : engine, c->rising ? engine : reference);
}

static void print_model(const sweep_result *result, const sweep_line *line, int indent)
{
    const sweep_request *r = result->sweep->request;
    if (!result->fits[result->fit_of[line->engine]].good ||
        !result->fits[result->fit_of[result->reference]].good) {
        return;
    }
    printf("%*smodel: ", indent, "");
    if (line->model_crossing_count == 0) {
        printf("none in the range");
    }
    for (size_t i = 0; i < line->model_crossing_count; i++) {
        printf("%sat %s", i > 0 ? ", " : "", place_text(r, line->model_crossings[i].x));
    }
    if (isnan(line->equal_Hz)) {
        printf("\n");
    } else if (isinf(line->equal_Hz)) {
        printf("; %s is faster at any activity\n", r->engines[result->reference].name);
    } else if (line->equal_Hz <= 0.0) {
        printf("; %s is faster at any activity\n", r->engines[line->engine].name);
    } else {
        printf("; equal at %s arrivals a second and neuron%s\n", figure_text(line->equal_Hz),
               line->equal_inside ? "" : ", which is extrapolated beyond what was measured");
    }
}

static void print_crossovers(const sweep_result *result)
{
    const sweep_request *r = result->sweep->request;
    if (result->line_count == 0) {
        return;
    }
    printf("\ncrossover, where %s takes as long as the other, over %s\n",
           r->engines[result->reference].name, r->axes[0].paths[0]);
    int width = 0;
    for (size_t e = 0; e < r->engine_count; e++) {
        width = width_of(r->engines[e].name, width);
    }
    for (size_t i = 0; i < result->line_count; i++) {
        const sweep_line *line = &result->lines[i];
        printf("  %-*s  ", width, r->engines[line->engine].name);
        if (r->axis_count > 1) {
            printf("%s = %s\n%*s", r->axes[1].paths[0],
                   r->axes[1].ranges[0].values[line->second].text, width + 4, "");
        }
        for (size_t k = 0; k < line->crossing_count; k++) {
            printf("%*s", k > 0 ? width + 4 : 0, "");
            print_crossing(result, line, &line->crossings[k]);
        }
        if (line->crossing_count == 0) {
            print_everywhere(result, line);
        }
        print_model(result, line, width + 4);
    }
}

static void print_short_runs(const sweep_result *result)
{
    const sweep *s = result->sweep;
    size_t brief = 0;
    for (size_t i = 0; i < s->point_count * s->request->engine_count; i++) {
        brief += result->cells[i].wall_s < SHORT_WALL_S;
    }
    if (brief > 0) {
        printf("note: %zu of %zu took under %.0f ms, which is mostly noise; a longer duration "
               "gives better figures\n",
               brief, s->point_count * s->request->engine_count, 1e3 * SHORT_WALL_S);
    }
}

/* An engine whose network does something else does not cost more or less for the same. */
static void print_other_activity(const sweep_result *result)
{
    const sweep *s = result->sweep;
    const sweep_request *r = s->request;
    for (size_t e = 0; e < r->engine_count; e++) {
        size_t other = 0;
        for (size_t point = 0; point < s->point_count; point++) {
            const sweep_run *mine = sweep_cell_at(result, point, e)->run;
            const sweep_run *reference = sweep_cell_at(result, point, result->reference)->run;
            if (mine == NULL || reference == NULL) {
                continue;
            }
            const double a = sweep_arrivals_Hz(mine);
            const double b = sweep_arrivals_Hz(reference);
            other += fabs(a - b) > ACTIVITY_TOLERANCE * fmax(a, b);
        }
        if (other > 0) {
            printf("note: at %zu of %zu points %s has over %.0f %% more or fewer arrivals than "
                   "%s:\nthere the network itself does something else on it, and the times are of "
                   "different work\n",
                   other, s->point_count, r->engines[e].name, 100.0 * ACTIVITY_TOLERANCE,
                   r->engines[result->reference].name);
        }
    }
}

/* ---- Costs ----------------------------------------------------------------------------------- */

static void print_cost(const saltus_cost_fit *fit, saltus_cost_term term)
{
    const saltus_cost_coefficient *c = &fit->terms[term];
    const char *partner = saltus_cost_term_name(c->partner);
    switch (c->state) {
    case SALTUS_COST_FITTED:
        printf("%10s  %10s", figure_text(c->cost_ns), figure_text(c->standard_error_ns));
        if (c->partner != term && c->separation < POOR_SEPARATION) {
            printf("  poorly told from %s: %.0f %% of it is its own", partner,
                   100.0 * c->separation);
        }
        break;
    case SALTUS_COST_AT_ZERO:
        printf("%10s  %10s  the best cost would be below 0", "0", "-");
        break;
    default:
        printf("%10s  %10s  goes in proportion in these runs, its cost is in that of the %s", "-",
               "-", partner);
        break;
    }
    printf("\n");
}

static void print_costs(const sweep_result *result)
{
    printf("\n%-14s  %-15s  %10s  %10s\n", "cost model", "work", "cost ns", "std. error");
    for (size_t i = 0; i < result->fit_count; i++) {
        const sweep_fit *fit = &result->fits[i];
        if (!fit->good) {
            printf("%-14s  not fitted: %s\n", fit->model, fit->problem);
            continue;
        }
        const char *name = fit->model;
        for (saltus_cost_term term = 0; term < SALTUS_COST_TERM_COUNT; term++) {
            if (fit->fit.terms[term].state == SALTUS_COST_ABSENT) {
                continue;
            }
            printf("%-14s  %-15s  ", name, saltus_cost_term_name(term));
            name = "";
            print_cost(&fit->fit, term);
        }
        printf("%-14s  residual over %zu points: rms %.1f %%, largest %.1f %%\n", "",
               fit->fit.points, 100.0 * fit->fit.rms_relative, 100.0 * fit->fit.max_relative);
    }
}

void sweep_print(const sweep_result *result)
{
    const sweep *s = result->sweep;
    const sweep_request *r = s->request;
    printf("%s: %s\n", r->file, s->title);
    printf("%zu points on %zu engine%s, %u time%s each, %u thread%s on %s\n\n", s->point_count,
           r->engine_count, r->engine_count == 1 ? "" : "s", r->repeats, r->repeats == 1 ? "" : "s",
           r->threads, r->threads == 1 ? "" : "s", machine_cpu_model());
    print_points(result);
    print_short_runs(result);
    print_other_activity(result);
    print_crossovers(result);
    print_costs(result);
    print_energy(result);
}
