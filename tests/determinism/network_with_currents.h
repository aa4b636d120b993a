/* network_with_currents - one of the networks of networks.h. */
#ifndef SALTUS_TEST_NETWORK_WITH_CURRENTS_H
#define SALTUS_TEST_NETWORK_WITH_CURRENTS_H

#include "saltus/saltus.h"

/* Every kind of receptor: one fast current; a rise and one near tau_m; alpha with tau_m itself and
 * another; cells above threshold by their drive; epochs of 10 ms; own weights and delays; a
 * learning projection; silence in the end. */
void test_network_currents(saltus_experiment *experiment);

#endif /* SALTUS_TEST_NETWORK_WITH_CURRENTS_H */
