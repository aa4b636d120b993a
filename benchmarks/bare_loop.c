/* bare_loop - rows of random targets over an array of doubles, nothing else. */
#include "bare_loop.h"

#include <stdlib.h>

#define DELIVERIES 10000000u

struct bare_rows {
    uint32_t neurons, length;
    uint32_t *targets; /* [neurons][length] */
    double *state;     /* [neurons] */
    uint64_t random;
};

double seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static uint64_t next_random(uint64_t *state)
{
    *state += 0x9e3779b97f4a7c15u;
    uint64_t z = *state;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static int compare(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a;
    const uint32_t y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* As the engine stores them: ascending targets in a row. */
static uint32_t *make_targets(uint32_t neurons, uint32_t length)
{
    uint32_t *targets = malloc((size_t)neurons * length * sizeof *targets);
    uint64_t state = 1;
    for (size_t row = 0; targets != NULL && row < neurons; row++) {
        uint32_t *target = targets + row * length;
        for (uint32_t i = 0; i < length; i++) {
            target[i] = (uint32_t)(next_random(&state) % neurons);
        }
        qsort(target, length, sizeof *target, compare);
    }
    return targets;
}

bare_rows *bare_rows_create(uint32_t neurons, uint32_t length)
{
    bare_rows *rows = calloc(1, sizeof *rows);
    if (rows == NULL) {
        return NULL;
    }
    *rows = (bare_rows){.neurons = neurons,
                        .length = length,
                        .targets = make_targets(neurons, length),
                        .state = calloc(neurons, sizeof *rows->state),
                        .random = 7};
    if (rows->targets == NULL || rows->state == NULL) {
        bare_rows_destroy(rows);
        return NULL;
    }
    return rows;
}

void bare_rows_destroy(bare_rows *rows)
{
    if (rows != NULL) {
        free(rows->targets);
        free(rows->state);
        free(rows);
    }
}

/* Visits the rows; returns how often the threshold was reached, so that nothing is left out. */
static __attribute__((noinline)) uint64_t visit(double *restrict state, const uint32_t *targets,
                                                uint32_t neurons, uint32_t length, uint32_t visits,
                                                uint64_t *random)
{
    uint64_t reached = 0;
    for (uint32_t r = 0; r < visits; r++) {
        const uint32_t *target = targets + next_random(random) % neurons * length;
        for (uint32_t i = 0; i < length; i++) {
            const double sum = state[target[i]] + 1e-9;
            state[target[i]] = sum;
            reached += sum >= 1e9;
        }
    }
    return reached;
}

double bare_delivery_ns(bare_rows *rows, clockid_t clock)
{
    const uint32_t visits = DELIVERIES / rows->length + 1;
    const double start = seconds(clock);
    const uint64_t reached =
        visit(rows->state, rows->targets, rows->neurons, rows->length, visits, &rows->random);
    const double taken = seconds(clock) - start;
    return reached > 0 ? 0 : taken / ((double)visits * rows->length) * 1e9;
}
