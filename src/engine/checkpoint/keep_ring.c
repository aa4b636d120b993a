/* keep_ring - on the grid: what is on its way through synapses with delays of their own.
 *
 *   ring.step     steps, ascending, whose slots are not empty
 *   ring.input    mV for every neuron, step after step
 *   ring.counts   events and zero-weight events for every projection, step after step
 *
 * The ring of a block has a slot for each step; how many there are does not depend on blocks. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "engine/checkpoint/keep.h"
#include "engine/clock/input_ring.h"

/* Far beyond any sum of weights. */
#define LARGEST 1e300
#define COUNTS  2

/* Slots of every ring; 0: there are no rings. */
static uint32_t slots_of(const saltus_simulation *simulation)
{
    const clock_state *clock = &simulation->clock;
    return clock->on_grid && clock->reach > 0
               ? sl_input_ring_slots(clock->reach / clock->step, clock->longest)
               : 0;
}

/* ---- Writing ------------------------------------------------------------------------------- */

/* Nothing is added to a slot without being counted there. */
static bool slot_is_empty(const saltus_simulation *simulation, int64_t step)
{
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        const block_state *block = &simulation->blocks[b];
        for (uint32_t i = 0; block->ring != NULL && i < simulation->network->projection_count;
             i++) {
            if (sl_input_ring_counts(block, step)[i].events != 0) {
                return false;
            }
        }
    }
    return true;
}

static void put_input(saltus_checkpoint_writer *writer, const saltus_simulation *simulation,
                      int64_t step)
{
    static const double none[NETWORK_GROUP_NEURONS];
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        const block_state *block = &simulation->blocks[b];
        const uint32_t count = block->block->neuron_count;
        if (block->ring != NULL) {
            sl_section_append(writer, sl_input_ring_slot(block, step), count);
            continue;
        }
        for (uint32_t done = 0; done < count; done += NETWORK_GROUP_NEURONS) {
            const uint32_t left = count - done;
            sl_section_append(writer, none,
                              left < NETWORK_GROUP_NEURONS ? left : NETWORK_GROUP_NEURONS);
        }
    }
}

static void put_counts(saltus_checkpoint_writer *writer, const saltus_simulation *simulation,
                       int64_t step)
{
    for (uint32_t i = 0; i < simulation->network->projection_count; i++) {
        uint64_t sums[COUNTS] = {0};
        for (uint32_t b = 0; b < simulation->network->block_count; b++) {
            const block_state *block = &simulation->blocks[b];
            if (block->ring != NULL) {
                sums[0] += sl_input_ring_counts(block, step)[i].events;
                sums[1] += sl_input_ring_counts(block, step)[i].zero_weight;
            }
        }
        sl_section_append(writer, sums, COUNTS);
    }
}

static void put(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    const uint32_t slots = slots_of(simulation);
    if (slots == 0) {
        return;
    }
    int64_t *step = sl_memory_array(slots, sizeof *step);
    if (step == NULL) {
        sl_container_out_of_memory(writer);
        return;
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i < slots; i++) {
        if (!slot_is_empty(simulation, simulation->clock.steps + i)) {
            step[count++] = simulation->clock.steps + i;
        }
    }
    sl_section_put(writer, "ring.step", SECTION_I64, step, count);
    sl_section_begin(writer, "ring.input", SECTION_F64);
    for (uint32_t i = 0; i < count; i++) {
        put_input(writer, simulation, step[i]);
    }
    sl_section_begin(writer, "ring.counts", SECTION_U64);
    for (uint32_t i = 0; i < count; i++) {
        put_counts(writer, simulation, step[i]);
    }
    free(step);
}

/* ---- Reading ------------------------------------------------------------------------------- */

static saltus_status read_input(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                                section *input, int64_t step, saltus_error *error)
{
    for (uint32_t i = 0; i < simulation->network->group_count; i++) {
        double value[NETWORK_GROUP_NEURONS];
        const group *group = &simulation->network->groups[i];
        const saltus_status status = sl_section_read(input, value, group->count, error);
        if (status != SALTUS_OK) {
            return status;
        }
        const block_state *block =
            &simulation->blocks[sl_network_block_of(simulation->network, group->first)];
        for (uint32_t k = 0; k < group->count; k++) {
            if (!(fabs(value[k]) <= LARGEST) || (block->ring == NULL && value[k] != 0)) {
                return sl_section_damaged(checkpoint, "ring.input", error,
                                          "neuron %u cannot receive %g mV", group->first + k,
                                          value[k]);
            }
        }
        if (block->ring != NULL) {
            memcpy(sl_input_ring_slot(block, step) + (group->first - block->block->first_neuron),
                   value, group->count * sizeof *value);
        }
    }
    return SALTUS_OK;
}

/* Into the first ring: only their sums are ever seen. */
static saltus_status read_counts(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                                 section *counts, int64_t step, saltus_error *error)
{
    projection_counts *slot = NULL;
    for (uint32_t b = 0; slot == NULL && b < simulation->network->block_count; b++) {
        const block_state *block = &simulation->blocks[b];
        slot = block->ring != NULL ? sl_input_ring_counts(block, step) : NULL;
    }
    if (slot == NULL) {
        return sl_section_damaged(checkpoint, "ring.counts", error, "there is no ring");
    }
    for (uint32_t i = 0; i < simulation->network->projection_count; i++) {
        uint64_t sums[COUNTS];
        const saltus_status status = sl_section_read(counts, sums, COUNTS, error);
        if (status != SALTUS_OK) {
            return status;
        }
        slot[i] = (projection_counts){.events = sums[0], .zero_weight = sums[1]};
    }
    return SALTUS_OK;
}

static bool steps_make_sense(const saltus_simulation *simulation, const int64_t *step, size_t count)
{
    const int64_t first = simulation->clock.steps;
    for (size_t i = 0; i < count; i++) {
        if (step[i] < first || step[i] - first >= slots_of(simulation) ||
            (i > 0 && step[i] <= step[i - 1])) {
            return false;
        }
    }
    return true;
}

static saltus_status restore_slots(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                                   const int64_t *step, size_t count, saltus_error *error)
{
    const saltus_network *network = simulation->network;
    section input;
    section counts;
    saltus_status status = sl_section_find(checkpoint, "ring.input", SECTION_F64, &input, error);
    if (status == SALTUS_OK) {
        status = sl_section_find(checkpoint, "ring.counts", SECTION_U64, &counts, error);
    }
    if (status == SALTUS_OK &&
        (input.count != (uint64_t)count * network->neuron_count ||
         counts.count != (uint64_t)count * network->projection_count * COUNTS)) {
        status = sl_section_damaged(checkpoint, "ring.input", error, "it has a wrong size");
    }
    for (size_t i = 0; status == SALTUS_OK && i < count; i++) {
        status = read_input(checkpoint, simulation, &input, step[i], error);
        if (status == SALTUS_OK) {
            status = read_counts(checkpoint, simulation, &counts, step[i], error);
        }
    }
    return status;
}

static saltus_status restore(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                             saltus_error *error)
{
    const uint32_t slots = slots_of(simulation);
    void *step = NULL;
    size_t count = 0;
    if (slots == 0) {
        return SALTUS_OK;
    }
    saltus_status status =
        sl_section_get_new(checkpoint, "ring.step", SECTION_I64, slots, &step, &count, error);
    if (status == SALTUS_OK && !steps_make_sense(simulation, step, count)) {
        status = sl_section_damaged(checkpoint, "ring.step", error, "its steps make no sense");
    }
    if (status == SALTUS_OK) {
        status = restore_slots(checkpoint, simulation, step, count, error);
    }
    free(step);
    return status;
}

const state_kind sl_keep_ring = {.put = put, .restore = restore};
