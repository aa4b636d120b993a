/* own_order - events into the order in which they are delivered (own_delays.h). */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/event/own_delays.h"

/* Events that are sorted by insertion; more are distributed over cells first. */
#define FEW_EVENTS 24
#define MOST_CELLS 65536

bool sl_own_events_reserve(own_events *events, size_t count)
{
    while (events->capacity < count) {
        void *event = events->event;
        if (!sl_memory_grow(&event, &events->capacity, events->capacity, sizeof *events->event)) {
            return false;
        }
        events->event = event;
    }
    return true;
}

/* By time, then the order of simultaneous arrivals: source, time of spike, first projection of the
 * delay. Rows of one delay are numbered as they come, spike by spike, for a source may fire twice
 * at a time. Those of one row are in the order of their synapses from the beginning, and stay in
 * it. */
static inline bool before(const own_delays *own, const own_event *a, const own_event *b)
{
    if (own_event_since(a) != own_event_since(b)) {
        return own_event_since(a) < own_event_since(b);
    }
    const own_row *x = &own->row[a->row];
    const own_row *y = &own->row[b->row];
    if (x->source != y->source) {
        return x->source < y->source;
    }
    if (x->emitted != y->emitted) {
        return x->emitted < y->emitted;
    }
    return x->order < y->order || (x->order == y->order && a->row < b->row);
}

static void insertion_sort(const own_delays *own, own_event *event, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (own_event_since(&event[i]) > own_event_since(&event[i - 1])) {
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

/* Two neighbouring pieces, each in order, into one at `to`. */
static void merge(const own_delays *own, const own_event *from, size_t middle, size_t count,
                  own_event *to)
{
    size_t a = 0;
    size_t b = middle;
    for (size_t i = 0; i < count; i++) {
        const bool second = a == middle || (b < count && before(own, &from[b], &from[a]));
        to[i] = second ? from[b++] : from[a++];
    }
}

/* Many that share a cell, as where times are equal, must not cost their square. `scratch` has room
 * for them. */
static void merge_sort(const own_delays *own, own_event *event, size_t count, own_event *scratch)
{
    if (count <= FEW_EVENTS) {
        insertion_sort(own, event, count);
        return;
    }
    const size_t middle = count / 2;
    merge_sort(own, event, middle, scratch);
    merge_sort(own, event + middle, count - middle, scratch);
    merge(own, event, middle, count, scratch);
    memcpy(event, scratch, count * sizeof *event);
}

/* Events in order of their cells, of which none begins after `end` and the fullest has `most`.
 * Where none has many the whole is nearly in order. */
static void sort_cells(const own_delays *own, own_event *event, const uint32_t *end, size_t cells,
                       uint32_t most, own_event *scratch)
{
    if (most <= FEW_EVENTS) {
        insertion_sort(own, event, end[cells - 1]);
        return;
    }
    uint32_t begin = 0;
    for (size_t c = 0; c < cells; c++) {
        merge_sort(own, event + begin, end[c] - begin, scratch);
        begin = end[c];
    }
}

/* Where counts of cells become their beginnings; the fullest has how many? */
static uint32_t begin_cells(uint32_t *cell, size_t cells)
{
    uint32_t begin = 0;
    uint32_t most = 0;
    for (size_t c = 0; c < cells; c++) {
        const uint32_t events = cell[c];
        most = events > most ? events : most;
        cell[c] = begin;
        begin += events;
    }
    return most;
}

/* Events of a bucket: cells of equal length in time, more of them than events, then each cell.
 * `sorted` has room for them. */
static void sort_many(own_delays *own, own_event *event, size_t count, own_event *sorted)
{
    uint32_t shift = own->shift + OWN_KEY_BITS;
    size_t cells = 1;
    for (; shift > OWN_KEY_BITS && cells < count && cells < MOST_CELLS; shift--) {
        cells *= 2;
    }
    uint32_t *cell = own->cell;
    memset(cell, 0, cells * sizeof *cell);
    for (size_t i = 0; i < count; i++) {
        cell[event[i].key >> shift]++;
    }
    const uint32_t most = begin_cells(cell, cells);
    for (size_t i = 0; i < count; i++) {
        sorted[cell[event[i].key >> shift]++] = event[i];
    }
    /* each counter has moved on to the end of its cell */
    sort_cells(own, sorted, cell, cells, most, event);
}

/* Let events be those of scratch from now on, all of them. */
static void take_scratch(own_delays *own, own_events *events, size_t count)
{
    const own_events done = *events;
    *events = own->scratch;
    own->scratch = done;
    events->first = 0;
    events->count = count;
}

bool sl_own_events_order(own_delays *own, own_events *events, size_t ordered)
{
    const size_t count = events->count - events->first;
    const size_t new = count - ordered;
    own_event *event = events->event + events->first;
    if (own->cell == NULL && new > FEW_EVENTS) {
        own->cell = sl_memory_array(MOST_CELLS, sizeof *own->cell);
        if (own->cell == NULL) {
            return false;
        }
    }
    if (count > UINT32_MAX || !sl_own_events_reserve(&own->scratch, count)) {
        return false;
    }
    if (new <= FEW_EVENTS) {
        insertion_sort(own, event + ordered, new);
    } else {
        sort_many(own, event + ordered, new, own->scratch.event);
        if (ordered == 0) {
            take_scratch(own, events, count);
        } else {
            memcpy(event + ordered, own->scratch.event, new * sizeof *event);
        }
    }
    if (ordered > 0 && new > 0) {
        merge(own, event, ordered, count, own->scratch.event);
        take_scratch(own, events, count);
    }
    return true;
}
