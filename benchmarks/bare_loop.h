/* bare_loop - the least that the two loops of a simulator can cost here: a delivery (read an
 * index, load, add, compare, store) and a neuron's step (load, compare, multiply, store). */
#ifndef SALTUS_BARE_LOOP_H
#define SALTUS_BARE_LOOP_H

#include <stdint.h>
#include <time.h>

/* Rows of random targets and the array they point into. Opaque. */
typedef struct bare_rows bare_rows;

/* `neurons` rows of `length` ascending targets among `neurons` doubles. NULL: out of memory. */
bare_rows *bare_rows_create(uint32_t neurons, uint32_t length);
/* NULL is allowed. */
void bare_rows_destroy(bare_rows *rows);

/* Time of one delivery, in ns, over some ten million through rows visited at random. */
double bare_delivery_ns(bare_rows *rows, clockid_t clock);

/* Time of one neuron's step, in ns: passes over an array of `neurons` doubles, compiled at the
 * baseline and as wide as this processor goes; the best of them. 0: out of memory. */
double bare_step_ns(uint32_t neurons, clockid_t clock);

/* Of a clock, in s. */
double seconds(clockid_t clock);

#endif /* SALTUS_BARE_LOOP_H */
