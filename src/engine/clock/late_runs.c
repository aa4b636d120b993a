/* late_runs - see late_runs.h. A spike's row enters the ring in stretches of `reach`, each when its
 * first possible arrival comes up (transit.c); so a delay is under way if its stretch has begun. */
#include "engine/clock/late_runs.h"

#include <stdlib.h>

#include "base/memory.h"
#include "engine/clock/input_ring.h"
#include "engine/deliver.h"
#include "engine/simulation.h"

/* ---- Which spikes ------------------------------------------------------------------------------
 */

static int compare(const void *a, const void *b)
{
    const late_spike *x = a;
    const late_spike *y = b;
    if (x->neuron != y->neuron) {
        return x->neuron < y->neuron ? -1 : 1;
    }
    if (x->emitted != y->emitted) {
        return x->emitted < y->emitted ? -1 : 1;
    }
    return x->twin < y->twin ? -1 : x->twin > y->twin;
}

static bool push(late_spikes *spikes, late_spike spike)
{
    void *grown = spikes->spike;
    if (!sl_memory_grow(&grown, &spikes->capacity, spikes->count, sizeof spike)) {
        return false;
    }
    spikes->spike = grown;
    spikes->spike[spikes->count++] = spike;
    return true;
}

/* The spikes of one slot. Spikes of one neuron and time have the same runs there, so there are as
 * many of them as its first run is there. */
static bool find_in_slot(const arrival_list *late, late_spikes *spikes)
{
    uint32_t twin = 0;
    for (size_t i = 0, first = 0; i < late->count; i++) {
        const arrival *run = &late->entry[i];
        const arrival *of = &late->entry[first];
        if (i == 0 || run->source != of->source || run->emitted != of->emitted) {
            first = i;
            twin = 0;
        } else if (run->projection != of->projection || run->first != of->first) {
            continue;
        }
        const late_spike spike = {.neuron = run->source, .emitted = run->emitted, .twin = twin++};
        if (!push(spikes, spike)) {
            return false;
        }
    }
    return true;
}

static void drop_repeated(late_spikes *spikes)
{
    size_t count = 0;
    for (size_t i = 0; i < spikes->count; i++) {
        if (i == 0 || compare(&spikes->spike[i], &spikes->spike[i - 1]) != 0) {
            spikes->spike[count++] = spikes->spike[i];
        }
    }
    spikes->count = count;
}

bool sl_late_runs_find(const saltus_simulation *simulation, late_spikes *spikes)
{
    const clock_state *clock = &simulation->clock;
    *spikes = (late_spikes){0};
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        const block_state *block = &simulation->blocks[b];
        const uint32_t slots = block->ring != NULL
                                   ? sl_input_ring_slots(clock->reach / clock->step, clock->longest)
                                   : 0;
        for (uint32_t i = 0; i < slots; i++) {
            if (!find_in_slot(sl_input_ring_sorted_late(block, clock->steps + i), spikes)) {
                free(spikes->spike);
                return false;
            }
        }
    }
    if (spikes->count > 0) {
        qsort(spikes->spike, spikes->count, sizeof *spikes->spike, compare);
    }
    drop_repeated(spikes);
    return true;
}

/* ---- Into the rings --------------------------------------------------------------------------
 */

/* Delays below it have entered the ring by `now`; `first`: the smallest own delay of the source. */
static sim_time entered(const clock_state *clock, sim_time emitted, sim_time first, sim_time now)
{
    const sim_time since = now - 1 - emitted - first;
    return since < 0 ? 0 : first + (since / clock->reach + 1) * clock->reach;
}

static bool restore_row(block_state *block, uint32_t index, uint32_t source, sim_time emitted)
{
    const saltus_simulation *simulation = block->simulation;
    const clock_state *clock = &simulation->clock;
    const projection *from = &block->network->projections[index];
    const fan_out *rows = &from->blocks[block->index];
    const sim_time limit = entered(clock, emitted, clock->own_first[from->source], simulation->now);
    const uint32_t end = rows->row[source + 1];
    uint32_t i = rows->row[source];
    while (i < end) {
        const uint32_t first = i;
        const sim_time delay = sl_clock_grid_delay(rows->delay[i], clock->step);
        for (i++; i < end && sl_clock_grid_delay(rows->delay[i], clock->step) == delay; i++) {
        }
        const int64_t step = (emitted + delay) / clock->step;
        if (delay >= limit || step < clock->steps) {
            continue;
        }
        const arrival run = {.time = emitted + delay,
                             .emitted = emitted,
                             .source = block->network->populations[from->source].first + source,
                             .row = i - first == 1 ? rows->target[first] : source,
                             .projection = index,
                             .first = first,
                             .count = i - first};
        if (!sl_arrival_list_push(sl_input_ring_late(block, step), run)) {
            return false;
        }
    }
    return true;
}

bool sl_late_runs_restore(saltus_simulation *simulation, uint32_t neuron, sim_time emitted)
{
    const saltus_network *network = simulation->network;
    const uint32_t population = sl_network_population_of(network, neuron);
    const outgoing *outgoing = &simulation->outgoing[population];
    const uint32_t source = neuron - network->populations[population].first;
    for (uint32_t i = 0; i < outgoing->own_delay_count; i++) {
        const uint32_t index = outgoing->own_delay[i];
        for (uint32_t b = 0; b < network->block_count; b++) {
            block_state *block = &simulation->blocks[b];
            if (network->projections[index].blocks[b].row != NULL && delivers_late(block, index) &&
                !restore_row(block, index, source, emitted)) {
                return false;
            }
        }
    }
    return true;
}
