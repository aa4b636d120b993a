/* currents - see currents.h.
 *
 * A crossing is decided and computed from the state at the time of an event or at a horizon, both
 * of which are the same for every cut of the run and every number of threads. What was predicted
 * stands as long as the neuron's coordinates are the same. */
#include "engine/event/currents.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/event/own_spikes.h"
#include "engine/simulation.h"
#include "models/neuron/lif_delta.h"

/* ---- Allocation --------------------------------------------------------------------------------
 */

bool sl_currents_block_init(block_state *block)
{
    const saltus_network *network = block->network;
    bool any = false;
    for (uint32_t i = 0; i < network->population_count; i++) {
        any |= network->populations[i].currents != NULL;
    }
    if (!any) {
        return true;
    }
    block->currents = sl_memory_zeroed(network->population_count, sizeof *block->currents);
    for (uint32_t i = 0; block->currents != NULL && i < network->population_count; i++) {
        block->currents[i].readout.time = SIM_TIME_NEVER;
    }
    return block->currents != NULL;
}

bool sl_currents_init(block_state *block, group_state *group)
{
    const network_currents *from = group->population->currents;
    group_currents *currents = &group->currents;
    currents->of = from;
    currents->coordinate =
        currents_of_neuron(block->simulation->coordinates, group->population, group->group->first);
    if (block->simulation->clock.on_grid) {
        return true;
    }
    current_bases *bases = &block->currents[group->group->population].bases;
    bases->membrane = group->base;
    for (uint32_t k = 0; k < from->model.count; k++) {
        bases->of[k] = &block->bases[from->time_base[k]];
    }
    currents->bases = bases;
    const size_t count = group->group->count;
    currents->predicted = sl_memory_array(count, sizeof *currents->predicted);
    currents->predicted_scaled = sl_memory_array(count, sizeof(double));
    currents->predicted_coordinate = sl_memory_zeroed(count * from->coordinates, sizeof(double));
    if (currents->predicted == NULL || currents->predicted_scaled == NULL ||
        currents->predicted_coordinate == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        currents->predicted[i] = SIM_TIME_NEVER;
        currents->predicted_scaled[i] = 0;
    }
    group->horizon = 0;
    return true;
}

void sl_currents_clear(group_state *group)
{
    free(group->currents.predicted);
    free(group->currents.predicted_scaled);
    free(group->currents.predicted_coordinate);
}

train_scales sl_currents_train_scales(const group_state *group)
{
    const group_currents *currents = &group->currents;
    if (currents->bases == NULL || !currents->of->exponential) {
        return (train_scales){0};
    }
    return (train_scales){.kept = true, .currents = currents->of, .bases = currents->bases};
}

const currents_readout *sl_currents_refresh(block_state *block, const group_state *group,
                                            sim_time t)
{
    currents_readout *readout = &block->currents[group->currents.of->alike].readout;
    sl_currents_readout(&group->currents.of->model, group->currents.bases, t, readout);
    return readout;
}

/* ---- Crossings ---------------------------------------------------------------------------------
 */

void sl_currents_wake(block_state *block, uint32_t g, sim_time horizon)
{
    group_state *group = &block->groups[g];
    if (group->horizon == SIM_TIME_NEVER) {
        group->horizon = horizon;
        block->currents[group->group->population].asleep--;
        group_due(block, g, horizon);
    }
}

static void note_state(group_state *group, uint32_t member, sim_time t)
{
    group_currents *currents = &group->currents;
    const uint32_t coordinates = currents->of->coordinates;
    currents->predicted[member] = t;
    currents->predicted_scaled[member] = group->scaled[member];
    memcpy(currents->predicted_coordinate + (size_t)member * coordinates,
           currents_of_member(group, member), coordinates * sizeof(double));
}

static void predict_at(block_state *block, uint32_t g, uint32_t member, sim_time t)
{
    group_state *group = &block->groups[g];
    const prediction entry = {.time = t, .scaled = group->scaled[member], .member = member};
    note_state(group, member, t);
    if (!sl_group_push_prediction(&group->predictions, entry)) {
        block->status = SALTUS_E_MEMORY;
    }
    group_due(block, g, t);
}

/* From `t` to the next horizon: predict the crossing, not before `earliest`. Returns false if the
 * neuron needs no look at that horizon either. */
static bool search(block_state *block, uint32_t g, uint32_t member, sim_time t, sim_time earliest)
{
    group_state *group = &block->groups[g];
    if (group->scaled[member] == LIF_REFRACTORY || group_forbids_spike(group, member)) {
        return false;
    }
    const lif_currents *model = &group->currents.of->model;
    const double th = group_threshold(group, member);
    const sim_time horizon = group_horizon_after(group, t);
    const double length = (double)(horizon - t) * group->base->inverse_tau;
    lif_current_state state;
    sl_currents_state(model, currents_readout_at(block, group, t), group->scaled[member],
                      currents_of_member(group, member), &state);
    const lif_rejection rejection = sl_lif_current_rejects(model, &state, th, length);
    if (rejection != LIF_MAY_CROSS) {
        return rejection == LIF_SLOW;
    }
    group->counts.crossing_searches++;
    const double x = sl_lif_current_crossing(model, &state, th, length);
    const sim_time crossing = t + (sim_time)ceil(x * group->base->tau_ticks);
    if (x >= 0 && crossing <= horizon) {
        predict_at(block, g, member, crossing > earliest ? crossing : earliest);
    }
    return true;
}

void sl_currents_predict(block_state *block, uint32_t g, uint32_t member, sim_time t)
{
    if (search(block, g, member, t, t + 1)) {
        sl_currents_wake(block, g, group_horizon_after(&block->groups[g], t));
    }
}

bool sl_currents_as_predicted(const group_state *group, const prediction *entry)
{
    const group_currents *currents = &group->currents;
    const uint32_t member = entry->member;
    const uint32_t coordinates = currents->of->coordinates;
    return currents->predicted[member] == entry->time &&
           group->scaled[member] == currents->predicted_scaled[member] &&
           memcmp(currents_of_member(group, member),
                  currents->predicted_coordinate + (size_t)member * coordinates,
                  coordinates * sizeof(double)) == 0;
}

bool sl_currents_restore_predictions(group_state *group)
{
    if (group->currents.of == NULL) {
        return true;
    }
    const prediction_heap listed = group->predictions;
    group->predictions = (prediction_heap){0};
    bool done = true;
    for (size_t k = 0; k < listed.count && done; k++) {
        note_state(group, listed.entry[k].member, listed.entry[k].time);
        done = sl_group_push_prediction(&group->predictions, listed.entry[k]);
    }
    free(listed.entry);
    return done;
}

void sl_currents_count_asleep(const saltus_simulation *simulation, uint32_t index)
{
    const saltus_network *network = simulation->network;
    const uint32_t neuron = network->groups[index].first;
    block_state *block = &simulation->blocks[sl_network_block_of(network, neuron)];
    const group_state *group = &block->groups[index - block->block->first_group];
    if (group->currents.of != NULL && group->horizon == SIM_TIME_NEVER) {
        block->currents[group->group->population].asleep++;
    }
}

/* Crossings at the horizon itself, which may be all that there is of them. */
static void fire_at_horizon(block_state *block, uint32_t g)
{
    group_state *group = &block->groups[g];
    while (group->predictions.count > 0 && group->predictions.entry[0].time == group->horizon) {
        const prediction entry = sl_group_pop_prediction(&group->predictions);
        if (sl_currents_as_predicted(group, &entry)) {
            sl_group_fire(block, g, entry.member, entry.time);
        }
    }
}

/* Is every member refractory? */
static bool all_refractory(const group_state *group)
{
    uint32_t member = 0;
    while (member < group->group->count && group->scaled[member] == LIF_REFRACTORY) {
        member++;
    }
    return member == group->group->count;
}

/* Members that a search at the horizon `from` may find anything about, or keep awake. Of
 * exponential currents a loop on vectors finds them. `awake` is set where others would, too. */
static size_t list_possible(block_state *block, const group_state *group, sim_time from,
                            uint16_t *member, bool *awake)
{
    const lif_currents *model = &group->currents.of->model;
    const uint32_t count = group->group->count;
    const double *x = group->currents.coordinate;
    size_t possible = 0;
    if (!group->currents.of->screened) {
        for (; possible < count; possible++) {
            member[possible] = (uint16_t)possible;
        }
        return possible;
    }
    const currents_readout *readout = currents_readout_at(block, group, from);
    current_screen screen;
    if (group->test.th_of == NULL) {
        const double level = current_screen_level(group->test.th, group->reset);
        const double length = (double)(group->horizon - from) * group->base->inverse_tau;
        if (level > 0) {
            current_screen_ever(model, readout, level, &screen);
        } else {
            current_screen_within(model, readout, level, length, &screen);
        }
        *awake = level <= 0 && !all_refractory(group);
        return block->context.kernel->screen(&screen.quick, group->scaled, x, count, member);
    }
    current_screen_ever(model, readout, 1, &screen);
    for (uint32_t i = 0; i < count; i++) {
        screen.quick.level = current_screen_level(group->test.th_of[i], group_reset(group, i));
        member[possible] = (uint16_t)i;
        possible += screen.quick.level <= 0 ||
                    vector_screen_passes(&screen.quick, model->count, group->scaled[i],
                                         x + (size_t)i * model->count);
    }
    return possible;
}

void sl_currents_look_ahead(block_state *block, uint32_t g)
{
    group_state *group = &block->groups[g];
    const sim_time from = group->horizon;
    fire_at_horizon(block, g);
    group->horizon = group_horizon_after(group, from);
    group->predictions.count = 0;
    currents_count_scales(block, group);
    uint16_t possible[NETWORK_GROUP_NEURONS];
    bool awake = false;
    const size_t count = list_possible(block, group, from, possible, &awake);
    for (size_t i = 0; i < count; i++) {
        awake |= search(block, g, possible[i], from, from);
    }
    if (!awake) {
        group->horizon = SIM_TIME_NEVER;
        block->currents[group->group->population].asleep++;
    }
}

/* ---- Refractoriness, epochs, potential ---------------------------------------------------------
 */

void sl_currents_release(block_state *block, uint32_t g, uint32_t member, double reset, sim_time t)
{
    group_state *group = &block->groups[g];
    const currents_readout *readout = currents_readout_at(block, group, t);
    currents_count_scales(block, group);
    const double share =
        sl_currents_share(&group->currents.of->model, readout, currents_of_member(group, member));
    group->scaled[member] = (reset - share) * readout->scale;
    sl_currents_predict(block, g, member, t);
}

/* How many epochs a neuron's a (and what is joined to it) and each of its currents go on. */
typedef struct epoch_steps {
    uint64_t membrane;
    uint64_t of[LIF_CURRENTS]; /* 0 where joined */
} epoch_steps;

static void take_on(const network_currents *of, const epoch_steps *steps, double *a,
                    double *coordinate)
{
    sl_membrane_rebase(&of->model, steps->membrane, a, coordinate);
    for (uint32_t k = 0; k < of->model.count; k++) {
        if (steps->of[k] > 0) {
            sl_current_rebase(&of->model, k, steps->of[k], coordinate + of->first[k]);
        }
    }
}

void sl_currents_rebase(block_state *block, uint32_t g, uint32_t base, int64_t from)
{
    group_state *group = &block->groups[g];
    group_currents *currents = &group->currents;
    const network_currents *of = currents->of;
    const uint64_t epochs = (uint64_t)(block->bases[base].epoch - from);
    epoch_steps steps = {.membrane = group->population->time_base == base ? epochs : 0};
    for (uint32_t k = 0; k < of->model.count; k++) {
        const bool moves = of->time_base[k] == base && !lif_current_is_joined(&of->model, k);
        steps.of[k] = moves ? epochs : 0;
    }
    block->currents[of->alike].readout.time = SIM_TIME_NEVER;
    for (uint32_t member = 0; member < group->group->count; member++) {
        take_on(of, &steps, &group->scaled[member], currents_of_member(group, member));
        take_on(of, &steps, &currents->predicted_scaled[member],
                currents->predicted_coordinate + (size_t)member * of->coordinates);
    }
    if (of->exponential) {
        sl_group_rescale(block, g);
    }
}

/* From where a block is, which may have stayed behind, to `to`: the bases of the network, in
 * order. */
static epoch_steps steps_to(const population *population, const time_base *from,
                            const time_base *to)
{
    const network_currents *of = population->currents;
    const uint32_t membrane = population->time_base;
    epoch_steps steps = {.membrane = (uint64_t)(to[membrane].epoch - from[membrane].epoch)};
    for (uint32_t k = 0; k < of->model.count; k++) {
        const uint32_t base = of->time_base[k];
        steps.of[k] = lif_current_is_joined(&of->model, k)
                          ? 0
                          : (uint64_t)(to[base].epoch - from[base].epoch);
    }
    return steps;
}

void sl_currents_in_epoch(const saltus_simulation *simulation, const block_state *block,
                          const group_state *group, uint32_t member, double *a, double *coordinate)
{
    const network_currents *of = group->currents.of;
    *a = group->scaled[member];
    memcpy(coordinate, currents_of_member(group, member), of->coordinates * sizeof *coordinate);
    if (simulation->clock.step == 0) {
        const epoch_steps steps = steps_to(group->population, block->bases, simulation->bases);
        take_on(of, &steps, a, coordinate);
    }
}

/* A neuron's a and coordinates in the epochs of t, which its block may not have reached, and what
 * reads them. */
typedef struct neuron_reading {
    double a, coordinate[LIF_COORDINATES];
    currents_readout readout;
} neuron_reading;

static neuron_reading read_at(const saltus_simulation *simulation, const population *population,
                              uint32_t id, sim_time t)
{
    const network_currents *of = population->currents;
    const block_state *block = &simulation->blocks[sl_network_block_of(simulation->network, id)];
    neuron_reading out = {.a = simulation->scaled[id]};
    memcpy(out.coordinate, currents_of_neuron(simulation->coordinates, population, id),
           of->coordinates * sizeof *out.coordinate);
    time_base membrane = simulation->bases[population->time_base];
    sl_time_base_seek(&membrane, t);
    const time_base *behind = &block->bases[population->time_base];
    epoch_steps steps = {.membrane = (uint64_t)(membrane.epoch - behind->epoch)};
    time_base base[LIF_CURRENTS];
    current_bases bases = {.membrane = &membrane};
    for (uint32_t k = 0; k < of->model.count; k++) {
        base[k] = simulation->bases[of->time_base[k]];
        sl_time_base_seek(&base[k], t);
        bases.of[k] = &base[k];
        behind = &block->bases[of->time_base[k]];
        steps.of[k] =
            lif_current_is_joined(&of->model, k) ? 0 : (uint64_t)(base[k].epoch - behind->epoch);
    }
    take_on(of, &steps, &out.a, out.coordinate);
    sl_currents_readout(&of->model, &bases, t, &out.readout);
    return out;
}

double sl_currents_potential(const saltus_simulation *simulation, const population *population,
                             uint32_t id, sim_time t)
{
    const neuron_reading now = read_at(simulation, population, id, t);
    return now.a * now.readout.inverse +
           sl_currents_share(&population->currents->model, &now.readout, now.coordinate);
}

double sl_currents_theta_mV(const saltus_simulation *simulation, const population *population,
                            uint32_t id, sim_time t)
{
    const neuron_reading now = read_at(simulation, population, id, t);
    return sl_currents_theta(&population->currents->model, &now.readout, now.coordinate);
}
