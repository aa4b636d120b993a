/* deliver - the loops over the synapses of a row, one per layout of weights and thresholds. */
#include "engine/deliver.h"

#include "engine/event/currents.h"
#include "engine/event/flows.h"
#include "engine/event/group.h"
#include "engine/event/own_delays.h"
#include "engine/simulation.h"
#include "models/neuron/lif_delta.h"

/* Arrivals ahead whose row, and whose row's position, is fetched into the cache. */
#define ROW_AHEAD      4
#define POSITION_AHEAD 10
#define LINES_AHEAD    4u

/* Own weights are added as w s, each product rounded once; shared weights likewise, once a row. */

/* Shared weight, shared threshold: the loop that counts. */
static size_t add_shared(double *restrict scaled, const uint32_t *restrict target, size_t count,
                         double amount, double threshold, uint32_t *restrict candidate)
{
    size_t candidates = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t neuron = target[i];
        const double sum = scaled[neuron] + amount;
        scaled[neuron] = sum;
        /* listed without a branch: kept only when at threshold */
        candidate[candidates] = neuron;
        candidates += sum >= threshold;
    }
    return candidates;
}

/* Without a test. */
static void add_untested(double *restrict scaled, const uint32_t *restrict target, size_t count,
                         double amount)
{
    for (size_t i = 0; i < count; i++) {
        scaled[target[i]] += amount;
    }
}

/* Threshold of a target at the time of the row. */
static inline double row_threshold(const delivery_row *row, uint32_t neuron)
{
    const uint32_t i = neuron - row->first;
    const double th = row->th_of != NULL ? row->th_of[i] : row->th;
    return row->theta != NULL ? th + row->theta[i] * row->theta_inverse : th;
}

static size_t add_general(double *restrict scaled, const delivery_row *row, size_t count,
                          uint32_t *restrict candidate)
{
    size_t candidates = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t neuron = row->target[i];
        const double sum = scaled[neuron] + delivery_weight(row, i) * row->gain;
        scaled[neuron] = sum;
        candidate[candidates] = neuron;
        candidates += sum >= lif_delta_test_level(row_threshold(row, neuron), row->scale);
    }
    return candidates;
}

/* Own weights, shared threshold; `delivery_weight` is a single load where this is inlined. */
static inline __attribute__((always_inline)) size_t add_own(double *restrict scaled,
                                                            const delivery_row *row, size_t count,
                                                            double threshold,
                                                            uint32_t *restrict candidate)
{
    size_t candidates = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t neuron = row->target[i];
        const double sum = scaled[neuron] + delivery_weight(row, i) * row->gain;
        scaled[neuron] = sum;
        candidate[candidates] = neuron;
        candidates += sum >= threshold;
    }
    return candidates;
}

static size_t add_float(double *scaled, const delivery_row *row, size_t count, double threshold,
                        uint32_t *candidate)
{
    const delivery_row floats = {
        .target = row->target, .weight_f = row->weight_f, .gain = row->gain};
    return add_own(scaled, &floats, count, threshold, candidate);
}

static size_t add_double(double *scaled, const delivery_row *row, size_t count, double threshold,
                         uint32_t *candidate)
{
    const delivery_row doubles = {
        .target = row->target, .weight_d = row->weight_d, .gain = row->gain};
    return add_own(scaled, &doubles, count, threshold, candidate);
}

/* Targets that fire by themselves: each change of U moves the crossing. */
static void predict_row(block_state *block, const population *target, const delivery_row *row,
                        size_t count, sim_time t)
{
    for (size_t i = 0; i < count; i++) {
        const uint32_t g = group_of(block, target, row->target[i]);
        const uint32_t member = row->target[i] - block->groups[g].group->first;
        sl_group_predict(block, g, member, t + 1);
    }
}

/* Own weights without a test. */
static void add_weighted(double *restrict scaled, const delivery_row *row, size_t count)
{
    if (row->weight_f != NULL) {
        for (size_t i = 0; i < count; i++) {
            scaled[row->target[i]] += (double)row->weight_f[i] * row->gain;
        }
        return;
    }
    for (size_t i = 0; i < count; i++) {
        scaled[row->target[i]] += row->weight_d[i] * row->gain;
    }
}

/* Add a row and test each sum, writing down who may have reached threshold; returns how many. */
static size_t add_tested(block_state *block, const population *target, const arrival_test *test,
                         const delivery_row *row, size_t count, sim_time t)
{
    double *scaled = block->simulation->scaled;
    uint32_t *candidate = block->candidates + block->candidate_count;
    if (test->th_of == NULL && !test->drift && row->theta == NULL) {
        const double level = lif_delta_test_level(test->th, row->scale);
        return row->weight_f != NULL   ? add_float(scaled, row, count, level, candidate)
               : row->weight_d != NULL ? add_double(scaled, row, count, level, candidate)
                                       : add_shared(scaled, row->target, count,
                                                    row->weight * row->gain, level, candidate);
    }
    const size_t found = add_general(scaled, row, count, candidate);
    if (test->drift) {
        predict_row(block, target, row, count, t);
    }
    return found;
}

/* Deliveries through weight 0, where a projection has some. Out of line: nearly none has. */
static __attribute__((noinline, cold)) uint64_t count_zeros(const delivery_row *row, uint32_t count)
{
    uint64_t zeros = 0;
    for (size_t i = 0; i < count; i++) {
        zeros += delivery_weight(row, i) == 0;
    }
    return zeros;
}

/* Synapses of a row at `t`. */
static delivery_row row_at(const block_state *block, uint32_t index, uint32_t first, sim_time t,
                           double scale)
{
    const projection *projection = &block->network->projections[index];
    const fan_out *rows = &projection->blocks[block->index];
    const arrival_test *test = &block->simulation->tests[projection->target];
    const plastic_synapses *plastic = block->plastic != NULL ? block->plastic[index] : NULL;
    const float *weight_f = plastic != NULL ? plastic->weight_f : rows->weight_f;
    const double *weight_d = plastic != NULL ? plastic->weight_d : rows->weight_d;
    const population *target = &block->network->populations[projection->target];
    const bool moves = target->theta_plus > 0 && !test->none;
    return (delivery_row){
        .target = rows->target + first,
        .theta = moves ? block->simulation->theta + target->first : NULL,
        .theta_inverse =
            moves ? moving_threshold_inverse(&block->moving[projection->target], t) : 0,
        .weight_f = weight_f != NULL ? weight_f + first : NULL,
        .weight_d = weight_d != NULL ? weight_d + first : NULL,
        .weight = projection->weight,
        .th_of = test->th_of,
        .th = test->th,
        .first = target->first,
        .scale = scale,
        .gain = scale};
}

/* The row's weights as they count at this arrival: its gain, and weights of their own if synapses
 * have factors of their own. */
static __attribute__((noinline)) void transmit(block_state *block, uint32_t index, uint32_t first,
                                               uint32_t count, const arrival *arrival,
                                               delivery_row *row)
{
    const transmitted transmitted = sl_transmit(block, index, first, count, arrival);
    row->gain *= transmitted.gain;
    if (transmitted.factor == NULL) {
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        transmitted.factor[i] *= delivery_weight(row, i);
    }
    row->weight_f = NULL;
    row->weight_d = transmitted.factor;
}

/* The row as faults leave it: its weights as they are now, and only the synapses that the arrival
 * gets through, whose number is returned. */
static __attribute__((noinline)) uint32_t let_through(block_state *block, uint32_t index,
                                                      uint32_t first, uint32_t count,
                                                      const arrival *arrival, delivery_row *row)
{
    const block_faults *faults = block->faults;
    const bool transmits = block->transmission != NULL && block->transmission[index] != NULL;
    projection_counts *counts = &block->deliveries[index];
    if (faults->part[index]->disturbed) {
        row->weight_d = faults->part[index]->weight + first;
        row->weight_f = NULL;
    }
    const delivery_row weights = *row;
    if (transmits) {
        transmit(block, index, first, count, arrival, row);
    }
    const uint32_t number = transmits ? block->transmission[index]->number : 0;
    const uint32_t passing = sl_faults_pass(block, index, first, count, arrival, number);
    const bool shared = row->weight_f == NULL && row->weight_d == NULL;
    counts->events += passing;
    for (uint32_t i = 0; i < passing; i++) {
        const uint32_t from = faults->kept[i];
        counts->zero_weight += delivery_weight(&weights, from) == 0;
        faults->target[i] = row->target[from];
        faults->weight[i] = delivery_weight(row, from);
    }
    row->target = faults->target;
    row->weight_f = NULL;
    row->weight_d = shared ? NULL : faults->weight;
    return passing;
}

/* Inhibition can't bring a neuron to threshold, and a clock tests at step ends. */
static bool is_untested(const arrival_test *test, const delivery_row *row, bool shared)
{
    return test->none || (shared && !test->drift && test->th_of == NULL && !(row->weight > 0));
}

/* Neurons with a flow, but for those whose V a clock adds to as it does to any V. */
static bool flows_take(const population *target, const arrival_test *test)
{
    return target->flow != NULL && (!test->none || population_has_receptors(target));
}

/* `count` synapses of a projection's rows in this block from `first` on. */
static void deliver(block_state *block, uint32_t index, uint32_t first, uint32_t count,
                    const arrival *arrival, double scale)
{
    const projection *projection = &block->network->projections[index];
    const population *target = &block->network->populations[projection->target];
    const arrival_test *test = &block->simulation->tests[projection->target];
    projection_counts *counts = &block->deliveries[index];
    const bool plastic = block->plastic != NULL && block->plastic[index] != NULL;
    const uint32_t zeros = plastic ? sl_plastic_arrive(block, index, first, count, arrival) : 0;
    delivery_row row = row_at(block, index, first, arrival->time, scale);
    if (fault_part_of(block, index) != NULL) {
        count = let_through(block, index, first, count, arrival, &row);
    } else {
        counts->events += count;
        counts->zero_weight += zeros;
        if (projection->zero_weights > 0 && !plastic) {
            counts->zero_weight += count_zeros(&row, count);
        }
        if (block->transmission != NULL && block->transmission[index] != NULL) {
            transmit(block, index, first, count, arrival, &row);
        }
    }
    if (target->currents != NULL) {
        counts->tests += test->none ? 0 : count;
        sl_currents_deliver(block, projection, &row, count, arrival->time);
        return;
    }
    if (flows_take(target, test)) {
        counts->tests += test->none ? 0 : count;
        sl_flows_deliver(block, projection, &row, count, arrival->time);
        return;
    }
    const bool shared = row.weight_f == NULL && row.weight_d == NULL;
    if (shared && is_untested(test, &row, shared)) {
        add_untested(block->simulation->scaled, row.target, count, row.weight * row.gain);
    } else if (test->none) {
        add_weighted(block->simulation->scaled, &row, count);
    } else if (sl_group_reserve_candidates(block, count)) {
        block->candidate_count += add_tested(block, target, test, &row, count, arrival->time);
        counts->tests += count;
    }
}

/* A single synapse with its own delay: its target is known. */
static void deliver_one(block_state *block, const arrival *run, double scale)
{
    const uint32_t index = run->projection;
    const uint32_t neuron = run->row;
    const sim_time t = run->time;
    const projection *projection = &block->network->projections[index];
    const population *target = &block->network->populations[projection->target];
    const arrival_test *test = &block->simulation->tests[projection->target];
    projection_counts *counts = &block->deliveries[index];
    const delivery_row row = row_at(block, index, run->first, t, scale);
    counts->events++;
    if (projection->zero_weights > 0) {
        counts->zero_weight += count_zeros(&row, 1);
    }
    if (target->currents != NULL) {
        counts->tests += !test->none;
        sl_currents_deliver(block, projection, &row, 1, t);
        return;
    }
    if (flows_take(target, test)) {
        counts->tests += !test->none;
        sl_flows_deliver(block, projection, &row, 1, t);
        return;
    }
    double *scaled = &block->simulation->scaled[neuron];
    *scaled += delivery_weight(&row, 0) * row.gain;
    const bool shared = row.weight_f == NULL && row.weight_d == NULL;
    if (is_untested(test, &row, shared)) {
        return;
    }
    counts->tests++;
    if (*scaled >= lif_delta_test_level(row_threshold(&row, neuron), scale)) {
        if (sl_group_reserve_candidates(block, 1)) {
            block->candidates[block->candidate_count++] = neuron;
        }
    } else if (test->drift) {
        const uint32_t g = group_of(block, target, neuron);
        sl_group_predict(block, g, neuron - block->groups[g].group->first, t + 1);
    }
}

/* ---- Arrivals ------------------------------------------------------------------------- */

static double scale_of(const block_state *block, scale_cache *cache, const population *target,
                       sim_time t)
{
    if (cache == NULL || target->currents != NULL || target->flow != NULL) {
        return 1; /* V itself; currents have scales of their own */
    }
    const time_base *base = &block->bases[target->time_base];
    if (cache->base != base || cache->time != t) {
        *cache = (scale_cache){.time = t, .base = base, .scale = time_base_scale(base, t)};
    }
    return cache->scale;
}

static void deliver_run(block_state *block, const arrival *run, scale_cache *cache)
{
    const saltus_network *network = block->network;
    const population *target = &network->populations[network->projections[run->projection].target];
    const double scale = scale_of(block, cache, target, run->time);
    if (run->count == 1 && !delivers_late(block, run->projection)) {
        deliver_one(block, run, scale);
    } else {
        deliver(block, run->projection, run->first, run->count, run, scale);
    }
    block->exp_evaluations += cache != NULL ? run->count : 0;
}

void sl_deliver_arrival(block_state *block, const arrival *arrival, scale_cache *cache)
{
    const saltus_network *network = block->network;
    const delay_class *class = arrival->class;
    if (class == NULL) {
        deliver_run(block, arrival, cache);
        return;
    }
    for (uint32_t i = 0; i < class->count; i++) {
        const projection *projection = &network->projections[class->projections[i]];
        const fan_out *rows = &projection->blocks[block->index];
        if (rows->row == NULL || own_delays_has(block, class->projections[i])) {
            continue;
        }
        const uint32_t first = rows->row[arrival->row];
        const uint32_t count = rows->row[arrival->row + 1] - first;
        if (count > 0) {
            const population *target = &network->populations[projection->target];
            const double scale = scale_of(block, cache, target, arrival->time);
            deliver(block, class->projections[i], first, count, arrival, scale);
        }
    }
}

/* Ask for the memory of an arrival to come: where its rows begin, or the rows themselves. */
static void prefetch(const block_state *block, const arrival *arrival, bool rows_too)
{
    const delay_class *class = arrival->class;
    if (class == NULL) {
        if (rows_too && arrival->count == 1) {
            __builtin_prefetch(&block->simulation->scaled[arrival->row], 1);
        }
        return;
    }
    for (uint32_t i = 0; i < class->count; i++) {
        const projection *projection = &block->network->projections[class->projections[i]];
        const fan_out *rows = &projection->blocks[block->index];
        if (rows->row == NULL || own_delays_has(block, class->projections[i])) {
            continue;
        }
        if (!rows_too) {
            __builtin_prefetch(&rows->row[arrival->row]);
            continue;
        }
        const uint32_t first = rows->row[arrival->row];
        const uint32_t end = rows->row[arrival->row + 1];
        const uint32_t stop = end - first > LINES_AHEAD * 16 ? first + LINES_AHEAD * 16 : end;
        for (uint32_t synapse = first; synapse < stop; synapse += 16) {
            __builtin_prefetch(rows->target + synapse);
        }
        const uint32_t index = class->projections[i];
        if (block->plastic != NULL && block->plastic[index] != NULL) {
            sl_plastic_prefetch(block->plastic[index], first, stop);
        }
    }
}

void sl_deliver_prefetch(const block_state *block, const arrival *entry, size_t count)
{
    if (POSITION_AHEAD < count) {
        prefetch(block, &entry[POSITION_AHEAD], false);
    }
    if (ROW_AHEAD < count) {
        prefetch(block, &entry[ROW_AHEAD], true);
    }
}
