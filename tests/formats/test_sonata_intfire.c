/* test_sonata_intfire - the published circuit 300_intfire of 300 cells: it loads as its files say
 * and gives the published spikes, all of them, at the published times. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sonata_fixture.h"
#include "suite.h"

static char folder[64];

/* Copy the circuit and put its components where its configuration says; false: no data. */
static bool copy_circuit(void)
{
    const char *data = fixture_shared_data("sonata_300_intfire");
    if (data == NULL) {
        return false;
    }
    strcpy(folder, "/tmp/saltus-intfire-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    char command[2048];
    snprintf(command, sizeof command,
             "cp -r '%s' %s/circuit && chmod -R u+w %s && "
             "mv %s/circuit/shared_components %s/shared_components",
             data, folder, folder, folder, folder);
    ck_assert_int_eq(system(command), 0);
    return true;
}

static void remove_circuit(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
    fixture_no_handles();
}

static const char *path_of(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/circuit/%s", folder, name);
    return path;
}

static saltus_experiment *load(saltus_sonata_map **map, char **notes)
{
    saltus_error error = {0};
    saltus_experiment *experiment = NULL;
    const saltus_status status =
        saltus_sonata_load_mapped(path_of("config.json"), &experiment, map, notes, &error);
    ck_assert_msg(status == SALTUS_OK, "%s:%u: %s", error.file, error.line, error.message);
    return experiment;
}

static saltus_network *build(const saltus_experiment *experiment)
{
    saltus_error error = {0};
    saltus_network *network = NULL;
    ck_assert_msg(saltus_network_build(experiment, NULL, &network, &error) == SALTUS_OK, "%s",
                  error.message);
    return network;
}

START_TEST(test_populations_have_the_published_sizes)
{
    if (!copy_circuit()) {
        return;
    }
    saltus_sonata_map *map = NULL;
    char *notes = NULL;
    saltus_experiment *e = load(&map, &notes);
    static const struct {
        const char *name;
        uint32_t size;
        bool recorded;
    } expected[] = {
        {"v1_LIF_exc", 240, true}, {"v1_LIF_inh", 60, true}, {"lgn", 90, false}, {"tw", 30, false}};
    ck_assert_uint_eq(saltus_experiment_population_count(e), 4);
    for (uint32_t i = 0; i < 4; i++) {
        ck_assert_str_eq(saltus_experiment_population_name(e, i), expected[i].name);
        ck_assert_uint_eq(saltus_experiment_population_size(e, i), expected[i].size);
        ck_assert_int_eq(saltus_experiment_records_spikes(e, i), expected[i].recorded);
    }
    ck_assert_double_eq(saltus_experiment_duration_ms(e), 3000.0);
    const char *name = NULL;
    uint64_t node = 0;
    ck_assert_int_eq(saltus_sonata_map_lookup(map, 1, 0, &name, &node), SALTUS_OK);
    ck_assert_str_eq(name, "v1");
    ck_assert_uint_eq(node, 240);
    ck_assert_int_eq(saltus_sonata_map_lookup(map, 1, 60, &name, &node), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_sonata_map_lookup(map, 4, 0, &name, &node), SALTUS_E_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(notes, "run.dt"));
    ck_assert_ptr_nonnull(strstr(notes, "v_init"));
    free(notes);
    saltus_sonata_map_destroy(map);
    saltus_experiment_destroy(e);
    remove_circuit();
}
END_TEST

/* Sum of the synapses of all projections that start with `source`. */
static uint64_t count_from(const saltus_network *network, const char *source)
{
    uint64_t sum = 0;
    for (uint32_t p = 0; p < saltus_network_projection_count(network); p++) {
        if (strncmp(saltus_network_projection_name(network, p), source, strlen(source)) == 0) {
            sum += saltus_network_projection_synapses(network, p);
        }
    }
    return sum;
}

/* The synapses of one source neuron onto one population, summed. */
static void sum_weights(const saltus_network *network, const char *projection, uint32_t source,
                        size_t *count, double *sum_mV)
{
    saltus_synapse synapses[400];
    for (uint32_t p = 0; p < saltus_network_projection_count(network); p++) {
        if (strcmp(saltus_network_projection_name(network, p), projection) != 0) {
            continue;
        }
        *count = saltus_network_read_synapses(network, p, source, synapses, 400);
        ck_assert_uint_le(*count, 400);
        *sum_mV = 0.0;
        for (size_t i = 0; i < *count; i++) {
            ck_assert_double_eq(synapses[i].delay_ms, 2.0);
            *sum_mV += synapses[i].weight_mV;
        }
        return;
    }
    ck_abort_msg("there is no projection %s", projection);
}

START_TEST(test_edges_have_the_published_numbers_weights_and_delays)
{
    if (!copy_circuit()) {
        return;
    }
    saltus_sonata_map *map = NULL;
    saltus_experiment *e = load(&map, NULL);
    saltus_network *network = build(e);
    ck_assert_uint_eq(count_from(network, "v1_"), 61560);
    ck_assert_uint_eq(count_from(network, "lgn"), 17160);
    ck_assert_uint_eq(count_from(network, "tw"), 9000);
    /* From h5dump of the files: sums of nsyns over the edges of one source, times syn_weight. */
    size_t count = 0;
    double sum_mV = 0.0;
    sum_weights(network, "v1_LIF_exc->v1_LIF_exc", 7, &count, &sum_mV);
    ck_assert_uint_eq(count, 169);
    ck_assert_double_eq_tol(sum_mV, 1690 * 0.002, 1e-12);
    sum_weights(network, "v1_LIF_inh->v1_LIF_exc", 0, &count, &sum_mV);
    ck_assert_uint_eq(count, 161);
    ck_assert_double_eq_tol(sum_mV, 1610 * -0.15, 1e-9);
    sum_weights(network, "lgn->v1_LIF_inh", 89, &count, &sum_mV);
    ck_assert_uint_eq(count, 8);
    ck_assert_double_eq_tol(sum_mV, 80 * 0.0015, 1e-12);
    saltus_network_destroy(network);
    saltus_experiment_destroy(e);
    saltus_sonata_map_destroy(map);
    remove_circuit();
}
END_TEST

/* Run the experiment, writing spikes.h5 into `folder`/run; returns its counts. */
static saltus_counts run(const saltus_experiment *e, const saltus_sonata_map *map)
{
    saltus_error error = {0};
    saltus_network *network = build(e);
    saltus_simulation *simulation = NULL;
    saltus_result *result = NULL;
    saltus_sonata_spikes *writer = NULL;
    char directory[128];
    snprintf(directory, sizeof directory, "%s/run", folder);
    ck_assert_int_eq(saltus_simulation_create(network, NULL, &simulation, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_result_create(directory, &result, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_sonata_spikes_create_mapped(result, simulation, map, &writer, &error),
                     SALTUS_OK);
    ck_assert_int_eq(
        saltus_simulation_run_until(simulation, saltus_experiment_duration_ms(e), &error),
        SALTUS_OK);
    ck_assert_int_eq(saltus_sonata_spikes_close(writer, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_result_commit(result, &error), SALTUS_OK);
    const saltus_counts counts = saltus_simulation_counts(simulation);
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
    return counts;
}

START_TEST(test_every_published_spike_is_reproduced)
{
    if (!copy_circuit()) {
        return;
    }
    saltus_sonata_map *map = NULL;
    saltus_experiment *e = load(&map, NULL);
    const saltus_counts counts = run(e, map);
    ck_assert_uint_eq(counts.spikes, 4322);
    ck_assert_uint_eq(counts.synaptic_events, 1485758);

    saltus_error error = {0};
    double *times_ms = NULL;
    double *expected_ms = NULL;
    uint32_t *nodes = NULL;
    uint32_t *expected = NULL;
    size_t count = 0;
    size_t expected_count = 0;
    char path[128];
    snprintf(path, sizeof path, "%s/run/spikes.h5", folder);
    ck_assert_int_eq(saltus_sonata_read_spikes(path, "v1", &times_ms, &nodes, &count, &error),
                     SALTUS_OK);
    ck_assert_int_eq(saltus_sonata_read_spikes(path_of("output/spikes.h5"), "v1", &expected_ms,
                                               &expected, &expected_count, &error),
                     SALTUS_OK);
    ck_assert_uint_eq(count, 4322);
    ck_assert_uint_eq(expected_count, 4322);
    for (size_t i = 0; i < count; i++) {
        ck_assert_uint_eq(nodes[i], expected[i]);
        ck_assert_double_eq_tol(times_ms[i], expected_ms[i], 1e-9);
    }
    free(times_ms);
    free(nodes);
    free(expected_ms);
    free(expected);
    saltus_experiment_destroy(e);
    saltus_sonata_map_destroy(map);
    remove_circuit();
}
END_TEST

int main(void)
{
    const TTest *tests[] = {test_populations_have_the_published_sizes,
                            test_edges_have_the_published_numbers_weights_and_delays,
                            test_every_published_spike_is_reproduced};
    return SUITE_RUN("sonata_intfire", tests);
}
