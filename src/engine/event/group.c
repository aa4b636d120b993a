/* group - the events that concern one group alone, in time order.
 *
 * Crossings by drift are predicted lazily: a prediction holds the U it was made for and stands as
 * long as U is the same (U is constant between events), so nothing has to be cancelled. Whether a
 * neuron's crossing lies in this epoch is decided by the closed form alone, never by the horizon
 * up to which predictions were asked for, so cuts of the run change nothing. */
#include "engine/event/group.h"

#include <math.h>

#include "base/memory.h"
#include "engine/event/currents.h"
#include "engine/event/flows.h"
#include "engine/event/own_spikes.h"
#include "engine/simulation.h"
#include "models/neuron/lif_delta.h"

/* Slack of the quick rejection against the rounding of the closed form. */
#define SLACK (1 + 1e-12)

/* ---- Releases ------------------------------------------------------------------------ */

/* With t_ref = 0 a neuron stands at v_reset at its spike's own time, but takes no arrival of that
 * time any more: its release is acted on a tick later, with the value of the spike's time. */
static sim_time release_delay(const population *population)
{
    return population->t_ref > 0 ? population->t_ref : 1;
}

static void push_release(group_state *group, uint32_t member, sim_time due)
{
    release_queue *queue = &group->releases;
    const uint32_t at = (queue->first + queue->count++) & (queue->size - 1);
    queue->due[at] = due;
    queue->member[at] = (uint16_t)member;
}

static void release(block_state *block, uint32_t g)
{
    group_state *group = &block->groups[g];
    release_queue *queue = &group->releases;
    const uint32_t member = queue->member[queue->first];
    const sim_time due = queue->due[queue->first];
    queue->first = (queue->first + 1) & (queue->size - 1);
    queue->count--;

    const population *population = group->population;
    const double reset = group_reset(group, member);
    const sim_time end = population->t_ref > 0 ? due : due - 1;
    if (group_own_spike(group) != NULL) {
        group->counts.resets++;
        sl_own_spikes_release(block, g, member, end, due);
        return;
    }
    if (group->currents.of != NULL) {
        group->counts.resets++;
        sl_currents_release(block, g, member, reset, end);
        return;
    }
    if (group->flows.of != NULL) {
        group->counts.resets++;
        sl_flows_release(block, g, member, end);
        return;
    }
    group->scaled[member] = reset * time_base_scale(group->base, end);
    block->exp_evaluations++;
    group->counts.resets++;
    if (group->test.drift) {
        sl_group_predict(block, g, member, end + 1);
    }
}

/* ---- Crossings by drift ---------------------------------------------------------------- */

static bool prediction_before(const prediction *a, const prediction *b)
{
    return a->time < b->time || (a->time == b->time && a->member < b->member);
}

bool sl_group_push_prediction(prediction_heap *heap, prediction entry)
{
    void *entries = heap->entry;
    if (!sl_memory_grow(&entries, &heap->capacity, heap->count, sizeof *heap->entry)) {
        return false;
    }
    heap->entry = entries;
    size_t hole = heap->count++;
    for (; hole > 0 && prediction_before(&entry, &heap->entry[(hole - 1) / 2]);
         hole = (hole - 1) / 2) {
        heap->entry[hole] = heap->entry[(hole - 1) / 2];
    }
    heap->entry[hole] = entry;
    return true;
}

prediction sl_group_pop_prediction(prediction_heap *heap)
{
    const prediction first = heap->entry[0];
    const size_t count = --heap->count;
    const prediction last = heap->entry[count];
    size_t hole = 0;
    for (size_t child = 1; child < count; child = 2 * hole + 1) {
        if (child + 1 < count && prediction_before(&heap->entry[child + 1], &heap->entry[child])) {
            child++;
        }
        if (!prediction_before(&heap->entry[child], &last)) {
            break;
        }
        heap->entry[hole] = heap->entry[child];
        hole = child;
    }
    heap->entry[hole] = last;
    return first;
}

void sl_group_predict(block_state *block, uint32_t g, uint32_t member, sim_time earliest)
{
    group_state *group = &block->groups[g];
    const double th = group_threshold(group, member);
    const double scaled = group->scaled[member];
    if (!(th < 0) || !(scaled >= th * group->horizon_scale * SLACK)) {
        return;
    }
    const sim_time t = lif_delta_crossing(group->base, scaled, th, earliest);
    group->counts.crossing_searches++;
    if (t >= group->horizon) {
        return;
    }
    const prediction entry = {.time = t, .scaled = scaled, .member = member};
    if (!sl_group_push_prediction(&group->predictions, entry)) {
        block->status = SALTUS_E_MEMORY;
    }
    group_due(block, g, t);
}

/* At the horizon: move it on by a fixed step within the epoch, and predict anew what is before it.
 * The steps depend on the time base alone, so searches do not depend on windows. */
static void look_ahead(block_state *block, uint32_t g)
{
    group_state *group = &block->groups[g];
    if (group->currents.of != NULL) {
        sl_currents_look_ahead(block, g);
        return;
    }
    const sim_time from = group->horizon;
    group->horizon = group_horizon_after(group, from);
    group->horizon_scale = time_base_scale(group->base, group->horizon);
    block->exp_evaluations++;
    group->predictions.count = 0;
    for (uint32_t member = 0; member < group->group->count; member++) {
        sl_group_predict(block, g, member, from);
    }
}

void sl_group_look_anew(block_state *block, uint32_t g, sim_time t)
{
    group_state *group = &block->groups[g];
    if (group->currents.of != NULL) {
        sl_currents_wake(block, g, t);
    } else if (!group->test.drift) {
        return;
    }
    group->predictions.count = 0;
    group->horizon = t;
    group_due(block, g, t);
}

/* ---- Firing -------------------------------------------------------------------------- */

/* When plasticity sees a spike: where spikes are found at a step's end, then, since arrivals of the
 * step have been worked on. */
static sim_time seen_at(const block_state *block, sim_time t)
{
    const clock_state *clock = &block->simulation->clock;
    return clock->interpolates ? (t / clock->step + 1) * clock->step : t;
}

void sl_group_raise_threshold(group_state *group, uint32_t member, sim_time t)
{
    if (group->moving != NULL) {
        const ptrdiff_t first = group->theta - group->moving->scaled;
        moving_threshold_raise(group->moving, (uint32_t)first + member, t);
    }
}

void sl_group_fire(block_state *block, uint32_t g, uint32_t member, sim_time t)
{
    group_state *group = &block->groups[g];
    if (group->flows.of != NULL) {
        sl_flows_spike(group, member, t);
    }
    if (group_own_spike(group) != NULL) {
        sl_own_spikes_fire(block, g, member, t);
    } else {
        group->scaled[member] = LIF_REFRACTORY;
        sl_group_raise_threshold(group, member, t);
    }
    const sim_time due = t + release_delay(group->population);
    push_release(group, member, due);
    group_due(block, g, due);
    group->counts.resets++;
    const emitted_spike spike = {.time = t, .neuron = group->group->first + member};
    sl_transit_fire(block, spike);
    if (block->plastic != NULL) {
        sl_plastic_fired(block, group->group->population, spike.neuron, seen_at(block, t));
    }
    if (block->transmission != NULL) {
        sl_transmission_fired(block, group->group->population, spike.neuron, seen_at(block, t));
    }
}

bool sl_group_reserve_candidates(block_state *block, size_t more)
{
    while (block->candidate_capacity - block->candidate_count < more) {
        void *candidates = block->candidates;
        if (!sl_memory_grow(&candidates, &block->candidate_capacity, block->candidate_capacity,
                            sizeof *block->candidates)) {
            block->status = SALTUS_E_MEMORY;
            return false;
        }
        block->candidates = candidates;
    }
    return true;
}

void sl_group_test_candidates(block_state *block, sim_time t)
{
    const saltus_network *network = block->network;
    for (size_t i = 0; i < block->candidate_count; i++) {
        const uint32_t neuron = block->candidates[i];
        const population *population =
            &network->populations[sl_network_population_of(network, neuron)];
        const uint32_t g = group_of(block, population, neuron);
        const group_state *group = &block->groups[g];
        const uint32_t member = neuron - group->group->first;
        if (group->currents.of != NULL) {
            sl_currents_predict(block, g, member, t);
            continue;
        }
        if (group->flows.of != NULL) {
            sl_flows_test(block, g, member, t);
            continue;
        }
        const double scale = time_base_scale(group->base, t);
        block->exp_evaluations++;
        /* listed twice: the second finds it refractory */
        const double th = group_threshold_at(group, member, t);
        if (group->scaled[member] >= lif_delta_test_level(th, scale)) {
            sl_group_fire(block, g, member, t);
        }
    }
    block->candidate_count = 0;
}

/* ---- External events ------------------------------------------------------------------- */

/* Apply the event at the train's position; true when the neuron may have reached threshold. */
static inline bool apply_external(block_state *block, uint32_t g, train *train)
{
    group_state *group = &block->groups[g];
    const uint32_t k = train->position;
    const uint32_t member = train->member[k];
    const double weight = train->weight_of != NULL ? train->weight_of[k] : train->weight;
    if (group->flows.of != NULL) {
        group->counts.external_events++;
        return sl_flows_external(block, g, train);
    }
    const double scaled = group->scaled[member] + weight * train->scale[k];
    group->scaled[member] = scaled;
    group->counts.external_events++;
    const double th = group_threshold_at(group, member, train->time[k]);
    if (scaled >= lif_delta_test_level(th, train->scale[k])) {
        return true;
    }
    if (group->test.drift) {
        sl_group_predict(block, g, member, train->time[k] + 1);
    }
    return false;
}

static void add_candidate(block_state *block, uint32_t neuron)
{
    if (sl_group_reserve_candidates(block, 1)) {
        block->candidates[block->candidate_count++] = neuron;
    }
}

void sl_group_refill(block_state *block, group_state *group, train *train)
{
    block->context.base = group->base;
    sl_train_refill(train, &block->context);
}

void sl_group_external_at(block_state *block, uint32_t g, sim_time t)
{
    group_state *group = &block->groups[g];
    for (uint32_t i = 0; i < group->train_count; i++) {
        train *train = &group->trains[i];
        while (train->next == t) {
            if (group->currents.of != NULL) {
                sl_currents_external(block, g, train);
                continue;
            }
            const uint32_t neuron = group->group->first + train->member[train->position];
            if (apply_external(block, g, train)) {
                add_candidate(block, neuron);
            }
            group_step_train(block, group, train);
        }
    }
}

void sl_group_reached(block_state *block, uint32_t g, train *train)
{
    group_state *group = &block->groups[g];
    const sim_time t = train->time[train->position];
    add_candidate(block, group->group->first + train->member[train->position]);
    group_step_train(block, group, train);
    sl_group_external_at(block, g, t);
    sl_group_test_candidates(block, t);
}

/* The usual train: one weight, one threshold, no drift. Stops at the first neuron that reaches
 * threshold; returns true then, with position at its event. */
static bool run_plain(group_state *group, train *train, sim_time limit)
{
    double *restrict U = group->scaled;
    const sim_time *restrict time = train->time;
    const double *restrict scale = train->scale;
    const uint16_t *restrict member = train->member;
    const double weight = train->weight;
    const double level = lif_delta_test_level(group->test.th, 1.0);
    uint32_t k = train->position;
    bool fires = false;
    while (time[k] < limit) {
        const double scaled = U[member[k]] + weight * scale[k];
        U[member[k]] = scaled;
        if (scaled >= level * scale[k]) {
            fires = true;
            break;
        }
        k++;
    }
    group->counts.external_events += k - train->position + fires;
    train->position = k;
    train->next = time[k];
    return fires;
}

/* Work on the events of one train before `limit`, until a neuron fires or the chunk ends. */
static void run_train(block_state *block, uint32_t g, train *train, sim_time limit)
{
    group_state *group = &block->groups[g];
    if (group->currents.of != NULL) {
        sl_currents_run_train(block, g, train, limit);
        return;
    }
    if (group->test.th_of == NULL && !group->test.drift && group->moving == NULL &&
        group->flows.of == NULL && train->weight_of == NULL) {
        if (run_plain(group, train, limit)) {
            sl_group_reached(block, g, train);
        } else if (train->position == train->count) {
            sl_group_refill(block, group, train);
        }
        return;
    }
    const uint32_t last = train->count - 1;
    while (train->next < limit) {
        const bool chunk_ends = train->position == last;
        if (apply_external(block, g, train)) {
            sl_group_reached(block, g, train);
            return;
        }
        group_step_train(block, group, train);
        if (chunk_ends || block->group_next[g] < limit) {
            return; /* a prediction may be due */
        }
    }
}

/* Sources: every event is a spike. */
static void run_source(block_state *block, group_state *group, train *train, sim_time limit)
{
    while (train->next < limit) {
        const uint32_t neuron = group->group->first + train->member[train->position];
        const emitted_spike spike = {.time = train->next, .neuron = neuron};
        if (!sl_spike_buffer_push(&block->spikes, spike)) {
            block->status = SALTUS_E_MEMORY;
            return;
        }
        group_step_train(block, group, train);
    }
}

/* Work on external events before `limit`, at least one; equal times in the order of trains. */
static void run_trains(block_state *block, uint32_t g, sim_time limit)
{
    group_state *group = &block->groups[g];
    uint32_t first = 0;
    for (uint32_t i = 1; i < group->train_count; i++) {
        if (group->trains[i].next < group->trains[first].next) {
            first = i;
        }
    }
    /* up to the next event of another train; later trains wait at equal times */
    for (uint32_t i = 0; i < group->train_count; i++) {
        const sim_time next = group->trains[i].next;
        if (i != first && next != SIM_TIME_NEVER && next + (i > first) < limit) {
            limit = next + (i > first);
        }
    }
    if (group->base == NULL) {
        run_source(block, group, &group->trains[first], limit);
    } else {
        run_train(block, g, &group->trains[first], limit);
    }
}

static sim_time next_external(const group_state *group)
{
    sim_time next = SIM_TIME_NEVER;
    for (uint32_t i = 0; i < group->train_count; i++) {
        if (group->trains[i].next < next) {
            next = group->trains[i].next;
        }
    }
    return next;
}

/* ---- All of it, in order ----------------------------------------------------------------- */

void sl_group_advance(block_state *block, uint32_t g, sim_time until, sim_time t)
{
    group_state *group = &block->groups[g];
    for (;;) {
        const release_queue *queue = &group->releases;
        const sim_time released = queue->count > 0 ? queue->due[queue->first] : SIM_TIME_NEVER;
        const sim_time crossing = group_crossing(group);
        const sim_time horizon = group->horizon;
        const sim_time external = next_external(group);
        const sim_time own = released < crossing ? released : crossing;
        const sim_time inner = horizon < own ? horizon : own;
        block->group_next[g] = inner < external ? inner : external;
        if (external < inner && external < t && block->status == SALTUS_OK) {
            /* lowered again by what an external event brings about */
            block->group_next[g] = inner;
            const sim_time limit = inner < t ? inner : t;
            if (group->train_count == 1 && group->base != NULL) {
                run_train(block, g, &group->trains[0], limit);
            } else {
                run_trains(block, g, limit);
            }
        } else if (inner > until || block->status != SALTUS_OK) {
            return;
        } else if (horizon == inner) {
            look_ahead(block, g);
        } else if (released <= crossing) {
            release(block, g);
        } else if (group->flows.of != NULL) {
            sl_flows_due(block, g);
        } else {
            const prediction entry = sl_group_pop_prediction(&group->predictions);
            if (group->currents.of != NULL ? sl_currents_as_predicted(group, &entry)
                                           : group->scaled[entry.member] == entry.scaled) {
                sl_group_fire(block, g, entry.member, entry.time);
            }
        }
    }
}

void sl_group_rebase(block_state *block, uint32_t g, double factor)
{
    group_state *group = &block->groups[g];
    for (uint32_t member = 0; member < group->group->count; member++) {
        group->scaled[member] = time_base_rescaled(group->scaled[member], factor);
    }
    sl_group_rescale(block, g);
}

void sl_group_rescale(block_state *block, uint32_t g)
{
    group_state *group = &block->groups[g];
    block->context.base = group->base;
    for (uint32_t i = 0; i < group->train_count; i++) {
        sl_train_rescale(&group->trains[i], &block->context);
    }
}
