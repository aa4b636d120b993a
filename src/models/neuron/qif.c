/* qif - the quadratic integrate-and-fire neuron, in closed form.
 *
 *     tau_m dV/dt = V^2 + I,   V >= v_th:  V <- v_reset        (v_th may be infinite)
 *
 * V and I have no unit in the literature; here 1 mV and 1 pA stand for 1. With x = t / tau_m the
 * way is a Moebius map of V. For I > 0, w = sqrt(I), the state is an angle that turns at w:
 *
 *     V(x) = V + (V^2 + w^2) s / (c - V s),   c = cos w x, s = sin(w x) / w
 *     x* w = angle of the point (w^2 + V v_th, w (v_th - V)), which is (V, w) for v_th infinite
 *
 * For I = -k^2 <= 0 there are a stable point -k and an unstable one k:
 *
 *     V(x) = V + (V - k)(V + k) d / (e + (k - V) d),   e = exp(-2 k x), d = (1 - e) / 2k
 *     x* 2k = log1p(2k (v_th - V) / ((V - k)(v_th + k)))
 *
 * and V reaches v_th if it is above k (and v_th, then, too), or below v_th < -k: so the crossing
 * is decided by the state, and none is missed. For k = 0: V(x) = V / (1 - V x).
 *
 * Ermentrout & Kopell (1986) SIAM J Appl Math 46:233; Latham, Richmond, Nelson & Nirenberg (2000)
 * J Neurophysiol 83:808. */
#include <math.h>

#include "base/exact_angles.h"
#include "base/exact_math.h"
#include "models/neuron/flow_list.h"

enum { TAU_M, V_TH, V_RESET, T_REF };

static const saltus_rule_parameter values[] = {
    {"tau_m", SALTUS_PARAMETER_TIME, 10, 1e-3, 4.5e7, NULL, "time constant"},
    {"v_th", SALTUS_PARAMETER_VOLTAGE, (double)INFINITY, -1e6, (double)INFINITY, NULL,
     "V at which the neuron fires"},
    {"v_reset", SALTUS_PARAMETER_VOLTAGE, -100, -1e9, 1e6, NULL, "V after a spike"},
    {"t_ref", SALTUS_PARAMETER_TIME, 0, 0, 4.5e7, NULL, "time for which V stays at v_reset"},
    {NULL, SALTUS_PARAMETER_NUMBER, 0, 0, 0, NULL, NULL},
};

/* From v to the threshold, in units of tau_m; -1: never. */
static double crossing(double v, double v_th, double current)
{
    const bool infinite = isinf(v_th);
    if (current > 0) {
        const double w = sqrt(current);
        const double angle =
            infinite ? sl_angle(w, v) : sl_angle((v_th - v) * w, current + v * v_th);
        return angle / w;
    }
    const double k = sqrt(-current);
    if (!(v > k || v_th < -k)) {
        return -1;
    }
    if (k == 0) {
        return infinite ? 1 / v : (v_th - v) / v / v_th;
    }
    const double ratio = infinite ? 2 * k / (v - k) : 2 * k * ((v_th - v) / (v - k) / (v_th + k));
    return sl_log1p(ratio) / (2 * k);
}

static flow_leg leg(const double *value, const double *state, flow_drive drive, double longest_ms)
{
    if (state[0] >= value[V_TH]) {
        return (flow_leg){.length_ms = 0, .crosses = true};
    }
    const double x = crossing(state[0], value[V_TH], drive.current);
    const double ms = x * value[TAU_M];
    return x >= 0 && ms <= longest_ms ? (flow_leg){.length_ms = ms, .crosses = true}
                                      : (flow_leg){.length_ms = longest_ms};
}

/* What V is divided by falls to 0 as V explodes; just before that, rounding may have taken it
 * further. */
static double before_end(double divisor)
{
    return fmax(divisor, 1e-30);
}

static void advance(const double *value, flow_drive drive, double ms, double *state)
{
    const double x = ms / value[TAU_M];
    const double v = state[0];
    double rise = 0;
    if (drive.current > 0) {
        const double w = sqrt(drive.current);
        double sine = 0;
        double cosine = 1;
        sl_sine_cosine(fmin(w * x, M_PI), &sine, &cosine);
        const double s = sine / w;
        rise = (v * v + drive.current) * s / before_end(cosine - v * s);
    } else if (drive.current < 0) {
        const double k = sqrt(-drive.current);
        const double e = sl_exp(-2 * k * x);
        const double d = -sl_expm1(-2 * k * x) / (2 * k);
        rise = (v - k) * (v + k) * d / before_end(e + (k - v) * d);
    } else {
        rise = v * v * x / before_end(1 - v * x);
    }
    state[0] = v + rise;
}

static double rest_of(const double *value, double v)
{
    (void)value;
    (void)v;
    return 0;
}

static void hold(const double *value, double ms, double *state)
{
    (void)value;
    (void)ms;
    (void)state;
}

static void spike(const double *value, double *state)
{
    state[0] = value[V_RESET];
}

static void slopes(const double *value, const double *state, flow_drive drive, double *slope)
{
    slope[0] = (state[0] * state[0] + drive.current) / value[TAU_M];
    slope[1] = 0;
}

static const char *check(const double *value)
{
    return value[V_RESET] < value[V_TH] ? NULL : "v_reset must be below v_th";
}

static const saltus_parameter parameters[] = {
    {"tau_m", "ms", "10 ms", "0.001 ms to 4.5e7 ms", "time constant"},
    {"v_th", "mV", "infinity", "above v_reset, or infinity", "V at which the neuron fires"},
    {"v_reset", "mV", "-100 mV", "-1e9 mV to 1e6 mV", "V after a spike"},
    {"t_ref", "ms", "0 ms", "0 ms or more", "time for which V stays at v_reset"},
    {"i_e", "pA", "0 pA", "-1e6 pA to 1e6 pA; constant, distribution or list",
     "constant current I; 1 pA stands for 1 (mV)^2"},
    {NULL, NULL, NULL, NULL, NULL},
};

/* An arrival: the Moebius map with sine and cosine (26 products and sums) or an exponential; a
 * crossing search: an angle (16) or a logarithm. A square root each. */
static const saltus_model_operation operations[] = {FLOW_OPERATIONS(
    FLOW_COST(.adds = 18, .multiplies = 28, .divides = 4, .compares = 2, .state_bytes = 32),
    FLOW_COST(.adds = 12, .multiplies = 16, .divides = 5, .compares = 6),
    FLOW_COST(.adds = 18, .multiplies = 28, .divides = 4, .compares = 3, .state_bytes = 16))};

const flow_model sl_flow_qif = {
    .info = {.model = SALTUS_MODEL_QIF,
             .name = "qif",
             .summary = "quadratic integrate-and-fire neuron, delta synapses",
             .equation = "tau_m dV/dt = V^2 + I\n" FLOW_DELTA_EQUATION
                         "V >= v_th: spike, then V = v_reset for t_ref",
             .exactness = "exact to rounding: between events V moves by a Moebius map, and the\n"
                          "next crossing is a closed form, to one tick of 1e-11 ms; there is one\n"
                          "if and only if I > 0, V is above the unstable point sqrt(-I), or v_th\n"
                          "is below the stable one. No time step, no crossing is missed.",
             .source = "Ermentrout & Kopell (1986) SIAM J Appl Math 46:233; Latham, Richmond,\n"
                       "Nelson & Nirenberg (2000) J Neurophysiol 83:808",
             .parameters = parameters,
             .operations = operations,
             .neurobench_operations = 5},
    .parameters = values,
    .peak = V_TH,
    .reset = V_RESET,
    .t_ref = T_REF,
    .rest = V_RESET,
    .rest_of = rest_of,
    .leg = leg,
    .advance = advance,
    .hold = hold,
    .spike = spike,
    .slopes = slopes,
    .check = check,
};
