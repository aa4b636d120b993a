/* read_adaptation - the parameters that models of neurons which adapt have beside those of lif_exp.
 */
#include <stdio.h>

#include "experiment/experiment_reader.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- Keys of each model ------------------------------------------------------------- */

#define CURRENT_KEYS "tau_m", "c_m", "v_th", "v_rest", "t_ref", "i_e", "tau_syn", "receptors"
#define SHARE_KEYS   "reset_fraction", "reset_add", "theta_plus", "tau_theta"

static const char *const lif_keys[] = {"tau_m", "c_m", "v_th",    "v_reset",  "v_rest",
                                       "t_ref", "i_e", "tau_syn", "receptors"};
static const char *const alif_keys[] = {CURRENT_KEYS, "v_reset", "reset", "theta_plus",
                                        "tau_theta"};
static const char *const glif2_keys[] = {CURRENT_KEYS, SHARE_KEYS};
static const char *const glif3_keys[] = {CURRENT_KEYS, "v_reset", "after_spike_currents"};
static const char *const glif4_keys[] = {CURRENT_KEYS, SHARE_KEYS, "after_spike_currents"};
static const char *const mat2_keys[] = {CURRENT_KEYS, "alpha_1", "tau_1", "alpha_2", "tau_2"};

current_keys sl_reader_current_keys(saltus_model model)
{
    switch (model) {
    case SALTUS_MODEL_ALIF:
        return (current_keys){alif_keys, COUNT(alif_keys)};
    case SALTUS_MODEL_GLIF2:
        return (current_keys){glif2_keys, COUNT(glif2_keys)};
    case SALTUS_MODEL_GLIF3:
        return (current_keys){glif3_keys, COUNT(glif3_keys)};
    case SALTUS_MODEL_GLIF4:
        return (current_keys){glif4_keys, COUNT(glif4_keys)};
    case SALTUS_MODEL_MAT2:
        return (current_keys){mat2_keys, COUNT(mat2_keys)};
    default:
        return (current_keys){lif_keys, COUNT(lif_keys)};
    }
}

/* ---- Values ------------------------------------------------------------------------- */

static void read_reset(reader *r, yaml_node *params, saltus_population_spec *spec)
{
    static const char *const words[] = {"value", "subtract"};
    yaml_node *node = sl_yaml_node_get(params, "reset");
    size_t word = 0;
    if (node == NULL) {
        return;
    }
    const size_t mark = sl_reader_enter(r, "reset");
    if (sl_reader_word(r, node, words, COUNT(words), "kind of reset", &word)) {
        spec->reset_by_subtraction = word == 1;
    }
    sl_reader_leave(r, mark);
}

/* {tau: TIME, amplitude: CURRENT, fraction: NUMBER} */
static void read_after_spike(reader *r, yaml_node *node, saltus_after_spike_current *out)
{
    static const char *const keys[] = {"tau", "amplitude", "fraction"};
    *out = (saltus_after_spike_current){.tau_ms = 1, .fraction = 1};
    if (!sl_reader_mapping(r, node, "an after-spike current")) {
        return;
    }
    sl_reader_keys(r, node, keys, COUNT(keys), "an after-spike current");
    if (sl_reader_need(r, node, "tau", "tau: 100 ms") != NULL) {
        sl_reader_get_quantity(r, node, "tau", QUANTITY_TIME, &out->tau_ms);
    }
    if (sl_reader_need(r, node, "amplitude", "amplitude: -10 pA") != NULL) {
        sl_reader_get_quantity(r, node, "amplitude", QUANTITY_CURRENT, &out->amplitude_pA);
    }
    sl_reader_get_quantity(r, node, "fraction", QUANTITY_NUMBER, &out->fraction);
}

/* A list of them, which replaces an earlier one as a whole. */
static void read_after_spikes(reader *r, yaml_node *params, saltus_population_spec *spec)
{
    yaml_node *node = sl_yaml_node_get(params, "after_spike_currents");
    if (node == NULL) {
        return;
    }
    const size_t mark = sl_reader_enter(r, "after_spike_currents");
    spec->after_spike_count = 0;
    if (node->kind != YAML_KIND_LIST) {
        sl_reader_report(r, node,
                         "found %s; a list is needed: [{tau: TIME, amplitude: CURRENT}, ...]",
                         sl_yaml_node_kind_text(node));
    } else if (node->count > SALTUS_AFTER_SPIKE_CURRENTS) {
        sl_reader_report(r, node, "found %u after-spike currents; at most %d are allowed",
                         node->count, SALTUS_AFTER_SPIKE_CURRENTS);
    } else {
        for (yaml_node *child = node->first; child != NULL; child = child->next) {
            char index[16];
            snprintf(index, sizeof index, "%u", spec->after_spike_count);
            const size_t inner = sl_reader_enter(r, index);
            read_after_spike(r, child, &spec->after_spike[spec->after_spike_count++]);
            sl_reader_leave(r, inner);
        }
    }
    sl_reader_leave(r, mark);
}

static void read_theta(reader *r, yaml_node *params, saltus_population_spec *spec)
{
    sl_reader_get_quantity(r, params, "theta_plus", QUANTITY_VOLTAGE, &spec->theta_plus_mV);
    sl_reader_get_quantity(r, params, "tau_theta", QUANTITY_TIME, &spec->tau_theta_ms);
}

static void read_share(reader *r, yaml_node *params, saltus_population_spec *spec)
{
    sl_reader_get_quantity(r, params, "reset_fraction", QUANTITY_NUMBER, &spec->reset_fraction);
    sl_reader_get_quantity(r, params, "reset_add", QUANTITY_VOLTAGE, &spec->reset_add_mV);
    read_theta(r, params, spec);
}

static void read_alphas(reader *r, yaml_node *params, saltus_population_spec *spec)
{
    sl_reader_get_quantity(r, params, "alpha_1", QUANTITY_VOLTAGE, &spec->alpha[0].jump_mV);
    sl_reader_get_quantity(r, params, "alpha_2", QUANTITY_VOLTAGE, &spec->alpha[1].jump_mV);
    sl_reader_get_quantity(r, params, "tau_1", QUANTITY_TIME, &spec->alpha[0].tau_ms);
    sl_reader_get_quantity(r, params, "tau_2", QUANTITY_TIME, &spec->alpha[1].tau_ms);
}

void sl_read_adaptation(reader *r, yaml_node *params, saltus_population_spec *spec)
{
    switch (spec->model) {
    case SALTUS_MODEL_ALIF:
        read_theta(r, params, spec);
        read_reset(r, params, spec);
        return;
    case SALTUS_MODEL_GLIF2:
        read_share(r, params, spec);
        return;
    case SALTUS_MODEL_GLIF3:
        read_after_spikes(r, params, spec);
        return;
    case SALTUS_MODEL_GLIF4:
        read_share(r, params, spec);
        read_after_spikes(r, params, spec);
        return;
    case SALTUS_MODEL_MAT2:
        read_alphas(r, params, spec);
        return;
    default: /* nothing adapts */
        return;
    }
}
