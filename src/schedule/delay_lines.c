/* delay_lines - one queue in order of arrival for each distinct delay, a binary heap for the rest.
 *
 * Spikes come in time order, so those that share a delay also arrive in the order in which they
 * came: a ring holds them without any sorting, and the next arrival of all is the earliest of the
 * rings' first entries. A spike that would break the order of its ring (or finds no ring left) goes
 * to the heap, so the order is right whatever is pushed. Pushing and popping cost O(1) in the
 * number of spikes and O(rings) comparisons, against O(log n) for the heap.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "schedule/flying_heap.h"

#define LINES 8
_Static_assert(LINES <= SCHEDULER_HABITS, "habits hold the delays of all lines");

typedef struct delay_line {
    sim_time delay;
    flying_spike *ring; /* [capacity], a power of two */
    size_t first, count, capacity;
} delay_line;

typedef struct delay_lines {
    delay_line line[LINES];
    size_t line_count;
    flying_heap rest;
    uint64_t compares; /* of first entries */
} delay_lines;

static void *create(void)
{
    return calloc(1, sizeof(delay_lines));
}

static void destroy(void *queue)
{
    delay_lines *lines = queue;
    if (lines == NULL) {
        return;
    }
    for (size_t i = 0; i < lines->line_count; i++) {
        free(lines->line[i].ring);
    }
    sl_flying_heap_clear(&lines->rest);
    free(lines);
}

/* Entry `i` places behind the first. */
static flying_spike *line_at(delay_line *line, size_t i)
{
    return &line->ring[(line->first + i) & (line->capacity - 1)];
}

static bool line_grow(delay_line *line)
{
    const size_t capacity = line->capacity == 0 ? 64 : line->capacity * 2;
    flying_spike *ring = sl_memory_array(capacity, sizeof *ring);
    if (ring == NULL) {
        return false;
    }
    for (size_t i = 0; i < line->count; i++) {
        ring[i] = *line_at(line, i);
    }
    free(line->ring);
    line->ring = ring;
    line->first = 0;
    line->capacity = capacity;
    return true;
}

/* The ring for this delay; NULL when all are taken by others. */
static delay_line *find_line(delay_lines *lines, sim_time delay)
{
    for (size_t i = 0; i < lines->line_count; i++) {
        if (lines->line[i].delay == delay) {
            return &lines->line[i];
        }
    }
    if (lines->line_count == LINES) {
        return NULL;
    }
    delay_line *line = &lines->line[lines->line_count++];
    line->delay = delay;
    return line;
}

static bool push(void *queue, flying_spike spike)
{
    delay_lines *lines = queue;
    delay_line *line = find_line(lines, spike.next - spike.emitted);
    if (line == NULL ||
        (line->count > 0 && !flying_spike_before(line_at(line, line->count - 1), &spike))) {
        return sl_flying_heap_push(&lines->rest, spike);
    }
    if (line->count == line->capacity && !line_grow(line)) {
        return false;
    }
    line->count++;
    *line_at(line, line->count - 1) = spike;
    return true;
}

/* The ring whose first entry is before all others' and before the heap's; NULL: the heap's. */
static delay_line *first_line(delay_lines *lines, const flying_spike **spike)
{
    delay_line *first = NULL;
    *spike = lines->rest.count > 0 ? &lines->rest.entry[0] : NULL;
    for (size_t i = 0; i < lines->line_count; i++) {
        delay_line *line = &lines->line[i];
        lines->compares += line->count > 0 && *spike != NULL;
        if (line->count > 0 && (*spike == NULL || flying_spike_before(line_at(line, 0), *spike))) {
            first = line;
            *spike = line_at(line, 0);
        }
    }
    return first;
}

static bool pop_before(void *queue, sim_time limit, flying_spike *out)
{
    delay_lines *lines = queue;
    const flying_spike *spike = NULL;
    delay_line *line = first_line(lines, &spike);
    if (spike == NULL || spike->next >= limit) {
        return false;
    }
    if (line == NULL) {
        *out = sl_flying_heap_pop(&lines->rest);
        return true;
    }
    *out = *spike;
    line->first = (line->first + 1) & (line->capacity - 1);
    line->count--;
    return true;
}

static sim_time peek(void *queue)
{
    const flying_spike *spike = NULL;
    first_line(queue, &spike);
    return spike == NULL ? SIM_TIME_NEVER : spike->next;
}

static size_t size(const void *queue)
{
    const delay_lines *lines = queue;
    size_t total = lines->rest.count;
    for (size_t i = 0; i < lines->line_count; i++) {
        total += lines->line[i].count;
    }
    return total;
}

static uint64_t compares(const void *queue)
{
    const delay_lines *lines = queue;
    return lines->compares + lines->rest.compares;
}

/* Line after line, then the rest. What went to the rest because its line was not in order would go
 * there again. */
static void copy(const void *queue, flying_spike *out)
{
    const delay_lines *lines = queue;
    for (size_t i = 0; i < lines->line_count; i++) {
        const delay_line *line = &lines->line[i];
        for (size_t k = 0; k < line->count; k++) {
            *out++ = line->ring[(line->first + k) & (line->capacity - 1)];
        }
    }
    if (lines->rest.count > 0) {
        memcpy(out, lines->rest.entry, lines->rest.count * sizeof *out);
    }
}

/* The delays that have lines, taken or empty: those that came first. */
static size_t habits(const void *queue, int64_t *out)
{
    const delay_lines *lines = queue;
    for (size_t i = 0; i < lines->line_count; i++) {
        out[i] = lines->line[i].delay;
    }
    return lines->line_count;
}

static void take_habits(void *queue, const int64_t *habits, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        find_line(queue, habits[i]);
    }
}

const scheduler sl_scheduler_delay_lines = {
    .name = "delay_lines",
    .summary = "a queue per distinct delay, a binary heap for what is out of order",
    .create = create,
    .destroy = destroy,
    .push = push,
    .pop_before = pop_before,
    .peek = peek,
    .size = size,
    .compares = compares,
    .copy = copy,
    .habits = habits,
    .take_habits = take_habits,
};
