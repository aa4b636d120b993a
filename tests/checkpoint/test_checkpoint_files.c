/* test_checkpoint_files - what is wrong with a file is told, and nothing is made of it.
 *
 * Flipped bits everywhere, files cut short, foreign and newer files, checkpoints of another
 * experiment, engine or step; contents that are whole but make no sense; sections of the caller's
 * own; recorders that go on.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "checkpoint/container.h"
#include "checkpoint/container_layout.h"
#include "determinism/networks.h"
#include "support/suite.h"
#include "support/trial.h"

static char path[64], other[64];

static saltus_network *network_of(const char *name, double duration_ms, uint64_t seed)
{
    size_t which = 0;
    while (which < test_network_count && strcmp(test_networks[which].name, name) != 0) {
        which++;
    }
    ck_assert_msg(which < test_network_count, "no network %s", name);
    saltus_experiment *e = test_network_create(&test_networks[which], true);
    saltus_network *network = NULL;
    if (seed != 0) {
        saltus_experiment_set_seed(e, seed);
    }
    ck_assert_int_eq(saltus_experiment_set_duration(e, duration_ms, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_network_build(e, NULL, &network, NULL), SALTUS_OK);
    saltus_experiment_destroy(e);
    return network;
}

static saltus_simulation *simulation_of(const saltus_network *network, const char *engine)
{
    saltus_simulation_options options = saltus_simulation_options_default();
    saltus_simulation *sim = NULL;
    options.threads = 1;
    ck_assert_int_eq(saltus_engine_parse(engine, &options, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_create(network, &options, &sim, NULL), SALTUS_OK);
    return sim;
}

/* A checkpoint of a network at a time, as bytes. */
static unsigned char *checkpoint_bytes(const saltus_network *network, const char *engine,
                                       double time_ms, size_t *size)
{
    saltus_simulation *sim = simulation_of(network, engine);
    ck_assert_int_eq(saltus_simulation_run_until(sim, time_ms, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_checkpoint_write(sim, path, NULL), SALTUS_OK);
    saltus_simulation_destroy(sim);
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    unsigned char *bytes = malloc(*size);
    ck_assert_ptr_nonnull(bytes);
    ck_assert_uint_eq(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

static void write_other(const void *bytes, size_t size)
{
    FILE *file = fopen(other, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    ck_assert_int_eq(fclose(file), 0);
}

static saltus_status open_other(saltus_error *error)
{
    saltus_checkpoint *checkpoint = NULL;
    memset(error, 0, sizeof *error);
    const saltus_status status = saltus_checkpoint_open(other, &checkpoint, error);
    saltus_checkpoint_close(checkpoint);
    ck_assert_int_eq(checkpoint != NULL, status == SALTUS_OK);
    ck_assert_int_eq(error->message[0] != '\0', status != SALTUS_OK);
    return status;
}

static void restore_refused(const saltus_network *network, const char *engine, const char *file,
                            saltus_status wanted, const char *word)
{
    saltus_error error = {0};
    saltus_simulation *sim = simulation_of(network, engine);
    const saltus_status status = saltus_checkpoint_restore(sim, file, &error);
    ck_assert_msg(status == wanted && strstr(error.message, word) != NULL, "%s: %d, %s", word,
                  (int)status, error.message);
    ck_assert_int_eq(saltus_simulation_run_until(sim, 1000, NULL), SALTUS_E_STATE);
    saltus_simulation_destroy(sim);
}

START_TEST(every_flipped_bit_is_found)
{
    /* small enough for every byte of header, table and ends of sections */
    saltus_network *network = network_of("sparse", 100, 0);
    size_t size = 0;
    unsigned char *bytes = checkpoint_bytes(network, "event", 40, &size);
    uint64_t state = 3;
    for (size_t i = 0; i < size; i += i < 1024 || size - i < 2048 ? 1 : 61) {
        const unsigned char flipped = (unsigned char)(1u << trial_random_below(&state, 8));
        bytes[i] ^= flipped;
        write_other(bytes, size);
        saltus_error error;
        const saltus_status status = open_other(&error);
        ck_assert_msg(status == SALTUS_E_FILE || (i < 12 && status == SALTUS_E_UNSUPPORTED),
                      "byte %zu: %d %s", i, (int)status, error.message);
        bytes[i] ^= flipped;
    }
    free(bytes);
    saltus_network_destroy(network);
}
END_TEST

START_TEST(a_file_that_is_cut_or_grown_is_refused)
{
    saltus_network *network = network_of("sparse", 100, 0);
    size_t size = 0;
    unsigned char *bytes = checkpoint_bytes(network, "grid@0.1ms", 40, &size);
    saltus_error error;
    for (size_t left = 0; left < size; left += left < 200 ? 1 : 997) {
        write_other(bytes, left);
        const saltus_status status = open_other(&error);
        ck_assert_msg(status == (left < 8 ? SALTUS_E_UNSUPPORTED : SALTUS_E_FILE), "%zu: %d %s",
                      left, (int)status, error.message);
    }
    bytes = realloc(bytes, size + 1);
    ck_assert_ptr_nonnull(bytes);
    bytes[size] = 0;
    write_other(bytes, size + 1);
    ck_assert_int_eq(open_other(&error), SALTUS_E_FILE);
    ck_assert_ptr_nonnull(strstr(error.message, "should have"));
    free(bytes);
    saltus_network_destroy(network);
}
END_TEST

START_TEST(foreign_and_newer_files_are_refused)
{
    saltus_network *network = network_of("sparse", 100, 0);
    size_t size = 0;
    unsigned char *bytes = checkpoint_bytes(network, "event", 40, &size);
    saltus_error error;
    write_other("time_ms,population,neuron\n", 26);
    ck_assert_int_eq(open_other(&error), SALTUS_E_UNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(error.message, "no checkpoint"));
    container_header header;
    memcpy(&header, bytes, sizeof header);
    header.version++;
    header.header_sum = XXH3_64bits(&header, offsetof(container_header, header_sum));
    memcpy(bytes, &header, sizeof header);
    write_other(bytes, size);
    ck_assert_int_eq(open_other(&error), SALTUS_E_UNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(error.message, "version 2"));
    unlink(other);
    ck_assert_int_eq(open_other(&error), SALTUS_E_FILE);
    saltus_checkpoint *checkpoint = NULL;
    ck_assert_int_eq(saltus_checkpoint_open("/", &checkpoint, &error), SALTUS_E_UNSUPPORTED);
    free(bytes);
    saltus_network_destroy(network);
}
END_TEST

START_TEST(what_it_is_not_of_is_refused)
{
    saltus_network *network = network_of("drawn", 60, 0);
    saltus_network *another_seed = network_of("drawn", 60, 99);
    saltus_network *longer = network_of("drawn", 500, 0);
    size_t size = 0;
    free(checkpoint_bytes(network, "grid@0.1ms", 20, &size));
    restore_refused(another_seed, "grid@0.1ms", path, SALTUS_E_ARGUMENT, "another experiment");
    restore_refused(network, "event", path, SALTUS_E_ARGUMENT, "engine event");
    restore_refused(network, "euler@0.1ms", path, SALTUS_E_ARGUMENT, "engine euler");
    restore_refused(network, "grid@0.2ms", path, SALTUS_E_ARGUMENT, "step");
    restore_refused(network, "event", "/nowhere", SALTUS_E_FILE, "/nowhere");
    /* how long the run goes on is free */
    saltus_simulation *sim = simulation_of(longer, "grid@0.1ms");
    ck_assert_int_eq(saltus_checkpoint_restore(sim, path, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_run_until(sim, 70, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_checkpoint_restore(sim, path, NULL), SALTUS_E_STATE);
    ck_assert_int_eq(saltus_simulation_run_until(sim, 80, NULL), SALTUS_OK);
    saltus_simulation_destroy(sim);
    saltus_network_destroy(network);
    saltus_network_destroy(another_seed);
    saltus_network_destroy(longer);
}
END_TEST

/* ---- Whole files of nonsense --------------------------------------------------------------- */

static container_entry *entry_named(unsigned char *bytes, const char *name)
{
    container_header header;
    memcpy(&header, bytes, sizeof header);
    container_entry *entry = (container_entry *)(void *)(bytes + header.table_offset);
    for (size_t i = 0; i < header.section_count; i++) {
        if (strcmp(entry[i].name, name) == 0) {
            return &entry[i];
        }
    }
    return NULL;
}

/* Sums that are right whatever the bytes are. */
static void sign(unsigned char *bytes)
{
    container_header header;
    memcpy(&header, bytes, sizeof header);
    container_entry *entry = (container_entry *)(void *)(bytes + header.table_offset);
    for (size_t i = 0; i < header.section_count; i++) {
        entry[i].sum = XXH3_64bits(bytes + entry[i].offset, entry[i].count * entry[i].size);
    }
    header.table_sum = XXH3_64bits(entry, header.section_count * sizeof *entry);
    header.header_sum = XXH3_64bits(&header, offsetof(container_header, header_sum));
    memcpy(bytes, &header, sizeof header);
}

/* Numbers that make no sense in a section, at `index`, with sums that are right. */
static void check_nonsense(const saltus_network *network, const char *engine, double time_ms,
                           const char *name, size_t index, int64_t value)
{
    size_t size = 0;
    unsigned char *bytes = checkpoint_bytes(network, engine, time_ms, &size);
    container_entry *entry = entry_named(bytes, name);
    ck_assert_ptr_nonnull(entry);
    ck_assert_msg(entry->count > index, "%s has %d numbers", name, (int)entry->count);
    memcpy(bytes + entry->offset + index * entry->size, &value, entry->size);
    sign(bytes);
    write_other(bytes, size);
    restore_refused(network, engine, other, SALTUS_E_FILE, "section");
    free(bytes);
}

static int64_t bits_of(double value)
{
    int64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

START_TEST(numbers_that_the_engine_could_not_bear_are_refused)
{
    saltus_network *drawn = network_of("drawn", 60, 0);
    saltus_network *driven = network_of("driven", 80, 0);
    saltus_network *lists = network_of("lists", 3100, 0);
    check_nonsense(drawn, "event", 30, "membrane.state", 77, bits_of((double)NAN));
    check_nonsense(drawn, "event", 30, "membrane.state", 77, bits_of(1e305));
    check_nonsense(drawn, "event", 30, "flight.next", 0, 5);
    check_nonsense(drawn, "event", 30, "flight.next", 0, INT64_MAX);
    check_nonsense(drawn, "event", 30, "flight.emitted", 0, -1);
    check_nonsense(drawn, "event", 30, "flight.source", 0, 0x7fffffff);
    check_nonsense(drawn, "event", 30, "train.time", 0, -1);
    check_nonsense(drawn, "event", 30, "train.time", 0, 0);
    check_nonsense(drawn, "event", 30, "train.counter", 0, 1);
    check_nonsense(drawn, "event", 30, "train.taken", 0, 257);
    check_nonsense(drawn, "event", 30, "release.due", 0, 1);
    check_nonsense(drawn, "event", 30, "release.member", 0, 0xffff);
    check_nonsense(drawn, "event", 30, "group.releases", 0, 0x7fffffff);
    check_nonsense(drawn, "event", 30, "run.facts", 7, INT64_MAX);
    check_nonsense(drawn, "event", 30, "run.facts", 8, 2);
    check_nonsense(drawn, "grid@0.1ms", 30, "run.facts", 9, 7);
    check_nonsense(drawn, "grid@0.1ms", 30, "ring.step", 0, 3);
    check_nonsense(drawn, "grid@0.1ms", 30, "ring.input", 3, bits_of((double)INFINITY));
    check_nonsense(drawn, "interpolated@0.1ms", 30, "membrane.before", 3, bits_of((double)NAN));
    check_nonsense(driven, "event", 30.1, "prediction.time", 0, 1);
    check_nonsense(driven, "event", 30.1, "prediction.member", 0, 4000);
    check_nonsense(driven, "event", 30.1, "prediction.state", 0, bits_of((double)NAN));
    check_nonsense(driven, "event", 30, "group.horizon", 0, 1);
    check_nonsense(driven, "offgrid@0.3ms", 30.1, "group.horizon", 0, INT64_MAX);
    check_nonsense(lists, "event", 1001, "train.counter", 0, 1000000);
    saltus_network_destroy(drawn);
    saltus_network_destroy(driven);
    saltus_network_destroy(lists);
}
END_TEST

START_TEST(random_nonsense_is_refused_or_run)
{
    static const char *const engines[] = {"event", "grid@0.1ms", "interpolated@0.5ms",
                                          "offgrid@0.3ms"};
    uint64_t state = 77;
    for (size_t n = 0; n < 3; n++) {
        saltus_network *network = network_of(test_networks[n].name, 60, 0);
        for (size_t i = 0; i < 4; i++) {
            size_t size = 0;
            unsigned char *bytes = checkpoint_bytes(network, engines[i], 20.17, &size);
            container_header header;
            memcpy(&header, bytes, sizeof header);
            for (int round = 0; round < 40; round++) {
                unsigned char *copy = malloc(size);
                ck_assert_ptr_nonnull(copy);
                memcpy(copy, bytes, size);
                for (int k = 0; k < 3; k++) {
                    const uint32_t room = (uint32_t)(header.table_offset - sizeof header);
                    const size_t at = sizeof header + trial_random_below(&state, room);
                    copy[at] = (unsigned char)trial_random_word(&state);
                }
                sign(copy);
                write_other(copy, size);
                saltus_error error = {0};
                saltus_simulation *sim = simulation_of(network, engines[i]);
                if (saltus_checkpoint_restore(sim, other, &error) == SALTUS_OK) {
                    saltus_simulation_run_until(sim, 21, NULL);
                } else {
                    ck_assert_int_ne(error.message[0], '\0');
                }
                saltus_simulation_destroy(sim);
                free(copy);
            }
            free(bytes);
        }
        saltus_network_destroy(network);
    }
}
END_TEST

START_TEST(sections_of_an_unknown_kind_are_refused)
{
    saltus_network *network = network_of("sparse", 100, 0);
    saltus_simulation *sim = simulation_of(network, "event");
    saltus_checkpoint_writer *writer = NULL;
    const double weight = 1;
    ck_assert_int_eq(saltus_checkpoint_create(path, &writer, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_checkpoint_put_simulation(writer, sim, NULL), SALTUS_OK);
    sl_section_put(writer, "other.weight", SECTION_F64, &weight, 1);
    ck_assert_int_eq(saltus_checkpoint_commit(writer, NULL), SALTUS_OK);
    restore_refused(network, "event", path, SALTUS_E_UNSUPPORTED, "other.weight");
    saltus_simulation_destroy(sim);
    saltus_network_destroy(network);
}
END_TEST

/* ---- What the caller adds ------------------------------------------------------------------ */

START_TEST(the_callers_bytes_come_back)
{
    static const char state[] = "position 3\0velocity 4";
    saltus_network *network = network_of("sparse", 100, 0);
    saltus_simulation *sim = simulation_of(network, "event");
    saltus_checkpoint_writer *writer = NULL;
    saltus_error error = {0};
    ck_assert_int_eq(saltus_checkpoint_create(path, &writer, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_checkpoint_put_bytes(writer, "controller", state, sizeof state, NULL),
                     SALTUS_OK);
    ck_assert_int_eq(saltus_checkpoint_put_bytes(writer, "empty", NULL, 0, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_checkpoint_put_bytes(writer, "controller", state, 1, NULL),
                     SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_checkpoint_put_bytes(writer, "a b", state, 1, NULL), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(
        saltus_checkpoint_put_bytes(writer, "a_name_of_25_letters_is_long", state, 1, NULL),
        SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_checkpoint_put_simulation(writer, sim, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_checkpoint_commit(writer, NULL), SALTUS_OK);

    saltus_checkpoint *checkpoint = NULL;
    saltus_checkpoint_info info;
    void *bytes = NULL;
    size_t size = 0;
    ck_assert_int_eq(saltus_checkpoint_open(path, &checkpoint, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_checkpoint_get_info(checkpoint, &info, NULL), SALTUS_OK);
    ck_assert_str_eq(info.engine, "event");
    ck_assert_str_eq(info.scheduler, "heap");
    ck_assert_double_eq(info.time_ms, 0);
    ck_assert(saltus_checkpoint_has_bytes(checkpoint, "controller"));
    ck_assert(!saltus_checkpoint_has_bytes(checkpoint, "controllers"));
    ck_assert_int_eq(saltus_checkpoint_get_bytes(checkpoint, "controller", &bytes, &size, NULL),
                     SALTUS_OK);
    ck_assert_uint_eq(size, sizeof state);
    ck_assert_int_eq(memcmp(bytes, state, size), 0);
    free(bytes);
    ck_assert_int_eq(saltus_checkpoint_get_bytes(checkpoint, "empty", &bytes, &size, NULL),
                     SALTUS_OK);
    ck_assert_uint_eq(size, 0);
    free(bytes);
    ck_assert_int_eq(saltus_checkpoint_get_bytes(checkpoint, "none", &bytes, &size, &error),
                     SALTUS_E_ARGUMENT);
    ck_assert_ptr_null(bytes);
    saltus_simulation *fresh = simulation_of(network, "event");
    ck_assert_int_eq(saltus_checkpoint_get_simulation(checkpoint, fresh, NULL), SALTUS_OK);
    saltus_checkpoint_close(checkpoint);
    saltus_simulation_destroy(sim);
    saltus_simulation_destroy(fresh);
    saltus_network_destroy(network);
}
END_TEST

START_TEST(a_checkpoint_that_cannot_be_written_leaves_the_old_one)
{
    saltus_network *network = network_of("sparse", 100, 0);
    saltus_simulation *sim = simulation_of(network, "event");
    saltus_error error = {0};
    ck_assert_int_eq(saltus_checkpoint_write(sim, "/nowhere/file", &error), SALTUS_E_FILE);
    ck_assert_ptr_nonnull(strstr(error.message, "/nowhere/file"));
    ck_assert_int_eq(saltus_checkpoint_write(sim, path, NULL), SALTUS_OK);
    saltus_checkpoint_writer *writer = NULL;
    ck_assert_int_eq(saltus_checkpoint_create(path, &writer, NULL), SALTUS_OK);
    saltus_checkpoint_put_bytes(writer, "half", "abc", 3, NULL);
    saltus_checkpoint_discard(writer);
    saltus_simulation *fresh = simulation_of(network, "event");
    ck_assert_int_eq(saltus_checkpoint_restore(fresh, path, NULL), SALTUS_OK);
    char unfinished[80];
    snprintf(unfinished, sizeof unfinished, "%s.new", path);
    ck_assert_int_ne(access(unfinished, F_OK), 0);
    saltus_simulation_destroy(sim);
    saltus_simulation_destroy(fresh);
    saltus_network_destroy(network);
}
END_TEST

int main(void)
{
    snprintf(path, sizeof path, "/tmp/saltus_files_%d.checkpoint", (int)getpid());
    snprintf(other, sizeof other, "/tmp/saltus_files_%d.other", (int)getpid());
    const TTest *const tests[] = {every_flipped_bit_is_found,
                                  a_file_that_is_cut_or_grown_is_refused,
                                  foreign_and_newer_files_are_refused,
                                  what_it_is_not_of_is_refused,
                                  numbers_that_the_engine_could_not_bear_are_refused,
                                  random_nonsense_is_refused_or_run,
                                  sections_of_an_unknown_kind_are_refused,
                                  the_callers_bytes_come_back,
                                  a_checkpoint_that_cannot_be_written_leaves_the_old_one};
    const int code = SUITE_RUN("checkpoint_files", tests);
    unlink(path);
    unlink(other);
    return code;
}
