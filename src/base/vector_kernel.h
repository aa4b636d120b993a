/* vector_kernel - the loops that run on vectors: random words, gaps of Poisson processes, scale
 * factors, steps, screens.
 *
 * One source (vector_kernel_tmpl.h), compiled for several widths; all give the same bits
 * (tests/unit/test_exact_math.c). The best one for the processor is taken at run time.
 */
#ifndef SALTUS_VECTOR_KERNEL_H
#define SALTUS_VECTOR_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/sim_time.h"

/* Gaps drawn at a time: from the two words of each of 128 Philox evaluations, first all first
 * words, then all second words. */
#define VECTOR_CHUNK 256
/* Evaluations are asked for in multiples of this, the most lanes of any kernel. */
#define VECTOR_LANES 8

/* Terms of a screen beside the first, at most. */
#define SCREEN_TERMS 8

/* With x = x[i terms + k] summed over k < terms, the sum of
 *     a[i] of_a + sum x of_x[k]          (`floored`: no less than 0)
 *     and sum (x + |x|) of_positive[k]
 * is compared with a level. */
typedef struct vector_screen {
    double of_a, of_x[SCREEN_TERMS], of_positive[SCREEN_TERMS];
    double level;
    uint32_t terms;
    bool floored;
} vector_screen;

/* Does one pass? As the kernels have it, without a branch; `terms` is known where this is inlined.
 */
static inline __attribute__((always_inline)) bool
vector_screen_passes(const vector_screen *screen, uint32_t terms, double a, const double *x)
{
    double linear = a * screen->of_a;
    double positive = 0;
    for (uint32_t k = 0; k < terms; k++) {
        linear += x[k] * screen->of_x[k];
        positive += (x[k] + __builtin_fabs(x[k])) * screen->of_positive[k];
    }
    if (screen->floored) {
        linear = linear > 0 ? linear : 0;
    }
    return linear + positive >= screen->level;
}

typedef struct vector_kernel {
    const char *name;
    /* The words of sl_random_word for evaluations block .. block + evaluations - 1, in order. */
    void (*words)(uint64_t seed, uint64_t block, uint32_t object, uint32_t tag, size_t evaluations,
                  uint64_t *word);
    /* word[i], and gap[i] = -ln(u_i) * mean_gap rounded to whole ticks (at most 4.6e18) with u_i
     * from the word's top 52 bits, for the evaluations block .. block + 127 of stream (seed,
     * object, tag). */
    void (*gaps)(uint64_t seed, uint64_t block, uint32_t object, uint32_t tag, double mean_gap,
                 sim_time *gap, uint64_t *word);
    /* scale[i] = exp((time[i] - origin + fraction) * inverse_tau) for i < count, times ascending
     * from origin on; within 2 ulp of sl_exp of the same exponent. Both arrays have room up to a
     * multiple of 8; scale may be written there. */
    void (*exponentials)(const sim_time *time, sim_time origin, double fraction, double inverse_tau,
                         double *scale, size_t count);
    /* The same to the last bit of sl_exp, so that it does not matter which events are asked for
     * together. */
    void (*scales)(const sim_time *time, sim_time origin, double fraction, double inverse_tau,
                   double *scale, size_t count);
    /* factor[i] = exp(-ticks[i] * inverse_tau) for i < count, in any order; exponents below -700
     * count as -700, above 700 is none. Both arrays have room up to a multiple of 8. */
    void (*decays)(const double *ticks, double inverse_tau, double *factor, size_t count);
    /* value[i] *= factor for i < count; before that, the ascending i with value[i] >= level go to
     * `reached` (room for count). Returns how many. `level_of` not NULL: value[i] >= level_of[i].
     */
    size_t (*step)(double *value, double factor, double level, const double *level_of, size_t count,
                   uint16_t *reached);
    /* The ascending i < count whose sum is at least the level go to `passed` (room for count); none
     * that is not a number. Returns how many. */
    size_t (*screen)(const vector_screen *screen, const double *a, const double *x, size_t count,
                     uint16_t *passed);
    /* Terms of a screen for the time `length` (at most 1), of a neuron whose coordinates are
     * scaled by membrane[i] and current[i]; j is an exponential current's J for a coordinate of 1,
     * and what is left of it after `length` at least max(0, 1 - rate length) j:
     *     of_a = (1 - length) / membrane,  of_x = (1 - length) c / current + length left,
     *     of_positive = length (j - left) / 2.
     * All arrays have room up to a multiple of 8. */
    void (*screen_terms)(const double *length, const double *membrane, const double *current,
                         double rate, double c, double *of_a, double *of_x, double *of_positive,
                         size_t count);
} vector_kernel;

/* The widest kernel this processor runs. */
const vector_kernel *sl_vector_kernel_best(void);

/* All kernels of this build that this processor runs, the plain one first; for tests and
 * benchmarks. */
size_t sl_vector_kernel_all(const vector_kernel *kernels[4]);

#endif /* SALTUS_VECTOR_KERNEL_H */
