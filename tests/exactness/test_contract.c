/* test_contract - promises of the timing contract that no other test states by name.
 *
 * Half-open intervals, positive delays, order of output, order of summation, decimal times, and
 * one tick as the unit of every sum of times. docs/exactness.md lists all promises and tests.
 */
#include <math.h>
#include <string.h>

#include "support/suite.h"
#include "support/twin.h"

#define MS(x) TWIN_TICKS((double)(x))

static trial_result run_twin(const twin *t)
{
    saltus_error error = {0};
    saltus_experiment *e = twin_experiment(t, &error);
    ck_assert_msg(e != NULL, "%s", error.message);
    const trial_setup setup = {.spikes = true, .samples = true};
    trial_result result;
    ck_assert(trial_run(e, &setup, &result));
    saltus_experiment_destroy(e);
    return result;
}

START_TEST(zero_and_negative_delays_are_refused)
{
    static const double refused_ms[] = {0, -0.0, -1, 1e-13};
    for (size_t k = 0; k < sizeof refused_ms / sizeof refused_ms[0]; k++) {
        saltus_experiment *e = NULL;
        saltus_error error = {0};
        ck_assert_int_eq(saltus_experiment_create("delays", &e), SALTUS_OK);
        saltus_population_spec p = saltus_population_spec_default();
        p.name = "A";
        p.size = 2;
        ck_assert_int_eq(saltus_experiment_add_population(e, &p, NULL, &error), SALTUS_OK);
        saltus_projection_spec c = saltus_projection_spec_default();
        c.rule = SALTUS_RULE_ALL_TO_ALL;
        c.delay_ms = saltus_constant(refused_ms[k]);
        ck_assert_int_eq(saltus_experiment_add_projection(e, &c, NULL, &error),
                         SALTUS_E_EXPERIMENT);
        ck_assert_str_ne(error.message, "");
        saltus_experiment_destroy(e);
    }
}
END_TEST

START_TEST(output_is_in_order_of_time_then_neuron)
{
    /* Populations, some of sources, that all fire at the same times; ids given in reverse. */
    twin t = {.seed = 1, .end = MS(60)};
    twin_add_population(&t, SALTUS_MODEL_LIF_DELTA, 5);
    twin_add_population(&t, SALTUS_MODEL_SPIKE_LIST, 5);
    twin_add_population(&t, SALTUS_MODEL_LIF_DELTA, 5)->tau_m_ms = 3;
    twin_add_population(&t, SALTUS_MODEL_PERIODIC_SOURCE, 5);
    for (int when = 10; when < 60; when += 10) {
        for (uint32_t i = 15; i-- > 0;) {
            if (twin_population_of(&t, i) == 1) {
                twin_add_source_spike(&t, MS(when), i);
            } else {
                twin_add_arrival(&t, MS(when), i, 25);
            }
        }
    }
    trial_result got = run_twin(&t);
    ck_assert(!got.out_of_order);
    ck_assert_uint_eq(got.spike_count, 100);
    for (size_t k = 0; k < got.spike_count; k++) {
        ck_assert_double_eq(got.spikes[k].time_ms, 10.0 * (double)(k / 20 + 1));
        ck_assert_uint_eq(got.spikes[k].population, k % 20 / 5);
        ck_assert_uint_eq(got.spikes[k].neuron, k % 5);
    }
    trial_clear(&got);
    twin_clear(&t);
}
END_TEST

/* Eight sources reach neuron 0 at one time with weights whose sum depends on the order. */
static double summed_potential(bool reverse)
{
    twin t = {.seed = 1, .end = MS(10)};
    twin_add_population(&t, SALTUS_MODEL_LIF_DELTA, 1);
    twin_add_population(&t, SALTUS_MODEL_SPIKE_LIST, 8);
    for (uint32_t k = 0; k < 8; k++) {
        const uint32_t i = reverse ? 7 - k : k;
        twin_add_source_spike(&t, MS(1), 1 + i);
        twin_add_synapse(&t, 1 + i, 0, (i % 2 ? 1.0 : -1.0) * pow(7.3, i) / 1e5, MS(5), 0);
    }
    trial_result got = run_twin(&t);
    const double potential_mV = got.potentials_mV[0];
    trial_clear(&got);
    twin_clear(&t);
    return potential_mV;
}

START_TEST(simultaneous_arrivals_are_summed_in_order_of_source)
{
    const double one = summed_potential(false), other = summed_potential(true);
    ck_assert_double_ne(one, 0);
    ck_assert(memcmp(&one, &other, sizeof one) == 0);
}
END_TEST

START_TEST(decimal_times_are_exact_and_sums_do_not_drift)
{
    /* 0.1 ms steps, a million of them: k-th spike at the double nearest k / 10. */
    twin t = {.seed = 1, .end = MS(100000)};
    twin_add_population(&t, SALTUS_MODEL_PERIODIC_SOURCE, 1)->interval = MS(0.1);
    t.neurons[0].start = 0;
    trial_result got = run_twin(&t);
    ck_assert_uint_eq(got.spike_count, 1000000);
    for (size_t k = 0; k < got.spike_count; k++) {
        if (got.spikes[k].time_ms != (double)k / 10) {
            ck_abort_msg("spike %zu at %.17g ms", k, got.spikes[k].time_ms);
        }
    }
    trial_clear(&got);
    twin_clear(&t);
}
END_TEST

START_TEST(chain_of_delays_ends_on_the_exact_sum)
{
    /* 0.1 ms through each of 60 neurons, then round again: 600 * 0.1 ms is 60 ms. */
    twin t = {.seed = 1, .end = MS(3000)};
    twin_add_population(&t, SALTUS_MODEL_LIF_DELTA, 60);
    for (uint32_t i = 0; i < 60; i++) {
        twin_add_synapse(&t, i, (i + 1) % 60, 25, MS(0.1), 0);
    }
    twin_add_arrival(&t, 0, 0, 25);
    trial_result got = run_twin(&t);
    ck_assert_uint_eq(got.spike_count, 30000);
    for (size_t k = 0; k < got.spike_count; k++) {
        ck_assert_double_eq(got.spikes[k].time_ms, (double)k / 10);
        ck_assert_uint_eq(got.spikes[k].neuron, k % 60);
    }
    trial_clear(&got);
    twin_clear(&t);
}
END_TEST

/* Sampled at the time of a spike, of an arrival, at the beginning and in refractoriness. */
START_TEST(samples_show_the_state_after_all_events_of_their_time)
{
    twin t = {.seed = 1, .end = MS(12)};
    twin_add_population(&t, SALTUS_MODEL_LIF_DELTA, 2)->v_reset_mV = -1;
    t.neurons[0].v_init_mV = 20;
    t.sample_interval = MS(1);
    twin_add_arrival(&t, MS(2), 0, 4); /* at the release */
    twin_add_arrival(&t, MS(5), 1, 7);
    twin_add_arrival(&t, MS(5), 1, -2);
    twin_add_arrival(&t, MS(8), 1, 25);
    trial_result got = run_twin(&t);
    ck_assert_uint_eq(got.sample_count, 24);
    ck_assert_double_eq(got.samples[0].potential_mV, -1); /* fired at 0 ms */
    ck_assert_double_eq(got.samples[2].potential_mV, -1); /* 1 ms: refractory */
    ck_assert_double_eq_tol(got.samples[4].potential_mV, 3, 1e-14);
    ck_assert_double_eq_tol(got.samples[11].potential_mV, 5, 1e-14);
    ck_assert_double_eq(got.samples[17].potential_mV, -1); /* fired at 8 ms */
    ck_assert_double_eq_tol(got.samples[20].potential_mV, 3 * exp(-0.4), 1e-14);
    ck_assert_double_eq_tol(got.potentials_mV[1], -exp(-0.1), 1e-14);
    ck_assert(twin_check(&t, "samples", NULL, NULL));
    trial_clear(&got);
    twin_clear(&t);
}
END_TEST

START_TEST(run_of_no_length_does_nothing)
{
    twin t = {.seed = 1, .end = MS(10)};
    twin_add_population(&t, SALTUS_MODEL_LIF_DELTA, 1);
    t.neurons[0].v_init_mV = 30;
    saltus_experiment *e = twin_experiment(&t, NULL);
    ck_assert_ptr_nonnull(e);
    static const double nothing[] = {0, 0};
    trial_setup setup = {.cuts_ms = nothing, .cut_count = 2, .end_ms = 1e-11, .spikes = true};
    trial_result got;
    ck_assert(trial_run(e, &setup, &got));
    ck_assert_uint_eq(got.spike_count, 1);
    trial_clear(&got);
    saltus_experiment_destroy(e);
    twin_clear(&t);
}
END_TEST

/* The chunk of a periodic train is filled as far as times go, whatever the run will need of it; a
 * sanitizer sees a sum that is taken beyond them. */
START_TEST(longest_interval_has_one_spike_and_no_other_time)
{
    twin t = {.seed = 1, .end = MS(10)};
    twin_population *p = twin_add_population(&t, SALTUS_MODEL_PERIODIC_SOURCE, 3);
    p->interval = MS(4.5e7);
    p->stop = ORACLE_NEVER;
    for (uint32_t i = 0; i < 3; i++) {
        t.neurons[i].start = MS(1 + i);
    }
    trial_result got = run_twin(&t);
    ck_assert_uint_eq(got.spike_count, 3);
    ck_assert_double_eq(got.spikes[0].time_ms, 1);
    ck_assert_double_eq(got.spikes[2].time_ms, 3);
    trial_clear(&got);
    twin_clear(&t);
}
END_TEST

/* Only a run to the end of [0, end) counts: the spike at 0 is not in a run to 0. */
START_TEST(simulation_stands_at_its_time_and_refuses_to_go_back)
{
    twin t = {.seed = 1, .end = MS(10)};
    twin_add_population(&t, SALTUS_MODEL_LIF_DELTA, 1);
    t.neurons[0].v_init_mV = 30;
    saltus_experiment *e = twin_experiment(&t, NULL);
    saltus_network *net = NULL;
    saltus_simulation *sim = NULL;
    saltus_error error = {0};
    ck_assert_int_eq(saltus_network_build(e, NULL, &net, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_create(net, NULL, &sim, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_run_until(sim, 0, &error), SALTUS_OK);
    ck_assert_uint_eq(saltus_simulation_counts(sim).spikes, 0);
    ck_assert_int_eq(saltus_simulation_run_until(sim, 5, &error), SALTUS_OK);
    ck_assert_double_eq(saltus_simulation_time_ms(sim), 5);
    ck_assert_uint_eq(saltus_simulation_counts(sim).spikes, 1);
    static const double refused_ms[] = {4.999, -1, 4.6e7, HUGE_VAL};
    for (size_t k = 0; k < sizeof refused_ms / sizeof refused_ms[0]; k++) {
        ck_assert_int_eq(saltus_simulation_run_until(sim, refused_ms[k], &error),
                         SALTUS_E_ARGUMENT);
    }
    ck_assert_int_eq(saltus_simulation_run_until(sim, nan(""), &error), SALTUS_E_ARGUMENT);
    ck_assert_double_eq(saltus_simulation_time_ms(sim), 5);
    saltus_simulation_destroy(sim);
    saltus_network_destroy(net);
    saltus_experiment_destroy(e);
    twin_clear(&t);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {zero_and_negative_delays_are_refused,
                                  output_is_in_order_of_time_then_neuron,
                                  simultaneous_arrivals_are_summed_in_order_of_source,
                                  decimal_times_are_exact_and_sums_do_not_drift,
                                  chain_of_delays_ends_on_the_exact_sum,
                                  samples_show_the_state_after_all_events_of_their_time,
                                  run_of_no_length_does_nothing,
                                  longest_interval_has_one_spike_and_no_other_time,
                                  simulation_stands_at_its_time_and_refuses_to_go_back};
    return SUITE_RUN("contract", tests);
}
