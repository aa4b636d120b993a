/* deliver - the loops over the synapses of a row, one per layout of weights and thresholds. */
#include "engine/deliver.h"

#include "engine/group.h"
#include "engine/simulation.h"
#include "models/neuron/lif_delta.h"

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

/* Inhibition can't bring a neuron to threshold. */
static void add_inhibitory(double *restrict scaled, const uint32_t *restrict target, size_t count,
                           double amount)
{
    for (size_t i = 0; i < count; i++) {
        scaled[target[i]] += amount;
    }
}

/* A row as the general loop sees it; NULL pointers: shared. */
typedef struct row {
    const uint32_t *target;
    const float *weight_f;
    const double *weight_d;
    double weight;
    const double *th_of; /* of neuron id 0 + first */
    double th;
    uint32_t first; /* id of the target population's first neuron */
    double scale;
} row;

static inline double row_weight(const row *row, size_t i)
{
    if (row->weight_f != NULL) {
        return (double)row->weight_f[i];
    }
    return row->weight_d != NULL ? row->weight_d[i] : row->weight;
}

static size_t add_general(double *restrict scaled, const row *row, size_t count,
                          uint32_t *restrict candidate)
{
    size_t candidates = 0;
    const double shared = lif_delta_test_level(row->th, row->scale);
    for (size_t i = 0; i < count; i++) {
        const uint32_t neuron = row->target[i];
        const double sum = scaled[neuron] + row_weight(row, i) * row->scale;
        scaled[neuron] = sum;
        const double threshold =
            row->th_of != NULL ? lif_delta_test_level(row->th_of[neuron - row->first], row->scale)
                               : shared;
        candidate[candidates] = neuron;
        candidates += sum >= threshold;
    }
    return candidates;
}

/* Own float weights, shared threshold. */
static size_t add_float(double *restrict scaled, const uint32_t *restrict target,
                        const float *restrict weight, size_t count, double scale, double threshold,
                        uint32_t *restrict candidate)
{
    size_t candidates = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t neuron = target[i];
        const double sum = scaled[neuron] + (double)weight[i] * scale;
        scaled[neuron] = sum;
        candidate[candidates] = neuron;
        candidates += sum >= threshold;
    }
    return candidates;
}

/* Targets that fire by themselves: each change of U moves the crossing. */
static void predict_row(block_state *block, const population *target, const row *row, size_t count,
                        sim_time t)
{
    for (size_t i = 0; i < count; i++) {
        const uint32_t g = group_of(block, target, row->target[i]);
        const uint32_t member = row->target[i] - block->groups[g].group->first;
        sl_group_predict(block, g, member, t + 1);
    }
}

void sl_deliver(block_state *block, uint32_t projection_index, uint32_t first, uint32_t count,
                sim_time t, double scale)
{
    const projection *projection = &block->network->projections[projection_index];
    const fan_out *rows = &projection->blocks[block->index];
    const population *target = &block->network->populations[projection->target];
    double *scaled = block->simulation->scaled;
    if (!sl_group_reserve_candidates(block, count)) {
        return;
    }
    uint32_t *candidate = block->candidates + block->candidate_count;
    const bool shared_weight = rows->weight_f == NULL && rows->weight_d == NULL;
    size_t found = 0;
    if (shared_weight && target->th_of == NULL && !target->drift) {
        const double amount = projection->weight_mV * scale;
        if (amount > 0) {
            found = add_shared(scaled, rows->target + first, count, amount,
                               lif_delta_test_level(target->th, scale), candidate);
            block->counts.threshold_tests += count;
        } else {
            add_inhibitory(scaled, rows->target + first, count, amount);
        }
    } else if (rows->weight_f != NULL && target->th_of == NULL && !target->drift) {
        found = add_float(scaled, rows->target + first, rows->weight_f + first, count, scale,
                          lif_delta_test_level(target->th, scale), candidate);
        block->counts.threshold_tests += count;
    } else {
        const row row = {.target = rows->target + first,
                         .weight_f = rows->weight_f != NULL ? rows->weight_f + first : NULL,
                         .weight_d = rows->weight_d != NULL ? rows->weight_d + first : NULL,
                         .weight = projection->weight_mV,
                         .th_of = target->th_of,
                         .th = target->th,
                         .first = target->first,
                         .scale = scale};
        found = add_general(scaled, &row, count, candidate);
        block->counts.threshold_tests += count;
        if (target->drift) {
            predict_row(block, target, &row, count, t);
        }
    }
    block->candidate_count += found;
    block->counts.synaptic_events += count;
    block->projection_events[projection_index] += count;
}

void sl_deliver_one(block_state *block, uint32_t projection_index, uint32_t synapse,
                    uint32_t neuron, sim_time t, double scale)
{
    const projection *projection = &block->network->projections[projection_index];
    const fan_out *rows = &projection->blocks[block->index];
    const population *target = &block->network->populations[projection->target];
    const row row = {
        .weight_f = rows->weight_f, .weight_d = rows->weight_d, .weight = projection->weight_mV};
    double *scaled = &block->simulation->scaled[neuron];
    *scaled += row_weight(&row, synapse) * scale;
    const double th = target->th_of != NULL ? target->th_of[neuron - target->first] : target->th;
    if (*scaled >= lif_delta_test_level(th, scale)) {
        if (sl_group_reserve_candidates(block, 1)) {
            block->candidates[block->candidate_count++] = neuron;
        }
    } else if (target->drift) {
        const uint32_t g = group_of(block, target, neuron);
        sl_group_predict(block, g, neuron - block->groups[g].group->first, t + 1);
    }
    block->counts.threshold_tests++;
    block->counts.synaptic_events++;
    block->projection_events[projection_index]++;
}
