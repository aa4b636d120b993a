/* 02_random_network - Brunel's network at a tenth of its size, built in code.
 *
 * 1,000 excitatory and 250 inhibitory neurons, each with 100 excitatory and 25 inhibitory
 * synapses and a Poisson drive of its own. Tenfold weights stand in for the tenfold number of
 * synapses; the mean input is that of the full network, its fluctuations are larger, so neurons
 * fire at some 60 Hz where those of the full network fire at 38 Hz. A recorder counts the spikes
 * of each population batch by batch: nothing is stored.
 *
 * Source of the model: Brunel (2000), J Comput Neurosci 8:183.
 */
#include <inttypes.h>
#include <stdio.h>

#include <saltus/saltus.h>

#define DURATION_MS 1000.0

enum { EXCITATORY, INHIBITORY, POPULATIONS };

static const uint32_t sizes[POPULATIONS] = {1000, 250};
static const char *const names[POPULATIONS] = {"E", "I"};

/* What the recorder keeps. */
typedef struct tally {
    uint64_t spikes[POPULATIONS];
    uint64_t batches;
} tally;

static saltus_status count_spikes(void *user, const saltus_spike *spikes, size_t count)
{
    tally *t = user;
    t->batches++;
    for (size_t i = 0; i < count; i++) {
        t->spikes[spikes[i].population]++;
    }
    return SALTUS_OK;
}

/* Both populations have the same neurons; only their synapses differ. */
static saltus_status add_population(saltus_experiment *experiment, uint32_t which,
                                    saltus_error *error)
{
    saltus_population_spec p = saltus_population_spec_default();
    p.name = names[which];
    p.size = sizes[which];
    p.v_reset_mV = 10.0;
    p.v_init_mV = saltus_uniform(0.0, 20.0); /* start out of step */
    saltus_status status = saltus_experiment_add_population(experiment, &p, NULL, error);
    if (status != SALTUS_OK) {
        return status;
    }

    saltus_input_spec drive = saltus_input_spec_default();
    drive.name = which == EXCITATORY ? "drive_E" : "drive_I";
    drive.type = SALTUS_INPUT_POISSON;
    drive.population = which;
    drive.rate_Hz = 2000.0; /* twice the rate that brings the mean of V to threshold */
    drive.weight_mV = 1.0;
    status = saltus_experiment_add_input(experiment, &drive, NULL, error);
    return status != SALTUS_OK ? status : saltus_experiment_record_spikes(experiment, which);
}

/* Every neuron of both populations gets `indegree` synapses from `source`. */
static saltus_status add_projections(saltus_experiment *experiment, uint32_t source,
                                     uint64_t indegree, double weight_mV, saltus_error *error)
{
    saltus_status status = SALTUS_OK;
    for (uint32_t target = 0; target < POPULATIONS && status == SALTUS_OK; target++) {
        saltus_projection_spec p = saltus_projection_spec_default();
        p.source = source;
        p.target = target;
        p.rule = SALTUS_RULE_FIXED_INDEGREE;
        p.count = indegree;
        p.weight_mV = saltus_constant(weight_mV);
        p.delay_ms = saltus_constant(1.5);
        status = saltus_experiment_add_projection(experiment, &p, NULL, error);
    }
    return status;
}

static saltus_status describe(saltus_experiment *experiment, saltus_error *error)
{
    saltus_status status = add_population(experiment, EXCITATORY, error);
    if (status == SALTUS_OK) {
        status = add_population(experiment, INHIBITORY, error);
    }
    if (status == SALTUS_OK) {
        status = add_projections(experiment, EXCITATORY, 100, 1.0, error);
    }
    if (status == SALTUS_OK) {
        status = add_projections(experiment, INHIBITORY, 25, -5.0, error);
    }
    return status;
}

static void print_results(const saltus_simulation *simulation, const tally *t)
{
    const saltus_counts counts = saltus_simulation_counts(simulation);
    for (uint32_t p = 0; p < POPULATIONS; p++) {
        printf("%s: %6" PRIu64 " spikes, %.1f Hz a neuron\n", names[p], t->spikes[p],
               (double)t->spikes[p] / (sizes[p] * DURATION_MS * 1e-3));
    }
    printf("%" PRIu64 " deliveries to synapses, %" PRIu64 " external arrivals, %" PRIu64
           " batches of spikes\n",
           counts.synaptic_events, counts.external_events, t->batches);
    printf("fingerprint %016" PRIx64 "\n", saltus_simulation_fingerprint(simulation));
}

static saltus_status run(const saltus_experiment *experiment, saltus_error *error)
{
    tally t = {0};
    saltus_network *network = NULL;
    saltus_simulation *simulation = NULL;
    saltus_status status = saltus_network_build(experiment, NULL, &network, error);
    if (status == SALTUS_OK) {
        status = saltus_simulation_create(network, NULL, &simulation, error);
    }
    if (status == SALTUS_OK) {
        status = saltus_simulation_add_spike_recorder(simulation, count_spikes, &t);
    }
    if (status == SALTUS_OK) {
        status = saltus_simulation_run_until(simulation, DURATION_MS, error);
    }
    if (status == SALTUS_OK) {
        print_results(simulation, &t);
    }
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
    return status;
}

int main(void)
{
    saltus_error error = {0};
    saltus_experiment *experiment = NULL;
    saltus_status status = saltus_experiment_create("Brunel's network, small", &experiment);
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
