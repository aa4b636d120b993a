/* test_sonata_refusals - what is wrong or not supported in a circuit is told with its file and
 * place, and damaged files end in an error. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sonata_fixture.h"
#include "suite.h"

START_TEST(test_configurations_that_are_wrong_are_told)
{
    fixture_setup();
    static const struct {
        const char *text;
        saltus_status status;
        const char *words;
    } cases[] = {
        {"{\"run\": {\"tstop\": 1}}", SALTUS_E_EXPERIMENT, "names no circuit"},
        {"{\"network\": null}", SALTUS_E_EXPERIMENT, "network must be the path"},
        {"{\"network\": 7}", SALTUS_E_EXPERIMENT, "network must be the path"},
        {"{\"network\": \"none.json\"}", SALTUS_E_FILE, "cannot be opened"},
        {"[1, 2]", SALTUS_E_FILE, "must be an object"},
        {"{\"network\": \"circuit_config.json\",\n\"run\": }", SALTUS_E_FILE, "not JSON"},
        {"", SALTUS_E_FILE, "not JSON"},
        {"{\"network\": \"circuit_config.json\"}", SALTUS_E_EXPERIMENT, "run.tstop is missing"},
        {"{\"network\": \"circuit_config.json\", \"run\": {\"tstop\": \"1 s\"}}",
         SALTUS_E_EXPERIMENT, "run.tstop must be a number"},
        {"{\"network\": \"circuit_config.json\", \"run\": {\"tstop\": -1}}", SALTUS_E_EXPERIMENT,
         "run.tstop"},
        {"{\"network\": \"circuit_config.json\", \"run\": {\"tstop\": 9, \"tstart\": 1}}",
         SALTUS_E_UNSUPPORTED, "only 0 is supported"},
        {"{\"network\": \"$A\", \"manifest\": {\"$A\": \"$B\", \"$B\": \"$A\"}}",
         SALTUS_E_EXPERIMENT, "circle"},
        {"{\"network\": \"$A\", \"manifest\": {\"$A\": \"$A$A$A$A$A$A$A$A\"}}", SALTUS_E_EXPERIMENT,
         "longer than"},
        {"{\"network\": \"$NOWHERE/a.json\"}", SALTUS_E_EXPERIMENT, "no value to $NOWHERE"},
        {"{\"network\": \"circuit_config.json\", \"manifest\": 1}", SALTUS_E_EXPERIMENT,
         "manifest must be an object"},
        {"{\"network\": \"circuit_config.json\", \"inputs\": []}", SALTUS_E_EXPERIMENT,
         "inputs must be an object"},
        {"{\"network\": {\"networks\": {\"nodes\": []}}}", SALTUS_E_EXPERIMENT,
         "networks.nodes must be a list"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fixture_text("simulation_config.json", cases[i].text);
        fixture_fails(cases[i].status, NULL, cases[i].words);
    }
    fixture_teardown();
}
END_TEST

START_TEST(test_circuits_that_are_incomplete_are_told)
{
    fixture_setup();
    fixture_circuit(NULL, "[{\"nodes_file\": \"$NET/nodes.h5\"}]", NULL);
    fixture_fails(SALTUS_E_EXPERIMENT, "circuit_config", "needs both nodes_file and");
    fixture_circuit(NULL, NULL, "[{\"edges_file\": \"$NET/edges.h5\"}]");
    fixture_fails(SALTUS_E_EXPERIMENT, "circuit_config", "needs both edges_file and");
    fixture_circuit("{}", NULL, NULL);
    fixture_fails(SALTUS_E_EXPERIMENT, "circuit_config", "components.point_neuron_models_dir");
    fixture_circuit(NULL,
                    "[{\"nodes_file\": \"$NET/nodes.h5\", \"node_types_file\":"
                    " \"$NET/node_types.csv\"}, {\"nodes_file\": \"$NET/nodes.h5\","
                    " \"node_types_file\": \"$NET/node_types.csv\"}]",
                    NULL);
    fixture_fails(SALTUS_E_EXPERIMENT, "nodes.h5", "names must differ");
    fixture_circuit(NULL,
                    "[{\"nodes_file\": \"$NET/nodes.h5\", \"node_types_file\":"
                    " \"$NET/node_types.csv\"}]",
                    NULL);
    fixture_fails(SALTUS_E_EXPERIMENT, "simulation_config", "node_set input is neither");
    fixture_text("simulation_config.json",
                 "{\"network\": \"circuit_config.json\", \"run\": {\"tstop\": 1}}");
    fixture_fails(SALTUS_E_EXPERIMENT, "edges.h5", "is of node population input, which");
    fixture_teardown();
}
END_TEST

START_TEST(test_models_that_are_not_supported_are_told_by_name)
{
    fixture_setup();
    static const struct {
        const char *types;
        saltus_status status;
        uint32_t line;
        const char *words;
    } cases[] = {
        {"node_type_id model_type model_template\n10 biophysical x\n20 virtual x\n",
         SALTUS_E_UNSUPPORTED, 2, "model_type biophysical"},
        {"node_type_id model_template\n10 x\n", SALTUS_E_EXPERIMENT, 2, "has no model_type"},
        {"node_type_id model_type model_template\n\n20 virtual NULL\n10 point_neuron "
         "nest:iaf_psc_exp\n",
         SALTUS_E_UNSUPPORTED, 4, "nest:iaf_psc_exp; supported are nrn:IntFire1 and"},
        {"node_type_id model_type\n10 point_neuron\n", SALTUS_E_UNSUPPORTED, 2, "NULL; supported"},
        {"node_type_id model_type\n10 virtual\n", SALTUS_E_EXPERIMENT, 0,
         "node 1 of /nodes/cortex has node_type_id 20"},
        {"node_type_id model_type\n10 virtual\n10 virtual\n", SALTUS_E_FILE, 3, "stands in two"},
        {"node_type_id model_type\n10\n", SALTUS_E_FILE, 2, "1 fields found"},
        {"node_type_id model_type\n10 \"virtual\n", SALTUS_E_FILE, 2, "quote"},
        {"node_type_id model_type\nten virtual\n", SALTUS_E_FILE, 2, "holds \"ten\""},
        {"model_type\nvirtual\n", SALTUS_E_FILE, 2, "node_type_id"},
        {"", SALTUS_E_EXPERIMENT, 0, "has node_type_id 10"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        saltus_error error = {0};
        saltus_experiment *e = NULL;
        fixture_text("net/node_types.csv", cases[i].types);
        fixture_fails(cases[i].status, NULL, cases[i].words);
        saltus_sonata_load(fixture_path("simulation_config.json"), &e, NULL, &error);
        ck_assert_uint_eq(error.line, cases[i].line);
    }
    fixture_teardown();
}
END_TEST

START_TEST(test_parameters_that_are_wrong_are_told)
{
    fixture_setup();
    fixture_text("components/neurons/delta.json", "{\"tau_m\": \"ten\"}");
    fixture_fails(SALTUS_E_EXPERIMENT, "delta.json", "tau_m must be a number");
    fixture_text("components/neurons/delta.json", "{\"tau_m\": -1}");
    fixture_fails(SALTUS_E_EXPERIMENT, "nodes.h5", "tau_m");
    fixture_text("components/neurons/delta.json", "{\"V_th\": -75}");
    fixture_fails(SALTUS_E_EXPERIMENT, "nodes.h5", "v_reset");
    fixture_text("components/neurons/delta.json", "{\"V_min\": -80}");
    fixture_fails(SALTUS_E_UNSUPPORTED, "delta.json", "V_min");
    fixture_text("components/neurons/delta.json", "{\"refractory_input\": true}");
    fixture_fails(SALTUS_E_UNSUPPORTED, "delta.json", "refractory_input");
    fixture_text("components/neurons/delta.json", "{");
    fixture_fails(SALTUS_E_FILE, "delta.json", "not JSON");
    ck_assert_int_eq(unlink(fixture_path("components/neurons/delta.json")), 0);
    fixture_fails(SALTUS_E_FILE, "delta.json", "cannot be opened");
    fixture_teardown();
}
END_TEST

START_TEST(test_edge_types_that_are_wrong_are_told)
{
    fixture_setup();
    static const struct {
        const char *types;
        saltus_status status;
        const char *words;
    } cases[] = {
        {"edge_type_id syn_weight delay\n1 1 0.0\n2 1 1\n3 1 1\n", SALTUS_E_EXPERIMENT,
         "delay is 0 ms"},
        {"edge_type_id syn_weight delay\n1 1 -1\n", SALTUS_E_EXPERIMENT, "delay is -1 ms"},
        {"edge_type_id syn_weight delay\n1 1 soon\n", SALTUS_E_FILE, "\"soon\""},
        {"edge_type_id syn_weight\n1 inf\n", SALTUS_E_EXPERIMENT, "must be finite"},
        {"edge_type_id syn_weight\n1 NULL\n2 1\n3 1\n", SALTUS_E_EXPERIMENT, "has no syn_weight"},
        {"edge_type_id syn_weight\n1 1\n3 1\n", SALTUS_E_EXPERIMENT,
         "edge_type_id[2] is 2, which is not in"},
        {"edge_type_id syn_weight weight_function\n1 1 gaussianLL\n", SALTUS_E_UNSUPPORTED,
         "weight_function is gaussianLL"},
        {"edge_type_id syn_weight model_template\n1 1 stdp_synapse\n", SALTUS_E_UNSUPPORTED,
         "model_template is stdp_synapse"},
        {"edge_type_id syn_weight dynamics_params\n1 1 none.json\n", SALTUS_E_FILE,
         "cannot be opened"},
        {"edge_type_id syn_weight dynamics_params\n1 1 two.json\n", SALTUS_E_EXPERIMENT,
         "sign is 2"},
    };
    fixture_text("components/synapses/two.json", "{\"sign\": 2}");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fixture_text("net/edge_types.csv", cases[i].types);
        fixture_fails(cases[i].status, NULL, cases[i].words);
    }
    fixture_teardown();
}
END_TEST

START_TEST(test_edges_that_are_wrong_are_told_with_their_dataset)
{
    static const char base[] = "/edges/cortex_to_cortex";
    static const struct {
        const char *dataset;
        int64_t values[6];
        size_t count;
        saltus_status status;
        const char *words;
    } cases[] = {
        {"source_node_id",
         {0, 1, 5, 0, 0, 0},
         6,
         SALTUS_E_EXPERIMENT,
         "source_node_id[2] is 5; population cortex has no such node"},
        {"target_node_id", {0, -1, 0, 0, 0, 0}, 6, SALTUS_E_FILE, "target_node_id[1] is -1"},
        {"target_node_id", {0, 1, 0}, 3, SALTUS_E_FILE, "has 3 elements; 6 are needed"},
        {"edge_group_id",
         {0, 0, 0, 1, 1, 1},
         6,
         SALTUS_E_UNSUPPORTED,
         "several edge groups (0 and 1)"},
        {"edge_group_index",
         {0, 0, 0, 0, 0, 6},
         6,
         SALTUS_E_FILE,
         "edge_group_index[5] is 6; the group has 6"},
        {"0/delay", {1, 1, 1, 0, 1, 1}, 6, SALTUS_E_EXPERIMENT, "delay 3 of"},
        {"0/delay", {1, 1}, 2, SALTUS_E_FILE, "has 2 elements; 6 are needed"},
        {"0/dynamics_params/U", {1}, 1, SALTUS_E_UNSUPPORTED, "gives each edge its own"},
        {"0/weight_function", {1}, 1, SALTUS_E_UNSUPPORTED, "gives each edge its own"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[128];
        fixture_setup();
        snprintf(path, sizeof path, "%s/%s", base, cases[i].dataset);
        const hid_t file = fixture_open("net/edges.h5");
        fixture_integers(file, path, cases[i].values, cases[i].count);
        if (strstr(path, "node_id") != NULL) {
            fixture_attribute(file, path, "node_population", "cortex");
        }
        H5Fclose(file);
        fixture_fails(cases[i].status, "edges.h5", cases[i].words);
        fixture_teardown();
    }
}
END_TEST

START_TEST(test_missing_datasets_and_populations_are_told)
{
    static const struct {
        const char *file, *object, *words;
    } cases[] = {
        {"net/edges.h5", "/edges/cortex_to_cortex/source_node_id", "has no dataset"},
        {"net/edges.h5", "/edges/cortex_to_cortex/target_node_id", "has no dataset"},
        {"net/edges.h5", "/edges/cortex_to_cortex/edge_type_id", "has no dataset"},
        {"net/edges.h5", "/edges", "has no group /edges"},
        {"net/nodes.h5", "/nodes/cortex/node_type_id", "has no dataset"},
        {"net/nodes.h5", "/nodes/cortex", "holds no node population"},
        {"net/nodes.h5", "/nodes", "has no group /nodes"},
        {"net/spikes.h5", "/spikes/input/node_ids", "has no dataset"},
        {"net/spikes.h5", "/spikes/input", "none named input"},
        {"net/spikes.h5", "/spikes", "has no group /spikes"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fixture_setup();
        fixture_remove(cases[i].file, cases[i].object);
        fixture_fails(SALTUS_E_FILE, cases[i].file, cases[i].words);
        fixture_teardown();
    }
    fixture_setup();
    fixture_remove("net/edges.h5", "/edges/cortex_to_cortex/edge_group_index");
    fixture_remove("net/edges.h5", "/edges/cortex_to_cortex/0/nsyns");
    /* Without an index edge i has element i. */
    saltus_experiment_destroy(fixture_load());
    const hid_t file = fixture_open("net/edges.h5");
    H5Adelete_by_name(file, "/edges/cortex_to_cortex/source_node_id", "node_population",
                      H5P_DEFAULT);
    H5Fclose(file);
    fixture_fails(SALTUS_E_FILE, "edges.h5", "has no attribute node_population");
    fixture_teardown();
}
END_TEST

START_TEST(test_nodes_and_spikes_that_are_wrong_are_told)
{
    fixture_setup();
    hid_t file = fixture_open("net/nodes.h5");
    fixture_integers(file, "/nodes/cortex/node_id", (const int64_t[]){0, 1, 2, 1, 4}, 5);
    H5Fclose(file);
    fixture_fails(SALTUS_E_FILE, "nodes.h5", "node_id holds 1 twice");
    fixture_remove("net/nodes.h5", "/nodes/cortex/node_id");
    file = fixture_open("net/nodes.h5");
    fixture_doubles(file, "/nodes/cortex/0/dynamics_params/tau_m", (const double[]){1.0}, 1);
    H5Fclose(file);
    fixture_fails(SALTUS_E_UNSUPPORTED, "nodes.h5", "gives each node its own parameters");
    fixture_remove("net/nodes.h5", "/nodes/cortex/0/dynamics_params/tau_m");
    saltus_experiment_destroy(fixture_load());
    file = fixture_open("net/spikes.h5");
    fixture_integers(file, "/spikes/input/node_ids", (const int64_t[]){0, 1, 2, 1}, 4);
    H5Fclose(file);
    fixture_fails(SALTUS_E_EXPERIMENT, "spikes.h5", "a spike of node 2, which is not a node");
    file = fixture_open("net/spikes.h5");
    fixture_integers(file, "/spikes/input/node_ids", (const int64_t[]){0, 1, 0, 1}, 4);
    fixture_doubles(file, "/spikes/input/timestamps", (const double[]){-1.0, 1.0, 2.0, 3.0}, 4);
    H5Fclose(file);
    fixture_fails(SALTUS_E_EXPERIMENT, "spikes.h5", "a spike at -1 ms");
    fixture_teardown();
}
END_TEST

START_TEST(test_edges_onto_virtual_nodes_are_refused)
{
    fixture_setup();
    const hid_t file = fixture_open("net/edges.h5");
    fixture_attribute(file, "/edges/input_to_cortex/target_node_id", "node_population", "input");
    fixture_integers(file, "/edges/input_to_cortex/target_node_id", (const int64_t[]){0, 1, 1}, 3);
    fixture_attribute(file, "/edges/input_to_cortex/target_node_id", "node_population", "input");
    H5Fclose(file);
    fixture_fails(SALTUS_E_EXPERIMENT, "edges.h5", "virtual nodes receive nothing");
    fixture_teardown();
}
END_TEST

/* ---- Damage ------------------------------------------------------------------------ */

/* Load, whatever comes of it; nothing may be left open. */
static saltus_status load_anyhow(void)
{
    saltus_error error = {0};
    saltus_experiment *e = NULL;
    const saltus_status status =
        saltus_sonata_load(fixture_path("simulation_config.json"), &e, NULL, &error);
    ck_assert(status == SALTUS_OK ? e != NULL : e == NULL);
    ck_assert(status == SALTUS_OK || error.message[0] != '\0');
    saltus_experiment_destroy(e);
    fixture_no_handles();
    return status;
}

static const char *const files[] = {"net/nodes.h5",
                                    "net/edges.h5",
                                    "net/spikes.h5",
                                    "net/node_types.csv",
                                    "net/edge_types.csv",
                                    "circuit_config.json",
                                    "components/neurons/fire.json"};

static char *read_file(const char *name, size_t *length)
{
    struct stat status;
    ck_assert_int_eq(stat(fixture_path(name), &status), 0);
    *length = (size_t)status.st_size;
    char *bytes = malloc(*length + 1);
    ck_assert_ptr_nonnull(bytes);
    FILE *file = fopen(fixture_path(name), "rb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fread(bytes, 1, *length, file), *length);
    fclose(file);
    return bytes;
}

static void write_file(const char *name, const char *bytes, size_t length)
{
    FILE *file = fopen(fixture_path(name), "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(test_files_cut_short_end_in_an_error)
{
    fixture_setup();
    for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
        size_t length = 0;
        char *bytes = read_file(files[f], &length);
        const bool is_hdf5 = strstr(files[f], ".h5") != NULL;
        for (size_t k = 0; k < 40; k++) {
            write_file(files[f], bytes, length * k / 40);
            const saltus_status status = load_anyhow();
            ck_assert(!is_hdf5 || status == SALTUS_E_FILE);
        }
        write_file(files[f], bytes, length);
        ck_assert_int_eq(load_anyhow(), SALTUS_OK);
        free(bytes);
    }
    fixture_teardown();
}
END_TEST

/* Load `count` times with one wrong byte in [first, first + size) of a file. */
static void spoil(const char *name, size_t first, size_t size, size_t count)
{
    uint32_t x = 12345;
    size_t length = 0;
    char *bytes = read_file(name, &length);
    ck_assert_uint_le(first + size, length);
    for (size_t k = 0; k < count; k++) {
        x = x * 1664525u + 1013904223u;
        const size_t at = first + (x >> 8) % size;
        const char before = bytes[at];
        bytes[at] = (char)(x >> 24 & 0xff);
        write_file(name, bytes, length);
        load_anyhow();
        bytes[at] = before;
    }
    write_file(name, bytes, length);
    free(bytes);
}

START_TEST(test_texts_with_wrong_bytes_end_in_an_error_or_load)
{
    fixture_setup();
    for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
        if (strstr(files[f], ".h5") == NULL) {
            size_t length = 0;
            free(read_file(files[f], &length));
            spoil(files[f], 0, length, 150);
        }
    }
    fixture_teardown();
}
END_TEST

/* Only values are spoilt: HDF5 1.10 itself does not end on some wrong bytes in its own
 * structures (a global heap whose objects have size 0). */
START_TEST(test_datasets_with_wrong_bytes_end_in_an_error_or_load)
{
    static const char *const sets[][2] = {
        {"net/nodes.h5", "/nodes/cortex/node_type_id"},
        {"net/edges.h5", "/edges/cortex_to_cortex/source_node_id"},
        {"net/edges.h5", "/edges/cortex_to_cortex/target_node_id"},
        {"net/edges.h5", "/edges/cortex_to_cortex/edge_type_id"},
        {"net/edges.h5", "/edges/cortex_to_cortex/edge_group_id"},
        {"net/edges.h5", "/edges/cortex_to_cortex/edge_group_index"},
        {"net/edges.h5", "/edges/cortex_to_cortex/0/syn_weight"},
        {"net/edges.h5", "/edges/cortex_to_cortex/0/delay"},
        {"net/edges.h5", "/edges/cortex_to_cortex/0/nsyns"},
        {"net/spikes.h5", "/spikes/input/timestamps"},
        {"net/spikes.h5", "/spikes/input/node_ids"},
    };
    fixture_setup();
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        const hid_t file = fixture_open(sets[i][0]);
        const hid_t set = H5Dopen2(file, sets[i][1], H5P_DEFAULT);
        const haddr_t offset = H5Dget_offset(set);
        const hsize_t size = H5Dget_storage_size(set);
        H5Dclose(set);
        H5Fclose(file);
        ck_assert(offset != HADDR_UNDEF);
        spoil(sets[i][0], (size_t)offset, (size_t)size, 30);
    }
    fixture_teardown();
}
END_TEST

int main(void)
{
    const TTest *tests[] = {test_configurations_that_are_wrong_are_told,
                            test_circuits_that_are_incomplete_are_told,
                            test_models_that_are_not_supported_are_told_by_name,
                            test_parameters_that_are_wrong_are_told,
                            test_edge_types_that_are_wrong_are_told,
                            test_edges_that_are_wrong_are_told_with_their_dataset,
                            test_missing_datasets_and_populations_are_told,
                            test_nodes_and_spikes_that_are_wrong_are_told,
                            test_edges_onto_virtual_nodes_are_refused,
                            test_files_cut_short_end_in_an_error,
                            test_texts_with_wrong_bytes_end_in_an_error_or_load,
                            test_datasets_with_wrong_bytes_end_in_an_error_or_load};
    return SUITE_RUN("sonata_refusals", tests);
}
