/* test_sonata_spike_files - spike trains of every layout come out sorted and checked. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/sonata_spike_files.h"
#include "sonata_fixture.h"
#include "suite.h"

/* Read a file that must be right. */
static sonata_trains read_right(const char *path, const char *population)
{
    saltus_error error = {0};
    sonata_trains trains = {0};
    const saltus_status status = saltus_sonata_read_spikes(path, population, &trains.times_ms,
                                                           &trains.nodes, &trains.count, &error);
    ck_assert_msg(status == SALTUS_OK, "%s: %s", error.file, error.message);
    fixture_no_handles();
    return trains;
}

/* Reading must fail with these words. */
static void read_wrong(const char *path, const char *population, saltus_status status,
                       const char *words)
{
    saltus_error error = {0};
    sonata_trains trains = {0};
    ck_assert_int_eq(saltus_sonata_read_spikes(path, population, &trains.times_ms, &trains.nodes,
                                               &trains.count, &error),
                     status);
    ck_assert_msg(strstr(error.message, words) != NULL, "%s", error.message);
    ck_assert_str_eq(error.file, path);
    ck_assert_ptr_null(trains.times_ms);
    ck_assert_ptr_null(trains.nodes);
    ck_assert_uint_eq(trains.count, 0);
    fixture_no_handles();
}

static void assert_equal(sonata_trains a, sonata_trains b, double tolerance_ms)
{
    ck_assert_uint_eq(a.count, b.count);
    for (size_t i = 0; i < a.count; i++) {
        /* The samples in text have fewer digits than those in HDF5. */
        ck_assert_double_le(fabs(a.times_ms[i] - b.times_ms[i]), tolerance_ms);
        ck_assert_uint_eq(a.nodes[i], b.nodes[i]);
    }
}

static void assert_sorted(sonata_trains trains)
{
    for (size_t i = 1; i < trains.count; i++) {
        ck_assert(trains.times_ms[i] > trains.times_ms[i - 1] ||
                  (trains.times_ms[i] == trains.times_ms[i - 1] &&
                   trains.nodes[i] >= trains.nodes[i - 1]));
    }
}

START_TEST(test_old_and_new_layout_and_csv_of_the_samples_are_equal)
{
    const char *data = fixture_shared_data("sonata_spec_samples/spike_files");
    if (data == NULL) {
        return;
    }
    char path[2048];
    snprintf(path, sizeof path, "%s/spikes.old.h5", data);
    sonata_trains old = read_right(path, NULL);
    snprintf(path, sizeof path, "%s/spikes.one_pop.h5", data);
    sonata_trains new = read_right(path, NULL);
    sonata_trains named = read_right(path, "v1");
    read_wrong(path, "v2", SALTUS_E_FILE, "v1; there is none named v2");
    ck_assert_uint_eq(old.count, 124);
    assert_sorted(old);
    assert_equal(old, new, 0.0);
    assert_equal(old, named, 0.0);
    saltus_error error = {0};
    sonata_trains csv = {0};
    snprintf(path, sizeof path, "%s/spikes.one_pop.csv", data);
    ck_assert_int_eq(sl_sonata_trains_read_csv(&csv, path, "v1", &error), SALTUS_OK);
    assert_equal(old, csv, 1e-9);
    sl_sonata_trains_clear(&csv);
    snprintf(path, sizeof path, "%s/spikes.noheader.nopop.csv", data);
    ck_assert_int_eq(sl_sonata_trains_read_csv(&csv, path, "v1", &error), SALTUS_OK);
    assert_equal(old, csv, 1e-9);
    sl_sonata_trains_clear(&csv);
    snprintf(path, sizeof path, "%s/../edge_index_example.h5", data);
    read_wrong(path, NULL, SALTUS_E_FILE, "has no group /spikes");
    sl_sonata_trains_clear(&old);
    sl_sonata_trains_clear(&new);
    sl_sonata_trains_clear(&named);
}
END_TEST

START_TEST(test_spikes_are_sorted_by_time_then_node)
{
    fixture_setup();
    const double times_ms[] = {3.0, 1.0, 2.0, 2.0, -1.0, 2.0};
    const int64_t nodes[] = {1, 5, 7, 3, 4294967294, 3};
    const hid_t file = fixture_hdf5("s.h5");
    fixture_doubles(file, "/spikes/timestamps", times_ms, 6);
    fixture_integers(file, "/spikes/gids", nodes, 6);
    fixture_attribute(file, "/spikes", "sorting", "by_time");
    H5Fclose(file);
    sonata_trains trains = read_right(fixture_path("s.h5"), "anything");
    const double expected_ms[] = {-1.0, 1.0, 2.0, 2.0, 2.0, 3.0};
    const uint32_t expected[] = {4294967294, 5, 3, 3, 7, 1};
    ck_assert_uint_eq(trains.count, 6);
    for (size_t i = 0; i < 6; i++) {
        ck_assert_double_eq(trains.times_ms[i], expected_ms[i]);
        ck_assert_uint_eq(trains.nodes[i], expected[i]);
    }
    sl_sonata_trains_clear(&trains);
    fixture_teardown();
}
END_TEST

START_TEST(test_seconds_become_milliseconds_and_other_units_are_refused)
{
    fixture_setup();
    const double times[] = {0.25, 1.5};
    hid_t file = fixture_hdf5("s.h5");
    fixture_doubles(file, "/spikes/p/timestamps", times, 2);
    fixture_integers(file, "/spikes/p/node_ids", (const int64_t[]){0, 1}, 2);
    fixture_attribute(file, "/spikes/p/timestamps", "units", "s");
    H5Fclose(file);
    sonata_trains trains = read_right(fixture_path("s.h5"), NULL);
    ck_assert_double_eq(trains.times_ms[0], 250.0);
    ck_assert_double_eq(trains.times_ms[1], 1500.0);
    sl_sonata_trains_clear(&trains);
    file = fixture_open("s.h5");
    fixture_attribute(file, "/spikes/p/timestamps", "units", "fortnights");
    H5Fclose(file);
    read_wrong(fixture_path("s.h5"), NULL, SALTUS_E_UNSUPPORTED, "\"fortnights\"");
    fixture_teardown();
}
END_TEST

START_TEST(test_an_empty_population_has_no_spikes)
{
    fixture_setup();
    const hid_t file = fixture_hdf5("s.h5");
    fixture_doubles(file, "/spikes/p/timestamps", NULL, 0);
    fixture_integers(file, "/spikes/p/node_ids", NULL, 0);
    H5Fclose(file);
    sonata_trains trains = read_right(fixture_path("s.h5"), "p");
    ck_assert_uint_eq(trains.count, 0);
    sl_sonata_trains_clear(&trains);
    fixture_teardown();
}
END_TEST

START_TEST(test_what_is_wrong_in_a_file_is_told_with_its_dataset)
{
    fixture_setup();
    const double times_ms[] = {1.0, 2.0};
    hid_t file = fixture_hdf5("s.h5");
    fixture_doubles(file, "/spikes/a/timestamps", times_ms, 2);
    fixture_integers(file, "/spikes/a/node_ids", (const int64_t[]){0, -1}, 2);
    H5Fclose(file);
    read_wrong(fixture_path("s.h5"), NULL, SALTUS_E_FILE, "/spikes/a/node_ids[1] is -1");
    file = fixture_open("s.h5");
    fixture_integers(file, "/spikes/a/node_ids", (const int64_t[]){0, 5000000000}, 2);
    H5Fclose(file);
    read_wrong(fixture_path("s.h5"), NULL, SALTUS_E_FILE, "is 5000000000");
    file = fixture_open("s.h5");
    fixture_unsigned(file, "/spikes/a/node_ids", (const uint64_t[]){UINT64_MAX, 0}, 2);
    H5Fclose(file);
    read_wrong(fixture_path("s.h5"), NULL, SALTUS_E_FILE, "/spikes/a/node_ids[0]");
    file = fixture_open("s.h5");
    fixture_doubles(file, "/spikes/a/node_ids", (const double[]){0.0, 1.5}, 2);
    H5Fclose(file);
    read_wrong(fixture_path("s.h5"), NULL, SALTUS_E_FILE, "/spikes/a/node_ids[1] is 1.5");
    file = fixture_open("s.h5");
    fixture_integers(file, "/spikes/a/node_ids", (const int64_t[]){0, 1, 2}, 3);
    H5Fclose(file);
    read_wrong(fixture_path("s.h5"), NULL, SALTUS_E_FILE, "has 3 elements; 2 are needed");
    file = fixture_open("s.h5");
    fixture_doubles(file, "/spikes/a/timestamps", (const double[]){1.0, NAN}, 2);
    H5Fclose(file);
    read_wrong(fixture_path("s.h5"), NULL, SALTUS_E_FILE, "/spikes/a/timestamps[1] is nan");
    fixture_remove("s.h5", "/spikes/a/timestamps");
    read_wrong(fixture_path("s.h5"), NULL, SALTUS_E_FILE, "has no dataset /spikes/a/timestamps");
    file = fixture_open("s.h5");
    fixture_doubles(file, "/spikes/b/timestamps", times_ms, 2);
    H5Fclose(file);
    read_wrong(fixture_path("s.h5"), NULL, SALTUS_E_FILE, "a, b; name one of them");
    read_wrong(fixture_path("none.h5"), NULL, SALTUS_E_FILE, "cannot be opened");
    read_wrong(fixture_path("node_sets.json"), NULL, SALTUS_E_FILE, "is not an HDF5 file");
    fixture_teardown();
}
END_TEST

/* A dataset of a shape and type that spike times cannot have. */
static void write_odd_dataset(hid_t type, int rank, const hsize_t *extent)
{
    const hid_t file = fixture_hdf5("s.h5");
    fixture_integers(file, "/spikes/a/node_ids", (const int64_t[]){0, 1}, 2);
    const hid_t space = H5Screate_simple(rank, extent, NULL);
    const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    const hsize_t chunk[] = {2, 2};
    H5Pset_chunk(properties, rank, chunk);
    const hid_t set =
        H5Dcreate2(file, "/spikes/a/timestamps", type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    ck_assert_int_ge(set, 0);
    H5Dclose(set);
    H5Pclose(properties);
    H5Sclose(space);
    H5Fclose(file);
}

START_TEST(test_odd_shapes_types_and_sizes_are_refused)
{
    fixture_setup();
    const hsize_t square[] = {2, 2};
    const hsize_t pair[] = {2};
    const hsize_t large[] = {4000000000};
    const hsize_t huge[] = {UINT64_C(1) << 60};
    write_odd_dataset(H5T_NATIVE_DOUBLE, 2, square);
    read_wrong(fixture_path("s.h5"), NULL, SALTUS_E_FILE, "must have one dimension");
    write_odd_dataset(H5T_C_S1, 1, pair);
    read_wrong(fixture_path("s.h5"), NULL, SALTUS_E_FILE, "must hold numbers");
    write_odd_dataset(H5T_NATIVE_DOUBLE, 1, large);
    read_wrong(fixture_path("s.h5"), NULL, SALTUS_E_FILE, "declares 4000000000 elements");
    write_odd_dataset(H5T_NATIVE_DOUBLE, 1, huge);
    read_wrong(fixture_path("s.h5"), NULL, SALTUS_E_FILE, "declares 1152921504606846976");
    fixture_teardown();
}
END_TEST

START_TEST(test_reading_leaves_error_printing_as_it_was)
{
    fixture_setup();
    H5E_auto2_t before = NULL;
    void *data = NULL;
    H5Eset_auto2(H5E_DEFAULT, (H5E_auto2_t)H5Eprint2, stderr);
    read_wrong(fixture_path("node_sets.json"), NULL, SALTUS_E_FILE, "is not an HDF5 file");
    H5Eget_auto2(H5E_DEFAULT, &before, &data);
    ck_assert(before == (H5E_auto2_t)H5Eprint2);
    ck_assert_ptr_eq(data, stderr);
    fixture_teardown();
}
END_TEST

static void csv_wrong(const char *text, uint32_t line, const char *words)
{
    saltus_error error = {0};
    sonata_trains trains = {0};
    fixture_text("s.csv", text);
    ck_assert_int_eq(sl_sonata_trains_read_csv(&trains, fixture_path("s.csv"), "p", &error),
                     SALTUS_E_FILE);
    ck_assert_msg(strstr(error.message, words) != NULL, "%s", error.message);
    ck_assert_uint_eq(error.line, line);
    ck_assert_ptr_null(trains.times_ms);
}

START_TEST(test_csv_takes_its_population_and_tells_bad_lines)
{
    fixture_setup();
    saltus_error error = {0};
    sonata_trains trains = {0};
    fixture_text("s.csv", "node_ids population timestamps\r\n3 p 2.5\r\n4 q 1\r\n1 \"p\" 1e-3");
    ck_assert_int_eq(sl_sonata_trains_read_csv(&trains, fixture_path("s.csv"), "p", &error),
                     SALTUS_OK);
    ck_assert_uint_eq(trains.count, 2);
    ck_assert_double_eq(trains.times_ms[0], 1e-3);
    ck_assert_uint_eq(trains.nodes[1], 3);
    sl_sonata_trains_clear(&trains);
    fixture_text("s.csv", "");
    ck_assert_int_eq(sl_sonata_trains_read_csv(&trains, fixture_path("s.csv"), "p", &error),
                     SALTUS_OK);
    ck_assert_uint_eq(trains.count, 0);
    sl_sonata_trains_clear(&trains);
    csv_wrong("gid spike-times\n0 1.0,2.0\n", 1, "a spike file begins with");
    csv_wrong("1.0 2\n\n2.0\n", 3, "has not 2 fields");
    csv_wrong("timestamps node_ids\n1.0x 2\n", 2, "\"1.0x\" is not a time");
    csv_wrong("timestamps node_ids\n1.0 2.5\n", 2, "\"2.5\" is not a node id");
    csv_wrong("timestamps node_ids\nnan 2\n", 2, "is not a time");
    csv_wrong("timestamps node_ids\n1 \"2\n", 2, "has not 2 fields");
    fixture_teardown();
}
END_TEST

int main(void)
{
    const TTest *tests[] = {test_old_and_new_layout_and_csv_of_the_samples_are_equal,
                            test_spikes_are_sorted_by_time_then_node,
                            test_seconds_become_milliseconds_and_other_units_are_refused,
                            test_an_empty_population_has_no_spikes,
                            test_what_is_wrong_in_a_file_is_told_with_its_dataset,
                            test_odd_shapes_types_and_sizes_are_refused,
                            test_reading_leaves_error_printing_as_it_was,
                            test_csv_takes_its_population_and_tells_bad_lines};
    return SUITE_RUN("sonata_spike_files", tests);
}
