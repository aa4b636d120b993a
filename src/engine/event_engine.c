/* event_engine - time goes from window to window, and jumps over what is empty.
 *
 * No spike emitted at t or later can arrive before t + d_min, so all arrivals of a window
 * [start, start + d_min) are known when it begins (bounded lag: Lubachevsky 1989; Morrison et al.
 * 2005). Blocks work on a window independently; then their spikes are merged in (time, neuron)
 * order, recorded and sent on their way. Windows begin at the next event and end early at the
 * epochs of scaled coordinates, at samples and at the end of the run; where they are cut changes no
 * bit, since every neuron sees its events in one order. */
#include <omp.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/status.h"
#include "engine/simulation.h"

/* Below this much expected work a window is not worth waking the other threads for. */
#define PARALLEL_SYNAPSES 4000
/* 10 ms: bounds the spikes that wait for the merge, however long the delays. */
#define LONGEST_WINDOW ((sim_time)1000000000000)

/* Time of the earliest event anywhere. */
static sim_time next_event(const saltus_simulation *simulation)
{
    sim_time next = simulation->scheduler->peek(simulation->queue);
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        next = simulation->blocks[b].next < next ? simulation->blocks[b].next : next;
    }
    return next;
}

/* The window from `start`: at most d_min (and 10 ms) long, within one epoch of each time base. */
static void open_window(saltus_simulation *simulation, sim_time start, sim_time end)
{
    const saltus_network *network = simulation->network;
    simulation->window_start = start;
    simulation->window_end = end;
    const sim_time longest =
        network->min_delay < LONGEST_WINDOW ? network->min_delay : LONGEST_WINDOW;
    if (longest < end - start) {
        simulation->window_end = start + longest;
    }
    for (uint32_t i = 0; i < network->time_base_count; i++) {
        time_base *base = &simulation->bases[i];
        sl_time_base_seek(base, start);
        if (base->end < simulation->window_end) {
            simulation->window_end = base->end;
        }
    }
    simulation->windows++;
}

static bool push(saltus_simulation *simulation, flying_spike spike)
{
    simulation->pushes++;
    return simulation->scheduler->push(simulation->queue, spike);
}

/* Put back for its next window: how often that is depends on where windows are cut, so it is not
 * counted. */
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

/* A spike whose synapses with own delays have arrivals in the window; on to the next window. */
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
        (spread_spike){.emitted = spike.emitted, .source = source};
    const sim_time delay =
        sl_network_next_delay(simulation->network, source, simulation->window_end - spike.emitted);
    if (delay == SIM_TIME_NEVER) {
        return true;
    }
    spike.next = spike.emitted + delay;
    return put_back(simulation, spike);
}

/* All arrivals of the window, in order. */
static bool collect_arrivals(saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    simulation->arrivals.count = 0;
    simulation->spread_count = 0;
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
        if (!take_class(simulation, spike, &network->outgoing[population],
                        spike.source - network->populations[population].first)) {
            return false;
        }
    }
    return true;
}

/* Expected deliveries and external events of the window, to choose how many threads to wake. */
static bool worth_threads(const saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    const double fan_out = (double)network->size.synapses / network->neuron_count;
    const double arrivals = (double)(simulation->arrivals.count + simulation->spread_count);
    const double length =
        (double)(simulation->window_end - simulation->window_start) / SIM_TIME_TICKS_PER_MS;
    return arrivals * fan_out + simulation->external_per_ms * length > PARALLEL_SYNAPSES;
}

static void work_on_blocks(saltus_simulation *simulation)
{
    const uint32_t blocks = simulation->network->block_count;
    if (simulation->threads > 1 && blocks > 1 && worth_threads(simulation)) {
        sl_crew_share(&simulation->crew);
        return;
    }
    for (uint32_t b = 0; b < blocks; b++) {
        sl_block_window(&simulation->blocks[b]);
    }
}

/* The blocks' spikes in one list, in order. */
static bool merge_spikes(saltus_simulation *simulation)
{
    simulation->merged.count = 0;
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        block_state *block = &simulation->blocks[b];
        if (block->out_of_memory) {
            return false;
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
static bool send_spikes(saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    for (size_t i = 0; i < simulation->merged.count; i++) {
        const emitted_spike emitted = simulation->merged.spike[i];
        const outgoing *outgoing =
            &network->outgoing[sl_network_population_of(network, emitted.neuron)];
        flying_spike spike = {.emitted = emitted.time, .source = emitted.neuron};
        if (outgoing->class_count > 0) {
            spike.next = emitted.time + outgoing->classes[0].delay;
            if (!push(simulation, spike)) {
                return false;
            }
        }
        if (outgoing->own_delay_count > 0) {
            const sim_time delay = sl_network_next_delay(network, emitted.neuron, 0);
            spike.next = emitted.time + delay;
            spike.source |= OWN_DELAY_FLAG;
            if (delay != SIM_TIME_NEVER && !push(simulation, spike)) {
                return false;
            }
        }
    }
    return true;
}

/* Merge, record and send what the blocks have emitted. */
static saltus_status pass_on(saltus_simulation *simulation, saltus_error *error)
{
    if (!merge_spikes(simulation)) {
        return sl_fail_memory(error);
    }
    const saltus_status status = sl_observe_spikes(simulation, error);
    if (status != SALTUS_OK) {
        return status;
    }
    return send_spikes(simulation) ? SALTUS_OK : sl_fail_memory(error);
}

/* Everything in [start, window end), where start is the next event. */
static saltus_status run_window(saltus_simulation *simulation, sim_time start, sim_time end,
                                saltus_error *error)
{
    open_window(simulation, start, end);
    if (!collect_arrivals(simulation)) {
        return sl_fail_memory(error);
    }
    work_on_blocks(simulation);
    return pass_on(simulation, error);
}

/* Neurons that start at threshold fire at time 0: their blocks ask for a window there. */
static void start(saltus_simulation *simulation)
{
    simulation->started = true;
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        sl_block_start(&simulation->blocks[b]);
    }
}

static saltus_status advance(saltus_simulation *simulation, sim_time end, saltus_error *error)
{
    while (simulation->now < end) {
        if (atomic_exchange(&simulation->stop_requested, false)) {
            return sl_fail(error, SALTUS_INTERRUPTED, "stopped at %.6f ms",
                           sim_time_to_ms(simulation->now));
        }
        /* up to and including the next sample's time */
        const sim_time sample = sl_observe_next_sample(simulation);
        const sim_time stop = sample < end ? sample + 1 : end;
        const sim_time next = next_event(simulation);
        if (next < stop) {
            const saltus_status status = run_window(simulation, next, stop, error);
            if (status != SALTUS_OK) {
                return status;
            }
            simulation->now = simulation->window_end;
        } else {
            simulation->now = stop;
        }
        if (simulation->now == stop && sample < end) {
            const saltus_status status = sl_observe_samples(simulation, sample, error);
            if (status != SALTUS_OK) {
                return status;
            }
        }
    }
    return SALTUS_OK;
}

saltus_status sl_event_engine_run(saltus_simulation *simulation, sim_time end, saltus_error *error)
{
    if (!simulation->started) {
        start(simulation);
    }
    saltus_status status = SALTUS_OK;
    sl_crew_assemble(&simulation->crew);
    const int threads = (int)simulation->threads;
#pragma omp parallel num_threads(threads) if (threads > 1)
    if (omp_get_thread_num() == 0) {
        status = advance(simulation, end, error);
        sl_crew_dismiss(&simulation->crew);
    } else {
        sl_crew_serve(&simulation->crew);
    }
    if (status == SALTUS_OK || status == SALTUS_INTERRUPTED) {
        const saltus_status flushed = sl_observe_flush(simulation, error);
        return flushed != SALTUS_OK ? flushed : status;
    }
    simulation->broken = true;
    return status;
}
