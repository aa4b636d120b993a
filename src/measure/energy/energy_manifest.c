/* energy_manifest - counted work from the manifest.json of a result directory.
 *
 * Every JSON text that the command writes is YAML too (YAML 1.2, section 1.2), so the reader of
 * experiment files reads it, with positions and in every build.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/status.h"
#include "experiment/whole_file.h"
#include "measure/energy/energy_internal.h"

static void read_counts(reader *r, yaml_node *counts, saltus_counts *out)
{
    const size_t mark = sl_reader_enter(r, "counts");
    if (sl_reader_mapping(r, counts, "'counts'")) {
        sl_reader_need(r, counts, "spikes", "\"spikes\": 0");
        sl_reader_need(r, counts, "synaptic_events", "\"synaptic_events\": 0");
    }
    for (size_t i = 0; i < saltus_count_total(); i++) {
        const char *key = saltus_count_name(i);
        yaml_node *node = sl_yaml_node_get(counts, key);
        if (node != NULL) {
            const size_t inner = sl_reader_enter(r, key);
            sl_reader_integer(r, node, UINT64_MAX, saltus_count_at(out, i));
            sl_reader_leave(r, inner);
        }
    }
    sl_reader_leave(r, mark);
}

/* A time from 0, in the unit of the key; null and absent: *out stays. */
static void read_time(reader *r, yaml_node *root, const char *key, double to_seconds, double *out)
{
    yaml_node *node = sl_yaml_node_get(root, key);
    double value = 0;
    if (node == NULL || sl_yaml_node_is_null(node)) {
        return;
    }
    const size_t mark = sl_reader_enter(r, key);
    if (sl_reader_quantity(r, node, QUANTITY_NUMBER, &value)) {
        if (value < 0) {
            sl_reader_report(r, node, "found %s; a time from 0 is needed", node->text);
        } else {
            *out = value * to_seconds;
        }
    }
    sl_reader_leave(r, mark);
}

static void read_manifest(reader *r, yaml_node *root, saltus_energy_work *work)
{
    uint64_t neurons = 0;
    if (!sl_reader_mapping(r, root, "a manifest")) {
        return;
    }
    yaml_node *own = sl_yaml_node_get(root, "counts");
    if (own == NULL && sl_yaml_node_get(root, "learning") != NULL) {
        sl_reader_report(r, root,
                         "this is the manifest of a course of saltus learn, whose counts are by "
                         "phase and whose energy an image it states itself; a manifest of saltus "
                         "run is needed, or a file with its keys counts and simulated_ms");
        return;
    }
    yaml_node *counts = sl_reader_need(r, root, "counts", "\"counts\": {\"spikes\": 0, ...}");
    if (counts != NULL) {
        read_counts(r, counts, &work->counts);
    }
    sl_reader_need(r, root, "simulated_ms", "\"simulated_ms\": 1000");
    read_time(r, root, "simulated_ms", 1e-3, &work->simulated_s);
    read_time(r, root, "run_wall_s", 1, &work->wall_s);
    yaml_node *size = sl_yaml_node_get(sl_yaml_node_get(root, "size"), "neurons");
    if (size != NULL) {
        const size_t mark = sl_reader_enter(r, "size.neurons");
        if (sl_reader_integer(r, size, UINT64_MAX, &neurons)) {
            work->neurons = (double)neurons;
        }
        sl_reader_leave(r, mark);
    }
}

/* The first finding as an error. */
static saltus_status fail_with(const saltus_diagnostics *found, saltus_error *error)
{
    const saltus_diagnostic d = saltus_diagnostics_get(found, 0);
    return sl_fail_at(error, SALTUS_E_ARGUMENT, d.file, d.line, d.column, "%s%s%s", d.path,
                      d.path[0] != '\0' ? ": " : "", d.message);
}

static saltus_status read_text(const char *path, const char *text, size_t length,
                               saltus_energy_work *work, saltus_error *error)
{
    reader r = {.file = path, .folder = ""};
    yaml_node *root = NULL;
    yaml_tree *tree = sl_yaml_tree_create();
    r.found = sl_diagnostics_create();
    saltus_energy_work read = *work;
    saltus_status status = SALTUS_E_MEMORY;
    if (tree != NULL && r.found != NULL &&
        sl_yaml_tree_parse(tree, text, length, path, 0, r.found, &root)) {
        if (root != NULL) {
            read_manifest(&r, root, &read);
        }
        status = r.failure;
    }
    if (status == SALTUS_E_MEMORY) {
        sl_fail_memory(error);
    } else if (sl_reader_findings(&r) > 0) {
        sl_diagnostics_sort(r.found);
        status = fail_with(r.found, error);
    } else if (root == NULL) {
        status = sl_fail_at(error, SALTUS_E_ARGUMENT, path, 1, 1,
                            "the file is empty; a "
                            "manifest.json is needed");
    } else {
        *work = read;
    }
    saltus_diagnostics_destroy(r.found);
    sl_yaml_tree_destroy(tree);
    return status;
}

saltus_status saltus_energy_work_read_manifest(const char *path, saltus_energy_work *work,
                                               saltus_error *error)
{
    static const whole_file_limit limit = {(size_t)1 << 28, "it is larger than 256 MiB"};
    size_t length = 0;
    const char *problem = NULL;
    if (path == NULL || work == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "a path and a place for the work are needed");
    }
    char *text = sl_whole_file_read(path, &limit, &length, &problem);
    if (text == NULL) {
        return problem == NULL ? sl_fail_memory(error)
                               : sl_fail_at(error, SALTUS_E_FILE, path, 0, 0,
                                            "the file cannot be read: %s", problem);
    }
    const saltus_status status = read_text(path, text, length, work, error);
    free(text);
    return status;
}
