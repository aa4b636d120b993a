/* event_engine - windows begin at the next event, so what is empty is jumped over.
 *
 * They are at most d_min long and end early at the epochs of scaled coordinates, at samples and at
 * the end of the run. */
#include "engine/event/block_window.h"
#include "engine/event/currents.h"
#include "engine/event/flows.h"
#include "engine/event/own_delays.h"
#include "engine/simulation.h"
#include "models/neuron/lif_delta.h"

/* 10 ms: bounds the spikes that wait for the merge, however long the delays. */
#define LONGEST_WINDOW ((sim_time)1000000000000)

/* 8 ms: spikes are spread over synapses with own delays by stretches at fixed times, many windows
 * long, so that rows are looked for seldom. */
#define STRETCH ((sim_time)800000000000)

_Static_assert(STRETCH <= OWN_DELAYS_LONGEST, "times within a stretch fit");

/* The window from `start`: at most d_min (and 10 ms) long, within one epoch of each time base, and
 * within a stretch. */
static void open_window(saltus_simulation *simulation, sim_time start, sim_time stop)
{
    simulation->window_start = start;
    simulation->window_end = stop;
    const sim_time longest =
        simulation->min_delay < LONGEST_WINDOW ? simulation->min_delay : LONGEST_WINDOW;
    if (longest < stop - start) {
        simulation->window_end = start + longest;
    }
    if (simulation->own_delays) {
        const sim_time begun = simulation->spread_end; /* of a checkpoint, maybe another length */
        simulation->stretch_end = start < begun ? begun : (start / STRETCH + 1) * STRETCH;
        if (simulation->stretch_end < simulation->window_end) {
            simulation->window_end = simulation->stretch_end;
        }
    }
    for (uint32_t i = 0; i < simulation->network->time_base_count; i++) {
        time_base *base = &simulation->bases[i];
        sl_time_base_seek(base, start);
        if (base->end < simulation->window_end) {
            simulation->window_end = base->end;
        }
    }
}

/* Bring U and the trains' scale factors into the epochs of this window. */
static void enter_epochs(block_state *block)
{
    const time_base *bases = block->simulation->bases;
    const uint32_t count = block->network->time_base_count;
    for (uint32_t base = 0; base < count; base++) {
        const int64_t from = block->bases[base].epoch;
        if (from == bases[base].epoch) {
            continue;
        }
        block->bases[base] = bases[base];
        for (uint32_t g = 0; g < block->block->group_count; g++) {
            const group_state *group = &block->groups[g];
            if (group->currents.of != NULL) {
                sl_currents_rebase(block, g, base, from);
            } else if (group->base == &block->bases[base]) {
                sl_group_rebase(block, g, time_base_factor(group->base, from));
            }
        }
    }
}

/* Does anything happen to the block in the window? */
static bool is_concerned(const block_state *block)
{
    const saltus_simulation *simulation = block->simulation;
    return simulation->arrivals.count > 0 || own_delays_next(block) < simulation->window_end ||
           block->next < simulation->window_end || sl_drive_concerns(block);
}

static void work(block_state *block)
{
    const saltus_simulation *simulation = block->simulation;
    const arrival_list *arrivals = &simulation->arrivals;
    if (!sl_block_take_in(block) || !is_concerned(block)) {
        return;
    }
    enter_epochs(block);
    sl_drive_enter(block);
    sl_block_work(block, arrivals->entry, arrivals->count, simulation->window_end);
}

static double potential(const saltus_simulation *simulation, uint32_t id, sim_time t)
{
    const saltus_network *network = simulation->network;
    const double scaled = simulation->scaled[id];
    if (scaled == LIF_REFRACTORY) {
        return scaled;
    }
    const population *population = &network->populations[sl_network_population_of(network, id)];
    if (population->currents != NULL) {
        return sl_currents_potential(simulation, population, id, t);
    }
    if (population->flow != NULL) {
        return sl_flows_potential(simulation, population, id, t);
    }
    const uint32_t index = population->time_base;
    /* its block may have stayed behind in an earlier epoch */
    time_base base = simulation->bases[index];
    sl_time_base_seek(&base, t);
    const block_state *block = &simulation->blocks[sl_network_block_of(network, id)];
    const double factor = time_base_factor(&base, block->bases[index].epoch);
    return time_base_rescaled(scaled, factor) / time_base_scale(&base, t);
}

static double theta(const saltus_simulation *simulation, uint32_t id, sim_time t)
{
    const saltus_network *network = simulation->network;
    return sl_currents_theta_mV(
        simulation, &network->populations[sl_network_population_of(network, id)], id, t);
}

const engine sl_engine_event = {
    .name = "event",
    .summary = "from event to event, exact; no step",
    .scheduler = "heap",
    .next = sl_transit_next,
    .open = open_window,
    .work = work,
    .start = sl_block_start,
    .potential = potential,
    .theta = theta,
};
