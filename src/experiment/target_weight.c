/* target_weight - receptors, and weights in the unit of their target: choosing and checking them.
 */
#include "experiment/target_weight.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/sim_time.h"
#include "experiment/decimal.h"
#include "experiment/experiment.h"
#include "experiment/text_excerpt.h"
#include "models/neuron/flow.h"
#include "saltus/catalog.h"

#define SMALLEST_TAU_MS 1e-6

static bool has_currents(const saltus_population_spec *target)
{
    return target != NULL && saltus_model_has_currents(target->model);
}

const saltus_population_spec *sl_target_of(const saltus_experiment *experiment, uint32_t population)
{
    return population < experiment->population_count ? &experiment->populations[population] : NULL;
}

const char *sl_target_unit(const saltus_population_spec *target)
{
    return has_currents(target) ? "pA" : "mV";
}

const char *sl_target_reason(const saltus_population_spec *target)
{
    return has_currents(target) ? "whose synaptic currents take weights in pA"
                                : "whose V jumps by weights in mV";
}

const saltus_value *sl_projection_weight(const saltus_population_spec *target,
                                         const saltus_projection_spec *spec)
{
    return has_currents(target) ? &spec->weight_pA : &spec->weight_mV;
}

saltus_value *sl_projection_weight_field(const saltus_population_spec *target,
                                         saltus_projection_spec *spec)
{
    return has_currents(target) ? &spec->weight_pA : &spec->weight_mV;
}

double sl_input_weight(const saltus_population_spec *target, const saltus_input_spec *spec)
{
    return has_currents(target) ? spec->weight_pA : spec->weight_mV;
}

const double *sl_arrival_weights(const saltus_population_spec *target,
                                 const saltus_input_spec *spec)
{
    return has_currents(target) ? spec->arrival_weights_pA : spec->arrival_weights_mV;
}

/* Of tau: what is nearer is the difference of two currents that are nearly the same, in which
 * digits are lost. */
#define MOST_RISE 0.95

/* ---- Receptors --------------------------------------------------------------------- */

/* "params.receptors.NAME.FIELD"; the only receptor of the default name has a key of its own. */
static void name_field(const saltus_population_spec *spec, const saltus_receptor *receptor,
                       const char *parameter, char *field, size_t size)
{
    if (spec->receptor_count == 1 && strcmp(receptor->name, "syn") == 0 &&
        strcmp(parameter, "tau") == 0) {
        snprintf(field, size, "params.tau_syn");
    } else {
        snprintf(field, size, "params.receptors.%s.%s", receptor->name, parameter);
    }
}

static void check_receptor(const saltus_population_spec *spec, const saltus_receptor *receptor,
                           problem_sink *sink)
{
    char field[128];
    const double tau_ms = receptor->tau_ms;
    const double rise_ms = receptor->tau_rise_ms;
    name_field(spec, receptor, "tau", field, sizeof field);
    if (isnan(tau_ms)) {
        sl_problem(sink, field, "no time constant is given (or it is not a number)");
        return;
    }
    if (!(tau_ms >= SMALLEST_TAU_MS && tau_ms <= SIM_TIME_MAX_MS)) {
        sl_problem(sink, field, "found %s ms; 1e-6 ms to 4.5e7 ms is allowed",
                   sl_decimal_text(tau_ms).text);
        return;
    }
    name_field(spec, receptor, "tau_rise", field, sizeof field);
    if (spec->model == SALTUS_MODEL_LIF_ALPHA && rise_ms != 0) {
        sl_problem(sink, field,
                   "a lif_alpha receptor has the one time constant tau; leave tau_rise out, or use "
                   "lif_exp");
    } else if (rise_ms != 0 && !(rise_ms >= SMALLEST_TAU_MS && rise_ms <= MOST_RISE * tau_ms)) {
        sl_problem(sink, field,
                   "found %s ms; 0 ms (the current jumps), or 1e-6 ms to 0.95 times tau (%s ms) is "
                   "allowed; two time constants that are nearer are those of a lif_alpha",
                   sl_decimal_text(rise_ms).text, sl_decimal_text(tau_ms).text);
    }
}

void sl_check_receptors(const saltus_population_spec *spec, problem_sink *sink)
{
    const saltus_receptor *const all = spec->receptors;
    if (spec->receptor_count < 1 || spec->receptor_count > SALTUS_RECEPTORS) {
        sl_problem(sink, "params.receptors", "found %u receptors; 1 to %d are allowed",
                   spec->receptor_count, SALTUS_RECEPTORS);
        return;
    }
    for (uint32_t i = 0; i < spec->receptor_count; i++) {
        if (!sl_check_name(sink, "params.receptors", all[i].name, false)) {
            continue;
        }
        bool twice = false;
        for (uint32_t k = 0; k < i && !twice; k++) {
            twice = all[k].name != NULL && strcmp(all[k].name, all[i].name) == 0;
        }
        if (twice) {
            sl_problem(sink, "params.receptors", "there is a receptor '%s' already",
                       sl_text_excerpt(all[i].name).text);
        }
        check_receptor(spec, &all[i], sink);
    }
}

/* ---- Targets ----------------------------------------------------------------------- */

/* False when there is no weight in the unit of the target, which is said. */
static bool check_unit(const saltus_population_spec *target, given_weight given, problem_sink *sink)
{
    const bool currents = has_currents(target);
    const bool own = currents ? given.pA : given.mV;
    const bool other = currents ? given.mV : given.pA;
    if (other || (currents && !own)) {
        sl_problem(sink, "weight", "%s is given; '%s' is a population of %s, %s",
                   !other     ? "no weight"
                   : currents ? "a weight in mV"
                              : "a weight in pA",
                   target->name, saltus_model_get(target->model)->name, sl_target_reason(target));
    }
    return own || !(other || currents);
}

bool sl_check_target(const saltus_population_spec *target, uint32_t receptor, given_weight given,
                     problem_sink *sink)
{
    if (saltus_model_is_source(target->model)) {
        sl_problem(sink, "to", "'%s' is a source and takes no input; a population of neurons does",
                   target->name);
        return true;
    }
    if (!has_currents(target) && receptor != 0) {
        sl_problem(sink, "receptor", "'%s' is a population of %s and has no receptors",
                   target->name, saltus_model_get(target->model)->name);
    } else if (receptor >= target->receptor_count && target->receptor_count > 0) {
        /* without any, what is wrong with them is reported there */
        sl_problem(sink, "receptor", "there is no receptor %u; '%s' has receptors 0 to %u",
                   receptor, target->name, target->receptor_count - 1);
    }
    return check_unit(target, given, sink);
}

void sl_check_drive(const saltus_population_spec *target, double largest_pA, const char *field,
                    problem_sink *sink)
{
    const double drive_mV = largest_pA * (target->tau_m_ms / target->c_m_pF);
    if (!has_currents(target)) {
        return;
    }
    if (saltus_model_has_flow(target->model)) {
        if (!(largest_pA <= FLOW_BOUND)) {
            sl_problem(sink, field, "the current is %s pA; at most 1e9 pA is allowed",
                       sl_decimal_text(largest_pA).text);
        }
    } else if (!(drive_mV <= 1e12)) {
        sl_problem(sink, field,
                   "the current is worth %s mV (weight tau_m / c_m); at most 1e12 mV is allowed",
                   sl_decimal_text(drive_mV).text);
    }
}
