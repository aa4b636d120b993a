/* clock_grid - spikes and arrivals at step ends: `grid` and `euler`.
 *
 * The state is v = V - v_inf itself, 8 bytes a neuron. For step k, at t = k h:
 *
 *   1. refractoriness ends where t is due: v = v_reset - v_inf
 *   2. arrivals in (t - h, t] are added, those of synapses first
 *   3. one test v >= th for every neuron; those that reach it fire at t
 *   4. v *= P, the way to step k + 1: P = exp(-h/tau) (exact between arrivals; Rotter & Diesmann
 *      1999) or 1 - h/tau (forward Euler)
 *
 * 3 and 4 are one pass over the state in vectors (base/vector_kernel.h). A refractory neuron holds
 * -infinity, which absorbs 2 to 4 without a branch. A block works on as many steps in a row as the
 * smallest delay spans. */
#include <math.h>

#include "engine/clock/current_steps.h"
#include "engine/clock/flow_steps.h"
#include "engine/clock/input_ring.h"
#include "engine/deliver.h"
#include "engine/event/currents.h"
#include "engine/event/flows.h"
#include "engine/event/group.h"
#include "engine/event/own_spikes.h"
#include "engine/simulation.h"
#include "models/neuron/lif_delta.h"

static sim_time next_step(const saltus_simulation *simulation)
{
    return simulation->clock.steps * simulation->clock.step;
}

static void open_window(saltus_simulation *simulation, sim_time start, sim_time stop)
{
    clock_state *clock = &simulation->clock;
    const int64_t before_stop = (stop - 1) / clock->step;
    clock->first_step = clock->steps;
    clock->last_step = before_stop;
    if (before_stop - clock->first_step >= clock->longest) {
        clock->last_step = clock->first_step + clock->longest - 1;
    }
    clock->rested = clock->rests;
    clock->rests = clock->last_step == before_stop;
    clock->steps = clock->last_step + 1;
    simulation->window_start = start;
    simulation->window_end = clock->last_step * clock->step + 1;
    simulation->stretch_end = simulation->window_end;
}

/* ---- Refractoriness -------------------------------------------------------------------- */

static double decay_of(const block_state *block, const group_state *group)
{
    return block->simulation->clock.decay[group->population->time_base];
}

static sim_time t_ref_of(const block_state *block, const group_state *group)
{
    return block->simulation->clock.t_ref[group->group->population];
}

/* Refractory until `due`; V is held unless it goes on. */
static void hold(group_state *group, uint32_t member, sim_time due)
{
    release_queue *queue = &group->releases;
    const uint32_t at = (queue->first + queue->count++) & (queue->size - 1);
    queue->due[at] = due;
    queue->member[at] = (uint16_t)member;
    const own_spike *own = group_own_spike(group);
    if (own == NULL || !own_spike_goes_on(own)) {
        group->scaled[member] = LIF_REFRACTORY;
    }
}

/* At least until the next step: a neuron fires at most once in one. */
static void fire(block_state *block, group_state *group, uint32_t member, sim_time t)
{
    const sim_time t_ref = t_ref_of(block, group);
    if (t_ref == 0 && (group->currents.of != NULL || group->flows.of != NULL)) {
        group->counts.resets++; /* it has been reset already (current_steps.c, flow_steps.c) */
    } else {
        hold(group, member, t + (t_ref > 0 ? t_ref : block->simulation->clock.step));
    }
    sl_group_raise_threshold(group, member, t);
    group->counts.resets++;
    const emitted_spike spike = {.time = t, .neuron = group->group->first + member};
    sl_transit_fire(block, spike);
    if (block->plastic != NULL) {
        sl_plastic_fired(block, group->group->population, spike.neuron, t);
    }
    if (block->transmission != NULL) {
        sl_transmission_fired(block, group->group->population, spike.neuron, t);
    }
}

/* Those due by t. With t_ref = 0 V has gone on from v_reset since the spike, a step ago. */
static void release(const block_state *block, group_state *group, sim_time t)
{
    release_queue *queue = &group->releases;
    const double since = t_ref_of(block, group) > 0 ? 1.0 : decay_of(block, group);
    while (queue->count > 0 && queue->due[queue->first] <= t) {
        const uint32_t member = queue->member[queue->first];
        const double reset = group_reset(group, member);
        queue->first = (queue->first + 1) & (queue->size - 1);
        queue->count--;
        group->counts.resets++;
        if (group_own_spike(group) != NULL) {
            sl_current_steps_release(group, member);
        } else {
            group->scaled[member] = reset * since;
        }
    }
}

/* ---- External events ------------------------------------------------------------------- */

/* Event number `event` of a train, onto a receptor. */
static void receive(const group_state *group, const train *train, uint32_t event)
{
    if (group->currents.of != NULL) {
        sl_currents_external_direct(group, train, event);
    } else {
        sl_flows_receive(group, train->receptor, train->member[event],
                         train->weight_of != NULL ? train->weight_of[event] : train->weight);
    }
}

/* All events of a train up to t. */
static void add_train(block_state *block, group_state *group, train *train, sim_time t)
{
    double *restrict v = group->scaled;
    while (train->next <= t) {
        const sim_time *restrict time = train->time;
        const uint16_t *restrict member = train->member;
        const uint32_t first = train->position;
        uint32_t k = first;
        if (population_has_receptors(group->population)) {
            for (; time[k] <= t; k++) {
                receive(group, train, k);
            }
        } else if (train->weight_of != NULL) {
            for (; time[k] <= t; k++) {
                v[member[k]] += train->weight_of[k];
            }
        } else {
            const double weight = train->weight;
            for (; time[k] <= t; k++) {
                v[member[k]] += weight;
            }
        }
        group->counts.external_events += k - first;
        train->position = k;
        train->next = time[k];
        if (k == train->count) {
            sl_train_refill(train, &block->context);
        }
    }
}

/* Every event of a source up to t is a spike at t. */
static void emit_train(block_state *block, const group_state *group, train *train, sim_time t)
{
    while (train->next <= t) {
        const uint32_t neuron = group->group->first + train->member[train->position];
        const emitted_spike spike = {.time = t, .neuron = neuron};
        if (!sl_spike_buffer_push(&block->spikes, spike)) {
            block->status = SALTUS_E_MEMORY;
            return;
        }
        if (++train->position == train->count) {
            sl_train_refill(train, &block->context);
        } else {
            train->next = train->time[train->position];
        }
    }
}

/* ---- A step ---------------------------------------------------------------------------- */

/* Who reaches threshold at t; then to the next step, if `decays`. */
static size_t test(const block_state *block, group_state *group, sim_time t, bool decays,
                   uint16_t *reached)
{
    if (group->flows.of != NULL) {
        return sl_flow_steps_test(group, reached);
    }
    if (group->currents.of != NULL) {
        return sl_current_steps_test(block, group, decays, reached);
    }
    return sl_clock_test_and_decay(block, group, decays ? decay_of(block, group) : 1.0, t, reached);
}

static void finish_group(block_state *block, group_state *group, sim_time t, bool decays)
{
    uint16_t reached[NETWORK_GROUP_NEURONS];
    for (uint32_t i = 0; i < group->train_count; i++) {
        train *train = &group->trains[i];
        if (group->base == NULL) {
            emit_train(block, group, train, t);
        } else {
            add_train(block, group, train, t);
        }
    }
    if (group->base == NULL) {
        return;
    }
    const size_t count = test(block, group, t, decays, reached);
    for (size_t i = 0; i < count; i++) {
        fire(block, group, reached[i], t);
    }
}

/* From the last step of the window before, where V stayed to be read. */
static void catch_up(block_state *block)
{
    for (uint32_t g = 0; g < block->block->group_count; g++) {
        group_state *group = &block->groups[g];
        if (group->base == NULL || group->flows.of != NULL) {
            continue;
        }
        if (group->currents.of != NULL) {
            sl_current_steps_move(block, group);
            continue;
        }
        const double factor = decay_of(block, group);
        for (uint32_t i = 0; i < group->group->count; i++) {
            group->scaled[i] *= factor;
        }
    }
}

static void begin_step(block_state *block, int64_t k, sim_time t)
{
    const bool scrubs = k % block->simulation->clock.scrub_steps == 0;
    for (uint32_t g = 0; g < block->block->group_count; g++) {
        group_state *group = &block->groups[g];
        if (group->flows.of != NULL && k > 0) {
            sl_flow_steps_move(block, group);
        }
        if (group->base != NULL) {
            release(block, group, t);
            if (scrubs) {
                sl_clock_scrub(group);
                if (group->currents.of != NULL) {
                    sl_current_steps_scrub(group);
                }
            }
        }
    }
}

static void work(block_state *block)
{
    const saltus_simulation *simulation = block->simulation;
    const clock_state *clock = &simulation->clock;
    const arrival *entry = simulation->arrivals.entry;
    const size_t count = simulation->arrivals.count;
    size_t next = 0;
    if (clock->rested) {
        catch_up(block);
    }
    sl_input_ring_fill(block);
    for (int64_t k = clock->first_step; k <= clock->last_step; k++) {
        const sim_time t = k * clock->step;
        begin_step(block, k, t);
        if (k == clock->first_step) {
            sl_drive_enter_grid(block);
        }
        for (; next < count && entry[next].time <= t; next++) {
            sl_deliver_prefetch(block, entry + next, count - next);
            sl_deliver_arrival(block, &entry[next], NULL);
        }
        sl_input_ring_take(block, k);
        const bool decays = !(clock->rests && k == clock->last_step);
        for (uint32_t g = 0; g < block->block->group_count && block->status == SALTUS_OK; g++) {
            finish_group(block, &block->groups[g], t, decays);
        }
    }
}

static void start(block_state *block)
{
    for (uint32_t g = 0; g < block->block->group_count; g++) {
        group_state *group = &block->groups[g];
        uint16_t reached[NETWORK_GROUP_NEURONS];
        size_t count = 0;
        if (group->base != NULL) {
            count = test(block, group, 0, false, reached);
        }
        for (size_t i = 0; i < count; i++) {
            fire(block, group, reached[i], 0);
        }
    }
}

/* From the last step done. A run that was stopped between windows has gone on to the next one. */
static double potential(const saltus_simulation *simulation, uint32_t id, sim_time t)
{
    const saltus_network *network = simulation->network;
    const clock_state *clock = &simulation->clock;
    double v = simulation->scaled[id];
    if (v == LIF_REFRACTORY || clock->steps == 0) {
        return v;
    }
    const population *population = &network->populations[sl_network_population_of(network, id)];
    const uint32_t base = population->time_base;
    const sim_time since = t - (clock->steps - 1) * clock->step;
    if (population->currents != NULL) {
        return sl_current_steps_potential(simulation, population, id, since, !clock->rests);
    }
    if (population->flow != NULL) {
        return sl_flow_steps_potential(simulation, population, id, since);
    }
    const double exponent = (double)since * simulation->bases[base].inverse_tau;
    if (!clock->rests) {
        v /= clock->decay[base];
    }
    return clock->euler ? v * (1 - exponent) : v * sl_exp(-exponent);
}

static double theta(const saltus_simulation *simulation, uint32_t id, sim_time t)
{
    const saltus_network *network = simulation->network;
    const clock_state *clock = &simulation->clock;
    const population *population = &network->populations[sl_network_population_of(network, id)];
    const bool stepped = clock->steps > 0;
    const sim_time since = stepped ? t - (clock->steps - 1) * clock->step : t;
    return sl_current_steps_theta(simulation, population, id, since, stepped && !clock->rests);
}

const engine sl_engine_grid = {
    .name = "grid",
    .summary = "clock: exact propagator a step, spikes and arrivals at step ends",
    .scheduler = "delay_lines",
    .next = next_step,
    .open = open_window,
    .work = work,
    .start = start,
    .potential = potential,
    .theta = theta,
};

const engine sl_engine_euler = {
    .name = "euler",
    .summary = "clock: forward Euler, spikes and arrivals at step ends",
    .scheduler = "delay_lines",
    .next = next_step,
    .open = open_window,
    .work = work,
    .start = start,
    .potential = potential,
    .theta = theta,
};
