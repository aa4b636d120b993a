/* bare_step - the loop that a clock can't do without: every neuron, every step.
 *
 * One source, vectorised by the compiler at the baseline instruction set and, where the processor
 * has them, with AVX2 and AVX-512. */
#include <stdlib.h>

#include "bare_loop.h"

#define UPDATES 50000000u
#define FACTOR  0.9950124791926823 /* exp(-0.1 ms / 20 ms) */

/* How many were at the level before; lanes of 64 bits as those of the doubles. */
static inline __attribute__((always_inline)) uint64_t pass(double *restrict value, uint32_t neurons,
                                                           double factor, double level)
{
    uint64_t reached = 0;
    for (uint32_t i = 0; i < neurons; i++) {
        reached += value[i] >= level;
        value[i] *= factor;
    }
    return reached;
}

typedef uint64_t (*step_pass)(double *value, uint32_t neurons, double factor, double level);

static __attribute__((noinline)) uint64_t pass_plain(double *value, uint32_t neurons, double factor,
                                                     double level)
{
    return pass(value, neurons, factor, level);
}

#if defined(__x86_64__)
/* GCC prefers half the width unless told otherwise. */
#if defined(__clang__)
#define AVX512 "avx512f"
#else
#define AVX512 "avx512f,prefer-vector-width=512"
#endif

static __attribute__((noinline, target("avx2"))) uint64_t pass_avx2(double *value, uint32_t neurons,
                                                                    double factor, double level)
{
    return pass(value, neurons, factor, level);
}

static __attribute__((noinline, target(AVX512))) uint64_t
pass_avx512(double *value, uint32_t neurons, double factor, double level)
{
    return pass(value, neurons, factor, level);
}
#endif

static size_t all_passes(step_pass passes[3])
{
    size_t count = 0;
    passes[count++] = pass_plain;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        passes[count++] = pass_avx2;
    }
    if (__builtin_cpu_supports("avx512f")) {
        passes[count++] = pass_avx512;
    }
#endif
    return count;
}

/* Down and up again, so that nothing becomes subnormal. */
static double time_passes(step_pass pass_over, double *value, uint32_t neurons, clockid_t clock)
{
    const uint32_t passes = 2 * (UPDATES / 2 / neurons + 1);
    uint64_t reached = 0;
    const double start = seconds(clock);
    for (uint32_t i = 0; i < passes; i++) {
        reached += pass_over(value, neurons, i % 2 == 0 ? FACTOR : 1 / FACTOR, 1e9);
    }
    const double taken = seconds(clock) - start;
    return reached > 0 ? 0 : taken / ((double)passes * neurons) * 1e9;
}

double bare_step_ns(uint32_t neurons, clockid_t clock)
{
    step_pass passes[3];
    const size_t count = all_passes(passes);
    double *value = aligned_alloc(64, ((size_t)neurons * sizeof *value + 63) / 64 * 64);
    double best = 0;
    if (value == NULL) {
        return 0;
    }
    for (uint32_t i = 0; i < neurons; i++) {
        value[i] = 1 + i % 16;
    }
    for (size_t k = 0; k < count; k++) {
        const double taken = time_passes(passes[k], value, neurons, clock);
        best = best == 0 || taken < best ? taken : best;
    }
    free(value);
    return best;
}
