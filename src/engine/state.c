/* state - allocation of blocks and groups, initial potentials, first chunks of the trains. */
#include "engine/state.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/clock/input_ring.h"
#include "engine/event/currents.h"
#include "engine/event/flows.h"
#include "engine/event/own_delays.h"
#include "engine/simulation.h"
#include "saltus/catalog.h"

_Static_assert(sizeof(group_state) + sizeof(sim_time) == GROUP_STATE_BYTES,
               "the estimate of memory (network/simulation_bytes.h) knows what a group takes");

bool sl_spike_buffer_push(spike_buffer *buffer, emitted_spike spike)
{
    void *spikes = buffer->spike;
    if (!sl_memory_grow(&spikes, &buffer->capacity, buffer->count, sizeof *buffer->spike)) {
        return false;
    }
    buffer->spike = spikes;
    buffer->spike[buffer->count++] = spike;
    return true;
}

bool sl_arrival_list_push(arrival_list *list, arrival entry)
{
    void *entries = list->entry;
    if (!sl_memory_grow(&entries, &list->capacity, list->count, sizeof *list->entry)) {
        return false;
    }
    list->entry = entries;
    list->entry[list->count++] = entry;
    return true;
}

static bool init_releases(release_queue *queue, uint32_t neurons)
{
    queue->size = 1;
    while (queue->size < neurons) {
        queue->size *= 2;
    }
    queue->due = sl_memory_array(queue->size, sizeof *queue->due);
    queue->member = sl_memory_array(queue->size, sizeof *queue->member);
    return queue->due != NULL && queue->member != NULL;
}

/* Does an input have a train in this group? */
static bool has_train(const network_input *input, const group *group)
{
    return input->population == group->population && network_input_arrives(input);
}

/* Trains of a group of neurons: one per input to its population that something arrives through. */
static bool init_inputs(group_state *state, const saltus_network *network,
                        const train_scales *scales)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < network->input_count; i++) {
        count += has_train(&network->inputs[i], state->group);
    }
    state->trains = sl_memory_zeroed(count, sizeof *state->trains);
    if (state->trains == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < network->input_count; i++) {
        if (has_train(&network->inputs[i], state->group) &&
            !sl_train_init_input(&state->trains[state->train_count++], network, i, state->group,
                                 scales)) {
            return false;
        }
    }
    return true;
}

/* The potentials of sources are never used; they are 0 so that loops may run over them. */
static bool init_source(group_state *state, const saltus_network *network, double *scaled)
{
    memset(scaled, 0, state->group->count * sizeof *scaled);
    state->trains = sl_memory_zeroed(1, sizeof *state->trains);
    if (state->trains == NULL) {
        return false;
    }
    state->train_count = 1;
    return sl_train_init_source(&state->trains[0], network, state->group);
}

/* At time 0 every scale is 1: U is the potential itself. */
static void set_potentials(group_state *state)
{
    const population *from = state->population;
    const uint32_t offset = state->group->first - from->first;
    for (uint32_t i = 0; i < state->group->count; i++) {
        state->scaled[i] = from->v_init_of != NULL ? from->v_init_of[offset + i] : from->v_init;
    }
}

static bool init_group(group_state *state, block_state *block, const group *group)
{
    const saltus_simulation *simulation = block->simulation;
    state->group = group;
    state->population = &block->network->populations[group->population];
    state->horizon = SIM_TIME_NEVER;
    if (saltus_model_is_source(state->population->model)) {
        return init_source(state, block->network, simulation->scaled + group->first);
    }
    const uint32_t offset = group->first - state->population->first;
    state->base = &block->bases[state->population->time_base];
    state->scaled = simulation->scaled + group->first;
    state->test = simulation->tests[group->population];
    if (state->test.th_of != NULL) {
        state->test.th_of += offset;
    }
    state->drive = &simulation->drives[group->population];
    state->reset = state->drive->reset;
    if (state->drive->reset_of != NULL) {
        state->reset_of = state->drive->reset_of + offset;
    }
    if (state->population->theta_plus > 0) {
        state->moving = &block->moving[group->population];
        state->theta = simulation->theta + group->first;
    }
    set_potentials(state);
    if (state->population->flow != NULL) {
        const train_scales none = {0};
        return init_releases(&state->releases, group->count) && sl_flows_init(block, state) &&
               init_inputs(state, block->network, &none);
    }
    if (state->population->currents != NULL) {
        if (!init_releases(&state->releases, group->count) || !sl_currents_init(block, state)) {
            return false;
        }
        const train_scales scales = sl_currents_train_scales(state);
        return init_inputs(state, block->network, &scales);
    }
    state->horizon = state->test.drift ? 0 : SIM_TIME_NEVER;
    const train_scales scales = {.kept = !simulation->clock.on_grid};
    return init_releases(&state->releases, group->count) &&
           init_inputs(state, block->network, &scales);
}

/* Fill the first chunks and find the first event of each group. */
static void fill_trains(block_state *block)
{
    block->next = SIM_TIME_NEVER;
    for (uint32_t g = 0; g < block->block->group_count; g++) {
        group_state *group = &block->groups[g];
        block->group_next[g] = group_crossing(group);
        if (group->horizon < block->group_next[g]) {
            block->group_next[g] = group->horizon;
        }
        block->context.base = group->base;
        for (uint32_t i = 0; i < group->train_count; i++) {
            sl_train_refill(&group->trains[i], &block->context);
            if (group->trains[i].next < block->group_next[g]) {
                block->group_next[g] = group->trains[i].next;
            }
        }
        if (block->group_next[g] < block->next) {
            block->next = block->group_next[g];
        }
    }
}

/* Moving thresholds, one for the neurons of a population in the block. */
static bool init_moving(block_state *block)
{
    const saltus_network *network = block->network;
    if (block->simulation->theta == NULL) {
        return true;
    }
    block->moving = sl_memory_zeroed(network->population_count, sizeof *block->moving);
    for (uint32_t i = 0; block->moving != NULL && i < network->population_count; i++) {
        const population *from = &network->populations[i];
        if (from->theta_plus > 0) {
            uint32_t first = 0;
            block->moving[i] = moving_threshold_create(from->theta_plus, from->tau_theta_ms);
            block->moving[i].count = sl_block_neurons(block->block, from, &first);
            block->moving[i].scaled = block->simulation->theta + first;
        }
    }
    return block->moving != NULL;
}

uint32_t sl_block_neurons(const block *block, const population *population, uint32_t *first)
{
    const uint32_t end = block->first_neuron + block->neuron_count;
    const uint32_t last = population->first + population->size;
    *first = population->first > block->first_neuron ? population->first : block->first_neuron;
    const uint32_t stop = last < end ? last : end;
    return stop > *first ? stop - *first : 0;
}

int sl_arrival_compare(const void *a, const void *b)
{
    const arrival *x = a;
    const arrival *y = b;
    if (x->source != y->source) {
        return x->source < y->source ? -1 : 1;
    }
    if (x->emitted != y->emitted) {
        return x->emitted < y->emitted ? -1 : 1;
    }
    if (x->projection != y->projection) {
        return x->projection < y->projection ? -1 : 1;
    }
    return x->first < y->first ? -1 : x->first > y->first;
}

/* What only a clock has. */
static bool init_clock(block_state *state)
{
    const clock_state *clock = &state->simulation->clock;
    if (clock->interpolates) {
        state->before = sl_memory_array(state->block->neuron_count, sizeof *state->before);
        return state->before != NULL;
    }
    return !clock->on_grid || clock->reach == 0 || sl_input_ring_create(state);
}

bool sl_block_state_init(block_state *state, const saltus_simulation *simulation, uint32_t index)
{
    const saltus_network *network = simulation->network;
    *state = (block_state){.simulation = simulation,
                           .network = network,
                           .block = &network->blocks[index],
                           .index = index,
                           .context = {.kernel = sl_vector_kernel_best()}};
    const uint32_t groups = state->block->group_count;
    state->group_next = sl_memory_array(groups, sizeof *state->group_next);
    state->groups = sl_memory_zeroed(groups, sizeof *state->groups);
    state->bases =
        sl_memory_copy(simulation->bases, network->time_base_count, sizeof *state->bases);
    state->deliveries = sl_memory_zeroed(network->projection_count, sizeof *state->deliveries);
    if (state->group_next == NULL || state->groups == NULL || state->bases == NULL ||
        state->deliveries == NULL || !init_moving(state) || !sl_currents_block_init(state)) {
        return false;
    }
    for (uint32_t g = 0; g < groups; g++) {
        if (!init_group(&state->groups[g], state,
                        &network->groups[state->block->first_group + g])) {
            return false;
        }
    }
    fill_trains(state);
    return !state->context.out_of_memory && init_clock(state) && sl_plastic_block_init(state) &&
           sl_transmission_block_init(state) && sl_faults_block_init(state);
}

void sl_block_state_clear(block_state *state)
{
    for (uint32_t g = 0; state->groups != NULL && g < state->block->group_count; g++) {
        group_state *group = &state->groups[g];
        for (uint32_t i = 0; i < group->train_count; i++) {
            sl_train_clear(&group->trains[i]);
        }
        free(group->trains);
        free(group->releases.due);
        free(group->releases.member);
        free(group->predictions.entry);
        sl_currents_clear(group);
        sl_flows_clear(group);
    }
    free(state->group_next);
    free(state->groups);
    free(state->bases);
    free(state->deliveries);
    free(state->before);
    free(state->moving);
    free(state->currents);
    sl_plastic_block_clear(state);
    sl_transmission_block_clear(state);
    sl_faults_block_clear(state);
    sl_input_ring_destroy(state->ring);
    free(state->spikes.spike);
    free(state->candidates);
    sl_own_delays_destroy(state->own);
    free(state->due.entry);
    *state = (block_state){0};
}
