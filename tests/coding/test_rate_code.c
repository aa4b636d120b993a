/* test_rate_code - regular trains are counted to half a spike; Poisson ones have the law's counts
 * and intervals; the estimate has no bias. Seeds are fixed, bounds about five deviations. */
#include <math.h>
#include <string.h>

#include "code_fixture.h"
#include "support/suite.h"

START_TEST(regular_spikes_lie_in_the_middle_of_equal_intervals)
{
    const saltus_code_spec spec = fixture_code("rate train=regular rate_max=80 window=100");
    const double value = 0.5; /* 40 Hz: 12.5, 37.5, 62.5, 87.5 ms */
    saltus_spikes spikes = fixture_encode(&spec, &value, 1, 0, 1000);
    ck_assert_uint_eq(spikes.count, 4);
    for (size_t k = 0; k < spikes.count; k++) {
        ck_assert_double_eq(spikes.times_ms[k], 1012.5 + 25 * (double)k);
    }
    saltus_spikes_clear(&spikes);
}
END_TEST

START_TEST(a_regular_count_is_the_product_rounded_and_its_estimate_without_bias)
{
    const saltus_code_spec spec = fixture_code("rate train=regular rate_max=90 rate_min=10 "
                                               "window=137 low=-3 high=5");
    const double most = 0.5 / (0.137 * 80) * 8; /* half a spike, as a value */
    double sum = 0;
    const int count = 4001;
    for (int i = 0; i < count; i++) {
        const double value = -3 + 8 * (double)i / (count - 1);
        saltus_spikes spikes = fixture_encode(&spec, &value, 1, 0, 0);
        const double expected = 0.137 * (10 + 80 * (value + 3) / 8);
        ck_assert_double_le(fabs((double)spikes.count - expected), 0.5 + 1e-9);
        const double error = fixture_decode(&spec, &spikes, 0, 0) - value;
        ck_assert_double_le(fabs(error), most + 1e-9);
        sum += error;
        saltus_spikes_clear(&spikes);
    }
    /* rounding of values spread over eleven counts: the ends leave a little */
    ck_assert_double_le(fabs(sum / count), most / 20);
}
END_TEST

START_TEST(poisson_counts_have_the_mean_and_variance_of_their_law)
{
    const saltus_code_spec spec = fixture_code("rate rate_max=200 window=50");
    const double values[] = {0.05, 0.3, 1};
    for (int v = 0; v < 3; v++) {
        const double law = values[v] * 200 * 0.05;
        const int items = 20000;
        double sum = 0;
        double squares = 0;
        double estimates = 0;
        for (int item = 0; item < items; item++) {
            saltus_spikes spikes = fixture_encode(&spec, &values[v], 1, (uint32_t)item, 0);
            sum += (double)spikes.count;
            squares += (double)spikes.count * (double)spikes.count;
            estimates += fixture_decode(&spec, &spikes, 0, 0);
            saltus_spikes_clear(&spikes);
        }
        const double mean = sum / items;
        const double variance = squares / items - mean * mean;
        ck_assert_double_eq_tol(mean, law, 5 * sqrt(law / items));
        /* variance of the estimated variance: (law + 2 law^2) / items */
        ck_assert_double_eq_tol(variance, law, 5 * sqrt((law + 2 * law * law) / items));
        /* also at the ends of the range, where cutting off would pull it inwards */
        ck_assert_double_eq_tol(estimates / items, values[v], 5 * sqrt(law / items) / 10);
    }
}
END_TEST

START_TEST(poisson_intervals_are_exponential)
{
    const saltus_code_spec spec = fixture_code("rate rate_max=1000 window=100000");
    const double value = 0.4; /* 400 Hz, mean 2.5 ms, about 40,000 intervals */
    saltus_spikes spikes = fixture_encode(&spec, &value, 1, 0, 0);
    double largest = 0;
    double *intervals = malloc(spikes.count * sizeof *intervals);
    ck_assert_ptr_nonnull(intervals);
    for (size_t i = 0; i < spikes.count; i++) {
        intervals[i] = spikes.times_ms[i] - (i > 0 ? spikes.times_ms[i - 1] : 0);
    }
    /* distance of the distributions at thirty places (Kolmogorov's bound for one in a million) */
    for (int k = 1; k <= 30; k++) {
        const double at = 0.25 * k;
        size_t below = 0;
        for (size_t i = 0; i < spikes.count; i++) {
            below += intervals[i] < at;
        }
        const double share = (double)below / (double)spikes.count;
        largest = fmax(largest, fabs(share - (1 - exp(-at / 2.5))));
    }
    ck_assert_double_le(largest, 2.7 / sqrt((double)spikes.count));
    free(intervals);
    saltus_spikes_clear(&spikes);
}
END_TEST

START_TEST(a_value_of_no_rate_is_silent_and_a_tiny_rate_ends)
{
    const double values[] = {0, 1e-300};
    for (int train = 0; train < 2; train++) {
        const saltus_code_spec spec =
            fixture_code(train == 0 ? "rate train=poisson" : "rate train=regular");
        saltus_spikes spikes = fixture_encode(&spec, values, 2, 0, 0);
        ck_assert_uint_eq(spikes.count, 0);
        ck_assert_double_eq(fixture_decode(&spec, &spikes, 0, 0), 0);
        saltus_spikes_clear(&spikes);
    }
}
END_TEST

START_TEST(rates_that_cannot_be_are_refused)
{
    const saltus_code_spec spec = fixture_code("rate rate_max=10 rate_min=10");
    CK_REFUSED(saltus_code_check(&spec, &error),
               "rate_max of the code rate is 10 Hz, rate_min 10 Hz; rate_max must be above");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        regular_spikes_lie_in_the_middle_of_equal_intervals,
        a_regular_count_is_the_product_rounded_and_its_estimate_without_bias,
        poisson_counts_have_the_mean_and_variance_of_their_law,
        poisson_intervals_are_exponential,
        a_value_of_no_rate_is_silent_and_a_tiny_rate_ends,
        rates_that_cannot_be_are_refused,
    };
    return SUITE_RUN("rate_code", tests);
}
