/* test_spike_statistics - rates, CVs and synchrony equal brute force over the same spikes. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "saltus/saltus.h"

#define NEURONS    50u
#define SPIKES_MAX 20000

static saltus_error error;
static double times_ms[SPIKES_MAX];
static uint32_t neurons[SPIKES_MAX];

/* Statistics of a spike_list population, collected by a simulation up to end_ms. */
static saltus_spike_statistics collect(size_t count, double from_ms, double end_ms)
{
    saltus_experiment *experiment = NULL;
    saltus_network *network = NULL;
    saltus_simulation *simulation = NULL;
    saltus_statistics *statistics = NULL;
    ck_assert_int_eq(saltus_experiment_create("statistics", &experiment), SALTUS_OK);

    /* a population before it, so that columns do not start at 0 */
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "before";
    spec.size = 7;
    ck_assert_int_eq(saltus_experiment_add_population(experiment, &spec, NULL, &error), SALTUS_OK);
    spec.name = "listed";
    spec.size = NEURONS;
    spec.model = SALTUS_MODEL_SPIKE_LIST;
    spec.spike_times_ms = times_ms;
    spec.spike_neurons = neurons;
    spec.spike_count = count;
    ck_assert_msg(saltus_experiment_add_population(experiment, &spec, NULL, &error) == SALTUS_OK,
                  "%s", error.message);
    ck_assert_int_eq(saltus_experiment_record_spikes(experiment, 0), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_record_spikes(experiment, 1), SALTUS_OK);

    ck_assert_int_eq(saltus_network_build(experiment, NULL, &network, &error), SALTUS_OK);
    saltus_simulation_options options = saltus_simulation_options_default();
    options.threads = 1;
    ck_assert_int_eq(saltus_simulation_create(network, &options, &simulation, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_statistics_create(simulation, from_ms, &statistics, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_run_until(simulation, end_ms, &error), SALTUS_OK);
    const saltus_spike_statistics silent = saltus_statistics_get(statistics, 0, end_ms);
    ck_assert_uint_eq(silent.spikes, 0);
    ck_assert_double_eq(silent.mean_rate_Hz, 0.0);
    ck_assert_double_eq(silent.fraction_silent, 1.0);
    ck_assert(isnan(silent.mean_cv));
    ck_assert(isnan(silent.synchrony));
    const saltus_spike_statistics found = saltus_statistics_get(statistics, 1, end_ms);
    ck_assert(isnan(saltus_statistics_get(statistics, 2, end_ms).mean_rate_Hz));

    saltus_statistics_destroy(statistics);
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
    return found;
}

/* CV of one neuron by two passes in long double; negative with fewer than 3 spikes. */
static double brute_cv(uint32_t neuron, size_t count, double from_ms, double end_ms, size_t *spikes)
{
    long double isi[SPIKES_MAX];
    size_t n = 0;
    double last_ms = -1.0;
    *spikes = 0;
    for (size_t i = 0; i < count; i++) {
        if (neurons[i] != neuron || times_ms[i] < from_ms || times_ms[i] >= end_ms) {
            continue;
        }
        if ((*spikes)++ > 0) {
            isi[n++] = (long double)times_ms[i] - (long double)last_ms;
        }
        last_ms = times_ms[i];
    }
    if (n < 2) {
        return -1.0;
    }
    long double mean = 0.0L;
    for (size_t i = 0; i < n; i++) {
        mean += isi[i] / (long double)n;
    }
    long double squares = 0.0L;
    for (size_t i = 0; i < n; i++) {
        squares += (isi[i] - mean) * (isi[i] - mean);
    }
    return (double)(sqrtl(squares / (long double)(n - 1)) / mean);
}

/* Variance / mean of a histogram that is made bin by bin; NaN with fewer than 2 bins or none in
 * them. */
static double brute_synchrony(size_t count, double from_ms, double end_ms)
{
    long double n = 0.0L, sum = 0.0L, squares = 0.0L;
    size_t first = 0;
    for (uint64_t bin = 0;; bin++) {
        const double begin = from_ms + 3.0 * (double)bin;
        const double end = from_ms + 3.0 * (double)(bin + 1);
        size_t in_bin = 0;
        if (end > end_ms) {
            break;
        }
        for (; first < count && times_ms[first] < end; first++) {
            in_bin += times_ms[first] >= begin;
        }
        n++;
        sum += (long double)in_bin;
        squares += (long double)in_bin * (long double)in_bin;
    }
    return n < 2 || !(sum > 0) ? (double)NAN
                               : (double)((squares - sum * sum / n) / (n - 1) / (sum / n));
}

static void compare(size_t count, double from_ms, double end_ms)
{
    uint64_t spikes = 0;
    uint64_t silent = 0;
    uint64_t with_cv = 0;
    double cv_sum = 0.0;
    for (uint32_t neuron = 0; neuron < NEURONS; neuron++) {
        size_t own = 0;
        const double cv = brute_cv(neuron, count, from_ms, end_ms, &own);
        spikes += own;
        silent += own == 0;
        if (cv >= 0.0) {
            with_cv++;
            cv_sum += cv;
        }
    }
    const saltus_spike_statistics found = collect(count, from_ms, end_ms);
    ck_assert_uint_eq(found.spikes, spikes);
    ck_assert_uint_eq(found.cv_neurons, with_cv);
    ck_assert_double_eq_tol(found.fraction_silent, (double)silent / NEURONS, 1e-15);
    ck_assert_double_eq_tol(found.mean_rate_Hz,
                            (double)spikes / (NEURONS * (end_ms - from_ms) * 1e-3), 1e-9);
    const double synchrony = brute_synchrony(count, from_ms, end_ms);
    if (isnan(synchrony)) {
        ck_assert(isnan(found.synchrony));
    } else {
        ck_assert_double_eq_tol(found.synchrony, synchrony, 1e-9 * fmax(1, synchrony));
    }
    if (with_cv == 0) {
        ck_assert(isnan(found.mean_cv));
    } else {
        ck_assert_double_eq_tol(found.mean_cv, cv_sum / (double)with_cv, 1e-9);
    }
}

/* Random spikes from start_ms on; neurons 0 to 9 stay silent, 10 to 12 fire rarely. */
static size_t random_spikes(double start_ms, double mean_gap_ms)
{
    srand48(20);
    double time_ms = start_ms;
    for (size_t i = 0; i < SPIKES_MAX; i++) {
        time_ms += 1e-6 - mean_gap_ms * log(1.0 - drand48());
        times_ms[i] = time_ms;
        neurons[i] = 13 + (uint32_t)(drand48() * (NEURONS - 13));
    }
    neurons[0] = neurons[1] = 10;
    neurons[2] = 11;
    neurons[3] = neurons[5000] = neurons[9000] = 12;
    return SPIKES_MAX;
}

START_TEST(test_random_spikes_equal_brute_force)
{
    const size_t count = random_spikes(0.0, 0.05);
    compare(count, 0.0, 2000.0);
}
END_TEST

START_TEST(test_the_start_and_the_end_cut_spikes_off)
{
    const size_t count = random_spikes(0.0, 0.05);
    compare(count, 123.4, 456.7);
}
END_TEST

START_TEST(test_late_in_a_long_run_the_variance_does_not_cancel)
{
    /* an hour in: sums of squared times would have lost every digit */
    const size_t count = random_spikes(3.6e6, 0.05);
    compare(count, 3.6e6, 3.6e6 + 2000.0);
}
END_TEST

START_TEST(test_regular_firing_has_cv_zero)
{
    size_t count = 0;
    for (uint32_t k = 0; k < 100; k++) {
        for (uint32_t neuron = 0; neuron < NEURONS; neuron++) {
            times_ms[count] = 5.0 * (k + 1);
            neurons[count++] = neuron;
        }
    }
    const saltus_spike_statistics found = collect(count, 0.0, 1000.0);
    ck_assert_uint_eq(found.spikes, count);
    ck_assert_double_eq(found.mean_cv, 0.0);
    ck_assert_uint_eq(found.cv_neurons, NEURONS);
    ck_assert_double_eq_tol(found.mean_rate_Hz, 100.0, 1e-12);
    ck_assert_double_eq(found.fraction_silent, 0.0);
}
END_TEST

/* Ends of bins belong to the next one, gaps of many bins are bins, the last part of one is none. */
START_TEST(test_synchrony_at_the_ends_of_bins)
{
    static const double at_ms[] = {0.0,  2.9,  3.0,  3.0,  5.9999999, 6.0,
                                   60.0, 62.0, 63.0, 65.9, 66.1};
    for (size_t i = 0; i < 11; i++) {
        times_ms[i] = at_ms[i];
        neurons[i] = (uint32_t)i;
    }
    compare(11, 0.0, 66.0);
    compare(11, 0.0, 67.0);
    compare(11, 0.0, 300.0);
    compare(11, 0.1, 66.2);
    compare(11, 1.7, 66.0);
    compare(11, 60.0, 66.1);
    compare(11, 60.0, 65.9);
    /* 2, 3, 1 in three bins */
    ck_assert_double_eq_tol(collect(11, 0.0, 9.0).synchrony, 0.5, 1e-15);
}
END_TEST

START_TEST(test_neurons_that_fire_as_one_have_their_number_as_synchrony)
{
    size_t count = 0;
    for (uint32_t k = 0; k < 300; k++) {
        for (uint32_t neuron = 0; neuron < NEURONS; neuron++) {
            times_ms[count] = 3.0 * (k * (k + 1) / 2) + 1;
            neurons[count++] = neuron;
        }
    }
    /* 300 of 135,450 bins have a volley of 50 spikes: 50 times what single spikes have */
    const double bins = 300 * 301 / 2 * 3;
    const saltus_spike_statistics found = collect(count, 0.0, 3.0 * bins);
    ck_assert_double_eq_tol(found.synchrony, NEURONS * (1 - 300 / bins) * bins / (bins - 1), 1e-9);
}
END_TEST

START_TEST(test_two_spikes_give_no_cv)
{
    times_ms[0] = 1.0;
    times_ms[1] = 2.0;
    neurons[0] = neurons[1] = 3;
    compare(2, 0.0, 10.0);
    compare(1, 0.0, 10.0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("spike_statistics");
    TCase *tcase = tcase_create("all");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, test_random_spikes_equal_brute_force);
    tcase_add_test(tcase, test_the_start_and_the_end_cut_spikes_off);
    tcase_add_test(tcase, test_late_in_a_long_run_the_variance_does_not_cancel);
    tcase_add_test(tcase, test_regular_firing_has_cv_zero);
    tcase_add_test(tcase, test_synchrony_at_the_ends_of_bins);
    tcase_add_test(tcase, test_neurons_that_fire_as_one_have_their_number_as_synchrony);
    tcase_add_test(tcase, test_two_spikes_give_no_cv);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
