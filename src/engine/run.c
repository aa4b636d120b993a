/* run - time goes on from window to window; each engine says which.
 *
 * No spike emitted at t or later can arrive before t + d_min, so all arrivals of a window
 * [start, start + d_min) are known when it begins (bounded lag: Lubachevsky 1989; Morrison et al.
 * 2005). Blocks work on a window independently; then their spikes are merged in (time, neuron)
 * order, recorded and sent on their way. Where windows are cut changes no bit, since every neuron
 * sees its events in one order. */
#include <omp.h>

#include "base/status.h"
#include "engine/simulation.h"

/* Below this much expected work a window is not worth waking the other threads for. */
#define PARALLEL_SYNAPSES 4000
/* Neurons integrated over a step that cost as much as a delivery. */
#define STEPS_PER_SYNAPSE 4

/* Expected deliveries, external events and steps of the window, to choose how many threads to
 * wake. */
static bool worth_threads(const saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    const double fan_out = (double)network->size.synapses / network->neuron_count;
    const double ticks = (double)(simulation->window_end - simulation->window_start);
    double arrivals = (double)simulation->arrivals.count;
    if (simulation->spread_count > 0) { /* some share of the rows of this stretch */
        const double left = (double)(simulation->stretch_end - simulation->window_start);
        arrivals += (double)simulation->spread_count * ticks / left;
        arrivals += (double)(simulation->spread_count - simulation->spread_new);
    }
    double work = arrivals * fan_out + simulation->external_per_ms * ticks / SIM_TIME_TICKS_PER_MS;
    if (simulation->clock.step > 0) {
        const double steps = 1 + ticks / (double)simulation->clock.step;
        work += steps * network->neuron_count / STEPS_PER_SYNAPSE;
    }
    return work > PARALLEL_SYNAPSES;
}

void sl_simulation_work(void *context, uint32_t index)
{
    saltus_simulation *simulation = context;
    block_state *block = &simulation->blocks[index];
    sl_plastic_tidy(block);
    simulation->engine->work(block);
}

static void work_on_blocks(saltus_simulation *simulation)
{
    const uint32_t blocks = simulation->network->block_count;
    if (simulation->threads > 1 && blocks > 1 && worth_threads(simulation)) {
        sl_crew_share(&simulation->crew);
        return;
    }
    for (uint32_t b = 0; b < blocks; b++) {
        sl_simulation_work(simulation, b);
    }
}

/* Everything in [start, window end), where start is the next thing to do. */
static saltus_status run_window(saltus_simulation *simulation, sim_time start, sim_time stop,
                                saltus_error *error)
{
    simulation->engine->open(simulation, start, stop);
    simulation->windows++;
    if (!sl_modulators_enter(simulation, simulation->window_end) ||
        !sl_transit_collect(simulation)) {
        return sl_fail_memory(error);
    }
    work_on_blocks(simulation);
    saltus_status status = sl_transit_merge(simulation, error);
    if (status == SALTUS_OK) {
        status = sl_observe_spikes(simulation, error);
    }
    if (status != SALTUS_OK) {
        return status;
    }
    return sl_transit_send(simulation) ? SALTUS_OK : sl_fail_memory(error);
}

static sim_time earliest(sim_time a, sim_time b)
{
    return a < b ? a : b;
}

static saltus_status advance(saltus_simulation *simulation, sim_time end, saltus_error *error)
{
    while (simulation->now < end) {
        if (atomic_exchange(&simulation->stop_requested, false)) {
            return sl_fail(error, SALTUS_INTERRUPTED, "stopped at %.6f ms",
                           sim_time_to_ms(simulation->now));
        }
        /* faults come before all that is done at their time */
        const saltus_status struck = sl_faults_strike(simulation, error);
        if (struck != SALTUS_OK) {
            return struck;
        }
        /* normalisation comes after all before its time, before all at its time */
        sim_time normalisation = sl_plastic_next_normalisation(simulation);
        if (normalisation == simulation->now) {
            const saltus_status status = sl_plastic_normalise_due(simulation, error);
            if (status != SALTUS_OK) {
                return status;
            }
            normalisation = sl_plastic_next_normalisation(simulation);
        }
        const bool changes = sl_drive_next(simulation) == simulation->now;
        if (changes) {
            sl_drive_begin(simulation);
        }
        /* up to and including the next sample's time */
        const sim_time sample = sl_observe_next_sample(simulation);
        const sim_time sampled = sample < end ? sample + 1 : end;
        const sim_time fault = sl_faults_next(simulation);
        const sim_time change = earliest(earliest(normalisation, sl_drive_next(simulation)), fault);
        const sim_time stop = earliest(change, sampled);
        const sim_time next = changes ? simulation->now : simulation->engine->next(simulation);
        if (next < stop) {
            const saltus_status status = run_window(simulation, next, stop, error);
            if (status != SALTUS_OK) {
                return status;
            }
            sl_drive_end(simulation);
            simulation->now = simulation->window_end;
        } else {
            if (!sl_modulators_enter(simulation, stop)) {
                return sl_fail_memory(error);
            }
            simulation->now = stop;
        }
        if (sample < end && simulation->now == stop && stop == sample + 1) {
            const saltus_status status = sl_observe_samples(simulation, sample, error);
            if (status != SALTUS_OK) {
                return status;
            }
        }
    }
    return SALTUS_OK;
}

/* Neurons that begin at or above threshold fire at once, unless a fault takes them at time 0. */
static saltus_status begin(saltus_simulation *simulation, saltus_error *error)
{
    if (simulation->started) {
        return SALTUS_OK;
    }
    simulation->started = true;
    const saltus_status status = sl_faults_strike(simulation, error);
    for (uint32_t b = 0; status == SALTUS_OK && b < simulation->network->block_count; b++) {
        simulation->engine->start(&simulation->blocks[b]);
    }
    return status;
}

saltus_status sl_simulation_run(saltus_simulation *simulation, sim_time end, saltus_error *error)
{
    saltus_status status = begin(simulation, error);
    if (status != SALTUS_OK) {
        simulation->broken = true;
        return status;
    }
    sl_crew_assemble(&simulation->crew);
    const int threads = (int)simulation->threads;
#pragma omp parallel num_threads(threads) if (threads > 1)
    if (omp_get_thread_num() == 0) {
        status = advance(simulation, end, error);
        sl_crew_dismiss(&simulation->crew);
    } else {
        sl_crew_serve(&simulation->crew);
    }
    const bool whole = status == SALTUS_OK || status == SALTUS_INTERRUPTED;
    simulation->broken |= !whole;
    if (whole || status == SALTUS_E_RUNAWAY) { /* what is before that window is complete */
        saltus_error *why = whole ? error : NULL;
        const saltus_status flushed = sl_observe_flush(simulation, why);
        return whole && flushed != SALTUS_OK ? flushed : status;
    }
    return status;
}
