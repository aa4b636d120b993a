/* vector_lanes - comparisons, choices, conversions and transposition for any vector width.
 *
 * Beside vector_math.h, for code that is written once and compiled for LANES lanes: no operation
 * here rounds in a way that depends on the width. `larger(a, b)` is a > b ? a : b, `smaller(a, b)`
 * is a < b ? a : b, also where one is not a number. */
#ifndef SALTUS_VECTOR_LANES_H
#define SALTUS_VECTOR_LANES_H

#include <stdbool.h>

#include "base/vector_math.h"

/* One bit or one word of bits a lane. */
#if LANES == 8
typedef __mmask8 vmask;
#elif LANES == 1
typedef bool vmask;
#else
typedef vword vmask;
#endif

static inline vdouble all_lanes(double x)
{
    return x - from_bits((vword){0}); /* the same bits, 0 and -0 too */
}

/* a >= b of times, lane by lane. */
static inline vmask at_least(vword a, int64_t b)
{
#if LANES == 8
    return _mm512_cmpge_epi64_mask((__m512i)a, _mm512_set1_epi64(b));
#elif LANES == 4
    return ~(vword)_mm256_cmpgt_epi64(_mm256_set1_epi64x(b), (__m256i)a);
#elif LANES == 2
    typedef int64_t vtime __attribute__((vector_size(8 * LANES)));
    return (vword)((vtime)a >= ((vtime){0} + b));
#else
    return (int64_t)a >= b;
#endif
}

static inline vmask equal_to(vword a, int64_t b)
{
#if LANES == 8
    return _mm512_cmpeq_epi64_mask((__m512i)a, _mm512_set1_epi64(b));
#elif LANES == 4
    return (vword)_mm256_cmpeq_epi64((__m256i)a, _mm256_set1_epi64x(b));
#else
    return (vmask)(a == ((vword){0} + (uint64_t)b));
#endif
}

/* a == b of numbers. */
static inline vmask equal_number(vdouble a, double b)
{
#if LANES == 8
    return _mm512_cmp_pd_mask((__m512d)a, _mm512_set1_pd(b), _CMP_EQ_OQ);
#elif LANES == 4
    return (vword)_mm256_cmp_pd((__m256d)a, _mm256_set1_pd(b), _CMP_EQ_OQ);
#else
    return (vmask)(a == all_lanes(b));
#endif
}

/* a > b of numbers; none where one is not a number. */
static inline vmask above(vdouble a, vdouble b)
{
#if LANES == 8
    return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_GT_OQ);
#elif LANES == 4
    return (vword)_mm256_cmp_pd((__m256d)a, (__m256d)b, _CMP_GT_OQ);
#else
    return (vmask)(a > b);
#endif
}

static inline vmask not(vmask a)
{
#if LANES == 1
    return !a;
#else
    return (vmask)~a;
#endif
}

/* Bit i: lane i. */
static inline uint32_t lane_bits(vmask a)
{
#if LANES == 4
    return (uint32_t)_mm256_movemask_pd((__m256d)a);
#elif LANES == 2
    return (uint32_t)_mm_movemask_pd((__m128d)a);
#else
    return a;
#endif
}

static inline vdouble choose(vmask which, vdouble yes, vdouble no)
{
#if LANES == 8
    return (vdouble)_mm512_mask_blend_pd(which, (__m512d)no, (__m512d)yes);
#elif LANES == 4
    return (vdouble)_mm256_blendv_pd((__m256d)no, (__m256d)yes, (__m256d)which);
#elif LANES == 2
    return from_bits((bits_of(yes) & which) | (bits_of(no) & ~which));
#else
    return which ? yes : no;
#endif
}

/* 0 in all other lanes. */
static inline vdouble only(vmask which, vdouble x)
{
#if LANES == 8
    return (vdouble)_mm512_maskz_mov_pd(which, (__m512d)x);
#elif LANES == 1
    return which ? x : 0;
#else
    return from_bits(bits_of(x) & which);
#endif
}

static inline vdouble larger(vdouble a, vdouble b)
{
#if LANES == 8
    return (vdouble)_mm512_max_pd((__m512d)a, (__m512d)b);
#elif LANES == 4
    return (vdouble)_mm256_max_pd((__m256d)a, (__m256d)b);
#elif LANES == 2
    return (vdouble)_mm_max_pd((__m128d)a, (__m128d)b);
#else
    return a > b ? a : b;
#endif
}

static inline vdouble smaller(vdouble a, vdouble b)
{
#if LANES == 8
    return (vdouble)_mm512_min_pd((__m512d)a, (__m512d)b);
#elif LANES == 4
    return (vdouble)_mm256_min_pd((__m256d)a, (__m256d)b);
#elif LANES == 2
    return (vdouble)_mm_min_pd((__m128d)a, (__m128d)b);
#else
    return a < b ? a : b;
#endif
}

/* ---- Memory ---------------------------------------------------------------------------------- */

static inline vdouble load_doubles(const double *from)
{
    vdouble x;
    memcpy(&x, from, sizeof x);
    return x;
}

static inline void store_doubles(double *to, vdouble x)
{
    memcpy(to, &x, sizeof x);
}

static inline vdouble load_floats(const float *from)
{
#if LANES == 8
    return (vdouble)_mm512_cvtps_pd(_mm256_loadu_ps(from));
#elif LANES == 4
    return (vdouble)_mm256_cvtps_pd(_mm_loadu_ps(from));
#elif LANES == 2
    return (vdouble)_mm_cvtps_pd(_mm_castsi128_ps(_mm_loadl_epi64((const void *)from)));
#else
    return (double)*from;
#endif
}

static inline void store_floats(float *to, vdouble x)
{
#if LANES == 8
    _mm256_storeu_ps(to, _mm512_cvtpd_ps((__m512d)x));
#elif LANES == 4
    _mm_storeu_ps(to, _mm256_cvtpd_ps((__m256d)x));
#elif LANES == 2
    _mm_storel_epi64((void *)to, _mm_castps_si128(_mm_cvtpd_ps((__m128d)x)));
#else
    *to = (float)x;
#endif
}

static inline vdouble rounded_to_float(vdouble x)
{
#if LANES == 8
    return (vdouble)_mm512_cvtps_pd(_mm512_cvtpd_ps((__m512d)x));
#elif LANES == 4
    return (vdouble)_mm256_cvtps_pd(_mm256_cvtpd_ps((__m256d)x));
#elif LANES == 2
    return (vdouble)_mm_cvtps_pd(_mm_cvtpd_ps((__m128d)x));
#else
    return (double)(float)x;
#endif
}

/* word[k], lane i: line[i][k], of eight words from each lane's own address, all aligned to 64. */
static inline void load_lines(const uint64_t *const line[LANES], vword word[8])
{
#if LANES == 8
    for (int half = 0; half < 2; half++) {
        /* the order of lanes that the last shuffle turns into the natural one */
        static const int order[4][2] = {{0, 2}, {1, 3}, {4, 6}, {5, 7}};
        __m512d a[4];
        for (int k = 0; k < 4; k++) {
            const double *low = (const void *)(line[order[k][0]] + 4 * half);
            const double *high = (const void *)(line[order[k][1]] + 4 * half);
            a[k] = _mm512_insertf64x4(_mm512_castpd256_pd512(_mm256_load_pd(low)),
                                      _mm256_load_pd(high), 1);
        }
        const __m512d even0 = _mm512_unpacklo_pd(a[0], a[1]);
        const __m512d odd0 = _mm512_unpackhi_pd(a[0], a[1]);
        const __m512d even1 = _mm512_unpacklo_pd(a[2], a[3]);
        const __m512d odd1 = _mm512_unpackhi_pd(a[2], a[3]);
        word[4 * half] = (vword)_mm512_shuffle_f64x2(even0, even1, 0x88);
        word[4 * half + 1] = (vword)_mm512_shuffle_f64x2(odd0, odd1, 0x88);
        word[4 * half + 2] = (vword)_mm512_shuffle_f64x2(even0, even1, 0xdd);
        word[4 * half + 3] = (vword)_mm512_shuffle_f64x2(odd0, odd1, 0xdd);
    }
#elif LANES == 4
    for (int k = 0; k < 8; k += 2) {
        const double *from[4];
        for (int i = 0; i < 4; i++) {
            from[i] = (const void *)(line[i] + k);
        }
        const __m256d a = _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_load_pd(from[0])),
                                               _mm_load_pd(from[2]), 1);
        const __m256d b = _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_load_pd(from[1])),
                                               _mm_load_pd(from[3]), 1);
        word[k] = (vword)_mm256_unpacklo_pd(a, b);
        word[k + 1] = (vword)_mm256_unpackhi_pd(a, b);
    }
#elif LANES == 2
    for (int k = 0; k < 8; k += 2) {
        const __m128d a = _mm_load_pd((const void *)(line[0] + k));
        const __m128d b = _mm_load_pd((const void *)(line[1] + k));
        word[k] = (vword)_mm_unpacklo_pd(a, b);
        word[k + 1] = (vword)_mm_unpackhi_pd(a, b);
    }
#else
    for (int k = 0; k < 8; k++) {
        word[k] = line[0][k];
    }
#endif
}

#endif /* SALTUS_VECTOR_LANES_H */
