/* plasticity_check - what is allowed in learning rules, release, scaling and normalisation.
 *
 * Ranges of parameters come from the tables of the rules and of the models of release, so that a
 * rule needs no line here.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/sim_time.h"
#include "experiment/decimal.h"
#include "experiment/experiment.h"
#include "experiment/experiment_check.h"
#include "experiment/target_weight.h"
#include "experiment/text_excerpt.h"
#include "experiment/values.h"
#include "models/plasticity/rule.h"

#define LARGEST_RATE_HZ 1e7
/* As for any distribution: below this, drawing again until a draw fits takes too long. */
#define SMALLEST_ACCEPTANCE 0.001

/* ---- Parameters of a rule or a model of release ---------------------------------------- */

/* `weight`: the unit of weights. */
static const char *unit_of(saltus_parameter_kind kind, const char *weight)
{
    const char *const units[] = {[SALTUS_PARAMETER_TIME] = "ms",
                                 [SALTUS_PARAMETER_VOLTAGE] = weight,
                                 [SALTUS_PARAMETER_RATE] = "Hz",
                                 [SALTUS_PARAMETER_NUMBER] = "",
                                 [SALTUS_PARAMETER_WORD] = ""};
    return units[kind];
}

/* A field below `section`, as in "plasticity.tau_plus". */
typedef struct field_name {
    char text[64];
} field_name;

static field_name field_of(const char *section, const char *parameter)
{
    field_name field;
    snprintf(field.text, sizeof field.text, "%s.%s", section, parameter);
    return field;
}

static bool check_range(problem_sink *sink, const char *section, const saltus_rule_parameter *p,
                        const char *weight_unit, double value)
{
    if (value >= p->low && value <= p->high) {
        return true;
    }
    const char *unit = unit_of(p->kind, weight_unit);
    const char *space = unit[0] == '\0' ? "" : " ";
    if (isnan(value)) {
        sl_problem(sink, field_of(section, p->name).text,
                   "no value is given (or it is not a number)");
    } else {
        sl_problem(sink, field_of(section, p->name).text,
                   "found %s%s%s; %s%s%s to %s%s%s is allowed", sl_decimal_text(value).text, space,
                   unit, sl_decimal_text(p->low).text, space, unit, sl_decimal_text(p->high).text,
                   space, unit);
    }
    return false;
}

/* A time that is 0 or makes at least a tick. */
static bool check_tick(problem_sink *sink, const char *field, double time_ms)
{
    if (time_ms > 0 && sl_sim_time_from_ms(time_ms) < 1) {
        sl_problem(sink, field, "found %s ms; 0 ms or at least 1e-11 ms is needed",
                   sl_decimal_text(time_ms).text);
        return false;
    }
    return true;
}

static bool check_parameter(problem_sink *sink, const saltus_rule_parameter *p,
                            const char *weight_unit, double value)
{
    const field_name field = field_of("plasticity", p->name);
    if (isnan(value)) {
        if (isnan(p->default_value)) {
            sl_problem(sink, field.text, "the rule needs '%s' (%s), which has no default", p->name,
                       p->meaning);
            return false;
        }
        return true;
    }
    if (!check_range(sink, "plasticity", p, weight_unit, value)) {
        return false;
    }
    if (p->kind == SALTUS_PARAMETER_WORD && value != floor(value)) {
        sl_problem(sink, field.text, "found %s; the place of a word is a whole number",
                   sl_decimal_text(value).text);
        return false;
    }
    return p->kind != SALTUS_PARAMETER_TIME || check_tick(sink, field.text, value);
}

/* ---- Learning rules -------------------------------------------------------------------- */

/* Weights begin where the rule keeps them. What is drawn is judged by what can be drawn at all. */
static void check_weights(const saltus_population_spec *target, const saltus_projection_spec *spec,
                          const plastic_rule *rule, problem_sink *sink)
{
    const saltus_value *weight = sl_projection_weight(target, spec);
    const char *unit = sl_target_unit(target);
    double value[SALTUS_PLASTICITY_VALUES];
    plastic_bounds bounds = {.low = 0};
    bool negative = false;
    sl_plastic_values(&spec->plasticity, value);
    rule->bounds(value, &bounds, &negative);
    const double low = negative ? -bounds.high : bounds.low;
    const double high = negative ? -bounds.low : bounds.high;
    if (weight->kind == SALTUS_VALUE_LIST) {
        /* kept as floats, a weight that a run has recorded may be its bound, rounded */
        const bool single = spec->plasticity.single;
        const double least = single ? fmin(low, (double)(float)low) : low;
        const double most = single ? fmax(high, (double)(float)high) : high;
        for (size_t i = 0; i < weight->list_length; i++) {
            if (!(weight->list[i] >= least && weight->list[i] <= most)) {
                sl_problem(sink, "weight",
                           "weight %zu (counting from 0) is %s %s; the rule keeps weights between "
                           "%s %s and %s %s (w_min, w_max)",
                           i, sl_decimal_text(weight->list[i]).text, unit,
                           sl_decimal_text(low).text, unit, sl_decimal_text(high).text, unit);
                return;
            }
        }
        return;
    }
    /* what falls off with distance may come down to 0 */
    const bool falls = spec->weight_profile.kind != SALTUS_PROFILE_NONE;
    const double lowest = fmin(sl_value_lowest(weight), falls ? 0 : (double)INFINITY);
    const double highest = fmax(sl_value_highest(weight), falls ? 0 : -(double)INFINITY);
    if (lowest >= low && highest <= high) {
        return;
    }
    if (weight->kind == SALTUS_VALUE_CONSTANT && !falls) {
        sl_problem(sink, "weight",
                   "found %s %s; the rule keeps weights between %s %s and %s %s (w_min, w_max)",
                   sl_decimal_text(weight->a).text, unit, sl_decimal_text(low).text, unit,
                   sl_decimal_text(high).text, unit);
        return;
    }
    sl_problem(
        sink, "weight",
        "weights from %s %s to %s %s can come about; the rule keeps them between %s %s and %s "
        "%s (w_min, w_max)%s",
        sl_decimal_text(lowest).text, unit, sl_decimal_text(highest).text, unit,
        sl_decimal_text(low).text, unit, sl_decimal_text(high).text, unit,
        weight->kind == SALTUS_VALUE_UNIFORM ? "" : ": give a min and a max");
}

/* Every value by itself, then together. False when the bounds of weights are not known. */
static bool check_values(const saltus_plasticity_spec *spec, const plastic_rule *rule,
                         const char *weight_unit, problem_sink *sink)
{
    bool good = true;
    for (size_t i = 0; rule->info.parameters[i].name != NULL; i++) {
        good &= check_parameter(sink, &rule->info.parameters[i], weight_unit, spec->value[i]);
    }
    if (!good || rule->check == NULL) {
        return good;
    }
    double value[SALTUS_PLASTICITY_VALUES];
    sl_plastic_values(spec, value);
    const char *problem = rule->check(value);
    if (problem != NULL) {
        sl_problem(sink, "plasticity", "%s", problem);
    }
    return problem == NULL;
}

static void check_modulator(const saltus_experiment *experiment, const saltus_plasticity_spec *spec,
                            const plastic_rule *rule, problem_sink *sink)
{
    if (!rule->modulated) {
        if (spec->modulator != UINT32_MAX) {
            sl_problem(sink, "plasticity.modulator", "the rule %s has no modulator; leave it out",
                       rule->info.name);
        }
    } else if (spec->modulator == UINT32_MAX) {
        sl_problem(sink, "plasticity.modulator",
                   "the rule %s needs a modulator, one of the section modulators", rule->info.name);
    } else if (spec->modulator >= experiment->modulator_count) {
        sl_problem(sink, "plasticity.modulator", "there is no modulator %u", spec->modulator);
    }
}

static void check_rule(const saltus_experiment *experiment, const saltus_projection_spec *spec,
                       bool weights, problem_sink *sink)
{
    const saltus_plasticity_spec *p = &spec->plasticity;
    const plastic_rule *rule = sl_plastic_rule(p->rule);
    if (rule == NULL) {
        sl_problem(sink, "plasticity.rule",
                   "no plasticity rule named '%s'; `saltus models` lists them",
                   sl_text_excerpt(p->rule).text);
        return;
    }
    if (!(p->dendritic_share >= 0 && p->dendritic_share <= 1)) {
        sl_problem(sink, "plasticity.dendritic",
                   "found %s; a share of the delay from 0 to 1 is "
                   "needed",
                   sl_decimal_text(p->dendritic_share).text);
    }
    check_modulator(experiment, p, rule, sink);
    const saltus_population_spec *target = sl_target_of(experiment, spec->target);
    if (check_values(p, rule, sl_target_unit(target), sink) && weights) {
        check_weights(target, spec, rule, sink);
    }
}

/* ---- Release --------------------------------------------------------------------------- */

static const saltus_release_info *find_release(saltus_release model)
{
    for (size_t i = 0; i < saltus_release_count(); i++) {
        if (saltus_release_get(i)->model == model) {
            return saltus_release_get(i);
        }
    }
    return NULL;
}

/* Draws are repeated until they are allowed, which must not take too long. */
static void check_spread(problem_sink *sink, const char *field, double mean, double sd, double high)
{
    saltus_value drawn = saltus_normal(mean, sd);
    drawn.low = 0;
    drawn.high = high;
    if (sd > 0 && !(sl_value_acceptance(&drawn) >= SMALLEST_ACCEPTANCE)) {
        sl_problem(sink, field, "found %s; fewer than one draw in 1000 would be allowed",
                   sl_decimal_text(sd).text);
    }
}

double sl_release_value(const saltus_release_spec *spec, const char *parameter)
{
    const struct {
        const char *name;
        double value;
    } fields[] = {{"u", spec->u},
                  {"tau_rec", spec->tau_rec_ms},
                  {"tau_fac", spec->tau_fac_ms},
                  {"sites", spec->sites},
                  {"u_sd", spec->u_sd},
                  {"tau_rec_sd", spec->tau_rec_sd_ms},
                  {"tau_fac_sd", spec->tau_fac_sd_ms}};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (strcmp(fields[i].name, parameter) == 0) {
            return fields[i].value;
        }
    }
    return NOT_SET;
}

static void check_release(const saltus_release_spec *spec, problem_sink *sink)
{
    const saltus_release_info *info = find_release(spec->model);
    if (info == NULL) {
        sl_problem(sink, "release.model", "unknown model of release %d", (int)spec->model);
        return;
    }
    bool good = true;
    for (const saltus_rule_parameter *p = info->parameters; p->name != NULL; p++) {
        const double value = sl_release_value(spec, p->name);
        good &= check_range(sink, "release", p, "mV", value) &&
                (p->kind != SALTUS_PARAMETER_TIME ||
                 check_tick(sink, field_of("release", p->name).text, value));
    }
    if (good) {
        check_spread(sink, "release.u_sd", spec->u, spec->u_sd, 1);
    }
    if (good && spec->model != SALTUS_RELEASE_UNRELIABLE) {
        check_spread(sink, "release.tau_rec_sd", spec->tau_rec_ms, spec->tau_rec_sd_ms,
                     SIM_TIME_MAX_MS);
        check_spread(sink, "release.tau_fac_sd", spec->tau_fac_ms, spec->tau_fac_sd_ms,
                     SIM_TIME_MAX_MS);
    }
}

/* ---- Homeostasis ----------------------------------------------------------------------- */

/* A rate above 0. */
static void check_positive_rate(problem_sink *sink, const char *field, double rate_Hz)
{
    if (!(rate_Hz > 0 && rate_Hz <= LARGEST_RATE_HZ)) {
        sl_problem(sink, field, "found %s Hz; above 0 and at most 1e7 Hz is allowed",
                   sl_decimal_text(rate_Hz).text);
    }
}

static void check_scaling(const saltus_scaling_spec *spec, problem_sink *sink)
{
    check_positive_rate(sink, "scaling.rate", spec->rate_Hz);
    sl_check_span(sink, "scaling.tau", spec->tau_ms);
    check_positive_rate(sink, "scaling.gain", spec->gain_Hz);
    if (!(spec->low >= 0 && spec->low <= 1)) {
        sl_problem(sink, "scaling.low", "found %s; the smallest factor is 0 to 1",
                   sl_decimal_text(spec->low).text);
    }
    if (!(spec->high >= 1)) {
        sl_problem(sink, "scaling.high", "found %s; the largest factor is at least 1",
                   sl_decimal_text(spec->high).text);
    }
}

static void check_normalisation(const saltus_projection_spec *spec, const char *weight_unit,
                                problem_sink *sink)
{
    const saltus_normalisation_spec *n = &spec->normalisation;
    if (!(n->total_mV > 0 && n->total_mV <= 1e12)) {
        sl_problem(sink, "normalise.total",
                   "found %s %s; a sum of magnitudes above 0 %s and at most 1e12 %s is needed",
                   sl_decimal_text(n->total_mV).text, weight_unit, weight_unit, weight_unit);
    }
    sl_check_span(sink, "normalise.every", n->interval_ms);
    if (!isnan(n->start_ms)) {
        sl_check_span(sink, "normalise.start", n->start_ms);
    }
    if (spec->plasticity.rule == NULL) {
        sl_problem(sink, "normalise",
                   "weights that do not change are not normalised; give the projection a "
                   "plasticity, or leave normalise out");
    } else if (spec->plasticity.dendritic_share != 0) {
        sl_problem(sink, "normalise",
                   "normalise needs synapses without dendritic delay; found plasticity.dendritic "
                   "%s",
                   sl_decimal_text(spec->plasticity.dendritic_share).text);
    }
}

/* ---- All of it ------------------------------------------------------------------------- */

void sl_check_plasticity(const saltus_experiment *experiment, const saltus_projection_spec *spec,
                         bool weights, problem_sink *sink)
{
    if (spec->plasticity.rule != NULL) {
        check_rule(experiment, spec, weights, sink);
    }
    if (spec->release.model != SALTUS_RELEASE_SURE) {
        check_release(&spec->release, sink);
    }
    if (spec->scaling.rate_Hz != 0) {
        check_scaling(&spec->scaling, sink);
    }
    if (spec->normalisation.total_mV != 0) {
        check_normalisation(spec, sl_target_unit(sl_target_of(experiment, spec->target)), sink);
    }
}
