/* yardstick - distances of distributions, and how large they are between runs of different seeds.
 *
 * A single number such as a rate is judged by its standard deviation over seeds. A distance
 * between distributions is never 0, not even between two runs that differ by nothing but the seed;
 * it is judged by the distances of all pairs of such runs.
 */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/status.h"
#include "saltus/accuracy.h"

/* ---- Distances of two samples --------------------------------------------------------- */

double saltus_kolmogorov_smirnov(const double *a, size_t a_count, const double *b, size_t b_count)
{
    if (a_count == 0 || b_count == 0) {
        return (double)NAN;
    }
    double largest = 0.0;
    /* once one sample is used up, the difference can only shrink */
    for (size_t i = 0, k = 0; i < a_count && k < b_count;) {
        const double x = fmin(a[i], b[k]);
        while (i < a_count && a[i] <= x) {
            i++;
        }
        while (k < b_count && b[k] <= x) {
            k++;
        }
        const double f = (double)i / (double)a_count, g = (double)k / (double)b_count;
        largest = fmax(largest, fabs(f - g));
    }
    return largest;
}

double saltus_wasserstein(const double *a, size_t a_count, const double *b, size_t b_count)
{
    if (a_count == 0 || b_count == 0) {
        return (double)NAN;
    }
    double area = 0.0, last = fmin(a[0], b[0]);
    for (size_t i = 0, k = 0; i < a_count || k < b_count;) {
        const bool takes_a = k == b_count || (i < a_count && a[i] <= b[k]);
        const double x = takes_a ? a[i] : b[k];
        const double f = (double)i / (double)a_count, g = (double)k / (double)b_count;
        area += fabs(f - g) * (x - last);
        last = x;
        i += takes_a;
        k += !takes_a;
    }
    return area;
}

/* ---- Statistics -------------------------------------------------------------------------- */

/* What a statistic is: a field of one run's distribution, or a distance between two. */
typedef enum kind { KIND_MEAN, KIND_SD, KIND_SYNCHRONY, KIND_KS, KIND_WASSERSTEIN } kind;

static const struct {
    const char *name;
    kind is;
    saltus_measure of;
} statistics[SALTUS_STATISTIC_COUNT] = {
    [SALTUS_STATISTIC_RATE_MEAN] = {"rate_mean", KIND_MEAN, SALTUS_MEASURE_RATE},
    [SALTUS_STATISTIC_RATE_SD] = {"rate_sd", KIND_SD, SALTUS_MEASURE_RATE},
    [SALTUS_STATISTIC_CV_MEAN] = {"cv_mean", KIND_MEAN, SALTUS_MEASURE_CV},
    [SALTUS_STATISTIC_CV_SD] = {"cv_sd", KIND_SD, SALTUS_MEASURE_CV},
    [SALTUS_STATISTIC_CORRELATION_MEAN] = {"correlation_mean", KIND_MEAN,
                                           SALTUS_MEASURE_CORRELATION},
    [SALTUS_STATISTIC_CORRELATION_SD] = {"correlation_sd", KIND_SD, SALTUS_MEASURE_CORRELATION},
    [SALTUS_STATISTIC_SYNCHRONY] = {"synchrony", KIND_SYNCHRONY, SALTUS_MEASURE_RATE},
    [SALTUS_STATISTIC_RATE_KS] = {"rate_ks", KIND_KS, SALTUS_MEASURE_RATE},
    [SALTUS_STATISTIC_CV_KS] = {"cv_ks", KIND_KS, SALTUS_MEASURE_CV},
    [SALTUS_STATISTIC_CORRELATION_KS] = {"correlation_ks", KIND_KS, SALTUS_MEASURE_CORRELATION},
    [SALTUS_STATISTIC_RATE_WASSERSTEIN] = {"rate_wasserstein", KIND_WASSERSTEIN,
                                           SALTUS_MEASURE_RATE},
    [SALTUS_STATISTIC_CV_WASSERSTEIN] = {"cv_wasserstein", KIND_WASSERSTEIN, SALTUS_MEASURE_CV},
    [SALTUS_STATISTIC_CORRELATION_WASSERSTEIN] = {"correlation_wasserstein", KIND_WASSERSTEIN,
                                                  SALTUS_MEASURE_CORRELATION},
};

const char *saltus_statistic_name(saltus_statistic statistic)
{
    return (unsigned)statistic < SALTUS_STATISTIC_COUNT ? statistics[statistic].name : NULL;
}

static bool is_distance(int statistic)
{
    return statistics[statistic].is == KIND_KS || statistics[statistic].is == KIND_WASSERSTEIN;
}

static double of_run(const saltus_activity *run, int statistic)
{
    if (statistics[statistic].is == KIND_SYNCHRONY) {
        return saltus_activity_synchrony(run);
    }
    const saltus_distribution d = saltus_activity_distribution(run, statistics[statistic].of);
    return statistics[statistic].is == KIND_MEAN ? d.mean : d.sd;
}

static double of_runs(const saltus_activity *a, const saltus_activity *b, int statistic)
{
    size_t a_count = 0, b_count = 0;
    const double *x = saltus_activity_values(a, statistics[statistic].of, &a_count);
    const double *y = saltus_activity_values(b, statistics[statistic].of, &b_count);
    return statistics[statistic].is == KIND_KS ? saltus_kolmogorov_smirnov(x, a_count, y, b_count)
                                               : saltus_wasserstein(x, a_count, y, b_count);
}

/* ---- Spread ------------------------------------------------------------------------------- */

/* Exact when all are equal: equal runs have no spread and do not deviate. */
static double mean_of(const double *values, size_t count)
{
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        sum += values[i] - values[0];
    }
    return values[0] + sum / (double)count;
}

static double sd_of(const double *values, size_t count, double mean)
{
    double squares = 0.0;
    for (size_t i = 0; i < count; i++) {
        squares += (values[i] - mean) * (values[i] - mean);
    }
    return count > 1 ? sqrt(squares / (double)(count - 1)) : (double)NAN;
}

/* The statistic of each run or each pair of runs. */
static size_t collect_seeds(const saltus_activity *const *runs, size_t run_count, int statistic,
                            double *values)
{
    size_t count = 0;
    for (size_t i = 0; i < run_count; i++) {
        if (!is_distance(statistic)) {
            values[count++] = of_run(runs[i], statistic);
            continue;
        }
        for (size_t k = 0; k < i; k++) {
            values[count++] = of_runs(runs[i], runs[k], statistic);
        }
    }
    return count;
}

static double value_of(const saltus_activity *test, const saltus_activity *const *runs,
                       size_t run_count, int statistic, double *values)
{
    if (!is_distance(statistic)) {
        return of_run(test, statistic);
    }
    for (size_t i = 0; i < run_count; i++) {
        values[i] = of_runs(test, runs[i], statistic);
    }
    return mean_of(values, run_count);
}

saltus_status saltus_yardstick_measure(const saltus_activity *const *runs, size_t run_count,
                                       const saltus_activity *test, saltus_deviation *out,
                                       saltus_error *error)
{
    if (runs == NULL || run_count < 2 || run_count > UINT16_MAX) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "%zu runs are given for the seed-to-seed spread; it needs 2 to %d",
                       runs == NULL ? 0 : run_count, UINT16_MAX);
    }
    double *values = sl_memory_array(run_count * (run_count + 1) / 2, sizeof *values);
    if (values == NULL) {
        return sl_fail_memory(error);
    }
    for (int s = 0; s < SALTUS_STATISTIC_COUNT; s++) {
        const size_t count = collect_seeds(runs, run_count, s, values);
        saltus_deviation d = {.value = (double)NAN, .deviation = (double)NAN};
        d.seeds_mean = mean_of(values, count);
        d.seeds_sd = sd_of(values, count, d.seeds_mean);
        if (test != NULL) {
            d.value = value_of(test, runs, run_count, s, values);
            d.deviation = d.value == d.seeds_mean ? 0.0 : (d.value - d.seeds_mean) / d.seeds_sd;
        }
        out[s] = d;
    }
    free(values);
    return SALTUS_OK;
}
