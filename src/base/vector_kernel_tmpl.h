/* vector_kernel_tmpl - the loops of vector_kernel.h for LANES lanes; KERNEL names the struct
 * it defines. Included once by each vector_kernel_<width>.c. */
#include <math.h>
#include <stdbool.h>

#include "base/exact_math.h"
#include "base/vector_kernel.h"
#include "base/vector_math.h"

/* Gaps are kept below this, so that sums of two stay within 64 bits. */
#define LONGEST_GAP 4.6e18

static void store(double *to, vdouble x)
{
    memcpy(to, &x, sizeof x);
}

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
    store(lanes, at_most(gap, LONGEST_GAP));
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

static void exponentials(const sim_time *time, sim_time origin, double fraction, double inverse_tau,
                         double *scale, size_t count)
{
    if (count > 0 && time[count - 1] - origin >= (sim_time)1 << 51) {
        /* too far for the conversion below: an epoch of more than 22 s */
        for (size_t i = 0; i < count; i++) {
            scale[i] = sl_exp(((double)(time[i] - origin) + fraction) * inverse_tau);
        }
        return;
    }
    if (count > 0 && (double)(time[count - 1] - time[0]) * inverse_tau <= 0.03125) {
        /* a short stretch: relative to its first event, with fewer terms */
        const double first = sl_exp(((double)(time[0] - origin) + fraction) * inverse_tau);
        for (size_t i = 0; i < count; i += LANES) {
            store(scale + i,
                  first * vector_exp_short(ticks_since(time + i, time[0]) * inverse_tau));
        }
        return;
    }
    for (size_t i = 0; i < count; i += LANES) {
        store(scale + i, vector_exp((ticks_since(time + i, origin) + fraction) * inverse_tau));
    }
}

/* Values looked at together: one test whether any has reached its level. */
#define STEP_CHUNK 32

static inline vdouble load(const double *from)
{
    vdouble x;
    memcpy(&x, from, sizeof x);
    return x;
}

/* All bits of a lane where x >= level, also for infinities; none for NaN. */
static inline vword reaches(vdouble x, vdouble level)
{
#if LANES == 1
    return x >= level ? ~(vword)0 : 0;
#else
    return (vword)(x >= level);
#endif
}

/* Is any bit set? */
static inline bool any(vword mask)
{
#if LANES == 1
    return mask != 0;
#else
    uint64_t bits = 0;
    for (size_t lane = 0; lane < LANES; lane++) {
        bits |= mask[lane];
    }
    return bits != 0;
#endif
}

/* List those of value[first, end) that have reached their level. */
static size_t list_reached(const double *value, double level, const double *level_of, size_t first,
                           size_t end, uint16_t *reached)
{
    size_t count = 0;
    for (size_t i = first; i < end; i++) {
        reached[count] = (uint16_t)i;
        count += value[i] >= (level_of != NULL ? level_of[i] : level);
    }
    return count;
}

static size_t step(double *value, double factor, double level, const double *level_of, size_t count,
                   uint16_t *reached)
{
    const vdouble zero = from_bits((vword){0});
    const vdouble levels = zero + level;
    size_t found = 0;
    size_t i = 0;
    for (; i + STEP_CHUNK <= count; i += STEP_CHUNK) {
        vdouble x[STEP_CHUNK / LANES];
        vword mask = (vword){0};
        for (size_t k = 0; k < STEP_CHUNK / LANES; k++) {
            x[k] = load(value + i + k * LANES);
            mask |= reaches(x[k], level_of != NULL ? load(level_of + i + k * LANES) : levels);
        }
        if (any(mask)) {
            found += list_reached(value, level, level_of, i, i + STEP_CHUNK, reached + found);
        }
        for (size_t k = 0; k < STEP_CHUNK / LANES; k++) {
            store(value + i + k * LANES, x[k] * factor);
        }
    }
    found += list_reached(value, level, level_of, i, count, reached + found);
    for (; i < count; i++) {
        value[i] *= factor;
    }
    return found;
}

const vector_kernel KERNEL = {
    .name = KERNEL_NAME, .words = words, .gaps = gaps, .exponentials = exponentials, .step = step};
