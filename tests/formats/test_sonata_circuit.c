/* test_sonata_circuit - a small circuit becomes the populations, projections and inputs that its
 * files describe, in the terms of docs/sonata.md. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sonata_fixture.h"
#include "suite.h"

static saltus_error error;

static saltus_network *build(const saltus_experiment *experiment)
{
    saltus_network *network = NULL;
    ck_assert_msg(saltus_network_build(experiment, NULL, &network, &error) == SALTUS_OK, "%s",
                  error.message);
    return network;
}

/* The only synapse of source neuron `source` in the projection of this name. */
static saltus_synapse only_synapse(const saltus_network *network, const char *name, uint32_t source)
{
    saltus_synapse synapse = {0};
    for (uint32_t p = 0; p < saltus_network_projection_count(network); p++) {
        if (strcmp(saltus_network_projection_name(network, p), name) == 0) {
            ck_assert_uint_eq(saltus_network_read_synapses(network, p, source, &synapse, 1), 1);
            return synapse;
        }
    }
    ck_abort_msg("there is no projection %s", name);
    return synapse;
}

static void assert_synapse(saltus_synapse synapse, uint32_t target, double weight_mV,
                           double delay_ms)
{
    ck_assert_uint_eq(synapse.target, target);
    ck_assert_double_eq(synapse.weight_mV, weight_mV);
    ck_assert_double_eq(synapse.delay_ms, delay_ms);
}

START_TEST(test_node_types_that_alternate_become_populations_of_their_own)
{
    fixture_setup();
    saltus_experiment *e = NULL;
    saltus_sonata_map *map = NULL;
    ck_assert_int_eq(
        saltus_sonata_load_mapped(fixture_path("simulation_config.json"), &e, &map, NULL, &error),
        SALTUS_OK);
    ck_assert_uint_eq(saltus_experiment_population_count(e), 3);
    ck_assert_str_eq(saltus_experiment_population_name(e, 0), "cortex_slow");
    ck_assert_str_eq(saltus_experiment_population_name(e, 1), "cortex_fast_one");
    ck_assert_str_eq(saltus_experiment_population_name(e, 2), "input");
    static const uint64_t expected[3][3] = {{0, 2, 4}, {1, 3}, {0, 1}};
    static const uint32_t sizes[] = {3, 2, 2};
    for (uint32_t p = 0; p < 3; p++) {
        ck_assert_uint_eq(saltus_experiment_population_size(e, p), sizes[p]);
        ck_assert_int_eq(saltus_experiment_records_spikes(e, p), p < 2);
        for (uint32_t i = 0; i < sizes[p]; i++) {
            const char *name = NULL;
            uint64_t node = 99;
            ck_assert_int_eq(saltus_sonata_map_lookup(map, p, i, &name, &node), SALTUS_OK);
            ck_assert_str_eq(name, p < 2 ? "cortex" : "input");
            ck_assert_uint_eq(node, expected[p][i]);
        }
    }
    saltus_sonata_map_destroy(map);
    saltus_experiment_destroy(e);
    fixture_teardown();
}
END_TEST

START_TEST(test_weights_and_delays_come_from_the_edge_then_its_type)
{
    fixture_setup();
    saltus_experiment *e = fixture_load();
    saltus_network *network = build(e);
    /* By type; type 2 gives no delay. */
    assert_synapse(only_synapse(network, "input->cortex_fast_one", 0), 0, 2.5, 1.25);
    saltus_synapse two[2];
    uint32_t p = 0;
    while (strcmp(saltus_network_projection_name(network, p), "input->cortex_slow") != 0) {
        p++;
    }
    ck_assert_uint_eq(saltus_network_read_synapses(network, p, 1, two, 2), 2);
    assert_synapse(two[0], 0, 20.0, 1.0);
    assert_synapse(two[1], 2, 20.0, 1.0);
    /* By edge, through edge_group_index: edge i has element 5 - i; the type's sign is -1. */
    assert_synapse(only_synapse(network, "cortex_slow->cortex_fast_one", 0), 0, -33.0, 6.0);
    assert_synapse(only_synapse(network, "cortex_slow->cortex_fast_one", 1), 1, -14.0, 4.0);
    assert_synapse(only_synapse(network, "cortex_fast_one->cortex_fast_one", 1), 1, -7.5, 3.0);
    assert_synapse(only_synapse(network, "cortex_slow->cortex_slow", 2), 1, -3.0, 2.0);
    saltus_network_destroy(network);
    saltus_experiment_destroy(e);
    fixture_teardown();
}
END_TEST

START_TEST(test_neurons_have_the_parameters_of_their_model)
{
    fixture_setup();
    saltus_experiment *e = fixture_load();
    saltus_network *network = build(e);
    saltus_simulation *simulation = NULL;
    ck_assert_int_eq(saltus_simulation_create(network, NULL, &simulation, &error), SALTUS_OK);
    ck_assert_double_eq(saltus_simulation_potential_mV(simulation, 0, 0), -70.0);
    ck_assert_double_eq(saltus_simulation_potential_mV(simulation, 1, 0), 0.0);
    /* Input 1 spikes at 10 and 99 ms; at 11 ms its 20 mV bring nodes 0 and 4 from -70 mV to their
     * threshold at -50 mV, where they fire. Input 0 brings 2.5 > 1 to node 1 at 11.25 ms; what it
     * brings at 31.25 ms does not outweigh the -33 that node 0 sent to arrive at 17 ms. */
    ck_assert_int_eq(saltus_simulation_run_until(simulation, 100.0, &error), SALTUS_OK);
    ck_assert_uint_eq(saltus_simulation_population_spikes(simulation, 0), 2);
    ck_assert_uint_eq(saltus_simulation_population_spikes(simulation, 1), 1);
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
    saltus_experiment_destroy(e);
    fixture_teardown();
}
END_TEST

/* Spikes of the neuron of fire.json when node 1 gets `weight` once. */
static uint64_t spikes_for_weight(const char *weight)
{
    char types[512];
    snprintf(types, sizeof types, "edge_type_id syn_weight delay\n1 %s 1\n2 0.0 1\n3 0 1\n",
             weight);
    fixture_text("net/edge_types.csv", types);
    saltus_experiment *e = fixture_load();
    saltus_network *network = build(e);
    saltus_simulation *simulation = NULL;
    ck_assert_int_eq(saltus_simulation_create(network, NULL, &simulation, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_run_until(simulation, 20.0, &error), SALTUS_OK);
    const uint64_t spikes = saltus_simulation_population_spikes(simulation, 1);
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
    saltus_experiment_destroy(e);
    return spikes;
}

START_TEST(test_intfire1_fires_above_one_and_not_at_one)
{
    fixture_setup();
    ck_assert_uint_eq(spikes_for_weight("1.0"), 0);
    ck_assert_uint_eq(spikes_for_weight("0.1"), 0);
    ck_assert_uint_eq(spikes_for_weight("1.00000000000003"), 1);
    fixture_teardown();
}
END_TEST

START_TEST(test_node_ids_need_neither_order_nor_start_at_zero)
{
    fixture_setup();
    hid_t file = fixture_open("net/nodes.h5");
    fixture_unsigned(file, "/nodes/cortex/node_id", (const uint64_t[]){40, 10, 30, 20, 50}, 5);
    H5Fclose(file);
    file = fixture_open("net/edges.h5");
    fixture_unsigned(file, "/edges/input_to_cortex/target_node_id", (const uint64_t[]){10, 40, 50},
                     3);
    fixture_attribute(file, "/edges/input_to_cortex/target_node_id", "node_population", "cortex");
    H5Ldelete(file, "/edges/cortex_to_cortex", H5P_DEFAULT);
    H5Fclose(file);
    saltus_experiment *e = NULL;
    saltus_sonata_map *map = NULL;
    ck_assert_int_eq(
        saltus_sonata_load_mapped(fixture_path("simulation_config.json"), &e, &map, NULL, &error),
        SALTUS_OK);
    /* In order of id: 10, 20 are of type 20 (made first), 30, 40, 50 of type 10. */
    static const uint64_t expected[2][3] = {{10, 20}, {30, 40, 50}};
    for (uint32_t p = 0; p < 2; p++) {
        for (uint32_t i = 0; i < 2 + p; i++) {
            uint64_t node = 0;
            ck_assert_int_eq(saltus_sonata_map_lookup(map, p, i, NULL, &node), SALTUS_OK);
            ck_assert_uint_eq(node, expected[p][i]);
        }
    }
    saltus_network *network = build(e);
    assert_synapse(only_synapse(network, "input->cortex_fast_one", 0), 0, 2.5, 1.25);
    saltus_network_destroy(network);
    saltus_sonata_map_destroy(map);
    saltus_experiment_destroy(e);
    fixture_teardown();
}
END_TEST

/* The notes of a load that must succeed, with all these words in them. */
static void assert_noted(const char *words)
{
    saltus_experiment *e = NULL;
    char *notes = NULL;
    const saltus_status status =
        saltus_sonata_load(fixture_path("simulation_config.json"), &e, &notes, &error);
    ck_assert_msg(status == SALTUS_OK, "%s: %s", error.file, error.message);
    ck_assert_msg(notes != NULL && strstr(notes, words) != NULL, "%s", notes);
    free(notes);
    saltus_experiment_destroy(e);
    fixture_no_handles();
}

static void write_simulation(const char *run, const char *inputs, const char *more)
{
    char text[2048];
    snprintf(text, sizeof text,
             "{\"network\": \"circuit_config.json\", \"run\": %s, \"node_sets_file\":\n"
             "\"node_sets.json\", \"inputs\": %s%s}\n",
             run, inputs, more);
    fixture_text("simulation_config.json", text);
}

#define SPIKES "{\"d\": {\"input_type\": \"spikes\", \"input_file\": \"net/spikes.h5\", "

START_TEST(test_what_is_passed_over_is_noted)
{
    fixture_setup();
    assert_noted("edge population input_to_cortex gives no delay; 1 ms is used");
    write_simulation("{\"tstop\": 10, \"dt\": 0.1}", "{}",
                     ", \"conditions\": {\"v_init\": -80}, \"reports\": {\"m\": {}}");
    assert_noted("run.dt is not used");
    assert_noted("conditions");
    assert_noted("reports");
    assert_noted("virtual population input is given no spikes");
    write_simulation("{\"tstop\": 10}", SPIKES "\"node_set\": \"INPUT\"}}", "");
    assert_noted("node_set INPUT is taken as population input");
    write_simulation("{\"tstop\": 10}", SPIKES "\"enabled\": false, \"node_set\": \"?\"}}", "");
    assert_noted("inputs.d is not enabled");
    fixture_circuit(NULL, NULL,
                    "[{\"edges_file\": \"no.h5\", \"edge_types_file\": \"no.csv\","
                    " \"enabled\": false}]");
    assert_noted("is not enabled");
    fixture_teardown();
}
END_TEST

START_TEST(test_an_input_names_a_population_or_a_node_set)
{
    fixture_setup();
    static const char *const sets[] = {"\"input\"", "\"all_inputs\"",
                                       "{\"population\": \"input\"}"};
    for (int i = 0; i < 3; i++) {
        char inputs[256];
        snprintf(inputs, sizeof inputs, SPIKES "\"node_set\": %s}}", sets[i]);
        write_simulation("{\"tstop\": 10}", inputs, "");
        saltus_experiment_destroy(fixture_load());
    }
    write_simulation("{\"tstop\": 10}", SPIKES "\"node_set\": \"nobody\"}}", "");
    fixture_fails(SALTUS_E_EXPERIMENT, "simulation_config", "node_set nobody is neither");
    write_simulation("{\"tstop\": 10}", SPIKES "\"node_set\": {\"ei\": \"e\"}}}", "");
    fixture_fails(SALTUS_E_UNSUPPORTED, "simulation_config", "other ways of choosing nodes");
    write_simulation("{\"tstop\": 10}", SPIKES "\"node_set\": \"cortex\"}}", "");
    fixture_fails(SALTUS_E_UNSUPPORTED, "simulation_config", "no virtual nodes");
    write_simulation("{\"tstop\": 10}", SPIKES "\"module\": \"nwb\", \"node_set\": \"input\"}}",
                     "");
    fixture_fails(SALTUS_E_UNSUPPORTED, "simulation_config", "module is nwb");
    write_simulation("{\"tstop\": 10}", "{\"c\": {\"input_type\": \"current_clamp\"}}", "");
    fixture_fails(SALTUS_E_UNSUPPORTED, "simulation_config", "input_type is current_clamp");
    fixture_teardown();
}
END_TEST

START_TEST(test_csv_spikes_drive_virtual_nodes)
{
    fixture_setup();
    fixture_text("net/spikes.csv", "timestamps population node_ids\n5.0 input 1\n6.0 other 7\n");
    write_simulation("{\"tstop\": 10}",
                     "{\"d\": {\"input_type\": \"spikes\", \"module\": \"csv\","
                     " \"input_file\": \"net/spikes.csv\", \"node_set\": \"input\"}}",
                     "");
    saltus_experiment *e = fixture_load();
    saltus_network *network = build(e);
    saltus_simulation *simulation = NULL;
    ck_assert_int_eq(saltus_simulation_create(network, NULL, &simulation, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_run_until(simulation, 10.0, &error), SALTUS_OK);
    ck_assert_uint_eq(saltus_simulation_population_spikes(simulation, 2), 1);
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
    saltus_experiment_destroy(e);
    fixture_teardown();
}
END_TEST

START_TEST(test_all_may_stand_in_one_file)
{
    fixture_setup();
    fixture_text("simulation_config.json",
                 "{\"manifest\": {\"$NET\": \"./net\"}, \"run\": {\"tstop\": 5},\n"
                 "\"components\": {\"point_neuron_models_dir\": \"components/neurons\",\n"
                 " \"synaptic_models_dir\": \"components/synapses\"},\n"
                 "\"networks\": {\"nodes\": [{\"nodes_file\": \"$NET/nodes.h5\",\n"
                 " \"node_types_file\": \"$NET/node_types.csv\"}]}}");
    saltus_experiment *e = fixture_load();
    ck_assert_uint_eq(saltus_experiment_population_count(e), 2);
    ck_assert_double_eq(saltus_experiment_duration_ms(e), 5.0);
    saltus_experiment_destroy(e);
    fixture_teardown();
}
END_TEST

int main(void)
{
    const TTest *tests[] = {test_node_types_that_alternate_become_populations_of_their_own,
                            test_weights_and_delays_come_from_the_edge_then_its_type,
                            test_neurons_have_the_parameters_of_their_model,
                            test_intfire1_fires_above_one_and_not_at_one,
                            test_node_ids_need_neither_order_nor_start_at_zero,
                            test_what_is_passed_over_is_noted,
                            test_an_input_names_a_population_or_a_node_set,
                            test_csv_spikes_drive_virtual_nodes,
                            test_all_may_stand_in_one_file};
    return SUITE_RUN("sonata_circuit", tests);
}
