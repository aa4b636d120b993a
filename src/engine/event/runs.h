/* runs - the arrivals of synapses with own delays, block by block.
 *
 * A row whose synapses have delays of their own is sorted by delay; what of it arrives in a window
 * is found by bisection, cut into runs of equal delay (often single synapses) and put in order with
 * the window's other arrivals. */
#ifndef SALTUS_RUNS_H
#define SALTUS_RUNS_H

#include "engine/state.h"

/* This window's arrivals in the block, in order, into block->runs. False: out of memory. */
bool sl_runs_collect(block_state *block);

#endif /* SALTUS_RUNS_H */
