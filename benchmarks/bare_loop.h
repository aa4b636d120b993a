/* bare_loop - the least a delivery can cost here: read an index, load, add, compare, store. */
#ifndef SALTUS_BARE_LOOP_H
#define SALTUS_BARE_LOOP_H

#include <stdint.h>
#include <time.h>

/* Least time of one delivery, in ns, over `rows` rows of `length` random targets among `neurons`
 * doubles; rows are visited at random in an array of `neurons` rows. 0 when memory ran out. */
double bare_loop_ns(uint32_t neurons, uint32_t length, uint32_t rows, clockid_t clock);

#endif /* SALTUS_BARE_LOOP_H */
