/* damaged_networks - faults of every kind for every part of a network. */
#ifndef SALTUS_TEST_DAMAGED_NETWORKS_H
#define SALTUS_TEST_DAMAGED_NETWORKS_H

#include "saltus/saltus.h"

/* Add faults to all populations and projections, from 0 to 60 ms; fails the running test when one
 * is refused. */
void test_network_damage(saltus_experiment *e);

#endif /* SALTUS_TEST_DAMAGED_NETWORKS_H */
