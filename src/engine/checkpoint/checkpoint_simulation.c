/* checkpoint_simulation - all kinds of state of a simulation into a checkpoint and back. */
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "engine/checkpoint/keep.h"
#include "engine/event/group.h"

/* In this order: what is behind needs what is before. */
static const state_kind *const kinds[] = {
    &sl_keep_facts,  &sl_keep_membranes, &sl_keep_flows,      &sl_keep_thresholds,  &sl_keep_groups,
    &sl_keep_faults, &sl_keep_rates,     &sl_keep_trains,     &sl_keep_queue,       &sl_keep_ring,
    &sl_keep_late,   &sl_keep_plastic,   &sl_keep_modulators, &sl_keep_transmission};
#define KINDS (sizeof kinds / sizeof kinds[0])

group_state *sl_keep_group(const saltus_simulation *simulation, uint32_t index)
{
    const group *group = &simulation->network->groups[index];
    block_state *block =
        &simulation->blocks[sl_network_block_of(simulation->network, group->first)];
    return &block->groups[index - block->block->first_group];
}

/* ---- Writing ------------------------------------------------------------------------------- */

saltus_status saltus_checkpoint_put_simulation(saltus_checkpoint_writer *writer,
                                               const saltus_simulation *simulation,
                                               saltus_error *error)
{
    if (writer == NULL || simulation == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "a writer and a simulation are needed");
    }
    if (simulation->running || simulation->broken) {
        return sl_fail(error, SALTUS_E_STATE, "%s",
                       simulation->running ? "a simulation that is running cannot be written"
                                           : "this simulation failed and can only be destroyed");
    }
    for (size_t i = 0; i < KINDS; i++) {
        kinds[i]->put(writer, simulation);
    }
    return sl_container_status(writer, error);
}

saltus_status saltus_checkpoint_write(const saltus_simulation *simulation, const char *path,
                                      saltus_error *error)
{
    saltus_checkpoint_writer *writer = NULL;
    saltus_status status = saltus_checkpoint_create(path, &writer, error);
    if (status != SALTUS_OK) {
        return status;
    }
    status = saltus_checkpoint_put_simulation(writer, simulation, error);
    if (status != SALTUS_OK) {
        saltus_checkpoint_discard(writer);
        return status;
    }
    return saltus_checkpoint_commit(writer, error);
}

/* ---- Reading ------------------------------------------------------------------------------- */

/* What every group and block waits for, from what it has. */
static sim_time next_of(const group_state *group)
{
    const release_queue *queue = &group->releases;
    sim_time next = queue->count > 0 ? queue->due[queue->first] : SIM_TIME_NEVER;
    if (group_crossing(group) < next) {
        next = group_crossing(group);
    }
    if (group->horizon < next) {
        next = group->horizon;
    }
    for (uint32_t i = 0; i < group->train_count; i++) {
        next = group->trains[i].next < next ? group->trains[i].next : next;
    }
    return next;
}

static void find_next(saltus_simulation *simulation)
{
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        block_state *block = &simulation->blocks[b];
        block->next = SIM_TIME_NEVER;
        for (uint32_t g = 0; g < block->block->group_count; g++) {
            block->group_next[g] = next_of(&block->groups[g]);
            block->next = block->group_next[g] < block->next ? block->group_next[g] : block->next;
        }
        for (size_t i = 0; i < block->spikes.count; i++) {
            const sim_time waiting = block->spikes.spike[i].time;
            block->next = waiting < block->next ? waiting : block->next;
        }
    }
}

/* Samples before now are taken, those at or after it are not. */
static void find_samples(saltus_simulation *simulation)
{
    for (uint32_t i = 0; i < simulation->network->potential_count; i++) {
        const network_potential *record = &simulation->network->potentials[i];
        sim_time next = record->start;
        if (next < simulation->now) {
            const sim_time behind = simulation->now - next;
            next = record->interval > 0
                       ? next + ((behind - 1) / record->interval + 1) * record->interval
                       : SIM_TIME_NEVER;
        }
        simulation->sample_next[i] = next < record->stop ? next : SIM_TIME_NEVER;
    }
}

saltus_status saltus_checkpoint_get_simulation(saltus_checkpoint *checkpoint,
                                               saltus_simulation *simulation, saltus_error *error)
{
    if (checkpoint == NULL || simulation == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "a checkpoint and a simulation are needed");
    }
    if (simulation->started || simulation->broken || simulation->running) {
        return sl_fail(error, SALTUS_E_STATE,
                       "only a simulation that has never run goes on from a checkpoint");
    }
    saltus_status status = SALTUS_OK;
    for (size_t i = 0; status == SALTUS_OK && i < KINDS; i++) {
        status = kinds[i]->restore(checkpoint, simulation, error);
    }
    if (status == SALTUS_OK) {
        status = sl_container_all_known(checkpoint, error);
    }
    if (status != SALTUS_OK) {
        simulation->broken = true;
        return status;
    }
    find_next(simulation);
    find_samples(simulation);
    sl_observe_weights_resume(simulation);
    return SALTUS_OK;
}

saltus_status saltus_checkpoint_restore(saltus_simulation *simulation, const char *path,
                                        saltus_error *error)
{
    saltus_checkpoint *checkpoint = NULL;
    saltus_status status = saltus_checkpoint_open(path, &checkpoint, error);
    if (status == SALTUS_OK) {
        status = saltus_checkpoint_get_simulation(checkpoint, simulation, error);
    } else if (simulation != NULL && !simulation->started) {
        simulation->broken = true;
    }
    saltus_checkpoint_close(checkpoint);
    return status;
}

saltus_status saltus_checkpoint_get_info(saltus_checkpoint *checkpoint,
                                         saltus_checkpoint_info *info, saltus_error *error)
{
    if (checkpoint == NULL || info == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "a checkpoint and a place for the facts are "
                       "needed");
    }
    return sl_keep_info(checkpoint, info, error);
}
