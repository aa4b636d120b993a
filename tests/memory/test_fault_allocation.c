/* test_fault_allocation - whichever allocation fails, what has faults says so, leaks nothing and
 * goes on working: reading, building, running on every engine, writing a checkpoint and going on
 * from it. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "failing_allocator.h"
#include "saltus/saltus.h"
#include "support/suite.h"

static const char text[] =
    "saltus: 1\n"
    "duration: 20 ms\n"
    "populations:\n"
    "  E: {size: 20, model: lif_delta, init: {v: {uniform: [0 mV, 20 mV]}}}\n"
    "  S: {size: 4, model: poisson_source, params: {rate: 300 Hz}}\n"
    "inputs:\n"
    "  noise: {type: poisson, rate: 2 kHz, to: E, weight: 1 mV}\n"
    "projections:\n"
    "  - {from: E, to: E, rule: {fixed_indegree: 5}, weight: {uniform: [0.1 mV, 0.5 mV]},\n"
    "     delay: 1 ms, plasticity: {rule: stdp, w_max: 1 mV}}\n"
    "  - {from: S, to: E, rule: {fixed_indegree: 5}, weight: 1 mV,\n"
    "     delay: {uniform: [1 ms, 3 ms]}}\n"
    "faults:\n"
    "  - {lesion: E, share: 0.1, at: 4 ms, by: degree}\n"
    "  - {lesion: S, neurons: [0, 2..3], at: 5 ms}\n"
    "  - {lesion: [E->E, S->E], share: 0.2, at: 3 ms, by: weight}\n"
    "  - {weight_noise: [E->E, S->E], sd: 0.1, at: 2 ms}\n"
    "  - {dropout: [E->E, S->E], probability: 0.1}\n"
    "  - {dropout: [E, S], probability: 0.1}\n";

static saltus_experiment *experiment;
static saltus_network *network;
static saltus_simulation *written;
static saltus_simulation_options options;
static char path[64];

static void refuse_each(saltus_status (*operation)(void), const char *what)
{
    bool refused = true;
    size_t silent = 0;
    for (size_t n = 1; refused; n++) {
        ck_assert_uint_lt(n, 2000);
        const long before = failing_allocator_alive();
        failing_allocator_arm(n, false);
        const saltus_status status = operation();
        refused = failing_allocator_disarm();
        const long left = failing_allocator_alive() - before;
        ck_assert_msg(left <= 0, "%s, allocation %zu: %ld are left", what, n, left);
        /* a log of spikes that cannot be cut stays as it is */
        ck_assert_msg(status == SALTUS_OK || (refused && status == SALTUS_E_MEMORY), "%s, %zu: %s",
                      what, n, saltus_status_text(status));
        silent += refused && status == SALTUS_OK;
    }
    ck_assert_msg(silent <= 2, "%s: %zu refusals are not told", what, silent);
}

static saltus_status load(void)
{
    saltus_experiment *e = NULL;
    const saltus_status status =
        saltus_experiment_load_text(text, strlen(text), "text", "", NULL, &e, NULL);
    saltus_experiment_destroy(e);
    return status;
}

static saltus_status build(void)
{
    saltus_network_options how = saltus_network_options_default();
    saltus_network *n = NULL;
    how.threads = 1;
    const saltus_status status = saltus_network_build(experiment, &how, &n, NULL);
    saltus_network_destroy(n);
    return status;
}

static saltus_status run(void)
{
    saltus_simulation *simulation = NULL;
    saltus_status status = saltus_simulation_create(network, &options, &simulation, NULL);
    if (status == SALTUS_OK) {
        status = saltus_simulation_run_until(simulation, 20, NULL);
    }
    saltus_simulation_destroy(simulation);
    return status;
}

static saltus_status write_one(void)
{
    return saltus_checkpoint_write(written, path, NULL);
}

static saltus_status go_on(void)
{
    saltus_simulation *simulation = NULL;
    saltus_status status = saltus_simulation_create(network, &options, &simulation, NULL);
    if (status == SALTUS_OK) {
        status = saltus_checkpoint_restore(simulation, path, NULL);
    }
    if (status == SALTUS_OK) {
        status = saltus_simulation_run_until(simulation, 20, NULL);
    }
    saltus_simulation_destroy(simulation);
    return status;
}

START_TEST(each_refused_allocation_is_survived)
{
    refuse_each(load, "reading");
    ck_assert_int_eq(
        saltus_experiment_load_text(text, strlen(text), "text", "", NULL, &experiment, NULL),
        SALTUS_OK);
    refuse_each(build, "building");
    ck_assert_int_eq(saltus_network_build(experiment, NULL, &network, NULL), SALTUS_OK);
    for (size_t i = 0; i < saltus_engine_count(); i++) {
        options = saltus_simulation_options_default();
        options.threads = 1;
        options.engine = (saltus_engine)i;
        options.step_ms = 0.1;
        refuse_each(run, saltus_engine_name(options.engine));
        ck_assert_int_eq(saltus_simulation_create(network, &options, &written, NULL), SALTUS_OK);
        ck_assert_int_eq(saltus_simulation_run_until(written, 10, NULL), SALTUS_OK);
        refuse_each(write_one, "writing");
        ck_assert_int_eq(saltus_checkpoint_write(written, path, NULL), SALTUS_OK);
        refuse_each(go_on, "going on");
        saltus_simulation_destroy(written);
    }
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
}
END_TEST

int main(void)
{
    snprintf(path, sizeof path, "/tmp/saltus_faults_%d.checkpoint", (int)getpid());
    const TTest *const tests[] = {each_refused_allocation_is_survived};
    const int result = SUITE_RUN("fault_allocation", tests);
    unlink(path);
    return result;
}
