/* own_spikes - see own_spikes.h.
 *
 * A spike's jumps are additions to the coordinates of current_scale.h as those of arrivals are, at
 * the spike's own time, so they come before whatever arrives later, and with arrivals of the same
 * time, which find the neuron refractory, in either order. */
#include "engine/event/own_spikes.h"

#include "engine/simulation.h"
#include "models/neuron/lif_delta.h"

/* ---- What jumps ---------------------------------------------------------------------------- */

static void add_to(const group_state *group, const currents_readout *readout, uint32_t member,
                   uint32_t k, double change)
{
    const current_readout *of = &readout->of[k];
    group->scaled[member] += change * of->put_a; /* minus infinity stays */
    currents_of_member(group, member)[group->currents.of->first[k]] += change * of->put_b;
}

static void jump(const group_state *group, const currents_readout *readout, uint32_t member)
{
    const own_spike *own = group_own_spike(group);
    const double *coordinate = currents_of_member(group, member);
    for (uint32_t k = own->first; k < own->first + own->count; k++) {
        const double j = coordinate[group->currents.of->first[k]] * readout->of[k].j_b;
        add_to(group, readout, member, k, own_spike_change(own, k, j));
    }
}

static void jump_late(const group_state *group, const currents_readout *readout, uint32_t member)
{
    const own_spike *own = group_own_spike(group);
    for (uint32_t k = own->first; own->late && k < own->first + own->count; k++) {
        add_to(group, readout, member, k, own_spike_late_change(own, k));
    }
}

/* ---- Events -------------------------------------------------------------------------------- */

/* Of V - v_inf. */
static double potential_of(const group_state *group, const currents_readout *readout,
                           uint32_t member)
{
    return group->scaled[member] * readout->inverse +
           sl_currents_share(&group->currents.of->model, readout,
                             currents_of_member(group, member));
}

void sl_own_spikes_fire(block_state *block, uint32_t g, uint32_t member, sim_time t)
{
    group_state *group = &block->groups[g];
    const network_currents *of = group->currents.of;
    const own_spike *own = &of->own;
    const currents_readout *readout = currents_readout_at(block, group, t);
    double *word = currents_of_member(group, member) + of->word;
    currents_count_scales(block, group);
    if (own_spike_goes_on(own)) {
        jump(group, readout, member);
        const double drop =
            own_spike_drop(own, group_own_threshold(group, member, t), group_reset(group, member));
        group->scaled[member] -= drop * readout->scale;
        *word = 1;
        return;
    }
    if (own->reset == RESET_TO_SHARE) {
        const double v = potential_of(group, readout, member) - group_reset(group, member);
        *word = own_spike_held(own, v);
    }
    group->scaled[member] = LIF_REFRACTORY;
    jump(group, readout, member);
}

/* V begins again at v_reset, or where it was held. */
static void let_go(const group_state *group, const currents_readout *readout, uint32_t member)
{
    const own_spike *own = group_own_spike(group);
    double *coordinate = currents_of_member(group, member);
    double reset = group_reset(group, member);
    if (own_spike_has_word(own)) {
        double *word = coordinate + group->currents.of->word;
        reset += *word;
        *word = 0;
    }
    if (!own_spike_goes_on(own)) {
        const double share = sl_currents_share(&group->currents.of->model, readout, coordinate);
        group->scaled[member] = (reset - share) * readout->scale;
    }
}

void sl_own_spikes_release(block_state *block, uint32_t g, uint32_t member, sim_time end,
                           sim_time now)
{
    group_state *group = &block->groups[g];
    const currents_readout *readout = currents_readout_at(block, group, end);
    currents_count_scales(block, group);
    jump_late(group, readout, member);
    let_go(group, readout, member);
    lif_current_state state;
    sl_currents_state(&group->currents.of->model, readout, group->scaled[member],
                      currents_of_member(group, member), &state);
    if (state.v >= group_own_threshold(group, member, end)) {
        sl_group_fire(block, g, member, now);
    } else {
        sl_currents_predict(block, g, member, end);
    }
}

double sl_own_spikes_held(const saltus_simulation *simulation, const population *population,
                          uint32_t neuron)
{
    const own_spike *own = network_own_spike(population->currents);
    return own != NULL && own->reset == RESET_TO_SHARE
               ? currents_of_neuron(simulation->coordinates, population,
                                    population->first + neuron)[population->currents->word]
               : 0;
}
