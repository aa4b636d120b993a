/* The mathematics of release and scaling alone: closed forms, laws of chance, small steps. */
#include <math.h>

#include "base/random.h"
#include "models/synapse/binomial.h"
#include "models/synapse/release.h"
#include "models/synapse/scaling.h"
#include "support/suite.h"
#include "support/trial.h"

#define MS ((sim_time)100000000000)

/* ---- Release --------------------------------------------------------------------------------- */

/* Amplitude after so many spikes at a rate. */
static double train(double rest, double tau_rec_ms, double tau_fac_ms, double interval_ms, int n)
{
    const double h = interval_ms * SIM_TIME_TICKS_PER_MS;
    double x = 1, u = rest;
    for (int i = 1; i < n; i++) {
        x = release_recovered(x, u, release_kept(h, release_inverse(tau_rec_ms)));
        u = release_facilitated(u, rest, release_kept(h, release_inverse(tau_fac_ms)));
    }
    return u * x;
}

/* The synapses of figure 1 of Tsodyks, Pawelzik & Markram (1998): depressing and facilitating;
 * their stationary amplitudes are u x with x = (1 - e) / (1 - (1 - u) e), u = U / (1 - (1 - U) f).
 */
START_TEST(a_regular_train_ends_at_the_published_stationary_amplitude)
{
    const struct {
        double rest, tau_rec, tau_fac;
    } rows[] = {{0.5, 800, 0}, {0.03, 130, 530}, {0.25, 700, 20}, {1, 100, 300}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (double rate = 1; rate <= 100; rate += 7.5) {
            const double interval = 1000 / rate;
            const double e = exp(-interval / rows[i].tau_rec);
            const double f = rows[i].tau_fac > 0 ? exp(-interval / rows[i].tau_fac) : 0;
            const double u = rows[i].rest / (1 - (1 - rows[i].rest) * f);
            const double x = (1 - e) / (1 - (1 - u) * e);
            ck_assert_double_eq_tol(
                train(rows[i].rest, rows[i].tau_rec, rows[i].tau_fac, interval, 5000), u * x,
                1e-13);
        }
    }
    /* 20 Hz: the first falls to less than a fifth, or grows */
    ck_assert_double_eq(train(0.5, 800, 0, 50, 1), 0.5);
    ck_assert_double_eq_tol(train(0.5, 800, 0, 50, 1000), 0.0571, 1e-4);
    ck_assert_double_gt(train(0.03, 130, 530, 50, 1000), 3 * train(0.03, 130, 530, 50, 1));
}
END_TEST

START_TEST(time_constants_of_0_forget_at_once)
{
    ck_assert_double_eq(train(0.3, 0, 0, 0, 5), 0.3);
    ck_assert_double_eq(train(0.3, 0, 100, 0, 2), 0.3 + 0.3 * 0.7);
    ck_assert_double_eq(train(0.3, 100, 0, 0, 2), 0.3 * 0.7);
    /* next to 0: at once between different times only */
    ck_assert_double_eq(train(0.3, 1e-300, 0, 0, 2), 0.3 * 0.7);
    ck_assert_double_eq(train(0.3, 1e-300, 0, 1e-11, 2), 0.3);
}
END_TEST

START_TEST(release_stays_between_nothing_and_all)
{
    uint64_t seed = 5;
    for (int trial = 0; trial < 2000; trial++) {
        const double rest =
            trial_random_below(&seed, 5) == 0 ? trial_random_below(&seed, 2) : trial_random(&seed);
        const double rec = release_inverse(trial_random_in(&seed, 0, 100));
        const double fac = release_inverse(trial_random_in(&seed, 0, 100));
        double x = 1, u = rest;
        for (int i = 0; i < 100; i++) {
            const double h = trial_random_below(&seed, 3) * trial_random_in(&seed, 0, 1e13);
            x = release_recovered(x, u, release_kept(h, rec));
            u = release_facilitated(u, rest, release_kept(h, fac));
            ck_assert(x >= 0 && x <= 1 && u >= rest && u <= 1);
        }
    }
}
END_TEST

/* ---- Binomial
 * ------------------------------------------------------------------------------------ */

static double log_choose(uint32_t n, uint32_t k)
{
    return lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0);
}

/* Over all words, equally spaced, each k comes as often as its probability says, to the spacing. */
START_TEST(binomial_inverts_its_law)
{
    const uint32_t sizes[] = {1, 2, 5, 20, 64};
    const double shares[] = {1e-3, 0.1, 0.5, 0.77, 0.999};
    const uint64_t words = 1 << 16;
    for (size_t s = 0; s < 5; s++) {
        for (size_t p = 0; p < 5; p++) {
            uint32_t count[65] = {0};
            uint64_t draws = 0;
            for (uint64_t i = 0; i < words; i++) {
                count[sl_binomial((2 * i + 1) << 47, sizes[s], shares[p], &draws)]++;
            }
            for (uint32_t k = 0; k <= sizes[s]; k++) {
                const double expected =
                    (double)words * exp(log_choose(sizes[s], k) + k * log(shares[p]) +
                                        (sizes[s] - k) * log1p(-shares[p]));
                ck_assert_msg(fabs(count[k] - expected) < 1.01, "n %u, p %g, k %u: %u, not %g",
                              sizes[s], shares[p], k, count[k], expected);
            }
            ck_assert_uint_eq(draws, 0);
        }
    }
}
END_TEST

START_TEST(many_trials_have_mean_and_variance_of_the_law)
{
    const uint32_t sizes[] = {65, 200, 65535};
    const double shares[] = {0.003, 0.4, 0.9};
    for (size_t s = 0; s < 3; s++) {
        for (size_t p = 0; p < 3; p++) {
            const int times = sizes[s] > 1000 ? 2000 : 20000;
            random_stream stream = random_stream_at(77, RANDOM_RELEASE, 1, (uint32_t)(3 * s + p));
            const double mean = sizes[s] * shares[p];
            const double variance = mean * (1 - shares[p]);
            double sum = 0, squares = 0;
            uint64_t draws = 0;
            for (int i = 0; i < times; i++) {
                const double k = sl_binomial(sl_random_word(&stream), sizes[s], shares[p], &draws);
                sum += k - mean;
                squares += (k - mean) * (k - mean);
            }
            ck_assert_double_lt(fabs(sum / times), 5 * sqrt(variance / times));
            ck_assert_double_lt(fabs(squares / times / variance - 1), 5 * sqrt(3.0 / times));
            ck_assert_uint_eq(draws, (uint64_t)times * ((sizes[s] + 63) / 64));
        }
    }
}
END_TEST

START_TEST(certain_and_impossible_trials_need_no_chance)
{
    uint64_t draws = 0;
    const uint64_t words[] = {0, UINT64_MAX, 12345};
    for (size_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(sl_binomial(words[i], 0, 0.5, &draws), 0);
        ck_assert_uint_eq(sl_binomial(words[i], 9, 0, &draws), 0);
        ck_assert_uint_eq(sl_binomial(words[i], 9, 1, &draws), 9);
        ck_assert_uint_eq(sl_binomial(words[i], 65535, 1, &draws), 65535);
        ck_assert_uint_le(sl_binomial(words[i], 64, 1e-300, &draws), 64);
        ck_assert_uint_le(sl_binomial(words[i], 64, 1 - 1e-16, &draws), 64);
    }
}
END_TEST

/* ---- Scaling
 * ------------------------------------------------------------------------------------- */

static saltus_scaling_spec scaling(double rate_Hz, double tau_ms, double gain_Hz, double low,
                                   double high)
{
    return (saltus_scaling_spec){
        .rate_Hz = rate_Hz, .tau_ms = tau_ms, .gain_Hz = gain_Hz, .low = low, .high = high};
}

START_TEST(scaling_grows_in_silence_and_shrinks_after_a_spike)
{
    const saltus_scaling_spec spec = scaling(5, 200, 0.3, 0, (double)INFINITY);
    const scaling_law law = sl_scaling_law(&spec);
    scaling_state state = sl_scaling_start(&law);
    ck_assert_double_eq(scaling_at(&law, &state, 0), 1);
    ck_assert_double_eq_tol(scaling_at(&law, &state, 1000 * MS), exp(0.3), 1e-15);
    sl_scaling_spike(&law, &state, 1000 * MS);
    ck_assert_double_eq_tol(scaling_at(&law, &state, 1000 * MS), exp(0.3), 1e-15);
    /* one spike takes back what 1 / rate of silence gives: 0.2 s */
    const double z = 700. / 200;
    ck_assert_double_eq_tol(scaling_at(&law, &state, 1700 * MS),
                            exp(0.3 * (1.7 - 0.2 * (1 - exp(-z)))), 1e-15);
}
END_TEST

START_TEST(silence_for_ever_leaves_a_number)
{
    saltus_scaling_spec spec = scaling(5, 200, 10, 0, (double)INFINITY);
    scaling_law law = sl_scaling_law(&spec);
    scaling_state state = sl_scaling_start(&law);
    ck_assert_double_eq_tol(scaling_at(&law, &state, 45000000 * MS) / 1e50, 1, 1e-13);
    for (int i = 0; i < 200000; i++) {
        sl_scaling_spike(&law, &state, 45000000 * MS + i);
    }
    ck_assert_double_eq(scaling_at(&law, &state, 45000500 * MS), 0);
    spec = scaling(1e-300, 1, 1e7, 0.5, 2);
    law = sl_scaling_law(&spec);
    state = sl_scaling_start(&law);
    sl_scaling_spike(&law, &state, MS);
    ck_assert_double_eq_tol(scaling_at(&law, &state, MS), 2, 1e-14);
    ck_assert_double_eq_tol(scaling_at(&law, &state, 2 * MS), 0.5, 1e-14);
}
END_TEST

/* S by small steps with a clip after each; exact within a step but for where in it a bound is met.
 */
typedef struct small_steps {
    long double level, q, low, high, drive, tau_ms, at_ms;
} small_steps;

static void step_to(small_steps *s, long double t_ms)
{
    const int steps = (int)((t_ms - s->at_ms) / s->tau_ms * 2000) + 1;
    const long double z = (t_ms - s->at_ms) / s->tau_ms / steps;
    for (int i = 0; i < steps; i++) {
        s->level += s->drive * (z + s->q * expm1l(-z));
        s->q *= expl(-z);
        s->level = fminl(fmaxl(s->level, s->low), s->high);
    }
    s->at_ms = t_ms;
}

/* Random trains, some of them so that S is driven to either bound and back within an interval. */
START_TEST(scaling_is_that_of_small_steps_also_at_its_bounds)
{
    uint64_t seed = 11;
    int at_low = 0, at_high = 0, left_low = 0;
    for (int trial = 0; trial < 60; trial++) {
        const bool bounded = trial % 4 != 0;
        const saltus_scaling_spec spec =
            scaling(trial_random_in(&seed, 2, 40), trial_random_in(&seed, 20, 300),
                    trial_random_in(&seed, 0.1, 8), bounded ? trial_random_in(&seed, 0.5, 1) : 0,
                    bounded ? trial_random_in(&seed, 1, 1.5) : (double)INFINITY);
        const scaling_law law = sl_scaling_law(&spec);
        scaling_state state = sl_scaling_start(&law);
        small_steps steps = {.low = logl(spec.low),
                             .high = logl(spec.high),
                             .drive = (long double)spec.gain_Hz * spec.tau_ms / 1000,
                             .tau_ms = spec.tau_ms};
        sim_time t = 0;
        bool was_low = false;
        for (int spike = 0; spike < 25; spike++) {
            const sim_time gap =
                (sim_time)(trial_random_in(&seed, 0, 2) * trial_random_in(&seed, 0, 2) * 1e13);
            const sim_time between = t + (sim_time)(trial_random(&seed) * (double)gap);
            step_to(&steps, (long double)between / MS);
            const double found = scaling_at(&law, &state, between);
            const double tolerance = bounded ? 1e-5 * (double)steps.drive * 20 + 1e-9 : 1e-12;
            ck_assert_msg(fabs(found / (double)expl(steps.level) - 1) < tolerance,
                          "trial %d, spike %d: %.15g, small steps %.15g", trial, spike, found,
                          (double)expl(steps.level));
            at_low += bounded && found <= spec.low;
            at_high += bounded && found >= spec.high;
            left_low += was_low && found > spec.low;
            was_low = bounded && found <= spec.low;
            t += gap;
            step_to(&steps, (long double)t / MS);
            steps.q += 1000 / ((long double)spec.rate_Hz * spec.tau_ms);
            sl_scaling_spike(&law, &state, t);
        }
    }
    ck_assert_int_gt(at_low, 10);
    ck_assert_int_gt(at_high, 10);
    ck_assert_int_gt(left_low, 10);
}
END_TEST

/* A burst drives S to `low` and lets it rise within one interval: split where r meets the rate. */
START_TEST(a_bound_met_between_two_spikes_counts_from_where_it_is_left)
{
    const saltus_scaling_spec spec = scaling(1, 100, 5, 0.8, 10);
    const scaling_law law = sl_scaling_law(&spec);
    scaling_state state = sl_scaling_start(&law);
    sl_scaling_spike(&law, &state, 0); /* q = 10 */
    const double drive = 0.5, turn = log(10.0);
    const double lowest = drive * (turn - 9);
    ck_assert_double_lt(lowest, log(0.8));
    ck_assert_double_eq_tol(scaling_at(&law, &state, (sim_time)(turn * 100 * MS)), 0.8, 1e-9);
    const double z = 6, level = log(0.8) + drive * ((z - turn) - (1 - 10 * exp(-z)));
    ck_assert_double_eq_tol(scaling_at(&law, &state, 600 * MS), exp(level), 1e-14);
    ck_assert_double_gt(exp(level) - exp(drive * (z - 10 * (1 - exp(-z)))), 0.1);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {a_regular_train_ends_at_the_published_stationary_amplitude,
                                  time_constants_of_0_forget_at_once,
                                  release_stays_between_nothing_and_all,
                                  binomial_inverts_its_law,
                                  many_trials_have_mean_and_variance_of_the_law,
                                  certain_and_impossible_trials_need_no_chance,
                                  scaling_grows_in_silence_and_shrinks_after_a_spike,
                                  silence_for_ever_leaves_a_number,
                                  scaling_is_that_of_small_steps_also_at_its_bounds,
                                  a_bound_met_between_two_spikes_counts_from_where_it_is_left};
    return SUITE_RUN("synapse_models", tests);
}
