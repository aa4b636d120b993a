/* flow_steps - see flow_steps.h. Current that changes within a step counts as at its beginning. */
#include "engine/clock/flow_steps.h"

#include "engine/event/flows.h"
#include "engine/simulation.h"
#include "models/neuron/lif_delta.h"

static void move(const block_state *block, const group_state *group, uint32_t member, sim_time from,
                 sim_time length, double *state)
{
    const network_flow *of = group->flows.of;
    const double ms = (double)length / SIM_TIME_TICKS_PER_MS;
    sim_time until = 0;
    const flow_drive drive = sl_flows_drive(group, member, from, &until);
    if (state[0] == LIF_REFRACTORY) {
        sl_flow_hold(of->model, of->value, &drive, ms, state);
    } else if (block->simulation->clock.euler) {
        sl_flow_euler(of->model, of->value, drive, ms, state);
    } else {
        sl_flow_over(of->model, of->value, drive, ms, state);
    }
}

size_t sl_flow_steps_test(const group_state *group, uint16_t *reached)
{
    const network_flow *of = group->flows.of;
    size_t count = 0;
    for (uint32_t i = 0; i < group->group->count; i++) {
        if (group->scaled[i] >= group->population->th) {
            double state[FLOW_STATE];
            sl_flows_get(group, i, state);
            of->model->spike(of->value, state);
            sl_flows_set(group, i, state);
            reached[count++] = (uint16_t)i;
        }
    }
    return count;
}

/* The step that ends at the window's step k began at at[i], which is kept as the step's time. */
void sl_flow_steps_move(const block_state *block, const group_state *group)
{
    const sim_time step = block->simulation->clock.step;
    for (uint32_t i = 0; i < group->group->count; i++) {
        double state[FLOW_STATE];
        sl_flows_get(group, i, state);
        move(block, group, i, group->flows.at[i], step, state);
        sl_flows_set(group, i, state);
        group->flows.at[i] += step;
    }
}

double sl_flow_steps_potential(const saltus_simulation *simulation, const population *population,
                               uint32_t id, sim_time since)
{
    const block_state *block = &simulation->blocks[sl_network_block_of(simulation->network, id)];
    const group_state *group = &block->groups[group_of(block, population, id)];
    const uint32_t member = id - group->group->first;
    double state[FLOW_STATE];
    sl_flows_get(group, member, state);
    if (since > 0) {
        move(block, group, member, group->flows.at[member], since, state);
    }
    return state[0];
}
