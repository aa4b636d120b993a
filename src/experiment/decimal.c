/* decimal - decimal text to the nearest double and back, whatever the locale.
 *
 * Units are powers of ten, so that "1.5 us" must give the double nearest to 0.0015, not the
 * rounded product of two rounded numbers: the shift is added to the decimal exponent before the
 * only rounding. Short numbers take Clinger's exact path (one operation on two exact doubles:
 * W. D. Clinger 1990, PLDI, "How to read floating point numbers accurately"); up to 19 digits
 * and 19 decimals, as in files of %.17g numbers, are one 128-bit division; the rest goes to strtod
 * as digits and exponent without a decimal point, which no locale changes.
 */
#include "experiment/decimal.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wide.h"

#define EXACT_POWER     22 /* 10^22 is the largest power of ten that is a double */
#define EXACT_INTEGER   (UINT64_C(1) << 53)
#define MANTISSA_DIGITS 19 /* fit 64 bits */
#define EXPONENT_LIMIT  100000
#define SLOW_DIGITS     800 /* more than the 767 that can decide a rounding */
#define MULTIPLIER_ROOM 12  /* digits that a multiplication by an unsigned may add */

typedef struct scanned {
    bool negative;
    bool whole;               /* all digits are in `mantissa` */
    uint64_t mantissa;        /* leading digits */
    int64_t exponent;         /* of ten, to be applied to all digits written as one integer */
    const char *first, *last; /* the digits, with the point */
} scanned;

static const double powers[EXACT_POWER + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                               1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                               1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The digits; NULL when there are none. */
static const char *scan_digits(const char *p, const char *end, scanned *out)
{
    unsigned used = 0;
    bool seen = false;
    bool fraction = false;
    out->first = p;
    out->whole = true;
    for (; p < end && (is_digit(*p) || (*p == '.' && !fraction)); p++) {
        if (*p == '.') {
            fraction = true;
            continue;
        }
        seen = true;
        out->exponent -= fraction;
        if (used < MANTISSA_DIGITS) {
            out->mantissa = out->mantissa * 10 + (uint64_t)(*p - '0');
            used += out->mantissa > 0;
        } else {
            out->whole = false;
        }
    }
    out->last = p;
    return seen ? p : NULL;
}

/* An exponent, if one stands here: "5 e" and "5em" have none. */
static const char *scan_exponent(const char *p, const char *end, scanned *out)
{
    const char *q = p;
    if (q == end || (*q != 'e' && *q != 'E')) {
        return p;
    }
    q++;
    const bool negative = q < end && *q == '-';
    q += q < end && (*q == '-' || *q == '+');
    if (q == end || !is_digit(*q)) {
        return p;
    }
    int64_t exponent = 0;
    for (; q < end && is_digit(*q); q++) {
        exponent = exponent < EXPONENT_LIMIT ? exponent * 10 + (*q - '0') : EXPONENT_LIMIT;
    }
    out->exponent += negative ? -exponent : exponent;
    return q;
}

/* mantissa / 10^places, rounded to nearest, ties to even; mantissa > 0, places in [1, 19]. */
static double exact_quotient(uint64_t mantissa, int places)
{
    uint64_t divisor = 1;
    for (int i = 0; i < places; i++) {
        divisor *= 10;
    }
    /* The quotient of a normalised 128-bit number by 64 bits has at least 64 bits. */
    const int zeros = __builtin_clzll(mantissa);
    const uint128 dividend = (uint128)(mantissa << zeros) << 64;
    const uint128 quotient = dividend / divisor;
    const uint64_t high = (uint64_t)(quotient >> 64);
    const int bits = high > 0 ? 128 - __builtin_clzll(high) : 64;
    const int cut = bits - 54;
    const uint64_t top = (uint64_t)(quotient >> cut);
    const bool rest = quotient * divisor != dividend || (uint128)top << cut != quotient;
    uint64_t integer = top >> 1;
    integer += (top & 1) != 0 && (rest || (integer & 1) != 0);
    return ldexp((double)integer, cut + 1 - 64 - zeros);
}

/* Multiply the decimal digits in [*first, last) in place; there is room before *first. */
static void multiply_digits(char **first, const char *last, unsigned multiplier)
{
    uint64_t carry = 0;
    for (char *p = *first + (last - *first); p > *first;) {
        p--;
        carry += (uint64_t)(*p - '0') * multiplier;
        *p = (char)('0' + carry % 10);
        carry /= 10;
    }
    for (; carry > 0; carry /= 10) {
        *--*first = (char)('0' + carry % 10);
    }
}

/* "e-12"; |exponent| is at most EXPONENT_LIMIT and the length of the text. */
static void write_exponent(char *out, int64_t exponent)
{
    char digits[24];
    size_t count = 0;
    uint64_t left = (uint64_t)(exponent < 0 ? -exponent : exponent);
    do {
        digits[count++] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    *out++ = 'e';
    *out++ = exponent < 0 ? '-' : '+';
    while (count > 0) {
        *out++ = digits[--count];
    }
    *out = '\0';
}

/* Any number of digits: assemble them without a point and let strtod round once. */
static double slow_value(const scanned *number, unsigned multiplier, int shift)
{
    char buffer[MULTIPLIER_ROOM + SLOW_DIGITS + 1 + 24];
    char *first = buffer + MULTIPLIER_ROOM;
    char *last = first;
    int64_t exponent = number->exponent + shift;
    bool dropped = false;
    for (const char *p = number->first; p < number->last; p++) {
        if (*p == '.' || (*p == '0' && last == first)) {
            continue;
        }
        if (last - first < SLOW_DIGITS) {
            *last++ = *p;
        } else {
            dropped = dropped || *p != '0';
            exponent++;
        }
    }
    if (last == first) {
        return 0;
    }
    /* A digit in place of all that were dropped keeps the number off the midpoint it exceeds. */
    if (dropped) {
        *last++ = '1';
        exponent--;
    }
    multiply_digits(&first, last, multiplier);
    write_exponent(last, exponent);
    return strtod(first, NULL);
}

const char *sl_decimal_scan(const char *text, const char *end, unsigned multiplier, int shift,
                            double *value)
{
    scanned number = {0};
    const char *p = text;
    if (p < end && (*p == '-' || *p == '+')) {
        number.negative = *p == '-';
        p++;
    }
    p = scan_digits(p, end, &number);
    if (p == NULL) {
        return NULL;
    }
    p = scan_exponent(p, end, &number);

    /* Exact integers below 2^53 times or over an exact power of ten round once. */
    const int64_t exponent = number.exponent + shift;
    double result = 0;
    if (number.whole && number.mantissa <= EXACT_INTEGER / multiplier && exponent >= -EXACT_POWER &&
        exponent <= EXACT_POWER) {
        const double integer = (double)(number.mantissa * multiplier);
        result = exponent < 0 ? integer / powers[-exponent] : integer * powers[exponent];
    } else if (number.whole && multiplier == 1 && exponent >= -MANTISSA_DIGITS && exponent < 0 &&
               number.mantissa > 0) {
        result = exact_quotient(number.mantissa, (int)-exponent);
    } else {
        result = slow_value(&number, multiplier, shift);
    }
    *value = number.negative ? -result : result;
    return p;
}

decimal_text sl_decimal_text(double value)
{
    decimal_text out;
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(out.text, sizeof out.text, "%.*g", digits, value);
        for (char *p = out.text; *p != '\0'; p++) {
            *p = *p == ',' ? '.' : *p;
        }
        double back = 0;
        const char *end = out.text + strlen(out.text);
        if (!isfinite(value) ||
            (sl_decimal_scan(out.text, end, 1, 0, &back) != NULL && back == value)) {
            break;
        }
    }
    return out;
}
