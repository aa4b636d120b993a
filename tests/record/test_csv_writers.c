/* test_csv_writers - spikes.csv and potential.csv hold what the simulation hands out, to the last
 * digit, and a disk that is full is told with its reason. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "saltus/saltus.h"
#include "support/suite.h"

static char folder[64];
static char target[128];
static saltus_error error;
static saltus_experiment *experiment;
static saltus_network *network;
static saltus_simulation *simulation;
static saltus_result *result;

static void setup(void)
{
    strcpy(folder, P_tmpdir "/saltus-csv-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(target, sizeof target, "%s/run", folder);
    ck_assert_int_eq(saltus_experiment_create("writers", &experiment), SALTUS_OK);
    ck_assert_int_eq(saltus_result_create(target, &result, &error), SALTUS_OK);
}

static void teardown(void)
{
    saltus_result_discard(result);
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
    result = NULL;
    simulation = NULL;
    network = NULL;
    experiment = NULL;
}

/* A population that fires at given times and is recorded. */
static void add_list(const char *name, uint32_t size, const double *times_ms,
                     const uint32_t *neurons, size_t count)
{
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = name;
    spec.size = size;
    spec.model = SALTUS_MODEL_SPIKE_LIST;
    spec.spike_times_ms = times_ms;
    spec.spike_neurons = neurons;
    spec.spike_count = count;
    uint32_t index = 0;
    ck_assert_msg(saltus_experiment_add_population(experiment, &spec, &index, &error) == SALTUS_OK,
                  "%s", error.message);
    ck_assert_int_eq(saltus_experiment_record_spikes(experiment, index), SALTUS_OK);
}

static void build(void)
{
    saltus_simulation_options options = saltus_simulation_options_default();
    options.threads = 1;
    ck_assert_msg(saltus_network_build(experiment, NULL, &network, &error) == SALTUS_OK, "%s",
                  error.message);
    ck_assert_int_eq(saltus_simulation_create(network, &options, &simulation, &error), SALTUS_OK);
}

/* A whole file of the result, malloc'ed. */
static char *contents(const char *name)
{
    FILE *file = fopen(saltus_result_path(result, name), "r");
    ck_assert_ptr_nonnull(file);
    char *text = calloc(1, 1 << 22);
    ck_assert_ptr_nonnull(text);
    ck_assert_uint_lt(fread(text, 1, 1 << 22, file), 1 << 22);
    fclose(file);
    return text;
}

START_TEST(test_spikes_are_written_to_the_last_digit_in_order)
{
    const double a_ms[] = {0.1, 0.3, 0.3, 12.345678901};
    const uint32_t a[] = {2, 0, 1, 4000000};
    const double b_ms[] = {0.0, 0.3, 99.99999999999};
    const uint32_t b[] = {0, 1, 0};
    add_list("alpha", 4000001, a_ms, a, 4);
    add_list("B_2", 2, b_ms, b, 3);
    build();
    saltus_csv_spikes *writer = NULL;
    ck_assert_int_eq(saltus_csv_spikes_create(result, simulation, &writer, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_run_until(simulation, 100.0, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_csv_spikes_close(writer, &error), SALTUS_OK);

    char expected[1024];
    snprintf(expected, sizeof expected,
             "time_ms,population,neuron\n"
             "0,B_2,0\n"
             "%.17g,alpha,2\n"
             "%.17g,alpha,0\n"
             "%.17g,alpha,1\n"
             "%.17g,B_2,1\n"
             "%.17g,alpha,4000000\n"
             "%.17g,B_2,0\n",
             0.1, 0.3, 0.3, 0.3, 12.345678901, 99.99999999999);
    char *text = contents("spikes.csv");
    ck_assert_str_eq(text, expected);
    free(text);
}
END_TEST

START_TEST(test_only_recorded_populations_are_written)
{
    const double times_ms[] = {1.0, 2.0};
    const uint32_t neurons[] = {0, 0};
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "silent";
    spec.size = 1;
    spec.model = SALTUS_MODEL_PERIODIC_SOURCE;
    spec.interval_ms = 1.0;
    ck_assert_int_eq(saltus_experiment_add_population(experiment, &spec, NULL, &error), SALTUS_OK);
    add_list("heard", 1, times_ms, neurons, 2);
    build();
    saltus_csv_spikes *writer = NULL;
    ck_assert_int_eq(saltus_csv_spikes_create(result, simulation, &writer, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_run_until(simulation, 10.0, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_csv_spikes_close(writer, &error), SALTUS_OK);
    char *text = contents("spikes.csv");
    ck_assert_str_eq(text, "time_ms,population,neuron\n1,heard,0\n2,heard,0\n");
    free(text);
}
END_TEST

START_TEST(test_potentials_read_back_as_the_same_doubles)
{
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "V";
    spec.size = 3;
    const double init_mV[] = {1.0, -7.3, 19.999999999999996};
    spec.v_init_mV.kind = SALTUS_VALUE_LIST;
    spec.v_init_mV.list = init_mV;
    spec.v_init_mV.list_length = 3;
    ck_assert_int_eq(saltus_experiment_add_population(experiment, &spec, NULL, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_record_potential(experiment, 0, 1, 2, 0.0, 2.5, 6.0, &error),
                     SALTUS_OK);
    build();
    saltus_csv_potential *writer = NULL;
    ck_assert_int_eq(saltus_csv_potential_create(result, simulation, &writer, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_run_until(simulation, 10.0, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_csv_potential_close(writer, &error), SALTUS_OK);

    char *text = contents("potential.csv");
    char *place = NULL;
    ck_assert_str_eq(strtok_r(text, "\n", &place), "time_ms,population,neuron,v_mV");
    for (int i = 0; i < 6; i++) {
        const char *line = strtok_r(NULL, "\n", &place);
        ck_assert_ptr_nonnull(line);
        double time_ms = 0.0;
        double v_mV = 0.0;
        unsigned neuron = 0;
        ck_assert_int_eq(sscanf(line, "%lf,V,%u,%lf", &time_ms, &neuron, &v_mV), 3);
        ck_assert_double_eq(time_ms, 2.5 * (i / 2));
        ck_assert_uint_eq(neuron, 1 + (unsigned)i % 2);
        ck_assert_double_eq_tol(v_mV, init_mV[neuron] * exp(-time_ms / 20.0), 1e-12);
    }
    ck_assert_ptr_null(strtok_r(NULL, "\n", &place));
    free(text);
}
END_TEST

START_TEST(test_without_potential_records_there_is_no_file)
{
    const double time_ms = 1.0;
    const uint32_t neuron = 0;
    add_list("A", 1, &time_ms, &neuron, 1);
    build();
    saltus_csv_potential *writer = NULL;
    ck_assert_int_eq(saltus_csv_potential_create(result, simulation, &writer, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_run_until(simulation, 10.0, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_csv_potential_close(writer, &error), SALTUS_OK);
    ck_assert_int_ne(access(saltus_result_path(result, "potential.csv"), F_OK), 0);
}
END_TEST

START_TEST(test_a_full_disk_stops_the_run_and_the_close_tells_why)
{
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "P";
    spec.size = 1000;
    spec.model = SALTUS_MODEL_PERIODIC_SOURCE;
    spec.interval_ms = 0.1;
    ck_assert_int_eq(saltus_experiment_add_population(experiment, &spec, NULL, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_record_spikes(experiment, 0), SALTUS_OK);
    build();
    saltus_csv_spikes *writer = NULL;
    ck_assert_int_eq(saltus_csv_spikes_create(result, simulation, &writer, &error), SALTUS_OK);

    signal(SIGXFSZ, SIG_IGN);
    struct rlimit old;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
    const struct rlimit small = {.rlim_cur = 100000, .rlim_max = old.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    const saltus_status run = saltus_simulation_run_until(simulation, 1000.0, &error);
    const saltus_status closed = saltus_csv_spikes_close(writer, &error);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &old), 0);
    ck_assert_int_eq(run, SALTUS_E_RECORDER);
    ck_assert_int_eq(closed, SALTUS_E_FILE);
    ck_assert_ptr_nonnull(strstr(error.message, "File too large"));
    ck_assert_ptr_nonnull(strstr(error.message, "spikes.csv"));
}
END_TEST

START_TEST(test_closing_nothing_is_fine)
{
    ck_assert_int_eq(saltus_csv_spikes_close(NULL, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_csv_potential_close(NULL, NULL), SALTUS_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("csv_writers");
    TCase *tcase = tcase_create("all");
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, test_spikes_are_written_to_the_last_digit_in_order);
    tcase_add_test(tcase, test_only_recorded_populations_are_written);
    tcase_add_test(tcase, test_potentials_read_back_as_the_same_doubles);
    tcase_add_test(tcase, test_without_potential_records_there_is_no_file);
    tcase_add_test(tcase, test_a_full_disk_stops_the_run_and_the_close_tells_why);
    tcase_add_test(tcase, test_closing_nothing_is_fine);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
