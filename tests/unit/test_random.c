/* Random numbers: published known answers, laws of the draws. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "support/suite.h"

/* First known-answer vector of Random123 for philox4x32-10: counter and key 0. */
START_TEST(philox_known_answers)
{
    random_stream zero = {0};
    ck_assert_uint_eq(sl_random_word(&zero), 0xe169c58d6627e8d5u);
    ck_assert_uint_eq(sl_random_word(&zero), 0x9b00dbd8bc57ac4cu);
}
END_TEST

START_TEST(streams_are_functions_of_their_key)
{
    random_stream a = random_stream_at(7, RANDOM_CONNECT, 3, 5);
    random_stream b = random_stream_at(7, RANDOM_CONNECT, 3, 5);
    for (int i = 0; i < 100; i++) {
        ck_assert_uint_eq(sl_random_word(&a), sl_random_word(&b));
    }
    /* starting in the middle gives the same words */
    random_stream late = random_stream_at(7, RANDOM_CONNECT, 3, 5);
    late.count = 40;
    random_stream early = random_stream_at(7, RANDOM_CONNECT, 3, 5);
    for (int i = 0; i < 40; i++) {
        sl_random_word(&early);
    }
    ck_assert_uint_eq(sl_random_word(&late), sl_random_word(&early));
    /* each part of the key matters */
    const random_stream others[] = {
        random_stream_at(8, RANDOM_CONNECT, 3, 5), random_stream_at(7, RANDOM_WEIGHT, 3, 5),
        random_stream_at(7, RANDOM_CONNECT, 4, 5), random_stream_at(7, RANDOM_CONNECT, 3, 6),
        random_stream_at(7 + (1ull << 32), RANDOM_CONNECT, 3, 5)};
    random_stream base = random_stream_at(7, RANDOM_CONNECT, 3, 5);
    const uint64_t first = sl_random_word(&base);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        random_stream other = others[i];
        ck_assert_uint_ne(sl_random_word(&other), first);
    }
}
END_TEST

START_TEST(bounded_draws_are_uniform)
{
    const uint64_t sizes[] = {1, 2, 3, 10, 1000};
    for (size_t s = 0; s < 5; s++) {
        random_stream stream = random_stream_at(11, RANDOM_CONNECT, 0, (uint32_t)s);
        unsigned counts[1000] = {0};
        const unsigned draws = 100000;
        for (unsigned i = 0; i < draws; i++) {
            const uint64_t x = sl_random_below(&stream, sizes[s]);
            ck_assert_uint_lt(x, sizes[s]);
            counts[x]++;
        }
        const double mean = (double)draws / (double)sizes[s];
        double chi = 0;
        for (uint64_t i = 0; i < sizes[s]; i++) {
            chi += (counts[i] - mean) * (counts[i] - mean) / mean;
        }
        const double freedom = (double)sizes[s] - 1;
        ck_assert_double_lt(fabs(chi - freedom), 5 * sqrt(2 * freedom) + 1e-9);
    }
    /* large bounds reject: the top value can be reached and never passed */
    random_stream stream = random_stream_at(12, RANDOM_CONNECT, 0, 0);
    const uint64_t large = (1ull << 63) + 1;
    for (int i = 0; i < 1000; i++) {
        ck_assert_uint_lt(sl_random_below(&stream, large), large);
    }
}
END_TEST

START_TEST(moments_of_the_draws)
{
    random_stream stream = random_stream_at(13, RANDOM_CONNECT, 0, 0);
    const int draws = 400000;
    double uniform[2] = {0};
    double normal[4] = {0};
    double exponential[2] = {0};
    for (int i = 0; i < draws; i++) {
        const double u = sl_random_uniform(&stream);
        ck_assert(u > 0 && u < 1);
        uniform[0] += u;
        uniform[1] += u * u;
        const double z = sl_random_normal(&stream);
        normal[0] += z;
        normal[1] += z * z;
        normal[2] += z * z * z;
        normal[3] += z * z * z * z;
        const double e = sl_random_exponential(&stream);
        ck_assert(e > 0);
        exponential[0] += e;
        exponential[1] += e * e;
    }
    const double tolerance = 5 / sqrt(draws);
    ck_assert_double_lt(fabs(uniform[0] / draws - 0.5), tolerance);
    ck_assert_double_lt(fabs(uniform[1] / draws - 1.0 / 3), tolerance);
    ck_assert_double_lt(fabs(normal[0] / draws), tolerance);
    ck_assert_double_lt(fabs(normal[1] / draws - 1), 2 * tolerance);
    ck_assert_double_lt(fabs(normal[2] / draws), 4 * tolerance);
    ck_assert_double_lt(fabs(normal[3] / draws - 3), 10 * tolerance);
    ck_assert_double_lt(fabs(exponential[0] / draws - 1), tolerance);
    ck_assert_double_lt(fabs(exponential[1] / draws - 2), 5 * tolerance);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {philox_known_answers, streams_are_functions_of_their_key,
                                  bounded_draws_are_uniform, moments_of_the_draws};
    return SUITE_RUN("random", tests);
}
