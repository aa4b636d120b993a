/* own_order - events of a bucket into the order in which they are delivered (own_delays.h). */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/event/own_delays.h"

/* Events that are sorted by insertion; more are distributed over cells first. */
#define FEW_EVENTS 24
#define MOST_CELLS 8192

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

/* Events in order of their cells, of which none begins after `end` and the fullest has `most`.
 * Where none has many the whole is nearly in order. Those that share a cell in large numbers (equal
 * times) must not cost their square. */
static void sort_cells(own_delays *own, own_event *event, const uint32_t *end, size_t cells,
                       uint32_t most)
{
    if (most <= FEW_EVENTS) {
        insertion_sort(own, event, end[cells - 1]);
        return;
    }
    uint32_t begin = 0;
    for (size_t c = 0; c < cells; c++) {
        if (end[c] - begin > 1) {
            qsort_r(event + begin, end[c] - begin, sizeof *event, compare, own);
        }
        begin = end[c];
    }
}

/* Cells of equal length in time, more of them than events, then each cell. */
static bool sort_many(own_delays *own)
{
    own_events *open = &own->open;
    const size_t count = open->count - open->first;
    if (!sl_own_events_reserve(&own->scratch, count)) {
        return false;
    }
    uint32_t shift = own->shift;
    size_t cells = 1;
    for (; shift > 0 && cells < count && cells < MOST_CELLS; shift--) {
        cells *= 2;
    }
    uint32_t cell[MOST_CELLS];
    memset(cell, 0, cells * sizeof *cell);
    const own_event *from = open->event + open->first;
    for (size_t i = 0; i < count; i++) {
        cell[from[i].since >> shift]++;
    }
    uint32_t begin = 0;
    uint32_t most = 0;
    for (size_t c = 0; c < cells; c++) {
        const uint32_t events = cell[c];
        most = events > most ? events : most;
        cell[c] = begin;
        begin += events;
    }
    own_event *to = own->scratch.event;
    for (size_t i = 0; i < count; i++) {
        to[cell[from[i].since >> shift]++] = from[i];
    }
    /* each counter has moved on to the end of its cell */
    sort_cells(own, to, cell, cells, most);
    const own_events done = *open;
    *open = own->scratch;
    own->scratch = done;
    open->first = 0;
    open->count = count;
    return true;
}

bool sl_own_events_order(own_delays *own)
{
    own_events *open = &own->open;
    const size_t count = open->count - open->first;
    if (count <= FEW_EVENTS) {
        insertion_sort(own, open->event + open->first, count);
        return true;
    }
    return count <= UINT32_MAX && sort_many(own);
}
