/* keep_faults - what faults have done that does not follow from the experiment and the time. For a
 * network that has some:
 *
 *   fault.lost            of each: spikes or arrivals that chance has lost
 *   fault.draws           random words that this has taken
 *   fault.N.spikes        dropout of spikes: of each neuron since the dropout began
 *   fault.N.synapses      lesion by weights that learn, once it has come: 1 for each synapse that
 * it took, 0 for others, in the order of keep_synapses.h
 *
 * All else comes about again (engine/faults/strike.c). */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/status.h"
#include "engine/checkpoint/keep.h"
#include "engine/checkpoint/keep_log.h"
#include "engine/checkpoint/keep_synapses.h"

#define TAKEN 2u /* numbers of a fault */

static void name_section(char *name, uint32_t fault, const char *part)
{
    snprintf(name, KEEP_NAME, "fault.%u.%s", fault, part);
}

static uint32_t sources_of(const saltus_simulation *simulation, uint32_t projection)
{
    const saltus_network *network = simulation->network;
    return network->populations[network->projections[projection].source].size;
}

/* ---- Writing ------------------------------------------------------------------------------- */

static void put_synapses(saltus_checkpoint_writer *writer, const saltus_simulation *simulation,
                         uint32_t index)
{
    char name[KEEP_NAME];
    synapse_place *place = sl_keep_synapses_room(simulation, index);
    if (place == NULL) {
        sl_container_out_of_memory(writer);
        return;
    }
    name_section(name, index, "synapses");
    sl_section_begin(writer, name, SECTION_U16);
    for (uint32_t s = 0; s < sources_of(simulation, index); s++) {
        const uint32_t count = sl_keep_synapses_row(simulation, index, s, place);
        for (uint32_t i = 0; i < count; i++) {
            const fault_part *part = fault_part_of(&simulation->blocks[place[i].block], index);
            const uint16_t lost = fault_is_lost(part, place[i].index);
            sl_section_append(writer, &lost, 1);
        }
    }
    free(place);
}

static void put(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    const faults *faults = simulation->faults;
    if (faults == NULL) {
        return;
    }
    uint64_t draws = faults->draws;
    sl_section_begin(writer, "fault.taken", SECTION_U64);
    for (uint32_t i = 0; i < network->fault_count; i++) {
        uint64_t taken[TAKEN] = {faults->effect[i].synapses, faults->effect[i].lost};
        for (uint32_t b = 0; b < network->block_count; b++) {
            taken[1] += simulation->blocks[b].faults->dropped[i];
        }
        sl_section_append(writer, taken, TAKEN);
    }
    for (uint32_t b = 0; b < network->block_count; b++) {
        draws += simulation->blocks[b].faults->draws;
    }
    sl_section_put(writer, "fault.draws", SECTION_U64, &draws, 1);
    for (uint32_t i = 0; i < network->fault_count; i++) {
        char name[KEEP_NAME];
        if (faults->spikes[i] != NULL) {
            name_section(name, i, "spikes");
            sl_section_put(writer, name, SECTION_U32, faults->spikes[i],
                           network->populations[network->faults[i].index].size);
        }
    }
    for (uint32_t i = 0; i < network->projection_count; i++) {
        if (sl_faults_depends_on_run(simulation, i)) {
            put_synapses(writer, simulation, i);
        }
    }
}

/* ---- Reading ------------------------------------------------------------------------------- */

static saltus_status mark_row(section *section, saltus_simulation *simulation, uint32_t index,
                              const synapse_place *place, uint32_t count, saltus_error *error)
{
    for (uint32_t i = 0; i < count; i++) {
        uint16_t lost = 0;
        const saltus_status status = sl_section_read(section, &lost, 1, error);
        if (status != SALTUS_OK) {
            return status;
        }
        if (lost > 1) {
            return sl_section_damaged(section->checkpoint, section->name, error,
                                      "a synapse has the mark %u", lost);
        }
        if (lost == 1) {
            /* whose it is stands in fault.taken */
            sl_faults_lose(simulation, 0, index, place[i].block, place[i].index);
        }
    }
    return SALTUS_OK;
}

static saltus_status mark(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                          uint32_t index, saltus_error *error)
{
    char name[KEEP_NAME];
    section section;
    synapse_place *place = sl_keep_synapses_room(simulation, index);
    if (place == NULL) {
        return sl_fail_memory(error);
    }
    name_section(name, index, "synapses");
    saltus_status status = sl_section_find(checkpoint, name, SECTION_U16, &section, error);
    if (status == SALTUS_OK && section.count != simulation->network->projections[index].synapses) {
        status = sl_section_damaged(checkpoint, name, error, "it has a wrong size");
    }
    for (uint32_t s = 0; status == SALTUS_OK && s < sources_of(simulation, index); s++) {
        const uint32_t count = sl_keep_synapses_row(simulation, index, s, place);
        status = mark_row(&section, simulation, index, place, count, error);
    }
    free(place);
    return status;
}

static saltus_status restore_spikes(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                                    saltus_error *error)
{
    const saltus_network *network = simulation->network;
    const faults *faults = simulation->faults;
    saltus_status status = SALTUS_OK;
    for (uint32_t i = 0; status == SALTUS_OK && i < faults->spike_dropout_count; i++) {
        const uint32_t index = faults->spike_dropouts[i];
        char name[KEEP_NAME];
        name_section(name, index, "spikes");
        status = sl_section_get(checkpoint, name, SECTION_U32, faults->spikes[index],
                                network->populations[network->faults[index].index].size, error);
    }
    return status;
}

static saltus_status restore_taken(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                                   saltus_error *error)
{
    saltus_fault_effect *effect = simulation->faults->effect;
    section section;
    saltus_status status = sl_section_find(checkpoint, "fault.taken", SECTION_U64, &section, error);
    const uint32_t count = simulation->network->fault_count;
    if (status == SALTUS_OK && section.count != TAKEN * (uint64_t)count) {
        status = sl_section_damaged(checkpoint, "fault.taken", error, "it has a wrong size");
    }
    for (uint32_t i = 0; status == SALTUS_OK && i < count; i++) {
        uint64_t taken[TAKEN] = {0};
        status = sl_section_read(&section, taken, TAKEN, error);
        effect[i].synapses = taken[0];
        effect[i].lost = taken[1];
    }
    return status;
}

static saltus_status restore(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                             saltus_error *error)
{
    if (simulation->faults == NULL) {
        return SALTUS_OK;
    }
    saltus_status status = sl_faults_resume(simulation, error);
    for (uint32_t i = 0; status == SALTUS_OK && i < simulation->network->projection_count; i++) {
        if (sl_faults_depends_on_run(simulation, i)) {
            status = mark(checkpoint, simulation, i, error);
        }
    }
    if (status == SALTUS_OK) {
        status = restore_spikes(checkpoint, simulation, error);
    }
    if (status == SALTUS_OK) {
        status = sl_section_get(checkpoint, "fault.draws", SECTION_U64, &simulation->faults->draws,
                                1, error);
    }
    return status != SALTUS_OK ? status : restore_taken(checkpoint, simulation, error);
}

const state_kind sl_keep_faults = {.put = put, .restore = restore};
