/* keep_thresholds - adaptive thresholds.
 *
 *   theta.value   scaled theta of every neuron, in the epoch of the run's time; 0 where none moves
 *   theta.stays   one a population: 1 where thresholds were told to stay
 *
 * The way to another epoch is an exact power of two (models/neuron/moving_threshold.h). */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/status.h"
#include "engine/checkpoint/keep.h"

#define LARGEST 1e300

static void put(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    if (simulation->theta == NULL) {
        return;
    }
    sl_section_begin(writer, "theta.value", SECTION_F64);
    for (uint32_t g = 0; g < network->group_count; g++) {
        const group_state *group = sl_keep_group(simulation, g);
        double value[NETWORK_GROUP_NEURONS] = {0};
        for (uint32_t i = 0; group->moving != NULL && i < group->group->count; i++) {
            value[i] = moving_threshold_in_epoch(group->moving, group->theta[i], simulation->now);
        }
        sl_section_append(writer, value, group->group->count);
    }
    sl_section_begin(writer, "theta.stays", SECTION_U32);
    for (uint32_t p = 0; p < network->population_count; p++) {
        const uint32_t stays = simulation->blocks[0].moving[p].stays;
        sl_section_append(writer, &stays, 1);
    }
}

static saltus_status restore(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                             saltus_error *error)
{
    const saltus_network *network = simulation->network;
    if (simulation->theta == NULL) {
        return SALTUS_OK;
    }
    saltus_status status = sl_section_get(checkpoint, "theta.value", SECTION_F64, simulation->theta,
                                          network->neuron_count, error);
    for (uint32_t i = 0; status == SALTUS_OK && i < network->neuron_count; i++) {
        if (!(fabs(simulation->theta[i]) <= LARGEST)) {
            status = sl_section_damaged(checkpoint, "theta.value", error,
                                        "neuron %u has the threshold %g", i, simulation->theta[i]);
        }
    }
    uint32_t *stays = sl_memory_array(network->population_count, sizeof *stays);
    if (stays == NULL) {
        return sl_fail_memory(error);
    }
    if (status == SALTUS_OK) {
        status = sl_section_get(checkpoint, "theta.stays", SECTION_U32, stays,
                                network->population_count, error);
    }
    for (uint32_t b = 0; status == SALTUS_OK && b < network->block_count; b++) {
        for (uint32_t p = 0; p < network->population_count; p++) {
            moving_threshold *moving = &simulation->blocks[b].moving[p];
            if (moving->scaled != NULL) {
                moving_threshold_set_epoch(moving, simulation->now);
                moving->stays = stays[p] != 0;
            }
        }
    }
    free(stays);
    return status;
}

const state_kind sl_keep_thresholds = {.put = put, .restore = restore};
