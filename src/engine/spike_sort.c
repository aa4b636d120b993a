/* spike_sort - the spikes of a window into (time, neuron) order.
 *
 * Blocks hand over their spikes group by group, so the merged list is nearly unsorted. Long lists
 * go through a least-significant-digit radix sort over the time since the window's first spike,
 * 8 bits a pass; equal times are rare and put in order of neurons by insertion. */
#include <stdlib.h>

#include "base/memory.h"
#include "engine/simulation.h"

#define DIGIT_BITS 8
#define SHORT_LIST 24

static bool before(const emitted_spike *a, const emitted_spike *b)
{
    return a->time < b->time || (a->time == b->time && a->neuron < b->neuron);
}

static void insertion_sort(emitted_spike *spike, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const emitted_spike moved = spike[i];
        size_t hole = i;
        for (; hole > 0 && before(&moved, &spike[hole - 1]); hole--) {
            spike[hole] = spike[hole - 1];
        }
        spike[hole] = moved;
    }
}

/* One stable pass by `DIGIT_BITS` bits of the time since `origin`. */
static void radix_pass(const emitted_spike *from, emitted_spike *to, size_t count, sim_time origin,
                       unsigned shift)
{
    size_t start[1u << DIGIT_BITS] = {0};
    const uint64_t mask = (1u << DIGIT_BITS) - 1;
    for (size_t i = 0; i < count; i++) {
        start[((uint64_t)(from[i].time - origin) >> shift) & mask]++;
    }
    size_t sum = 0;
    for (size_t digit = 0; digit <= mask; digit++) {
        const size_t here = start[digit];
        start[digit] = sum;
        sum += here;
    }
    for (size_t i = 0; i < count; i++) {
        to[start[((uint64_t)(from[i].time - origin) >> shift) & mask]++] = from[i];
    }
}

bool sl_spike_sort(spike_buffer *spikes, spike_buffer *scratch)
{
    const size_t count = spikes->count;
    if (count >= SHORT_LIST) {
        if (scratch->capacity < spikes->capacity) {
            emitted_spike *larger = sl_memory_array(spikes->capacity, sizeof *larger);
            if (larger == NULL) {
                return false;
            }
            free(scratch->spike);
            scratch->spike = larger;
            scratch->capacity = spikes->capacity;
        }
        sim_time first = spikes->spike[0].time;
        sim_time last = first;
        for (size_t i = 1; i < count; i++) {
            first = spikes->spike[i].time < first ? spikes->spike[i].time : first;
            last = spikes->spike[i].time > last ? spikes->spike[i].time : last;
        }
        for (unsigned shift = 0; shift < 64 && (uint64_t)(last - first) >> shift != 0;
             shift += DIGIT_BITS) {
            radix_pass(spikes->spike, scratch->spike, count, first, shift);
            const spike_buffer swap = *spikes;
            *spikes = *scratch;
            *scratch = swap;
        }
        spikes->count = count;
    }
    insertion_sort(spikes->spike, count);
    return true;
}
