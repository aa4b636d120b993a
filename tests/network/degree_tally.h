/* degree_tally - the synapses of one projection with its degrees, for the tests of rules. */
#ifndef SALTUS_TEST_DEGREE_TALLY_H
#define SALTUS_TEST_DEGREE_TALLY_H

#include "saltus/saltus.h"

/* Synapses by source, and degrees by neuron. */
typedef struct tally {
    size_t count;
    saltus_synapse *synapses;
    uint32_t *in, *out;
} tally;

/* Of the network of A with `a` neurons (and B with `b`, 0: none) and this one projection. */
tally tally_of(uint32_t a, uint32_t b, const saltus_projection_spec *spec);
void tally_clear(tally *t);

/* Autapses, and synapses of pairs that are connected already. */
size_t tally_forbidden(const tally *t);

/* Ends the test unless chi-square of counts against expectations is within five standard
 * deviations. */
void tally_check_chi_square(const double *observed, const double *expected, size_t cells);

/* Preferential attachment in A. */
saltus_projection_spec tally_attachment(uint32_t m, saltus_degree_side degrees);

/* Degrees of a power law from A to B; most 0: as many as there are. */
saltus_projection_spec tally_power_law(double exponent, saltus_degree_side degrees, uint32_t least,
                                       uint32_t most);

#endif /* SALTUS_TEST_DEGREE_TALLY_H */
