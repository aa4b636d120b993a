/* tick_sort - stable sorting of times with a companion each, counting inversions.
 *
 * Merge sort from below. When a merge takes an element of the right run, all that is left of the
 * left run are larger and were before it: that many inversions (Knuth, TAOCP 3, 5.1.1).
 */
#include "measure/accuracy/tick_sort.h"

#include <stdlib.h>
#include <string.h>

/* Merge [0, middle) and [middle, count) of `from` into `to`. */
static uint64_t merge(const tick_pair *from, size_t middle, size_t count, tick_pair *to)
{
    uint64_t inversions = 0;
    size_t left = 0, right = middle;
    for (size_t i = 0; i < count; i++) {
        if (right == count || (left < middle && from[left].key <= from[right].key)) {
            to[i] = from[left++];
        } else {
            inversions += middle - left;
            to[i] = from[right++];
        }
    }
    return inversions;
}

uint64_t sl_tick_sort(tick_pair *pairs, tick_pair *scratch, size_t count)
{
    uint64_t inversions = 0;
    tick_pair *from = pairs, *to = scratch;
    for (size_t run = 1; run < count; run *= 2) {
        for (size_t i = 0; i < count; i += 2 * run) {
            const size_t length = count - i < 2 * run ? count - i : 2 * run;
            const size_t middle = run < length ? run : length;
            inversions += merge(from + i, middle, length, to + i);
        }
        tick_pair *swap = from;
        from = to;
        to = swap;
    }
    if (from != pairs) {
        memcpy(pairs, from, count * sizeof *pairs);
    }
    return inversions;
}

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void sl_sort_doubles(double *values, size_t count)
{
    if (count > 1) {
        qsort(values, count, sizeof *values, compare_doubles);
    }
}
