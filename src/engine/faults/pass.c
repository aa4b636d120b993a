/* pass - what gets through: spikes onto their way, arrivals through single synapses.
 *
 * Whether chance lets something through belongs to (fault, neuron, number of its spike since the
 * beginning of the dropout) or to (fault, synapse, number of its source's spike). */
#include "engine/faults/faults.h"
#include "engine/simulation.h"

void sl_faults_silence(saltus_simulation *simulation)
{
    const faults *faults = simulation->faults;
    spike_buffer *merged = &simulation->merged;
    if (faults == NULL || faults->dies == NULL) {
        return;
    }
    size_t count = 0;
    for (size_t i = 0; i < merged->count; i++) {
        const emitted_spike spike = merged->spike[i];
        merged->spike[count] = spike;
        count += spike.time < faults->dies[spike.neuron];
    }
    merged->count = count;
}

bool sl_faults_sends(saltus_simulation *simulation, uint32_t population, uint32_t neuron,
                     sim_time t)
{
    faults *faults = simulation->faults;
    const saltus_network *network = simulation->network;
    const uint32_t member = neuron - network->populations[population].first;
    bool sends = true;
    for (uint32_t i = 0; i < faults->spike_dropout_count; i++) {
        const uint32_t index = faults->spike_dropouts[i];
        const network_fault *fault = &network->faults[index];
        if (fault->index != population || t < fault->start || t >= fault->stop) {
            continue;
        }
        random_stream stream = random_stream_at(network->seed, RANDOM_DROPOUT, index, member);
        faults->draws++;
        stream.count = UINT64_C(2) * faults->spikes[index][member]++;
        if (sl_random_uniform(&stream) < fault->probability) {
            faults->effect[index].lost++;
            sends = false;
        }
    }
    return sends;
}

/* Of the places in `kept`, those that chance lets through; returns how many. */
static uint32_t drop(block_state *block, uint32_t fault, const synapse_run *run, uint32_t number,
                     uint32_t *kept, uint32_t count)
{
    const fault_part *part = block->faults->part[run->index];
    const bool sorted = !block->network->projections[run->index].own_delay;
    const double probability = block->network->faults[fault].probability;
    uint32_t passing = 0;
    uint32_t ordinal = 0;
    uint32_t at = 0; /* ordinals are told by going through all of the row */
    for (uint32_t k = 0; k < count; k++) {
        for (; at <= kept[k]; at++) {
            ordinal = synapse_ordinal(part->ordinal, run, sorted, run->first + at, ordinal);
        }
        const uint32_t target = run->target[run->first + kept[k]];
        random_stream stream = synapse_stream(run, RANDOM_DROPOUT, fault, target, ordinal, number);
        kept[passing] = kept[k];
        passing += !(sl_random_uniform(&stream) < probability);
    }
    block->faults->dropped[fault] += count - passing;
    block->faults->draws += count;
    return passing;
}

uint32_t sl_faults_pass(block_state *block, uint32_t index, uint32_t first, uint32_t count,
                        const arrival *arrival, uint32_t number)
{
    const faults *faults = block->simulation->faults;
    const saltus_network *network = block->network;
    const fault_part *part = block->faults->part[index];
    uint32_t *kept = block->faults->kept;
    uint32_t passing = 0;
    for (uint32_t i = 0; i < count; i++) {
        kept[passing] = i;
        passing += !fault_is_lost(part, first + i);
    }
    /* a lost synapse learns where nobody sees it */
    if (block->plastic != NULL && block->plastic[index] != NULL &&
        !block->simulation->plastic[index]->frozen) {
        block->plastic[index]->updates -= count - passing;
    }
    for (uint32_t i = 0; i < faults->synapse_dropout_count; i++) {
        const uint32_t n = faults->synapse_dropouts[i];
        const network_fault *fault = &network->faults[n];
        if (fault->index != index || arrival->time < fault->start || arrival->time >= fault->stop) {
            continue;
        }
        const uint32_t source =
            arrival->source - network->populations[network->projections[index].source].first;
        const synapse_run run = sl_synapse_run(network, index, block->index, first, count, source);
        passing = drop(block, n, &run, number, kept, passing);
    }
    return passing;
}

void sl_faults_read(const block_state *block, uint32_t index, uint32_t first, uint32_t count,
                    double *weight)
{
    const fault_part *part = fault_part_of(block, index);
    if (part == NULL) {
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (fault_is_lost(part, first + i)) {
            weight[i] = 0;
        } else if (part->disturbed) {
            weight[i] = part->weight[first + i];
        }
    }
}
