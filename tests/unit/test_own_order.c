/* The events of a bucket come out by time, then in the order of simultaneous arrivals, those of one
 * row as they were; whatever their number, and however many of them are in order already. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "engine/event/own_delays.h"
#include "support/suite.h"

enum { ROWS = 64, MOST = 12000, BUCKET = 20 };

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* By time, source, time of spike, first projection of the delay, number of the row. */
static int compare(const own_row *row, const own_event *a, const own_event *b)
{
    const own_row *x = &row[a->row];
    const own_row *y = &row[b->row];
    const int by[] = {compare_numbers(own_event_since(a), own_event_since(b)),
                      compare_numbers(x->source, y->source),
                      compare_numbers((uint64_t)x->emitted, (uint64_t)y->emitted),
                      compare_numbers(x->order, y->order), compare_numbers(a->row, b->row)};
    for (size_t i = 0; i < sizeof by / sizeof by[0]; i++) {
        if (by[i] != 0) {
            return by[i];
        }
    }
    return 0;
}

/* A plain merge sort, bottom up: stable. */
static void stable_sort(const own_row *row, own_event *event, size_t count, own_event *other)
{
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t begin = 0; begin < count; begin += 2 * width) {
            const size_t middle = begin + width < count ? begin + width : count;
            const size_t end = middle + width < count ? middle + width : count;
            size_t a = begin;
            size_t b = middle;
            for (size_t i = begin; i < end; i++) {
                const bool second =
                    a == middle || (b < end && compare(row, &event[b], &event[a]) < 0);
                other[i] = second ? event[b++] : event[a++];
            }
        }
        memcpy(event, other, count * sizeof *event);
    }
}

/* Rows of which many differ in one thing alone, or in their numbers. */
static void make_rows(own_row *row, random_stream *stream)
{
    for (uint32_t i = 0; i < ROWS; i++) {
        row[i] = (own_row){.source = i % 4, .emitted = i / 4 % 4, .projection = i / 16};
        row[i].order = i / 16 / 2 * 2; /* two projections of one delay */
    }
    for (uint32_t i = ROWS - 1; i > 0; i--) {
        const uint64_t j = sl_random_below(stream, i + 1);
        const own_row moved = row[i];
        row[i] = row[j];
        row[j] = moved;
    }
}

static own_event draw_event(random_stream *stream, uint64_t times, uint32_t number)
{
    const uint64_t length = (uint64_t)1 << BUCKET;
    const uint64_t step = times < length ? length / times : 1;
    const uint64_t since = sl_random_below(stream, times < length ? times : length) * step;
    /* the number, to tell those of one row and time apart; in any bits but those of the time */
    return (own_event){.key = since << OWN_KEY_BITS | sl_random_below(stream, OWN_RUN),
                       .row = (uint32_t)sl_random_below(stream, ROWS),
                       .synapse = number};
}

static void check(own_delays *own, own_events *events, random_stream *stream, size_t done,
                  size_t ordered, size_t count, uint64_t times)
{
    static own_event expected[MOST], other[MOST];
    ck_assert(sl_own_events_reserve(events, done + count));
    events->first = done;
    events->count = done + count;
    own_event *event = events->event + done;
    for (size_t i = 0; i < done; i++) {
        events->event[i] = (own_event){.key = UINT64_MAX}; /* nothing of theirs matters */
    }
    for (size_t i = 0; i < count; i++) {
        event[i] = draw_event(stream, times, (uint32_t)i);
    }
    stable_sort(own->row, event, ordered, other);
    memcpy(expected, event, count * sizeof *event);
    stable_sort(own->row, expected, count, other);
    ck_assert(sl_own_events_order(own, events, ordered));
    ck_assert_uint_eq(events->count - events->first, count);
    ck_assert_uint_le(events->count, events->capacity);
    event = events->event + events->first;
    for (size_t i = 0; i < count; i++) {
        ck_assert_uint_eq(event[i].key, expected[i].key);
        ck_assert_uint_eq(event[i].row, expected[i].row);
        ck_assert_uint_eq(event[i].synapse, expected[i].synapse);
    }
}

START_TEST(equals_a_stable_sort)
{
    static const size_t counts[] = {0, 1, 2, 23, 24, 25, 26, 49, 200, 1000, MOST};
    static const uint64_t times[] = {1, 2, 40, 5000, UINT64_C(1) << BUCKET};
    static own_row row[ROWS];
    own_delays *own = calloc(1, sizeof *own);
    ck_assert_ptr_nonnull(own);
    own_events events = {0};
    random_stream stream = random_stream_at(3, RANDOM_CONNECT, 0, 0);
    own->row = row;
    for (uint32_t round = 0; round < 400; round++) {
        make_rows(row, &stream);
        const size_t most = counts[round % 11];
        const size_t count = most > 200 ? most - sl_random_below(&stream, 100) : most;
        const size_t part = sl_random_below(&stream, count + 1);
        const size_t few = count < 10 ? count : count - sl_random_below(&stream, 10);
        const size_t ordered[] = {0, part, few, count};
        /* longer or shorter than the times that events have */
        own->shift = round % 5 == 4 ? 0 : BUCKET + round % 3;
        const uint64_t kinds = own->shift == 0 ? 1 : times[round / 11 % 5];
        check(own, &events, &stream, sl_random_below(&stream, 50), ordered[round % 4], count,
              kinds);
    }
    free(events.event);
    free(own->scratch.event);
    free(own->cell);
    free(own);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {equals_a_stable_sort};
    return SUITE_RUN("own_order", tests);
}
