/* own_deliveries - the usual events of synapses with delays of their own, one addition and one test
 * each (see own_delays.h). */
#include "base/memory.h"
#include "engine/deliver.h"
#include "engine/event/group.h"
#include "engine/event/own_delays.h"
#include "engine/simulation.h"
#include "models/neuron/lif_delta.h"

/* ---- Kinds --------------------------------------------------------------------------------- */

/* Index of a time base among those of plain targets. */
static uint32_t base_among(own_delays *own, uint32_t base)
{
    uint32_t i = 0;
    while (i < own->base_count && own->base[i] != base) {
        i++;
    }
    own->base[i] = base;
    own->base_count += i == own->base_count;
    return i;
}

static own_kind kind_of(const block_state *block, own_delays *own, uint32_t index)
{
    const projection *projection = &block->network->projections[index];
    const fan_out *rows = &projection->blocks[block->index];
    if (!projection->own_delay || rows->row == NULL) {
        return (own_kind){0};
    }
    const population *target = &block->network->populations[projection->target];
    const arrival_test *test = &block->simulation->tests[projection->target];
    const bool one_level =
        test->none || (test->th_of == NULL && !test->drift && target->theta_plus == 0);
    const bool plain = one_level && rows->weight_d == NULL && projection->zero_weights == 0 &&
                       target->flow == NULL && !delivers_late(block, index);
    if (!plain) {
        return (own_kind){0};
    }
    const bool weighs = rows->weight_f != NULL;
    return (own_kind){.plain = true,
                      .tested = !test->none && (weighs || projection->weight > 0),
                      .weighs = weighs,
                      .weight = projection->weight,
                      .base = base_among(own, target->time_base),
                      .first_target = target->first,
                      .first_group = target->first_group - block->block->first_group};
}

bool sl_own_kinds_init(const block_state *block, own_delays *own)
{
    const uint32_t projections = block->network->projection_count;
    own->kind = sl_memory_zeroed(projections, sizeof *own->kind);
    own->base = sl_memory_array(block->network->time_base_count + 1, sizeof *own->base);
    if (own->kind == NULL || own->base == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < projections; i++) {
        own->kind[i] = kind_of(block, own, i);
    }
    own->scale = sl_memory_array((size_t)own->base_count * OWN_BATCH, sizeof *own->scale);
    return own->scale != NULL;
}

/* ---- Scale factors ------------------------------------------------------------------------- */

/* s(t) of each event, of a bucket that begins at `origin`. */
static void scales(const block_state *block, const time_base *base, sim_time origin,
                   const own_event *event, size_t count, double *scale)
{
    double ticks[OWN_BATCH];
    for (size_t i = 0; i < count; i++) {
        ticks[i] = -time_base_offset(base, origin + event[i].since);
    }
    for (size_t i = count; i % VECTOR_LANES != 0; i++) {
        ticks[i] = 0;
    }
    block->context.kernel->decays(ticks, base->inverse_tau, scale, count);
}

double sl_own_scale(const block_state *block, const time_base *base, sim_time t)
{
    double scale[VECTOR_LANES];
    scales(block, base, t, &(own_event){0}, 1, scale);
    return scale[0];
}

/* Those of the next events, for each time base that has some of the targets. */
static void batch_scales(const block_state *block, own_delays *own, sim_time start,
                         const own_event *event, size_t count)
{
    for (uint32_t b = 0; b < own->base_count; b++) {
        scales(block, &block->bases[own->base[b]], start, event, count,
               own->scale + (size_t)b * OWN_BATCH);
    }
}

/* ---- Deliveries ---------------------------------------------------------------------------- */

/* An event brought its neuron to threshold: external events of the same time, then the test. */
static void reached(block_state *block, uint32_t g, uint32_t neuron, sim_time t)
{
    if (!sl_group_reserve_candidates(block, 1)) {
        return;
    }
    block->candidates[block->candidate_count++] = neuron;
    if (block->group_next[g] <= t) {
        sl_group_external_at(block, g, t);
    }
    sl_group_test_candidates(block, t);
}

/* One synapse of a plain kind, and nothing else at its time; `last` of its bucket. */
static inline bool is_usual(const own_delays *own, const own_event *event, bool last)
{
    const own_kind *kind = &own->kind[own->row[event->row].projection];
    const bool alone = last || event[1].since != event->since;
    return kind->plain & alone & ((event->target & OWN_RUN) == 0);
}

/* Usual events, whose scale factors are there. */
static void deliver_batch(block_state *block, sim_time start, const own_event *event, size_t count)
{
    own_delays *own = block->own;
    double *scaled = block->simulation->scaled;
    const arrival_test *tests = block->simulation->tests;
    const projection *projections = block->network->projections;
    for (size_t i = 0; i < count; i++) {
        const own_event *e = &event[i];
        const uint32_t index = own->row[e->row].projection;
        const own_kind *kind = &own->kind[index];
        const sim_time t = start + e->since;
        const uint32_t g =
            (e->target - kind->first_target) / NETWORK_GROUP_NEURONS + kind->first_group;
        if (block->group_next[g] <= t) {
            sl_group_advance(block, g, t, t);
        }
        const double scale = own->scale[kind->base * OWN_BATCH + i];
        const double weight = kind->weighs ? (double)e->weight : kind->weight;
        const double sum = scaled[e->target] + weight * scale;
        scaled[e->target] = sum;
        block->deliveries[index].events++;
        if (kind->tested) {
            block->deliveries[index].tests++;
            const double level = lif_delta_test_level(tests[projections[index].target].th, scale);
            if (sum >= level) {
                reached(block, g, e->target, t);
                continue;
            }
        }
        if (block->group_next[g] <= t) {
            sl_group_external_at(block, g, t);
            sl_group_test_candidates(block, t);
        }
    }
    block->exp_evaluations += count;
}

void sl_own_delays_deliver(block_state *block, sim_time limit)
{
    own_delays *own = block->own;
    while (own->next < limit && !block->out_of_memory) {
        own_bucket *bucket = sl_own_delays_first(own);
        if (bucket == NULL) {
            block->out_of_memory = true;
            return;
        }
        const own_event *event = bucket->event + bucket->first;
        const size_t left = bucket->count - bucket->first;
        const size_t most = left < OWN_BATCH ? left : OWN_BATCH;
        size_t count = 0;
        while (count < most && bucket->start + event[count].since < limit &&
               is_usual(own, &event[count], count + 1 == left)) {
            count++;
        }
        if (count == 0) {
            return;
        }
        batch_scales(block, own, bucket->start, event, count);
        deliver_batch(block, bucket->start, event, count);
        sl_own_delays_done(own, bucket, count);
    }
}
