/* load - an experiment file, whole: text to tree, overrides, sections, findings. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "experiment/experiment.h"
#include "experiment/experiment_reader.h"
#include "experiment/override.h"
#include "experiment/whole_file.h"

#define FORMAT_VERSION 1

/* ---- Sections ---------------------------------------------------------------------- */

static void read_version(reader *r, yaml_node *root)
{
    uint64_t version = 0;
    yaml_node *node = sl_reader_need(r, root, "saltus", "saltus: 1 (the version of the format)");
    const size_t mark = sl_reader_enter(r, "saltus");
    if (node != NULL && sl_reader_integer(r, node, UINT64_MAX, &version) &&
        version != FORMAT_VERSION) {
        sl_reader_report(r, node, "found version %llu of the format; this program reads version 1",
                         (unsigned long long)version);
    }
    sl_reader_leave(r, mark);
}

/* The file's name without folder and .yaml. */
static char *default_title(const char *file)
{
    const char *slash = strrchr(file, '/');
    const char *base = slash == NULL ? file : slash + 1;
    size_t length = strlen(base);
    const char *dot = strrchr(base, '.');
    if (dot != NULL && dot > base && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0)) {
        length = (size_t)(dot - base);
    }
    return strndup(base, length);
}

static void read_title(reader *r, yaml_node *root)
{
    yaml_node *node = sl_yaml_node_get(root, "title");
    const char *text = NULL;
    if (node != NULL && !sl_yaml_node_is_null(node)) {
        const size_t mark = sl_reader_enter(r, "title");
        sl_reader_text(r, node, &text);
        sl_reader_leave(r, mark);
    }
    char *title = text != NULL ? sl_memory_string(text) : default_title(r->file);
    if (title == NULL) {
        sl_reader_no_memory(r);
        return;
    }
    free(r->experiment->title);
    r->experiment->title = title;
}

static void read_seed(reader *r, yaml_node *root)
{
    yaml_node *node = sl_yaml_node_get(root, "seed");
    if (node != NULL) {
        const size_t mark = sl_reader_enter(r, "seed");
        sl_reader_integer(r, node, UINT64_MAX, &r->experiment->seed);
        sl_reader_leave(r, mark);
    }
}

static void read_duration(reader *r, yaml_node *root)
{
    /* how long learning takes follows from its images */
    if (sl_yaml_node_get(root, "duration") == NULL && sl_yaml_node_get(root, "learning") != NULL) {
        r->experiment->duration_open = true;
        return;
    }
    yaml_node *node = sl_reader_need(r, root, "duration", "duration: 1000 ms");
    const size_t mark = sl_reader_enter(r, "duration");
    double duration_ms = 0;
    if (node != NULL && sl_reader_quantity(r, node, QUANTITY_TIME, &duration_ms)) {
        check_place place = {.reader = r, .item = node};
        problem_sink sink = sl_reader_sink(&place);
        sl_check_duration(duration_ms, &sink);
        r->experiment->duration_ms = duration_ms;
    }
    sl_reader_leave(r, mark);
}

static void read_sections(reader *r, yaml_node *root)
{
    static const char *const keys[] = {"saltus",      "title",      "seed",    "duration",
                                       "populations", "modulators", "inputs",  "projections",
                                       "record",      "faults",     "learning"};
    sl_reader_keys(r, root, keys, sizeof keys / sizeof keys[0], "an experiment");
    read_version(r, root);
    read_title(r, root);
    read_seed(r, root);
    read_duration(r, root);
    yaml_node *populations = sl_reader_need(r, root, "populations", "populations: {E: {...}}");
    if (populations == NULL) {
        return; /* all other sections name populations */
    }
    sl_read_populations(r, populations);
    yaml_node *modulators = sl_yaml_node_get(root, "modulators");
    if (modulators != NULL) {
        sl_read_modulators(r, modulators);
    }
    yaml_node *inputs = sl_yaml_node_get(root, "inputs");
    if (inputs != NULL) {
        sl_read_inputs(r, inputs);
    }
    yaml_node *projections = sl_yaml_node_get(root, "projections");
    if (projections != NULL) {
        sl_read_projections(r, projections);
    }
    r->projections_known = sl_reader_findings(r) == 0;
    yaml_node *faults = sl_yaml_node_get(root, "faults");
    if (faults != NULL && !sl_yaml_node_is_null(faults)) {
        sl_read_faults(r, faults);
    }
    yaml_node *learning = sl_yaml_node_get(root, "learning");
    if (learning != NULL && !sl_yaml_node_is_null(learning)) {
        sl_read_learning(r, learning);
    }
    sl_read_record(r, sl_yaml_node_get(root, "record"));
}

/* ---- Text -------------------------------------------------------------------------- */

/* Parse, override, read. False when memory ran out. */
static bool read_text(reader *r, yaml_tree *tree, const char *text, size_t length)
{
    yaml_node *root = NULL;
    if (!sl_yaml_tree_parse(tree, text, length, r->file, 0, r->found, &root)) {
        return false;
    }
    if (root == NULL) {
        const finding_place place = {.file = r->file, .line = 1, .column = 1};
        return sl_reader_findings(r) > 0 ||
               sl_diagnostics_add(r->found, &place, "",
                                  "the file is empty; an experiment begins with 'saltus: 1'");
    }
    if (!sl_reader_mapping(r, root, "an experiment")) {
        return r->failure == SALTUS_OK;
    }
    const saltus_load_options *options = r->options;
    for (size_t i = 0; options != NULL && i < options->override_count; i++) {
        if (!sl_override_apply(tree, root, &options->overrides[i], (uint32_t)i, r->found)) {
            return false;
        }
    }
    read_sections(r, root);
    return r->failure == SALTUS_OK;
}

/* Hand over what was read, or the findings. */
static saltus_status finish(reader *r, saltus_experiment **out, saltus_diagnostics **diagnostics)
{
    if (sl_reader_findings(r) == 0) {
        *out = r->experiment;
        saltus_diagnostics_destroy(r->found);
        return SALTUS_OK;
    }
    saltus_experiment_destroy(r->experiment);
    sl_diagnostics_sort(r->found);
    if (diagnostics != NULL) {
        *diagnostics = r->found;
    } else {
        saltus_diagnostics_destroy(r->found);
    }
    return SALTUS_E_EXPERIMENT;
}

saltus_status saltus_experiment_load_text(const char *text, size_t length, const char *name,
                                          const char *folder, const saltus_load_options *options,
                                          saltus_experiment **out, saltus_diagnostics **diagnostics)
{
    if (diagnostics != NULL) {
        *diagnostics = NULL;
    }
    if (out == NULL || (text == NULL && length > 0) || name == NULL) {
        return SALTUS_E_ARGUMENT;
    }
    *out = NULL;
    reader r = {.file = name, .folder = folder == NULL ? "" : folder, .options = options};
    yaml_tree *tree = sl_yaml_tree_create();
    r.found = sl_diagnostics_create();
    saltus_status status = saltus_experiment_create(name, &r.experiment);
    if (tree == NULL || r.found == NULL || status != SALTUS_OK ||
        !read_text(&r, tree, text == NULL ? "" : text, length)) {
        saltus_experiment_destroy(r.experiment);
        saltus_diagnostics_destroy(r.found);
        status = SALTUS_E_MEMORY;
    } else {
        status = finish(&r, out, diagnostics);
    }
    sl_reader_release(&r);
    free(r.scratch);
    sl_yaml_tree_destroy(tree);
    return status;
}

/* ---- Files ------------------------------------------------------------------------- */

saltus_status saltus_experiment_load(const char *path, const saltus_load_options *options,
                                     saltus_experiment **out, saltus_diagnostics **diagnostics)
{
    if (diagnostics != NULL) {
        *diagnostics = NULL;
    }
    if (out == NULL || path == NULL) {
        return SALTUS_E_ARGUMENT;
    }
    *out = NULL;
    static const whole_file_limit limit = {
        (size_t)1 << 28, "it is larger than 256 MiB; put long lists into CSV files"};
    size_t length = 0;
    const char *problem = NULL;
    char *text = sl_whole_file_read(path, &limit, &length, &problem);
    if (text == NULL) {
        return problem == NULL ? SALTUS_E_MEMORY : sl_whole_file_refuse(path, problem, diagnostics);
    }
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL   ? sl_memory_string("")
                   : slash == path ? sl_memory_string("/")
                                   : strndup(path, (size_t)(slash - path));
    const saltus_status status =
        folder == NULL
            ? SALTUS_E_MEMORY
            : saltus_experiment_load_text(text, length, path, folder, options, out, diagnostics);
    free(folder);
    free(text);
    return status;
}
