/* runs - see runs.h. The sort distributes arrivals over buckets of equal length in time, about four
 * in each, and orders each bucket by insertion: arrivals of a window are spread nearly evenly. */
#include "engine/event/runs.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/wide.h"
#include "engine/simulation.h"

#define ARRIVALS_PER_BUCKET 4

/* First synapse of a row, in [from, end), with delay >= `delay`. */
static uint32_t lower_bound(const sim_time *delays, uint32_t from, uint32_t end, sim_time delay)
{
    while (from < end) {
        const uint32_t middle = from + (end - from) / 2;
        if (delays[middle] < delay) {
            from = middle + 1;
        } else {
            end = middle;
        }
    }
    return from;
}

static sim_time at_least(sim_time delay, sim_time least)
{
    return delay < least ? least : delay;
}

/* The runs of equal delay of one row that arrive in the window. */
static bool expand_row(block_state *block, uint32_t projection, spread_spike spike)
{
    const saltus_simulation *simulation = block->simulation;
    const struct projection *from = &block->network->projections[projection];
    const fan_out *rows = &from->blocks[block->index];
    if (rows->row == NULL) {
        return true;
    }
    const uint32_t source = spike.source - block->network->populations[from->source].first;
    const uint32_t end = rows->row[source + 1];
    const sim_time least = simulation->least_delay;
    const sim_time limit = simulation->window_end - spike.emitted;
    const sim_time since = simulation->window_start - spike.emitted;
    uint32_t i = lower_bound(rows->delay, rows->row[source], end, since <= least ? 0 : since);
    while (i < end) {
        const uint32_t first = i;
        const sim_time delay = at_least(rows->delay[i], least);
        if (delay >= limit) {
            break;
        }
        while (i < end && at_least(rows->delay[i], least) == delay) {
            i++;
        }
        const arrival run = {.time = spike.emitted + delay,
                             .emitted = spike.emitted,
                             .source = spike.source,
                             .row = i - first == 1 ? rows->target[first] : source,
                             .projection = projection,
                             .first = first,
                             .count = i - first};
        if (!sl_arrival_list_push(&block->runs, run)) {
            return false;
        }
    }
    return true;
}

static bool arrival_before(const arrival *a, const arrival *b)
{
    if (a->time != b->time) {
        return a->time < b->time;
    }
    if (a->source != b->source) {
        return a->source < b->source;
    }
    if (a->emitted != b->emitted) {
        return a->emitted < b->emitted;
    }
    return a->projection < b->projection;
}

/* Room for `count` sorted arrivals and `buckets` + 1 counters. */
static bool reserve(block_state *block, size_t count, size_t buckets)
{
    if (block->sorted.capacity < count) {
        free(block->sorted.entry);
        block->sorted = (arrival_list){0};
        block->sorted.entry = sl_memory_array(count + count / 2, sizeof *block->sorted.entry);
        if (block->sorted.entry == NULL) {
            return false;
        }
        block->sorted.capacity = count + count / 2;
    }
    if (block->bucket_capacity < buckets + 1) {
        free(block->bucket);
        block->bucket_capacity = 0;
        block->bucket = sl_memory_array(2 * buckets + 1, sizeof *block->bucket);
        if (block->bucket == NULL) {
            return false;
        }
        block->bucket_capacity = 2 * buckets + 1;
    }
    return true;
}

static void insertion_sort(arrival *entry, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const arrival moved = entry[i];
        size_t hole = i;
        for (; hole > 0 && arrival_before(&moved, &entry[hole - 1]); hole--) {
            entry[hole] = entry[hole - 1];
        }
        entry[hole] = moved;
    }
}

/* Arrivals that share a bucket in large numbers (equal times) must not cost their square. */
static int compare(const void *a, const void *b)
{
    return arrival_before(a, b) ? -1 : arrival_before(b, a);
}

static void sort_bucket(arrival *entry, size_t count)
{
    if (count <= 32) {
        insertion_sort(entry, count);
    } else {
        qsort(entry, count, sizeof *entry, compare);
    }
}

/* block->runs into order. No two arrivals are equal in the order, so it is the only one. */
static bool sort_runs(block_state *block)
{
    const saltus_simulation *simulation = block->simulation;
    const size_t count = block->runs.count;
    const size_t buckets = count / ARRIVALS_PER_BUCKET + 1;
    if (count > UINT32_MAX || !reserve(block, count, buckets)) {
        return false;
    }
    const uint64_t length = (uint64_t)(simulation->window_end - simulation->window_start);
    const sim_time start = simulation->window_start;
    uint32_t *bucket = block->bucket;
    memset(bucket, 0, (buckets + 1) * sizeof *bucket);
    for (size_t i = 0; i < count; i++) {
        const uint64_t since = (uint64_t)(block->runs.entry[i].time - start);
        bucket[(uint64_t)((uint128)since * buckets / length) + 1]++;
    }
    for (size_t b = 0; b < buckets; b++) {
        bucket[b + 1] += bucket[b];
    }
    for (size_t i = 0; i < count; i++) {
        const uint64_t since = (uint64_t)(block->runs.entry[i].time - start);
        block->sorted.entry[bucket[(uint64_t)((uint128)since * buckets / length)]++] =
            block->runs.entry[i];
    }
    /* each counter has moved on to the end of its bucket */
    uint32_t from = 0;
    for (size_t b = 0; b < buckets; b++) {
        if (bucket[b] > from) {
            sort_bucket(block->sorted.entry + from, bucket[b] - from);
        }
        from = bucket[b];
    }
    const arrival_list swap = block->runs;
    block->runs = block->sorted;
    block->sorted = swap;
    block->runs.count = count;
    return true;
}

bool sl_runs_collect(block_state *block)
{
    const saltus_simulation *simulation = block->simulation;
    block->runs.count = 0;
    for (size_t i = 0; i < simulation->spread_count; i++) {
        const spread_spike spike = simulation->spread[i];
        const outgoing *outgoing =
            &block->network->outgoing[sl_network_population_of(block->network, spike.source)];
        for (uint32_t p = 0; p < outgoing->own_delay_count; p++) {
            if (!expand_row(block, outgoing->own_delay[p], spike)) {
                return false;
            }
        }
    }
    for (size_t i = 0; i < simulation->arrivals.count; i++) {
        if (!sl_arrival_list_push(&block->runs, simulation->arrivals.entry[i])) {
            return false;
        }
    }
    return sort_runs(block);
}
