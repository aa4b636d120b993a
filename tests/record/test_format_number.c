/* test_format_number - the fast formatter writes, byte for byte, what printf's %.17g writes. */
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/format_number.h"
#include "support/suite.h"

#define TRIALS 200000

static uint64_t state;

static uint64_t next_word(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static void setup(void)
{
    state = 88172645463325252u;
}

static void compare(double value)
{
    char ours[64];
    char printed[64];
    *sl_format_double(ours, value) = '\0';
    snprintf(printed, sizeof printed, "%.17g", value);
    ck_assert_str_eq(ours, printed);
    ck_assert_uint_lt(strlen(ours), FORMAT_NUMBER_MAX);
}

START_TEST(test_times_of_every_tick_are_printf)
{
    /* ticks of 1e-11 ms: small, large, and of every magnitude */
    for (int i = 0; i < TRIALS; i++) {
        compare((double)i / 1e11);
        compare((double)(next_word() >> (next_word() % 63 + 1)) / 1e11);
    }
    for (double ms = 0.0; ms < 2000.0; ms += 0.1) {
        compare(ms);
    }
    compare(4.5e7);
    compare(nextafter(4.5e7, 0.0));
}
END_TEST

START_TEST(test_any_bit_pattern_is_printf)
{
    for (int i = 0; i < TRIALS; i++) {
        const uint64_t word = next_word();
        double value = 0.0;
        memcpy(&value, &word, sizeof value);
        compare(value);
    }
}
END_TEST

START_TEST(test_potentials_of_either_sign_are_printf)
{
    for (int i = 0; i < TRIALS; i++) {
        const double mantissa = (double)(next_word() >> 11) / 9007199254740992.0;
        const double value = ldexp(mantissa, (int)(next_word() % 130) - 65);
        compare((next_word() & 1u) != 0 ? -value : value);
    }
}
END_TEST

START_TEST(test_both_sides_of_powers_of_ten_and_two_are_printf)
{
    for (int k = -20; k <= 20; k++) {
        const double power = pow(10.0, k);
        compare(power);
        compare(nextafter(power, 0.0));
        compare(nextafter(power, (double)INFINITY));
        compare(-power);
    }
    for (int e = -80; e <= 80; e++) {
        compare(ldexp(1.0, e));
        compare(nextafter(ldexp(1.0, e), 0.0));
    }
}
END_TEST

START_TEST(test_exact_ties_go_to_the_even_digit)
{
    /* integers times 2^-n with more than 17 digits ending in 5 */
    for (int i = 0; i < TRIALS; i++) {
        const double odd = (double)(next_word() >> 12 | 1u);
        compare(ldexp(odd, -(int)(next_word() % 12)));
    }
}
END_TEST

START_TEST(test_special_values_are_printf)
{
    const double values[] = {0.0,
                             -0.0,
                             (double)INFINITY,
                             -(double)INFINITY,
                             (double)NAN,
                             5e-324,
                             2.2250738585072014e-308,
                             1.7976931348623157e308,
                             1e16,
                             1e17,
                             99999999999999984.0,
                             1e-4,
                             9.9999999999999991e-5,
                             0.1,
                             1.5};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        compare(values[i]);
    }
}
END_TEST

START_TEST(test_a_locale_with_a_comma_changes_nothing)
{
    /* where the locale is not installed the assertions hold all the same */
    setlocale(LC_NUMERIC, "de_DE.UTF-8");
    char text[64];
    *sl_format_double(text, 1.5) = '\0';
    ck_assert_str_eq(text, "1.5");
    *sl_format_double(text, 0x1p-100) = '\0';
    ck_assert_str_eq(text, "7.8886090522101181e-31");
    setlocale(LC_NUMERIC, "C");
}
END_TEST

START_TEST(test_integers_are_printf)
{
    const uint32_t edges[] = {0, 9, 10, 99, 100, 101, 999, 1000, 99999, 100000, UINT32_MAX};
    for (int i = 0; i < TRIALS; i++) {
        const size_t count = sizeof edges / sizeof edges[0];
        const uint32_t value =
            (size_t)i < count ? edges[i] : (uint32_t)(next_word() >> 32) >> (next_word() % 32);
        char ours[FORMAT_NUMBER_MAX];
        char printed[FORMAT_NUMBER_MAX];
        *sl_format_u32(ours, value) = '\0';
        snprintf(printed, sizeof printed, "%" PRIu32, value);
        ck_assert_str_eq(ours, printed);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("format_number");
    TCase *tcase = tcase_create("all");
    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, setup, NULL);
    tcase_add_test(tcase, test_times_of_every_tick_are_printf);
    tcase_add_test(tcase, test_any_bit_pattern_is_printf);
    tcase_add_test(tcase, test_potentials_of_either_sign_are_printf);
    tcase_add_test(tcase, test_both_sides_of_powers_of_ten_and_two_are_printf);
    tcase_add_test(tcase, test_exact_ties_go_to_the_even_digit);
    tcase_add_test(tcase, test_special_values_are_printf);
    tcase_add_test(tcase, test_a_locale_with_a_comma_changes_nothing);
    tcase_add_test(tcase, test_integers_are_printf);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
