/* test_word_reader - batches of random words equal the scalar stream. */
#include "network/word_reader.h"

#include <check.h>

#include "support/suite.h"

#define WORDS 2000u

START_TEST(words_equal_the_scalar_stream_whatever_is_expected)
{
    const uint64_t expected[] = {0, 1, 2, 3, 5, 17, 255, 256, 257, 1000, UINT64_MAX};
    for (size_t e = 0; e < sizeof expected / sizeof expected[0]; e++) {
        random_stream stream =
            random_stream_at(UINT64_C(0x123456789abcdef0) + e, RANDOM_CONNECT, 77, 4000000000u);
        word_reader reader;
        sl_word_reader_start(&reader, &stream, expected[e]);
        for (uint32_t i = 0; i < WORDS; i++) {
            ck_assert_uint_eq(word_reader_next(&reader), sl_random_word(&stream));
        }
    }
}
END_TEST

START_TEST(bounded_draws_equal_the_scalar_ones)
{
    const uint32_t bounds[] = {1, 2, 3, 1000, 12500, 0x80000001u, UINT32_MAX};
    for (size_t b = 0; b < sizeof bounds / sizeof bounds[0]; b++) {
        random_stream stream = random_stream_at(9, RANDOM_CONNECT, 1, 2);
        word_reader reader;
        sl_word_reader_start(&reader, &stream, WORDS);
        for (uint32_t i = 0; i < WORDS; i++) {
            ck_assert_uint_eq(word_reader_below(&reader, bounds[b]),
                              sl_random_below(&stream, bounds[b]));
        }
    }
}
END_TEST

START_TEST(uniform_draws_equal_the_scalar_ones)
{
    random_stream stream = random_stream_at(9, RANDOM_CONNECT, 1, 2);
    word_reader reader;
    sl_word_reader_start(&reader, &stream, WORDS);
    for (uint32_t i = 0; i < WORDS; i++) {
        ck_assert(word_reader_uniform(&reader) == sl_random_uniform(&stream));
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {words_equal_the_scalar_stream_whatever_is_expected,
                                  bounded_draws_equal_the_scalar_ones,
                                  uniform_draws_equal_the_scalar_ones};
    return SUITE_RUN("word_reader", tests);
}
