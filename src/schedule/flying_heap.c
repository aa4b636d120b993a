/* flying_heap - binary heap with holes: elements move once, not in swaps. */
#include "schedule/flying_heap.h"

#include <stdlib.h>

#include "base/memory.h"

bool sl_flying_heap_push(flying_heap *heap, flying_spike spike)
{
    void *entries = heap->entry;
    if (!sl_memory_grow(&entries, &heap->capacity, heap->count, sizeof *heap->entry)) {
        return false;
    }
    heap->entry = entries;

    /* move the hole up to where the spike belongs */
    size_t hole = heap->count++;
    uint64_t compares = 0;
    while (hole > 0) {
        const size_t parent = (hole - 1) / 2;
        compares++;
        if (!flying_spike_before(&spike, &heap->entry[parent])) {
            break;
        }
        heap->entry[hole] = heap->entry[parent];
        hole = parent;
    }
    heap->entry[hole] = spike;
    heap->compares += compares;
    return true;
}

flying_spike sl_flying_heap_pop(flying_heap *heap)
{
    flying_spike *entry = heap->entry;
    const flying_spike first = entry[0];
    const size_t count = --heap->count;
    if (count == 0) {
        return first;
    }

    /* the hole sinks along the smaller children, then the last element rises into it */
    const flying_spike last = entry[count];
    size_t hole = 0;
    uint64_t compares = 0;
    size_t child = 1;
    for (; child + 1 < count; child = 2 * hole + 1) {
        compares += 2;
        if (flying_spike_before(&entry[child + 1], &entry[child])) {
            child++;
        }
        if (!flying_spike_before(&entry[child], &last)) {
            child = count;
            break;
        }
        entry[hole] = entry[child];
        hole = child;
    }
    if (child + 1 == count) { /* without a sibling */
        compares++;
        if (flying_spike_before(&entry[child], &last)) {
            entry[hole] = entry[child];
            hole = child;
        }
    }
    entry[hole] = last;
    heap->compares += compares;
    return first;
}

void sl_flying_heap_clear(flying_heap *heap)
{
    free(heap->entry);
    *heap = (flying_heap){0};
}
