/* test_sonata_weights - weights.h5 holds what a simulation hands out, is read back to the bit,
 * starts another run, and is refused when it is damaged or of another network. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "formats/sonata_weight_files.h"
#include "sonata_fixture.h"
#include "suite.h"

static saltus_error error;

/* Two populations, five projections with all that names may have. */
static const char text[] =
    "saltus: 1\n"
    "duration: 100 ms\n"
    "populations:\n"
    "  A: {size: 40, model: poisson_source, params: {rate: 100 Hz}}\n"
    "  B: {size: 30, model: lif_delta}\n"
    "projections:\n"
    "  - {from: A, to: B, rule: {fixed_indegree: 20}, weight: {uniform: [0.2 mV, 2 mV]},\n"
    "     delay: {uniform: [1 ms, 5 ms]}, plasticity: {rule: stdp, w_max: 2 mV, w_min: 0.1 mV}}\n"
    "  - {from: A, to: B, rule: all_to_all, weight: 0.1 mV, delay: 1 ms, name: a/b%#c}\n"
    "  - {from: A, to: B, rule: {list: {csv: none.csv}}, weight: 1 mV, delay: 1 ms, name: .}\n"
    "  - {from: B, to: B, rule: {pairwise_bernoulli: 0.3}, weight: 0.2 mV, delay: 1 ms, name: x}\n"
    "  - {from: B, to: B, rule: {pairwise_bernoulli: 0.2}, weight: 0.3 mV, delay: 1 ms, name: x}\n"
    "record:\n"
    "  weights: [{of: A->B, every: 30 ms, end: true}, a/b%#c, ., {of: x, at: 50 ms}]\n";

static char folder_of_run[256];

static saltus_experiment *load(const char *yaml)
{
    saltus_experiment *e = NULL;
    saltus_diagnostics *found = NULL;
    const saltus_load_options options = {.weight_reader = saltus_sonata_read_weights};
    fixture_text("none.csv", "source,target\n");
    snprintf(folder_of_run, sizeof folder_of_run, "%s", fixture_path("."));
    const saltus_status status = saltus_experiment_load_text(yaml, strlen(yaml), "e.yaml",
                                                             folder_of_run, &options, &e, &found);
    if (status) {
        snprintf(error.message, sizeof error.message, "%s: %s",
                 saltus_diagnostics_get(found, 0).path, saltus_diagnostics_get(found, 0).message);
    }
    saltus_diagnostics_destroy(found);
    return e;
}

static void start(const char *yaml, saltus_network **network, saltus_simulation **simulation)
{
    saltus_experiment *e = load(yaml);
    ck_assert_msg(e != NULL, "%s", error.message);
    ck_assert_msg(!saltus_network_build(e, NULL, network, &error), "%s", error.message);
    ck_assert(!saltus_simulation_create(*network, NULL, simulation, &error));
    saltus_experiment_destroy(e);
}

/* Run it all and leave w.h5; `spool`: by way of it. */
static void run_to_file(const char *yaml, const char *spool)
{
    saltus_network *network = NULL;
    saltus_simulation *simulation = NULL;
    saltus_result *result = NULL;
    saltus_sonata_weights *writer = NULL;
    char directory[256];
    snprintf(directory, sizeof directory, "%s", fixture_path("run"));
    start(yaml, &network, &simulation);
    ck_assert(!saltus_result_create(directory, &result, &error));
    ck_assert_msg(!saltus_sonata_weights_create_spooled(result, simulation, spool, &writer, &error),
                  "%s", error.message);
    ck_assert(!saltus_simulation_run_until(simulation, 100, &error));
    ck_assert(!saltus_simulation_record_end(simulation, &error));
    ck_assert_msg(!saltus_sonata_weights_close(writer, &error), "%s", error.message);
    ck_assert(!saltus_result_commit(result, &error));
    ck_assert_int_eq(rename(fixture_path("run/weights.h5"), fixture_path("w.h5")), 0);
    ck_assert_int_eq(rmdir(directory), 0);
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
    fixture_no_handles();
}

static saltus_sonata_weight_file *open_file(void)
{
    saltus_sonata_weight_file *file = NULL;
    ck_assert_msg(!saltus_sonata_weight_file_open(fixture_path("w.h5"), &file, &error), "%s",
                  error.message);
    return file;
}

static saltus_sonata_weight_info info_of(const saltus_sonata_weight_file *file, const char *name)
{
    size_t index = 0;
    size_t time = 0;
    ck_assert_msg(!saltus_sonata_weight_file_find(file, name, (double)NAN, &index, &time, &error),
                  "%s", error.message);
    return saltus_sonata_weight_file_get(file, index);
}

START_TEST(test_the_file_says_of_what_the_weights_are)
{
    static const double times_ms[] = {0, 30, 60, 90, 100};
    fixture_setup();
    run_to_file(text, NULL);
    saltus_sonata_weight_file *file = open_file();
    ck_assert_uint_eq(saltus_sonata_weight_file_count(file), 5);
    saltus_sonata_weight_info info = info_of(file, "A->B");
    ck_assert_str_eq(info.rule, "stdp");
    ck_assert_str_eq(info.source, "A");
    ck_assert_str_eq(info.target, "B");
    ck_assert_uint_eq(info.source_size, 40);
    ck_assert_uint_eq(info.target_size, 30);
    ck_assert_uint_eq(info.synapses, 600);
    ck_assert(info.w_min == 0.1 && info.w_max == 2);
    ck_assert_uint_eq(info.time_count, 5);
    ck_assert_mem_eq(info.times_ms, times_ms, sizeof times_ms);
    info = info_of(file, "a/b%#c");
    ck_assert_str_eq(info.rule, "static");
    ck_assert_uint_eq(info.synapses, 1200);
    ck_assert(isnan(info.w_min) && isnan(info.w_max));
    ck_assert(info.time_count == 1 && info.times_ms[0] == 100);
    ck_assert_uint_eq(info_of(file, ".").synapses, 0);
    info = info_of(file, "x");
    const saltus_sonata_weight_info second = info_of(file, "x#2");
    ck_assert_str_eq(second.name, "x#2");
    ck_assert_uint_gt(info.synapses, second.synapses);
    ck_assert(info.times_ms[0] == 50 && second.times_ms[0] == 50);
    saltus_sonata_weight_file_close(file);
    fixture_teardown();
}
END_TEST

START_TEST(test_names_are_escaped)
{
    static const struct {
        const char *name;
        size_t number;
        const char *group;
    } cases[] = {{"E->I", 1, "/weights/E->I"},       {"a/b%#c", 1, "/weights/a%2Fb%25%23c"},
                 {".", 1, "/weights/%2E"},           {"..x.", 2, "/weights/%2E.x.#2"},
                 {"t\t\x7f", 1, "/weights/t%09%7F"}, {"\xc3\xa4", 12, "/weights/\xc3\xa4#12"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *group = sl_sonata_weight_group(cases[i].name, cases[i].number);
        ck_assert_str_eq(group, cases[i].group);
        free(group);
    }
}
END_TEST

/* Row by row as the simulation has it now. */
static void check_rows(const saltus_simulation *simulation, uint32_t projection, double time_ms)
{
    uint32_t *sources = NULL;
    uint32_t *targets = NULL;
    double *weights = NULL;
    size_t count = 0;
    ck_assert_msg(!saltus_sonata_read_weights(fixture_path("w.h5"), "A->B", time_ms, "mV", &sources,
                                              &targets, &weights, &count, &error),
                  "%s", error.message);
    size_t at = 0;
    for (uint32_t source = 0; source < 40; source++) {
        uint32_t row_targets[100];
        double row[100];
        const uint32_t length = saltus_simulation_row_length(simulation, projection, source);
        ck_assert(!saltus_simulation_read_row(simulation, projection, source, row_targets, row));
        ck_assert_mem_eq(row_targets, targets + at, length * sizeof *targets);
        ck_assert_mem_eq(row, weights + at, length * sizeof *row);
        for (uint32_t i = 0; i < length; i++) {
            ck_assert_uint_eq(sources[at++], source);
        }
    }
    ck_assert_uint_eq(at, count);
    free(sources);
    free(targets);
    free(weights);
}

/* The text with a projection of its own instead of the first. */
static const char *with_first(const char *projection)
{
    static char changed[4096];
    const char *rest = strstr(text, "  - {from: A, to: B, rule: all_to_all");
    const size_t before = (size_t)(strstr(text, "  - {from: A") - text);
    snprintf(changed, sizeof changed, "%.*s%s%s", (int)before, text, projection, rest);
    return changed;
}

#define FIRST(weight)                                                                              \
    "  - {from: A, to: B, rule: {fixed_indegree: 20}, weight: " weight ",\n"                       \
    "     delay: {uniform: [1 ms, 5 ms]}, plasticity: {rule: stdp, w_max: 2 mV}}\n"

START_TEST(test_a_run_that_starts_from_the_file_has_its_weights)
{
    fixture_setup();
    run_to_file(text, NULL);
    static const struct {
        const char *weight;
        double time_ms;
    } cases[] = {{FIRST("{from: w.h5}"), 100},
                 {FIRST("{from: w.h5, time: last}"), 100},
                 {FIRST("{from: w.h5, time: 30 ms, projection: A->B}"), 30},
                 {FIRST("{from: w.h5, time: 0 s}"), 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        saltus_network *network = NULL;
        saltus_simulation *simulation = NULL;
        start(with_first(cases[i].weight), &network, &simulation);
        check_rows(simulation, 0, cases[i].time_ms);
        saltus_simulation_destroy(simulation);
        saltus_network_destroy(network);
    }
    fixture_teardown();
}
END_TEST

/* Loading must fail with these words. */
static void load_fails(const char *first, const char *words)
{
    saltus_experiment *e = load(with_first(first));
    ck_assert_ptr_null(e);
    ck_assert_msg(strstr(error.message, words) != NULL, "%s", error.message);
    fixture_no_handles();
}

START_TEST(test_what_is_not_there_is_told_with_what_there_is)
{
    fixture_setup();
    run_to_file(text, NULL);
    load_fails(FIRST("{from: none.h5}"), "projections.0.weight.from: cannot be opened");
    load_fails(FIRST("{from: w.h5, projection: y}"),
               "has weights of these projections: ., A->B, a/b%#c, x, x#2; there is none named y");
    load_fails(
        FIRST("{from: w.h5, time: 31 ms}"),
        "has no weights of A->B at 31 ms; there are some at these times (ms): 0, 30, 60, 90, "
        "100");
    load_fails(FIRST("{from: w.h5, time: soon}"), "projections.0.weight.time");
    load_fails(FIRST("{from: w.h5, times: 1 ms}"), "unknown key 'times'");
    load_fails(
        "  - {from: A, to: B, rule: {fixed_indegree: 20}, weight: {from: w.h5}, delay: 1 ms,\n"
        "     plasticity: {rule: stdp, w_max: 0.1 mV}}\n",
        "projections.0.weight: weight 0 (counting from 0) is");
    load_fails("  - {from: A, to: B, rule: all_to_all, weights: {from: w.h5}, delay: 1 ms}\n",
               "weight");
    /* found when the network is built */
    saltus_experiment *e = load(with_first("  - {from: A, to: B, rule: {fixed_indegree: 20}, "
                                           "weight: {from: w.h5}, delay: 1 ms}\n"));
    saltus_network *network = NULL;
    ck_assert_msg(e != NULL, "%s", error.message);
    ck_assert_msg(!saltus_network_build(e, NULL, &network, &error), "%s", error.message);
    saltus_network_destroy(network);
    network = NULL;
    ck_assert(!saltus_experiment_set_seed(e, 2));
    ck_assert_int_eq(saltus_network_build(e, NULL, &network, &error), SALTUS_E_EXPERIMENT);
    ck_assert_msg(strstr(error.message, "of another network") != NULL, "%s", error.message);
    saltus_experiment_destroy(e);
    fixture_teardown();
}
END_TEST

/* ---- Damage ---------------------------------------------------------------------------------- */

#define GROUP "/weights/A->B"

static void lose_format(void)
{
    const hid_t file = fixture_open("w.h5");
    fixture_attribute(file, "/", "format", "saltus weights 2");
    H5Fclose(file);
}

static void lose_name(void)
{
    const hid_t file = fixture_open("w.h5");
    H5Adelete_by_name(file, GROUP, "name", H5P_DEFAULT);
    H5Fclose(file);
}

static void lose_size(void)
{
    const hid_t file = fixture_open("w.h5");
    H5Adelete_by_name(file, GROUP, "target_size", H5P_DEFAULT);
    H5Fclose(file);
}

static void set_unit(const char *unit)
{
    const hid_t file = fixture_open("w.h5");
    fixture_attribute(file, GROUP "/weights", "units", unit);
    H5Fclose(file);
}

static void lose_unit(void)
{
    const hid_t file = fixture_open("w.h5");
    H5Adelete_by_name(file, GROUP "/weights", "units", H5P_DEFAULT);
    H5Fclose(file);
}

static void change_unit(void)
{
    set_unit("nS");
}

static void use_currents(void)
{
    set_unit("pA");
}

static void lose_target(void)
{
    fixture_remove("w.h5", GROUP "/target");
}

static void lose_times(void)
{
    fixture_remove("w.h5", GROUP "/times_ms");
}

static void lose_weights(void)
{
    fixture_remove("w.h5", GROUP "/weights");
}

static void put_doubles(const char *path, const double *values, size_t count)
{
    const hid_t file = fixture_open("w.h5");
    fixture_doubles(file, path, values, count);
    H5Fclose(file);
}

static void flatten_weights(void)
{
    static const double zeros[600];
    put_doubles(GROUP "/weights", zeros, 600);
    set_unit("mV");
}

static void turn_time(void)
{
    static const double times[] = {0, 30, 20, 90, 100};
    put_doubles(GROUP "/times_ms", times, 5);
}

static void add_times(void)
{
    static const double times[] = {0, 30, 60, 90, 100, 110};
    put_doubles(GROUP "/times_ms", times, 6);
}

static void shorten_source(void)
{
    static const uint64_t sources[599];
    const hid_t file = fixture_open("w.h5");
    fixture_unsigned(file, GROUP "/source", sources, 599);
    H5Fclose(file);
}

static void leave_population(void)
{
    static uint64_t targets[600];
    targets[77] = 30;
    const hid_t file = fixture_open("w.h5");
    fixture_unsigned(file, GROUP "/target", targets, 600);
    H5Fclose(file);
}

static void write_nan(void)
{
    const hid_t file = fixture_open("w.h5");
    const hid_t set = H5Dopen2(file, GROUP "/weights", H5P_DEFAULT);
    const hsize_t at[] = {4, 599};
    const hid_t space = H5Dget_space(set);
    const hid_t memory = H5Screate(H5S_SCALAR);
    const double nothing = (double)NAN;
    ck_assert_int_ge(H5Sselect_elements(space, H5S_SELECT_SET, 1, at), 0);
    ck_assert_int_ge(H5Dwrite(set, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, &nothing), 0);
    H5Sclose(memory);
    H5Sclose(space);
    H5Dclose(set);
    H5Fclose(file);
}

static void cut_short(void)
{
    ck_assert_int_eq(truncate(fixture_path("w.h5"), 3000), 0);
}

START_TEST(test_a_damaged_file_is_refused)
{
    static const struct {
        void (*damage)(void);
        const char *words;
    } cases[] = {{lose_format, "\"saltus weights 1\" is needed"},
                 {lose_name, "has no text name"},
                 {lose_size, "has no size of a population as target_size"},
                 {lose_target, "has no dataset " GROUP "/target"},
                 {lose_times, "has no dataset " GROUP "/times_ms"},
                 {lose_weights, "has no row of weights"},
                 {flatten_weights, "has no row of weights"},
                 {turn_time, "times that decrease"},
                 {add_times, "has no row of weights"},
                 {shorten_source, "599 are needed"},
                 {leave_population, "target[77] is 30; a whole number from 0 to 29"},
                 {write_nan, "weights that are no numbers"},
                 {lose_unit, "has no weights in mV or pA (units)"},
                 {change_unit, "has no weights in mV or pA (units)"},
                 {use_currents, "has weights of A->B in pA; weights in mV are needed"},
                 {cut_short, "cut short or damaged"}};
    fixture_setup();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        run_to_file(text, NULL);
        cases[i].damage();
        uint32_t *sources = NULL;
        uint32_t *targets = NULL;
        double *weights = NULL;
        size_t count = 0;
        ck_assert_int_eq(saltus_sonata_read_weights(fixture_path("w.h5"), "A->B", (double)NAN, "mV",
                                                    &sources, &targets, &weights, &count, &error),
                         SALTUS_E_FILE);
        ck_assert_msg(strstr(error.message, cases[i].words) != NULL, "%zu: %s", i, error.message);
        ck_assert(sources == NULL && targets == NULL && weights == NULL);
        fixture_no_handles();
    }
    fixture_teardown();
}
END_TEST

/* ---- Checkpoints -------------------------------------------------------------------------------
 */

static char *bytes_of(const char *name, size_t *size)
{
    FILE *file = fopen(fixture_path(name), "rb");
    ck_assert_ptr_nonnull(file);
    char *bytes = calloc(1, 1 << 20);
    *size = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return bytes;
}

START_TEST(test_by_way_of_a_spool_the_file_has_the_same_bytes)
{
    fixture_setup();
    char spool[256];
    snprintf(spool, sizeof spool, "%s", fixture_path("spool"));
    size_t sizes[2] = {0};
    run_to_file(text, NULL);
    char *direct = bytes_of("w.h5", &sizes[0]);
    run_to_file(text, spool);
    char *spooled = bytes_of("w.h5", &sizes[1]);
    ck_assert_uint_eq(sizes[0], sizes[1]);
    ck_assert_mem_eq(direct, spooled, sizes[0]);
    free(direct);
    free(spooled);
    fixture_teardown();
}
END_TEST

/* The first half, a checkpoint, some more; then the second half from the checkpoint. */
static saltus_status in_two_processes(void (*between)(const char *spool))
{
    char spool[256];
    char kept[256];
    char directory[256];
    snprintf(spool, sizeof spool, "%s", fixture_path("spool"));
    snprintf(kept, sizeof kept, "%s", fixture_path("kept"));
    snprintf(directory, sizeof directory, "%s", fixture_path("run"));
    saltus_network *network = NULL;
    saltus_simulation *simulation = NULL;
    saltus_result *result = NULL;
    saltus_sonata_weights *writer = NULL;
    saltus_checkpoint_writer *checkpoint = NULL;
    start(text, &network, &simulation);
    ck_assert(!saltus_result_create(directory, &result, &error));
    ck_assert(!saltus_sonata_weights_create_spooled(result, simulation, spool, &writer, &error));
    ck_assert(!saltus_simulation_run_until(simulation, 47, &error));
    ck_assert(!saltus_checkpoint_create(kept, &checkpoint, &error));
    ck_assert(!saltus_checkpoint_put_simulation(checkpoint, simulation, &error));
    ck_assert(!saltus_sonata_weights_save(writer, checkpoint, &error));
    ck_assert(!saltus_checkpoint_commit(checkpoint, &error));
    ck_assert(!saltus_simulation_run_until(simulation, 80, &error));
    ck_assert(!saltus_sonata_weights_close(writer, &error));
    saltus_simulation_destroy(simulation);
    between(spool);

    saltus_checkpoint *from = NULL;
    ck_assert(!saltus_simulation_create(network, NULL, &simulation, &error));
    ck_assert(!saltus_checkpoint_open(kept, &from, &error));
    saltus_status status =
        saltus_sonata_weights_resume(result, simulation, spool, from, &writer, &error);
    if (!status) {
        ck_assert(!saltus_checkpoint_get_simulation(from, simulation, &error));
        ck_assert(!saltus_simulation_run_until(simulation, 100, &error));
        ck_assert(!saltus_simulation_record_end(simulation, &error));
        status = saltus_sonata_weights_close(writer, &error);
    }
    saltus_checkpoint_close(from);
    ck_assert(!saltus_result_commit(result, &error));
    rename(fixture_path("run/weights.h5"), fixture_path("w.h5"));
    ck_assert_int_eq(rmdir(directory), 0);
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
    return status;
}

static void leave(const char *spool)
{
    (void)spool;
}

static void cut_spool(const char *spool)
{
    ck_assert_int_eq(truncate(spool, 1000), 0);
}

static void spoil_spool(const char *spool)
{
    FILE *file = fopen(spool, "r+b");
    ck_assert_ptr_nonnull(file);
    fseek(file, 16, SEEK_SET);
    fputc(77, file);
    fclose(file);
}

START_TEST(test_a_run_that_goes_on_records_what_one_in_one_piece_does)
{
    fixture_setup();
    size_t sizes[2] = {0};
    run_to_file(text, NULL);
    char *whole = bytes_of("w.h5", &sizes[0]);
    ck_assert_msg(in_two_processes(leave) == SALTUS_OK, "%s", error.message);
    char *parts = bytes_of("w.h5", &sizes[1]);
    ck_assert_uint_eq(sizes[0], sizes[1]);
    ck_assert_mem_eq(whole, parts, sizes[0]);
    free(whole);
    free(parts);
    ck_assert_int_eq(in_two_processes(cut_spool), SALTUS_E_FILE);
    ck_assert_msg(strstr(error.message, "had 9648 when") != NULL, "%s", error.message);
    ck_assert_int_eq(in_two_processes(spoil_spool), SALTUS_E_FILE);
    ck_assert_msg(strstr(error.message, "is damaged") != NULL, "%s", error.message);
    fixture_no_handles();
    fixture_teardown();
}
END_TEST

START_TEST(test_a_full_disk_ends_the_run_with_its_reason)
{
    for (int spooled = 0; spooled < 2; spooled++) {
        fixture_setup();
        saltus_network *network = NULL;
        saltus_simulation *simulation = NULL;
        saltus_result *result = NULL;
        saltus_sonata_weights *writer = NULL;
        start(text, &network, &simulation);
        char directory[256];
        char spool[256];
        snprintf(directory, sizeof directory, "%s", fixture_path("run"));
        snprintf(spool, sizeof spool, "%s", fixture_path("spool"));
        ck_assert(!saltus_result_create(directory, &result, &error));
        ck_assert(!saltus_sonata_weights_create_spooled(
            result, simulation, spooled == 1 ? spool : NULL, &writer, &error));
        signal(SIGXFSZ, SIG_IGN);
        struct rlimit before;
        ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
        struct rlimit limit = before;
        limit.rlim_cur = 8192;
        ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
        saltus_simulation_run_until(simulation, 100, &error);
        error = (saltus_error){0};
        const saltus_status status = saltus_sonata_weights_close(writer, &error);
        ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
        ck_assert_int_eq(status, SALTUS_E_FILE);
        ck_assert_msg(strstr(error.message, "cannot be written: File too large") != NULL, "%s",
                      error.message);
        fixture_no_handles();
        saltus_simulation_destroy(simulation);
        saltus_network_destroy(network);
        saltus_result_discard(result);
        fixture_teardown();
    }
}
END_TEST

int main(void)
{
    const TTest *tests[] = {test_the_file_says_of_what_the_weights_are,
                            test_names_are_escaped,
                            test_a_run_that_starts_from_the_file_has_its_weights,
                            test_what_is_not_there_is_told_with_what_there_is,
                            test_a_damaged_file_is_refused,
                            test_by_way_of_a_spool_the_file_has_the_same_bytes,
                            test_a_run_that_goes_on_records_what_one_in_one_piece_does,
                            test_a_full_disk_ends_the_run_with_its_reason};
    return SUITE_RUN("sonata_weights", tests);
}
