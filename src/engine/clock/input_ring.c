/* input_ring - see input_ring.h. Rows are sorted by delay, so the synapses of a stretch are found
 * by bisection and their steps by going on from one to the next. */
#include "engine/clock/input_ring.h"

#include <stdlib.h>

#include "base/memory.h"
#include "engine/deliver.h"
#include "engine/simulation.h"

/* Steps between two delays from which on a division is cheaper than counting. */
#define FAR_STEPS 4
/* Synapses that arrive in one step from which on the processor overlaps their loads by itself. */
#define LONG_RUN 32
#define BATCH    128

struct input_ring {
    uint32_t slots;            /* a power of two */
    double *input;             /* [slots][neurons of the block] */
    projection_counts *counts; /* [slots][projections]: deliveries waiting in the slot */
    arrival_list *late;        /* [slots] runs whose weights are known only when they arrive */
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
    ring->late = sl_memory_zeroed(ring->slots, sizeof *ring->late);
    return ring->input != NULL && ring->counts != NULL && ring->late != NULL;
}

void sl_input_ring_destroy(input_ring *ring)
{
    if (ring != NULL) {
        for (uint32_t slot = 0; ring->late != NULL && slot < ring->slots; slot++) {
            free(ring->late[slot].entry);
        }
        free(ring->late);
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

/* Consecutive synapses of a row and where in the ring they go. The ring is larger than the nearer
 * caches, so all places of a batch are asked for before the first is read. */
typedef struct ring_batch {
    const projection *projection;
    const fan_out *rows;
    uint32_t first, count; /* synapses */
    size_t place[BATCH];   /* in the ring's input */
} ring_batch;

static void add_batch(input_ring *ring, ring_batch *batch)
{
    double *restrict input = ring->input;
    const size_t *restrict place = batch->place;
    if (batch->rows->weight_f != NULL) {
        const float *restrict weight = batch->rows->weight_f + batch->first;
        for (uint32_t i = 0; i < batch->count; i++) {
            input[place[i]] += (double)weight[i];
        }
    } else if (batch->rows->weight_d != NULL) {
        const double *restrict weight = batch->rows->weight_d + batch->first;
        for (uint32_t i = 0; i < batch->count; i++) {
            input[place[i]] += weight[i];
        }
    } else {
        const double weight = batch->projection->weight;
        for (uint32_t i = 0; i < batch->count; i++) {
            input[place[i]] += weight;
        }
    }
    batch->first += batch->count;
    batch->count = 0;
}

/* Put the synapses up to `end`, all of one step, into the batch; `slot` is of neuron id 0. */
static void place_run(input_ring *ring, ring_batch *batch, uint32_t end, size_t slot)
{
    const uint32_t *target = batch->rows->target;
    for (uint32_t i = batch->first + batch->count; i < end; i++) {
        const size_t place = slot + target[i];
        __builtin_prefetch(ring->input + place, 1);
        batch->place[batch->count++] = place;
        if (batch->count == BATCH) {
            add_batch(ring, batch);
        }
    }
}

/* The same, added at once: so many are under way in any case. */
static void add_run(input_ring *ring, ring_batch *batch, uint32_t end, size_t slot)
{
    const uint32_t *restrict target = batch->rows->target;
    double *restrict input = ring->input;
    add_batch(ring, batch);
    if (batch->rows->weight_f != NULL) {
        for (uint32_t i = batch->first; i < end; i++) {
            input[slot + target[i]] += (double)batch->rows->weight_f[i];
        }
    } else if (batch->rows->weight_d != NULL) {
        for (uint32_t i = batch->first; i < end; i++) {
            input[slot + target[i]] += batch->rows->weight_d[i];
        }
    } else {
        const double weight = batch->projection->weight;
        for (uint32_t i = batch->first; i < end; i++) {
            input[slot + target[i]] += weight;
        }
    }
    batch->first = end;
}

static uint64_t zeros_among(const ring_batch *batch, uint32_t first, uint32_t end)
{
    const fan_out *rows = batch->rows;
    uint64_t zeros = 0;
    for (uint32_t i = first; i < end; i++) {
        const double own = rows->weight_f != NULL   ? (double)rows->weight_f[i]
                           : rows->weight_d != NULL ? rows->weight_d[i]
                                                    : batch->projection->weight;
        zeros += own == 0;
    }
    return zeros;
}

/* Steps that delays take, one synapse after the other. */
typedef struct step_walk {
    sim_time step;
    int64_t steps;   /* of the last delay */
    sim_time beyond; /* delays below it have as many; 0: none yet */
} step_walk;

static void walk_to(step_walk *walk, sim_time delay)
{
    if (walk->beyond > 0 && delay < walk->beyond + FAR_STEPS * walk->step) {
        for (; delay >= walk->beyond; walk->beyond += walk->step) {
            walk->steps++;
        }
        return;
    }
    walk->steps = sl_clock_grid_delay(delay, walk->step) / walk->step;
    walk->beyond = (walk->steps + 1) * walk->step - walk->step / 2;
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
    const bool late = delivers_late(block, index);
    const sim_time step = clock->step;
    const sim_time from = spike.due - spike.emitted;
    const uint32_t row = spike.source - block->network->populations[projection->source].first;
    const uint32_t end = rows->row[row + 1];
    const int64_t emitted = spike.emitted / step;
    step_walk walk = {.step = step};
    uint32_t i = first_from(rows, rows->row[row], end, from, step);
    ring_batch batch = {.projection = projection, .rows = rows, .first = i};
    while (i < end) {
        walk_to(&walk, rows->delay[i]);
        if (walk.steps * step >= from + clock->reach) {
            break;
        }
        const uint32_t first = i;
        for (i++; i < end && rows->delay[i] < walk.beyond; i++) {
        }
        const uint32_t slot = (uint32_t)(emitted + walk.steps) & (ring->slots - 1);
        if (late) {
            const arrival run = {.time = (emitted + walk.steps) * step,
                                 .emitted = spike.emitted,
                                 .source = spike.source,
                                 .row = i - first == 1 ? rows->target[first] : row,
                                 .projection = index,
                                 .first = first,
                                 .count = i - first};
            if (!sl_arrival_list_push(&ring->late[slot], run)) {
                block->status = SALTUS_E_MEMORY;
            }
            batch.first = i;
            continue;
        }
        projection_counts *counts =
            ring->counts + (size_t)slot * block->network->projection_count + index;
        counts->events += i - first;
        if (projection->zero_weights > 0) {
            counts->zero_weight += zeros_among(&batch, first, i);
        }
        const size_t to = (size_t)slot * block->block->neuron_count - block->block->first_neuron;
        if (i - first < LONG_RUN) {
            place_run(ring, &batch, i, to);
        } else {
            add_run(ring, &batch, i, to);
        }
    }
    add_batch(ring, &batch);
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

double *sl_input_ring_slot(const block_state *block, int64_t k)
{
    const input_ring *ring = block->ring;
    return ring->input + ((uint64_t)k & (ring->slots - 1)) * block->block->neuron_count;
}

arrival_list *sl_input_ring_late(const block_state *block, int64_t k)
{
    const input_ring *ring = block->ring;
    return ring->late + ((uint64_t)k & (ring->slots - 1));
}

arrival_list *sl_input_ring_sorted_late(const block_state *block, int64_t k)
{
    arrival_list *late = sl_input_ring_late(block, k);
    if (late->count > 0) {
        qsort(late->entry, late->count, sizeof *late->entry, sl_arrival_compare);
    }
    return late;
}

projection_counts *sl_input_ring_counts(const block_state *block, int64_t k)
{
    const input_ring *ring = block->ring;
    return ring->counts + ((uint64_t)k & (ring->slots - 1)) * block->network->projection_count;
}

static void deliver_late(block_state *block, int64_t k)
{
    arrival_list *late = sl_input_ring_sorted_late(block, k);
    for (size_t i = 0; i < late->count; i++) {
        sl_deliver_arrival(block, &late->entry[i], NULL);
    }
    late->count = 0;
}

void sl_input_ring_take(block_state *block, int64_t k)
{
    if (block->ring == NULL) {
        return;
    }
    deliver_late(block, k);
    double *restrict slot = sl_input_ring_slot(block, k);
    const uint32_t neurons = block->block->neuron_count;
    double *restrict value = block->simulation->scaled + block->block->first_neuron;
    for (uint32_t i = 0; i < neurons; i++) {
        value[i] += slot[i];
        slot[i] = 0;
    }
    projection_counts *counts = sl_input_ring_counts(block, k);
    for (uint32_t i = 0; i < block->network->projection_count; i++) {
        block->deliveries[i].events += counts[i].events;
        block->deliveries[i].zero_weight += counts[i].zero_weight;
        counts[i] = (projection_counts){0};
    }
}
