/* test_quantity - numbers with units are the nearest double of their decimal. */
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiment/decimal.h"
#include "experiment/quantity.h"
#include "experiment/suggest.h"
#include "experiment/text_excerpt.h"
#include "support/suite.h"

typedef struct good_case {
    const char *text;
    quantity_kind kind;
    double value;
} good_case;

static const good_case good_cases[] = {
    {"0.1 ms", QUANTITY_TIME, 0.1},
    {"1500 us", QUANTITY_TIME, 1.5},
    {"1.5e3 us", QUANTITY_TIME, 1.5},
    {"100us", QUANTITY_TIME, 0.1},
    {"0.3 us", QUANTITY_TIME, 0.0003},
    {"7 ns", QUANTITY_TIME, 7e-6},
    {"0.0001 s", QUANTITY_TIME, 0.1},
    {"1.1 s", QUANTITY_TIME, 1100},
    {"2 min", QUANTITY_TIME, 120000},
    {"0.001 min", QUANTITY_TIME, 60},
    {"0.0000011 min", QUANTITY_TIME, 0.066},
    {"3 \xc2\xb5s", QUANTITY_TIME, 0.003},
    {"+5 ms", QUANTITY_TIME, 5},
    {"-70 mV", QUANTITY_VOLTAGE, -70},
    {"-.07 V", QUANTITY_VOLTAGE, -70},
    {"87.8 uV", QUANTITY_VOLTAGE, 0.0878},
    {"0.25 nF", QUANTITY_CAPACITANCE, 250},
    {"0.3 mm", QUANTITY_DISTANCE, 300},
    {"70 nm", QUANTITY_DISTANCE, 0.07},
    {"3 \xc2\xb5m", QUANTITY_DISTANCE, 3},
    {"45 nm", QUANTITY_LENGTH, 45},
    {"0.61 m/s", QUANTITY_SPEED, 0.61},
    {"610 um/ms", QUANTITY_SPEED, 0.61},
    {"250. pF", QUANTITY_CAPACITANCE, 250},
    {"1e-9 A", QUANTITY_CURRENT, 1000},
    {"2.3 uA", QUANTITY_CURRENT, 2300000},
    {"20 kHz", QUANTITY_RATE, 20000},
    {"0.0000001 MHz", QUANTITY_RATE, 0.1},
    {"0.25", QUANTITY_NUMBER, 0.25},
    {"0 ms", QUANTITY_TIME, 0},
    {"1e-400 ms", QUANTITY_TIME, 0},
};

START_TEST(test_quantity_gives_the_nearest_double)
{
    const good_case *c = &good_cases[_i];
    char problem[320] = "";
    double value = -1;
    ck_assert_msg(sl_quantity_parse(c->text, c->kind, &value, problem, sizeof problem),
                  "'%s' refused: %s", c->text, problem);
    ck_assert_msg(value == c->value, "'%s' gave %.17g, not %.17g", c->text, value, c->value);
}
END_TEST

typedef struct bad_case {
    const char *text;
    quantity_kind kind;
    const char *contains;
} bad_case;

static const bad_case bad_cases[] = {
    {"5", QUANTITY_TIME, "without a unit; a time needs one of s, ms, us, ns, min"},
    {"0", QUANTITY_VOLTAGE, "for example '0 mV'"},
    {"5 mV", QUANTITY_TIME, "found '5 mV', a voltage; a time is needed"},
    {"5 mss", QUANTITY_TIME, "did you mean 'ms'?"},
    {"5 mv", QUANTITY_VOLTAGE, "did you mean 'mV'?"},
    {"5 khz", QUANTITY_RATE, "did you mean 'kHz'?"},
    {"5 ms ms", QUANTITY_TIME, "unknown unit 'ms ms'"},
    {"five ms", QUANTITY_TIME, "a time is needed, for example '1.5 ms'"},
    {"", QUANTITY_TIME, "a time is needed"},
    {"nan ms", QUANTITY_TIME, "a time is needed"},
    {".inf ms", QUANTITY_TIME, "a time is needed"},
    {"- 5 ms", QUANTITY_TIME, "a time is needed"},
    {"1e999 ms", QUANTITY_TIME, "too large"},
    {"0.5 ms", QUANTITY_NUMBER, "a number without unit is needed"},
    {"1,5 ms", QUANTITY_TIME, "unknown unit ',5 ms'"},
};

START_TEST(test_quantity_refuses_with_advice)
{
    const bad_case *c = &bad_cases[_i];
    char problem[320] = "";
    double value = -1;
    ck_assert(!sl_quantity_parse(c->text, c->kind, &value, problem, sizeof problem));
    ck_assert_msg(strstr(problem, c->contains) != NULL, "'%s': %s", c->text, problem);
    ck_assert(value == -1);
}
END_TEST

/* 64 random bits from a counter (splitmix64). */
static uint64_t word(uint64_t i)
{
    uint64_t z = i * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

START_TEST(test_decimal_reads_what_strtod_reads)
{
    for (uint64_t i = 1; i < 200000; i++) {
        const uint64_t bits = word(i);
        double number = 0;
        memcpy(&number, &bits, sizeof number);
        char text[64];
        // Any double in full, numbers of ordinary size in full, and short decimals.
        if (i % 3 == 0) {
            snprintf(text, sizeof text, "%.*g", 15 + (int)(bits % 5),
                     (double)(bits >> 11) * 0x1p-40 / (double)(1 + bits % 1000));
        } else if (i % 3 == 1) {
            snprintf(text, sizeof text, "%.*e", (int)(bits % 20), isfinite(number) ? number : 1);
        } else {
            snprintf(text, sizeof text, "%llu.%06llue%d", (unsigned long long)(bits >> 40),
                     (unsigned long long)(bits % 1000000), (int)(bits % 61) - 30);
        }
        double value = 0;
        const char *end = text + strlen(text);
        ck_assert(sl_decimal_scan(text, end, 1, 0, &value) == end);
        ck_assert_msg(value == strtod(text, NULL), "%s", text);
    }
}
END_TEST

START_TEST(test_decimal_rounds_once_for_many_digits)
{
    // Halfway between two doubles, decided by a digit far behind.
    static const char half[] = "9007199254740993.";
    char text[1200];
    memcpy(text, half, sizeof half);
    memset(text + sizeof half - 1, '0', 1000);
    text[sizeof half - 1 + 1000] = '\0';
    double value = 0;
    sl_decimal_scan(text, text + strlen(text), 1, 0, &value);
    ck_assert(value == 9007199254740992.0);
    text[sizeof half - 1 + 999] = '1';
    sl_decimal_scan(text, text + strlen(text), 1, 0, &value);
    ck_assert(value == 9007199254740994.0);
}
END_TEST

START_TEST(test_decimal_text_reads_back)
{
    const double values[] = {0.1, 1.0 / 3, 1e300, -2.5, 0, 4.5e7, 5e-324, 123456789012345678.0};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        ck_assert(strtod(sl_decimal_text(values[i]).text, NULL) == values[i]);
    }
    ck_assert_str_eq(sl_decimal_text(0.1).text, "0.1");
    ck_assert_str_eq(sl_decimal_text((double)NAN).text, "nan");
}
END_TEST

START_TEST(test_decimal_does_not_depend_on_the_locale)
{
    // Without such a locale on the machine nothing is shown, and nothing fails.
    if (setlocale(LC_NUMERIC, "de_DE.UTF-8") == NULL && setlocale(LC_NUMERIC, "de_DE") == NULL) {
        return;
    }
    char problem[320] = "";
    double value = 0;
    ck_assert(sl_quantity_parse("0.12345678901234567890 ms", QUANTITY_TIME, &value, problem,
                                sizeof problem));
    ck_assert(value == 0.12345678901234567890);
    ck_assert_str_eq(sl_decimal_text(0.5).text, "0.5");
    setlocale(LC_NUMERIC, "C");
}
END_TEST

START_TEST(test_suggest_finds_the_nearest_word)
{
    static const char *const words[] = {"tau_m", "v_th", "v_reset", "t_ref", "weight_mV"};
    ck_assert_str_eq(sl_suggest("tau_n", words, 5), "tau_m");
    ck_assert_str_eq(sl_suggest("v_rseet", words, 5), "v_reset");
    ck_assert_str_eq(sl_suggest("V_TH", words, 5), "v_th");
    ck_assert_str_eq(sl_suggest("weight", words, 5), "weight_mV");
    ck_assert_ptr_null(sl_suggest("zzz", words, 5));
    ck_assert_ptr_null(sl_suggest("", words, 5));
}
END_TEST

START_TEST(test_suggest_list_is_cut_to_fit)
{
    static const char *const words[] = {"alpha", "beta", "gamma"};
    char text[16];
    sl_suggest_list(words, 3, text, sizeof text);
    ck_assert_str_eq(text, "alpha, ...");
}
END_TEST

START_TEST(test_text_excerpt_is_clean_and_short)
{
    ck_assert_str_eq(sl_text_excerpt("a\tb\x7f \xc2\xb5s \xff\xc2").text, "a?b? \xc2\xb5s ??");
    const char *twenty =
        "\xc2\xb5\xc2\xb5\xc2\xb5\xc2\xb5\xc2\xb5\xc2\xb5\xc2\xb5\xc2\xb5\xc2\xb5\xc2\xb5";
    char text[128];
    snprintf(text, sizeof text, "a%s%s%s", twenty, twenty, twenty);
    const text_excerpt excerpt = sl_text_excerpt(text);
    // Cut before a character that does not fit whole: 1 + 21 * 2 bytes.
    ck_assert_uint_eq(strlen(excerpt.text), 43 + 3);
    ck_assert(memcmp(excerpt.text, text, 43) == 0);
    ck_assert_str_eq(excerpt.text + 43, "...");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("quantity");
    TCase *cases = tcase_create("quantity");
    tcase_add_loop_test(cases, test_quantity_gives_the_nearest_double, 0,
                        (int)(sizeof good_cases / sizeof good_cases[0]));
    tcase_add_loop_test(cases, test_quantity_refuses_with_advice, 0,
                        (int)(sizeof bad_cases / sizeof bad_cases[0]));
    tcase_add_test(cases, test_decimal_reads_what_strtod_reads);
    tcase_add_test(cases, test_decimal_rounds_once_for_many_digits);
    tcase_add_test(cases, test_decimal_text_reads_back);
    tcase_add_test(cases, test_decimal_does_not_depend_on_the_locale);
    tcase_add_test(cases, test_suggest_finds_the_nearest_word);
    tcase_add_test(cases, test_suggest_list_is_cut_to_fit);
    tcase_add_test(cases, test_text_excerpt_is_clean_and_short);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
