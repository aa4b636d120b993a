/* test_sonata_allocation - when an allocation fails, loading, reading and writing say so, leak
 * nothing and leave no HDF5 object open. HDF5's and jansson's own allocations succeed. */
#include <stdio.h>
#include <stdlib.h>

#include "formats/sonata_spike_writer.h"
#include "memory/failing_allocator.h"
#include "sonata_fixture.h"
#include "suite.h"

/* Let allocation 1, 2, ... of `action` fail until it succeeds; it frees what it makes. HDF5 opens a
 * file that it creates twice and takes a failure of the first time for a file that is not there:
 * one refusal in an action that `creates` may be without consequence. */
static void fail_each(saltus_status (*action)(saltus_error *error), bool creates)
{
    size_t spared = 0;
    for (size_t n = 1; n < 100000; n++) {
        saltus_error error = {0};
        const long before = failing_allocator_alive();
        failing_allocator_arm(n, n % 2 == 0);
        const saltus_status status = action(&error);
        const bool refused = failing_allocator_disarm();
        ck_assert_int_eq(failing_allocator_alive(), before);
        fixture_no_handles();
        if (!refused) {
            ck_assert_int_eq(status, SALTUS_OK);
            ck_assert_uint_gt(n, 3);
            return;
        }
        spared += status == SALTUS_OK;
        ck_assert_msg(status == SALTUS_E_MEMORY || status == SALTUS_E_FILE ||
                          (status == SALTUS_OK && creates && spared == 1),
                      "allocation %zu: status %d: %s", n, (int)status, error.message);
    }
    ck_abort_msg("the action does not end");
}

static saltus_status load(saltus_error *error)
{
    static char path[256];
    saltus_experiment *e = NULL;
    saltus_sonata_map *map = NULL;
    char *notes = NULL;
    snprintf(path, sizeof path, "%s", fixture_path("simulation_config.json"));
    const saltus_status status = saltus_sonata_load_mapped(path, &e, &map, &notes, error);
    saltus_experiment_destroy(e);
    saltus_sonata_map_destroy(map);
    free(notes);
    return status;
}

static saltus_status read_spikes(saltus_error *error)
{
    double *times_ms = NULL;
    uint32_t *nodes = NULL;
    size_t count = 0;
    const saltus_status status = saltus_sonata_read_spikes(fixture_path("net/spikes.h5"), "input",
                                                           &times_ms, &nodes, &count, error);
    free(times_ms);
    free(nodes);
    return status;
}

static saltus_status write_spikes(saltus_error *error)
{
    const char *const names[] = {"a", "b"};
    sonata_spike_writer *writer = NULL;
    const saltus_status status =
        sl_sonata_writer_open(fixture_path("w.h5"), names, 2, &writer, error);
    if (status) {
        return status;
    }
    for (size_t i = 0; i < 40000; i++) {
        if (sl_sonata_writer_append(writer, i % 2, i < 35000 ? 1.0 : 2.0, i)) {
            break;
        }
    }
    return sl_sonata_writer_close(writer, error);
}

/* Made before allocations fail: a network that learns, and a file of its weights. */
static saltus_network *network;
static char result_folder[256];

static void make_network(void)
{
    static const char text[] =
        "saltus: 1\nduration: 10 ms\npopulations:\n"
        "  A: {size: 4, model: poisson_source, params: {rate: 500 Hz}}\n"
        "  B: {size: 3, model: lif_delta}\nprojections:\n"
        "  - {from: A, to: B, rule: all_to_all, weight: 1 mV, delay: {uniform: [1 ms, 2 ms]},\n"
        "     plasticity: {rule: stdp, w_max: 2 mV}, name: a/b}\n"
        "  - {from: A, to: B, rule: all_to_all, weight: 1 mV, delay: 1 ms, name: a/b}\n"
        "record: {weights: {of: a/b, every: 3 ms, end: true}}\n";
    saltus_experiment *e = NULL;
    ck_assert_int_eq(saltus_experiment_load_text(text, sizeof text - 1, "e", "", NULL, &e, NULL),
                     SALTUS_OK);
    ck_assert_int_eq(saltus_network_build(e, NULL, &network, NULL), SALTUS_OK);
    saltus_experiment_destroy(e);
    snprintf(result_folder, sizeof result_folder, "%s", fixture_path("run"));
}

static saltus_status record(const char *spool, saltus_error *error)
{
    saltus_simulation *simulation = NULL;
    saltus_result *result = NULL;
    saltus_sonata_weights *writer = NULL;
    saltus_status status = saltus_simulation_create(network, NULL, &simulation, error);
    if (!status) {
        status = saltus_result_create(result_folder, &result, error);
    }
    if (!status) {
        status = saltus_sonata_weights_create_spooled(result, simulation, spool, &writer, error);
    }
    if (!status) {
        status = saltus_simulation_run_until(simulation, 10, error);
        status = status ? status : saltus_simulation_record_end(simulation, error);
        const saltus_status closed = saltus_sonata_weights_close(writer, error);
        status = closed ? closed : status;
    }
    failing_allocator_disarm(); /* discarding cannot tell that memory ran out */
    rename(fixture_path("run.partial/weights.h5"), fixture_path("kept.h5"));
    saltus_result_discard(result);
    saltus_simulation_destroy(simulation);
    return status;
}

static saltus_status record_weights(saltus_error *error)
{
    return record(NULL, error);
}

static saltus_status spool_weights(saltus_error *error)
{
    return record(fixture_path("spool"), error);
}

static saltus_status read_weights(saltus_error *error)
{
    uint32_t *sources = NULL;
    uint32_t *targets = NULL;
    double *weights = NULL;
    size_t count = 0;
    const saltus_status status = saltus_sonata_read_weights(
        fixture_path("kept.h5"), "a/b#2", 6, "mV", &sources, &targets, &weights, &count, error);
    free(sources);
    free(targets);
    free(weights);
    return status;
}

START_TEST(test_weights_survive_every_failed_allocation)
{
    fixture_setup();
    make_network();
    fail_each(record_weights, true);
    fail_each(spool_weights, true);
    fail_each(read_weights, false);
    saltus_network_destroy(network);
    fixture_teardown();
}
END_TEST

START_TEST(test_loading_survives_every_failed_allocation)
{
    fixture_setup();
    fail_each(load, false);
    fixture_teardown();
}
END_TEST

START_TEST(test_reading_spikes_survives_every_failed_allocation)
{
    fixture_setup();
    fail_each(read_spikes, false);
    fixture_teardown();
}
END_TEST

START_TEST(test_writing_spikes_survives_every_failed_allocation)
{
    fixture_setup();
    fail_each(write_spikes, true);
    fixture_teardown();
}
END_TEST

int main(void)
{
    const TTest *tests[] = {test_loading_survives_every_failed_allocation,
                            test_reading_spikes_survives_every_failed_allocation,
                            test_writing_spikes_survives_every_failed_allocation,
                            test_weights_survive_every_failed_allocation};
    return SUITE_RUN("sonata_allocation", tests);
}
