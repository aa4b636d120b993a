/* test_vary_range - the values of ranges and lists, and what is refused. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "suite.h"
#include "sweep/vary_range.h"

/* The values of a range as "a, b, c"; "!problem" when it is refused. */
static const char *values_of(const char *text)
{
    static char joined[4096];
    vary_range range;
    char problem[256] = "";
    if (!vary_range_read(text, &range, problem, sizeof problem)) {
        snprintf(joined, sizeof joined, "!%s", problem);
        ck_assert_ptr_null(range.values);
        return joined;
    }
    joined[0] = '\0';
    for (size_t i = 0; i < range.count; i++) {
        snprintf(joined + strlen(joined), sizeof joined - strlen(joined), "%s%s", i > 0 ? ", " : "",
                 range.values[i].text);
    }
    vary_range_clear(&range);
    return joined;
}

START_TEST(test_values_are_short_and_the_ends_as_written)
{
    static const char *const cases[][2] = {
        {"1Hz..20kHz:log:8",
         "1 Hz, 4.116 Hz, 16.94 Hz, 69.71 Hz, 286.9 Hz, 1181 Hz, 4860 Hz, 20 kHz"},
        {"0.1mV..0.5mV:lin:5", "0.1 mV, 0.2 mV, 0.3 mV, 0.4 mV, 0.5 mV"},
        {"-0.5 mV .. -0.1 mV:lin:3", "-0.5 mV, -0.3 mV, -0.1 mV"},
        {"0.001..1:log:4", "0.001, 0.01, 0.1, 1"},
        {"1000..100000:log:5", "1000, 3162, 10000, 31623, 100000"},
        {"1..10:lin:4", "1, 4, 7, 10"},
        {"1..4:log:4", "1, 2, 3, 4"},
        {"0..1:lin:5", "0, 0.25, 0.5, 0.75, 1"},
        {"1..2:log:3", "1, 1.414, 2"},
        {"-0.1..0.3:lin:5", "-0.1, 0, 0.1, 0.2, 0.3"},
        {"10kHz..1Hz:log:3", "10 kHz, 0.1 kHz, 1 Hz"},
        {"0.1ms..0.1s:log:4", "0.1 ms, 1 ms, 10 ms, 0.1 s"},
        {"100,200,400", "100, 200, 400"},
        {"1Hz,10Hz, 0.1 kHz", "1 Hz, 10 Hz, 0.1 kHz"},
        {"7", "7"},
        {"1e3..1e5:log:3", "1e3, 10000, 1e5"},
        {"1000000..1000001:lin:3", "1000000, 1000000.5, 1000001"},
        {"1\xc2\xb5s..1ms:log:4", "1 us, 10 us, 100 us, 1 ms"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_str_eq(values_of(cases[i][0]), cases[i][1]);
    }
}
END_TEST

START_TEST(test_numbers_are_in_the_first_unit_and_equal_their_text)
{
    vary_range range;
    char problem[256];
    ck_assert(vary_range_read("1Hz..20kHz:log:8", &range, problem, sizeof problem));
    ck_assert_str_eq(range.unit, "Hz");
    ck_assert(range.log);
    ck_assert_uint_eq(range.count, 8);
    ck_assert_double_eq(range.values[0].number, 1.0);
    ck_assert_double_eq(range.values[7].number, 20000.0);
    for (size_t i = 0; i < 8; i++) {
        const double exact = pow(20000.0, (double)i / 7.0);
        ck_assert_double_le(fabs(range.values[i].number / exact - 1.0), 5e-4);
    }
    vary_range_clear(&range);
    ck_assert(vary_range_read("1ms,2s", &range, problem, sizeof problem));
    ck_assert_double_eq(range.values[1].number, 2000.0);
    ck_assert(!range.log);
    vary_range_clear(&range);
}
END_TEST

START_TEST(test_every_range_is_in_order_and_has_its_count)
{
    for (int count = 2; count <= VARY_VALUES_MAX; count += 37) {
        static const char *const forms[] = {"1..1000000:log:%d", "0.5mV..0.7mV:lin:%d",
                                            "1Hz..1.001Hz:log:%d", "9kHz..-3Hz:lin:%d"};
        for (size_t f = 0; f < 4; f++) {
            char text[64];
            char problem[256];
            snprintf(text, sizeof text, forms[f], count);
            vary_range range;
            ck_assert_msg(vary_range_read(text, &range, problem, sizeof problem), "%s: %s", text,
                          problem);
            ck_assert_uint_eq(range.count, (size_t)count);
            const bool up = range.values[1].number > range.values[0].number;
            for (size_t i = 1; i < range.count; i++) {
                ck_assert((range.values[i].number > range.values[i - 1].number) == up);
                ck_assert(range.values[i].number != range.values[i - 1].number);
                ck_assert_str_ne(range.values[i].text, range.values[i - 1].text);
            }
            vary_range_clear(&range);
        }
    }
}
END_TEST

START_TEST(test_what_is_refused_is_named)
{
    static const char *const cases[][2] = {
        {"", "a value is missing"},
        {"1,,2", "a value is missing"},
        {"1,", "a value is missing"},
        {"..5:lin:3", "a value is missing"},
        {"abc", "found 'abc'"},
        {"1..x:lin:3", "found 'x'"},
        {"1 parsec", "unknown unit 'parsec'"},
        {"1hz..2hz:lin:3", "unknown unit 'hz'"},
        {"1Hz..20:log:8", "begins with a rate, '1Hz', and ends with a number without a unit, '20'"},
        {"1..20kHz:log:8", "begins with a number without a unit"},
        {"1Hz..20mV:log:8", "ends with a voltage, '20mV'"},
        {"1Hz,2,3Hz", "'2' is a number without a unit"},
        {"1Hz,1000mHz", "unknown unit 'mHz'"},
        {"1kHz,1000Hz", "has '1000Hz' twice"},
        {"1,1.0", "twice"},
        {"1Hz..20kHz", "':log:COUNT' or ':lin:COUNT'"},
        {"1Hz..20kHz:8", "found ':8' after the ends"},
        {"1Hz..20kHz:exp:8", "':exp:8'"},
        {"1..2:log:", "found '' as the number of values; it may be 2 to 1000"},
        {"1..2:log:1", "2 to 1000"},
        {"1..2:log:1001", "2 to 1000"},
        {"1..2:log:3x", "2 to 1000"},
        {"1..2:log:-3", "2 to 1000"},
        {"0..2:log:3", "both ends above 0"},
        {"-2..-1:log:3", "both ends above 0"},
        {"1ms..1000us:lin:3", "both ends of the range are 1 ms"},
        {"1e999", "too large"},
        {"1..1.000000000000002:lin:1000", "too narrow for 1000"},
        {"1e-320Hz..1Hz:log:3", "too wide"},
        {"1e300..1e-300:log:3", "too wide"},
        {"-1e308..1e308:lin:4", "too wide"},
        {"1ns..1e308s:lin:3", "too wide"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *found = values_of(cases[i][0]);
        ck_assert_msg(found[0] == '!' && strstr(found, cases[i][1]) != NULL, "'%s' gives \"%s\"",
                      cases[i][0], found);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_values_are_short_and_the_ends_as_written,
        test_numbers_are_in_the_first_unit_and_equal_their_text,
        test_every_range_is_in_order_and_has_its_count,
        test_what_is_refused_is_named,
    };
    return SUITE_RUN("vary_range", tests);
}
