/* heap - the default scheduler: one binary heap of all spikes in flight. */
#include <stdlib.h>
#include <string.h>

#include "schedule/flying_heap.h"

static void *create(void)
{
    return calloc(1, sizeof(flying_heap));
}

static void destroy(void *queue)
{
    if (queue != NULL) {
        sl_flying_heap_clear(queue);
        free(queue);
    }
}

static bool push(void *queue, flying_spike spike)
{
    return sl_flying_heap_push(queue, spike);
}

static bool pop_before(void *queue, sim_time limit, flying_spike *out)
{
    flying_heap *heap = queue;
    if (heap->count == 0 || heap->entry[0].next >= limit) {
        return false;
    }
    *out = sl_flying_heap_pop(heap);
    return true;
}

static sim_time peek(void *queue)
{
    const flying_heap *heap = queue;
    return heap->count == 0 ? SIM_TIME_NEVER : heap->entry[0].next;
}

static size_t size(const void *queue)
{
    const flying_heap *heap = queue;
    return heap->count;
}

static uint64_t compares(const void *queue)
{
    const flying_heap *heap = queue;
    return heap->compares;
}

/* Each entry of the array stays where it is pushed: its parent is there and not after it. */
static void copy(const void *queue, flying_spike *out)
{
    const flying_heap *heap = queue;
    if (heap->count > 0) {
        memcpy(out, heap->entry, heap->count * sizeof *out);
    }
}

const scheduler sl_scheduler_heap = {
    .name = "heap",
    .summary = "binary heap of spikes in flight",
    .create = create,
    .destroy = destroy,
    .push = push,
    .pop_before = pop_before,
    .peek = peek,
    .size = size,
    .compares = compares,
    .copy = copy,
};
