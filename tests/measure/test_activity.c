/* test_activity - distributions of a population equal dense, quadratic versions of themselves. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "suite.h"
#include "support/trial.h"
#include "train_fixture.h"

enum { NEURONS = 12, BINS = 50 };

static const uint32_t sizes[] = {4, 8};

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* ---- Naive measures --------------------------------------------------------------------- */

static double naive_cv(const double *ms, size_t count)
{
    if (count < 3 || ms[count - 1] == ms[0]) {
        return (double)NAN;
    }
    double mean = 0.0, squares = 0.0;
    const double n = (double)(count - 1);
    for (size_t i = 1; i < count; i++) {
        mean += (ms[i] - ms[i - 1]) / n;
    }
    for (size_t i = 1; i < count; i++) {
        squares += pow(ms[i] - ms[i - 1] - mean, 2);
    }
    return sqrt(squares / (n - 1)) / mean;
}

static double variance_of(const double *x, size_t n)
{
    double mean = 0.0, sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        mean += x[i] / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        sum += pow(x[i] - mean, 2);
    }
    return sum / (double)(n - 1);
}

static double pearson(const double *x, const double *y, size_t n)
{
    double mx = 0.0, my = 0.0, xx = 0.0, yy = 0.0, xy = 0.0;
    for (size_t i = 0; i < n; i++) {
        mx += x[i] / (double)n;
        my += y[i] / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        xx += (x[i] - mx) * (x[i] - mx);
        yy += (y[i] - my) * (y[i] - my);
        xy += (x[i] - mx) * (y[i] - my);
    }
    return xy / sqrt(xx * yy);
}

static bool is_constant(const double *x, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (x[i] != x[0]) {
            return false;
        }
    }
    return true;
}

static void must_hold(const saltus_activity *activity, saltus_measure measure, double *expected,
                      size_t count)
{
    size_t found_count = 0;
    const double *found = saltus_activity_values(activity, measure, &found_count);
    ck_assert_uint_eq(found_count, count);
    if (count > 1) {
        qsort(expected, count, sizeof *expected, compare_doubles);
    }
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(near(found[i], expected[i], 1e-12, 1e-13), "%s %zu: %.17g, not %.17g",
                      saltus_measure_name(measure), i, found[i], expected[i]);
    }
}

/* Neurons [first, end) of one run over [from, from + 101], bins of 2: half a bin is left over. */
static void must_equal_naive(const saltus_activity *activity, const saltus_trains *trains,
                             uint32_t first, uint32_t end, uint32_t sample)
{
    static double counts[NEURONS][BINS], all[BINS];
    double rates[NEURONS], cvs[NEURONS], correlations[NEURONS * NEURONS];
    size_t cv_count = 0, correlation_count = 0;
    const double from_ms = saltus_trains_from_ms(trains);
    for (int b = 0; b < BINS; b++) {
        all[b] = 0.0;
    }
    for (uint32_t i = first; i < end; i++) {
        size_t count = 0;
        const double *ms = saltus_trains_times_ms(trains, i < sizes[0] ? 0 : 1,
                                                  i < sizes[0] ? i : i - sizes[0], &count);
        rates[i - first] = (double)count / 0.101;
        const double cv = naive_cv(ms, count);
        if (!isnan(cv)) {
            cvs[cv_count++] = cv;
        }
        for (int b = 0; b < BINS; b++) {
            counts[i - first][b] = 0.0;
            for (size_t k = 0; k < count; k++) {
                const double t = ms[k] - from_ms;
                counts[i - first][b] += t >= 2.0 * b && t < 2.0 * (b + 1);
            }
            all[b] += counts[i - first][b];
        }
    }
    const uint32_t n = end - first, taken = sample < n ? sample : n;
    for (uint32_t i = 0; i < taken; i++) {
        for (uint32_t k = 0; k < i; k++) {
            const double *x = counts[i * n / taken], *y = counts[k * n / taken];
            if (!is_constant(x, BINS) && !is_constant(y, BINS)) {
                correlations[correlation_count++] = pearson(x, y, BINS);
            }
        }
    }
    must_hold(activity, SALTUS_MEASURE_RATE, rates, n);
    must_hold(activity, SALTUS_MEASURE_CV, cvs, cv_count);
    must_hold(activity, SALTUS_MEASURE_CORRELATION, correlations, correlation_count);
    double sum = 0.0;
    for (int b = 0; b < BINS; b++) {
        sum += all[b];
    }
    const double fano = sum == 0.0 ? (double)NAN : variance_of(all, BINS) / (sum / BINS);
    ck_assert(near(saltus_activity_synchrony(activity), fano, 1e-11, 0));
}

START_TEST(test_activity_equals_its_naive_version)
{
    uint64_t state = 31;
    for (int c = 0; c < 500; c++) {
        const double from_ms = c % 2 == 0 ? 0.0 : 30.0;
        spike_list list = {0};
        const uint32_t spikes = trial_random_below(&state, 200);
        for (uint32_t i = 0; i < spikes; i++) {
            const uint32_t n = trial_random_below(&state, NEURONS);
            spikes_add(&list, 0.5 * trial_random_below(&state, 280), n < sizes[0] ? 0 : 1,
                       n < sizes[0] ? n : n - sizes[0]);
        }
        saltus_trains *trains = trains_of(&list, sizes, 2, from_ms, from_ms + 101.0);
        saltus_accuracy_options options = saltus_accuracy_options_default();
        options.bin_ms = 2.0;
        options.correlation_sample = trial_random_below(&state, 14);
        const uint32_t groups[] = {0, 1, SALTUS_ALL_POPULATIONS};
        const uint32_t first[] = {0, sizes[0], 0}, end[] = {sizes[0], NEURONS, NEURONS};
        for (int g = 0; g < 3; g++) {
            saltus_activity *activity = NULL;
            ck_assert_int_eq(saltus_activity_create(trains, groups[g], &options, &activity, NULL),
                             SALTUS_OK);
            must_equal_naive(activity, trains, first[g], end[g], options.correlation_sample);
            saltus_activity_destroy(activity);
        }
        saltus_trains_destroy(trains);
        spikes_clear(&list);
    }
}
END_TEST

START_TEST(test_known_trains_have_known_statistics)
{
    /* five neurons fire together every 10 ms, one after half of that, one never */
    const uint32_t size = 7;
    spike_list list = {0};
    for (int i = 0; i < 100; i++) {
        for (uint32_t n = 0; n < 5; n++) {
            spikes_add(&list, 10.0 * i + 1.0, 0, n);
        }
        spikes_add(&list, 10.0 * i + 6.0, 0, 5);
    }
    saltus_trains *trains = trains_of(&list, &size, 1, 0.0, 1000.0);
    saltus_accuracy_options options = saltus_accuracy_options_default();
    options.bin_ms = 5.0;
    saltus_activity *activity = NULL;
    ck_assert_int_eq(saltus_activity_create(trains, 0, &options, &activity, NULL), SALTUS_OK);
    const saltus_distribution rate = saltus_activity_distribution(activity, SALTUS_MEASURE_RATE);
    ck_assert_uint_eq(rate.count, 7);
    ck_assert_double_eq(rate.minimum, 0.0);
    ck_assert_double_eq(rate.median, 100.0);
    ck_assert_double_eq(rate.maximum, 100.0);
    ck_assert(near(rate.mean, 600.0 / 7, 1e-14, 0));
    ck_assert(near(rate.quantile_5, 30.0, 1e-12, 0)); /* 0.3 of the way from 0 to 100 */
    const saltus_distribution cv = saltus_activity_distribution(activity, SALTUS_MEASURE_CV);
    ck_assert_uint_eq(cv.count, 6);
    ck_assert_double_eq(cv.maximum, 0.0);
    const saltus_distribution r =
        saltus_activity_distribution(activity, SALTUS_MEASURE_CORRELATION);
    ck_assert_uint_eq(r.count, 15);
    ck_assert(near(r.minimum, -1.0, 1e-14, 0)); /* 5 pairs in antiphase */
    ck_assert(near(r.maximum, 1.0, 1e-14, 0));  /* 10 in phase */
    ck_assert(near(r.mean, 1.0 / 3, 1e-14, 0));
    /* counts 5, 1, 5, 1, ...: variance 4 * 200 / 199, mean 3 */
    ck_assert(near(saltus_activity_synchrony(activity), 800.0 / 199 / 3, 1e-13, 0));
    saltus_activity_destroy(activity);

    options.bin_ms = 600.0; /* a single whole bin */
    ck_assert_int_eq(saltus_activity_create(trains, 0, &options, &activity, NULL), SALTUS_OK);
    ck_assert(isnan(saltus_activity_synchrony(activity)));
    size_t count = 1;
    ck_assert_ptr_nonnull(saltus_activity_values(activity, SALTUS_MEASURE_CORRELATION, &count));
    ck_assert_uint_eq(count, 0);
    ck_assert(isnan(saltus_activity_distribution(activity, SALTUS_MEASURE_CORRELATION).mean));
    ck_assert_ptr_null(saltus_activity_values(activity, SALTUS_MEASURE_COUNT, &count));
    ck_assert_uint_eq(saltus_activity_distribution(activity, SALTUS_MEASURE_COUNT).count, 0);
    saltus_activity_destroy(activity);
    options.bin_ms = 1e-11; /* 10^14 bins take no memory */
    ck_assert_int_eq(saltus_activity_create(trains, 0, &options, &activity, NULL), SALTUS_OK);
    saltus_activity_destroy(activity);
    saltus_trains_destroy(trains);
    spikes_clear(&list);
}
END_TEST

/* ---- Distances of samples ---------------------------------------------------------------- */

static double fraction_up_to(const double *values, size_t count, double x)
{
    size_t below = 0;
    for (size_t i = 0; i < count; i++) {
        below += values[i] <= x;
    }
    return (double)below / (double)count;
}

START_TEST(test_distances_of_samples_equal_their_definitions)
{
    enum { MOST = 30 };
    uint64_t state = 41;
    for (int c = 0; c < 5000; c++) {
        double a[MOST], b[MOST], x[2 * MOST];
        const size_t n = 1 + trial_random_below(&state, MOST),
                     m = 1 + trial_random_below(&state, MOST);
        for (size_t i = 0; i < n + m; i++) {
            x[i] = c % 2 == 0 ? (double)trial_random_below(&state, 10)
                              : trial_random_in(&state, -3.0, 3.0);
            *(i < n ? &a[i] : &b[i - n]) = x[i];
        }
        qsort(a, n, sizeof *a, compare_doubles);
        qsort(b, m, sizeof *b, compare_doubles);
        qsort(x, n + m, sizeof *x, compare_doubles);
        double largest = 0.0, area = 0.0;
        for (size_t i = 0; i < n + m; i++) {
            const double d = fabs(fraction_up_to(a, n, x[i]) - fraction_up_to(b, m, x[i]));
            largest = fmax(largest, d);
            area += i + 1 < n + m ? d * (x[i + 1] - x[i]) : 0.0;
        }
        ck_assert(near(saltus_kolmogorov_smirnov(a, n, b, m), largest, 1e-13, 0));
        ck_assert(near(saltus_wasserstein(a, n, b, m), area, 1e-12, 1e-14));
        ck_assert_double_eq(saltus_kolmogorov_smirnov(a, n, b, m),
                            saltus_kolmogorov_smirnov(b, m, a, n));
        ck_assert(near(saltus_wasserstein(a, n, b, m), saltus_wasserstein(b, m, a, n), 1e-13, 0));
        ck_assert_double_eq(saltus_kolmogorov_smirnov(a, n, a, n), 0.0);
        ck_assert_double_eq(saltus_wasserstein(a, n, a, n), 0.0);
        ck_assert(isnan(saltus_kolmogorov_smirnov(a, 0, b, m)));
        ck_assert(isnan(saltus_wasserstein(a, n, b, 0)));
    }
    /* equal sizes: the mean distance of the k-th largest */
    const double a[] = {1, 2, 5, 9}, b[] = {0, 4, 6, 6};
    ck_assert(near(saltus_wasserstein(a, 4, b, 4), (1 + 2 + 1 + 3) / 4.0, 1e-15, 0));
    ck_assert_double_eq(saltus_kolmogorov_smirnov(a, 4, b, 4), 0.25);
}
END_TEST

/* ---- Yardstick ---------------------------------------------------------------------------- */

static saltus_activity *poisson_run(uint64_t seed, double rate_factor)
{
    const uint32_t size = 60;
    uint64_t state = seed;
    spike_list list = {0};
    for (uint32_t n = 0; n < size; n++) {
        const double mean_ms = 1000.0 / (rate_factor * (5.0 + n % 20));
        for (double t = -log(1 - trial_random(&state)) * mean_ms; t < 2000.0;
             t -= log(1 - trial_random(&state)) * mean_ms) {
            spikes_add(&list, t, 0, n);
        }
    }
    saltus_trains *trains = trains_of(&list, &size, 1, 0.0, 2000.0);
    saltus_activity *activity = NULL;
    ck_assert_int_eq(saltus_activity_create(trains, 0, NULL, &activity, NULL), SALTUS_OK);
    saltus_trains_destroy(trains);
    spikes_clear(&list);
    return activity;
}

START_TEST(test_the_yardstick_knows_another_seed_from_another_rate)
{
    enum { RUNS = 30 };
    saltus_activity *runs[RUNS];
    for (int i = 0; i < RUNS; i++) {
        runs[i] = poisson_run(100 + (uint64_t)i, 1.0);
    }
    saltus_activity *seed = poisson_run(7, 1.0), *faster = poisson_run(8, 1.2);
    const saltus_activity *const *borrowed = (const saltus_activity *const *)runs;
    saltus_deviation d[SALTUS_STATISTIC_COUNT], e[SALTUS_STATISTIC_COUNT];
    ck_assert_int_eq(saltus_yardstick_measure(borrowed, RUNS, seed, d, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_yardstick_measure(borrowed, RUNS, faster, e, NULL), SALTUS_OK);
    for (int s = 0; s < SALTUS_STATISTIC_COUNT; s++) {
        ck_assert_ptr_nonnull(saltus_statistic_name((saltus_statistic)s));
        ck_assert_msg(fabs(d[s].deviation) < 4.0, "%s: another seed deviates by %g",
                      saltus_statistic_name((saltus_statistic)s), d[s].deviation);
        ck_assert_double_eq(d[s].seeds_mean, e[s].seeds_mean);
        ck_assert_double_eq(d[s].seeds_sd, e[s].seeds_sd);
    }
    ck_assert_double_gt(e[SALTUS_STATISTIC_RATE_MEAN].deviation, 6.0);
    ck_assert_double_gt(e[SALTUS_STATISTIC_RATE_KS].deviation, 3.0);
    ck_assert_double_gt(e[SALTUS_STATISTIC_RATE_WASSERSTEIN].deviation, 6.0);
    ck_assert_double_lt(fabs(e[SALTUS_STATISTIC_CV_MEAN].deviation), 4.0);
    ck_assert(near(d[SALTUS_STATISTIC_SYNCHRONY].seeds_mean, 1.0, 0.15, 0));
    ck_assert_ptr_null(saltus_statistic_name(SALTUS_STATISTIC_COUNT));
    for (int i = 0; i < RUNS; i++) {
        saltus_activity_destroy(runs[i]);
    }
    saltus_activity_destroy(seed);
    saltus_activity_destroy(faster);
}
END_TEST

START_TEST(test_the_yardstick_equals_its_formulas)
{
    saltus_activity *runs[3], *test = poisson_run(4, 1.1);
    double rate[3], sum = 0.0, pairs[3], from_test = 0.0;
    for (int i = 0; i < 3; i++) {
        runs[i] = poisson_run(1 + (uint64_t)i, 1.0);
        rate[i] = saltus_activity_distribution(runs[i], SALTUS_MEASURE_RATE).mean;
        sum += rate[i];
    }
    size_t n = 0, m = 0;
    const double *other = saltus_activity_values(test, SALTUS_MEASURE_CV, &m);
    for (int i = 0; i < 3; i++) {
        const double *x = saltus_activity_values(runs[i], SALTUS_MEASURE_CV, &n);
        from_test += saltus_wasserstein(x, n, other, m) / 3;
        size_t k = 0;
        const double *y = saltus_activity_values(runs[(i + 1) % 3], SALTUS_MEASURE_CV, &k);
        pairs[i] = saltus_wasserstein(x, n, y, k);
    }
    saltus_deviation d[SALTUS_STATISTIC_COUNT];
    ck_assert_int_eq(
        saltus_yardstick_measure((const saltus_activity *const *)runs, 3, test, d, NULL),
        SALTUS_OK);
    const saltus_deviation mean = d[SALTUS_STATISTIC_RATE_MEAN];
    const double value = saltus_activity_distribution(test, SALTUS_MEASURE_RATE).mean;
    ck_assert(near(mean.seeds_mean, sum / 3, 1e-14, 0));
    ck_assert(near(mean.seeds_sd, sqrt(variance_of(rate, 3)), 1e-10, 0));
    ck_assert_double_eq(mean.value, value);
    ck_assert(near(mean.deviation, (value - sum / 3) / sqrt(variance_of(rate, 3)), 1e-9, 0));
    const saltus_deviation cv = d[SALTUS_STATISTIC_CV_WASSERSTEIN];
    ck_assert(near(cv.seeds_mean, (pairs[0] + pairs[1] + pairs[2]) / 3, 1e-13, 0));
    ck_assert(near(cv.seeds_sd, sqrt(variance_of(pairs, 3)), 1e-10, 0));
    ck_assert(near(cv.value, from_test, 1e-13, 0));

    /* equal runs have no spread, and one more of them does not deviate */
    const saltus_activity *const same[] = {runs[0], runs[0], runs[0]};
    ck_assert_int_eq(saltus_yardstick_measure(same, 3, runs[0], d, NULL), SALTUS_OK);
    for (int s = 0; s < SALTUS_STATISTIC_COUNT; s++) {
        ck_assert_double_eq(d[s].seeds_sd, 0.0);
        ck_assert_double_eq(d[s].deviation, 0.0);
    }
    ck_assert_int_eq(saltus_yardstick_measure(same, 3, test, d, NULL), SALTUS_OK);
    ck_assert(isinf(d[SALTUS_STATISTIC_RATE_MEAN].deviation));
    ck_assert_int_eq(saltus_yardstick_measure(same, 2, NULL, d, NULL), SALTUS_OK);
    ck_assert(isnan(d[0].value) && isnan(d[0].deviation));
    ck_assert(isnan(d[SALTUS_STATISTIC_RATE_KS].seeds_sd)); /* a single pair */
    ck_assert_int_eq(saltus_yardstick_measure(same, 1, NULL, d, NULL), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_yardstick_measure(NULL, 3, NULL, d, NULL), SALTUS_E_ARGUMENT);
    for (int i = 0; i < 3; i++) {
        saltus_activity_destroy(runs[i]);
    }
    saltus_activity_destroy(test);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_activity_equals_its_naive_version,
        test_known_trains_have_known_statistics,
        test_distances_of_samples_equal_their_definitions,
        test_the_yardstick_knows_another_seed_from_another_rate,
        test_the_yardstick_equals_its_formulas,
    };
    return SUITE_RUN("activity", tests);
}
