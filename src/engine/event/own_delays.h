/* own_delays - arrivals at synapses with delays of their own, block by block.
 *
 * A row whose synapses have delays of their own is sorted by delay. Time is cut into stretches of
 * several windows; when a spike's first arrival of a stretch is due, all that the stretch still
 * holds of its rows goes into buckets of equal length in time: one event for each synapse, or for
 * each run of synapses of one row and delay. A bucket is put in order when its time has come. So a
 * row is looked at once a stretch, and sorting is done in the nearest cache (a calendar queue whose
 * year is the stretch: Brown 1988, CACM 31:1220).
 *
 * The usual events, one synapse onto a neuron and no other arrival of that time, are delivered here
 * (own_deliveries.c), with scale factors computed in vectors; whatever else there is becomes an
 * arrival among others (block_window.c). Which way an event takes changes no bit. */
#ifndef SALTUS_OWN_DELAYS_H
#define SALTUS_OWN_DELAYS_H

#include "engine/state.h"

#define OWN_BUCKETS 256
/* A stretch is at most so long (11 ms): times within a bucket have 32 bits. */
#define OWN_DELAYS_LONGEST (OWN_BUCKETS * ((sim_time)1 << 32))

/* Events whose scale factors are computed together. */
#define OWN_BATCH 256

/* Set in `target` of a run of several synapses: the rest is how many. */
#define OWN_RUN 0x80000000u

typedef struct own_event {
    uint32_t since; /* ticks since its bucket began */
    uint32_t row;   /* index into own_delays.row */
    union {
        uint32_t synapse; /* in the block's fan-out, of a run the first */
        float weight;     /* of a plain synapse with a weight of its own */
    };
    uint32_t target; /* neuron id */
} own_event;

/* What one spike sends through one projection. */
typedef struct own_row {
    sim_time emitted;
    uint32_t source, projection;
} own_row;

typedef struct own_bucket {
    own_event *event; /* [capacity]; those before `first` are done */
    size_t first, count, capacity;
    sim_time start;
    uint32_t earliest; /* of all its events, `since` */
    bool sorted;
} own_bucket;

/* How events of a projection are delivered. */
typedef struct own_kind {
    bool plain;  /* by the short loop */
    bool tested; /* against the threshold */
    bool weighs; /* weights of their own, in the events; else `weight` */
    double weight;
    uint32_t base;         /* of the targets: index among own_delays.base */
    uint32_t first_target; /* id of the target population's first neuron */
    uint32_t first_group;  /* of the target population, counted in the block */
} own_kind;

struct own_delays {
    sim_time start, end; /* of the stretch */
    sim_time next;       /* of the first event; SIM_TIME_NEVER: none */
    uint32_t shift;      /* buckets are 2^shift ticks long */
    uint32_t current;    /* no bucket before it has events */
    own_row *row;        /* of this stretch */
    size_t row_count, row_capacity;
    own_event *scratch;
    size_t scratch_capacity;
    own_kind *kind; /* [projection_count] */
    uint32_t *base; /* [base_count] time bases of plain targets, indices of the network's */
    uint32_t base_count;
    double *scale; /* [base_count * OWN_BATCH] */
    own_bucket bucket[OWN_BUCKETS];
};

/* ---- Buckets (own_delays.c) ------------------------------------------------------------------ */

/* Take in the spikes of the simulation from spread_new on: what arrives of them from `from` on, in
 * the stretch. The first time block->own is made. False: out of memory. */
bool sl_own_delays_spread(block_state *block, sim_time from);
void sl_own_delays_destroy(own_delays *own);

/* Time of the first event; SIM_TIME_NEVER: none. */
static inline sim_time own_delays_next(const block_state *block)
{
    return block->own != NULL ? block->own->next : SIM_TIME_NEVER;
}

/* The bucket of the first event, in order. NULL: out of memory. */
own_bucket *sl_own_delays_first(own_delays *own);
/* The first `count` events of it are done. */
void sl_own_delays_done(own_delays *own, own_bucket *bucket, size_t count);

/* Move the events of the time t, which are the first, to block->due. False: out of memory. */
bool sl_own_delays_take(block_state *block, sim_time t);

/* ---- Deliveries (own_deliveries.c) ----------------------------------------------------------- */

/* How each projection's events are delivered. False: out of memory. */
bool sl_own_kinds_init(const block_state *block, own_delays *own);

/* s(t) of an arrival at a synapse with its own delay: a function of t alone, the same in vectors.
 */
double sl_own_scale(const block_state *block, const time_base *base, sim_time t);

/* Deliver the usual events before `limit`, up to the first other one. Where memory runs out the
 * block is marked. */
void sl_own_delays_deliver(block_state *block, sim_time limit);

#endif /* SALTUS_OWN_DELAYS_H */
