/* test_current_screen - the short ways of neurons with exponential currents: scale factors of whole
 * chunks are those of single events to the last bit, and no screen rejects a neuron that crosses.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/vector_kernel.h"
#include "engine/event/current_adder.h"
#include "engine/event/current_screen.h"
#include "support/suite.h"
#include "support/trial.h"

static uint64_t state;

static double between(double low, double high)
{
    return trial_random_in(&state, low, high);
}

/* Neurons with one to `most` exponential currents, none joined to the membrane, at time t. */
typedef struct scene {
    lif_currents model;
    time_base membrane, of[LIF_CURRENTS];
    current_bases bases;
} scene;

static void draw_scene(scene *scene, uint32_t most)
{
    memset(scene, 0, sizeof *scene);
    const double tau_m_ms = exp(between(0, 5));
    scene->membrane = sl_time_base_create(tau_m_ms);
    scene->bases.membrane = &scene->membrane;
    scene->model.count = 1 + (uint32_t)between(0, most);
    for (uint32_t k = 0; k < scene->model.count; k++) {
        double tau_ms = tau_m_ms;
        while (lif_current_joins(tau_m_ms / tau_ms)) {
            tau_ms = tau_m_ms * exp(between(-4, 1.5));
        }
        scene->model.rate[k] = tau_m_ms / tau_ms;
        scene->of[k] = sl_time_base_create(tau_ms);
        scene->bases.of[k] = &scene->of[k];
    }
}

static void seek(scene *scene, sim_time t)
{
    sl_time_base_seek(&scene->membrane, t);
    for (uint32_t k = 0; k < scene->model.count; k++) {
        sl_time_base_seek(&scene->of[k], t);
    }
}

/* The last tick that all epochs hold. */
static sim_time last_tick(const scene *scene)
{
    sim_time end = scene->membrane.end;
    for (uint32_t k = 0; k < scene->model.count; k++) {
        end = scene->of[k].end < end ? scene->of[k].end : end;
    }
    return end - 1;
}

/* ---- Chunks ------------------------------------------------------------------------------------
 */

static void check_same(const double *chunk, const double *alone, const char *what)
{
    ck_assert_msg(memcmp(chunk, alone, sizeof *chunk) == 0, "%s: %a in a chunk, %a alone", what,
                  *chunk, *alone);
}

static void check_chunk(const vector_kernel *kernel, const scene *scene, const sim_time *time,
                        size_t count)
{
    static double scale[1 + LIF_CURRENTS][VECTOR_CHUNK + 8];
    double c[LIF_CURRENTS];
    for (uint32_t k = 0; k <= scene->model.count; k++) {
        const time_base *base = k == 0 ? &scene->membrane : &scene->of[k - 1];
        kernel->scales(time, base->start, base->fraction, base->inverse_tau, scale[k], count);
    }
    for (uint32_t k = 0; k < scene->model.count; k++) {
        c[k] = lif_current_c(scene->model.rate[k]);
    }
    for (size_t i = 0; i < count; i++) {
        current_scales scales = {.membrane = scale[0][i]};
        for (uint32_t k = 0; k < scene->model.count; k++) {
            scales.of[k] = scale[k + 1][i];
        }
        currents_readout chunk;
        currents_readout alone;
        currents_read_exponential(c, scene->model.count, &scales, &chunk);
        sl_currents_readout(&scene->model, &scene->bases, time[i], &alone);
        check_same(&chunk.scale, &alone.scale, "s of the membrane");
        check_same(&chunk.inverse, &alone.inverse, "its inverse");
        for (uint32_t k = 0; k < scene->model.count; k++) {
            check_same(&chunk.of[k].put_a, &alone.of[k].put_a, "put_a");
            check_same(&chunk.of[k].put_b, &alone.of[k].put_b, "put_b");
            check_same(&chunk.of[k].j_b, &alone.of[k].j_b, "j_b");
            check_same(&chunk.of[k].v_b, &alone.of[k].v_b, "v_b");
        }
    }
}

START_TEST(factors_of_a_chunk_are_those_of_single_events)
{
    const vector_kernel *kernels[4];
    const size_t kernel_count = sl_vector_kernel_all(kernels);
    state = 20270101;
    for (int trial = 0; trial < 200; trial++) {
        scene scene;
        draw_scene(&scene, 4);
        seek(&scene, (sim_time)exp(between(20, 43)));
        const sim_time first = last_tick(&scene) < scene.membrane.start ? 0 : last_tick(&scene);
        seek(&scene, first);
        sim_time time[VECTOR_CHUNK + 8] = {0};
        const size_t count = 1 + (size_t)between(0, VECTOR_CHUNK - 1);
        /* up to the end of the epochs, from as far before it as one of them reaches */
        sim_time from = scene.membrane.start;
        for (uint32_t k = 0; k < scene.model.count; k++) {
            from = scene.of[k].start > from ? scene.of[k].start : from;
        }
        for (size_t i = 0; i < count; i++) {
            const double share = (double)(i + 1) / (double)count;
            time[i] = from + (sim_time)((double)(first - from) * share);
        }
        for (size_t k = 0; k < kernel_count; k++) {
            check_chunk(kernels[k], &scene, time, count);
        }
    }
}
END_TEST

/* ---- Screens -----------------------------------------------------------------------------------
 */

typedef struct tally {
    int cases, crossings, within, ever, one;
} tally;

/* A neuron somewhere near its threshold. */
static void check_screens(const scene *scene, sim_time t, tally *tally)
{
    const lif_currents *model = &scene->model;
    const double th = between(0, 1) < 0.25 ? -exp(between(-2, 3)) : exp(between(-2, 3));
    const double reset = th - exp(between(-2, 3));
    const double length = exp(between(-7, 0));
    currents_readout readout;
    sl_currents_readout(model, &scene->bases, t, &readout);
    double x[LIF_CURRENTS];
    double share = 0;
    for (uint32_t k = 0; k < model->count; k++) {
        const double j = between(-2, 3) * (1 + model->rate[k] / 2) * fabs(th);
        x[k] = j / readout.of[k].j_b;
        share += x[k] * readout.of[k].v_b;
    }
    const double v = th - fabs(th) * exp(between(-7, 1));
    const double a = (v - share) / readout.inverse;
    lif_current_state at;
    sl_currents_state(model, &readout, a, x, &at);
    const double level = current_screen_level(th, reset);
    current_screen within, ever;
    current_screen_within(model, &readout, level, length, &within);
    current_screen_ever(model, &readout, level, &ever);
    const bool crosses = sl_lif_current_crossing(model, &at, th, length) >= 0;
    const bool crosses_ever = sl_lif_current_crossing(model, &at, th, 40) >= 0;
    const bool passes_within = vector_screen_passes(&within.quick, model->count, a, x) &&
                               current_screen_is_driven(&within, a, x);
    const bool passes_ever = vector_screen_passes(&ever.quick, model->count, a, x) &&
                             current_screen_is_driven(&ever, a, x);
    const bool passes_one =
        current_screen_one(model->rate, &readout, model->count, level, false, length, a, x);
    const bool passes_one_ever =
        current_screen_one(model->rate, &readout, model->count, level, true, length, a, x);
    ck_assert_msg(passes_within || !crosses, "the screen up to the horizon");
    ck_assert_msg(passes_ever || !crosses_ever, "the screen for any time");
    ck_assert_msg(passes_one || !crosses, "the screen of one neuron up to the horizon");
    ck_assert_msg(passes_one_ever || !crosses_ever, "the screen of one neuron for any time");
    tally->cases++;
    tally->crossings += crosses;
    tally->within += !passes_within;
    tally->ever += !passes_ever;
    tally->one += !passes_one;
}

START_TEST(no_screen_rejects_a_neuron_that_crosses)
{
    tally tally = {0};
    state = 20270102;
    const int trials = (int)trial_environment("SALTUS_CROSSING_TRIALS", 100000) / 2;
    for (int i = 0; i < trials; i++) {
        scene scene;
        draw_scene(&scene, 3);
        seek(&scene, (sim_time)exp(between(20, 43)));
        check_screens(&scene, last_tick(&scene) - (i % 7), &tally);
    }
    printf("%d neurons: %d cross, rejected %d up to the horizon, %d for ever, %d one by one\n",
           tally.cases, tally.crossings, tally.within, tally.ever, tally.one);
    ck_assert_int_gt(tally.crossings, tally.cases / 20);
    ck_assert_int_gt(tally.within, tally.cases / 4);
    ck_assert_int_gt(tally.ever, tally.cases / 20);
    ck_assert_int_gt(tally.one, tally.cases / 4);
}
END_TEST

/* ---- Screens of many times ---------------------------------------------------------------------
 */

enum { MOMENTS = 24 };

/* Ascending times in the epochs of the scene, which is brought there; the last may be their end. */
static void draw_times(scene *scene, sim_time *time)
{
    seek(scene, (sim_time)exp(between(20, 43)));
    const sim_time last = last_tick(scene);
    sim_time from = scene->membrane.start;
    for (uint32_t k = 0; k < scene->model.count; k++) {
        from = scene->of[k].start > from ? scene->of[k].start : from;
    }
    if (from > last) { /* one of them ends before another begins */
        seek(scene, last);
        from = last;
    }
    const double begin = between(0, 0.999);
    for (size_t i = 0; i < MOMENTS; i++) {
        const double share = begin + (1 - begin) * (double)i / (MOMENTS - 1);
        time[i] = from + (sim_time)((double)(last - from) * share);
    }
}

/* One neuron at one of the times, near its threshold: who does not pass does not cross before the
 * horizon. */
static void check_terms(const scene *scene, const network_currents *currents, sim_time t,
                        const double *scale, const double *term, tally *tally)
{
    const lif_currents *model = &scene->model;
    const uint32_t count = model->count;
    const double th = between(0, 1) < 0.25 ? -exp(between(-2, 3)) : exp(between(-2, 3));
    const double reset = th - exp(between(-2, 3));
    currents_readout readout;
    sl_currents_readout(model, &scene->bases, t, &readout);
    double x[LIF_CURRENTS];
    double share = 0;
    for (uint32_t k = 0; k < count; k++) {
        x[k] = between(-2, 3) * (1 + model->rate[k] / 2) * fabs(th) / readout.of[k].j_b;
        share += x[k] * readout.of[k].v_b;
    }
    double a = (th - fabs(th) * exp(between(-7, 1)) - share) / readout.inverse;
    lif_current_state at;
    sl_currents_state(model, &readout, a, x, &at);
    current_adder adder = {.scaled = &a,
                           .coordinate = x,
                           .th = th,
                           .reset = reset,
                           .level = current_screen_level(th, reset),
                           .inverse_tau = scene->membrane.inverse_tau,
                           .horizon =
                               current_horizon_after(&scene->membrane, currents->look_ahead, t)};
    memcpy(adder.rate, model->rate, sizeof adder.rate);
    memcpy(adder.c, currents->c, sizeof adder.c);
    const double length = (double)(adder.horizon - t) * adder.inverse_tau;
    const bool crosses = sl_lif_current_crossing(model, &at, th, length) >= 0;
    const bool passes = current_adder_passes(&adder, 0, term, MOMENTS, count);
    ck_assert_msg(passes || !crosses, "the terms of a time");
    ck_assert_msg(current_adder_may_cross(&adder, 0, scale, MOMENTS, t, count) || !crosses,
                  "the screen of an arrival");
    adder.horizon = SIM_TIME_NEVER;
    ck_assert_msg(current_adder_passes(&adder, 0, term, MOMENTS, count), "a group that sleeps");
    tally->cases++;
    tally->crossings += crosses;
    tally->one += !passes;
}

START_TEST(no_terms_reject_a_neuron_that_crosses)
{
    tally tally = {0};
    state = 20270103;
    const int trials = (int)trial_environment("SALTUS_CROSSING_TRIALS", 100000) / MOMENTS / 2;
    for (int i = 0; i < trials; i++) {
        scene scene;
        draw_scene(&scene, CURRENT_TERMS_CURRENTS);
        sim_time time[MOMENTS];
        draw_times(&scene, time);
        network_currents currents = {.model = scene.model, .exponential = true};
        ck_assert_uint_eq(current_terms_of(&currents), 1 + 2 * scene.model.count);
        currents.look_ahead = (sim_time)ceil(exp(between(-5, 0)) * scene.membrane.tau_ticks);
        double scale[1 + CURRENT_TERMS_CURRENTS][MOMENTS];
        double term[CURRENT_TERMS][MOMENTS];
        const double *rows[1 + CURRENT_TERMS_CURRENTS];
        for (uint32_t k = 0; k <= scene.model.count; k++) {
            const time_base *base = k == 0 ? &scene.membrane : &scene.of[k - 1];
            sl_vector_kernel_best()->scales(time, base->start, base->fraction, base->inverse_tau,
                                            scale[k], MOMENTS);
            rows[k] = scale[k];
            currents.c[k] = k < scene.model.count ? lif_current_c(scene.model.rate[k]) : 0;
        }
        sl_current_terms(sl_vector_kernel_best(), &currents, &scene.membrane, time, MOMENTS, rows,
                         term[0], MOMENTS);
        for (size_t m = 0; m < MOMENTS; m++) {
            check_terms(&scene, &currents, time[m], &scale[0][m], &term[0][m], &tally);
        }
    }
    printf("%d neurons: %d cross, terms reject %d\n", tally.cases, tally.crossings, tally.one);
    ck_assert_int_gt(tally.crossings, tally.cases / 20);
    ck_assert_int_gt(tally.one, tally.cases / 4);
}
END_TEST

/* What inhibits holds a neuron back that would cross by what excites it alone. */
START_TEST(inhibition_that_lasts_counts)
{
    const lif_currents model = {.count = 2, .rate = {4, 2}};
    const lif_current_state at = {.v = -1.2, .j = {8, -8}};
    ck_assert_int_eq(sl_lif_current_rejects(&model, &at, -1, 0.0625), LIF_SLOW);
    const lif_current_state free = {.v = -1.2, .j = {8, 0}};
    ck_assert_int_eq(sl_lif_current_rejects(&model, &free, -1, 0.0625), LIF_MAY_CROSS);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        factors_of_a_chunk_are_those_of_single_events, no_screen_rejects_a_neuron_that_crosses,
        no_terms_reject_a_neuron_that_crosses, inhibition_that_lasts_counts};
    return SUITE_RUN("current_screen", tests);
}
