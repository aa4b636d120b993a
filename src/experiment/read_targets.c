/* read_targets - what a target makes of the weights and the receptor of an input or projection.
 *
 * The unit of a weight is that of its target (target_weight.h). A target of which too little is
 * known takes any, so that what is wrong with it is said once.
 */
#include <string.h>

#include "experiment/experiment.h"
#include "experiment/experiment_reader.h"
#include "experiment/suggest.h"
#include "experiment/target_weight.h"
#include "experiment/text_excerpt.h"
#include "saltus/catalog.h"

/* ---- Weights ----------------------------------------------------------------------- */

/* Populations that are kept for their name only have size 0; sources take no weights. */
static bool takes_weights(const saltus_population_spec *target)
{
    return target->size > 0 && !saltus_model_is_source(target->model);
}

static const char *model_name(const saltus_population_spec *target)
{
    return saltus_model_get(target->model)->name;
}

/* Target i takes weights in another unit than the one that set the unit. */
static void report_mixed(reader *r, const population_list *targets, size_t i)
{
    const saltus_population_spec *other = &r->experiment->populations[targets->indices[i]];
    const size_t mark = sl_reader_enter(r, "to");
    sl_reader_report(
        r, targets->nodes[i],
        "'%s' is a population of %s, %s, but '%s' is a population of %s, %s; write an entry "
        "for each",
        r->onto->name, model_name(r->onto), sl_target_reason(r->onto), other->name,
        model_name(other), sl_target_reason(other));
    sl_reader_leave(r, mark);
}

bool sl_reader_begin_weights(reader *r, const population_list *targets)
{
    r->weights = true;
    r->onto = NULL;
    for (size_t i = 0; i < targets->count; i++) {
        const saltus_population_spec *target = &r->experiment->populations[targets->indices[i]];
        if (!takes_weights(target)) {
            continue;
        }
        if (r->onto == NULL) {
            r->onto = target;
        } else if (saltus_model_has_currents(target->model) !=
                   saltus_model_has_currents(r->onto->model)) {
            report_mixed(r, targets, i);
            r->onto = NULL;
            return false;
        }
    }
    return true;
}

void sl_reader_end_weights(reader *r)
{
    r->weights = false;
    r->onto = NULL;
}

quantity_kind sl_reader_weight_kind(const reader *r)
{
    return r->onto != NULL && saltus_model_has_currents(r->onto->model) ? QUANTITY_CURRENT
                                                                        : QUANTITY_VOLTAGE;
}

const char *sl_reader_weight_example(const reader *r)
{
    return sl_reader_weight_kind(r) == QUANTITY_CURRENT ? "100 pA" : "1 mV";
}

bool sl_reader_other_unit(reader *r, yaml_node *node, quantity_kind kind, const char *problem,
                          double *out)
{
    char unused[320];
    const quantity_kind other = kind == QUANTITY_VOLTAGE ? QUANTITY_CURRENT : QUANTITY_VOLTAGE;
    double value = 0;
    const bool weight = r->weights && kind == sl_reader_weight_kind(r) &&
                        sl_quantity_parse(node->text, other, &value, unused, sizeof unused);
    if (!weight) {
        sl_reader_report(r, node, "%s", problem);
        return false;
    }
    if (r->onto == NULL) {
        *out = value;
        return true;
    }
    sl_reader_report(r, node, "%s; '%s' is a population of %s, %s", problem, r->onto->name,
                     model_name(r->onto), sl_target_reason(r->onto));
    return false;
}

/* ---- Receptors --------------------------------------------------------------------- */

static void report_receptor(reader *r, yaml_node *item, yaml_node *node,
                            const saltus_population_spec *target)
{
    const char *names[SALTUS_RECEPTORS] = {NULL};
    char list[200];
    char near[96];
    for (uint32_t i = 0; i < target->receptor_count; i++) {
        names[i] = target->receptors[i].name;
    }
    sl_suggest_list(names, target->receptor_count, list, sizeof list);
    if (node == NULL) {
        sl_reader_report(r, item,
                         "the key 'receptor' is missing; '%s' has several, so write receptor: and "
                         "one of %s",
                         target->name, list);
        return;
    }
    sl_suggest_text(node->text, names, target->receptor_count, near, sizeof near);
    sl_reader_report(r, node, "'%s' has no receptor '%s'; there %s %s%s", target->name,
                     sl_text_excerpt(node->text).text, target->receptor_count == 1 ? "is" : "are",
                     list, near);
}

/* The node's name to its place among the receptors; their number when it is none of them. */
static uint32_t find_receptor(const saltus_population_spec *target, const char *name)
{
    uint32_t index = 0;
    while (index < target->receptor_count && strcmp(target->receptors[index].name, name) != 0) {
        index++;
    }
    return index;
}

void sl_reader_receptor(reader *r, yaml_node *item, const saltus_population_spec *target,
                        uint32_t *out)
{
    yaml_node *node = sl_yaml_node_get(item, "receptor");
    const char *name = NULL;
    if (!takes_weights(target)) {
        return;
    }
    if (!saltus_model_has_currents(target->model)) {
        const char *other = sl_model_with_receptors(model_name(target));
        if (node != NULL) {
            sl_reader_report(r, node->key,
                             "'%s' is a population of %s and has no receptors; leave receptor out%s"
                             "%s",
                             target->name, model_name(target),
                             other != NULL ? ", or make it one of " : "",
                             other != NULL ? other : "");
        }
        return;
    }
    if (target->receptor_count == 0) {
        return; /* what is wrong with them is reported there */
    }
    if (node == NULL) {
        if (target->receptor_count > 1) {
            report_receptor(r, item, NULL, target);
        }
        return;
    }
    const size_t mark = sl_reader_enter(r, "receptor");
    if (sl_reader_text(r, node, &name)) {
        const uint32_t index = find_receptor(target, name);
        if (index < target->receptor_count) {
            *out = index;
        } else {
            report_receptor(r, item, node, target);
        }
    }
    sl_reader_leave(r, mark);
}
