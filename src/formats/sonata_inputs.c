/* sonata_inputs - the section `inputs` of a simulation: spikes of virtual nodes. */
#include "formats/sonata_inputs.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "formats/sonata_spike_files.h"

/* What is being read. */
typedef struct input {
    const sonata_config *config;
    const json_t *node_sets; /* object, or NULL */
    const char *name;        /* key in `inputs` */
    const json_t *entry;
} input;

/* ---- Node sets --------------------------------------------------------------------- */

/* The population of a node set: {"population": NAME} and nothing else. */
static saltus_status population_of_set(const input *in, const char *name, const json_t *set,
                                       const sonata_circuit *circuit, sonata_nodes **nodes,
                                       saltus_error *error)
{
    const char *population = json_string_value(json_object_get(set, "population"));
    if (population == NULL || json_object_size(set) != 1) {
        return sl_sonata_fail(error, SALTUS_E_UNSUPPORTED, in->config->simulation.path, 0,
                              "inputs.%s: node set %s must be {\"population\": NAME}; other ways "
                              "of choosing nodes are not supported",
                              in->name, name);
    }
    *nodes = sl_sonata_circuit_find(circuit, population);
    if (*nodes == NULL) {
        return sl_sonata_fail(error, SALTUS_E_EXPERIMENT, in->config->simulation.path, 0,
                              "inputs.%s: node set %s is population %s, which the circuit does "
                              "not have",
                              in->name, name, population);
    }
    return SALTUS_OK;
}

/* The only population whose name differs from `name` in case alone. */
static sonata_nodes *find_ignoring_case(const sonata_circuit *circuit, const char *name)
{
    sonata_nodes *found = NULL;
    for (size_t i = 0; i < circuit->count; i++) {
        if (strcasecmp(circuit->populations[i].name, name) == 0) {
            if (found != NULL) {
                return NULL;
            }
            found = &circuit->populations[i];
        }
    }
    return found;
}

/* The population that an input's node_set means: a population's name, a node set, or an object. */
static saltus_status find_target(const input *in, const sonata_circuit *circuit,
                                 sonata_nodes **nodes, sonata_notes *notes, saltus_error *error)
{
    const json_t *set = json_object_get(in->entry, "node_set");
    if (json_is_object(set)) {
        return population_of_set(in, "{...}", set, circuit, nodes, error);
    }
    const char *name = json_string_value(set);
    if (name == NULL) {
        return sl_sonata_fail(error, SALTUS_E_EXPERIMENT, in->config->simulation.path, 0,
                              "inputs.%s: node_set must be the name of a population or of a node "
                              "set",
                              in->name);
    }
    *nodes = sl_sonata_circuit_find(circuit, name);
    if (*nodes != NULL) {
        return SALTUS_OK;
    }
    const json_t *entry = json_object_get(in->node_sets, name);
    if (entry != NULL) {
        return population_of_set(in, name, entry, circuit, nodes, error);
    }
    *nodes = find_ignoring_case(circuit, name);
    if (*nodes != NULL) {
        return sl_sonata_note(notes, error, "%s: inputs.%s: node_set %s is taken as population %s",
                              in->config->simulation.path, in->name, name, (*nodes)->name);
    }
    return sl_sonata_fail(error, SALTUS_E_EXPERIMENT, in->config->simulation.path, 0,
                          "inputs.%s: node_set %s is neither a population of the circuit nor in "
                          "the node sets file",
                          in->name, name);
}

/* ---- Spikes ------------------------------------------------------------------------ */

/* Add the trains to the virtual part of `nodes`. */
static saltus_status add_trains(const input *in, sonata_nodes *nodes, const char *path,
                                const sonata_trains *trains, saltus_error *error)
{
    const sonata_part *part = sl_sonata_nodes_virtual_part(nodes);
    const size_t total = nodes->spike_count + trains->count;
    size_t capacity = nodes->spike_count;
    void *times = nodes->spike_times_ms;
    if (!sl_sonata_reserve(&times, &capacity, total, sizeof *nodes->spike_times_ms)) {
        return sl_sonata_fail_memory(error);
    }
    nodes->spike_times_ms = times;
    capacity = nodes->spike_count;
    void *neurons = nodes->spike_neurons;
    if (!sl_sonata_reserve(&neurons, &capacity, total, sizeof *nodes->spike_neurons)) {
        return sl_sonata_fail_memory(error);
    }
    nodes->spike_neurons = neurons;
    for (size_t i = 0; i < trains->count; i++) {
        const uint32_t id = trains->nodes[i];
        const uint32_t position = sl_sonata_nodes_position(nodes, id);
        const bool is_virtual =
            position != UINT32_MAX && &nodes->parts[nodes->part_of[position]] == part;
        if (!is_virtual) {
            return sl_sonata_fail(error, SALTUS_E_EXPERIMENT, path, 0,
                                  "inputs.%s: there is a spike of node %u, which is not %s of "
                                  "population %s (%u nodes)",
                                  in->name, id,
                                  position == UINT32_MAX ? "a node" : "a virtual node", nodes->name,
                                  nodes->count);
        }
        if (trains->times_ms[i] < 0.0) {
            return sl_sonata_fail(error, SALTUS_E_EXPERIMENT, path, 0,
                                  "inputs.%s: node %u has a spike at %.17g ms; times must be 0 "
                                  "or later",
                                  in->name, id, trains->times_ms[i]);
        }
        nodes->spike_times_ms[nodes->spike_count] = trains->times_ms[i];
        nodes->spike_neurons[nodes->spike_count++] = nodes->index_of[position];
    }
    return SALTUS_OK;
}

static saltus_status read_file(const input *in, sonata_nodes *nodes, const char *path,
                               saltus_error *error)
{
    const char *module = json_string_value(json_object_get(in->entry, "module"));
    sonata_trains trains = {0};
    saltus_status status = SALTUS_OK;
    if (module == NULL || strcmp(module, "h5") == 0 || strcmp(module, "sonata") == 0) {
        status = sl_sonata_trains_read_hdf5(&trains, path, nodes->name, error);
    } else if (strcmp(module, "csv") == 0) {
        status = sl_sonata_trains_read_csv(&trains, path, nodes->name, error);
    } else {
        status = sl_sonata_fail(error, SALTUS_E_UNSUPPORTED, in->config->simulation.path, 0,
                                "inputs.%s: module is %s; supported are h5, sonata and csv",
                                in->name, module);
    }
    if (!status) {
        status = add_trains(in, nodes, path, &trains, error);
    }
    sl_sonata_trains_clear(&trains);
    return status;
}

static saltus_status read_input(const input *in, sonata_circuit *circuit, sonata_notes *notes,
                                saltus_error *error)
{
    const sonata_part_config *part = &in->config->simulation;
    const char *type = json_string_value(json_object_get(in->entry, "input_type"));
    if (type == NULL || strcmp(type, "spikes") != 0) {
        return sl_sonata_fail(error, SALTUS_E_UNSUPPORTED, part->path, 0,
                              "inputs.%s: input_type is %s; only spikes is supported", in->name,
                              type != NULL ? type : "missing");
    }
    sonata_nodes *nodes = NULL;
    saltus_status status = find_target(in, circuit, &nodes, notes, error);
    if (!status && sl_sonata_nodes_virtual_part(nodes) == NULL) {
        status = sl_sonata_fail(error, SALTUS_E_UNSUPPORTED, part->path, 0,
                                "inputs.%s: population %s has no virtual nodes; spikes can only "
                                "be given to virtual nodes",
                                in->name, nodes->name);
    }
    if (status) {
        return status;
    }
    char *where = sl_sonata_format("inputs.%s", in->name);
    char *path = NULL;
    status = where != NULL
                 ? sl_sonata_config_path(part, in->entry, where, "input_file", &path, error)
                 : sl_sonata_fail_memory(error);
    if (!status && path == NULL) {
        status = sl_sonata_fail(error, SALTUS_E_EXPERIMENT, part->path, 0,
                                "inputs.%s: input_file is missing", in->name);
    }
    if (!status) {
        status = read_file(in, nodes, path, error);
    }
    free(where);
    free(path);
    return status;
}

/* ---- All --------------------------------------------------------------------------- */

/* The node sets file, where one is named; a new reference or NULL. */
static saltus_status read_node_sets(const sonata_config *config, json_t **sets, saltus_error *error)
{
    *sets = NULL;
    const sonata_part_config *parts[] = {&config->simulation, &config->circuit};
    for (size_t i = 0; i < 2 && *sets == NULL; i++) {
        char *path = NULL;
        saltus_status status = sl_sonata_config_path(parts[i], parts[i]->root, "the configuration",
                                                     "node_sets_file", &path, error);
        if (!status && path != NULL) {
            status = sl_sonata_config_read_json(path, sets, error);
        }
        free(path);
        if (status) {
            return status;
        }
    }
    return SALTUS_OK;
}

/* Bring the spikes of every virtual part into order; note those without any. */
static saltus_status finish(sonata_circuit *circuit, sonata_notes *notes, saltus_error *error)
{
    saltus_status status = SALTUS_OK;
    for (size_t i = 0; !status && i < circuit->count; i++) {
        sonata_nodes *nodes = &circuit->populations[i];
        if (sl_sonata_nodes_virtual_part(nodes) == NULL) {
            continue;
        }
        status = sl_sonata_trains_sort(nodes->spike_times_ms, nodes->spike_neurons,
                                       nodes->spike_count, error);
        if (!status && nodes->spike_count == 0) {
            status = sl_sonata_note(notes, error, "virtual population %s is given no spikes",
                                    nodes->name);
        }
    }
    return status;
}

saltus_status sl_sonata_inputs_read(const sonata_config *config, sonata_circuit *circuit,
                                    sonata_notes *notes, saltus_error *error)
{
    json_t *sets = NULL;
    saltus_status status = read_node_sets(config, &sets, error);
    const json_t *inputs = json_object_get(config->simulation.root, "inputs");
    if (!status && inputs != NULL && !json_is_object(inputs)) {
        status = sl_sonata_fail(error, SALTUS_E_EXPERIMENT, config->simulation.path, 0,
                                "inputs must be an object of named inputs");
    }
    const char *name = NULL;
    json_t *entry = NULL;
    json_object_foreach((json_t *)inputs, name, entry)
    {
        const input in = {.config = config, .node_sets = sets, .name = name, .entry = entry};
        if (!status && sl_sonata_config_is_disabled(entry)) {
            status = sl_sonata_note(notes, error, "%s: inputs.%s is not enabled",
                                    config->simulation.path, name);
        } else if (!status) {
            status = read_input(&in, circuit, notes, error);
        }
    }
    json_decref(sets);
    return !status ? finish(circuit, notes, error) : status;
}
