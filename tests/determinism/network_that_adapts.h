/* network_that_adapts - one of the networks of networks.h. */
#ifndef SALTUS_TEST_NETWORK_THAT_ADAPTS_H
#define SALTUS_TEST_NETWORK_THAT_ADAPTS_H

#include "saltus/saltus.h"

/* Every model whose spikes change more than V: both resets of alif; glif2 that may be above its
 * threshold when refractoriness ends; glif3 without refractoriness; mat2; thresholds that decay as
 * fast as the membrane, faster and more slowly; own currents and thresholds of each neuron. */
void test_network_adapts(saltus_experiment *experiment);

#endif /* SALTUS_TEST_NETWORK_THAT_ADAPTS_H */
