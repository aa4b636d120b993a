/* currents - neurons that decaying currents drive, between the events of their group.
 *
 * Nothing but a current that grows can bring a neuron nearer to its threshold, so a crossing is
 * looked for after arrivals, at the end of refractoriness, and at horizons: fixed times up to which
 * predictions are made (group_horizon_after). Three comparisons reject nearly all neurons at an
 * arrival (lif_current.h). Where they reject all of a group, without regard to the horizon, the
 * group sleeps until something arrives. */
#ifndef SALTUS_CURRENTS_H
#define SALTUS_CURRENTS_H

#include "engine/deliver.h"
#include "engine/event/current_screen.h"
#include "engine/event/group.h"

/* Allocation; false when memory ran out, clear in every case. */
bool sl_currents_block_init(block_state *block);
bool sl_currents_init(block_state *block, group_state *group);
void sl_currents_clear(group_state *group);
/* What trains of external events keep for the group. */
train_scales sl_currents_train_scales(const group_state *group);

/* ---- What a neuron has ---------------------------------------------------------------------- */

/* The population's readout at t, from the block's cache, which populations that are alike share. */
const currents_readout *sl_currents_refresh(block_state *block, const group_state *group,
                                            sim_time t);
static inline const currents_readout *currents_readout_at(block_state *block,
                                                          const group_state *group, sim_time t)
{
    const currents_readout *readout = &block->currents[group->currents.of->alike].readout;
    return readout->time == t ? readout : sl_currents_refresh(block, group, t);
}

/* Coordinates, given an array of all populations' or the group. */
static inline double *currents_of_neuron(double *coordinates, const population *population,
                                         uint32_t neuron)
{
    const network_currents *currents = population->currents;
    return coordinates + currents->place +
           (size_t)(neuron - population->first) * currents->coordinates;
}

static inline double *currents_of_member(const group_state *group, uint32_t member)
{
    return group->currents.coordinate + (size_t)member * group->currents.of->coordinates;
}

/* Scale factors that something asks for; arrivals are counted where they are sent. Whether the
 * cache has them depends on what else is in the block, so it does not count. */
static inline void currents_count_scales(block_state *block, const group_state *group)
{
    block->exp_evaluations += 1 + group->currents.of->model.count;
}

/* ---- Arrivals (current_arrivals.c) ---------------------------------------------------------- */

/* Arrivals of a row: added to the currents of its receptor; who is not rejected becomes a
 * candidate. */
void sl_currents_deliver(block_state *block, const projection *projection, const delivery_row *row,
                         size_t count, sim_time t);
/* One external event, at the train's position, whose crossing is predicted at once. */
void sl_currents_external(block_state *block, uint32_t g, train *train);
/* On the grid: external event number `event` of the train's chunk. */
void sl_currents_external_direct(const group_state *group, const train *train, uint32_t event);
/* External events before `limit`, until something else is due or the chunk ends. */
void sl_currents_run_train(block_state *block, uint32_t g, train *train, sim_time limit);

/* ---- By themselves -------------------------------------------------------------------------- */

/* A neuron's currents changed at t: when does it cross? */
void sl_currents_predict(block_state *block, uint32_t g, uint32_t member, sim_time t);
/* Is the neuron what it was when its crossing was predicted? */
bool sl_currents_as_predicted(const group_state *group, const prediction *entry);
/* Predictions that were written down with their neurons' state, in any order: of these neurons as
 * they are now. Nothing for other groups. False: out of memory. */
bool sl_currents_restore_predictions(group_state *group);
/* Group `index` of the network has its horizon from a checkpoint. */
void sl_currents_count_asleep(const struct saltus_simulation *simulation, uint32_t index);
/* A group that sleeps looks ahead again from `horizon` on. */
void sl_currents_wake(block_state *block, uint32_t g, sim_time horizon);
/* At the horizon. */
void sl_currents_look_ahead(block_state *block, uint32_t g);
/* Refractoriness has ended at t, V is `reset`. */
void sl_currents_release(block_state *block, uint32_t g, uint32_t member, double reset, sim_time t);

/* A member's a and coordinates in the epochs of the simulation's last window, its block's own may
 * be earlier ones. */
void sl_currents_in_epoch(const struct saltus_simulation *simulation, const block_state *block,
                          const group_state *group, uint32_t member, double *a, double *coordinate);

/* From the epoch `from` of a time base to the one that the block's base is in now. */
void sl_currents_rebase(block_state *block, uint32_t g, uint32_t base, int64_t from);
/* V - v_inf at t. */
double sl_currents_potential(const struct saltus_simulation *simulation,
                             const population *population, uint32_t id, sim_time t);
/* By how much its threshold is above v_th at t. */
double sl_currents_theta_mV(const struct saltus_simulation *simulation,
                            const population *population, uint32_t id, sim_time t);

#endif /* SALTUS_CURRENTS_H */
