/* sonata_fixture - a small SONATA circuit in a folder of its own. */
#include "sonata_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/suite.h"

static char folder[64];

/* ---- Files ------------------------------------------------------------------------- */

const char *fixture_path(const char *name)
{
    static char paths[4][256];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

void fixture_text(const char *name, const char *text)
{
    FILE *file = fopen(fixture_path(name), "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

void fixture_circuit(const char *components, const char *nodes, const char *edges)
{
    static const char default_components[] = "{\"point_neuron_models_dir\": \"$PARTS/neurons\","
                                             " \"synaptic_models_dir\": \"$PARTS/synapses\"}";
    static const char default_nodes[] =
        "[{\"nodes_file\": \"$NET/nodes.h5\", \"node_types_file\": \"$NET/node_types.csv\"},"
        " {\"nodes_file\": \"${NET}/input.h5\", \"node_types_file\": \"$NET/input_types.csv\"}]";
    static const char default_edges[] =
        "[{\"edges_file\": \"$NET/edges.h5\", \"edge_types_file\": \"$NET/edge_types.csv\"}]";
    char text[4096];
    snprintf(text, sizeof text,
             "{\"manifest\": {\"$BASE\": \".\", \"$NET\": \"$BASE/net\",\n"
             "\"$PARTS\": \"$BASE/components\"},\n\"components\": %s,\n"
             "\"networks\": {\"nodes\": %s,\n\"edges\": %s}}\n",
             components != NULL ? components : default_components,
             nodes != NULL ? nodes : default_nodes, edges != NULL ? edges : default_edges);
    fixture_text("circuit_config.json", text);
}

/* ---- HDF5 -------------------------------------------------------------------------- */

hid_t fixture_hdf5(const char *name)
{
    const hid_t file = H5Fcreate(fixture_path(name), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    ck_assert_int_ge(file, 0);
    return file;
}

hid_t fixture_open(const char *name)
{
    const hid_t file = H5Fopen(fixture_path(name), H5F_ACC_RDWR, H5P_DEFAULT);
    ck_assert_int_ge(file, 0);
    return file;
}

static void write_dataset(hid_t file, const char *path, hid_t stored, hid_t memory,
                          const void *values, size_t count)
{
    H5Ldelete(file, path, H5P_DEFAULT);
    const hsize_t length = count;
    const hid_t space = H5Screate_simple(1, &length, NULL);
    const hid_t links = H5Pcreate(H5P_LINK_CREATE);
    ck_assert_int_ge(H5Pset_create_intermediate_group(links, 1), 0);
    const hid_t set = H5Dcreate2(file, path, stored, space, links, H5P_DEFAULT, H5P_DEFAULT);
    ck_assert_int_ge(set, 0);
    ck_assert_int_ge(H5Dwrite(set, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), 0);
    H5Dclose(set);
    H5Pclose(links);
    H5Sclose(space);
}

void fixture_integers(hid_t file, const char *path, const int64_t *values, size_t count)
{
    write_dataset(file, path, H5T_STD_I64LE, H5T_NATIVE_INT64, values, count);
}

void fixture_unsigned(hid_t file, const char *path, const uint64_t *values, size_t count)
{
    write_dataset(file, path, H5T_STD_U64LE, H5T_NATIVE_UINT64, values, count);
}

void fixture_doubles(hid_t file, const char *path, const double *values, size_t count)
{
    write_dataset(file, path, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, values, count);
}

void fixture_attribute(hid_t file, const char *object, const char *name, const char *text)
{
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    H5Adelete_by_name(file, object, name, H5P_DEFAULT);
    const hid_t attribute =
        H5Acreate_by_name(file, object, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    ck_assert_int_ge(attribute, 0);
    ck_assert_int_ge(H5Awrite(attribute, type, &text), 0);
    H5Aclose(attribute);
    H5Tclose(type);
    H5Sclose(space);
}

void fixture_remove(const char *name, const char *object)
{
    const hid_t file = fixture_open(name);
    ck_assert_int_ge(H5Ldelete(file, object, H5P_DEFAULT), 0);
    H5Fclose(file);
}

/* ---- The circuit ------------------------------------------------------------------- */

static void write_nodes(void)
{
    const int64_t types[] = {10, 20, 10, 20, 10};
    const int64_t inputs[] = {7, 7};
    hid_t file = fixture_hdf5("net/nodes.h5");
    fixture_integers(file, "/nodes/cortex/node_type_id", types, 5);
    fixture_integers(file, "/nodes/cortex/node_group_id", (const int64_t[5]){0}, 5);
    H5Fclose(file);
    file = fixture_hdf5("net/input.h5");
    fixture_integers(file, "/nodes/input/node_type_id", inputs, 2);
    H5Fclose(file);
    fixture_text("net/node_types.csv",
                 "node_type_id model_type model_template dynamics_params model_name\n"
                 "20 point_process nrn:IntFire1 fire.json \"fast one\"\n"
                 "10 point_neuron nest:iaf_psc_delta delta.json slow\n");
    fixture_text("net/input_types.csv", "node_type_id model_type\r\n7 virtual\r\n");
    fixture_text("components/neurons/fire.json", "{\"tau\": 0.02, \"refrac\": 0.003}");
    fixture_text("components/neurons/delta.json", "{\"tau_m\": 15.0, \"V_th\": -50.0}");
}

static void write_edges(void)
{
    const uint64_t input_sources[] = {0, 1, 1};
    const uint64_t input_targets[] = {1, 0, 4};
    const int64_t input_types[] = {1, 2, 2};
    const uint64_t sources[] = {0, 1, 2, 3, 4, 1};
    const uint64_t targets[] = {1, 0, 3, 3, 2, 0};
    const int64_t types[] = {3, 3, 3, 3, 3, 3};
    const uint64_t index[] = {5, 4, 3, 2, 1, 0};
    const double weights[] = {0.5, 1.5, 2.5, 3.5, 4.5, 5.5};
    const double delays_ms[] = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0};
    const uint64_t nsyns[] = {1, 2, 3, 4, 5, 6};
    const hid_t file = fixture_hdf5("net/edges.h5");
    fixture_unsigned(file, "/edges/input_to_cortex/source_node_id", input_sources, 3);
    fixture_unsigned(file, "/edges/input_to_cortex/target_node_id", input_targets, 3);
    fixture_integers(file, "/edges/input_to_cortex/edge_type_id", input_types, 3);
    fixture_attribute(file, "/edges/input_to_cortex/source_node_id", "node_population", "input");
    fixture_attribute(file, "/edges/input_to_cortex/target_node_id", "node_population", "cortex");
    fixture_unsigned(file, "/edges/cortex_to_cortex/source_node_id", sources, 6);
    fixture_unsigned(file, "/edges/cortex_to_cortex/target_node_id", targets, 6);
    fixture_integers(file, "/edges/cortex_to_cortex/edge_type_id", types, 6);
    fixture_attribute(file, "/edges/cortex_to_cortex/source_node_id", "node_population", "cortex");
    fixture_attribute(file, "/edges/cortex_to_cortex/target_node_id", "node_population", "cortex");
    fixture_unsigned(file, "/edges/cortex_to_cortex/edge_group_id", (const uint64_t[6]){0}, 6);
    fixture_unsigned(file, "/edges/cortex_to_cortex/edge_group_index", index, 6);
    fixture_doubles(file, "/edges/cortex_to_cortex/0/syn_weight", weights, 6);
    fixture_doubles(file, "/edges/cortex_to_cortex/0/delay", delays_ms, 6);
    fixture_unsigned(file, "/edges/cortex_to_cortex/0/nsyns", nsyns, 6);
    H5Fclose(file);
    fixture_text("net/edge_types.csv",
                 "edge_type_id target_query syn_weight delay weight_function dynamics_params\n"
                 "1 \"model_name=='fast one'\" 2.5 1.25 wmax NULL\n"
                 "2 * 20 NULL NULL exc.json\n"
                 "3 * 100 100 wmax inh.json\n");
    fixture_text("components/synapses/exc.json", "{}");
    fixture_text("components/synapses/inh.json", "{\"sign\": -1}");
}

static void write_simulation(void)
{
    const double times_ms[] = {30.0, 10.0, 10.0, 99.0};
    const uint64_t nodes[] = {0, 1, 0, 1};
    const hid_t file = fixture_hdf5("net/spikes.h5");
    fixture_doubles(file, "/spikes/input/timestamps", times_ms, 4);
    fixture_unsigned(file, "/spikes/input/node_ids", nodes, 4);
    H5Fclose(file);
    fixture_text("simulation_config.json",
                 "{\"network\": \"circuit_config.json\", \"run\": {\"tstop\": 100.0},\n"
                 "\"node_sets_file\": \"node_sets.json\",\n"
                 "\"inputs\": {\"drive\": {\"input_type\": \"spikes\", \"module\": \"sonata\",\n"
                 "\"input_file\": \"net/spikes.h5\", \"node_set\": \"input\"}}}\n");
    fixture_text("node_sets.json", "{\"all_inputs\": {\"population\": \"input\"}}");
}

void fixture_setup(void)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    strcpy(folder, "/tmp/saltus-sonata-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    char command[256];
    snprintf(command, sizeof command,
             "mkdir -p %s/net %s/components/neurons %s/components/synapses", folder, folder,
             folder);
    ck_assert_int_eq(system(command), 0);
    fixture_circuit(NULL, NULL, NULL);
    write_nodes();
    write_edges();
    write_simulation();
}

void fixture_teardown(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
    fixture_no_handles();
}

/* ---- Checks ------------------------------------------------------------------------ */

void fixture_no_handles(void)
{
    ck_assert_int_eq(H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL), 0);
}

saltus_experiment *fixture_load(void)
{
    saltus_error error = {0};
    saltus_experiment *experiment = NULL;
    const saltus_status status =
        saltus_sonata_load(fixture_path("simulation_config.json"), &experiment, NULL, &error);
    ck_assert_msg(status == SALTUS_OK, "%s:%u: %s", error.file, error.line, error.message);
    ck_assert_ptr_nonnull(experiment);
    fixture_no_handles();
    return experiment;
}

void fixture_fails(saltus_status status, const char *file, const char *words)
{
    saltus_error error = {0};
    saltus_experiment *experiment = NULL;
    saltus_sonata_map *map = NULL;
    char *notes = NULL;
    const saltus_status found = saltus_sonata_load_mapped(fixture_path("simulation_config.json"),
                                                          &experiment, &map, &notes, &error);
    ck_assert_msg(found == status, "status %d: %s: %s", (int)found, error.file, error.message);
    ck_assert_int_eq(error.status, status);
    ck_assert_msg(strstr(error.message, words) != NULL, "\"%s\" is not in: %s", words,
                  error.message);
    ck_assert_msg(file == NULL || strstr(error.file, file) != NULL, "file %s: %s", error.file,
                  error.message);
    ck_assert_ptr_null(experiment);
    ck_assert_ptr_null(map);
    ck_assert_ptr_null(notes);
    fixture_no_handles();
}

const char *fixture_shared_data(const char *name)
{
    static char path[1024];
    const char *root = getenv("SALTUS_SHARED_DATA");
    if (root != NULL) {
        snprintf(path, sizeof path, "%s/%s", root, name);
    } else {
        snprintf(path, sizeof path, "%s/../shared/data/%s", SALTUS_SOURCE_ROOT, name);
    }
    if (access(path, R_OK) == 0) {
        return path;
    }
    printf("\n*** SKIPPED: no shared data (%s) ***\n\n", name);
    fflush(stdout);
    return NULL;
}
