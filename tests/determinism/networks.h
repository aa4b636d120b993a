/* networks - experiments of a few thousand neurons that between them use everything the engine
 * has: kinds of input, rules, drawn values, several time constants, drift, short and long delays.
 */
#ifndef SALTUS_TEST_NETWORKS_H
#define SALTUS_TEST_NETWORKS_H

#include <stdbool.h>

#include "saltus/saltus.h"

typedef struct test_network {
    const char *name; /* of its line in golden.csv: never change what a name stands for */
    void (*build)(saltus_experiment *experiment);
    double duration_ms;
    bool currents; /* its neurons have synaptic currents, which not all engines have */
} test_network;

extern const test_network test_networks[];
extern const size_t test_network_count;

/* Add to an experiment; fails the running test when something is refused. */
uint32_t test_network_population(saltus_experiment *e, const saltus_population_spec *spec);
void test_network_input(saltus_experiment *e, const saltus_input_spec *spec);
void test_network_projection(saltus_experiment *e, const saltus_projection_spec *spec);

/* NULL: the event engine. */
bool test_network_runs_on(const test_network *network, const char *engine);

/* The experiment, with or without records of spikes and potentials. Fails the running test when
 * something is refused. */
saltus_experiment *test_network_create(const test_network *network, bool records);

#endif /* SALTUS_TEST_NETWORKS_H */
