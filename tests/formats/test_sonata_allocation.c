/* test_sonata_allocation - when an allocation fails, loading, reading and writing say so, leak
 * nothing and leave no HDF5 object open. HDF5's and jansson's own allocations succeed. */
#include <stdio.h>
#include <stdlib.h>

#include "formats/sonata_spike_writer.h"
#include "memory/failing_allocator.h"
#include "sonata_fixture.h"
#include "suite.h"

/* Let allocation 1, 2, ... of `action` fail until it succeeds; it frees what it makes. */
static void fail_each(saltus_status (*action)(saltus_error *error))
{
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
        ck_assert_msg(status == SALTUS_E_MEMORY || status == SALTUS_E_FILE,
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

START_TEST(test_loading_survives_every_failed_allocation)
{
    fixture_setup();
    fail_each(load);
    fixture_teardown();
}
END_TEST

START_TEST(test_reading_spikes_survives_every_failed_allocation)
{
    fixture_setup();
    fail_each(read_spikes);
    fixture_teardown();
}
END_TEST

START_TEST(test_writing_spikes_survives_every_failed_allocation)
{
    fixture_setup();
    fail_each(write_spikes);
    fixture_teardown();
}
END_TEST

int main(void)
{
    const TTest *tests[] = {test_loading_survives_every_failed_allocation,
                            test_reading_spikes_survives_every_failed_allocation,
                            test_writing_spikes_survives_every_failed_allocation};
    return SUITE_RUN("sonata_allocation", tests);
}
