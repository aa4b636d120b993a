/* current_arrivals - what arrivals do to neurons with currents, and who has to be looked at then.
 */
#include <assert.h>
#include <math.h>

#include "engine/event/current_adder.h"
#include "engine/event/currents.h"
#include "engine/event/own_spikes.h"
#include "engine/simulation.h"
#include "models/neuron/lif_delta.h"

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

/* To the horizon, in tau_m. Divisions are for the first time of a stretch only. */
static double length_of(block_state *block, const group_state *group, sim_time t)
{
    block_currents *cache = &block->currents[group->currents.of->alike];
    if (t < cache->stretch || t >= cache->horizon) {
        cache->stretch = t;
        cache->horizon = group_horizon_after(group, t);
    }
    return (double)(cache->horizon - t) * group->base->inverse_tau;
}

/* Longer than between horizons, so the test of the slope passes all that rise. */
#define ANY_LENGTH 1e6

/* Does any group of the population in the block sleep? Then who may ever cross wakes it. */
static bool any_sleeps(const block_state *block, const group_state *any)
{
    return block->currents[any->group->population].asleep > 0;
}

/* Currents of any kind: added, then looked at by the rejections of the model. */
static size_t deliver_general(block_state *block, const group_state *any, const delivery_row *row,
                              const additions *additions, size_t count, sim_time t)
{
    const population *target = any->population;
    const network_currents *currents = target->currents;
    const currents_readout *readout = currents_readout_at(block, any, t);
    const double length = any_sleeps(block, any) ? ANY_LENGTH : length_of(block, any, t);
    double *scaled = block->simulation->scaled;
    double *first = currents_of_neuron(block->simulation->coordinates, target, target->first);
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

typedef enum weight_layout { WEIGHTS_SHARED, WEIGHTS_FLOAT, WEIGHTS_DOUBLE } weight_layout;

/* Exponential currents, of which an arrival adds to one: the loop that counts. `currents` and
 * `layout` are known where this is inlined. */
static inline __attribute__((always_inline)) size_t
add_exponential(const delivery_row *from, const additions *additions, const vector_screen *quick,
                uint32_t currents, weight_layout layout, size_t count, double *restrict scaled,
                double *restrict coordinate, uint32_t *restrict candidate)
{
    const delivery_row row = *from; /* copies: what is stored below can't change them */
    vector_screen screen;
    screen.of_a = quick->of_a;
    screen.level = quick->level;
    screen.floored = quick->floored;
    for (uint32_t k = 0; k < currents; k++) {
        screen.of_x[k] = quick->of_x[k];
        screen.of_positive[k] = quick->of_positive[k];
    }
    const double put_a = additions->a;
    const double put_b = additions->amount[0];
    double *added = coordinate + additions->coordinate[0];
    size_t candidates = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t neuron = row.target[i];
        const size_t place = (size_t)(neuron - row.first) * currents;
        const double weight = layout == WEIGHTS_FLOAT    ? (double)row.weight_f[i]
                              : layout == WEIGHTS_DOUBLE ? row.weight_d[i]
                                                         : row.weight;
        const double a = scaled[neuron] + weight * put_a;
        added[place] += weight * put_b;
        scaled[neuron] = a;
        candidate[candidates] = neuron;
        candidates += vector_screen_passes(&screen, currents, a, coordinate + place);
    }
    return candidates;
}

static inline __attribute__((always_inline)) size_t
add_row(const delivery_row *row, const additions *additions, const vector_screen *quick,
        uint32_t currents, size_t count, double *scaled, double *coordinate, uint32_t *candidate)
{
    if (row->weight_f != NULL) {
        return add_exponential(row, additions, quick, currents, WEIGHTS_FLOAT, count, scaled,
                               coordinate, candidate);
    }
    if (row->weight_d != NULL) {
        return add_exponential(row, additions, quick, currents, WEIGHTS_DOUBLE, count, scaled,
                               coordinate, candidate);
    }
    return add_exponential(row, additions, quick, currents, WEIGHTS_SHARED, count, scaled,
                           coordinate, candidate);
}

/* One or two exponential currents, a threshold that all share. */
static size_t deliver_exponential(block_state *block, const group_state *any,
                                  const delivery_row *row, const additions *additions, size_t count,
                                  sim_time t)
{
    const population *target = any->population;
    const lif_currents *model = &target->currents->model;
    const currents_readout *readout = currents_readout_at(block, any, t);
    const double level = current_screen_level(row->th, any->drive->reset);
    current_screen screen;
    if (any_sleeps(block, any)) {
        current_screen_ever(model, readout, level, &screen);
    } else {
        current_screen_within(model, readout, level, length_of(block, any, t), &screen);
    }
    double *scaled = block->simulation->scaled;
    double *coordinate = currents_of_neuron(block->simulation->coordinates, target, target->first);
    uint32_t *candidate = block->candidates + block->candidate_count;
    const size_t passed =
        model->count == 1
            ? add_row(row, additions, &screen.quick, 1, count, scaled, coordinate, candidate)
            : add_row(row, additions, &screen.quick, 2, count, scaled, coordinate, candidate);
    size_t candidates = 0;
    for (size_t i = 0; i < passed; i++) {
        const uint32_t neuron = candidate[i];
        const double *x = coordinate + (size_t)(neuron - target->first) * model->count;
        candidate[candidates] = neuron;
        candidates += current_screen_is_driven(&screen, scaled[neuron], x);
    }
    return candidates;
}

/* One alpha current, a threshold that all share, nobody asleep: T4 alone (lif_current.h), its level
 * lowered by more than rounding can do. */
static size_t deliver_alpha(block_state *block, const group_state *any, const delivery_row *from,
                            const additions *additions, size_t count, sim_time t)
{
    const population *target = any->population;
    const delivery_row row = *from; /* a copy: what is stored below can't change it */
    const current_readout of = currents_readout_at(block, any, t)->of[0];
    const double inverse = currents_readout_at(block, any, t)->inverse;
    const double length = length_of(block, any, t);
    const double waits = length * target->currents->model.rate[0];
    const double keeps = current_screen_keeps(target->currents->model.rate[0], length);
    const double rises = waits < 1 / M_E ? waits : 1 / M_E;
    const double level = current_screen_level(row.th, any->drive->reset);
    double *restrict scaled = block->simulation->scaled;
    double *restrict coordinate =
        currents_of_neuron(block->simulation->coordinates, target, target->first);
    uint32_t *restrict candidate = block->candidates + block->candidate_count;
    size_t candidates = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t neuron = row.target[i];
        const double weight = delivery_weight(&row, i);
        double *x = coordinate + 2 * (size_t)(neuron - target->first);
        const double a = scaled[neuron] + weight * additions->a;
        const double b = x[0] + weight * additions->amount[0];
        const double g = x[1] + weight * additions->amount[1];
        scaled[neuron] = a;
        x[0] = b;
        x[1] = g;
        const double v = a * inverse + (b * of.v_b + g * of.v_g);
        const double j = b * of.j_b + g * of.j_g;
        const double excites = current_screen_positive(j);
        const double most =
            excites + (j - excites) * keeps + current_screen_positive(g * of.h_g) * rises;
        candidate[candidates] = neuron;
        candidates += v + length * (most - v) >= level;
    }
    return candidates;
}

/* Any group of the population in the block: their bases are the same. */
static const group_state *any_group(const block_state *block, const population *target)
{
    const uint32_t first = block->block->first_group;
    return &block->groups[target->first_group > first ? target->first_group - first : 0];
}

/* Rows so short that additions and a screen for all of them do not pay. */
#define FEW 6

/* Is a row such that deliver_few takes it? Exponential currents of which it adds to one. */
static bool is_simple(const network_currents *currents, const network_receptor *receptor,
                      const delivery_row *row)
{
    return currents->screened && currents->model.count <= 2 && receptor->count == 1 &&
           row->th_of == NULL;
}

/* deliver_exponential for a few synapses. */
static inline __attribute__((always_inline)) size_t
deliver_few(block_state *block, const population *target, const network_receptor *receptor,
            const delivery_row *row, uint32_t currents, size_t count, sim_time t)
{
    const group_state *any = any_group(block, target);
    const double *rate = target->currents->model.rate;
    const currents_readout *readout = currents_readout_at(block, any, t);
    const double factor = receptor->factor[0] * row->gain;
    const uint32_t added = receptor->current[0];
    const double put_a = factor * readout->of[added].put_a;
    const double put_b = factor * readout->of[added].put_b;
    const double level = current_screen_level(row->th, any->drive->reset);
    const bool sleeps = any_sleeps(block, any);
    const double length = length_of(block, any, t);
    double *scaled = block->simulation->scaled;
    double *coordinate = currents_of_neuron(block->simulation->coordinates, target, target->first);
    uint32_t *candidate = block->candidates + block->candidate_count;
    size_t candidates = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t neuron = row->target[i];
        double *x = coordinate + (size_t)(neuron - target->first) * currents;
        const double weight = delivery_weight(row, i);
        const double a = scaled[neuron] + weight * put_a;
        x[added] += weight * put_b;
        scaled[neuron] = a;
        candidate[candidates] = neuron;
        candidates += current_screen_one(rate, readout, currents, level, sleeps, length, a, x);
    }
    return candidates;
}

/* Returns how many candidates there are, written down behind those of before. */
static size_t deliver(block_state *block, const projection *projection, const delivery_row *row,
                      size_t count, sim_time t)
{
    const population *target = &block->network->populations[projection->target];
    const network_currents *currents = target->currents;
    const network_receptor *receptor = &currents->receptors[projection->receptor];
    const bool simple = is_simple(currents, receptor, row);
    if (simple && count <= FEW) {
        return currents->model.count == 1 ? deliver_few(block, target, receptor, row, 1, count, t)
                                          : deliver_few(block, target, receptor, row, 2, count, t);
    }
    const group_state *any = any_group(block, target);
    const additions additions =
        additions_of(currents, projection->receptor, currents_readout_at(block, any, t), row->gain);
    if (simple) {
        return deliver_exponential(block, any, row, &additions, count, t);
    }
    const bool alpha = currents->model.count == 1 && currents->model.alpha[0];
    return alpha && row->th_of == NULL && !any_sleeps(block, any)
               ? deliver_alpha(block, any, row, &additions, count, t)
               : deliver_general(block, any, row, &additions, count, t);
}

#ifndef NDEBUG
/* A row may reach a neuron several times, and list it at any of them. */
static bool is_listed(const uint32_t *listed, size_t count, uint32_t neuron)
{
    size_t i = 0;
    while (i < count && listed[i] != neuron) {
        i++;
    }
    return i < count;
}

/* Who was rejected does not cross: held in builds that check. */
static void check_rejected(block_state *block, const group_state *any, const delivery_row *row,
                           size_t count, size_t candidates, sim_time t)
{
    const population *target = any->population;
    const lif_currents *model = &target->currents->model;
    const uint32_t *listed = block->candidates + block->candidate_count;
    const sim_time horizon = group_horizon_after(any, t);
    for (size_t i = 0; i < count; i++) {
        const uint32_t neuron = row->target[i];
        const group_state *group = &block->groups[group_of(block, target, neuron)];
        if (is_listed(listed, candidates, neuron) ||
            block->simulation->scaled[neuron] == LIF_REFRACTORY ||
            group_forbids_spike(group, neuron - group->group->first)) {
            continue;
        }
        lif_current_state state;
        sl_currents_state(
            model, currents_readout_at(block, any, t), block->simulation->scaled[neuron],
            currents_of_neuron(block->simulation->coordinates, target, neuron), &state);
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
            currents_of_neuron(block->simulation->coordinates, target, neuron));
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
    const size_t candidates = deliver(block, projection, row, count, t);
#ifndef NDEBUG
    check_rejected(block, any_group(block, target), row, count, candidates, t);
#endif
    block->candidate_count += candidates;
}

void sl_currents_external_direct(const group_state *group, const train *train, uint32_t event)
{
    const uint32_t member = train->member[event];
    const additions additions = direct_additions(group->currents.of, train->receptor, 1);
    add(&additions, train->weight_of != NULL ? train->weight_of[event] : train->weight,
        &group->scaled[member], currents_of_member(group, member));
}

void sl_currents_external(block_state *block, uint32_t g, train *train)
{
    group_state *group = &block->groups[g];
    const uint32_t k = train->position;
    const uint32_t member = train->member[k];
    const sim_time t = train->time[k];
    const double weight = train->weight_of != NULL ? train->weight_of[k] : train->weight;
    const additions additions =
        additions_of(group->currents.of, train->receptor, currents_readout_at(block, group, t), 1);
    add(&additions, weight, &group->scaled[member], currents_of_member(group, member));
    group->counts.external_events++;
    currents_count_scales(block, group);
    sl_currents_predict(block, g, member, t);
    group_step_train(block, group, train);
}

/* Events ahead whose neuron is fetched into the cache. */
#define EVENTS_AHEAD 6

/* Exponential currents: the screen comes before the readout. */
static inline __attribute__((always_inline)) void
run_exponential(block_state *block, uint32_t g, train *train, sim_time limit, uint32_t currents)
{
    group_state *group = &block->groups[g];
    const uint32_t last = train->count - 1;
    current_adder adder = current_adder_of(group, currents);
    while (train->next < limit) {
        const uint32_t event = train->position;
        const sim_time t = train->next;
        const uint32_t ahead = train->member[event + EVENTS_AHEAD];
        __builtin_prefetch(&group->scaled[ahead], 1);
        __builtin_prefetch(group->currents.coordinate + (size_t)ahead * currents, 1);
        const bool passes = current_adder_external(&adder, train, event, currents);
        group->counts.external_events++;
        currents_count_scales(block, group);
        if (passes) {
            sl_currents_predict(block, g, train->member[event], t);
            adder.horizon = group->horizon;
        }
        group_step_train(block, group, train);
        if (event == last || block->group_next[g] < limit) {
            return;
        }
    }
}

void sl_currents_run_train(block_state *block, uint32_t g, train *train, sim_time limit)
{
    const uint32_t last = train->count - 1;
    if (train->scale != NULL) {
        const uint32_t currents = block->groups[g].currents.of->model.count;
        if (currents == 1) {
            run_exponential(block, g, train, limit, 1);
        } else if (currents == 2) {
            run_exponential(block, g, train, limit, 2);
        } else {
            run_exponential(block, g, train, limit, currents);
        }
        return;
    }
    while (train->next < limit) {
        const bool chunk_ends = train->position == last;
        sl_currents_external(block, g, train);
        if (chunk_ends || block->group_next[g] < limit) {
            return;
        }
    }
}
