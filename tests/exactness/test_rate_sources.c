/* test_rate_sources - sources with rates of their own are Poisson at these rates, before and after
 * they are set anew, and give the same bits however a run is cut and shared out.
 *
 * Seeds are fixed, so a test gives the same answer always; bounds are about five standard
 * deviations.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "support/suite.h"
#include "support/trial.h"

enum { MOST = 2500, PHASES = 4 };

/* What a run of several phases is: at the beginning of each the rates are set. */
typedef struct plan {
    uint32_t size;
    double ends_ms[PHASES];
    const double *rates_Hz[PHASES]; /* NULL: stay */
    bool target;                    /* with 30 neurons that the sources drive */
} plan;

typedef struct recorded {
    saltus_spike *spike;
    size_t count, capacity;
    uint64_t fingerprint;
    saltus_counts counts;
} recorded;

static saltus_status keep(void *user, const saltus_spike *spikes, size_t count)
{
    recorded *r = user;
    for (size_t i = 0; i < count; i++) {
        if (r->count == r->capacity) {
            r->capacity = r->capacity * 2 + 1000;
            r->spike = realloc(r->spike, r->capacity * sizeof *r->spike);
            ck_assert_ptr_nonnull(r->spike);
        }
        r->spike[r->count++] = spikes[i];
    }
    return SALTUS_OK;
}

static saltus_experiment *sources(const plan *p, saltus_value rates)
{
    saltus_experiment *e = NULL;
    ck_assert_int_eq(saltus_experiment_create("rates", &e), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_set_seed(e, 4242), SALTUS_OK);
    saltus_population_spec s = saltus_population_spec_default();
    s.name = "sources";
    s.size = p->size;
    s.model = SALTUS_MODEL_RATE_SOURCE;
    s.rates_Hz = rates;
    ck_assert_int_eq(saltus_experiment_add_population(e, &s, NULL, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_record_spikes(e, 0), SALTUS_OK);
    if (p->target) {
        saltus_population_spec n = saltus_population_spec_default();
        n.name = "cells";
        n.size = 30;
        ck_assert_int_eq(saltus_experiment_add_population(e, &n, NULL, NULL), SALTUS_OK);
        ck_assert_int_eq(saltus_experiment_record_spikes(e, 1), SALTUS_OK);
        saltus_projection_spec c = saltus_projection_spec_default();
        c.source = 0;
        c.target = 1;
        c.rule = SALTUS_RULE_FIXED_INDEGREE;
        c.count = 400;
        c.weight_mV = saltus_constant(0.3);
        c.delay_ms = saltus_constant(1.3);
        ck_assert_int_eq(saltus_experiment_add_projection(e, &c, NULL, NULL), SALTUS_OK);
    }
    return e;
}

/* How to run: threads, block, engine, and further cuts (every `cut_ms`; 0: none). */
typedef struct way {
    uint32_t threads, block;
    const char *engine;
    double cut_ms;
} way;

static recorded run(const plan *p, saltus_value rates, const way *w)
{
    recorded r = {0};
    saltus_experiment *e = sources(p, rates);
    saltus_network_options build = saltus_network_options_default();
    build.block_neurons = w->block;
    saltus_network *network = NULL;
    saltus_error error = {0};
    ck_assert_int_eq(saltus_network_build(e, &build, &network, &error), SALTUS_OK);
    saltus_simulation_options options = saltus_simulation_options_default();
    options.threads = w->threads;
    ck_assert_int_eq(saltus_engine_parse(w->engine, &options, &error), SALTUS_OK);
    saltus_simulation *s = NULL;
    ck_assert_int_eq(saltus_simulation_create(network, &options, &s, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_add_spike_recorder(s, keep, &r), SALTUS_OK);
    for (int k = 0; k < PHASES && p->ends_ms[k] > 0; k++) {
        if (p->rates_Hz[k] != NULL) {
            ck_assert_int_eq(saltus_simulation_set_rates(s, 0, p->rates_Hz[k], p->size, &error),
                             SALTUS_OK);
        }
        const double from = saltus_simulation_time_ms(s);
        for (double t = from + w->cut_ms; w->cut_ms > 0 && t < p->ends_ms[k]; t += w->cut_ms) {
            ck_assert_int_eq(saltus_simulation_run_until(s, t, &error), SALTUS_OK);
        }
        ck_assert_int_eq(saltus_simulation_run_until(s, p->ends_ms[k], &error), SALTUS_OK);
    }
    r.fingerprint = saltus_simulation_fingerprint(s);
    r.counts = saltus_simulation_counts(s);
    saltus_simulation_destroy(s);
    saltus_network_destroy(network);
    saltus_experiment_destroy(e);
    return r;
}

static const way plain = {.threads = 1, .engine = "event"};

/* Rates of every kind: none, small, large. */
static void fill_rates(double *rates_Hz, uint32_t size, uint64_t seed)
{
    for (uint32_t i = 0; i < size; i++) {
        const double x = trial_random(&seed);
        rates_Hz[i] = i % 3 == 1 ? 0 : 60 * x * x;
    }
}

/* Spikes in [from, to) at each source against rate x time: chi square, and none at rate 0. */
static void check_counts(const recorded *r, const double *rates_Hz, uint32_t size, double from_ms,
                         double to_ms)
{
    static uint32_t counts[MOST];
    memset(counts, 0, sizeof counts);
    for (size_t k = 0; k < r->count; k++) {
        if (r->spike[k].time_ms >= from_ms && r->spike[k].time_ms < to_ms) {
            counts[r->spike[k].neuron]++;
        }
    }
    double chi_square = 0, spread = 0, free = 0, all = 0, expected_all = 0;
    for (uint32_t i = 0; i < size; i++) {
        const double expected = rates_Hz[i] * 1e-3 * (to_ms - from_ms);
        const double x = counts[i] - expected;
        all += counts[i];
        expected_all += expected;
        if (expected == 0) {
            ck_assert_uint_eq(counts[i], 0);
            continue;
        }
        chi_square += x * x / expected;
        spread += 2 + 1 / expected; /* variance of a Poisson count's x^2 / mean */
        free += 1;
    }
    ck_assert_double_eq_tol(chi_square, free, 5 * sqrt(spread) + 1e-9);
    ck_assert_double_eq_tol(all, expected_all, 5 * sqrt(expected_all) + 1e-9);
}

START_TEST(every_source_fires_at_its_own_rate)
{
    static const uint32_t sizes[] = {1, 5, 784, 1024, 1025, 2500};
    static double rates_Hz[MOST];
    for (size_t n = 0; n < sizeof sizes / sizeof sizes[0]; n++) {
        fill_rates(rates_Hz, sizes[n], 7 + n);
        const double end_ms = sizes[n] < 10 ? 5e5 : 2e4;
        const plan p = {.size = sizes[n], .ends_ms = {end_ms}};
        const saltus_value list = {.kind = SALTUS_VALUE_LIST,
                                   .low = -(double)INFINITY,
                                   .high = (double)INFINITY,
                                   .list = rates_Hz,
                                   .list_length = sizes[n]};
        recorded r = run(&p, list, &plain);
        check_counts(&r, rates_Hz, sizes[n], 0, end_ms);
        ck_assert_uint_eq(r.counts.source_spikes, r.count);
        free(r.spike);
    }
}
END_TEST

START_TEST(rates_that_are_set_hold_from_that_time_on)
{
    static double rates_Hz[3][MOST];
    for (uint64_t k = 0; k < 3; k++) {
        fill_rates(rates_Hz[k], 1500, 100 + k);
    }
    const plan p = {.size = 1500,
                    .ends_ms = {9000, 20000.03, 21000, 33000},
                    .rates_Hz = {rates_Hz[0], rates_Hz[1], NULL, rates_Hz[2]}};
    recorded r = run(&p, saltus_constant(0), &plain);
    check_counts(&r, rates_Hz[0], 1500, 0, 9000);
    check_counts(&r, rates_Hz[1], 1500, 9000, 21000);
    check_counts(&r, rates_Hz[2], 1500, 21000, 33000);
    free(r.spike);
}
END_TEST

/* Intervals of the merged train and of single sources: mean 1, CV 1, and successive ones
 * uncorrelated, in units of the mean interval; settings of the same rates in between leave no
 * mark on them. */
static void check_intervals(const recorded *r, const double *rates_Hz, uint32_t size, bool merged)
{
    static double last[MOST], previous[MOST];
    double whole = 0;
    for (uint32_t i = 0; i < size; i++) {
        last[i] = -1;
        previous[i] = -1;
        whole += rates_Hz[i];
    }
    double n = 0, sum = 0, squares = 0, products = 0, pairs = 0;
    for (size_t k = 0; k < r->count; k++) {
        const uint32_t i = merged ? 0 : r->spike[k].neuron;
        const double t = r->spike[k].time_ms;
        if (last[i] >= 0) {
            const double x = (t - last[i]) * 1e-3 * (merged ? whole : rates_Hz[i]);
            n += 1;
            sum += x;
            squares += x * x;
            if (previous[i] >= 0) {
                products += (x - 1) * (previous[i] - 1);
                pairs += 1;
            }
            previous[i] = x;
        }
        last[i] = t;
    }
    const double mean = sum / n, missing = merged ? 1 / n : size / n;
    ck_assert_double_eq_tol(mean, 1, 5 / sqrt(n) + missing);
    ck_assert_double_eq_tol(sqrt(squares / n - mean * mean) / mean, 1, 8 / sqrt(n) + 3 * missing);
    ck_assert_double_eq_tol(products / pairs, 0, 5 / sqrt(pairs) + missing);
}

START_TEST(intervals_are_exponential_across_settings)
{
    static double rates_Hz[20];
    for (uint32_t i = 0; i < 20; i++) {
        rates_Hz[i] = 20 + 10 * i;
    }
    const plan p = {.size = 20,
                    .ends_ms = {1000, 10000, 30000, 60000},
                    .rates_Hz = {rates_Hz, rates_Hz, rates_Hz, rates_Hz}};
    recorded r = run(&p, saltus_constant(0), &plain);
    check_counts(&r, rates_Hz, 20, 0, 60000);
    check_intervals(&r, rates_Hz, 20, true);
    check_intervals(&r, rates_Hz, 20, false);
    free(r.spike);
}
END_TEST

START_TEST(settings_of_the_same_rates_draw_other_spikes)
{
    /* spike counts in bins after each setting: equal trains would correlate by 1 */
    enum { BINS = 2000, SOURCES = 3 };
    static const double rates_Hz[SOURCES] = {30, 40, 50};
    static int bins[2][BINS];
    const plan p = {.size = SOURCES, .ends_ms = {20000, 40000}, .rates_Hz = {rates_Hz, rates_Hz}};
    recorded r = run(&p, saltus_constant(0), &plain);
    for (size_t k = 0; k < r.count; k++) {
        const int phase = r.spike[k].time_ms >= 20000;
        bins[phase][(size_t)((r.spike[k].time_ms - 20000 * phase) / 10)]++;
    }
    const double mean = 0.12 * 10;
    double product = 0;
    for (size_t b = 0; b < BINS; b++) {
        product += (bins[0][b] - mean) * (bins[1][b] - mean);
    }
    ck_assert_double_eq_tol(product / BINS / mean, 0, 5 / sqrt((double)BINS));
    free(r.spike);
}
END_TEST

START_TEST(a_setting_does_not_change_what_was_before_it)
{
    static double rates_Hz[2][1100];
    fill_rates(rates_Hz[0], 1100, 1);
    fill_rates(rates_Hz[1], 1100, 2);
    static const char *const engines[] = {"event", "grid@0.1ms", "interpolated@0.1ms",
                                          "offgrid@0.1ms"};
    for (size_t n = 0; n < 4; n++) {
        const way w = {.threads = 1, .engine = engines[n]};
        const plan one = {.size = 1100, .ends_ms = {400}, .rates_Hz = {rates_Hz[0]}};
        const plan two = {
            .size = 1100, .ends_ms = {200.057, 400}, .rates_Hz = {rates_Hz[0], rates_Hz[1]}};
        recorded a = run(&one, saltus_constant(0), &w);
        recorded b = run(&two, saltus_constant(0), &w);
        size_t same = 0;
        while (same < a.count && same < b.count && a.spike[same].time_ms == b.spike[same].time_ms &&
               a.spike[same].neuron == b.spike[same].neuron) {
            same++;
        }
        /* the first other spike comes after the setting; on the grid it is seen a step later */
        ck_assert_uint_lt(same, a.count);
        ck_assert_double_ge(a.spike[same].time_ms, 200.057);
        ck_assert_double_gt(a.spike[same - 1].time_ms, 199.5);
        free(a.spike);
        free(b.spike);
    }
}
END_TEST

START_TEST(bits_do_not_depend_on_threads_blocks_and_cuts)
{
    static double rates_Hz[3][2300];
    for (uint64_t k = 0; k < 3; k++) {
        fill_rates(rates_Hz[k], 2300, 50 + k);
    }
    const plan p = {.size = 2300,
                    .target = true,
                    .ends_ms = {100, 150.00001, 150.00003, 300},
                    .rates_Hz = {rates_Hz[0], rates_Hz[1], rates_Hz[0], rates_Hz[2]}};
    static const char *const engines[] = {"event", "grid@0.1ms", "euler@0.1ms",
                                          "interpolated@0.1ms", "offgrid@0.1ms"};
    for (size_t n = 0; n < 5; n++) {
        const way first = {.threads = 1, .engine = engines[n]};
        recorded a = run(&p, saltus_constant(5), &first);
        ck_assert_uint_gt(a.counts.spikes, 100);
        const way others[] = {{3, 0, engines[n], 0},
                              {1, 1024, engines[n], 0},
                              {2, 1024, engines[n], 7.77},
                              {1, 0, engines[n], 0.063}};
        for (size_t k = 0; k < 4; k++) {
            recorded b = run(&p, saltus_constant(5), &others[k]);
            ck_assert_msg(a.fingerprint == b.fingerprint, "%s, way %zu", engines[n], k);
            ck_assert_uint_eq(a.counts.random_draws, b.counts.random_draws);
            ck_assert_uint_eq(a.count, b.count);
            free(b.spike);
        }
        free(a.spike);
    }
}
END_TEST

START_TEST(engines_see_the_same_source_spikes)
{
    static double rates_Hz[2][800];
    fill_rates(rates_Hz[0], 800, 11);
    fill_rates(rates_Hz[1], 800, 12);
    for (size_t i = 0; i < 800; i++) {
        rates_Hz[0][i] *= 100; /* some 40 spikes between the last step and the setting */
    }
    const plan p = {.size = 800, .ends_ms = {100.037, 300}, .rates_Hz = {rates_Hz[0], rates_Hz[1]}};
    recorded a = run(&p, saltus_constant(0), &plain);
    const way grid = {.threads = 1, .engine = "grid@0.1ms"};
    recorded b = run(&p, saltus_constant(0), &grid);
    static uint32_t counts[2][800];
    for (size_t k = 0; k < a.count; k++) {
        counts[0][a.spike[k].neuron] += a.spike[k].time_ms <= 299.9;
    }
    for (size_t k = 0; k < b.count; k++) {
        counts[1][b.spike[k].neuron] += b.spike[k].time_ms < 299.95;
    }
    ck_assert_int_eq(memcmp(counts[0], counts[1], sizeof counts[0]), 0);
    free(a.spike);
    free(b.spike);
}
END_TEST

START_TEST(what_is_not_allowed_is_refused_and_changes_nothing)
{
    static const double rates_Hz[3] = {1000, 2000, 3000};
    static const double wrong_Hz[3] = {1, 2, -1}, far_Hz[3] = {1, 10001, 1},
                        nan_Hz[3] = {(double)NAN};
    const plan p = {.size = 3, .target = false};
    saltus_experiment *e = sources(&p, saltus_constant(1));
    saltus_population_spec n = saltus_population_spec_default();
    n.name = "cells";
    n.size = 3;
    ck_assert_int_eq(saltus_experiment_add_population(e, &n, NULL, NULL), SALTUS_OK);
    saltus_network *network = NULL;
    saltus_simulation *s = NULL;
    saltus_error error = {0};
    ck_assert_int_eq(saltus_network_build(e, NULL, &network, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_create(network, NULL, &s, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_set_rates(s, 0, rates_Hz, 3, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_set_rates(s, 1, rates_Hz, 3, &error), SALTUS_E_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "cells is no rate_source"));
    ck_assert_int_eq(saltus_simulation_set_rates(s, 2, rates_Hz, 3, &error), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_simulation_set_rates(s, 0, rates_Hz, 2, &error), SALTUS_E_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "2 rates are given, it has 3 sources"));
    ck_assert_int_eq(saltus_simulation_set_rates(s, 0, wrong_Hz, 3, &error), SALTUS_E_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "source 2 is given a rate of -1 Hz"));
    ck_assert_int_eq(saltus_simulation_set_rates(s, 0, far_Hz, 3, &error), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_simulation_set_rates(s, 0, nan_Hz, 3, &error), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_simulation_run_until(s, 1000, &error), SALTUS_OK);
    const double spikes = (double)saltus_simulation_population_spikes(s, 0);
    ck_assert_double_eq_tol(spikes, 6000, 5 * sqrt(6000));
    saltus_simulation_destroy(s);
    saltus_network_destroy(network);
    saltus_experiment_destroy(e);
}
END_TEST

START_TEST(rates_in_files_are_checked)
{
    static const struct {
        const char *rate, *message;
    } cases[] = {{"3 Hz", NULL},
                 {"[1 Hz, 2 Hz]", NULL},
                 {"{uniform: [0 Hz, 10 Hz]}", NULL},
                 {"[1 Hz]", "1 "},
                 {"-1 Hz", "0 to 1e4 Hz"},
                 {"20 kHz", "0 to 1e4 Hz"},
                 {"{normal: [5 Hz, 1 Hz]}", "0 to 1e4 Hz"}};
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        char text[300];
        snprintf(text, sizeof text,
                 "saltus: 1\nduration: 1 s\npopulations: {X: {size: 2, model: rate_source, params: "
                 "{rate: %s}}}\n",
                 cases[k].rate);
        saltus_experiment *e = NULL;
        saltus_diagnostics *found = NULL;
        const saltus_status status =
            saltus_experiment_load_text(text, strlen(text), "e", "", NULL, &e, &found);
        ck_assert_msg((status == SALTUS_OK) == (cases[k].message == NULL), "%s", cases[k].rate);
        if (status != SALTUS_OK) {
            const saltus_diagnostic d = saltus_diagnostics_get(found, 0);
            ck_assert_msg(strstr(d.message, cases[k].message) != NULL, "%s", d.message);
            ck_assert_str_eq(d.path, "populations.X.params.rate");
        }
        saltus_experiment_destroy(e);
        saltus_diagnostics_destroy(found);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {every_source_fires_at_its_own_rate,
                                  rates_that_are_set_hold_from_that_time_on,
                                  intervals_are_exponential_across_settings,
                                  settings_of_the_same_rates_draw_other_spikes,
                                  a_setting_does_not_change_what_was_before_it,
                                  bits_do_not_depend_on_threads_blocks_and_cuts,
                                  engines_see_the_same_source_spikes,
                                  what_is_not_allowed_is_refused_and_changes_nothing,
                                  rates_in_files_are_checked};
    return SUITE_RUN("rate_sources", tests);
}
