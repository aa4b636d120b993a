/* catalog - what this build knows of neuron and source models (rule_catalog.c: connection rules).
 *
 * One entry a model: its equations, its parameters with unit, default and range, how exact it is
 * and where it comes from. Names are those of experiment files; the texts are what
 * `saltus models` prints. The table's order is that of the enumeration saltus_model; its second
 * part, models that adapt, is adaptive_models.c.
 *
 * Arithmetic of a membrane update as NeuroBench counts it: its table of neuron operations by type
 * of neuron and kind of reset.
 *
 * Sources: Lapicque (1907) J Physiol Pathol Gen 9:620; Knight (1972) J Gen Physiol 59:734;
 * Brunel (2000) J Comput Neurosci 8:183.
 */
#include "saltus/catalog.h"

#include <string.h>

#include "models/catalog_parts.h"
#include "models/neuron/flow_list.h"

/* ---- Parameters ---------------------------------------------------------------------- */

static const saltus_parameter lif_delta_parameters[] = {
    {"tau_m", "ms", "20 ms", "1e-6 ms to 4.5e7 ms", "membrane time constant"},
    {"c_m", "pF", "250 pF", "above 0 pF", "membrane capacitance; matters only with i_e"},
    {"v_rest", "mV", "0 mV", "any", "resting potential"},
    {"v_th", "mV", "20 mV", "above v_reset; constant, distribution or list",
     "threshold: the neuron fires when V >= v_th"},
    {"v_reset", "mV", "0 mV", "below every v_th", "V after a spike, held for t_ref"},
    {"t_ref", "ms", "2 ms", "0 ms or more", "absolute refractory time"},
    {"i_e", "pA", "0 pA", "any; constant, distribution or list",
     "constant current; may drive the neuron over threshold by itself"},
    {"theta_plus", "mV", "0 mV", "0 mV or more; above 0 mV only where no neuron fires by itself",
     "adaptive threshold v_th + theta: theta grows by this much at each spike"},
    {"tau_theta", "ms", "never", "tau_m or more, or never", "theta decays with it"},
    NO_MORE_PARAMETERS,
};

static const saltus_parameter lif_exp_parameters[] = {
    MEMBRANE_PARAMETERS,
    V_TH_PARAMETER,
    V_RESET_PARAMETER,
    T_REF_PARAMETER,
    I_E_PARAMETER,
    TAU_SYN_PARAMETER,
    EXPONENTIAL_RECEPTORS_PARAMETER,
    NO_MORE_PARAMETERS,
};

static const saltus_parameter lif_alpha_parameters[] = {
    MEMBRANE_PARAMETERS,
    V_TH_PARAMETER,
    V_RESET_PARAMETER,
    T_REF_PARAMETER,
    I_E_PARAMETER,
    TAU_SYN_PARAMETER,
    {"receptors", "ms", "one, syn", "1 to 4: {NAME: {tau: T}} or {NAME: T}",
     "time constant of each receptor's current, which peaks T after an arrival"},
    NO_MORE_PARAMETERS,
};

static const saltus_parameter poisson_source_parameters[] = {
    {"rate", "Hz", MUST_BE_GIVEN, "0 to 10 MHz; constant, steps or sine",
     "mean rate of each source"},
    {NULL, NULL, NULL, NULL, NULL},
};

static const saltus_parameter correlated_source_parameters[] = {
    {"rate", "Hz", MUST_BE_GIVEN, "0 to 10 MHz", "mean rate of each source"},
    {"correlation", "", MUST_BE_GIVEN, "0 to 1", "of the numbers of spikes of any two sources"},
    {"kind", "", "mip", "mip or sip", "how spikes are shared: some at a time, or all"},
    {"jitter", "ms", "0 ms", "0 ms or more", "each source has a shared spike by up to this later"},
    NO_MORE_PARAMETERS,
};

static const saltus_parameter periodic_source_parameters[] = {
    {"interval", "ms", MUST_BE_GIVEN, "above 0 ms", "time from one spike to the next"},
    {"start", "ms", "one interval", "0 ms or more; constant, distribution or list",
     "time of the first spike"},
    {"stop", "ms", "never", "0 ms or more", "no spike at this time or later"},
    NO_MORE_PARAMETERS,
};

static const saltus_parameter spike_list_parameters[] = {
    {"csv", "file", "none", "a CSV file with the columns time_ms,neuron in order of time",
     "spikes from a CSV file"},
    {"hdf5", "file", "none", "a SONATA spike file", "spikes from an HDF5 file, instead of csv"},
    {"population", "name", "the only one", "a population of the HDF5 file",
     "which spikes of the HDF5 file"},
    {"from", "mapping", "none", "{images|csv|sound|events: FILE, code: CODE, ...}",
     "values, a sound or a recording, encoded (saltus models lists the codes)"},
    NO_MORE_PARAMETERS,
};

static const saltus_parameter rate_source_parameters[] = {
    {"rate", "Hz", "0 Hz", "0 Hz to 10 kHz; constant, distribution or list",
     "rate of each source, until a program sets others"},
    NO_MORE_PARAMETERS,
};

/* ---- Arithmetic ---------------------------------------------------------------------- */

/* As engine/deliver and engine/group do it. Event engine: U += w s, then U >= level, with the
 * level (th - |th| slack) s (models/neuron/lif_delta.h); what a row shares is computed once a row.
 * Clock: V = P V + input of the step, then V >= th; arrivals are added to the step's input. */
static const saltus_model_operation lif_delta_operations[] = {
    DELIVERY_COSTS(.adds = 1, .compares = 1, MEMBRANE_RW),
    DELIVERY_INHIBITORY_COSTS(.adds = 1, MEMBRANE_RW),
    DELIVERY_OWN_WEIGHT_COSTS(.adds = 1, .multiplies = 1, .compares = 1, MEMBRANE_RW),
    DELIVERY_OWN_LEVEL_COSTS(.adds = 2, .multiplies = 3, .compares = 1, MEMBRANE_RW),
    DELIVERY_OWN_DELAY_COSTS(.adds = 2, .multiplies = 3, .compares = 1, .exps = 1, MEMBRANE_RW),
    ARRIVAL_COSTS(.adds = 1, .multiplies = 3, .exps = 1),
    EXTERNAL_EVENT_COSTS(.adds = 1, .multiplies = 2, .compares = 1, .exps = 1, MEMBRANE_RW),
    EXTERNAL_OWN_LEVEL_COSTS(.adds = 2, .multiplies = 3, .compares = 1, .exps = 1, MEMBRANE_RW),
    SPIKE_COSTS(.adds = 1, .multiplies = 2, .compares = 1, .exps = 1, MEMBRANE_RW),
    RESET_COSTS(.multiplies = 1, .exps = 1, MEMBRANE_RW),
    DRIFT_TEST_COSTS(.multiplies = 2, .compares = 2),
    CROSSING_SEARCH_COSTS(.adds = 1, .multiplies = 1, .divides = 1, .compares = 3, .logs = 1),
    STEP_UPDATE_COSTS(.adds = 1, .multiplies = 1, .compares = 1, MEMBRANE_RW),
    STEP_INPUT_COSTS(.adds = 1, MEMBRANE_RW),
    STEP_SPIKE_COSTS(MEMBRANE_RW),
    {.name = NULL},
};

/* In scaled coordinates as those of lif_delta (models/neuron/lif_current.h): an arrival adds to its
 * current and, by the same factor over the time constants, to the sum that V is read from: two
 * multiplications and additions. Then V is read out (a multiplication and an addition for each of
 * two coordinates) and compared with the tests that mostly show that no crossing can follow. A
 * crossing search is a bracketed Newton iteration of some six steps, each with V and its slope. */
const saltus_model_operation sl_lif_current_operations[] = {
    DELIVERY_COSTS(.adds = 4, .multiplies = 4, .compares = 2, CURRENT_RW),
    DELIVERY_INHIBITORY_COSTS(.adds = 4, .multiplies = 4, .compares = 2, CURRENT_RW),
    DELIVERY_OWN_WEIGHT_COSTS(.adds = 4, .multiplies = 4, .compares = 2, CURRENT_RW),
    DELIVERY_OWN_LEVEL_COSTS(.adds = 5, .multiplies = 6, .compares = 2, CURRENT_RW),
    DELIVERY_OWN_DELAY_COSTS(.adds = 5, .multiplies = 6, .compares = 2, .exps = 2, CURRENT_RW),
    ARRIVAL_COSTS(.adds = 2, .multiplies = 6, .exps = 2),
    EXTERNAL_EVENT_COSTS(.adds = 4, .multiplies = 5, .compares = 2, .exps = 2, CURRENT_RW),
    EXTERNAL_OWN_LEVEL_COSTS(.adds = 5, .multiplies = 6, .compares = 2, .exps = 2, CURRENT_RW),
    SPIKE_COSTS(.adds = 2, .multiplies = 4, .compares = 1, .exps = 2, CURRENT_RW),
    RESET_COSTS(.adds = 1, .multiplies = 3, .exps = 2, CURRENT_RW),
    DRIFT_TEST_COSTS(.adds = 1, .multiplies = 2, .compares = 2),
    CROSSING_SEARCH_COSTS(.adds = 30, .multiplies = 30, .divides = 6, .compares = 18, .exps = 12,
                          .logs = 1),
    STEP_UPDATE_COSTS(.adds = 2, .multiplies = 3, .compares = 1, CURRENT_RW),
    STEP_INPUT_COSTS(.adds = 1, MEMBRANE_RW),
    STEP_SPIKE_COSTS(MEMBRANE_RW),
    {.name = NULL},
};

static const saltus_model_operation no_operations[] = {{.name = NULL}};

/* ---- Models -------------------------------------------------------------------------- */

/* What both models with synaptic currents share. */
#define CURRENT_THRESHOLD                                                                          \
    "V >= v_th: spike, then V = v_reset for t_ref; currents go on and keep what arrives\n"         \
    "meanwhile; a constant current of 1 pA moves V by tau_m / c_m in mV (20 ms / 250 pF:\n"        \
    "0.08 mV)"
#define CURRENT_EXACTNESS                                                                          \
    "exact: closed form between events; crossings decided by the crossing theorem (no\n"           \
    "crossing without a total current above the threshold's, one on each such stretch) and\n"      \
    "found to one tick of 1e-11 ms. No time step, no crossing is missed."
#define CURRENT_SOURCE                                                                             \
    "Rotter & Diesmann (1999) Biol Cybern 81:381; Brette (2007) Neural Comput 19:2604;\n"          \
    "Tuckwell (1988) Introduction to Theoretical Neurobiology, Cambridge"

static const saltus_model_info models[] = {
    {
        .model = SALTUS_MODEL_LIF_DELTA,
        .name = "lif_delta",
        .summary = "leaky integrate-and-fire neuron, the voltage jumps at synaptic events",
        .equation =
            "tau_m dV/dt = -(V - v_rest) + (tau_m / c_m) i_e + tau_m sum_k w_k delta(t - t_k)\n"
            "V >= v_th: spike, then V = v_reset for t_ref; input that arrives meanwhile is lost\n"
            "between events: V(t) = V_inf + (V(t0) - V_inf) exp(-(t - t0) / tau_m),\n"
            "                V_inf = v_rest + i_e tau_m / c_m",
        .exactness =
            "exact: the closed-form solution between events; spikes caused by input fall on the\n"
            "input's time; a crossing by drift (V_inf > v_th) is found in closed form, to one\n"
            "tick of 1e-11 ms. No time step, no crossing is missed.",
        .source = "Lapicque (1907) J Physiol Pathol Gen 9:620; Knight (1972) J Gen Physiol\n"
                  "59:734; with delta synapses as in Brunel (2000) J Comput Neurosci 8:183",
        .parameters = lif_delta_parameters,
        .operations = lif_delta_operations,
        .neurobench_operations = 4, /* "Leaky", reset to a value */
    },
    {
        .model = SALTUS_MODEL_POISSON_SOURCE,
        .name = "poisson_source",
        .summary = "spikes at random times, independently, at a rate that may change with time",
        .equation = "intervals are independent and exponential with mean 1 / rate, if it is\n"
                    "constant; else the integral of the rate over an interval is so with mean 1",
        .exactness = "exact: times are drawn as real numbers and rounded to the tick of 1e-11 ms;\n"
                     "the same spikes for every number of threads.",
        .source = "superposition of Poisson processes; random numbers by Philox4x32-10, Salmon,\n"
                  "Moraes, Dror & Shaw (2011) SC11",
        .parameters = poisson_source_parameters,
        .operations = no_operations,
    },
    {
        .model = SALTUS_MODEL_PERIODIC_SOURCE,
        .name = "periodic_source",
        .summary = "spikes at start, start + interval, ... while before stop",
        .equation = "t_k = start + k interval, k = 0, 1, 2, ...",
        .exactness = "exact: sums of whole ticks of 1e-11 ms, so nothing accumulates.",
        .source = "none needed",
        .parameters = periodic_source_parameters,
        .operations = no_operations,
    },
    {
        .model = SALTUS_MODEL_SPIKE_LIST,
        .name = "spike_list",
        .summary = "spikes at the times that a file gives",
        .equation = "t_k as listed",
        .exactness = "exact: decimal times are kept to the tick of 1e-11 ms.",
        .source = "none needed",
        .parameters = spike_list_parameters,
        .operations = no_operations,
    },
    {
        .model = SALTUS_MODEL_RATE_SOURCE,
        .name = "rate_source",
        .summary = "spikes at random times, independently, each source at a rate of its own",
        .equation = "intervals of source i are independent and exponential with mean 1 / rate_i;\n"
                    "rates are constant until a program sets others (saltus_simulation_set_rates)",
        .exactness = "exact: times are drawn as real numbers and rounded to the tick of 1e-11 ms;\n"
                     "the same spikes for every number of threads and every cut of the run.",
        .source = "superposition and marking of Poisson processes; random numbers by\n"
                  "Philox4x32-10, Salmon, Moraes, Dror & Shaw (2011) SC11",
        .parameters = rate_source_parameters,
        .operations = no_operations,
    },
    {
        .model = SALTUS_MODEL_LIF_EXP,
        .name = "lif_exp",
        .summary = "leaky integrate-and-fire neuron, exponential synaptic currents",
        .equation = "c_m dV/dt = -(c_m / tau_m) (V - v_rest) + i_e + sum_k "
                    "I_k\n" EXPONENTIAL_RECEPTORS_EQUATION CURRENT_THRESHOLD,
        .exactness = CURRENT_EXACTNESS,
        .source = CURRENT_SOURCE,
        .parameters = lif_exp_parameters,
        .operations = sl_lif_current_operations,
        .neurobench_operations = 8, /* "Synaptic", reset to a value */
    },
    {
        .model = SALTUS_MODEL_LIF_ALPHA,
        .name = "lif_alpha",
        .summary = "leaky integrate-and-fire neuron, alpha-shaped synaptic currents",
        .equation = "c_m dV/dt = -(c_m / tau_m) (V - v_rest) + i_e + sum_k I_k\n"
                    "arrival of weight w (pA) at receptor k, t later:\n"
                    "    I_k = w (t / tau) exp(1 - t / tau), with its peak w at t = "
                    "tau\n" CURRENT_THRESHOLD,
        .exactness = CURRENT_EXACTNESS,
        .source = CURRENT_SOURCE,
        .parameters = lif_alpha_parameters,
        .operations = sl_lif_current_operations,
        .neurobench_operations = 24, /* "Alpha", reset to a value */
    },
    {
        .model = SALTUS_MODEL_CORRELATED_SOURCE,
        .name = "correlated_source",
        .summary = "spikes at random times, some of which sources share",
        .equation =
            "each source is a Poisson process of the rate; numbers of spikes of any two have the\n"
            "correlation c. mip: each source copies each spike of a mother process of rate / c\n"
            "with probability c; sip: all have the spikes of one process of c rate, and each has\n"
            "(1 - c) rate of its own. A copied spike comes by up to `jitter` later",
        .exactness = "exact: times are drawn as real numbers and rounded to the tick of 1e-11 ms;\n"
                     "the same spikes for every number of threads.",
        .source = "Kuhn, Aertsen & Rotter (2003) Neural Comput 15:67",
        .parameters = correlated_source_parameters,
        .operations = no_operations,
    },
};

bool saltus_model_is_source(saltus_model model)
{
    return (model >= SALTUS_MODEL_POISSON_SOURCE && model <= SALTUS_MODEL_RATE_SOURCE) ||
           model == SALTUS_MODEL_CORRELATED_SOURCE;
}

bool saltus_model_has_currents(saltus_model model)
{
    const flow_model *flow = sl_flow_model(model);
    return model == SALTUS_MODEL_LIF_EXP || model == SALTUS_MODEL_LIF_ALPHA ||
           (model >= SALTUS_MODEL_ALIF && model <= SALTUS_MODEL_MAT2) ||
           (flow != NULL && flow->receptors);
}

bool saltus_model_has_flow(saltus_model model)
{
    return sl_flow_model(model) != NULL;
}

const saltus_rule_parameter *saltus_model_flow_parameters(saltus_model model)
{
    const flow_model *flow = sl_flow_model(model);
    return flow != NULL ? flow->parameters : NULL;
}

bool saltus_model_takes_ramps(saltus_model model)
{
    /* no other does: V is kept relative to a resting potential that stands still */
    const flow_model *flow = sl_flow_model(model);
    return flow != NULL && flow->ramps;
}

/* Those of the table, those that adapt, then those that describe themselves. */
#define TABLE_COUNT (sizeof models / sizeof models[0])
#define FLOWS_FROM  (TABLE_COUNT + ADAPTIVE_MODELS)
_Static_assert(TABLE_COUNT == SALTUS_MODEL_ALIF, "the models that adapt follow those of the table");
_Static_assert(FLOWS_FROM == SALTUS_MODEL_QIF, "flows follow the models that adapt");

size_t saltus_model_count(void)
{
    return FLOWS_FROM + sl_flow_model_count;
}

const saltus_model_info *saltus_model_get(size_t index)
{
    return index < TABLE_COUNT            ? &models[index]
           : index < FLOWS_FROM           ? &sl_adaptive_models[index - TABLE_COUNT]
           : index < saltus_model_count() ? &sl_flow_models[index - FLOWS_FROM]->info
                                          : NULL;
}

const saltus_model_info *saltus_model_find(const char *name)
{
    for (size_t i = 0; name != NULL && i < saltus_model_count(); i++) {
        const saltus_model_info *info = saltus_model_get(i);
        if (strcmp(info->name, name) == 0) {
            return info;
        }
    }
    return NULL;
}

saltus_arithmetic saltus_model_arithmetic(saltus_model model, saltus_operation operation)
{
    const saltus_model_info *info = saltus_model_get((size_t)model);
    for (const saltus_model_operation *o = info != NULL ? info->operations : no_operations;
         o->name != NULL; o++) {
        if (o->operation == operation) {
            return o->each;
        }
    }
    return (saltus_arithmetic){0};
}
