/* scheduler - spikes in flight, ordered by their next arrival.
 *
 * A spike is in the queue once, keyed by the earliest of its arrivals that is still to come
 * (Mattia & Del Giudice 2000): hundreds of entries where a queue of synaptic events would hold
 * millions. The order is total: (next, source, emitted); every scheduler pops in it.
 */
#ifndef SALTUS_SCHEDULER_H
#define SALTUS_SCHEDULER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/sim_time.h"

typedef struct flying_spike {
    sim_time next;    /* time of the next arrival */
    sim_time emitted; /* time of the spike */
    uint32_t source;  /* neuron id */
} flying_spike;

static inline bool flying_spike_before(const flying_spike *a, const flying_spike *b)
{
    if (a->next != b->next) {
        return a->next < b->next;
    }
    if (a->source != b->source) {
        return a->source < b->source;
    }
    return a->emitted < b->emitted;
}

/* The contract. Keys pushed are never before the last one popped. */
typedef struct scheduler {
    const char *name, *summary;
    /* An empty queue; NULL when memory ran out. */
    void *(*create)(void);
    void (*destroy)(void *queue);
    /* False when memory ran out; the queue is then unchanged. */
    bool (*push)(void *queue, flying_spike spike);
    /* The first spike if its `next` is < limit: removes it into *out. */
    bool (*pop_before)(void *queue, sim_time limit, flying_spike *out);
    /* `next` of the first spike; SIM_TIME_NEVER when empty. */
    sim_time (*peek)(void *queue);
    size_t (*size)(const void *queue);
    /* Comparisons of two entries since creation. */
    uint64_t (*compares)(const void *queue);
    /* Every entry, in an order in which pushing them into an empty queue makes the same queue. */
    void (*copy)(const void *queue, flying_spike *out);
    /* What else the queue goes by, for a checkpoint: at most SCHEDULER_HABITS numbers, returns how
     * many. An empty queue is given them before it is refilled; they may be another scheduler's or
     * any others. NULL: nothing. */
    size_t (*habits)(const void *queue, int64_t *out);
    void (*take_habits)(void *queue, const int64_t *habits, size_t count);
} scheduler;

#define SCHEDULER_HABITS 8

/* All schedulers; the first is the default. Add one: a file and a line in registry.c. */
extern const scheduler *const sl_schedulers[];
extern const size_t sl_scheduler_count;
/* NULL when there is none of this name; the default for name NULL. */
const scheduler *sl_scheduler_find(const char *name);

#endif /* SALTUS_SCHEDULER_H */
