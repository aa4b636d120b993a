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
 * Within a window groups of neurons have nothing to do with each other. Populations on which all
 * arrivals are plain additions stand apart: their events are dealt out to their groups, and one
 * group after the other works on its own and on its external ones, with its state in the nearest
 * cache (own_deliveries.c). So do arrivals of shared delays at such populations. Events of others
 * become arrivals among those of shared delays, time by time (block_window.c). Which way an event
 * takes changes no bit. */
#ifndef SALTUS_OWN_DELAYS_H
#define SALTUS_OWN_DELAYS_H

#include "engine/state.h"

#define OWN_BUCKETS 1024
/* A stretch is at most so long (11 ms): times within a bucket have 40 bits. */
#define OWN_DELAYS_LONGEST ((sim_time)1 << 40)

/* A run of synapses of one row and delay, or a single synapse. */
typedef struct own_event {
    uint64_t key; /* ticks since its bucket began, then OWN_KEY_BITS: OWN_RUN and how many; or of a
                     single synapse at a group that stands apart, number of the group in the block
                     times NETWORK_GROUP_NEURONS, and of the member */
    uint32_t row; /* index into own_delays.row */
    union {
        uint32_t synapse; /* of a run the first, in the block's fan-out */
        float weight;     /* of a single one, if it has a weight of its own */
    };
} own_event;

#define OWN_KEY_BITS 24
#define OWN_RUN      ((uint32_t)1 << (OWN_KEY_BITS - 1))
#define OWN_MOST     (OWN_RUN - 1) /* synapses of a run; number of a member in the block */

static inline uint64_t own_event_since(const own_event *event)
{
    return event->key >> OWN_KEY_BITS;
}

/* What one spike sends through one projection. */
typedef struct own_row {
    sim_time emitted;
    uint32_t source, projection;
    uint32_t order; /* among simultaneous arrivals of a source: the first projection of its delay */
    uint32_t at, end; /* synapses that have not become events: [at, end) of the fan-out */
    uint32_t link;    /* the next row of the same bucket; OWN_NONE: no more */
} own_row;

#define OWN_NONE UINT32_MAX

/* Rows whose next events lie in the stretch. */
typedef struct own_bucket {
    uint32_t row;      /* the first of those that are read next in this bucket; OWN_NONE: none */
    sim_time earliest; /* of their events */
} own_bucket;

/* Events that have been read. */
typedef struct own_events {
    own_event *event; /* [capacity] */
    size_t first;     /* those before are done */
    size_t count, capacity;
} own_events;

typedef struct own_calendar {
    sim_time next;    /* of the first event; SIM_TIME_NEVER: none */
    uint32_t current; /* no bucket before it has rows */
    own_bucket bucket[OWN_BUCKETS];
    own_events open; /* of one bucket, in order */
    sim_time origin; /* of their times */
} own_calendar;

/* How events of a projection are delivered. */
typedef struct own_kind {
    const fan_out *rows; /* of the block */
    sim_time delay;      /* of all synapses; where they have their own, 0 */
    bool apart;          /* the target stands apart */
    bool tested;         /* against the threshold */
    bool weighs;         /* weights of their own, in the events; else `weight` */
    double weight;
    uint32_t first_target; /* id of the target population's first neuron */
    uint32_t first_group;  /* of the target population, counted in the block */
    uint32_t receptor;
} own_kind;

typedef struct own_groups own_groups;

struct own_delays {
    sim_time start, end;        /* of the stretch */
    uint32_t shift;             /* buckets are 2^shift ticks long */
    uint64_t read;              /* events of the stretch so far */
    own_calendar apart, others; /* by how the targets of a row stand */
    own_row *row;               /* of this stretch */
    size_t row_count, row_capacity;
    uint32_t *listed; /* rows of the bucket that is read */
    size_t listed_capacity;
    own_events scratch; /* of own_order.c */
    uint32_t *cell;     /* likewise */
    own_kind *kind;     /* [projection_count] */
    own_groups *groups; /* NULL: none stands apart */
};

/* ---- Rows in buckets (own_delays.c) ---------------------------------------------------------- */

/* Take in what arrives from `from` on, in the stretch, of the spikes that the simulation has new,
 * and what arrives in the window by shared delays at groups that stand apart. The first time
 * block->own is made. False: out of memory. */
bool sl_own_delays_take_in(block_state *block, sim_time from);
/* The same of the spikes alone. */
bool sl_own_delays_spread(block_state *block, sim_time from);
void sl_own_delays_destroy(own_delays *own);

/* Time of the first event; SIM_TIME_NEVER: none. */
static inline sim_time own_delays_next(const block_state *block)
{
    const own_delays *own = block->own;
    return own == NULL                          ? SIM_TIME_NEVER
           : own->apart.next < own->others.next ? own->apart.next
                                                : own->others.next;
}

/* Of those that are no group's that stands apart. */
static inline sim_time own_delays_next_other(const block_state *block)
{
    return block->own != NULL ? block->own->others.next : SIM_TIME_NEVER;
}

/* Have the first event of a calendar read, and all of its bucket. False: out of memory. */
bool sl_own_delays_open(block_state *block, own_calendar *calendar);
/* The first `count` of a calendar's open events are done. */
void sl_own_delays_done(own_calendar *calendar, size_t count);

static inline sim_time own_event_time(const own_calendar *calendar, const own_event *event)
{
    return calendar->origin + (sim_time)own_event_since(event);
}

/* Move the events of the time t, which are the first of the others, to block->due. False: out of
 * memory. */
bool sl_own_delays_take(block_state *block, sim_time t);

/* ---- Order (own_order.c) --------------------------------------------------------------------- */

/* Room for `count` events. False: out of memory. */
bool sl_own_events_reserve(own_events *events, size_t count);
/* Those that are not done by time, then as simultaneous arrivals are ordered; the first `ordered`
 * of them are so already, the others in a bucket. False: out of memory. */
bool sl_own_events_order(own_delays *own, own_events *events, size_t ordered);

/* ---- Groups that stand apart (own_groups.c, own_deliveries.c) -------------------------------- */

/* How each projection's events are delivered. False: out of memory. */
bool sl_own_groups_init(const block_state *block, own_delays *own);
void sl_own_groups_destroy(own_groups *groups);

/* Deliver what comes before `limit` to groups that stand apart; where memory runs out the block is
 * marked. */
void sl_own_delays_deliver(block_state *block, sim_time limit);

/* Do arrivals through a projection come that way? */
static inline bool own_delays_has(const block_state *block, uint32_t projection)
{
    return block->own != NULL && block->own->kind[projection].apart;
}

#endif /* SALTUS_OWN_DELAYS_H */
