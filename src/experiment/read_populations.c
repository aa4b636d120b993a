/* read_populations - the section `populations` of an experiment file.
 *
 * A population that is `like` another starts from the other's model, params and init, and its
 * own keys replace theirs one by one. Chains are followed from their far end, each time anew;
 * only the population's own keys make findings.
 */
#include <stdlib.h>
#include <string.h>

#include "experiment/experiment.h"
#include "experiment/experiment_reader.h"
#include "experiment/text_excerpt.h"
#include "experiment/values.h"
#include "models/neuron/flow.h"
#include "saltus/catalog.h"

#define MAX_CHAIN 100
#define MAX_SIZE  UINT64_C(2147483647)
/* No catalog has more; tests/experiment/test_catalog_agreement.c reads every name of it. */
#define MOST_MODELS 64

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- Parameters of each model ------------------------------------------------------ */

/* A time constant, or `never`. */
static void read_tau_theta(reader *r, yaml_node *params, saltus_population_spec *spec)
{
    yaml_node *node = sl_yaml_node_get(params, "tau_theta");
    if (node != NULL && node->kind == YAML_KIND_SCALAR && strcmp(node->text, "never") == 0) {
        spec->tau_theta_ms = ENDLESS;
        return;
    }
    sl_reader_get_quantity(r, params, "tau_theta", QUANTITY_TIME, &spec->tau_theta_ms);
}

/* What all models of neurons have. */
static void read_membrane(reader *r, yaml_node *params, saltus_population_spec *spec)
{
    sl_reader_get_quantity(r, params, "tau_m", QUANTITY_TIME, &spec->tau_m_ms);
    sl_reader_get_quantity(r, params, "c_m", QUANTITY_CAPACITANCE, &spec->c_m_pF);
    sl_reader_get_value(r, params, "v_th", QUANTITY_VOLTAGE, 1, &spec->v_th_mV);
    sl_reader_get_quantity(r, params, "v_reset", QUANTITY_VOLTAGE, &spec->v_reset_mV);
    sl_reader_get_quantity(r, params, "v_rest", QUANTITY_VOLTAGE, &spec->v_rest_mV);
    sl_reader_get_quantity(r, params, "t_ref", QUANTITY_TIME, &spec->t_ref_ms);
    sl_reader_get_value(r, params, "i_e", QUANTITY_CURRENT, 1, &spec->i_e_pA);
}

static void read_lif(reader *r, yaml_node *params, saltus_population_spec *spec)
{
    static const char *const keys[] = {"tau_m", "c_m", "v_th",       "v_reset",  "v_rest",
                                       "t_ref", "i_e", "theta_plus", "tau_theta"};
    sl_reader_keys_else(r, params, keys, COUNT(keys), "lif_delta", sl_receptor_advice);
    read_membrane(r, params, spec);
    sl_reader_get_quantity(r, params, "theta_plus", QUANTITY_VOLTAGE, &spec->theta_plus_mV);
    read_tau_theta(r, params, spec);
}

/* Leaky neurons with currents. */
static void read_lif_currents(reader *r, yaml_node *params, saltus_population_spec *spec)
{
    const current_keys keys = sl_reader_current_keys(spec->model);
    sl_reader_keys(r, params, keys.key, keys.count, saltus_model_get(spec->model)->name);
    read_membrane(r, params, spec);
    sl_read_adaptation(r, params, spec);
    sl_read_receptors(r, params, spec);
}

static void read_poisson(reader *r, yaml_node *params, saltus_population_spec *spec)
{
    static const char *const keys[] = {"rate"};
    sl_reader_keys(r, params, keys, COUNT(keys), "poisson_source");
    sl_read_rate(r, params, &spec->rate_Hz, &spec->rate_course);
}

static void read_periodic(reader *r, yaml_node *params, saltus_population_spec *spec)
{
    static const char *const keys[] = {"interval", "start", "stop"};
    sl_reader_keys(r, params, keys, COUNT(keys), "periodic_source");
    sl_reader_get_quantity(r, params, "interval", QUANTITY_TIME, &spec->interval_ms);
    sl_reader_get_value(r, params, "start", QUANTITY_TIME, 1, &spec->start_ms);
    sl_reader_get_quantity(r, params, "stop", QUANTITY_TIME, &spec->stop_ms);
}

static void read_spikes_csv(reader *r, yaml_node *node, saltus_population_spec *spec)
{
    csv_column columns[] = {
        {.name = "time_ms", .type = CSV_REAL, .low = 0, .high = 4.5e7, .ascending = true},
        {.name = "neuron", .type = CSV_INDEX, .limit = spec->size, .limit_of = "the population"}};
    const csv_request request = {.columns = columns, .count = COUNT(columns)};
    const size_t mark = sl_reader_enter(r, "csv");
    if (sl_reader_csv(r, node, &request, &spec->spike_count)) {
        spec->spike_times_ms = columns[0].reals;
        spec->spike_neurons = columns[1].indices;
    }
    sl_reader_leave(r, mark);
}

static void read_spikes_hdf5(reader *r, yaml_node *params, yaml_node *node,
                             saltus_population_spec *spec)
{
    const char *name = NULL;
    const char *population = NULL;
    yaml_node *population_node = sl_yaml_node_get(params, "population");
    const size_t mark = sl_reader_enter(r, "hdf5");
    const bool named = population_node == NULL || sl_reader_text(r, population_node, &population);
    if (!sl_reader_text(r, node, &name) || !named) {
        sl_reader_leave(r, mark);
        return;
    }
    if (r->options == NULL || r->options->hdf5_reader == NULL) {
        sl_reader_report(r, node, "this program was built without HDF5; give the spikes as csv:");
        sl_reader_leave(r, mark);
        return;
    }
    char *path = sl_reader_file_path(r, name);
    if (path != NULL) {
        saltus_error error = {0};
        double *times = NULL;
        uint32_t *neurons = NULL;
        const saltus_status status =
            r->options->hdf5_reader(path, population, &times, &neurons, &spec->spike_count, &error);
        if (status == SALTUS_E_MEMORY) {
            sl_reader_no_memory(r);
        } else if (status != SALTUS_OK) {
            sl_reader_report(r, node, "%s", error.message);
        }
        bool kept = sl_reader_keep(r, times);
        kept &= sl_reader_keep(r, neurons);
        spec->spike_times_ms = kept ? times : NULL;
        spec->spike_neurons = kept ? neurons : NULL;
        spec->spike_count = kept && status == SALTUS_OK ? spec->spike_count : 0;
    }
    free(path);
    sl_reader_leave(r, mark);
}

static void read_spike_list(reader *r, yaml_node *params, saltus_population_spec *spec)
{
    static const char *const keys[] = {"csv", "hdf5", "population", "from"};
    enum { SOURCES = 4, POPULATION = 2 };
    yaml_node *found = NULL;
    sl_reader_keys(r, params, keys, COUNT(keys), "spike_list");
    for (size_t i = 0; i < SOURCES; i++) {
        yaml_node *source = i == POPULATION ? NULL : sl_yaml_node_get(params, keys[i]);
        if (source != NULL && found != NULL) {
            sl_reader_report(r, source->key, "found %s and %s; the spikes come from one file",
                             found->key->text, source->key->text);
            return;
        }
        found = source != NULL ? source : found;
    }
    if (found == NULL || (spec->size == 0 && strcmp(found->key->text, "from") != 0)) {
        return; /* the indices in the file cannot be judged */
    }
    if (strcmp(found->key->text, "csv") == 0) {
        read_spikes_csv(r, found, spec);
    } else if (strcmp(found->key->text, "hdf5") == 0) {
        read_spikes_hdf5(r, params, found, spec);
    } else {
        sl_read_encoding(r, found, spec);
    }
}

static void read_rates(reader *r, yaml_node *params, saltus_population_spec *spec)
{
    static const char *const keys[] = {"rate"};
    sl_reader_keys(r, params, keys, COUNT(keys), "rate_source");
    sl_reader_get_value(r, params, "rate", QUANTITY_RATE, 1, &spec->rates_Hz);
}

static void read_correlated(reader *r, yaml_node *params, saltus_population_spec *spec)
{
    static const char *const keys[] = {"rate", "correlation", "kind", "jitter"};
    static const char *const kinds[] = {"mip", "sip"}; /* as in the enumeration */
    yaml_node *kind = sl_yaml_node_get(params, "kind");
    sl_reader_keys(r, params, keys, COUNT(keys), "correlated_source");
    sl_reader_get_quantity(r, params, "rate", QUANTITY_RATE, &spec->rate_Hz);
    sl_reader_get_quantity(r, params, "correlation", QUANTITY_NUMBER, &spec->correlation);
    sl_reader_get_quantity(r, params, "jitter", QUANTITY_TIME, &spec->jitter_ms);
    if (kind != NULL) {
        size_t index = 0;
        const size_t mark = sl_reader_enter(r, "kind");
        if (sl_reader_word(r, kind, kinds, COUNT(kinds), "kind of correlation", &index)) {
            spec->correlation_kind = (saltus_correlation_kind)index;
        }
        sl_reader_leave(r, mark);
    }
}

static void read_parameters(reader *r, yaml_node *params, saltus_population_spec *spec)
{
    if (saltus_model_has_flow(spec->model)) {
        sl_read_flow(r, params, spec);
        return;
    }
    if (saltus_model_has_currents(spec->model)) {
        read_lif_currents(r, params, spec);
        return;
    }
    switch (spec->model) {
    case SALTUS_MODEL_LIF_DELTA:
        read_lif(r, params, spec);
        break;
    case SALTUS_MODEL_POISSON_SOURCE:
        read_poisson(r, params, spec);
        break;
    case SALTUS_MODEL_PERIODIC_SOURCE:
        read_periodic(r, params, spec);
        break;
    case SALTUS_MODEL_SPIKE_LIST:
        read_spike_list(r, params, spec);
        break;
    case SALTUS_MODEL_RATE_SOURCE:
        read_rates(r, params, spec);
        break;
    case SALTUS_MODEL_CORRELATED_SOURCE:
        read_correlated(r, params, spec);
        break;
    default: /* done above */
        break;
    }
}

static void read_params(reader *r, yaml_node *params, saltus_population_spec *spec)
{
    if (params == NULL || sl_yaml_node_is_null(params)) {
        return;
    }
    const size_t mark = sl_reader_enter(r, "params");
    if (sl_reader_mapping(r, params, "params")) {
        read_parameters(r, params, spec);
    }
    sl_reader_leave(r, mark);
}

static void read_init(reader *r, yaml_node *init, saltus_population_spec *spec)
{
    const flow_model *flow = sl_flow_model(spec->model);
    const char *const keys[] = {"v", flow != NULL ? flow->second : NULL};
    const size_t count = keys[1] != NULL ? 2 : 1;
    if (init == NULL || sl_yaml_node_is_null(init)) {
        return;
    }
    const size_t mark = sl_reader_enter(r, "init");
    if (saltus_model_is_source(spec->model)) {
        sl_reader_report(r, init->key, "a %s has no state to begin with; leave init out",
                         saltus_model_get(spec->model)->name);
    } else if (sl_reader_mapping(r, init, "init")) {
        sl_reader_keys(r, init, keys, count, "init");
        sl_reader_get_value(r, init, "v", QUANTITY_VOLTAGE, 1, &spec->v_init_mV);
        if (count > 1) {
            sl_reader_get_value(r, init, keys[1], QUANTITY_CURRENT, 1, &spec->u_init_pA);
        }
    }
    sl_reader_leave(r, mark);
}

/* ---- Populations ------------------------------------------------------------------- */

/* The nodes from a population along `like` to the one that names a model; 0 when the chain is
 * broken, which is reported. */
static size_t follow_like(reader *r, yaml_node *section, yaml_node *node,
                          yaml_node *chain[MAX_CHAIN])
{
    size_t count = 0;
    chain[count++] = node;
    yaml_node *like = NULL;
    while ((like = sl_yaml_node_get(chain[count - 1], "like")) != NULL) {
        yaml_node *own = sl_yaml_node_get(node, "like");
        const size_t mark = sl_reader_enter(r, "like");
        yaml_node *next =
            like->kind == YAML_KIND_SCALAR ? sl_yaml_node_get(section, like->text) : NULL;
        bool broken = true;
        if (next == node) {
            sl_reader_report(r, own, "the chain of 'like' leads back to '%s'",
                             sl_text_excerpt(node->key->text).text);
        } else if (count == MAX_CHAIN) {
            sl_reader_report(r, own,
                             "the chain of 'like' is longer than %d populations, or a "
                             "circle",
                             MAX_CHAIN);
        } else if (next == NULL && count == 1) {
            sl_reader_unknown_name(r, like, section);
        } else {
            broken = next == NULL; /* reported at the population whose key it is */
        }
        sl_reader_leave(r, mark);
        if (broken) {
            return 0;
        }
        chain[count++] = next;
    }
    return count;
}

static bool read_model(reader *r, yaml_node *node, saltus_population_spec *spec)
{
    size_t model = 0;
    yaml_node *name = sl_reader_need(r, node, "model", "model: lif_delta (or like: E)");
    if (name == NULL) {
        return false;
    }
    const size_t mark = sl_reader_enter(r, "model");
    const size_t models = saltus_model_count();
    const char *names[MOST_MODELS];
    for (size_t i = 0; i < models && i < MOST_MODELS; i++) {
        names[i] = saltus_model_get(i)->name;
    }
    const bool good = sl_reader_word(r, name, names, models, "model", &model);
    sl_reader_leave(r, mark);
    if (good) {
        spec->model = (saltus_model)model;
    }
    return good;
}

static void read_size(reader *r, yaml_node *node, saltus_population_spec *spec)
{
    yaml_node *size = sl_reader_need(r, node, "size", "size: 100");
    uint64_t neurons = 0;
    if (size == NULL) {
        return;
    }
    const size_t mark = sl_reader_enter(r, "size");
    if (sl_reader_integer(r, size, MAX_SIZE, &neurons) && neurons == 0) {
        sl_reader_report(r, size, "found 0; a population has at least 1 neuron");
    }
    spec->size = (uint32_t)neurons;
    sl_reader_leave(r, mark);
}

/* Model, params and init, from the far end of the chain to the population itself. Returns false
 * when what the population inherits is wrong. */
static bool read_chain(reader *r, yaml_node *section, yaml_node *node, saltus_population_spec *spec)
{
    yaml_node *chain[MAX_CHAIN];
    const size_t count = follow_like(r, section, node, chain);
    if (count == 0) {
        return false;
    }
    yaml_node *model = sl_yaml_node_get(node, "model");
    if (count > 1 && model != NULL) {
        sl_reader_report(r, model->key, "found model and like; 'like' brings the model with it");
    }
    const size_t silenced = r->silenced;
    for (size_t i = count; i > 0; i--) {
        r->silent += i > 1;
        const bool good = i < count || read_model(r, chain[i - 1], spec);
        if (good) {
            read_params(r, sl_yaml_node_get(chain[i - 1], "params"), spec);
            read_init(r, sl_yaml_node_get(chain[i - 1], "init"), spec);
        }
        r->silent -= i > 1;
        if (!good) {
            return false;
        }
    }
    return r->silenced == silenced;
}

static void read_population(reader *r, yaml_node *section, yaml_node *node)
{
    static const char *const keys[] = {"size", "model", "params", "init", "like", "positions"};
    saltus_population_spec spec = saltus_population_spec_default();
    bool complete = false;
    spec.name = node->key->text;
    if (sl_reader_mapping(r, node, "a population")) {
        sl_reader_keys(r, node, keys, COUNT(keys), "a population");
        read_size(r, node, &spec);
        complete = read_chain(r, section, node, &spec) && spec.size > 0;
        yaml_node *positions = sl_yaml_node_get(node, "positions");
        if (positions != NULL) {
            const size_t mark = sl_reader_enter(r, "positions");
            sl_read_positions(r, positions, &spec.positions);
            sl_reader_leave(r, mark);
        }
    }
    /* A population of which too little is known is kept for its name, with size 0. */
    if (complete) {
        check_place place = {.reader = r, .item = node, .name = node->key};
        problem_sink sink = sl_reader_sink(&place);
        sl_check_population(r->experiment, &spec, &sink);
    } else {
        spec.size = 0;
    }
    if (r->failure != SALTUS_OK) {
        return;
    }
    if (sl_reader_findings(r) > 0) {
        /* The lists of a wrong experiment are not needed, and may have the wrong length. */
        spec.v_th_mV = saltus_constant(20);
        spec.i_e_pA = saltus_constant(0);
        spec.v_init_mV = saltus_constant(0);
        spec.u_init_pA = saltus_constant(0);
        spec.start_ms = saltus_constant(0);
        spec.rates_Hz = saltus_constant(0);
        spec.spike_count = 0;
        spec.rate_course = (saltus_rate_course){.kind = SALTUS_RATE_CONSTANT};
        spec.positions = (saltus_positions_spec){.kind = SALTUS_POSITIONS_NONE};
    }
    if (!sl_experiment_append_population(r->experiment, &spec)) {
        sl_reader_no_memory(r);
    }
}

void sl_read_populations(reader *r, yaml_node *section)
{
    const size_t mark = sl_reader_enter(r, "populations");
    if (sl_yaml_node_is_null(section)) {
        sl_reader_report(r, section, "there is no population; at least one is needed");
    } else if (sl_reader_mapping(r, section, "populations")) {
        if (section->count == 0) {
            sl_reader_report(r, section, "there is no population; at least one is needed");
        }
        for (yaml_node *node = section->first; node != NULL && r->failure == SALTUS_OK;
             node = node->next) {
            const size_t inner = sl_reader_enter(r, node->key->text);
            read_population(r, section, node);
            sl_reader_leave(r, inner);
            sl_reader_release(r);
        }
    }
    sl_reader_leave(r, mark);
}
