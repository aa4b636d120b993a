/* sonata_edges - reading edges.h5.
 *
 *     weight = syn_weight * nsyns * sign      delay = delay
 *
 * syn_weight, nsyns and delay of the edge (HDF5) go before those of its type (CSV); nsyns is 1
 * and the delay 1 ms where neither gives them. An edge population is divided by the parts of its
 * source and target populations; within a projection edges keep the order of the file.
 */
#include "formats/sonata_edges.h"

#include <stdlib.h>
#include <string.h>

#include "formats/sonata_edge_types.h"
#include "formats/sonata_hdf5.h"

#define DEFAULT_DELAY_MS 1.0

/* One edge population as it is in the file. */
typedef struct edge_columns {
    const sonata_file *file;
    const char *name;
    const sonata_nodes *source, *target;
    size_t count;
    uint32_t *source_id, *target_id, *type; /* [count]; ids become positions in the population */
    uint32_t *index;                        /* [count] into the group; NULL: 0, 1, ... */
    size_t group_count;
    double *syn_weight, *delay_ms, *nsyns; /* [group_count], or NULL when the group has none */
} edge_columns;

static void close_columns(edge_columns *e)
{
    free(e->source_id);
    free(e->target_id);
    free(e->type);
    free(e->index);
    free(e->syn_weight);
    free(e->delay_ms);
    free(e->nsyns);
}

/* ---- Reading ----------------------------------------------------------------------- */

/* Read the dataset `column` of whole numbers, as many as there are edges. */
static saltus_status read_ids(const edge_columns *e, const char *column, uint32_t **out,
                              saltus_error *error)
{
    char *path = sl_sonata_format("/edges/%s/%s", e->name, column);
    if (path == NULL) {
        return sl_sonata_fail_memory(error);
    }
    const saltus_status status =
        sl_sonata_file_read_u32(e->file, path, e->count, UINT32_MAX - 1, out, error);
    free(path);
    return status;
}

/* The node population that the attribute of an id dataset names. */
static saltus_status find_nodes(const edge_columns *e, const sonata_circuit *circuit,
                                const char *column, const sonata_nodes **nodes, saltus_error *error)
{
    char *path = sl_sonata_format("/edges/%s/%s", e->name, column);
    if (path == NULL) {
        return sl_sonata_fail_memory(error);
    }
    char *population = NULL;
    saltus_status status = SALTUS_OK;
    if (!sl_sonata_file_has(e->file, path, H5O_TYPE_DATASET)) {
        status = sl_sonata_fail(error, SALTUS_E_FILE, e->file->path, 0, "has no dataset %s", path);
    } else {
        status = sl_sonata_file_text(e->file, path, "node_population", &population, error);
    }
    if (!status && population == NULL) {
        status =
            sl_sonata_fail(error, SALTUS_E_FILE, e->file->path, 0,
                           "%s has no attribute node_population (the name of a population)", path);
    }
    if (!status) {
        *nodes = sl_sonata_circuit_find(circuit, population);
        if (*nodes == NULL) {
            status = sl_sonata_fail(error, SALTUS_E_EXPERIMENT, e->file->path, 0,
                                    "%s is of node population %s, which the circuit does not have",
                                    path, population);
        }
    }
    free(population);
    free(path);
    return status;
}

/* Turn node ids into positions in the population. */
static saltus_status find_positions(const edge_columns *e, const char *column,
                                    const sonata_nodes *nodes, uint32_t *ids, saltus_error *error)
{
    for (size_t i = 0; i < e->count; i++) {
        const uint32_t position = sl_sonata_nodes_position(nodes, ids[i]);
        if (position == UINT32_MAX) {
            return sl_sonata_fail(error, SALTUS_E_EXPERIMENT, e->file->path, 0,
                                  "/edges/%s/%s[%zu] is %u; population %s has no such node (it has "
                                  "%u)",
                                  e->name, column, i, ids[i], nodes->name, nodes->count);
        }
        ids[i] = position;
    }
    return SALTUS_OK;
}

/* The number of the one group that all edges are in. */
static saltus_status find_group(const edge_columns *e, uint32_t *group, saltus_error *error)
{
    *group = 0;
    char *path = sl_sonata_format("/edges/%s/edge_group_id", e->name);
    if (path == NULL) {
        return sl_sonata_fail_memory(error);
    }
    const bool is_stored = sl_sonata_file_has(e->file, path, H5O_TYPE_DATASET);
    free(path);
    if (!is_stored || e->count == 0) {
        return SALTUS_OK;
    }
    uint32_t *groups = NULL;
    saltus_status status = read_ids(e, "edge_group_id", &groups, error);
    for (size_t i = 0; !status && i < e->count; i++) {
        if (groups[i] != groups[0]) {
            status = sl_sonata_fail(error, SALTUS_E_UNSUPPORTED, e->file->path, 0,
                                    "edge population %s has several edge groups (%u and %u); one "
                                    "group in each edge population is supported",
                                    e->name, groups[0], groups[i]);
        }
    }
    *group = status ? 0 : groups[0];
    free(groups);
    return status;
}

/* Read one attribute of the group's edges, where it is stored. */
static saltus_status read_attribute(edge_columns *e, uint32_t group, const char *attribute,
                                    double **out, saltus_error *error)
{
    char *path = sl_sonata_format("/edges/%s/%u/%s", e->name, group, attribute);
    if (path == NULL) {
        return sl_sonata_fail_memory(error);
    }
    saltus_status status = SALTUS_OK;
    if (sl_sonata_file_has(e->file, path, H5O_TYPE_DATASET)) {
        size_t length = 0;
        status = sl_sonata_file_length(e->file, path, &length, error);
        if (!status && e->group_count != SIZE_MAX) {
            length = e->group_count;
        }
        e->group_count = length;
        if (!status) {
            status = sl_sonata_file_read_double(e->file, path, length, out, error);
        }
    }
    free(path);
    return status;
}

/* Refuse what a group says of each edge and this reader would not obey. */
static saltus_status check_group(const edge_columns *e, uint32_t group, saltus_error *error)
{
    static const char *const overrides[] = {"dynamics_params", "model_template", "weight_function"};
    for (size_t i = 0; i < sizeof overrides / sizeof *overrides; i++) {
        char *path = sl_sonata_format("/edges/%s/%u/%s", e->name, group, overrides[i]);
        if (path == NULL) {
            return sl_sonata_fail_memory(error);
        }
        saltus_status status = SALTUS_OK;
        if (sl_sonata_file_has(e->file, path, H5O_TYPE_DATASET) ||
            sl_sonata_file_has_members(e->file, path)) {
            status = sl_sonata_fail(error, SALTUS_E_UNSUPPORTED, e->file->path, 0,
                                    "%s gives each edge its own parameters; only syn_weight, "
                                    "delay and nsyns are supported",
                                    path);
        }
        free(path);
        if (status) {
            return status;
        }
    }
    return SALTUS_OK;
}

/* Read the index into the group; without one, edge i is element i. */
static saltus_status read_index(edge_columns *e, saltus_error *error)
{
    char *path = sl_sonata_format("/edges/%s/edge_group_index", e->name);
    if (path == NULL) {
        return sl_sonata_fail_memory(error);
    }
    saltus_status status = SALTUS_OK;
    const bool is_stored = sl_sonata_file_has(e->file, path, H5O_TYPE_DATASET);
    if (is_stored) {
        status = read_ids(e, "edge_group_index", &e->index, error);
    } else if (e->group_count != e->count) {
        status = sl_sonata_fail(error, SALTUS_E_FILE, e->file->path, 0, "has no dataset %s", path);
    }
    for (size_t i = 0; !status && is_stored && i < e->count; i++) {
        if (e->index[i] >= e->group_count) {
            status = sl_sonata_fail(error, SALTUS_E_FILE, e->file->path, 0,
                                    "%s[%zu] is %u; the group has %zu elements", path, i,
                                    e->index[i], e->group_count);
        }
    }
    free(path);
    return status;
}

static saltus_status read_group(edge_columns *e, saltus_error *error)
{
    uint32_t group = 0;
    e->group_count = SIZE_MAX;
    saltus_status status = find_group(e, &group, error);
    if (!status) {
        status = check_group(e, group, error);
    }
    if (!status) {
        status = read_attribute(e, group, "syn_weight", &e->syn_weight, error);
    }
    if (!status) {
        status = read_attribute(e, group, "delay", &e->delay_ms, error);
    }
    if (!status) {
        status = read_attribute(e, group, "nsyns", &e->nsyns, error);
    }
    /* Without attributes the index does not matter. */
    return !status && e->group_count != SIZE_MAX ? read_index(e, error) : status;
}

static saltus_status read_columns(edge_columns *e, const sonata_circuit *circuit,
                                  saltus_error *error)
{
    saltus_status status = find_nodes(e, circuit, "source_node_id", &e->source, error);
    if (!status) {
        status = find_nodes(e, circuit, "target_node_id", &e->target, error);
    }
    if (status) {
        return status;
    }
    char *path = sl_sonata_format("/edges/%s/source_node_id", e->name);
    status = path != NULL ? sl_sonata_file_length(e->file, path, &e->count, error)
                          : sl_sonata_fail_memory(error);
    free(path);
    if (!status) {
        status = read_ids(e, "source_node_id", &e->source_id, error);
    }
    if (!status) {
        status = find_positions(e, "source_node_id", e->source, e->source_id, error);
    }
    if (!status) {
        status = read_ids(e, "target_node_id", &e->target_id, error);
    }
    if (!status) {
        status = find_positions(e, "target_node_id", e->target, e->target_id, error);
    }
    if (!status) {
        status = read_ids(e, "edge_type_id", &e->type, error);
    }
    return !status ? read_group(e, error) : status;
}

/* ---- Division into projections ----------------------------------------------------- */

/* The edges ordered by pair of parts; pair p has elements first[p] to first[p + 1] - 1. */
typedef struct edge_lists {
    size_t pair_count;
    size_t *first; /* [pair_count + 1] */
    uint32_t *sources, *targets;
    double *weights_mV, *delays_ms;
} edge_lists;

static void close_lists(edge_lists *lists)
{
    free(lists->first);
    free(lists->sources);
    free(lists->targets);
    free(lists->weights_mV);
    free(lists->delays_ms);
}

/* Weight and delay of edge i of type `row`. *is_default tells that nothing gives the delay. */
static saltus_status weigh(const edge_columns *e, size_t i, const sonata_edge_types *types,
                           uint32_t row, double *weight_mV, double *delay_ms, bool *is_default,
                           saltus_error *error)
{
    const sonata_edge_type *type = &types->types[row];
    const size_t index = e->index != NULL ? e->index[i] : i;
    if (e->syn_weight == NULL && !type->has_weight) {
        return sl_sonata_fail(error, SALTUS_E_EXPERIMENT, types->table.path,
                              types->table.lines[row],
                              "edge type %u has no syn_weight, and neither has /edges/%s",
                              types->table.ids[row], e->name);
    }
    const double syn_weight = e->syn_weight != NULL ? e->syn_weight[index] : type->weight;
    const double nsyns = e->nsyns != NULL ? e->nsyns[index] : type->nsyns;
    *weight_mV = syn_weight * nsyns * type->sign;
    *is_default = *is_default || (e->delay_ms == NULL && !type->has_delay);
    *delay_ms = e->delay_ms != NULL ? e->delay_ms[index]
                : type->has_delay   ? type->delay_ms
                                    : DEFAULT_DELAY_MS;
    if (!(*delay_ms > 0.0)) {
        return sl_sonata_fail(error, SALTUS_E_EXPERIMENT, e->file->path, 0,
                              "delay %zu of /edges/%s is %g ms; a delay must be greater than 0",
                              index, e->name, *delay_ms);
    }
    return SALTUS_OK;
}

static size_t pair_of(const edge_columns *e, size_t i)
{
    return (size_t)e->source->part_of[e->source_id[i]] * e->target->part_count +
           e->target->part_of[e->target_id[i]];
}

static saltus_status open_lists(edge_lists *lists, const edge_columns *e, saltus_error *error)
{
    *lists = (edge_lists){.pair_count = e->source->part_count * e->target->part_count};
    lists->first = sl_sonata_array(lists->pair_count + 1, sizeof *lists->first);
    lists->sources = sl_sonata_array(e->count, sizeof *lists->sources);
    lists->targets = sl_sonata_array(e->count, sizeof *lists->targets);
    lists->weights_mV = sl_sonata_array(e->count, sizeof *lists->weights_mV);
    lists->delays_ms = sl_sonata_array(e->count, sizeof *lists->delays_ms);
    const bool is_complete = lists->first != NULL && lists->sources != NULL &&
                             lists->targets != NULL && lists->weights_mV != NULL &&
                             lists->delays_ms != NULL;
    return is_complete ? SALTUS_OK : sl_sonata_fail_memory(error);
}

/* Put every edge into the list of its pair of parts, in the order of the file. */
static saltus_status fill_lists(edge_lists *lists, const edge_columns *e,
                                const sonata_edge_types *types, bool *is_default,
                                saltus_error *error)
{
    for (size_t i = 0; i < e->count; i++) {
        lists->first[pair_of(e, i)]++;
    }
    /* first[p] becomes the end of pair p; filling from the back brings it to the start. */
    for (size_t p = 0, sum = 0; p <= lists->pair_count; p++) {
        sum += lists->first[p];
        lists->first[p] = sum;
    }
    uint32_t row = UINT32_MAX;
    for (size_t i = e->count; i-- > 0;) {
        if (row == UINT32_MAX || types->table.ids[row] != e->type[i]) {
            row = sl_sonata_table_find(&types->table, e->type[i]);
        }
        if (row == UINT32_MAX) {
            return sl_sonata_fail(error, SALTUS_E_EXPERIMENT, e->file->path, 0,
                                  "/edges/%s/edge_type_id[%zu] is %u, which is not in %s", e->name,
                                  i, e->type[i], types->table.path);
        }
        const size_t at = --lists->first[pair_of(e, i)];
        lists->sources[at] = e->source->index_of[e->source_id[i]];
        lists->targets[at] = e->target->index_of[e->target_id[i]];
        const saltus_status status = weigh(e, i, types, row, &lists->weights_mV[at],
                                           &lists->delays_ms[at], is_default, error);
        if (status) {
            return status;
        }
    }
    return SALTUS_OK;
}

/* A list, or a constant when all are equal: shared weights and delays take no memory. */
static saltus_value list_or_constant(const double *list, size_t count)
{
    saltus_value value = saltus_constant(list[0]);
    for (size_t i = 1; i < count; i++) {
        if (list[i] != list[0]) {
            value.kind = SALTUS_VALUE_LIST;
            value.list = list;
            value.list_length = count;
            break;
        }
    }
    return value;
}

/* Add the projection of one pair of parts. */
static saltus_status add_projection(const edge_columns *e, const edge_lists *lists, size_t pair,
                                    saltus_experiment *experiment, saltus_error *error)
{
    const sonata_part *source = &e->source->parts[pair / e->target->part_count];
    const sonata_part *target = &e->target->parts[pair % e->target->part_count];
    const size_t first = lists->first[pair];
    const size_t count = lists->first[pair + 1] - first;
    if (count == 0) {
        return SALTUS_OK;
    }
    if (target->is_virtual) {
        return sl_sonata_fail(error, SALTUS_E_EXPERIMENT, e->file->path, 0,
                              "edge population %s has edges onto virtual nodes of population %s; "
                              "virtual nodes receive nothing",
                              e->name, e->target->name);
    }
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = source->population;
    spec.target = target->population;
    spec.rule = SALTUS_RULE_LIST;
    spec.list_sources = lists->sources + first;
    spec.list_targets = lists->targets + first;
    spec.list_count = count;
    spec.weight_mV = list_or_constant(lists->weights_mV + first, count);
    spec.delay_ms = list_or_constant(lists->delays_ms + first, count);
    saltus_error wrong = {0};
    const saltus_status status = saltus_experiment_add_projection(experiment, &spec, NULL, &wrong);
    if (status == SALTUS_E_MEMORY) {
        return sl_sonata_fail_memory(error);
    }
    return !status ? SALTUS_OK
                   : sl_sonata_fail(error, status, e->file->path, 0, "edge population %s: %s",
                                    e->name, wrong.message);
}

static saltus_status read_population(const sonata_file *file, const char *name,
                                     const sonata_edge_types *types, const sonata_circuit *circuit,
                                     saltus_experiment *experiment, sonata_notes *notes,
                                     saltus_error *error)
{
    edge_columns e = {.file = file, .name = name};
    edge_lists lists = {0};
    bool is_default = false;
    saltus_status status = read_columns(&e, circuit, error);
    if (!status) {
        status = open_lists(&lists, &e, error);
    }
    if (!status) {
        status = fill_lists(&lists, &e, types, &is_default, error);
    }
    close_columns(&e);
    for (size_t pair = 0; !status && pair < lists.pair_count; pair++) {
        status = add_projection(&e, &lists, pair, experiment, error);
    }
    close_lists(&lists);
    if (!status && is_default) {
        status =
            sl_sonata_note(notes, error, "%s: edge population %s gives no delay; %g ms is used",
                           file->path, name, DEFAULT_DELAY_MS);
    }
    return status;
}

/* ---- Files ------------------------------------------------------------------------- */

/* Read every population of one pair of files. */
static saltus_status read_files(const sonata_config *config, const sonata_circuit *circuit,
                                const char *edges_path, const char *types_path,
                                saltus_experiment *experiment, sonata_notes *notes,
                                saltus_error *error)
{
    sonata_names names = {0};
    sonata_edge_types types = {0};
    sonata_file file = {.id = H5I_INVALID_HID};
    saltus_status status = sl_sonata_edge_types_open(&types, config, types_path, error);
    if (!status) {
        status = sl_sonata_file_open(&file, edges_path, error);
    }
    if (!status) {
        status = sl_sonata_file_groups(&file, "/edges", &names, error);
    }
    for (size_t i = 0; !status && i < names.count; i++) {
        status = read_population(&file, names.items[i], &types, circuit, experiment, notes, error);
    }
    sl_sonata_file_close(&file);
    sl_sonata_edge_types_close(&types);
    sl_sonata_names_clear(&names);
    return status;
}

/* Read entry i of networks.edges. */
static saltus_status read_entry(const sonata_config *config, const sonata_circuit *circuit,
                                const json_t *entry, size_t i, saltus_experiment *experiment,
                                sonata_notes *notes, saltus_error *error)
{
    const sonata_part_config *part = &config->circuit;
    char *edges = NULL;
    char *types = NULL;
    saltus_status status =
        sl_sonata_config_path(part, entry, "networks.edges", "edges_file", &edges, error);
    if (!status) {
        status =
            sl_sonata_config_path(part, entry, "networks.edges", "edge_types_file", &types, error);
    }
    if (!status && (edges == NULL || types == NULL)) {
        status = sl_sonata_fail(error, SALTUS_E_EXPERIMENT, part->path, 0,
                                "networks.edges[%zu] needs both edges_file and edge_types_file", i);
    }
    if (!status && sl_sonata_config_is_disabled(entry)) {
        status = sl_sonata_note(notes, error, "%s: networks.edges[%zu] (%s) is not enabled",
                                part->path, i, edges);
    } else if (!status) {
        status = read_files(config, circuit, edges, types, experiment, notes, error);
    }
    free(edges);
    free(types);
    return status;
}

saltus_status sl_sonata_edges_read(const sonata_config *config, const sonata_circuit *circuit,
                                   saltus_experiment *experiment, sonata_notes *notes,
                                   saltus_error *error)
{
    const json_t *list =
        json_object_get(json_object_get(config->circuit.root, "networks"), "edges");
    if (list != NULL && !json_is_array(list)) {
        return sl_sonata_fail(error, SALTUS_E_EXPERIMENT, config->circuit.path, 0,
                              "networks.edges must be a list");
    }
    saltus_status status = SALTUS_OK;
    for (size_t i = 0; !status && i < json_array_size(list); i++) {
        status = read_entry(config, circuit, json_array_get(list, i), i, experiment, notes, error);
    }
    return status;
}
