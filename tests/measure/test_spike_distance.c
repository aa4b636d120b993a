/* test_spike_distance - each distance equals its definition, worked out in the plainest way. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "measure/accuracy/spike_distance.h"
#include "suite.h"
#include "support/trial.h"
#include "train_fixture.h"

enum { MOST = 40 };

#define TO_MS 50.0

/* A train drawn from a seed, with the times it was made of. */
typedef struct drawn {
    double ms[MOST];
    size_t count;
    saltus_trains *trains;
    spike_train train;
} drawn;

static drawn draw(uint64_t *state, double spikes, double step_ms)
{
    drawn d;
    d.count = draw_times(state, spikes, step_ms, TO_MS, d.ms, MOST);
    d.trains = trains_of_times(d.ms, d.count, TO_MS);
    d.train = trains_get(d.trains, 0);
    return d;
}

static drawn written(const double *ms, size_t count, double to_ms)
{
    drawn d = {.count = count};
    for (size_t i = 0; i < count; i++) {
        d.ms[i] = ms[i];
    }
    d.trains = trains_of_times(ms, count, to_ms);
    d.train = trains_get(d.trains, 0);
    return d;
}

static void release(drawn *d)
{
    saltus_trains_destroy(d->trains);
}

/* ---- van Rossum --------------------------------------------------------------------------- */

static double kernel_sum(const drawn *a, const drawn *b, double tau_ms)
{
    double sum = 0.0;
    for (size_t i = 0; i < a->count; i++) {
        for (size_t k = 0; k < b->count; k++) {
            sum += exp(-fabs(a->ms[i] - b->ms[k]) / tau_ms);
        }
    }
    return sum;
}

/* The difference of the filtered trains just after t; spikes up to and including `last` count. */
static double difference_at(const drawn *a, const drawn *b, double tau_ms, double last, double t)
{
    double h = 0.0;
    for (size_t i = 0; i < a->count; i++) {
        h += a->ms[i] <= last ? exp(-(t - a->ms[i]) / tau_ms) : 0.0;
    }
    for (size_t k = 0; k < b->count; k++) {
        h -= b->ms[k] <= last ? exp(-(t - b->ms[k]) / tau_ms) : 0.0;
    }
    return h;
}

/* (1/tau) integral of h^2 by Simpson's rule on each piece between grid times. */
static double quadrature(const drawn *a, const drawn *b, double tau_ms, double step_ms)
{
    enum { PIECES = 16 };
    double sum = 0.0;
    const double end = TO_MS + 20.0 * tau_ms;
    for (long s = 0; (double)s * step_ms < end; s++) {
        const double from = (double)s * step_ms, width = step_ms / PIECES;
        for (int i = 0; i < PIECES; i++) {
            const double left = from + i * width;
            const double last = from + step_ms / 4;
            const double x = difference_at(a, b, tau_ms, last, left);
            const double y = difference_at(a, b, tau_ms, last, left + width / 2);
            const double z = difference_at(a, b, tau_ms, last, left + width);
            sum += width / 6 * (x * x + 4 * y * y + z * z);
        }
    }
    return sum / tau_ms;
}

START_TEST(test_van_rossum_equals_the_double_sum_of_kernels)
{
    uint64_t state = 5;
    for (int c = 0; c < 5000; c++) {
        const double tau_ms = pow(10.0, trial_random_in(&state, -1.0, 3.0));
        const double steps[] = {1.0, 0.1, 1e-5};
        drawn a = draw(&state, 12.0, steps[c % 3]), b = draw(&state, 12.0, steps[c % 3]);
        const double squared = (kernel_sum(&a, &a, tau_ms) + kernel_sum(&b, &b, tau_ms)) / 2 -
                               kernel_sum(&a, &b, tau_ms);
        const double d = sl_van_rossum(a.train, b.train, tau_ms);
        ck_assert_msg(near(d * d, squared, 1e-10, 1e-11), "case %d: %.17g, not %.17g", c, d * d,
                      squared);
        ck_assert_double_eq(d, sl_van_rossum(b.train, a.train, tau_ms));
        ck_assert_double_eq(sl_van_rossum(a.train, a.train, tau_ms), 0.0);
        release(&a);
        release(&b);
    }
}
END_TEST

START_TEST(test_van_rossum_equals_the_integral_of_filtered_trains)
{
    uint64_t state = 6;
    for (int c = 0; c < 30; c++) {
        const double tau_ms = trial_random_in(&state, 2.0, 8.0);
        drawn a = draw(&state, 5.0, 1.0), b = draw(&state, 5.0, 1.0);
        const double d = sl_van_rossum(a.train, b.train, tau_ms);
        const double integral = quadrature(&a, &b, tau_ms, 1.0);
        ck_assert_msg(near(d * d, integral, 1e-7, 1e-12), "case %d: %.17g, not %.17g", c, d * d,
                      integral);
        release(&a);
        release(&b);
    }
}
END_TEST

START_TEST(test_van_rossum_of_one_spike_has_its_closed_form)
{
    const double zero = 10.0;
    drawn a = written(&zero, 1, TO_MS), none = written(NULL, 0, TO_MS);
    ck_assert(near(sl_van_rossum(a.train, none.train, 10.0), sqrt(0.5), 1e-15, 0));
    ck_assert_double_eq(sl_van_rossum(none.train, none.train, 10.0), 0.0);
    /* a shift by d: D^2 = 1 - exp(-d / tau), down to shifts where the double sum has no digits */
    for (double shift = 1e-9; shift < 20.0; shift *= 10.0) {
        const double shifted = zero + shift;
        drawn b = written(&shifted, 1, TO_MS);
        const double exact_shift = ticks_to_ms(b.train.ticks[0] - a.train.ticks[0]);
        for (double tau_ms = 0.01; tau_ms < 1e4; tau_ms *= 7.0) {
            ck_assert(near(sl_van_rossum(a.train, b.train, tau_ms),
                           sqrt(-expm1(-exact_shift / tau_ms)), 1e-14, 0));
        }
        release(&b);
    }
    release(&a);
    release(&none);
}
END_TEST

/* ---- Victor-Purpura ------------------------------------------------------------------------ */

static double full_table(const drawn *a, const drawn *b, double q)
{
    static double cost[MOST + 1][MOST + 1];
    for (size_t i = 0; i <= a->count; i++) {
        for (size_t k = 0; k <= b->count; k++) {
            double best = i == 0 ? (double)k : k == 0 ? (double)i : (double)INFINITY;
            if (i > 0 && k > 0) {
                best = fmin(cost[i - 1][k], cost[i][k - 1]) + 1.0;
                best = fmin(best, cost[i - 1][k - 1] + q * fabs(a->ms[i - 1] - b->ms[k - 1]));
            }
            cost[i][k] = best;
        }
    }
    return cost[a->count][b->count];
}

START_TEST(test_victor_purpura_equals_the_full_table_and_is_a_metric)
{
    uint64_t state = 8;
    double row[MOST + 1];
    for (int c = 0; c < 10000; c++) {
        const double q = c % 50 == 0 ? 0.0 : pow(10.0, trial_random_in(&state, -3.0, 2.0));
        const double steps[] = {1.0, 0.1, 1e-5};
        const double step = steps[c % 3];
        drawn a = draw(&state, 12.0, step), b = draw(&state, 12.0, step),
              e = draw(&state, 12.0, step);
        const double ab = sl_victor_purpura(a.train, b.train, q, row);
        const double full = full_table(&a, &b, q);
        ck_assert_msg(near(ab, full, 1e-12, 1e-10), "case %d, q %g: %.17g, not %.17g", c, q, ab,
                      full);
        ck_assert(near(ab, sl_victor_purpura(b.train, a.train, q, row), 1e-13, 1e-13));
        ck_assert_double_eq(sl_victor_purpura(a.train, a.train, q, row), 0.0);
        const double ae = sl_victor_purpura(a.train, e.train, q, row);
        const double eb = sl_victor_purpura(e.train, b.train, q, row);
        ck_assert_double_le(ab, ae + eb + 1e-12);
        release(&a);
        release(&b);
        release(&e);
    }
}
END_TEST

START_TEST(test_victor_purpura_has_its_limits)
{
    const double a_ms[] = {10, 20, 30}, b_ms[] = {10.5, 21, 30, 40};
    double row[MOST + 1];
    drawn a = written(a_ms, 3, TO_MS), b = written(b_ms, 4, TO_MS), none = written(NULL, 0, TO_MS);
    ck_assert_double_eq(sl_victor_purpura(a.train, b.train, 0.0, row), 1.0);
    ck_assert(near(sl_victor_purpura(a.train, b.train, 0.1, row), 1.15, 1e-14, 0));
    /* what does not coincide is deleted and inserted */
    ck_assert_double_eq(sl_victor_purpura(a.train, b.train, 1e6, row), 5.0);
    ck_assert_double_eq(sl_victor_purpura(a.train, b.train, 1e300, row), 5.0);
    ck_assert_double_eq(sl_victor_purpura(a.train, b.train, 1e-300, row), 1.0);
    ck_assert_double_eq(sl_victor_purpura(a.train, none.train, 0.1, row), 3.0);
    ck_assert_double_eq(sl_victor_purpura(none.train, b.train, 0.1, row), 4.0);
    ck_assert_double_eq(sl_victor_purpura(none.train, none.train, 0.1, row), 0.0);
    release(&a);
    release(&b);
    release(&none);
}
END_TEST

/* ---- Coincidence factor -------------------------------------------------------------------- */

/* Most pairs within delta, all assignments tried. */
static int most_pairs(const drawn *a, const drawn *b, sim_time delta, size_t i, unsigned taken)
{
    if (i == a->count) {
        return 0;
    }
    int best = most_pairs(a, b, delta, i + 1, taken);
    for (size_t k = 0; k < b->count; k++) {
        if (!(taken >> k & 1) && llabs(a->train.ticks[i] - b->train.ticks[k]) <= delta) {
            const int with = 1 + most_pairs(a, b, delta, i + 1, taken | 1u << k);
            best = with > best ? with : best;
        }
    }
    return best;
}

START_TEST(test_the_coincidence_factor_equals_its_formula)
{
    uint64_t state = 9;
    const sim_time span = sl_length_from_ms(TO_MS);
    int chance = 0;
    for (int c = 0; c < 3000; c++) {
        drawn a = draw(&state, 4.0, 0.5), b = draw(&state, 4.0, 0.5);
        if (a.count > 7 || b.count > 7) {
            release(&a);
            release(&b);
            continue;
        }
        const double delta_ms = 0.5 * trial_random_below(&state, 9);
        const double nu = (double)b.count / TO_MS, n1 = (double)a.count, n2 = (double)b.count;
        const double coincidences = most_pairs(&a, &b, sl_length_from_ms(delta_ms), 0, 0);
        const double expected =
            (coincidences - 2 * nu * delta_ms * n1) / ((n1 + n2) / 2) / (1 - 2 * nu * delta_ms);
        const double found =
            sl_coincidence_factor(a.train, b.train, sl_length_from_ms(delta_ms), span);
        if (2 * nu * delta_ms > 1 - 1e-9 || a.count + b.count == 0) {
            ck_assert(isnan(found));
            chance++;
        } else {
            ck_assert_msg(near(found, expected, 1e-12, 1e-13), "case %d: %.17g, not %.17g", c,
                          found, expected);
        }
        release(&a);
        release(&b);
    }
    ck_assert_int_gt(chance, 10);
}
END_TEST

START_TEST(test_the_coincidence_factor_is_1_for_equal_and_0_for_silent_trains)
{
    const double ms[] = {1, 7, 19, 33};
    const sim_time span = sl_length_from_ms(TO_MS), delta = sl_length_from_ms(2.0);
    drawn a = written(ms, 4, TO_MS), none = written(NULL, 0, TO_MS);
    ck_assert(near(sl_coincidence_factor(a.train, a.train, delta, span), 1.0, 1e-15, 0));
    ck_assert_double_eq(sl_coincidence_factor(a.train, none.train, delta, span), 0.0);
    ck_assert_double_eq(sl_coincidence_factor(none.train, a.train, delta, span), 0.0);
    release(&a);
    release(&none);
}
END_TEST

/* ---- ISI- and SPIKE-distance -------------------------------------------------------------- */

static double nearest_ms(const drawn *b, double to_ms, double t)
{
    /* the spikes of b and one more at each end */
    double before = 0.0, after = to_ms, best = (double)INFINITY;
    const size_t n = b->count;
    if (n > 1) {
        before = fmin(before, b->ms[0] - (b->ms[1] - b->ms[0]));
        after = fmax(after, b->ms[n - 1] + (b->ms[n - 1] - b->ms[n - 2]));
    }
    for (size_t k = 0; k < n; k++) {
        best = fmin(best, fabs(t - b->ms[k]));
    }
    return fmin(best, fmin(fabs(t - before), fabs(after - t)));
}

/* nu and S of one train at t, from the definition. */
static void local_values(const drawn *a, const drawn *b, double to_ms, double t, double *nu,
                         double *s)
{
    const size_t n = a->count;
    size_t past = 0;
    while (past < n && a->ms[past] <= t) {
        past++;
    }
    if (past == 0) {
        *nu = n > 1 ? fmax(a->ms[0], a->ms[1] - a->ms[0]) : a->ms[0];
        *s = nearest_ms(b, to_ms, a->ms[0]);
    } else if (past == n) {
        *nu = to_ms - a->ms[n - 1];
        *nu = n > 1 ? fmax(*nu, a->ms[n - 1] - a->ms[n - 2]) : *nu;
        *s = nearest_ms(b, to_ms, a->ms[n - 1]);
    } else {
        const double p = a->ms[past - 1], f = a->ms[past];
        *nu = f - p;
        *s = (nearest_ms(b, to_ms, p) * (f - t) + nearest_ms(b, to_ms, f) * (t - p)) / *nu;
    }
}

/* A mean over many times that lie in the middle of equal steps; exact when all spikes are on the
 * borders of steps, since the profiles are straight in between. */
static void sampled_profiles(const drawn *a, const drawn *b, double to_ms, double step_ms,
                             double *isi, double *spike)
{
    const drawn ends = {.ms = {0.0, to_ms}, .count = 2};
    a = a->count > 0 ? a : &ends;
    b = b->count > 0 ? b : &ends;
    const long steps = lround(to_ms / step_ms);
    *isi = *spike = 0.0;
    for (long i = 0; i < steps; i++) {
        const double t = ((double)i + 0.5) * step_ms;
        double nu_a, nu_b, s_a, s_b;
        local_values(a, b, to_ms, t, &nu_a, &s_a);
        local_values(b, a, to_ms, t, &nu_b, &s_b);
        const double mean = (nu_a + nu_b) / 2;
        *isi += fabs(nu_a - nu_b) / fmax(nu_a, nu_b) / (double)steps;
        *spike += (s_a * nu_b + s_b * nu_a) / (2 * mean * mean) / (double)steps;
    }
}

START_TEST(test_profile_distances_equal_the_mean_of_their_profiles)
{
    uint64_t state = 10;
    double largest = 0.0;
    for (int c = 0; c < 3000; c++) {
        drawn a = draw(&state, c % 7, 0.5), b = draw(&state, c % 11, 0.5);
        double isi, spike, isi_sampled, spike_sampled;
        sl_profile_distances(a.train, b.train, 0, sl_length_from_ms(TO_MS), &isi, &spike);
        sampled_profiles(&a, &b, TO_MS, 0.5, &isi_sampled, &spike_sampled);
        ck_assert_msg(near(isi, isi_sampled, 1e-11, 1e-12), "case %d: ISI %.17g, not %.17g", c, isi,
                      isi_sampled);
        ck_assert_msg(near(spike, spike_sampled, 1e-11, 1e-12), "case %d: SPIKE %.17g, not %.17g",
                      c, spike, spike_sampled);
        double isi_back, spike_back;
        sl_profile_distances(b.train, a.train, 0, sl_length_from_ms(TO_MS), &isi_back, &spike_back);
        ck_assert(near(isi, isi_back, 1e-14, 0) && near(spike, spike_back, 1e-13, 1e-16));
        ck_assert(isi >= 0.0 && isi < 1.0 && spike >= 0.0);
        largest = fmax(largest, spike);
        sl_profile_distances(a.train, a.train, 0, sl_length_from_ms(TO_MS), &isi, &spike);
        ck_assert(isi == 0.0 && spike == 0.0);
        release(&a);
        release(&b);
    }
    ck_assert_double_le(largest, 1.0);
}
END_TEST

START_TEST(test_profile_distances_of_a_worked_example)
{
    /* nu, and S at the beginning and the end of each segment, written out by hand */
    const double a_ms[] = {0.2, 0.4, 0.6, 0.7}, b_ms[] = {0.3, 0.45, 0.8, 0.9, 0.95};
    drawn a = written(a_ms, 4, 1.0), b = written(b_ms, 5, 1.0);
    const double times[] = {0.0, 0.2, 0.3, 0.4, 0.45, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0};
    const double nu_a[] = {0.2, 0.2, 0.2, 0.2, 0.2, 0.1, 0.3, 0.3, 0.3, 0.3};
    const double nu_b[] = {0.3, 0.3, 0.15, 0.15, 0.35, 0.35, 0.35, 0.1, 0.05, 0.05};
    const double a_begin[] = {0.1, 0.1, 0.075, 0.05, 0.075, 0.15, 0.1, 0.1, 0.1, 0.1};
    const double a_end[] = {0.1, 0.075, 0.05, 0.075, 0.15, 0.1, 0.1, 0.1, 0.1, 0.1};
    const double b_begin[] = {0.1,          0.1,         0.1, 0.2 / 3, 0.05,
                              0.025 / 0.35, 0.03 / 0.35, 0.1, 0.1,     0.05};
    const double b_end[] = {0.1,         0.1, 0.2 / 3, 0.05, 0.025 / 0.35,
                            0.03 / 0.35, 0.1, 0.1,     0.05, 0.05};
    double isi_sum = 0.0, spike_sum = 0.0;
    for (int i = 0; i < 10; i++) {
        const double length = times[i + 1] - times[i], mean = (nu_a[i] + nu_b[i]) / 2;
        isi_sum += length * fabs(nu_a[i] - nu_b[i]) / fmax(nu_a[i], nu_b[i]);
        spike_sum += length / 2 *
                     ((a_begin[i] + a_end[i]) * nu_b[i] + (b_begin[i] + b_end[i]) * nu_a[i]) /
                     (2 * mean * mean);
    }
    double isi, spike;
    sl_profile_distances(a.train, b.train, 0, sl_length_from_ms(1.0), &isi, &spike);
    ck_assert_msg(near(isi, isi_sum, 1e-12, 0), "%.17g, not %.17g", isi, isi_sum);
    ck_assert_msg(near(spike, spike_sum, 1e-12, 0), "%.17g, not %.17g", spike, spike_sum);
    release(&a);
    release(&b);
}
END_TEST

/* ---- Means over neurons -------------------------------------------------------------------- */

START_TEST(test_means_are_taken_over_neurons_that_spike_in_either_run)
{
    const uint32_t sizes[] = {10, 1, 0};
    uint64_t state = 12;
    spike_list a = {0}, b = {0};
    for (uint32_t n = 2; n < 10; n++) { /* neurons 0 and 1 are silent, 2 in the test, 3 in the
                                           reference */
        for (int i = 0; i < 6; i++) {
            const double t = trial_random_in(&state, 0.0, 100.0);
            if (n != 3) {
                spikes_add(&a, t, 0, n);
            }
            if (n != 2) {
                spikes_add(&b, fmin(t + trial_random(&state), 100.0), 0, n);
            }
        }
    }
    saltus_trains *reference = trains_of(&a, sizes, 3, 0.0, 100.0);
    saltus_trains *test = trains_of(&b, sizes, 3, 0.0, 100.0);
    saltus_distances mean, all, one, sum = {0};
    ck_assert_int_eq(saltus_distances_mean(reference, test, 0, NULL, &mean, NULL), SALTUS_OK);
    ck_assert_int_eq(
        saltus_distances_mean(reference, test, SALTUS_ALL_POPULATIONS, NULL, &all, NULL),
        SALTUS_OK);
    ck_assert_mem_eq(&mean, &all, sizeof mean);
    for (uint32_t n = 0; n < 10; n++) {
        ck_assert_int_eq(saltus_distances_of_neuron(reference, test, 0, n, NULL, &one, NULL),
                         SALTUS_OK);
        ck_assert_uint_eq(one.neurons, n >= 2);
        sum.neurons += one.neurons;
        sum.van_rossum += one.van_rossum;
        sum.victor_purpura += one.victor_purpura;
        sum.isi_distance += one.isi_distance;
        sum.spike_distance += one.spike_distance;
        if (one.neurons > 0) {
            sum.coincidence_factor += one.coincidence_factor;
        } else {
            ck_assert(one.van_rossum == 0 && one.victor_purpura == 0 && one.isi_distance == 0 &&
                      one.spike_distance == 0 && isnan(one.coincidence_factor));
        }
    }
    ck_assert_uint_eq(mean.neurons, 8);
    ck_assert_uint_eq(sum.neurons, 8);
    ck_assert_uint_eq(mean.coincidence_neurons, 8);
    ck_assert(near(mean.van_rossum, sum.van_rossum / 8, 1e-14, 0));
    ck_assert(near(mean.victor_purpura, sum.victor_purpura / 8, 1e-14, 0));
    ck_assert(near(mean.coincidence_factor, sum.coincidence_factor / 8, 1e-14, 0));
    ck_assert(near(mean.isi_distance, sum.isi_distance / 8, 1e-14, 0));
    ck_assert(near(mean.spike_distance, sum.spike_distance / 8, 1e-14, 0));
    ck_assert_int_eq(saltus_distances_mean(reference, test, 1, NULL, &mean, NULL), SALTUS_OK);
    ck_assert_uint_eq(mean.neurons, 0);
    ck_assert(isnan(mean.van_rossum) && isnan(mean.coincidence_factor));
    ck_assert_int_eq(saltus_distances_mean(reference, test, 3, NULL, &mean, NULL),
                     SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_distances_of_neuron(reference, test, 0, 10, NULL, &mean, NULL),
                     SALTUS_E_ARGUMENT);
    ck_assert_int_eq(
        saltus_distances_of_neuron(reference, test, SALTUS_ALL_POPULATIONS, 0, NULL, &mean, NULL),
        SALTUS_E_ARGUMENT);
    saltus_trains_destroy(reference);
    saltus_trains_destroy(test);
    spikes_clear(&a);
    spikes_clear(&b);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_van_rossum_equals_the_double_sum_of_kernels,
        test_van_rossum_equals_the_integral_of_filtered_trains,
        test_van_rossum_of_one_spike_has_its_closed_form,
        test_victor_purpura_equals_the_full_table_and_is_a_metric,
        test_victor_purpura_has_its_limits,
        test_the_coincidence_factor_equals_its_formula,
        test_the_coincidence_factor_is_1_for_equal_and_0_for_silent_trains,
        test_profile_distances_equal_the_mean_of_their_profiles,
        test_profile_distances_of_a_worked_example,
        test_means_are_taken_over_neurons_that_spike_in_either_run,
    };
    return SUITE_RUN("spike distance", tests);
}
