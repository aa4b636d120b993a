/* one_synapse - see one_synapse.h. */
#include "one_synapse.h"

#include <stdlib.h>

#include "support/suite.h"

#define MOST 16

static void describe(const one_synapse *synapse, saltus_experiment *experiment)
{
    saltus_error error = {0};
    const uint32_t zeros[MOST] = {0};
    double strong[MOST];
    ck_assert(synapse->pre_count <= MOST && synapse->post_count <= MOST);
    for (size_t i = 0; i < synapse->post_count; i++) {
        strong[i] = 1e6;
    }
    saltus_population_spec source = saltus_population_spec_default();
    source.name = "source";
    source.size = 1;
    source.model = SALTUS_MODEL_SPIKE_LIST;
    source.spike_times_ms = synapse->pres_ms;
    source.spike_neurons = zeros;
    source.spike_count = synapse->pre_count;
    saltus_population_spec target = saltus_population_spec_default();
    target.name = "target";
    target.size = 1;
    target.tau_m_ms = 20;
    target.v_th_mV = saltus_constant(20);
    target.t_ref_ms = 0;
    saltus_input_spec input = saltus_input_spec_default();
    input.name = "drive";
    input.type = SALTUS_INPUT_ARRIVALS;
    input.population = 1;
    input.arrival_times_ms = synapse->posts_ms;
    input.arrival_targets = zeros;
    input.arrival_weights_mV = strong;
    input.arrival_count = synapse->post_count;
    saltus_projection_spec projection = saltus_projection_spec_default();
    projection.source = 0;
    projection.target = 1;
    projection.rule = SALTUS_RULE_ALL_TO_ALL;
    projection.weight_mV = saltus_constant(synapse->weight_mV);
    projection.delay_ms = saltus_constant(synapse->delay_ms);
    projection.plasticity = synapse->plasticity;
    ck_assert_msg(
        saltus_experiment_add_population(experiment, &source, NULL, &error) == SALTUS_OK &&
            saltus_experiment_add_population(experiment, &target, NULL, &error) == SALTUS_OK &&
            saltus_experiment_add_input(experiment, &input, NULL, &error) == SALTUS_OK &&
            saltus_experiment_add_projection(experiment, &projection, NULL, &error) == SALTUS_OK,
        "%s", error.message);
}

static saltus_status count_spikes(void *user, const saltus_spike *spikes, size_t count)
{
    one_synapse *synapse = user;
    for (size_t i = 0; i < count; i++) {
        synapse->spikes += spikes[i].population == 1;
    }
    return SALTUS_OK;
}

/* To the end; the weight stays between two times, if any. */
static saltus_status run(const one_synapse *synapse, saltus_simulation *simulation,
                         saltus_error *error)
{
    saltus_status status = SALTUS_OK;
    const bool frozen = synapse->frozen_ms[0] < synapse->frozen_ms[1];
    for (int i = 0; frozen && i < 2 && status == SALTUS_OK; i++) {
        status = saltus_simulation_run_until(simulation, synapse->frozen_ms[i], error);
        if (status == SALTUS_OK) {
            status = saltus_simulation_set_plastic(simulation, 0, i == 1, error);
        }
    }
    return status == SALTUS_OK ? saltus_simulation_run_until(simulation, synapse->end_ms, error)
                               : status;
}

double one_synapse_run(one_synapse *synapse)
{
    saltus_error error = {0};
    saltus_experiment *experiment = NULL;
    saltus_network *network = NULL;
    saltus_simulation *simulation = NULL;
    synapse->spikes = 0;
    ck_assert_int_eq(saltus_experiment_create("one synapse", &experiment), SALTUS_OK);
    describe(synapse, experiment);
    ck_assert_int_eq(saltus_experiment_record_spikes(experiment, 1), SALTUS_OK);
    saltus_simulation_options options = saltus_simulation_options_default();
    ck_assert_int_eq(
        saltus_engine_parse(synapse->engine != NULL ? synapse->engine : "event", &options, NULL),
        SALTUS_OK);
    uint32_t target = 1;
    double weight = 0;
    ck_assert_msg(
        saltus_network_build(experiment, NULL, &network, &error) == SALTUS_OK &&
            saltus_simulation_create(network, &options, &simulation, &error) == SALTUS_OK &&
            saltus_simulation_add_spike_recorder(simulation, count_spikes, synapse) == SALTUS_OK &&
            run(synapse, simulation, &error) == SALTUS_OK &&
            saltus_simulation_read_row(simulation, 0, 0, &target, &weight) == SALTUS_OK,
        "%s", error.message);
    ck_assert_uint_eq(target, 0);
    synapse->updates = saltus_simulation_counts(simulation).plastic_updates;
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
    return weight;
}
