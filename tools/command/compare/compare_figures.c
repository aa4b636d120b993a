/* compare_figures - the figures of a comparison: time against error, spikes that are missing or
 * too many, energy. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "compare/compare.h"
#include "figure/figure.h"
#include "shared/command.h"

/* "0.1 ms" */
static const char *step_text(const compare_row *row)
{
    static char text[FIGURE_LABEL_MAX];
    snprintf(text, sizeof text, "%s ms", number_text(row->how.step_ms));
    return text;
}

/* Whether row i is the first of its variant. */
static bool is_first(const compare_session *s, size_t i)
{
    for (size_t j = 1; j < i; j++) {
        if (s->rows[j].how.engine == s->rows[i].how.engine) {
            return false;
        }
    }
    return true;
}

/* The rows of a variant from the largest step to the smallest, so that lines do not run back. */
static size_t by_step(const compare_session *s, saltus_engine engine, const compare_row **out)
{
    size_t count = 0;
    for (size_t i = 1; i < s->rows_done; i++) {
        const compare_row *row = &s->rows[i];
        if (row->how.engine != engine) {
            continue;
        }
        size_t place = count++;
        for (; place > 0 && out[place - 1]->how.step_ms < row->how.step_ms; place--) {
            out[place] = out[place - 1];
        }
        out[place] = row;
    }
    return count;
}

static void plot_error(const compare_session *s, figure *f)
{
    figure_begin(f, "error", "Wall time against spike-time error, points labelled by step");
    f->x = (figure_axis){
        .label = "mean |shift| of matched spikes (ms)", .logarithmic = true, .zero = "exact"};
    f->y = (figure_axis){.label = "wall time (s)", .logarithmic = true};
    f->rule_y = s->rows[0].wall_median_s;
    figure_series(f, "event", FIGURE_MARK);
    figure_range(f, 0.0, s->rows[0].wall_median_s,
                 s->rows[0].repeats > 1 ? s->rows[0].wall_low_s : (double)NAN,
                 s->rows[0].wall_high_s, NULL);
    for (size_t i = 1; i < s->rows_done; i++) {
        if (!is_first(s, i)) {
            continue;
        }
        const compare_row *sorted[COMPARE_ROWS_MAX];
        const size_t count = by_step(s, s->rows[i].how.engine, sorted);
        figure_series(f, saltus_engine_name(s->rows[i].how.engine), FIGURE_LINE);
        for (size_t k = 0; k < count; k++) {
            const compare_row *row = sorted[k];
            figure_range(f, row->has_accuracy ? row->accuracy.match.mean_abs_shift_ms : (double)NAN,
                         row->wall_median_s, row->repeats > 1 ? row->wall_low_s : (double)NAN,
                         row->wall_high_s, step_text(row));
        }
    }
}

static void plot_wrong_spikes(const compare_session *s, figure *f)
{
    figure_begin(f, "wrong_spikes", "Missed and extra spikes against the step");
    f->x = (figure_axis){.label = "step (ms)", .logarithmic = true};
    f->y = (figure_axis){.label = "missed + extra spikes", .logarithmic = true, .zero = "0"};
    for (size_t i = 1; i < s->rows_done; i++) {
        if (!is_first(s, i)) {
            continue;
        }
        const compare_row *sorted[COMPARE_ROWS_MAX];
        const size_t count = by_step(s, s->rows[i].how.engine, sorted);
        figure_series(f, saltus_engine_name(s->rows[i].how.engine), FIGURE_LINE);
        for (size_t k = 0; k < count; k++) {
            const saltus_match_summary *m = &sorted[k]->accuracy.match;
            if (sorted[k]->has_accuracy) {
                figure_point(f, sorted[k]->how.step_ms, (double)m->missed + (double)m->extra, NULL);
            }
        }
    }
}

#define ENERGY_SERIES_MAX 7
/* Bars show their heights from 0 on; where they differ more than this, small ones would vanish. */
#define BARS_RATIO 30.0

/* Do the totals of all tables and runs fit one linear axis? */
static bool fit_linear_axis(const compare_session *s)
{
    double low = HUGE_VAL;
    double high = 0.0;
    for (size_t i = 0; i < s->rows_done; i++) {
        for (size_t t = 0; t < s->table_count; t++) {
            const saltus_energy_estimate *e = &s->rows[i].energy[t];
            if (e->has_total && e->total.high_J > 0.0) {
                low = fmin(low, e->total.high_J);
                high = fmax(high, e->total.high_J);
            }
        }
    }
    return high < BARS_RATIO * low;
}

/* The event-driven run and the first variant at its steps: other variants do the same operations
 * but for a few. */
static void plot_energy(const compare_session *s, figure *f,
                        const char *categories[COMPARE_TABLES_MAX])
{
    figure_begin(f, "energy", "Energy estimated from counts, by cost table");
    const bool linear = fit_linear_axis(s);
    f->y = (figure_axis){.label = "energy (J)", .logarithmic = !linear, .from_zero = linear};
    f->x = (figure_axis){.label = ""};
    f->horizontal_lines = true;
    f->categories = categories;
    size_t place[COMPARE_TABLES_MAX] = {0};
    for (size_t t = 0; t < s->table_count; t++) {
        if (s->rows[0].energy[t].has_total) {
            place[t] = f->category_count;
            categories[f->category_count++] = s->tables[t].name;
        }
    }
    size_t series = 0;
    for (size_t i = 0; i < s->rows_done && series < ENERGY_SERIES_MAX; i++) {
        const compare_row *row = &s->rows[i];
        if (i > 0 && row->how.engine != s->rows[1].how.engine) {
            continue;
        }
        figure_series(f, row->engine, FIGURE_BAR);
        series++;
        for (size_t t = 0; t < s->table_count; t++) {
            const saltus_energy_estimate *e = &row->energy[t];
            if (e->has_total && e->total.high_J > 0.0) {
                /* the middle as the axis sees it */
                const double low = e->total.low_J;
                const double high = e->total.high_J;
                const bool range = high > low && low > 0.0;
                const double middle = linear ? 0.5 * (low + high) : sqrt(low * high);
                figure_range(f, (double)place[t], range ? middle : high, range ? low : (double)NAN,
                             range ? high : (double)NAN, e->lower_bound ? "≥" : NULL);
            }
        }
    }
}

int compare_draw(compare_session *s, const char *directory)
{
    figure figures[3];
    const char *categories[COMPARE_TABLES_MAX] = {NULL};
    plot_error(s, &figures[0]);
    plot_wrong_spikes(s, &figures[1]);
    plot_energy(s, &figures[2], categories);
    int code = EXIT_CODE_OK;
    bool absent = false;
    for (size_t i = 0; i < 3; i++) {
        if (code == EXIT_CODE_OK && !figure_empty(&figures[i])) {
            code = figure_write(&figures[i], "compare", directory);
            if (code == EXIT_CODE_OK && !absent) {
                /* pictures are a help: the result is whole without them */
                (void)figure_draw(&figures[i], "compare", directory, measured_stop_asked, &absent);
            }
            code = measured_stop_asked() ? EXIT_CODE_INTERRUPTED : code;
        }
        figure_clear(&figures[i]);
    }
    if (absent) {
        complain("compare: no gnuplot is found, so there are no pictures; with it (Debian: "
                 "gnuplot-nox): cd %s && for f in *.gp; do gnuplot $f; done",
                 s->directory);
    }
    return code;
}
