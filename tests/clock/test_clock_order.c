/* test_clock_order - how the error of a spike's time goes with the step.
 *
 * Reference is the event engine, which is exact. Feed-forward networks, so that no chaos parts the
 * runs. What theory promises for the mean |shift| as h goes to 0:
 *
 *   grid, euler    order 1: spikes and arrivals move to step ends, by h/2 on average
 *   interpolated   by drift, no jump near the crossing: the chord of v over a step is off by
 *                  u (1 - u) h^2 |v''| / 2 for a crossing at the share u of a step, and
 *                  |v''| = |v'| / tau: a shift of u (1 - u) h^2 / (2 tau), h^2 / (12 tau) on
 * average. Order 2. By a jump over the threshold from a to b: the chord meets it at the share s =
 *                  (th - a) / (b - a), the jump is anywhere in the step: (s^2 + (1 - s)^2) h / 2 on
 *                  average. Order 1.
 *                  With jumps at any time both mix: a step holds a crossing and a jump with a
 *                  probability of order h, and then a jump back under the threshold costs a shift
 * of order 1. Order 1. offgrid        none, at any step
 *
 * (Hansel, Mato, Meunier & Neltner 1998; Rotter & Diesmann 1999; Morrison et al. 2007.) */
#include <check.h>
#include <math.h>
#include <stdio.h>

#include "clock_fixture.h"
#include "support/suite.h"

#define STEPS 6
static const double steps_ms[STEPS] = {1, 0.5, 0.25, 0.125, 0.0625, 0.03125};

/* ---- Errors over steps ----------------------------------------------------------------- */

typedef struct errors {
    double mean_ms[STEPS], max_ms[STEPS];
    double least_matched; /* smallest share of matched spikes, of both runs */
    double slope;         /* of log mean over log step, least squares */
} errors;

static double fitted_slope(const double *value)
{
    double x = 0, y = 0, xx = 0, xy = 0;
    for (int i = 0; i < STEPS; i++) {
        const double a = log2(steps_ms[i]), b = log2(value[i]);
        x += a / STEPS;
        y += b / STEPS;
        xx += a * a / STEPS;
        xy += a * b / STEPS;
    }
    return (xy - x * y) / (xx - x * x);
}

static errors errors_of(const saltus_experiment *e, const trial_result *exact, const char *engine,
                        double window_ms)
{
    errors errors = {.least_matched = 1};
    for (int i = 0; i < STEPS; i++) {
        trial_result got = fixture_run(e, fixture_engine(engine, steps_ms[i]));
        const saltus_match_summary match = fixture_match(e, exact, &got, window_ms);
        errors.mean_ms[i] = match.mean_abs_shift_ms;
        errors.max_ms[i] = match.max_abs_shift_ms;
        const double most = fmax((double)match.reference_spikes, (double)match.test_spikes);
        errors.least_matched = fmin(errors.least_matched, (double)match.matched / most);
        trial_clear(&got);
    }
    errors.slope = fitted_slope(errors.mean_ms);
    if (trial_environment("SALTUS_TEST_VERBOSE", 0)) {
        printf("%-12s slope %.3f, matched %.4f:", engine, errors.slope, errors.least_matched);
        for (int i = 0; i < STEPS; i++) {
            printf("  %.3g (max %.3g)", errors.mean_ms[i], errors.max_ms[i]);
        }
        printf("\n");
    }
    return errors;
}

static void must_be_of_order(const errors *errors, int order, double tolerance)
{
    ck_assert_double_ge(errors->slope, order - tolerance);
    ck_assert_double_le(errors->slope, order + tolerance);
    for (int i = 0; i + 1 < STEPS; i++) {
        const double ratio = errors->mean_ms[i] / errors->mean_ms[i + 1];
        const double wanted = order == 1 ? 2 : 4;
        ck_assert_msg(ratio > 0.85 * wanted && ratio < 1.15 * wanted,
                      "from %g to %g ms the error falls by %g", steps_ms[i], steps_ms[i + 1],
                      ratio);
    }
}

static void must_be_exact(const saltus_experiment *e, const trial_result *exact, double window_ms)
{
    const errors errors = errors_of(e, exact, "offgrid", window_ms);
    ck_assert_double_eq(errors.least_matched, 1);
    for (int i = 0; i < STEPS; i++) {
        ck_assert_double_le(errors.max_ms[i], 1e-9);
    }
}

/* ---- Networks -------------------------------------------------------------------------- */

#define LAYERS 3
#define WIDTH  400

/* Three layers whose neurons reach threshold by drift. With t_ref_ms long each fires once, and
 * then all that reaches a layer reaches it before its first spike: V is smooth where it crosses. */
static saltus_experiment *layers(double duration_ms, double t_ref_ms, bool once)
{
    static const double lowest_mV[LAYERS] = {-10, -110, -420}, highest_mV[LAYERS] = {0, -90, -370};
    static const char *const names[LAYERS] = {"L0", "L1", "L2"};
    saltus_experiment *e = fixture_experiment(duration_ms);
    for (uint32_t layer = 0; layer < LAYERS; layer++) {
        saltus_population_spec spec = saltus_population_spec_default();
        spec.name = names[layer];
        spec.size = WIDTH;
        spec.t_ref_ms = t_ref_ms;
        spec.i_e_pA = saltus_uniform(325, 400); /* v_inf 26 to 32 mV */
        spec.v_init_mV =
            once ? saltus_uniform(lowest_mV[layer], highest_mV[layer]) : saltus_uniform(0, 19);
        fixture_population(e, &spec);
        if (layer > 0) {
            fixture_connect(e, layer - 1, layer, SALTUS_RULE_FIXED_INDEGREE, 5,
                            saltus_uniform(-0.7, 0.7), saltus_constant(2));
        }
    }
    static fixture_arrival kicks[4 * WIDTH];
    uint64_t state = 3;
    const double last_ms = once ? 10 : duration_ms;
    for (uint32_t i = 0; i < 4 * WIDTH; i++) {
        kicks[i] = (fixture_arrival){.time_ms = trial_random_in(&state, 0, last_ms),
                                     .target = i % WIDTH,
                                     .weight_mV = trial_random_in(&state, -1, 1)};
    }
    fixture_arrivals(e, 0, kicks, 4 * WIDTH);
    return e;
}

/* Is every crossing of the network far from every jump? Steps are of 1 ms at most. */
static void must_be_smooth(const trial_result *exact)
{
    double first_ms[LAYERS] = {HUGE_VAL, HUGE_VAL, HUGE_VAL}, last_ms[LAYERS] = {0};
    ck_assert_uint_eq(exact->spike_count, LAYERS * WIDTH);
    for (size_t i = 0; i < exact->spike_count; i++) {
        const saltus_spike *s = &exact->spikes[i];
        first_ms[s->population] = fmin(first_ms[s->population], s->time_ms);
        last_ms[s->population] = fmax(last_ms[s->population], s->time_ms);
    }
    ck_assert_double_gt(first_ms[0], 10 + 2);
    for (uint32_t layer = 1; layer < LAYERS; layer++) {
        ck_assert_double_gt(first_ms[layer], last_ms[layer - 1] + 2 + 2);
    }
}

/* ---- Tests ----------------------------------------------------------------------------- */

START_TEST(by_drift_the_grid_is_of_order_1_and_interpolation_of_order_2)
{
    saltus_experiment *e = layers(100, 1000, true);
    trial_result exact = fixture_run(e, "event");
    must_be_smooth(&exact);
    const errors grid = errors_of(e, &exact, "grid", 20);
    const errors euler = errors_of(e, &exact, "euler", 20);
    const errors interpolated = errors_of(e, &exact, "interpolated", 20);
    ck_assert_double_eq(grid.least_matched, 1);
    ck_assert_double_eq(euler.least_matched, 1);
    ck_assert_double_eq(interpolated.least_matched, 1);
    must_be_of_order(&grid, 1, 0.1);
    must_be_of_order(&euler, 1, 0.1);
    must_be_of_order(&interpolated, 2, 0.1);
    must_be_exact(e, &exact, 20);
    trial_clear(&exact);
    saltus_experiment_destroy(e);
}
END_TEST

/* One layer without kicks: nothing but the chord's error. */
START_TEST(interpolation_is_late_by_the_chords_error)
{
    saltus_experiment *e = fixture_experiment(60);
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "L";
    spec.size = 4000;
    spec.t_ref_ms = 1000;
    spec.i_e_pA = saltus_uniform(325, 400);
    spec.v_init_mV = saltus_uniform(-10, 0);
    fixture_population(e, &spec);
    trial_result exact = fixture_run(e, "event");
    const errors errors = errors_of(e, &exact, "interpolated", 5);
    for (int i = 0; i < STEPS; i++) {
        const double h = steps_ms[i];
        ck_assert_double_eq_tol(errors.mean_ms[i], h * h / (12 * 20), 0.05 * h * h / (12 * 20));
        ck_assert_double_le(errors.max_ms[i], 1.05 * h * h / (8 * 20) + 1e-9);
    }
    trial_clear(&exact);
    saltus_experiment_destroy(e);
}
END_TEST

/* Kicks at all times, several spikes a neuron. */
START_TEST(with_jumps_at_any_time_every_clock_is_of_order_1)
{
    saltus_experiment *e = layers(100, 2, false);
    trial_result exact = fixture_run(e, "event");
    ck_assert_uint_gt(exact.spike_count, 2 * LAYERS * WIDTH);
    const errors grid = errors_of(e, &exact, "grid", 12);
    const errors euler = errors_of(e, &exact, "euler", 12);
    const errors interpolated = errors_of(e, &exact, "interpolated", 12);
    must_be_of_order(&grid, 1, 0.1);
    must_be_of_order(&euler, 1, 0.1);
    ck_assert_double_ge(interpolated.slope, 0.8);
    ck_assert_double_le(interpolated.slope, 1.2);
    for (int i = 0; i < STEPS; i++) {
        ck_assert_double_lt(interpolated.mean_ms[i], 0.2 * grid.mean_ms[i]);
    }
    must_be_exact(e, &exact, 12);
    trial_clear(&exact);
    saltus_experiment_destroy(e);
}
END_TEST

/* Each neuron fires once, by one kick from a = 10 mV to b = 10 mV + w; it does not drift. */
START_TEST(by_jumps_every_clock_is_of_order_1_with_the_constant_of_theory)
{
    enum { NEURONS = 8000 };
    static fixture_arrival kicks[NEURONS];
    static const double weights_mV[] = {10.5, 14, 40};
    for (int k = 0; k < 3; k++) {
        saltus_experiment *e = fixture_experiment(100);
        saltus_population_spec spec = saltus_population_spec_default();
        spec.name = "N";
        spec.size = NEURONS;
        spec.v_rest_mV = 10;
        fixture_population(e, &spec);
        uint64_t state = 5;
        for (uint32_t i = 0; i < NEURONS; i++) {
            kicks[i] = (fixture_arrival){
                .time_ms = trial_random_in(&state, 0, 99), .target = i, .weight_mV = weights_mV[k]};
        }
        fixture_arrivals(e, 0, kicks, NEURONS);
        trial_result exact = fixture_run(e, "event");
        ck_assert_uint_eq(exact.spike_count, NEURONS);
        const errors grid = errors_of(e, &exact, "grid", 3);
        const errors euler = errors_of(e, &exact, "euler", 3);
        const errors interpolated = errors_of(e, &exact, "interpolated", 3);
        const double s = 10 / weights_mV[k];
        for (int i = 0; i < STEPS; i++) {
            const double h = steps_ms[i];
            ck_assert_double_eq_tol(grid.mean_ms[i], h / 2, 0.03 * h / 2);
            ck_assert_double_le(grid.max_ms[i], h);
            ck_assert_double_eq(euler.mean_ms[i], grid.mean_ms[i]);
            /* of the jump's own step; v decays from b to its end, so s is a little more */
            const double line = (s * s + (1 - s) * (1 - s)) * h / 2;
            ck_assert_double_eq_tol(interpolated.mean_ms[i], line, (0.03 + 0.2 * h) * line);
        }
        must_be_of_order(&grid, 1, 0.02);
        must_be_exact(e, &exact, 3);
        trial_clear(&exact);
        saltus_experiment_destroy(e);
    }
}
END_TEST

/* ---- Single neurons with Poisson input ----------------------------------------------------- */

typedef struct regime {
    double tau_m_ms, excitation_Hz, inhibition_Hz, excitation_mV, inhibition_mV;
    double least_Hz, most_Hz; /* it fires at such a rate */
    double least_matched;     /* within 3 h, for steps up to 0.1 ms */
    double shift_off;         /* of the mean shift from h / 2, in h */
    double rate_off;
} regime;

/* Single neurons with excitatory and inhibitory trains. A kick goes to its step's end, and there
 * the neuron fires with it: a shift of h / 2 on average. (A synapse with a course in time would
 * cost h: its arrival and the spike are rounded in different steps.) Where many kicks come in a
 * step their order is lost, and some spikes come with another kick. */
static void check_regime(const regime *r)
{
    saltus_experiment *e = fixture_experiment(4000);
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "N";
    spec.size = 64;
    spec.tau_m_ms = r->tau_m_ms;
    fixture_population(e, &spec);
    fixture_poisson(e, "excitation", 0, r->excitation_Hz, r->excitation_mV);
    fixture_poisson(e, "inhibition", 0, r->inhibition_Hz, r->inhibition_mV);
    trial_result exact = fixture_run(e, "event");
    const double rate_Hz = (double)exact.spike_count / (64 * 4);
    ck_assert_double_ge(rate_Hz, r->least_Hz);
    ck_assert_double_le(rate_Hz, r->most_Hz);
    static const double h[] = {0.1, 0.05, 0.02};
    for (int i = 0; i < 3; i++) {
        trial_result got = fixture_run(e, fixture_engine("grid", h[i]));
        const saltus_match_summary match = fixture_match(e, &exact, &got, 3 * h[i]);
        if (trial_environment("SALTUS_TEST_VERBOSE", 0)) {
            printf("%.2f Hz, grid@%gms: rate error %.4f, matched %.4f, shift %.3f h\n", rate_Hz,
                   h[i], match.rate_error, match.matched_fraction, match.mean_shift_ms / h[i]);
        }
        ck_assert_double_ge(match.matched_fraction, r->least_matched);
        ck_assert_double_eq_tol(match.mean_shift_ms / h[i], 0.5, r->shift_off);
        ck_assert_double_le(fabs(match.rate_error), r->rate_off);
        trial_clear(&got);
    }
    trial_result offgrid = fixture_run(e, "offgrid@0.5ms");
    ck_assert_uint_eq(offgrid.fingerprint, exact.fingerprint);
    trial_clear(&offgrid);
    trial_clear(&exact);
    saltus_experiment_destroy(e);
}

START_TEST(with_poisson_input_the_grid_is_late_by_half_a_step)
{
    static const regime regimes[] = {
        {10, 22000, 5700, 0.18, -0.45, 3, 10, 0.8, 0.12, 0.04}, /* 28 kicks a ms */
        {20, 1680, 420, 0.85, -2.2, 3, 6, 0.9, 0.05, 0.02},     /* 2 kicks a ms */
        {20, 40, 0, 10, 0, 4, 8, 0.97, 0.03, 0.01},             /* few and strong */
    };
    for (size_t i = 0; i < sizeof regimes / sizeof regimes[0]; i++) {
        check_regime(&regimes[i]);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        by_drift_the_grid_is_of_order_1_and_interpolation_of_order_2,
        interpolation_is_late_by_the_chords_error,
        with_jumps_at_any_time_every_clock_is_of_order_1,
        by_jumps_every_clock_is_of_order_1_with_the_constant_of_theory,
        with_poisson_input_the_grid_is_late_by_half_a_step,
    };
    return SUITE_RUN("clock_order", tests);
}
