/* test_allocation_failure - whichever allocation fails, the library says so, leaks nothing and
 * goes on working.
 *
 * An operation is repeated with its first, second, third, ... allocation refused, until it
 * succeeds: once with only that allocation failing, once with all later ones failing too.
 * libyaml is linked statically here, so that its allocations are refused as well.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "allocation_texts.h"
#include "failing_allocator.h"
#include "saltus/saltus.h"

#define FIRST_EXPERIMENT SALTUS_SOURCE_ROOT "/data/experiments/first.yaml"
#define CSV_EXPERIMENT   SALTUS_SOURCE_ROOT "/data/experiments/from_csv.yaml"

/* Far above what any operation here needs: an endless loop is a defect of the library. */
enum { MOST_ALLOCATIONS = 200000 };

/* The place of population R. */
enum { RATE_SOURCES = 4 };

/* One operation under test; returns its status with nothing left allocated. */
typedef saltus_status (*operation)(const void *argument);

/* What an operation found broken; it may not assert itself, since Check allocates too. */
static const char *broken;

static void must(bool holds, const char *promise)
{
    if (!holds) {
        broken = promise;
    }
}

/* Out-parameters are set on success and NULL on failure. */
static void must_match(const void *out, saltus_status status)
{
    must((out != NULL) == (status == SALTUS_OK), "an out-parameter is NULL exactly on failure");
}

/* Run `op` with the n-th allocation refused; false when it had fewer than n. */
static bool refuse_one(operation op, const void *argument, size_t n, bool all_after,
                       saltus_status expected)
{
    const long before = failing_allocator_alive();
    failing_allocator_arm(n, all_after);
    const saltus_status status = op(argument);
    const bool refused = failing_allocator_disarm();
    const long left = failing_allocator_alive() - before;
    ck_assert_msg(broken == NULL, "allocation %zu refused: does not hold: %s", n, broken);
    ck_assert_msg(left <= 0, "allocation %zu refused: %ld allocations are left", n, left);
    if (refused) {
        ck_assert_msg(status == SALTUS_E_MEMORY, "allocation %zu refused: status is \"%s\"", n,
                      saltus_status_text(status));
    } else {
        ck_assert_msg(status == expected, "nothing refused: status is \"%s\"",
                      saltus_status_text(status));
    }
    return refused;
}

static void refuse_each(operation op, const void *argument, saltus_status expected)
{
    for (int mode = 0; mode < 2; mode++) {
        size_t n = 1;
        while (refuse_one(op, argument, n, mode == 1, expected)) {
            n++;
            ck_assert_uint_lt(n, MOST_ALLOCATIONS);
        }
        ck_assert_uint_gt(n, 1);
    }
}

/* All of 3 sources onto 2 targets; who reads frees. */
static saltus_status read_weights(const char *path, const char *projection, double time_ms,
                                  const char *unit, uint32_t **sources, uint32_t **targets,
                                  double **weights_mV, size_t *count, saltus_error *error)
{
    (void)path;
    (void)projection;
    (void)time_ms;
    (void)unit;
    (void)error;
    *sources = calloc(6, sizeof(uint32_t));
    *targets = calloc(6, sizeof(uint32_t));
    *weights_mV = calloc(6, sizeof(double));
    if (*sources == NULL || *targets == NULL || *weights_mV == NULL) {
        free(*sources);
        free(*targets);
        free(*weights_mV);
        return SALTUS_E_MEMORY;
    }
    for (uint32_t i = 0; i < 6; i++) {
        (*sources)[i] = i / 2;
        (*targets)[i] = i % 2;
        (*weights_mV)[i] = 0.1 * i;
    }
    *count = 6;
    return SALTUS_OK;
}

static saltus_experiment *must_load(const char *text, size_t length)
{
    saltus_experiment *experiment = NULL;
    const saltus_load_options options = {.weight_reader = read_weights};
    const saltus_status status =
        saltus_experiment_load_text(text, length, "text", "", &options, &experiment, NULL);
    ck_assert_msg(status == SALTUS_OK, "%s", saltus_status_text(status));
    return experiment;
}

/* ---- Reading ----------------------------------------------------------------------- */

static saltus_status load_text(const void *argument)
{
    const char *text = argument;
    const saltus_override override = {"populations.E.params.tau_m", "21 ms"};
    const saltus_load_options options = {
        .overrides = &override, .override_count = 1, .weight_reader = read_weights};
    saltus_experiment *experiment = NULL;
    saltus_diagnostics *diagnostics = NULL;
    const saltus_status status = saltus_experiment_load_text(text, strlen(text), "text", "",
                                                             &options, &experiment, &diagnostics);
    must_match(experiment, status);
    saltus_diagnostics_destroy(diagnostics);
    saltus_experiment_destroy(experiment);
    return status;
}

static saltus_status load_file(const void *argument)
{
    saltus_experiment *experiment = NULL;
    saltus_diagnostics *diagnostics = NULL;
    const saltus_status status = saltus_experiment_load(argument, NULL, &experiment, &diagnostics);
    must_match(experiment, status);
    saltus_diagnostics_destroy(diagnostics);
    saltus_experiment_destroy(experiment);
    return status;
}

static saltus_status read_images(const void *argument)
{
    saltus_idx *idx = NULL;
    const saltus_status status = saltus_idx_read(argument, &idx, NULL);
    must_match(idx, status);
    saltus_idx_destroy(idx);
    return status;
}

START_TEST(test_reading_images_survives_each_refused_allocation)
{
    refuse_each(read_images, SALTUS_SOURCE_ROOT "/tests/fuzz/corpus/idx/images", SALTUS_OK);
}
END_TEST

START_TEST(test_reading_text_survives_each_refused_allocation)
{
    refuse_each(load_text, rich_text, SALTUS_OK);
    refuse_each(load_text, plastic_text, SALTUS_OK);
    refuse_each(load_text, current_text, SALTUS_OK);
    refuse_each(load_text, learning_text, SALTUS_OK);
    refuse_each(load_text, given_text, SALTUS_OK);
    refuse_each(load_text, varying_text, SALTUS_OK);
    refuse_each(load_text, flow_text, SALTUS_OK);
    refuse_each(load_text, adaptive_text, SALTUS_OK);
}
END_TEST

START_TEST(test_reading_a_wrong_text_survives_each_refused_allocation)
{
    refuse_each(load_text, wrong_text, SALTUS_E_EXPERIMENT);
}
END_TEST

START_TEST(test_reading_files_survives_each_refused_allocation)
{
    refuse_each(load_file, FIRST_EXPERIMENT, SALTUS_OK);
    refuse_each(load_file, CSV_EXPERIMENT, SALTUS_OK);
}
END_TEST

/* ---- Building ---------------------------------------------------------------------- */

static saltus_status build(const saltus_experiment *experiment, uint32_t threads,
                           saltus_network **network)
{
    saltus_network_options options = saltus_network_options_default();
    options.threads = threads;
    const saltus_status status = saltus_network_build(experiment, &options, network, NULL);
    must_match(*network, status);
    return status;
}

static saltus_status build_with_one_thread(const void *argument)
{
    saltus_network *network = NULL;
    const saltus_status status = build(argument, 1, &network);
    saltus_network_destroy(network);
    return status;
}

static saltus_status build_with_two_threads(const void *argument)
{
    saltus_network *network = NULL;
    const saltus_status status = build(argument, 2, &network);
    saltus_network_destroy(network);
    return status;
}

START_TEST(test_building_survives_each_refused_allocation)
{
    static const char *const texts[] = {rich_text,    given_text, current_text,
                                        varying_text, flow_text,  adaptive_text};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        saltus_experiment *experiment = must_load(texts[i], strlen(texts[i]));
        refuse_each(build_with_one_thread, experiment, SALTUS_OK);
        refuse_each(build_with_two_threads, experiment, SALTUS_OK);
        saltus_experiment_destroy(experiment);
    }
}
END_TEST

/* ---- Running ----------------------------------------------------------------------- */

/* What a run is given. */
typedef struct run_argument {
    const saltus_network *network;
    const char *scheduler;
    uint32_t threads;
    saltus_engine engine;
} run_argument;

static saltus_status count(void *user, const saltus_spike *spikes, size_t number)
{
    (void)spikes;
    *(uint64_t *)user += number;
    return SALTUS_OK;
}

static saltus_status run(const void *argument)
{
    const run_argument *a = argument;
    saltus_simulation_options options = saltus_simulation_options_default();
    options.threads = a->threads;
    options.scheduler = a->scheduler;
    options.engine = a->engine;
    options.step_ms = 0.3; /* within a step at both ends of the run, delays do not fit */
    uint64_t spikes = 0;
    saltus_simulation *simulation = NULL;
    saltus_statistics *statistics = NULL;
    saltus_status status = saltus_simulation_create(a->network, &options, &simulation, NULL);
    must_match(simulation, status);
    if (status == SALTUS_OK) {
        status = saltus_simulation_add_spike_recorder(simulation, count, &spikes);
    }
    if (status == SALTUS_OK) {
        status = saltus_statistics_create(simulation, 0.0, &statistics, NULL);
        must_match(statistics, status);
    }
    if (status == SALTUS_OK) {
        status = saltus_simulation_run_until(simulation, 10.0, NULL);
    }
    if (status == SALTUS_OK && saltus_network_population_count(a->network) > RATE_SOURCES) {
        static const double rates_Hz[3] = {0, 9000, 10};
        status = saltus_simulation_set_rates(simulation, RATE_SOURCES, rates_Hz, 3, NULL);
    }
    if (status == SALTUS_OK) {
        status = saltus_simulation_run_until(simulation, 29.5, NULL);
        must(status != SALTUS_OK || spikes > 0, "recorders get spikes");
    }
    saltus_simulation_destroy(simulation);
    saltus_statistics_destroy(statistics);
    return status;
}

START_TEST(test_running_survives_each_refused_allocation)
{
    saltus_experiment *experiment = must_load(rich_text, strlen(rich_text));
    saltus_network *network = NULL;
    ck_assert_int_eq(build(experiment, 1, &network), SALTUS_OK);
    for (size_t i = 0; i < saltus_scheduler_count(); i++) {
        for (uint32_t threads = 1; threads <= 2; threads++) {
            const run_argument argument = {network, saltus_scheduler_name(i), threads,
                                           SALTUS_ENGINE_EVENT};
            refuse_each(run, &argument, SALTUS_OK);
        }
    }
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
}
END_TEST

START_TEST(test_running_each_clock_survives_each_refused_allocation)
{
    saltus_experiment *experiment = must_load(rich_text, strlen(rich_text));
    saltus_network *network = NULL;
    ck_assert_int_eq(build(experiment, 1, &network), SALTUS_OK);
    for (saltus_engine engine = SALTUS_ENGINE_GRID; engine < saltus_engine_count(); engine++) {
        for (uint32_t threads = 1; threads <= 2; threads++) {
            const run_argument argument = {network, NULL, threads, engine};
            refuse_each(run, &argument, SALTUS_OK);
        }
    }
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
}
END_TEST

START_TEST(test_running_on_any_engine_survives_each_refused_allocation)
{
    static const char *const texts[] = {reward_text, varying_text, current_text, flow_text,
                                        adaptive_text};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        saltus_experiment *experiment = must_load(texts[i], strlen(texts[i]));
        saltus_network *network = NULL;
        ck_assert_int_eq(build(experiment, 1, &network), SALTUS_OK);
        size_t engines = 0;
        for (saltus_engine engine = SALTUS_ENGINE_EVENT; engine < saltus_engine_count(); engine++) {
            if (saltus_engine_check(experiment, engine, NULL) != SALTUS_OK) {
                continue;
            }
            const uint32_t fewest = engine == SALTUS_ENGINE_EVENT ? 1 : 2;
            for (uint32_t threads = fewest; threads <= 2; threads++) {
                const run_argument argument = {network, NULL, threads, engine};
                refuse_each(run, &argument, SALTUS_OK);
            }
            engines++;
        }
        ck_assert_uint_ge(engines, 3);
        saltus_network_destroy(network);
        saltus_experiment_destroy(experiment);
    }
}
END_TEST

/* ---- Measuring --------------------------------------------------------------------- */

static saltus_status measure(const void *argument)
{
    const saltus_simulation *simulation = argument;
    const saltus_network *network = saltus_simulation_network(simulation);
    saltus_operations *report = NULL;
    saltus_ann_comparison comparison;
    saltus_status status = saltus_operations_create_from(simulation, 1.0, &report, NULL);
    must_match(report, status);
    if (status == SALTUS_OK) {
        status = saltus_ann_compare(network, report, NULL, &comparison, NULL);
    }
    if (status == SALTUS_OK) {
        status = saltus_network_graph(network, NULL, NULL, NULL);
    }
    saltus_operations_destroy(report);
    return status;
}

START_TEST(test_measuring_survives_each_refused_allocation)
{
    saltus_experiment *experiment = must_load(rich_text, strlen(rich_text));
    saltus_network *network = NULL;
    saltus_simulation *simulation = NULL;
    ck_assert_int_eq(build(experiment, 1, &network), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_create(network, NULL, &simulation, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_run_until(simulation, 10.0, NULL), SALTUS_OK);
    refuse_each(measure, simulation, SALTUS_OK);
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
}
END_TEST

/* ---- Writing results --------------------------------------------------------------- */

#define RESULT "allocation-failure-result"

/* Remove a result, which the library would refuse to overwrite. */
static void remove_result(const char *directory)
{
    static const char *const files[] = {"spikes.csv", "potential.csv", "note.txt"};
    char path[256];
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, files[i]);
        unlink(path);
    }
    rmdir(directory);
}

/* Run with both writers into `result`. */
static saltus_status run_writers(saltus_result *result, saltus_simulation *simulation)
{
    saltus_csv_spikes *spikes = NULL;
    saltus_csv_potential *potential = NULL;
    saltus_status status = saltus_csv_spikes_create(result, simulation, &spikes, NULL);
    if (status == SALTUS_OK) {
        status = saltus_csv_potential_create(result, simulation, &potential, NULL);
    }
    if (status == SALTUS_OK) {
        status = saltus_simulation_run_until(simulation, 30.0, NULL);
    }
    const saltus_status closed_spikes = saltus_csv_spikes_close(spikes, NULL);
    const saltus_status closed_potential = saltus_csv_potential_close(potential, NULL);
    status = status == SALTUS_OK ? closed_spikes : status;
    return status == SALTUS_OK ? closed_potential : status;
}

static saltus_status write_result(const void *argument)
{
    saltus_simulation *simulation = NULL;
    saltus_result *result = NULL;
    saltus_status status = saltus_simulation_create(argument, NULL, &simulation, NULL);
    if (status == SALTUS_OK) {
        status = saltus_result_create(RESULT, &result, NULL);
        must_match(result, status);
    }
    if (status == SALTUS_OK) {
        status = run_writers(result, simulation);
    }
    if (status == SALTUS_OK) {
        status = saltus_result_write_text(result, "note.txt", "whole\n", NULL);
    }
    if (status == SALTUS_OK) {
        status = saltus_result_commit(result, NULL);
        result = status == SALTUS_OK ? NULL : result;
    }
    saltus_result_discard(result);
    saltus_simulation_destroy(simulation);
    must((access(RESULT, F_OK) == 0) == (status == SALTUS_OK), "a result is whole or absent");
    /* Without any memory left the library may leave RESULT.partial, which nobody takes for whole.
     */
    remove_result(RESULT);
    remove_result(RESULT ".partial");
    return status;
}

START_TEST(test_writing_survives_each_refused_allocation)
{
    saltus_experiment *experiment = must_load(rich_text, strlen(rich_text));
    saltus_network *network = NULL;
    ck_assert_int_eq(build(experiment, 1, &network), SALTUS_OK);
    /* What an earlier test that was killed may have left. */
    remove_result(RESULT);
    remove_result(RESULT ".partial");
    refuse_each(write_result, network, SALTUS_OK);
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
}
END_TEST

/* ---- Energy ------------------------------------------------------------------------ */

static saltus_status load_energy_table(const void *argument)
{
    saltus_energy_table *table = NULL;
    saltus_diagnostics *diagnostics = NULL;
    const saltus_status status = saltus_energy_table_load(argument, &table, &diagnostics);
    must_match(table, status);
    saltus_diagnostics_destroy(diagnostics);
    saltus_energy_table_destroy(table);
    return status;
}

static saltus_status read_energy_work(const void *argument)
{
    saltus_energy_work work = saltus_energy_work_default();
    saltus_error error = {0};
    const saltus_status status = saltus_energy_work_read_manifest(argument, &work, &error);
    must(status == SALTUS_OK || work.counts.spikes == 0, "nothing is changed on failure");
    return status;
}

START_TEST(test_reading_cost_tables_survives_each_refused_allocation)
{
    char wrong[] = "/tmp/saltus-table-XXXXXX";
    char manifest[] = "/tmp/saltus-manifest-XXXXXX";
    static const char counts[] =
        "{\"counts\": {\"spikes\": 1, \"synaptic_events\": 2}, \"simulated_ms\": 1}";
    static const char table[] = "saltus_energy: 1\nprices: {spike: {value: -1 pJ}}\n";
    int file = mkstemp(wrong);
    ck_assert_int_eq(write(file, table, sizeof table - 1), (ssize_t)sizeof table - 1);
    close(file);
    file = mkstemp(manifest);
    ck_assert_int_eq(write(file, counts, sizeof counts - 1), (ssize_t)sizeof counts - 1);
    close(file);
    refuse_each(load_energy_table, SALTUS_SOURCE_ROOT "/data/energy/horowitz45.yaml", SALTUS_OK);
    refuse_each(load_energy_table, wrong, SALTUS_E_ARGUMENT);
    refuse_each(read_energy_work, manifest, SALTUS_OK);
    unlink(wrong);
    unlink(manifest);
}
END_TEST

/* ---- Comparing --------------------------------------------------------------------- */

static const uint32_t compared_sizes[] = {2, 1};
static const saltus_spike compared[] = {{1.0, 0, 0}, {2.0, 0, 1}, {2.5, 1, 0},
                                        {4.0, 0, 0}, {6.0, 0, 0}, {6.0, 0, 1}};

static saltus_status make_trains(size_t count, saltus_trains **trains)
{
    const saltus_status status =
        saltus_trains_create(compared, count, compared_sizes, 2, 0.0, 10.0, trains, NULL);
    must_match(*trains, status);
    return status;
}

static saltus_status compare_trains(const saltus_trains *reference, const saltus_trains *test)
{
    saltus_matching *matching = NULL;
    saltus_activity *activity = NULL;
    saltus_order order;
    saltus_distances distances;
    saltus_accuracy total, populations[2];
    saltus_deviation deviations[SALTUS_STATISTIC_COUNT];
    saltus_status status = saltus_matching_create(reference, test, NULL, &matching, NULL);
    must_match(matching, status);
    if (!status) {
        status = saltus_matching_order(matching, SALTUS_ALL_POPULATIONS, &order, NULL);
    }
    if (!status) {
        status = saltus_distances_of_neuron(reference, test, 0, 1, NULL, &distances, NULL);
    }
    if (!status) {
        status = saltus_distances_mean(reference, test, 0, NULL, &distances, NULL);
    }
    if (!status) {
        status = saltus_activity_create(reference, 0, NULL, &activity, NULL);
        must_match(activity, status);
    }
    if (!status) {
        const saltus_activity *const runs[] = {activity, activity};
        status = saltus_yardstick_measure(runs, 2, activity, deviations, NULL);
    }
    if (!status) {
        status = saltus_accuracy_measure(reference, test, NULL, &total, populations, NULL);
    }
    saltus_matching_destroy(matching);
    saltus_activity_destroy(activity);
    return status;
}

static saltus_status compare_runs(const void *argument)
{
    (void)argument;
    saltus_trains *reference = NULL, *test = NULL;
    saltus_status status = make_trains(6, &reference);
    if (!status) {
        status = make_trains(4, &test);
    }
    if (!status) {
        status = compare_trains(reference, test);
    }
    saltus_trains_destroy(reference);
    saltus_trains_destroy(test);
    return status;
}

START_TEST(test_comparing_runs_survives_each_refused_allocation)
{
    refuse_each(compare_runs, NULL, SALTUS_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("allocation failure");
    TCase *tcase = tcase_create("all");
    tcase_set_timeout(tcase, 300);
    tcase_add_test(tcase, test_reading_images_survives_each_refused_allocation);
    tcase_add_test(tcase, test_reading_text_survives_each_refused_allocation);
    tcase_add_test(tcase, test_reading_a_wrong_text_survives_each_refused_allocation);
    tcase_add_test(tcase, test_reading_files_survives_each_refused_allocation);
    tcase_add_test(tcase, test_building_survives_each_refused_allocation);
    tcase_add_test(tcase, test_running_survives_each_refused_allocation);
    tcase_add_test(tcase, test_measuring_survives_each_refused_allocation);
    tcase_add_test(tcase, test_running_each_clock_survives_each_refused_allocation);
    tcase_add_test(tcase, test_running_on_any_engine_survives_each_refused_allocation);
    tcase_add_test(tcase, test_writing_survives_each_refused_allocation);
    tcase_add_test(tcase, test_reading_cost_tables_survives_each_refused_allocation);
    tcase_add_test(tcase, test_comparing_runs_survives_each_refused_allocation);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
