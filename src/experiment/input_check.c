/* input_check - what is allowed in inputs. */
#include <math.h>
#include <string.h>

#include "experiment/decimal.h"
#include "experiment/experiment.h"
#include "experiment/experiment_check.h"
#include "experiment/flow_values.h"
#include "experiment/target_weight.h"
#include "experiment/text_excerpt.h"
#include "saltus/catalog.h"

static void check_arrivals(const saltus_population_spec *target, bool weighted,
                           const saltus_input_spec *spec, problem_sink *sink)
{
    const double *const weights = sl_arrival_weights(target, spec);
    double largest = 0;
    if (spec->arrival_count == 0 || !weighted) {
        return;
    }
    if (spec->arrival_times_ms == NULL || spec->arrival_targets == NULL || weights == NULL) {
        sl_problem(sink, "", "the arrival times, targets or weights are missing");
        return;
    }
    sl_check_times(sink, "", spec->arrival_times_ms, spec->arrival_count);
    sl_check_indices(sink, "", spec->arrival_targets, spec->arrival_count, target->size);
    for (size_t i = 0; i < spec->arrival_count; i++) {
        if (!(fabs(weights[i]) <= 1e12)) {
            sl_problem(sink, "", "weight %zu (counting from 0) is %s %s; a finite weight is needed",
                       i, sl_decimal_text(weights[i]).text, sl_target_unit(target));
            return;
        }
        largest = fmax(largest, fabs(weights[i]));
    }
    sl_check_drive(target, largest, "", sink);
}

static void check_weight(const saltus_population_spec *target, bool weighted,
                         const saltus_input_spec *spec, problem_sink *sink)
{
    const double weight = sl_input_weight(target, spec);
    if (weighted && sl_check_number(sink, "weight", weight, sl_target_unit(target))) {
        sl_check_drive(target, fabs(weight), "weight", sink);
    }
}

static bool check_target(const saltus_population_spec *target, const saltus_input_spec *spec,
                         problem_sink *sink)
{
    const bool arrivals = spec->type == SALTUS_INPUT_ARRIVALS;
    const bool none = arrivals && spec->arrival_count == 0;
    const bool currents = saltus_model_has_currents(target->model);
    const given_weight given = {.mV = none       ? !currents
                                      : arrivals ? spec->arrival_weights_mV != NULL
                                                 : !isnan(spec->weight_mV),
                                .pA = none       ? currents
                                      : arrivals ? spec->arrival_weights_pA != NULL
                                                 : !isnan(spec->weight_pA)};
    return sl_check_target(target, spec->receptor, given, sink);
}

/* Start (NaN: the default of the type) and stop. */
static void check_interval(const saltus_input_spec *spec, problem_sink *sink)
{
    const double fallback_ms = spec->type == SALTUS_INPUT_PERIODIC ? spec->interval_ms : 0;
    const double start_ms = isnan(spec->start_ms) ? fallback_ms : spec->start_ms;
    if (isnan(spec->start_ms) || sl_check_time(sink, "start", start_ms)) {
        sl_check_stop(sink, "stop", spec->stop_ms, isnan(spec->start_ms) ? 0 : start_ms);
    }
}

/* A current over time. In files the fields `at` and `amplitude` may stand for a file together. */
static void check_current(const saltus_population_spec *target, const saltus_input_spec *spec,
                          problem_sink *sink)
{
    if (saltus_model_is_source(target->model)) {
        sl_problem(sink, "to", "'%s' is a source and takes no input; a population of neurons does",
                   target->name);
        return;
    }
    if (spec->interpolation != SALTUS_INTERPOLATION_STEPS &&
        spec->interpolation != SALTUS_INTERPOLATION_RAMPS) {
        sl_problem(sink, "interpolation", "unknown interpolation %d", (int)spec->interpolation);
    } else if (spec->interpolation == SALTUS_INTERPOLATION_RAMPS &&
               !saltus_model_takes_ramps(target->model)) {
        sl_problem(
            sink, "interpolation",
            "'%s' is a population of %s, whose spikes are exact for currents in steps; ramps "
            "are not allowed here",
            target->name, saltus_model_get(target->model)->name);
    }
    if (!isnan(spec->weight_mV) || !isnan(spec->weight_pA)) {
        sl_problem(sink, "weight", "a current has no weight, but values in pA");
    }
    if (spec->current_count == 0) {
        sl_problem(sink, "amplitude", "the current has no value; at least one is needed");
        return;
    }
    if (spec->current_times_ms == NULL || spec->current_values_pA == NULL) {
        sl_problem(sink, "amplitude", "the times or the values of the current are missing");
        return;
    }
    if (sl_check_times(sink, "at", spec->current_times_ms, spec->current_count)) {
        sl_check_stop(sink, "stop", spec->stop_ms, spec->current_times_ms[0]);
    }
    if (saltus_model_has_flow(target->model)) {
        sl_check_flow_currents(spec->current_values_pA, spec->current_count, sink);
        return;
    }
    for (size_t i = 0; i < spec->current_count; i++) {
        const double drive_mV =
            fabs(spec->current_values_pA[i]) * (target->tau_m_ms / target->c_m_pF);
        if (!(drive_mV <= 1e12)) {
            sl_problem(sink, "amplitude",
                       "value %zu (counting from 0) is %s pA and moves the resting potential by %s "
                       "mV; at most 1e12 mV is allowed",
                       i, sl_decimal_text(spec->current_values_pA[i]).text,
                       sl_decimal_text(drive_mV).text);
            return;
        }
    }
}

void sl_check_input(const saltus_experiment *experiment, const saltus_input_spec *spec,
                    problem_sink *sink)
{
    sl_check_name(sink, "name", spec->name, true);
    for (size_t i = 0; i < experiment->input_count && spec->name != NULL; i++) {
        if (strcmp(experiment->inputs[i].name, spec->name) == 0) {
            sl_problem(sink, "name", "there is an input '%s' already",
                       sl_text_excerpt(spec->name).text);
            break;
        }
    }
    if (experiment->input_count + 1 >= CHECK_MOST_OBJECTS) {
        sl_problem(sink, "", "there are too many inputs; at most 16777215 are allowed");
    }
    if (spec->population >= experiment->population_count) {
        sl_problem(sink, "to", "there is no population %u", spec->population);
        return;
    }
    const saltus_population_spec *target = &experiment->populations[spec->population];
    if (spec->type == SALTUS_INPUT_CURRENT) {
        check_current(target, spec, sink);
        return;
    }
    const bool weight = check_target(target, spec, sink);
    switch (spec->type) {
    case SALTUS_INPUT_POISSON:
        sl_check_rate(sink, "rate", spec->rate_Hz, &spec->rate_course);
        check_weight(target, weight, spec, sink);
        check_interval(spec, sink);
        return;
    case SALTUS_INPUT_PERIODIC:
        sl_check_span(sink, "interval", spec->interval_ms);
        check_weight(target, weight, spec, sink);
        check_interval(spec, sink);
        return;
    case SALTUS_INPUT_ARRIVALS:
        check_arrivals(target, weight, spec, sink);
        return;
    case SALTUS_INPUT_CURRENT:
        break; /* above */
    }
    sl_problem(sink, "type", "unknown type of input %d", (int)spec->type);
}
