/* test_modulator - what a neuromodulator does to a weight, against sums over all rewards in
 * extended precision, one interval after the other. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "models/plasticity/modulator.h"
#include "support/suite.h"

#define MS 100000000000L /* ticks */

/* ---- Rewards and their reference --------------------------------------------------------------
 */

/* A modulator, its rewards, and D after each in extended precision; `size`: D if all were positive,
 * against which errors are measured. */
typedef struct scene {
    double tau_ms, baseline, tau_c_ms;
    size_t count;
    sim_time *time;
    double *amount;
    long double *level, *size;
    modulator_signal signal;
} scene;

static void *must(void *memory)
{
    ck_assert_ptr_nonnull(memory);
    return memory;
}

/* `count` rewards at a mean gap, of amounts about `amount`, `negative` of them below 0. */
static scene make(size_t count, double gap_ms, double amount, double negative, double baseline,
                  double tau_ms, double tau_c_ms, uint32_t seed)
{
    scene s = {.tau_ms = tau_ms, .baseline = baseline, .tau_c_ms = tau_c_ms, .count = count};
    random_stream stream = random_stream_at(1234, RANDOM_CONNECT, 0, seed);
    s.time = must(sl_memory_array(count, sizeof *s.time));
    s.amount = must(sl_memory_array(count, sizeof *s.amount));
    s.level = must(sl_memory_array(count, sizeof *s.level));
    s.size = must(sl_memory_array(count, sizeof *s.size));
    ck_assert(sl_modulator_init(&s.signal, tau_ms, baseline, tau_c_ms));
    sim_time t = 0;
    long double level = 0, all = 0;
    for (size_t i = 0; i < count; i++) {
        const sim_time gap =
            (sim_time)(sl_random_exponential(&stream) * gap_ms * SIM_TIME_TICKS_PER_MS);
        const double size = amount * (0.5 + sl_random_uniform(&stream));
        t += gap;
        const long double factor = expl(-(long double)gap / (tau_ms * 1e11L));
        s.time[i] = t;
        s.amount[i] = sl_random_uniform(&stream) < negative ? -size : size;
        level = level * factor + s.amount[i];
        all = all * factor + size;
        s.level[i] = level;
        s.size[i] = all;
        ck_assert(sl_modulator_add(&s.signal, t, s.amount[i]));
    }
    return s;
}

static void clear(scene *s)
{
    sl_modulator_clear(&s->signal);
    free(s->time);
    free(s->amount);
    free(s->level);
    free(s->size);
}

/* Integral over `ticks` without rewards, from D = level on. */
static long double part(const scene *s, long double level, long double baseline, long double ticks)
{
    const long double tau = s->tau_ms * 1e-3L;
    const long double tau_c = s->tau_c_ms * 1e-3L;
    const long double both = tau * tau_c / (tau + tau_c);
    const long double seconds = ticks * 1e-14L;
    return -level * both * expm1l(-seconds / both) + baseline * tau_c * expm1l(-seconds / tau_c);
}

static long double bound(long double w, double low, double high)
{
    return w < low ? low : w > high ? high : w;
}

/* A weight from a to b, interval by interval, each in two where D - D_b changes its sign. `size`:
 * all its changes together. */
static long double eager(const scene *s, sim_time a, sim_time b, long double w, double c,
                         double low, double high, long double *size)
{
    const long double tau = s->tau_ms * 1e11L;
    size_t i = 0;
    for (; i < s->count && s->time[i] <= a; i++) {
    }
    const long double before = i > 0 ? expl(-(long double)(a - s->time[i - 1]) / tau) : 0;
    long double level = i > 0 ? s->level[i - 1] * before : 0;
    long double most = i > 0 ? s->size[i - 1] * before : 0;
    long double begin = c;
    for (sim_time at = a; at < b; i++) {
        const sim_time end = i < s->count && s->time[i] < b ? s->time[i] : b;
        const long double ticks = end - at;
        long double turn = 0;
        if (s->baseline != 0 && level / s->baseline > 1) {
            turn = logl(level / s->baseline) * tau;
        }
        turn = turn < ticks ? turn : ticks;
        w = bound(w + begin * part(s, level, s->baseline, turn), low, high);
        const long double rest = begin * expl(-turn / (s->tau_c_ms * 1e11L));
        const long double turned = level * expl(-turn / tau);
        w = bound(w + rest * part(s, turned, s->baseline, ticks - turn), low, high);
        *size += fabsl(begin) * part(s, most, -fabs(s->baseline), ticks);
        begin *= expl(-ticks / (s->tau_c_ms * 1e11L));
        level = i < s->count ? s->level[i] : 0;
        most = i < s->count ? s->size[i] : 0;
        at = end;
    }
    return w;
}

static double move(const scene *s, sim_time a, sim_time b, double w, double c, double low,
                   double high, uint64_t *pieces)
{
    const plastic_bounds bounds = {.low = low, .high = high};
    const modulator_stretch stretch = {
        .eligibility = c, .since = a, .settled = INT64_MIN, .until = b};
    return sl_modulator_move(&s->signal, &bounds, &stretch, w, pieces);
}

static sim_time uniform(random_stream *stream, sim_time low, sim_time high)
{
    return low + (sim_time)sl_random_below(stream, (uint64_t)(high - low) + 1);
}

/* A stretch of some length from a nanosecond to many tau_c, anywhere. */
static void draw_stretch(const scene *s, random_stream *stream, sim_time *a, sim_time *b)
{
    const sim_time last = s->count > 0 ? s->time[s->count - 1] : 0;
    *a = uniform(stream, 0, last + 100 * MS);
    const double length = s->tau_c_ms * pow(10, 7.5 * sl_random_uniform(stream) - 6);
    *b = *a + 1 + (sim_time)(length * SIM_TIME_TICKS_PER_MS);
}

/* ---- Tests ------------------------------------------------------------------------------------
 */

static void check_integrals(scene *s, int stretches)
{
    random_stream stream = random_stream_at(99, RANDOM_CONNECT, 1, (uint32_t)s->count);
    for (int k = 0; k < stretches; k++) {
        sim_time a, b;
        draw_stretch(s, &stream, &a, &b);
        long double size = 0;
        const long double wanted = eager(s, a, b, 0, 1, -HUGE_VAL, HUGE_VAL, &size);
        const double got = move(s, a, b, 0, 1, -HUGE_VAL, HUGE_VAL, NULL);
        ck_assert_msg(fabsl(got - wanted) <= 1e-13L * size,
                      "%zu rewards, baseline %g: %.17g for %.17Lg, off by %.3Lg of %.3Lg", s->count,
                      s->baseline, got, wanted, fabsl(got - wanted) / size, size);
    }
    clear(s);
}

START_TEST(integrals_keep_13_digits_over_all_magnitudes)
{
    static const double baselines[] = {0, 0.3, -2};
    for (uint32_t b = 0; b < 3; b++) {
        for (uint32_t negative = 0; negative < 3; negative++) {
            const double share = 0.5 * negative;
            /* a few in minutes, many in an hour, a burst */
            scene s = make(1, 1000, 0.5, share, baselines[b], 200, 1000, b);
            check_integrals(&s, 200);
            s = make(30, 5000, 1e-3, share, baselines[b], 200, 1000, b);
            check_integrals(&s, 500);
            s = make(3000, 1200, 2, share, baselines[b], 200, 1000, b);
            check_integrals(&s, 500);
            s = make(2000, 0.01, 1e6, share, baselines[b], 3, 40, b);
            check_integrals(&s, 500);
            s = make(3000, 3, 2, share, baselines[b], 5000, 17, b);
            check_integrals(&s, 300);
        }
    }
    /* hours of a population's rewards */
    scene s = make(1000000, 20, 0.1, 0.2, 0.5, 200, 1000, 7);
    check_integrals(&s, 60);
}
END_TEST

START_TEST(weights_are_bounded_as_if_every_reward_was_looked_at)
{
    random_stream stream = random_stream_at(5, RANDOM_CONNECT, 1, 0);
    int at_bound = 0, opened = 0;
    for (uint32_t k = 0; k < 400; k++) {
        const double gap = pow(10, 3 * sl_random_uniform(&stream));
        const double baseline = k % 3 == 0 ? 0 : k % 3 == 1 ? 1.5 : -0.7;
        scene s = make(300, gap, 2, 0.5 * (k % 4 > 0), baseline, 200, 1000, k);
        for (int n = 0; n < 20; n++) {
            sim_time a, b;
            draw_stretch(&s, &stream, &a, &b);
            const double high = 1.5, low = 0.5;
            const double c = (sl_random_uniform(&stream) - 0.5) * pow(10, 3 * (n % 2));
            const double w = 0.5 + sl_random_uniform(&stream);
            long double size = 0;
            uint64_t pieces = 0, free_pieces = 0;
            const long double wanted = eager(&s, a, b, w, c, low, high, &size);
            const double got = move(&s, a, b, w, c, low, high, &pieces);
            move(&s, a, b, w, c, -HUGE_VAL, HUGE_VAL, &free_pieces);
            ck_assert_msg(fabsl(got - wanted) <= 1e-13L * (size + w),
                          "scene %u: %.17g for %.17Lg, off by %.3Lg of %.3Lg", k, got, wanted,
                          fabsl(got - wanted), size);
            at_bound += wanted == low || wanted == high;
            opened += pieces > free_pieces;
        }
        clear(&s);
    }
    /* what has been claimed to be tried was */
    ck_assert_int_gt(at_bound, 500);
    ck_assert_int_gt(opened, 500);
}
END_TEST

START_TEST(work_does_not_grow_with_the_rewards)
{
    /* in the same 200 ms, ever more rewards; with the bounds in reach */
    for (size_t count = 10; count <= 1000000; count *= 10) {
        scene s = make(count, 200.0 / (double)count, 100.0 / (double)count, 0, 0, 200, 1000, 3);
        uint64_t pieces = 0;
        const double w = move(&s, 20 * MS, 180 * MS, 1, 0.3, 0, 1.1, &pieces);
        ck_assert_double_gt(w, 1);
        ck_assert_uint_le(pieces, 2 + 2 * (uint64_t)ceil(log2((double)count)));
        clear(&s);
    }
    /* over hours as over a minute: what is left of an eligibility after 64 tau_c is nothing */
    scene s = make(200000, 200, 0.5, 0.3, 0.1, 200, 1000, 4);
    for (sim_time length = 60000; length <= 36000000; length *= 10) {
        uint64_t pieces = 0;
        move(&s, 100 * MS, length * MS, 1, 1, -HUGE_VAL, HUGE_VAL, &pieces);
        ck_assert_uint_le(pieces, 8 * 14);
    }
    clear(&s);
}
END_TEST

/* The weight after several stretches, one event and another; looked at, or not, in between. */
static double through(const modulator_signal *signal, const plastic_bounds *bounds, bool looks,
                      uint32_t seed)
{
    random_stream stream = random_stream_at(8, RANDOM_CONNECT, 1, seed);
    double w = 1;
    sim_time at = 0;
    for (int k = 0; k < 12; k++) {
        const sim_time end = at + uniform(&stream, 1, 30000 * MS);
        const sim_time cut = sl_modulator_cut(signal, uniform(&stream, at, end));
        modulator_stretch stretch = {
            .eligibility = 0.4 - 0.1 * k, .since = at, .settled = 0, .until = end};
        if (looks && cut > at) {
            stretch.until = cut;
            w = sl_modulator_move(signal, bounds, &stretch, w, NULL);
            stretch.settled = cut;
            stretch.until = end;
        }
        w = sl_modulator_move(signal, bounds, &stretch, w, NULL);
        at = end;
    }
    return w;
}

START_TEST(looking_at_multiples_of_the_stride_changes_no_bit)
{
    scene s = make(30000, 20, 0.1, 0.4, 0.1, 200, 1000, 5);
    for (uint32_t seed = 0; seed < 50; seed++) {
        const plastic_bounds bounds = {.low = 0.8, .high = 1.3, .single = seed % 2 > 0};
        const double wanted = through(&s.signal, &bounds, false, seed);
        const double looked = through(&s.signal, &bounds, true, seed);
        ck_assert_int_eq(memcmp(&wanted, &looked, sizeof wanted), 0);
    }
    clear(&s);
}
END_TEST

START_TEST(forgetting_rewards_changes_no_bit_of_what_is_left)
{
    scene all = make(20000, 20, 0.1, 0.4, 0.1, 200, 1000, 6);
    scene some = make(0, 20, 0.1, 0.4, 0.1, 200, 1000, 6);
    random_stream stream = random_stream_at(8, RANDOM_CONNECT, 1, 0);
    sim_time from = 0;
    for (size_t i = 0; i < all.count; i++) {
        ck_assert(sl_modulator_add(&some.signal, all.time[i], all.amount[i]));
        if (sl_random_below(&stream, 50) == 0) {
            from = uniform(&stream, from, all.time[i]);
            sl_modulator_forget(&some.signal, from);
            const sim_time begin = uniform(&stream, from, all.time[i]);
            const double level = sl_modulator_level(&some.signal, begin);
            ck_assert_double_eq(level, sl_modulator_level(&all.signal, begin));
            const double w = move(&some, begin, all.time[i], 1, 0.2, 0, 2, NULL);
            ck_assert_double_eq(w, move(&all, begin, all.time[i], 1, 0.2, 0, 2, NULL));
        }
    }
    ck_assert_uint_lt(some.signal.count, 10000);
    clear(&all);
    clear(&some);
}
END_TEST

START_TEST(rewards_at_one_time_are_one_jump)
{
    scene s = make(0, 1, 0, 0, 0.25, 200, 1000, 0);
    ck_assert(sl_modulator_add(&s.signal, 0, 1));
    ck_assert_double_eq(sl_modulator_level(&s.signal, 0), 1);
    ck_assert(sl_modulator_add(&s.signal, 50 * MS, 1));
    ck_assert(sl_modulator_add(&s.signal, 50 * MS, -0.5));
    ck_assert_uint_eq(s.signal.count, 2);
    ck_assert_double_eq_tol(sl_modulator_level(&s.signal, 50 * MS), exp(-0.25) + 0.5, 1e-15);
    ck_assert_double_eq_tol(sl_modulator_level(&s.signal, 50 * MS - 1), exp(-0.25), 1e-13);
    clear(&s);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {integrals_keep_13_digits_over_all_magnitudes,
                                  weights_are_bounded_as_if_every_reward_was_looked_at,
                                  work_does_not_grow_with_the_rewards,
                                  looking_at_multiples_of_the_stride_changes_no_bit,
                                  forgetting_rewards_changes_no_bit_of_what_is_left,
                                  rewards_at_one_time_are_one_jump};
    return SUITE_RUN("modulator", tests);
}
