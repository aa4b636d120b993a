/* test_lif_current - decaying currents between two events: propagators in quadruple precision, and
 * crossings by brute force, which looks at v at many times and at each of its maxima. */
#include <math.h>
#include <quadmath.h>
#include <stdio.h>

#include "models/neuron/decaying_sum.h"
#include "models/neuron/lif_current.h"
#include "saltus/saltus.h"
#include "support/suite.h"

typedef __float128 quad;

static uint64_t state;

static double uniform(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (double)(state >> 11) * 0x1p-53;
}

static double between(double low, double high)
{
    return low + (high - low) * uniform();
}

/* ---- Propagators ------------------------------------------------------------------------------
 */

/* The same integrals by their textbook forms, in a precision that can afford them; where they
 * cancel, by the series of the integrand. */
static quad exact_gain(double rate, double x)
{
    const quad r = rate;
    const quad y = (r - 1) * x;
    if (fabsq(y) < (quad)1e-6) { /* x exp(-x) (1 - y/2 + y^2/6 ...) */
        quad sum = 0, term = 1;
        for (int n = 1; n < 12; n++) {
            sum += term;
            term *= -y / (n + 1);
        }
        return x * expq(-(quad)x) * sum;
    }
    return (expq(-(quad)x) - expq(-r * x)) / (r - 1);
}

static quad exact_alpha_gain(double rate, double x)
{
    const quad r = rate;
    const quad d = r - 1;
    const quad y = d * x;
    if (fabsq(y) < (quad)1e-3) { /* x^2 exp(-r x) sum y^n / (n + 2)! */
        quad sum = 0, term = (quad)0.5;
        for (int n = 0; n < 12; n++) {
            sum += term;
            term *= y / (n + 3);
        }
        return r * x * (quad)x * expq(-r * x) * sum;
    }
    return r * (expq(-(quad)x) - (1 + y) * expq(-r * x)) / (d * d);
}

static double relative(double value, quad exact)
{
    return exact == 0 ? fabs(value) : fabs((double)((value - exact) / exact));
}

/* tau_k / tau_m from 0.01 to 20, close to 1 and 1 itself; times from 1e-9 to 1e4 tau. What is below
 * 1e-290 is beyond the range of doubles on the way. */
START_TEST(propagators_are_right_over_their_ranges)
{
    static const double ratios[] = {0.01, 0.03,      0.1,      0.5,        0.9,
                                    0.99, 1 - 1e-4,  1 - 1e-8, 1 - 1e-12,  1 - 0x1p-53,
                                    1,    1 + 1e-12, 1 + 1e-8, 1.0 + 1e-4, 1.01,
                                    1.1,  1.9999,    2,        5,          20};
    double worst = 0, worst_alpha = 0;
    for (size_t i = 0; i < sizeof ratios / sizeof ratios[0]; i++) {
        const double rate = 1 / ratios[i];
        for (double x = 1e-9; x <= 1e4; x *= 1.07) {
            const quad gain = exact_gain(rate, x);
            const quad alpha = exact_alpha_gain(rate, x);
            const double got = sl_lif_current_gain(rate, x);
            const double got_alpha = sl_lif_current_alpha_gain(rate, x);
            ck_assert(isfinite(got) && isfinite(got_alpha));
            /* the rounded exponent: x ulp */
            const double allowed = 1 + 0.05 * x * (rate < 1 ? rate : 1);
            if (gain > (quad)1e-290) {
                worst = fmax(worst, relative(got, gain) / allowed);
            }
            if (alpha > (quad)1e-290) {
                worst_alpha = fmax(worst_alpha, relative(got_alpha, alpha) / allowed);
            }
        }
    }
    ck_assert_double_lt(worst, 4e-15);
    ck_assert_double_lt(worst_alpha, 4e-15);
}
END_TEST

START_TEST(nothing_happens_in_no_time)
{
    for (double rate = 0.05; rate < 100; rate *= 1.3) {
        ck_assert_double_eq(sl_lif_current_gain(rate, 0), 0);
        ck_assert_double_eq(sl_lif_current_alpha_gain(rate, 0), 0);
    }
}
END_TEST

/* Two stretches make one: what a propagator has to satisfy, with all kinds of currents at once. */
START_TEST(two_stretches_are_one)
{
    state = 77;
    for (int i = 0; i < 20000; i++) {
        lif_currents currents = {.count = 1 + (uint32_t)(uniform() * 5)};
        lif_current_state whole = {.v = between(-20, 20)};
        double size = fabs(whole.v);
        for (uint32_t k = 0; k < currents.count; k++) {
            currents.rate[k] = uniform() < 0.2 ? 1 : exp(between(-3, 4));
            currents.alpha[k] = uniform() < 0.4;
            whole.j[k] = between(-50, 50);
            whole.h[k] = currents.alpha[k] ? between(-80, 80) : 0;
            size += fabs(whole.j[k]) + fabs(whole.h[k]);
        }
        const double x = exp(between(-8, 2)), y = exp(between(-8, 2));
        lif_current_state middle = {.v = sl_lif_current_potential(&currents, &whole, x)};
        for (uint32_t k = 0; k < currents.count; k++) {
            const double r = currents.rate[k];
            middle.j[k] = (whole.j[k] + whole.h[k] * r * x) * exp(-r * x);
            middle.h[k] = whole.h[k] * exp(-r * x);
        }
        ck_assert_double_eq_tol(sl_lif_current_potential(&currents, &middle, y),
                                sl_lif_current_potential(&currents, &whole, x + y), 1e-13 * size);
        ck_assert_double_eq_tol(sl_lif_current_drive(&currents, &middle, y),
                                sl_lif_current_drive(&currents, &whole, x + y), 1e-13 * size);
    }
}
END_TEST

/* ---- Zeros of sums -----------------------------------------------------------------------------
 */

/* Polynomials in exp(-x) with chosen roots: all of them are found. */
START_TEST(all_zeros_of_a_sum_are_found)
{
    state = 5;
    for (int i = 0; i < 3000; i++) {
        const int roots = 1 + (int)(uniform() * 5);
        double root[6], coefficient[7] = {1};
        double x = between(0.05, 0.5);
        for (int n = 0; n < roots; n++) {
            root[n] = x;
            x += between(0.05, 0.8);
            /* times (z - exp(-root)) */
            for (int c = n + 1; c >= 0; c--) {
                coefficient[c] = (c > 0 ? coefficient[c - 1] : 0) -
                                 (c <= n ? coefficient[c] * exp(-root[n]) : 0);
            }
        }
        decaying_sum sum = {0};
        for (int c = roots; c >= 0; c--) {
            sl_decaying_sum_add(&sum, c, coefficient[c], 0);
        }
        double zero[DECAYING_TERMS];
        const uint32_t found = sl_decaying_sum_zeros(&sum, x + 1, zero);
        ck_assert_uint_eq(found, (uint32_t)roots);
        for (int n = 0; n < roots; n++) {
            ck_assert_double_eq_tol(zero[n], root[n], 1e-6);
            ck_assert(n == 0 || zero[n] > zero[n - 1]);
        }
    }
}
END_TEST

/* (1 - x) exp(-2 x) + 0.1: two zeros; against bisection in quadruple precision. */
START_TEST(slopes_have_zeros_too)
{
    decaying_sum sum = {0};
    sl_decaying_sum_add(&sum, 2, 1, -1);
    sl_decaying_sum_add(&sum, 0, 0.02, 0);
    double zero[DECAYING_TERMS];
    ck_assert_uint_eq(sl_decaying_sum_zeros(&sum, 100, zero), 2);
    for (int n = 0; n < 2; n++) {
        const quad x = zero[n];
        ck_assert_double_lt(fabs((double)((1 - x) * expq(-2 * x) + (quad)0.02)), 1e-16);
    }
}
END_TEST

/* ---- Crossings ----------------------------------------------------------------------------------
 */

typedef struct crossing_case {
    lif_currents currents;
    lif_current_state at;      /* of z where the threshold has components */
    double part[LIF_CURRENTS]; /* these; J is -(1 - rate) of it */
    double th, length;
} crossing_case;

/* V by modes, less the components of the threshold, in quadruple precision; rates are kept apart or
 * equal to 1. */
static quad potential(const crossing_case *c, quad x)
{
    quad v = (quad)c->at.v * expq(-x);
    for (uint32_t k = 0; k < c->currents.count; k++) {
        const quad r = c->currents.rate[k];
        const quad j = c->at.j[k];
        const quad h = c->at.h[k];
        if (c->currents.threshold[k]) { /* V = z + part at first */
            v += c->part[k] * (expq(-x) - expq(-r * x));
            continue;
        }
        if (r == 1) {
            v += (j * x + h * x * x / 2) * expq(-x);
            continue;
        }
        const quad d = r - 1;
        v += j * (expq(-x) - expq(-r * x)) / d;
        v += h * r * (expq(-x) - (1 + d * x) * expq(-r * x)) / (d * d);
    }
    return v;
}

static quad slope(const crossing_case *c, quad x)
{
    quad j = 0;
    for (uint32_t k = 0; k < c->currents.count; k++) {
        const quad r = c->currents.rate[k];
        if (c->currents.threshold[k]) { /* -z - part of V's slope, and the threshold's own */
            j += c->part[k] * (r - 1) * expq(-r * x);
            continue;
        }
        j += (c->at.j[k] + c->at.h[k] * r * x) * expq(-r * x);
    }
    return j - potential(c, x);
}

/* The same in double precision, to look at many times. */
static void look(const crossing_case *c, double x, double *v, double *dv)
{
    double potential = c->at.v * exp(-x), drive = 0;
    for (uint32_t k = 0; k < c->currents.count; k++) {
        const double r = c->currents.rate[k], d = r - 1, decay = exp(-r * x);
        const double j = c->at.j[k], h = c->at.h[k];
        if (c->currents.threshold[k]) {
            drive += c->part[k] * d * decay;
            potential += c->part[k] * (exp(-x) - decay);
            continue;
        }
        drive += (j + h * r * x) * decay;
        potential +=
            r == 1 ? (j * x + h * x * x / 2) * decay
                   : j * (exp(-x) - decay) / d + h * r * (exp(-x) - (1 + d * x) * decay) / (d * d);
    }
    *v = potential;
    *dv = drive - potential;
}

/* Where f changes its sign, which it does between low and high: by halves, first in doubles, which
 * come to some 1e-9 of it, then in quadruple precision. */
static quad bisect(quad (*f)(const crossing_case *, quad), const crossing_case *c, quad level,
                   quad low, quad high)
{
    const bool negative = f(c, low) - level < 0;
    double near_low = (double)low, near_high = (double)high;
    for (int i = 0; i < 30; i++) {
        const double middle = (near_low + near_high) / 2;
        double v = 0, dv = 0;
        look(c, middle, &v, &dv);
        if (((f == slope ? dv : v - (double)level) < 0) == negative) {
            near_low = middle;
        } else {
            near_high = middle;
        }
    }
    const quad width = 16 * (quad)(near_high - near_low);
    const quad left = near_low - width, right = near_high + width;
    if (left > low && (f(c, left) - level < 0) == negative) {
        low = left;
    }
    if (right < high && (f(c, right) - level < 0) != negative) {
        high = right;
    }
    for (int i = 0; i < 55 && high - low > (quad)0x1p-60 * high; i++) {
        const quad middle = (low + high) / 2;
        if ((f(c, middle) - level < 0) == negative) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return (low + high) / 2;
}

enum { LOOKS = 400 };
#define UNDECIDABLE                                                                                \
    1e-12 /* relative: what touches the threshold closer than this is not asked for */

/* First crossing by brute force; -1: none; NaN: too close to say. */
static double by_brute_force(const crossing_case *c)
{
    double x0 = 0, v0 = 0, dv0 = 0;
    look(c, 0, &v0, &dv0);
    for (int i = 1; i <= LOOKS; i++) {
        double v = 0, dv = 0;
        const double x = c->length * i / LOOKS;
        look(c, x, &v, &dv);
        double reached = v >= c->th ? x : -1;
        if (fabs(v - c->th) < UNDECIDABLE * fabs(c->th)) {
            return NAN;
        }
        if (reached < 0 && dv0 > 0 && dv < 0) { /* a maximum between two looks */
            const quad top = bisect(slope, c, 0, x0, x);
            const quad most = potential(c, top);
            if (fabsq(most - c->th) < UNDECIDABLE * fabs(c->th)) {
                return NAN;
            }
            reached = most >= c->th ? (double)top : -1;
        }
        if (reached >= 0) {
            return (double)bisect(potential, c, c->th, x0, reached);
        }
        x0 = x;
        dv0 = dv;
    }
    return -1;
}

static double draw_rate(void)
{
    for (;;) {
        const double rate = uniform() < 0.1 ? 1 : exp(between(-2.5, 4));
        if (rate == 1 || fabs(rate - 1) > 1e-3) {
            return rate;
        }
    }
}

/* Excitation and inhibition of any speed, alpha currents, thresholds above and below rest; the
 * excitation such that about half of the cases are near their threshold. */
static crossing_case draw_case(int i)
{
    crossing_case c = {.th = i % 4 == 3 ? -exp(between(-3, 3)) : exp(between(-3, 3)),
                       .length = exp(between(-5, 2.5))};
    c.currents.count = 1 + (uint32_t)(uniform() * (i % 8 == 0 ? 6 : 3));
    for (uint32_t k = 0; k < c.currents.count; k++) {
        const double rate = draw_rate();
        c.currents.rate[k] = rate;
        c.currents.alpha[k] = i % 3 == 0 && uniform() < 0.5;
        const double sign = k == 1 ? -1 : uniform() < 0.7 ? 1 : -1;
        const double size = sign * between(0, 4) * (1 + rate) * fabs(c.th);
        c.at.j[k] = c.currents.alpha[k] && uniform() < 0.5 ? 0 : size;
        c.at.h[k] = c.currents.alpha[k] ? sign * between(0, 4) * (1 + rate) * fabs(c.th) : 0;
        c.currents.threshold[k] = i % 5 == 0 && k > 0 && !c.currents.alpha[k];
        if (c.currents.threshold[k]) { /* as after a few spikes; rarely below th */
            c.part[k] = (uniform() < 0.9 ? 1 : -1) * between(0, 3) * fabs(c.th);
            c.at.j[k] = -(1 - rate) * c.part[k];
        }
    }
    c.at.v = c.th - fabs(c.th) * exp(between(-6, 1));
    return c;
}

static bool reject(const crossing_case *c)
{
    return sl_lif_current_rejects(&c->currents, &c->at, c->th, c->length) != LIF_MAY_CROSS;
}

typedef struct tally {
    int crossings, late, rejected, undecided, moving; /* moving: crossed a threshold that moves */
    double worst;
} tally;

static void check_case(const crossing_case *c, tally *tally)
{
    const double expected = by_brute_force(c);
    if (isnan(expected)) {
        tally->undecided++;
        return;
    }
    const double got = sl_lif_current_crossing(&c->currents, &c->at, c->th, c->length);
    ck_assert_msg((got >= 0) == (expected >= 0), "crossing at %.17g, by brute force %.17g", got,
                  expected);
    if (reject(c)) {
        ck_assert_msg(expected < 0, "rejected, but it crosses at %.17g", expected);
        tally->rejected++;
    }
    if (expected < 0) {
        return;
    }
    tally->crossings++;
    for (uint32_t k = 0; k < c->currents.count; k++) {
        if (c->currents.threshold[k]) {
            tally->moving++;
            break;
        }
    }
    double v = 0, drive = 0;
    look(c, 0, &v, &drive);
    tally->late += drive + v <= c->th; /* J <= th at first: it rises to th later */
    /* an error of v moves a flat crossing far */
    double size = fabs(c->at.v) + fabs(c->th);
    for (uint32_t k = 0; k < c->currents.count; k++) {
        size += fabs(c->at.j[k]) + fabs(c->at.h[k]);
    }
    const double steepness = fabs((double)slope(c, expected));
    const double allowed = 4e-15 * size / steepness + 1e-14 * expected + 1e-300;
    tally->worst = fmax(tally->worst, fabs(got - expected) / allowed);
    ck_assert(got <= c->length);
}

START_TEST(crossings_are_those_of_brute_force)
{
    state = 20260101;
    const char *wanted = getenv("SALTUS_CROSSING_TRIALS");
    const int trials = wanted != NULL ? atoi(wanted) : 100000;
    tally tally = {0};
    for (int i = 0; i < trials; i++) {
        const crossing_case c = draw_case(i);
        check_case(&c, &tally);
    }
    printf("%d cases: %d crossings, %d of them with a drive that rises first, %d rejected, "
           "%d undecided, worst time %.2g of what is allowed\n",
           trials, tally.crossings, tally.late, tally.rejected, tally.undecided, tally.worst);
    ck_assert_int_gt(tally.crossings, trials / 6);
    ck_assert_int_gt(tally.late, trials / 500);
    ck_assert_int_gt(tally.moving, trials / 50);
    ck_assert_int_gt(tally.rejected, trials / 10);
    ck_assert_int_lt(tally.undecided, trials / 100);
    ck_assert_double_lt(tally.worst, 1);
}
END_TEST

/* Thresholds a hair above and below the highest point of v: what only touches is decided by it. */
START_TEST(grazing_is_decided_by_the_highest_point)
{
    state = 31;
    int grazes = 0;
    while (grazes < 3000) {
        crossing_case c = draw_case(grazes);
        c.length = 12;
        c.at.v = between(-1, 0.2);
        /* the first maximum */
        double x0 = 0, v0 = 0, dv0 = 0;
        look(&c, 0, &v0, &dv0);
        quad top = -1;
        for (int i = 1; i <= LOOKS && top < 0; i++) {
            double v = 0, dv = 0;
            const double x = c.length * i / LOOKS;
            look(&c, x, &v, &dv);
            if (dv0 > 0 && dv < 0) {
                top = bisect(slope, &c, 0, x0, x);
            }
            x0 = x;
            dv0 = dv;
        }
        if (top < 0) {
            continue;
        }
        c.length = (double)top * 1.01;
        double size = fabs(c.at.v);
        for (uint32_t k = 0; k < c.currents.count; k++) {
            size += fabs(c.at.j[k]) + fabs(c.at.h[k]);
        }
        const double most = (double)potential(&c, top);
        if (!(most > c.at.v) || size > 1000 * fabs(most)) {
            continue;
        }
        grazes++;
        c.th = most - 1e-12 * size;
        const double got = sl_lif_current_crossing(&c.currents, &c.at, c.th, c.length);
        ck_assert_msg(got >= 0 && got <= (double)top * (1 + 1e-9), "%g, top %g", got, (double)top);
        ck_assert(!reject(&c));
        c.th = most + 1e-12 * size;
        ck_assert(sl_lif_current_crossing(&c.currents, &c.at, c.th, c.length) < 0);
    }
}
END_TEST

/* NEST's test of lossless detection (tau_m 100 ms, tau_syn 1 ms, C 250 pF, E_L -70, V_th -49 mV;
 * V = -49 - 0.001 exp(-0.02) mV): 55 pA do not fire the neuron, 70 pA do at 0.014415460 ms, 90 pA
 * at 0.006586386 ms. */
START_TEST(a_published_crossing_between_two_steps)
{
    static const double weights_pA[] = {55, 70, 90};
    static const double expected_ms[] = {-1, 0.014415460, 0.006586386};
    for (int i = 0; i < 3; i++) {
        const lif_currents currents = {.count = 1, .rate = {100}};
        const lif_current_state at = {.v = 21 - 0.001 * exp(-0.02),
                                      .j = {weights_pA[i] * 100 / 250}};
        const double got = sl_lif_current_crossing(&currents, &at, 21, 0.1);
        if (expected_ms[i] < 0) {
            ck_assert(got < 0);
        } else {
            ck_assert_double_eq_tol(got * 100, expected_ms[i], 1e-9);
        }
    }
}
END_TEST

/* Without currents a drive above threshold alone: t = tau ln(v / th). */
START_TEST(drift_alone_is_the_logarithm)
{
    const lif_currents none = {0};
    for (double v = -30; v < -1.001; v += 0.37) {
        const lif_current_state at = {.v = v};
        const double expected = log(v / -1.0);
        ck_assert_double_eq_tol(sl_lif_current_crossing(&none, &at, -1, 10), expected, 1e-15);
        ck_assert(sl_lif_current_crossing(&none, &at, -1, expected * 0.999999) < 0);
        ck_assert(sl_lif_current_crossing(&none, &at, 1, 10) < 0);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        propagators_are_right_over_their_ranges,
        nothing_happens_in_no_time,
        two_stretches_are_one,
        all_zeros_of_a_sum_are_found,
        slopes_have_zeros_too,
        crossings_are_those_of_brute_force,
        grazing_is_decided_by_the_highest_point,
        a_published_crossing_between_two_steps,
        drift_alone_is_the_logarithm,
    };
    return SUITE_RUN("lif_current", tests);
}
