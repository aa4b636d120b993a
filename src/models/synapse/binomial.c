/* binomial - by inversion: the smallest k whose cumulative probability exceeds a uniform number.
 *
 * Probabilities follow from (1 - p)^n by P(k + 1) = P(k) (n - k) / (k + 1) p / (1 - p). With p
 * mirrored to at most 1/2 and at most 64 trials at a time (1 - p)^n is at least 2^-64, so nothing
 * underflows and the law is that of real numbers but for the 2^-53 between two uniform numbers and
 * a relative error of some 1e-14. More trials are the sum of parts of 64, each with a word of its
 * own. tests/plasticity/test_synapse_models.c */
#include "models/synapse/binomial.h"

#include "base/random.h"

#define MOST_AT_ONCE 64u

static double power(double base, uint32_t exponent)
{
    double result = 1;
    for (; exponent > 0; exponent >>= 1) {
        if (exponent & 1) {
            result *= base;
        }
        base *= base;
    }
    return result;
}

/* n <= MOST_AT_ONCE, 0 < p <= 1/2. */
static uint32_t invert(uint64_t word, uint32_t n, double p)
{
    const double odds = p / (1 - p);
    double left = ((double)(word >> 11) + 0.5) * 0x1p-53;
    double probability = power(1 - p, n);
    uint32_t k = 0;
    while (k < n && left >= probability) {
        left -= probability;
        probability *= odds * (double)(n - k) / (double)(k + 1);
        k++;
    }
    return k;
}

/* 0 < p <= 1/2 */
static uint32_t draw(uint64_t word, uint32_t n, double p, uint64_t *draws)
{
    if (n <= MOST_AT_ONCE) {
        return invert(word, n, p);
    }
    random_stream stream = random_stream_at(word, RANDOM_RELEASE, 0, 0);
    uint32_t sum = 0;
    for (; n > 0; n -= n < MOST_AT_ONCE ? n : MOST_AT_ONCE) {
        const uint32_t part = n < MOST_AT_ONCE ? n : MOST_AT_ONCE;
        sum += invert(sl_random_word(&stream), part, p);
    }
    *draws += stream.count;
    return sum;
}

uint32_t sl_binomial(uint64_t word, uint32_t n, double p, uint64_t *draws)
{
    if (n == 0 || !(p > 0)) {
        return 0;
    }
    if (!(p < 1)) {
        return n;
    }
    return p <= 0.5 ? draw(word, n, p, draws) : n - draw(word, n, 1 - p, draws);
}
