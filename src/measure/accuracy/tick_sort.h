/* tick_sort - stable sorting of times with a companion each, counting inversions. */
#ifndef SALTUS_TICK_SORT_H
#define SALTUS_TICK_SORT_H

#include <stddef.h>
#include <stdint.h>

typedef struct tick_pair {
    int64_t key, other;
} tick_pair;

/* Sort `pairs` by key, stably; `scratch` has room for as many. Returns the number of inversions:
 * pairs i < k with key[i] > key[k] before sorting. O(n log n). */
uint64_t sl_tick_sort(tick_pair *pairs, tick_pair *scratch, size_t count);

/* Sort numbers, none of them NaN, ascending. */
void sl_sort_doubles(double *values, size_t count);

#endif /* SALTUS_TICK_SORT_H */
