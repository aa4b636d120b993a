/* workloads_flows - AdEx and Izhikevich's neurons, with jumps of V and with exponential currents:
 * deliveries to neurons that stay below threshold, or, without synapses, neurons that a constant
 * current makes fire. */
#include <stdint.h>

#include "workloads.h"

/* Synapses of so little that nobody fires, and what a neuron fires at. */
typedef struct kind {
    saltus_model model;
    double weight; /* mV, or pA for a model with currents */
    double least_pA, most_pA;
} kind;

static saltus_experiment *create(const workload *w, const kind *kind, saltus_error *error)
{
    saltus_experiment *e = NULL;
    TRY(saltus_experiment_create(w->name, &e));
    saltus_population_spec cells = saltus_population_spec_default();
    cells.name = "N";
    cells.size = w->neurons;
    cells.model = kind->model;
    cells.receptors[0].tau_ms = 5;
    if (w->synapses_per_neuron == 0) {
        cells.i_e_pA = saltus_uniform(kind->least_pA, kind->most_pA);
    }
    TRY(saltus_experiment_add_population(e, &cells, NULL, error));
    if (w->synapses_per_neuron == 0) {
        return e;
    }
    saltus_population_spec sources = saltus_population_spec_default();
    sources.name = "S";
    sources.size = w->neurons;
    sources.model = SALTUS_MODEL_POISSON_SOURCE;
    sources.rate_Hz = w->rate_Hz;
    TRY(saltus_experiment_add_population(e, &sources, NULL, error));
    saltus_projection_spec synapses = saltus_projection_spec_default();
    synapses.source = 1;
    synapses.target = 0;
    synapses.rule = SALTUS_RULE_FIXED_INDEGREE;
    synapses.count = w->synapses_per_neuron;
    *(saltus_model_has_currents(kind->model) ? &synapses.weight_pA : &synapses.weight_mV) =
        saltus_constant(kind->weight);
    synapses.delay_ms = saltus_constant(1.5);
    TRY(saltus_experiment_add_projection(e, &synapses, NULL, error));
    return e;
}

saltus_experiment *workload_adex(const workload *w, saltus_error *error)
{
    return create(w, &(kind){SALTUS_MODEL_ADEX, 0.05, 800, 1000}, error);
}

saltus_experiment *workload_adex_exp(const workload *w, saltus_error *error)
{
    return create(w, &(kind){SALTUS_MODEL_ADEX_EXP, 3, 800, 1000}, error);
}

saltus_experiment *workload_izhikevich(const workload *w, saltus_error *error)
{
    return create(w, &(kind){SALTUS_MODEL_IZHIKEVICH, 0.01, 8, 12}, error);
}

saltus_experiment *workload_izhikevich_exp(const workload *w, saltus_error *error)
{
    return create(w, &(kind){SALTUS_MODEL_IZHIKEVICH_EXP, 0.01, 8, 12}, error);
}
