/* test_threads - several threads work on one network without a race and with the same bits.
 *
 * Small enough for the thread sanitizer, with everything in it that threads share: many blocks,
 * drawn weights and delays, every connection rule that is built in parallel, random and listed
 * input, recorders. The thread sanitizer finds races whether or not they changed a result.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "saltus/saltus.h"

static const char text[] =
    "saltus: 1\n"
    "seed: 11\n"
    "duration: 40 ms\n"
    "populations:\n"
    "  E: {size: 4000, model: lif_delta, params: {v_reset: 10 mV},\n"
    "      init: {v: {uniform: [0 mV, 20 mV]}}}\n"
    "  B: {size: 1500, like: E, params: {tau_m: 10 ms, t_ref: 1 ms, i_e: {uniform: [450 pA,\n"
    "      550 pA]}}}\n"
    "  I: {size: 1500, like: E}\n"
    "  S: {size: 1100, model: poisson_source, params: {rate: 20 Hz}}\n"
    "  P: {size: 3, model: periodic_source, params: {interval: 3 ms}}\n"
    "inputs:\n"
    "  noise: {type: poisson, rate: 4 kHz, to: [E, I], weight: 0.5 mV}\n"
    "  beat: {type: periodic, interval: 7 ms, weight: 3 mV, to: B}\n"
    "projections:\n"
    "  - {from: E, to: [E, I], rule: {fixed_indegree: 40}, weight: 0.2 mV, delay: 1.5 ms}\n"
    "  - {from: I, to: [E, I], rule: {fixed_indegree: 10}, weight: -1 mV, delay: 1 ms}\n"
    "  - {from: E, to: B, rule: {pairwise_bernoulli: 0.01}, delay: {uniform: [0.5 ms, 4 ms]},\n"
    "     weight: {normal: {mean: 0.3 mV, sd: 0.1 mV}}}\n"
    "  - {from: B, to: I, rule: {fixed_outdegree: 5}, weight: {lognormal: {median: 0.2 mV,\n"
    "     sigma: 0.5}}, delay: 0.7 ms}\n"
    "  - {from: S, to: E, rule: {fixed_total_number: 20000}, weight: 1 mV, delay: 2 ms}\n"
    "  - {from: P, to: B, rule: all_to_all, weight: 1 mV, delay: 0.5 ms}\n"
    "  - {from: I, to: I, rule: {fixed_indegree: 20}, autapses: false, multapses: false,\n"
    "     weight: -0.5 mV, delay: {uniform: [0.5 ms, 2 ms]}}\n"
    "record:\n"
    "  spikes: all\n"
    "  potential:\n"
    "    - {of: B, every: 3 ms}\n";

static saltus_experiment *experiment;

static void load(void)
{
    saltus_diagnostics *found = NULL;
    const saltus_status status =
        saltus_experiment_load_text(text, strlen(text), "text", "", NULL, &experiment, &found);
    ck_assert_msg(status == SALTUS_OK, "%s: %s", saltus_status_text(status),
                  found != NULL ? saltus_diagnostics_get(found, 0).message : "");
}

static void unload(void)
{
    saltus_experiment_destroy(experiment);
    experiment = NULL;
}

/* What recorders saw. */
typedef struct seen {
    uint64_t spikes, samples;
} seen;

static saltus_status on_spikes(void *user, const saltus_spike *spikes, size_t count)
{
    (void)spikes;
    ((seen *)user)->spikes += count;
    return SALTUS_OK;
}

static saltus_status on_sample(void *user, const saltus_sample *sample)
{
    ((seen *)user)->samples += sample->count;
    return SALTUS_OK;
}

/* Build and run with so many threads; the run's fingerprint. */
static uint64_t fingerprint(uint32_t threads, const char *scheduler, const char *engine, seen *what)
{
    saltus_network_options build = saltus_network_options_default();
    build.threads = threads;
    build.block_neurons = 1024;
    saltus_network *network = NULL;
    ck_assert_int_eq(saltus_network_build(experiment, &build, &network, NULL), SALTUS_OK);

    saltus_simulation_options options = saltus_simulation_options_default();
    ck_assert_int_eq(saltus_engine_parse(engine, &options, NULL), SALTUS_OK);
    options.threads = threads;
    options.scheduler = scheduler;
    saltus_simulation *simulation = NULL;
    ck_assert_int_eq(saltus_simulation_create(network, &options, &simulation, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_add_spike_recorder(simulation, on_spikes, what), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_add_sample_recorder(simulation, on_sample, what), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_run_until(simulation, 11.0, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_run_until(simulation, 40.0, NULL), SALTUS_OK);
    const uint64_t result = saltus_simulation_fingerprint(simulation);
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
    return result;
}

START_TEST(test_four_threads_give_the_bits_of_one)
{
    seen one = {0};
    seen four = {0};
    const uint64_t expected = fingerprint(1, NULL, "event", &one);
    ck_assert_uint_gt(one.spikes, 1000);
    ck_assert_uint_eq(fingerprint(4, NULL, "event", &four), expected);
    ck_assert_uint_eq(four.spikes, one.spikes);
    ck_assert_uint_eq(four.samples, one.samples);
}
END_TEST

START_TEST(test_every_scheduler_gives_the_same_bits_for_two_and_three_threads)
{
    for (size_t i = 0; i < saltus_scheduler_count(); i++) {
        seen a = {0};
        seen b = {0};
        ck_assert_uint_eq(fingerprint(2, saltus_scheduler_name(i), "event", &a),
                          fingerprint(3, saltus_scheduler_name(i), "event", &b));
    }
}
END_TEST

START_TEST(test_every_clock_gives_the_same_bits_for_one_and_four_threads)
{
    static const char *const engines[] = {"grid@0.2ms", "euler@0.2ms", "interpolated@0.2ms",
                                          "offgrid@0.2ms"};
    for (size_t i = 0; i < sizeof engines / sizeof engines[0]; i++) {
        seen one = {0};
        seen four = {0};
        const uint64_t expected = fingerprint(1, NULL, engines[i], &one);
        ck_assert_uint_gt(one.spikes, 1000);
        ck_assert_uint_eq(fingerprint(4, NULL, engines[i], &four), expected);
        ck_assert_uint_eq(four.spikes, one.spikes);
        ck_assert_uint_eq(four.samples, one.samples);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("threads");
    TCase *tcase = tcase_create("all");
    tcase_set_timeout(tcase, 300);
    tcase_add_checked_fixture(tcase, load, unload);
    tcase_add_test(tcase, test_four_threads_give_the_bits_of_one);
    tcase_add_test(tcase, test_every_scheduler_gives_the_same_bits_for_two_and_three_threads);
    tcase_add_test(tcase, test_every_clock_gives_the_same_bits_for_one_and_four_threads);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
