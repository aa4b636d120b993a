/* adex - the adaptive exponential integrate-and-fire neuron.
 *
 *     c_m dV/dt = -g_l (V - v_rest) + g_l delta_t exp((V - v_t) / delta_t) - w + I
 *     tau_w dw/dt = a (V - v_rest) - w                 V >= v_peak:  V <- v_reset, w <- w + b
 *
 * With y = exp((V - v_t) / delta_t), y' = y V' / delta_t, the right sides are polynomial.
 *
 * Brette & Gerstner (2005) J Neurophysiol 94:3637; Naud et al. (2008) Biol Cybern 99:335. */
#include <math.h>

#include "base/exact_math.h"
#include "models/neuron/flow_list.h"
#include "models/neuron/taylor_series.h"

enum { C_M, G_L, V_REST, V_T, DELTA_T, V_PEAK, V_RESET, T_REF, A, TAU_W, B };

static const saltus_rule_parameter values[] = {
    {"c_m", SALTUS_PARAMETER_CAPACITANCE, 281, 1e-3, 1e9, NULL, "membrane capacitance"},
    {"g_l", SALTUS_PARAMETER_CONDUCTANCE, 30, 0, 1e6, NULL, "leak conductance"},
    {"v_rest", SALTUS_PARAMETER_VOLTAGE, -70.6, -1e6, 1e6, NULL, "reversal of the leak"},
    {"v_t", SALTUS_PARAMETER_VOLTAGE, -50.4, -1e6, 1e6, NULL, "where the upswing begins"},
    {"delta_t", SALTUS_PARAMETER_VOLTAGE, 2, 1e-3, 1e6, NULL, "slope factor of the upswing"},
    {"v_peak", SALTUS_PARAMETER_VOLTAGE, 0, -1e6, 1e6, NULL, "V at which a spike ends"},
    {"v_reset", SALTUS_PARAMETER_VOLTAGE, -60, -1e6, 1e6, NULL, "V after a spike"},
    {"t_ref", SALTUS_PARAMETER_TIME, 0, 0, 4.5e7, NULL, "time for which V stays at v_reset"},
    {"a", SALTUS_PARAMETER_CONDUCTANCE, 4, -1e6, 1e6, NULL, "adaptation below threshold"},
    {"tau_w", SALTUS_PARAMETER_TIME, 144, 1e-3, 4.5e7, NULL, "time constant of w"},
    {"b", SALTUS_PARAMETER_CURRENT, 80.5, -1e6, 1e6, NULL, "w grows by this much at a spike"},
    {NULL, SALTUS_PARAMETER_NUMBER, 0, 0, 0, NULL, NULL},
};

/* Coefficients of y are powers of the slope factors that V goes over in a unit, for which an absurd
 * current would leave no numbers: a unit has no more than 1 / STEEPEST of them. */
#define STEEPEST 1e-10

static double rate(const double *value, taylor_series *series)
{
    const double v = series->v[0];
    series->y[0] = sl_exp((v - value[V_T]) / value[DELTA_T]);
    const double leak = value[G_L] / value[C_M];
    const double upswing = leak * series->y[0]; /* V' / delta_t when it is all that there is */
    const double coupling = fabs(value[A]) / value[C_M];
    const double rate = leak + upswing + coupling + (1 + coupling) / value[TAU_W];
    const double drive = fabs(series->current[0] - series->u[0]) / value[C_M];
    return fmax(rate, STEEPEST * drive / value[DELTA_T]);
}

static void extend(const double *value, taylor_series *series, uint32_t from, uint32_t to)
{
    double *v = series->v;
    double *w = series->u;
    double *y = series->y;
    const double rise = value[G_L] * value[DELTA_T];
    for (uint32_t k = from; k < to; k++) {
        const double depth = k == 0 ? v[0] - value[V_REST] : v[k];
        const double current = k < series->drive_terms ? series->current[k] : 0;
        const double step = series->unit_ms / (k + 1);
        v[k + 1] = step / value[C_M] * (-value[G_L] * depth + rise * y[k] - w[k] + current);
        w[k + 1] = step / value[TAU_W] * (value[A] * depth - w[k]);
        double product = 0;
        for (uint32_t j = 0; j <= k; j++) {
            product += (j + 1) * v[j + 1] * y[k - j];
        }
        y[k + 1] = product / (value[DELTA_T] * (k + 1));
    }
}

/* y = exp((V - v_t) / delta_t) has coefficients that grow before they fall where V goes over
 * several delta_t, so that the last ones may be small although y is not. They tell if V goes over
 * no more than RESOLVED_SLOPES; below NO_UPSWING of them y is nothing. */
#define RESOLVED_SLOPES 8
#define NO_UPSWING      (-45)

static double resolved(const double *value, const taylor_series *series, double x)
{
    for (;; x /= 2) {
        double high = series->v[0];
        double change = 0;
        double power = x;
        for (uint32_t k = 1; k <= TAYLOR_ORDER; k++) {
            high += fmax(series->v[k], 0) * power;
            change += fabs(series->v[k]) * power;
            power *= x;
        }
        if (change <= RESOLVED_SLOPES * value[DELTA_T] ||
            high - value[V_T] < NO_UPSWING * value[DELTA_T]) {
            return x;
        }
    }
}

static const taylor_equation equation = {
    .peak = V_PEAK, .rate = rate, .extend = extend, .resolved = resolved};

static flow_leg leg(const double *value, const double *state, flow_drive drive, double longest_ms)
{
    return sl_taylor_leg(&equation, value, state, drive, longest_ms);
}

static void advance(const double *value, flow_drive drive, double ms, double *state)
{
    sl_taylor_advance(&equation, value, drive, ms, state);
}

static void slopes(const double *value, const double *state, flow_drive drive, double *slope)
{
    const double depth = state[0] - value[V_REST];
    const double upswing = sl_exp((state[0] - value[V_T]) / value[DELTA_T]);
    slope[0] =
        (-value[G_L] * depth + value[G_L] * value[DELTA_T] * upswing - state[1] + drive.current) /
        value[C_M];
    slope[1] = (value[A] * depth - state[1]) / value[TAU_W];
}

static double rest_of(const double *value, double v)
{
    (void)value;
    (void)v;
    return 0;
}

static void hold(const double *value, double ms, double *state)
{
    const double drift = value[A] * (value[V_RESET] - value[V_REST]) / value[TAU_W];
    state[1] = flow_bounded(sl_flow_held(state[1], drift, 1 / value[TAU_W], ms));
}

static void spike(const double *value, double *state)
{
    state[0] = value[V_RESET];
    state[1] = flow_bounded(state[1] + value[B]);
}

/* Beyond 200 slope factors nothing is left of a double. */
static const char *check(const double *value)
{
    if (!(value[V_RESET] < value[V_PEAK])) {
        return "v_reset must be below v_peak";
    }
    return (value[V_PEAK] - value[V_T]) / value[DELTA_T] <= 200
               ? NULL
               : "v_peak may be at most 200 delta_t above v_t";
}

/* clang-format off */
#define PARAMETERS \
    {"c_m", "pF", "281 pF", "0.001 pF to 1e9 pF", "membrane capacitance"}, \
    {"g_l", "nS", "30 nS", "0 nS to 1e6 nS", "leak conductance"}, \
    {"v_rest", "mV", "-70.6 mV", "-1e6 mV to 1e6 mV", "reversal potential of the leak, E_L"}, \
    {"v_t", "mV", "-50.4 mV", "-1e6 mV to 1e6 mV", "where the upswing of a spike begins, V_T"}, \
    {"delta_t", "mV", "2 mV", "0.001 mV to 1e6 mV", "slope factor of the upswing, Delta_T"}, \
    {"v_peak", "mV", "0 mV", "at most 200 delta_t above v_t", "V at which a spike ends"}, \
    {"v_reset", "mV", "-60 mV", "below v_peak", "V after a spike"}, \
    {"t_ref", "ms", "0 ms", "0 ms or more", "time for which V stays at v_reset; w goes on"}, \
    {"i_e", "pA", "0 pA", "-1e6 pA to 1e6 pA; constant, distribution or list", "constant current"}, \
    {"a", "nS", "4 nS", "-1e6 nS to 1e6 nS", "adaptation by V below threshold"}, \
    {"tau_w", "ms", "144 ms", "0.001 ms to 4.5e7 ms", "time constant of w"}, \
    {"b", "pA", "80.5 pA", "-1e6 pA to 1e6 pA", "w grows by this much at a spike"}
/* clang-format on */
static const saltus_parameter parameters[] = {PARAMETERS, NO_MORE_PARAMETERS};
static const saltus_parameter exp_parameters[] = {
    PARAMETERS, TAU_SYN_PARAMETER, EXPONENTIAL_RECEPTORS_PARAMETER, NO_MORE_PARAMETERS};

/* An arrival: a series of order 12, typically, and its two sums. A crossing search: one of order
 * 24, the length of the step, bounds and two sums. */
static const saltus_model_operation operations[] = {FLOW_OPERATIONS(
    FLOW_COST(.adds = 190, .multiplies = 280, .divides = 38, .compares = 6, .exps = 1,
              .state_bytes = 48),
    FLOW_COST(.adds = 560, .multiplies = 850, .divides = 78, .compares = 60, .exps = 5, .logs = 4),
    FLOW_COST(.adds = 560, .multiplies = 850, .divides = 78, .compares = 60, .exps = 5, .logs = 4,
              .state_bytes = 32))};
/* With one current: its series and its decay. */
static const saltus_model_operation exp_operations[] = {FLOW_OPERATIONS(
    FLOW_COST(.adds = 215, .multiplies = 330, .divides = 62, .compares = 8, .exps = 2,
              .state_bytes = 64),
    FLOW_COST(.adds = 585, .multiplies = 900, .divides = 102, .compares = 60, .exps = 5, .logs = 4),
    FLOW_COST(.adds = 585, .multiplies = 900, .divides = 102, .compares = 60, .exps = 6, .logs = 4,
              .state_bytes = 48))};

#define EQUATION                                                                                   \
    "c_m dV/dt = -g_l (V - v_rest) + g_l delta_t exp((V - v_t) / delta_t) - w + I\n"               \
    "tau_w dw/dt = a (V - v_rest) - w\n"
#define SPIKE "V >= v_peak: spike, V <- v_reset, w <- w + b"
#define SOURCE                                                                                     \
    "Brette & Gerstner (2005) J Neurophysiol 94:3637, and the defaults;\n"                         \
    "Naud, Marcille, Clopath & Gerstner (2008) Biol Cybern 99:335;\n" FLOW_TAYLOR_SOURCE

/* What arrivals add to is all that the two differ in. */
#define ADEX                                                                                       \
    .parameters = values, .second = "w", .peak = V_PEAK, .reset = V_RESET, .t_ref = T_REF,         \
    .rest = V_REST, .ramps = true, .rest_of = rest_of, .leg = leg, .advance = advance,             \
    .hold = hold, .spike = spike, .slopes = slopes, .check = check

const flow_model sl_flow_adex = {
    .info = {.model = SALTUS_MODEL_ADEX,
             .name = "adex",
             .summary = "adaptive exponential integrate-and-fire neuron, delta synapses",
             .equation = EQUATION FLOW_DELTA_EQUATION SPIKE,
             .exactness = FLOW_TAYLOR_EXACTNESS,
             .source = SOURCE,
             .parameters = parameters,
             .operations = operations,
             .neurobench_operations = 20},
    ADEX,
};

const flow_model sl_flow_adex_exp = {
    .info = {.model = SALTUS_MODEL_ADEX_EXP,
             .name = "adex_exp",
             .summary = "adaptive exponential integrate-and-fire neuron, exponential currents",
             .equation = EQUATION FLOW_CURRENTS_EQUATION SPIKE,
             .exactness = FLOW_TAYLOR_EXACTNESS,
             .source = SOURCE,
             .parameters = exp_parameters,
             .operations = exp_operations,
             .neurobench_operations = 22},
    .receptors = true,
    ADEX,
};
