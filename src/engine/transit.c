/* transit - spikes between their neuron and their arrivals.
 *
 * One entry in the scheduler stands for all synapses that a spike has still to reach: through the
 * projections that share a constant delay it arrives at once, after which the entry goes back for
 * the next delay; synapses with delays of their own have a second entry (flagged), that comes up
 * in every stretch of windows in which some of them are reached (event/own_delays.h). */
#include "base/memory.h"
#include "engine/event/own_delays.h"
#include "engine/simulation.h"

/* Entries that stand for the synapses with own delays of a spike. */
#define OWN_DELAY_FLAG 0x80000000u

static bool push(saltus_simulation *simulation, flying_spike spike)
{
    simulation->pushes++;
    return simulation->scheduler->push(simulation->queue, spike);
}

/* Put back for its next stretch: that is not counted. */
static bool put_back(saltus_simulation *simulation, flying_spike spike)
{
    simulation->pops--;
    return simulation->scheduler->push(simulation->queue, spike);
}

/* A spike's arrival through the delay class it is due for; then on to its next class. */
static bool take_class(saltus_simulation *simulation, flying_spike spike, const outgoing *outgoing,
                       uint32_t row)
{
    uint32_t class = 0;
    while (outgoing->classes[class].delay != spike.next - spike.emitted) {
        class ++;
    }
    const arrival arrival = {.time = spike.next,
                             .emitted = spike.emitted,
                             .class = &outgoing->classes[class],
                             .source = spike.source,
                             .row = row,
                             .projection = outgoing->classes[class].projections[0]};
    if (!sl_arrival_list_push(&simulation->arrivals, arrival)) {
        return false;
    }
    simulation->arrival_scales += outgoing->classes[class].count;
    if (class + 1 == outgoing->class_count) {
        return true;
    }
    spike.next = spike.emitted + outgoing->classes[class + 1].delay;
    return push(simulation, spike);
}

/* Delay after which a spike's synapses with own delays have arrivals at or after `from`. */
static sim_time next_own(const saltus_simulation *simulation, flying_spike spike, sim_time from)
{
    const saltus_network *network = simulation->network;
    const uint32_t source = spike.source & ~OWN_DELAY_FLAG;
    const clock_state *clock = &simulation->clock;
    if (!clock->on_grid) {
        const sim_time delay = sl_network_next_delay(network, source, from);
        return delay < simulation->least_delay ? simulation->least_delay : delay;
    }
    /* the ring takes the next stretch */
    const uint32_t population = sl_network_population_of(network, source);
    const sim_time next =
        from == 0 ? clock->own_first[population] : spike.next - spike.emitted + clock->reach;
    return next <= clock->own_last[population] ? next : SIM_TIME_NEVER;
}

/* A spike whose synapses with own delays have arrivals in the stretch; on to the next stretch. */
static bool take_spread(saltus_simulation *simulation, flying_spike spike)
{
    const uint32_t source = spike.source & ~OWN_DELAY_FLAG;
    void *spread = simulation->spread;
    if (!sl_memory_grow(&spread, &simulation->spread_capacity, simulation->spread_count,
                        sizeof *simulation->spread)) {
        return false;
    }
    simulation->spread = spread;
    simulation->spread[simulation->spread_count++] =
        (spread_spike){.emitted = spike.emitted, .due = spike.next, .source = source};
    const sim_time delay = next_own(simulation, spike, simulation->stretch_end - spike.emitted);
    if (delay == SIM_TIME_NEVER) {
        return true;
    }
    spike.next = spike.emitted + delay;
    return put_back(simulation, spike);
}

sim_time sl_transit_next(const saltus_simulation *simulation)
{
    sim_time next = simulation->scheduler->peek(simulation->queue);
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        const block_state *block = &simulation->blocks[b];
        const sim_time own = own_delays_next(block);
        next = block->next < next ? block->next : next;
        next = own < next ? own : next;
    }
    return next;
}

bool sl_transit_collect(saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    simulation->arrivals.count = 0;
    if (simulation->window_start >= simulation->spread_end) {
        simulation->spread_count = 0;
        simulation->spread_end = simulation->stretch_end;
    }
    simulation->spread_new = simulation->spread_count;
    flying_spike spike;
    while (simulation->scheduler->pop_before(simulation->queue, simulation->window_end, &spike)) {
        simulation->pops++;
        if (spike.source & OWN_DELAY_FLAG) {
            if (!take_spread(simulation, spike)) {
                return false;
            }
            continue;
        }
        const uint32_t population = sl_network_population_of(network, spike.source);
        if (!take_class(simulation, spike, &simulation->outgoing[population],
                        spike.source - network->populations[population].first)) {
            return false;
        }
    }
    return true;
}

/* Does the window end within a step whose spikes are found when it ends? Then those of sources
 * wait for them; with delays of at least a step none of them arrives before. */
static bool ends_within_step(const saltus_simulation *simulation)
{
    const clock_state *clock = &simulation->clock;
    return clock->interpolates && simulation->window_end % clock->step != 0;
}

/* The blocks' spikes in one list, in order. */
bool sl_transit_merge(saltus_simulation *simulation)
{
    simulation->merged.count = 0;
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        block_state *block = &simulation->blocks[b];
        if (block->out_of_memory || block->context.out_of_memory) {
            return false;
        }
        if (ends_within_step(simulation)) {
            continue;
        }
        for (size_t i = 0; i < block->spikes.count; i++) {
            if (!sl_spike_buffer_push(&simulation->merged, block->spikes.spike[i])) {
                return false;
            }
        }
        block->spikes.count = 0;
    }
    return sl_spike_sort(&simulation->merged, &simulation->scratch);
}

/* Each spike into the queue, keyed by its first arrival. */
bool sl_transit_send(saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    for (size_t i = 0; i < simulation->merged.count; i++) {
        const emitted_spike emitted = simulation->merged.spike[i];
        const uint32_t population = sl_network_population_of(network, emitted.neuron);
        const outgoing *outgoing = &simulation->outgoing[population];
        if (simulation->plastic != NULL &&
            !sl_plastic_sent(simulation, population, emitted.neuron, emitted.time)) {
            return false;
        }
        if (simulation->release != NULL &&
            !sl_transmission_sent(simulation, population, emitted.neuron, emitted.time)) {
            return false;
        }
        if (!sl_modulators_sent(simulation, population, emitted.neuron, emitted.time)) {
            return false;
        }
        flying_spike spike = {.emitted = emitted.time, .source = emitted.neuron};
        if (outgoing->class_count > 0) {
            spike.next = emitted.time + outgoing->classes[0].delay;
            if (!push(simulation, spike)) {
                return false;
            }
        }
        if (outgoing->own_delay_count > 0) {
            spike.source |= OWN_DELAY_FLAG;
            const sim_time delay = next_own(simulation, spike, 0);
            spike.next = delay != SIM_TIME_NEVER ? emitted.time + delay : SIM_TIME_NEVER;
            if (delay != SIM_TIME_NEVER && !push(simulation, spike)) {
                return false;
            }
        }
    }
    return true;
}
