/* flow_steps - neurons with a flow on the grid, step by step. V stands at its peak from where it
 * reaches it to the end of the step, at which the neuron fires. */
#ifndef SALTUS_FLOW_STEPS_H
#define SALTUS_FLOW_STEPS_H

#include "engine/state.h"

/* Writes down who of the group has V >= v_peak, and resets it. Returns how many. */
size_t sl_flow_steps_test(const group_state *group, uint16_t *reached);
/* From one step to the next: by the flow itself, or by forward Euler. */
void sl_flow_steps_move(const block_state *block, const group_state *group);
/* V of a neuron `since` after the last step. */
double sl_flow_steps_potential(const struct saltus_simulation *simulation,
                               const population *population, uint32_t id, sim_time since);

#endif /* SALTUS_FLOW_STEPS_H */
