/* strike - lesions and noise as they come.
 *
 * A run that goes on from a checkpoint has them again: neurons and synapses that were lost are
 * marked as they were, and weights that stay are disturbed as they were, because all of it is drawn
 * from streams of its own. Weights that learn come from the checkpoint. */
#include "engine/faults/faults.h"

#include "base/exact_math.h"
#include "base/status.h"
#include "engine/event/flows.h"
#include "engine/event/own_spikes.h"
#include "engine/simulation.h"
#include "models/neuron/lif_delta.h"
#include "saltus/catalog.h"

/* ---- Neurons ------------------------------------------------------------------------------- */

/* Take a member out of the queue of refractory neurons: nothing releases it. */
static void unqueue(release_queue *queue, uint32_t member)
{
    uint32_t kept = 0;
    for (uint32_t k = 0; k < queue->count; k++) {
        const uint32_t from = (queue->first + k) & (queue->size - 1);
        const uint32_t to = (queue->first + kept) & (queue->size - 1);
        if (queue->member[from] != member) {
            queue->due[to] = queue->due[from];
            queue->member[to] = queue->member[from];
            kept++;
        }
    }
    queue->count = kept;
}

static void silence_group(group_state *group, const faults *faults, sim_time at)
{
    for (uint32_t i = 0; i < group->group->count; i++) {
        if (faults->dies[group->group->first + i] > at) {
            continue;
        }
        if (group->scaled[i] == LIF_REFRACTORY || group_forbids_spike(group, i)) {
            unqueue(&group->releases, i);
        }
        if (group->flows.of != NULL) {
            sl_flows_silence(group, i);
        }
        group->scaled[i] = LIF_REFRACTORY;
    }
}

/* Synapses onto neurons that are lost are lost with them. */
static void lose_inputs(saltus_simulation *simulation, uint32_t index, uint32_t projection,
                        uint32_t b)
{
    const saltus_network *network = simulation->network;
    const struct projection *from = &network->projections[projection];
    const fan_out *rows = &from->blocks[b];
    const sim_time at = network->faults[index].at;
    const uint32_t synapses = rows->row[network->populations[from->source].size];
    for (uint32_t i = 0; i < synapses; i++) {
        if (simulation->faults->dies[rows->target[i]] <= at) {
            sl_faults_lose(simulation, index, projection, b, i);
        }
    }
}

static void strike_neurons(saltus_simulation *simulation, uint32_t index, bool again)
{
    const saltus_network *network = simulation->network;
    const network_fault *fault = &network->faults[index];
    for (uint32_t b = 0; b < network->block_count; b++) {
        block_state *block = &simulation->blocks[b];
        for (uint32_t g = 0; g < block->block->group_count; g++) {
            group_state *group = &block->groups[g];
            if (group->group->population == fault->index && group->base != NULL) {
                silence_group(group, simulation->faults, fault->at);
            }
        }
        for (uint32_t i = 0; i < network->projection_count; i++) {
            if (network->projections[i].target == fault->index && fault_part_of(block, i) != NULL &&
                !(again && sl_faults_depends_on_run(simulation, i))) {
                lose_inputs(simulation, index, i, b);
            }
        }
    }
}

/* ---- Synapses ------------------------------------------------------------------------------ */

double sl_faults_weight(const block_state *block, uint32_t index, uint32_t synapse)
{
    const projection *projection = &block->network->projections[index];
    const fan_out *rows = &projection->blocks[block->index];
    const plastic_synapses *plastic = block->plastic != NULL ? block->plastic[index] : NULL;
    const fault_part *part = fault_part_of(block, index);
    if (plastic != NULL) {
        return plastic->weight_f != NULL ? (double)plastic->weight_f[synapse]
                                         : plastic->weight_d[synapse];
    }
    if (part != NULL && part->disturbed) {
        return part->weight[synapse];
    }
    return rows->weight_f != NULL   ? (double)rows->weight_f[synapse]
           : rows->weight_d != NULL ? rows->weight_d[synapse]
                                    : projection->weight;
}

void sl_faults_lose(saltus_simulation *simulation, uint32_t fault, uint32_t projection, uint32_t b,
                    uint32_t synapse)
{
    const block_state *block = &simulation->blocks[b];
    fault_part *part = block->faults->part[projection];
    plastic_synapses *plastic = block->plastic != NULL ? block->plastic[projection] : NULL;
    if (fault_is_lost(part, synapse)) {
        return;
    }
    part->lost[synapse / 64] |= UINT64_C(1) << synapse % 64;
    simulation->faults->effect[fault].synapses++;
    if (plastic != NULL) {
        const fan_out *rows = &block->network->projections[projection].blocks[b];
        plastic->in_degree[rows->target[synapse] - plastic->first_target]--;
    }
}

/* The factor of one synapse. */
static double noise_factor(const network_fault *fault, random_stream *stream)
{
    if (fault->lognormal) {
        return sl_exp(fault->sd * sl_random_normal(stream));
    }
    double factor = 0;
    while (!(factor > 0)) {
        factor = 1 + fault->sd * sl_random_normal(stream);
    }
    return factor;
}

static void set_weight(block_state *block, uint32_t index, uint32_t synapse, double weight)
{
    plastic_synapses *plastic = block->plastic != NULL ? block->plastic[index] : NULL;
    if (plastic == NULL) {
        block->faults->part[index]->weight[synapse] = weight;
        return;
    }
    const plastic_projection *rule = block->simulation->plastic[index];
    const double bounded = rule->sign * plastic_bounded(&rule->bounds, rule->sign * weight);
    if (plastic->weight_f != NULL) {
        plastic->weight_f[synapse] = (float)bounded;
    } else {
        plastic->weight_d[synapse] = bounded;
    }
}

typedef struct disturbance {
    saltus_simulation *simulation;
    uint32_t fault;
    bool known; /* the weights are so already, those that are disturbed are only counted */
} disturbance;

static void disturb_synapse(void *user, const synapse_run *run, uint32_t synapse, uint32_t ordinal,
                            bool lost)
{
    const disturbance *by = user;
    block_state *block = &by->simulation->blocks[run->block];
    by->simulation->faults->effect[by->fault].synapses += !lost;
    if (by->known) {
        return;
    }
    random_stream stream =
        synapse_stream(run, RANDOM_NOISE, by->fault, run->target[synapse], ordinal, 0);
    const double factor = noise_factor(&by->simulation->network->faults[by->fault], &stream);
    set_weight(block, run->index, synapse, sl_faults_weight(block, run->index, synapse) * factor);
}

/* Synapses that are still there, of a projection that may have no part. */
static uint64_t count_left(const saltus_simulation *simulation, uint32_t index)
{
    const projection *projection = &simulation->network->projections[index];
    uint64_t left = projection->synapses;
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        const fault_part *part = fault_part_of(&simulation->blocks[b], index);
        const uint32_t *row = projection->blocks[b].row;
        if (part == NULL || part->lost == NULL) {
            continue;
        }
        const uint32_t synapses = row[simulation->network->populations[projection->source].size];
        for (uint32_t word = 0; word <= synapses / 64; word++) {
            left -= (uint64_t)__builtin_popcountll(part->lost[word]);
        }
    }
    return left;
}

static void disturb(saltus_simulation *simulation, uint32_t fault, bool known)
{
    const uint32_t index = simulation->network->faults[fault].index;
    disturbance by = {.simulation = simulation, .fault = fault, .known = known};
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        fault_part *part = fault_part_of(&simulation->blocks[b], index);
        if (part != NULL) {
            sl_faults_walk(simulation, index, b, disturb_synapse, &by);
            part->disturbed = part->weight != NULL;
        }
    }
}

/* ---- When ---------------------------------------------------------------------------------- */

static bool learns(const saltus_simulation *simulation, uint32_t projection)
{
    return simulation->plastic != NULL && simulation->plastic[projection] != NULL;
}

/* What happened so far counts by the weights as they were. False: out of memory. */
static bool settle(saltus_simulation *simulation, uint32_t projection)
{
    bool done = true;
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        block_state *block = &simulation->blocks[b];
        if (block->plastic[projection] != NULL) {
            sl_plastic_settle(block, projection, simulation->now);
        }
        done &= block->status == SALTUS_OK;
    }
    return done;
}

/* Are the weights it goes by known only from the run itself? */
static bool goes_by_learnt(const saltus_simulation *simulation, const network_fault *fault)
{
    return fault->type == SALTUS_FAULT_SYNAPSE_LESION && fault->order == SALTUS_LESION_WEIGHT &&
           learns(simulation, fault->index);
}

static bool has_struck(const saltus_simulation *simulation, const network_fault *fault)
{
    return fault->at < simulation->now || (fault->at == 0 && simulation->started);
}

bool sl_faults_depends_on_run(const saltus_simulation *simulation, uint32_t projection)
{
    for (uint32_t i = 0; i < simulation->network->fault_count; i++) {
        const network_fault *fault = &simulation->network->faults[i];
        if (fault->index == projection && goes_by_learnt(simulation, fault) &&
            has_struck(simulation, fault)) {
            return true;
        }
    }
    return false;
}

/* `again`: in a run that goes on from a checkpoint. False: out of memory. */
static bool strike_one(saltus_simulation *simulation, uint32_t index, bool again)
{
    const network_fault *fault = &simulation->network->faults[index];
    saltus_fault_effect *effect = &simulation->faults->effect[index];
    effect->begun = true;
    switch (fault->type) {
    case SALTUS_FAULT_NEURON_LESION:
        strike_neurons(simulation, index, again);
        return true;
    case SALTUS_FAULT_SYNAPSE_LESION:
        if (again && sl_faults_depends_on_run(simulation, fault->index)) {
            return true;
        }
        return (!goes_by_learnt(simulation, fault) || settle(simulation, fault->index)) &&
               sl_faults_choose_synapses(simulation, index);
    case SALTUS_FAULT_WEIGHT_NOISE:
        if (fault->sd == 0) { /* not even rounded once more */
            effect->synapses += count_left(simulation, fault->index);
            return true;
        }
        if (!again && learns(simulation, fault->index) && !settle(simulation, fault->index)) {
            return false;
        }
        disturb(simulation, index, again && learns(simulation, fault->index));
        return true;
    case SALTUS_FAULT_SPIKE_DROPOUT:
    case SALTUS_FAULT_SYNAPSE_DROPOUT:
        return true;
    }
    return true;
}

sim_time sl_faults_next(const saltus_simulation *simulation)
{
    const faults *faults = simulation->faults;
    return faults != NULL && faults->next < faults->timed_count
               ? simulation->network->faults[faults->timed[faults->next]].at
               : SIM_TIME_NEVER;
}

saltus_status sl_faults_strike(saltus_simulation *simulation, saltus_error *error)
{
    while (sl_faults_next(simulation) == simulation->now) {
        faults *faults = simulation->faults;
        if (!strike_one(simulation, faults->timed[faults->next++], false)) {
            return sl_fail_memory(error);
        }
    }
    return SALTUS_OK;
}

saltus_status sl_faults_resume(saltus_simulation *simulation, saltus_error *error)
{
    faults *faults = simulation->faults;
    const network_fault *all = simulation->network->faults;
    while (faults->next < faults->timed_count &&
           has_struck(simulation, &all[faults->timed[faults->next]])) {
        if (!strike_one(simulation, faults->timed[faults->next++], true)) {
            return sl_fail_memory(error);
        }
    }
    return SALTUS_OK;
}

bool sl_faults_is_dead(const saltus_simulation *simulation, uint32_t neuron)
{
    const faults *faults = simulation->faults;
    if (faults == NULL || faults->dies == NULL) {
        return false;
    }
    const sim_time dies = faults->dies[neuron];
    return dies < simulation->now || (dies == 0 && simulation->started);
}
