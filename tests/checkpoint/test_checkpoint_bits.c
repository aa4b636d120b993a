/* test_checkpoint_bits - a run that goes on from a checkpoint is the run that was never cut.
 *
 * Every network and engine: a relay hands the run over at random times, each time to a simulation
 * with other threads, blocks and scheduler, and comes to the same spikes, samples, potentials and
 * counts as one run in one piece.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "determinism/networks.h"
#include "support/suite.h"
#include "support/trial.h"

#define MOST_CUTS 8

static char path[64];

static trial_result reference(const test_network *network, const char *engine, const double *cuts,
                              size_t cut_count)
{
    saltus_experiment *e = test_network_create(network, true);
    const trial_setup setup = {.threads = 1,
                               .engine = engine,
                               .cuts_ms = cuts,
                               .cut_count = cut_count,
                               .spikes = true,
                               .samples = true};
    trial_result result;
    ck_assert_msg(trial_run(e, &setup, &result), "%s", network->name);
    saltus_experiment_destroy(e);
    return result;
}

/* Ascending times: anywhere, at 0, at spikes, at samples, on whole milliseconds. */
static size_t draw_cuts(uint64_t *state, const trial_result *wanted, double end_ms, double *cuts)
{
    const size_t count = 1 + trial_random_below(state, MOST_CUTS);
    for (size_t i = 0; i < count; i++) {
        const uint32_t kind = trial_random_below(state, 8);
        cuts[i] = trial_random(state) * end_ms;
        if (kind == 0) {
            cuts[i] = 0;
        } else if (kind == 1) {
            cuts[i] =
                wanted->spikes[trial_random_below(state, (uint32_t)wanted->spike_count)].time_ms;
        } else if (kind == 2) {
            cuts[i] =
                wanted->samples[trial_random_below(state, (uint32_t)wanted->sample_count)].time_ms;
        } else if (kind == 3) {
            cuts[i] = floor(cuts[i]);
        }
        for (size_t j = i; j > 0 && cuts[j] < cuts[j - 1]; j--) {
            const double swap = cuts[j];
            cuts[j] = cuts[j - 1];
            cuts[j - 1] = swap;
        }
    }
    return count;
}

/* A relay with these cuts against one run that pauses at them. */
static void check_relay(const test_network *network, const char *engine, const double *cuts,
                        size_t count, bool samples)
{
    trial_result wanted = reference(network, engine, cuts, count);
    saltus_experiment *e = test_network_create(network, true);
    const trial_setup setup = {
        .engine = engine, .cuts_ms = cuts, .cut_count = count, .spikes = true, .samples = samples};
    trial_result got;
    ck_assert_msg(trial_run_relay(e, &setup, path, &got), "%s, %s", network->name, engine);
    saltus_experiment_destroy(e);
    char why[512] = "";
    const bool same = trial_same_bits(&wanted, &got, why, sizeof why) &&
                      trial_same_counts(&wanted, &got, samples, why, sizeof why) &&
                      trial_counts_add_up(&got, why, sizeof why);
    ck_assert_msg(same && !got.out_of_order, "%s, %s, %zu cuts, first at %.17g ms: %s",
                  network->name, engine, count, cuts[0], why);
    trial_clear(&got);
    trial_clear(&wanted);
}

static const char *const engines[] = {"event",         "grid@0.1ms",         "grid@1ms",
                                      "euler@0.25ms",  "interpolated@0.1ms", "interpolated@1ms",
                                      "offgrid@0.3ms", "offgrid@10ms"};

/* One engine: every network, with cuts at random times. */
static void check_engine(size_t which)
{
    uint64_t state = trial_environment("SALTUS_CHECKPOINT_SEED", 23) + which;
    const uint64_t repeats = trial_environment("SALTUS_CHECKPOINT_REPEATS", which == 0 ? 2 : 1);
    for (size_t n = 0; n < test_network_count; n++) {
        for (uint64_t repeat = 0;
             repeat < repeats && test_network_runs_on(&test_networks[n], engines[which]);
             repeat++) {
            const double end_ms = test_networks[n].duration_ms;
            trial_result whole = reference(&test_networks[n], engines[which], NULL, 0);
            double cuts[MOST_CUTS];
            const size_t count = draw_cuts(&state, &whole, end_ms, cuts);
            trial_clear(&whole);
            check_relay(&test_networks[n], engines[which], cuts, count, repeat % 2 == 0);
        }
    }
}

START_TEST(a_relay_of_the_event_engine_is_one_run)
{
    check_engine(0);
}
END_TEST

START_TEST(a_relay_of_the_grid_is_one_run)
{
    check_engine(1);
    check_engine(2);
    check_engine(3);
}
END_TEST

START_TEST(a_relay_of_the_clocks_off_the_grid_is_one_run)
{
    for (size_t i = 4; i < sizeof engines / sizeof engines[0]; i++) {
        check_engine(i);
    }
}
END_TEST

/* ---- At any moment ------------------------------------------------------------------------- */

/* Stops the run after some batches of spikes: between windows that no cut has placed. */
typedef struct stopper {
    saltus_simulation *simulation;
    size_t batches_left;
} stopper;

static saltus_status stop_after(void *user, const saltus_spike *spikes, size_t count)
{
    stopper *s = user;
    (void)spikes;
    (void)count;
    if (s->batches_left > 0 && --s->batches_left == 0) {
        saltus_simulation_request_stop(s->simulation);
    }
    return SALTUS_OK;
}

static saltus_simulation *new_simulation(const saltus_network *network, const char *engine,
                                         uint32_t threads)
{
    saltus_simulation_options options = saltus_simulation_options_default();
    saltus_simulation *sim = NULL;
    ck_assert_int_eq(saltus_engine_parse(engine, &options, NULL), SALTUS_OK);
    options.threads = threads;
    ck_assert_int_eq(saltus_simulation_create(network, &options, &sim, NULL), SALTUS_OK);
    return sim;
}

START_TEST(an_interrupted_run_goes_on_with_the_same_windows)
{
    for (size_t i = 0; i < sizeof engines / sizeof engines[0]; i++) {
        saltus_experiment *e = test_network_create(&test_networks[0], true);
        saltus_network *network = NULL;
        saltus_error error = {0};
        ck_assert_int_eq(saltus_network_build(e, NULL, &network, NULL), SALTUS_OK);
        saltus_simulation *whole = new_simulation(network, engines[i], 1);
        ck_assert_int_eq(saltus_simulation_run_until(whole, 60, NULL), SALTUS_OK);

        stopper s = {.simulation = new_simulation(network, engines[i], 2), .batches_left = 1};
        ck_assert_int_eq(saltus_simulation_add_spike_recorder(s.simulation, stop_after, &s),
                         SALTUS_OK);
        ck_assert_int_eq(saltus_simulation_run_until(s.simulation, 60, NULL), SALTUS_INTERRUPTED);
        ck_assert_double_lt(saltus_simulation_time_ms(s.simulation), 60);
        ck_assert_int_eq(saltus_checkpoint_write(s.simulation, path, NULL), SALTUS_OK);
        saltus_simulation *rest = new_simulation(network, engines[i], 3);
        ck_assert_msg(saltus_checkpoint_restore(rest, path, &error) == SALTUS_OK, "%s: %s",
                      engines[i], error.message);
        ck_assert_double_eq(saltus_simulation_time_ms(rest),
                            saltus_simulation_time_ms(s.simulation));
        ck_assert_int_eq(saltus_simulation_run_until(rest, 60, NULL), SALTUS_OK);
        ck_assert_uint_eq(saltus_simulation_fingerprint(rest),
                          saltus_simulation_fingerprint(whole));
        saltus_counts a = saltus_simulation_counts(whole);
        saltus_counts b = saltus_simulation_counts(rest);
        for (size_t k = 0; k < saltus_count_total(); k++) {
            ck_assert_msg(*saltus_count_at(&a, k) == *saltus_count_at(&b, k), "%s: %s", engines[i],
                          saltus_count_name(k));
        }
        saltus_simulation_destroy(whole);
        saltus_simulation_destroy(s.simulation);
        saltus_simulation_destroy(rest);
        saltus_network_destroy(network);
        saltus_experiment_destroy(e);
    }
}
END_TEST

START_TEST(writing_does_not_change_the_run)
{
    for (size_t i = 0; i < sizeof engines / sizeof engines[0]; i++) {
        saltus_experiment *e = test_network_create(&test_networks[2], true);
        saltus_network *network = NULL;
        ck_assert_int_eq(saltus_network_build(e, NULL, &network, NULL), SALTUS_OK);
        saltus_simulation *with = new_simulation(network, engines[i], 2);
        saltus_simulation *without = new_simulation(network, engines[i], 2);
        for (double t = 0; t < 80; t += 3.7) {
            ck_assert_int_eq(saltus_simulation_run_until(with, t, NULL), SALTUS_OK);
            ck_assert_int_eq(saltus_simulation_run_until(without, t, NULL), SALTUS_OK);
            ck_assert_int_eq(saltus_checkpoint_write(with, path, NULL), SALTUS_OK);
        }
        saltus_counts a = saltus_simulation_counts(with);
        saltus_counts b = saltus_simulation_counts(without);
        ck_assert_int_eq(memcmp(&a, &b, sizeof a), 0);
        ck_assert_uint_eq(saltus_simulation_fingerprint(with),
                          saltus_simulation_fingerprint(without));
        saltus_simulation_destroy(with);
        saltus_simulation_destroy(without);
        saltus_network_destroy(network);
        saltus_experiment_destroy(e);
    }
}
END_TEST

/* ---- The file itself ----------------------------------------------------------------------- */

static char *file_bytes(const char *name, size_t *size)
{
    FILE *file = fopen(name, "rb");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*size);
    ck_assert_ptr_nonnull(bytes);
    ck_assert_uint_eq(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

START_TEST(the_file_does_not_tell_of_threads_and_blocks)
{
    for (size_t i = 0; i < sizeof engines / sizeof engines[0]; i++) {
        for (size_t n = 0; n < test_network_count; n++) {
            if (!test_network_runs_on(&test_networks[n], engines[i])) {
                continue;
            }
            saltus_experiment *e = test_network_create(&test_networks[n], true);
            char *first = NULL;
            size_t first_size = 0;
            for (uint32_t way = 0; way < 2; way++) {
                saltus_network_options build = saltus_network_options_default();
                build.block_neurons = way == 0 ? 1024 : 0;
                saltus_network *network = NULL;
                ck_assert_int_eq(saltus_network_build(e, &build, &network, NULL), SALTUS_OK);
                saltus_simulation *sim = new_simulation(network, engines[i], 1 + way);
                const double half_ms = test_networks[n].duration_ms / 2.3;
                ck_assert_int_eq(saltus_simulation_run_until(sim, half_ms, NULL), SALTUS_OK);
                ck_assert_int_eq(saltus_checkpoint_write(sim, path, NULL), SALTUS_OK);
                size_t size = 0;
                char *bytes = file_bytes(path, &size);
                if (way == 0) {
                    first = bytes;
                    first_size = size;
                } else {
                    ck_assert_msg(size == first_size && memcmp(bytes, first, size) == 0, "%s, %s",
                                  test_networks[n].name, engines[i]);
                    free(bytes);
                }
                saltus_simulation_destroy(sim);
                saltus_network_destroy(network);
            }
            free(first);
            saltus_experiment_destroy(e);
        }
    }
}
END_TEST

/* A few cells with one slow receptor that stop each other: what a run waits for is crossings to
 * come and horizons, nothing else. And a learning projection without a synapse, delays of its own.
 */
static saltus_experiment *slow_cells(void)
{
    saltus_error error = {0};
    saltus_experiment *e = NULL;
    ck_assert_int_eq(saltus_experiment_create("slow", &e), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_set_seed(e, 508560), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_set_duration(e, 40, NULL), SALTUS_OK);
    saltus_population_spec cells = saltus_population_spec_default();
    cells.name = "C";
    cells.size = 30;
    cells.model = SALTUS_MODEL_LIF_EXP;
    cells.tau_m_ms = 10;
    cells.receptors[0].tau_ms = 10000;
    cells.v_init_mV = saltus_uniform(0, 19);
    ck_assert_int_eq(saltus_experiment_add_population(e, &cells, NULL, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_record_spikes(e, 0), SALTUS_OK);
    saltus_input_spec input = saltus_input_spec_default();
    input.name = "drive";
    input.type = SALTUS_INPUT_POISSON;
    input.rate_Hz = 100;
    input.weight_pA = 400;
    ck_assert_int_eq(saltus_experiment_add_input(e, &input, NULL, &error), SALTUS_OK);
    saltus_projection_spec stop = saltus_projection_spec_default();
    stop.rule = SALTUS_RULE_FIXED_TOTAL_NUMBER;
    stop.count = 200;
    stop.weight_pA = saltus_uniform(-300, 0);
    stop.delay_ms = saltus_constant(0.01);
    ck_assert_int_eq(saltus_experiment_add_projection(e, &stop, NULL, &error), SALTUS_OK);
    stop.count = 0;
    stop.weight_pA = saltus_constant(1);
    stop.delay_ms = saltus_uniform(0.5, 5);
    stop.plasticity.rule = "stdp";
    stop.plasticity.dendritic_share = 0.3;
    ck_assert_int_eq(saltus_plasticity_set(&stop.plasticity, "w_max", 10, NULL), SALTUS_OK);
    ck_assert_msg(saltus_experiment_add_projection(e, &stop, NULL, &error) == SALTUS_OK, "%s",
                  error.message);
    return e;
}

START_TEST(crossings_to_come_are_waited_for)
{
    saltus_experiment *e = slow_cells();
    const trial_setup whole = {.threads = 1, .spikes = true};
    trial_result wanted;
    ck_assert(trial_run(e, &whole, &wanted));
    ck_assert_uint_gt(wanted.spike_count, 50);
    for (double cut = 0.45; cut < 40; cut += 0.7) {
        const trial_setup setup = {.cuts_ms = &cut, .cut_count = 1, .spikes = true};
        trial_result got;
        char why[512] = "";
        ck_assert_msg(trial_run_relay(e, &setup, path, &got), "cut at %.17g ms", cut);
        ck_assert_msg(trial_same_bits(&wanted, &got, why, sizeof why), "cut at %.17g ms: %s", cut,
                      why);
        trial_clear(&got);
    }
    trial_clear(&wanted);
    saltus_experiment_destroy(e);
}
END_TEST

/* Threads that wait for others would spin; the policy is read when a program starts. */
static void wait_without_spinning(char **arguments)
{
    if (!getenv("OMP_WAIT_POLICY") && setenv("OMP_WAIT_POLICY", "passive", 1) == 0) {
        execv("/proc/self/exe", arguments);
    }
}

int main(int argument_count, char **arguments)
{
    (void)argument_count;
    wait_without_spinning(arguments);
    snprintf(path, sizeof path, "/tmp/saltus_bits_%d.checkpoint", (int)getpid());
    const TTest *const tests[] = {
        a_relay_of_the_event_engine_is_one_run,           a_relay_of_the_grid_is_one_run,
        a_relay_of_the_clocks_off_the_grid_is_one_run,    crossings_to_come_are_waited_for,
        an_interrupted_run_goes_on_with_the_same_windows, writing_does_not_change_the_run,
        the_file_does_not_tell_of_threads_and_blocks};
    const int code = SUITE_RUN("checkpoint_bits", tests);
    unlink(path);
    return code;
}
