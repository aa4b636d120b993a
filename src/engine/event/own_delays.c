/* own_delays - see own_delays.h: spikes into buckets, and a bucket's rows into events. */
#include "engine/event/own_delays.h"

#include <stdlib.h>

#include "base/memory.h"
#include "engine/event/currents.h"
#include "engine/simulation.h"

/* ---- Rows in buckets ------------------------------------------------------------------------- */

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

/* A row into the bucket of its next event, if that comes within the stretch. */
static void put(own_delays *own, uint32_t number, sim_time least)
{
    own_row *row = &own->row[number];
    const own_kind *kind = &own->kind[row->projection];
    const sim_time time = row->emitted + at_least(kind->rows->delay[row->at], least);
    if (time >= own->end) {
        return;
    }
    const uint32_t b = (uint32_t)((time - own->start) >> own->shift);
    const uint32_t since = (uint32_t)(time - own_bucket_start(own, b));
    own_bucket *bucket = &own->bucket[b];
    row->link = bucket->row;
    bucket->row = number;
    if (since < bucket->earliest) {
        bucket->earliest = since;
    }
    if (b < own->current) {
        own->current = b;
    }
}

/* What a spike sends through a projection from `from` to the end of the stretch. */
static bool spread_row(block_state *block, uint32_t index, spread_spike spike, sim_time from)
{
    own_delays *own = block->own;
    const projection *projection = &block->network->projections[index];
    const fan_out *rows = &projection->blocks[block->index];
    if (rows->row == NULL) {
        return true;
    }
    const uint32_t source = spike.source - block->network->populations[projection->source].first;
    const uint32_t end = rows->row[source + 1];
    const sim_time least = block->simulation->least_delay;
    const sim_time since = from - spike.emitted;
    const uint32_t at =
        lower_bound(rows->delay, rows->row[source], end, since <= least ? 0 : since);
    if (at == end) {
        return true;
    }
    void *row = own->row;
    if (own->row_count >= OWN_NONE ||
        !sl_memory_grow(&row, &own->row_capacity, own->row_count, sizeof *own->row)) {
        return false;
    }
    own->row = row;
    own->row[own->row_count] = (own_row){.emitted = spike.emitted,
                                         .source = spike.source,
                                         .projection = index,
                                         .at = at,
                                         .end = end};
    put(own, (uint32_t)own->row_count++, least);
    return true;
}

static bool create(block_state *block)
{
    own_delays *own = sl_memory_zeroed(1, sizeof *own);
    if (own == NULL || !sl_own_kinds_init(block, own)) {
        sl_own_delays_destroy(own);
        return false;
    }
    for (uint32_t b = 0; b < OWN_BUCKETS; b++) {
        own->bucket[b] = (own_bucket){.row = OWN_NONE, .earliest = UINT32_MAX};
    }
    own->next = SIM_TIME_NEVER;
    own->current = OWN_BUCKETS;
    block->own = own;
    return true;
}

/* All events of the stretch before are done. */
static void begin_stretch(own_delays *own, sim_time start, sim_time end)
{
    own->start = start;
    own->end = end;
    own->row_count = 0;
    own->shift = 0;
    while ((end - start - 1) >> own->shift >= OWN_BUCKETS) {
        own->shift++;
    }
}

static void find_next(own_delays *own)
{
    const own_events *open = &own->open;
    if (open->first == open->count) {
        while (own->current < OWN_BUCKETS && own->bucket[own->current].row == OWN_NONE) {
            own->current++;
        }
    }
    if (own->current == OWN_BUCKETS) {
        own->next = SIM_TIME_NEVER;
        return;
    }
    uint32_t since = own->bucket[own->current].earliest;
    if (open->first < open->count && open->event[open->first].since < since) {
        since = open->event[open->first].since;
    }
    own->next = own_bucket_start(own, own->current) + since;
}

bool sl_own_delays_spread(block_state *block, sim_time from)
{
    const saltus_simulation *simulation = block->simulation;
    if (simulation->spread_new == simulation->spread_count) {
        return true;
    }
    if (block->own == NULL && !create(block)) {
        return false;
    }
    own_delays *own = block->own;
    if (own->end != simulation->stretch_end || own->next == SIM_TIME_NEVER) {
        begin_stretch(own, from, simulation->stretch_end);
    }
    for (size_t i = simulation->spread_new; i < simulation->spread_count; i++) {
        const spread_spike spike = simulation->spread[i];
        const outgoing *outgoing =
            &block->network->outgoing[sl_network_population_of(block->network, spike.source)];
        for (uint32_t p = 0; p < outgoing->own_delay_count; p++) {
            if (!spread_row(block, outgoing->own_delay[p], spike, from)) {
                return false;
            }
        }
    }
    find_next(own);
    return true;
}

void sl_own_delays_destroy(own_delays *own)
{
    if (own == NULL) {
        return;
    }
    free(own->row);
    free(own->open.event);
    free(own->scratch.event);
    free(own->kind);
    free(own->base);
    free(own->scale);
    free(own);
}

/* ---- The current bucket ---------------------------------------------------------------------- */

/* A row's events of the current bucket, which ends at `end`. */
static bool read_piece(block_state *block, uint32_t number, sim_time end)
{
    own_delays *own = block->own;
    own_row *row = &own->row[number];
    const own_kind *kind = &own->kind[row->projection];
    const fan_out *rows = kind->rows;
    const sim_time least = block->simulation->least_delay;
    /* the first event is in the bucket, so `least` is below the limit */
    const sim_time limit = end - row->emitted;
    uint32_t stop = row->at + 1;
    while (stop < row->end && rows->delay[stop] < limit) {
        stop++;
    }
    own_events *open = &own->open;
    if (!sl_own_events_reserve(open, open->count + (stop - row->at))) {
        return false;
    }
    const sim_time offset = row->emitted - own_bucket_start(own, own->current);
    for (uint32_t i = row->at, next; i < stop; i = next) {
        const sim_time delay = at_least(rows->delay[i], least);
        for (next = i + 1; next < stop && next - i < OWN_RUN - 1 &&
                           at_least(rows->delay[next], least) == delay;) {
            next++;
        }
        const bool one = next - i == 1;
        own_event *event = &open->event[open->count++];
        *event = (own_event){.since = (uint32_t)(offset + delay),
                             .row = number,
                             .synapse = i,
                             .target = one ? rows->target[i] : OWN_RUN | (next - i)};
        if (one && kind->weighs) {
            event->weight = rows->weight_f[i];
        }
    }
    row->at = stop;
    return true;
}

bool sl_own_delays_open(block_state *block)
{
    own_delays *own = block->own;
    own_bucket *bucket = &own->bucket[own->current];
    if (bucket->row == OWN_NONE) {
        return true;
    }
    const sim_time after = own_bucket_start(own, own->current + 1);
    const sim_time end = after < own->end ? after : own->end;
    uint32_t number = bucket->row;
    while (number != OWN_NONE) {
        own_row *row = &own->row[number];
        const uint32_t link = row->link;
        if (!read_piece(block, number, end)) {
            return false;
        }
        if (row->at < row->end) {
            put(own, number, block->simulation->least_delay);
        }
        number = link;
    }
    *bucket = (own_bucket){.row = OWN_NONE, .earliest = UINT32_MAX};
    return sl_own_events_order(own);
}

void sl_own_delays_done(own_delays *own, size_t count)
{
    own_events *open = &own->open;
    open->first += count;
    if (open->first == open->count) {
        open->first = 0;
        open->count = 0;
    }
    find_next(own);
}

/* ---- As arrivals --------------------------------------------------------------------------- */

/* Where a plain synapse is, whose event has its weight instead. */
static uint32_t synapse_of(const block_state *block, const own_row *row, uint32_t source,
                           sim_time t)
{
    const fan_out *rows = &block->network->projections[row->projection].blocks[block->index];
    const sim_time delay = t - row->emitted;
    const bool least = delay <= block->simulation->least_delay;
    return lower_bound(rows->delay, rows->row[source], rows->row[source + 1], least ? 0 : delay);
}

/* Events ahead of which synapses and targets are fetched into the cache: the rows of a large
 * network are in memory, and each event is of another one. */
#define EVENTS_AHEAD 12

static void prefetch(const block_state *block, const own_event *event)
{
    const uint32_t index = block->own->row[event->row].projection;
    const fan_out *rows = &block->network->projections[index].blocks[block->index];
    if (block->own->kind[index].plain) {
        return; /* the event has all */
    }
    __builtin_prefetch(rows->target + event->synapse);
    if (rows->weight_f != NULL) {
        __builtin_prefetch(rows->weight_f + event->synapse);
    }
    if ((event->target & OWN_RUN) == 0) {
        const uint32_t target = block->network->projections[index].target;
        const population *population = &block->network->populations[target];
        __builtin_prefetch(&block->simulation->scaled[event->target], 1);
        if (population->currents != NULL) {
            __builtin_prefetch(
                currents_of_neuron(block->simulation->coordinates, population, event->target), 1);
        }
    }
}

bool sl_own_delays_take(block_state *block, sim_time t)
{
    own_delays *own = block->own;
    if (!sl_own_delays_open(block)) {
        return false;
    }
    const own_event *event = own->open.event + own->open.first;
    const size_t left = own->open.count - own->open.first;
    const uint32_t since = (uint32_t)(t - own_bucket_start(own, own->current));
    size_t taken = 0;
    for (; taken < left && event[taken].since == since; taken++) {
        if (taken + EVENTS_AHEAD < left) {
            prefetch(block, &event[taken + EVENTS_AHEAD]);
        }
        const own_row *row = &own->row[event[taken].row];
        const projection *projection = &block->network->projections[row->projection];
        const uint32_t source = row->source - block->network->populations[projection->source].first;
        const bool run = (event[taken].target & OWN_RUN) != 0;
        const bool hidden = !run && own->kind[row->projection].weighs;
        const arrival arrival = {.time = t,
                                 .emitted = row->emitted,
                                 .source = row->source,
                                 .row = run ? source : event[taken].target,
                                 .projection = row->projection,
                                 .first = hidden ? synapse_of(block, row, source, t)
                                                 : event[taken].synapse,
                                 .count = run ? event[taken].target & ~OWN_RUN : 1};
        if (!sl_arrival_list_push(&block->due, arrival)) {
            return false;
        }
    }
    sl_own_delays_done(own, taken);
    return true;
}
