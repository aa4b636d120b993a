/* input_ring - see input_ring.h. Rows are sorted by delay, so the synapses of a stretch are found
 * by bisection and their steps by going on from one to the next. */
#include "engine/clock/input_ring.h"

#include <stdlib.h>

#include "base/memory.h"
#include "engine/simulation.h"

/* Steps between two delays from which on a division is cheaper than counting. */
#define FAR_STEPS 4

struct input_ring {
    uint32_t slots;            /* a power of two */
    double *input;             /* [slots][neurons of the block] */
    projection_counts *counts; /* [slots][projections]: deliveries waiting in the slot */
};

uint32_t sl_input_ring_slots(int64_t reach_steps, int64_t window_steps)
{
    uint32_t slots = 1;
    while (slots < reach_steps + window_steps) {
        slots *= 2;
    }
    return slots;
}

/* Does a projection with own delays end in the block? */
static bool is_needed(const block_state *block)
{
    for (uint32_t i = 0; i < block->network->projection_count; i++) {
        const projection *projection = &block->network->projections[i];
        if (projection->own_delay && projection->blocks[block->index].row != NULL) {
            return true;
        }
    }
    return false;
}

bool sl_input_ring_create(block_state *block)
{
    const clock_state *clock = &block->simulation->clock;
    if (!is_needed(block)) {
        return true;
    }
    block->ring = calloc(1, sizeof *block->ring);
    if (block->ring == NULL) {
        return false;
    }
    input_ring *ring = block->ring;
    ring->slots = sl_input_ring_slots(clock->reach / clock->step, clock->longest);
    ring->input =
        sl_memory_zeroed((size_t)ring->slots * block->block->neuron_count, sizeof *ring->input);
    ring->counts = sl_memory_zeroed((size_t)ring->slots * block->network->projection_count,
                                    sizeof *ring->counts);
    return ring->input != NULL && ring->counts != NULL;
}

void sl_input_ring_destroy(input_ring *ring)
{
    if (ring != NULL) {
        free(ring->input);
        free(ring->counts);
        free(ring);
    }
}

/* First synapse of [low, high) whose delay is used as `delay` or more. */
static uint32_t first_from(const fan_out *rows, uint32_t low, uint32_t high, sim_time delay,
                           sim_time step)
{
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (sl_clock_grid_delay(rows->delay[middle], step) < delay) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static double weight_of(const projection *projection, const fan_out *rows, uint32_t i)
{
    if (rows->weight_f != NULL) {
        return (double)rows->weight_f[i];
    }
    return rows->weight_d != NULL ? rows->weight_d[i] : projection->weight_mV;
}

/* The synapses of one row whose stretch begins with this spike's `due`. */
static void fill_row(block_state *block, uint32_t index, spread_spike spike)
{
    const clock_state *clock = &block->simulation->clock;
    const projection *projection = &block->network->projections[index];
    const fan_out *rows = &projection->blocks[block->index];
    if (rows->row == NULL) {
        return;
    }
    input_ring *ring = block->ring;
    const sim_time step = clock->step;
    const sim_time from = spike.due - spike.emitted;
    const uint32_t row = spike.source - block->network->populations[projection->source].first;
    const uint32_t end = rows->row[row + 1];
    const uint32_t neurons = block->block->neuron_count;
    const uint32_t first_neuron = block->block->first_neuron;
    const int64_t emitted = spike.emitted / step;
    const bool zeros = projection->zero_weights > 0;
    int64_t steps = 0;   /* of the last synapse's delay */
    sim_time beyond = 0; /* delays below it have as many */
    double *slot = NULL;
    projection_counts *counts = NULL;
    for (uint32_t i = first_from(rows, rows->row[row], end, from, step); i < end; i++) {
        const sim_time delay = rows->delay[i];
        if (slot == NULL || delay >= beyond) {
            if (slot != NULL && delay < beyond + FAR_STEPS * step) {
                for (; delay >= beyond; beyond += step) {
                    steps++;
                }
            } else {
                steps = sl_clock_grid_delay(delay, step) / step;
                beyond = (steps + 1) * step - step / 2;
            }
            if (steps * step >= from + clock->reach) {
                return;
            }
            const uint64_t at = (uint64_t)(emitted + steps) & (ring->slots - 1);
            slot = ring->input + at * neurons;
            counts = ring->counts + at * block->network->projection_count + index;
        }
        const double weight = weight_of(projection, rows, i);
        slot[rows->target[i] - first_neuron] += weight;
        counts->events++;
        counts->zero_weight += zeros && weight == 0;
    }
}

void sl_input_ring_fill(block_state *block)
{
    const saltus_simulation *simulation = block->simulation;
    if (block->ring == NULL) {
        return;
    }
    for (size_t i = 0; i < simulation->spread_count; i++) {
        const spread_spike spike = simulation->spread[i];
        const outgoing *outgoing =
            &simulation->outgoing[sl_network_population_of(block->network, spike.source)];
        for (uint32_t p = 0; p < outgoing->own_delay_count; p++) {
            fill_row(block, outgoing->own_delay[p], spike);
        }
    }
}

void sl_input_ring_take(block_state *block, int64_t k)
{
    input_ring *ring = block->ring;
    if (ring == NULL) {
        return;
    }
    const uint64_t at = (uint64_t)k & (ring->slots - 1);
    const uint32_t neurons = block->block->neuron_count;
    double *restrict slot = ring->input + at * neurons;
    double *restrict value = block->simulation->scaled + block->block->first_neuron;
    for (uint32_t i = 0; i < neurons; i++) {
        value[i] += slot[i];
        slot[i] = 0;
    }
    projection_counts *counts = ring->counts + at * block->network->projection_count;
    for (uint32_t i = 0; i < block->network->projection_count; i++) {
        block->deliveries[i].events += counts[i].events;
        block->deliveries[i].zero_weight += counts[i].zero_weight;
        counts[i] = (projection_counts){0};
    }
}
