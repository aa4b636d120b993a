/* group - time order within one group: releases, crossings by drift, external events. */
#ifndef SALTUS_GROUP_H
#define SALTUS_GROUP_H

#include "engine/event/current_terms.h"
#include "engine/state.h"

/* Bring group `g` of the block up to date: releases and crossings at or before `until`, external
 * events before `t` (until <= t). Equal times: release, crossing, external events. */
void sl_group_advance(block_state *block, uint32_t g, sim_time until, sim_time t);

/* Apply the external events at exactly `t`; who may have reached threshold becomes a candidate. */
void sl_group_external_at(block_state *block, uint32_t g, sim_time t);

/* The neuron fires: reset, spike, release in the queue. */
void sl_group_fire(block_state *block, uint32_t g, uint32_t member, sim_time t);

/* The member's threshold rises by a spike at t. */
void sl_group_raise_threshold(group_state *group, uint32_t member, sim_time t);

/* One test of every candidate, after all arrivals of `t`; those at or above threshold fire. */
void sl_group_test_candidates(block_state *block, sim_time t);

/* A neuron whose U changed at `earliest - 1`: predict its crossing if it lies before the horizon.
 */
void sl_group_predict(block_state *block, uint32_t g, uint32_t member, sim_time earliest);

/* The event at the train's position brought its neuron to threshold: step over it, sum what else
 * comes at the same time, then test. */
void sl_group_reached(block_state *block, uint32_t g, train *train);
/* Fill the train's next chunk. */
void sl_group_refill(block_state *block, group_state *group, train *train);
/* Go on to the train's next event. */
static inline void group_step_train(block_state *block, group_state *group, train *train)
{
    if (++train->position == train->count) {
        sl_group_refill(block, group, train);
    } else {
        train->next = train->time[train->position];
    }
}
/* The first of a heap that is not empty. */
prediction sl_group_pop_prediction(prediction_heap *heap);
/* Into the heap of predictions. False: out of memory. */
bool sl_group_push_prediction(prediction_heap *heap, prediction entry);

/* Predictions look ahead by this share of tau. */
#define LOOK_AHEAD_TAU 0.0625

/* The next horizon after t: fixed steps within the epoch, so that searches do not depend on
 * windows. */
static inline sim_time group_horizon_after(const group_state *group, sim_time t)
{
    const time_base *base = group->base;
    const sim_time step =
        group->currents.of != NULL
            ? group->currents.of->look_ahead
            : (sim_time)__builtin_fmin(__builtin_ceil(base->tau_ticks * LOOK_AHEAD_TAU), 0x1p60);
    return current_horizon_after(base, step, t);
}

/* Levels have changed at t: whatever was predicted is looked for anew, from t on. */
void sl_group_look_anew(block_state *block, uint32_t g, sim_time t);
/* Take U by an exact power of two, and the trains' scale factors, to the epoch of the time base. */
void sl_group_rebase(block_state *block, uint32_t g, double factor);
/* The trains' scale factors alone. */
void sl_group_rescale(block_state *block, uint32_t g);

/* Group of a neuron of `population`, counted within the block. */
static inline uint32_t group_of(const block_state *block, const population *population,
                                uint32_t neuron)
{
    return population->first_group + (neuron - population->first) / NETWORK_GROUP_NEURONS -
           block->block->first_group;
}

/* Something of group `g` is due at `t`. */
static inline void group_due(block_state *block, uint32_t g, sim_time t)
{
    if (t < block->group_next[g]) {
        block->group_next[g] = t;
    }
    if (t < block->next) {
        block->next = t;
    }
}

/* The next predicted crossing, or end of a leg. */
static inline sim_time group_crossing(const group_state *group)
{
    if (group->flows.count > 0) {
        return group->flows.due[group->flows.heap[0]];
    }
    return group->predictions.count > 0 ? group->predictions.entry[0].time : SIM_TIME_NEVER;
}

/* The next release, crossing or horizon. */
static inline sim_time group_inner(const group_state *group)
{
    const release_queue *queue = &group->releases;
    const sim_time released = queue->count > 0 ? queue->due[queue->first] : SIM_TIME_NEVER;
    const sim_time crossing = group_crossing(group);
    const sim_time own = released < crossing ? released : crossing;
    return group->horizon < own ? group->horizon : own;
}

/* What arrivals at a member are tested against, relative to v_inf. */
static inline double group_threshold(const group_state *group, uint32_t member)
{
    return group->test.th_of != NULL ? group->test.th_of[member] : group->test.th;
}

/* V to which a member is reset, relative to v_inf. */
static inline double group_reset(const group_state *group, uint32_t member)
{
    return group->reset_of != NULL ? group->reset_of[member] : group->reset;
}

/* A member's threshold at t. */
static inline double group_threshold_at(const group_state *group, uint32_t member, sim_time t)
{
    const double th = group_threshold(group, member);
    return group->moving == NULL
               ? th
               : th + group->theta[member] * moving_threshold_inverse(group->moving, t);
}

/* Threshold of a member relative to v_inf at t, whatever arrivals are tested against. */
static inline double group_own_threshold(const group_state *group, uint32_t member, sim_time t)
{
    const driven_levels *drive = group->drive;
    const uint32_t offset = group->group->first - group->population->first;
    const double th = drive->th_of != NULL ? drive->th_of[offset + member] : drive->th;
    return group->moving == NULL
               ? th
               : th + group->theta[member] * moving_threshold_inverse(group->moving, t);
}

/* Room for `more` candidates; false when memory ran out (the block is marked). */
bool sl_group_reserve_candidates(block_state *block, size_t more);

#endif /* SALTUS_GROUP_H */
