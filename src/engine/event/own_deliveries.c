/* own_deliveries - the usual events of synapses with delays of their own, one addition and one test
 * each (see own_delays.h). */
#include "base/memory.h"
#include "engine/deliver.h"
#include "engine/event/currents.h"
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
    const own_kind other = {.rows = rows};
    if (!projection->own_delay || rows->row == NULL) {
        return other;
    }
    const population *target = &block->network->populations[projection->target];
    const arrival_test *test = &block->simulation->tests[projection->target];
    const network_currents *currents = target->currents;
    const bool one_level = currents != NULL ? currents->exponential && !test->none
                                            : test->none || (test->th_of == NULL && !test->drift &&
                                                             target->theta_plus == 0);
    if (!one_level || target->flow != NULL || rows->weight_d != NULL ||
        projection->zero_weights > 0 || weighs_late(block, index)) {
        return other;
    }
    const bool weighs = rows->weight_f != NULL;
    own_kind kind = {.rows = rows,
                     .plain = true,
                     .tested =
                         !test->none && (currents != NULL || weighs || projection->weight > 0),
                     .weighs = weighs,
                     .weight = projection->weight,
                     .base = base_among(own, target->time_base),
                     .first_target = target->first,
                     .first_group = target->first_group - block->block->first_group,
                     .currents = currents != NULL ? currents->model.count : 0,
                     .receptor = projection->receptor};
    for (uint32_t k = 0; k < kind.currents; k++) {
        kind.current_base[k] = base_among(own, currents->time_base[k]);
        kind.c[k] = lif_current_c(currents->model.rate[k]);
    }
    return kind;
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

/* s(t) of the next events, of a bucket that begins at `start`, in each time base. */
static void batch_scales(const block_state *block, own_delays *own, sim_time start,
                         const own_event *event, size_t count)
{
    sim_time time[OWN_BATCH];
    for (size_t i = 0; i < count; i++) {
        time[i] = start + event[i].since;
    }
    for (size_t i = count; i % VECTOR_LANES != 0; i++) {
        time[i] = time[count - 1];
    }
    for (uint32_t b = 0; b < own->base_count; b++) {
        const time_base *base = &block->bases[own->base[b]];
        block->context.kernel->scales(time, base->start, base->fraction, base->inverse_tau,
                                      own->scale + (size_t)b * OWN_BATCH, count);
    }
}

/* ---- Deliveries ---------------------------------------------------------------------------- */

/* External events of the time, then the test of who may have reached threshold. */
static void finish(block_state *block, uint32_t g, uint32_t neuron, bool reaches, sim_time t)
{
    if (reaches && sl_group_reserve_candidates(block, 1)) {
        block->candidates[block->candidate_count++] = neuron;
    }
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

/* One addition, of an event whose scale factors are number `i`; may the neuron fire? */
static inline bool add(const block_state *block, const own_kind *kind, const own_event *event,
                       size_t i, uint32_t index)
{
    const double scale = block->own->scale[kind->base * OWN_BATCH + i];
    const double weight = kind->weighs ? (double)event->weight : kind->weight;
    double *scaled = block->simulation->scaled;
    const double sum = scaled[event->target] + weight * scale;
    scaled[event->target] = sum;
    const uint32_t target = block->network->projections[index].target;
    return kind->tested && sum >= lif_delta_test_level(block->simulation->tests[target].th, scale);
}

/* The same of a neuron with currents. */
static bool add_current(const block_state *block, const own_kind *kind, const own_event *event,
                        size_t i, uint32_t g, sim_time t)
{
    const double *scale = block->own->scale + i;
    const double weight = kind->weighs ? (double)event->weight : kind->weight;
    const group_state *group = &block->groups[g];
    current_scales scales = {.membrane = scale[kind->base * OWN_BATCH]};
    for (uint32_t k = 0; k < kind->currents; k++) {
        scales.of[k] = scale[kind->current_base[k] * OWN_BATCH];
    }
    return sl_currents_arrive(group, kind->receptor, event->target - group->group->first, weight,
                              &scales, t, kind->c);
}

/* An event of a group that has something of its own due by then. */
static void deliver_in_turn(block_state *block, const own_kind *kind, const own_event *event,
                            size_t i, uint32_t index, uint32_t g, sim_time t)
{
    sl_group_advance(block, g, t, t);
    const bool reaches = kind->currents > 0 ? add_current(block, kind, event, i, g, t)
                                            : add(block, kind, event, i, index);
    finish(block, g, event->target, reaches, t);
}

/* Usual events, whose scale factors are there. */
static void deliver_batch(block_state *block, sim_time start, const own_event *event, size_t count)
{
    const own_delays *own = block->own;
    const own_row *row = own->row;
    const own_kind *kinds = own->kind;
    const sim_time *group_next = block->group_next;
    for (size_t i = 0; i < count; i++) {
        const own_event *e = &event[i];
        const uint32_t index = row[e->row].projection;
        const own_kind *kind = &kinds[index];
        const sim_time t = start + e->since;
        const uint32_t g =
            (e->target - kind->first_target) / NETWORK_GROUP_NEURONS + kind->first_group;
        block->deliveries[index].events++;
        block->deliveries[index].tests += kind->tested;
        if (group_next[g] <= t) {
            deliver_in_turn(block, kind, e, i, index, g, t);
        } else if (kind->currents > 0 ? add_current(block, kind, e, i, g, t)
                                      : add(block, kind, e, i, index)) {
            finish(block, g, e->target, true, t);
        }
    }
    block->exp_evaluations += count;
}

void sl_own_delays_deliver(block_state *block, sim_time limit)
{
    own_delays *own = block->own;
    while (own->next < limit && block->status == SALTUS_OK) {
        if (!sl_own_delays_open(block)) {
            block->status = SALTUS_E_MEMORY;
            return;
        }
        const sim_time start = own_bucket_start(own, own->current);
        const own_event *event = own->open.event + own->open.first;
        const size_t left = own->open.count - own->open.first;
        const size_t most = left < OWN_BATCH ? left : OWN_BATCH;
        size_t count = 0;
        while (count < most && start + event[count].since < limit &&
               is_usual(own, &event[count], count + 1 == left)) {
            count++;
        }
        if (count == 0) {
            return;
        }
        batch_scales(block, own, start, event, count);
        deliver_batch(block, start, event, count);
        sl_own_delays_done(own, count);
    }
}
