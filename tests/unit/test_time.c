/* Time in ticks, and the epochs of scaled coordinates. */
#include <check.h>
#include <math.h>
#include <quadmath.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "base/sim_time.h"
#include "models/neuron/lif_delta.h"
#include "models/neuron/time_base.h"
#include "support/suite.h"

START_TEST(decimals_are_exact_over_the_whole_range)
{
    /* a decimal of 15 significant digits at most, from its digits and through a double */
    random_stream stream = random_stream_at(3, RANDOM_CONNECT, 0, 0);
    for (int i = 0; i < 200000; i++) {
        const int decimals = (int)sl_random_below(&stream, 12);
        uint64_t digits = 1;
        for (int d = 0; d < 15 && digits < 1000000000000000u / 10; d++) {
            digits *= 10;
        }
        uint64_t value = sl_random_below(&stream, digits * 10);
        /* within the range: 4.5e7 ms */
        int64_t ticks = (int64_t)value;
        for (int d = decimals; d < 11 && ticks < 4500000000000000000 / 10; d++) {
            ticks *= 10;
        }
        char text[64];
        snprintf(text, sizeof text, "%llue-%d", (unsigned long long)value, decimals);
        const double ms = strtod(text, NULL);
        if (ms > 4.5e7) {
            continue;
        }
        ck_assert_int_eq(sl_sim_time_from_ms(ms), ticks);
        ck_assert_int_eq(sl_sim_time_from_ms(-ms), -ticks);
        ck_assert(sim_time_to_ms(ticks) == ms);
    }
}
END_TEST

START_TEST(ticks_survive_the_way_through_milliseconds)
{
    random_stream stream = random_stream_at(4, RANDOM_CONNECT, 0, 0);
    for (int i = 0; i < 100000; i++) {
        /* up to 65,536 ms a double holds every tick, and later each time to its own rounding */
        const sim_time t = (sim_time)sl_random_below(&stream, 6553600000000000u);
        ck_assert_int_eq(sl_sim_time_from_ms(sim_time_to_ms(t)), t);
        const sim_time late = (sim_time)sl_random_below(&stream, 4500000000000000000u);
        const double ms = sim_time_to_ms(late);
        ck_assert(sim_time_to_ms(sl_sim_time_from_ms(ms)) == ms);
    }
}
END_TEST

/* Epochs tile time without gap, and s(t) is exp(t / tau) up to an exact power of two. */
START_TEST(epochs_follow_each_other)
{
    const double taus[] = {1e-6, 0.01, 0.1, 7, 20, 1000, 1e5, 1e7, 1e12};
    for (size_t i = 0; i < sizeof taus / sizeof taus[0]; i++) {
        time_base base = sl_time_base_create(taus[i]);
        ck_assert_int_eq(base.start, 0);
        ck_assert(time_base_scale(&base, 0) == 1);
        for (int64_t epoch = 0; epoch < 300 && base.end < 4500000000000000000; epoch++) {
            ck_assert_int_eq(base.epoch, epoch);
            time_base next = base;
            sl_time_base_seek(&next, base.end - 1);
            ck_assert_int_eq(next.epoch, epoch);
            sl_time_base_seek(&next, base.end);
            ck_assert_int_eq(next.epoch, epoch + 1);
            ck_assert_int_eq(next.start, base.end);
            /* the same time in both epochs */
            const double before = time_base_scale(&base, base.end);
            const double after = time_base_scale(&next, base.end) * 0x1p46;
            ck_assert_double_lt(fabs(before / after - 1), 2e-14);
            base = next;
        }
    }
}
END_TEST

START_TEST(late_epochs_are_as_exact_as_early_ones)
{
    random_stream stream = random_stream_at(5, RANDOM_CONNECT, 0, 0);
    for (int i = 0; i < 20000; i++) {
        const double tau_ms = 0.1 + 100 * sl_random_uniform(&stream);
        const sim_time t = (sim_time)sl_random_below(&stream, 4400000000000000000u);
        const sim_time later = t + (sim_time)(tau_ms * 1e11 * 3 * sl_random_uniform(&stream));
        time_base a = sl_time_base_create(tau_ms);
        time_base b = a;
        sl_time_base_seek(&a, t);
        sl_time_base_seek(&b, later);
        /* decay over later - t, across epochs */
        const double factor = time_base_factor(&b, a.epoch);
        const double decay = time_base_scale(&a, t) * factor / time_base_scale(&b, later);
        const __float128 exact =
            expq(-((__float128)(later - t)) / ((__float128)tau_ms * 100000000000));
        ck_assert_double_lt(fabs((double)(decay / exact - 1)), 3e-14);
    }
}
END_TEST

START_TEST(rebasing_late_gives_the_bits_of_rebasing_in_time)
{
    random_stream stream = random_stream_at(6, RANDOM_CONNECT, 0, 0);
    for (int i = 0; i < 20000; i++) {
        const double scaled = (2 * sl_random_uniform(&stream) - 1) *
                              sl_exp(600 * (sl_random_uniform(&stream) - 0.63));
        const int epochs = 1 + (int)sl_random_below(&stream, 30);
        time_base base = {.epoch = epochs};
        const double late = time_base_rescaled(scaled, time_base_factor(&base, 0));
        double in_time = scaled;
        for (int e = 0; e < epochs; e++) {
            base.epoch = e + 1;
            in_time = time_base_rescaled(in_time, time_base_factor(&base, e));
        }
        ck_assert(late == in_time);
    }
    time_base base = {.epoch = 99};
    ck_assert(time_base_rescaled(-INFINITY, time_base_factor(&base, 0)) == -(double)INFINITY);
}
END_TEST

START_TEST(crossings_are_found_to_the_tick)
{
    random_stream stream = random_stream_at(7, RANDOM_CONNECT, 0, 0);
    for (int i = 0; i < 50000; i++) {
        const double tau_ms = sl_exp(10 * sl_random_uniform(&stream) - 4);
        const double th = -sl_exp(20 * sl_random_uniform(&stream) - 16);
        const double v = th * (1 + sl_exp(30 * sl_random_uniform(&stream) - 20));
        time_base base = sl_time_base_create(tau_ms);
        const sim_time t = lif_delta_crossing(&base, v, th, 0);
        const __float128 exact =
            logq((__float128)v / th) * (__float128)tau_ms * (__float128)SIM_TIME_TICKS_PER_MS;
        if (exact >= (__float128)(base.end - 1)) {
            ck_assert(t == SIM_TIME_NEVER || t >= base.end - 1);
            continue;
        }
        /* the first tick at or after it, up to the rounding of the logarithm */
        const double late = (double)((__float128)t - exact);
        const double rounding = 4e-15 * (1 + (double)exact) + tau_ms * 1e11 * 4e-16;
        ck_assert_double_ge(late, -rounding);
        ck_assert_double_le(late, 1 + rounding);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {decimals_are_exact_over_the_whole_range,
                                  ticks_survive_the_way_through_milliseconds,
                                  epochs_follow_each_other,
                                  late_epochs_are_as_exact_as_early_ones,
                                  rebasing_late_gives_the_bits_of_rebasing_in_time,
                                  crossings_are_found_to_the_tick};
    return SUITE_RUN("time", tests);
}
