/* faults - what a simulation keeps for its faults (faults.h). */
#include "engine/faults/faults.h"

#include <stdlib.h>

#include "base/memory.h"
#include "engine/simulation.h"

/* ---- The simulation ------------------------------------------------------------------------ */

static bool is_timed(const network_fault *fault)
{
    return fault->type == SALTUS_FAULT_NEURON_LESION ||
           fault->type == SALTUS_FAULT_SYNAPSE_LESION || fault->type == SALTUS_FAULT_WEIGHT_NOISE;
}

/* Lists of faults by what they do; lesions and noise by time, equal ones as they were added. */
static void sort_out(faults *faults, const saltus_network *network)
{
    for (uint32_t i = 0; i < network->fault_count; i++) {
        const network_fault *fault = &network->faults[i];
        if (fault->type == SALTUS_FAULT_SPIKE_DROPOUT) {
            faults->spike_dropouts[faults->spike_dropout_count++] = i;
        } else if (fault->type == SALTUS_FAULT_SYNAPSE_DROPOUT) {
            faults->synapse_dropouts[faults->synapse_dropout_count++] = i;
        }
        if (!is_timed(fault)) {
            continue;
        }
        uint32_t at = faults->timed_count++;
        for (; at > 0 && network->faults[faults->timed[at - 1]].at > fault->at; at--) {
            faults->timed[at] = faults->timed[at - 1];
        }
        faults->timed[at] = i;
    }
}

/* Counters of spikes, one a neuron. */
static bool init_spikes(faults *faults, const saltus_network *network)
{
    for (uint32_t i = 0; i < faults->spike_dropout_count; i++) {
        const uint32_t index = faults->spike_dropouts[i];
        const uint32_t size = network->populations[network->faults[index].index].size;
        faults->spikes[index] = sl_memory_zeroed(size, sizeof **faults->spikes);
        if (faults->spikes[index] == NULL) {
            return false;
        }
    }
    return true;
}

bool sl_faults_init(saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    const uint32_t count = network->fault_count;
    if (count == 0) {
        return true;
    }
    faults *new = calloc(1, sizeof *new);
    simulation->faults = new;
    if (new == NULL) {
        return false;
    }
    new->effect = sl_memory_zeroed(count, sizeof *new->effect);
    new->timed = sl_memory_array(count, sizeof *new->timed);
    new->spike_dropouts = sl_memory_array(count, sizeof *new->spike_dropouts);
    new->synapse_dropouts = sl_memory_array(count, sizeof *new->synapse_dropouts);
    new->spikes = sl_memory_zeroed(count, sizeof *new->spikes);
    if (new->effect == NULL || new->timed == NULL || new->spike_dropouts == NULL ||
        new->synapse_dropouts == NULL || new->spikes == NULL) {
        return false;
    }
    sort_out(new, network);
    return init_spikes(new, network) && sl_faults_choose_neurons(simulation);
}

void sl_faults_clear(saltus_simulation *simulation)
{
    faults *faults = simulation->faults;
    if (faults == NULL) {
        return;
    }
    for (uint32_t i = 0; faults->spikes != NULL && i < simulation->network->fault_count; i++) {
        free(faults->spikes[i]);
    }
    free(faults->spikes);
    free(faults->effect);
    free(faults->timed);
    free(faults->dies);
    free(faults->spike_dropouts);
    free(faults->synapse_dropouts);
    free(faults);
}

/* ---- Blocks -------------------------------------------------------------------------------- */

/* What a projection needs. */
typedef struct need {
    bool any, lost, weight, draws;
} need;

static need need_of(const saltus_network *network, uint32_t index)
{
    const projection *projection = &network->projections[index];
    need need = {0};
    for (uint32_t i = 0; i < network->fault_count; i++) {
        const network_fault *fault = &network->faults[i];
        const bool here = fault->index == index;
        switch (fault->type) {
        case SALTUS_FAULT_NEURON_LESION:
            need.lost |= fault->index == projection->target;
            break;
        case SALTUS_FAULT_SYNAPSE_LESION:
            need.lost |= here;
            need.draws |= here;
            break;
        case SALTUS_FAULT_WEIGHT_NOISE:
            need.weight |= here && fault->sd > 0 && projection->plasticity.rule == NULL;
            need.draws |= here && fault->sd > 0;
            break;
        case SALTUS_FAULT_SYNAPSE_DROPOUT:
            need.draws |= here;
            break;
        case SALTUS_FAULT_SPIKE_DROPOUT:
            break;
        }
    }
    need.any = need.lost || need.draws;
    return need;
}

static bool init_part(block_state *block, uint32_t index, const need *need, uint32_t *longest)
{
    const saltus_network *network = block->network;
    const projection *from = &network->projections[index];
    const fan_out *rows = &from->blocks[block->index];
    const uint32_t sources = network->populations[from->source].size;
    const uint32_t synapses = rows->row[sources];
    fault_part *new = calloc(1, sizeof *new);
    block->faults->part[index] = new;
    if (new == NULL) {
        return false;
    }
    if (need->lost) {
        new->lost = sl_memory_zeroed((size_t)synapses / 64 + 1, sizeof *new->lost);
    }
    if (need->weight) {
        new->weight = sl_memory_array(synapses, sizeof *new->weight);
    }
    const synapse_run whole = sl_synapse_run(network, index, block->index, 0, synapses, 0);
    if ((need->lost && new->lost == NULL) || (need->weight && new->weight == NULL) ||
        (need->draws && !sl_synapse_ordinals(&whole, &new->ordinal))) {
        return false;
    }
    for (uint32_t s = 0; s < sources; s++) {
        const uint32_t length = rows->row[s + 1] - rows->row[s];
        *longest = length > *longest ? length : *longest;
    }
    return true;
}

bool sl_faults_block_init(block_state *block)
{
    const saltus_network *network = block->network;
    uint32_t longest = 0;
    if (block->simulation->faults == NULL) {
        return true;
    }
    block_faults *new = calloc(1, sizeof *new);
    block->faults = new;
    if (new == NULL) {
        return false;
    }
    new->part = sl_memory_zeroed(network->projection_count, sizeof *new->part);
    new->dropped = sl_memory_zeroed(network->fault_count, sizeof *new->dropped);
    if (new->part == NULL || new->dropped == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < network->projection_count; i++) {
        const need need = need_of(network, i);
        if (need.any && network->projections[i].blocks[block->index].row != NULL &&
            !init_part(block, i, &need, &longest)) {
            return false;
        }
    }
    new->kept = sl_memory_array(longest, sizeof *new->kept);
    new->target = sl_memory_array(longest, sizeof *new->target);
    new->weight = sl_memory_array(longest, sizeof *new->weight);
    return new->kept != NULL &&new->target != NULL &&new->weight != NULL;
}

void sl_faults_block_clear(block_state *block)
{
    block_faults *faults = block->faults;
    if (faults == NULL) {
        return;
    }
    for (uint32_t i = 0; faults->part != NULL && i < block->network->projection_count; i++) {
        if (faults->part[i] != NULL) {
            free(faults->part[i]->lost);
            free(faults->part[i]->weight);
            free(faults->part[i]->ordinal);
            free(faults->part[i]);
        }
    }
    free(faults->part);
    free(faults->dropped);
    free(faults->kept);
    free(faults->target);
    free(faults->weight);
    free(faults);
}

/* ---- Reading ------------------------------------------------------------------------------- */

uint32_t saltus_simulation_fault_count(const saltus_simulation *simulation)
{
    return simulation->network->fault_count;
}

saltus_fault_effect saltus_simulation_fault(const saltus_simulation *simulation, uint32_t index)
{
    const saltus_network *network = simulation->network;
    if (index >= network->fault_count) {
        return (saltus_fault_effect){0};
    }
    saltus_fault_effect effect = simulation->faults->effect[index];
    if (is_timed(&network->faults[index])) {
        return effect.begun ? effect : (saltus_fault_effect){0};
    }
    effect.begun = simulation->now > network->faults[index].start;
    for (uint32_t b = 0; b < network->block_count; b++) {
        effect.lost += simulation->blocks[b].faults->dropped[index];
    }
    return effect;
}

void sl_faults_walk(const saltus_simulation *simulation, uint32_t index, uint32_t b,
                    fault_visit *visit, void *user)
{
    const saltus_network *network = simulation->network;
    const projection *projection = &network->projections[index];
    const fan_out *rows = &projection->blocks[b];
    const fault_part *part = fault_part_of(&simulation->blocks[b], index);
    const uint32_t sources = network->populations[projection->source].size;
    for (uint32_t source = 0; part != NULL && source < sources; source++) {
        const uint32_t begin = rows->row[source];
        const uint32_t end = rows->row[source + 1];
        const synapse_run run = sl_synapse_run(network, index, b, begin, end - begin, source);
        uint32_t ordinal = 0;
        for (uint32_t i = begin; i < end; i++) {
            ordinal = synapse_ordinal(part->ordinal, &run, !projection->own_delay, i, ordinal);
            visit(user, &run, i, ordinal, fault_is_lost(part, i));
        }
    }
}
