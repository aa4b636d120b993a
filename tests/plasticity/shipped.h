/* shipped - experiments of data/experiments, made smaller or shorter, run and read. */
#ifndef SALTUS_TEST_SHIPPED_H
#define SALTUS_TEST_SHIPPED_H

#include "saltus/saltus.h"

typedef struct shipped_spike {
    double time_ms;
    uint32_t population, neuron;
} shipped_spike;

/* A run of one of them, on one thread. */
typedef struct shipped {
    saltus_experiment *experiment;
    saltus_network *network;
    saltus_simulation *simulation;
    shipped_spike *spikes; /* of the populations that the experiment records, in order */
    size_t spike_count, spike_room;
} shipped;

/* NAME of NAME.yaml with overrides {"path", "value"}, ready to run. Ends the test on any error. */
void shipped_open(shipped *run, const char *name, const saltus_override *overrides, size_t count);
/* To `end_ms`, or with 0 to the end of the experiment. */
void shipped_run(shipped *run, double end_ms);
void shipped_close(shipped *run);

/* The weights of a projection, by source and target; *count of them. The caller frees them. */
double *shipped_weights(const shipped *run, const char *projection, size_t *count);
/* Mean rate of a recorded population over [from, to) ms. */
double shipped_rate_Hz(const shipped *run, const char *population, double from_ms, double to_ms);
/* The same, neuron by neuron. The caller frees them. */
double *shipped_rates_Hz(const shipped *run, const char *population, double from_ms, double to_ms);
/* SD/mean of the intervals between the spikes of one neuron over [from, to) ms. */
double shipped_cv(const shipped *run, const char *population, uint32_t neuron, double from_ms,
                  double to_ms);

/* Mean and standard deviation of numbers. */
typedef struct shipped_moments {
    double mean, sd;
} shipped_moments;
shipped_moments shipped_moments_of(const double *values, size_t count);

#endif /* SALTUS_TEST_SHIPPED_H */
