/* adaptation - see adaptation.h. */
#include "experiment/adaptation.h"

#include <math.h>
#include <stdio.h>

#include "base/sim_time.h"
#include "experiment/decimal.h"
#include "models/neuron/lif_current.h"
#include "saltus/catalog.h"

#define SMALLEST_TAU_MS 1e-6
#define LARGEST_mV      1e12

/* ---- What the models have ------------------------------------------------------------------- */

bool sl_resets_to_share(saltus_model model)
{
    return model == SALTUS_MODEL_GLIF2 || model == SALTUS_MODEL_GLIF4;
}

bool sl_goes_on(const saltus_population_spec *spec)
{
    return spec->model == SALTUS_MODEL_MAT2 ||
           (spec->model == SALTUS_MODEL_ALIF && spec->reset_by_subtraction);
}

bool sl_adapts_late(saltus_model model)
{
    return sl_resets_to_share(model) || model == SALTUS_MODEL_GLIF3;
}

bool sl_has_v_reset(saltus_model model)
{
    return !sl_resets_to_share(model) && model != SALTUS_MODEL_MAT2;
}

double sl_reset_level_mV(const saltus_population_spec *spec)
{
    return sl_has_v_reset(spec->model) ? spec->v_reset_mV : spec->v_rest_mV;
}

uint32_t sl_after_spike_currents(const saltus_population_spec *spec)
{
    return spec->model == SALTUS_MODEL_GLIF3 || spec->model == SALTUS_MODEL_GLIF4
               ? spec->after_spike_count
               : 0;
}

/* Has the model the one component that theta_plus and tau_theta are of? */
static bool has_theta(saltus_model model)
{
    return model == SALTUS_MODEL_ALIF || sl_resets_to_share(model);
}

uint32_t sl_threshold_components(const saltus_population_spec *spec,
                                 saltus_threshold_component component[SALTUS_THRESHOLD_COMPONENTS])
{
    uint32_t count = 0;
    if (has_theta(spec->model) && spec->theta_plus_mV != 0) {
        component[count++] = (saltus_threshold_component){.tau_ms = spec->tau_theta_ms,
                                                          .jump_mV = spec->theta_plus_mV};
    }
    for (int i = 0; spec->model == SALTUS_MODEL_MAT2 && i < SALTUS_THRESHOLD_COMPONENTS; i++) {
        if (spec->alpha[i].jump_mV != 0) {
            component[count++] = spec->alpha[i];
        }
    }
    return count;
}

uint32_t sl_adaptation_coordinates(const saltus_population_spec *spec)
{
    saltus_threshold_component ignored[SALTUS_THRESHOLD_COMPONENTS];
    return sl_after_spike_currents(spec) + sl_threshold_components(spec, ignored) +
           (sl_resets_to_share(spec->model) || sl_goes_on(spec));
}

/* ---- What is allowed ------------------------------------------------------------------------ */

static void check_tau(problem_sink *sink, const char *field, double tau_ms)
{
    if (!(tau_ms >= SMALLEST_TAU_MS && tau_ms <= SIM_TIME_MAX_MS)) {
        sl_problem(sink, field, "found %s ms; 1e-6 ms to 4.5e7 ms is allowed",
                   sl_decimal_text(tau_ms).text);
    }
}

static void check_fraction(problem_sink *sink, const char *field, double fraction)
{
    if (!(fraction >= 0 && fraction <= 1)) {
        sl_problem(sink, field, "found %s; 0 to 1 is allowed", sl_decimal_text(fraction).text);
    }
}

static void check_theta(const saltus_population_spec *spec, problem_sink *sink)
{
    const bool alif = spec->model == SALTUS_MODEL_ALIF;
    const double jump_mV = spec->theta_plus_mV;
    if (!(fabs(jump_mV) <= LARGEST_mV) || (alif && jump_mV < 0)) {
        sl_problem(sink, "params.theta_plus", "found %s mV; %s to 1e12 mV is allowed",
                   sl_decimal_text(jump_mV).text, alif ? "0 mV" : "-1e12 mV");
    } else if (jump_mV != 0 && isinf(spec->tau_theta_ms)) {
        sl_problem(sink, "params.tau_theta",
                   "the threshold moves by %s mV at each spike (theta_plus), and no time constant "
                   "is given; 1e-6 ms to 4.5e7 ms is allowed",
                   sl_decimal_text(jump_mV).text);
    } else if (jump_mV != 0) {
        check_tau(sink, "params.tau_theta", spec->tau_theta_ms);
    }
}

static void check_mat(const saltus_population_spec *spec, problem_sink *sink)
{
    for (int i = 0; i < SALTUS_THRESHOLD_COMPONENTS; i++) {
        char field[24];
        snprintf(field, sizeof field, "params.alpha_%d", i + 1);
        if (sl_check_number(sink, field, spec->alpha[i].jump_mV, "mV")) {
            snprintf(field, sizeof field, "params.tau_%d", i + 1);
            check_tau(sink, field, spec->alpha[i].tau_ms);
        }
    }
}

static void check_after_spike(const saltus_population_spec *spec, problem_sink *sink)
{
    const double resistance = spec->tau_m_ms / spec->c_m_pF;
    if (spec->after_spike_count > SALTUS_AFTER_SPIKE_CURRENTS) {
        sl_problem(sink, "params.after_spike_currents",
                   "found %u after-spike currents; at most %d are allowed", spec->after_spike_count,
                   SALTUS_AFTER_SPIKE_CURRENTS);
        return;
    }
    for (uint32_t i = 0; i < spec->after_spike_count; i++) {
        const saltus_after_spike_current *current = &spec->after_spike[i];
        char field[64];
        snprintf(field, sizeof field, "params.after_spike_currents.%u.tau", i);
        check_tau(sink, field, current->tau_ms);
        snprintf(field, sizeof field, "params.after_spike_currents.%u.fraction", i);
        check_fraction(sink, field, current->fraction);
        snprintf(field, sizeof field, "params.after_spike_currents.%u.amplitude", i);
        if (sl_check_number(sink, field, current->amplitude_pA, "pA") &&
            !(fabs(current->amplitude_pA) * resistance <= LARGEST_mV)) {
            sl_problem(sink, field,
                       "the current is worth %s mV (amplitude tau_m / c_m); at most 1e12 mV is "
                       "allowed",
                       sl_decimal_text(fabs(current->amplitude_pA) * resistance).text);
        }
    }
}

/* Where V may be above the threshold when refractoriness ends, a neuron fires again at once. What
 * is no time at all is refused elsewhere. */
static void check_t_ref(const saltus_population_spec *spec, problem_sink *sink)
{
    const bool time = spec->t_ref_ms >= 0 && spec->t_ref_ms <= SIM_TIME_MAX_MS;
    if (time && (sl_resets_to_share(spec->model) || sl_goes_on(spec)) &&
        sl_sim_time_from_ms(spec->t_ref_ms) < 1) {
        sl_problem(sink, "params.t_ref",
                   "found %s ms; a neuron whose V may be above its threshold after a spike needs a "
                   "t_ref of at least 1e-11 ms",
                   sl_decimal_text(spec->t_ref_ms).text);
    }
}

static void check_count(const saltus_population_spec *spec, problem_sink *sink)
{
    saltus_threshold_component ignored[SALTUS_THRESHOLD_COMPONENTS];
    uint32_t count = sl_after_spike_currents(spec) + sl_threshold_components(spec, ignored);
    for (uint32_t i = 0; i < spec->receptor_count && i < SALTUS_RECEPTORS; i++) {
        count += spec->receptors[i].tau_rise_ms > 0 ? 2 : 1;
    }
    if (count > LIF_CURRENTS) {
        sl_problem(sink, "params",
                   "receptors (two for one with tau_rise), after-spike currents and parts of the "
                   "threshold are %u; at most %d are allowed",
                   count, LIF_CURRENTS);
    }
}

void sl_check_adaptation(const saltus_population_spec *spec, problem_sink *sink)
{
    const saltus_model model = spec->model;
    const bool lif = model == SALTUS_MODEL_LIF_EXP || model == SALTUS_MODEL_LIF_ALPHA;
    if (has_theta(model)) {
        check_theta(spec, sink);
    } else if (lif && spec->theta_plus_mV != 0) {
        sl_problem(sink, "params.theta_plus",
                   "a %s has no adaptive threshold; leave theta_plus out, or use alif or lif_delta",
                   saltus_model_get(model)->name);
    }
    if (sl_resets_to_share(model)) {
        check_fraction(sink, "params.reset_fraction", spec->reset_fraction);
        sl_check_number(sink, "params.reset_add", spec->reset_add_mV, "mV");
    }
    if (model == SALTUS_MODEL_GLIF3 || model == SALTUS_MODEL_GLIF4) {
        check_after_spike(spec, sink);
    }
    if (model == SALTUS_MODEL_MAT2) {
        check_mat(spec, sink);
    }
    check_t_ref(spec, sink);
    check_count(spec, sink);
}
