/* test_cost_model - fitted costs against known ones and closed forms; crossings against geometry.
 *
 * Synthetic runs have times made from known costs, so the fit has an answer to find. Where the
 * answer is not exact (scatter, costs below zero) it is derived independently: normal equations in
 * closed form for one and two terms, a fine search for the constrained case.
 */
#include <math.h>
#include <string.h>

#include "saltus/cost_model.h"
#include "suite.h"
#include "trial.h"

#define TERMS SALTUS_COST_TERM_COUNT

static saltus_cost_fit fit_or_die(const saltus_cost_point *points, size_t count)
{
    saltus_cost_fit fit;
    saltus_error error = {0};
    const saltus_status status = saltus_cost_fit_points(points, count, NULL, &fit, &error);
    ck_assert_msg(status == SALTUS_OK, "%s", error.message);
    return fit;
}

static void set_time(saltus_cost_point *point, const double cost_ns[TERMS])
{
    double ns = 0.0;
    for (int term = 0; term < TERMS; term++) {
        ns += cost_ns[term] * point->work[term];
    }
    point->wall_s = ns * 1e-9;
}

/* A random run with all kinds of work, magnitudes from 1e3 to 1e9. */
static saltus_cost_point random_run(uint64_t *state)
{
    saltus_cost_point point = {0};
    for (int term = 0; term < TERMS; term++) {
        point.work[term] = floor(pow(10.0, trial_random_in(state, 3.0, 9.0)));
    }
    return point;
}

START_TEST(test_known_costs_are_recovered_to_1e_9)
{
    uint64_t state = 11;
    for (int trial = 0; trial < 200; trial++) {
        double cost_ns[TERMS];
        for (int term = 0; term < TERMS; term++) {
            cost_ns[term] = pow(10.0, trial_random_in(&state, -1.0, 3.0));
        }
        /* every work is once the main one, so that every cost shows */
        saltus_cost_point points[3 * TERMS];
        for (int i = 0; i < 3 * TERMS; i++) {
            points[i] = random_run(&state);
            points[i].work[i % TERMS] *= 1e4;
            set_time(&points[i], cost_ns);
        }
        const saltus_cost_fit fit = fit_or_die(points, 3 * TERMS);
        ck_assert_uint_eq(fit.fitted, TERMS);
        for (int term = 0; term < TERMS; term++) {
            ck_assert_int_eq(fit.terms[term].state, SALTUS_COST_FITTED);
            ck_assert_double_le(fabs(fit.terms[term].cost_ns / cost_ns[term] - 1.0), 1e-9);
            ck_assert_double_le(fit.terms[term].standard_error_ns, 1e-6 * cost_ns[term]);
        }
        ck_assert_double_le(fit.max_relative, 1e-9);
    }
}
END_TEST

START_TEST(test_as_many_points_as_terms_have_no_standard_error)
{
    saltus_cost_point points[2] = {
        {.work = {[SALTUS_COST_DELIVERY] = 1e6, [SALTUS_COST_EXTERNAL] = 1e6}},
        {.work = {[SALTUS_COST_DELIVERY] = 1e6, [SALTUS_COST_EXTERNAL] = 3e6}}};
    const double cost_ns[TERMS] = {[SALTUS_COST_DELIVERY] = 3.0, [SALTUS_COST_EXTERNAL] = 12.0};
    set_time(&points[0], cost_ns);
    set_time(&points[1], cost_ns);
    const saltus_cost_fit fit = fit_or_die(points, 2);
    ck_assert_double_eq_tol(fit.terms[SALTUS_COST_DELIVERY].cost_ns, 3.0, 1e-9);
    ck_assert_double_eq_tol(fit.terms[SALTUS_COST_EXTERNAL].cost_ns, 12.0, 1e-9);
    ck_assert_double_nan(fit.terms[SALTUS_COST_DELIVERY].standard_error_ns);
    ck_assert_int_eq(fit.terms[SALTUS_COST_STEP].state, SALTUS_COST_ABSENT);
    ck_assert_double_nan(fit.terms[SALTUS_COST_STEP].separation);
}
END_TEST

START_TEST(test_one_term_is_the_weighted_mean)
{
    /* minimise sum (c a_i - 1)^2 with a_i = n_i / t_i: c = sum a / sum a^2, and the standard error
     * is sqrt(rss / (m - 1) / sum a^2) */
    const double n[4] = {1e6, 2e6, 5e6, 1e7};
    const double t[4] = {3.1e-3, 5.9e-3, 15.4e-3, 29.7e-3};
    saltus_cost_point points[4] = {{0}};
    double sum = 0.0, squares = 0.0;
    for (int i = 0; i < 4; i++) {
        points[i].wall_s = t[i];
        points[i].work[SALTUS_COST_DELIVERY] = n[i];
        sum += n[i] / t[i];
        squares += n[i] / t[i] * n[i] / t[i];
    }
    const double cost_s = sum / squares;
    double rss = 0.0, largest = 0.0;
    for (int i = 0; i < 4; i++) {
        const double r = cost_s * n[i] / t[i] - 1.0;
        rss += r * r;
        largest = fmax(largest, fabs(r));
    }
    const saltus_cost_fit fit = fit_or_die(points, 4);
    const saltus_cost_coefficient *c = &fit.terms[SALTUS_COST_DELIVERY];
    ck_assert_double_eq_tol(c->cost_ns, cost_s * 1e9, 1e-12);
    ck_assert_double_eq_tol(c->standard_error_ns, sqrt(rss / 3.0 / squares) * 1e9, 1e-9);
    ck_assert_double_eq_tol(fit.rms_relative, sqrt(rss / 4.0), 1e-12);
    ck_assert_double_eq_tol(fit.max_relative, largest, 1e-12);
    ck_assert_double_eq_tol(c->separation, 1.0, 1e-12);
    ck_assert_int_eq(c->partner, SALTUS_COST_DELIVERY);
}
END_TEST

START_TEST(test_two_terms_with_scatter_follow_the_normal_equations)
{
    uint64_t state = 5;
    for (int trial = 0; trial < 300; trial++) {
        enum { M = 9 };
        saltus_cost_point points[M] = {{0}};
        double aa = 0.0, ab = 0.0, bb = 0.0, a1 = 0.0, b1 = 0.0;
        for (int i = 0; i < M; i++) {
            points[i].work[SALTUS_COST_NEURON_STEP] = 1e7;
            points[i].work[SALTUS_COST_DELIVERY] = 1e5 * pow(4.0, i);
            points[i].wall_s =
                (1.5e7 + 2.5e5 * pow(4.0, i)) * 1e-9 * trial_random_in(&state, 0.9, 1.1);
            const double a = 1e7 / points[i].wall_s;
            const double b = points[i].work[SALTUS_COST_DELIVERY] / points[i].wall_s;
            aa += a * a, ab += a * b, bb += b * b, a1 += a, b1 += b;
        }
        const double det = aa * bb - ab * ab;
        const double ca = (a1 * bb - b1 * ab) / det;
        const double cb = (b1 * aa - a1 * ab) / det;
        const double rss = M - ca * a1 - cb * b1;
        const saltus_cost_fit fit = fit_or_die(points, M);
        const saltus_cost_coefficient *n = &fit.terms[SALTUS_COST_NEURON_STEP];
        const saltus_cost_coefficient *s = &fit.terms[SALTUS_COST_DELIVERY];
        ck_assert_double_eq_tol(n->cost_ns, ca * 1e9, 1e-9);
        ck_assert_double_eq_tol(s->cost_ns, cb * 1e9, 1e-9);
        ck_assert_double_eq_tol(n->standard_error_ns, sqrt(rss / (M - 2) * bb / det) * 1e9, 1e-9);
        ck_assert_double_eq_tol(s->standard_error_ns, sqrt(rss / (M - 2) * aa / det) * 1e9, 1e-9);
        /* what of a column is not along the other one: the sine of the angle between them */
        const double sine = sqrt(1.0 - ab * ab / (aa * bb));
        ck_assert_double_eq_tol(n->separation, sine, 1e-12);
        ck_assert_double_eq_tol(s->separation, sine, 1e-12);
        ck_assert_int_eq(n->partner, SALTUS_COST_DELIVERY);
        ck_assert_int_eq(s->partner, SALTUS_COST_NEURON_STEP);
    }
}
END_TEST

/* Sum of squared relative errors for two costs in ns. */
static double squares_of(const saltus_cost_point *points, size_t count, double a, double b)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        const double ns =
            a * points[i].work[SALTUS_COST_NEURON_STEP] + b * points[i].work[SALTUS_COST_DELIVERY];
        sum += pow(ns * 1e-9 / points[i].wall_s - 1.0, 2.0);
    }
    return sum;
}

START_TEST(test_a_cost_that_would_be_negative_is_zero_and_the_rest_is_best)
{
    /* times that fall as deliveries grow: the free fit has a negative cost of delivery */
    saltus_cost_point points[5] = {{0}};
    for (int i = 0; i < 5; i++) {
        points[i].work[SALTUS_COST_NEURON_STEP] = 1e6;
        points[i].work[SALTUS_COST_DELIVERY] = 1e5 * (i + 1);
        points[i].wall_s = (2e6 - 1e5 * (i + 1)) * 1e-9;
    }
    const saltus_cost_fit fit = fit_or_die(points, 5);
    ck_assert_int_eq(fit.terms[SALTUS_COST_DELIVERY].state, SALTUS_COST_AT_ZERO);
    ck_assert_double_eq(fit.terms[SALTUS_COST_DELIVERY].cost_ns, 0.0);
    ck_assert_uint_eq(fit.fitted, 1);
    const double best = squares_of(points, 5, fit.terms[SALTUS_COST_NEURON_STEP].cost_ns, 0.0);
    for (int i = 0; i <= 400; i++) {
        for (int j = 0; j <= 100; j++) {
            ck_assert_double_ge(squares_of(points, 5, i * 0.01, j * 0.01), best - 1e-12);
        }
    }
}
END_TEST

START_TEST(test_work_in_proportion_is_named_with_its_partner)
{
    /* 100 deliveries a spike everywhere, the same steps and neurons: two pairs of twins */
    saltus_cost_point points[6] = {{0}};
    for (int i = 0; i < 6; i++) {
        points[i].work[SALTUS_COST_NEURON_STEP] = 1e7;
        points[i].work[SALTUS_COST_STEP] = 1e4;
        points[i].work[SALTUS_COST_SPIKE] = 1e3 * pow(3.0, i);
        points[i].work[SALTUS_COST_DELIVERY] = 1e5 * pow(3.0, i);
        const double cost_ns[TERMS] = {[SALTUS_COST_NEURON_STEP] = 1.5,
                                       [SALTUS_COST_STEP] = 100.0,
                                       [SALTUS_COST_SPIKE] = 150.0,
                                       [SALTUS_COST_DELIVERY] = 2.0};
        set_time(&points[i], cost_ns);
    }
    const saltus_cost_fit fit = fit_or_die(points, 6);
    ck_assert_int_eq(fit.terms[SALTUS_COST_SPIKE].state, SALTUS_COST_INSEPARABLE);
    ck_assert_int_eq(fit.terms[SALTUS_COST_SPIKE].partner, SALTUS_COST_DELIVERY);
    ck_assert_double_le(fit.terms[SALTUS_COST_SPIKE].separation, 1e-12);
    ck_assert_int_eq(fit.terms[SALTUS_COST_STEP].state, SALTUS_COST_INSEPARABLE);
    ck_assert_int_eq(fit.terms[SALTUS_COST_STEP].partner, SALTUS_COST_NEURON_STEP);
    /* their costs are in the partners' */
    ck_assert_double_eq_tol(fit.terms[SALTUS_COST_DELIVERY].cost_ns, 2.0 + 1.5, 1e-9);
    ck_assert_double_eq_tol(fit.terms[SALTUS_COST_NEURON_STEP].cost_ns, 1.5 + 0.1, 1e-9);
    ck_assert_double_le(fit.max_relative, 1e-12);
}
END_TEST

START_TEST(test_min_separation_decides_what_is_inseparable)
{
    /* spikes go with deliveries up to 2 % */
    saltus_cost_point points[8] = {{0}};
    for (int i = 0; i < 8; i++) {
        points[i].work[SALTUS_COST_DELIVERY] = 1e6 * (i + 1);
        points[i].work[SALTUS_COST_SPIKE] = 1e4 * (i + 1) * (i % 2 == 0 ? 1.02 : 0.98);
        const double cost_ns[TERMS] = {[SALTUS_COST_DELIVERY] = 2.0, [SALTUS_COST_SPIKE] = 150.0};
        set_time(&points[i], cost_ns);
    }
    saltus_cost_fit fit;
    saltus_cost_options options = {.min_separation = 0.005};
    ck_assert_int_eq(saltus_cost_fit_points(points, 8, &options, &fit, NULL), SALTUS_OK);
    ck_assert_int_eq(fit.terms[SALTUS_COST_SPIKE].state, SALTUS_COST_FITTED);
    ck_assert_double_eq_tol(fit.terms[SALTUS_COST_SPIKE].cost_ns, 150.0, 1e-7);
    ck_assert_double_eq_tol(fit.terms[SALTUS_COST_SPIKE].separation, 0.02, 0.002);
    options.min_separation = 0.05;
    ck_assert_int_eq(saltus_cost_fit_points(points, 8, &options, &fit, NULL), SALTUS_OK);
    ck_assert_int_eq(fit.terms[SALTUS_COST_SPIKE].state, SALTUS_COST_INSEPARABLE);
    options = (saltus_cost_options){.left_out = 1u << SALTUS_COST_SPIKE};
    ck_assert_int_eq(saltus_cost_fit_points(points, 8, &options, &fit, NULL), SALTUS_OK);
    ck_assert_int_eq(fit.terms[SALTUS_COST_SPIKE].state, SALTUS_COST_LEFT_OUT);
    ck_assert_double_eq_tol(fit.terms[SALTUS_COST_DELIVERY].cost_ns, 3.5, 0.05);
}
END_TEST

START_TEST(test_one_point_gives_everything_to_the_first_term)
{
    saltus_cost_point point = {.wall_s = 4e-3,
                               .work = {[SALTUS_COST_DELIVERY] = 1e6, [SALTUS_COST_SPIKE] = 1e4}};
    const saltus_cost_fit fit = fit_or_die(&point, 1);
    ck_assert_double_eq_tol(fit.terms[SALTUS_COST_DELIVERY].cost_ns, 4.0, 1e-12);
    ck_assert_double_nan(fit.terms[SALTUS_COST_DELIVERY].standard_error_ns);
    ck_assert_int_eq(fit.terms[SALTUS_COST_SPIKE].state, SALTUS_COST_INSEPARABLE);
    ck_assert_int_eq(fit.terms[SALTUS_COST_SPIKE].partner, SALTUS_COST_DELIVERY);
    ck_assert_double_eq_tol(saltus_cost_predict_s(&fit, point.work), 4e-3, 1e-15);
}
END_TEST

START_TEST(test_refused_points_are_named)
{
    saltus_cost_point points[2] = {{.wall_s = 1.0, .work = {1.0}}, {.wall_s = 1.0, .work = {1.0}}};
    saltus_cost_fit fit;
    saltus_error error = {0};
    ck_assert_int_eq(saltus_cost_fit_points(points, 0, NULL, &fit, &error), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_cost_fit_points(NULL, 0, NULL, &fit, NULL), SALTUS_E_ARGUMENT);
    const double times[] = {0.0, -1.0, (double)NAN, (double)INFINITY};
    for (size_t i = 0; i < 4; i++) {
        points[1].wall_s = times[i];
        ck_assert_int_eq(saltus_cost_fit_points(points, 2, NULL, &fit, &error), SALTUS_E_ARGUMENT);
        ck_assert_ptr_nonnull(strstr(error.message, "time of point 1"));
    }
    points[1].wall_s = 1.0;
    const double works[] = {-1.0, (double)NAN, (double)INFINITY};
    for (size_t i = 0; i < 3; i++) {
        points[1].work[SALTUS_COST_SPIKE] = works[i];
        ck_assert_int_eq(saltus_cost_fit_points(points, 2, NULL, &fit, &error), SALTUS_E_ARGUMENT);
        ck_assert_ptr_nonnull(strstr(error.message, "number of spikes of point 1"));
    }
    const saltus_cost_point idle = {.wall_s = 1.0};
    ck_assert_int_eq(saltus_cost_fit_points(&idle, 1, NULL, &fit, &error), SALTUS_E_ARGUMENT);
    const saltus_cost_options wrong = {.min_separation = 1.5};
    points[1].work[SALTUS_COST_SPIKE] = 1.0;
    ck_assert_int_eq(saltus_cost_fit_points(points, 2, &wrong, &fit, &error), SALTUS_E_ARGUMENT);
}
END_TEST

START_TEST(test_work_comes_from_the_counts)
{
    saltus_counts counts = {.spikes = 5,
                            .source_spikes = 7,
                            .synaptic_events = 11,
                            .external_events = 13,
                            .crossing_searches = 17,
                            .windows = 19};
    double work[TERMS];
    saltus_cost_set_work(&counts, work);
    const double event[TERMS] = {0, 11, 13, 12, 17, 19, 0};
    ck_assert_mem_eq(work, event, sizeof event);
    counts.steps = 23;
    counts.step_updates = 2300;
    saltus_cost_set_work(&counts, work);
    const double clock[TERMS] = {2300, 11, 13, 12, 17, 0, 23};
    ck_assert_mem_eq(work, clock, sizeof clock);
    for (int term = 0; term < TERMS; term++) {
        ck_assert_ptr_nonnull(saltus_cost_term_name((saltus_cost_term)term));
    }
    ck_assert_ptr_null(saltus_cost_term_name(TERMS));
}
END_TEST

/* ---- Equal activity ---------------------------------------------------------------------- */

static saltus_cost_fit costs(double step_ns, double delivery_ns, double window_ns)
{
    saltus_cost_fit fit = {0};
    fit.terms[SALTUS_COST_NEURON_STEP].cost_ns = step_ns;
    fit.terms[SALTUS_COST_DELIVERY].cost_ns = delivery_ns;
    fit.terms[SALTUS_COST_WINDOW].cost_ns = window_ns;
    return fit;
}

START_TEST(test_equal_activity_is_the_closed_form)
{
    /* c_n N T/h + S c_s = S c_e: deliveries per second and neuron are c_n / (h (c_e - c_s)) */
    const double h_s[] = {1e-3, 1e-4, 1e-5};
    for (int i = 0; i < 3; i++) {
        const saltus_cost_fit clock = costs(1.5, 2.0, 0.0);
        const saltus_cost_fit event = costs(0.0, 3.0, 0.0);
        const double deliveries = 100.0; /* one neuron, one second */
        const double clock_work[TERMS] = {1.0 / h_s[i], deliveries};
        const double event_work[TERMS] = {0.0, deliveries};
        const double factor = saltus_cost_equal_activity(&event, event_work, &clock, clock_work);
        ck_assert_double_eq_tol(factor * deliveries * h_s[i], 1.5 / (3.0 - 2.0), 1e-9);
    }
}
END_TEST

START_TEST(test_equal_activity_says_when_one_engine_always_wins)
{
    const double clock_work[TERMS] = {
        [SALTUS_COST_NEURON_STEP] = 1e4, [SALTUS_COST_DELIVERY] = 1e3};
    const double event_work[TERMS] = {[SALTUS_COST_DELIVERY] = 1e3, [SALTUS_COST_WINDOW] = 1e2};
    const saltus_cost_fit clock = costs(1.0, 3.0, 0.0);
    saltus_cost_fit event = costs(0.0, 2.0, 1.0);
    ck_assert_double_infinite(saltus_cost_equal_activity(&event, event_work, &clock, clock_work));
    event = costs(0.0, 3.0, 1.0);
    ck_assert_double_infinite(saltus_cost_equal_activity(&event, event_work, &clock, clock_work));
    event = costs(0.0, 3.0, 1e3);
    ck_assert_double_eq(saltus_cost_equal_activity(&event, event_work, &clock, clock_work), 0.0);
    event = costs(0.0, 4.0, 1e3);
    ck_assert_double_eq(saltus_cost_equal_activity(&event, event_work, &clock, clock_work), 0.0);
    event = costs(0.0, 3.0, 1e2);
    ck_assert_double_nan(saltus_cost_equal_activity(&event, event_work, &clock, clock_work));
    /* windows are dear and deliveries cheap: events win above this activity */
    event = costs(0.0, 2.0, 200.0);
    ck_assert_double_eq_tol(saltus_cost_equal_activity(&event, event_work, &clock, clock_work),
                            1e4 / 1e3, 1e-12);
}
END_TEST

/* ---- Crossover --------------------------------------------------------------------------- */

static size_t find(const saltus_ratio_point *points, size_t count, saltus_crossover *out,
                   size_t capacity)
{
    size_t found = 99;
    saltus_error error = {0};
    const saltus_status status =
        saltus_crossover_find(points, count, out, capacity, &found, &error);
    ck_assert_msg(status == SALTUS_OK, "%s", error.message);
    return found;
}

static saltus_ratio_point plain(double x, double ratio)
{
    return (saltus_ratio_point){.x = x, .ratio = ratio, .low = ratio, .high = ratio};
}

START_TEST(test_a_power_law_crosses_exactly_where_it_does)
{
    /* ratio = (x / x0)^p is a straight line in the logarithms, wherever the points are */
    uint64_t state = 3;
    for (int trial = 0; trial < 1000; trial++) {
        const double x0 = pow(10.0, trial_random_in(&state, -6.0, 6.0));
        const double power = trial_random_in(&state, 0.1, 3.0) * (trial % 2 == 0 ? 1.0 : -1.0);
        saltus_ratio_point points[6];
        double x = x0 * trial_random_in(&state, 0.01, 0.9);
        for (int i = 0; i < 6; i++) {
            points[i] = plain(x, pow(x / x0, power));
            x = (i == 4 ? fmax(x, x0) : x) * trial_random_in(&state, 1.1, 3.0);
        }
        saltus_crossover c;
        ck_assert_uint_eq(find(points, 6, &c, 1), 1);
        ck_assert_double_le(fabs(c.x / x0 - 1.0), 1e-9);
        ck_assert_double_le(fabs(c.x_low / x0 - 1.0), 1e-9);
        ck_assert_double_le(fabs(c.x_high / x0 - 1.0), 1e-9);
        ck_assert_uint_eq(c.rising, power > 0.0);
        ck_assert_uint_eq(c.after, c.before + 1);
        ck_assert_double_lt(points[c.before].x, x0);
        ck_assert_double_gt(points[c.after].x, x0);
        ck_assert(!c.low_open && !c.high_open);
    }
}
END_TEST

START_TEST(test_bounds_are_where_the_bands_cross)
{
    /* ratio = x / 10 give or take a factor of 2: it may be 1 from 5 to 20 */
    saltus_ratio_point points[7];
    const double x[7] = {1.0, 3.0, 6.0, 9.0, 13.0, 40.0, 100.0};
    for (int i = 0; i < 7; i++) {
        points[i] = (saltus_ratio_point){x[i], x[i] / 10.0, x[i] / 20.0, x[i] / 5.0};
    }
    saltus_crossover c;
    ck_assert_uint_eq(find(points, 7, &c, 1), 1);
    ck_assert_double_eq_tol(c.x, 10.0, 1e-12);
    ck_assert_double_eq_tol(c.x_low, 5.0, 1e-12);
    ck_assert_double_eq_tol(c.x_high, 20.0, 1e-12);
    ck_assert(!c.low_open && !c.high_open);
    /* the same within 7 to 15 only: both ends are open */
    const double narrow[3] = {7.0, 9.0, 15.0};
    for (int i = 0; i < 3; i++) {
        points[i] =
            (saltus_ratio_point){narrow[i], narrow[i] / 10.0, narrow[i] / 20.0, narrow[i] / 5.0};
    }
    ck_assert_uint_eq(find(points, 3, &c, 1), 1);
    ck_assert_double_eq(c.x_low, 7.0);
    ck_assert_double_eq(c.x_high, 15.0);
    ck_assert(c.low_open && c.high_open);
}
END_TEST

START_TEST(test_zero_and_negative_x_are_interpolated_linearly)
{
    /* log ratio = x / 4 */
    const saltus_ratio_point points[3] = {plain(-8.0, exp(-2.0)), plain(-1.0, exp(-0.25)),
                                          plain(3.0, exp(0.75))};
    saltus_crossover c;
    ck_assert_uint_eq(find(points, 3, &c, 1), 1);
    ck_assert_double_eq_tol(c.x, 0.0, 1e-12);
}
END_TEST

START_TEST(test_crossings_are_counted_and_touches_are_not)
{
    saltus_crossover c[4];
    ck_assert_uint_eq(find(NULL, 0, NULL, 0), 0);
    const saltus_ratio_point one[1] = {plain(1.0, 1.0)};
    ck_assert_uint_eq(find(one, 1, c, 4), 0);
    const saltus_ratio_point below[3] = {plain(1.0, 0.5), plain(2.0, 0.9), plain(3.0, 0.2)};
    ck_assert_uint_eq(find(below, 3, c, 4), 0);
    const saltus_ratio_point touch[4] = {plain(1.0, 1.0), plain(2.0, 0.5), plain(3.0, 1.0),
                                         plain(4.0, 0.5)};
    ck_assert_uint_eq(find(touch, 4, c, 4), 0);
    const saltus_ratio_point on[4] = {plain(1.0, 0.5), plain(4.0, 1.0), plain(9.0, 1.0),
                                      plain(16.0, 2.0)};
    ck_assert_uint_eq(find(on, 4, c, 4), 1);
    ck_assert_double_eq_tol(c[0].x, 6.0, 1e-12);
    ck_assert_uint_eq(c[0].before, 0);
    ck_assert_uint_eq(c[0].after, 3);
    const saltus_ratio_point twice[4] = {plain(1.0, 2.0), plain(2.0, 0.5), plain(4.0, 0.5),
                                         plain(8.0, 2.0)};
    ck_assert_uint_eq(find(twice, 4, NULL, 0), 2);
    ck_assert_uint_eq(find(twice, 4, c, 1), 2);
    ck_assert_uint_eq(find(twice, 4, c, 4), 2);
    ck_assert_double_eq_tol(c[0].x, sqrt(2.0), 1e-12);
    ck_assert_double_eq_tol(c[1].x, sqrt(32.0), 1e-12);
    ck_assert(!c[0].rising && c[1].rising);
}
END_TEST

START_TEST(test_refused_ratios_are_named)
{
    const saltus_ratio_point wrong[] = {{(double)NAN, 1, 1, 1}, {(double)INFINITY, 1, 1, 1},
                                        {1, 1, 1, 1},           {2, 0, 0, 1},
                                        {2, 1, 2, 3},           {2, 3, 1, 2},
                                        {2, (double)NAN, 1, 2}, {2, 1, 1, (double)INFINITY},
                                        {2, 1, -1, 2}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const saltus_ratio_point points[2] = {plain(1.0, 2.0), wrong[i]};
        size_t found = 0;
        saltus_error error = {0};
        ck_assert_int_eq(saltus_crossover_find(points, 2, NULL, 0, &found, &error),
                         SALTUS_E_ARGUMENT);
        ck_assert_ptr_nonnull(strstr(error.message, "point 1"));
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_known_costs_are_recovered_to_1e_9,
        test_as_many_points_as_terms_have_no_standard_error,
        test_one_term_is_the_weighted_mean,
        test_two_terms_with_scatter_follow_the_normal_equations,
        test_a_cost_that_would_be_negative_is_zero_and_the_rest_is_best,
        test_work_in_proportion_is_named_with_its_partner,
        test_min_separation_decides_what_is_inseparable,
        test_one_point_gives_everything_to_the_first_term,
        test_refused_points_are_named,
        test_work_comes_from_the_counts,
        test_equal_activity_is_the_closed_form,
        test_equal_activity_says_when_one_engine_always_wins,
        test_a_power_law_crosses_exactly_where_it_does,
        test_bounds_are_where_the_bands_cross,
        test_zero_and_negative_x_are_interpolated_linearly,
        test_crossings_are_counted_and_touches_are_not,
        test_refused_ratios_are_named,
    };
    return SUITE_RUN("cost_model", tests);
}
