/* stepped_current - a current that changes at given ticks, for the oracles: looked up, never summed
 * from change to change. */
#ifndef SALTUS_TEST_STEPPED_CURRENT_H
#define SALTUS_TEST_STEPPED_CURRENT_H

#include <stddef.h>
#include <stdint.h>

enum { STEPPED_POINTS = 6 };

/* Into neurons [first, first + count): from tick[k] on value_pA[k], nothing from `stop` on. Ticks
 * ascend. */
typedef struct stepped_current {
    uint32_t first, count;
    uint32_t points;
    int64_t tick[STEPPED_POINTS];
    double value_pA[STEPPED_POINTS];
    int64_t stop; /* INT64_MAX: none */
} stepped_current;

/* The sum of all into a neuron at `tick`; exact for sums of a few doubles of like size. */
long double stepped_current_at(const stepped_current *currents, size_t count, uint32_t neuron,
                               int64_t tick);
/* The first tick after `after` at which one of them may change; INT64_MAX: none. */
int64_t stepped_current_next(const stepped_current *currents, size_t count, int64_t after);

#endif /* SALTUS_TEST_STEPPED_CURRENT_H */
