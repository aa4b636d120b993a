/* read_record - the section `record` of an experiment file.
 *
 * Without it, or without `spikes`, the spikes of all populations of neurons are recorded.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "experiment/experiment.h"
#include "experiment/experiment_reader.h"
#include "experiment/text_excerpt.h"
#include "experiment/values.h"
#include "saltus/catalog.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- Spikes ------------------------------------------------------------------------ */

static void record_all(saltus_experiment *experiment, bool sources)
{
    for (size_t i = 0; i < experiment->population_count; i++) {
        experiment->record_spikes[i] =
            sources || !saltus_model_is_source(experiment->populations[i].model);
    }
}

static void read_spikes(reader *r, yaml_node *node)
{
    population_list populations = {0};
    if (node == NULL) {
        record_all(r->experiment, false);
        return;
    }
    /* A population may itself be called "all". */
    if (node->kind == YAML_KIND_SCALAR && strcmp(node->text, "all") == 0 &&
        saltus_experiment_find_population(r->experiment, "all") == UINT32_MAX) {
        record_all(r->experiment, true);
        return;
    }
    if (node->kind == YAML_KIND_LIST && node->count == 0) {
        return;
    }
    const size_t mark = sl_reader_enter(r, "spikes");
    sl_reader_populations(r, node, &populations);
    sl_reader_leave(r, mark);
    for (size_t i = 0; i < populations.count; i++) {
        r->experiment->record_spikes[populations.indices[i]] = true;
    }
    sl_reader_release(r);
}

/* ---- Potentials -------------------------------------------------------------------- */

static void add_record(reader *r, yaml_node *node, const potential_record *record)
{
    check_place place = {.reader = r, .item = node};
    problem_sink sink = sl_reader_sink(&place);
    sl_check_potential(r->experiment, record, &sink);
    if (sl_reader_findings(r) == 0 && r->failure == SALTUS_OK &&
        !sl_experiment_append_potential(r->experiment, record)) {
        sl_reader_no_memory(r);
    }
}

/* `at: [...]`: one sample of every range at each time. */
static void add_times(reader *r, yaml_node *node, yaml_node *at, potential_record record)
{
    const bool list = at->kind == YAML_KIND_LIST;
    const size_t mark = sl_reader_enter(r, "at");
    size_t index = 0;
    if (list && at->count == 0) {
        sl_reader_report(r, at, "found an empty list; at least one time is needed");
    }
    for (yaml_node *time = list ? at->first : at; time != NULL; time = list ? time->next : NULL) {
        const size_t inner = list ? sl_reader_enter_index(r, index++) : r->path_length;
        record.interval_ms = 0;
        if (sl_reader_quantity(r, time, QUANTITY_TIME, &record.start_ms)) {
            check_place place = {.reader = r, .item = time};
            problem_sink sink = sl_reader_sink(&place);
            if (sl_check_time(&sink, "", record.start_ms)) {
                add_record(r, node, &record);
            }
        }
        sl_reader_leave(r, inner);
    }
    sl_reader_leave(r, mark);
}

/* The times of one range of neurons. */
static void add_range(reader *r, yaml_node *node, const neuron_range *neurons, uint32_t population)
{
    yaml_node *at = sl_yaml_node_get(node, "at");
    potential_record record = {.population = population,
                               .first = (uint32_t)neurons->first,
                               .count = (uint32_t)(neurons->last - neurons->first + 1),
                               .stop_ms = ENDLESS};
    if (at != NULL) {
        add_times(r, node, at, record);
        return;
    }
    bool good = sl_reader_get_quantity(r, node, "every", QUANTITY_TIME, &record.interval_ms);
    good &= sl_reader_get_quantity(r, node, "start", QUANTITY_TIME, &record.start_ms);
    good &= sl_reader_get_quantity(r, node, "stop", QUANTITY_TIME, &record.stop_ms);
    yaml_node *every = sl_yaml_node_get(node, "every");
    if (good && every != NULL && record.interval_ms == 0) {
        sl_reader_report(r, every, "found 0; samples need a time between them, or 'at'");
    } else if (good) {
        add_record(r, node, &record);
    }
}

static void check_times(reader *r, yaml_node *node)
{
    yaml_node *at = sl_yaml_node_get(node, "at");
    static const char *const others[] = {"every", "start", "stop"};
    if (at == NULL) {
        sl_reader_need(r, node, "every", "every: 1 ms (or at: [1 ms, 2.5 ms])");
        return;
    }
    for (size_t i = 0; i < COUNT(others); i++) {
        yaml_node *other = sl_yaml_node_get(node, others[i]);
        if (other != NULL) {
            sl_reader_report(r, other->key, "found 'at' and '%s'; 'at' says all times itself",
                             others[i]);
        }
    }
}

static void read_entry(reader *r, yaml_node *node)
{
    static const char *const keys[] = {"of", "neurons", "every", "start", "stop", "at"};
    if (!sl_reader_mapping(r, node, "a potential record")) {
        return;
    }
    sl_reader_keys(r, node, keys, COUNT(keys), "a potential record");
    check_times(r, node);
    yaml_node *of = sl_reader_need(r, node, "of", "of: E");
    yaml_node *neurons = sl_yaml_node_get(node, "neurons");
    uint32_t population = 0;
    size_t mark = sl_reader_enter(r, "of");
    const bool known = of != NULL && sl_reader_population(r, of, &population);
    sl_reader_leave(r, mark);
    const uint32_t size = known ? r->experiment->populations[population].size : 0;
    if (size == 0) {
        return;
    }
    const size_t most = neurons != NULL && neurons->kind == YAML_KIND_LIST ? neurons->count : 1;
    neuron_range *ranges = sl_memory_array(most, sizeof(neuron_range));
    if (ranges == NULL) {
        sl_reader_no_memory(r);
        return;
    }
    size_t count = 1;
    ranges[0] = (neuron_range){0, size - 1};
    if (neurons != NULL &&
        !(neurons->kind == YAML_KIND_SCALAR && strcmp(neurons->text, "all") == 0)) {
        mark = sl_reader_enter(r, "neurons");
        count = sl_reader_neurons(r, neurons, size, ranges);
        sl_reader_leave(r, mark);
    }
    for (size_t i = 0; i < count && r->failure == SALTUS_OK; i++) {
        add_range(r, node, &ranges[i], population);
    }
    free(ranges);
}

static void read_potentials(reader *r, yaml_node *node)
{
    const size_t mark = sl_reader_enter(r, "potential");
    if (node->kind != YAML_KIND_LIST && !sl_yaml_node_is_null(node)) {
        sl_reader_report(r, node, "found %s; potential is a list (- {of: E, every: 1 ms})",
                         sl_yaml_node_kind_text(node));
    }
    size_t index = 0;
    for (yaml_node *child = node->kind == YAML_KIND_LIST ? node->first : NULL;
         child != NULL && r->failure == SALTUS_OK; child = child->next) {
        const size_t inner = sl_reader_enter_index(r, index++);
        read_entry(r, child);
        sl_reader_leave(r, inner);
    }
    sl_reader_leave(r, mark);
}

void sl_read_record(reader *r, yaml_node *section)
{
    static const char *const keys[] = {"spikes", "potential", "weights", "positions"};
    if (section == NULL || sl_yaml_node_is_null(section)) {
        record_all(r->experiment, false);
        return;
    }
    const size_t mark = sl_reader_enter(r, "record");
    if (sl_reader_mapping(r, section, "record")) {
        sl_reader_keys(r, section, keys, COUNT(keys), "record");
        read_spikes(r, sl_yaml_node_get(section, "spikes"));
        yaml_node *potential = sl_yaml_node_get(section, "potential");
        if (potential != NULL) {
            read_potentials(r, potential);
        }
        sl_reader_get_bool(r, section, "positions", &r->experiment->record_positions);
        yaml_node *weights = sl_yaml_node_get(section, "weights");
        if (weights != NULL) {
            sl_read_weight_records(r, weights);
        }
    }
    sl_reader_leave(r, mark);
}
