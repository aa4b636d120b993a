/* network_build - the stages of building, one function each. On failure what was allocated hangs
 * on the network, which is then destroyed. */
#ifndef SALTUS_NETWORK_BUILD_H
#define SALTUS_NETWORK_BUILD_H

#include "base/random.h"
#include "base/status.h"
#include "experiment/experiment.h"
#include "network/network.h"

/* Populations and time bases (network_populations.c). Needs nothing. */
saltus_status sl_network_add_populations(saltus_network *network,
                                         const saltus_experiment *experiment, saltus_error *error);
/* The index of a time constant among the network's; added when it is not there. */
uint32_t sl_network_time_base(saltus_network *network, double tau_ms);
/* A population's currents, of receptors and of its own spikes (network_currents.c). Needs its time
 * base. */
saltus_status sl_network_add_currents(saltus_network *network, const saltus_population_spec *spec,
                                      population *p, saltus_error *error);
/* A population of neurons with a flow (network_flows.c). Needs its name and size. */
saltus_status sl_network_add_flow(saltus_network *network, const saltus_population_spec *spec,
                                  uint32_t index, population *p, saltus_error *error);
void sl_network_clear_flow(network_flow *flow);

/* A quantity that each neuron of a population has, and where its random numbers come from. */
typedef struct neuron_quantity {
    const char *name;
    const saltus_value *value;
    random_purpose purpose;
    double low; /* nothing below is drawn */
} neuron_quantity;
/* out[i] = the value of neuron i of population number `index` (network_populations.c). */
saltus_status sl_network_draw_values(const neuron_quantity *quantity, uint64_t seed, uint32_t index,
                                     const population *p, double *out, saltus_error *error);

/* Inputs and potential records (network_inputs.c). Needs populations. */
saltus_status sl_network_add_inputs(saltus_network *network, const saltus_experiment *experiment,
                                    saltus_error *error);
/* Modulators (network_modulators.c). Needs populations. */
saltus_status sl_network_add_modulators(saltus_network *network,
                                        const saltus_experiment *experiment, saltus_error *error);
void sl_network_clear_modulators(saltus_network *network);
/* Faults (network_faults.c). */
saltus_status sl_network_add_faults(saltus_network *network, const saltus_experiment *experiment,
                                    saltus_error *error);
void sl_network_clear_faults(saltus_network *network);
/* Groups and blocks (network_groups.c). Needs populations. */
saltus_status sl_network_add_groups(saltus_network *network, const saltus_experiment *experiment,
                                    const saltus_network_options *options, saltus_error *error);
/* Projections (network_projections.c). Needs populations, groups and blocks. */
saltus_status sl_network_add_projections(saltus_network *network,
                                         const saltus_experiment *experiment, uint32_t threads,
                                         saltus_error *error);
/* Delay classes (outgoing.c). Needs projections. */
saltus_status sl_network_add_outgoing(saltus_network *network, saltus_error *error);

/* Size of the network that `experiment` gives; with `network` NULL an estimate, otherwise with the
 * synapses as built (network_size.c). */
saltus_status sl_network_size(const saltus_experiment *experiment,
                              const saltus_network_options *options, const saltus_network *network,
                              saltus_network_size *size, saltus_error *error);

/* A time that may be infinite; SIM_TIME_NEVER beyond the longest that can be simulated. */
static inline sim_time network_time(double ms)
{
    return ms <= SIM_TIME_MAX_MS ? sl_sim_time_from_ms(ms) : SIM_TIME_NEVER;
}

/* The exponential currents of the receptors, whose time constants are written to tau_ms, and what
 * arrivals add to them if 1 pA counts `per_pA`; returns how many currents there are. Receptors of
 * lif_alpha are the same with one current each (network_receptors.c). */
uint32_t sl_network_receptors(const saltus_population_spec *spec, double per_pA,
                              network_receptor *receptors, double *tau_ms);
/* Coordinates of the currents of one neuron: one of an exponential current, of which a receptor
 * with a rise time has two; two of an alpha current. */
uint32_t sl_network_coordinates(const saltus_population_spec *spec);

#endif /* SALTUS_NETWORK_BUILD_H */
