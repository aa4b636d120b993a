/* workloads_currents - neurons with synaptic currents: arrivals as in a cortical column, external
 * events alone, a network whose neurons are driven above threshold. */
#include <stdint.h>

#include "workloads.h"

/* Neurons of Potjans & Diesmann (2014): tau_m 10 ms, tau_syn 0.5 ms, 15 mV from rest to threshold.
 */
static saltus_population_spec column_cells(const char *name, uint32_t size)
{
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = name;
    spec.size = size;
    spec.model = SALTUS_MODEL_LIF_EXP;
    spec.tau_m_ms = 10;
    spec.v_rest_mV = -65;
    spec.v_reset_mV = -65;
    spec.v_th_mV = saltus_constant(-50);
    spec.v_init_mV = saltus_normal(-58, 5);
    spec.v_init_mV.high = -50.01;
    spec.receptors[0].tau_ms = 0.5;
    return spec;
}

static saltus_projection_spec current_indegree(uint32_t source, uint32_t target, uint64_t count,
                                               double weight_pA, double delay_ms)
{
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = source;
    spec.target = target;
    spec.rule = SALTUS_RULE_FIXED_INDEGREE;
    spec.count = count;
    spec.weight_pA = saltus_constant(weight_pA);
    spec.delay_ms = saltus_constant(delay_ms);
    return spec;
}

/* What a cell of layer 4 receives: 83 % excitation of 87.8 pA, inhibition four times as strong. */
saltus_experiment *workload_current_delivery(const workload *w, saltus_error *error)
{
    saltus_experiment *e = NULL;
    TRY(saltus_experiment_create(w->name, &e));
    const saltus_population_spec cells = column_cells("N", w->neurons);
    TRY(saltus_experiment_add_population(e, &cells, NULL, error));
    const uint64_t excitation = w->synapses_per_neuron / 6 * 5;
    const uint64_t counts[2] = {excitation, w->synapses_per_neuron - excitation};
    const double weights_pA[2] = {87.8, -351.2};
    const char *const names[2] = {"E", "I"};
    for (uint32_t i = 0; i < 2; i++) {
        saltus_population_spec sources = saltus_population_spec_default();
        sources.name = names[i];
        sources.size = w->neurons / 2;
        sources.model = SALTUS_MODEL_POISSON_SOURCE;
        sources.rate_Hz = w->rate_Hz;
        TRY(saltus_experiment_add_population(e, &sources, NULL, error));
        const saltus_projection_spec synapses =
            current_indegree(1 + i, 0, counts[i], weights_pA[i], 1.5);
        TRY(saltus_experiment_add_projection(e, &synapses, NULL, error));
    }
    return e;
}

/* The column's external drive alone. */
saltus_experiment *workload_current_external(const workload *w, saltus_error *error)
{
    saltus_experiment *e = NULL;
    TRY(saltus_experiment_create(w->name, &e));
    const saltus_population_spec cells = column_cells("N", w->neurons);
    TRY(saltus_experiment_add_population(e, &cells, NULL, error));
    saltus_input_spec input = saltus_input_spec_default();
    input.name = "drive";
    input.type = SALTUS_INPUT_POISSON;
    input.rate_Hz = w->rate_Hz;
    input.weight_pA = 30;
    TRY(saltus_experiment_add_input(e, &input, NULL, error));
    return e;
}

/* Brette et al. (2007), benchmark 2: current-based, E_L above threshold, two time constants. */
saltus_experiment *workload_cuba(const workload *w, saltus_error *error)
{
    saltus_experiment *e = NULL;
    TRY(saltus_experiment_create(w->name, &e));
    const uint32_t size[2] = {w->neurons / 5 * 4, w->neurons / 5};
    const uint64_t count[2] = {w->synapses_per_neuron / 5 * 4, w->synapses_per_neuron / 5};
    const double weights_pA[2] = {16.2, -90};
    const char *const names[2] = {"E", "I"};
    for (uint32_t p = 0; p < 2; p++) {
        saltus_population_spec spec = saltus_population_spec_default();
        spec.name = names[p];
        spec.size = size[p];
        spec.model = SALTUS_MODEL_LIF_EXP;
        spec.c_m_pF = 200;
        spec.v_rest_mV = -49;
        spec.v_th_mV = saltus_constant(-50);
        spec.v_reset_mV = -60;
        spec.t_ref_ms = 5;
        spec.v_init_mV = saltus_uniform(-60, -50.1);
        spec.receptor_count = 2;
        spec.receptors[0] = (saltus_receptor){.name = "ex", .tau_ms = 5};
        spec.receptors[1] = (saltus_receptor){.name = "in", .tau_ms = 10};
        TRY(saltus_experiment_add_population(e, &spec, NULL, error));
    }
    for (uint32_t source = 0; source < 2; source++) {
        for (uint32_t target = 0; target < 2; target++) {
            saltus_projection_spec spec =
                current_indegree(source, target, count[source], weights_pA[source], 0.8);
            spec.receptor = source;
            TRY(saltus_experiment_add_projection(e, &spec, NULL, error));
        }
    }
    return e;
}
