/* Calls that a user may get wrong, or make at an odd moment: answered, never a crash. */
#include <check.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "engine/simulation.h"
#include "saltus/saltus.h"
#include "support/suite.h"

/* Neurons that fire by themselves, about 30 times a second. */
static saltus_network *driven(uint32_t size)
{
    saltus_experiment *e = NULL;
    ck_assert_int_eq(saltus_experiment_create("driven", &e), SALTUS_OK);
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "N";
    spec.size = size;
    spec.i_e_pA = saltus_uniform(300, 400);
    ck_assert_int_eq(saltus_experiment_add_population(e, &spec, NULL, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_record_spikes(e, 0), SALTUS_OK);
    saltus_network *network = NULL;
    ck_assert_int_eq(saltus_network_build(e, NULL, &network, NULL), SALTUS_OK);
    saltus_experiment_destroy(e);
    return network;
}

static saltus_simulation *simulate(const saltus_network *network)
{
    saltus_simulation *simulation = NULL;
    ck_assert_int_eq(saltus_simulation_create(network, NULL, &simulation, NULL), SALTUS_OK);
    return simulation;
}

/* Stops its simulation after some batches. */
typedef struct stopper {
    saltus_simulation *simulation;
    unsigned batches;
    saltus_status inner; /* of a run_until from the callback */
} stopper;

static saltus_status stop_soon(void *user, const saltus_spike *spikes, size_t count)
{
    stopper *stop = user;
    (void)spikes;
    (void)count;
    if (++stop->batches % 3 == 0) {
        saltus_simulation_request_stop(stop->simulation);
    }
    return SALTUS_OK;
}

START_TEST(an_interrupted_run_goes_on_from_the_time_it_reports)
{
    /* beyond 65 s a double can't name every tick */
    saltus_network *network = driven(20);
    saltus_simulation *whole = simulate(network);
    saltus_simulation *simulation = simulate(network);
    stopper stop = {.simulation = simulation};
    ck_assert_int_eq(saltus_simulation_add_spike_recorder(simulation, stop_soon, &stop), SALTUS_OK);
    const double end_ms = 140000;
    unsigned stops = 0;
    saltus_status status = SALTUS_INTERRUPTED;
    while (status == SALTUS_INTERRUPTED) {
        status = saltus_simulation_run_until(simulation, end_ms, NULL);
        const double now_ms = saltus_simulation_time_ms(simulation);
        stops += status == SALTUS_INTERRUPTED;
        ck_assert_int_eq(saltus_simulation_run_until(simulation, now_ms, NULL), SALTUS_OK);
    }
    ck_assert_int_eq(status, SALTUS_OK);
    ck_assert_uint_ge(stops, 3);
    ck_assert_int_eq(saltus_simulation_run_until(whole, end_ms, NULL), SALTUS_OK);
    ck_assert_uint_eq(saltus_simulation_fingerprint(simulation),
                      saltus_simulation_fingerprint(whole));
    ck_assert_int_eq(saltus_simulation_run_until(whole, end_ms - 1, NULL), SALTUS_E_ARGUMENT);
    saltus_simulation_destroy(simulation);
    saltus_simulation_destroy(whole);
    saltus_network_destroy(network);
}
END_TEST

static saltus_status run_inside(void *user, const saltus_spike *spikes, size_t count)
{
    stopper *stop = user;
    (void)spikes;
    (void)count;
    stop->inner = saltus_simulation_run_until(stop->simulation, 1e6, NULL);
    return SALTUS_OK;
}

START_TEST(a_recorder_cannot_run_its_own_simulation)
{
    saltus_network *network = driven(100);
    saltus_simulation *simulation = simulate(network);
    stopper stop = {.simulation = simulation};
    saltus_simulation_add_spike_recorder(simulation, run_inside, &stop);
    ck_assert_int_eq(saltus_simulation_run_until(simulation, 500, NULL), SALTUS_OK);
    ck_assert_int_eq(stop.inner, SALTUS_E_STATE);
    ck_assert_int_eq(saltus_simulation_add_spike_recorder(simulation, run_inside, &stop),
                     SALTUS_E_STATE);
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
}
END_TEST

static saltus_status fail_at_once(void *user, const saltus_spike *spikes, size_t count)
{
    (void)user;
    (void)spikes;
    (void)count;
    return SALTUS_E_FILE;
}

START_TEST(a_failed_recorder_ends_the_run_for_good)
{
    saltus_network *network = driven(100);
    saltus_simulation *simulation = simulate(network);
    saltus_simulation_add_spike_recorder(simulation, fail_at_once, NULL);
    saltus_error error = {0};
    ck_assert_int_eq(saltus_simulation_run_until(simulation, 500, &error), SALTUS_E_RECORDER);
    ck_assert_str_ne(error.message, "");
    ck_assert_int_eq(saltus_simulation_run_until(simulation, 600, &error), SALTUS_E_STATE);
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
}
END_TEST

/* ---- Neurons that fire without end --------------------------------------------------------- */

static saltus_status count_spikes(void *user, const saltus_spike *spikes, size_t count)
{
    (void)spikes;
    *(size_t *)user += count;
    return SALTUS_OK;
}

/* From 60 ms on some of the neurons fire every twenty ticks: 5e10 times in a window of 10 ms. */
static saltus_network *running_away(uint32_t size)
{
    const double begin_ms = 60, drive_pA = 1e12;
    saltus_experiment *e = NULL;
    ck_assert_int_eq(saltus_experiment_create("away", &e), SALTUS_OK);
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "calm";
    spec.size = size;
    spec.i_e_pA = saltus_uniform(300, 400);
    ck_assert_int_eq(saltus_experiment_add_population(e, &spec, NULL, NULL), SALTUS_OK);
    spec.name = "away";
    spec.size = 3;
    spec.t_ref_ms = 0;
    spec.i_e_pA = saltus_constant(0);
    ck_assert_int_eq(saltus_experiment_add_population(e, &spec, NULL, NULL), SALTUS_OK);
    saltus_input_spec input = saltus_input_spec_default();
    input.name = "drive";
    input.type = SALTUS_INPUT_CURRENT;
    input.population = 1;
    input.current_times_ms = &begin_ms;
    input.current_values_pA = &drive_pA;
    input.current_count = 1;
    ck_assert_int_eq(saltus_experiment_add_input(e, &input, NULL, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_record_spikes(e, 0), SALTUS_OK);
    saltus_network *network = NULL;
    saltus_network_options options = saltus_network_options_default();
    options.block_neurons = 1024;
    ck_assert_int_eq(saltus_network_build(e, &options, &network, NULL), SALTUS_OK);
    saltus_experiment_destroy(e);
    return network;
}

static saltus_simulation *simulate_on(const saltus_network *network, const char *engine,
                                      size_t *spikes)
{
    saltus_simulation_options how = saltus_simulation_options_default();
    saltus_simulation *simulation = NULL;
    how.threads = 2;
    ck_assert_int_eq(saltus_engine_parse(engine, &how, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_create(network, &how, &simulation, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_add_spike_recorder(simulation, count_spikes, spikes),
                     SALTUS_OK);
    return simulation;
}

static void end_by_itself(const char *engine)
{
    saltus_network *network = running_away(3000);
    size_t seen = 0, expected = 0;
    saltus_simulation *simulation = simulate_on(network, engine, &seen);
    saltus_simulation *calm = simulate_on(network, engine, &expected);
    saltus_error error = {0};
    ck_assert_int_eq(saltus_simulation_run_until(calm, 60, NULL), SALTUS_OK);
    for (uint32_t b = 0; b < network->block_count; b++) {
        simulation->blocks[b].most_fired = 1 << 17;
    }
    ck_assert_int_eq(saltus_simulation_run_until(simulation, 80, &error), SALTUS_E_RUNAWAY);
    ck_assert_int_eq(error.status, SALTUS_E_RUNAWAY);
    ck_assert_ptr_nonnull(strstr(error.message, "fire without end"));
    const char *culprit = strstr(error.message, "of population away at 60.0");
    ck_assert_ptr_nonnull(culprit);
    ck_assert_msg(culprit[-2] >= '0' && culprit[-2] <= '2', "%s", error.message);
    ck_assert_ptr_nonnull(strstr(error.message, "t_ref"));
    ck_assert_ptr_nonnull(strstr(error.message, "complete up to 60.000000 ms"));
    /* what was recorded is that of the time reported */
    ck_assert_double_eq(saltus_simulation_time_ms(simulation), 60);
    ck_assert_uint_gt(seen, 1000);
    ck_assert_uint_eq(seen, expected);
    ck_assert_uint_eq(saltus_simulation_fingerprint(simulation),
                      saltus_simulation_fingerprint(calm));
    ck_assert_int_eq(saltus_simulation_run_until(simulation, 80, NULL), SALTUS_E_STATE);
    saltus_simulation_destroy(simulation);
    saltus_simulation_destroy(calm);
    saltus_network_destroy(network);
}

START_TEST(neurons_that_fire_without_end_end_the_run)
{
    end_by_itself("event");
    end_by_itself("offgrid@1ms");
}
END_TEST

static saltus_simulation *to_stop;

static void stop_it(int number)
{
    (void)number;
    saltus_simulation_request_stop(to_stop);
}

/* However slow the machine is: a signal that comes before the window is answered before it, and
 * the next one has more time. */
static void end_on_request(const char *engine)
{
    saltus_network *network = running_away(100);
    size_t seen = 0;
    to_stop = simulate_on(network, engine, &seen);
    for (uint32_t b = 0; b < network->block_count; b++) {
        to_stop->blocks[b].most_fired = UINT64_MAX;
    }
    signal(SIGALRM, stop_it);
    saltus_status status = SALTUS_INTERRUPTED;
    for (long wait_us = 1000; status == SALTUS_INTERRUPTED; wait_us *= 2) {
        const struct itimerval timer = {
            .it_value = {.tv_sec = wait_us / 1000000, .tv_usec = wait_us % 1000000}};
        setitimer(ITIMER_REAL, &timer, NULL);
        status = saltus_simulation_run_until(to_stop, 80, NULL);
    }
    ck_assert_int_eq(status, SALTUS_E_RUNAWAY);
    ck_assert_double_eq(saltus_simulation_time_ms(to_stop), 60);
    saltus_simulation_destroy(to_stop);
    saltus_network_destroy(network);
}

START_TEST(neurons_that_fire_without_end_can_be_stopped)
{
    end_on_request("event");
    end_on_request("offgrid@1ms");
}
END_TEST

START_TEST(odd_arguments_are_answered)
{
    saltus_network *network = driven(3);
    saltus_simulation *simulation = simulate(network);
    saltus_simulation *none = simulation;
    saltus_simulation_options options = saltus_simulation_options_default();
    options.scheduler = "no such scheduler";
    ck_assert_int_eq(saltus_simulation_create(network, &options, &none, NULL), SALTUS_E_ARGUMENT);
    ck_assert_ptr_null(none);
    options = (saltus_simulation_options){0};
    ck_assert_int_eq(saltus_simulation_create(network, &options, &none, NULL), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_simulation_create(NULL, NULL, &none, NULL), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_simulation_run_until(NULL, 1, NULL), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_simulation_add_spike_recorder(NULL, stop_soon, NULL),
                     SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_simulation_add_spike_recorder(simulation, NULL, NULL),
                     SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_simulation_add_sample_recorder(simulation, NULL, NULL),
                     SALTUS_E_ARGUMENT);
    const double bad_ms[] = {-1, 1e300, (double)NAN, (double)INFINITY};
    for (size_t i = 0; i < 4; i++) {
        ck_assert_int_eq(saltus_simulation_run_until(simulation, bad_ms[i], NULL),
                         SALTUS_E_ARGUMENT);
    }
    ck_assert_uint_eq(saltus_simulation_population_spikes(simulation, 99), 0);
    ck_assert_uint_eq(saltus_simulation_projection_events(simulation, 99), 0);
    ck_assert(isnan(saltus_simulation_potential_mV(simulation, 99, 0)));
    ck_assert(isnan(saltus_simulation_potential_mV(simulation, 0, 3)));
    ck_assert_uint_eq(saltus_network_find_population(network, "X"), UINT32_MAX);
    saltus_simulation_destroy(NULL);
    saltus_network_destroy(NULL);
    saltus_experiment_destroy(NULL);
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
}
END_TEST

int main(int count, char **arguments)
{
    (void)count;
    suite_wait_without_spinning(arguments);
    const TTest *const tests[] = {an_interrupted_run_goes_on_from_the_time_it_reports,
                                  a_recorder_cannot_run_its_own_simulation,
                                  a_failed_recorder_ends_the_run_for_good,
                                  neurons_that_fire_without_end_end_the_run,
                                  neurons_that_fire_without_end_can_be_stopped,
                                  odd_arguments_are_answered};
    return SUITE_RUN("simulation_calls", tests);
}
