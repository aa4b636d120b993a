/* network_populations - neuron ids, parameters, initial state.
 *
 * Voltages are kept relative to v_inf, the potential that a neuron without input tends to:
 * v_inf = v_rest + i_e * tau_m / c_m (pA * ms / pF = mV).
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "experiment/adaptation.h"
#include "network/block_cutter.h"
#include "network/event_lists.h"
#include "network/levels.h"
#include "network/network_build.h"
#include "network/space.h"
#include "network/value_draw.h"
#include "saltus/catalog.h"

saltus_status sl_network_draw_values(const neuron_quantity *quantity, uint64_t seed, uint32_t index,
                                     const population *p, double *out, saltus_error *error)
{
    const saltus_value *value = quantity->value;
    if (value->kind == SALTUS_VALUE_LIST && value->list_length != p->size) {
        return sl_fail(error, SALTUS_E_EXPERIMENT,
                       "population %s: %s is a list of %zu values, but there are %u neurons",
                       p->name, quantity->name, value->list_length, p->size);
    }
    const saltus_value clipped = sl_value_clipped(value, quantity->low, DBL_MAX);
    for (uint32_t i = 0; i < p->size; i++) {
        if (!value_is_drawn(value)) {
            out[i] = value->kind == SALTUS_VALUE_LIST ? value->list[i] : value->a;
            continue;
        }
        random_stream stream = random_stream_at(seed, quantity->purpose, index, i);
        if (!sl_value_draw(&clipped, &stream, &out[i])) {
            return sl_fail(error, SALTUS_E_EXPERIMENT,
                           "population %s: no %s within its limits was found in 100000 draws; "
                           "widen the limits",
                           p->name, quantity->name);
        }
    }
    return SALTUS_OK;
}

/* ---- Neurons --------------------------------------------------------------------- */

uint32_t sl_network_time_base(saltus_network *network, double tau_ms)
{
    uint32_t i = 0;
    while (i < network->time_base_count && network->tau_ms[i] != tau_ms) {
        i++;
    }
    if (i == network->time_base_count) {
        network->tau_ms[network->time_base_count++] = tau_ms;
    }
    return i;
}

static saltus_status refuse_reset(const population *p, uint32_t neuron, double v_th_mV,
                                  saltus_error *error)
{
    return sl_fail(error, SALTUS_E_EXPERIMENT,
                   "population %s: neuron %u has v_th %g mV, which is not above %s %g mV", p->name,
                   neuron, v_th_mV, sl_has_v_reset(p->model) ? "v_reset" : "v_rest", p->v_reset_mV);
}

/* Does a neuron with this threshold rest above it at some time? */
static bool drifts(const population *p, double v_th_mV, double i_e_pA)
{
    const double most_pA = p->course != NULL ? p->course->largest_pA : 0;
    return sl_level_relative(p, v_th_mV, i_e_pA, most_pA) < 0;
}

/* What the levels of each neuron are formed from, for those to come. */
static bool keep_given(population *p)
{
    p->given.v_th_of = sl_memory_copy(p->th_of, p->size, sizeof *p->th_of);
    p->given.i_e_of = sl_memory_copy(p->v_inf_of, p->size, sizeof *p->v_inf_of);
    return p->given.v_th_of != NULL && p->given.i_e_of != NULL;
}

/* Thresholds and resets of each neuron; v_inf_of holds i_e until set_initial. */
static saltus_status set_own_thresholds(const saltus_network *network,
                                        const saltus_population_spec *spec, uint32_t index,
                                        population *p, saltus_error *error)
{
    const neuron_quantity v_th = {"v_th", &spec->v_th_mV, RANDOM_V_TH, -DBL_MAX};
    const neuron_quantity i_e = {"i_e", &spec->i_e_pA, RANDOM_I_E, -DBL_MAX};
    p->v_inf_of = sl_memory_array(p->size, sizeof *p->v_inf_of);
    p->th_of = sl_memory_array(p->size, sizeof *p->th_of);
    p->reset_of = sl_memory_array(p->size, sizeof *p->reset_of);
    if (p->v_inf_of == NULL || p->th_of == NULL || p->reset_of == NULL) {
        return sl_fail_memory(error);
    }
    saltus_status status = sl_network_draw_values(&v_th, network->seed, index, p, p->th_of, error);
    if (!status) {
        status = sl_network_draw_values(&i_e, network->seed, index, p, p->v_inf_of, error);
    }
    if (status) {
        return status;
    }
    if (p->course != NULL && !keep_given(p)) {
        return sl_fail_memory(error);
    }
    for (uint32_t i = 0; i < p->size; i++) {
        if (!(p->th_of[i] > p->v_reset_mV)) {
            return refuse_reset(p, i, p->th_of[i], error);
        }
        const double i_e_pA = p->v_inf_of[i];
        const double v_th_mV = p->th_of[i];
        p->th_of[i] = sl_level_relative(p, v_th_mV, i_e_pA, sl_level_current_pA(p, 0));
        p->reset_of[i] = sl_level_relative(p, p->v_reset_mV, i_e_pA, sl_level_current_pA(p, 0));
        p->drift = p->drift || drifts(p, v_th_mV, i_e_pA);
    }
    return SALTUS_OK;
}

/* Thresholds and resets that all neurons share. */
static saltus_status set_shared_thresholds(const saltus_population_spec *spec, population *p,
                                           saltus_error *error)
{
    const double v_th_mV = spec->v_th_mV.a;
    const double i_e_pA = spec->i_e_pA.a;
    if (!(v_th_mV > p->v_reset_mV)) {
        return refuse_reset(p, 0, v_th_mV, error);
    }
    p->v_inf = sl_level_v_inf(p, i_e_pA, sl_level_current_pA(p, 0));
    p->th = sl_level_relative(p, v_th_mV, i_e_pA, sl_level_current_pA(p, 0));
    p->reset = sl_level_relative(p, p->v_reset_mV, i_e_pA, sl_level_current_pA(p, 0));
    p->drift = drifts(p, v_th_mV, i_e_pA);
    return SALTUS_OK;
}

/* V at time 0, relative to v_inf; last, v_inf_of itself. */
static saltus_status set_initial(const saltus_network *network, const saltus_population_spec *spec,
                                 uint32_t index, population *p, saltus_error *error)
{
    const saltus_value *value = &spec->v_init_mV;
    const bool constant = value->kind == SALTUS_VALUE_CONSTANT;
    const double current_pA = sl_level_current_pA(p, 0);
    const double shared = constant && !isnan(value->a) ? value->a : spec->v_rest_mV;
    p->v_init = p->v_inf_of == NULL ? sl_level_relative(p, shared, spec->i_e_pA.a, current_pA) : 0;
    if (constant && p->v_inf_of == NULL) {
        return SALTUS_OK;
    }
    p->v_init_of = sl_memory_array(p->size, sizeof *p->v_init_of);
    if (p->v_init_of == NULL) {
        return sl_fail_memory(error);
    }
    if (!constant) {
        const neuron_quantity v_init = {"v_init", value, RANDOM_V_INIT, -DBL_MAX};
        const saltus_status status =
            sl_network_draw_values(&v_init, network->seed, index, p, p->v_init_of, error);
        if (status) {
            return status;
        }
    }
    for (uint32_t i = 0; i < p->size; i++) {
        const double absolute = constant ? shared : p->v_init_of[i];
        const double i_e_pA = p->v_inf_of != NULL ? p->v_inf_of[i] : spec->i_e_pA.a;
        p->v_init_of[i] = sl_level_relative(p, absolute, i_e_pA, current_pA);
    }
    for (uint32_t i = 0; p->v_inf_of != NULL && i < p->size; i++) {
        p->v_inf_of[i] = sl_level_v_inf(p, p->v_inf_of[i], current_pA);
    }
    return SALTUS_OK;
}

static saltus_status set_lif(saltus_network *network, const saltus_population_spec *spec,
                             uint32_t index, population *p, saltus_error *error)
{
    p->tau_m_ms = spec->tau_m_ms;
    p->time_base = sl_network_time_base(network, spec->tau_m_ms);
    if (spec->model == SALTUS_MODEL_LIF_DELTA) { /* others have currents for it */
        p->theta_plus = spec->theta_plus_mV;
        p->tau_theta_ms = spec->tau_theta_ms;
    }
    p->t_ref = sl_sim_time_from_ms(fmin(spec->t_ref_ms, SIM_TIME_MAX_MS));
    p->v_reset_mV = sl_reset_level_mV(spec);
    const bool own =
        spec->v_th_mV.kind != SALTUS_VALUE_CONSTANT || spec->i_e_pA.kind != SALTUS_VALUE_CONSTANT;
    p->given = (given_levels){.v_rest_mV = spec->v_rest_mV,
                              .c_m_pF = spec->c_m_pF,
                              .v_th_mV = spec->v_th_mV.a,
                              .i_e_pA = spec->i_e_pA.a};
    saltus_status status = own ? set_own_thresholds(network, spec, index, p, error)
                               : set_shared_thresholds(spec, p, error);
    if (status) {
        return status;
    }
    if (p->drift && p->theta_plus > 0) {
        return sl_fail(error, SALTUS_E_EXPERIMENT,
                       "population %s: some neuron fires by itself (%s drives it over v_th), which "
                       "cannot be combined with an adaptive threshold (theta_plus %g mV)",
                       p->name, p->course != NULL ? "i_e, or an input of type current," : "i_e",
                       p->theta_plus);
    }
    status = set_initial(network, spec, index, p, error);
    return status || !saltus_model_has_currents(spec->model)
               ? status
               : sl_network_add_currents(network, spec, p, error);
}

/* ---- Sources ----------------------------------------------------------------------- */

static saltus_status set_periodic(const saltus_network *network, const saltus_population_spec *spec,
                                  uint32_t index, population *p, saltus_error *error)
{
    p->interval = network_time(spec->interval_ms);
    if (p->interval < 1) {
        return sl_fail(error, SALTUS_E_EXPERIMENT,
                       "population %s: interval %g ms found, it must be at least 1e-11 ms", p->name,
                       spec->interval_ms);
    }
    p->start_of = sl_memory_array(p->size, sizeof *p->start_of);
    double *start_ms = sl_memory_array(p->size, sizeof *start_ms);
    if (p->start_of == NULL || start_ms == NULL) {
        free(start_ms);
        return sl_fail_memory(error);
    }
    saltus_value value = spec->start_ms;
    if (value.kind == SALTUS_VALUE_CONSTANT && isnan(value.a)) {
        value.a = spec->interval_ms;
    }
    const neuron_quantity start = {"start", &value, RANDOM_START, 0};
    const saltus_status status =
        sl_network_draw_values(&start, network->seed, index, p, start_ms, error);
    for (uint32_t i = 0; !status && i < p->size; i++) {
        p->start_of[i] = network_time(start_ms[i]);
    }
    free(start_ms);
    return status;
}

static saltus_status set_rates(const saltus_network *network, const saltus_population_spec *spec,
                               uint32_t index, population *p, saltus_error *error)
{
    const neuron_quantity rate = {"rate", &spec->rates_Hz, RANDOM_RATE, 0};
    p->rate_of_Hz = sl_memory_array(p->size, sizeof *p->rate_of_Hz);
    if (p->rate_of_Hz == NULL) {
        return sl_fail_memory(error);
    }
    return sl_network_draw_values(&rate, network->seed, index, p, p->rate_of_Hz, error);
}

static saltus_status set_source(const saltus_network *network, const saltus_population_spec *spec,
                                uint32_t index, population *p, saltus_error *error)
{
    p->rate_Hz = spec->rate_Hz;
    p->stop = network_time(spec->stop_ms);
    p->correlation = spec->correlation;
    p->correlation_kind = spec->correlation_kind;
    p->jitter = network_time(spec->jitter_ms);
    if (spec->model == SALTUS_MODEL_PERIODIC_SOURCE) {
        return set_periodic(network, spec, index, p, error);
    }
    if (spec->model == SALTUS_MODEL_RATE_SOURCE) {
        return set_rates(network, spec, index, p, error);
    }
    if (spec->model == SALTUS_MODEL_SPIKE_LIST) {
        const listed_events events = {.name = p->name,
                                      .time_ms = spec->spike_times_ms,
                                      .neuron = spec->spike_neurons,
                                      .count = spec->spike_count};
        return sl_event_list_build(p, &events, &p->list, error);
    }
    const saltus_status status = sl_rate_course_build(&spec->rate_course, &p->rates, error);
    p->rate_Hz = p->rates != NULL ? p->rates->most_Hz : spec->rate_Hz;
    return status;
}

/* ---- Positions ---------------------------------------------------------------------- */

static saltus_status set_positions(const saltus_network *network,
                                   const saltus_population_spec *spec, uint32_t index,
                                   population *p, saltus_error *error)
{
    if (spec->positions.kind == SALTUS_POSITIONS_NONE) {
        return SALTUS_OK;
    }
    p->dimensions = spec->positions.dimensions;
    p->position_um = sl_memory_array(p->size, 3 * sizeof *p->position_um);
    if (p->position_um == NULL) {
        return sl_fail_memory(error);
    }
    const space_place place = {&spec->positions, network->seed, index};
    for (uint32_t i = 0; i < p->size; i++) {
        sl_space_position(&place, i, p->position_um + 3 * (size_t)i);
    }
    return SALTUS_OK;
}

/* ---- All ---------------------------------------------------------------------------- */

static saltus_status add_population(saltus_network *network, const saltus_experiment *experiment,
                                    uint32_t index, saltus_error *error)
{
    const saltus_population_spec *spec = &experiment->populations[index];
    population *p = &network->populations[index];
    const uint32_t groups = sl_group_count(spec->size);
    if (spec->size > UINT32_MAX - 1 - network->neuron_count) {
        return sl_fail(error, SALTUS_E_EXPERIMENT,
                       "population %s: all populations together may have at most 4294967294 "
                       "neurons",
                       spec->name);
    }
    p->model = spec->model;
    p->first = network->neuron_count;
    p->size = spec->size;
    p->first_group = network->group_count;
    p->group_count = groups;
    p->record_spikes = experiment->record_spikes != NULL && experiment->record_spikes[index];
    network->neuron_count += spec->size;
    network->group_count += groups;
    p->name = sl_memory_string(spec->name);
    if (p->name == NULL) {
        return sl_fail_memory(error);
    }
    const saltus_status status = set_positions(network, spec, index, p, error);
    if (status) {
        return status;
    }
    if (saltus_model_is_source(spec->model)) {
        return set_source(network, spec, index, p, error);
    }
    const saltus_status built = sl_current_course_build(experiment, index, &p->course, error);
    if (built) {
        return built;
    }
    return saltus_model_has_flow(spec->model) ? sl_network_add_flow(network, spec, index, p, error)
                                              : set_lif(network, spec, index, p, error);
}

saltus_status sl_network_add_populations(saltus_network *network,
                                         const saltus_experiment *experiment, saltus_error *error)
{
    const size_t count = experiment->population_count;
    network->populations = sl_memory_zeroed(count, sizeof *network->populations);
    network->tau_ms = sl_memory_array(count * (1 + LIF_CURRENTS), sizeof *network->tau_ms);
    if (network->populations == NULL || network->tau_ms == NULL) {
        return sl_fail_memory(error);
    }
    network->population_count = (uint32_t)count;
    for (uint32_t i = 0; i < count; i++) {
        const saltus_status status = add_population(network, experiment, i, error);
        if (status) {
            return status;
        }
    }
    return SALTUS_OK;
}
