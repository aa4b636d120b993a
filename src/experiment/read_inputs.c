/* read_inputs - the section `inputs` of an experiment file.
 *
 * An input with several targets becomes one input a target, NAME/TARGET: each target's random
 * trains are its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiment/experiment.h"
#include "experiment/experiment_reader.h"
#include "experiment/values.h"
#include "saltus/catalog.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* In the order of saltus_input_type. */
static const char *const type_names[] = {"poisson", "arrivals", "periodic", "current"};

/* The weight goes into spec->weight_mV, whatever its unit. */
static void read_fields(reader *r, yaml_node *node, saltus_input_spec *spec)
{
    static const char *const poisson[] = {"type",   "to",    "receptor", "rate",
                                          "weight", "start", "stop"};
    static const char *const arrivals[] = {"type", "to", "receptor", "csv"};
    static const char *const periodic[] = {"type",   "to",    "receptor", "interval",
                                           "weight", "start", "stop"};
    switch (spec->type) {
    case SALTUS_INPUT_POISSON:
        sl_reader_keys(r, node, poisson, COUNT(poisson), "a poisson input");
        sl_read_rate(r, node, &spec->rate_Hz, &spec->rate_course);
        break;
    case SALTUS_INPUT_ARRIVALS:
        sl_reader_keys(r, node, arrivals, COUNT(arrivals), "an arrivals input");
        sl_reader_need(r, node, "csv", "csv: arrivals.csv");
        return;
    case SALTUS_INPUT_PERIODIC:
        sl_reader_keys(r, node, periodic, COUNT(periodic), "a periodic input");
        sl_reader_get_quantity(r, node, "interval", QUANTITY_TIME, &spec->interval_ms);
        break;
    case SALTUS_INPUT_CURRENT:
        sl_read_current(r, node, spec);
        return;
    }
    sl_reader_get_quantity(r, node, "weight", sl_reader_weight_kind(r), &spec->weight_mV);
    sl_reader_get_quantity(r, node, "start", QUANTITY_TIME, &spec->start_ms);
    sl_reader_get_quantity(r, node, "stop", QUANTITY_TIME, &spec->stop_ms);
}

/* The arrivals file, with indices of the spec's population. */
static void read_arrivals(reader *r, yaml_node *csv, saltus_input_spec *spec)
{
    const saltus_population_spec *target = &r->experiment->populations[spec->population];
    const bool currents = saltus_model_has_currents(target->model);
    csv_column columns[] = {
        {.name = "time_ms", .type = CSV_REAL, .low = 0, .high = 4.5e7, .ascending = true},
        {.name = "target", .type = CSV_INDEX, .limit = target->size, .limit_of = "the population"},
        {.name = currents ? "weight_pA" : "weight_mV",
         .type = CSV_REAL,
         .low = -1e12,
         .high = 1e12}};
    const csv_request request = {.columns = columns, .count = COUNT(columns)};
    const size_t mark = sl_reader_enter(r, "csv");
    if (sl_reader_csv(r, csv, &request, &spec->arrival_count)) {
        spec->arrival_times_ms = columns[0].reals;
        spec->arrival_targets = columns[1].indices;
        *(currents ? &spec->arrival_weights_pA : &spec->arrival_weights_mV) = columns[2].reals;
    }
    sl_reader_leave(r, mark);
}

/* NAME/TARGET, kept until the next release; NULL when memory ran out. */
static char *joined_name(reader *r, const char *name, const char *target)
{
    const size_t size = strlen(name) + strlen(target) + 2;
    char *joined = malloc(size);
    if (joined == NULL) {
        sl_reader_no_memory(r);
        return NULL;
    }
    snprintf(joined, size, "%s/%s", name, target);
    return sl_reader_keep(r, joined) ? joined : NULL;
}

/* Add the input for one of its targets. */
static void add_target(reader *r, yaml_node *node, const population_list *to, size_t i,
                       saltus_input_spec spec)
{
    const saltus_population_spec *target = &r->experiment->populations[to->indices[i]];
    yaml_node *csv = sl_yaml_node_get(node, "csv");
    spec.population = to->indices[i];
    if (target->size == 0) {
        return; /* its findings are reported already */
    }
    if (to->count > 1) {
        spec.name = joined_name(r, spec.name, target->name);
        if (spec.name == NULL) {
            return;
        }
    }
    const bool arrives = spec.type != SALTUS_INPUT_CURRENT;
    if (arrives) {
        sl_reader_receptor(r, node, target, &spec.receptor);
    }
    if (arrives && saltus_model_has_currents(target->model)) {
        spec.weight_pA = spec.weight_mV;
        spec.weight_mV = NOT_SET;
    }
    if (spec.type == SALTUS_INPUT_ARRIVALS && csv != NULL) {
        read_arrivals(r, csv, &spec);
    }
    check_place place = {.reader = r, .item = node, .name = node->key, .to = to->nodes[i]};
    problem_sink sink = sl_reader_sink(&place);
    sl_check_input(r->experiment, &spec, &sink);
    if (sl_reader_findings(r) == 0 && r->failure == SALTUS_OK &&
        !sl_experiment_append_input(r->experiment, &spec)) {
        sl_reader_no_memory(r);
    }
}

static void read_input(reader *r, yaml_node *node)
{
    saltus_input_spec spec = saltus_input_spec_default();
    spec.name = node->key->text;
    if (!sl_reader_mapping(r, node, "an input")) {
        return;
    }
    yaml_node *type = sl_reader_need(r, node, "type", "type: poisson");
    yaml_node *to = sl_reader_need(r, node, "to", "to: E");
    bool typed = false;
    size_t index = 0;
    if (type != NULL) {
        const size_t mark = sl_reader_enter(r, "type");
        typed = sl_reader_word(r, type, type_names, COUNT(type_names), "type of input", &index);
        sl_reader_leave(r, mark);
    }
    population_list targets = {0};
    if (to != NULL) {
        const size_t mark = sl_reader_enter(r, "to");
        sl_reader_populations(r, to, &targets);
        sl_reader_leave(r, mark);
    }
    spec.type = (saltus_input_type)index;
    const bool weighs = !typed || spec.type != SALTUS_INPUT_CURRENT;
    const bool alike = !weighs || sl_reader_begin_weights(r, &targets);
    if (typed) {
        read_fields(r, node, &spec);
    }
    sl_reader_end_weights(r);
    for (size_t i = 0; typed && alike && i < targets.count && r->failure == SALTUS_OK; i++) {
        add_target(r, node, &targets, i, spec);
    }
}

void sl_read_inputs(reader *r, yaml_node *section)
{
    const size_t mark = sl_reader_enter(r, "inputs");
    if (!sl_yaml_node_is_null(section) && sl_reader_mapping(r, section, "inputs")) {
        for (yaml_node *node = section->first; node != NULL && r->failure == SALTUS_OK;
             node = node->next) {
            const size_t inner = sl_reader_enter(r, node->key->text);
            read_input(r, node);
            sl_reader_leave(r, inner);
            sl_reader_release(r);
        }
    }
    sl_reader_leave(r, mark);
}
