/* read_receptors - the parameters tau_syn and receptors of neurons with synaptic currents. */
#include <stdio.h>
#include <string.h>

#include "experiment/experiment_reader.h"
#include "saltus/catalog.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* TIME, or {tau: TIME, tau_rise: TIME}. What cannot be read is left at what the checks pass over.
 */
static void read_receptor(reader *r, yaml_node *node, saltus_receptor *out)
{
    static const char *const keys[] = {"tau", "tau_rise"};
    double rise_ms = 0;
    *out = (saltus_receptor){.name = node->key->text, .tau_ms = 1};
    const size_t mark = sl_reader_enter(r, node->key->text);
    if (node->kind == YAML_KIND_SCALAR) {
        sl_reader_quantity(r, node, QUANTITY_TIME, &out->tau_ms);
    } else if (sl_reader_mapping(r, node, "a receptor")) {
        sl_reader_keys(r, node, keys, COUNT(keys), "a receptor");
        const bool decays = sl_reader_need(r, node, "tau", "tau: 5 ms") != NULL &&
                            sl_reader_get_quantity(r, node, "tau", QUANTITY_TIME, &out->tau_ms);
        if (sl_reader_get_quantity(r, node, "tau_rise", QUANTITY_TIME, &rise_ms) && decays) {
            out->tau_rise_ms = rise_ms;
        }
    }
    sl_reader_leave(r, mark);
}

/* {NAME: RECEPTOR, ...}. Without a usable list there are none. */
static void read_list(reader *r, yaml_node *node, saltus_population_spec *spec)
{
    const size_t mark = sl_reader_enter(r, "receptors");
    spec->receptor_count = 0;
    if (!sl_reader_mapping(r, node, "receptors")) {
        /* reported */
    } else if (node->count < 1 || node->count > SALTUS_RECEPTORS) {
        sl_reader_report(r, node, "found %u receptors; 1 to %d are allowed", node->count,
                         SALTUS_RECEPTORS);
    } else {
        for (yaml_node *child = node->first; child != NULL; child = child->next) {
            read_receptor(r, child, &spec->receptors[spec->receptor_count++]);
        }
    }
    sl_reader_leave(r, mark);
}

const char *sl_model_with_receptors(const char *model)
{
    /* adex_exp beside adex; lif_exp beside lif_delta, the one that says what it has instead */
    const size_t stem = strcmp(model, "lif_delta") == 0 ? strlen("lif") : strlen(model);
    for (size_t i = 0; i < saltus_model_count(); i++) {
        const char *other = saltus_model_get(i)->name;
        if (strncmp(other, model, stem) == 0 && strcmp(other + stem, "_exp") == 0) {
            return other;
        }
    }
    return NULL;
}

bool sl_receptor_advice(const char *key, const char *model, char *out, size_t size)
{
    const char *other = sl_model_with_receptors(model);
    if (other == NULL || (strcmp(key, "receptors") != 0 && strcmp(key, "tau_syn") != 0)) {
        return false;
    }
    snprintf(out, size, "; %s is the same neuron with synaptic currents, weights in pA", other);
    return true;
}

void sl_read_receptors(reader *r, yaml_node *params, saltus_population_spec *spec)
{
    yaml_node *tau_syn = sl_yaml_node_get(params, "tau_syn");
    yaml_node *receptors = sl_yaml_node_get(params, "receptors");
    if (tau_syn != NULL) {
        spec->receptors[0] = (saltus_receptor){.name = "syn", .tau_ms = 1};
        spec->receptor_count = 1;
        sl_reader_get_quantity(r, params, "tau_syn", QUANTITY_TIME, &spec->receptors[0].tau_ms);
    }
    if (tau_syn != NULL && receptors != NULL) {
        const size_t mark = sl_reader_enter(r, "receptors");
        sl_reader_report(
            r, receptors,
            "found tau_syn and receptors; tau_syn is short for receptors: {syn: TIME}");
        sl_reader_leave(r, mark);
        spec->receptor_count = 0;
    } else if (receptors != NULL) {
        read_list(r, receptors, spec);
    }
}
