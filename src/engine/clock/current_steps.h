/* current_steps - neurons with decaying currents on the grid: v, J and H of each, step by step. */
#ifndef SALTUS_CURRENT_STEPS_H
#define SALTUS_CURRENT_STEPS_H

#include "engine/state.h"

/* Writes down who of the group has v >= th at t, and lets their spikes change what adapts; then v,
 * J and H go on to the next step, of those as well, if `moves`. Returns how many. */
size_t sl_current_steps_test(const block_state *block, const group_state *group, bool moves,
                             uint16_t *reached);
/* The same without a test: from the step at which they stayed. */
void sl_current_steps_move(const block_state *block, const group_state *group);

/* Refractoriness ends: what a member of a group that adapts goes on from. */
void sl_current_steps_release(const group_state *group, uint32_t member);

/* What has decayed to next to nothing becomes 0. */
void sl_current_steps_scrub(const group_state *group);

/* v of a neuron `since` after the last step; `ahead`: its state is that of the next one. */
double sl_current_steps_potential(const struct saltus_simulation *simulation,
                                  const population *population, uint32_t id, sim_time since,
                                  bool ahead);
/* By how much its threshold is above v_th then. */
double sl_current_steps_theta(const struct saltus_simulation *simulation,
                              const population *population, uint32_t id, sim_time since,
                              bool ahead);

#endif /* SALTUS_CURRENT_STEPS_H */
