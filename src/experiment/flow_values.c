/* flow_values - see flow_values.h. What a parameter may be stands in the table of its model. */
#include "experiment/flow_values.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/sim_time.h"
#include "base/status.h"
#include "experiment/decimal.h"
#include "experiment/values.h"
#include "models/neuron/flow.h"

#define LARGEST 1e6 /* mV and pA of what each neuron has for itself */

static const char *unit_of(saltus_parameter_kind kind)
{
    static const char *const units[] = {
        [SALTUS_PARAMETER_TIME] = " ms",        [SALTUS_PARAMETER_VOLTAGE] = " mV",
        [SALTUS_PARAMETER_RATE] = " Hz",        [SALTUS_PARAMETER_NUMBER] = "",
        [SALTUS_PARAMETER_WORD] = "",           [SALTUS_PARAMETER_CURRENT] = " pA",
        [SALTUS_PARAMETER_CAPACITANCE] = " pF", [SALTUS_PARAMETER_CONDUCTANCE] = " nS"};
    return units[kind];
}

static bool is_allowed(const saltus_rule_parameter *p, double value)
{
    return value >= p->low && value <= p->high;
}

static bool check_parameter(const saltus_rule_parameter *p, double value, problem_sink *sink)
{
    char field[64];
    if (isnan(value) || is_allowed(p, value)) {
        return true;
    }
    const char *unit = unit_of(p->kind);
    snprintf(field, sizeof field, "params.%s", p->name);
    sl_problem(sink, field, "found %s%s; %s%s to %s%s is allowed", sl_decimal_text(value).text,
               unit, sl_decimal_text(p->low).text, unit, sl_decimal_text(p->high).text, unit);
    return false;
}

/* What each neuron has for itself. */
static void check_own(const saltus_value *value, const char *field, const char *unit, uint32_t size,
                      problem_sink *sink)
{
    if (sl_check_value(sink, field, value, unit, size, "neuron") &&
        !(sl_value_lowest(value) >= -LARGEST && sl_value_highest(value) <= LARGEST)) {
        sl_problem(sink, field, "values from %s to %s %s are possible; -1e6 to 1e6 %s is allowed",
                   sl_decimal_text(sl_value_lowest(value)).text,
                   sl_decimal_text(sl_value_highest(value)).text, unit, unit);
    }
}

void sl_check_flow(const saltus_population_spec *spec, problem_sink *sink)
{
    const flow_model *model = sl_flow_model(spec->model);
    bool good = true;
    for (size_t i = 0; model->parameters[i].name != NULL; i++) {
        good &= check_parameter(&model->parameters[i], spec->flow_value[i], sink);
    }
    if (good) {
        double value[SALTUS_FLOW_VALUES];
        sl_flow_values(model, spec->flow_value, value);
        const char *problem = model->check(value);
        if (problem != NULL) {
            sl_problem(sink, "params", "%s", problem);
        }
    }
    check_own(&spec->i_e_pA, "params.i_e", "pA", spec->size, sink);
    if (!sl_value_is_default(&spec->v_init_mV)) {
        check_own(&spec->v_init_mV, "init.v", "mV", spec->size, sink);
    }
    if (model->second != NULL && !sl_value_is_default(&spec->u_init_pA)) {
        char field[16];
        snprintf(field, sizeof field, "init.%s", model->second);
        check_own(&spec->u_init_pA, field, "pA", spec->size, sink);
    }
    if (spec->theta_plus_mV != 0) {
        sl_problem(sink, "params.theta_plus",
                   "a %s has no adaptive threshold; leave theta_plus out, or use lif_delta",
                   model->info.name);
    }
}

void sl_check_flow_currents(const double *values_pA, size_t count, problem_sink *sink)
{
    for (size_t i = 0; i < count; i++) {
        if (!(fabs(values_pA[i]) <= LARGEST)) {
            sl_problem(sink, "amplitude",
                       "value %zu (counting from 0) is %s pA; -1e6 pA to 1e6 pA is allowed", i,
                       sl_decimal_text(values_pA[i]).text);
            return;
        }
    }
}

void sl_flow_set_defaults(saltus_population_spec *spec)
{
    const flow_model *model = sl_flow_model(spec->model);
    if (model == NULL) {
        return;
    }
    double value[SALTUS_FLOW_VALUES];
    memcpy(value, spec->flow_value, sizeof value);
    sl_flow_values(model, value, spec->flow_value);
    if (sl_value_is_default(&spec->v_init_mV)) {
        spec->v_init_mV = saltus_constant(spec->flow_value[model->rest]);
    }
}

saltus_status saltus_population_set(saltus_population_spec *spec, const char *parameter,
                                    double value, saltus_error *error)
{
    const flow_model *model = spec != NULL ? sl_flow_model(spec->model) : NULL;
    if (model == NULL || parameter == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "a spec of a population whose model has a flow (qif, izhikevich, adex, ...) "
                       "and a name are needed; the parameters of other models are fields of the "
                       "spec");
    }
    for (size_t i = 0; model->parameters[i].name != NULL; i++) {
        const saltus_rule_parameter *p = &model->parameters[i];
        if (strcmp(p->name, parameter) != 0) {
            continue;
        }
        if (!is_allowed(p, value)) {
            return sl_fail(error, SALTUS_E_ARGUMENT, "%s of %s is %g, allowed are %g to %g",
                           parameter, model->info.name, value, p->low, p->high);
        }
        spec->flow_value[i] = value;
        return SALTUS_OK;
    }
    return sl_fail(error, SALTUS_E_ARGUMENT,
                   "%s has no parameter '%s'; `saltus models %s` lists them", model->info.name,
                   parameter, model->info.name);
}
