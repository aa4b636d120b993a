/* test_sonata_writer - spikes.h5 holds what the simulation hands out, in SONATA's own terms, and a
 * disk that is full is told with its reason. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "formats/sonata_map.h"
#include "formats/sonata_spike_writer.h"
#include "sonata_fixture.h"
#include "suite.h"

static saltus_error error;

/* Read back one population. */
static size_t read_back(const char *path, const char *population, double **times_ms,
                        uint32_t **nodes)
{
    size_t count = 0;
    const saltus_status status =
        saltus_sonata_read_spikes(path, population, times_ms, nodes, &count, &error);
    ck_assert_msg(status == SALTUS_OK, "%s: %s", error.file, error.message);
    return count;
}

static sonata_spike_writer *open_writer(const char *const *names, size_t count)
{
    sonata_spike_writer *writer = NULL;
    ck_assert_msg(sl_sonata_writer_open(fixture_path("w.h5"), names, count, &writer, &error) ==
                      SALTUS_OK,
                  "%s", error.message);
    return writer;
}

START_TEST(test_many_spikes_of_two_populations_come_back)
{
    fixture_setup();
    const char *const names[] = {"first", "second"};
    const size_t count = 100003;
    sonata_spike_writer *writer = open_writer(names, 2);
    for (size_t i = 0; i < count; i++) {
        ck_assert_int_eq(
            sl_sonata_writer_append(writer, i % 3 == 0, 0.1 * (double)i, i * 7919 % 5003),
            SALTUS_OK);
    }
    ck_assert_int_eq(sl_sonata_writer_close(writer, &error), SALTUS_OK);
    fixture_no_handles();
    double *times_ms = NULL;
    uint32_t *nodes = NULL;
    ck_assert_uint_eq(read_back(fixture_path("w.h5"), "second", &times_ms, &nodes), 33335);
    for (size_t k = 0; k < 33335; k++) {
        ck_assert_double_eq(times_ms[k], 0.1 * (double)(3 * k));
        ck_assert_uint_eq(nodes[k], 3 * k * 7919 % 5003);
    }
    free(times_ms);
    free(nodes);
    ck_assert_uint_eq(read_back(fixture_path("w.h5"), "first", &times_ms, &nodes), count - 33335);
    free(times_ms);
    free(nodes);
    fixture_teardown();
}
END_TEST

/* The node ids as they stand in the file, not sorted by the reader. */
static void read_raw(const char *dataset, uint64_t *out)
{
    const hid_t file = fixture_open("w.h5");
    const hid_t set = H5Dopen2(file, dataset, H5P_DEFAULT);
    ck_assert_int_ge(set, 0);
    ck_assert_int_ge(H5Dread(set, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, out), 0);
    H5Dclose(set);
    H5Fclose(file);
}

START_TEST(test_more_simultaneous_spikes_than_the_buffer_holds_stand_in_order_of_node)
{
    fixture_setup();
    const char *const names[] = {"p"};
    const size_t count = 50000;
    sonata_spike_writer *writer = open_writer(names, 1);
    for (size_t i = 0; i < count; i++) {
        const double time_ms = i < 10 ? 1.0 : 2.0;
        const uint64_t node = i < 10 ? 9 - i : (i * 2 + (i >= count / 2)) % count;
        ck_assert_int_eq(sl_sonata_writer_append(writer, 0, time_ms, node), SALTUS_OK);
    }
    ck_assert_int_eq(sl_sonata_writer_close(writer, &error), SALTUS_OK);
    uint64_t *nodes = calloc(count, sizeof *nodes);
    ck_assert_ptr_nonnull(nodes);
    read_raw("/spikes/p/node_ids", nodes);
    for (size_t i = 0; i < 10; i++) {
        ck_assert_uint_eq(nodes[i], i);
    }
    for (size_t i = 11; i < count; i++) {
        ck_assert_uint_gt(nodes[i], nodes[i - 1]);
    }
    free(nodes);
    fixture_teardown();
}
END_TEST

START_TEST(test_a_run_without_spikes_gives_a_file_without_populations)
{
    fixture_setup();
    const char *const names[] = {"p"};
    ck_assert_int_eq(sl_sonata_writer_close(open_writer(names, 1), &error), SALTUS_OK);
    double *times_ms = NULL;
    uint32_t *nodes = NULL;
    size_t count = 0;
    ck_assert_int_eq(
        saltus_sonata_read_spikes(fixture_path("w.h5"), NULL, &times_ms, &nodes, &count, &error),
        SALTUS_E_FILE);
    ck_assert_ptr_nonnull(strstr(error.message, "none"));
    fixture_teardown();
}
END_TEST

/* A whole-number attribute. */
static uint32_t read_attribute(hid_t file, const char *object, const char *name, size_t index)
{
    uint32_t values[2] = {99, 99};
    const hid_t id = H5Aopen_by_name(file, object, name, H5P_DEFAULT, H5P_DEFAULT);
    ck_assert_int_ge(id, 0);
    ck_assert_int_ge(H5Aread(id, H5T_NATIVE_UINT32, values), 0);
    H5Aclose(id);
    return values[index];
}

START_TEST(test_the_file_says_what_sonata_wants)
{
    fixture_setup();
    const char *const names[] = {"p"};
    sonata_spike_writer *writer = open_writer(names, 1);
    ck_assert_int_eq(sl_sonata_writer_append(writer, 0, 1.5, 3), SALTUS_OK);
    ck_assert_int_eq(sl_sonata_writer_close(writer, &error), SALTUS_OK);
    const hid_t file = fixture_open("w.h5");
    ck_assert_uint_eq(read_attribute(file, "/", "magic", 0), 0x0A7A);
    ck_assert_uint_eq(read_attribute(file, "/", "version", 0), 0);
    ck_assert_uint_eq(read_attribute(file, "/", "version", 1), 1);
    const hid_t sorting = H5Aopen_by_name(file, "/spikes/p", "sorting", H5P_DEFAULT, H5P_DEFAULT);
    const hid_t type = H5Aget_type(sorting);
    uint8_t value = 0;
    char name[16] = "";
    ck_assert_int_eq(H5Tget_class(type), H5T_ENUM);
    ck_assert_int_ge(H5Aread(sorting, type, &value), 0);
    ck_assert_int_ge(H5Tenum_nameof(type, &value, name, sizeof name), 0);
    ck_assert_str_eq(name, "by_time");
    ck_assert_uint_eq(value, 2);
    H5Tclose(type);
    H5Aclose(sorting);
    const hid_t set = H5Dopen2(file, "/spikes/p/node_ids", H5P_DEFAULT);
    const hid_t stored = H5Dget_type(set);
    ck_assert_int_gt(H5Tequal(stored, H5T_STD_U64LE), 0);
    H5Tclose(stored);
    H5Dclose(set);
    H5Fclose(file);
    fixture_teardown();
}
END_TEST

/* Two populations of spike lists, run with a recorder. */
static saltus_simulation *simulate(saltus_experiment **experiment, saltus_network **network)
{
    const double a_ms[] = {1.0, 2.0, 2.0};
    const uint32_t a[] = {1, 0, 1};
    const double b_ms[] = {2.0, 3.0};
    const uint32_t b[] = {0, 1};
    ck_assert_int_eq(saltus_experiment_create("writer", experiment), SALTUS_OK);
    for (int i = 0; i < 2; i++) {
        saltus_population_spec spec = saltus_population_spec_default();
        uint32_t index = 0;
        spec.name = i == 0 ? "a" : "b";
        spec.size = 2;
        spec.model = SALTUS_MODEL_SPIKE_LIST;
        spec.spike_times_ms = i == 0 ? a_ms : b_ms;
        spec.spike_neurons = i == 0 ? a : b;
        spec.spike_count = i == 0 ? 3 : 2;
        ck_assert_int_eq(saltus_experiment_add_population(*experiment, &spec, &index, &error),
                         SALTUS_OK);
        ck_assert_int_eq(saltus_experiment_record_spikes(*experiment, index), SALTUS_OK);
    }
    saltus_simulation *simulation = NULL;
    ck_assert_int_eq(saltus_network_build(*experiment, NULL, network, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_create(*network, NULL, &simulation, &error), SALTUS_OK);
    return simulation;
}

START_TEST(test_populations_that_are_one_in_sonata_come_together_in_order)
{
    fixture_setup();
    saltus_experiment *experiment = NULL;
    saltus_network *network = NULL;
    saltus_simulation *simulation = simulate(&experiment, &network);
    saltus_result *result = NULL;
    saltus_sonata_spikes *writer = NULL;
    saltus_sonata_map *map = calloc(1, sizeof *map);
    ck_assert_ptr_nonnull(map);
    const uint32_t a_ids[] = {3, 8};
    const uint32_t b_ids[] = {5, 6};
    ck_assert_int_eq(sl_sonata_map_add(map, "one", a_ids, 2, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_result_create(fixture_path("run"), &result, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_sonata_spikes_create_mapped(result, simulation, map, &writer, &error),
                     SALTUS_E_ARGUMENT);
    ck_assert_int_eq(sl_sonata_map_add(map, "one", b_ids, 2, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_sonata_spikes_create_mapped(result, simulation, map, &writer, &error),
                     SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_run_until(simulation, 10.0, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_sonata_spikes_close(writer, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_result_commit(result, &error), SALTUS_OK);
    ck_assert_int_eq(rename(fixture_path("run/spikes.h5"), fixture_path("w.h5")), 0);
    uint64_t nodes[5] = {0};
    const uint64_t expected[] = {8, 3, 5, 8, 6};
    read_raw("/spikes/one/node_ids", nodes);
    for (size_t i = 0; i < 5; i++) {
        ck_assert_uint_eq(nodes[i], expected[i]);
    }
    saltus_sonata_map_destroy(map);
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
    fixture_teardown();
}
END_TEST

START_TEST(test_without_a_map_populations_and_neurons_are_written_as_they_are)
{
    fixture_setup();
    saltus_experiment *experiment = NULL;
    saltus_network *network = NULL;
    saltus_simulation *simulation = simulate(&experiment, &network);
    saltus_result *result = NULL;
    saltus_sonata_spikes *writer = NULL;
    ck_assert_int_eq(saltus_result_create(fixture_path("run"), &result, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_sonata_spikes_create(result, simulation, &writer, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_run_until(simulation, 10.0, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_sonata_spikes_close(writer, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_result_commit(result, &error), SALTUS_OK);
    double *times_ms = NULL;
    uint32_t *neurons = NULL;
    ck_assert_uint_eq(read_back(fixture_path("run/spikes.h5"), "b", &times_ms, &neurons), 2);
    ck_assert_double_eq(times_ms[0], 2.0);
    ck_assert_uint_eq(neurons[1], 1);
    free(times_ms);
    free(neurons);
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
    fixture_teardown();
}
END_TEST

START_TEST(test_a_file_that_cannot_be_made_is_told)
{
    fixture_setup();
    const char *const names[] = {"p"};
    sonata_spike_writer *writer = NULL;
    ck_assert_int_eq(sl_sonata_writer_open(fixture_path("no/such/w.h5"), names, 1, &writer, &error),
                     SALTUS_E_FILE);
    ck_assert_ptr_null(writer);
    ck_assert_msg(strstr(error.message, "No such file") != NULL, "%s", error.message);
    fixture_teardown();
}
END_TEST

/* Write spikes that do not pack well until a file may not grow beyond `bytes`. */
static void write_to_limit(rlim_t bytes)
{
    const char *const names[] = {"p"};
    sonata_spike_writer *writer = NULL;
    struct rlimit limit;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    const struct rlimit small = {.rlim_cur = bytes, .rlim_max = limit.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    saltus_status status = sl_sonata_writer_open(fixture_path("w.h5"), names, 1, &writer, &error);
    uint64_t x = 1;
    for (size_t i = 0; !status && i < 300000; i++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        if (sl_sonata_writer_append(writer, 0, (double)i + (double)(x >> 11) * 0x1p-53, x >> 33)) {
            break;
        }
    }
    if (!status) {
        status = sl_sonata_writer_close(writer, &error);
    }
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert_int_eq(status, SALTUS_E_FILE);
    ck_assert_msg(strstr(error.message, "cannot be written: File too large") != NULL, "%s",
                  error.message);
}

START_TEST(test_a_full_disk_is_told_with_its_reason)
{
    fixture_setup();
    write_to_limit(100000);
    write_to_limit(1000000);
    write_to_limit(500);
    fixture_teardown();
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_many_spikes_of_two_populations_come_back,
        test_more_simultaneous_spikes_than_the_buffer_holds_stand_in_order_of_node,
        test_a_run_without_spikes_gives_a_file_without_populations,
        test_the_file_says_what_sonata_wants,
        test_populations_that_are_one_in_sonata_come_together_in_order,
        test_without_a_map_populations_and_neurons_are_written_as_they_are,
        test_a_file_that_cannot_be_made_is_told,
        test_a_full_disk_is_told_with_its_reason};
    return SUITE_RUN("sonata_writer", tests);
}
