/* izhikevich - the simple model of Izhikevich (2003), with free coefficients.
 *
 *     dV/dt = k_2 V^2 + k_1 V + k_0 - u + I            V >= v_peak:  V <- c, u <- u + d
 *     du/dt = a (b (V - v_b) - leak u)
 *
 * V in mV, t in ms. u and I have no unit in the paper; here both are in pA, of which 1 stands for
 * 1 mV/ms. The coefficients are those of the paper unless given; with them class 1 excitability
 * and the integrator (4.1, 108) and accommodation (v_b = -65, leak = 0) of Izhikevich (2004) are
 * written. The right sides are polynomial, so Taylor coefficients follow at once.
 *
 * Izhikevich (2003) IEEE Trans Neural Netw 14:1569; (2004) IEEE Trans Neural Netw 15:1063. */
#include <math.h>

#include "models/neuron/flow_list.h"
#include "models/neuron/taylor_series.h"

enum { A, B, C, D, V_PEAK, T_REF, SQUARE, LINEAR, CONSTANT, V_B, LEAK };

static const saltus_rule_parameter values[] = {
    {"a", SALTUS_PARAMETER_NUMBER, 0.02, -1e3, 1e3, NULL, "rate of u, in 1/ms"},
    {"b", SALTUS_PARAMETER_NUMBER, 0.2, -1e3, 1e3, NULL, "u follows b times V"},
    {"c", SALTUS_PARAMETER_VOLTAGE, -65, -1e6, 1e6, NULL, "V after a spike"},
    {"d", SALTUS_PARAMETER_CURRENT, 8, -1e6, 1e6, NULL, "u grows by this much at a spike"},
    {"v_peak", SALTUS_PARAMETER_VOLTAGE, 30, -1e6, 1e6, NULL, "V at which a spike ends"},
    {"t_ref", SALTUS_PARAMETER_TIME, 0, 0, 4.5e7, NULL, "time for which V stays at c"},
    {"square", SALTUS_PARAMETER_NUMBER, 0.04, 0, 1e3, NULL, "coefficient of V^2, in 1/(ms mV)"},
    {"linear", SALTUS_PARAMETER_NUMBER, 5, -1e3, 1e3, NULL, "coefficient of V, in 1/ms"},
    {"constant", SALTUS_PARAMETER_NUMBER, 140, -1e6, 1e6, NULL, "constant term, in mV/ms"},
    {"v_b", SALTUS_PARAMETER_VOLTAGE, 0, -1e6, 1e6, NULL, "V at which u tends to 0"},
    {"leak", SALTUS_PARAMETER_NUMBER, 1, 0, 1e3, NULL, "how fast u decays, in units of a"},
    {NULL, SALTUS_PARAMETER_NUMBER, 0, 0, 0, NULL, NULL},
};

static double rate(const double *value, taylor_series *series)
{
    return fabs(2 * value[SQUARE] * series->v[0] + value[LINEAR]) +
           fabs(value[A]) * (1 + fabs(value[B]) + value[LEAK]) + 0.1;
}

static void extend(const double *value, taylor_series *series, uint32_t from, uint32_t to)
{
    double *v = series->v;
    double *u = series->u;
    for (uint32_t k = from; k < to; k++) {
        double square = 0;
        for (uint32_t j = 0; j < (k + 1) / 2; j++) {
            square += v[j] * v[k - j];
        }
        square *= 2;
        square += k % 2 == 0 ? v[k / 2] * v[k / 2] : 0;
        double dv = value[SQUARE] * square + value[LINEAR] * v[k] - u[k];
        double du = value[B] * v[k] - value[LEAK] * u[k];
        if (k < series->drive_terms) {
            dv += series->current[k] + (k == 0 ? value[CONSTANT] : 0);
        }
        du -= k == 0 ? value[B] * value[V_B] : 0;
        const double step = series->unit_ms / (k + 1);
        v[k + 1] = step * dv;
        u[k + 1] = step * value[A] * du;
    }
}

static const taylor_equation equation = {.peak = V_PEAK, .rate = rate, .extend = extend};

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
    const double v = state[0];
    slope[0] = (value[SQUARE] * v + value[LINEAR]) * v + value[CONSTANT] - state[1] + drive.current;
    slope[1] = value[A] * (value[B] * (v - value[V_B]) - value[LEAK] * state[1]);
}

static double rest_of(const double *value, double v)
{
    return value[B] * v;
}

static void hold(const double *value, double ms, double *state)
{
    const double drift = value[A] * value[B] * (value[C] - value[V_B]);
    state[1] = flow_bounded(sl_flow_held(state[1], drift, value[A] * value[LEAK], ms));
}

static void spike(const double *value, double *state)
{
    state[0] = value[C];
    state[1] = flow_bounded(state[1] + value[D]);
}

static const char *check(const double *value)
{
    return value[C] < value[V_PEAK] ? NULL : "c must be below v_peak";
}

/* clang-format off */
#define PARAMETERS \
    {"a", "", "0.02", "-1000 to 1000", "rate of u, in 1/ms"}, \
    {"b", "", "0.2", "-1000 to 1000", "u follows b times V, in pA/mV"}, \
    {"c", "mV", "-65 mV", "below v_peak", "V after a spike"}, \
    {"d", "pA", "8 pA", "-1e6 pA to 1e6 pA", "u grows by this much at a spike"}, \
    {"i_e", "pA", "0 pA", "-1e6 pA to 1e6 pA; constant, distribution or list", "constant current I; 1 pA stands for 1 mV/ms"}, \
    {"v_peak", "mV", "30 mV", "-1e6 mV to 1e6 mV", "V at which a spike ends"}, \
    {"t_ref", "ms", "0 ms", "0 ms or more", "time for which V stays at c; u goes on"}, \
    {"square", "", "0.04", "0 to 1000", "k_2, in 1/(ms mV)"}, \
    {"linear", "", "5", "-1000 to 1000", "k_1, in 1/ms"}, \
    {"constant", "", "140", "-1e6 to 1e6", "k_0, in mV/ms"}, \
    {"v_b", "mV", "0 mV", "-1e6 mV to 1e6 mV", "V at which u tends to 0"}, \
    {"leak", "", "1", "0 to 1000", "decay of u in units of a; 0: u only adds up"}
/* clang-format on */
static const saltus_parameter parameters[] = {PARAMETERS, NO_MORE_PARAMETERS};
static const saltus_parameter exp_parameters[] = {
    PARAMETERS, TAU_SYN_PARAMETER, EXPONENTIAL_RECEPTORS_PARAMETER, NO_MORE_PARAMETERS};

/* An arrival: a series of order 12, typically, and its two sums. A crossing search: one of order
 * 24, the length of the step, bounds and two sums. */
static const saltus_model_operation operations[] = {FLOW_OPERATIONS(
    FLOW_COST(.adds = 130, .multiplies = 150, .divides = 14, .compares = 6, .state_bytes = 48),
    FLOW_COST(.adds = 370, .multiplies = 470, .divides = 30, .compares = 60, .exps = 4, .logs = 4),
    FLOW_COST(.adds = 370, .multiplies = 470, .divides = 30, .compares = 60, .exps = 4, .logs = 4,
              .state_bytes = 32))};
/* With one current: its series and its decay. */
static const saltus_model_operation exp_operations[] = {FLOW_OPERATIONS(
    FLOW_COST(.adds = 155, .multiplies = 200, .divides = 38, .compares = 8, .exps = 1,
              .state_bytes = 64),
    FLOW_COST(.adds = 395, .multiplies = 520, .divides = 54, .compares = 60, .exps = 4, .logs = 4),
    FLOW_COST(.adds = 395, .multiplies = 520, .divides = 54, .compares = 60, .exps = 5, .logs = 4,
              .state_bytes = 48))};

#define EQUATION                                                                                   \
    "dV/dt = k_2 V^2 + k_1 V + k_0 - u + I,  k = square, linear, constant\n"                       \
    "du/dt = a (b (V - v_b) - leak u)\n"
#define SPIKE "V >= v_peak: spike, V <- c, u <- u + d"
#define SOURCE                                                                                     \
    "Izhikevich (2003) IEEE Trans Neural Netw 14:1569; (2004) 15:1063;\n" FLOW_TAYLOR_SOURCE

/* What arrivals add to is all that the two differ in. */
#define IZHIKEVICH                                                                                 \
    .parameters = values, .second = "u", .peak = V_PEAK, .reset = C, .t_ref = T_REF, .rest = C,    \
    .ramps = true, .rest_of = rest_of, .leg = leg, .advance = advance, .hold = hold,               \
    .spike = spike, .slopes = slopes, .check = check

const flow_model sl_flow_izhikevich = {
    .info = {.model = SALTUS_MODEL_IZHIKEVICH,
             .name = "izhikevich",
             .summary = "Izhikevich's simple model of spiking and bursting, delta synapses",
             .equation = EQUATION FLOW_DELTA_EQUATION SPIKE,
             .exactness = FLOW_TAYLOR_EXACTNESS,
             .source = SOURCE,
             .parameters = parameters,
             .operations = operations,
             .neurobench_operations = 13},
    IZHIKEVICH,
};

const flow_model sl_flow_izhikevich_exp = {
    .info = {.model = SALTUS_MODEL_IZHIKEVICH_EXP,
             .name = "izhikevich_exp",
             .summary = "Izhikevich's simple model, exponential synaptic currents",
             .equation = EQUATION FLOW_CURRENTS_EQUATION SPIKE,
             .exactness = FLOW_TAYLOR_EXACTNESS,
             .source = SOURCE,
             .parameters = exp_parameters,
             .operations = exp_operations,
             .neurobench_operations = 15},
    .receptors = true,
    IZHIKEVICH,
};
