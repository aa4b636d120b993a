/* test_population_code - tuning curves, both read-outs, and the decoders: the centre against its
 * expectation in closed form, the maximum against brute force, its spread against the Cramer-Rao
 * bound. Seeds are fixed, bounds about five deviations. */
#include <math.h>
#include <quadmath.h>
#include <stdlib.h>
#include <string.h>

#include "code_fixture.h"
#include "support/suite.h"
#include "support/trial.h"

enum { UNITS = 8 };

/* Tuning curve of width 1 of `unit` among `units`. */
static double g_of(double x, int unit, int units)
{
    const double z = x * (units - 1) - unit;
    return (double)expq(-(__float128)z * z / 2);
}

START_TEST(units_fire_at_the_rates_of_their_tuning_curves)
{
    const saltus_code_spec spec =
        fixture_code("population train=regular rate_max=100 window=10000");
    ck_assert_uint_eq(saltus_code_units(&spec), UNITS);
    const double values[] = {0, 0.3, 1};
    uint32_t counts[3 * UNITS] = {0};
    saltus_spikes spikes = fixture_encode(&spec, values, 3, 0, 0);
    for (size_t i = 0; i < spikes.count; i++) {
        ck_assert_uint_lt(spikes.sources[i], 3 * UNITS);
        counts[spikes.sources[i]]++;
    }
    for (int i = 0; i < 3 * UNITS; i++) {
        const double law = 1000 * g_of(values[i / UNITS], i % UNITS, UNITS);
        ck_assert_double_le(fabs(counts[i] - law), 0.5 + 1e-9);
    }
    saltus_spikes_clear(&spikes);
}
END_TEST

START_TEST(the_centre_is_that_of_the_tuning_curves_and_pulls_inwards_at_the_ends)
{
    const saltus_code_spec spec =
        fixture_code("population train=regular rate_max=1e4 window=10000 decoder=centre");
    for (int i = 0; i <= 20; i++) {
        const double x = i / 20.0;
        double sum = 0;
        double moment = 0;
        for (int unit = 0; unit < UNITS; unit++) {
            sum += g_of(x, unit, UNITS);
            moment += g_of(x, unit, UNITS) * unit / (UNITS - 1);
        }
        const double back = fixture_round_trip(&spec, x, 0);
        ck_assert_double_eq_tol(back, moment / sum, 1e-4);
        ck_assert(i != 0 || back > 0.07);
        ck_assert(i != 20 || back < 0.93);
    }
}
END_TEST

/* Logarithm of the likelihood of counts, in quadruple precision. */
static __float128 likelihood(const uint32_t *counts, double most, double x)
{
    __float128 sum = 0;
    for (int unit = 0; unit < UNITS; unit++) {
        const __float128 z = (__float128)x * (UNITS - 1) - unit;
        sum -= counts[unit] * z * z / 2 + most * expq(-z * z / 2);
    }
    return sum;
}

START_TEST(the_estimate_is_where_counts_are_most_likely)
{
    const saltus_code_spec spec = fixture_code("population rate_max=40 window=100");
    uint64_t state = 3;
    for (uint32_t item = 0; item < 40; item++) {
        const double x = trial_random(&state);
        uint32_t counts[UNITS] = {0};
        saltus_spikes spikes = fixture_encode(&spec, &x, 1, item, 0);
        for (size_t i = 0; i < spikes.count; i++) {
            counts[spikes.sources[i]]++;
        }
        const double back = fixture_decode(&spec, &spikes, 0, 0);
        saltus_spikes_clear(&spikes);
        if (isnan(back)) {
            continue; /* no spike at all */
        }
        __float128 most = likelihood(counts, 4, 0);
        for (int i = 1; i <= 1000; i++) {
            most = fmaxq(most, likelihood(counts, 4, i / 1000.0));
        }
        ck_assert_double_le((double)(most - likelihood(counts, 4, back)), 1e-9);
    }
}
END_TEST

START_TEST(the_estimate_has_no_bias_and_the_spread_of_the_cramer_rao_bound)
{
    const saltus_code_spec spec = fixture_code("population rate_max=500 window=200");
    static const double xs[] = {0.31, 0.5, 0.68};
    for (int k = 0; k < 3; k++) {
        double information = 0; /* sum of T f'^2 / f */
        for (int unit = 0; unit < UNITS; unit++) {
            const double z = xs[k] * (UNITS - 1) - unit;
            information += 100 * g_of(xs[k], unit, UNITS) * z * z * (UNITS - 1) * (UNITS - 1);
        }
        const int items = 2000;
        double sum = 0;
        double squares = 0;
        for (int item = 0; item < items; item++) {
            const double error = fixture_round_trip(&spec, xs[k], (uint32_t)item) - xs[k];
            sum += error;
            squares += error * error;
        }
        ck_assert_double_le(fabs(sum / items), 5 / sqrt(information * items));
        const double ratio = squares / items * information;
        ck_assert_double_ge(ratio, 1 - 5 * sqrt(2.0 / items));
        ck_assert_double_le(ratio, 1 + 5 * sqrt(2.0 / items) + 0.02);
    }
}
END_TEST

START_TEST(times_of_units_are_those_of_the_formula_and_come_back)
{
    static const char *const codes[] = {
        "population readout=latency window=50 threshold=0.2 low=-1 high=1",
        "population readout=latency window=50 threshold=0.001 low=-1 high=1 decoder=centre"};
    for (int c = 0; c < 2; c++) {
        const saltus_code_spec spec = fixture_code(codes[c]);
        for (int i = 0; i <= 200; i++) {
            const double value = -1 + 2 * i / 200.0;
            const double x = i / 200.0;
            saltus_spikes spikes = fixture_encode(&spec, &value, 1, 0, 100);
            size_t expected = 0;
            for (int unit = 0; unit < UNITS; unit++) {
                expected += g_of(x, unit, UNITS) >= saltus_code_value(&spec, "threshold");
            }
            ck_assert_uint_eq(spikes.count, expected);
            for (size_t k = 0; k < spikes.count; k++) {
                const double g = g_of(x, (int)spikes.sources[k], UNITS);
                ck_assert_double_eq_tol(spikes.times_ms[k], 100 + 50 * (1 - g), 2e-11);
            }
            const double back = fixture_decode(&spec, &spikes, 100, 0);
            /* the centre is right where the ends are far */
            if (c == 0) {
                ck_assert_double_eq_tol(back, value, 1e-6);
            } else if (x > 0.5 - 1e-9 && x < 0.5 + 1e-9) {
                ck_assert_double_eq_tol(back, value, 1e-9);
            }
            saltus_spikes_clear(&spikes);
        }
    }
}
END_TEST

START_TEST(more_units_err_less_and_none_says_nothing)
{
    double errors[2] = {0};
    static const char *const codes[] = {"population units=4 rate_max=50",
                                        "population units=32 rate_max=50"};
    for (int c = 0; c < 2; c++) {
        const saltus_code_spec spec = fixture_code(codes[c]);
        for (uint32_t item = 0; item < 400; item++) {
            const double back = fixture_round_trip(&spec, 0.4, item);
            errors[c] += isnan(back) ? 0 : (back - 0.4) * (back - 0.4);
        }
        const saltus_spikes none = {0};
        ck_assert(isnan(fixture_decode(&spec, &none, 0, 0)));
    }
    ck_assert_double_lt(errors[1], errors[0] / 2);
}
END_TEST

START_TEST(broken_numbers_of_units_are_refused)
{
    const saltus_code_spec spec = fixture_code("population units=2.5");
    CK_REFUSED(saltus_code_check(&spec, &error),
               "units of the code population is 2.5; a whole number from 2 to 1000 is allowed");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        units_fire_at_the_rates_of_their_tuning_curves,
        the_centre_is_that_of_the_tuning_curves_and_pulls_inwards_at_the_ends,
        the_estimate_is_where_counts_are_most_likely,
        the_estimate_has_no_bias_and_the_spread_of_the_cramer_rao_bound,
        times_of_units_are_those_of_the_formula_and_come_back,
        more_units_err_less_and_none_says_nothing,
        broken_numbers_of_units_are_refused,
    };
    return SUITE_RUN("population_code", tests);
}
