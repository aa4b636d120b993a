/* test_closed_forms - single neurons against formulas, over many magnitudes.
 *
 * A suprathreshold neuron fires at T_n = n P + (n - 1) t_ref, P = tau ln((V_inf - V_reset) /
 * (V_inf - v_th)); every spike is put on the first tick at or after its crossing, so T_n may be
 * late by n ticks. What double precision adds to one interval is proportional to tau: the scale
 * factor's exponent is at most 32 and carries 33 roundings' worth of relative error.
 */
#include <float.h>
#include <math.h>

#include "support/suite.h"
#include "support/twin.h"

#pragma GCC diagnostic ignored "-Wdouble-promotion" /* references are long double on purpose */

/* Of one interval, relative to tau: 40 units of roundoff of 1.1e-16. */
#define INTERVAL_ERROR (40 * DBL_EPSILON / 2)

/* 1 neuron, V_inf = v_rest exactly (no current), reset and start at 0, threshold 20. */
static twin driven_neuron(double tau_ms, double v_inf_mV, double t_ref_ms)
{
    twin t = {.seed = 1};
    twin_population *p = twin_add_population(&t, SALTUS_MODEL_LIF_DELTA, 1);
    p->tau_m_ms = tau_ms;
    p->v_rest_mV = v_inf_mV;
    p->t_ref = TWIN_TICKS(t_ref_ms);
    return t;
}

static trial_result run_twin(const twin *t, const trial_setup *setup)
{
    saltus_error error = {0};
    saltus_experiment *e = twin_experiment(t, &error);
    ck_assert_msg(e != NULL, "%s", error.message);
    trial_setup how = setup ? *setup : (trial_setup){.threads = 1};
    how.spikes = true;
    how.samples = true;
    trial_result result;
    ck_assert(trial_run(e, &how, &result));
    saltus_experiment_destroy(e);
    return result;
}

/* `intervals` at most; the run ends between two spikes. */
static void check_periodic(double tau_ms, double excess, double t_ref_ms, double intervals)
{
    const double v_inf_mV = 20 * (1 + excess), gap_mV = v_inf_mV - 20;
    const long double period_ms = tau_ms * log1pl((long double)20 / gap_mV);
    const long double step_ms = period_ms + t_ref_ms;
    const double count = floor(fmin(intervals, (double)(4.4e7L / step_ms)));
    twin t = driven_neuron(tau_ms, v_inf_mV, t_ref_ms);
    t.end = TWIN_TICKS((double)(step_ms * count + period_ms / 2 - t_ref_ms / 2));
    trial_result got = run_twin(&t, NULL);
    ck_assert_msg(got.spike_count == (size_t)count,
                  "tau %g ms, V_inf %.17g mV, t_ref %g ms: %zu spikes, expected %g", tau_ms,
                  v_inf_mV, t_ref_ms, got.spike_count, count);
    for (size_t n = 1; n <= got.spike_count; n++) {
        const long double exact_ms = n * step_ms - t_ref_ms;
        const double off_ms = (double)(got.spikes[n - 1].time_ms - exact_ms);
        const double late = (double)n * (1e-11 + tau_ms * INTERVAL_ERROR);
        const double output = got.spikes[n - 1].time_ms * DBL_EPSILON;
        ck_assert_msg(off_ms >= -(double)n * tau_ms * INTERVAL_ERROR - output &&
                          off_ms <= late + output,
                      "tau %g ms, V_inf %.17g mV, t_ref %g ms, spike %zu: off by %g ms", tau_ms,
                      v_inf_mV, t_ref_ms, n, off_ms);
    }
    trial_clear(&got);
    twin_clear(&t);
}

START_TEST(driven_neuron_fires_on_time_at_all_magnitudes)
{
    static const double tau_ms[] = {0.01, 0.3, 1, 20, 1e3, 1e5};
    static const double excess[] = {1e-9, 1e-6, 1e-3, 0.1, 1, 100, 1e6};
    for (size_t i = 0; i < sizeof tau_ms / sizeof tau_ms[0]; i++) {
        for (size_t j = 0; j < sizeof excess / sizeof excess[0]; j++) {
            check_periodic(tau_ms[i], excess[j], 0, 50);
            check_periodic(tau_ms[i], excess[j], 2, 50);
            check_periodic(tau_ms[i], excess[j], 333.25, 20);
        }
    }
}
END_TEST

START_TEST(driven_neuron_fires_on_time_over_a_million_ms)
{
    check_periodic(20, 0.5, 2, 4e4);
    check_periodic(1, 1e-3, 0, 1.4e5);
}
END_TEST

START_TEST(neuron_exactly_at_or_below_threshold_never_fires)
{
    const double v_inf_mV[] = {20, 20 - 1e-12, 19.9};
    for (size_t i = 0; i < sizeof v_inf_mV / sizeof v_inf_mV[0]; i++) {
        twin t = driven_neuron(5, v_inf_mV[i], 2);
        t.end = TWIN_TICKS(1e6);
        trial_result got = run_twin(&t, NULL);
        ck_assert_uint_eq(got.spike_count, 0);
        ck_assert_double_eq_tol(got.potentials_mV[0], v_inf_mV[i], 1e-13);
        trial_clear(&got);
        twin_clear(&t);
    }
}
END_TEST

/* Neuron 0 fires at `at_ms`; +25 mV and -25 mV reach neurons 1, 2, 3 with the inhibition one tick
 * earlier, later, at the same tick. Only neuron 2 may fire. */
static void check_one_tick(double at_ms)
{
    twin t = {.seed = 1, .end = TWIN_TICKS(at_ms) + TWIN_TICKS(5.0)};
    twin_add_population(&t, SALTUS_MODEL_LIF_DELTA, 4);
    const int64_t delay = TWIN_TICKS(1.0);
    twin_add_arrival(&t, TWIN_TICKS(at_ms), 0, 30);
    for (uint32_t i = 1; i < 4; i++) {
        static const int64_t shift[] = {0, -1, 1, 0};
        twin_add_synapse(&t, 0, i, 25, delay, 0);
        twin_add_synapse(&t, 0, i, -25, delay + shift[i], 1);
    }
    trial_result got = run_twin(&t, NULL);
    ck_assert_uint_eq(got.spike_count, 2);
    ck_assert_uint_eq(got.spikes[0].neuron, 0);
    ck_assert_uint_eq(got.spikes[1].neuron, 2);
    ck_assert_double_eq(got.spikes[1].time_ms, at_ms + 1);
    trial_clear(&got);
    twin_clear(&t);
}

START_TEST(one_tick_is_one_tick_at_any_time)
{
    check_one_tick(0);
    check_one_tick(10);
    check_one_tick(1e3);
    check_one_tick(1e6);
    check_one_tick(4.4e7);
}
END_TEST

/* ---- Decay ------------------------------------------------------------------------- */

START_TEST(jump_decays_exactly_for_a_thousand_tau)
{
    static const double tau_ms[] = {0.05, 1, 7.3, 20, 1234.5};
    for (size_t i = 0; i < sizeof tau_ms / sizeof tau_ms[0]; i++) {
        twin t = {.seed = 1, .end = TWIN_TICKS(1001 * tau_ms[i])};
        twin_add_population(&t, SALTUS_MODEL_LIF_DELTA, 1)->tau_m_ms = tau_ms[i];
        twin_add_arrival(&t, 0, 0, 10);
        t.sample_start = TWIN_TICKS(tau_ms[i] / 8);
        t.sample_interval = TWIN_TICKS(tau_ms[i] * 0.7);
        trial_result got = run_twin(&t, NULL);
        ck_assert_uint_gt(got.sample_count, 1000);
        for (size_t k = 0; k < got.sample_count; k++) {
            const long double ticks =
                (long double)(t.sample_start + (int64_t)k * t.sample_interval);
            const long double exact_mV = 10 * expl(-ticks / (1e11L * tau_ms[i]));
            /* The exponent of 2^y is rounded, so the error grows with y; V has gone by then. */
            const double bound = 4e-15 + DBL_EPSILON * (double)ticks / (1e11 * tau_ms[i]);
            const double error_mV = fabs((double)(got.samples[k].potential_mV - exact_mV));
            ck_assert_msg(error_mV <= bound * (double)exact_mV + 1e-200,
                          "tau %g ms after %Lg tau: %.17g, expected %.17Lg mV", tau_ms[i],
                          ticks / (1e11L * tau_ms[i]), got.samples[k].potential_mV, exact_mV);
        }
        ck_assert_double_eq_tol(got.potentials_mV[0], 0, 1e-300);
        trial_clear(&got);
        twin_clear(&t);
    }
}
END_TEST

/* Multiples of 1e-8 ms: decimals of 15 digits up to 1e6 ms, which are exact as doubles in ms. */
static int64_t decimal(double ticks)
{
    return 1000 * (1 + (int64_t)(ticks / 1000));
}

/* V(1 + gap) is 20 mV up to 1e-12 mV: the first jump's rest and the second jump together. A
 * wrong decay by 1e-13 of its value, after whatever silence, would turn the answer. */
static void check_pairs(double tau_ms, double longest_tau)
{
    twin t = {.seed = 1};
    twin_population *p = twin_add_population(&t, SALTUS_MODEL_LIF_DELTA, 1);
    p->tau_m_ms = tau_ms;
    p->t_ref = 0;
    uint64_t state = (uint64_t)(tau_ms * 1000);
    int64_t tick = 0;
    size_t above = 0;
    for (int k = 0; k < 400; k++) {
        const double gap_tau = pow(longest_tau, trial_random(&state)) * trial_random(&state);
        const int64_t gap = decimal(gap_tau * tau_ms * ORACLE_TICKS_PER_MS);
        const double first_mV = trial_random_in(&state, 5, 19);
        const long double rest_mV = first_mV * expl(-(long double)gap / (1e11L * tau_ms));
        const bool over = trial_random(&state) < 0.5;
        const double second_mV = (double)(20 - rest_mV + (over ? 1e-12L : -1e-12L));
        twin_add_arrival(&t, tick, 0, first_mV);
        twin_add_arrival(&t, tick + gap, 0, second_mV);
        /* Make it fire in any case, so that the next pair starts from the reset. */
        twin_add_arrival(&t, tick + gap + 1000, 0, 40);
        tick += gap + 1000 + decimal(trial_random(&state) * tau_ms * 1e11);
        above += over;
    }
    t.end = tick;
    size_t spikes = 0;
    ck_assert(twin_check(&t, "pairs", NULL, &spikes));
    ck_assert_uint_eq(spikes, 400 + above);
    twin_clear(&t);
}

START_TEST(threshold_is_met_to_the_last_digits_after_any_silence)
{
    check_pairs(0.1, 1000);
    check_pairs(1, 30);
    check_pairs(10, 100);
    check_pairs(20, 1000);
    check_pairs(100, 700);
}
END_TEST

START_TEST(silence_of_a_thousand_tau_leaves_the_resting_potential)
{
    twin t = {.seed = 1, .end = TWIN_TICKS(20001.0)};
    twin_population *p = twin_add_population(&t, SALTUS_MODEL_LIF_DELTA, 2);
    p->v_rest_mV = -65;
    p->v_reset_mV = -70;
    for (uint32_t i = 0; i < 2; i++) {
        t.neurons[i] = (twin_neuron){.v_th_mV = -45, .v_init_mV = -65};
        twin_add_arrival(&t, TWIN_TICKS(10.0), i, -10);
    }
    twin_add_arrival(&t, TWIN_TICKS(20000.0), 0, 20);
    twin_add_arrival(&t, TWIN_TICKS(20000.0), 1, 20 - 1e-13);
    trial_result got = run_twin(&t, NULL);
    ck_assert_uint_eq(got.spike_count, 1);
    ck_assert_uint_eq(got.spikes[0].neuron, 0);
    trial_clear(&got);
    twin_clear(&t);
}
END_TEST

START_TEST(potential_read_between_runs_has_the_bits_of_the_sample)
{
    twin t = driven_neuron(13, 19, 2);
    t.end = TWIN_TICKS(300.0);
    t.sample_interval = TWIN_TICKS(3.7);
    for (int k = 0; k < 80; k++) {
        twin_add_arrival(&t, TWIN_TICKS(1.3 * k), 0, k % 3 ? 2.7 : -1.1);
    }
    trial_result whole = run_twin(&t, NULL);
    for (size_t k = 1; k < whole.sample_count; k += 7) {
        twin part = t;
        part.end = t.sample_start + (int64_t)k * t.sample_interval;
        trial_result got = run_twin(&part, NULL);
        ck_assert_double_eq(got.potentials_mV[0], whole.samples[k].potential_mV);
        trial_clear(&got);
    }
    trial_clear(&whole);
    twin_clear(&t);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {driven_neuron_fires_on_time_at_all_magnitudes,
                                  driven_neuron_fires_on_time_over_a_million_ms,
                                  neuron_exactly_at_or_below_threshold_never_fires,
                                  one_tick_is_one_tick_at_any_time,
                                  jump_decays_exactly_for_a_thousand_tau,
                                  threshold_is_met_to_the_last_digits_after_any_silence,
                                  silence_of_a_thousand_tau_leaves_the_resting_potential,
                                  potential_read_between_runs_has_the_bits_of_the_sample};
    return SUITE_RUN("closed_forms", tests);
}
