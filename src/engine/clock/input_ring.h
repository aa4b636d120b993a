/* input_ring - what will arrive at each neuron of a block in each of the next steps.
 *
 * For synapses with delays of their own on the grid: a spike's weights are added to the slots of
 * their steps when the first of them is due, in stretches of `reach`, and every step adds its slot
 * to the membranes. The sum of a slot is in the order in which spikes come out of the queue, so it
 * depends on neither threads nor windows.
 */
#ifndef SALTUS_INPUT_RING_H
#define SALTUS_INPUT_RING_H

#include "engine/state.h"

/* The block's ring into block->ring, where projections with own delays end in it. False: out of
 * memory. */
bool sl_input_ring_create(block_state *block);
/* NULL is allowed. */
void sl_input_ring_destroy(input_ring *ring);

/* Put in what the window's spikes send through synapses with own delays. */
void sl_input_ring_fill(block_state *block);
/* Add what arrives in step k to the membranes of the block and empty its slot. */
void sl_input_ring_take(block_state *block, int64_t k);

/* The slot of step k: mV for each neuron of the block, deliveries of each projection; the block has
 * a ring. */
double *sl_input_ring_slot(const block_state *block, int64_t k);
projection_counts *sl_input_ring_counts(const block_state *block, int64_t k);
/* Runs of synapses whose weights are known only when they arrive. */
arrival_list *sl_input_ring_late(const block_state *block, int64_t k);
/* The same, in the order in which they are delivered. */
arrival_list *sl_input_ring_sorted_late(const block_state *block, int64_t k);

/* Slots and bytes a neuron that rings of this reach need. */
uint32_t sl_input_ring_slots(int64_t reach_steps, int64_t window_steps);

#endif /* SALTUS_INPUT_RING_H */
