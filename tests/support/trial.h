/* trial - build and run an experiment once, in a stated way, and keep everything it gives.
 *
 * Tests compare trials with each other (determinism) and with the oracle (exactness).
 */
#ifndef SALTUS_TEST_TRIAL_H
#define SALTUS_TEST_TRIAL_H

#include <stdbool.h>

#include "saltus/saltus.h"

/* How to run; zero means the library's default, except that threads 0 means 1. */
typedef struct trial_setup {
    uint32_t threads, block_neurons;
    const char *scheduler;
    const char *engine;    /* as saltus_engine_parse takes it */
    const double *cuts_ms; /* run_until each of these in turn before end_ms; ascending */
    size_t cut_count;
    double end_ms;        /* 0: the experiment's duration */
    bool spikes, samples; /* attach recorders */
} trial_setup;

/* One sampled potential. */
typedef struct trial_sample {
    double time_ms, potential_mV;
    uint32_t record, population, neuron;
} trial_sample;

typedef struct trial_result {
    saltus_spike *spikes;
    size_t spike_count, spike_capacity;
    trial_sample *samples;
    size_t sample_count, sample_capacity;
    double *potentials_mV; /* of all neurons in order of population, at the end; NaN: sources */
    size_t neuron_count;
    saltus_counts counts;
    saltus_population_counts *populations; /* counts of each, in order */
    saltus_projection_counts *projections;
    size_t population_count, projection_count;
    uint64_t fingerprint;
    bool has_spikes, has_samples; /* a recorder was attached */
    size_t batches;               /* calls of the spike callback */
    bool out_of_order;            /* a batch broke (time, population, neuron) order, or was empty */
} trial_result;

/* Run. On failure prints the reason to stderr, leaves `result` empty and returns false. */
bool trial_run(const saltus_experiment *experiment, const trial_setup *setup, trial_result *result);
/* The same on a network that is there already; `block_neurons` of the setup is ignored. */
bool trial_run_network(const saltus_network *network, const trial_setup *setup,
                       trial_result *result);
/* A relay: at every cut the run is written to the file `path` and given up, and another simulation,
 * on a network built anew, goes on from there. Threads, block sizes and schedulers change from one
 * to the next; those of the setup are ignored. The file stays. */
bool trial_run_relay(const saltus_experiment *experiment, const trial_setup *setup,
                     const char *path, trial_result *result);
void trial_clear(trial_result *result);

/* Same spikes, samples and potentials, to the last bit. On a difference writes it to `why`. */
bool trial_same_bits(const trial_result *a, const trial_result *b, char *why, size_t why_size);
/* Same counts, in all and of each part; `windows` only when asked. */
bool trial_same_counts(const trial_result *a, const trial_result *b, bool windows, char *why,
                       size_t why_size);
/* Do the parts' counts add up to those of the whole? */
bool trial_counts_add_up(const trial_result *result, char *why, size_t why_size);

/* ---- Numbers for tests ------------------------------------------------------------- */

/* splitmix64: small, good enough to make test cases, and independent of the library's. */
uint64_t trial_random_word(uint64_t *state);
/* In [0, 1). */
double trial_random(uint64_t *state);
/* In [low, high). */
double trial_random_in(uint64_t *state, double low, double high);
/* In [0, n). */
uint32_t trial_random_below(uint64_t *state, uint32_t n);

/* Folder with shared test data, or NULL after a loud notice that the test is skipped. */
const char *trial_shared_data(const char *needed_file);

/* A whole number from the environment, or `otherwise`. */
uint64_t trial_environment(const char *name, uint64_t otherwise);

#endif /* SALTUS_TEST_TRIAL_H */
