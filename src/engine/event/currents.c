/* currents - see currents.h.
 *
 * A crossing is decided and computed from the state at the time of an event or at a horizon, both
 * of which are the same for every cut of the run and every number of threads. What was predicted
 * stands as long as the neuron's coordinates are the same. */
#include "engine/event/currents.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/simulation.h"
#include "models/neuron/lif_delta.h"

/* ---- Allocation --------------------------------------------------------------------------------
 */

bool sl_currents_block_init(block_state *block)
{
    const saltus_network *network = block->network;
    if (network->coordinate_count == 0) {
        return true;
    }
    block->currents = sl_memory_zeroed(network->population_count, sizeof *block->currents);
    for (uint32_t i = 0; block->currents != NULL && i < network->population_count; i++) {
        block->currents[i].readout.time = SIM_TIME_NEVER;
    }
    return block->currents != NULL;
}

static double *coordinates_of(const saltus_simulation *simulation, const population *population,
                              uint32_t neuron)
{
    const network_currents *currents = population->currents;
    return simulation->coordinates + currents->place +
           (size_t)(neuron - population->first) * currents->coordinates;
}

bool sl_currents_init(block_state *block, group_state *group)
{
    const network_currents *from = group->population->currents;
    group_currents *currents = &group->currents;
    currents->of = from;
    currents->coordinate =
        coordinates_of(block->simulation, group->population, group->group->first);
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

/* ---- Readouts ----------------------------------------------------------------------------------
 */

static const currents_readout *readout_at(block_state *block, const group_state *group, sim_time t)
{
    currents_readout *readout = &block->currents[group->group->population].readout;
    if (readout->time != t) {
        const network_currents *currents = group->currents.of;
        sl_currents_readout(&currents->model, group->currents.bases, t, readout);
    }
    return readout;
}

/* Scale factors that something asks for; arrivals are counted where they are sent. Whether the
 * cache has them depends on what else is in the block, so it does not count. */
static void count_scales(block_state *block, const group_state *group)
{
    block->exp_evaluations += 1 + group->currents.of->model.count;
}

static double *coordinate_of(const group_state *group, uint32_t member)
{
    return group->currents.coordinate + (size_t)member * group->currents.of->coordinates;
}

/* ---- Crossings ---------------------------------------------------------------------------------
 */

static void wake(block_state *block, uint32_t g, sim_time horizon)
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
           coordinate_of(group, member), coordinates * sizeof(double));
}

static void predict_at(block_state *block, uint32_t g, uint32_t member, sim_time t)
{
    group_state *group = &block->groups[g];
    const prediction entry = {.time = t, .scaled = group->scaled[member], .member = member};
    note_state(group, member, t);
    if (!sl_group_push_prediction(&group->predictions, entry)) {
        block->out_of_memory = true;
    }
    group_due(block, g, t);
}

/* From `t` to the next horizon: predict the crossing, not before `earliest`. Returns false if the
 * neuron needs no look at that horizon either. */
static bool search(block_state *block, uint32_t g, uint32_t member, sim_time t, sim_time earliest)
{
    group_state *group = &block->groups[g];
    if (group->scaled[member] == LIF_REFRACTORY) {
        return false;
    }
    const lif_currents *model = &group->currents.of->model;
    const double th = group_threshold(group, member);
    const sim_time horizon = group_horizon_after(group->base, t);
    const double length = (double)(horizon - t) * group->base->inverse_tau;
    lif_current_state state;
    sl_currents_state(model, readout_at(block, group, t), group->scaled[member],
                      coordinate_of(group, member), &state);
    const lif_rejection rejection = sl_lif_current_rejects(model, &state, th, length);
    if (rejection != LIF_MAY_CROSS) {
        return rejection == LIF_SLOW;
    }
    group->counts.crossing_searches++;
    const double x = sl_lif_current_crossing(model, &state, th, length);
    const sim_time crossing = t + (sim_time)ceil(x * group->base->tau_ticks);
    if (x >= 0 && crossing < horizon) {
        predict_at(block, g, member, crossing > earliest ? crossing : earliest);
    }
    return true;
}

void sl_currents_predict(block_state *block, uint32_t g, uint32_t member, sim_time t)
{
    if (search(block, g, member, t, t + 1)) {
        wake(block, g, group_horizon_after(block->groups[g].base, t));
    }
}

bool sl_currents_as_predicted(const group_state *group, const prediction *entry)
{
    const group_currents *currents = &group->currents;
    const uint32_t member = entry->member;
    const uint32_t coordinates = currents->of->coordinates;
    return currents->predicted[member] == entry->time &&
           group->scaled[member] == currents->predicted_scaled[member] &&
           memcmp(coordinate_of(group, member),
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

void sl_currents_look_ahead(block_state *block, uint32_t g)
{
    group_state *group = &block->groups[g];
    const sim_time from = group->horizon;
    group->horizon = group_horizon_after(group->base, from);
    group->predictions.count = 0;
    count_scales(block, group);
    bool awake = false;
    for (uint32_t member = 0; member < group->group->count; member++) {
        awake |= search(block, g, member, from, from);
    }
    if (!awake) {
        group->horizon = SIM_TIME_NEVER;
        block->currents[group->group->population].asleep++;
    }
}

/* ---- Arrivals ----------------------------------------------------------------------------------
 */

/* What an arrival of weight 1 adds to the coordinates of its targets. */
typedef struct additions {
    double a;
    uint32_t count;
    uint32_t coordinate[4];
    double amount[4];
} additions;

static void add_coordinate(additions *additions, uint32_t coordinate, double amount)
{
    additions->coordinate[additions->count] = coordinate;
    additions->amount[additions->count++] = amount;
}

static additions additions_of(const network_currents *currents, uint32_t receptor,
                              const currents_readout *readout, double gain)
{
    const network_receptor *from = &currents->receptors[receptor];
    additions additions = {0};
    for (uint32_t i = 0; i < from->count; i++) {
        const uint32_t k = from->current[i];
        const double factor = from->factor[i] * gain;
        const current_readout *of = &readout->of[k];
        additions.a += factor * of->put_a;
        add_coordinate(&additions, currents->first[k], factor * of->put_b);
        if (currents->model.alpha[k]) {
            add_coordinate(&additions, currents->first[k] + 1, factor * of->put_g);
        }
    }
    return additions;
}

static void add(const additions *additions, double weight, double *a, double *coordinate)
{
    *a += weight * additions->a;
    for (uint32_t i = 0; i < additions->count; i++) {
        coordinate[additions->coordinate[i]] += weight * additions->amount[i];
    }
}

/* A population's row at one time: what its targets are tested with. */
typedef struct level {
    double th, slack;
    double length; /* to the horizon, in tau; long while a group sleeps */
} level;

/* Longer than any stretch between horizons: the test of the slope passes all that rises. */
#define ASLEEP 1e6

static double length_of(const block_state *block, const group_state *group, sim_time t)
{
    if (block->currents[group->group->population].asleep > 0) {
        return ASLEEP;
    }
    return (double)(group_horizon_after(group->base, t) - t) * group->base->inverse_tau;
}

/* Currents of any kind: added, then looked at by the rejections of the model. */
static size_t deliver_general(block_state *block, const group_state *any, const delivery_row *row,
                              const additions *additions, size_t count, sim_time t)
{
    const population *target = any->population;
    const network_currents *currents = target->currents;
    const currents_readout *readout = readout_at(block, any, t);
    const double length = length_of(block, any, t);
    double *scaled = block->simulation->scaled;
    double *first = coordinates_of(block->simulation, target, target->first);
    uint32_t *candidate = block->candidates + block->candidate_count;
    size_t candidates = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t neuron = row->target[i];
        const size_t index = neuron - target->first;
        double *coordinate = first + index * currents->coordinates;
        add(additions, delivery_weight(row, i), &scaled[neuron], coordinate);
        lif_current_state state;
        sl_currents_state(&currents->model, readout, scaled[neuron], coordinate, &state);
        const double th = row->th_of != NULL ? row->th_of[index] : row->th;
        candidate[candidates] = neuron;
        candidates += sl_lif_current_rejects(&currents->model, &state, th, length) == LIF_MAY_CROSS;
    }
    return candidates;
}

/* One exponential current, one threshold: the loop that counts. */
static size_t deliver_single(block_state *block, const group_state *any, const delivery_row *row,
                             const additions *additions, size_t count, sim_time t)
{
    const population *target = any->population;
    const currents_readout *readout = readout_at(block, any, t);
    const double length = length_of(block, any, t);
    const double inverse = readout->inverse;
    const double v_b = readout->of[0].v_b;
    const double j_b = readout->of[0].j_b;
    const double put_a = additions->a;
    const double put_b = additions->amount[0];
    const double th = row->th;
    const double slack = 1e-9 * (th - target->reset);
    const double level = th - slack;
    const double charge = 1 / target->currents->model.rate[0];
    const bool rests = th > 0;
    double *restrict scaled = block->simulation->scaled;
    double *restrict current = coordinates_of(block->simulation, target, target->first);
    const uint32_t first = target->first;
    uint32_t *restrict candidate = block->candidates + block->candidate_count;
    size_t candidates = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t neuron = row->target[i];
        const double weight = delivery_weight(row, i);
        const double b = current[neuron - first] + weight * put_b;
        const double a = scaled[neuron] + weight * put_a;
        current[neuron - first] = b;
        scaled[neuron] = a;
        const double j = b * j_b;
        const double v = a * inverse + b * v_b;
        const double raised = v > 0 ? v : 0;
        const bool strong = (j > level) & (raised + charge * j >= level);
        candidate[candidates] = neuron;
        candidates += (v + length * (j - v) >= level) & (strong | !rests);
    }
    return candidates;
}

/* Any group of the population in the block: their bases are the same. */
static const group_state *any_group(const block_state *block, const population *target)
{
    const uint32_t first = block->block->first_group;
    return &block->groups[target->first_group > first ? target->first_group - first : 0];
}

#ifndef NDEBUG
/* Who was rejected does not cross: held in builds that check. */
static void check_rejected(block_state *block, const group_state *any, const delivery_row *row,
                           size_t count, size_t candidates, sim_time t)
{
    const population *target = any->population;
    const lif_currents *model = &target->currents->model;
    const uint32_t *listed = block->candidates + block->candidate_count;
    const sim_time horizon = group_horizon_after(any->base, t);
    size_t next = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t neuron = row->target[i];
        if (next < candidates && listed[next] == neuron) {
            next++;
            continue;
        }
        if (block->simulation->scaled[neuron] == LIF_REFRACTORY) {
            continue;
        }
        lif_current_state state;
        sl_currents_state(model, readout_at(block, any, t), block->simulation->scaled[neuron],
                          coordinates_of(block->simulation, target, neuron), &state);
        const double th = row->th_of != NULL ? row->th_of[neuron - target->first] : row->th;
        assert(sl_lif_current_crossing(model, &state, th,
                                       (double)(horizon - t) * any->base->inverse_tau) < 0);
    }
}
#endif

/* A clock: nothing is tested. */
static void deliver_untested(block_state *block, const population *target, const delivery_row *row,
                             const additions *additions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const uint32_t neuron = row->target[i];
        add(additions, delivery_weight(row, i), &block->simulation->scaled[neuron],
            coordinates_of(block->simulation, target, neuron));
    }
}

/* On the grid coordinates are J and H themselves. */
static additions direct_additions(const network_currents *currents, uint32_t receptor, double gain)
{
    const network_receptor *from = &currents->receptors[receptor];
    additions additions = {0};
    for (uint32_t i = 0; i < from->count; i++) {
        const uint32_t k = from->current[i];
        add_coordinate(&additions, currents->first[k] + currents->model.alpha[k],
                       from->factor[i] * gain);
    }
    return additions;
}

void sl_currents_deliver(block_state *block, const projection *projection, const delivery_row *row,
                         size_t count, sim_time t)
{
    const population *target = &block->network->populations[projection->target];
    const network_currents *currents = target->currents;
    if (block->simulation->tests[projection->target].none) {
        const additions additions = direct_additions(currents, projection->receptor, row->gain);
        deliver_untested(block, target, row, &additions, count);
        return;
    }
    if (!sl_group_reserve_candidates(block, count)) {
        return;
    }
    const group_state *any = any_group(block, target);
    const additions additions =
        additions_of(currents, projection->receptor, readout_at(block, any, t), row->gain);
    const bool single = currents->coordinates == 1 && row->th_of == NULL;
    const size_t candidates = single ? deliver_single(block, any, row, &additions, count, t)
                                     : deliver_general(block, any, row, &additions, count, t);
#ifndef NDEBUG
    check_rejected(block, any, row, count, candidates, t);
#endif
    block->candidate_count += candidates;
}

void sl_currents_external_direct(const group_state *group, const train *train, uint32_t event)
{
    const uint32_t member = train->member[event];
    const additions additions = direct_additions(group->currents.of, train->receptor, 1);
    add(&additions, train->weight_of != NULL ? train->weight_of[event] : train->weight,
        &group->scaled[member], coordinate_of(group, member));
}

void sl_currents_external(block_state *block, uint32_t g, train *train)
{
    group_state *group = &block->groups[g];
    const uint32_t k = train->position;
    const uint32_t member = train->member[k];
    const sim_time t = train->time[k];
    const double weight = train->weight_of != NULL ? train->weight_of[k] : train->weight;
    const additions additions =
        additions_of(group->currents.of, train->receptor, readout_at(block, group, t), 1);
    add(&additions, weight, &group->scaled[member], coordinate_of(group, member));
    group->counts.external_events++;
    count_scales(block, group);
    sl_currents_predict(block, g, member, t);
    sl_group_step_train(block, group, train);
}

void sl_currents_run_train(block_state *block, uint32_t g, train *train, sim_time limit)
{
    const uint32_t last = train->count - 1;
    while (train->next < limit) {
        const bool chunk_ends = train->position == last;
        sl_currents_external(block, g, train);
        if (chunk_ends || block->group_next[g] < limit) {
            return;
        }
    }
}

/* ---- Refractoriness, epochs, potential ---------------------------------------------------------
 */

void sl_currents_release(block_state *block, uint32_t g, uint32_t member, double reset, sim_time t)
{
    group_state *group = &block->groups[g];
    const currents_readout *readout = readout_at(block, group, t);
    count_scales(block, group);
    const double share =
        sl_currents_share(&group->currents.of->model, readout, coordinate_of(group, member));
    group->scaled[member] = (reset - share) * readout->scale;
    sl_currents_predict(block, g, member, t);
}

void sl_currents_rebase(block_state *block, uint32_t g, uint32_t base, int64_t from)
{
    group_state *group = &block->groups[g];
    group_currents *currents = &group->currents;
    const network_currents *of = currents->of;
    const uint64_t epochs = (uint64_t)(block->bases[base].epoch - from);
    block->currents[group->group->population].readout.time = SIM_TIME_NEVER;
    for (uint32_t member = 0; member < group->group->count; member++) {
        double *coordinate = coordinate_of(group, member);
        double *predicted = currents->predicted_coordinate + (size_t)member * of->coordinates;
        if (group->population->time_base == base) {
            sl_membrane_rebase(&of->model, epochs, &group->scaled[member], coordinate);
            sl_membrane_rebase(&of->model, epochs, &currents->predicted_scaled[member], predicted);
        }
        for (uint32_t k = 0; k < of->model.count; k++) {
            if (of->time_base[k] == base && !lif_current_joins(of->model.rate[k])) {
                sl_current_rebase(&of->model, k, epochs, coordinate + of->first[k]);
                sl_current_rebase(&of->model, k, epochs, predicted + of->first[k]);
            }
        }
    }
}

/* Coordinates as the block has them, taken on to the epochs of `bases`. */
static void take_on(const network_currents *of, uint32_t membrane, const time_base *from,
                    const time_base *to, double *a, double *coordinate)
{
    sl_membrane_rebase(&of->model, (uint64_t)(to[membrane].epoch - from[membrane].epoch), a,
                       coordinate);
    for (uint32_t k = 0; k < of->model.count; k++) {
        const uint32_t base = of->time_base[k];
        if (!lif_current_joins(of->model.rate[k])) {
            sl_current_rebase(&of->model, k, (uint64_t)(to[base].epoch - from[base].epoch),
                              coordinate + of->first[k]);
        }
    }
}

void sl_currents_in_epoch(const saltus_simulation *simulation, const block_state *block,
                          const group_state *group, uint32_t member, double *a, double *coordinate)
{
    const network_currents *of = group->currents.of;
    *a = group->scaled[member];
    memcpy(coordinate, coordinate_of(group, member), of->coordinates * sizeof *coordinate);
    if (simulation->clock.step == 0) {
        take_on(of, group->population->time_base, block->bases, simulation->bases, a, coordinate);
    }
}

double sl_currents_potential(const saltus_simulation *simulation, const population *population,
                             uint32_t id, sim_time t)
{
    const network_currents *of = population->currents;
    const block_state *block = &simulation->blocks[sl_network_block_of(simulation->network, id)];
    double a = simulation->scaled[id];
    double coordinate[LIF_COORDINATES];
    memcpy(coordinate, coordinates_of(simulation, population, id),
           of->coordinates * sizeof *coordinate);
    /* the epochs of t, and of the block's last work */
    time_base to[1 + LIF_CURRENTS];
    time_base from[1 + LIF_CURRENTS];
    network_currents local = *of;
    current_bases bases = {.membrane = &to[LIF_CURRENTS]};
    for (uint32_t k = 0; k <= of->model.count; k++) {
        const bool membrane = k == of->model.count;
        const uint32_t place = membrane ? LIF_CURRENTS : k;
        const uint32_t base = membrane ? population->time_base : of->time_base[k];
        to[place] = simulation->bases[base];
        sl_time_base_seek(&to[place], t);
        from[place] = block->bases[base];
        if (!membrane) {
            local.time_base[k] = k;
            bases.of[k] = &to[k];
        }
    }
    take_on(&local, LIF_CURRENTS, from, to, &a, coordinate);
    currents_readout readout;
    sl_currents_readout(&of->model, &bases, t, &readout);
    return a * readout.inverse + sl_currents_share(&of->model, &readout, coordinate);
}
