/* vector_kernel_tmpl - the loops of vector_kernel.h for LANES lanes; KERNEL names the struct
 * it defines. Included once by each vector_kernel_<width>.c. */
#include <math.h>
#include <stdbool.h>

#include "base/exact_math.h"
#include "base/vector_kernel.h"
#include "base/vector_lanes.h"

/* Gaps are kept below this, so that sums of two stay within 64 bits. */
#define LONGEST_GAP 4.6e18

static void words(uint64_t seed, uint64_t block, uint32_t object, uint32_t tag, size_t evaluations,
                  uint64_t *word)
{
    const philox_keys keys = philox_keys_of(seed);
    for (size_t i = 0; i < evaluations; i += LANES) {
        vword first;
        vword second;
        vector_philox(&keys, block + i, object, tag, &first, &second);
        uint64_t firsts[LANES];
        uint64_t seconds[LANES];
        memcpy(firsts, &first, sizeof first);
        memcpy(seconds, &second, sizeof second);
        for (size_t lane = 0; lane < LANES; lane++) {
            word[2 * (i + lane)] = firsts[lane];
            word[2 * (i + lane) + 1] = seconds[lane];
        }
    }
}

/* The smaller of x and a constant, lane by lane. */
static vdouble at_most(vdouble x, double limit)
{
#if LANES == 1
    return x < limit ? x : limit;
#else
    const vdouble bound = from_bits((vword){0}) + limit;
    const vword smaller = (vword)(x < bound);
    return from_bits((bits_of(x) & smaller) | (bits_of(bound) & ~smaller));
#endif
}

/* Below this mean no gap (at most 37 means) leaves the range in which ROUNDER works. */
#define SHORT_MEAN 0x1p45

/* Store a gap in whole ticks. */
static inline void store_gaps(sim_time *to, vdouble gap, double mean_gap)
{
    if (mean_gap < SHORT_MEAN) {
        const vword ticks = bits_of(gap + ROUNDER) - ROUNDER_BITS;
        memcpy(to, &ticks, sizeof ticks);
        return;
    }
    double lanes[LANES];
    store_doubles(lanes, at_most(gap, LONGEST_GAP));
    for (size_t lane = 0; lane < LANES; lane++) {
        to[lane] = llrint(lanes[lane]);
    }
}

static void gaps(uint64_t seed, uint64_t block, uint32_t object, uint32_t tag, double mean_gap,
                 sim_time *gap, uint64_t *word)
{
    const size_t half = VECTOR_CHUNK / 2;
    const philox_keys keys = philox_keys_of(seed);
    for (size_t i = 0; i < half; i += LANES) {
        vword first;
        vword second;
        vector_philox(&keys, block + i, object, tag, &first, &second);
        memcpy(word + i, &first, sizeof first);
        memcpy(word + half + i, &second, sizeof second);
        vdouble gap0;
        vdouble gap1;
        vector_exponential_pair(vector_uniform(first), vector_uniform(second), &gap0, &gap1);
        store_gaps(gap + i, gap0 * mean_gap, mean_gap);
        store_gaps(gap + half + i, gap1 * mean_gap, mean_gap);
    }
}

/* time - origin as doubles, exact below 2^51. */
static inline vdouble ticks_since(const sim_time *time, sim_time origin)
{
    vword ticks;
    memcpy(&ticks, time, sizeof ticks);
    return from_bits(ticks - (uint64_t)origin + ROUNDER_BITS) - ROUNDER;
}

/* Beyond this the conversion of ticks_since does not go: an epoch of more than 22 s. */
#define LONGEST_EPOCH ((sim_time)1 << 51)

static void scales(const sim_time *time, sim_time origin, double fraction, double inverse_tau,
                   double *scale, size_t count)
{
    if (count > 0 && time[count - 1] - origin >= LONGEST_EPOCH) {
        for (size_t i = 0; i < count; i++) {
            scale[i] = sl_exp(((double)(time[i] - origin) + fraction) * inverse_tau);
        }
        return;
    }
    for (size_t i = 0; i < count; i += LANES) {
        store_doubles(scale + i,
                      vector_exp((ticks_since(time + i, origin) + fraction) * inverse_tau));
    }
}

static void exponentials(const sim_time *time, sim_time origin, double fraction, double inverse_tau,
                         double *scale, size_t count)
{
    if (count > 0 && time[count - 1] - origin < LONGEST_EPOCH &&
        (double)(time[count - 1] - time[0]) * inverse_tau <= 0.03125) {
        /* a short stretch: relative to its first event, with fewer terms */
        const double first = sl_exp(((double)(time[0] - origin) + fraction) * inverse_tau);
        for (size_t i = 0; i < count; i += LANES) {
            store_doubles(scale + i,
                          first * vector_exp_short(ticks_since(time + i, time[0]) * inverse_tau));
        }
        return;
    }
    scales(time, origin, fraction, inverse_tau, scale, count);
}

static void decays(const double *ticks, double inverse_tau, double *factor, size_t count)
{
    for (size_t i = 0; i < count; i += LANES) {
        store_doubles(factor + i,
                      vector_exp(-at_most(load_doubles(ticks + i) * inverse_tau, 700.0)));
    }
}

/* Values looked at together: one test whether any has reached its level. */
#define STEP_CHUNK   32
#define STEP_VECTORS (STEP_CHUNK / LANES)

/* Bit i: lane i has x >= level, also for infinities; none for NaN. */
static inline uint32_t reaches(vdouble x, vdouble level)
{
#if LANES == 8
    return _mm512_cmp_pd_mask((__m512d)x, (__m512d)level, _CMP_GE_OQ);
#elif LANES == 4
    return (uint32_t)_mm256_movemask_pd(_mm256_cmp_pd((__m256d)x, (__m256d)level, _CMP_GE_OQ));
#elif LANES == 2
    return (uint32_t)_mm_movemask_pd(_mm_cmpge_pd((__m128d)x, (__m128d)level));
#else
    return x >= level;
#endif
}

/* List those of [first, first + STEP_CHUNK), given lane by lane for each vector. */
static size_t list_reached(const uint32_t lanes[STEP_VECTORS], size_t first, uint16_t *reached)
{
    size_t count = 0;
    uint32_t bits = 0;
    for (size_t k = 0; k < STEP_VECTORS; k++) {
        bits |= lanes[k] << k * LANES;
    }
    for (; bits != 0; bits &= bits - 1) {
        reached[count++] = (uint16_t)(first + (size_t)__builtin_ctz(bits));
    }
    return count;
}

/* Levels of their own are loaded beside the values; `own` is known where this is inlined. */
static inline size_t step_over(double *value, double factor, double level, const double *level_of,
                               bool own, size_t count, uint16_t *reached)
{
    const vdouble levels = from_bits((vword){0}) + level;
    size_t found = 0;
    size_t i = 0;
    for (; i + STEP_CHUNK <= count; i += STEP_CHUNK) {
        uint32_t lanes[STEP_VECTORS];
        uint32_t any = 0;
        for (size_t k = 0; k < STEP_VECTORS; k++) {
            const vdouble x = load_doubles(value + i + k * LANES);
            lanes[k] = reaches(x, own ? load_doubles(level_of + i + k * LANES) : levels);
            any |= lanes[k];
            store_doubles(value + i + k * LANES, x * factor);
        }
        if (__builtin_expect(any != 0, 0)) {
            found += list_reached(lanes, i, reached + found);
        }
    }
    for (; i < count; i++) {
        reached[found] = (uint16_t)i;
        found += value[i] >= (own ? level_of[i] : level);
        value[i] *= factor;
    }
    return found;
}

static size_t step(double *value, double factor, double level, const double *level_of, size_t count,
                   uint16_t *reached)
{
    return level_of != NULL ? step_over(value, factor, level, level_of, true, count, reached)
                            : step_over(value, factor, level, NULL, false, count, reached);
}

static inline vdouble magnitude(vdouble x)
{
    return from_bits(bits_of(x) & 0x7fffffffffffffffu);
}

/* One value of every `terms`-th: x[k], x[terms + k], ... */
static inline vdouble load_apart(const double *x, uint32_t terms)
{
#if LANES == 1
    (void)terms;
    return x[0];
#else
    if (terms == 1) {
        return load_doubles(x);
    }
    vdouble lanes;
    for (uint32_t lane = 0; lane < LANES; lane++) {
        lanes[lane] = x[lane * terms];
    }
    return lanes;
#endif
}

/* `terms` known where this is inlined. */
static inline __attribute__((always_inline)) size_t screen_over(const vector_screen *screen,
                                                                uint32_t terms, const double *a,
                                                                const double *x, size_t count,
                                                                uint16_t *passed)
{
    const bool floored = screen->floored;
    const vdouble level = all_lanes(screen->level);
    size_t found = 0;
    size_t i = 0;
    for (; i + STEP_CHUNK <= count; i += STEP_CHUNK) {
        uint32_t lanes[STEP_VECTORS];
        uint32_t any = 0;
        for (size_t v = 0; v < STEP_VECTORS; v++) {
            const size_t at = i + v * LANES;
            vdouble linear = load_doubles(a + at) * screen->of_a;
            vdouble positive = all_lanes(0);
            for (uint32_t k = 0; k < terms; k++) {
                const vdouble term = load_apart(x + at * terms + k, terms);
                linear += term * screen->of_x[k];
                positive += (term + magnitude(term)) * screen->of_positive[k];
            }
            if (floored) {
                linear = larger(linear, all_lanes(0));
            }
            lanes[v] = reaches(linear + positive, level);
            any |= lanes[v];
        }
        if (__builtin_expect(any != 0, 0)) {
            found += list_reached(lanes, i, passed + found);
        }
    }
    for (; i < count; i++) {
        passed[found] = (uint16_t)i;
        found += vector_screen_passes(screen, terms, a[i], x + i * terms);
    }
    return found;
}

static size_t screen(const vector_screen *screen, const double *a, const double *x, size_t count,
                     uint16_t *passed)
{
    return screen->terms == 1   ? screen_over(screen, 1, a, x, count, passed)
           : screen->terms == 2 ? screen_over(screen, 2, a, x, count, passed)
                                : screen_over(screen, screen->terms, a, x, count, passed);
}

static void screen_terms(const double *length, const double *membrane, const double *current,
                         double rate, double c, double *of_a, double *of_x, double *of_positive,
                         size_t count)
{
    const vdouble one = all_lanes(1);
    for (size_t i = 0; i < count; i += LANES) {
        const vdouble l = load_doubles(length + i);
        const vdouble stays = one - l;
        const vdouble j = one / load_doubles(current + i);
        const vdouble keeps = larger(one - l * rate, all_lanes(0));
        store_doubles(of_a + i, stays / load_doubles(membrane + i));
        store_doubles(of_x + i, stays * (c * j) + keeps * (l * j));
        store_doubles(of_positive + i, (one - keeps) * (l * j) * 0.5);
    }
}

const vector_kernel KERNEL = {.name = KERNEL_NAME,
                              .words = words,
                              .gaps = gaps,
                              .exponentials = exponentials,
                              .scales = scales,
                              .decays = decays,
                              .step = step,
                              .screen = screen,
                              .screen_terms = screen_terms};
