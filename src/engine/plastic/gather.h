/* gather - what happened at a chunk of a row: from the logs of spikes to arrays that a rule reads.
 */
#ifndef SALTUS_PLASTIC_GATHER_H
#define SALTUS_PLASTIC_GATHER_H

#include "base/vector_kernel.h"
#include "engine/plastic/row.h"

/* Of the synapse `owner`, its spike number `round`. */
#define POST_TAG(owner, round) ((owner) | (round) << 8)
#define POST_OWNER(tag)        ((tag)&0xffu)
#define POST_ROUND(tag)        ((tag) >> 8)
_Static_assert(PLASTIC_CHUNK <= 256, "an owner has eight bits");

struct plastic_scratch {
    const vector_kernel *kernel;
    const rule_kernel *rule_kernel;
    double weight[PLASTIC_CHUNK];
    double y_elapsed[PLASTIC_CHUNK]; /* ticks since the target's last spike */
    double y[2][PLASTIC_CHUNK];      /* traces just after it, then at the arrival */
    sim_time since[PLASTIC_CHUNK];   /* last event that each synapse knows of */

    /* The targets' spikes: those of synapse i in places first[i] to end[i] - 1, oldest first. */
    uint32_t first[PLASTIC_CHUNK], end[PLASTIC_CHUNK];
    uint32_t more[PLASTIC_CHUNK + 1]; /* synapses that a glance does not tell all of */
    struct plastic_posts {
        sim_time *time;
        double *elapsed; /* ticks since the source's last spike */
        double *x[2], *y_then[2];
        double *decay;  /* factors; at least PLASTIC_CHUNK */
        uint32_t *tag;  /* synapse i, and its place among those of the synapse (POST_TAG) */
        uint32_t *left; /* list of places */
        uint32_t capacity;
    } posts;

    /* At most one spike of each synapse. */
    struct plastic_round {
        double weight[PLASTIC_CHUNK], state[PLASTIC_CHUNK];
        double x[2][PLASTIC_CHUNK], y_then[2][PLASTIC_CHUNK];
        sim_time time[PLASTIC_CHUNK], since[PLASTIC_CHUNK];
    } round;
    uint32_t each[PLASTIC_CHUNK + 1]; /* 0, 1, 2, ... */
    uint32_t none[PLASTIC_CHUNK + 1]; /* 0, 0, 0, ... */
};

/* Synapses begin .. begin + count - 1 of the view; *posts is how many spikes of targets there are.
 * False: out of memory. */
bool sl_plastic_gather(const plastic_projection *projection, const plastic_synapses *synapses,
                       plastic_scratch *scratch, const plastic_span *span, const plastic_view *view,
                       uint32_t begin, uint32_t count, uint32_t *posts);

/* Room for `count` spikes in scratch->posts. False: out of memory. */
bool sl_plastic_room(plastic_scratch *scratch, uint32_t count);

#endif /* SALTUS_PLASTIC_GATHER_H */
