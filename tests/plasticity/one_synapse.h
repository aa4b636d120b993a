/* one_synapse - a source, a target and the plastic synapse between them, through the engine. */
#ifndef SALTUS_TEST_ONE_SYNAPSE_H
#define SALTUS_TEST_ONE_SYNAPSE_H

#include "saltus/saltus.h"

/* The target fires at `posts` by strong external arrivals, and whenever the synapse makes it: its
 * threshold is 20 mV, its V decays with 20 ms, and it is never refractory. */
typedef struct one_synapse {
    saltus_plasticity_spec plasticity;
    double weight_mV, delay_ms;
    const double *pres_ms, *posts_ms;
    size_t pre_count, post_count;
    double end_ms;       /* of the run */
    double frozen_ms[2]; /* the weight stays from the one to the other; equal: never */
    const char *engine;  /* NULL: event */
    uint64_t spikes;     /* results: of the target; */
    uint64_t updates;    /* events that acted on the weight */
} one_synapse;

/* The weight at the end. */
double one_synapse_run(one_synapse *synapse);

#endif /* SALTUS_TEST_ONE_SYNAPSE_H */
