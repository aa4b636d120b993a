/* vector_math - the arithmetic of exp, log and Philox, written once for any vector width.
 *
 * A file that includes this first defines LANES (1, 2, 4 or 8) and is compiled with the
 * instruction set that has them. Each function is a fixed sequence of IEEE operations and integer
 * operations per lane, so every width gives the same bits (tests/unit/test_exact_math.c).
 *
 * exp: x = k ln2 + r, |r| <= ln2/2, k ln2 in two parts (Cody & Waite 1980); Taylor polynomial of
 *      degree 13, truncation below 5e-18.
 * log: x = 2^k m, m in [sqrt(1/2), sqrt(2)); with f = m - 1, s = f/(2+f):
 *      log m = f - f^2/2 + s (f^2/2 + R(s^2)), R the minimax polynomial of fdlibm's e_log.c
 *      (Sun Microsystems 1993), error below 1 ulp.
 * Philox4x32-10: Salmon et al. 2011; one evaluation a lane.
 */
#ifndef SALTUS_VECTOR_MATH_H
#define SALTUS_VECTOR_MATH_H

#include <stdint.h>
#include <string.h>

#if LANES == 1
typedef double vdouble;
typedef uint64_t vword;
#else
typedef double vdouble __attribute__((vector_size(8 * LANES)));
typedef uint64_t vword __attribute__((vector_size(8 * LANES)));
#endif

#if LANES > 1
#include <immintrin.h>
#endif

/* Product of the low 32 bits of each lane with `m` < 2^32, in 64 bits. */
static inline vword multiply_low(vword a, uint64_t m)
{
#if LANES == 8
    return (vword)_mm512_mul_epu32((__m512i)a, _mm512_set1_epi64((long long)m));
#elif LANES == 4
    return (vword)_mm256_mul_epu32((__m256i)a, _mm256_set1_epi64x((long long)m));
#elif LANES == 2
    return (vword)_mm_mul_epu32((__m128i)a, _mm_set1_epi64x((long long)m));
#else
    return (a & 0xffffffffu) * m;
#endif
}

static inline vword bits_of(vdouble x)
{
    vword bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline vdouble from_bits(vword bits)
{
    vdouble x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* 1.5 * 2^52: adding it rounds |x| < 2^51 to the nearest integer, kept in the low bits. */
#define ROUNDER      0x1.8p52
#define ROUNDER_BITS 0x4338000000000000u

static inline vdouble vector_exp(vdouble x)
{
    const vdouble shifted = x * 0x1.71547652b82fep0 + ROUNDER;
    const vdouble k = shifted - ROUNDER;
    const vdouble high = x - k * 0x1.62e42feep-1;
    const vdouble low = k * 0x1.a39ef35793c76p-33;
    const vdouble r = high - low;
    const vdouble correction = (high - r) - low;

    /* sum of r^n / (n + 2)!, n = 0 .. 11, in pairs (Estrin) */
    const vdouble r2 = r * r;
    const vdouble r4 = r2 * r2;
    const vdouble r8 = r4 * r4;
    const vdouble p0 = 0x1p-1 + r * 0x1.5555555555555p-3;
    const vdouble p2 = 0x1.5555555555555p-5 + r * 0x1.1111111111111p-7;
    const vdouble p4 = 0x1.6c16c16c16c17p-10 + r * 0x1.a01a01a01a01ap-13;
    const vdouble p6 = 0x1.a01a01a01a01ap-16 + r * 0x1.71de3a556c734p-19;
    const vdouble p8 = 0x1.27e4fb7789f5cp-22 + r * 0x1.ae64567f544e4p-26;
    const vdouble p10 = 0x1.1eed8eff8d898p-29 + r * 0x1.6124613a86d09p-33;
    const vdouble q = ((p0 + r2 * p2) + r4 * (p4 + r2 * p6)) + r8 * (p8 + r2 * p10);
    const vdouble y = 1.0 + (r + (correction + r2 * q));

    /* times 2^k through the exponent bits */
    const vword scale = (bits_of(shifted) - ROUNDER_BITS + 1023) << 52;
    return y * from_bits(scale);
}

static inline vdouble vector_log(vdouble x)
{
    /* shift the exponent so that the mantissa lies in [sqrt(1/2), sqrt(2)) */
    const vword bits = bits_of(x) + (0x3ff0000000000000u - 0x3fe6a09e00000000u);
    const vword biased = bits >> 52;
    const vdouble m = from_bits((bits & 0x000fffffffffffffu) + 0x3fe6a09e00000000u);
    const vdouble k = from_bits(biased + (ROUNDER_BITS - 1023)) - ROUNDER;

    const vdouble f = m - 1.0;
    const vdouble half = 0.5 * f * f;
    const vdouble s = f / (2.0 + f);
    const vdouble z = s * s;
    const vdouble w = z * z;
    const vdouble even =
        w * (0x1.999999997fa04p-2 + w * (0x1.c71c51d8e78afp-3 + w * 0x1.39a09d078c69fp-3));
    const vdouble odd =
        z * (0x1.5555555555593p-1 +
             w * (0x1.2492494229359p-2 + w * (0x1.7466496cb03dep-3 + w * 0x1.2f112df3e5244p-3)));
    const vdouble rest = even + odd;
    return (s * (half + rest) + k * 0x1.a39ef35793c76p-33 - half + f) + k * 0x1.62e42feep-1;
}

/* Uniform in (0, 1) from the top 52 bits: (bits + 1/2) / 2^52, exact. */
static inline vdouble vector_uniform(vword word)
{
    return from_bits((word >> 12) | 0x3ff0000000000000u) - (1.0 - 0x1p-53);
}

/* exp(x) for 0 <= x <= 1/32: Taylor polynomial of degree 7, truncation below 3e-17. */
static inline vdouble vector_exp_short(vdouble x)
{
    const vdouble x2 = x * x;
    const vdouble p0 = 1.0 + x;
    const vdouble p2 = 0x1p-1 + x * 0x1.5555555555555p-3;
    const vdouble p4 = 0x1.5555555555555p-5 + x * 0x1.1111111111111p-7;
    const vdouble p6 = 0x1.6c16c16c16c17p-10 + x * 0x1.a01a01a01a01ap-13;
    return p0 + x2 * (p2 + x2 * (p4 + x2 * p6));
}

/* -log(u) of two uniform vectors with one division between them. Relative error below 1e-15,
 * which is far less than the tick that gaps are rounded to; log m = 2 s + s z R(z), z = s^2. */
static inline vdouble minus_log_sum(vdouble s, vdouble k)
{
    const vdouble z = s * s;
    const vdouble w = z * z;
    const vdouble even =
        w * (0x1.999999997fa04p-2 + w * (0x1.c71c51d8e78afp-3 + w * 0x1.39a09d078c69fp-3));
    const vdouble odd =
        z * (0x1.5555555555593p-1 +
             w * (0x1.2492494229359p-2 + w * (0x1.7466496cb03dep-3 + w * 0x1.2f112df3e5244p-3)));
    return -(k * 0x1.62e42fefa39efp-1 + s * (2.0 + (even + odd)));
}

static inline void vector_exponential_pair(vdouble u0, vdouble u1, vdouble *e0, vdouble *e1)
{
    const uint64_t shift = 0x3ff0000000000000u - 0x3fe6a09e00000000u;
    const vword bits0 = bits_of(u0) + shift;
    const vword bits1 = bits_of(u1) + shift;
    const vdouble f0 = from_bits((bits0 & 0x000fffffffffffffu) + 0x3fe6a09e00000000u) - 1.0;
    const vdouble f1 = from_bits((bits1 & 0x000fffffffffffffu) + 0x3fe6a09e00000000u) - 1.0;
    const vdouble k0 = from_bits((bits0 >> 52) + (ROUNDER_BITS - 1023)) - ROUNDER;
    const vdouble k1 = from_bits((bits1 >> 52) + (ROUNDER_BITS - 1023)) - ROUNDER;
    const vdouble d0 = 2.0 + f0;
    const vdouble d1 = 2.0 + f1;
    const vdouble r = 1.0 / (d0 * d1);
    *e0 = minus_log_sum(f0 * (d1 * r), k0);
    *e1 = minus_log_sum(f1 * (d0 * r), k1);
}

#define PHILOX_ROUNDS 10

/* The keys of all rounds, of one seed. In memory, because each vector needs them in every lane and
 * a load spreads a number over the lanes for nothing. */
typedef struct philox_keys {
    uint64_t first[PHILOX_ROUNDS], second[PHILOX_ROUNDS];
} philox_keys;

static inline philox_keys philox_keys_of(uint64_t seed)
{
    philox_keys keys;
    uint32_t k0 = (uint32_t)seed;
    uint32_t k1 = (uint32_t)(seed >> 32);
    for (int round = 0; round < PHILOX_ROUNDS; round++) {
        keys.first[round] = k0;
        keys.second[round] = k1;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return keys;
}

/* Philox4x32-10 of counter (block, object, tag), lanes at consecutive blocks from `block`. */
static inline void vector_philox(const philox_keys *keys, uint64_t block, uint32_t object,
                                 uint32_t tag, vword *first, vword *second)
{
    const vword zero = {0};
    vword number = zero + block;
#if LANES > 1
    for (unsigned lane = 0; lane < LANES; lane++) {
        number[lane] += lane;
    }
#endif
    vword c0 = number;
    vword c1 = number >> 32;
    vword c2 = zero + object;
    vword c3 = zero + tag;
    for (int round = 0; round < PHILOX_ROUNDS; round++) {
        const vword p0 = multiply_low(c0, 0xD2511F53u);
        const vword p1 = multiply_low(c2, 0xCD9E8D57u);
        /* only low halves count: the products read nothing else */
        c0 = (p1 >> 32) ^ c1 ^ keys->first[round];
        c1 = p1;
        c2 = (p0 >> 32) ^ c3 ^ keys->second[round];
        c3 = p0;
    }
    *first = (c0 & 0xffffffffu) | c1 << 32;
    *second = (c2 & 0xffffffffu) | c3 << 32;
}

#endif /* SALTUS_VECTOR_MATH_H */
