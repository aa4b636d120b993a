/* transit - spikes between their neuron and their arrivals.
 *
 * One entry in the scheduler stands for all synapses that a spike has still to reach: through the
 * projections that share a constant delay it arrives at once, after which the entry goes back for
 * the next delay; synapses with delays of their own have a second entry (flagged), that comes up
 * in every stretch of windows in which some of them are reached (event/own_delays.h). */
#include "base/memory.h"
#include "base/status.h"
#include "engine/event/own_delays.h"
#include "engine/simulation.h"

/* How often a block that fires looks whether its window is to be given up. */
#define LOOK_AFTER UINT64_C(4096)

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
        const sim_time delay = sl_network_next_visit(network, source, from);
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

/* ---- Firing ------------------------------------------------------------------------------ */

/* Neurons may fire without end within a window, a tick apart, so somebody has to look there. A
 * window that is given up cannot be finished: its blocks have come differently far. Therefore a
 * request to stop waits for any window in which neurons fire as neurons do. */
static void look_around(block_state *block)
{
    const saltus_simulation *simulation = block->simulation;
    const bool stops = block->fired >= block->patience &&
                       atomic_load_explicit(&simulation->stop_requested, memory_order_relaxed);
    if (stops || block->fired >= block->most_fired ||
        atomic_load_explicit(block->given_up, memory_order_relaxed)) {
        atomic_store_explicit(block->given_up, true, memory_order_relaxed);
        block->status = SALTUS_E_RUNAWAY;
    }
}

void sl_transit_fire(block_state *block, emitted_spike spike)
{
    if (!sl_spike_buffer_push(&block->spikes, spike)) {
        block->status = SALTUS_E_MEMORY;
    } else if (++block->fired % LOOK_AFTER == 0) {
        look_around(block);
    }
}

/* ---- Merging ------------------------------------------------------------------------------- */

/* Which neuron it is that fires without end: that of the last spike of the block with most. */
static saltus_status say_runaway(const saltus_simulation *simulation, saltus_error *error)
{
    const saltus_network *network = simulation->network;
    const block_state *most = simulation->blocks;
    for (uint32_t b = 1; b < network->block_count; b++) {
        most = simulation->blocks[b].fired > most->fired ? &simulation->blocks[b] : most;
    }
    const emitted_spike last = most->spikes.spike[most->spikes.count - 1];
    const uint32_t population = sl_network_population_of(network, last.neuron);
    return sl_fail(
        error, SALTUS_E_RUNAWAY,
        "neurons fire without end: %llu spikes since %.6f ms, the last of neuron %u of "
        "population %s at %.6f ms; a refractory time (t_ref) or a weaker drive bounds its "
        "rate. What is recorded is complete up to %.6f ms",
        (unsigned long long)most->fired, sim_time_to_ms(simulation->window_start),
        last.neuron - network->populations[population].first, network->populations[population].name,
        sim_time_to_ms(last.time), sim_time_to_ms(simulation->now));
}

/* Have all blocks come to the end of the window? */
static saltus_status check_blocks(const saltus_simulation *simulation, saltus_error *error)
{
    bool runaway = false;
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        const block_state *block = &simulation->blocks[b];
        if (block->status == SALTUS_E_MEMORY || block->context.out_of_memory) {
            return sl_fail_memory(error);
        }
        runaway |= block->status != SALTUS_OK;
    }
    return runaway ? say_runaway(simulation, error) : SALTUS_OK;
}

/* The blocks' spikes in one list, in order. */
saltus_status sl_transit_merge(saltus_simulation *simulation, saltus_error *error)
{
    const saltus_status status = check_blocks(simulation, error);
    if (status != SALTUS_OK) {
        return status;
    }
    simulation->merged.count = 0;
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        block_state *block = &simulation->blocks[b];
        block->fired = 0;
        if (ends_within_step(simulation)) {
            continue;
        }
        for (size_t i = 0; i < block->spikes.count; i++) {
            if (!sl_spike_buffer_push(&simulation->merged, block->spikes.spike[i])) {
                return sl_fail_memory(error);
            }
        }
        block->spikes.count = 0;
    }
    sl_faults_silence(simulation);
    return sl_spike_sort(&simulation->merged, &simulation->scratch) ? SALTUS_OK
                                                                    : sl_fail_memory(error);
}

/* Each spike into the queue, keyed by its first arrival. */
bool sl_transit_send(saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    for (size_t i = 0; i < simulation->merged.count; i++) {
        const emitted_spike emitted = simulation->merged.spike[i];
        const uint32_t population = sl_network_population_of(network, emitted.neuron);
        const outgoing *outgoing = &simulation->outgoing[population];
        if (simulation->faults != NULL &&
            !sl_faults_sends(simulation, population, emitted.neuron, emitted.time)) {
            continue;
        }
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
