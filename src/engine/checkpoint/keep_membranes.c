/* keep_membranes - one number a neuron.
 *
 *   membrane.state    U, in the epochs of keep_facts.c; with a clock U of the step that has begun,
 *                     on the grid V - v_inf. -infinity while refractory; 0 for sources
 *   membrane.currents coordinates of neurons with currents (current_scale.h), in the same epochs;
 *                     on the grid J and H; of neurons with flows the currents of flow.time. Not
 *                     there where no neuron has any
 *   membrane.before   interpolated: V - v_inf at the beginning of the step; 0 for sources
 *
 * A block that had nothing to do may be in an earlier epoch than the last window. The way to
 * another epoch is an exact power of two, so a neuron that is brought there early has the same bits
 * later on (models/neuron/time_base.h). */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "engine/checkpoint/keep.h"
#include "engine/event/currents.h"
#include "models/neuron/lif_delta.h"

/* Far beyond any membrane; what is larger is no number of ours. */
#define LARGEST 1e300

/* A group in the epoch of the last window; `room` is used when it is not there yet. */
static const double *in_epoch(const saltus_simulation *simulation, const block_state *block,
                              const group_state *group, double *room)
{
    if (group->base == NULL || simulation->clock.step > 0) {
        return simulation->scaled + group->group->first;
    }
    if (group->currents.of != NULL) {
        double ignored[LIF_COORDINATES];
        for (uint32_t i = 0; i < group->group->count; i++) {
            sl_currents_in_epoch(simulation, block, group, i, &room[i], ignored);
        }
        return room;
    }
    const uint32_t index = group->population->time_base;
    const int64_t from = block->bases[index].epoch;
    if (from == simulation->bases[index].epoch) {
        return group->scaled;
    }
    const double factor = time_base_factor(&simulation->bases[index], from);
    for (uint32_t i = 0; i < group->group->count; i++) {
        room[i] = time_base_rescaled(group->scaled[i], factor);
    }
    return room;
}

static void put_before(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    static const double none[NETWORK_GROUP_NEURONS];
    sl_section_begin(writer, "membrane.before", SECTION_F64);
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        const block_state *block = &simulation->blocks[b];
        for (uint32_t g = 0; g < block->block->group_count; g++) {
            const group_state *group = &block->groups[g];
            const bool known = group->base != NULL && simulation->started;
            const uint32_t first = group->group->first - block->block->first_neuron;
            sl_section_append(writer, known ? block->before + first : none, group->group->count);
        }
    }
}

/* In the order of neurons; those without currents have none. */
static void put_currents(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    sl_section_begin(writer, "membrane.currents", SECTION_F64);
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        const block_state *block = &simulation->blocks[b];
        for (uint32_t g = 0; g < block->block->group_count; g++) {
            const group_state *group = &block->groups[g];
            if (group->flows.of != NULL) {
                sl_section_append(writer, group->flows.current,
                                  (size_t)group->group->count * group->flows.of->current_count);
            }
            for (uint32_t i = 0; group->currents.of != NULL && i < group->group->count; i++) {
                double a = 0;
                double coordinate[LIF_COORDINATES];
                sl_currents_in_epoch(simulation, block, group, i, &a, coordinate);
                sl_section_append(writer, coordinate, group->currents.of->coordinates);
            }
        }
    }
}

static void put(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    double room[NETWORK_GROUP_NEURONS];
    sl_section_begin(writer, "membrane.state", SECTION_F64);
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        const block_state *block = &simulation->blocks[b];
        for (uint32_t g = 0; g < block->block->group_count; g++) {
            const group_state *group = &block->groups[g];
            sl_section_append(writer, in_epoch(simulation, block, group, room),
                              group->group->count);
        }
    }
    if (simulation->network->coordinate_count > 0) {
        put_currents(writer, simulation);
    }
    if (simulation->clock.interpolates) {
        put_before(writer, simulation);
    }
}

static saltus_status check(const saltus_checkpoint *checkpoint, const char *name,
                           const double *values, size_t count, saltus_error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (!(fabs(values[i]) <= LARGEST) && values[i] != LIF_REFRACTORY) {
            return sl_section_damaged(checkpoint, name, error, "neuron %zu is at %g", i, values[i]);
        }
    }
    return SALTUS_OK;
}

static saltus_status restore_before(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                                    saltus_error *error)
{
    static const char name[] = "membrane.before";
    section section;
    saltus_status status = sl_section_find(checkpoint, name, SECTION_F64, &section, error);
    for (uint32_t b = 0; status == SALTUS_OK && b < simulation->network->block_count; b++) {
        const block_state *block = &simulation->blocks[b];
        const uint32_t count = block->block->neuron_count;
        status = sl_section_read(&section, block->before, count, error);
        if (status == SALTUS_OK) {
            status = check(checkpoint, name, block->before, count, error);
        }
    }
    if (status == SALTUS_OK && section.count > 0) {
        status = sl_section_damaged(checkpoint, name, error, "it has more values than neurons");
    }
    return status;
}

static saltus_status restore_currents(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                                      saltus_error *error)
{
    static const char name[] = "membrane.currents";
    const size_t count = simulation->network->coordinate_count;
    saltus_status status =
        sl_section_get(checkpoint, name, SECTION_F64, simulation->coordinates, count, error);
    for (size_t i = 0; status == SALTUS_OK && i < count; i++) {
        if (!(fabs(simulation->coordinates[i]) <= LARGEST)) {
            status = sl_section_damaged(checkpoint, name, error, "value %zu is %g", i,
                                        simulation->coordinates[i]);
        }
    }
    return status;
}

static saltus_status restore(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                             saltus_error *error)
{
    static const char name[] = "membrane.state";
    const uint32_t count = simulation->network->neuron_count;
    saltus_status status =
        sl_section_get(checkpoint, name, SECTION_F64, simulation->scaled, count, error);
    if (status == SALTUS_OK) {
        status = check(checkpoint, name, simulation->scaled, count, error);
    }
    if (status == SALTUS_OK && simulation->network->coordinate_count > 0) {
        status = restore_currents(checkpoint, simulation, error);
    }
    if (status == SALTUS_OK && simulation->clock.interpolates) {
        status = restore_before(checkpoint, simulation, error);
    }
    return status;
}

const state_kind sl_keep_membranes = {.put = put, .restore = restore};
