/* deliver - a spike's synapses in one block: add, then compare with the threshold.
 *
 * The inner loop of the simulator. In scaled coordinates a delivery is one addition of w s and one
 * compare with th s, both scalars of the row. Targets that may have reached threshold are listed
 * as candidates and tested once more when all arrivals of the time are summed. */
#ifndef SALTUS_DELIVER_H
#define SALTUS_DELIVER_H

#include "engine/state.h"

/* Deliver synapses [first, first + count) of the block's part of a projection at `t`. `scale` is
 * s(t) of the targets' time base. */
void sl_deliver(block_state *block, uint32_t projection, uint32_t first, uint32_t count, sim_time t,
                double scale);

/* One synapse, whose target is `neuron`. */
void sl_deliver_one(block_state *block, uint32_t projection, uint32_t synapse, uint32_t neuron,
                    sim_time t, double scale);

#endif /* SALTUS_DELIVER_H */
