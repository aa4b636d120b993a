/* deliver - a spike's synapses in one block: one addition each, one test each where arrivals are
 * tested. */
#ifndef SALTUS_DELIVER_H
#define SALTUS_DELIVER_H

#include "engine/state.h"

/* s(t) of the last arrival: those of one time share it. Begin with time = SIM_TIME_NEVER. */
typedef struct scale_cache {
    sim_time time;
    const time_base *base;
    double scale;
} scale_cache;

/* Are the weights of a projection's arrivals known only when they arrive? */
static inline bool delivers_late(const block_state *block, uint32_t projection)
{
    return (block->plastic != NULL && block->plastic[projection] != NULL) ||
           (block->transmission != NULL && block->transmission[projection] != NULL);
}

/* Deliver an arrival to the block's neurons; who may have reached threshold becomes a candidate.
 * `cache` NULL: the state is V - v_inf itself, weights are added as they are. */
void sl_deliver_arrival(block_state *block, const arrival *arrival, scale_cache *cache);

/* Ask for the memory of arrivals ahead: entry[0] is about to be delivered, entry[count - 1] is the
 * last. */
void sl_deliver_prefetch(const block_state *block, const arrival *entry, size_t count);

#endif /* SALTUS_DELIVER_H */
