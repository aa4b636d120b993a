/* cost_model - costs of the kinds of work, fitted to measured runs.
 *
 * Each point is divided by its time, so that the sum of squares is one of relative errors, and each
 * column by its length. The columns are orthogonalised in the order of the terms (Gram-Schmidt,
 * each column twice: W. Hoffmann 1989, Computing 41, 335); a column that the earlier ones explain
 * to within min_separation is left out as inseparable. What remains is a triangle of at most
 * SALTUS_COST_TERM_COUNT columns and the times. Of the sets of its columns whose least-squares
 * costs are all positive the one with the smallest residual is the solution with costs >= 0: that
 * solution is the unconstrained one on its own support. With so few columns all sets are tried.
 */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "saltus/cost_model.h"

#define TERMS              SALTUS_COST_TERM_COUNT
#define DEFAULT_SEPARATION 0.01

/* An upper triangle: of[row][column]. */
typedef struct matrix {
    double of[TERMS + 1][TERMS + 1];
} matrix;

/* Orthogonalised columns: those of the kept terms, then the times. */
typedef struct triangle {
    size_t count;                 /* kept terms */
    saltus_cost_term term[TERMS]; /* of each column */
    double length[TERMS];         /* of each column before it was scaled */
    matrix r;
} triangle;

const char *saltus_cost_term_name(saltus_cost_term term)
{
    static const char *const names[TERMS] = {
        [SALTUS_COST_NEURON_STEP] = "neuron step",
        [SALTUS_COST_DELIVERY] = "delivery",
        [SALTUS_COST_EXTERNAL] = "external event",
        [SALTUS_COST_SPIKE] = "spike",
        [SALTUS_COST_SEARCH] = "crossing search",
        [SALTUS_COST_WINDOW] = "window",
        [SALTUS_COST_STEP] = "step",
    };
    return (unsigned)term < TERMS ? names[term] : NULL;
}

void saltus_cost_set_work(const saltus_counts *counts, double work[SALTUS_COST_TERM_COUNT])
{
    work[SALTUS_COST_NEURON_STEP] = (double)counts->step_updates;
    work[SALTUS_COST_DELIVERY] = (double)counts->synaptic_events;
    work[SALTUS_COST_EXTERNAL] = (double)counts->external_events;
    work[SALTUS_COST_SPIKE] = (double)counts->spikes + (double)counts->source_spikes;
    work[SALTUS_COST_SEARCH] = (double)counts->crossing_searches;
    work[SALTUS_COST_WINDOW] = counts->steps > 0 ? 0.0 : (double)counts->windows;
    work[SALTUS_COST_STEP] = (double)counts->steps;
}

/* ---- Columns --------------------------------------------------------------------------- */

static double dot(const double *a, const double *b, size_t count)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        sum += a[i] * b[i];
    }
    return sum;
}

/* Take the `count` orthonormal columns out of `column`; their shares are added up in `shares`.
 * Returns the length that is left. */
static double orthogonalise(const double *columns, size_t count, size_t rows, double *column,
                            double *shares)
{
    memset(shares, 0, count * sizeof *shares);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t k = 0; k < count; k++) {
            const double share = dot(columns + k * rows, column, rows);
            shares[k] += share;
            for (size_t i = 0; i < rows; i++) {
                column[i] -= share * columns[k * rows + i];
            }
        }
    }
    return sqrt(dot(column, column, rows));
}

static void scale(double *column, size_t rows, double factor)
{
    for (size_t i = 0; i < rows; i++) {
        column[i] *= factor;
    }
}

/* Solve the upper triangle of the first `count` columns for `right`. */
static void solve(const matrix *r, size_t count, const double *right, double *solution)
{
    for (size_t i = count; i-- > 0;) {
        double sum = right[i];
        for (size_t k = i + 1; k < count; k++) {
            sum -= r->of[i][k] * solution[k];
        }
        solution[i] = sum / r->of[i][i];
    }
}

/* The kept term with the largest coefficient in what explains `shares`. */
static saltus_cost_term main_partner(const triangle *t, const double *shares,
                                     saltus_cost_term itself)
{
    double coefficients[TERMS];
    solve(&t->r, t->count, shares, coefficients);
    saltus_cost_term partner = itself;
    double largest = 0.0;
    for (size_t k = 0; k < t->count; k++) {
        if (t->term[k] != itself && fabs(coefficients[k]) > largest) {
            largest = fabs(coefficients[k]);
            partner = t->term[k];
        }
    }
    return partner;
}

/* Column `term` goes into the triangle, or is found absent or inseparable. */
static void take_term(triangle *t, double *columns, const saltus_cost_point *points, size_t rows,
                      saltus_cost_term term, double min_separation, saltus_cost_coefficient *out)
{
    double *column = columns + t->count * rows;
    double largest = 0.0;
    for (size_t i = 0; i < rows; i++) {
        column[i] = points[i].work[term] / points[i].wall_s;
        largest = fmax(largest, column[i]);
    }
    if (!(largest > 0.0)) {
        out->state = SALTUS_COST_ABSENT;
        return;
    }
    scale(column, rows, 1.0 / largest);
    const double length = sqrt(dot(column, column, rows));
    scale(column, rows, 1.0 / length);

    double shares[TERMS];
    const double left = orthogonalise(columns, t->count, rows, column, shares);
    if (t->count > 0 && left < min_separation) {
        out->state = SALTUS_COST_INSEPARABLE;
        out->separation = left;
        out->partner = main_partner(t, shares, term);
        return;
    }
    for (size_t k = 0; k < t->count; k++) {
        t->r.of[k][t->count] = shares[k];
    }
    t->r.of[t->count][t->count] = left;
    scale(column, rows, 1.0 / left);
    t->term[t->count] = term;
    t->length[t->count] = length * largest;
    t->count++;
    out->state = SALTUS_COST_AT_ZERO;
}

/* All terms, then the times (ones, since every row is divided by its time). */
static saltus_status build_triangle(triangle *t, const saltus_cost_point *points, size_t rows,
                                    const saltus_cost_options *options, saltus_cost_fit *fit,
                                    saltus_error *error)
{
    double *columns = rows <= SIZE_MAX / sizeof(double) / (TERMS + 1)
                          ? malloc((TERMS + 1) * rows * sizeof(double))
                          : NULL;
    if (columns == NULL) {
        return sl_fail_memory(error);
    }
    const double least =
        options->min_separation > 0.0 ? options->min_separation : DEFAULT_SEPARATION;
    for (saltus_cost_term term = 0; term < TERMS; term++) {
        if ((options->left_out >> term & 1u) == 0) {
            take_term(t, columns, points, rows, term, least, &fit->terms[term]);
        }
    }
    double *times = columns + t->count * rows;
    for (size_t i = 0; i < rows; i++) {
        times[i] = 1.0;
    }
    double shares[TERMS];
    t->r.of[t->count][t->count] = orthogonalise(columns, t->count, rows, times, shares);
    for (size_t k = 0; k < t->count; k++) {
        t->r.of[k][t->count] = shares[k];
    }
    free(columns);
    return SALTUS_OK;
}

/* ---- Costs that are not negative --------------------------------------------------------- */

/* A least-squares solution on some of the columns. */
typedef struct support {
    size_t count;
    size_t column[TERMS];   /* of the triangle */
    double cost[TERMS];     /* of the scaled columns */
    double variance[TERMS]; /* diagonal of the inverse of the normal matrix */
    double squares;         /* sum of squared residuals */
} support;

/* Diagonal of (R' R)^-1 for an upper triangle R: squared lengths of the rows of R^-1. */
static void inverse_diagonal(const matrix *r, size_t count, double *diagonal)
{
    memset(diagonal, 0, count * sizeof *diagonal);
    for (size_t k = 0; k < count; k++) {
        double unit[TERMS] = {0};
        double column[TERMS];
        unit[k] = 1.0;
        solve(r, count, unit, column);
        for (size_t i = 0; i < count; i++) {
            diagonal[i] += column[i] * column[i];
        }
    }
}

/* Least squares on the columns in `set`. */
static void solve_set(const triangle *t, unsigned set, support *s)
{
    const size_t rows = t->count + 1;
    double columns[(TERMS + 1) * (TERMS + 1)]; /* orthonormal, `rows` numbers each */
    matrix small = {{{0}}};
    double shares[TERMS + 1];
    s->count = 0;
    for (size_t k = 0; k < t->count; k++) {
        if ((set >> k & 1u) == 0) {
            continue;
        }
        double *column = columns + s->count * rows;
        for (size_t i = 0; i < rows; i++) {
            column[i] = t->r.of[i][k];
        }
        const double left = orthogonalise(columns, s->count, rows, column, shares);
        scale(column, rows, 1.0 / left);
        for (size_t c = 0; c < s->count; c++) {
            small.of[c][s->count] = shares[c];
        }
        small.of[s->count][s->count] = left;
        s->column[s->count++] = k;
    }
    double times[TERMS + 1];
    double right[TERMS + 1];
    for (size_t i = 0; i < rows; i++) {
        times[i] = t->r.of[i][t->count];
    }
    const double residual = orthogonalise(columns, s->count, rows, times, right);
    s->squares = residual * residual;
    solve(&small, s->count, right, s->cost);
    inverse_diagonal(&small, s->count, s->variance);
}

static bool all_positive(const support *s)
{
    for (size_t i = 0; i < s->count; i++) {
        if (!(s->cost[i] > 0.0)) {
            return false;
        }
    }
    return true;
}

/* The best set. A larger one must be better by more than rounding makes of nothing. */
static support best_support(const triangle *t, size_t points)
{
    const double rounding = 1e-28 * (double)points;
    support best = {.squares = (double)INFINITY};
    for (size_t size = 0; size <= t->count; size++) {
        for (unsigned set = 0; set < 1u << t->count; set++) {
            if ((size_t)__builtin_popcount(set) != size) {
                continue;
            }
            support s;
            solve_set(t, set, &s);
            if (s.squares < best.squares - rounding && all_positive(&s)) {
                best = s;
            }
        }
    }
    return best;
}

/* ---- The fit --------------------------------------------------------------------------- */

static saltus_status check_points(const saltus_cost_point *points, size_t count,
                                  const saltus_cost_options *options, saltus_error *error)
{
    if (!(options->min_separation >= 0.0) || options->min_separation > 1.0) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "min_separation is %g; it must be from 0 to 1",
                       options->min_separation);
    }
    if (count == 0) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "a cost model needs at least one measured run");
    }
    for (size_t i = 0; i < count; i++) {
        if (!(points[i].wall_s > 0.0) || !isfinite(points[i].wall_s)) {
            return sl_fail(error, SALTUS_E_ARGUMENT,
                           "the time of point %zu is %g s; it must be above 0 and finite", i,
                           points[i].wall_s);
        }
        for (saltus_cost_term term = 0; term < TERMS; term++) {
            const double ratio = points[i].work[term] / points[i].wall_s;
            if (!(points[i].work[term] >= 0.0) || !isfinite(ratio)) {
                return sl_fail(error, SALTUS_E_ARGUMENT,
                               "the number of %ss of point %zu is %g; it must be at least 0 and "
                               "finite, also by second",
                               saltus_cost_term_name(term), i, points[i].work[term]);
            }
        }
    }
    return SALTUS_OK;
}

/* Row k of the inverse of R' R, whose entries tell how the other columns explain column k. */
static void inverse_row(const triangle *t, size_t k, double *row)
{
    double forward[TERMS];
    for (size_t i = 0; i < t->count; i++) {
        double sum = i == k ? 1.0 : 0.0;
        for (size_t j = 0; j < i; j++) {
            sum -= t->r.of[j][i] * forward[j];
        }
        forward[i] = sum / t->r.of[i][i];
    }
    solve(&t->r, t->count, forward, row);
}

/* How well each kept term is told from all the other ones, and from which least. */
static void write_separations(const triangle *t, saltus_cost_fit *fit)
{
    for (size_t k = 0; k < t->count; k++) {
        saltus_cost_coefficient *out = &fit->terms[t->term[k]];
        double row[TERMS];
        inverse_row(t, k, row);
        out->separation = fmin(1.0 / sqrt(row[k]), 1.0);
        double largest = 0.0;
        for (size_t i = 0; i < t->count; i++) {
            if (i != k && fabs(row[i]) > largest) {
                largest = fabs(row[i]);
                out->partner = t->term[i];
            }
        }
    }
}

/* Costs and their errors, back in ns an operation. */
static void write_costs(const triangle *t, const support *s, saltus_cost_fit *fit)
{
    const bool scatter = fit->points > s->count;
    const double variance = scatter ? s->squares / (double)(fit->points - s->count) : (double)NAN;
    for (size_t c = 0; c < s->count; c++) {
        const size_t k = s->column[c];
        saltus_cost_coefficient *out = &fit->terms[t->term[k]];
        out->state = SALTUS_COST_FITTED;
        out->cost_ns = s->cost[c] / t->length[k] * 1e9;
        out->standard_error_ns = sqrt(variance * s->variance[c]) / t->length[k] * 1e9;
    }
    fit->fitted = s->count;
}

static void write_residuals(const saltus_cost_point *points, saltus_cost_fit *fit)
{
    double squares = 0.0;
    for (size_t i = 0; i < fit->points; i++) {
        const double relative = saltus_cost_predict_s(fit, points[i].work) / points[i].wall_s - 1.0;
        squares += relative * relative;
        fit->max_relative = fmax(fit->max_relative, fabs(relative));
    }
    fit->rms_relative = sqrt(squares / (double)fit->points);
}

saltus_status saltus_cost_fit_points(const saltus_cost_point *points, size_t count,
                                     const saltus_cost_options *options, saltus_cost_fit *fit,
                                     saltus_error *error)
{
    const saltus_cost_options defaults = {0};
    options = options != NULL ? options : &defaults;
    *fit = (saltus_cost_fit){.points = count};
    for (saltus_cost_term term = 0; term < TERMS; term++) {
        fit->terms[term] = (saltus_cost_coefficient){.state = SALTUS_COST_LEFT_OUT,
                                                     .standard_error_ns = (double)NAN,
                                                     .separation = (double)NAN,
                                                     .partner = term};
    }
    saltus_status status = check_points(points, count, options, error);
    triangle t = {.count = 0};
    if (status == SALTUS_OK) {
        status = build_triangle(&t, points, count, options, fit, error);
    }
    if (status == SALTUS_OK && t.count == 0) {
        status = sl_fail(error, SALTUS_E_ARGUMENT, "no run has any work that is to be fitted");
    }
    if (status == SALTUS_OK) {
        const support s = best_support(&t, count);
        write_separations(&t, fit);
        write_costs(&t, &s, fit);
        write_residuals(points, fit);
    }
    return status;
}

/* ---- Using it -------------------------------------------------------------------------- */

double saltus_cost_predict_s(const saltus_cost_fit *fit, const double work[SALTUS_COST_TERM_COUNT])
{
    double sum_ns = 0.0;
    for (saltus_cost_term term = 0; term < TERMS; term++) {
        sum_ns += fit->terms[term].cost_ns * work[term];
    }
    return sum_ns * 1e-9;
}

/* The part of the time that grows with activity, and the part that does not. */
static void split(const saltus_cost_fit *fit, const double *work, double *active, double *fixed)
{
    *active = 0.0;
    *fixed = 0.0;
    for (saltus_cost_term term = 0; term < TERMS; term++) {
        const bool stays = term == SALTUS_COST_NEURON_STEP || term == SALTUS_COST_STEP ||
                           term == SALTUS_COST_WINDOW;
        *(stays ? fixed : active) += fit->terms[term].cost_ns * work[term];
    }
}

double saltus_cost_equal_activity(const saltus_cost_fit *event,
                                  const double event_work[SALTUS_COST_TERM_COUNT],
                                  const saltus_cost_fit *clock,
                                  const double clock_work[SALTUS_COST_TERM_COUNT])
{
    double event_active, event_fixed, clock_active, clock_fixed;
    split(event, event_work, &event_active, &event_fixed);
    split(clock, clock_work, &clock_active, &clock_fixed);
    const double slope = event_active - clock_active;
    const double head_start = clock_fixed - event_fixed;
    if (slope == 0.0) {
        return head_start > 0.0 ? (double)INFINITY : head_start < 0.0 ? 0.0 : (double)NAN;
    }
    const double factor = head_start / slope;
    if (factor > 0.0) {
        return factor;
    }
    /* no activity > 0 makes them equal: the sign of the difference is the same everywhere */
    return slope > 0.0 ? 0.0 : (double)INFINITY;
}
