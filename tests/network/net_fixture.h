/* net_fixture - small experiments and their networks, for the tests of the network builder. */
#ifndef SALTUS_TEST_NET_FIXTURE_H
#define SALTUS_TEST_NET_FIXTURE_H

#include "saltus/saltus.h"

/* Two lif_delta populations, A with `a` and B with `b` neurons (0: only A), each on a line, neurons
 * 1 um apart. */
saltus_experiment *fixture_experiment(uint32_t a, uint32_t b);

/* The experiment with one projection more; ends the test when that fails. */
void fixture_connect(saltus_experiment *experiment, const saltus_projection_spec *spec);

/* A projection from population `source` to `target` by a rule, 0.5 mV, 1.5 ms. */
saltus_projection_spec fixture_projection(uint32_t source, uint32_t target, saltus_rule rule);

/* Built with this many threads (0: one) and neurons a block (0: chosen). */
saltus_network *fixture_build(const saltus_experiment *experiment, uint32_t threads,
                              uint32_t block_neurons);

/* Network of A (and B) with this one projection. */
saltus_network *fixture_network(uint32_t a, uint32_t b, const saltus_projection_spec *spec);

/* All synapses of a projection, by source; to be freed. */
saltus_synapse *fixture_synapses(const saltus_network *network, uint32_t projection, size_t *count);

/* sum (observed - expected)^2 / expected over `cells` equally likely cells. */
double fixture_chi_square(const uint64_t *observed, size_t cells);

#endif /* SALTUS_TEST_NET_FIXTURE_H */
