/* oracle - brute-force simulator of lif_delta networks: the timing contract in code.
 *
 * It shares nothing with the library: absolute V and the time of its last update for each neuron,
 * one exp in quadruple precision for each event, one sorted array of arrivals. Slow on purpose.
 * What it does at one tick, for one neuron: (a) end of refractoriness, (b) a drift crossing whose
 * tick this is, a change of current, (c) the sum of all arrivals, (d) one test V >= v_th. See
 * docs/exactness.md.
 */
#ifndef SALTUS_TEST_ORACLE_H
#define SALTUS_TEST_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support/stepped_current.h"

#define ORACLE_TICKS_PER_MS 1e11
#define ORACLE_NEVER        INT64_MAX

/* 33 digits; where the compiler has no __float128, the widest type there is. */
#if defined(__SIZEOF_FLOAT128__)
__extension__ typedef __float128 oracle_real;
#else
typedef long double oracle_real;
#endif

/* One neuron, or a source (then only `source` matters). Times in ticks. */
typedef struct oracle_neuron {
    bool source;
    double tau_m_ms, c_m_pF, v_rest_mV, i_e_pA, v_th_mV, v_reset_mV, v_init_mV;
    int64_t t_ref;
} oracle_neuron;

typedef struct oracle_synapse {
    uint32_t source, target;
    double weight_mV;
    int64_t delay;
} oracle_synapse;

typedef struct oracle_arrival {
    int64_t tick;
    uint32_t neuron;
    double weight_mV;
} oracle_arrival;

/* A spike; as input, one that a source emits. `time` is the exact crossing, in ticks. */
typedef struct oracle_spike {
    int64_t tick;
    uint32_t neuron;
    oracle_real time;
} oracle_spike;

/* Arrivals and source spikes in order of tick. All arrays are borrowed. */
typedef struct oracle_network {
    const oracle_neuron *neurons;
    uint32_t neuron_count;
    const oracle_synapse *synapses;
    size_t synapse_count;
    const oracle_arrival *arrivals;
    size_t arrival_count;
    const oracle_spike *source_spikes;
    size_t source_spike_count;
    const stepped_current *currents; /* besides i_e */
    size_t current_count;
} oracle_network;

typedef struct oracle oracle;

/* Never NULL: a test without memory aborts. */
oracle *oracle_create(const oracle_network *network);
void oracle_destroy(oracle *o);

/* Do every event before tick `end`, or until there are `spike_limit` spikes or more.
 * Returns the first tick that was not done: `end`, or less when the limit was reached. */
int64_t oracle_run(oracle *o, int64_t end, size_t spike_limit);

/* Spikes so far, in (tick, neuron) order. */
const oracle_spike *oracle_spikes(const oracle *o, size_t *count);

/* V of a neuron at `tick`, provided that nothing between the last event done and `tick` changes
 * it: call after oracle_run(o, tick) for the state before the events of `tick`. */
double oracle_potential_mV(const oracle *o, uint32_t neuron, int64_t tick);

/* Smallest |V - v_th| of all tests so far: how near the case is to being undecidable. */
double oracle_closest_mV(const oracle *o);

#endif /* SALTUS_TEST_ORACLE_H */
