/* test_rewards - where rewards come from and when: lists, spikes, coincidences, the caller. */
#include <check.h>
#include <math.h>

#include "saltus/saltus.h"
#include "support/suite.h"

#define PAIRS 400

/* Two single sources with listed spikes, and a modulator. */
typedef struct setting {
    saltus_modulator_spec modulator;
    const double *pre_ms, *post_ms;
    size_t pre_count, post_count;
    const char *engine;
    uint64_t seed;
} setting;

enum { PRE, POST };

static setting of_pair(double window_ms, double low_ms, double high_ms)
{
    setting s = {.modulator = saltus_modulator_spec_default(), .seed = 5};
    s.modulator.pre_population = PRE;
    s.modulator.post_population = POST;
    s.modulator.pair_window_ms = window_ms;
    s.modulator.pair_amount = 1;
    s.modulator.pair_delay_low_ms = low_ms;
    s.modulator.pair_delay_high_ms = high_ms;
    return s;
}

/* What a test runs; give it back with `end`. */
typedef struct stage {
    saltus_experiment *experiment;
    saltus_network *network;
    saltus_simulation *simulation;
    int calls; /* of reward_in_run */
} stage;

static void add_source(stage *stage, const char *name, const double *times, size_t count)
{
    static const uint32_t zeros[PAIRS] = {0};
    saltus_error error = {0};
    saltus_population_spec source = saltus_population_spec_default();
    source.name = name;
    source.size = 1;
    source.model = SALTUS_MODEL_SPIKE_LIST;
    source.spike_times_ms = times;
    source.spike_neurons = zeros;
    source.spike_count = count;
    ck_assert_msg(saltus_experiment_add_population(stage->experiment, &source, NULL, &error) ==
                      SALTUS_OK,
                  "%s", error.message);
}

static stage begin(const setting *s)
{
    saltus_error error = {0};
    stage stage = {NULL, NULL, NULL, 0};
    ck_assert_int_eq(saltus_experiment_create("rewards", &stage.experiment), SALTUS_OK);
    ck_assert_int_eq(saltus_experiment_set_seed(stage.experiment, s->seed), SALTUS_OK);
    add_source(&stage, "pre", s->pre_ms, s->pre_count);
    add_source(&stage, "post", s->post_ms, s->post_count);
    ck_assert_int_eq(saltus_experiment_record_spikes(stage.experiment, POST), SALTUS_OK);
    saltus_modulator_spec modulator = s->modulator;
    modulator.name = "dopamine";
    saltus_simulation_options options = saltus_simulation_options_default();
    ck_assert(s->engine == NULL || saltus_engine_parse(s->engine, &options, &error) == SALTUS_OK);
    ck_assert_msg(
        saltus_experiment_add_modulator(stage.experiment, &modulator, NULL, &error) == SALTUS_OK &&
            saltus_network_build(stage.experiment, NULL, &stage.network, &error) == SALTUS_OK &&
            saltus_simulation_create(stage.network, &options, &stage.simulation, &error) ==
                SALTUS_OK,
        "%s", error.message);
    return stage;
}

static void end(stage *stage)
{
    saltus_simulation_destroy(stage->simulation);
    saltus_network_destroy(stage->network);
    saltus_experiment_destroy(stage->experiment);
}

static double level_at(stage *stage, double ms)
{
    saltus_error error = {0};
    ck_assert_msg(saltus_simulation_run_until(stage->simulation, ms, &error) == SALTUS_OK, "%s",
                  error.message);
    return saltus_simulation_modulator(stage->simulation, 0);
}

static uint64_t rewards_at(stage *stage, double ms)
{
    level_at(stage, ms);
    return saltus_simulation_rewards(stage->simulation, 0);
}

START_TEST(listed_rewards_decay)
{
    static const double times[] = {0, 10, 10, 50}, amounts[] = {1, 2, -0.5, 4};
    setting s = {.modulator = saltus_modulator_spec_default()};
    s.modulator.tau_ms = 40;
    s.modulator.baseline = 3; /* is the rules' affair */
    s.modulator.times_ms = times;
    s.modulator.amounts = amounts;
    s.modulator.count = 4;
    stage stage = begin(&s);
    ck_assert_double_eq(level_at(&stage, 0), 1);
    ck_assert_uint_eq(rewards_at(&stage, 0), 1);
    ck_assert_double_eq_tol(level_at(&stage, 9), exp(-9.0 / 40), 1e-15);
    /* rewards of the very time are in */
    ck_assert_double_eq_tol(level_at(&stage, 10), exp(-0.25) + 1.5, 1e-15);
    ck_assert_uint_eq(rewards_at(&stage, 10), 3);
    ck_assert_double_eq_tol(level_at(&stage, 130), exp(-130. / 40) + 1.5 * exp(-3) + 4 * exp(-2),
                            1e-15);
    ck_assert_uint_eq(rewards_at(&stage, 130), 4);
    end(&stage);
}
END_TEST

START_TEST(spikes_bring_rewards_after_their_delay_in_all_engines)
{
    static const char *const engines[] = {"event", "grid@1ms", "euler@1ms", "offgrid@1ms",
                                          "interpolated@1ms"};
    const double posts[] = {3, 3, 8, 20};
    for (size_t i = 0; i < sizeof engines / sizeof engines[0]; i++) {
        for (int k = 0; k < 2; k++) {
            /* shorter than a step and much longer; `interpolated` finds spikes at a step's end */
            const double delay = k == 0 ? 0.25 : 7.75;
            const double used = i == 4 && k == 0 ? 1 : delay;
            setting s = {.modulator = saltus_modulator_spec_default(),
                         .post_ms = posts,
                         .post_count = 4,
                         .engine = engines[i]};
            s.modulator.tau_ms = 10;
            s.modulator.population = POST;
            s.modulator.population_amount = 0.5;
            s.modulator.population_delay_ms = delay;
            stage stage = begin(&s);
            ck_assert_uint_eq(rewards_at(&stage, 3 + used - 1e-6), 0);
            ck_assert_uint_eq(rewards_at(&stage, 3 + used), 2);
            ck_assert_double_eq_tol(level_at(&stage, 20),
                                    exp((used - 17) / 10) + 0.5 * exp((used - 12) / 10), 1e-12);
            ck_assert_uint_eq(rewards_at(&stage, 20 + used - 1e-6), 3);
            ck_assert_uint_eq(rewards_at(&stage, 20 + used), 4);
            end(&stage);
        }
    }
}
END_TEST

START_TEST(coincidences_are_spikes_of_post_within_the_window_after_pre)
{
    /*                        pair  none  edge  past  same      none  three */
    const double pres[] = {10, 34, 50, 70, 90, 130, 131, 132};
    const double posts[] = {12, 33, 55, 75.01, 90, 100, 133, 134, 136};
    setting s = of_pair(5, 2, 2);
    s.pre_ms = pres;
    s.pre_count = sizeof pres / sizeof pres[0];
    s.post_ms = posts;
    s.post_count = sizeof posts / sizeof posts[0];
    stage stage = begin(&s);
    const struct {
        double ms;
        uint64_t rewards;
    } wanted[] = {{13.9, 0}, {14, 1}, {56.9, 1}, {57, 2}, {134.9, 2}, {135, 3}, {136, 4}, {138, 5}};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        ck_assert_msg(rewards_at(&stage, wanted[i].ms) == wanted[i].rewards, "at %g ms",
                      wanted[i].ms);
    }
    end(&stage);
}
END_TEST

/* A spike of pre at the very time of post hides none that came before. */
START_TEST(a_coincidence_is_with_the_last_spike_before)
{
    const double pres[] = {10, 12}, posts[] = {12};
    for (uint32_t order = 0; order < 2; order++) {
        setting s = of_pair(5, 1, 1);
        s.modulator.pre_population = order == 0 ? PRE : POST;
        s.modulator.post_population = order == 0 ? POST : PRE;
        s.pre_ms = order == 0 ? pres : posts;
        s.pre_count = order == 0 ? 2 : 1;
        s.post_ms = order == 0 ? posts : pres;
        s.post_count = order == 0 ? 1 : 2;
        stage stage = begin(&s);
        ck_assert_uint_eq(rewards_at(&stage, 20), 1);
        end(&stage);
    }
}
END_TEST

/* Delays of the first PAIRS coincidences, in ms, by looking every 0.05 ms. Each reward comes before
 * the next coincidence. */
static void delays_of(uint64_t seed, const char *engine, double *delay_ms)
{
    double pres[PAIRS], posts[PAIRS];
    for (size_t i = 0; i < PAIRS; i++) {
        pres[i] = 10 * (double)i;
        posts[i] = 10 * (double)i + 1;
    }
    setting s = of_pair(2, 3, 8);
    s.pre_ms = pres;
    s.post_ms = posts;
    s.pre_count = s.post_count = PAIRS;
    s.seed = seed;
    s.engine = engine;
    stage stage = begin(&s);
    for (size_t i = 0; i < PAIRS; i++) {
        ck_assert_uint_eq(rewards_at(&stage, posts[i] + 3 - 1e-6), i);
        delay_ms[i] = 3;
        while (rewards_at(&stage, posts[i] + delay_ms[i]) == i) {
            delay_ms[i] += 0.05;
        }
        ck_assert_double_lt(delay_ms[i], 8.05);
    }
    end(&stage);
}

START_TEST(delays_of_coincidences_are_uniform_and_their_own)
{
    double delay[PAIRS], again[PAIRS], other[PAIRS];
    delays_of(1, NULL, delay);
    delays_of(1, "offgrid@0.1ms", again);
    delays_of(2, NULL, other);
    double sum = 0, squares = 0;
    size_t differ = 0;
    for (size_t i = 0; i < PAIRS; i++) {
        ck_assert_double_eq(delay[i], again[i]);
        differ += delay[i] != other[i];
        sum += delay[i];
        squares += (delay[i] - 5.5) * (delay[i] - 5.5);
    }
    ck_assert_uint_gt(differ, PAIRS * 9 / 10);
    /* five standard deviations: 25/12 ms^2 is the variance of one, 5 / sqrt(180) of its square */
    ck_assert_double_lt(fabs(sum / PAIRS - 5.525), 5 * sqrt(25.0 / 12 / PAIRS));
    ck_assert_double_lt(fabs(squares / PAIRS - 25.0 / 12), 5 * 25 / sqrt(180.0 * PAIRS));
}
END_TEST

/* Windows end where rewards may begin, however short their delay. */
START_TEST(a_reward_may_come_a_tick_after_its_spike)
{
    static const char *const engines[] = {"event", "grid@1ms", "offgrid@1ms"};
    const double posts[] = {3, 3.5, 3.75};
    for (size_t i = 0; i < 3; i++) {
        setting s = {.modulator = saltus_modulator_spec_default(),
                     .post_ms = posts,
                     .post_count = 3,
                     .engine = engines[i]};
        s.modulator.tau_ms = 1;
        s.modulator.population = POST;
        s.modulator.population_amount = 1;
        s.modulator.population_delay_ms = 1e-11;
        stage stage = begin(&s);
        const double sum = i == 1 ? exp(-2) + 2 * exp(-1) /* spikes at step ends */
                                  : exp(-2) + exp(-1.5) + exp(-1.25);
        ck_assert_double_eq_tol(level_at(&stage, 5), sum, 1e-9);
        end(&stage);
    }
}
END_TEST

/* From within a run. */
static saltus_status reward_in_run(void *user, const saltus_spike *spikes, size_t count)
{
    stage *stage = user;
    (void)spikes;
    (void)count;
    stage->calls++;
    ck_assert_int_eq(saltus_simulation_reward(stage->simulation, 0, 1, NULL), SALTUS_E_STATE);
    return SALTUS_OK;
}

START_TEST(callers_reward_between_runs_and_nothing_else)
{
    const double posts[] = {3};
    setting s = {.modulator = saltus_modulator_spec_default(), .post_ms = posts, .post_count = 1};
    stage stage = begin(&s);
    saltus_error error = {0};
    ck_assert_int_eq(saltus_simulation_add_spike_recorder(stage.simulation, reward_in_run, &stage),
                     SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_reward(stage.simulation, 0, 2, &error), SALTUS_OK);
    ck_assert_double_eq_tol(level_at(&stage, 200), 2 * exp(-1), 1e-15);
    ck_assert_int_eq(stage.calls, 1);
    ck_assert_int_eq(saltus_simulation_reward(stage.simulation, 0, -0.25, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_reward(stage.simulation, 0, -0.25, &error), SALTUS_OK);
    ck_assert_double_eq_tol(level_at(&stage, 200), 2 * exp(-1) - 0.5, 1e-15);
    ck_assert_uint_eq(rewards_at(&stage, 200), 3);
    ck_assert_double_eq_tol(level_at(&stage, 400), 2 * exp(-2) - 0.5 * exp(-1), 1e-15);
    ck_assert_int_eq(saltus_simulation_reward(stage.simulation, 1, 1, &error), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_simulation_reward(stage.simulation, 0, NAN, &error), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_simulation_reward(stage.simulation, 0, 2e12, NULL), SALTUS_E_ARGUMENT);
    ck_assert(isnan(saltus_simulation_modulator(stage.simulation, 1)));
    ck_assert_uint_eq(saltus_simulation_rewards(stage.simulation, 1), 0);
    ck_assert_uint_eq(rewards_at(&stage, 400), 3);
    end(&stage);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {listed_rewards_decay,
                                  spikes_bring_rewards_after_their_delay_in_all_engines,
                                  coincidences_are_spikes_of_post_within_the_window_after_pre,
                                  a_coincidence_is_with_the_last_spike_before,
                                  delays_of_coincidences_are_uniform_and_their_own,
                                  a_reward_may_come_a_tick_after_its_spike,
                                  callers_reward_between_runs_and_nothing_else};
    return SUITE_RUN("rewards", tests);
}
