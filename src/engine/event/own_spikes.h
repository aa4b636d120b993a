/* own_spikes - neurons that adapt (models/neuron/own_spike.h) in the event engine: what their
 * spikes and the ends of their refractoriness do to them. */
#ifndef SALTUS_OWN_SPIKES_H
#define SALTUS_OWN_SPIKES_H

#include "engine/event/currents.h"

static inline const own_spike *group_own_spike(const group_state *group)
{
    return network_own_spike(group->currents.of);
}

/* The member fires at t: all that becomes of its own state. */
void sl_own_spikes_fire(block_state *block, uint32_t g, uint32_t member, sim_time t);

/* Refractoriness ended at `end`, which is acted on at `now`: the member fires if it is at or above
 * its threshold, or its crossing is predicted. */
void sl_own_spikes_release(block_state *block, uint32_t g, uint32_t member, sim_time end,
                           sim_time now);

/* Are the member's spikes forbidden although its V goes on? */
static inline bool group_forbids_spike(const group_state *group, uint32_t member)
{
    const own_spike *own = group_own_spike(group);
    return own != NULL && own_spike_goes_on(own) &&
           currents_of_member(group, member)[group->currents.of->word] != 0;
}

/* How far V of a refractory neuron of the population is held from v_reset. */
double sl_own_spikes_held(const struct saltus_simulation *simulation, const population *population,
                          uint32_t neuron);

#endif /* SALTUS_OWN_SPIKES_H */
