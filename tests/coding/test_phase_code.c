/* test_phase_code - spikes at the phases of the formula in every cycle, and means of phases. */
#include <math.h>
#include <string.h>

#include "code_fixture.h"
#include "support/suite.h"

START_TEST(each_whole_cycle_has_a_spike_at_the_values_phase)
{
    const saltus_code_spec spec =
        fixture_code("phase period=20 window=70 phase_first=36 phase_last=324");
    const double values[] = {1, 0.5, 0};
    /* phases 36, 180 and 324 degrees: 2, 10 and 18 ms; three whole cycles in 70 ms */
    const double within[] = {2, 10, 18};
    saltus_spikes spikes = fixture_encode(&spec, values, 3, 0, 500);
    ck_assert_uint_eq(spikes.count, 9);
    for (size_t i = 0; i < 9; i++) {
        ck_assert_uint_eq(spikes.sources[i], i % 3);
        ck_assert_double_eq(spikes.times_ms[i], 500 + 20 * (double)(i / 3) + within[i % 3]);
    }
    saltus_spikes_clear(&spikes);
}
END_TEST

START_TEST(what_is_encoded_comes_back_to_the_tick)
{
    const saltus_code_spec spec = fixture_code("phase period=13.7 window=100 low=-2 high=7");
    for (int i = 0; i <= 1000; i++) {
        const double value = -2 + 9 * (double)i / 1000;
        /* a tick of 1e-11 ms in three quarters of a period of 13.7 ms, twice rounded */
        ck_assert_double_eq_tol(fixture_round_trip(&spec, value, 0), value,
                                9 * 2e-11 / (13.7 * 0.75) + 1e-14);
    }
}
END_TEST

START_TEST(jitter_is_averaged_over_cycles_and_does_not_wrap_within_the_guard)
{
    const saltus_code_spec spec = fixture_code("phase period=20 window=40 phase_last=270");
    saltus_spikes spikes = {0};
    const double value = 1; /* phase 0: spikes at 100 and 120 ms */
    spikes = fixture_encode(&spec, &value, 1, 0, 100);
    /* the first comes early, into what is the cycle before; the second late by as much */
    spikes.times_ms[0] -= 1.5;
    spikes.times_ms[1] += 1.5;
    ck_assert_double_eq_tol(fixture_decode(&spec, &spikes, 100, 5), 1, 1e-12);
    /* both late by 3 ms, a fifth of the range of 15 ms */
    spikes.times_ms[0] = 103;
    spikes.times_ms[1] = 123;
    ck_assert_double_eq_tol(fixture_decode(&spec, &spikes, 100, 5), 0.8, 1e-12);
    /* earlier than the first phase is cut off */
    spikes.times_ms[0] = 99;
    spikes.times_ms[1] = 119;
    ck_assert_double_eq(fixture_decode(&spec, &spikes, 100, 5), 1);
    saltus_spikes_clear(&spikes);
}
END_TEST

START_TEST(silence_is_low_with_a_threshold_and_unknown_without)
{
    const saltus_code_spec with = fixture_code("phase threshold=0.2 low=10 high=20");
    const saltus_code_spec without = fixture_code("phase");
    const saltus_spikes none = {0};
    ck_assert_double_eq(fixture_round_trip(&with, 11.9, 0), 10);
    ck_assert_double_eq_tol(fixture_round_trip(&with, 12.1, 0), 12.1, 1e-10);
    ck_assert(isnan(fixture_decode(&without, &none, 0, 0)));
}
END_TEST

START_TEST(phases_and_periods_that_cannot_be_are_refused)
{
    saltus_code_spec spec = fixture_code("phase phase_first=90 phase_last=90");
    CK_REFUSED(saltus_code_check(&spec, &error), "from 90 to 90 degrees; phase_last must be above");
    spec = fixture_code("phase phase_last=360");
    CK_REFUSED(saltus_code_check(&spec, &error), "below 360");
    spec = fixture_code("phase period=30 window=29");
    CK_REFUSED(saltus_code_check(&spec, &error), "period of the code phase is 30 ms");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        each_whole_cycle_has_a_spike_at_the_values_phase,
        what_is_encoded_comes_back_to_the_tick,
        jitter_is_averaged_over_cycles_and_does_not_wrap_within_the_guard,
        silence_is_low_with_a_threshold_and_unknown_without,
        phases_and_periods_that_cannot_be_are_refused,
    };
    return SUITE_RUN("phase_code", tests);
}
