/* test_spike_match - the assignment of spikes is the best there is, and its summary is right. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "measure/accuracy/spike_match.h"
#include "suite.h"
#include "support/trial.h"
#include "train_fixture.h"

enum { MOST = 8, CASES = 20000 };

/* ---- Exhaustive matching ------------------------------------------------------------- */

typedef struct best_match {
    int pairs;
    double shift_ticks;
} best_match;

/* Try every partner, in any order, for spike i and all after it. */
static void try_all(spike_train reference, spike_train test, sim_time window, size_t i,
                    unsigned taken, best_match now, best_match *best)
{
    if (i == reference.count) {
        if (now.pairs > best->pairs ||
            (now.pairs == best->pairs && now.shift_ticks < best->shift_ticks)) {
            *best = now;
        }
        return;
    }
    try_all(reference, test, window, i + 1, taken, now, best);
    for (size_t k = 0; k < test.count; k++) {
        const double shift = fabs((double)(test.ticks[k] - reference.ticks[i]));
        if (!(taken >> k & 1) && shift <= (double)window) {
            const best_match next = {now.pairs + 1, now.shift_ticks + shift};
            try_all(reference, test, window, i + 1, taken | 1u << k, next, best);
        }
    }
}

START_TEST(test_the_assignment_equals_the_best_of_all_assignments)
{
    uint64_t state = 11;
    match_room room;
    ck_assert(sl_match_room_init(&room, MOST));
    size_t ambiguous = 0;
    for (int c = 0; c < CASES; c++) {
        double a_ms[MOST], b_ms[MOST];
        const double step_ms = c % 3 == 0 ? 1.0 : c % 3 == 1 ? 0.1 : 1e-6;
        const size_t n = draw_times(&state, 4.0, step_ms, 10.0, a_ms, MOST - 1);
        const size_t m = draw_times(&state, 4.0, step_ms, 10.0, b_ms, MOST - 1);
        const double window_ms = trial_random_in(&state, 0.0, 4.0);
        const sim_time window = sl_length_from_ms(c % 3 == 0 ? floor(window_ms) : window_ms);
        saltus_trains *a = trains_of_times(a_ms, n, 10.0);
        saltus_trains *b = trains_of_times(b_ms, m, 10.0);
        const spike_train reference = trains_get(a, 0), test = trains_get(b, 0);

        best_match best = {0, 0.0};
        try_all(reference, test, window, 0, 0, (best_match){0, 0.0}, &best);
        size_t partner[MOST], last = 0;
        sl_spike_match(reference, test, window, &room, partner);
        best_match found = {0, 0.0};
        for (size_t i = 0; i < n; i++) {
            if (partner[i] == SPIKE_UNMATCHED) {
                continue;
            }
            ck_assert_uint_lt(partner[i], m);
            ck_assert_msg(found.pairs == 0 || partner[i] > last, "case %d: not one to one", c);
            last = partner[i];
            const double shift = fabs((double)(test.ticks[last] - reference.ticks[i]));
            ck_assert_double_le(shift, (double)window);
            found.pairs++;
            found.shift_ticks += shift;
        }
        ck_assert_msg(found.pairs == best.pairs && found.shift_ticks == best.shift_ticks,
                      "case %d: %d pairs and %.17g ticks, but %d and %.17g are possible", c,
                      found.pairs, found.shift_ticks, best.pairs, best.shift_ticks);
        ambiguous += best.pairs > 1 && best.shift_ticks > 0.0;
        saltus_trains_destroy(a);
        saltus_trains_destroy(b);
    }
    ck_assert_uint_gt(ambiguous, CASES / 4);
    sl_match_room_clear(&room);
}
END_TEST

/* ---- Summaries ------------------------------------------------------------------------- */

static saltus_match_summary match_times(const double *a_ms, size_t n, const double *b_ms, size_t m,
                                        double to_ms, double window_ms, double limit_ms)
{
    saltus_trains *a = trains_of_times(a_ms, n, to_ms), *b = trains_of_times(b_ms, m, to_ms);
    saltus_accuracy_options options = saltus_accuracy_options_default();
    options.window_ms = window_ms;
    options.window_limit_ms = limit_ms;
    saltus_matching *matching = NULL;
    ck_assert_int_eq(saltus_matching_create(a, b, &options, &matching, NULL), SALTUS_OK);
    const saltus_match_summary summary = saltus_matching_summary(matching, 0);
    const saltus_match_summary all = saltus_matching_summary(matching, SALTUS_ALL_POPULATIONS);
    ck_assert_mem_eq(&summary, &all, sizeof summary);
    saltus_matching_destroy(matching);
    saltus_trains_destroy(a);
    saltus_trains_destroy(b);
    return summary;
}

START_TEST(test_a_known_pair_of_trains_has_its_known_summary)
{
    const double a_ms[] = {10, 20, 30, 40, 99.95};
    const double b_ms[] = {10.1, 20.2, 25, 39.7};
    const saltus_match_summary s = match_times(a_ms, 5, b_ms, 4, 100.0, 0.5, 3.0);
    ck_assert_uint_eq(s.reference_spikes, 5);
    ck_assert_uint_eq(s.test_spikes, 4);
    ck_assert_uint_eq(s.matched, 3);
    ck_assert_uint_eq(s.missed, 2);
    ck_assert_uint_eq(s.extra, 1);
    ck_assert_uint_eq(s.at_edge, 1);
    ck_assert(near(s.matched_fraction, 0.6, 1e-15, 0));
    ck_assert(near(s.rate_error, -0.2, 1e-15, 0));
    ck_assert(near(s.mean_shift_ms, 0.0, 0, 1e-15));
    ck_assert(near(s.mean_abs_shift_ms, 0.2, 1e-14, 0));
    ck_assert(near(s.median_abs_shift_ms, 0.2, 1e-14, 0));
    ck_assert(near(s.rms_shift_ms, sqrt(0.14 / 3), 1e-14, 0));
    ck_assert(near(s.max_abs_shift_ms, 0.3, 1e-14, 0));
    /* of an even number, the median is the mean of the middle two */
    const double c_ms[] = {10.1, 20.2, 25, 39.7, 99.55};
    ck_assert(
        near(match_times(a_ms, 5, c_ms, 5, 100.0, 0.5, 3.0).median_abs_shift_ms, 0.25, 1e-12, 0));
}
END_TEST

START_TEST(test_only_ends_that_cut_the_run_are_edges)
{
    const uint32_t size = 1;
    const double ms[] = {0.25, 50.25, 60.0, 99.75};
    for (int cut = 0; cut < 2; cut++) {
        spike_list a = {0}, none = {0};
        for (int i = 0; i < 4; i++) {
            spikes_add(&a, ms[i], 0, 0);
        }
        const double from_ms = cut ? 50.0 : 0.0;
        saltus_trains *reference = trains_of(&a, &size, 1, from_ms, 100.0);
        saltus_trains *test = trains_of(&none, &size, 1, from_ms, 100.0);
        saltus_matching *matching = NULL;
        saltus_accuracy_options options = saltus_accuracy_options_default();
        options.window_ms = 0.5;
        ck_assert_int_eq(saltus_matching_create(reference, test, &options, &matching, NULL),
                         SALTUS_OK);
        const saltus_match_summary s = saltus_matching_summary(matching, 0);
        ck_assert_uint_eq(s.missed, cut ? 3 : 4);
        ck_assert_uint_eq(s.at_edge, cut ? 2 : 1);
        saltus_matching_destroy(matching);
        saltus_trains_destroy(reference);
        saltus_trains_destroy(test);
        spikes_clear(&a);
    }
}
END_TEST

START_TEST(test_a_shift_of_exactly_the_window_is_within_it)
{
    /* in doubles 0.4 - 0.3 > 0.1 */
    const double a_ms[] = {0.3, 1000.3}, b_ms[] = {0.4, 1000.2};
    const saltus_match_summary s = match_times(a_ms, 2, b_ms, 2, 2000.0, 0.1, 3.0);
    ck_assert_uint_eq(s.matched, 2);
    ck_assert_double_eq(s.max_abs_shift_ms, 0.1);
    ck_assert_double_eq(s.mean_shift_ms, 0.0);
    ck_assert_uint_eq(match_times(a_ms, 2, b_ms, 2, 2000.0, 0.1 - 1e-11, 3.0).matched, 0);
}
END_TEST

START_TEST(test_the_window_by_interval_is_half_the_smallest_one_within_the_limit)
{
    const double a_ms[] = {10, 12, 12, 20}, b_ms[] = {11};
    saltus_match_summary s = match_times(a_ms, 4, b_ms, 1, 50.0, SALTUS_WINDOW_BY_INTERVAL, 3.0);
    ck_assert_double_eq(s.smallest_window_ms, 1.0); /* the interval of length 0 does not count */
    ck_assert_double_eq(s.largest_window_ms, 1.0);
    ck_assert_uint_eq(s.matched, 1);
    s = match_times(a_ms, 4, b_ms, 1, 50.0, SALTUS_WINDOW_BY_INTERVAL, 0.7);
    ck_assert_double_eq(s.largest_window_ms, 0.7);
    ck_assert_uint_eq(s.matched, 0);
    s = match_times(a_ms, 1, b_ms, 1, 50.0, SALTUS_WINDOW_BY_INTERVAL, 3.0);
    ck_assert_double_eq(s.largest_window_ms, 3.0);
    s = match_times(a_ms, 4, b_ms, 1, 50.0, SALTUS_WINDOW_BY_INTERVAL, (double)INFINITY);
    ck_assert_double_eq(s.largest_window_ms, 1.0);
}
END_TEST

START_TEST(test_empty_trains_have_no_shifts_and_no_made_up_numbers)
{
    const double a_ms[] = {10};
    saltus_match_summary s = match_times(NULL, 0, NULL, 0, 50.0, 1.0, 3.0);
    ck_assert_uint_eq(s.reference_spikes + s.test_spikes + s.matched + s.missed + s.extra, 0);
    ck_assert(isnan(s.rate_error) && isnan(s.matched_fraction) && isnan(s.mean_shift_ms) &&
              isnan(s.median_abs_shift_ms) && isnan(s.largest_window_ms));
    s = match_times(a_ms, 1, NULL, 0, 50.0, 1.0, 3.0);
    ck_assert_uint_eq(s.missed, 1);
    ck_assert_double_eq(s.rate_error, -1.0);
    ck_assert_double_eq(s.matched_fraction, 0.0);
    s = match_times(NULL, 0, a_ms, 1, 50.0, 1.0, 3.0);
    ck_assert_uint_eq(s.extra, 1);
    ck_assert_double_eq(s.rate_error, (double)INFINITY);
    ck_assert(isnan(s.matched_fraction));
}
END_TEST

START_TEST(test_pairs_are_listed_by_population_neuron_and_time)
{
    const uint32_t sizes[] = {3, 0, 2};
    spike_list a = {0}, b = {0};
    for (uint32_t i = 0; i < 40; i++) {
        const uint32_t p = i % 5 < 3 ? 0 : 2, n = i % 5 < 3 ? i % 5 : i % 5 - 3;
        spikes_add(&a, 10.0 + i, p, n);
        spikes_add(&b, 10.0 + i + 0.01 * (n + 1) * (p == 0 ? 1 : -1), p, n);
    }
    saltus_trains *reference = trains_of(&a, sizes, 3, 0.0, 60.0);
    saltus_trains *test = trains_of(&b, sizes, 3, 0.0, 60.0);
    saltus_matching *matching = NULL;
    ck_assert_int_eq(saltus_matching_create(reference, test, NULL, &matching, NULL), SALTUS_OK);
    size_t count = 0;
    const saltus_match *pairs = saltus_matching_pairs(matching, &count);
    ck_assert_uint_eq(count, 40);
    for (size_t i = 0; i < count; i++) {
        const double shift = 0.01 * (pairs[i].neuron + 1) * (pairs[i].population == 0 ? 1 : -1);
        ck_assert(near(pairs[i].shift_ms, shift, 1e-9, 0));
        ck_assert(near(pairs[i].test_ms - pairs[i].reference_ms, shift, 1e-9, 0));
        if (i > 0) {
            const saltus_match *last = &pairs[i - 1];
            ck_assert(
                last->population < pairs[i].population ||
                (last->population == pairs[i].population &&
                 (last->neuron < pairs[i].neuron || (last->neuron == pairs[i].neuron &&
                                                     last->reference_ms < pairs[i].reference_ms))));
        }
    }
    ck_assert_uint_eq(saltus_matching_summary(matching, 0).matched, 24);
    ck_assert_uint_eq(saltus_matching_summary(matching, 1).matched, 0);
    ck_assert_uint_eq(saltus_matching_summary(matching, 2).matched, 16);
    ck_assert_uint_eq(saltus_matching_summary(matching, 3).matched, 0);
    ck_assert(near(saltus_matching_summary(matching, 2).mean_shift_ms, -0.015, 1e-9, 0));
    saltus_matching_destroy(matching);
    saltus_trains_destroy(reference);
    saltus_trains_destroy(test);
    spikes_clear(&a);
    spikes_clear(&b);
}
END_TEST

/* Windows that chain a whole train together: a straightforward table would need 10^10 cells. */
START_TEST(test_one_long_chained_train_is_matched)
{
    enum { COUNT = 100000 };
    double *a_ms = malloc(COUNT * sizeof *a_ms), *b_ms = malloc(COUNT * sizeof *b_ms);
    ck_assert(a_ms != NULL && b_ms != NULL);
    for (size_t i = 0; i < COUNT; i++) {
        a_ms[i] = (double)i;
        b_ms[i] = (double)i + 2.25;
    }
    const saltus_match_summary s =
        match_times(a_ms, COUNT, b_ms, COUNT, COUNT + 5.0, 2.5, (double)INFINITY);
    ck_assert_uint_eq(s.matched, COUNT);
    ck_assert_double_eq(s.mean_shift_ms, 2.25);
    ck_assert_double_eq(s.max_abs_shift_ms, 2.25);
    free(a_ms);
    free(b_ms);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_the_assignment_equals_the_best_of_all_assignments,
        test_a_known_pair_of_trains_has_its_known_summary,
        test_only_ends_that_cut_the_run_are_edges,
        test_a_shift_of_exactly_the_window_is_within_it,
        test_the_window_by_interval_is_half_the_smallest_one_within_the_limit,
        test_empty_trains_have_no_shifts_and_no_made_up_numbers,
        test_pairs_are_listed_by_population_neuron_and_time,
        test_one_long_chained_train_is_matched,
    };
    return SUITE_RUN("spike match", tests);
}
