/* test_flow - neurons with a flow of their own against quadruple precision: legs and crossings of
 * qif, the spike times of the twenty patterns of Izhikevich (2004) and of AdEx's (Naud et al.
 * 2008). */
#include <math.h>
#include <quadmath.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/exact_angles.h"
#include "base/exact_math.h"
#include "exactness/flow_reference.h"
#include "exactness/flow_scene.h"
#include "support/suite.h"
#include "support/trial.h"

/* ---- Functions ------------------------------------------------------------------------------- */

START_TEST(angles_are_those_of_quadruple_precision)
{
    uint64_t state = 1;
    for (int i = 0; i < 20000; i++) {
        const double x = trial_random(&state) * (i % 2 == 0 ? M_PI : pow(10, -(i % 30)));
        double sine = 0;
        double cosine = 0;
        sl_sine_cosine(x, &sine, &cosine);
        ck_assert(fabs((double)(sine - sinq(x))) <= 4e-16 * fmin(1, (double)sinq(x) + 1e-16));
        ck_assert(fabs((double)(cosine - cosq(x))) <= 4e-16 * fmax((double)fabsq(cosq(x)), 0.1));
        const double far = pow(10, trial_random_in(&state, -100, 100));
        const double y = trial_random(&state) * far;
        const double along = trial_random_in(&state, -1, 1) * (i % 3 == 0 ? far : 1);
        const quad angle = atan2q(y, along);
        ck_assert(fabs((double)((sl_angle(y, along) - angle) / angle)) < 6e-16);
        const double grows = pow(10, trial_random_in(&state, -20, 20)) * (i % 2 == 0 ? 1 : -1);
        if (grows > -1) {
            const quad log = log1pq(grows);
            ck_assert(fabs((double)((sl_log1p(grows) - log) / log)) < 6e-16);
        }
    }
    ck_assert(sl_angle(0, 1) == 0);
    ck_assert(sl_angle(1, 0) == M_PI / 2);
}
END_TEST

/* ---- qif ------------------------------------------------------------------------------------- */

/* A neuron of random kind: all signs of I, I near 0 and 0, thresholds on all sides of the points
 * that do not move, infinite ones. */
static saltus_population_spec random_qif(uint64_t *state)
{
    saltus_population_spec spec = flow_spec("Q", SALTUS_MODEL_QIF);
    const double size = pow(10, trial_random_in(state, -8, 3));
    const double current = trial_random_below(state, 6) == 0 ? 0 : size;
    spec.i_e_pA = saltus_constant(trial_random_below(state, 2) == 0 ? current : -current);
    const double reset = trial_random_in(state, -50, 2);
    flow_set(&spec, "tau_m", trial_random_in(state, 0.5, 30));
    flow_set(&spec, "v_reset", reset);
    if (trial_random_below(state, 2) == 0) {
        flow_set(&spec, "v_th", reset + trial_random_in(state, 0.1, 60));
    }
    const bool above = isinf(spec.flow_value[1]) || isnan(spec.flow_value[1]);
    spec.v_init_mV = saltus_constant(reset - 3 + trial_random_in(state, 0, above ? 60 : 3));
    flow_set(&spec, "t_ref", trial_random_below(state, 2));
    return spec;
}

START_TEST(qif_legs_are_closed_forms)
{
    uint64_t state = 7;
    size_t crossings = 0;
    for (int i = 0; i < 500; i++) {
        saltus_experiment *e = flow_begin(1);
        const saltus_population_spec spec = random_qif(&state);
        flow_add(e, &spec);
        saltus_network *network = flow_build(e);
        const network_flow *flow = network->populations[0].flow;
        const flow_drive drive = {.current = flow->i_e_pA};
        double v[FLOW_VARIABLES] = {network->populations[0].v_init, 0};
        flow_reference r = reference_begin(&network->populations[0], 0);
        const double most = i % 2 == 0 ? INFINITY : 0;
        const flow_leg whole = flow->model->leg(flow->value, v, drive, most);
        const bool before = most > 0 && whole.crosses && whole.length_ms < 1e4;
        const double ms =
            before ? whole.length_ms * trial_random(&state) : trial_random_in(&state, 0, 200);
        const flow_leg leg = flow->model->leg(flow->value, v, drive, ms);
        const int64_t end = (int64_t)(ms / TICK_MS);
        const int64_t spike = reference_go(&r, end);
        ck_assert_int_eq(leg.crosses, spike >= 0);
        if (leg.crosses) {
            crossings++;
            /* what V was rounded to near the unstable point moves it by more */
            ck_assert(fabs(leg.length_ms - (double)spike * TICK_MS) <=
                      2 * TICK_MS + 1e-13 * leg.length_ms);
        } else {
            flow->model->advance(flow->value, drive, (double)end * TICK_MS, v);
            ck_assert(fabs((double)(v[0] - r.v)) <=
                      1e-10 * fmax(1, fabs(v[0])) * fmax(1, fabs(v[0])));
        }
        saltus_network_destroy(network);
        saltus_experiment_destroy(e);
    }
    ck_assert_uint_gt(crossings, 80);
    ck_assert_uint_lt(crossings, 480);
}
END_TEST

/* ---- Spike times ----------------------------------------------------------------------------- */

/* All spikes of a population's only neuron, in quadruple precision, against those of a run. */
static void check_spikes(const saltus_network *network, const trial_result *result, double end_ms,
                         double tolerance_ms)
{
    for (uint32_t p = 0; p < network->population_count; p++) {
        if (network->populations[p].flow == NULL) {
            continue;
        }
        flow_reference r = reference_begin(&network->populations[p], 0);
        const int64_t end = (int64_t)(end_ms / TICK_MS) - 1;
        for (size_t i = 0; i < result->spike_count; i++) {
            const saltus_spike *spike = &result->spikes[i];
            if (spike->population == p && spike->time_ms < end_ms) {
                const double ms = (double)reference_go(&r, end) * TICK_MS;
                ck_assert_msg(fabs(ms - spike->time_ms) <= tolerance_ms, "%s: %.12f, not %.12f",
                              network->populations[p].name, spike->time_ms, ms);
            }
        }
        const int64_t more = reference_go(&r, end);
        ck_assert_msg(more < 0, "%s: no spike at %.9f", network->populations[p].name,
                      (double)more * TICK_MS);
    }
}

static saltus_experiment *patterns(void)
{
    saltus_experiment *e = NULL;
    saltus_diagnostics *found = NULL;
    const saltus_status status = saltus_experiment_load(
        SALTUS_SOURCE_ROOT "/data/experiments/izhikevich_patterns.yaml", NULL, &e, &found);
    ck_assert_int_eq(status, SALTUS_OK);
    saltus_diagnostics_destroy(found);
    return e;
}

START_TEST(twenty_patterns_have_the_spikes_of_quadruple_precision)
{
    saltus_experiment *e = patterns();
    saltus_network *network = flow_build(e);
    trial_result result = flow_run(e, NULL);
    check_spikes(network, &result, 400, 1e-9);
    trial_clear(&result);
    saltus_network_destroy(network);
    saltus_experiment_destroy(e);
}
END_TEST

typedef struct signature {
    const char *pattern;
    double from, to;
    size_t least, most;
} signature;

/* What the patterns are named after. */
static const signature signatures[] = {
    {"tonic_spiking", 0, 10, 0, 0},
    {"tonic_spiking", 30, 100, 2, 4},
    {"tonic_spiking", 300, 400, 3, 5},
    {"phasic_spiking", 20, 60, 1, 1},
    {"phasic_spiking", 60, 400, 0, 0},
    {"tonic_bursting", 22, 50, 6, 20},
    {"tonic_bursting", 50, 70, 0, 0},
    {"tonic_bursting", 70, 100, 4, 10},
    {"tonic_bursting", 100, 120, 0, 0},
    {"phasic_bursting", 30, 80, 4, 12},
    {"phasic_bursting", 80, 400, 0, 0},
    {"mixed_mode", 16, 30, 3, 4},
    {"mixed_mode", 30, 100, 2, 2},
    {"adaptation", 8, 20, 4, 4},
    {"adaptation", 20, 85, 2, 2},
    {"class_1", 30, 130, 1, 3},
    {"class_1", 200, 300, 5, 7},
    {"class_2", 0, 100, 0, 0},
    {"class_2", 100, 200, 6, 8},
    {"class_2", 200, 300, 8, 12},
    {"latency", 0, 15, 0, 0},
    {"latency", 15, 30, 1, 1},
    {"subthreshold", 20, 30, 1, 1},
    {"subthreshold", 30, 400, 0, 0},
    {"resonator", 0, 320, 0, 0},
    {"resonator", 320, 400, 1, 1},
    {"integrator", 14, 30, 1, 1},
    {"integrator", 30, 400, 0, 0},
    {"rebound_spike", 0, 25, 0, 0},
    {"rebound_spike", 25, 400, 1, 1},
    {"rebound_burst", 0, 25, 0, 0},
    {"rebound_burst", 25, 120, 8, 20},
    {"rebound_burst", 120, 400, 0, 0},
    {"variability", 0, 80, 0, 0},
    {"variability", 80, 100, 1, 1},
    {"bistability", 0, 37.5, 0, 0},
    {"bistability", 37.5, 208, 5, 5},
    {"bistability", 208, 400, 0, 0},
    {"afterpotential", 9, 12, 1, 1},
    {"afterpotential", 12, 400, 0, 0},
    {"accommodation", 0, 300, 0, 0},
    {"accommodation", 300, 315, 1, 1},
    {"inhibition_spiking", 0, 50, 0, 0},
    {"inhibition_spiking", 50, 260, 4, 4},
    {"inhibition_spiking", 260, 400, 0, 0},
    {"inhibition_bursting", 0, 50, 0, 0},
    {"inhibition_bursting", 80, 100, 8, 14},
    {"inhibition_bursting", 100, 170, 0, 0},
    {"inhibition_bursting", 170, 190, 8, 14},
};

START_TEST(twenty_patterns_are_what_they_are_named_after)
{
    saltus_experiment *e = patterns();
    trial_result result = flow_run(e, NULL);
    bool seen[20] = {false};
    for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++) {
        const signature *s = &signatures[i];
        const uint32_t population = saltus_experiment_find_population(e, s->pattern);
        ck_assert_uint_lt(population, 20);
        seen[population] = true;
        const size_t count = flow_spikes_in(&result, population, s->from, s->to);
        ck_assert_msg(count >= s->least && count <= s->most, "%s: %zu spikes in %g to %g ms",
                      s->pattern, count, s->from, s->to);
    }
    for (uint32_t i = 0; i < 20; i++) {
        ck_assert(seen[i]);
    }
    trial_clear(&result);
    saltus_experiment_destroy(e);
}
END_TEST

START_TEST(adex_patterns_have_the_spikes_of_quadruple_precision_with_any_legs)
{
    for (int looks = 0; looks < 2; looks++) {
        saltus_experiment *e = flow_begin(400);
        for (size_t i = 0; i < ADEX_PATTERNS; i++) {
            const uint32_t population = flow_add_adex(e, &flow_adex_patterns[i]);
            if (looks > 0) {
                flow_add_looks(e, population, 0.37);
            }
        }
        saltus_network *network = flow_build(e);
        trial_result result = flow_run(e, NULL);
        ck_assert_uint_gt(result.spike_count, 60);
        check_spikes(network, &result, 400, 1e-9);
        trial_clear(&result);
        saltus_network_destroy(network);
        saltus_experiment_destroy(e);
    }
}
END_TEST

/* From so far below that the upswing is nothing at first, and everything within a step: the first
 * spike of a Runge-Kutta solution with steps of 1e-6 ms, and the same spikes where arrivals of
 * weight 0 cut the way into short pieces. */
START_TEST(a_sharp_upswing_is_not_stepped_over)
{
    saltus_experiment *e = flow_begin(10);
    saltus_population_spec spec = flow_spec("sharp", SALTUS_MODEL_ADEX);
    flow_set(&spec, "delta_t", 0.26);
    flow_set(&spec, "v_rest", -80.4);
    flow_set(&spec, "v_peak", -45);
    spec.i_e_pA = saltus_constant(3600);
    const uint32_t population = flow_add(e, &spec);
    trial_result whole = flow_run(e, NULL);
    flow_add_looks(e, population, 0.01);
    trial_result cut = flow_run(e, NULL);
    ck_assert_uint_gt(whole.spike_count, 5);
    ck_assert_double_eq_tol(whole.spikes[0].time_ms, 2.854282, 1e-6);
    ck_assert_uint_eq(whole.spike_count, cut.spike_count);
    for (size_t i = 0; i < whole.spike_count; i++) {
        ck_assert_double_eq_tol(whole.spikes[i].time_ms, cut.spikes[i].time_ms, 1e-9);
    }
    trial_clear(&whole);
    trial_clear(&cut);
    saltus_experiment_destroy(e);
}
END_TEST

START_TEST(patterns_are_the_same_with_shorter_legs)
{
    saltus_experiment *e = patterns();
    trial_result whole = flow_run(e, NULL);
    for (uint32_t i = 0; i < saltus_experiment_population_count(e); i++) {
        flow_add_looks(e, i, 0.73);
    }
    trial_result cut = flow_run(e, NULL);
    ck_assert_uint_eq(whole.spike_count, cut.spike_count);
    for (size_t i = 0; i < whole.spike_count; i++) {
        ck_assert_uint_eq(whole.spikes[i].population, cut.spikes[i].population);
        ck_assert(fabs(whole.spikes[i].time_ms - cut.spikes[i].time_ms) < 1e-9);
    }
    trial_clear(&whole);
    trial_clear(&cut);
    saltus_experiment_destroy(e);
}
END_TEST

int main(int count, char **arguments)
{
    (void)count;
    suite_wait_without_spinning(arguments);
    const TTest *const tests[] = {
        angles_are_those_of_quadruple_precision,
        qif_legs_are_closed_forms,
        twenty_patterns_have_the_spikes_of_quadruple_precision,
        twenty_patterns_are_what_they_are_named_after,
        adex_patterns_have_the_spikes_of_quadruple_precision_with_any_legs,
        a_sharp_upswing_is_not_stepped_over,
        patterns_are_the_same_with_shorter_legs};
    return SUITE_RUN("flow", tests);
}
