/* current_oracle - brute-force simulator of neurons that decaying currents drive.
 *
 * It shares nothing with the library: V and every current of every neuron in quadruple precision as
 * of its last event, moved on by the textbook's sums of exponentials, and between any two events of
 * the network each neuron's V looked at many times and at each of its maxima. The order at one tick
 * is that of docs/exactness.md: refractoriness ends, crossings, changes of current, arrivals. */
#ifndef SALTUS_TEST_CURRENT_ORACLE_H
#define SALTUS_TEST_CURRENT_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support/stepped_current.h"

__extension__ typedef __float128 quad;

enum { CURRENT_ORACLE_RECEPTORS = 4 };

/* A neuron, or a source (then only `source` matters). Times in ticks of 1e-11 ms. */
typedef struct current_oracle_neuron {
    bool source, alpha;
    double tau_m_ms, c_m_pF, v_rest_mV, i_e_pA, v_th_mV, v_reset_mV, v_init_mV;
    int64_t t_ref;
    uint32_t receptors;
    double tau_ms[CURRENT_ORACLE_RECEPTORS], tau_rise_ms[CURRENT_ORACLE_RECEPTORS];
} current_oracle_neuron;

typedef struct current_oracle_synapse {
    uint32_t source, target, receptor;
    double weight_pA;
    int64_t delay;
} current_oracle_synapse;

typedef struct current_oracle_spike {
    int64_t tick;
    uint32_t neuron;
    double spread_ms; /* results: how far errors of a tick in every earlier spike and in this one,
                         of random signs, have moved any spike so far (to first order) */
} current_oracle_spike;

typedef struct current_oracle_network {
    const current_oracle_neuron *neurons;
    uint32_t neuron_count;
    const current_oracle_synapse *synapses;
    size_t synapse_count;
    const current_oracle_spike *source_spikes; /* in order */
    size_t source_spike_count;
    const stepped_current *currents; /* besides i_e */
    size_t current_count;
    int64_t end;
    size_t spike_limit; /* stop there */
} current_oracle_network;

typedef struct current_oracle_result {
    current_oracle_spike *spike; /* in order of (tick, neuron); of sources too; to be freed */
    size_t count;
    double *v_mV;   /* [neurons] at `end`; to be freed */
    double closest; /* smallest distance of a maximum, or of a look at V, from threshold, mV */
} current_oracle_result;

/* A test without memory aborts. */
current_oracle_result current_oracle_run(const current_oracle_network *network);

#endif /* SALTUS_TEST_CURRENT_ORACLE_H */
