/* memory - allocation with checked sizes. Everything is released with free(). */
#ifndef SALTUS_MEMORY_H
#define SALTUS_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Array of `count` elements of `size` bytes, cache-line aligned, uninitialised; NULL when memory
 * ran out or the product overflows. count 0 gives a valid pointer. */
void *sl_memory_array(size_t count, size_t size);
/* The same, all bytes zero; large arrays come lazily from the system. */
void *sl_memory_zeroed(size_t count, size_t size);
/* Copy of `count` elements; NULL when memory ran out. */
void *sl_memory_copy(const void *from, size_t count, size_t size);
/* Copy of a string. */
char *sl_memory_string(const char *text);
/* Make room for one more element in a growing array: *array has room for *capacity elements of
 * `size` bytes and holds `count`. False when memory ran out; *array is then unchanged. */
bool sl_memory_grow(void **array, size_t *capacity, size_t count, size_t size);

#endif /* SALTUS_MEMORY_H */
