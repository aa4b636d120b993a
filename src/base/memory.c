/* memory - allocation with checked sizes. */
#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CACHE_LINE 64

void *sl_memory_array(size_t count, size_t size)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX - CACHE_LINE) {
        return NULL;
    }
    bytes = (bytes + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
    return aligned_alloc(CACHE_LINE, bytes > 0 ? bytes : CACHE_LINE);
}

void *sl_memory_zeroed(size_t count, size_t size)
{
    return calloc(count > 0 ? count : 1, size);
}

void *sl_memory_copy(const void *from, size_t count, size_t size)
{
    void *copy = sl_memory_array(count, size);
    if (copy != NULL && count > 0) {
        memcpy(copy, from, count * size);
    }
    return copy;
}

char *sl_memory_string(const char *text)
{
    const size_t length = strlen(text) + 1;
    char *copy = malloc(length);
    if (copy != NULL) {
        memcpy(copy, text, length);
    }
    return copy;
}

bool sl_memory_grow(void **array, size_t *capacity, size_t count, size_t size)
{
    if (count < *capacity) {
        return true;
    }
    const size_t wanted = *capacity < 8 ? 16 : *capacity * 2;
    size_t bytes = 0;
    if (__builtin_mul_overflow(wanted, size, &bytes)) {
        return false;
    }
    void *larger = realloc(*array, bytes);
    if (larger == NULL) {
        return false;
    }
    *array = larger;
    *capacity = wanted;
    return true;
}
