/* random_twin - small networks drawn from a seed: everything lif_delta can meet, ties included. */
#ifndef SALTUS_TEST_RANDOM_TWIN_H
#define SALTUS_TEST_RANDOM_TWIN_H

#include "twin.h"

typedef struct random_twin_size {
    uint32_t max_populations; /* of lif_delta, >= 1 */
    uint32_t min_neurons, max_neurons;
    uint32_t max_arrivals, max_synapses_a_neuron;
    double max_duration_ms;
    size_t spike_limit;
} random_twin_size;

/* 2 to 20 neurons, up to several seconds, some hundred spikes. */
extern const random_twin_size random_twin_small;
/* 1 to 5 neurons, for thousands of cases. */
extern const random_twin_size random_twin_tiny;

/* The same network for the same seed and size. Release with twin_clear. */
twin random_twin(uint64_t seed, const random_twin_size *size);

#endif /* SALTUS_TEST_RANDOM_TWIN_H */
