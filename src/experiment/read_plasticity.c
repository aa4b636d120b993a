/* read_plasticity - plasticity, release, scaling and normalise of a projection.
 *
 * Parameters of rules and of models of release are read by the tables of the catalog: their names
 * are the keys, their kinds say which units are allowed.
 */
#include <math.h>
#include <string.h>

#include "experiment/experiment.h"
#include "experiment/experiment_reader.h"
#include "experiment/suggest.h"
#include "experiment/text_excerpt.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MOST_KEYS    (SALTUS_PLASTICITY_VALUES + 8)
#define MOST_NAMES   64

/* A needed key that is one of `names`. */
static bool read_name(reader *r, yaml_node *node, const char *key, const char *example,
                      const char *const *names, size_t count, const char *what, size_t *out)
{
    yaml_node *name = sl_reader_need(r, node, key, example);
    if (name == NULL) {
        return false;
    }
    const size_t mark = sl_reader_enter(r, key);
    const bool good = sl_reader_word(r, name, names, count, what, out);
    sl_reader_leave(r, mark);
    return good;
}

/* ---- Learning rules -------------------------------------------------------------------- */

static bool read_rule(reader *r, yaml_node *node, const saltus_plasticity_info **out)
{
    const char *names[MOST_NAMES] = {NULL};
    size_t count = 0;
    size_t index = 0;
    for (; count < saltus_plasticity_count() && count < MOST_NAMES; count++) {
        names[count] = saltus_plasticity_get(count)->name;
    }
    if (!read_name(r, node, "rule", "rule: stdp", names, count, "plasticity rule", &index)) {
        return false;
    }
    *out = saltus_plasticity_get(index);
    return true;
}

/* The name of a modulator to its index. */
static void read_modulator(reader *r, yaml_node *node, uint32_t *out)
{
    const saltus_experiment *e = r->experiment;
    const char *names[MOST_NAMES] = {NULL};
    const char *name = NULL;
    char list[200];
    char near[96];
    size_t count = 0;
    if (!sl_reader_text(r, node, &name)) {
        return;
    }
    const uint32_t index = saltus_experiment_find_modulator(e, name);
    if (index != UINT32_MAX) {
        *out = index;
        return;
    }
    for (; count < e->modulator_count && count < MOST_NAMES; count++) {
        names[count] = e->modulators[count].name;
    }
    sl_suggest_list(names, count, list, sizeof list);
    sl_suggest_text(name, names, count, near, sizeof near);
    sl_reader_report(r, node, "there is no modulator '%s'; there %s %s%s",
                     sl_text_excerpt(name).text, count == 1 ? "is" : "are",
                     count == 0 ? "none (section modulators)" : list, near);
}

static void read_how(reader *r, yaml_node *node, saltus_plasticity_spec *spec)
{
    static const char *const precisions[] = {"double", "float"};
    sl_reader_get_quantity(r, node, "dendritic", QUANTITY_NUMBER, &spec->dendritic_share);
    yaml_node *precision = sl_yaml_node_get(node, "precision");
    if (precision != NULL) {
        size_t index = 0;
        const size_t mark = sl_reader_enter(r, "precision");
        sl_reader_word(r, precision, precisions, COUNT(precisions), "precision", &index);
        sl_reader_leave(r, mark);
        spec->single = index == 1;
    }
    yaml_node *modulator = sl_yaml_node_get(node, "modulator");
    if (modulator != NULL && !sl_yaml_node_is_null(modulator)) {
        const size_t mark = sl_reader_enter(r, "modulator");
        read_modulator(r, modulator, &spec->modulator);
        sl_reader_leave(r, mark);
    }
}

/* False, after a finding, without a known rule. */
static bool read_plasticity(reader *r, yaml_node *node, saltus_plasticity_spec *spec)
{
    const char *keys[MOST_KEYS] = {"rule", "dendritic", "precision", "modulator"};
    size_t count = 4;
    const saltus_plasticity_info *rule = NULL;
    if (!read_rule(r, node, &rule)) {
        return false;
    }
    spec->rule = rule->name;
    for (size_t i = 0; rule->parameters[i].name != NULL; i++) {
        keys[count++] = rule->parameters[i].name;
        sl_reader_parameter(r, node, &rule->parameters[i], &spec->value[i]);
    }
    sl_reader_keys(r, node, keys, count, rule->name);
    read_how(r, node, spec);
    return true;
}

/* ---- Release --------------------------------------------------------------------------- */

static void read_release_value(reader *r, yaml_node *node, const saltus_rule_parameter *p,
                               saltus_release_spec *spec)
{
    const struct {
        const char *name;
        double *out;
    } fields[] = {{"u", &spec->u},
                  {"tau_rec", &spec->tau_rec_ms},
                  {"tau_fac", &spec->tau_fac_ms},
                  {"u_sd", &spec->u_sd},
                  {"tau_rec_sd", &spec->tau_rec_sd_ms},
                  {"tau_fac_sd", &spec->tau_fac_sd_ms}};
    for (size_t i = 0; i < COUNT(fields); i++) {
        if (strcmp(fields[i].name, p->name) == 0) {
            sl_reader_get_quantity(r, node, p->name, sl_reader_kind_of(r, p), fields[i].out);
            return;
        }
    }
    yaml_node *sites = sl_yaml_node_get(node, p->name);
    uint64_t count = spec->sites;
    const size_t mark = sl_reader_enter(r, p->name);
    if (sites != NULL) {
        sl_reader_integer(r, sites, (uint64_t)p->high, &count);
    }
    sl_reader_leave(r, mark);
    spec->sites = (uint32_t)count;
}

static void read_release(reader *r, yaml_node *node, saltus_release_spec *spec)
{
    const char *names[MOST_NAMES] = {NULL};
    const char *keys[MOST_KEYS] = {"model"};
    size_t count = 0;
    size_t index = 0;
    for (; count < saltus_release_count() && count < MOST_NAMES; count++) {
        names[count] = saltus_release_get(count)->name;
    }
    if (!read_name(r, node, "model", "model: tsodyks_markram", names, count, "model of release",
                   &index)) {
        return;
    }
    const saltus_release_info *info = saltus_release_get(index);
    spec->model = info->model;
    count = 1;
    for (const saltus_rule_parameter *p = info->parameters; p->name != NULL; p++) {
        keys[count++] = p->name;
        read_release_value(r, node, p, spec);
    }
    sl_reader_keys(r, node, keys, count, info->name);
}

/* ---- Homeostasis ----------------------------------------------------------------------- */

/* A key that is needed and must not be 0, which in a spec stands for "none". After a finding the
 * value is one that the checks pass over. */
static void read_main(reader *r, yaml_node *node, const char *key, const char *example,
                      quantity_kind kind, double *out)
{
    yaml_node *value = sl_reader_need(r, node, key, example);
    if (value != NULL) {
        const size_t mark = sl_reader_enter(r, key);
        if (sl_reader_quantity(r, value, kind, out) && *out == 0) {
            sl_reader_report(r, value, "found '%s'; a value above 0 is needed",
                             sl_text_excerpt(value->text).text);
        }
        sl_reader_leave(r, mark);
    }
    *out = *out == 0 ? 1 : *out;
}

static void read_scaling(reader *r, yaml_node *node, saltus_scaling_spec *spec)
{
    static const char *const keys[] = {"rate", "tau", "gain", "low", "high"};
    sl_reader_keys(r, node, keys, COUNT(keys), "scaling");
    read_main(r, node, "rate", "rate: 5 Hz", QUANTITY_RATE, &spec->rate_Hz);
    sl_reader_get_quantity(r, node, "tau", QUANTITY_TIME, &spec->tau_ms);
    sl_reader_get_quantity(r, node, "gain", QUANTITY_RATE, &spec->gain_Hz);
    sl_reader_get_quantity(r, node, "low", QUANTITY_NUMBER, &spec->low);
    sl_reader_get_quantity(r, node, "high", QUANTITY_NUMBER, &spec->high);
}

static void read_normalise(reader *r, yaml_node *node, saltus_normalisation_spec *spec)
{
    static const char *const keys[] = {"total", "every", "start"};
    sl_reader_keys(r, node, keys, COUNT(keys), "normalise");
    const quantity_kind weights = sl_reader_weight_kind(r);
    read_main(r, node, "total", weights == QUANTITY_CURRENT ? "total: 2000 pA" : "total: 78 mV",
              weights, &spec->total_mV);
    read_main(r, node, "every", "every: 500 ms", QUANTITY_TIME, &spec->interval_ms);
    sl_reader_get_quantity(r, node, "start", QUANTITY_TIME, &spec->start_ms);
}

/* ---- All of it ------------------------------------------------------------------------- */

/* A section's mapping; NULL when it is absent or empty, or no mapping, which is reported. */
static yaml_node *section_of(reader *r, yaml_node *projection, const char *key)
{
    yaml_node *node = sl_yaml_node_get(projection, key);
    if (node == NULL || sl_yaml_node_is_null(node) || !sl_reader_mapping(r, node, key)) {
        return NULL;
    }
    return node;
}

void sl_read_plasticity(reader *r, yaml_node *projection, saltus_projection_spec *spec)
{
    static const char *const keys[] = {"plasticity", "release", "scaling", "normalise"};
    bool learns = true;
    for (size_t i = 0; i < COUNT(keys); i++) {
        const size_t mark = sl_reader_enter(r, keys[i]);
        yaml_node *node = section_of(r, projection, keys[i]);
        if (node == NULL) {
            /* nothing of this kind */
        } else if (i == 0) {
            learns = read_plasticity(r, node, &spec->plasticity);
        } else if (i == 1) {
            read_release(r, node, &spec->release);
        } else if (i == 2) {
            read_scaling(r, node, &spec->scaling);
        } else {
            read_normalise(r, node, &spec->normalisation);
        }
        sl_reader_leave(r, mark);
    }
    if (!learns) {
        /* It would only be said again that there is no rule. */
        spec->normalisation = saltus_normalisation_spec_default();
    }
}
