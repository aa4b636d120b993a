/* test_oracle_networks - random small networks, spike by spike against the oracle.
 *
 * 240 networks (SALTUS_ORACLE_NETWORKS) of 2 to 20 neurons run for up to several seconds; with a
 * spread of schedulers, threads and run cuts, since none of these may matter. SALTUS_ORACLE_SEED
 * is the first seed (1).
 */
#include <math.h>
#include <string.h>

#include "support/random_twin.h"
#include "support/suite.h"

/* Another way of running for each seed. */
static trial_setup setup_of(uint64_t seed, const twin *t, double cuts_ms[3])
{
    const double end_ms = twin_ms(t->end);
    for (int i = 0; i < 3; i++) {
        cuts_ms[i] = end_ms * (i + 1) / 4;
    }
    return (trial_setup){.threads = 1 + (uint32_t)(seed % 3),
                         .block_neurons = seed % 2 ? 1024 : 0,
                         .scheduler = saltus_scheduler_name(seed % saltus_scheduler_count()),
                         .cuts_ms = cuts_ms,
                         .cut_count = seed % 4};
}

START_TEST(random_networks_fire_as_the_oracle_does)
{
    const uint64_t first = trial_environment("SALTUS_ORACLE_SEED", 1);
    const uint64_t networks = trial_environment("SALTUS_ORACLE_NETWORKS", 240);
    size_t all = 0, drifting = 0;
    int failed = 0;
    for (uint64_t seed = first; seed < first + networks && failed < 3; seed++) {
        twin t = random_twin(seed, &random_twin_small);
        double cuts_ms[3];
        const trial_setup setup = setup_of(seed, &t, cuts_ms);
        size_t spikes = 0;
        drifting += twin_has_drift(&t);
        if (!twin_check(&t, "random_networks", &setup, &spikes)) {
            failed++;
        }
        all += spikes;
        twin_clear(&t);
    }
    ck_assert_int_eq(failed, 0);
    ck_assert_msg(networks < 100 || all > 100 * networks,
                  "only %zu spikes: the test has become idle", all);
    ck_assert_msg(networks < 100 || drifting > networks / 4, "only %zu networks with drift",
                  drifting);
}
END_TEST

/* ---- Random input: observed, then given to the oracle ------------------------------ */

/* A network without runaway activity: 12 neurons, and 3 sources when `rate_Hz` > 0. */
static twin poisson_network(uint64_t seed, double source_rate_Hz)
{
    twin t = {.seed = seed, .end = TWIN_TICKS(1000.0)};
    uint64_t state = seed;
    twin_add_population(&t, SALTUS_MODEL_LIF_DELTA, 12);
    if (source_rate_Hz > 0) {
        twin_add_population(&t, SALTUS_MODEL_POISSON_SOURCE, 3)->rate_Hz = source_rate_Hz;
    }
    for (int k = 0; k < 40; k++) {
        const uint32_t source = trial_random_below(&state, t.neuron_count);
        const double weight_mV = trial_random_in(&state, -4, 8);
        const int64_t delay = TWIN_TICKS(trial_random_in(&state, 0.1, 30));
        twin_add_synapse(&t, source, trial_random_below(&state, 12), weight_mV, delay, 0);
    }
    t.sample_interval = TWIN_TICKS(77.7);
    return t;
}

static void add_poisson_input(saltus_experiment *e, double weight_mV)
{
    saltus_input_spec spec = saltus_input_spec_default();
    spec.name = "background";
    spec.type = SALTUS_INPUT_POISSON;
    spec.population = 0;
    spec.rate_Hz = 800;
    spec.weight_mV = weight_mV;
    ck_assert_int_eq(saltus_experiment_add_input(e, &spec, NULL, NULL), SALTUS_OK);
}

static void run_with_spikes(const saltus_experiment *e, trial_result *result)
{
    const trial_setup setup = {.spikes = true, .samples = true};
    ck_assert(trial_run(e, &setup, result));
}

/* Neurons that fire at every arrival show the trains; streams are keyed by (seed, input, group),
 * so that other neurons in their place get the same ones. */
static void observe_input(twin *t)
{
    twin detectors = {.seed = t->seed, .end = t->end};
    twin_add_population(&detectors, SALTUS_MODEL_LIF_DELTA, 12)->t_ref = 0;
    saltus_experiment *e = twin_experiment(&detectors, NULL);
    ck_assert_ptr_nonnull(e);
    add_poisson_input(e, 30);
    trial_result seen;
    run_with_spikes(e, &seen);
    for (size_t k = 0; k < seen.spike_count; k++) {
        const int64_t tick = llround(seen.spikes[k].time_ms * ORACLE_TICKS_PER_MS);
        twin_add_arrival(t, tick, seen.spikes[k].neuron, 5);
    }
    ck_assert_uint_gt(seen.spike_count, 1000);
    trial_clear(&seen);
    saltus_experiment_destroy(e);
    twin_clear(&detectors);
}

static void compare(const twin *t, const trial_result *got)
{
    char why[512] = "";
    size_t spikes = 0;
    const bool agree = twin_agrees_with(t, got, twin_usual_tolerance(t), &spikes, why, sizeof why);
    ck_assert_msg(agree, "seed %llu: %s", (unsigned long long)t->seed, why);
    ck_assert_uint_gt(spikes, 50);
}

START_TEST(poisson_input_is_integrated_as_the_oracle_does)
{
    for (uint64_t seed = 1; seed <= 10; seed++) {
        twin t = poisson_network(seed, 0);
        saltus_experiment *e = twin_experiment(&t, NULL);
        ck_assert_ptr_nonnull(e);
        add_poisson_input(e, 5);
        trial_result got;
        run_with_spikes(e, &got);
        saltus_experiment_destroy(e);
        observe_input(&t);
        compare(&t, &got);
        trial_clear(&got);
        twin_clear(&t);
    }
}
END_TEST

START_TEST(poisson_sources_reach_their_targets_as_the_oracle_has_it)
{
    for (uint64_t seed = 1; seed <= 10; seed++) {
        twin t = poisson_network(seed, 300);
        saltus_experiment *e = twin_experiment(&t, NULL);
        ck_assert_ptr_nonnull(e);
        trial_result got;
        run_with_spikes(e, &got);
        saltus_experiment_destroy(e);
        for (size_t k = 0; k < got.spike_count; k++) {
            if (got.spikes[k].population == 1) {
                const int64_t tick = llround(got.spikes[k].time_ms * ORACLE_TICKS_PER_MS);
                twin_add_source_spike(&t, tick, t.populations[1].first + got.spikes[k].neuron);
            }
        }
        compare(&t, &got);
        trial_clear(&got);
        twin_clear(&t);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {random_networks_fire_as_the_oracle_does,
                                  poisson_input_is_integrated_as_the_oracle_does,
                                  poisson_sources_reach_their_targets_as_the_oracle_has_it};
    return SUITE_RUN("oracle_networks", tests);
}
