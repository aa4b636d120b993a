/* fan_out_sort - stable sorting of rows with all that their synapses carry.
 *
 * Each synapse becomes a record (delay, target, position). Positions make all keys distinct, so
 * the order is total and stable whatever the method: insertion for short rows; for long ones,
 * passes of a radix sort over the target where delays are shared, and a merge sort otherwise.
 */
#include "network/fan_out_sort.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Sources that a thread takes at once. */
#define SOURCES_AT_ONCE 256u
/* Records up to this are sorted by insertion; runs of a merge sort begin with it. */
#define INSERTION_RUN 16u
/* Rows from this length on are worth counting digits of 8 bits for. */
#define RADIX_LENGTH 96u

typedef struct sort_record {
    sim_time delay;
    uint32_t target, position;
} sort_record;

/* One thread's room; grows with the longest row met. */
typedef struct sort_room {
    sort_record *records, *other;
    double *values; /* weights on their way */
    size_t capacity;
} sort_room;

static bool room_reserve(sort_room *room, size_t count)
{
    if (count <= room->capacity) {
        return true;
    }
    free(room->records);
    free(room->values);
    const size_t capacity = count + count / 4;
    room->records = sl_memory_array(capacity, 2 * sizeof *room->records);
    room->values = sl_memory_array(capacity, sizeof *room->values);
    room->capacity = room->records != NULL && room->values != NULL ? capacity : 0;
    room->other = room->capacity > 0 ? room->records + capacity : NULL;
    return room->capacity > 0;
}

/* By (delay, target); equal records keep their order because every method here is stable. */
static inline bool is_after(const sort_record *a, const sort_record *b)
{
    return a->delay != b->delay ? a->delay > b->delay : a->target > b->target;
}

static void sort_by_insertion(sort_record *records, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const sort_record moved = records[i];
        size_t j = i;
        for (; j > 0 && is_after(&records[j - 1], &moved); j--) {
            records[j] = records[j - 1];
        }
        records[j] = moved;
    }
}

static void merge(const sort_record *left, const sort_record *right, const sort_record *end,
                  sort_record *out)
{
    const sort_record *middle = right;
    while (left < middle && right < end) {
        *out++ = is_after(left, right) ? *right++ : *left++;
    }
    memcpy(out, left, (size_t)(middle - left) * sizeof *out);
    out += middle - left;
    memcpy(out, right, (size_t)(end - right) * sizeof *out);
}

/* Bottom-up; the result may end in either array, so the two are exchanged. */
static void sort_by_merging(sort_room *room, size_t count)
{
    for (size_t i = 0; i < count; i += INSERTION_RUN) {
        const size_t length = count - i < INSERTION_RUN ? count - i : INSERTION_RUN;
        sort_by_insertion(room->records + i, length);
    }
    sort_record *from = room->records;
    sort_record *to = room->other;
    for (size_t run = INSERTION_RUN; run < count; run *= 2) {
        for (size_t i = 0; i < count; i += 2 * run) {
            const size_t middle = count - i < run ? count : i + run;
            const size_t end = count - i < 2 * run ? count : i + 2 * run;
            merge(from + i, from + middle, from + end, to + i);
        }
        sort_record *exchanged = from;
        from = to;
        to = exchanged;
    }
    if (from != room->records) {
        memcpy(room->records, from, count * sizeof *from);
    }
}

/* One stable pass over 8 bits of target - lowest. */
static void radix_pass(const sort_record *from, sort_record *to, size_t count, uint32_t lowest,
                       unsigned shift)
{
    size_t place[257] = {0};
    for (size_t i = 0; i < count; i++) {
        place[((from[i].target - lowest) >> shift & 255) + 1]++;
    }
    for (int digit = 1; digit < 256; digit++) {
        place[digit] += place[digit - 1];
    }
    for (size_t i = 0; i < count; i++) {
        to[place[(from[i].target - lowest) >> shift & 255]++] = from[i];
    }
}

static void sort_by_radix(sort_room *room, size_t count)
{
    uint32_t lowest = UINT32_MAX;
    uint32_t highest = 0;
    for (size_t i = 0; i < count; i++) {
        const uint32_t target = room->records[i].target;
        lowest = target < lowest ? target : lowest;
        highest = target > highest ? target : highest;
    }
    sort_record *from = room->records;
    sort_record *to = room->other;
    for (unsigned shift = 0; shift < 32 && (highest - lowest) >> shift > 0; shift += 8) {
        radix_pass(from, to, count, lowest, shift);
        sort_record *exchanged = from;
        from = to;
        to = exchanged;
    }
    if (from != room->records) {
        memcpy(room->records, from, count * sizeof *from);
    }
}

/* Bring weights of one row into the order of the records. */
static void permute_weights(const fan_out *rows, size_t start, size_t count, sort_room *room)
{
    if (rows->weight_d != NULL) {
        double *weight = rows->weight_d + start;
        memcpy(room->values, weight, count * sizeof *weight);
        for (size_t i = 0; i < count; i++) {
            weight[i] = room->values[room->records[i].position];
        }
    } else if (rows->weight_f != NULL) {
        float *weight = rows->weight_f + start;
        float *values = (float *)room->values;
        memcpy(values, weight, count * sizeof *weight);
        for (size_t i = 0; i < count; i++) {
            weight[i] = values[room->records[i].position];
        }
    }
}

static bool in_order(const fan_out *rows, size_t start, size_t end)
{
    for (size_t i = start + 1; i < end; i++) {
        if (rows->delay != NULL && rows->delay[i] != rows->delay[i - 1]) {
            if (rows->delay[i] < rows->delay[i - 1]) {
                return false;
            }
        } else if (rows->target[i] < rows->target[i - 1]) {
            return false;
        }
    }
    return true;
}

/* False when memory ran out. */
static bool sort_row(const fan_out *rows, uint32_t source, sort_room *room)
{
    const size_t start = rows->row[source];
    const size_t end = rows->row[source + 1];
    const size_t count = end - start;
    if (in_order(rows, start, end)) {
        return true;
    }
    if (!room_reserve(room, count)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        room->records[i] = (sort_record){rows->delay != NULL ? rows->delay[start + i] : 0,
                                         rows->target[start + i], (uint32_t)i};
    }
    if (count <= INSERTION_RUN) {
        sort_by_insertion(room->records, count);
    } else if (rows->delay == NULL && count >= RADIX_LENGTH) {
        sort_by_radix(room, count);
    } else {
        sort_by_merging(room, count);
    }
    for (size_t i = 0; i < count; i++) {
        rows->target[start + i] = room->records[i].target;
        if (rows->delay != NULL) {
            rows->delay[start + i] = room->records[i].delay;
        }
    }
    permute_weights(rows, start, count, room);
    return true;
}

bool sl_fan_out_sort(const fan_out_range *range, int threads)
{
    const uint64_t chunks = ((uint64_t)range->source_count - 1) / SOURCES_AT_ONCE + 1;
    const uint64_t tasks = chunks * range->block_count;
    bool memory_failed = false;
#pragma omp parallel num_threads(threads) reduction(|| : memory_failed)
    {
        sort_room room = {0};
#pragma omp for schedule(dynamic, 4)
        for (uint64_t task = 0; task < tasks; task++) {
            const fan_out *rows = &range->blocks[task / chunks];
            const uint64_t from = task % chunks * SOURCES_AT_ONCE;
            const uint64_t left = range->source_count - from;
            const uint64_t to = from + (left < SOURCES_AT_ONCE ? left : SOURCES_AT_ONCE);
            for (uint64_t source = from; source < to && !memory_failed; source++) {
                memory_failed = !sort_row(rows, (uint32_t)source, &room);
            }
        }
        free(room.records);
        free(room.values);
    }
    return !memory_failed;
}
