/* deliver - a spike's synapses in one block: one addition each, one test each where arrivals are
 * tested. */
#ifndef SALTUS_DELIVER_H
#define SALTUS_DELIVER_H

#include "engine/faults/faults.h"
#include "engine/state.h"

/* A row as the loops over its synapses see it; NULL pointers: shared. */
typedef struct delivery_row {
    const uint32_t *target;
    const float *weight_f;
    const double *weight_d;
    double weight;
    const double *th_of; /* of the target population's first neuron */
    double th;
    const double *theta;  /* scaled, likewise; NULL: thresholds stay */
    double theta_inverse; /* theta / scaled */
    uint32_t first;       /* id of the target population's first neuron */
    double scale;         /* s(t): of thresholds */
    double gain;          /* of weights: s(t) times what the source releases */
} delivery_row;

static inline double delivery_weight(const delivery_row *row, size_t i)
{
    if (row->weight_f != NULL) {
        return (double)row->weight_f[i];
    }
    return row->weight_d != NULL ? row->weight_d[i] : row->weight;
}

/* s(t) of the last arrival: those of one time share it. Begin with time = SIM_TIME_NEVER. */
typedef struct scale_cache {
    sim_time time;
    const time_base *base;
    double scale;
} scale_cache;

/* Is it known only when they arrive what a projection's arrivals weigh, or which there are? */
static inline bool weighs_late(const block_state *block, uint32_t projection)
{
    return (block->plastic != NULL && block->plastic[projection] != NULL) ||
           (block->transmission != NULL && block->transmission[projection] != NULL) ||
           fault_part_of(block, projection) != NULL;
}

/* Must they be kept as such until then? Also where there is no one sum that they could be added to.
 */
static inline bool delivers_late(const block_state *block, uint32_t projection)
{
    const uint32_t target = block->network->projections[projection].target;
    return population_has_receptors(&block->network->populations[target]) ||
           weighs_late(block, projection);
}

/* Deliver an arrival to the block's neurons; who may have reached threshold becomes a candidate.
 * `cache` NULL: the state is V - v_inf itself, weights are added as they are. */
void sl_deliver_arrival(block_state *block, const arrival *arrival, scale_cache *cache);

/* Ask for the memory of arrivals ahead: entry[0] is about to be delivered, entry[count - 1] is the
 * last. */
void sl_deliver_prefetch(const block_state *block, const arrival *entry, size_t count);

#endif /* SALTUS_DELIVER_H */
