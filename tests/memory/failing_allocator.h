/* failing_allocator - lets the n-th allocation of the library fail, and counts what is alive.
 *
 * The test program is linked with -Wl,--wrap=malloc and friends; allocations inside shared
 * libraries (libc, OpenMP) stay as they are.
 */
#ifndef SALTUS_FAILING_ALLOCATOR_H
#define SALTUS_FAILING_ALLOCATOR_H

#include <stdbool.h>
#include <stddef.h>

/* From here on allocation number `n` (1 is the next one) fails; with `all_after` all later ones
 * fail too, as when memory has really run out. n 0: none fails. */
void failing_allocator_arm(size_t n, bool all_after);
/* Let everything succeed again. True when an allocation was refused since arming. */
bool failing_allocator_disarm(void);
/* Allocations made and not freed, and their bytes as the system gave them. */
long failing_allocator_alive(void);
size_t failing_allocator_bytes(void);

#endif /* SALTUS_FAILING_ALLOCATOR_H */
