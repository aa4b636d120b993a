/* format_number - numbers as text, fast, always with a decimal point, whatever the locale.
 *
 * A double m 2^e with 10^k <= |x| < 10^(k+1) has the 17 significant digits
 *
 *     D = round(x 10^(16-k)) = round(m 5^p 2^(e+p)),  p = 16 - k,
 *
 * where m 5^p fits 128 bits for 0 <= p <= 32 (m < 2^53, 5^32 < 2^75). So the digits come from one
 * exact product and one shift, rounded half to even on the exact remainder as printf does.
 * That covers 1e-16 <= |x| < 1e17, that is every time and nearly every potential; the rest goes
 * through snprintf. tests/record/test_format_number.c compares both.
 */
#include "record/format_number.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

__extension__ typedef unsigned __int128 wide;

#define DIGITS       17
#define POWER_MAX    32
#define SEVENTEEN_UP 100000000000000000u /* 10^17 */
#define SEVENTEEN    10000000000000000u  /* 10^16: smallest number of 17 digits */

static const char two_digits[] = "0001020304050607080910111213141516171819"
                                 "2021222324252627282930313233343536373839"
                                 "4041424344454647484950515253545556575859"
                                 "6061626364656667686970717273747576777879"
                                 "8081828384858687888990919293949596979899";

/* 5^i, i < 28: all that fit 64 bits. */
static const uint64_t five_to[28] = {
    1u,
    5u,
    25u,
    125u,
    625u,
    3125u,
    15625u,
    78125u,
    390625u,
    1953125u,
    9765625u,
    48828125u,
    244140625u,
    1220703125u,
    6103515625u,
    30517578125u,
    152587890625u,
    762939453125u,
    3814697265625u,
    19073486328125u,
    95367431640625u,
    476837158203125u,
    2384185791015625u,
    11920928955078125u,
    59604644775390625u,
    298023223876953125u,
    1490116119384765625u,
    7450580596923828125u,
};

/* m 2^e 10^p, rounded half to even; `floor` is the part before the point. */
static uint64_t scaled(uint64_t m, int e, int p, uint64_t *floor_part)
{
    wide product = (wide)m * five_to[p < 28 ? p : 27];
    for (int i = 27; i < p; i++) {
        product *= 5u;
    }
    const int shift = -(e + p);
    if (shift <= 0) {
        *floor_part = (uint64_t)(product << -shift);
        return *floor_part;
    }
    const uint64_t whole = (uint64_t)(product >> shift);
    const wide rest = product & (((wide)1 << shift) - 1);
    const wide half = (wide)1 << (shift - 1);
    *floor_part = whole;
    return whole + (rest > half || (rest == half && (whole & 1u) != 0));
}

/* The 17 digits of m 2^e and the exponent k of the first; false when out of reach. */
static bool significant_digits(uint64_t m, int e, uint64_t *digits, int *exponent)
{
    /* log10(2) = 78913 / 2^18 to six digits: k is right or one too small. */
    int k = ((e + 52) * 78913) >> 18;
    uint64_t floor_part = 0;
    for (;;) {
        if (k > 16 || k < 16 - POWER_MAX) {
            return false;
        }
        *digits = scaled(m, e, 16 - k, &floor_part);
        if (floor_part < SEVENTEEN_UP) {
            break;
        }
        k++;
    }
    if (floor_part < SEVENTEEN) {
        return false;
    }
    if (*digits == SEVENTEEN_UP) {
        *digits = SEVENTEEN;
        k++;
    }
    *exponent = k;
    return true;
}

/* printf's digits with a locale's decimal point, of whatever bytes, turned into a point. */
static char *format_slowly(char *out, double value)
{
    char text[64];
    snprintf(text, sizeof text, "%.*g", DIGITS, value);
    bool in_point = false;
    for (const char *c = text; *c != '\0'; c++) {
        const bool known = strchr("0123456789+-abcdefghijklmnopqrstuvwxyz", *c) != NULL;
        if (known) {
            *out++ = *c;
        } else if (!in_point) {
            *out++ = '.';
        }
        in_point = !known;
    }
    return out;
}

/* Seventeen digits as text. */
static void write_digits(char text[DIGITS], uint64_t digits)
{
    for (int i = DIGITS - 2; i > 0; i -= 2) {
        memcpy(text + i, two_digits + 2 * (digits % 100u), 2);
        digits /= 100u;
    }
    text[0] = (char)('0' + digits);
}

char *sl_format_double(char *out, double value)
{
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    const int biased = (int)(bits >> 52 & 0x7ffu);
    uint64_t digits = 0;
    int exponent = 0;
    const uint64_t m = (bits & 0xfffffffffffffu) | 1ull << 52;
    /* zero, subnormal, infinite, NaN or far from 1 */
    if (biased == 0 || biased == 0x7ff ||
        !significant_digits(m, biased - 1075, &digits, &exponent) || exponent < -4 ||
        exponent >= DIGITS) {
        return format_slowly(out, value);
    }
    if (bits >> 63 != 0) {
        *out++ = '-';
    }

    char text[DIGITS];
    write_digits(text, digits);
    int length = DIGITS;
    while (length > 1 && text[length - 1] == '0') {
        length--;
    }

    /* before the point */
    const int before = exponent + 1;
    if (before <= 0) {
        memcpy(out, "0.0000", 6);
        out += 2 - before;
        memcpy(out, text, (size_t)length);
        return out + length;
    }
    memcpy(out, text, (size_t)before);
    out += before;
    if (length <= before) {
        return out;
    }
    *out++ = '.';
    memcpy(out, text + before, (size_t)(length - before));
    return out + (length - before);
}

char *sl_format_u32(char *out, uint32_t value)
{
    char text[10];
    int first = 10;
    while (value >= 100u) {
        first -= 2;
        memcpy(text + first, two_digits + 2 * (value % 100u), 2);
        value /= 100u;
    }
    if (value >= 10u) {
        first -= 2;
        memcpy(text + first, two_digits + 2 * value, 2);
    } else {
        text[--first] = (char)('0' + value);
    }
    memcpy(out, text + first, (size_t)(10 - first));
    return out + (10 - first);
}
