/* own_delays - see own_delays.h: spikes into buckets, and a bucket's rows into events. */
#include "engine/event/own_delays.h"

#include <stdlib.h>

#include "base/memory.h"
#include "engine/event/currents.h"
#include "engine/simulation.h"

/* A stretch is cut into buckets of about so many events, by those of the stretch before: enough for
 * a row to be read in long pieces, and few enough for the cache. */
#define BUCKET_EVENTS 32768

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

/* Of a synapse of the block's fan-out. */
static inline sim_time delay_of(const own_kind *kind, uint32_t synapse, sim_time least)
{
    const sim_time *own = kind->rows->delay;
    const sim_time delay = own != NULL ? own[synapse] : kind->delay;
    return delay < least ? least : delay;
}

static own_calendar *calendar_of(own_delays *own, const own_kind *kind)
{
    return kind->apart ? &own->apart : &own->others;
}

/* A row into the bucket of its next event, if that comes within the stretch. */
static void put(own_delays *own, uint32_t number, sim_time least)
{
    own_row *row = &own->row[number];
    const own_kind *kind = &own->kind[row->projection];
    own_calendar *calendar = calendar_of(own, kind);
    const sim_time time = row->emitted + delay_of(kind, row->at, least);
    if (time >= own->end) {
        return;
    }
    const uint32_t b = (uint32_t)((time - own->start) >> own->shift);
    own_bucket *bucket = &calendar->bucket[b];
    row->link = bucket->row;
    bucket->row = number;
    if (time < bucket->earliest) {
        bucket->earliest = time;
    }
    if (b < calendar->current) {
        calendar->current = b;
    }
}

/* A row with synapses to come, of which the first arrives in the stretch or later. */
static bool add_row(block_state *block, own_row new)
{
    own_delays *own = block->own;
    void *row = own->row;
    if (own->row_count >= OWN_NONE ||
        !sl_memory_grow(&row, &own->row_capacity, own->row_count, sizeof *own->row)) {
        return false;
    }
    own->row = row;
    own->row[own->row_count] = new;
    put(own, (uint32_t)own->row_count++, block->simulation->least_delay);
    return true;
}

/* What a spike sends through a projection from `from` to the end of the stretch. */
static bool spread_row(block_state *block, uint32_t index, spread_spike spike, sim_time from)
{
    const projection *projection = &block->network->projections[index];
    const fan_out *rows = &projection->blocks[block->index];
    if (rows->row == NULL) {
        return true;
    }
    const uint32_t source = spike.source - block->network->populations[projection->source].first;
    const uint32_t end = rows->row[source + 1];
    const sim_time since = from - spike.emitted;
    const bool all = since <= block->simulation->least_delay;
    const uint32_t at = lower_bound(rows->delay, rows->row[source], end, all ? 0 : since);
    return at == end || add_row(block, (own_row){.emitted = spike.emitted,
                                                 .source = spike.source,
                                                 .projection = index,
                                                 .order = index,
                                                 .at = at,
                                                 .end = end});
}

static void clear(own_calendar *calendar)
{
    for (uint32_t b = 0; b < OWN_BUCKETS; b++) {
        calendar->bucket[b] = (own_bucket){.row = OWN_NONE, .earliest = SIM_TIME_NEVER};
    }
    calendar->next = SIM_TIME_NEVER;
    calendar->current = OWN_BUCKETS;
}

static bool create(block_state *block)
{
    own_delays *own = sl_memory_zeroed(1, sizeof *own);
    if (own == NULL) {
        return false;
    }
    clear(&own->apart);
    clear(&own->others);
    if (!sl_own_groups_init(block, own)) {
        sl_own_delays_destroy(own);
        return false;
    }
    block->own = own;
    return true;
}

/* All events of the stretch before are done; this one is expected to have as many. A bucket is no
 * longer than a window, since what a window brings has to be put in order with what has been read.
 */
static void begin_stretch(own_delays *own, sim_time start, sim_time end, sim_time window)
{
    const sim_time by_events = (sim_time)(own->read / BUCKET_EVENTS) + 1;
    const sim_time by_time = (end - start - 1) / window + 1;
    const sim_time wanted = by_events > by_time ? by_events : by_time;
    const sim_time most = wanted < OWN_BUCKETS ? wanted : OWN_BUCKETS;
    own->start = start;
    own->end = end;
    own->row_count = 0;
    own->read = 0;
    own->shift = 0;
    while ((end - start - 1) >> own->shift >= most) {
        own->shift++;
    }
}

/* The first event is one that has been read or is of the first bucket with rows. */
static void find_next(own_calendar *calendar)
{
    while (calendar->current < OWN_BUCKETS && calendar->bucket[calendar->current].row == OWN_NONE) {
        calendar->current++;
    }
    const own_events *open = &calendar->open;
    const sim_time read = open->first < open->count
                              ? own_event_time(calendar, &open->event[open->first])
                              : SIM_TIME_NEVER;
    const sim_time rows = calendar->current < OWN_BUCKETS
                              ? calendar->bucket[calendar->current].earliest
                              : SIM_TIME_NEVER;
    calendar->next = read < rows ? read : rows;
}

static bool make_ready(block_state *block, sim_time from)
{
    if (block->own == NULL && !create(block)) {
        return false;
    }
    own_delays *own = block->own;
    const sim_time end = block->simulation->stretch_end;
    if (own->end != end || own_delays_next(block) == SIM_TIME_NEVER) {
        begin_stretch(own, from, end, block->simulation->min_delay);
    }
    return true;
}

static bool spread(block_state *block, sim_time from)
{
    const saltus_simulation *simulation = block->simulation;
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
    return true;
}

/* The rows of an arrival by a shared delay whose targets stand apart. */
static bool add_rows(block_state *block, const arrival *arrival)
{
    for (uint32_t i = 0; i < arrival->class->count; i++) {
        const uint32_t index = arrival->class->projections[i];
        const own_kind *kind = &block->own->kind[index];
        if (!kind->apart || kind->rows->row == NULL) {
            continue;
        }
        const own_row row = {.emitted = arrival->emitted,
                             .source = arrival->source,
                             .projection = index,
                             .order = arrival->projection,
                             .at = kind->rows->row[arrival->row],
                             .end = kind->rows->row[arrival->row + 1]};
        if (row.at < row.end && !add_row(block, row)) {
            return false;
        }
    }
    return true;
}

bool sl_own_delays_spread(block_state *block, sim_time from)
{
    const saltus_simulation *simulation = block->simulation;
    if (simulation->spread_new == simulation->spread_count) {
        return true;
    }
    if (!make_ready(block, from) || !spread(block, from)) {
        return false;
    }
    find_next(&block->own->apart);
    find_next(&block->own->others);
    return true;
}

bool sl_own_delays_take_in(block_state *block, sim_time from)
{
    const arrival_list *arrivals = &block->simulation->arrivals;
    if (!sl_own_delays_spread(block, from)) {
        return false;
    }
    if (arrivals->count == 0 || !block->simulation->own_delays) {
        return true;
    }
    if (!make_ready(block, from)) {
        return false;
    }
    if (block->own->groups == NULL) {
        return true;
    }
    bool done = true;
    for (size_t i = 0; i < arrivals->count && done; i++) {
        done = add_rows(block, &arrivals->entry[i]);
    }
    find_next(&block->own->apart);
    return done;
}

void sl_own_delays_destroy(own_delays *own)
{
    if (own == NULL) {
        return;
    }
    sl_own_groups_destroy(own->groups);
    free(own->row);
    free(own->listed);
    free(own->apart.open.event);
    free(own->others.open.event);
    free(own->scratch.event);
    free(own->cell);
    free(own->kind);
    free(own);
}

/* ---- A bucket's rows ------------------------------------------------------------------------- */

static sim_time bucket_start(const own_delays *own, uint32_t bucket)
{
    return own->start + ((sim_time)bucket << own->shift);
}

/* Rows of a bucket, by number, in an array. False: out of memory. */
static bool list_rows(own_delays *own, uint32_t first, size_t *count)
{
    size_t listed = 0;
    for (uint32_t number = first; number != OWN_NONE; number = own->row[number].link) {
        void *numbers = own->listed;
        if (!sl_memory_grow(&numbers, &own->listed_capacity, listed, sizeof *own->listed)) {
            return false;
        }
        own->listed = numbers;
        own->listed[listed++] = number;
    }
    *count = listed;
    return true;
}

/* Rows ahead whose next synapses are fetched into the cache: each is elsewhere in memory. */
#define ROWS_AHEAD 16

static void prefetch_row(const own_delays *own, uint32_t number)
{
    const own_row *row = &own->row[number];
    const fan_out *rows = own->kind[row->projection].rows;
    if (rows->delay != NULL) {
        __builtin_prefetch(rows->delay + row->at);
    }
    __builtin_prefetch(rows->target + row->at);
    if (rows->weight_f != NULL) {
        __builtin_prefetch(rows->weight_f + row->at);
    }
}

/* First synapse of a row after `from` and before `stop` that does not arrive when synapse `from`
 * does; `stop`, or where a run is longest, if all do. */
static uint32_t end_of_run(const own_kind *kind, uint32_t from, uint32_t stop, sim_time least)
{
    const sim_time *delay = kind->rows->delay;
    const uint32_t most = stop - from < OWN_MOST ? stop : from + OWN_MOST;
    if (delay == NULL) {
        return most;
    }
    const sim_time as = delay_of(kind, from, least);
    uint32_t i = from + 1;
    while (i < most && delay_of(kind, i, least) == as) {
        i++;
    }
    return i;
}

/* A row's events before `end`, the end of the bucket that is read. */
static bool read_row(block_state *block, own_calendar *calendar, own_row *row, sim_time end)
{
    own_delays *own = block->own;
    own_events *open = &calendar->open;
    const own_kind *kind = &own->kind[row->projection];
    const fan_out *rows = kind->rows;
    const sim_time least = block->simulation->least_delay;
    const sim_time limit = end - row->emitted;
    const sim_time offset = row->emitted - calendar->origin;
    const uint32_t offset_of_groups =
        kind->first_group * NETWORK_GROUP_NEURONS - kind->first_target;
    uint32_t i = row->at;
    for (uint32_t next; i < row->end; i = next) {
        const sim_time delay = delay_of(kind, i, least);
        if (delay >= limit) {
            break;
        }
        if (open->count == open->capacity && !sl_own_events_reserve(open, open->count + 1)) {
            return false;
        }
        next = end_of_run(kind, i, row->end, least);
        const bool one = next - i == 1 && kind->apart;
        const uint32_t low = one ? rows->target[i] + offset_of_groups : OWN_RUN | (next - i);
        own_event *event = &open->event[open->count++];
        event->key = (uint64_t)(offset + delay) << OWN_KEY_BITS | low;
        event->row = (uint32_t)(row - own->row);
        event->synapse = i;
        if (one && kind->weighs) {
            event->weight = rows->weight_f[i];
        }
    }
    row->at = i;
    return true;
}

/* A window may bring rows for a bucket that has been read: then they are read on their own. */
bool sl_own_delays_open(block_state *block, own_calendar *calendar)
{
    own_delays *own = block->own;
    own_events *open = &calendar->open;
    const size_t ordered = open->count - open->first;
    const uint32_t current = calendar->current;
    if (current == OWN_BUCKETS || (ordered > 0 && bucket_start(own, current) > calendar->origin)) {
        return true;
    }
    own_bucket *bucket = &calendar->bucket[current];
    const sim_time after = bucket_start(own, current + 1);
    const sim_time end = after < own->end ? after : own->end;
    size_t count = 0;
    if (!list_rows(own, bucket->row, &count)) {
        return false;
    }
    calendar->origin = bucket_start(own, current);
    *bucket = (own_bucket){.row = OWN_NONE, .earliest = SIM_TIME_NEVER};
    const size_t before = open->count;
    for (size_t i = 0; i < count; i++) {
        if (i + ROWS_AHEAD < count) {
            prefetch_row(own, own->listed[i + ROWS_AHEAD]);
        }
        own_row *row = &own->row[own->listed[i]];
        if (!read_row(block, calendar, row, end)) {
            return false;
        }
        if (row->at < row->end) {
            put(own, own->listed[i], block->simulation->least_delay);
        }
    }
    own->read += open->count - before;
    return sl_own_events_order(own, open, ordered);
}

void sl_own_delays_done(own_calendar *calendar, size_t count)
{
    own_events *open = &calendar->open;
    open->first += count;
    if (open->first == open->count) {
        open->first = 0;
        open->count = 0;
    }
    find_next(calendar);
}
