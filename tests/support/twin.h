/* twin - one small network, given once, run by the library and by the oracle, and compared.
 *
 * Times are ticks of 1e-11 ms, weights and voltages mV. A twin is put together by hand or drawn
 * from a seed (random_twin.h); one that fails can be shrunk and printed.
 */
#ifndef SALTUS_TEST_TWIN_H
#define SALTUS_TEST_TWIN_H

#include <stdio.h>

#include "oracle.h"
#include "trial.h"

#define TWIN_MAX_POPULATIONS 12
#define TWIN_MAX_NEURONS     64
#define TWIN_TICKS(ms)       ((int64_t)llround((ms)*1e11))

/* A poisson_source fires by itself in the library; the oracle gets its spikes as a list. */
typedef struct twin_population {
    saltus_model model;
    uint32_t first, size;
    double tau_m_ms, c_m_pF, v_rest_mV, v_reset_mV;
    int64_t t_ref;
    int64_t interval, stop; /* periodic_source; stop ORACLE_NEVER: none */
    double rate_Hz;         /* poisson_source */
} twin_population;

typedef struct twin_neuron {
    double v_th_mV, i_e_pA, v_init_mV;
    int64_t start; /* periodic_source */
} twin_neuron;

/* Synapses of one bundle and one pair of populations become one projection. */
typedef struct twin_synapse {
    oracle_synapse synapse;
    uint32_t bundle;
} twin_synapse;

/* A periodic input to every neuron of a population. */
typedef struct twin_periodic {
    uint32_t population;
    double weight_mV;
    int64_t start, interval, stop;
} twin_periodic;

/* A current over time into a population; first and count are filled in for the oracle. */
typedef struct twin_current {
    uint32_t population;
    stepped_current current;
} twin_current;

typedef struct twin {
    uint64_t seed; /* where it came from, for messages */
    int64_t end;
    twin_population populations[TWIN_MAX_POPULATIONS];
    uint32_t population_count;
    twin_neuron neurons[TWIN_MAX_NEURONS];
    uint32_t neuron_count;
    twin_synapse *synapses;
    size_t synapse_count, synapse_capacity;
    oracle_arrival *arrivals; /* in any order */
    size_t arrival_count, arrival_capacity;
    oracle_spike *source_spikes; /* in any order */
    size_t source_spike_count, source_spike_capacity;
    twin_periodic periodics[4];
    size_t periodic_count;
    twin_current currents[4];
    size_t current_count;
    int64_t sample_start, sample_interval; /* of V of every neuron; interval 0: no samples */
} twin;

/* How near the two must be. */
typedef struct twin_tolerance {
    int64_t ticks;       /* of spike times */
    double potential_mV; /* of samples and of V at the end */
} twin_tolerance;

void twin_clear(twin *t);

/* A population of `size` neurons with the library's default values (tau_m 20 ms, c_m 250 pF,
 * v_rest 0, v_reset 0, v_th 20, no current, t_ref 2 ms, V(0) = v_rest); change them in place. */
twin_population *twin_add_population(twin *t, saltus_model model, uint32_t size);
void twin_add_synapse(twin *t, uint32_t source, uint32_t target, double weight_mV, int64_t delay,
                      uint32_t bundle);
void twin_add_arrival(twin *t, int64_t tick, uint32_t neuron, double weight_mV);
void twin_add_source_spike(twin *t, int64_t tick, uint32_t source);

/* The double nearest to a tick's time in ms; ORACLE_NEVER is infinite. */
double twin_ms(int64_t tick);
/* The population of a neuron. */
uint32_t twin_population_of(const twin *t, uint32_t neuron);
/* The highest V_inf that a neuron may come to, all currents at their highest together. */
double twin_highest_v_inf_mV(const twin *t, uint32_t neuron);
/* True when a neuron crosses threshold without input: then times may differ by rounding. */
bool twin_has_drift(const twin *t);

/* The experiment for the library; NULL with a reason in `error`. */
saltus_experiment *twin_experiment(const twin *t, saltus_error *error);
/* The oracle for it, at tick 0, and what it borrows. */
typedef struct twin_oracle {
    oracle *oracle;
    oracle_neuron *neurons;
    oracle_synapse *synapses;
    oracle_arrival *arrivals;
    oracle_spike *source_spikes;
    stepped_current *currents;
    oracle_network network; /* all of it, for other oracles */
} twin_oracle;
twin_oracle twin_oracle_create(const twin *t);
void twin_oracle_destroy(twin_oracle *o);

/* Shorten `end` so that the oracle gives about `spike_limit` spikes at most. */
void twin_limit_spikes(twin *t, size_t spike_limit);

/* Compare what the library gave with the oracle: spikes, samples and final potentials. `spikes`
 * (may be NULL) gets their number. False with the first difference in `why`. */
bool twin_agrees_with(const twin *t, const trial_result *got, twin_tolerance tolerance,
                      size_t *spikes, char *why, size_t why_size);
/* Run both and compare. `setup` may be NULL. */
bool twin_agree(const twin *t, const trial_setup *setup, twin_tolerance tolerance, size_t *spikes,
                char *why, size_t why_size);

/* Take away synapses, arrivals, source spikes and time for as long as the two still differ. */
void twin_shrink(twin *t, const trial_setup *setup, twin_tolerance tolerance);
void twin_print(const twin *t, FILE *to);

/* Exact to the tick without drift, else 1e-9 ms. */
twin_tolerance twin_usual_tolerance(const twin *t);

/* twin_agree as a test: on a difference shrinks, prints the network and its seed, returns false
 * (give that to ck_assert). */
bool twin_check(twin *t, const char *name, const trial_setup *setup, size_t *spikes);

#endif /* SALTUS_TEST_TWIN_H */
