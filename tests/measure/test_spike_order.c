/* test_spike_order - simultaneous and swapped spikes counted pair by pair; the first divergence. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "measure/accuracy/tick_sort.h"
#include "suite.h"
#include "support/trial.h"
#include "train_fixture.h"

enum { NEURONS = 6, CASES = 3000 };

static const uint32_t sizes[] = {2, 4};

/* Two runs on a coarse grid, the second one a shaken copy of the first. */
static void draw_runs(uint64_t *state, spike_list *a, spike_list *b)
{
    a->count = b->count = 0;
    const uint32_t spikes = trial_random_below(state, 40);
    for (uint32_t i = 0; i < spikes; i++) {
        const uint32_t n = trial_random_below(state, NEURONS);
        const uint32_t p = n < sizes[0] ? 0 : 1, index = n < sizes[0] ? n : n - sizes[0];
        const double t = 0.5 * trial_random_below(state, 60);
        const double shift = 0.5 * ((double)trial_random_below(state, 5) - 2.0);
        if (trial_random(state) < 0.9) {
            spikes_add(a, t, p, index);
        }
        if (trial_random(state) < 0.9) {
            spikes_add(b, fmax(t + shift, 0.0), p, index);
        }
    }
}

static uint64_t equal_pairs(const spike_list *list, uint32_t population)
{
    uint64_t pairs = 0;
    for (size_t i = 0; i < list->count; i++) {
        for (size_t k = 0; k < i; k++) {
            const saltus_spike x = list->spikes[i], y = list->spikes[k];
            const bool counts = population == SALTUS_ALL_POPULATIONS ||
                                (x.population == population && y.population == population);
            pairs += counts && x.time_ms == y.time_ms;
        }
    }
    return pairs;
}

static saltus_order naive_order(const saltus_match *m, size_t count, uint32_t population)
{
    saltus_order order = {0};
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (population != SALTUS_ALL_POPULATIONS &&
                (m[i].population != population || m[k].population != population)) {
                continue;
            }
            const double r = m[i].reference_ms - m[k].reference_ms;
            const double t = m[i].test_ms - m[k].test_ms;
            order.created += t == 0 && r != 0;
            order.lost += t != 0 && r == 0;
            order.swapped += r * t < 0;
        }
    }
    return order;
}

START_TEST(test_order_counts_equal_those_of_all_pairs_looked_at)
{
    uint64_t state = 21;
    spike_list a = {0}, b = {0};
    saltus_order sum = {0};
    for (int c = 0; c < CASES; c++) {
        draw_runs(&state, &a, &b);
        saltus_trains *reference = trains_of(&a, sizes, 2, 0.0, 40.0);
        saltus_trains *test = trains_of(&b, sizes, 2, 0.0, 40.0);
        saltus_matching *matching = NULL;
        saltus_accuracy_options options = saltus_accuracy_options_default();
        options.window_ms = 1.0;
        ck_assert_int_eq(saltus_matching_create(reference, test, &options, &matching, NULL),
                         SALTUS_OK);
        size_t count = 0;
        const saltus_match *pairs = saltus_matching_pairs(matching, &count);
        const uint32_t groups[] = {0, 1, SALTUS_ALL_POPULATIONS};
        for (int g = 0; g < 3; g++) {
            saltus_order order;
            ck_assert_int_eq(saltus_matching_order(matching, groups[g], &order, NULL), SALTUS_OK);
            const saltus_order naive = naive_order(pairs, count, groups[g]);
            ck_assert_uint_eq(order.created, naive.created);
            ck_assert_uint_eq(order.lost, naive.lost);
            ck_assert_uint_eq(order.swapped, naive.swapped);
            ck_assert_uint_eq(order.reference_simultaneous, equal_pairs(&a, groups[g]));
            ck_assert_uint_eq(order.test_simultaneous, equal_pairs(&b, groups[g]));
            sum.created += order.created;
            sum.lost += order.lost;
            sum.swapped += order.swapped;
        }
        saltus_matching_destroy(matching);
        saltus_trains_destroy(reference);
        saltus_trains_destroy(test);
    }
    ck_assert_uint_gt(sum.created, CASES);
    ck_assert_uint_gt(sum.lost, CASES);
    ck_assert_uint_gt(sum.swapped, CASES);
    spikes_clear(&a);
    spikes_clear(&b);
}
END_TEST

START_TEST(test_a_grid_creates_the_coincidences_of_its_steps)
{
    /* 300 neurons fire one after the other within one step of the grid */
    enum { COUNT = 300 };
    const uint32_t size = COUNT;
    spike_list a = {0}, b = {0};
    for (uint32_t i = 0; i < COUNT; i++) {
        spikes_add(&a, 5.0 + i / 1000.0, 0, i);
        spikes_add(&b, 6.0, 0, i);
    }
    saltus_trains *reference = trains_of(&a, &size, 1, 0.0, 10.0);
    saltus_trains *test = trains_of(&b, &size, 1, 0.0, 10.0);
    saltus_accuracy total;
    ck_assert_int_eq(saltus_accuracy_measure(reference, test, NULL, &total, NULL, NULL), SALTUS_OK);
    ck_assert_uint_eq(total.match.matched, COUNT);
    ck_assert_uint_eq(total.order.reference_simultaneous, 0);
    ck_assert_uint_eq(total.order.test_simultaneous, COUNT * (COUNT - 1) / 2);
    ck_assert_uint_eq(total.order.created, COUNT * (COUNT - 1) / 2);
    ck_assert_uint_eq(total.order.lost, 0);
    ck_assert_uint_eq(total.order.swapped, 0);
    saltus_trains_destroy(reference);
    saltus_trains_destroy(test);
    spikes_clear(&a);
    spikes_clear(&b);
}
END_TEST

START_TEST(test_sorting_is_stable_and_counts_inversions)
{
    enum { MOST = 200 };
    uint64_t state = 3;
    tick_pair pairs[MOST], scratch[MOST];
    for (size_t count = 0; count <= MOST; count++) {
        uint64_t naive = 0;
        for (size_t i = 0; i < count; i++) {
            pairs[i] = (tick_pair){(int64_t)trial_random_below(&state, 50) - 25, (int64_t)i};
            for (size_t k = 0; k < i; k++) {
                naive += pairs[k].key > pairs[i].key;
            }
        }
        ck_assert_uint_eq(sl_tick_sort(pairs, scratch, count), naive);
        for (size_t i = 1; i < count; i++) {
            ck_assert(pairs[i - 1].key < pairs[i].key ||
                      (pairs[i - 1].key == pairs[i].key && pairs[i - 1].other < pairs[i].other));
        }
    }
}
END_TEST

/* ---- Divergence ------------------------------------------------------------------------ */

static size_t times_of(const spike_list *list, uint32_t population, uint32_t neuron, double *times)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        const saltus_spike s = list->spikes[i];
        if (s.population == population && s.neuron == neuron) {
            times[count++] = s.time_ms;
        }
    }
    return count;
}

/* Earliest differing spike by looking at every index of every neuron. Times are multiples of 0.5,
 * so that plain differences are exact. */
static saltus_divergence naive_divergence(const spike_list *a, const spike_list *b,
                                          double tolerance_ms, double to_ms)
{
    saltus_divergence found = {.time_ms = (double)INFINITY};
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < NEURONS; i++) {
            const uint32_t p = i < sizes[0] ? 0 : 1, n = p == 0 ? i : i - sizes[0];
            double x[64], y[64];
            const size_t xs = times_of(a, p, n, x), ys = times_of(b, p, n, y);
            for (size_t k = 0; k < xs || k < ys; k++) {
                const bool both = k < xs && k < ys;
                const double t = both ? fmin(x[k], y[k]) : k < xs ? x[k] : y[k];
                const bool last = !both && k + 1 == (xs > ys ? xs : ys) && k == (xs < ys ? xs : ys);
                const bool differs =
                    both ? fabs(x[k] - y[k]) > tolerance_ms : !(last && to_ms - t <= tolerance_ms);
                if (pass == 0 && differs && t < found.time_ms) {
                    found.time_ms = t;
                    found.population = p;
                    found.neuron = n;
                    found.spike = k;
                } else if (pass == 1 && both && t < found.time_ms) {
                    found.pairs_before++;
                    found.max_abs_shift_ms = fmax(found.max_abs_shift_ms, fabs(x[k] - y[k]));
                }
            }
        }
    }
    return found;
}

START_TEST(test_the_first_divergence_is_the_earliest_of_all)
{
    uint64_t state = 77;
    spike_list a = {0}, b = {0};
    int never = 0;
    for (int c = 0; c < CASES; c++) {
        draw_runs(&state, &a, &b);
        if (c % 2 == 0) { /* nearly equal runs */
            b.count = 0;
            for (size_t i = 0; i < a.count; i++) {
                const saltus_spike s = a.spikes[i];
                if (i + 1 < a.count || c % 4 == 0) {
                    spikes_add(&b, s.time_ms + 0.5 * trial_random_below(&state, 2), s.population,
                               s.neuron);
                }
            }
        }
        const double tolerance = 0.5 * trial_random_below(&state, 4);
        saltus_trains *reference = trains_of(&a, sizes, 2, 0.0, 30.5);
        saltus_trains *test = trains_of(&b, sizes, 2, 0.0, 30.5);
        saltus_divergence found;
        ck_assert_int_eq(saltus_divergence_find(reference, test, SALTUS_ALL_POPULATIONS, tolerance,
                                                &found, NULL),
                         SALTUS_OK);
        const saltus_divergence naive = naive_divergence(&a, &b, tolerance, 30.5);
        ck_assert_double_eq(found.time_ms, naive.time_ms);
        ck_assert_uint_eq(found.pairs_before, naive.pairs_before);
        ck_assert_double_eq(found.max_abs_shift_ms, naive.max_abs_shift_ms);
        ck_assert_double_le(found.max_abs_shift_ms, tolerance);
        if (isinf(naive.time_ms)) {
            ck_assert_uint_eq(found.neuron, UINT32_MAX);
            ck_assert_uint_eq(found.population, UINT32_MAX);
            never++;
        } else {
            ck_assert_uint_eq(found.neuron, naive.neuron);
            ck_assert_uint_eq(found.population, naive.population);
            ck_assert_uint_eq(found.spike, naive.spike);
            ck_assert_double_eq(fmin(found.reference_ms, found.test_ms), naive.time_ms);
        }
        saltus_trains_destroy(reference);
        saltus_trains_destroy(test);
    }
    ck_assert_int_gt(never, CASES / 20);
    ck_assert_int_lt(never, CASES - CASES / 20);
    spikes_clear(&a);
    spikes_clear(&b);
}
END_TEST

START_TEST(test_a_spike_without_partner_parts_two_runs)
{
    const double a_ms[] = {1, 2, 3}, b_ms[] = {1.25, 2.5};
    saltus_trains *a = trains_of_times(a_ms, 3, 100.0), *b = trains_of_times(b_ms, 2, 100.0);
    saltus_divergence d;
    ck_assert_int_eq(saltus_divergence_find(a, b, 0, 0.5, &d, NULL), SALTUS_OK);
    ck_assert_double_eq(d.time_ms, 3.0);
    ck_assert_double_eq(d.reference_ms, 3.0);
    ck_assert(isnan(d.test_ms));
    ck_assert_uint_eq(d.spike, 2);
    ck_assert_uint_eq(d.pairs_before, 2);
    ck_assert_double_eq(d.max_abs_shift_ms, 0.5);
    ck_assert_int_eq(saltus_divergence_find(a, b, 0, 0.25, &d, NULL), SALTUS_OK);
    ck_assert_double_eq(d.time_ms, 2.0);
    ck_assert_double_eq(d.test_ms, 2.5);
    ck_assert_double_eq(d.max_abs_shift_ms, 0.25);
    ck_assert_int_eq(saltus_divergence_find(a, b, 0, -1.0, &d, NULL), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_divergence_find(a, b, 0, (double)NAN, &d, NULL), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_divergence_find(a, b, 1, 0.0, &d, NULL), SALTUS_E_ARGUMENT);
    saltus_trains_destroy(a);
    saltus_trains_destroy(b);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_order_counts_equal_those_of_all_pairs_looked_at,
        test_a_grid_creates_the_coincidences_of_its_steps,
        test_sorting_is_stable_and_counts_inversions,
        test_the_first_divergence_is_the_earliest_of_all,
        test_a_spike_without_partner_parts_two_runs,
    };
    return SUITE_RUN("spike order", tests);
}
