/* sonata_edge_types - weights, delays and signs by edge type.
 *
 * The sign comes from the synapse model, as in BMTK: {"sign": -1} in the file that
 * dynamics_params names in components.synaptic_models_dir; +1 when it says nothing.
 */
#include "formats/sonata_edge_types.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Sign of the synapse model in `file`. */
static saltus_status read_sign(const sonata_config *config, const sonata_table *table,
                               const char *file, double *sign, saltus_error *error)
{
    char *path = NULL;
    json_t *object = NULL;
    bool found = false;
    *sign = 1.0;
    saltus_status status =
        sl_sonata_config_component(config, "synaptic_models_dir", file, table->path, &path, error);
    if (!status) {
        status = sl_sonata_config_read_json(path, &object, error);
    }
    if (!status) {
        status = sl_sonata_config_number(path, object, "", "sign", sign, &found, error);
    }
    if (!status && fabs(*sign) != 1.0) {
        status = sl_sonata_fail(error, SALTUS_E_EXPERIMENT, path, 0,
                                "sign is %g; 1 or -1 is allowed", *sign);
    }
    json_decref(object);
    free(path);
    return status;
}

/* Refuse rules and synapse models that would change the result. */
static saltus_status check_type(const sonata_table *table, uint32_t row, saltus_error *error)
{
    const char *function = sl_sonata_table_text(table, row, "weight_function");
    if (function != NULL && strcmp(function, "wmax") != 0) {
        return sl_sonata_fail(error, SALTUS_E_UNSUPPORTED, table->path, table->lines[row],
                              "weight_function is %s; only wmax (the weight is syn_weight) is "
                              "supported",
                              function);
    }
    const char *model = sl_sonata_table_text(table, row, "model_template");
    const bool is_static = model == NULL || strcmp(model, "static_synapse") == 0 ||
                           strcmp(model, "nest:static_synapse") == 0;
    if (!is_static) {
        return sl_sonata_fail(error, SALTUS_E_UNSUPPORTED, table->path, table->lines[row],
                              "model_template is %s; only static_synapse is supported", model);
    }
    return SALTUS_OK;
}

static saltus_status read_type(const sonata_config *config, const sonata_table *table, uint32_t row,
                               sonata_edge_type *type, saltus_error *error)
{
    bool found = false;
    *type = (sonata_edge_type){.sign = 1.0, .nsyns = 1.0};
    saltus_status status = check_type(table, row, error);
    if (!status) {
        status = sl_sonata_table_number(table, row, "syn_weight", &type->weight, &type->has_weight,
                                        error);
    }
    if (!status) {
        status =
            sl_sonata_table_number(table, row, "delay", &type->delay_ms, &type->has_delay, error);
    }
    if (!status) {
        status = sl_sonata_table_number(table, row, "nsyns", &type->nsyns, &found, error);
    }
    if (!status && !(isfinite(type->weight) && isfinite(type->nsyns))) {
        status = sl_sonata_fail(error, SALTUS_E_EXPERIMENT, table->path, table->lines[row],
                                "syn_weight and nsyns must be finite");
    }
    if (!status && type->has_delay && !(type->delay_ms > 0.0 && isfinite(type->delay_ms))) {
        status = sl_sonata_fail(error, SALTUS_E_EXPERIMENT, table->path, table->lines[row],
                                "delay is %g ms; a delay must be greater than 0", type->delay_ms);
    }
    const char *file = sl_sonata_table_text(table, row, "dynamics_params");
    if (!status && file != NULL) {
        status = read_sign(config, table, file, &type->sign, error);
    }
    return status;
}

saltus_status sl_sonata_edge_types_open(sonata_edge_types *types, const sonata_config *config,
                                        const char *path, saltus_error *error)
{
    *types = (sonata_edge_types){0};
    saltus_status status = sl_sonata_table_open(&types->table, path, "edge_type_id", error);
    if (status) {
        return status;
    }
    types->types = sl_sonata_array(types->table.row_count, sizeof *types->types);
    if (types->types == NULL) {
        status = sl_sonata_fail_memory(error);
    }
    for (uint32_t row = 0; !status && row < types->table.row_count; row++) {
        status = read_type(config, &types->table, row, &types->types[row], error);
    }
    if (status) {
        sl_sonata_edge_types_close(types);
    }
    return status;
}

void sl_sonata_edge_types_close(sonata_edge_types *types)
{
    sl_sonata_table_close(&types->table);
    free(types->types);
    types->types = NULL;
}
