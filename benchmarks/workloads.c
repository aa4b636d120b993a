/* workloads - Brunel's network, relay networks, silence, and the parts of the work one by one. */
#include "workloads.h"

#include <math.h>

static saltus_population_spec lif(const char *name, uint32_t size)
{
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = name;
    spec.size = size;
    spec.v_reset_mV = 10;
    spec.v_init_mV = saltus_uniform(0, 20);
    return spec;
}

static saltus_projection_spec indegree(uint32_t source, uint32_t target, uint64_t count,
                                       double weight_mV)
{
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = source;
    spec.target = target;
    spec.rule = SALTUS_RULE_FIXED_INDEGREE;
    spec.count = count;
    spec.weight_mV = saltus_constant(weight_mV);
    spec.delay_ms = saltus_constant(1.5);
    return spec;
}

static saltus_input_spec poisson(const char *name, uint32_t population, double rate_Hz,
                                 double weight_mV)
{
    saltus_input_spec spec = saltus_input_spec_default();
    spec.name = name;
    spec.type = SALTUS_INPUT_POISSON;
    spec.population = population;
    spec.rate_Hz = rate_Hz;
    spec.weight_mV = weight_mV;
    return spec;
}

/* Brunel (2000), g = 5, eta = 2: 4/5 excitatory; drive at twice the threshold rate. */
static saltus_experiment *create_brunel(const workload *w, saltus_error *error)
{
    saltus_experiment *e = NULL;
    TRY(saltus_experiment_create(w->name, &e));
    const uint32_t size[2] = {w->neurons / 5 * 4, w->neurons / 5};
    const uint64_t count[2] = {w->synapses_per_neuron / 5 * 4, w->synapses_per_neuron / 5};
    const double weight_mV[2] = {0.1, -0.5};
    const char *names[2] = {"E", "I"};
    const double drive_Hz = 2 * 20 / (0.1 * 0.02);
    for (uint32_t p = 0; p < 2; p++) {
        const saltus_population_spec spec = lif(names[p], size[p]);
        TRY(saltus_experiment_add_population(e, &spec, NULL, error));
        const saltus_input_spec input = poisson(names[p], p, drive_Hz, 0.1);
        TRY(saltus_experiment_add_input(e, &input, NULL, error));
    }
    for (uint32_t source = 0; source < 2; source++) {
        for (uint32_t target = 0; target < 2; target++) {
            const saltus_projection_spec spec =
                indegree(source, target, count[source], weight_mV[source]);
            TRY(saltus_experiment_add_projection(e, &spec, NULL, error));
        }
    }
    return e;
}

/* Every neuron is fired by its own Poisson source; its synapses deliver next to nothing. */
static saltus_experiment *create_relay(const workload *w, saltus_error *error)
{
    saltus_experiment *e = NULL;
    TRY(saltus_experiment_create(w->name, &e));
    const saltus_population_spec spec = lif("N", w->neurons);
    TRY(saltus_experiment_add_population(e, &spec, NULL, error));
    const saltus_input_spec input = poisson("drive", 0, w->rate_Hz, 30);
    TRY(saltus_experiment_add_input(e, &input, NULL, error));
    const saltus_projection_spec synapses = indegree(0, 0, w->synapses_per_neuron, 0.001);
    TRY(saltus_experiment_add_projection(e, &synapses, NULL, error));
    return e;
}

/* The same with synapses that learn, release or are scaled, or, to compare with, that do not: every
 * neuron is source and target and fires at one rate. */
static saltus_experiment *create_learning(const workload *w, saltus_error *error)
{
    saltus_experiment *e = NULL;
    TRY(saltus_experiment_create(w->name, &e));
    const saltus_population_spec spec = lif("N", w->neurons);
    TRY(saltus_experiment_add_population(e, &spec, NULL, error));
    const saltus_input_spec input = poisson("drive", 0, w->rate_Hz, 30);
    TRY(saltus_experiment_add_input(e, &input, NULL, error));
    saltus_projection_spec synapses = indegree(0, 0, w->synapses_per_neuron, 0.0005);
    synapses.plasticity.rule = w->rule;
    synapses.plasticity.single = w->single;
    if (w->rule != NULL) {
        TRY(saltus_plasticity_set(&synapses.plasticity, "w_max", 0.001, error));
    }
    if (w->dependence != NULL) {
        TRY(saltus_plasticity_set_word(&synapses.plasticity, "dependence", w->dependence, error));
        TRY(saltus_plasticity_set(&synapses.plasticity, "w_0", 0.001, error));
    }
    synapses.release.model = w->transmission.release;
    synapses.release.tau_fac_ms = 100;
    synapses.release.sites = 5;
    if (w->transmission.own) {
        synapses.release.u_sd = 0.1;
        synapses.release.tau_rec_sd_ms = 100;
        synapses.release.tau_fac_sd_ms = 20;
    }
    synapses.scaling.rate_Hz = w->transmission.scaled ? 10 : 0;
    TRY(saltus_experiment_add_projection(e, &synapses, NULL, error));
    return e;
}

/* External events alone: no synapses. */
static saltus_experiment *create_external(const workload *w, saltus_error *error)
{
    saltus_experiment *e = NULL;
    TRY(saltus_experiment_create(w->name, &e));
    const saltus_population_spec spec = lif("N", w->neurons);
    TRY(saltus_experiment_add_population(e, &spec, NULL, error));
    const saltus_input_spec input = poisson("drive", 0, w->rate_Hz, 0.04);
    TRY(saltus_experiment_add_input(e, &input, NULL, error));
    return e;
}

/* Neurons that receive nothing and decay from where they begin: a clock's steps alone. */
static saltus_experiment *create_steps(const workload *w, saltus_error *error)
{
    saltus_experiment *e = NULL;
    TRY(saltus_experiment_create(w->name, &e));
    const saltus_population_spec spec = lif("N", w->neurons);
    TRY(saltus_experiment_add_population(e, &spec, NULL, error));
    return e;
}

/* Deliveries alone: Poisson sources onto neurons that stay below threshold. */
static saltus_experiment *create_delivery(const workload *w, saltus_error *error)
{
    saltus_experiment *e = NULL;
    TRY(saltus_experiment_create(w->name, &e));
    saltus_population_spec spec = lif("N", w->neurons);
    spec.v_init_mV = saltus_constant(0);
    TRY(saltus_experiment_add_population(e, &spec, NULL, error));
    spec = lif("S", w->neurons);
    spec.model = SALTUS_MODEL_POISSON_SOURCE;
    spec.rate_Hz = w->rate_Hz;
    TRY(saltus_experiment_add_population(e, &spec, NULL, error));
    saltus_projection_spec synapses = indegree(1, 0, w->synapses_per_neuron, 0.001);
    synapses.weight_mV = w->weight_mV;
    synapses.delay_ms = w->delay_ms;
    TRY(saltus_experiment_add_projection(e, &synapses, NULL, error));
    return e;
}

#define CONSTANT(value)                                                                            \
    {                                                                                              \
        .kind = SALTUS_VALUE_CONSTANT, .a = value, .low = -HUGE_VAL, .high = HUGE_VAL              \
    }
#define UNIFORM(from, to)                                                                          \
    {                                                                                              \
        .kind = SALTUS_VALUE_UNIFORM, .a = from, .b = to, .low = -HUGE_VAL, .high = HUGE_VAL       \
    }

/* clang-format off */
const workload workloads[] = {
    {"brunel", "12,500 x 1,250, g 5, eta 2, 20 kHz drive", 12500, 1250, 100, 500, create_brunel, 0, {0}, {0}, NULL, NULL, false, {0}},
    {"external", "12,500 neurons, 20 kHz drive, no synapses", 12500, 0, 20, 300, create_external, 20000, {0}, {0}, NULL, NULL, false, {0}},
    {"delivery", "12,500 x 1,250 from sources at 38 Hz", 12500, 1250, 20, 300, create_delivery, 38, CONSTANT(0.001), CONSTANT(1.5), NULL, NULL, false, {0}},
    {"weighted", "the same, each synapse with its own weight", 12500, 1250, 20, 300, create_delivery, 38, UNIFORM(0.0005, 0.0015), CONSTANT(1.5), NULL, NULL, false, {0}},
    {"delays", "the same, each synapse with its own delay", 12500, 1250, 20, 60, create_delivery, 38, CONSTANT(0.001), UNIFORM(0.5, 2.5), NULL, NULL, false, {0}},
    {"relay5", "10,000 x 100, fired at 5 Hz", 10000, 100, 1000, 20000, create_relay, 5, {0}, {0}, NULL, NULL, false, {0}},
    {"relay1", "10,000 x 100, fired at 1 Hz", 10000, 100, 1000, 100000, create_relay, 1, {0}, {0}, NULL, NULL, false, {0}},
    {"sparse", "100,000 x 100, fired at 1 Hz", 100000, 100, 1000, 5000, create_relay, 1, {0}, {0}, NULL, NULL, false, {0}},
    {"fired", "10,000 x 1,000, fired at 10 Hz, static", 10000, 1000, 1000, 1000, create_learning, 10, {0}, {0}, NULL, NULL, false, {0}},
    {"stdp", "the same, pair STDP, additive", 10000, 1000, 1000, 1000, create_learning, 10, {0}, {0}, "stdp", "additive", false, {0}},
    {"stdp_float", "the same, weights as floats", 10000, 1000, 1000, 1000, create_learning, 10, {0}, {0}, "stdp", "additive", true, {0}},
    {"stdp_mult", "the same, multiplicative", 10000, 1000, 1000, 1000, create_learning, 10, {0}, {0}, "stdp", "multiplicative", false, {0}},
    {"stdp_power", "the same, power law", 10000, 1000, 1000, 1000, create_learning, 10, {0}, {0}, "stdp", "power_law", false, {0}},
    {"triplet", "the same, triplet rule", 10000, 1000, 1000, 1000, create_learning, 10, {0}, {0}, "triplet", NULL, false, {0}},
    {"vogels", "the same, rule of Vogels", 10000, 1000, 1000, 1000, create_learning, 10, {0}, {0}, "vogels", NULL, false, {0}},
    {"oja", "the same, Oja's rule", 10000, 1000, 1000, 1000, create_learning, 10, {0}, {0}, "oja", NULL, false, {0}},
    {"post_trig", "the same, post-triggered rule", 10000, 1000, 1000, 1000, create_learning, 10, {0}, {0}, "post_triggered", NULL, false, {0}},
    {"released", "the same, Tsodyks-Markram", 10000, 1000, 200, 1000, create_learning, 10, {0}, {0}, NULL, NULL, false, {SALTUS_RELEASE_TSODYKS_MARKRAM, false, false}},
    {"rel_own", "the same, parameters of its own", 10000, 1000, 200, 1000, create_learning, 10, {0}, {0}, NULL, NULL, false, {SALTUS_RELEASE_TSODYKS_MARKRAM, true, false}},
    {"unreliable", "the same, unreliable", 10000, 1000, 200, 1000, create_learning, 10, {0}, {0}, NULL, NULL, false, {SALTUS_RELEASE_UNRELIABLE, false, false}},
    {"stochastic", "the same, five release sites", 10000, 1000, 200, 1000, create_learning, 10, {0}, {0}, NULL, NULL, false, {SALTUS_RELEASE_STOCHASTIC, false, false}},
    {"scaled", "the same, synaptic scaling", 10000, 1000, 200, 1000, create_learning, 10, {0}, {0}, NULL, NULL, false, {SALTUS_RELEASE_SURE, false, true}},
    {"currents", "12,500 x 1,250, exponential currents, sources at 22 Hz", 12500, 1250, 20, 300, workload_current_delivery, 22, {0}, {0}, NULL, NULL, false, {0}},
    {"cur_ext", "12,500 neurons, exponential currents, 10 kHz drive", 12500, 0, 20, 300, workload_current_external, 10000, {0}, {0}, NULL, NULL, false, {0}},
    {"cuba", "4,000 x 80, Brette et al. benchmark 2", 4000, 80, 200, 5000, workload_cuba, 0, {0}, {0}, NULL, NULL, false, {0}},
    {"adex", "1,000 x 100 AdEx neurons, jumps of V, sources at 10 Hz", 1000, 100, 50, 300, workload_adex, 10, {0}, {0}, NULL, NULL, false, {0}},
    {"adex_exp", "the same, exponential currents", 1000, 100, 50, 300, workload_adex_exp, 10, {0}, {0}, NULL, NULL, false, {0}},
    {"adex_fire", "1,000 AdEx neurons that a constant current makes fire", 1000, 0, 100, 300, workload_adex, 0, {0}, {0}, NULL, NULL, false, {0}},
    {"izh", "1,000 x 100 Izhikevich neurons, jumps of V, sources at 10 Hz", 1000, 100, 50, 300, workload_izhikevich, 10, {0}, {0}, NULL, NULL, false, {0}},
    {"izh_exp", "the same, exponential currents", 1000, 100, 50, 300, workload_izhikevich_exp, 10, {0}, {0}, NULL, NULL, false, {0}},
    {"izh_fire", "1,000 Izhikevich neurons that a constant current makes fire", 1000, 0, 100, 300, workload_izhikevich, 0, {0}, {0}, NULL, NULL, false, {0}},
    {"steps", "12,500 neurons that receive nothing", 12500, 0, 100, 5000, create_steps, 0, {0}, {0}, NULL, NULL, false, {0}},
    {"steps100k", "100,000 neurons that receive nothing", 100000, 0, 100, 1000, create_steps, 0, {0}, {0}, NULL, NULL, false, {0}},
    {"large", "100,000 x 1,000, g 5, eta 2", 100000, 1000, 20, 60, create_brunel, 0, {0}, {0}, NULL, NULL, false, {0}},
    {"million", "1,000,000 x 100, fired at 5 Hz", 1000000, 100, 20, 400, create_relay, 5, {0}, {0}, NULL, NULL, false, {0}},
    {"silent", "100,000 x 1,000, fired at 0.1 Hz", 100000, 1000, 1000, 20000, create_relay, 0.1, {0}, {0}, NULL, NULL, false, {0}},
};
/* clang-format on */
const size_t workload_count = sizeof workloads / sizeof workloads[0];
