/* read_weight_file - `weight: {from: FILE, projection: NAME, time: TIME}` of a projection: weights
 * that a run has recorded.
 *
 * Without a name they are those of the projection of the same name. The file says which synapse
 * each weight is of; whether the network has the same ones is seen when it is built.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiment/experiment.h"
#include "experiment/experiment_reader.h"
#include "experiment/target_weight.h"
#include "experiment/values.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* How many projections have this name already. */
static size_t namesakes(const saltus_experiment *experiment, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < experiment->projection_count; i++) {
        count += strcmp(experiment->projections[i].name, name) == 0;
    }
    return count;
}

/* Name under which a run of this experiment records the projection: its own, and from the second
 * of several on "#2" and so on; malloc'ed. */
static char *own_name(const saltus_experiment *experiment, const saltus_projection_spec *spec)
{
    const char *source = experiment->populations[spec->source].name;
    const char *target = experiment->populations[spec->target].name;
    const size_t given = spec->name != NULL ? strlen(spec->name) : 0;
    const size_t size = given + strlen(source) + strlen(target) + sizeof "->#18446744073709551615";
    char *name = malloc(size);
    if (name == NULL) {
        return NULL;
    }
    if (spec->name != NULL) {
        snprintf(name, size, "%s", spec->name);
    } else {
        snprintf(name, size, "%s->%s", source, target);
    }
    const size_t before = namesakes(experiment, name);
    if (before > 0) {
        const size_t length = strlen(name);
        snprintf(name + length, size - length, "#%zu", before + 1);
    }
    return name;
}

/* "last", or a time. */
static bool read_time(reader *r, yaml_node *mapping, double *time_ms)
{
    yaml_node *node = sl_yaml_node_get(mapping, "time");
    *time_ms = NOT_SET;
    if (node == NULL || (node->kind == YAML_KIND_SCALAR && strcmp(node->text, "last") == 0)) {
        return true;
    }
    const size_t mark = sl_reader_enter(r, "time");
    check_place place = {.reader = r, .item = node};
    problem_sink sink = sl_reader_sink(&place);
    const bool good =
        sl_reader_quantity(r, node, QUANTITY_TIME, time_ms) && sl_check_time(&sink, "", *time_ms);
    sl_reader_leave(r, mark);
    return good;
}

static bool read_name(reader *r, yaml_node *mapping, const char *key, const char **out)
{
    yaml_node *node = sl_yaml_node_get(mapping, key);
    if (node == NULL) {
        return true;
    }
    const size_t mark = sl_reader_enter(r, key);
    const bool good = sl_reader_text(r, node, out);
    sl_reader_leave(r, mark);
    return good;
}

/* What is asked for: the file's name, and of what in it. */
typedef struct weight_request {
    const char *file, *projection;
    double time_ms;
} weight_request;

static bool read_file(reader *r, yaml_node *node, const weight_request *request,
                      saltus_projection_spec *spec)
{
    char *path = sl_reader_file_path(r, request->file);
    if (path == NULL) {
        return false;
    }
    saltus_error error = {0};
    uint32_t *sources = NULL;
    uint32_t *targets = NULL;
    double *weights = NULL;
    size_t count = 0;
    const saltus_population_spec *target = sl_target_of(r->experiment, spec->target);
    const saltus_status status = r->options->weight_reader(
        path, request->projection, request->time_ms, sl_target_unit(target), &sources, &targets,
        &weights, &count, &error);
    free(path);
    if (status == SALTUS_E_MEMORY) {
        sl_reader_no_memory(r);
        return false;
    }
    if (status != SALTUS_OK) {
        sl_reader_report(r, node, "%s", error.message);
        return false;
    }
    bool kept = sl_reader_keep(r, sources);
    kept &= sl_reader_keep(r, targets);
    kept &= sl_reader_keep(r, weights);
    saltus_value *value = sl_projection_weight_field(target, spec);
    *value = saltus_constant(0);
    value->kind = SALTUS_VALUE_LIST;
    value->list = weights;
    value->list_length = count;
    spec->weight_sources = sources;
    spec->weight_targets = targets;
    return kept;
}

static bool read_mapping(reader *r, yaml_node *node, saltus_projection_spec *spec)
{
    static const char *const keys[] = {"from", "projection", "time"};
    const size_t findings = sl_reader_findings(r);
    weight_request request = {.file = NULL};
    sl_reader_keys(r, node, keys, COUNT(keys), "weights from a file");
    bool good = read_name(r, node, "from", &request.file);
    good &= read_name(r, node, "projection", &request.projection);
    good &= read_time(r, node, &request.time_ms);
    if (!good || sl_reader_findings(r) > findings) {
        return false;
    }
    yaml_node *from = sl_yaml_node_get(node, "from");
    if (r->options == NULL || r->options->weight_reader == NULL) {
        sl_reader_report(r, from, "this program was built without HDF5 and cannot read weights");
        return false;
    }
    char *own = NULL;
    if (request.projection == NULL) {
        own = own_name(r->experiment, spec);
        if (own == NULL) {
            sl_reader_no_memory(r);
            return false;
        }
        request.projection = own;
    }
    const size_t mark = sl_reader_enter(r, "from");
    good = read_file(r, from, &request, spec);
    sl_reader_leave(r, mark);
    free(own);
    return good;
}

bool sl_read_weight_file(reader *r, yaml_node *node, saltus_projection_spec *spec)
{
    const size_t mark = sl_reader_enter(r, "weight");
    const bool good = read_mapping(r, node, spec);
    sl_reader_leave(r, mark);
    return good;
}
