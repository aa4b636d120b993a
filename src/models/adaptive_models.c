/* adaptive_models - the catalog's entries of neurons whose spikes change more than their V.
 *
 * All are lif_exp with more currents, or with components of the threshold that decay as currents do
 * (models/neuron/own_spike.h, lif_current.h). Names are those of the literature and of other
 * simulators: Bellec et al. (2018) NeurIPS 31:787 and (2020) Nat Commun 11:3625 (ALIF); Teeter et
 * al. (2018) Nat Commun 9:709 (GLIF); Kobayashi, Tsubo & Shinomoto (2009) Front Comput Neurosci
 * 3:9 (MAT).
 */
#include "models/catalog_parts.h"

/* ---- Parameters ---------------------------------------------------------------------- */

/* clang-format off */
#define SYNAPSE_PARAMETERS I_E_PARAMETER, TAU_SYN_PARAMETER, EXPONENTIAL_RECEPTORS_PARAMETER
#define THETA_PARAMETERS(above, sign) \
    {"v_th", "mV", "20 mV", "above " above "; constant, distribution or list", "threshold of a neuron that has not fired"}, \
    {"theta_plus", "mV", "0 mV", sign, "the threshold is v_th + theta; theta grows by this much with each spike"}, \
    {"tau_theta", "ms", "none", "1e-6 ms to 4.5e7 ms; needed with theta_plus", "theta decays with it"}
#define SHARE_PARAMETERS \
    {"t_ref", "ms", "2 ms", "above 0 ms", "absolute refractory time"}, \
    {"reset_fraction", "", "0", "0 to 1", "what a spike leaves of V - v_rest"}, \
    {"reset_add", "mV", "0 mV", "any", "and adds to it"}
#define AFTER_SPIKE_PARAMETER \
    {"after_spike_currents", "", "none", "0 to 4: [{tau: T, amplitude: I, fraction: 0 to 1 (1)}, ...]", \
     "each decays with tau; a spike leaves a fraction of it and adds an amplitude"}
/* clang-format on */

static const saltus_parameter alif_parameters[] = {
    MEMBRANE_PARAMETERS,
    THETA_PARAMETERS("v_reset", "0 mV or more"),
    V_RESET_PARAMETER,
    {"reset", "", "value", "value or subtract",
     "value: V is held at v_reset for t_ref; subtract: V falls by v_th - v_reset and goes on"},
    {"t_ref", "ms", "2 ms", "0 ms or more; subtract: above 0 ms",
     "absolute refractory time; subtract: spikes are forbidden, nothing else"},
    SYNAPSE_PARAMETERS,
    NO_MORE_PARAMETERS,
};

static const saltus_parameter glif1_parameters[] = {
    MEMBRANE_PARAMETERS, V_TH_PARAMETER,     V_RESET_PARAMETER,
    T_REF_PARAMETER,     SYNAPSE_PARAMETERS, NO_MORE_PARAMETERS,
};

static const saltus_parameter glif2_parameters[] = {
    MEMBRANE_PARAMETERS, THETA_PARAMETERS("v_rest", "any"), SHARE_PARAMETERS, SYNAPSE_PARAMETERS,
    NO_MORE_PARAMETERS,
};

static const saltus_parameter glif3_parameters[] = {
    MEMBRANE_PARAMETERS,   V_TH_PARAMETER,     V_RESET_PARAMETER,  T_REF_PARAMETER,
    AFTER_SPIKE_PARAMETER, SYNAPSE_PARAMETERS, NO_MORE_PARAMETERS,
};

static const saltus_parameter glif4_parameters[] = {
    MEMBRANE_PARAMETERS, THETA_PARAMETERS("v_rest", "any"),
    SHARE_PARAMETERS,    AFTER_SPIKE_PARAMETER,
    SYNAPSE_PARAMETERS,  NO_MORE_PARAMETERS,
};

static const saltus_parameter mat2_parameters[] = {
    MEMBRANE_PARAMETERS,
    {"v_th", "mV", "20 mV", "above v_rest; constant, distribution or list",
     "threshold of a neuron that has not fired (omega)"},
    {"alpha_1", "mV", "37 mV", "any", "what a spike adds to the first part of the threshold"},
    {"tau_1", "ms", "10 ms", "1e-6 ms to 4.5e7 ms", "which decays with it"},
    {"alpha_2", "mV", "2 mV", "any", "what a spike adds to the second part"},
    {"tau_2", "ms", "200 ms", "1e-6 ms to 4.5e7 ms", "which decays with it"},
    {"t_ref", "ms", "2 ms", "above 0 ms", "time after a spike in which spikes are forbidden"},
    SYNAPSE_PARAMETERS,
    NO_MORE_PARAMETERS,
};

/* ---- Arithmetic ---------------------------------------------------------------------- */

/* V, one synaptic current and one number that adapts, read and written. */
#define ADAPTIVE_RW .state_bytes = 48

/* As lif_exp (catalog.c), with one more coordinate to read V - theta and the drive from: two
 * multiplications and additions an event. A spike adds to it. */
static const saltus_model_operation adaptive_operations[] = {
    DELIVERY_COSTS(.adds = 6, .multiplies = 6, .compares = 2, ADAPTIVE_RW),
    DELIVERY_INHIBITORY_COSTS(.adds = 6, .multiplies = 6, .compares = 2, ADAPTIVE_RW),
    DELIVERY_OWN_WEIGHT_COSTS(.adds = 6, .multiplies = 6, .compares = 2, ADAPTIVE_RW),
    DELIVERY_OWN_LEVEL_COSTS(.adds = 7, .multiplies = 8, .compares = 2, ADAPTIVE_RW),
    DELIVERY_OWN_DELAY_COSTS(.adds = 7, .multiplies = 8, .compares = 2, .exps = 3, ADAPTIVE_RW),
    ARRIVAL_COSTS(.adds = 2, .multiplies = 6, .exps = 3),
    EXTERNAL_EVENT_COSTS(.adds = 6, .multiplies = 7, .compares = 2, .exps = 3, ADAPTIVE_RW),
    EXTERNAL_OWN_LEVEL_COSTS(.adds = 7, .multiplies = 8, .compares = 2, .exps = 3, ADAPTIVE_RW),
    SPIKE_COSTS(.adds = 4, .multiplies = 7, .compares = 1, .exps = 3, ADAPTIVE_RW),
    RESET_COSTS(.adds = 3, .multiplies = 5, .compares = 1, .exps = 3, ADAPTIVE_RW),
    DRIFT_TEST_COSTS(.adds = 2, .multiplies = 4, .compares = 2),
    CROSSING_SEARCH_COSTS(.adds = 42, .multiplies = 42, .divides = 6, .compares = 18, .exps = 18,
                          .logs = 2),
    STEP_UPDATE_COSTS(.adds = 3, .multiplies = 4, .compares = 1, ADAPTIVE_RW),
    STEP_INPUT_COSTS(.adds = 1, MEMBRANE_RW),
    STEP_SPIKE_COSTS(.adds = 1, ADAPTIVE_RW),
    {.name = NULL},
};

/* ---- Models -------------------------------------------------------------------------- */

#define ADAPTIVE_EQUATION                                                                          \
    "c_m dV/dt = -(c_m / tau_m) (V - v_rest) + i_e + sum_k I_k; arrivals add to I_k as in\n"       \
    "lif_exp\n"
#define THETA_EQUATION "tau_theta dtheta/dt = -theta; V >= v_th + theta: spike, then\n"
#define ADAPTIVE_EXACTNESS                                                                         \
    "exact: closed form between events, threshold and after-spike currents included; a\n"          \
    "spike changes them at its own time. Crossings of the moving threshold are decided by the\n"   \
    "crossing theorem and found to one tick of 1e-11 ms. No time step, no crossing is missed."
#define GLIF_SOURCE                                                                                \
    "Teeter, Iyer, Menon, Gouwens, Feng, Berg, Szafer, Cain, Zeng, Hawrylycz, Koch &\n"            \
    "Mihalas (2018) Nat Commun 9:709; NEST: glif_psc, with alpha currents"

/* NeuroBench has no such neurons: its "Synaptic" (8), and a product and a sum more for each number
 * that adapts: theta 1, after-spike currents 2, both 3, mat2 2. */
const saltus_model_info sl_adaptive_models[ADAPTIVE_MODELS] = {
    {
        .model = SALTUS_MODEL_ALIF,
        .name = "alif",
        .summary = "leaky integrate-and-fire neuron, adaptive threshold, exponential currents",
        .equation = ADAPTIVE_EQUATION THETA_EQUATION
        "    theta <- theta + theta_plus; V = v_reset for t_ref (reset: value), or\n"
        "    V <- V - (v_th - v_reset), which goes on (reset: subtract)",
        .exactness = ADAPTIVE_EXACTNESS,
        .source = "Bellec, Salaj, Subramoney, Legenstein & Maass (2018) NeurIPS 31:787; Bellec et\n"
                  "al. (2020) Nat Commun 11:3625, whose beta is theta_plus and whose tau_a is\n"
                  "tau_theta",
        .parameters = alif_parameters,
        .operations = adaptive_operations,
        .neurobench_operations = 10,
    },
    {
        .model = SALTUS_MODEL_GLIF1,
        .name = "glif1",
        .summary = "generalised leaky integrate-and-fire neuron 1: lif_exp by another name",
        .equation = ADAPTIVE_EQUATION "V >= v_th: spike, then V = v_reset for t_ref",
        .exactness = ADAPTIVE_EXACTNESS,
        .source = GLIF_SOURCE,
        .parameters = glif1_parameters,
        .operations = sl_lif_current_operations,
        .neurobench_operations = 8,
    },
    {
        .model = SALTUS_MODEL_GLIF2,
        .name = "glif2",
        .summary = "generalised leaky integrate-and-fire neuron 2: reset rules, moving threshold",
        .equation = ADAPTIVE_EQUATION THETA_EQUATION
        "    V = v_rest + reset_fraction (V(spike) - v_rest) + reset_add for t_ref,\n"
        "    at whose end theta <- theta + theta_plus",
        .exactness = ADAPTIVE_EXACTNESS,
        .source = GLIF_SOURCE,
        .parameters = glif2_parameters,
        .operations = adaptive_operations,
        .neurobench_operations = 10,
    },
    {
        .model = SALTUS_MODEL_GLIF3,
        .name = "glif3",
        .summary = "generalised leaky integrate-and-fire neuron 3: after-spike currents",
        .equation = ADAPTIVE_EQUATION
        "after-spike currents are among the I_k: tau dI/dt = -I\n"
        "V >= v_th: spike, I <- fraction I; V = v_reset for t_ref, at whose end\n"
        "    I <- I + amplitude",
        .exactness = ADAPTIVE_EXACTNESS,
        .source = GLIF_SOURCE,
        .parameters = glif3_parameters,
        .operations = adaptive_operations,
        .neurobench_operations = 12,
    },
    {
        .model = SALTUS_MODEL_GLIF4,
        .name = "glif4",
        .summary = "generalised leaky integrate-and-fire neuron 4: glif2 and glif3",
        .equation = ADAPTIVE_EQUATION
        "after-spike currents are among the I_k: tau dI/dt = -I\n" THETA_EQUATION
        "    I <- fraction I; V = v_rest + reset_fraction (V(spike) - v_rest) + reset_add\n"
        "    for t_ref, at whose end theta <- theta + theta_plus, I <- I + amplitude",
        .exactness = ADAPTIVE_EXACTNESS,
        .source = GLIF_SOURCE,
        .parameters = glif4_parameters,
        .operations = adaptive_operations,
        .neurobench_operations = 14,
    },
    {
        .model = SALTUS_MODEL_MAT2,
        .name = "mat2",
        .summary = "leaky integrator with a multi-timescale adaptive threshold, never reset",
        .equation = ADAPTIVE_EQUATION
        "theta = theta_1 + theta_2, tau_i dtheta_i/dt = -theta_i\n"
        "V >= v_th + theta, and the last spike is t_ref ago or more: spike, then\n"
        "    theta_i <- theta_i + alpha_i; V goes on",
        .exactness = ADAPTIVE_EXACTNESS,
        .source = "Kobayashi, Tsubo & Shinomoto (2009) Front Comput Neurosci 3:9; NEST:\n"
                  "mat2_psc_exp",
        .parameters = mat2_parameters,
        .operations = adaptive_operations,
        .neurobench_operations = 12,
    },
};
