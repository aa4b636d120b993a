/* test_same_bits - spikes, samples, potentials and counts do not depend on how a run is run.
 *
 * Threads, block sizes, schedulers, recorders, cuts of the run: every way is compared with the
 * plain one (1 thread, default block, default scheduler, all records, one run), to the last bit.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "networks.h"
#include "support/suite.h"
#include "support/trial.h"

static trial_result reference_of(const test_network *network, const char *engine)
{
    saltus_experiment *e = test_network_create(network, true);
    const trial_setup setup = {.threads = 1, .engine = engine, .spikes = true, .samples = true};
    trial_result result;
    ck_assert_msg(trial_run(e, &setup, &result), "%s", network->name);
    ck_assert_msg(!result.out_of_order, "%s: spikes are out of order", network->name);
    saltus_experiment_destroy(e);
    return result;
}

static trial_result reference(const test_network *network)
{
    return reference_of(network, NULL);
}

/* Run another way and compare all there is. */
static void check_same(const test_network *network, const trial_result *wanted, bool records,
                       const trial_setup *setup)
{
    saltus_experiment *e = test_network_create(network, records);
    trial_result got;
    ck_assert_msg(trial_run(e, setup, &got), "%s", network->name);
    saltus_experiment_destroy(e);
    char why[512] = "";
    /* Windows end at cuts and samples; nothing else may depend on these. */
    const bool windows = setup->cut_count == 0 && records && setup->samples;
    const bool same = trial_same_bits(wanted, &got, why, sizeof why) &&
                      trial_same_counts(wanted, &got, windows, why, sizeof why) &&
                      trial_counts_add_up(&got, why, sizeof why);
    ck_assert_msg(same && !got.out_of_order,
                  "%s: engine %s, threads %u, block %u, scheduler %s, records %d, %zu cuts: %s",
                  network->name, setup->engine ? setup->engine : "event", setup->threads,
                  setup->block_neurons, setup->scheduler ? setup->scheduler : "default", records,
                  setup->cut_count, why);
    trial_clear(&got);
}

START_TEST(every_network_is_busy)
{
    for (size_t n = 0; n < test_network_count; n++) {
        trial_result result = reference(&test_networks[n]);
        if (trial_environment("SALTUS_TEST_VERBOSE", 0)) {
            printf("%s: %" PRIu64 " + %" PRIu64 " spikes, %" PRIu64 " deliveries, %" PRIu64
                   " external, %" PRIu64 " windows\n",
                   test_networks[n].name, result.counts.spikes, result.counts.source_spikes,
                   result.counts.synaptic_events, result.counts.external_events,
                   result.counts.windows);
        }
        ck_assert_uint_gt(result.counts.spikes, 50);
        ck_assert_uint_gt(result.counts.synaptic_events, 4000);
        ck_assert_uint_gt(result.sample_count, 1000);
        ck_assert_uint_eq(result.spike_count, result.counts.spikes + result.counts.source_spikes);
        trial_clear(&result);
    }
}
END_TEST

START_TEST(threads_and_blocks_do_not_matter)
{
    /* Every number of threads and every block size, each in company with others. */
    static const struct {
        uint32_t threads, block_neurons;
    } ways[] = {{1, 1024}, {2, 0}, {3, 1024}, {4, 2048}, {7, 1024}};
    for (size_t n = 0; n < test_network_count; n++) {
        trial_result wanted = reference(&test_networks[n]);
        for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
            const trial_setup setup = {.threads = ways[i].threads,
                                       .block_neurons = ways[i].block_neurons,
                                       .spikes = true,
                                       .samples = true};
            check_same(&test_networks[n], &wanted, true, &setup);
        }
        trial_clear(&wanted);
    }
}
END_TEST

START_TEST(schedulers_do_not_matter)
{
    for (size_t n = 0; n < test_network_count; n++) {
        trial_result wanted = reference(&test_networks[n]);
        for (size_t i = 0; i < saltus_scheduler_count(); i++) {
            const trial_setup setup = {.threads = 1 + (uint32_t)(i % 2),
                                       .block_neurons = 1024,
                                       .scheduler = saltus_scheduler_name(i),
                                       .spikes = true,
                                       .samples = true};
            check_same(&test_networks[n], &wanted, true, &setup);
        }
        trial_clear(&wanted);
    }
}
END_TEST

START_TEST(recorders_do_not_matter)
{
    for (size_t n = 0; n < test_network_count; n++) {
        trial_result wanted = reference(&test_networks[n]);
        for (int kind = 0; kind < 4; kind++) {
            const trial_setup setup = {
                .threads = 2, .spikes = kind == 0 || kind == 1, .samples = kind == 0 || kind == 2};
            trial_result all = wanted;
            /* Without records in the experiment, recorders get nothing. */
            const bool records = kind > 0;
            all.has_spikes = records;
            all.has_samples = records;
            check_same(&test_networks[n], &all, records, &setup);
        }
        trial_clear(&wanted);
    }
}
END_TEST

/* Ascending cut times: some anywhere, some at spikes and samples, some twice. */
static size_t draw_cuts(uint64_t *state, const trial_result *wanted, double end_ms, double *cuts,
                        size_t room)
{
    const size_t count = 1 + trial_random_below(state, (uint32_t)room);
    for (size_t i = 0; i < count; i++) {
        const uint32_t kind = trial_random_below(state, 4);
        cuts[i] = trial_random(state) * end_ms;
        if (kind == 0) {
            cuts[i] =
                wanted->spikes[trial_random_below(state, (uint32_t)wanted->spike_count)].time_ms;
        } else if (kind == 1) {
            cuts[i] =
                wanted->samples[trial_random_below(state, (uint32_t)wanted->sample_count)].time_ms;
        } else if (kind == 2) {
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

START_TEST(cuts_of_the_run_do_not_matter)
{
    uint64_t state = 7;
    for (size_t n = 0; n < test_network_count; n++) {
        trial_result wanted = reference(&test_networks[n]);
        for (int repeat = 0; repeat < 2; repeat++) {
            double cuts[40];
            const size_t count =
                draw_cuts(&state, &wanted, test_networks[n].duration_ms, cuts, repeat % 2 ? 40 : 5);
            const trial_setup setup = {.threads = 1 + (uint32_t)repeat % 3,
                                       .block_neurons = repeat % 2 ? 1024 : 0,
                                       .cuts_ms = cuts,
                                       .cut_count = count,
                                       .spikes = true,
                                       .samples = true};
            check_same(&test_networks[n], &wanted, true, &setup);
        }
        trial_clear(&wanted);
    }
}
END_TEST

START_TEST(none_of_it_matters_to_a_clock)
{
    static const char *const engines[] = {"grid@0.1ms",         "grid@1ms",      "euler@0.25ms",
                                          "interpolated@0.1ms", "offgrid@0.3ms", "offgrid@10ms"};
    uint64_t state = 11;
    for (size_t n = 0; n < test_network_count; n++) {
        for (size_t i = 0; i < sizeof engines / sizeof engines[0]; i++) {
            if (!test_network_runs_on(&test_networks[n], engines[i])) {
                continue;
            }
            trial_result wanted = reference_of(&test_networks[n], engines[i]);
            ck_assert_uint_gt(wanted.spike_count, 0);
            for (uint32_t way = 0; way < 2; way++) {
                double cuts[12];
                const size_t count =
                    draw_cuts(&state, &wanted, test_networks[n].duration_ms, cuts, 12);
                const trial_setup setup = {.threads = 2 + way,
                                           .block_neurons = way == 0 ? 1024 : 2048 * way,
                                           .scheduler = saltus_scheduler_name(way % 2),
                                           .engine = engines[i],
                                           .cuts_ms = cuts,
                                           .cut_count = count,
                                           .spikes = way != 1,
                                           .samples = way != 2};
                check_same(&test_networks[n], &wanted, true, &setup);
            }
            trial_clear(&wanted);
        }
    }
}
END_TEST

START_TEST(run_beyond_the_duration_goes_on_from_there)
{
    for (size_t n = 0; n < test_network_count; n++) {
        trial_result wanted = reference(&test_networks[n]);
        saltus_experiment *e = test_network_create(&test_networks[n], true);
        const trial_setup setup = {
            .threads = 2, .spikes = true, .end_ms = test_networks[n].duration_ms * 1.25};
        trial_result got;
        ck_assert(trial_run(e, &setup, &got));
        ck_assert_uint_ge(got.spike_count, wanted.spike_count);
        for (size_t k = 0; k < wanted.spike_count; k++) {
            ck_assert_double_eq(got.spikes[k].time_ms, wanted.spikes[k].time_ms);
            ck_assert_uint_eq(got.spikes[k].neuron, wanted.spikes[k].neuron);
        }
        trial_clear(&got);
        trial_clear(&wanted);
        saltus_experiment_destroy(e);
    }
}
END_TEST

START_TEST(simulations_on_one_network_do_not_disturb_each_other)
{
    const test_network *network = &test_networks[1];
    trial_result wanted = reference(network), one, two;
    saltus_experiment *e = test_network_create(network, true);
    saltus_network *net = NULL;
    ck_assert_int_eq(saltus_network_build(e, NULL, &net, NULL), SALTUS_OK);
    const trial_setup setup = {
        .threads = 2, .spikes = true, .samples = true, .end_ms = network->duration_ms};
    ck_assert(trial_run_network(net, &setup, &one));
    ck_assert(trial_run_network(net, &setup, &two));
    char why[512] = "";
    ck_assert_msg(trial_same_bits(&wanted, &one, why, sizeof why), "%s", why);
    ck_assert_msg(trial_same_bits(&one, &two, why, sizeof why), "%s", why);
    trial_clear(&one);
    trial_clear(&two);
    trial_clear(&wanted);
    saltus_network_destroy(net);
    saltus_experiment_destroy(e);
}
END_TEST

START_TEST(another_seed_gives_another_run)
{
    for (size_t n = 0; n < test_network_count; n++) {
        trial_result wanted = reference(&test_networks[n]), got;
        saltus_experiment *e = test_network_create(&test_networks[n], true);
        saltus_experiment_set_seed(e, 20240608);
        const trial_setup setup = {.threads = 1};
        ck_assert(trial_run(e, &setup, &got));
        ck_assert_uint_ne(got.fingerprint, wanted.fingerprint);
        trial_clear(&got);
        trial_clear(&wanted);
        saltus_experiment_destroy(e);
    }
}
END_TEST

int main(int argument_count, char **arguments)
{
    (void)argument_count;
    suite_wait_without_spinning(arguments);
    const TTest *const tests[] = {every_network_is_busy,
                                  threads_and_blocks_do_not_matter,
                                  schedulers_do_not_matter,
                                  recorders_do_not_matter,
                                  cuts_of_the_run_do_not_matter,
                                  none_of_it_matters_to_a_clock,
                                  run_beyond_the_duration_goes_on_from_there,
                                  simulations_on_one_network_do_not_disturb_each_other,
                                  another_seed_gives_another_run};
    return SUITE_RUN("same_bits", tests);
}
