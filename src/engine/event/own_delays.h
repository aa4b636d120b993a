/* own_delays - arrivals at synapses with delays of their own, block by block.
 *
 * A row whose synapses have delays of their own is sorted by delay. Time is cut into stretches of
 * several windows, and a stretch into buckets. A spike whose arrivals come within the stretch
 * stands, once for each of its rows, in the bucket of its next arrival. When the time of a bucket
 * has come its rows are read on to the bucket's end: one event for each synapse, or for each run of
 * synapses of one row and delay; the rows go on to their next buckets, and the events are put in
 * order in the nearest cache (a calendar queue whose year is the stretch: Brown 1988, CACM
 * 31:1220, of cursors in sorted lists). So each row is read once, piece by piece, in the order in
 * which it lies in memory, and what is under way takes bytes for each spike, not for each synapse.
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
    uint32_t at, end; /* synapses that have not become events: [at, end) of the fan-out */
    uint32_t link;    /* the next row of the same bucket; OWN_NONE: no more */
} own_row;

#define OWN_NONE UINT32_MAX

typedef struct own_bucket {
    uint32_t row;      /* the first of those that are read next in this bucket; OWN_NONE: none */
    uint32_t earliest; /* of their events, `since` */
} own_bucket;

/* Events of the current bucket, in order. */
typedef struct own_events {
    own_event *event; /* [capacity] */
    size_t first;     /* those before are done */
    size_t count, capacity;
} own_events;

/* How events of a projection are delivered. */
typedef struct own_kind {
    const fan_out *rows; /* of the block */
    bool plain;          /* by the short loop */
    bool tested;         /* against the threshold */
    bool weighs;         /* weights of their own, in the events; else `weight` */
    double weight;
    uint32_t base;         /* of the targets' membrane: index among own_delays.base */
    uint32_t first_target; /* id of the target population's first neuron */
    uint32_t first_group;  /* of the target population, counted in the block */
    uint32_t currents;     /* of the targets, exponential; 0: arrivals add to V */
    uint32_t receptor;
    uint32_t current_base[LIF_CURRENTS]; /* as base */
    double c[LIF_CURRENTS];              /* lif_current_c */
} own_kind;

struct own_delays {
    sim_time start, end; /* of the stretch */
    sim_time next;       /* of the first event; SIM_TIME_NEVER: none */
    uint32_t shift;      /* buckets are 2^shift ticks long */
    uint32_t current;    /* no bucket before it has events */
    own_events open;     /* of the current bucket, as far as they have been read */
    own_events scratch;
    own_row *row; /* of this stretch */
    size_t row_count, row_capacity;
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

/* Read the rows of the first event's bucket; own->open then begins with it. False: out of memory.
 */
bool sl_own_delays_open(block_state *block);
/* The first `count` events of own->open are done. */
void sl_own_delays_done(own_delays *own, size_t count);

/* Room for `count` events (own_order.c). False: out of memory. */
bool sl_own_events_reserve(own_events *events, size_t count);
/* Those of own->open by time, then as simultaneous arrivals are ordered. False: out of memory. */
bool sl_own_events_order(own_delays *own);

static inline sim_time own_bucket_start(const own_delays *own, uint32_t bucket)
{
    return own->start + ((sim_time)bucket << own->shift);
}

/* Move the events of the time t, which are the first, to block->due. False: out of memory. */
bool sl_own_delays_take(block_state *block, sim_time t);

/* ---- Deliveries (own_deliveries.c) ----------------------------------------------------------- */

/* How each projection's events are delivered. False: out of memory. */
bool sl_own_kinds_init(const block_state *block, own_delays *own);

/* Deliver the usual events before `limit`, up to the first other one. Where memory runs out the
 * block is marked. */
void sl_own_delays_deliver(block_state *block, sim_time limit);

#endif /* SALTUS_OWN_DELAYS_H */
