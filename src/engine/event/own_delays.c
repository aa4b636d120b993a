/* own_delays - see own_delays.h: spikes into buckets, buckets into order. */
#include "engine/event/own_delays.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/event/currents.h"
#include "engine/simulation.h"

/* Events that are sorted by insertion; more are distributed over cells first. */
#define FEW_EVENTS 24
#define MOST_CELLS 4096

/* ---- Into buckets -------------------------------------------------------------------------- */

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

/* `time`: ticks since the stretch began. */
static inline bool push(own_delays *own, sim_time time, own_event event)
{
    const uint32_t b = (uint32_t)(time >> own->shift);
    own_bucket *bucket = &own->bucket[b];
    event.since = (uint32_t)(time - ((sim_time)b << own->shift));
    if (bucket->count == bucket->capacity) {
        void *events = bucket->event;
        if (!sl_memory_grow(&events, &bucket->capacity, bucket->count, sizeof *bucket->event)) {
            return false;
        }
        bucket->event = events;
    }
    bucket->event[bucket->count++] = event;
    bucket->sorted = false;
    if (event.since < bucket->earliest) {
        bucket->earliest = event.since;
    }
    if (b < own->current) {
        own->current = b;
    }
    return true;
}

/* What a spike sends through a projection from `from` to the end of the stretch. */
static bool spread_row(block_state *block, uint32_t index, spread_spike spike, sim_time from)
{
    const saltus_simulation *simulation = block->simulation;
    own_delays *own = block->own;
    const projection *projection = &block->network->projections[index];
    const fan_out *rows = &projection->blocks[block->index];
    if (rows->row == NULL) {
        return true;
    }
    const uint32_t source = spike.source - block->network->populations[projection->source].first;
    const uint32_t end = rows->row[source + 1];
    const sim_time least = simulation->least_delay;
    const sim_time limit = own->end - spike.emitted;
    const sim_time since = from - spike.emitted;
    const sim_time offset = spike.emitted - own->start;
    uint32_t i = lower_bound(rows->delay, rows->row[source], end, since <= least ? 0 : since);
    if (i == end || at_least(rows->delay[i], least) >= limit) {
        return true;
    }
    void *row = own->row;
    if (own->row_count > UINT32_MAX ||
        !sl_memory_grow(&row, &own->row_capacity, own->row_count, sizeof *own->row)) {
        return false;
    }
    own->row = row;
    const uint32_t number = (uint32_t)own->row_count++;
    own->row[number] =
        (own_row){.emitted = spike.emitted, .source = spike.source, .projection = index};
    const float *weighs = own->kind[index].weighs ? rows->weight_f : NULL;
    for (uint32_t next = i; i < end; i = next) {
        const sim_time delay = at_least(rows->delay[i], least);
        if (delay >= limit) {
            break;
        }
        for (next = i + 1;
             next < end && next - i < OWN_RUN - 1 && at_least(rows->delay[next], least) == delay;) {
            next++;
        }
        const bool one = next - i == 1;
        own_event event = {
            .row = number, .synapse = i, .target = one ? rows->target[i] : OWN_RUN | (next - i)};
        if (one && weighs != NULL) {
            event.weight = weighs[i];
        }
        if (!push(own, offset + delay, event)) {
            return false;
        }
    }
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
        own->bucket[b].earliest = UINT32_MAX;
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
    for (uint32_t b = 0; b < OWN_BUCKETS; b++) {
        own->bucket[b].start = start + ((sim_time)b << own->shift);
    }
}

static void find_next(own_delays *own)
{
    while (own->current < OWN_BUCKETS && own->bucket[own->current].count == 0) {
        own->current++;
    }
    const own_bucket *bucket = &own->bucket[own->current];
    own->next = own->current < OWN_BUCKETS ? bucket->start + bucket->earliest : SIM_TIME_NEVER;
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
    for (uint32_t b = 0; b < OWN_BUCKETS; b++) {
        free(own->bucket[b].event);
    }
    free(own->row);
    free(own->scratch);
    free(own->kind);
    free(own->base);
    free(own->scale);
    free(own);
}

/* ---- Into order ---------------------------------------------------------------------------- */

/* By time, then the order of simultaneous arrivals: source, time of spike, projection, synapse. */
static inline bool before(const own_delays *own, const own_event *a, const own_event *b)
{
    if (a->since != b->since) {
        return a->since < b->since;
    }
    const own_row *x = &own->row[a->row];
    const own_row *y = &own->row[b->row];
    if (x->source != y->source) {
        return x->source < y->source;
    }
    if (x->emitted != y->emitted) {
        return x->emitted < y->emitted;
    }
    if (x->projection != y->projection) {
        return x->projection < y->projection;
    }
    return a->synapse < b->synapse; /* both are runs: single synapses of a row differ in delay */
}

static void insertion_sort(const own_delays *own, own_event *event, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (event[i].since > event[i - 1].since) {
            continue;
        }
        const own_event moved = event[i];
        size_t hole = i;
        for (; hole > 0 && before(own, &moved, &event[hole - 1]); hole--) {
            event[hole] = event[hole - 1];
        }
        event[hole] = moved;
    }
}

static int compare(const void *a, const void *b, void *own)
{
    return before(own, a, b) ? -1 : before(own, b, a);
}

/* Events in order of their cells; those of cell c end at end[c]. Where none has many the whole is
 * nearly in order. Those that share a cell in large numbers (equal times) must not cost their
 * square. */
static void sort_cells(own_delays *own, own_event *event, const uint32_t *end, size_t cells)
{
    uint32_t begin = 0;
    uint32_t most = 0;
    for (size_t c = 0; c < cells; c++) {
        most = end[c] - begin > most ? end[c] - begin : most;
        begin = end[c];
    }
    if (most <= FEW_EVENTS) {
        insertion_sort(own, event, begin);
        return;
    }
    begin = 0;
    for (size_t c = 0; c < cells; c++) {
        if (end[c] - begin > 1) {
            qsort_r(event + begin, end[c] - begin, sizeof *event, compare, own);
        }
        begin = end[c];
    }
}

/* Cells of equal length in time, about one event in each, then each cell. */
static bool sort_many(own_delays *own, own_bucket *bucket)
{
    const size_t count = bucket->count - bucket->first;
    if (own->scratch_capacity < bucket->capacity) {
        free(own->scratch);
        own->scratch = sl_memory_array(bucket->capacity, sizeof *own->scratch);
        own->scratch_capacity = own->scratch != NULL ? bucket->capacity : 0;
        if (own->scratch == NULL) {
            return false;
        }
    }
    uint32_t shift = own->shift;
    size_t cells = 1;
    for (; shift > 0 && cells < count && cells < MOST_CELLS; shift--) {
        cells *= 2;
    }
    uint32_t cell[MOST_CELLS + 1];
    memset(cell, 0, (cells + 1) * sizeof *cell);
    const own_event *from = bucket->event + bucket->first;
    for (size_t i = 0; i < count; i++) {
        cell[((uint64_t)from[i].since >> shift) + 1]++;
    }
    for (size_t c = 0; c < cells; c++) {
        cell[c + 1] += cell[c];
    }
    own_event *to = own->scratch;
    for (size_t i = 0; i < count; i++) {
        to[cell[(uint64_t)from[i].since >> shift]++] = from[i];
    }
    /* each counter has moved on to the end of its cell */
    sort_cells(own, to, cell, cells);
    const size_t capacity = bucket->capacity;
    own->scratch = bucket->event;
    bucket->event = to;
    bucket->capacity = own->scratch_capacity;
    own->scratch_capacity = capacity;
    bucket->first = 0;
    bucket->count = count;
    return true;
}

own_bucket *sl_own_delays_first(own_delays *own)
{
    own_bucket *bucket = &own->bucket[own->current];
    if (!bucket->sorted) {
        if (bucket->count - bucket->first <= FEW_EVENTS) {
            insertion_sort(own, bucket->event + bucket->first, bucket->count - bucket->first);
        } else if (bucket->count > UINT32_MAX || !sort_many(own, bucket)) {
            return NULL;
        }
        bucket->sorted = true;
    }
    return bucket;
}

void sl_own_delays_done(own_delays *own, own_bucket *bucket, size_t count)
{
    bucket->first += count;
    if (bucket->first == bucket->count) {
        bucket->first = 0;
        bucket->count = 0;
        bucket->earliest = UINT32_MAX;
    } else {
        bucket->earliest = bucket->event[bucket->first].since;
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
    own_bucket *bucket = sl_own_delays_first(own);
    if (bucket == NULL) {
        return false;
    }
    const own_event *event = bucket->event + bucket->first;
    const size_t left = bucket->count - bucket->first;
    size_t taken = 0;
    for (; taken < left && bucket->start + event[taken].since == t; taken++) {
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
    sl_own_delays_done(own, bucket, taken);
    return true;
}
