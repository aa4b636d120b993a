/* failing_allocator - the linker sends malloc, calloc, ... here (--wrap).
 *
 * The counters are atomic because several threads of one simulation may allocate.
 */
#include "failing_allocator.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdint.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void __real_free(void *pointer);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void __wrap_free(void *pointer);
char *__wrap_strdup(const char *text);

static atomic_size_t seen, limit;
static atomic_bool rest_fails, refused;
static atomic_long alive;
static atomic_size_t bytes;

void failing_allocator_arm(size_t n, bool all_after)
{
    atomic_store(&seen, 0);
    atomic_store(&refused, false);
    atomic_store(&rest_fails, all_after);
    atomic_store(&limit, n);
}

bool failing_allocator_disarm(void)
{
    atomic_store(&limit, 0);
    return atomic_load(&refused);
}

long failing_allocator_alive(void)
{
    return atomic_load(&alive);
}

size_t failing_allocator_bytes(void)
{
    return atomic_load(&bytes);
}

static bool fails(void)
{
    const size_t n = atomic_load(&limit);
    if (n == 0) {
        return false;
    }
    const size_t number = atomic_fetch_add(&seen, 1) + 1;
    if (number == n || (number > n && atomic_load(&rest_fails))) {
        atomic_store(&refused, true);
        return true;
    }
    return false;
}

static void *counted(void *pointer)
{
    if (pointer != NULL) {
        atomic_fetch_add(&alive, 1);
        atomic_fetch_add(&bytes, malloc_usable_size(pointer));
    }
    return pointer;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : counted(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : counted(__real_calloc(count, size));
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : counted(__real_aligned_alloc(alignment, size));
}

char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : counted(__real_strdup(text));
}

void *__wrap_realloc(void *old, size_t size)
{
    if (fails()) {
        return NULL;
    }
    const size_t before = old != NULL ? malloc_usable_size(old) : 0;
    void *pointer = __real_realloc(old, size);
    if (old == NULL) {
        return counted(pointer);
    }
    if (pointer != NULL) {
        atomic_fetch_add(&bytes, malloc_usable_size(pointer) - before);
    }
    return pointer;
}

void __wrap_free(void *pointer)
{
    if (pointer != NULL) {
        atomic_fetch_sub(&alive, 1);
        atomic_fetch_sub(&bytes, malloc_usable_size(pointer));
    }
    __real_free(pointer);
}
