/* flying_heap - an array of flying spikes in binary-heap order; shared by the schedulers. */
#ifndef SALTUS_FLYING_HEAP_H
#define SALTUS_FLYING_HEAP_H

#include "schedule/scheduler.h"

/* entry[0] is first; entry[i] is not after entry[2i + 1] and entry[2i + 2]. */
typedef struct flying_heap {
    flying_spike *entry;
    size_t count, capacity;
    uint64_t compares; /* of two entries, since creation */
} flying_heap;

/* False when memory ran out. */
bool sl_flying_heap_push(flying_heap *heap, flying_spike spike);
/* Remove the first; the heap must not be empty. */
flying_spike sl_flying_heap_pop(flying_heap *heap);
void sl_flying_heap_clear(flying_heap *heap);

#endif /* SALTUS_FLYING_HEAP_H */
