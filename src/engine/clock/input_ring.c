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

/* Where the synapses of one projection that arrive in one step go. */
typedef struct ring_slot {
    double *input; /* [neurons of the block] */
    projection_counts *counts;
} ring_slot;

static ring_slot slot_at(const block_state *block, uint32_t projection, int64_t k)
{
    const input_ring *ring = block->ring;
    const uint64_t at = (uint64_t)k & (ring->slots - 1);
    return (ring_slot){.input = ring->input + at * block->block->neuron_count,
                       .counts = ring->counts + at * block->network->projection_count + projection};
}

static uint64_t zeros_among(const fan_out *rows, double shared, uint32_t first, uint32_t end)
{
    uint64_t zeros = 0;
    for (uint32_t i = first; i < end; i++) {
        const double own = rows->weight_f != NULL   ? (double)rows->weight_f[i]
                           : rows->weight_d != NULL ? rows->weight_d[i]
                                                    : shared;
        zeros += own == 0;
    }
    return zeros;
}

/* Synapses [first, end), all of one step. The loads of a slot miss the nearer caches: loops this
 * short let many be under way at once. */
static void fill_slot(const block_state *block, const projection *projection, ring_slot slot,
                      uint32_t first, uint32_t end)
{
    const fan_out *rows = &projection->blocks[block->index];
    const uint32_t *restrict target = rows->target;
    const uint32_t first_neuron = block->block->first_neuron;
    double *restrict input = slot.input;
    if (rows->weight_f != NULL) {
        for (uint32_t i = first; i < end; i++) {
            input[target[i] - first_neuron] += (double)rows->weight_f[i];
        }
    } else if (rows->weight_d != NULL) {
        for (uint32_t i = first; i < end; i++) {
            input[target[i] - first_neuron] += rows->weight_d[i];
        }
    } else {
        const double weight = projection->weight_mV;
        for (uint32_t i = first; i < end; i++) {
            input[target[i] - first_neuron] += weight;
        }
    }
    slot.counts->events += end - first;
    if (projection->zero_weights > 0) {
        slot.counts->zero_weight += zeros_among(rows, projection->weight_mV, first, end);
    }
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
    const sim_time step = clock->step;
    const sim_time from = spike.due - spike.emitted;
    const uint32_t row = spike.source - block->network->populations[projection->source].first;
    const uint32_t end = rows->row[row + 1];
    const int64_t emitted = spike.emitted / step;
    int64_t steps = 0;   /* of the last synapse's delay */
    sim_time beyond = 0; /* delays below it have as many; 0: none yet */
    uint32_t i = first_from(rows, rows->row[row], end, from, step);
    while (i < end) {
        const sim_time delay = rows->delay[i];
        if (beyond > 0 && delay < beyond + FAR_STEPS * step) {
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
        const uint32_t first = i;
        for (i++; i < end && rows->delay[i] < beyond; i++) {
        }
        fill_slot(block, projection, slot_at(block, index, emitted + steps), first, i);
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
