/* sonata_model - model templates as Saltus models.
 *
 * nrn:IntFire1 (NEURON): dm/dt = -m / tau, an arrival adds its weight, m > 1 (strictly) fires;
 *     then deaf for refrac, then m = 0. The JSON gives tau and refrac in seconds. As lif_delta:
 *     1 mV stands for 1, v_rest = v_reset = 0, v_th just above 1, because lif_delta fires at
 *     V >= v_th, and does so from 2^-48 below it (its allowance for rounding): weights that add
 *     up to 1 exactly must not fire (test_sonata_circuit.c).
 * nest:iaf_psc_delta (NEST): lif_delta with NEST's parameters in mV, ms, pF, pA. The defaults
 *     are NEST's; V_m, V_th and V_reset are absolute potentials also when E_L is changed alone.
 *
 * Hines & Carnevale 2004, J Neurosci Methods (IntFire1); NEST 3 documentation, iaf_psc_delta.
 */
#include "formats/sonata_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MS_PER_S       1000.0
#define JUST_ABOVE_ONE (1.0 + 0x1p-47)

saltus_status sl_sonata_model_is_virtual(const sonata_table *types, uint32_t row, bool *is_virtual,
                                         saltus_error *error)
{
    const char *type = sl_sonata_table_text(types, row, "model_type");
    *is_virtual = type != NULL && strcmp(type, "virtual") == 0;
    if (*is_virtual || (type != NULL && (strcmp(type, "point_neuron") == 0 ||
                                         strcmp(type, "point_process") == 0))) {
        return SALTUS_OK;
    }
    if (type == NULL) {
        return sl_sonata_fail(error, SALTUS_E_EXPERIMENT, types->path, types->lines[row],
                              "node type %u has no model_type; point_neuron, point_process or "
                              "virtual is needed",
                              types->ids[row]);
    }
    return sl_sonata_fail(error, SALTUS_E_UNSUPPORTED, types->path, types->lines[row],
                          "node type %u has model_type %s; supported are point_neuron, "
                          "point_process and virtual",
                          types->ids[row], type);
}

/* ---- Parameter files --------------------------------------------------------------- */

/* One parameter of a model: where its number goes. */
typedef struct model_parameter {
    const char *key;
    double *value;
    double scale; /* the file's unit in ours */
} model_parameter;

static const model_parameter *find_parameter(const model_parameter *parameters, size_t count,
                                             const char *key)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(parameters[i].key, key) == 0) {
            return &parameters[i];
        }
    }
    return NULL;
}

/* Take the parameters that are there; what is not known is noted. `harmless` ends with NULL. */
static saltus_status take_parameters(const char *path, const json_t *object,
                                     const model_parameter *parameters, size_t count,
                                     const char *const *harmless, sonata_notes *notes,
                                     saltus_error *error)
{
    const char *key = NULL;
    json_t *entry = NULL;
    json_object_foreach((json_t *)object, key, entry)
    {
        bool found = false;
        saltus_status status = SALTUS_OK;
        const model_parameter *parameter = find_parameter(parameters, count, key);
        if (parameter != NULL) {
            double value = 0.0;
            status = sl_sonata_config_number(path, object, "", key, &value, &found, error);
            if (!status && found) {
                *parameter->value = value * parameter->scale;
            }
        } else {
            const char *const *known = harmless;
            while (*known != NULL && strcmp(*known, key) != 0) {
                known++;
            }
            if (*known == NULL) {
                status = sl_sonata_note(notes, error, "%s: %s is not used", path, key);
            }
        }
        if (status) {
            return status;
        }
    }
    return SALTUS_OK;
}

#define PARAMETER_COUNT(array) (sizeof(array) / sizeof *(array))

static saltus_status read_intfire1(const char *path, const json_t *object,
                                   saltus_population_spec *spec, sonata_notes *notes,
                                   saltus_error *error)
{
    /* NEURON's defaults; c_m does not matter without a constant current. */
    spec->tau_m_ms = 10.0;
    spec->t_ref_ms = 5.0;
    spec->v_rest_mV = 0.0;
    spec->v_reset_mV = 0.0;
    spec->v_th_mV = saltus_constant(JUST_ABOVE_ONE);
    spec->v_init_mV = saltus_constant(0.0);
    spec->i_e_pA = saltus_constant(0.0);
    const model_parameter parameters[] = {{"tau", &spec->tau_m_ms, MS_PER_S},
                                          {"refrac", &spec->t_ref_ms, MS_PER_S}};
    static const char *const harmless[] = {"type", NULL};
    return take_parameters(path, object, parameters, PARAMETER_COUNT(parameters), harmless, notes,
                           error);
}

static saltus_status read_iaf_psc_delta(const char *path, const json_t *object,
                                        saltus_population_spec *spec, sonata_notes *notes,
                                        saltus_error *error)
{
    double v_th_mV = -55.0;
    double v_m_mV = -70.0;
    double i_e_pA = 0.0;
    double v_min_mV = -(double)INFINITY;
    spec->tau_m_ms = 10.0;
    spec->c_m_pF = 250.0;
    spec->t_ref_ms = 2.0;
    spec->v_rest_mV = -70.0;
    spec->v_reset_mV = -70.0;
    const model_parameter parameters[] = {
        {"tau_m", &spec->tau_m_ms, 1.0}, {"C_m", &spec->c_m_pF, 1.0},
        {"t_ref", &spec->t_ref_ms, 1.0}, {"E_L", &spec->v_rest_mV, 1.0},
        {"V_th", &v_th_mV, 1.0},         {"V_reset", &spec->v_reset_mV, 1.0},
        {"V_m", &v_m_mV, 1.0},           {"I_e", &i_e_pA, 1.0},
        {"V_min", &v_min_mV, 1.0}};
    static const char *const harmless[] = {"refractory_input", NULL};
    const saltus_status status = take_parameters(
        path, object, parameters, PARAMETER_COUNT(parameters), harmless, notes, error);
    if (status) {
        return status;
    }
    if (isfinite(v_min_mV)) {
        return sl_sonata_fail(error, SALTUS_E_UNSUPPORTED, path, 0,
                              "V_min is %g; a lower bound of the potential is not supported",
                              v_min_mV);
    }
    const json_t *refractory_input = json_object_get(object, "refractory_input");
    if (json_is_true(refractory_input) || json_number_value(refractory_input) != 0.0) {
        return sl_sonata_fail(error, SALTUS_E_UNSUPPORTED, path, 0,
                              "refractory_input is true; only false is supported: input that "
                              "arrives while a neuron is refractory is lost");
    }
    spec->v_th_mV = saltus_constant(v_th_mV);
    spec->v_init_mV = saltus_constant(v_m_mV);
    spec->i_e_pA = saltus_constant(i_e_pA);
    return SALTUS_OK;
}

/* ---- Templates --------------------------------------------------------------------- */

typedef saltus_status (*template_reader)(const char *path, const json_t *object,
                                         saltus_population_spec *spec, sonata_notes *notes,
                                         saltus_error *error);

/* Every model template that is understood. */
static const struct {
    const char *name;
    template_reader read;
} templates[] = {{"nrn:IntFire1", read_intfire1}, {"nest:iaf_psc_delta", read_iaf_psc_delta}};

static template_reader find_template(const char *name)
{
    for (size_t i = 0; name != NULL && i < sizeof templates / sizeof *templates; i++) {
        if (strcmp(templates[i].name, name) == 0) {
            return templates[i].read;
        }
    }
    return NULL;
}

/* The parameter file of a node type: a new reference in *object, its path in *path. */
static saltus_status open_parameters(const sonata_config *config, const sonata_table *types,
                                     uint32_t row, char **path, json_t **object,
                                     saltus_error *error)
{
    *path = NULL;
    *object = NULL;
    const char *file = sl_sonata_table_text(types, row, "dynamics_params");
    saltus_status status = SALTUS_OK;
    if (file == NULL) {
        /* No file: the model's own defaults. */
        *object = json_object();
        *path = sl_sonata_format("%s", types->path);
        if (*object == NULL || *path == NULL) {
            status = sl_sonata_fail_memory(error);
        }
    } else {
        status = sl_sonata_config_component(config, "point_neuron_models_dir", file, types->path,
                                            path, error);
        if (!status) {
            status = sl_sonata_config_read_json(*path, object, error);
        }
    }
    if (status) {
        json_decref(*object);
        free(*path);
        *object = NULL;
        *path = NULL;
    }
    return status;
}

saltus_status sl_sonata_model_read(const sonata_config *config, const sonata_table *types,
                                   uint32_t row, saltus_population_spec *spec, sonata_notes *notes,
                                   saltus_error *error)
{
    *spec = saltus_population_spec_default();
    spec->model = SALTUS_MODEL_LIF_DELTA;
    const char *name = sl_sonata_table_text(types, row, "model_template");
    const template_reader read = find_template(name);
    if (read == NULL) {
        return sl_sonata_fail(error, SALTUS_E_UNSUPPORTED, types->path, types->lines[row],
                              "node type %u has model_template %s; supported are nrn:IntFire1 "
                              "and nest:iaf_psc_delta",
                              types->ids[row], name != NULL ? name : "NULL");
    }
    char *path = NULL;
    json_t *object = NULL;
    saltus_status status = open_parameters(config, types, row, &path, &object, error);
    if (status) {
        return status;
    }
    status = read(path, object, spec, notes, error);
    json_decref(object);
    free(path);
    return status;
}
