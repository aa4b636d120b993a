/* 01_single_neuron - one leaky integrate-and-fire neuron, built in code, with periodic input.
 *
 * Arrivals at 5, 10, 15, ... ms make V jump by 6 mV; between them V decays towards 0 with a time
 * constant of 20 ms. The threshold is 20 mV, so the jumps have to pile up. Prints every spike and
 * V just before each arrival. Running in pieces of 5 ms changes nothing about the spikes.
 */
#include <inttypes.h>
#include <stdio.h>

#include <saltus/saltus.h>

static saltus_status print_spikes(void *user, const saltus_spike *spikes, size_t count)
{
    (void)user;
    for (size_t i = 0; i < count; i++) {
        printf("spike      %6.2f ms\n", spikes[i].time_ms);
    }
    return SALTUS_OK;
}

/* One neuron, one input, what to record. */
static saltus_status describe(saltus_experiment *experiment, saltus_error *error)
{
    saltus_population_spec neuron = saltus_population_spec_default();
    neuron.name = "neuron";
    neuron.size = 1;
    neuron.tau_m_ms = 20.0;
    neuron.v_th_mV = saltus_constant(20.0);
    neuron.t_ref_ms = 2.0;
    uint32_t index = 0;
    saltus_status status = saltus_experiment_add_population(experiment, &neuron, &index, error);
    if (status != SALTUS_OK) {
        return status;
    }

    saltus_input_spec input = saltus_input_spec_default();
    input.name = "drive";
    input.type = SALTUS_INPUT_PERIODIC;
    input.population = index;
    input.interval_ms = 5.0;
    input.start_ms = 5.0;
    input.weight_mV = 6.0;
    status = saltus_experiment_add_input(experiment, &input, NULL, error);
    return status != SALTUS_OK ? status : saltus_experiment_record_spikes(experiment, index);
}

/* Build the network of `experiment` and run it for 100 ms. */
static saltus_status run(const saltus_experiment *experiment, saltus_error *error)
{
    saltus_network *network = NULL;
    saltus_simulation *simulation = NULL;
    saltus_status status = saltus_network_build(experiment, NULL, &network, error);
    if (status == SALTUS_OK) {
        status = saltus_simulation_create(network, NULL, &simulation, error);
    }
    if (status == SALTUS_OK) {
        status = saltus_simulation_add_spike_recorder(simulation, print_spikes, NULL);
    }
    for (int end_ms = 5; status == SALTUS_OK && end_ms <= 100; end_ms += 5) {
        status = saltus_simulation_run_until(simulation, end_ms, error);
        if (status == SALTUS_OK) {
            printf("potential  %6.2f ms  %9.6f mV\n", saltus_simulation_time_ms(simulation),
                   saltus_simulation_potential_mV(simulation, 0, 0));
        }
    }
    if (status == SALTUS_OK) {
        saltus_counts counts = saltus_simulation_counts(simulation);
        printf("%" PRIu64 " spikes from %" PRIu64 " arrivals\n", counts.spikes,
               counts.external_events);
    }
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
    return status;
}

int main(void)
{
    saltus_error error = {0};
    saltus_experiment *experiment = NULL;
    saltus_status status = saltus_experiment_create("one neuron", &experiment);
    if (status == SALTUS_OK) {
        status = describe(experiment, &error);
    }
    if (status == SALTUS_OK) {
        status = run(experiment, &error);
    }
    saltus_experiment_destroy(experiment);
    if (status != SALTUS_OK) {
        fprintf(stderr, "%s: %s\n", saltus_status_text(status), error.message);
        return 1;
    }
    return 0;
}
