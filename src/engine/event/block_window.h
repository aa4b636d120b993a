/* block_window - the events of one block over a stretch of time, in their order. */
#ifndef SALTUS_BLOCK_WINDOW_H
#define SALTUS_BLOCK_WINDOW_H

#include "engine/event/group.h"

/* Take in the spikes that are new in the window. False, and the block marked, when memory ran out.
 */
bool sl_block_take_in(block_state *block);

/* All events before `end`, among them these arrivals of delay classes and those of own delays, in
 * time order; everything before the first of them is done. */
void sl_block_work(block_state *block, const arrival *entry, size_t count, sim_time end);

/* Neurons at or above threshold at time 0 fire. */
void sl_block_start(block_state *block);

#endif /* SALTUS_BLOCK_WINDOW_H */
