/* test_poisson_input - random input is Poisson: rate, intervals, counts, independence, fairness.
 *
 * A neuron that every arrival fires (weight above threshold, no refractoriness) shows its train.
 * Population sizes stand on both sides of a group of 1,024. Seeds are fixed, so a test gives the
 * same answer always; bounds are about five standard deviations.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "support/suite.h"
#include "support/trial.h"

static const uint32_t sizes[] = {1, 3, 1000, 1024, 1025, 2500};
enum { SIZES = sizeof sizes / sizeof sizes[0], EVENTS = 200000 };

typedef struct trains {
    uint32_t size;
    double rate_Hz, duration_ms; /* about EVENTS events */
    trial_result result;
} trains;

static void add_trains(saltus_experiment *e, bool source, uint32_t size, double rate_Hz)
{
    saltus_population_spec p = saltus_population_spec_default();
    p.name = "cells";
    p.size = size;
    p.t_ref_ms = 0;
    p.model = source ? SALTUS_MODEL_POISSON_SOURCE : SALTUS_MODEL_LIF_DELTA;
    p.rate_Hz = rate_Hz;
    ck_assert_int_eq(saltus_experiment_add_population(e, &p, NULL, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_record_spikes(e, 0), SALTUS_OK);
    if (!source) {
        saltus_input_spec s = saltus_input_spec_default();
        s.name = "input";
        s.type = SALTUS_INPUT_POISSON;
        s.rate_Hz = rate_Hz;
        s.weight_mV = 30;
        ck_assert_int_eq(saltus_experiment_add_input(e, &s, NULL, NULL), SALTUS_OK);
    }
}

static trains observe(bool source, uint32_t size)
{
    trains t = {.size = size, .rate_Hz = size < 10 ? 2e4 : 40};
    t.duration_ms = ceil(EVENTS / (t.rate_Hz * 1e-3 * size));
    saltus_experiment *e = NULL;
    ck_assert_int_eq(saltus_experiment_create("trains", &e), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_set_seed(e, 77 + size), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_set_duration(e, t.duration_ms, NULL), SALTUS_OK);
    add_trains(e, source, size, t.rate_Hz);
    const trial_setup setup = {.spikes = true};
    ck_assert(trial_run(e, &setup, &t.result));
    ck_assert(!t.result.out_of_order);
    saltus_experiment_destroy(e);
    return t;
}

static double expected_events(const trains *t)
{
    return t->rate_Hz * 1e-3 * t->duration_ms * t->size;
}

static void check_rate(const trains *t, bool source)
{
    const double expected = expected_events(t);
    ck_assert_double_eq_tol((double)t->result.spike_count, expected, 5 * sqrt(expected));
    const saltus_counts *c = &t->result.counts;
    ck_assert_uint_eq(source ? c->source_spikes : c->external_events, t->result.spike_count);
    ck_assert_uint_eq(source ? c->external_events : c->source_spikes, 0);
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Kolmogorov and Smirnov's distance of `values` to an exponential of mean 1. */
static double distance_to_exponential(double *values, size_t count)
{
    qsort(values, count, sizeof *values, by_value);
    double worst = 0;
    for (size_t k = 0; k < count; k++) {
        const double f = -expm1(-values[k]);
        worst =
            fmax(worst, fmax(f - (double)k / (double)count, (double)(k + 1) / (double)count - f));
    }
    return worst;
}

/* Intervals: of each neuron, and of the merged train. Mean and CV 1 in units of the mean interval,
 * exponential, successive ones uncorrelated. */
static void check_intervals(const trains *t, bool merged)
{
    static double intervals[2 * EVENTS], last[2500], previous[2500];
    const double unit_ms = 1000 / (t->rate_Hz * (merged ? t->size : 1));
    size_t count = 0;
    double sum = 0, squares = 0, products = 0, pairs = 0;
    for (uint32_t i = 0; i < t->size; i++) {
        last[i] = -1;
        previous[i] = -1;
    }
    for (size_t k = 0; k < t->result.spike_count; k++) {
        const uint32_t i = merged ? 0 : t->result.spikes[k].neuron;
        if (last[i] >= 0) {
            const double x = (t->result.spikes[k].time_ms - last[i]) / unit_ms;
            sum += x;
            squares += x * x;
            if (previous[i] >= 0) {
                products += (x - 1) * (previous[i] - 1);
                pairs += 1;
            }
            previous[i] = x;
            intervals[count++] = x;
        }
        last[i] = t->result.spikes[k].time_ms;
    }
    /* Within a limited time long intervals are cut off: a neuron with m events loses about 1. */
    const double n = (double)count, missing = merged ? 1 / n : t->size / n;
    const double mean = sum / n, sd = sqrt(squares / n - mean * mean);
    ck_assert_double_eq_tol(mean, 1, 5 / sqrt(n) + missing);
    ck_assert_double_eq_tol(sd / mean, 1, 8 / sqrt(n) + 3 * missing);
    ck_assert_double_eq_tol(products / pairs, 0, 5 / sqrt(pairs) + missing);
    ck_assert_double_lt(distance_to_exponential(intervals, count), 2 / sqrt(n) + missing);
}

/* Counts in `bins` equal intervals of the whole population: variance = mean. */
static void check_count_variance(const trains *t)
{
    enum { BINS = 2000 };
    static uint32_t counts[BINS];
    memset(counts, 0, sizeof counts);
    for (size_t k = 0; k < t->result.spike_count; k++) {
        counts[(size_t)(t->result.spikes[k].time_ms / t->duration_ms * BINS)]++;
    }
    const double mean = (double)t->result.spike_count / BINS;
    double squares = 0, products = 0;
    for (size_t b = 0; b < BINS; b++) {
        const double x = counts[b] - mean;
        squares += x * x;
        products += b > 0 ? x * (counts[b - 1] - mean) : 0;
    }
    ck_assert_double_eq_tol(squares / BINS / mean, 1, 5 * sqrt(2.0 / BINS));
    ck_assert_double_eq_tol(products / BINS / mean, 0, 5 / sqrt((double)BINS));
}

/* All neurons get the same share: chi square of counts, whose variance is their mean. */
static void check_fairness(const trains *t)
{
    if (t->size == 1) {
        return;
    }
    static uint32_t counts[2500];
    memset(counts, 0, sizeof counts);
    for (size_t k = 0; k < t->result.spike_count; k++) {
        ck_assert_uint_lt(t->result.spikes[k].neuron, t->size);
        counts[t->result.spikes[k].neuron]++;
    }
    const double mean = (double)t->result.spike_count / t->size;
    double chi_square = 0, neighbours = 0, across = 0;
    for (uint32_t i = 0; i < t->size; i++) {
        const double x = counts[i] - mean;
        chi_square += x * x / mean;
        neighbours += i > 0 ? x * (counts[i - 1] - mean) / mean : 0;
        across += i >= 1024 ? x * (counts[i - 1024] - mean) / mean : 0;
    }
    const double free = t->size - 1;
    ck_assert_double_eq_tol(chi_square, free, 5 * sqrt(2 * free) + 5);
    ck_assert_double_eq_tol(neighbours, 0, 5 * sqrt(free) + 5);
    ck_assert_double_eq_tol(across, 0, 5 * sqrt(free) + 5);
}

/* Which neuron fires says nothing about which one fires next, nor about when. */
static void check_independence(const trains *t)
{
    if (t->size == 1) {
        return;
    }
    const double middle = (t->size - 1) / 2.0, n = (double)t->result.spike_count - 1;
    const double variance = ((double)t->size * t->size - 1) / 12;
    const double unit_ms = 1000 / (t->rate_Hz * t->size);
    double successive = 0, with_interval = 0;
    for (size_t k = 1; k < t->result.spike_count; k++) {
        const saltus_spike *a = &t->result.spikes[k - 1], *b = &t->result.spikes[k];
        const double x = a->neuron - middle, y = b->neuron - middle;
        successive += x * y;
        with_interval += y * ((b->time_ms - a->time_ms) / unit_ms - 1);
    }
    ck_assert_double_eq_tol(successive / n / variance, 0, 5 / sqrt(n));
    ck_assert_double_eq_tol(with_interval / n / sqrt(variance), 0, 5 / sqrt(n));
}

/* The trains of two neurons in small bins are uncorrelated; pairs within and across groups. */
static void check_pairs(const trains *t)
{
    enum { BINS = 5000 };
    static int8_t bins[2][BINS];
    static const uint32_t partners[] = {1, 2, 999, 1023, 1024, 1025, 2048, 2499};
    for (size_t p = 0; p < sizeof partners / sizeof partners[0] && partners[p] < t->size; p++) {
        memset(bins, 0, sizeof bins);
        double counts[2] = {0, 0}, together = 0;
        for (size_t k = 0; k < t->result.spike_count; k++) {
            const saltus_spike *s = &t->result.spikes[k];
            if (s->neuron == 0 || s->neuron == partners[p]) {
                const int which = s->neuron != 0;
                bins[which][(size_t)(s->time_ms / t->duration_ms * BINS)]++;
                counts[which] += 1;
            }
        }
        for (size_t b = 0; b < BINS; b++) {
            together += bins[0][b] * bins[1][b];
        }
        const double expected = counts[0] * counts[1] / BINS;
        ck_assert_double_eq_tol(together, expected, 6 * sqrt(expected + counts[0]) + 6);
    }
}

static void check_all(bool source)
{
    for (size_t k = 0; k < SIZES; k++) {
        trains t = observe(source, sizes[k]);
        check_rate(&t, source);
        check_intervals(&t, false);
        check_intervals(&t, true);
        check_count_variance(&t);
        check_fairness(&t);
        check_independence(&t);
        check_pairs(&t);
        trial_clear(&t.result);
    }
}

START_TEST(poisson_input_is_poisson)
{
    check_all(false);
}
END_TEST

START_TEST(poisson_sources_are_poisson)
{
    check_all(true);
}
END_TEST

START_TEST(poisson_input_keeps_to_start_and_stop)
{
    saltus_experiment *e = NULL;
    ck_assert_int_eq(saltus_experiment_create("start", &e), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_set_duration(e, 400, NULL), SALTUS_OK);
    add_trains(e, false, 1500, 0);
    saltus_input_spec s = saltus_input_spec_default();
    s.name = "limited";
    s.type = SALTUS_INPUT_POISSON;
    s.rate_Hz = 300;
    s.weight_mV = 30;
    s.start_ms = 100.5;
    s.stop_ms = 200.25;
    ck_assert_int_eq(saltus_experiment_add_input(e, &s, NULL, NULL), SALTUS_OK);
    const trial_setup setup = {.spikes = true};
    trial_result got;
    ck_assert(trial_run(e, &setup, &got));
    const double expected = 1500 * 0.3 * (200.25 - 100.5);
    ck_assert_double_eq_tol((double)got.spike_count, expected, 5 * sqrt(expected));
    ck_assert_double_ge(got.spikes[0].time_ms, 100.5);
    ck_assert_double_lt(got.spikes[0].time_ms, 100.6);
    ck_assert_double_lt(got.spikes[got.spike_count - 1].time_ms, 200.25);
    ck_assert_double_gt(got.spikes[got.spike_count - 1].time_ms, 200.15);
    trial_clear(&got);
    saltus_experiment_destroy(e);
}
END_TEST

START_TEST(two_inputs_of_one_population_are_independent)
{
    saltus_experiment *e = NULL;
    ck_assert_int_eq(saltus_experiment_create("two", &e), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_set_duration(e, 1000, NULL), SALTUS_OK);
    add_trains(e, false, 2000, 50);
    saltus_input_spec s = saltus_input_spec_default();
    s.name = "other";
    s.type = SALTUS_INPUT_POISSON;
    s.rate_Hz = 50;
    s.weight_mV = 30;
    ck_assert_int_eq(saltus_experiment_add_input(e, &s, NULL, NULL), SALTUS_OK);
    const trial_setup setup = {.spikes = true};
    trial_result got;
    ck_assert(trial_run(e, &setup, &got));
    /* The same train twice would give 50 Hz, as simultaneous arrivals make one spike. */
    ck_assert_double_eq_tol((double)got.spike_count, 200000, 5 * sqrt(200000));
    ck_assert_uint_eq(got.counts.external_events, got.spike_count);
    trial_clear(&got);
    saltus_experiment_destroy(e);
}
END_TEST

START_TEST(very_high_and_zero_rates_are_right)
{
    static const double rates_Hz[] = {0, 1e-3, 1e6, 1e7};
    for (size_t k = 0; k < sizeof rates_Hz / sizeof rates_Hz[0]; k++) {
        saltus_experiment *e = NULL;
        ck_assert_int_eq(saltus_experiment_create("rates", &e), SALTUS_OK);
        ck_assert_int_eq(saltus_experiment_set_duration(e, 10, NULL), SALTUS_OK);
        add_trains(e, false, 5, rates_Hz[k]);
        const trial_setup setup = {.threads = 1};
        trial_result got;
        ck_assert(trial_run(e, &setup, &got));
        const double expected = 5 * rates_Hz[k] * 0.01;
        ck_assert_double_eq_tol((double)got.counts.external_events, expected,
                                5 * sqrt(expected) + 1e-9 + (expected > 0));
        trial_clear(&got);
        saltus_experiment_destroy(e);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {poisson_input_is_poisson, poisson_sources_are_poisson,
                                  poisson_input_keeps_to_start_and_stop,
                                  two_inputs_of_one_population_are_independent,
                                  very_high_and_zero_rates_are_right};
    return SUITE_RUN("poisson_input", tests);
}
