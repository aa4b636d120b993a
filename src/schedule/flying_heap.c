/* flying_heap - binary heap with holes: elements move once, not in swaps. */
#include "schedule/flying_heap.h"

#include <stdlib.h>

#include "base/memory.h"

/* Levels above an element. Compares are counted from where a hole ends, once a call. */
static unsigned depth(size_t element)
{
    return 63u - (unsigned)__builtin_clzll(element + 1);
}

/* Two at each level that a hole has sunk from, and two where it stays above others; one less at
 * the end of the heap where a child has no sibling. */
static uint64_t sinking_compares(size_t hole, size_t count)
{
    const bool is_leaf = 2 * hole + 1 >= count;
    const bool single = is_leaf ? hole % 2 == 1 && hole + 1 == count : 2 * hole + 2 == count;
    return 2u * (depth(hole) + !is_leaf) - single;
}

bool sl_flying_heap_push(flying_heap *heap, flying_spike spike)
{
    void *entries = heap->entry;
    if (!sl_memory_grow(&entries, &heap->capacity, heap->count, sizeof *heap->entry)) {
        return false;
    }
    heap->entry = entries;

    /* move the hole up to where the spike belongs */
    size_t hole = heap->count++;
    const unsigned bottom = depth(hole);
    while (hole > 0) {
        const size_t parent = (hole - 1) / 2;
        if (!flying_spike_before(&spike, &heap->entry[parent])) {
            break;
        }
        heap->entry[hole] = heap->entry[parent];
        hole = parent;
    }
    heap->entry[hole] = spike;
    heap->compares += bottom - depth(hole) + (hole > 0);
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
    for (size_t child = 1; child < count; child = 2 * hole + 1) {
        if (child + 1 < count && flying_spike_before(&entry[child + 1], &entry[child])) {
            child++;
        }
        if (!flying_spike_before(&entry[child], &last)) {
            break;
        }
        entry[hole] = entry[child];
        hole = child;
    }
    entry[hole] = last;
    heap->compares += sinking_compares(hole, count);
    return first;
}

void sl_flying_heap_clear(flying_heap *heap)
{
    free(heap->entry);
    *heap = (flying_heap){0};
}
