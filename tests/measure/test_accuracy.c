/* test_accuracy - everything at once agrees with its parts; refusals; large runs. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"
#include "support/trial.h"
#include "train_fixture.h"

static saltus_error error;

/* ---- Trains ------------------------------------------------------------------------------- */

START_TEST(test_trains_are_the_spikes_of_each_neuron_in_the_interval)
{
    const uint32_t sizes[] = {2, 0, 3};
    const saltus_spike spikes[] = {{1.0, 0, 0}, {2.0, 2, 2}, {2.0, 0, 0}, {2.0, 0, 1},
                                   {3.5, 2, 2}, {9.0, 0, 0}, {9.5, 2, 0}};
    saltus_trains *trains = NULL;
    ck_assert_int_eq(saltus_trains_create(spikes, 7, sizes, 3, 2.0, 9.0, &trains, &error),
                     SALTUS_OK);
    ck_assert_uint_eq(saltus_trains_population_count(trains), 3);
    ck_assert_uint_eq(saltus_trains_neurons(trains, 0), 2);
    ck_assert_uint_eq(saltus_trains_neurons(trains, 1), 0);
    ck_assert_uint_eq(saltus_trains_neurons(trains, 3), 0);
    ck_assert_uint_eq(saltus_trains_neurons(trains, SALTUS_ALL_POPULATIONS), 5);
    ck_assert_uint_eq(saltus_trains_spikes(trains, 0), 3);
    ck_assert_uint_eq(saltus_trains_spikes(trains, 2), 2);
    ck_assert_uint_eq(saltus_trains_spikes(trains, 3), 0);
    ck_assert_uint_eq(saltus_trains_spikes(trains, SALTUS_ALL_POPULATIONS), 5);
    ck_assert_double_eq(saltus_trains_from_ms(trains), 2.0);
    ck_assert_double_eq(saltus_trains_to_ms(trains), 9.0);
    size_t count = 0;
    const double *ms = saltus_trains_times_ms(trains, 0, 0, &count);
    ck_assert_uint_eq(count, 2);
    ck_assert(ms[0] == 2.0 && ms[1] == 9.0);
    ms = saltus_trains_times_ms(trains, 2, 2, &count);
    ck_assert_uint_eq(count, 2);
    ck_assert(ms[0] == 2.0 && ms[1] == 3.5);
    ck_assert_ptr_null(saltus_trains_times_ms(trains, 1, 0, &count));
    ck_assert_ptr_null(saltus_trains_times_ms(trains, 3, 0, &count));
    ck_assert_uint_eq(count, 0);
    saltus_trains_destroy(trains);
    saltus_trains_destroy(NULL);
}
END_TEST

static void must_refuse(const saltus_spike *spikes, size_t count, double from_ms, double to_ms,
                        const char *word)
{
    const uint32_t sizes[] = {2, 3};
    saltus_trains *trains = (saltus_trains *)&error;
    ck_assert_int_eq(saltus_trains_create(spikes, count, sizes, 2, from_ms, to_ms, &trains, &error),
                     SALTUS_E_ARGUMENT);
    ck_assert_ptr_null(trains);
    ck_assert_msg(strstr(error.message, word) != NULL, "\"%s\" does not speak of \"%s\"",
                  error.message, word);
}

START_TEST(test_wrong_spikes_and_intervals_are_refused)
{
    const saltus_spike back[] = {{2.0, 0, 0}, {1.0, 0, 1}};
    must_refuse(back, 2, 0.0, 10.0, "spike 1");
    must_refuse(&(saltus_spike){1.0, 2, 0}, 1, 0.0, 10.0, "population 2");
    must_refuse(&(saltus_spike){1.0, 1, 3}, 1, 0.0, 10.0, "neuron 3");
    must_refuse(&(saltus_spike){(double)NAN, 0, 0}, 1, 0.0, 10.0, "order of time");
    must_refuse(&(saltus_spike){(double)INFINITY, 0, 0}, 1, 0.0, 10.0, "order of time");
    must_refuse(NULL, 0, 5.0, 5.0, "interval");
    must_refuse(NULL, 0, -1.0, 5.0, "interval");
    must_refuse(NULL, 0, 0.0, (double)NAN, "interval");
    must_refuse(NULL, 0, 0.0, 1e9, "interval");
    must_refuse(NULL, 1, 0.0, 1.0, "no spikes");
    /* far outside is outside */
    saltus_trains *trains = NULL;
    const uint32_t size = 1;
    const saltus_spike far[] = {{-1e300, 0, 0}, {1e300, 0, 0}};
    ck_assert_int_eq(saltus_trains_create(far, 2, &size, 1, 0.0, 1.0, &trains, NULL), SALTUS_OK);
    ck_assert_uint_eq(saltus_trains_spikes(trains, 0), 0);
    saltus_trains_destroy(trains);
}
END_TEST

/* ---- Options and pairs that do not fit ---------------------------------------------------- */

static void must_refuse_options(saltus_accuracy_options options, const char *word)
{
    const double ms = 1.0;
    saltus_trains *trains = trains_of_times(&ms, 1, 10.0);
    saltus_accuracy total;
    saltus_matching *matching = (saltus_matching *)&error;
    saltus_activity *activity = (saltus_activity *)&error;
    ck_assert_int_eq(saltus_accuracy_measure(trains, trains, &options, &total, NULL, &error),
                     SALTUS_E_ARGUMENT);
    ck_assert_msg(strstr(error.message, word) != NULL, "\"%s\" does not speak of \"%s\"",
                  error.message, word);
    ck_assert_int_eq(saltus_matching_create(trains, trains, &options, &matching, &error),
                     SALTUS_E_ARGUMENT);
    ck_assert_ptr_null(matching);
    ck_assert_int_eq(saltus_activity_create(trains, 0, &options, &activity, &error),
                     SALTUS_E_ARGUMENT);
    ck_assert_ptr_null(activity);
    saltus_distances d;
    ck_assert_int_eq(saltus_distances_mean(trains, trains, 0, &options, &d, &error),
                     SALTUS_E_ARGUMENT);
    saltus_trains_destroy(trains);
}

START_TEST(test_wrong_options_are_refused_by_name)
{
    const saltus_accuracy_options good = saltus_accuracy_options_default();
    const double bad[] = {-0.5, (double)NAN, -(double)INFINITY};
    for (size_t i = 0; i < 3; i++) {
        saltus_accuracy_options options = good;
        options.window_ms = bad[i];
        must_refuse_options(options, "window_ms");
        options = good;
        options.window_limit_ms = bad[i];
        must_refuse_options(options, "window_limit_ms");
        options = good;
        options.tolerance_ms = bad[i];
        must_refuse_options(options, "tolerance_ms");
        options = good;
        options.tau_r_ms = bad[i];
        must_refuse_options(options, "tau_r_ms");
        options = good;
        options.shift_cost_per_ms = bad[i];
        must_refuse_options(options, "shift_cost_per_ms");
        options = good;
        options.coincidence_ms = bad[i];
        must_refuse_options(options, "coincidence_ms");
        options = good;
        options.bin_ms = bad[i];
        must_refuse_options(options, "bin_ms");
    }
    saltus_accuracy_options options = good;
    options.bin_ms = 0.0;
    must_refuse_options(options, "bin_ms");
    options = good;
    options.tau_r_ms = 0.0;
    must_refuse_options(options, "tau_r_ms");
    options = good;
    options.struct_size = 0;
    must_refuse_options(options, "struct_size");
}
END_TEST

START_TEST(test_runs_of_different_shape_are_not_compared)
{
    const uint32_t sizes[] = {2, 3}, others[] = {2, 4};
    spike_list none = {0};
    saltus_trains *a = trains_of(&none, sizes, 2, 0.0, 10.0);
    saltus_trains *unlike[] = {
        trains_of(&none, sizes, 1, 0.0, 10.0), trains_of(&none, others, 2, 0.0, 10.0),
        trains_of(&none, sizes, 2, 1.0, 10.0), trains_of(&none, sizes, 2, 0.0, 9.0), NULL};
    for (size_t i = 0; i < 5; i++) {
        saltus_accuracy total;
        saltus_divergence d;
        ck_assert_int_eq(saltus_accuracy_measure(a, unlike[i], NULL, &total, NULL, &error),
                         SALTUS_E_ARGUMENT);
        ck_assert_int_eq(saltus_divergence_find(unlike[i], a, 0, 1.0, &d, &error),
                         SALTUS_E_ARGUMENT);
        saltus_trains_destroy(unlike[i]);
    }
    saltus_trains_destroy(a);
}
END_TEST

/* ---- Everything at once -------------------------------------------------------------------- */

enum { POPULATIONS = 3 };

static const uint32_t network[POPULATIONS] = {40, 10, 1};

/* A run and a copy of it on a grid of step h (times rounded up), with some spikes lost. */
static void draw_pair(uint64_t seed, double h, double lost, spike_list *a, spike_list *b)
{
    uint64_t state = seed;
    for (uint32_t p = 0; p + 1 < POPULATIONS; p++) {
        for (uint32_t n = 0; n < network[p]; n++) {
            for (double t = 20.0 * trial_random(&state); t < 499.0;
                 t += 4.0 - 30.0 * log(1 - trial_random(&state))) {
                spikes_add(a, t, p, n);
                if (trial_random(&state) >= lost) {
                    spikes_add(b, ceil(t / h) * h, p, n);
                }
            }
        }
    }
}

START_TEST(test_all_headline_numbers_agree_with_their_parts)
{
    spike_list a = {0}, b = {0};
    draw_pair(1, 0.1, 0.02, &a, &b);
    saltus_trains *reference = trains_of(&a, network, POPULATIONS, 0.0, 500.0);
    saltus_trains *test = trains_of(&b, network, POPULATIONS, 0.0, 500.0);
    saltus_accuracy groups[POPULATIONS + 1];
    saltus_matching *matching = NULL;
    ck_assert_int_eq(
        saltus_accuracy_measure(reference, test, NULL, &groups[POPULATIONS], groups, &error),
        SALTUS_OK);
    ck_assert_int_eq(saltus_matching_create(reference, test, NULL, &matching, &error), SALTUS_OK);
    for (uint32_t g = 0; g <= POPULATIONS; g++) {
        const uint32_t p = g < POPULATIONS ? g : SALTUS_ALL_POPULATIONS;
        const saltus_accuracy *found = &groups[g];
        const saltus_match_summary match = saltus_matching_summary(matching, p);
        ck_assert_mem_eq(&found->match, &match, sizeof match);
        saltus_order order;
        ck_assert_int_eq(saltus_matching_order(matching, p, &order, &error), SALTUS_OK);
        ck_assert_mem_eq(&found->order, &order, sizeof order);
        saltus_divergence d;
        ck_assert_int_eq(saltus_divergence_find(reference, test, p, 1.0, &d, &error), SALTUS_OK);
        ck_assert_double_eq(found->divergence.time_ms, d.time_ms);
        ck_assert_uint_eq(found->divergence.neuron, d.neuron);
        saltus_distances distances;
        ck_assert_int_eq(saltus_distances_mean(reference, test, p, NULL, &distances, &error),
                         SALTUS_OK);
        ck_assert_uint_eq(found->distances.neurons, distances.neurons);
        ck_assert(near(found->distances.van_rossum, distances.van_rossum, 1e-13, 0));
        ck_assert(near(found->distances.victor_purpura, distances.victor_purpura, 1e-13, 0));
        ck_assert(
            near(found->distances.coincidence_factor, distances.coincidence_factor, 1e-13, 0));
        ck_assert(near(found->distances.isi_distance, distances.isi_distance, 1e-13, 0));
        ck_assert(near(found->distances.spike_distance, distances.spike_distance, 1e-13, 0));
        saltus_activity *x = NULL, *y = NULL;
        ck_assert_int_eq(saltus_activity_create(reference, p, NULL, &x, &error), SALTUS_OK);
        ck_assert_int_eq(saltus_activity_create(test, p, NULL, &y, &error), SALTUS_OK);
        for (int m = 0; m < SALTUS_MEASURE_COUNT; m++) {
            const saltus_distribution s = saltus_activity_distribution(x, (saltus_measure)m);
            const saltus_distribution t = saltus_activity_distribution(y, (saltus_measure)m);
            ck_assert(near(found->distributions[m].reference.mean, s.mean, 0, 0));
            ck_assert(near(found->distributions[m].test.quartile_3, t.quartile_3, 0, 0));
            ck_assert(isnan(found->distributions[m].kolmogorov_smirnov) ==
                      (s.count == 0 || t.count == 0));
        }
        ck_assert(near(found->reference_synchrony, saltus_activity_synchrony(x), 0, 0));
        ck_assert(near(found->test_synchrony, saltus_activity_synchrony(y), 0, 0));
        saltus_activity_destroy(x);
        saltus_activity_destroy(y);
    }
    const saltus_match_summary *all = &groups[POPULATIONS].match;
    ck_assert_uint_eq(all->reference_spikes, a.count);
    ck_assert_uint_eq(all->test_spikes, b.count);
    ck_assert_uint_eq(all->matched + all->missed, a.count);
    ck_assert_uint_eq(all->matched, b.count);
    ck_assert_uint_eq(all->missed, groups[0].match.missed + groups[1].match.missed);
    ck_assert(all->mean_shift_ms > 0.04 && all->mean_shift_ms < 0.06);
    ck_assert_uint_gt(groups[POPULATIONS].order.created, 0);
    ck_assert_int_eq(saltus_accuracy_measure(reference, test, NULL, NULL, NULL, &error), SALTUS_OK);
    saltus_matching_destroy(matching);
    saltus_matching_destroy(NULL);
    saltus_activity_destroy(NULL);
    saltus_trains_destroy(reference);
    saltus_trains_destroy(test);
    spikes_clear(&a);
    spikes_clear(&b);
}
END_TEST

START_TEST(test_equal_runs_do_not_differ_at_all)
{
    spike_list a = {0}, b = {0};
    draw_pair(2, 0.1, 0.0, &a, &b);
    saltus_trains *trains = trains_of(&a, network, POPULATIONS, 0.0, 500.0);
    saltus_accuracy t;
    ck_assert_int_eq(saltus_accuracy_measure(trains, trains, NULL, &t, NULL, &error), SALTUS_OK);
    ck_assert_uint_eq(t.match.matched, a.count);
    ck_assert_uint_eq(t.match.missed + t.match.extra + t.match.at_edge, 0);
    ck_assert_double_eq(t.match.matched_fraction, 1.0);
    ck_assert_double_eq(t.match.rate_error, 0.0);
    ck_assert_double_eq(t.match.max_abs_shift_ms, 0.0);
    ck_assert_double_eq(t.divergence.time_ms, (double)INFINITY);
    ck_assert_double_eq(t.divergence.max_abs_shift_ms, 0.0);
    ck_assert_uint_eq(t.divergence.pairs_before, a.count);
    ck_assert_uint_eq(t.order.created + t.order.lost + t.order.swapped, 0);
    ck_assert_uint_eq(t.distances.neurons, 50);
    ck_assert_double_eq(t.distances.van_rossum, 0.0);
    ck_assert_double_eq(t.distances.victor_purpura, 0.0);
    ck_assert_double_eq(t.distances.isi_distance, 0.0);
    ck_assert_double_eq(t.distances.spike_distance, 0.0);
    ck_assert(near(t.distances.coincidence_factor, 1.0, 1e-14, 0));
    for (int m = 0; m < SALTUS_MEASURE_COUNT; m++) {
        ck_assert_double_eq(t.distributions[m].kolmogorov_smirnov, 0.0);
        ck_assert_double_eq(t.distributions[m].wasserstein, 0.0);
    }
    ck_assert_double_eq(t.reference_synchrony, t.test_synchrony);
    saltus_trains_destroy(trains);
    spikes_clear(&a);
    spikes_clear(&b);
}
END_TEST

START_TEST(test_a_run_without_neurons_or_spikes_is_no_error)
{
    const uint32_t sizes[] = {0, 5};
    spike_list none = {0};
    for (uint32_t populations = 0; populations <= 2; populations++) {
        saltus_trains *trains = trains_of(&none, sizes, populations, 0.0, 10.0);
        saltus_accuracy total, groups[2];
        ck_assert_int_eq(saltus_accuracy_measure(trains, trains, NULL, &total, groups, &error),
                         SALTUS_OK);
        ck_assert_uint_eq(total.match.reference_spikes, 0);
        ck_assert_uint_eq(total.distances.neurons, 0);
        ck_assert(isnan(total.distances.van_rossum));
        ck_assert(isnan(total.reference_synchrony));
        ck_assert_double_eq(total.divergence.time_ms, (double)INFINITY);
        saltus_trains_destroy(trains);
    }
}
END_TEST

/* 500,000 spikes on a grid of 1 ms, hundreds at each time: what is quadratic in the spikes of a
 * step or of a run would not come to an end. */
START_TEST(test_a_large_run_is_measured)
{
    enum { NEURONS = 12500, SPIKES = 500000 };
    const uint32_t size = NEURONS;
    uint64_t state = 99;
    spike_list a = {0}, b = {0};
    for (int i = 0; i < SPIKES; i++) {
        const double t = 1000.0 * trial_random(&state);
        const uint32_t n = trial_random_below(&state, NEURONS);
        spikes_add(&a, t, 0, n);
        spikes_add(&b, ceil(t), 0, n);
    }
    saltus_trains *reference = trains_of(&a, &size, 1, 0.0, 1001.0);
    saltus_trains *test = trains_of(&b, &size, 1, 0.0, 1001.0);
    saltus_accuracy_options options = saltus_accuracy_options_default();
    options.window_ms = 1.0;
    saltus_accuracy t;
    ck_assert_int_eq(saltus_accuracy_measure(reference, test, &options, &t, NULL, &error),
                     SALTUS_OK);
    ck_assert_uint_eq(t.match.matched, SPIKES);
    ck_assert_double_le(t.match.max_abs_shift_ms, 1.0);
    ck_assert(near(t.match.mean_shift_ms, 0.5, 0.01, 0));
    /* 500 spikes at each of 1,000 times */
    ck_assert(near((double)t.order.test_simultaneous, 1000.0 * 500.0 * 500.0 / 2, 0.02, 0));
    ck_assert_uint_le(t.order.created, t.order.test_simultaneous);
    ck_assert_uint_gt(t.order.created, t.order.test_simultaneous / 10 * 9);
    ck_assert_double_gt(t.distances.van_rossum, 0.0);
    saltus_trains_destroy(reference);
    saltus_trains_destroy(test);
    spikes_clear(&a);
    spikes_clear(&b);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_trains_are_the_spikes_of_each_neuron_in_the_interval,
        test_wrong_spikes_and_intervals_are_refused,
        test_wrong_options_are_refused_by_name,
        test_runs_of_different_shape_are_not_compared,
        test_all_headline_numbers_agree_with_their_parts,
        test_equal_runs_do_not_differ_at_all,
        test_a_run_without_neurons_or_spikes_is_no_error,
        test_a_large_run_is_measured,
    };
    return SUITE_RUN("accuracy", tests);
}
