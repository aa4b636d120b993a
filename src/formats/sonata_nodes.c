/* sonata_nodes - reading nodes.h5 and dividing node populations by node type. */
#include "formats/sonata_nodes.h"

#include <stdlib.h>
#include <string.h>

#include "formats/sonata_hdf5.h"
#include "formats/sonata_model.h"

/* ---- Life cycle and look-up -------------------------------------------------------- */

static void close_nodes(sonata_nodes *nodes)
{
    for (size_t i = 0; i < nodes->part_count; i++) {
        free(nodes->parts[i].name);
        free(nodes->parts[i].node_ids);
    }
    free(nodes->parts);
    free(nodes->name);
    free(nodes->path);
    free(nodes->ids);
    free(nodes->part_of);
    free(nodes->index_of);
    free(nodes->spike_times_ms);
    free(nodes->spike_neurons);
}

void sl_sonata_circuit_close(sonata_circuit *circuit)
{
    for (size_t i = 0; i < circuit->count; i++) {
        close_nodes(&circuit->populations[i]);
    }
    free(circuit->populations);
    *circuit = (sonata_circuit){0};
}

sonata_nodes *sl_sonata_circuit_find(const sonata_circuit *circuit, const char *name)
{
    for (size_t i = 0; i < circuit->count; i++) {
        if (strcmp(circuit->populations[i].name, name) == 0) {
            return &circuit->populations[i];
        }
    }
    return NULL;
}

uint32_t sl_sonata_nodes_position(const sonata_nodes *nodes, uint32_t id)
{
    if (nodes->ids == NULL) {
        return id < nodes->count ? id : UINT32_MAX;
    }
    uint32_t low = 0;
    uint32_t high = nodes->count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (nodes->ids[middle] < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < nodes->count && nodes->ids[low] == id ? low : UINT32_MAX;
}

sonata_part *sl_sonata_nodes_virtual_part(const sonata_nodes *nodes)
{
    for (size_t i = 0; i < nodes->part_count; i++) {
        if (nodes->parts[i].is_virtual) {
            return &nodes->parts[i];
        }
    }
    return NULL;
}

/* ---- Nodes in order of id ---------------------------------------------------------- */

typedef struct typed_node {
    uint32_t id, type;
} typed_node;

static int compare_nodes(const void *a, const void *b)
{
    const uint32_t x = ((const typed_node *)a)->id;
    const uint32_t y = ((const typed_node *)b)->id;
    return (x > y) - (x < y);
}

/* Bring ids and types into ascending order of id. ids may be NULL: 0, 1, ... */
static saltus_status order_nodes(sonata_nodes *nodes, uint32_t *types, saltus_error *error)
{
    if (nodes->ids == NULL) {
        return SALTUS_OK;
    }
    typed_node *order = sl_sonata_array(nodes->count, sizeof *order);
    if (order == NULL) {
        return sl_sonata_fail_memory(error);
    }
    for (uint32_t i = 0; i < nodes->count; i++) {
        order[i] = (typed_node){.id = nodes->ids[i], .type = types[i]};
    }
    qsort(order, nodes->count, sizeof *order, compare_nodes);
    saltus_status status = SALTUS_OK;
    bool is_plain = true;
    for (uint32_t i = 0; i < nodes->count; i++) {
        nodes->ids[i] = order[i].id;
        types[i] = order[i].type;
        is_plain = is_plain && order[i].id == i;
        if (i > 0 && order[i].id == order[i - 1].id && !status) {
            status = sl_sonata_fail(error, SALTUS_E_FILE, nodes->path, 0,
                                    "/nodes/%s/node_id holds %u twice", nodes->name, order[i].id);
        }
    }
    free(order);
    if (is_plain) {
        free(nodes->ids);
        nodes->ids = NULL;
    }
    return status;
}

/* ---- Parts ------------------------------------------------------------------------- */

/* What follows the population's name in the name of a part: the model's name, else the type. */
static char *part_name(const sonata_nodes *nodes, const sonata_table *types, uint32_t row,
                       bool is_virtual)
{
    const char *model = sl_sonata_table_text(types, row, "model_name");
    if (model == NULL) {
        model = sl_sonata_table_text(types, row, "pop_name");
    }
    if (is_virtual) {
        return sl_sonata_format("%s_virtual", nodes->name);
    }
    return model != NULL ? sl_sonata_format("%s_%s", nodes->name, model)
                         : sl_sonata_format("%s_%u", nodes->name, types->ids[row]);
}

/* Where each row of the type table went while parts are made. */
typedef struct division {
    const sonata_config *config;
    const sonata_table *types;
    uint32_t *part_of_row; /* [row_count]; UINT32_MAX: none so far */
    sonata_notes *notes;
} division;

/* The part of type `row`, made when it is first needed. */
static saltus_status part_for_row(division *d, sonata_nodes *nodes, uint32_t row, uint32_t *part,
                                  saltus_error *error)
{
    *part = d->part_of_row[row];
    if (*part != UINT32_MAX) {
        return SALTUS_OK;
    }
    bool is_virtual = false;
    saltus_status status = sl_sonata_model_is_virtual(d->types, row, &is_virtual, error);
    const sonata_part *virtual_part = sl_sonata_nodes_virtual_part(nodes);
    if (!status && is_virtual && virtual_part != NULL) {
        *part = d->part_of_row[row] = (uint32_t)(virtual_part - nodes->parts);
        return SALTUS_OK;
    }
    sonata_part made = {.is_virtual = is_virtual};
    if (!status && !is_virtual) {
        status = sl_sonata_model_read(d->config, d->types, row, &made.spec, d->notes, error);
    }
    if (!status) {
        made.name = part_name(nodes, d->types, row, is_virtual);
        status = made.name != NULL ? SALTUS_OK : sl_sonata_fail_memory(error);
    }
    if (status) {
        return status;
    }
    *part = d->part_of_row[row] = (uint32_t)nodes->part_count;
    nodes->parts[nodes->part_count++] = made;
    return SALTUS_OK;
}

/* Give every node its part and its index there. `type_ids` in ascending order of node id. */
static saltus_status assign_parts(division *d, sonata_nodes *nodes, const uint32_t *type_ids,
                                  saltus_error *error)
{
    for (uint32_t i = 0; i < nodes->count; i++) {
        const uint32_t row = sl_sonata_table_find(d->types, type_ids[i]);
        if (row == UINT32_MAX) {
            return sl_sonata_fail(error, SALTUS_E_EXPERIMENT, nodes->path, 0,
                                  "node %u of /nodes/%s has node_type_id %u, which is not in %s",
                                  nodes->ids != NULL ? nodes->ids[i] : i, nodes->name, type_ids[i],
                                  d->types->path);
        }
        uint32_t part = 0;
        const saltus_status status = part_for_row(d, nodes, row, &part, error);
        if (status) {
            return status;
        }
        nodes->part_of[i] = part;
        nodes->index_of[i] = nodes->parts[part].size++;
    }
    return SALTUS_OK;
}

/* Collect the node ids of each part. */
static saltus_status list_part_ids(sonata_nodes *nodes, saltus_error *error)
{
    for (size_t p = 0; p < nodes->part_count; p++) {
        sonata_part *part = &nodes->parts[p];
        part->node_ids = sl_sonata_array(part->size, sizeof *part->node_ids);
        if (part->node_ids == NULL) {
            return sl_sonata_fail_memory(error);
        }
    }
    for (uint32_t i = 0; i < nodes->count; i++) {
        nodes->parts[nodes->part_of[i]].node_ids[nodes->index_of[i]] =
            nodes->ids != NULL ? nodes->ids[i] : i;
    }
    return SALTUS_OK;
}

/* A population that is not divided keeps its name. */
static saltus_status name_single_part(sonata_nodes *nodes, saltus_error *error)
{
    if (nodes->part_count != 1) {
        return SALTUS_OK;
    }
    free(nodes->parts[0].name);
    nodes->parts[0].name = sl_sonata_format("%s", nodes->name);
    return nodes->parts[0].name != NULL ? SALTUS_OK : sl_sonata_fail_memory(error);
}

static saltus_status divide(const sonata_config *config, sonata_nodes *nodes,
                            const sonata_table *types, const uint32_t *type_ids,
                            sonata_notes *notes, saltus_error *error)
{
    division d = {.config = config, .types = types, .notes = notes};
    d.part_of_row = sl_sonata_array(types->row_count, sizeof *d.part_of_row);
    nodes->parts = sl_sonata_array(types->row_count, sizeof *nodes->parts);
    nodes->part_of = sl_sonata_array(nodes->count, sizeof *nodes->part_of);
    nodes->index_of = sl_sonata_array(nodes->count, sizeof *nodes->index_of);
    saltus_status status = SALTUS_OK;
    if (d.part_of_row == NULL || nodes->parts == NULL || nodes->part_of == NULL ||
        nodes->index_of == NULL) {
        status = sl_sonata_fail_memory(error);
    } else {
        memset(d.part_of_row, 0xff, types->row_count * sizeof *d.part_of_row);
        status = assign_parts(&d, nodes, type_ids, error);
    }
    free(d.part_of_row);
    if (!status) {
        status = list_part_ids(nodes, error);
    }
    return !status ? name_single_part(nodes, error) : status;
}

/* ---- Files ------------------------------------------------------------------------- */

/* Refuse what a node group would change for each node. */
static saltus_status check_group(const sonata_file *file, const char *population, const char *group,
                                 saltus_error *error)
{
    static const char *const overrides[] = {"model_type", "model_template", "dynamics_params"};
    for (size_t i = 0; i < sizeof overrides / sizeof *overrides; i++) {
        char *object = sl_sonata_format("/nodes/%s/%s/%s", population, group, overrides[i]);
        if (object == NULL) {
            return sl_sonata_fail_memory(error);
        }
        const bool is_there = sl_sonata_file_has(file, object, H5O_TYPE_DATASET) ||
                              sl_sonata_file_has_members(file, object);
        saltus_status status = SALTUS_OK;
        if (is_there) {
            status = sl_sonata_fail(error, SALTUS_E_UNSUPPORTED, file->path, 0,
                                    "%s gives each node its own parameters; only parameters by "
                                    "node type (node_types_file) are supported",
                                    object);
        }
        free(object);
        if (status) {
            return status;
        }
    }
    return SALTUS_OK;
}

static saltus_status check_groups(const sonata_file *file, const char *population,
                                  const char *folder, saltus_error *error)
{
    sonata_names groups = {0};
    saltus_status status = sl_sonata_file_groups(file, folder, &groups, error);
    for (size_t i = 0; !status && i < groups.count; i++) {
        status = check_group(file, population, groups.items[i], error);
    }
    sl_sonata_names_clear(&groups);
    return status;
}

/* Read the columns of one population: *types and nodes->ids (NULL when not stored). */
static saltus_status read_columns(const sonata_file *file, sonata_nodes *nodes, uint32_t **types,
                                  saltus_error *error)
{
    *types = NULL;
    char *type_set = sl_sonata_format("/nodes/%s/node_type_id", nodes->name);
    char *id_set = sl_sonata_format("/nodes/%s/node_id", nodes->name);
    size_t count = 0;
    saltus_status status = SALTUS_OK;
    if (type_set == NULL || id_set == NULL) {
        status = sl_sonata_fail_memory(error);
    } else {
        status = sl_sonata_file_length(file, type_set, &count, error);
    }
    if (!status) {
        nodes->count = (uint32_t)count;
        status = sl_sonata_file_read_u32(file, type_set, count, UINT32_MAX - 1, types, error);
    }
    if (!status && sl_sonata_file_has(file, id_set, H5O_TYPE_DATASET)) {
        status = sl_sonata_file_read_u32(file, id_set, count, UINT32_MAX - 1, &nodes->ids, error);
    }
    free(type_set);
    free(id_set);
    return status;
}

/* Append an empty entry to the circuit. */
static sonata_nodes *append_nodes(sonata_circuit *circuit, const char *name, const char *path)
{
    void *populations = circuit->populations;
    if (!sl_sonata_reserve(&populations, &circuit->capacity, circuit->count + 1,
                           sizeof *circuit->populations)) {
        return NULL;
    }
    circuit->populations = populations;
    sonata_nodes *nodes = &circuit->populations[circuit->count++];
    *nodes =
        (sonata_nodes){.name = sl_sonata_format("%s", name), .path = sl_sonata_format("%s", path)};
    return nodes->name != NULL && nodes->path != NULL ? nodes : NULL;
}

static saltus_status read_population(const sonata_config *config, sonata_circuit *circuit,
                                     const sonata_file *file, const char *name,
                                     const sonata_table *types, sonata_notes *notes,
                                     saltus_error *error)
{
    const sonata_nodes *same = sl_sonata_circuit_find(circuit, name);
    if (same != NULL) {
        return sl_sonata_fail(error, SALTUS_E_EXPERIMENT, file->path, 0,
                              "node population %s is in %s already; names must differ", name,
                              same->path);
    }
    sonata_nodes *nodes = append_nodes(circuit, name, file->path);
    char *folder = sl_sonata_format("/nodes/%s", name);
    if (nodes == NULL || folder == NULL) {
        free(folder);
        return sl_sonata_fail_memory(error);
    }
    uint32_t *type_ids = NULL;
    saltus_status status = check_groups(file, name, folder, error);
    free(folder);
    if (!status) {
        status = read_columns(file, nodes, &type_ids, error);
    }
    if (!status) {
        status = order_nodes(nodes, type_ids, error);
    }
    if (!status) {
        status = divide(config, nodes, types, type_ids, notes, error);
    }
    free(type_ids);
    if (!status && nodes->count == 0) {
        status =
            sl_sonata_note(notes, error, "%s: node population %s has no nodes", file->path, name);
    }
    return status;
}

/* Read every population of one pair of files. */
static saltus_status read_files(const sonata_config *config, sonata_circuit *circuit,
                                const char *nodes_path, const char *types_path, sonata_notes *notes,
                                saltus_error *error)
{
    sonata_names names = {0};
    sonata_table types = {0};
    sonata_file file = {.id = H5I_INVALID_HID};
    saltus_status status = sl_sonata_table_open(&types, types_path, "node_type_id", error);
    if (!status) {
        status = sl_sonata_file_open(&file, nodes_path, error);
    }
    if (!status) {
        status = sl_sonata_file_groups(&file, "/nodes", &names, error);
    }
    if (!status && names.count == 0) {
        status = sl_sonata_fail(error, SALTUS_E_FILE, nodes_path, 0,
                                "group /nodes holds no node population");
    }
    for (size_t i = 0; !status && i < names.count; i++) {
        status = read_population(config, circuit, &file, names.items[i], &types, notes, error);
    }
    sl_sonata_file_close(&file);
    sl_sonata_table_close(&types);
    sl_sonata_names_clear(&names);
    return status;
}

saltus_status sl_sonata_nodes_read(const sonata_config *config, sonata_circuit *circuit,
                                   sonata_notes *notes, saltus_error *error)
{
    const sonata_part_config *part = &config->circuit;
    const json_t *list = json_object_get(json_object_get(part->root, "networks"), "nodes");
    if (!json_is_array(list) || json_array_size(list) == 0) {
        return sl_sonata_fail(error, SALTUS_E_EXPERIMENT, part->path, 0,
                              "networks.nodes must be a list of at least one "
                              "{\"nodes_file\": ..., \"node_types_file\": ...}");
    }
    saltus_status status = SALTUS_OK;
    for (size_t i = 0; !status && i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i);
        char *nodes = NULL;
        char *types = NULL;
        status = sl_sonata_config_path(part, entry, "networks.nodes", "nodes_file", &nodes, error);
        if (!status) {
            status = sl_sonata_config_path(part, entry, "networks.nodes", "node_types_file", &types,
                                           error);
        }
        if (!status && (nodes == NULL || types == NULL)) {
            status = sl_sonata_fail(error, SALTUS_E_EXPERIMENT, part->path, 0,
                                    "networks.nodes[%zu] needs both nodes_file and "
                                    "node_types_file",
                                    i);
        }
        if (!status) {
            status = read_files(config, circuit, nodes, types, notes, error);
        }
        free(nodes);
        free(types);
    }
    return status;
}
