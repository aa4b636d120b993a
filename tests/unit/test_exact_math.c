/* exp and log against __float128, over magnitudes; the kernels of every width against them. */
#include <check.h>
#include <math.h>
#include <quadmath.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/exact_math.h"
#include "base/random.h"
#include "base/vector_kernel.h"
#include "support/suite.h"

/* Error of `value` in units of the last place of `exact`. */
static double ulps(double value, __float128 exact)
{
    const double near = fabs((double)exact);
    const double ulp = nextafter(near, INFINITY) - near;
    return fabs((double)((value - exact) / ulp));
}

START_TEST(exp_is_within_one_ulp)
{
    random_stream stream = random_stream_at(1, RANDOM_CONNECT, 0, 0);
    const double ranges[] = {1e-300, 1e-12, 0.3, 1, 40, 690};
    double worst = 0;
    for (int i = 0; i < 600000; i++) {
        const double x = (2 * sl_random_uniform(&stream) - 1) * ranges[i % 6];
        worst = fmax(worst, ulps(sl_exp(x), expq(x)));
    }
    ck_assert_double_lt(worst, 1.0);
}
END_TEST

/* Against the exact sine of the double that is given; whole and half cycles are exact. */
START_TEST(sine_of_cycles_is_exact_to_rounding)
{
    double worst = 0;
    for (int i = 0; i < 200000; i++) {
        const double scale = pow(10, i % 12 - 4);
        const double x = (i * 0.7390851332151607 - 70000) * scale / 1000;
        const __float128 whole = roundq((__float128)x);
        const double wanted = (double)sinq(8 * atanq(1) * ((__float128)x - whole));
        worst = fmax(worst, fabs(sl_sine_of_cycles(x) - wanted));
    }
    ck_assert_double_lt(worst, 0x1p-51);
    ck_assert(sl_sine_of_cycles(0) == 0 && sl_sine_of_cycles(3) == 0);
    ck_assert_double_eq_tol(sl_sine_of_cycles(0.25), 1, 0x1p-52);
    ck_assert_double_eq(sl_sine_of_cycles(-0.25), -sl_sine_of_cycles(0.25));
    ck_assert(sl_sine_of_cycles(0.5) == 0 && sl_sine_of_cycles(1e15) == 0);
}
END_TEST

START_TEST(expm1_is_within_two_ulps)
{
    random_stream stream = random_stream_at(4, RANDOM_CONNECT, 0, 0);
    const double ranges[] = {1e-300, 1e-12, 1e-3, 0.4, 0.5, 1, 40, 690};
    double worst = 0;
    for (int i = 0; i < 400000; i++) {
        const double x = -sl_random_uniform(&stream) * ranges[i % 8];
        if (x != 0) {
            worst = fmax(worst, ulps(sl_expm1(x), expm1q(x)));
        }
    }
    ck_assert_double_lt(worst, 2.0);
    ck_assert_double_eq(sl_expm1(0), 0);
    ck_assert_double_eq(sl_expm1(-INFINITY), -1);
}
END_TEST

START_TEST(exp_at_the_ends_of_its_range)
{
    ck_assert(sl_exp(0) == 1);
    ck_assert(sl_exp(-0.0) == 1);
    ck_assert(sl_exp(701) == (double)INFINITY);
    ck_assert(sl_exp(-701) == 0);
    ck_assert(sl_exp(-INFINITY) == 0);
    ck_assert(ulps(sl_exp(700), expq(700)) < 1);
    ck_assert(ulps(sl_exp(-700), expq(-700)) < 1);
}
END_TEST

START_TEST(log_is_within_one_ulp)
{
    random_stream stream = random_stream_at(2, RANDOM_CONNECT, 0, 0);
    double worst = 0;
    for (int i = 0; i < 600000; i++) {
        double x = sl_random_uniform(&stream);
        if (i % 3 == 1) {
            x = sl_exp((2 * x - 1) * 690);
        } else if (i % 3 == 2) {
            x = 1 + (x - 0.5) * 1e-6;
        }
        if (x != 1) {
            worst = fmax(worst, ulps(sl_log(x), logq(x)));
        }
    }
    ck_assert_double_lt(worst, 1.0);
    ck_assert(sl_log(1) == 0);
    ck_assert(ulps(sl_log(0x1p-1022), logq(0x1p-1022)) < 1);
    ck_assert(ulps(sl_log(1e308), logq(1e308)) < 1);
}
END_TEST

/* Every width draws Random123's words, and the gaps of the plain kernel to the last bit. */
START_TEST(kernels_draw_the_same_numbers)
{
    static sim_time plain[5][VECTOR_CHUNK];
    const double means[5] = {0.3, 1e6, 3.1e13, 4e13, 1e16};
    const vector_kernel *kernels[4];
    const size_t count = sl_vector_kernel_all(kernels);
    ck_assert_uint_ge(count, 1);
    for (size_t k = 0; k < count; k++) {
        for (uint64_t block = 0; block < 5; block++) {
            sim_time gap[VECTOR_CHUNK];
            uint64_t word[VECTOR_CHUNK];
            const uint64_t first = block * 0x3fffffff0u; /* crosses 32 bits of the counter */
            random_stream stream = random_stream_at(0x123456789abcdefu, RANDOM_INPUT, 3, 17);
            kernels[k]->gaps(stream.seed, first, stream.object, stream.tag, means[block], gap,
                             word);
            stream.count = 2 * first;
            for (size_t i = 0; i < VECTOR_CHUNK / 2; i++) {
                const uint64_t words[2] = {sl_random_word(&stream), sl_random_word(&stream)};
                for (size_t half = 0; half < 2; half++) {
                    const size_t at = i + half * VECTOR_CHUNK / 2;
                    ck_assert_uint_eq(word[at], words[half]);
                    const double u = ((double)(words[half] >> 12) + 0.5) * 0x1p-52;
                    /* the same law to within the rounding to ticks */
                    const double exact = -sl_log(u) * means[block];
                    ck_assert_double_le(fabs((double)gap[at] - exact), 0.5 + 2e-15 * exact);
                    if (k == 0) {
                        plain[block][at] = gap[at];
                    }
                    ck_assert_int_eq(gap[at], plain[block][at]);
                }
            }
        }
    }
}
END_TEST

START_TEST(kernels_make_the_words_of_the_scalar_stream)
{
    const vector_kernel *kernels[4];
    const size_t count = sl_vector_kernel_all(kernels);
    for (size_t k = 0; k < count; k++) {
        for (size_t evaluations = VECTOR_LANES; evaluations <= 64; evaluations += VECTOR_LANES) {
            uint64_t word[128];
            random_stream stream = random_stream_at(UINT64_MAX - 3, RANDOM_CONNECT, 9, UINT32_MAX);
            const uint64_t first = 0xfffffffcu + evaluations; /* crosses 32 bits */
            kernels[k]->words(stream.seed, first, stream.object, stream.tag, evaluations, word);
            stream.count = 2 * first;
            for (size_t i = 0; i < 2 * evaluations; i++) {
                ck_assert_uint_eq(word[i], sl_random_word(&stream));
            }
        }
    }
}
END_TEST

START_TEST(kernels_give_the_same_exponentials)
{
    const vector_kernel *kernels[4];
    const size_t count = sl_vector_kernel_all(kernels);
    static double plain[40][VECTOR_CHUNK];
    const double taus[] = {2e12, 1e14, 1e17}; /* ticks; the last leaves 2^51 ticks */
    const double spans[] = {0.02, 3, 30};     /* tau */
    for (size_t k = 0; k < count; k++) {
        random_stream stream = random_stream_at(5, RANDOM_CONNECT, 0, 0);
        for (size_t round = 0; round < 36; round++) {
            const size_t length = round < 18 ? VECTOR_CHUNK : 1 + 11 * round % VECTOR_CHUNK;
            sim_time time[VECTOR_CHUNK + 8] = {0};
            double scale[VECTOR_CHUNK + 8];
            const double tau = taus[round % 3];
            const double span = spans[round / 3 % 3];
            const sim_time origin = 4000000000000000000;
            for (size_t i = 0; i < length; i++) {
                const double gap = sl_random_uniform(&stream) * tau * span / VECTOR_CHUNK;
                time[i] = (i > 0 ? time[i - 1] : origin) + (sim_time)gap;
            }
            kernels[k]->exponentials(time, origin, 0.625, 1 / tau, scale, length);
            for (size_t i = 0; i < length; i++) {
                const double offset = (double)(time[i] - origin) + 0.625;
                ck_assert_double_le(ulps(scale[i], expq((__float128)offset * (1 / tau))), 36);
                if (k == 0) {
                    plain[round][i] = scale[i];
                }
                ck_assert(scale[i] == plain[round][i]);
            }
        }
    }
}
END_TEST

/* Whatever events are asked for together: each is what the scalar exponential says of it alone. */
START_TEST(scales_are_those_of_single_events)
{
    const vector_kernel *kernels[4];
    const size_t count = sl_vector_kernel_all(kernels);
    const double taus[] = {5e10, 2e12, 1e17}; /* ticks; the last leaves 2^51 ticks */
    const double spans[] = {1e-4, 0.02, 3, 31};
    random_stream stream = random_stream_at(6, RANDOM_CONNECT, 0, 0);
    for (size_t round = 0; round < 96; round++) {
        const size_t length = round < 24 ? VECTOR_CHUNK : 1 + 11 * round % VECTOR_CHUNK;
        const double tau = taus[round % 3];
        const double span = spans[round / 3 % 4];
        const sim_time origin = 4000000000000000000;
        sim_time time[VECTOR_CHUNK + 8] = {0};
        double alone[VECTOR_CHUNK];
        for (size_t i = 0; i < length; i++) {
            const double gap = sl_random_uniform(&stream) * tau * span / VECTOR_CHUNK;
            time[i] = (i > 0 ? time[i - 1] : origin) + (sim_time)gap;
            alone[i] = sl_exp(((double)(time[i] - origin) + 0.375) * (1 / tau));
        }
        for (size_t k = 0; k < count; k++) {
            double scale[VECTOR_CHUNK + 8];
            kernels[k]->scales(time, origin, 0.375, 1 / tau, scale, length);
            ck_assert_mem_eq(scale, alone, length * sizeof alone[0]);
        }
    }
}
END_TEST

START_TEST(longest_gaps_stay_within_64_bits)
{
    const vector_kernel *kernels[4];
    const size_t count = sl_vector_kernel_all(kernels);
    for (size_t k = 0; k < count; k++) {
        sim_time gap[VECTOR_CHUNK];
        uint64_t word[VECTOR_CHUNK];
        kernels[k]->gaps(1, 0, 0, 0, INFINITY, gap, word);
        for (size_t i = 0; i < VECTOR_CHUNK; i++) {
            ck_assert_int_eq(gap[i], 4600000000000000000);
        }
    }
}
END_TEST

/* ---- A clock's step ------------------------------------------------------------------- */

#define STEP_MOST  1024
#define TERMS_ROOM 256

/* Half of them around their level, some exactly at it, one unit of the last place beside it,
 * refractory (-infinity), infinite, zero or subnormal. */
static double step_value(random_stream *stream, double level, size_t i)
{
    const double u = sl_random_uniform(stream);
    const double special[] = {level,
                              nextafter(level, -INFINITY),
                              nextafter(level, INFINITY),
                              -INFINITY,
                              INFINITY,
                              0,
                              -0.0,
                              -4e-320};
    return i % 3 == 0 ? special[(size_t)(u * 8)] : level + 20 * (u - 0.9);
}

static void check_step(const vector_kernel *kernel, size_t count, double factor, double level,
                       bool own)
{
    random_stream stream = random_stream_at(count, RANDOM_CONNECT, own, 1);
    double value[STEP_MOST + 1];
    double wanted[STEP_MOST + 1];
    double level_of[STEP_MOST] = {0};
    uint16_t reached[STEP_MOST];
    size_t expected = 0;
    size_t at[STEP_MOST];
    for (size_t i = 0; i < count; i++) {
        level_of[i] = own ? level + (double)(i % 7) : level;
        value[i] = step_value(&stream, level_of[i], i);
        if (value[i] >= level_of[i]) {
            at[expected++] = i;
        }
        wanted[i] = value[i] * factor;
    }
    value[count] = wanted[count] = 3; /* not the kernel's */
    const size_t found =
        kernel->step(value, factor, own ? -1e9 : level, own ? level_of : NULL, count, reached);
    ck_assert_uint_eq(found, expected);
    for (size_t i = 0; i < found; i++) {
        ck_assert_uint_eq(reached[i], at[i]);
    }
    ck_assert_mem_eq(value, wanted, (count + 1) * sizeof value[0]);
}

START_TEST(kernels_step_as_a_plain_loop_does)
{
    const size_t counts[] = {0, 1, 7, 8, 31, 32, 33, 63, 64, 65, 1000, 1023, 1024};
    const double factors[] = {1, 0.9950124791926823, 1 - 0.1 / 20, -0.5, 1e-290};
    const double levels[] = {20, -3, 0, INFINITY};
    const vector_kernel *kernels[4];
    const size_t kernel_count = sl_vector_kernel_all(kernels);
    for (size_t k = 0; k < kernel_count; k++) {
        for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
            for (size_t f = 0; f < sizeof factors / sizeof factors[0]; f++) {
                for (size_t l = 0; l < sizeof levels / sizeof levels[0]; l++) {
                    check_step(kernels[k], counts[c], factors[f], levels[l], false);
                    check_step(kernels[k], counts[c], factors[f], levels[l], true);
                }
            }
        }
    }
}
END_TEST

/* A whole group that fires at once, and one in which nobody does. */
START_TEST(kernels_list_everybody_and_nobody)
{
    const vector_kernel *kernels[4];
    const size_t count = sl_vector_kernel_all(kernels);
    for (size_t k = 0; k < count; k++) {
        double value[STEP_MOST];
        uint16_t reached[STEP_MOST];
        for (size_t i = 0; i < STEP_MOST; i++) {
            value[i] = 20;
        }
        ck_assert_uint_eq(kernels[k]->step(value, 0.5, 20, NULL, STEP_MOST, reached), STEP_MOST);
        for (size_t i = 0; i < STEP_MOST; i++) {
            ck_assert_uint_eq(reached[i], i);
            ck_assert(value[i] == 10);
        }
        ck_assert_uint_eq(kernels[k]->step(value, 0.5, 20, NULL, STEP_MOST, reached), 0);
    }
}
END_TEST

/* ---- Screens -------------------------------------------------------------------------- */

static double screen_number(random_stream *stream)
{
    return 2 * sl_random_uniform(stream) - 1;
}

static void check_screen(const vector_kernel *kernel, vector_screen screen, size_t count)
{
    random_stream stream = random_stream_at(count, RANDOM_CONNECT, screen.terms, screen.floored);
    static double a[STEP_MOST];
    static double x[STEP_MOST * SCREEN_TERMS];
    static uint16_t passed[STEP_MOST];
    screen.of_a = 1 + screen_number(&stream);
    for (uint32_t k = 0; k < screen.terms; k++) {
        screen.of_x[k] = screen_number(&stream);
        screen.of_positive[k] = screen_number(&stream);
    }
    for (size_t i = 0; i < count; i++) {
        a[i] = i % 11 == 3 ? -INFINITY : screen_number(&stream);
        for (uint32_t k = 0; k < screen.terms; k++) {
            x[i * screen.terms + k] = i % 5 == k ? 0 : screen_number(&stream);
        }
    }
    const size_t found = kernel->screen(&screen, a, x, count, passed);
    size_t next = 0;
    for (size_t i = 0; i < count; i++) {
        if (vector_screen_passes(&screen, screen.terms, a[i], x + i * screen.terms)) {
            ck_assert_uint_lt(next, found);
            ck_assert_uint_eq(passed[next++], i);
        }
    }
    ck_assert_uint_eq(next, found);
}

START_TEST(kernels_screen_as_one_by_one)
{
    const size_t counts[] = {0, 1, 31, 32, 33, 100, 1000, 1024};
    const double levels[] = {-INFINITY, -0.5, 0, 0.5, 1.5, 40};
    const vector_kernel *kernels[4];
    const size_t kernel_count = sl_vector_kernel_all(kernels);
    for (size_t k = 0; k < kernel_count; k++) {
        for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
            for (size_t l = 0; l < sizeof levels / sizeof levels[0]; l++) {
                for (uint32_t terms = 1; terms <= SCREEN_TERMS; terms++) {
                    const vector_screen screen = {.terms = terms, .level = levels[l]};
                    check_screen(kernels[k], screen, counts[c]);
                    vector_screen floored = screen;
                    floored.floored = true;
                    check_screen(kernels[k], floored, counts[c]);
                }
            }
        }
    }
}
END_TEST

static void check_terms(const vector_kernel *kernel, double rate, size_t count)
{
    random_stream stream = random_stream_at(count, RANDOM_CONNECT, 7, 1);
    double length[TERMS_ROOM] = {0};
    double membrane[TERMS_ROOM];
    double current[TERMS_ROOM];
    double of_a[TERMS_ROOM];
    double of_x[TERMS_ROOM];
    double of_positive[TERMS_ROOM];
    const double c = screen_number(&stream) * 3;
    for (size_t i = 0; i < TERMS_ROOM; i++) {
        membrane[i] = sl_exp(16 * (1 + screen_number(&stream)));
        current[i] = sl_exp(16 * (1 + screen_number(&stream)));
        if (i < count) {
            /* also the horizon itself, and 1 tau_m before it */
            length[i] = i % 9 == 0 ? (double)(i % 2) : sl_random_uniform(&stream);
        }
    }
    kernel->screen_terms(length, membrane, current, rate, c, of_a, of_x, of_positive, count);
    for (size_t i = 0; i < count; i++) {
        const double j = 1 / current[i];
        const double left = 1 - length[i] * rate;
        const double keeps = left > 0 ? left : 0;
        const double stays = 1 - length[i];
        ck_assert_double_eq(of_a[i], stays / membrane[i]);
        ck_assert_double_eq(of_x[i], stays * (c * j) + keeps * (length[i] * j));
        ck_assert_double_eq(of_positive[i], (1 - keeps) * (length[i] * j) * 0.5);
    }
}

START_TEST(kernels_give_terms_of_the_plain_formula)
{
    const size_t counts[] = {1, 2, 7, 8, 9, 100, TERMS_ROOM - VECTOR_LANES};
    const double rates[] = {0.01, 0.9, 1.5, 4, 300};
    const vector_kernel *kernels[4];
    const size_t kernel_count = sl_vector_kernel_all(kernels);
    for (size_t k = 0; k < kernel_count; k++) {
        for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
            for (size_t r = 0; r < sizeof rates / sizeof rates[0]; r++) {
                check_terms(kernels[k], rates[r], counts[c]);
            }
        }
    }
}
END_TEST

/* a * b + c rounded twice: contraction into one operation would change results between builds. */
START_TEST(products_and_sums_are_not_contracted)
{
    volatile double a = 1 + 0x1p-30;
    volatile double b = 1 - 0x1p-30;
    volatile double c = -1;
    const double x = a;
    const double y = b;
    const double z = c;
    ck_assert(x * y + z == 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {exp_is_within_one_ulp,
                                  sine_of_cycles_is_exact_to_rounding,
                                  expm1_is_within_two_ulps,
                                  exp_at_the_ends_of_its_range,
                                  log_is_within_one_ulp,
                                  kernels_draw_the_same_numbers,
                                  kernels_make_the_words_of_the_scalar_stream,
                                  kernels_give_the_same_exponentials,
                                  scales_are_those_of_single_events,
                                  kernels_screen_as_one_by_one,
                                  kernels_give_terms_of_the_plain_formula,
                                  longest_gaps_stay_within_64_bits,
                                  kernels_step_as_a_plain_loop_does,
                                  kernels_list_everybody_and_nobody,
                                  products_and_sums_are_not_contracted};
    return SUITE_RUN("exact_math", tests);
}
