/* read_flow - params of neurons with a flow, by the table of their model. */
#include <string.h>

#include "experiment/experiment_reader.h"
#include "experiment/values.h"
#include "models/neuron/flow.h"

/* A quantity, or `infinity` where no bound is allowed. */
static void read_value(reader *r, yaml_node *params, const saltus_rule_parameter *p, double *out)
{
    yaml_node *node = sl_yaml_node_get(params, p->name);
    if (node != NULL && isinf(p->high) && node->kind == YAML_KIND_SCALAR &&
        strcmp(node->text, "infinity") == 0) {
        *out = ENDLESS;
        return;
    }
    sl_reader_get_quantity(r, params, p->name, sl_quantity_kind_of(p->kind), out);
}

void sl_read_flow(reader *r, yaml_node *params, saltus_population_spec *spec)
{
    const flow_model *model = sl_flow_model(spec->model);
    const char *keys[SALTUS_FLOW_VALUES + 3];
    size_t count = 0;
    for (; model->parameters[count].name != NULL; count++) {
        keys[count] = model->parameters[count].name;
    }
    keys[count] = "i_e";
    keys[count + 1] = "tau_syn";
    keys[count + 2] = "receptors";
    sl_reader_keys_else(r, params, keys, count + (model->receptors ? 3 : 1), model->info.name,
                        sl_receptor_advice);
    for (size_t i = 0; i < count; i++) {
        read_value(r, params, &model->parameters[i], &spec->flow_value[i]);
    }
    sl_reader_get_value(r, params, "i_e", QUANTITY_CURRENT, 1, &spec->i_e_pA);
    if (model->receptors) {
        sl_read_receptors(r, params, spec);
    }
}
