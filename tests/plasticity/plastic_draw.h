/* plastic_draw - dictated networks drawn from a seed: every pattern of spikes that a rule may meet.
 */
#ifndef SALTUS_TEST_PLASTIC_DRAW_H
#define SALTUS_TEST_PLASTIC_DRAW_H

#include "plastic_net.h"

/* What the spikes are like. */
typedef enum plastic_pattern {
    PLASTIC_SPARSE,
    PLASTIC_BURSTS,   /* 300 Hz */
    PLASTIC_SILENCES, /* minutes between a few spikes */
    PLASTIC_LATTICE,  /* times, delays and their parts on a lattice: most events meet others */
    PLASTIC_ADJACENT, /* target spikes at arrivals, or a tick beside them */
    PLASTIC_WIDE,     /* few spikes, hundreds of synapses a source */
    PLASTIC_BUSY,     /* thousands of spikes, in half of the networks on a lattice */
    PLASTIC_PATTERNS
} plastic_pattern;

/* A network in which the first plastic projection has the rule of this name. */
plastic_net plastic_draw(uint64_t seed, plastic_pattern pattern, const char *rule);

/* The same with everything but the reads on a grid of 2 steps, for the clock `name`. */
plastic_net plastic_draw_clock(uint64_t seed, const char *name, const char *rule);

/* Random values for all parameters of a rule. */
saltus_plasticity_spec plastic_draw_spec(uint64_t *state, const char *rule);

#endif /* SALTUS_TEST_PLASTIC_DRAW_H */
