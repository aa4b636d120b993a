/* sonata_load - a SONATA circuit and simulation as an experiment.
 *
 * Nodes first, then the spikes of virtual nodes, because a spike_list population is added with
 * its spikes; then the populations, the edges and the run.
 */
#include <stdlib.h>
#include <string.h>

#include "formats/sonata_config.h"
#include "formats/sonata_edges.h"
#include "formats/sonata_hdf5.h"
#include "formats/sonata_inputs.h"
#include "formats/sonata_map.h"
#include "formats/sonata_nodes.h"
#include "saltus/sonata.h"

/* All that is made while loading. */
typedef struct loading {
    sonata_config config;
    sonata_circuit circuit;
    sonata_notes notes;
    saltus_experiment *experiment;
    saltus_sonata_map *map;
} loading;

/* ---- Populations ------------------------------------------------------------------- */

/* A name of letters, digits and '_' that no population has. */
static char *unique_name(const saltus_experiment *experiment, const char *wanted)
{
    char *name = sl_sonata_format("%s", wanted);
    for (char *p = name; p != NULL && *p != '\0'; p++) {
        const bool is_allowed = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
                                (*p >= '0' && *p <= '9') || *p == '_';
        *p = is_allowed ? *p : '_';
    }
    char *base = name;
    for (unsigned n = 2;
         name != NULL && saltus_experiment_find_population(experiment, name) != UINT32_MAX; n++) {
        char *next = sl_sonata_format("%s_%u", base, n);
        if (name != base) {
            free(name);
        }
        name = next;
    }
    if (name != base) {
        free(base);
    }
    return name;
}

static saltus_status add_part(loading *l, sonata_nodes *nodes, sonata_part *part,
                              saltus_error *error)
{
    saltus_population_spec spec = part->spec;
    if (part->is_virtual) {
        spec = saltus_population_spec_default();
        spec.model = SALTUS_MODEL_SPIKE_LIST;
        spec.spike_times_ms = nodes->spike_times_ms;
        spec.spike_neurons = nodes->spike_neurons;
        spec.spike_count = nodes->spike_count;
    }
    char *name = unique_name(l->experiment, part->name);
    if (name == NULL) {
        return sl_sonata_fail_memory(error);
    }
    spec.name = name;
    spec.size = part->size;
    saltus_error wrong = {0};
    saltus_status status =
        saltus_experiment_add_population(l->experiment, &spec, &part->population, &wrong);
    free(name);
    if (status == SALTUS_E_MEMORY) {
        return sl_sonata_fail_memory(error);
    }
    if (status) {
        return sl_sonata_fail(error, status, nodes->path, 0, "node population %s: %s", nodes->name,
                              wrong.message);
    }
    if (!part->is_virtual) {
        status = saltus_experiment_record_spikes(l->experiment, part->population);
    }
    if (status) {
        return sl_sonata_fail(error, status, nodes->path, 0, "%s", saltus_status_text(status));
    }
    return sl_sonata_map_add(l->map, nodes->name, part->node_ids, part->size, error);
}

static saltus_status add_populations(loading *l, saltus_error *error)
{
    saltus_status status = SALTUS_OK;
    for (size_t i = 0; !status && i < l->circuit.count; i++) {
        sonata_nodes *nodes = &l->circuit.populations[i];
        for (size_t p = 0; !status && p < nodes->part_count; p++) {
            status = add_part(l, nodes, &nodes->parts[p], error);
        }
    }
    return status;
}

/* ---- The run ----------------------------------------------------------------------- */

/* Note a section or key that is there and not obeyed. */
static saltus_status note_section(loading *l, const json_t *object, const char *key,
                                  const char *text, saltus_error *error)
{
    const json_t *value = json_object_get(object, key);
    const bool is_empty = value == NULL || json_is_null(value) ||
                          (json_is_object(value) && json_object_size(value) == 0);
    return is_empty ? SALTUS_OK
                    : sl_sonata_note(&l->notes, error, "%s: %s", l->config.simulation.path, text);
}

static saltus_status set_run(loading *l, saltus_error *error)
{
    const char *path = l->config.simulation.path;
    const json_t *root = l->config.simulation.root;
    const json_t *run = json_object_get(root, "run");
    double start_ms = 0.0;
    double stop_ms = 0.0;
    bool has_start = false;
    bool has_stop = false;
    saltus_status status =
        sl_sonata_config_number(path, run, "run.", "tstop", &stop_ms, &has_stop, error);
    if (!status) {
        status = sl_sonata_config_number(path, run, "run.", "tstart", &start_ms, &has_start, error);
    }
    if (!status && !has_stop) {
        status = sl_sonata_fail(error, SALTUS_E_EXPERIMENT, path, 0,
                                "run.tstop is missing; the duration in ms is needed");
    }
    if (!status && start_ms != 0.0) {
        status = sl_sonata_fail(error, SALTUS_E_UNSUPPORTED, path, 0,
                                "run.tstart is %g ms; only 0 is supported", start_ms);
    }
    saltus_error wrong = {0};
    if (!status && saltus_experiment_set_duration(l->experiment, stop_ms, &wrong)) {
        status = sl_sonata_fail(error, wrong.status, path, 0, "run.tstop: %s", wrong.message);
    }
    if (!status) {
        status = note_section(l, run, "dt",
                              "run.dt is not used: spikes are not bound to a time step", error);
    }
    if (!status) {
        status = note_section(l, root, "conditions",
                              "conditions (v_init, celsius) are not used: neurons start at "
                              "their model's own initial value",
                              error);
    }
    return !status ? note_section(l, root, "reports",
                                  "reports are not written; spikes are recorded", error)
                   : status;
}

/* ---- All --------------------------------------------------------------------------- */

/* The last folder and the file name of `path`. */
static const char *title_of(const char *path)
{
    const char *title = path;
    unsigned slashes = 0;
    for (const char *p = path + strlen(path); p > path && slashes < 2; p--) {
        slashes += p[-1] == '/';
        title = slashes < 2 ? p - 1 : p;
    }
    return title;
}

static saltus_status load(loading *l, const char *path, saltus_error *error)
{
    saltus_status status = sl_sonata_config_open(&l->config, path, error);
    if (!status) {
        status = sl_sonata_nodes_read(&l->config, &l->circuit, &l->notes, error);
    }
    if (!status) {
        status = sl_sonata_inputs_read(&l->config, &l->circuit, &l->notes, error);
    }
    if (!status) {
        l->map = sl_sonata_array(1, sizeof *l->map);
        if (l->map == NULL || saltus_experiment_create(title_of(path), &l->experiment)) {
            status = sl_sonata_fail_memory(error);
        }
    }
    if (!status) {
        status = add_populations(l, error);
    }
    if (!status) {
        status = sl_sonata_edges_read(&l->config, &l->circuit, l->experiment, &l->notes, error);
    }
    return !status ? set_run(l, error) : status;
}

saltus_status saltus_sonata_load_mapped(const char *path, saltus_experiment **out,
                                        saltus_sonata_map **map, char **notes, saltus_error *error)
{
    *out = NULL;
    *map = NULL;
    if (notes != NULL) {
        *notes = NULL;
    }
    loading l = {0};
    const sonata_quiet quiet = sl_sonata_quiet_begin();
    const saltus_status status = load(&l, path, error);
    sl_sonata_quiet_end(quiet);
    sl_sonata_circuit_close(&l.circuit);
    sl_sonata_config_close(&l.config);
    if (status || notes == NULL) {
        free(l.notes.text);
    } else {
        *notes = l.notes.text;
    }
    if (status) {
        saltus_experiment_destroy(l.experiment);
        saltus_sonata_map_destroy(l.map);
        return status;
    }
    *out = l.experiment;
    *map = l.map;
    return SALTUS_OK;
}

saltus_status saltus_sonata_load(const char *path, saltus_experiment **out, char **notes,
                                 saltus_error *error)
{
    saltus_sonata_map *map = NULL;
    const saltus_status status = saltus_sonata_load_mapped(path, out, &map, notes, error);
    saltus_sonata_map_destroy(map);
    return status;
}
