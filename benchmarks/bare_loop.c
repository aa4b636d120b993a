/* bare_loop - rows of random targets over an array of doubles, nothing else. */
#include "bare_loop.h"

#include <stdlib.h>
#include <string.h>

static double seconds(clockid_t clock)
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

/* Visits the rows; returns how often the threshold was reached, so that nothing is left out. */
static __attribute__((noinline)) uint64_t visit(double *restrict state, const uint32_t *targets,
                                                uint32_t neurons, uint32_t length, uint32_t rows,
                                                uint64_t *random)
{
    uint64_t reached = 0;
    for (uint32_t r = 0; r < rows; r++) {
        const uint32_t *target = targets + next_random(random) % neurons * length;
        for (uint32_t i = 0; i < length; i++) {
            const double sum = state[target[i]] + 1e-9;
            state[target[i]] = sum;
            reached += sum >= 1.0;
        }
    }
    return reached;
}

double bare_loop_ns(uint32_t neurons, uint32_t length, uint32_t rows, clockid_t clock)
{
    uint32_t *targets = make_targets(neurons, length);
    double *state = calloc(neurons, sizeof *state);
    double best = 0;
    uint64_t random = 7;
    uint64_t reached = 0;
    for (int repeat = 0; repeat < 5 && targets != NULL && state != NULL; repeat++) {
        const double start = seconds(clock);
        reached += visit(state, targets, neurons, length, rows, &random);
        const double taken = seconds(clock) - start;
        best = best == 0 || taken < best ? taken : best;
    }
    free(targets);
    free(state);
    if (reached > 0) {
        return 0; /* never: a million additions of 1e-9 stay below 1 */
    }
    return best / ((double)rows * length) * 1e9;
}
