/* test_checkpoint_allocation - whichever allocation fails while a checkpoint is written or read,
 * the library says so, leaks nothing and leaves no unfinished file.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../checkpoint/every_state.h"
#include "allocation_texts.h"
#include "failing_allocator.h"
#include "saltus/saltus.h"

/* Those that have synaptic currents first. */
static const char *const engines[] = {"event", "grid@0.1ms", "interpolated@0.5ms", "offgrid@0.3ms"};
enum { WITH_CURRENTS = 2, ENGINES = sizeof engines / sizeof engines[0] };

static char path[64];
static saltus_network *network;
static size_t engine;
static saltus_simulation *written; /* what is written, and what was read lately */

static saltus_status new_simulation(saltus_simulation **sim)
{
    saltus_simulation_options options = saltus_simulation_options_default();
    options.threads = 1;
    const saltus_status status = saltus_engine_parse(engines[engine], &options, NULL);
    return status != SALTUS_OK ? status : saltus_simulation_create(network, &options, sim, NULL);
}

static saltus_status write_one(void)
{
    return saltus_checkpoint_write(written, path, NULL);
}

static saltus_status read_one(void)
{
    saltus_checkpoint *checkpoint = NULL;
    saltus_simulation *sim = NULL;
    void *bytes = NULL;
    size_t size = 0;
    saltus_status status = saltus_checkpoint_open(path, &checkpoint, NULL);
    if (!status) {
        status = new_simulation(&sim);
    }
    if (!status) {
        status = saltus_checkpoint_get_simulation(checkpoint, sim, NULL);
    }
    if (!status && saltus_checkpoint_has_bytes(checkpoint, "own")) {
        status = saltus_checkpoint_get_bytes(checkpoint, "own", &bytes, &size, NULL);
    }
    free(bytes);
    saltus_simulation_destroy(sim);
    saltus_checkpoint_close(checkpoint);
    return status;
}

/* Repeat it with its first, second, ... allocation refused, until it succeeds. */
static void refuse_each(saltus_status (*operation)(void), const char *what)
{
    char unfinished[80];
    snprintf(unfinished, sizeof unfinished, "%s.new", path);
    bool refused = true;
    for (size_t n = 1; refused; n++) {
        ck_assert_uint_lt(n, 2000);
        const long before = failing_allocator_alive();
        failing_allocator_arm(n, false);
        const saltus_status status = operation();
        refused = failing_allocator_disarm();
        const long left = failing_allocator_alive() - before;
        ck_assert_msg(left <= 0, "%s, %s, allocation %zu: %ld are left", what, engines[engine], n,
                      left);
        ck_assert_msg(status == (refused ? SALTUS_E_MEMORY : SALTUS_OK), "%s, %s, %zu: %s", what,
                      engines[engine], n, saltus_status_text(status));
        ck_assert_msg(access(unfinished, F_OK) != 0, "%s: an unfinished file is left", what);
    }
}

/* On the first `count` engines. */
static void refuse_all(const char *text, size_t count)
{
    saltus_experiment *experiment = NULL;
    ck_assert_int_eq(
        saltus_experiment_load_text(text, strlen(text), "text", "", NULL, &experiment, NULL),
        SALTUS_OK);
    ck_assert_int_eq(saltus_network_build(experiment, NULL, &network, NULL), SALTUS_OK);
    for (engine = 0; engine < count; engine++) {
        ck_assert_int_eq(new_simulation(&written), SALTUS_OK);
        ck_assert_int_eq(saltus_simulation_run_until(written, 20.1, NULL), SALTUS_OK);
        refuse_each(write_one, "writing");
        saltus_checkpoint_writer *writer = NULL;
        ck_assert_int_eq(saltus_checkpoint_create(path, &writer, NULL), SALTUS_OK);
        ck_assert_int_eq(saltus_checkpoint_put_simulation(writer, written, NULL), SALTUS_OK);
        ck_assert_int_eq(saltus_checkpoint_put_bytes(writer, "own", "abc", 3, NULL), SALTUS_OK);
        ck_assert_int_eq(saltus_checkpoint_commit(writer, NULL), SALTUS_OK);
        refuse_each(read_one, "reading");
        saltus_simulation_destroy(written);
    }
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
}

START_TEST(each_refused_allocation_is_survived)
{
    refuse_all(every_fixed_state, ENGINES);
}
END_TEST

START_TEST(each_refused_allocation_is_survived_by_what_learns)
{
    refuse_all(every_learnt_state, ENGINES);
}
END_TEST

START_TEST(each_refused_allocation_is_survived_by_currents)
{
    refuse_all(every_current_state, WITH_CURRENTS);
}
END_TEST

START_TEST(each_refused_allocation_is_survived_by_flows)
{
    refuse_all(flow_text, WITH_CURRENTS);
}
END_TEST

int main(void)
{
    snprintf(path, sizeof path, "/tmp/saltus_memory_%d.checkpoint", (int)getpid());
    Suite *suite = suite_create("checkpoint allocation");
    TCase *tcase = tcase_create("all");
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, each_refused_allocation_is_survived);
    tcase_add_test(tcase, each_refused_allocation_is_survived_by_what_learns);
    tcase_add_test(tcase, each_refused_allocation_is_survived_by_currents);
    tcase_add_test(tcase, each_refused_allocation_is_survived_by_flows);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    unlink(path);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
