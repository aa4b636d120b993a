/* experiment_check - what is allowed in populations and records.
 *
 * Everything that can be known without drawing a random number is checked here, so that the
 * network builder and the engines only assert. Inputs: input_check.c; projections:
 * projection_check.c.
 */
#include "experiment/experiment_check.h"

#include <math.h>
#include <string.h>

#include "base/sim_time.h"
#include "base/wide.h"
#include "experiment/adaptation.h"
#include "experiment/decimal.h"
#include "experiment/experiment.h"
#include "experiment/flow_values.h"
#include "experiment/target_weight.h"
#include "experiment/text_excerpt.h"
#include "experiment/values.h"
#include "saltus/catalog.h"

#define SMALLEST_TAU_MS 1e-6
/* Of a rate_source: so that no run uses up the numbers of one setting (engine/source_rates.h). */
#define LARGEST_SOURCE_RATE_HZ 1e4
#define MAX_NEURONS            (UINT64_C(1) << 31) /* ids are 31 bits */

/* ---- Populations ------------------------------------------------------------------- */

static void check_size(const saltus_experiment *experiment, const saltus_population_spec *spec,
                       problem_sink *sink)
{
    if (spec->size < 1) {
        sl_problem(sink, "size", "found 0; a population has at least 1 neuron");
    }
    uint64_t neurons = spec->size;
    for (size_t i = 0; i < experiment->population_count; i++) {
        neurons += experiment->populations[i].size;
    }
    if (neurons >= MAX_NEURONS) {
        sl_problem(sink, "size",
                   "with this population there are %llu neurons; fewer than 2147483648 in all "
                   "are allowed",
                   (unsigned long long)neurons);
    }
    if (experiment->population_count + 1 >= CHECK_MOST_OBJECTS) {
        sl_problem(sink, "", "there are too many populations; at most 16777215 are allowed");
    }
}

/* Every threshold must be above the reset, or what stands for it, or the neuron would fire without
 * end. */
static void check_threshold(const saltus_population_spec *spec, problem_sink *sink)
{
    const saltus_value *v_th = &spec->v_th_mV;
    const double lowest = sl_value_low_bound(v_th);
    const double level_mV = sl_reset_level_mV(spec);
    const char *const level = sl_has_v_reset(spec->model) ? "v_reset" : "v_rest";
    if (v_th->kind == SALTUS_VALUE_NORMAL && isinf(lowest)) {
        sl_problem(sink, "params.v_th",
                   "a normal distribution without minimum can fall below %s; give it a min "
                   "above %s mV",
                   level, sl_decimal_text(level_mV).text);
    } else if (lowest <= level_mV) {
        sl_problem(sink, "params.v_th",
                   "the %sthreshold is %s mV and %s is %s mV; every threshold must be above %s",
                   v_th->kind == SALTUS_VALUE_CONSTANT ? "" : "lowest ",
                   sl_decimal_text(lowest).text, level, sl_decimal_text(level_mV).text, level);
    }
}

static void check_current(const saltus_population_spec *spec, problem_sink *sink)
{
    const double largest =
        fmax(fabs(sl_value_lowest(&spec->i_e_pA)), fabs(sl_value_highest(&spec->i_e_pA)));
    const double drive_mV = largest * (spec->tau_m_ms / spec->c_m_pF);
    if (!(drive_mV <= 1e12)) {
        sl_problem(sink, "params.i_e",
                   "the current moves the resting potential by %s mV; at most 1e12 mV is allowed",
                   sl_decimal_text(drive_mV).text);
    }
}

/* Whether a neuron of this threshold and current fires without input; as exactly as the network
 * builder, which forms the same difference. */
static bool fires_alone(const saltus_population_spec *spec, double v_th_mV, double i_e_pA)
{
    const wide_float drive =
        (wide_float)i_e_pA * (wide_float)spec->tau_m_ms / (wide_float)spec->c_m_pF;
    return (wide_float)v_th_mV - (wide_float)spec->v_rest_mV - drive < 0;
}

/* The number of neuron i of a constant or a list; else the end of the range that favours firing. */
static double favouring(const saltus_value *value, size_t i, bool low)
{
    return value->kind == SALTUS_VALUE_LIST ? value->list[i]
           : low                            ? sl_value_lowest(value)
                                            : sl_value_highest(value);
}

/* An adaptive threshold: spikes that are due to drift would need its course, not its value. */
static void check_theta(const saltus_population_spec *spec, problem_sink *sink)
{
    if (!(spec->tau_theta_ms >= spec->tau_m_ms &&
          (spec->tau_theta_ms <= SIM_TIME_MAX_MS || isinf(spec->tau_theta_ms)))) {
        sl_problem(sink, "params.tau_theta",
                   "found %s ms; at least tau_m (%s ms) and at most 4.5e7 ms is allowed, or never",
                   sl_decimal_text(spec->tau_theta_ms).text, sl_decimal_text(spec->tau_m_ms).text);
    }
    const saltus_value *const v_th = &spec->v_th_mV;
    const saltus_value *const i_e = &spec->i_e_pA;
    const bool lists = v_th->kind == SALTUS_VALUE_LIST || i_e->kind == SALTUS_VALUE_LIST;
    for (size_t i = 0; i < (lists ? spec->size : 1) && spec->theta_plus_mV > 0; i++) {
        const double v_th_mV = favouring(v_th, i, true);
        const double i_e_pA = favouring(i_e, i, false);
        if (fires_alone(spec, v_th_mV, i_e_pA)) {
            sl_problem(sink, "params.theta_plus",
                       "a neuron with v_th %s mV and i_e %s pA, which this population can have, "
                       "rests above its threshold and fires without input; theta_plus needs "
                       "neurons that fire by input only (lower i_e or v_rest, raise v_th, or give "
                       "theirs a min and a max)",
                       sl_decimal_text(v_th_mV).text, sl_decimal_text(i_e_pA).text);
            return;
        }
    }
}

/* The membrane, which all models of neurons have. */
static void check_lif(const saltus_population_spec *spec, problem_sink *sink)
{
    bool membrane = true;
    if (!(spec->tau_m_ms >= SMALLEST_TAU_MS && spec->tau_m_ms <= SIM_TIME_MAX_MS)) {
        sl_problem(sink, "params.tau_m", "found %s ms; 1e-6 ms to 4.5e7 ms is allowed",
                   sl_decimal_text(spec->tau_m_ms).text);
        membrane = false;
    }
    if (!(spec->c_m_pF > 0 && spec->c_m_pF <= 1e12)) {
        sl_problem(sink, "params.c_m", "found %s pF; a capacitance above 0 is needed",
                   sl_decimal_text(spec->c_m_pF).text);
        membrane = false;
    }
    sl_check_time(sink, "params.t_ref", spec->t_ref_ms);
    const bool reset = !sl_has_v_reset(spec->model) ||
                       sl_check_number(sink, "params.v_reset", spec->v_reset_mV, "mV");
    const bool threshold =
        sl_check_value(sink, "params.v_th", &spec->v_th_mV, "mV", spec->size, "neuron");
    const bool rest = sl_check_number(sink, "params.v_rest", spec->v_rest_mV, "mV");
    if (reset && rest && threshold) {
        check_threshold(spec, sink);
    }
    const bool current =
        sl_check_value(sink, "params.i_e", &spec->i_e_pA, "pA", spec->size, "neuron") && membrane;
    if (current) {
        check_current(spec, sink);
    }
    if (saltus_model_has_currents(spec->model)) {
        sl_check_adaptation(spec, sink);
    } else if (!(spec->theta_plus_mV >= 0 && spec->theta_plus_mV <= 1e12)) {
        sl_problem(sink, "params.theta_plus", "found %s mV; 0 mV to 1e12 mV is allowed",
                   sl_decimal_text(spec->theta_plus_mV).text);
    } else if (current && threshold && rest) {
        check_theta(spec, sink);
    }
    if (!sl_value_is_default(&spec->v_init_mV)) {
        sl_check_value(sink, "init.v", &spec->v_init_mV, "mV", spec->size, "neuron");
    }
}

static void check_periodic_source(const saltus_population_spec *spec, problem_sink *sink)
{
    sl_check_span(sink, "params.interval", spec->interval_ms);
    double start_ms = 0;
    if (!sl_value_is_default(&spec->start_ms)) {
        if (!sl_check_value(sink, "params.start", &spec->start_ms, "ms", spec->size, "neuron")) {
            return;
        }
        if (!(sl_value_low_bound(&spec->start_ms) >= 0)) {
            sl_problem(sink, "params.start",
                       "the first spikes may come before 0 ms; give a time or a min of at least "
                       "0 ms");
            return;
        }
        if (!sl_check_time(sink, "params.start", sl_value_highest(&spec->start_ms))) {
            return;
        }
        start_ms = sl_value_lowest(&spec->start_ms);
    }
    sl_check_stop(sink, "params.stop", spec->stop_ms, start_ms);
}

bool sl_check_indices(problem_sink *sink, const char *field, const uint32_t *indices, size_t count,
                      uint32_t size)
{
    for (size_t i = 0; i < count; i++) {
        if (indices[i] >= size) {
            sl_problem(sink, field,
                       "entry %zu (counting from 0) names neuron %u; the population has neurons 0 "
                       "to %u",
                       i, indices[i], size - 1);
            return false;
        }
    }
    return true;
}

static void check_spike_list(const saltus_population_spec *spec, problem_sink *sink)
{
    if (spec->spike_count == 0) {
        return;
    }
    if (spec->spike_times_ms == NULL || spec->spike_neurons == NULL) {
        sl_problem(sink, "params", "the spike times or neurons are missing");
        return;
    }
    sl_check_times(sink, "params", spec->spike_times_ms, spec->spike_count);
    sl_check_indices(sink, "params", spec->spike_neurons, spec->spike_count, spec->size);
}

static void check_rate_source(const saltus_population_spec *spec, problem_sink *sink)
{
    const saltus_value *rates = &spec->rates_Hz;
    if (!sl_check_value(sink, "params.rate", rates, "Hz", spec->size, "source")) {
        return;
    }
    if (!(sl_value_low_bound(rates) >= 0 && sl_value_highest(rates) <= LARGEST_SOURCE_RATE_HZ)) {
        sl_problem(sink, "params.rate",
                   "rates from %s to %s Hz are possible; 0 to 1e4 Hz is allowed (give a "
                   "distribution a min and a max)",
                   sl_decimal_text(sl_value_low_bound(rates)).text,
                   sl_decimal_text(sl_value_highest(rates)).text);
    }
}

void sl_check_population(const saltus_experiment *experiment, const saltus_population_spec *spec,
                         problem_sink *sink)
{
    sl_check_name(sink, "name", spec->name, false);
    if (spec->name != NULL &&
        saltus_experiment_find_population(experiment, spec->name) != UINT32_MAX) {
        sl_problem(sink, "name", "there is a population '%s' already",
                   sl_text_excerpt(spec->name).text);
    }
    check_size(experiment, spec, sink);
    sl_check_positions(&spec->positions, spec->size, sink);
    const bool flow = saltus_model_has_flow(spec->model);
    const bool currents = saltus_model_has_currents(spec->model);
    if (flow) {
        sl_check_flow(spec, sink);
    } else if (currents) {
        check_lif(spec, sink);
    }
    if (currents) {
        sl_check_receptors(spec, sink);
    }
    if (flow || currents) {
        return;
    }
    switch (spec->model) {
    case SALTUS_MODEL_LIF_DELTA:
        check_lif(spec, sink);
        return;
    case SALTUS_MODEL_POISSON_SOURCE:
        sl_check_rate(sink, "params.rate", spec->rate_Hz, &spec->rate_course);
        return;
    case SALTUS_MODEL_PERIODIC_SOURCE:
        check_periodic_source(spec, sink);
        return;
    case SALTUS_MODEL_SPIKE_LIST:
        check_spike_list(spec, sink);
        return;
    case SALTUS_MODEL_RATE_SOURCE:
        check_rate_source(spec, sink);
        return;
    case SALTUS_MODEL_CORRELATED_SOURCE:
        sl_check_correlated_source(spec, sink);
        return;
    default:
        sl_problem(sink, "model", "unknown model %d", (int)spec->model);
    }
}

/* ---- The run and its records ------------------------------------------------------- */

void sl_check_duration(double duration_ms, problem_sink *sink)
{
    sl_check_span(sink, "", duration_ms);
}

void sl_check_potential(const saltus_experiment *experiment, const potential_record *record,
                        problem_sink *sink)
{
    if (record->population >= experiment->population_count) {
        sl_problem(sink, "of", "there is no population %u", record->population);
        return;
    }
    const saltus_population_spec *population = &experiment->populations[record->population];
    if (saltus_model_is_source(population->model)) {
        sl_problem(sink, "of", "'%s' is a source and has no potential; a population of neurons has",
                   population->name);
    }
    if (record->count < 1) {
        sl_problem(sink, "neurons", "found no neuron; at least 1 is needed");
    } else if (record->first >= population->size ||
               record->count > population->size - record->first) {
        sl_problem(sink, "neurons", "neurons %u to %llu are not all there; '%s' has 0 to %u",
                   record->first, (unsigned long long)record->first + record->count - 1,
                   population->name, population->size - 1);
    }
    const bool start = sl_check_time(sink, "start", record->start_ms);
    if (record->interval_ms == 0) {
        return;
    }
    sl_check_span(sink, "every", record->interval_ms);
    sl_check_stop(sink, "stop", record->stop_ms, start ? record->start_ms : 0);
}
