/* test_current_scale - scaled coordinates of neurons with decaying currents: read at any time they
 * are the v, J and H of the textbook in quadruple precision, and going from epoch to epoch changes
 * nothing, whenever it is done. */
#include <math.h>
#include <quadmath.h>
#include <stdio.h>
#include <string.h>

#include "models/neuron/current_scale.h"
#include "saltus/saltus.h"
#include "support/suite.h"
#include "support/trial.h"

typedef __float128 quad;

static uint64_t state;

static double between(double low, double high)
{
    return trial_random_in(&state, low, high);
}

/* ---- The textbook ------------------------------------------------------------------------------
 */

/* `size` is what rounding is relative to: the same with all weights positive, and what has jumped
 * decaying with the membrane. */
typedef struct textbook {
    double tau_m, tau[LIF_CURRENTS];                   /* ticks */
    bool alpha[LIF_CURRENTS], threshold[LIF_CURRENTS]; /* j: of the threshold, not of V */
    uint32_t count;
    quad v, j[LIF_CURRENTS], h[LIF_CURRENTS];
    quad size_v, size_j[LIF_CURRENTS], size_h[LIF_CURRENTS];
} textbook;

/* V of a current J(0) = 1, or of H(0) = 1: solutions of the equations of lif_current.h. */
static void gains(const textbook *b, uint32_t k, quad t, quad *of_j, quad *of_h)
{
    const quad m = 1 / (quad)b->tau_m, r = 1 / (quad)b->tau[k], d = r - m;
    const quad decay = expq(-r * t);
    if (fabsq(d * t) < (quad)0.01) {
        quad term = m * t * decay;
        *of_j = *of_h = 0;
        for (int n = 0; n < 16; n++) {
            *of_j += term;
            *of_h += term * r * t / (n + 2);
            term *= d * t / (n + 2);
        }
        return;
    }
    *of_j = m * (expq(-m * t) - decay) / d;
    *of_h = r * (*of_j - m * t * decay) / d;
}

static void wait(textbook *b, sim_time ticks)
{
    const quad t = (quad)ticks;
    const quad decay = expq(-t / b->tau_m);
    b->v *= decay;
    b->size_v *= decay;
    for (uint32_t k = 0; k < b->count; k++) {
        quad of_j = 0, of_h = 0;
        gains(b, k, t, &of_j, &of_h);
        const quad x = t / b->tau[k], fall = expq(-x);
        b->v += b->threshold[k] ? 0 : b->j[k] * of_j + b->h[k] * of_h;
        b->size_v += b->size_j[k] * of_j + b->size_h[k] * of_h;
        b->j[k] = (b->j[k] + b->h[k] * x) * fall;
        b->size_j[k] = (b->size_j[k] + b->size_h[k] * x) * fall;
        b->h[k] *= fall;
        b->size_h[k] *= fall;
    }
}

static void arrive(textbook *b, uint32_t k, double weight)
{
    quad *value = b->alpha[k] ? b->h : b->j, *size = b->alpha[k] ? b->size_h : b->size_j;
    value[k] += weight;
    size[k] += fabs(weight);
    b->size_v += fabs(weight);
}

static double size_of(const textbook *b)
{
    quad size = b->size_v;
    for (uint32_t k = 0; k < b->count; k++) {
        size += b->size_j[k] + b->size_h[k];
    }
    return (double)size;
}

/* ---- The same in scaled coordinates ------------------------------------------------------------
 */

typedef struct scaled {
    lif_currents model;
    time_base membrane, of[LIF_CURRENTS];
    current_bases bases;
    uint32_t first[LIF_CURRENTS], coordinates;
    double a, coordinate[LIF_COORDINATES];
    currents_readout readout;
} scaled;

static void prepare(scaled *s, textbook *b)
{
    memset(s, 0, sizeof *s);
    s->model.count = b->count;
    s->membrane = sl_time_base_create(b->tau_m / SIM_TIME_TICKS_PER_MS);
    b->tau_m = s->membrane.tau_ticks;
    s->bases.membrane = &s->membrane;
    for (uint32_t k = 0; k < b->count; k++) {
        s->of[k] = sl_time_base_create(b->tau[k] / SIM_TIME_TICKS_PER_MS);
        b->tau[k] = s->of[k].tau_ticks;
        s->bases.of[k] = &s->of[k];
        s->model.rate[k] = b->tau_m / b->tau[k];
        s->model.alpha[k] = b->alpha[k];
        s->model.threshold[k] = b->threshold[k];
    }
    s->coordinates = sl_current_coordinates(&s->model, s->first);
}

/* Into the epochs of t, and what is read there. */
static void seek(scaled *s, sim_time t)
{
    const int64_t epoch = s->membrane.epoch;
    sl_time_base_seek(&s->membrane, t);
    sl_membrane_rebase(&s->model, (uint64_t)(s->membrane.epoch - epoch), &s->a, s->coordinate);
    for (uint32_t k = 0; k < s->model.count; k++) {
        const int64_t from = s->of[k].epoch;
        sl_time_base_seek(&s->of[k], t);
        if (!lif_current_is_joined(&s->model, k)) {
            sl_current_rebase(&s->model, k, (uint64_t)(s->of[k].epoch - from),
                              s->coordinate + s->first[k]);
        }
    }
    sl_currents_readout(&s->model, &s->bases, t, &s->readout);
}

static void add(scaled *s, uint32_t k, double weight)
{
    const current_readout *of = &s->readout.of[k];
    double *coordinate = s->coordinate + s->first[k];
    s->a += weight * of->put_a;
    coordinate[0] += weight * of->put_b;
    if (s->model.alpha[k]) {
        coordinate[1] += weight * of->put_g;
    }
}

/* ---- Comparison --------------------------------------------------------------------------------
 */

/* tau_k / tau_m: equal, joined, at both borders of joining, apart. */
static const double shares[] = {1,
                                1 + 0x1p-52,
                                1 - 1e-13,
                                1 + 1e-9,
                                0.9999,
                                1.01,
                                0.99,
                                1 / 1.015,
                                1 / 0.985,
                                1 / 1.0157,
                                1 / (1 + 1.001 / 64),
                                1 / (1 - 1.001 / 64),
                                0.9,
                                1.2,
                                0.5,
                                0.05,
                                0.003,
                                3,
                                20};
enum { SHARES = sizeof shares / sizeof shares[0] };

/* How much larger than v its parts may be, which cancel: c of current_scale.h, c squared for an
 * alpha current; where joined, G scaled is the time since the epoch began, x <= 46 ln 2, and x^2
 * / 2. */
static double magnified(const scaled *s)
{
    double most = 1;
    for (uint32_t k = 0; k < s->model.count; k++) {
        const double rate = s->model.rate[k];
        const double c = s->model.threshold[k]     ? 1
                         : lif_current_joins(rate) ? 32
                                                   : 1 / fabs(1 - rate);
        const double square = lif_current_joins(rate) ? 512 : c * c * rate;
        most = fmax(most, s->model.alpha[k] ? square : c);
    }
    return most;
}

typedef struct worst {
    double v, j;
} worst;

static void compare(scaled *s, const textbook *b, worst *worst)
{
    lif_current_state got;
    sl_currents_state(&s->model, &s->readout, s->a, s->coordinate, &got);
    const double size = size_of(b);
    if (size < 1e-150) {
        ck_assert_double_lt(fabs(got.v), 1e-140);
        return;
    }
    quad z = b->v, theta = 0;
    for (uint32_t k = 0; k < b->count; k++) {
        theta += b->threshold[k] ? b->j[k] : 0;
    }
    z -= theta;
    worst->v = fmax(worst->v, fabs((double)(got.v - z)) / size / magnified(s));
    const double got_theta = sl_currents_theta(&s->model, &s->readout, s->coordinate);
    worst->v = fmax(worst->v, fabs((double)(got_theta - theta)) / size);
    for (uint32_t k = 0; k < b->count; k++) {
        const double part = (double)(b->size_j[k] + b->size_h[k]);
        if (part < 1e-150) {
            continue;
        }
        /* what z obeys: see lif_current.h */
        const quad j = b->threshold[k] ? -(1 - (quad)s->model.rate[k]) * b->j[k] : b->j[k];
        const double of = b->threshold[k] ? fmax(1, s->model.rate[k]) : 1;
        worst->j = fmax(worst->j, fabs((double)(got.j[k] - j)) / part / of);
        worst->j = fmax(worst->j, fabs((double)(got.h[k] - b->h[k])) / part);
    }
    const double v =
        s->a * s->readout.inverse + sl_currents_share(&s->model, &s->readout, s->coordinate);
    worst->v = fmax(worst->v, fabs((double)(v - b->v)) / size / magnified(s));
    ck_assert(theta != 0 || got.v == v);
}

static void draw(scaled *s, textbook *b, uint32_t most)
{
    *b = (textbook){.tau_m = between(1, 50) * SIM_TIME_TICKS_PER_MS,
                    .count = 1 + trial_random_below(&state, most)};
    for (uint32_t k = 0; k < b->count; k++) {
        b->tau[k] = b->tau_m * shares[trial_random_below(&state, SHARES)];
        b->alpha[k] = trial_random(&state) < 0.4;
        b->threshold[k] = most > 1 && !b->alpha[k] && trial_random(&state) < 0.3;
    }
    prepare(s, b);
}

/* Arrivals at one time, close together, epochs apart; refractoriness that ends now and then. */
static void follow(worst *worst)
{
    scaled s;
    textbook b;
    draw(&s, &b, 5);
    sim_time t = (sim_time)(between(0, 1000) * b.tau_m);
    seek(&s, t);
    for (int i = 0; i < 60; i++) {
        if (trial_random(&state) < 0.8) {
            const double length = b.tau_m * exp(between(-12, 4.3));
            t += (sim_time)length;
            wait(&b, (sim_time)length);
            seek(&s, t);
            compare(&s, &b, worst);
        }
        if (trial_random(&state) < 0.1) { /* reset */
            const double reset = between(-10, 10);
            const double share = sl_currents_share(&s.model, &s.readout, s.coordinate);
            s.a = (reset - share) * s.readout.scale;
            b.v = reset;
            b.size_v += fabs(reset) + size_of(&b);
        }
        const uint32_t k = trial_random_below(&state, b.count);
        const double weight = between(-20, 20);
        arrive(&b, k, weight);
        add(&s, k, weight);
        compare(&s, &b, worst);
    }
}

START_TEST(any_sequence_of_arrivals_is_that_of_the_textbook)
{
    state = 4;
    worst worst = {0};
    for (int i = 0; i < 1500; i++) {
        follow(&worst);
    }
    printf("worst: v %.2g of its size times c, currents %.2g\n", worst.v, worst.j);
    ck_assert_double_lt(worst.v, 3e-14);
    ck_assert_double_lt(worst.j, 4e-14);
}
END_TEST

/* J and v before an arrival are those after it: what an arrival puts into `a` takes away what it
 * puts into v. */
START_TEST(an_arrival_does_not_move_v)
{
    state = 6;
    for (int i = 0; i < 5000; i++) {
        scaled s;
        textbook b;
        draw(&s, &b, 1);
        seek(&s, (sim_time)(between(0, 100) * b.tau_m));
        s.a = between(-10, 10) * s.readout.scale;
        lif_current_state before, after;
        sl_currents_state(&s.model, &s.readout, s.a, s.coordinate, &before);
        add(&s, 0, 7);
        sl_currents_state(&s.model, &s.readout, s.a, s.coordinate, &after);
        ck_assert_double_eq_tol(after.v, before.v, 1e-14 * (10 + 7 * magnified(&s)));
        ck_assert_double_eq_tol(after.h[0], b.alpha[0] ? 7 : 0, 1e-14);
        ck_assert_double_eq_tol(after.j[0], b.alpha[0] ? 0 : 7, 1e-12);
    }
}
END_TEST

/* ---- Epochs ------------------------------------------------------------------------------------
 */

/* From the same coordinates: at once, one by one, in pieces of random sizes. */
static void rebase_in_pieces(const scaled *s, uint64_t epochs, uint64_t piece, double *a,
                             double *coordinate)
{
    *a = s->a;
    memcpy(coordinate, s->coordinate, sizeof s->coordinate);
    for (uint64_t left = epochs; left > 0;) {
        uint64_t now = piece > 0 ? piece : 1 + trial_random_below(&state, 5);
        now = now < left ? now : left;
        sl_membrane_rebase(&s->model, now, a, coordinate);
        for (uint32_t k = 0; k < s->model.count; k++) {
            if (!lif_current_is_joined(&s->model, k)) {
                sl_current_rebase(&s->model, k, now, coordinate + s->first[k]);
            }
        }
        left -= now;
    }
}

static void fill(scaled *s)
{
    s->a = between(-1, 1) * exp(between(-5, 40));
    for (uint32_t i = 0; i < s->coordinates; i++) {
        s->coordinate[i] = trial_random(&state) < 0.1 ? 0 : between(-1, 1) * exp(between(-5, 40));
    }
}

START_TEST(epochs_at_once_and_one_by_one_are_the_same_bits)
{
    state = 8;
    for (uint64_t epochs = 1; epochs <= 40; epochs++) {
        for (int i = 0; i < 300; i++) {
            scaled s;
            textbook b;
            draw(&s, &b, LIF_CURRENTS);
            fill(&s);
            double a[3], coordinate[3][LIF_COORDINATES];
            rebase_in_pieces(&s, epochs, epochs, &a[0], coordinate[0]);
            rebase_in_pieces(&s, epochs, 1, &a[1], coordinate[1]);
            rebase_in_pieces(&s, epochs, 0, &a[2], coordinate[2]);
            for (int way = 1; way < 3; way++) {
                ck_assert_mem_eq(&a[0], &a[way], sizeof a[0]);
                ck_assert_mem_eq(coordinate[0], coordinate[way], sizeof coordinate[0]);
            }
        }
    }
}
END_TEST

/* After 1 to 40 epochs of the membrane without an event. */
START_TEST(silence_over_epochs_is_that_of_the_textbook)
{
    state = 9;
    worst worst = {0};
    for (int epochs = 1; epochs <= 40; epochs++) {
        for (int i = 0; i < 100; i++) {
            scaled s;
            textbook b;
            draw(&s, &b, 4);
            sim_time t = (sim_time)(between(0, 100) * b.tau_m);
            seek(&s, t);
            for (uint32_t k = 0; k < b.count; k++) {
                const double weight = between(-20, 20);
                arrive(&b, k, weight);
                add(&s, k, weight);
            }
            const sim_time length = (sim_time)(epochs * 46 * log(2) * b.tau_m);
            wait(&b, length);
            seek(&s, t + length);
            compare(&s, &b, &worst);
        }
    }
    printf("worst after silence: v %.2g of its size times c, currents %.2g\n", worst.v, worst.j);
    /* the times themselves are rounded: 40 epochs are 1300 tau */
    ck_assert_double_lt(worst.v, 1e-12);
    ck_assert_double_lt(worst.j, 1e-12);
}
END_TEST

START_TEST(refractory_neurons_stay_so)
{
    state = 10;
    for (uint64_t epochs = 0; epochs <= 40; epochs++) {
        for (int i = 0; i < 50; i++) {
            scaled s;
            textbook b;
            draw(&s, &b, LIF_CURRENTS);
            seek(&s, (sim_time)(between(0, 100) * b.tau_m));
            fill(&s);
            s.a = -INFINITY;
            add(&s, 0, between(-1, 1) * 1e10);
            ck_assert_double_eq(s.a, -INFINITY);
            double a, coordinate[LIF_COORDINATES];
            rebase_in_pieces(&s, epochs, 0, &a, coordinate);
            ck_assert_double_eq(a, -INFINITY);
            for (uint32_t k = 0; k < s.coordinates; k++) {
                ck_assert(isfinite(coordinate[k]));
            }
            /* their currents go on */
            lif_current_state got;
            sl_currents_state(&s.model, &s.readout, a, coordinate, &got);
            ck_assert_double_eq(got.v, -INFINITY);
            ck_assert(isfinite(got.j[0]));
        }
    }
}
END_TEST

/* What is next to nothing becomes 0 and stays 0. */
START_TEST(nothing_is_left_after_23_epochs)
{
    state = 11;
    for (int i = 0; i < 500; i++) {
        scaled s;
        textbook b;
        draw(&s, &b, LIF_CURRENTS);
        fill(&s);
        double a, coordinate[LIF_COORDINATES];
        rebase_in_pieces(&s, UINT64_MAX >> 1, UINT64_MAX >> 1, &a, coordinate);
        ck_assert_double_eq(a, 0);
        for (uint32_t k = 0; k < s.coordinates; k++) {
            ck_assert_double_eq(coordinate[k], 0);
        }
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {any_sequence_of_arrivals_is_that_of_the_textbook,
                                  an_arrival_does_not_move_v,
                                  epochs_at_once_and_one_by_one_are_the_same_bits,
                                  silence_over_epochs_is_that_of_the_textbook,
                                  refractory_neurons_stay_so,
                                  nothing_is_left_after_23_epochs};
    return SUITE_RUN("current_scale", tests);
}
