/* read_faults - the section `faults` of an experiment file.
 *
 * An entry says by its first key what fails, and names populations or projections there; several
 * become a fault each, in their order. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "experiment/experiment.h"
#include "experiment/experiment_reader.h"
#include "experiment/text_excerpt.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- Whom it concerns ---------------------------------------------------------------------- */

static const char *first_name(const yaml_node *node)
{
    const yaml_node *first = node->kind == YAML_KIND_LIST ? node->first : node;
    return first != NULL && first->kind == YAML_KIND_SCALAR ? first->text : "";
}

static bool is_projection(const saltus_experiment *e, const char *name)
{
    for (size_t i = 0; i < e->projection_count; i++) {
        if (strcmp(e->projections[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* Are populations named at `node`, or projections? A name of both is reported; of neither, the
 * "->" in the name tells what was meant. */
static bool names_populations(reader *r, yaml_node *node, bool *populations)
{
    const char *name = first_name(node);
    const bool population = saltus_experiment_find_population(r->experiment, name) != UINT32_MAX;
    const bool projection = is_projection(r->experiment, name);
    if (population && projection) {
        sl_reader_report(r, node,
                         "'%s' is a population and a projection; give the projection another name",
                         sl_text_excerpt(name).text);
        return false;
    }
    *populations =
        population || (!projection && strstr(name, "->") == NULL && strchr(name, '/') == NULL);
    return true;
}

/* ---- Parts --------------------------------------------------------------------------------- */

static void read_share(reader *r, yaml_node *node, saltus_fault_spec *spec)
{
    yaml_node *share = sl_yaml_node_get(node, "share");
    yaml_node *count = sl_yaml_node_get(node, "count");
    if (share != NULL && count != NULL) {
        sl_reader_report(r, count->key, "found 'share' and 'count'; either says how many");
    } else if (share != NULL) {
        sl_reader_get_quantity(r, node, "share", QUANTITY_NUMBER, &spec->share);
    } else if (count != NULL) {
        const size_t mark = sl_reader_enter(r, "count");
        sl_reader_integer(r, count, UINT32_MAX, &spec->count);
        sl_reader_leave(r, mark);
    } else {
        sl_reader_need(r, node, "share", "share: 0.2 (or count: 100)");
    }
}

static void read_order(reader *r, yaml_node *node, saltus_fault_spec *spec)
{
    static const char *const words[] = {"random", "degree", "in_degree", "out_degree", "weight"};
    static const saltus_lesion_order orders[] = {SALTUS_LESION_RANDOM, SALTUS_LESION_DEGREE,
                                                 SALTUS_LESION_IN_DEGREE, SALTUS_LESION_OUT_DEGREE,
                                                 SALTUS_LESION_WEIGHT};
    yaml_node *by = sl_yaml_node_get(node, "by");
    size_t index = 0;
    const size_t mark = sl_reader_enter(r, "by");
    if (by != NULL && sl_reader_word(r, by, words, COUNT(words), "an order", &index)) {
        spec->order = orders[index];
    }
    sl_reader_leave(r, mark);
}

/* The neurons of one population by number; kept until the next release. */
static void read_list(reader *r, yaml_node *neurons, saltus_fault_spec *spec)
{
    const uint32_t size = r->experiment->populations[spec->population].size;
    const size_t most = neurons->kind == YAML_KIND_LIST ? neurons->count : 1;
    neuron_range *ranges = sl_memory_array(most, sizeof *ranges);
    if (ranges == NULL) {
        sl_reader_no_memory(r);
        return;
    }
    const size_t mark = sl_reader_enter(r, "neurons");
    const size_t count = sl_reader_neurons(r, neurons, size, ranges);
    sl_reader_leave(r, mark);
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        total += ranges[i].last - ranges[i].first + 1;
    }
    uint32_t *list = sl_memory_array(total, sizeof *list);
    for (size_t i = 0, n = 0; list != NULL && i < count; i++) {
        for (uint64_t neuron = ranges[i].first; neuron <= ranges[i].last; neuron++) {
            list[n++] = (uint32_t)neuron;
        }
    }
    free(ranges);
    if (list == NULL) {
        sl_reader_no_memory(r);
    } else if (sl_reader_keep(r, list)) {
        spec->order = SALTUS_LESION_LIST;
        spec->neurons = list;
        spec->neuron_count = total;
    }
}

static void read_lesion(reader *r, yaml_node *node, saltus_fault_spec *spec)
{
    static const char *const keys[] = {"lesion", "share", "count", "by", "neurons", "at"};
    static const char *const others[] = {"share", "count", "by"};
    yaml_node *neurons = sl_yaml_node_get(node, "neurons");
    sl_reader_keys(r, node, keys, COUNT(keys), "a lesion");
    sl_reader_get_quantity(r, node, "at", QUANTITY_TIME, &spec->at_ms);
    if (neurons == NULL) {
        read_share(r, node, spec);
        read_order(r, node, spec);
        return;
    }
    for (size_t i = 0; i < COUNT(others); i++) {
        yaml_node *other = sl_yaml_node_get(node, others[i]);
        if (other != NULL) {
            sl_reader_report(r, other->key,
                             "found 'neurons' and '%s'; 'neurons' says itself which are lost",
                             others[i]);
        }
    }
    if (spec->type != SALTUS_FAULT_NEURON_LESION) {
        sl_reader_report(r, neurons->key, "found 'neurons' in a lesion of synapses");
    }
}

static void read_noise(reader *r, yaml_node *node, saltus_fault_spec *spec)
{
    static const char *const keys[] = {"weight_noise", "sd", "distribution", "at"};
    static const char *const words[] = {"normal", "lognormal"};
    sl_reader_keys(r, node, keys, COUNT(keys), "a weight noise");
    sl_reader_get_quantity(r, node, "at", QUANTITY_TIME, &spec->at_ms);
    if (sl_reader_need(r, node, "sd", "sd: 0.1 (a share of the weight)") != NULL) {
        sl_reader_get_quantity(r, node, "sd", QUANTITY_NUMBER, &spec->sd);
    }
    yaml_node *distribution = sl_yaml_node_get(node, "distribution");
    size_t index = 0;
    const size_t mark = sl_reader_enter(r, "distribution");
    if (distribution != NULL &&
        sl_reader_word(r, distribution, words, COUNT(words), "a distribution", &index)) {
        spec->lognormal = index == 1;
    }
    sl_reader_leave(r, mark);
}

static void read_dropout(reader *r, yaml_node *node, saltus_fault_spec *spec)
{
    static const char *const keys[] = {"dropout", "probability", "start", "stop"};
    sl_reader_keys(r, node, keys, COUNT(keys), "a dropout");
    if (sl_reader_need(r, node, "probability", "probability: 0.1") != NULL) {
        sl_reader_get_quantity(r, node, "probability", QUANTITY_NUMBER, &spec->probability);
    }
    sl_reader_get_quantity(r, node, "start", QUANTITY_TIME, &spec->start_ms);
    sl_reader_get_quantity(r, node, "stop", QUANTITY_TIME, &spec->stop_ms);
}

/* ---- Entries ------------------------------------------------------------------------------- */

static void add(reader *r, yaml_node *node, saltus_fault_spec *spec)
{
    yaml_node *neurons = sl_yaml_node_get(node, "neurons");
    if (spec->type == SALTUS_FAULT_NEURON_LESION && neurons != NULL) {
        const size_t before = sl_reader_findings(r);
        read_list(r, neurons, spec);
        if (sl_reader_findings(r) > before || r->failure != SALTUS_OK) {
            return;
        }
    }
    check_place place = {.reader = r, .item = node};
    problem_sink sink = sl_reader_sink(&place);
    sl_check_fault(r->experiment, spec, &sink);
    if (sl_reader_findings(r) == 0 && r->failure == SALTUS_OK &&
        !sl_experiment_append_fault(r->experiment, spec)) {
        sl_reader_no_memory(r);
    }
}

static void add_to_populations(reader *r, yaml_node *node, yaml_node *of, saltus_fault_spec *spec)
{
    population_list list = {0};
    const size_t mark = sl_reader_enter(r, of->key->text);
    const bool good = sl_reader_populations(r, of, &list);
    sl_reader_leave(r, mark);
    for (size_t i = 0; good && i < list.count; i++) {
        spec->population = list.indices[i];
        add(r, node, spec);
    }
    sl_reader_release(r);
}

static void add_to_projections(reader *r, yaml_node *node, yaml_node *of, saltus_fault_spec *spec)
{
    projection_list list = {0};
    const size_t mark = sl_reader_enter(r, of->key->text);
    const bool good = sl_reader_projections(r, of, &list);
    sl_reader_leave(r, mark);
    for (size_t i = 0; good && i < list.count; i++) {
        spec->projection = list.indices[i];
        add(r, node, spec);
    }
    free(list.indices);
}

static const char *const kinds[] = {"lesion", "weight_noise", "dropout"};

/* The key that says what fails; NULL after a finding. */
static yaml_node *kind_of(reader *r, yaml_node *node, size_t *kind)
{
    yaml_node *of = NULL;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        yaml_node *next = sl_yaml_node_get(node, kinds[i]);
        if (next != NULL && of != NULL) {
            sl_reader_report(r, next->key, "found '%s' and '%s'; each is a fault of its own",
                             kinds[*kind], kinds[i]);
            return NULL;
        }
        if (next != NULL) {
            of = next;
            *kind = i;
        }
    }
    if (of == NULL) {
        sl_reader_report(r, node,
                         "a fault begins with what fails: lesion, weight_noise or "
                         "dropout, for example {lesion: E, share: 0.2}");
    }
    return of;
}

static void read_entry(reader *r, yaml_node *node)
{
    saltus_fault_spec spec = saltus_fault_spec_default();
    size_t kind = 0;
    bool populations = false;
    if (!sl_reader_mapping(r, node, "a fault")) {
        return;
    }
    yaml_node *of = kind_of(r, node, &kind);
    /* noise is of weights: only a projection can be meant */
    if (of == NULL || (kind != 1 && !names_populations(r, of, &populations))) {
        return;
    }
    if (kind == 0) {
        spec.type = populations ? SALTUS_FAULT_NEURON_LESION : SALTUS_FAULT_SYNAPSE_LESION;
        read_lesion(r, node, &spec);
    } else if (kind == 1) {
        spec.type = SALTUS_FAULT_WEIGHT_NOISE;
        read_noise(r, node, &spec);
    } else {
        spec.type = populations ? SALTUS_FAULT_SPIKE_DROPOUT : SALTUS_FAULT_SYNAPSE_DROPOUT;
        read_dropout(r, node, &spec);
    }
    if (populations) {
        add_to_populations(r, node, of, &spec);
    } else {
        add_to_projections(r, node, of, &spec);
    }
}

void sl_read_faults(reader *r, yaml_node *section)
{
    const size_t mark = sl_reader_enter(r, "faults");
    if (section->kind != YAML_KIND_LIST) {
        sl_reader_report(r, section, "found %s; faults is a list (- {lesion: E, share: 0.2})",
                         sl_yaml_node_kind_text(section));
    }
    size_t index = 0;
    for (yaml_node *child = section->kind == YAML_KIND_LIST ? section->first : NULL;
         child != NULL && r->failure == SALTUS_OK; child = child->next) {
        const size_t inner = sl_reader_enter_index(r, index++);
        read_entry(r, child);
        sl_reader_leave(r, inner);
    }
    sl_reader_leave(r, mark);
}
