/* current_arrivals - what arrivals do to neurons with currents, and who has to be looked at then.
 */
#include <assert.h>

#include "engine/event/currents.h"
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

static double length_of(const block_state *block, const group_state *group, sim_time t)
{
    if (block->currents[group->group->population].asleep > 0) {
        return CURRENT_SCREEN_ANY;
    }
    return (double)(group_horizon_after(group, t) - t) * group->base->inverse_tau;
}

/* Currents of any kind: added, then looked at by the rejections of the model. */
static size_t deliver_general(block_state *block, const group_state *any, const delivery_row *row,
                              const additions *additions, size_t count, sim_time t)
{
    const population *target = any->population;
    const network_currents *currents = target->currents;
    const currents_readout *readout = currents_readout_at(block, any, t);
    const double length = length_of(block, any, t);
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

/* Exponential currents, of which an arrival adds to one: the loop that counts. `coordinates` is
 * known where this is inlined. */
static inline __attribute__((always_inline)) size_t
deliver_exponential(block_state *block, const group_state *any, const delivery_row *from,
                    const additions *additions, size_t count, sim_time t, uint32_t coordinates)
{
    const delivery_row row = *from; /* a copy: what is stored below can't change it */
    const population *target = any->population;
    const current_screen screen = current_screen_of(
        &target->currents->model, currents_readout_at(block, any, t), length_of(block, any, t));
    const double th = row.th;
    const double slack = current_screen_slack(th, any->drive->reset);
    const double put_a = additions->a;
    const double put_b = additions->amount[0];
    const uint32_t first = target->first;
    double *restrict scaled = block->simulation->scaled;
    double *current = currents_of_neuron(block->simulation->coordinates, target, first);
    double *added = current + additions->coordinate[0];
    uint32_t *restrict candidate = block->candidates + block->candidate_count;
    size_t candidates = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t neuron = row.target[i];
        const size_t place = (size_t)(neuron - first) * coordinates;
        const double weight = delivery_weight(&row, i);
        const double a = scaled[neuron] + weight * put_a;
        added[place] += weight * put_b;
        scaled[neuron] = a;
        candidate[candidates] = neuron;
        candidates += current_screen_passes(&screen, coordinates, a, current + place, th, slack);
    }
    return candidates;
}

/* Any group of the population in the block: their bases are the same. */
static const group_state *any_group(const block_state *block, const population *target)
{
    const uint32_t first = block->block->first_group;
    return &block->groups[target->first_group > first ? target->first_group - first : 0];
}

static size_t deliver(block_state *block, const group_state *any, const delivery_row *row,
                      const additions *additions, size_t count, sim_time t)
{
    const network_currents *currents = any->population->currents;
    const bool exponential = currents->coordinates == currents->model.count &&
                             !currents->model.alpha[0] && additions->count == 1;
    if (exponential && row->th_of == NULL && currents->coordinates == 1) {
        return deliver_exponential(block, any, row, additions, count, t, 1);
    }
    if (exponential && row->th_of == NULL && currents->coordinates == 2) {
        return deliver_exponential(block, any, row, additions, count, t, 2);
    }
    return deliver_general(block, any, row, additions, count, t);
}

#ifndef NDEBUG
/* Who was rejected does not cross: held in builds that check. */
static void check_rejected(block_state *block, const group_state *any, const delivery_row *row,
                           size_t count, size_t candidates, sim_time t)
{
    const population *target = any->population;
    const lif_currents *model = &target->currents->model;
    const uint32_t *listed = block->candidates + block->candidate_count;
    const sim_time horizon = group_horizon_after(any, t);
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
    const group_state *any = any_group(block, target);
    const additions additions =
        additions_of(currents, projection->receptor, currents_readout_at(block, any, t), row->gain);
    const size_t candidates = deliver(block, any, row, &additions, count, t);
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
