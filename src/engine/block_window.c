/* block_window - all events of one window in one block, in time order.
 *
 * Between arrivals every group works on its own releases, crossings and external events; before
 * an arrival at T the groups that have something due by T are brought up to T. Arrivals of the
 * same T are summed in order (source, time of spike, projection, synapse), external events of T
 * after them, then each neuron that may have reached threshold is tested once. */
#include "engine/deliver.h"
#include "engine/group.h"
#include "engine/runs.h"
#include "engine/simulation.h"

/* Arrivals ahead whose row, and whose row's position, is fetched into the cache. */
#define ROW_AHEAD      4
#define POSITION_AHEAD 10
#define LINES_AHEAD    4u

/* ---- Arrivals ------------------------------------------------------------------------- */

/* s(t) by time base for the arrivals of one time. */
typedef struct scale_cache {
    sim_time time;
    const time_base *base;
    double scale;
} scale_cache;

static double cached_scale(const block_state *block, scale_cache *cache, const population *target,
                           sim_time t)
{
    const time_base *base = &block->simulation->bases[target->time_base];
    if (cache->base != base || cache->time != t) {
        *cache = (scale_cache){.time = t, .base = base, .scale = time_base_scale(base, t)};
    }
    return cache->scale;
}

static void deliver_arrival(block_state *block, const arrival *arrival, scale_cache *cache)
{
    const saltus_network *network = block->network;
    if (arrival->class == NULL) {
        const population *target =
            &network->populations[network->projections[arrival->projection].target];
        const double scale = cached_scale(block, cache, target, arrival->time);
        if (arrival->count == 1) {
            sl_deliver_one(block, arrival->projection, arrival->first, arrival->row, arrival->time,
                           scale);
        } else {
            sl_deliver(block, arrival->projection, arrival->first, arrival->count, arrival->time,
                       scale);
        }
        block->counts.exp_evaluations += arrival->count;
        return;
    }
    const delay_class *class = arrival->class;
    for (uint32_t i = 0; i < class->count; i++) {
        const projection *projection = &network->projections[class->projections[i]];
        const fan_out *rows = &projection->blocks[block->index];
        if (rows->row == NULL) {
            continue;
        }
        const uint32_t first = rows->row[arrival->row];
        const uint32_t count = rows->row[arrival->row + 1] - first;
        if (count > 0) {
            const population *target = &network->populations[projection->target];
            sl_deliver(block, class->projections[i], first, count, arrival->time,
                       cached_scale(block, cache, target, arrival->time));
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
        if (rows->row == NULL) {
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
    }
}

/* ---- Groups --------------------------------------------------------------------------- */

/* Bring the groups that have something due by `until` up to `t`. */
static void advance_groups(block_state *block, sim_time until, sim_time t)
{
    sim_time next = SIM_TIME_NEVER;
    for (uint32_t g = 0; g < block->block->group_count; g++) {
        if (block->group_next[g] <= until) {
            sl_group_advance(block, g, until, t);
        }
        if (block->group_next[g] < next) {
            next = block->group_next[g];
        }
    }
    block->next = next;
}

static void external_at(block_state *block, sim_time t)
{
    for (uint32_t g = 0; g < block->block->group_count; g++) {
        /* a source's events are spikes, nothing is added to its own state */
        if (block->group_next[g] <= t && block->groups[g].base != NULL) {
            sl_group_external_at(block, g, t);
        }
    }
}

/* Bring U and the trains' scale factors into the epochs of this window. */
static void enter_epochs(block_state *block)
{
    const time_base *bases = block->simulation->bases;
    const uint32_t count = block->network->time_base_count;
    bool moved = false;
    for (uint32_t base = 0; base < count; base++) {
        moved = moved || block->epoch[base] != bases[base].epoch;
    }
    if (!moved) {
        return;
    }
    for (uint32_t g = 0; g < block->block->group_count; g++) {
        const group_state *group = &block->groups[g];
        const uint32_t base = group->population->time_base;
        if (group->base != NULL && block->epoch[base] != group->base->epoch) {
            sl_group_rebase(block, g, time_base_factor(group->base, block->epoch[base]));
        }
    }
    for (uint32_t base = 0; base < count; base++) {
        block->epoch[base] = bases[base].epoch;
    }
}

/* Arrivals of one time, entry[0 .. count - 1]; are all of them single synapses? Then only their
 * targets' groups have to be brought up to date: groups keep their own time. */
static bool all_single(const arrival *entry, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (entry[i].class != NULL || entry[i].count != 1) {
            return false;
        }
    }
    return true;
}

/* Group of the target of a single synapse. */
static uint32_t target_group(const block_state *block, const arrival *single)
{
    const saltus_network *network = block->network;
    const uint32_t target = network->projections[single->projection].target;
    return group_of(block, &network->populations[target], single->row);
}

/* The groups concerned up to `t`: releases and crossings at t included, external events not. */
static void before_arrivals(block_state *block, const arrival *entry, size_t count, bool single,
                            sim_time t)
{
    if (!single) {
        advance_groups(block, t, t);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const uint32_t g = target_group(block, &entry[i]);
        if (block->group_next[g] <= t) {
            sl_group_advance(block, g, t, t);
        }
    }
}

/* External events at exactly `t`, summed after the arrivals. */
static void after_arrivals(block_state *block, const arrival *entry, size_t count, bool single,
                           sim_time t)
{
    if (!single) {
        external_at(block, t);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const uint32_t g = target_group(block, &entry[i]);
        if (block->group_next[g] <= t) {
            sl_group_external_at(block, g, t);
        }
    }
}

/* All arrivals of the window, time by time. */
static void work_on_arrivals(block_state *block, const arrival_list *list)
{
    const arrival *entry = list->entry;
    scale_cache cache = {.time = SIM_TIME_NEVER};
    size_t i = 0;
    while (i < list->count && !block->out_of_memory) {
        const sim_time t = entry[i].time;
        size_t end = i + 1;
        while (end < list->count && entry[end].time == t) {
            end++;
        }
        const bool single = all_single(entry + i, end - i);
        if (block->next <= t) {
            before_arrivals(block, entry + i, end - i, single, t);
        }
        for (size_t k = i; k < end; k++) {
            if (k + POSITION_AHEAD < list->count) {
                prefetch(block, &entry[k + POSITION_AHEAD], false);
            }
            if (k + ROW_AHEAD < list->count) {
                prefetch(block, &entry[k + ROW_AHEAD], true);
            }
            deliver_arrival(block, &entry[k], &cache);
        }
        if (block->next <= t) {
            after_arrivals(block, entry + i, end - i, single, t);
        }
        if (block->candidate_count > 0) {
            sl_group_test_candidates(block, t);
        }
        i = end;
    }
}

void sl_block_window(block_state *block)
{
    const saltus_simulation *simulation = block->simulation;
    const arrival_list *list = &simulation->arrivals;
    if (simulation->spread_count > 0) {
        if (!sl_runs_collect(block)) {
            block->out_of_memory = true;
            return;
        }
        list = &block->runs;
    }
    if (list->count == 0 && block->next >= simulation->window_end) {
        return;
    }
    enter_epochs(block);
    work_on_arrivals(block, list);
    if (block->next < simulation->window_end) {
        advance_groups(block, simulation->window_end - 1, simulation->window_end);
    }
}

void sl_block_start(block_state *block)
{
    for (uint32_t g = 0; g < block->block->group_count; g++) {
        const group_state *group = &block->groups[g];
        if (group->base == NULL) {
            continue;
        }
        for (uint32_t member = 0; member < group->group->count; member++) {
            if (group->scaled[member] >= group_threshold(group, member)) {
                sl_group_fire(block, g, member, 0);
                block->next = 0;
            }
        }
    }
}
