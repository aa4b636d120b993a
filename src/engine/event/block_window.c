/* block_window - the events of one block over a stretch of time, in their order.
 *
 * Between arrivals every group works on its own releases, crossings and external events; before
 * an arrival at T the groups that have something due by T are brought up to T. Arrivals of the
 * same T are summed in order (source, time of spike, projection, synapse), external events of T
 * after them, then each neuron that may have reached threshold is tested once. Groups that stand
 * apart (own_delays.h) come to the end of the stretch of time before all others. */
#include "engine/event/block_window.h"

#include <stdlib.h>

#include "engine/deliver.h"
#include "engine/event/group.h"
#include "engine/event/own_delays.h"
#include "engine/simulation.h"

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

/* All arrivals of one time, entry[0 .. count - 1]; `left` follow each other in memory. */
static void work_on_time(block_state *block, const arrival *entry, size_t count, size_t left,
                         scale_cache *cache)
{
    const sim_time t = entry[0].time;
    const bool single = all_single(entry, count);
    if (block->next <= t) {
        before_arrivals(block, entry, count, single, t);
    }
    for (size_t k = 0; k < count; k++) {
        sl_deliver_prefetch(block, entry + k, left - k);
        sl_deliver_arrival(block, &entry[k], cache);
    }
    if (block->next <= t) {
        after_arrivals(block, entry, count, single, t);
    }
    if (block->candidate_count > 0) {
        sl_group_test_candidates(block, t);
    }
}

/* Arrivals of time t, of delay classes and then those of own delays, as one list. */
static bool gather(block_state *block, const arrival *entry, size_t count, sim_time t)
{
    block->due.count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!sl_arrival_list_push(&block->due, entry[i])) {
            return false;
        }
    }
    if (!sl_own_delays_take(block, t)) {
        return false;
    }
    if (count > 0) {
        qsort(block->due.entry, block->due.count, sizeof *block->due.entry, sl_arrival_compare);
    }
    return true;
}

/* Arrivals before `end`, time by time; those of delay classes are given. */
static void work_on_arrivals(block_state *block, const arrival *entry, size_t count, sim_time end)
{
    scale_cache cache = {.time = SIM_TIME_NEVER};
    size_t i = 0;
    while (block->status == SALTUS_OK) {
        const sim_time given = i < count ? entry[i].time : end;
        const sim_time own = own_delays_next_other(block);
        const sim_time t = own < given ? own : given;
        if (t >= end || block->status != SALTUS_OK) {
            return;
        }
        size_t same = i;
        while (same < count && entry[same].time == t) {
            same++;
        }
        const arrival *given_now = count > 0 ? entry + i : NULL;
        if (own > t) {
            work_on_time(block, given_now, same - i, count - i, &cache);
        } else if (gather(block, given_now, same - i, t)) {
            work_on_time(block, block->due.entry, block->due.count, block->due.count, &cache);
        } else {
            block->status = SALTUS_E_MEMORY;
        }
        i = same;
    }
}

bool sl_block_take_in(block_state *block)
{
    if (!sl_own_delays_take_in(block, block->simulation->window_start)) {
        block->status = SALTUS_E_MEMORY;
    }
    return block->status == SALTUS_OK;
}

void sl_block_work(block_state *block, const arrival *entry, size_t count, sim_time end)
{
    sl_own_delays_deliver(block, end);
    work_on_arrivals(block, entry, count, end);
    if (block->next < end) {
        advance_groups(block, end - 1, end);
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
            if (group->scaled[member] >= group_own_threshold(group, member, 0)) {
                sl_group_fire(block, g, member, 0);
                block->next = 0;
            }
        }
    }
}
