/* read_projections - the section `projections` of an experiment file.
 *
 * An entry with several sources or targets becomes one projection a pair, sources outermost.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiment/experiment.h"
#include "experiment/experiment_reader.h"
#include "experiment/target_weight.h"
#include "experiment/text_excerpt.h"
#include "experiment/values.h"
#include "saltus/catalog.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MAX_SYNAPSES (UINT64_C(1) << 62)

/* In the order of saltus_rule. */
static const char *const rule_names[] = {
    "all_to_all",         "one_to_one",         "fixed_indegree", "fixed_outdegree",
    "fixed_total_number", "pairwise_bernoulli", "list",           "small_world",
    "scale_free",         "block_model",        "distance",       "convolution"};

/* What an argument looks like; NULL: the rule takes none. */
static const char *const rule_arguments[COUNT(rule_names)] = {
    [SALTUS_RULE_FIXED_INDEGREE] = "100",
    [SALTUS_RULE_FIXED_OUTDEGREE] = "100",
    [SALTUS_RULE_FIXED_TOTAL_NUMBER] = "100",
    [SALTUS_RULE_PAIRWISE_BERNOULLI] = "0.1",
    [SALTUS_RULE_LIST] = "{csv: synapses.csv}",
    [SALTUS_RULE_SMALL_WORLD] = "{k: 10, p: 0.1}",
    [SALTUS_RULE_SCALE_FREE] = "{m: 5}",
    [SALTUS_RULE_BLOCK_MODEL] = "{sizes: [80, 20], p: [[0.1, 0.2], [0.05, 0]]}",
    [SALTUS_RULE_DISTANCE] = "{p: 0.5, profile: gaussian, width: 100 um}",
    [SALTUS_RULE_CONVOLUTION] = "{kernel: [5, 5]}"};

/* One entry of the section. */
typedef struct entry {
    yaml_node *node;
    yaml_node *list;     /* the csv file of a list rule */
    yaml_node *weights;  /* {from: FILE}: what a run has recorded; each pair has its own */
    saltus_value weight; /* in the unit of the targets */
    saltus_projection_spec spec;
    population_list from, to;
} entry;

/* ---- Rules ------------------------------------------------------------------------- */

static bool read_list_rule(reader *r, entry *e, yaml_node *node)
{
    static const char *const keys[] = {"csv"};
    if (!sl_reader_mapping(r, node, "list")) {
        return false;
    }
    sl_reader_keys(r, node, keys, COUNT(keys), "list");
    e->list = sl_reader_need(r, node, "csv", "rule: {list: {csv: synapses.csv}}");
    return e->list != NULL;
}

/* {RULE: ARGUMENT} */
static bool read_rule_argument(reader *r, entry *e, yaml_node *node)
{
    switch (e->spec.rule) {
    case SALTUS_RULE_ALL_TO_ALL:
    case SALTUS_RULE_ONE_TO_ONE:
        if (sl_yaml_node_is_null(node)) {
            return true;
        }
        sl_reader_report(r, node, "%s takes no argument; write it like rule: %s",
                         rule_names[e->spec.rule], rule_names[e->spec.rule]);
        return false;
    case SALTUS_RULE_FIXED_INDEGREE:
    case SALTUS_RULE_FIXED_OUTDEGREE:
    case SALTUS_RULE_FIXED_TOTAL_NUMBER:
        return sl_reader_integer(r, node, MAX_SYNAPSES, &e->spec.count);
    case SALTUS_RULE_PAIRWISE_BERNOULLI:
        return sl_reader_quantity(r, node, QUANTITY_NUMBER, &e->spec.probability);
    case SALTUS_RULE_LIST:
        return read_list_rule(r, e, node);
    case SALTUS_RULE_SMALL_WORLD:
    case SALTUS_RULE_SCALE_FREE:
    case SALTUS_RULE_BLOCK_MODEL:
    case SALTUS_RULE_DISTANCE:
    case SALTUS_RULE_CONVOLUTION:
        return sl_read_topology(r, node, &e->spec);
    }
    return false;
}

static bool read_rule(reader *r, entry *e, yaml_node *node)
{
    size_t rule = 0;
    if (node->kind == YAML_KIND_SCALAR) {
        if (!sl_reader_word(r, node, rule_names, COUNT(rule_names), "rule", &rule)) {
            return false;
        }
        e->spec.rule = (saltus_rule)rule;
        if (rule_arguments[rule] != NULL) {
            sl_reader_report(r, node, "%s needs an argument; write it like rule: {%s: %s}",
                             rule_names[rule], rule_names[rule], rule_arguments[rule]);
            return false;
        }
        return true;
    }
    if (node->kind == YAML_KIND_LIST || node->count != 1) {
        sl_reader_report(r, node,
                         "found %s; a rule is one name, or one name with its argument, "
                         "like {fixed_indegree: 100}",
                         node->kind == YAML_KIND_LIST ? "a list" : "several or no keys");
        return false;
    }
    yaml_node *argument = node->first;
    if (!sl_reader_word(r, argument->key, rule_names, COUNT(rule_names), "rule", &rule)) {
        return false;
    }
    e->spec.rule = (saltus_rule)rule;
    const size_t mark = sl_reader_enter(r, rule_names[rule]);
    const bool good = read_rule_argument(r, e, argument);
    sl_reader_leave(r, mark);
    return good;
}

/* ---- Lists of synapses ------------------------------------------------------------- */

static void use_column(saltus_value *value, const csv_column *column, size_t rows)
{
    if (column->present) {
        *value = saltus_constant(0);
        value->kind = SALTUS_VALUE_LIST;
        value->list = column->reals;
        value->list_length = rows;
    }
}

/* A quantity stands in the entry or in the file, not in both and not in neither. */
static void check_column(reader *r, const entry *e, const char *key, const csv_column *column)
{
    yaml_node *given = sl_yaml_node_get(e->node, key);
    if (given != NULL && column->present) {
        sl_reader_report(r, given->key,
                         "'%s' stands here and as the column %s of the file; give "
                         "one of them",
                         key, column->name);
    } else if (given == NULL && !column->present) {
        sl_reader_report(r, e->list, "the file has no column %s, so the projection needs '%s'",
                         column->name, key);
    }
}

static void read_synapses(reader *r, const entry *e, saltus_projection_spec *spec)
{
    const saltus_population_spec *populations = r->experiment->populations;
    const saltus_population_spec *target = &populations[spec->target];
    const bool currents = saltus_model_has_currents(target->model);
    csv_column columns[] = {{.name = "source",
                             .type = CSV_INDEX,
                             .limit = populations[spec->source].size,
                             .limit_of = "the source population"},
                            {.name = "target",
                             .type = CSV_INDEX,
                             .limit = target->size,
                             .limit_of = "the target population"},
                            {.name = currents ? "weight_pA" : "weight_mV",
                             .type = CSV_REAL,
                             .optional = true,
                             .low = -1e12,
                             .high = 1e12},
                            {.name = "delay_ms",
                             .type = CSV_REAL,
                             .optional = true,
                             .low = 0,
                             .above_low = true,
                             .high = 4.5e7}};
    const csv_request request = {.columns = columns, .count = COUNT(columns)};
    const size_t mark = sl_reader_enter(r, "rule.list.csv");
    if (sl_reader_csv(r, e->list, &request, &spec->list_count)) {
        spec->list_sources = columns[0].indices;
        spec->list_targets = columns[1].indices;
        check_column(r, e, "weight", &columns[2]);
        check_column(r, e, "delay", &columns[3]);
        use_column(sl_projection_weight_field(target, spec), &columns[2], spec->list_count);
        use_column(&spec->delay_ms, &columns[3], spec->list_count);
    }
    sl_reader_leave(r, mark);
}

/* ---- Entries ----------------------------------------------------------------------- */

/* NAME/SOURCE->TARGET for an entry of several pairs, kept until the next release. */
static const char *pair_name(reader *r, const char *name, const char *source, const char *target)
{
    const size_t size = strlen(name) + strlen(source) + strlen(target) + sizeof "/->";
    char *joined = malloc(size);
    if (joined == NULL) {
        sl_reader_no_memory(r);
        return NULL;
    }
    snprintf(joined, size, "%s/%s->%s", name, source, target);
    return sl_reader_keep(r, joined) ? joined : NULL;
}

static void add_pair(reader *r, const entry *e, size_t from, size_t to)
{
    saltus_projection_spec spec = e->spec;
    spec.source = e->from.indices[from];
    spec.target = e->to.indices[to];
    const saltus_population_spec *source = &r->experiment->populations[spec.source];
    const saltus_population_spec *target = &r->experiment->populations[spec.target];
    if (source->size == 0 || target->size == 0) {
        return; /* their findings are reported already */
    }
    if (spec.name != NULL && e->from.count * e->to.count > 1) {
        spec.name = pair_name(r, spec.name, source->name, target->name);
    }
    const size_t findings = sl_reader_findings(r);
    sl_reader_receptor(r, e->node, target, &spec.receptor);
    *sl_projection_weight_field(target, &spec) = e->weight;
    if (spec.rule == SALTUS_RULE_LIST) {
        read_synapses(r, e, &spec);
    }
    const bool weighted = e->weights == NULL || sl_read_weight_file(r, e->weights, &spec);
    if (r->failure != SALTUS_OK || !weighted ||
        (spec.rule == SALTUS_RULE_LIST && sl_reader_findings(r) > findings)) {
        return;
    }
    check_place place = {
        .reader = r, .item = e->node, .from = e->from.nodes[from], .to = e->to.nodes[to]};
    problem_sink sink = sl_reader_sink(&place);
    sl_check_projection(r->experiment, &spec, &sink);
    if (sl_reader_findings(r) == 0 && !sl_experiment_append_projection(r->experiment, &spec)) {
        sl_reader_no_memory(r);
    }
}

static bool read_ends(reader *r, yaml_node *node, const char *key, const char *example,
                      population_list *out)
{
    yaml_node *names = sl_reader_need(r, node, key, example);
    if (names == NULL) {
        return false;
    }
    const size_t mark = sl_reader_enter(r, key);
    const bool good = sl_reader_populations(r, names, out);
    sl_reader_leave(r, mark);
    return good;
}

/* What has to be given, unless a list has it. False when it is not there. */
static bool need_value(reader *r, const entry *e, const char *key, const char *example)
{
    return e->spec.rule == SALTUS_RULE_LIST || sl_reader_need(r, e->node, key, example) != NULL;
}

/* The weight, and what makes it change. False when the targets take different units. */
static bool read_weights(reader *r, entry *e)
{
    const bool alike = sl_reader_begin_weights(r, &e->to);
    yaml_node *weight = sl_yaml_node_get(e->node, "weight");
    if (weight != NULL && weight->kind == YAML_KIND_MAPPING &&
        sl_yaml_node_get(weight, "from") != NULL) {
        e->weights = weight;
    } else {
        /* a kernel's weights are listed, one a tap */
        sl_reader_get_value(r, e->node, "weight", sl_reader_weight_kind(r),
                            e->spec.rule == SALTUS_RULE_CONVOLUTION, &e->weight);
    }
    sl_read_plasticity(r, e->node, &e->spec);
    sl_reader_end_weights(r);
    return alike;
}

/* Delays, and what depends on distance. */
static void read_distances(reader *r, entry *e)
{
    yaml_node *profile = sl_yaml_node_get(e->node, "weight_by_distance");
    if (profile != NULL) {
        const size_t mark = sl_reader_enter(r, "weight_by_distance");
        sl_read_weight_profile(r, profile, &e->spec.weight_profile);
        sl_reader_leave(r, mark);
    }
    sl_reader_get_value(r, e->node, "delay", QUANTITY_TIME, 0, &e->spec.delay_ms);
    sl_reader_get_value(r, e->node, "velocity", QUANTITY_SPEED, 0, &e->spec.velocity_m_s);
}

static void read_entry(reader *r, yaml_node *node)
{
    static const char *const keys[] = {"from",
                                       "to",
                                       "rule",
                                       "receptor",
                                       "weight",
                                       "velocity",
                                       "weight_by_distance",
                                       "delay",
                                       "autapses",
                                       "multapses",
                                       "name",
                                       "plasticity",
                                       "release",
                                       "scaling",
                                       "normalise"};
    entry e = {
        .node = node, .spec = saltus_projection_spec_default(), .weight = saltus_constant(NOT_SET)};
    if (!sl_reader_mapping(r, node, "a projection")) {
        return;
    }
    sl_reader_keys(r, node, keys, COUNT(keys), "a projection");
    read_ends(r, node, "from", "from: E", &e.from);
    read_ends(r, node, "to", "to: [E, I]", &e.to);
    yaml_node *name = sl_yaml_node_get(node, "name");
    if (name != NULL) {
        const size_t mark = sl_reader_enter(r, "name");
        sl_reader_text(r, name, &e.spec.name);
        sl_reader_leave(r, mark);
    }
    yaml_node *rule = sl_reader_need(r, node, "rule", "rule: {fixed_indegree: 100}");
    bool ruled = false;
    if (rule != NULL) {
        const size_t mark = sl_reader_enter(r, "rule");
        ruled = read_rule(r, &e, rule);
        sl_reader_leave(r, mark);
    }
    const bool alike = read_weights(r, &e);
    read_distances(r, &e);
    ruled = ruled && need_value(r, &e, "delay", "delay: 1.5 ms");
    sl_reader_get_bool(r, node, "autapses", &e.spec.autapses);
    sl_reader_get_bool(r, node, "multapses", &e.spec.multapses);
    if (!ruled || !alike) {
        return;
    }
    for (size_t from = 0; from < e.from.count; from++) {
        for (size_t to = 0; to < e.to.count && r->failure == SALTUS_OK; to++) {
            add_pair(r, &e, from, to);
        }
    }
}

void sl_read_projections(reader *r, yaml_node *section)
{
    const size_t mark = sl_reader_enter(r, "projections");
    size_t index = 0;
    if (sl_yaml_node_is_null(section)) {
        sl_reader_leave(r, mark);
        return;
    }
    if (section->kind != YAML_KIND_LIST) {
        sl_reader_report(r, section, "found %s; projections is a list (- {from: E, to: I, ...})",
                         sl_yaml_node_kind_text(section));
        sl_reader_leave(r, mark);
        return;
    }
    for (yaml_node *node = section->first; node != NULL && r->failure == SALTUS_OK;
         node = node->next) {
        const size_t inner = sl_reader_enter_index(r, index++);
        read_entry(r, node);
        sl_reader_leave(r, inner);
        sl_reader_release(r);
    }
    sl_reader_leave(r, mark);
}
