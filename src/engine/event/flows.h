/* flows - neurons whose state moves by an equation of its own (models/neuron/flow.h), between the
 * events of their group.
 *
 * Each neuron has its state as of a time, and from there one leg: a piece of its way that ends
 * where the model says, or in a crossing. The end of the leg is when the neuron is looked at next,
 * unless something arrives before: then its state is brought to the time of the arrival and
 * another leg begins there. An arrival adds to V, or to a current that decays: then it counts while
 * V is held, too, and V is at its peak later than at its time. Legs are the neuron's own affair, so
 * what they are depends neither on windows nor on blocks nor on who looks; who wants to know V in
 * between works on a copy. */
#ifndef SALTUS_FLOWS_H
#define SALTUS_FLOWS_H

#include "engine/deliver.h"
#include "engine/event/group.h"

/* Allocation, and everybody's first leg; false when memory ran out, clear in every case. */
bool sl_flows_init(const block_state *block, group_state *group);
void sl_flows_clear(group_state *group);

/* Arrivals of a row; all of its targets become candidates, but those whose V is held. */
void sl_flows_deliver(block_state *block, const projection *projection, const delivery_row *row,
                      size_t count, sim_time t);
/* The same for one external event, at the train's position; true if the neuron is at its peak and
 * has to be tested, once all that comes at the same time is added. */
bool sl_flows_external(block_state *block, uint32_t g, const train *train);
/* An arrival at a receptor of a member that has been brought to its time. */
void sl_flows_receive(const group_state *group, uint32_t receptor, uint32_t member, double weight);
/* A candidate, after all arrivals of t: it fires, or its next leg begins. */
void sl_flows_test(block_state *block, uint32_t g, uint32_t member, sim_time t);

/* The first of the group's neurons in time has reached the end of its leg. */
void sl_flows_due(block_state *block, uint32_t g);
/* The neuron fires at t: what a spike does to its state. */
void sl_flows_spike(group_state *group, uint32_t member, sim_time t);
/* The neuron is lost: it has no leg any more. */
void sl_flows_silence(group_state *group, uint32_t member);
/* Refractoriness has ended at t. */
void sl_flows_release(block_state *block, uint32_t g, uint32_t member, sim_time t);

/* Legs of neurons whose states are given, all of which end at `now` or later. False: some does
 * not, or a state is none. */
bool sl_flows_restore(group_state *group, sim_time now);

/* V, u and the currents. */
void sl_flows_get(const group_state *group, uint32_t member, double *state);
void sl_flows_set(const group_state *group, uint32_t member, const double *state);
/* What drives a member at t, up to `until`. */
flow_drive sl_flows_drive(const group_state *group, uint32_t member, sim_time t, sim_time *until);
/* V at t. */
double sl_flows_potential(const struct saltus_simulation *simulation, const population *population,
                          uint32_t id, sim_time t);

#endif /* SALTUS_FLOWS_H */
