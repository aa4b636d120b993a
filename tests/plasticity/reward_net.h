/* reward_net - a small network with a modulator, run by the engine and, synapse by synapse, by
 * brute force: w and c are touched at every event and at every reward, in extended precision. */
#ifndef SALTUS_TEST_REWARD_NET_H
#define SALTUS_TEST_REWARD_NET_H

#include "saltus/saltus.h"

/* Populations in order: sources with listed spikes, targets driven by listed arrivals, a Poisson
 * source that brings rewards. */
enum { NET_SOURCES, NET_TARGETS, NET_CRITIC };
#define NET_SOURCE_COUNT 12
#define NET_TARGET_COUNT 10
#define NET_CRITIC_COUNT 5

typedef struct reward_net {
    double duration_ms;
    saltus_plasticity_spec plasticity; /* of the projection from sources to targets */
    double weight_mV;
    double delay_low_ms, delay_high_ms; /* of synapses; equal: shared */
    saltus_modulator_spec modulator;    /* name set here; population and pair by the network's */
    double critic_rate_Hz;
    uint32_t seed;
    /* how it is run */
    const char *engine; /* NULL: event */
    const char *scheduler;
    uint32_t threads, block_neurons;
    const double *cuts_ms; /* run until each; at every cut given rewards and reads, if any */
    size_t cut_count;
    double given;        /* at every cut; 0: none */
    bool reads;          /* all weights at every cut, which must not change a thing */
    bool sweeps;         /* at every cut everything is brought into weights that can be; likewise */
    double frozen_ms[2]; /* weights stay from cut to cut; equal: never */
    double normalise_ms; /* at this cut, to... */
    double total_mV;
} reward_net;

reward_net reward_net_default(const char *pairing);

typedef struct reward_run {
    size_t weight_count;
    uint32_t *source, *target;
    double *weight_mV, *delay_ms;
    saltus_spike *spikes;
    size_t spike_count, spike_capacity;
    uint64_t fingerprint, rewards;
    double level; /* D at the end */
    size_t kept;  /* rewards that are still kept */
} reward_run;

reward_run reward_net_run(const reward_net *net);
void reward_run_clear(reward_run *run);

/* The weight of synapse `index` by brute force, from the run's spikes. `size`: all its changes
 * together. */
long double reward_net_eager(const reward_net *net, const reward_run *run, size_t index,
                             long double *size);

#endif /* SALTUS_TEST_REWARD_NET_H */
