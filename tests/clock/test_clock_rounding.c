/* test_clock_rounding - what a grid makes of delays, refractory times and arrivals, what it says
 * about it, and which steps it takes.
 *
 * The rule, in ticks: to the nearest step, halves up, at least one; arrivals to the next step's
 * end. All of it computed here by counting steps. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clock_fixture.h"
#include "support/suite.h"

static int64_t ticks(double ms)
{
    return llround(ms * 1e11);
}

/* Nearest step by counting, halves up, at least one. */
static int64_t rounded(int64_t time, int64_t step)
{
    int64_t steps = 1;
    while (2 * (steps + 1) * step - step <= 2 * time) {
        steps++;
    }
    return steps * step;
}

static double ms(int64_t time)
{
    return (double)time / 1e11;
}

static const double steps_ms[] = {0.1, 0.3, 0.07, 1, 2.5, 0.123456789};
#define STEPS (sizeof steps_ms / sizeof steps_ms[0])

enum { SYNAPSES = 60 };

/* Delays around halves of steps, tiny ones, and some anywhere. */
static void draw_delays(double step_ms, double *delays_ms)
{
    uint64_t state = 9;
    for (int i = 0; i < SYNAPSES; i++) {
        const int64_t half = (1 + trial_random_below(&state, 30)) * ticks(step_ms) / 2;
        const int64_t near = half + (int64_t)trial_random_below(&state, 3) - 1;
        const double anywhere = ms(ticks(trial_random_in(&state, 0.001, 20)));
        delays_ms[i] = i % 2 ? ms(near) : anywhere;
    }
    delays_ms[0] = 1e-11;
}

/* One source, at 0 ms, and a target for each delay: of its own, or in a projection of its own. */
static saltus_experiment *fan(const double *delays_ms, bool own)
{
    saltus_experiment *e = fixture_experiment(60);
    const double start_ms = 0;
    const uint32_t zero = 0;
    fixture_spike_list(e, "source", 1, &start_ms, &zero, 1);
    fixture_neurons(e, "target", SYNAPSES);
    static uint32_t sources[SYNAPSES], targets[SYNAPSES];
    for (uint32_t i = 0; i < SYNAPSES; i++) {
        targets[i] = i;
    }
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.target = 1;
    spec.rule = SALTUS_RULE_LIST;
    spec.list_sources = sources;
    spec.weight_mV = saltus_constant(30);
    for (uint32_t i = 0; i < (own ? 1 : SYNAPSES); i++) {
        spec.list_targets = &targets[i];
        spec.list_count = own ? SYNAPSES : 1;
        spec.delay_ms = own ? (saltus_value){.kind = SALTUS_VALUE_LIST,
                                             .list = delays_ms,
                                             .list_length = SYNAPSES}
                            : saltus_constant(delays_ms[i]);
        saltus_error error = {0};
        ck_assert_msg(saltus_experiment_add_projection(e, &spec, NULL, &error) == SALTUS_OK, "%s",
                      error.message);
    }
    return e;
}

/* ---- Used ---------------------------------------------------------------------------------- */

static void check_used(const char *name, double step_ms, const double *delays_ms, bool own)
{
    saltus_experiment *e = fan(delays_ms, own);
    trial_result got = fixture_run(e, fixture_engine(name, step_ms));
    ck_assert_uint_eq(got.spike_count, 1 + SYNAPSES);
    for (size_t i = 0; i < got.spike_count; i++) {
        const saltus_spike *s = &got.spikes[i];
        if (s->population == 1) {
            ck_assert_int_eq(ticks(s->time_ms),
                             rounded(ticks(delays_ms[s->neuron]), ticks(step_ms)));
        }
    }
    trial_clear(&got);
    saltus_experiment_destroy(e);
}

START_TEST(delays_are_the_nearest_step_halves_up_at_least_one)
{
    double delays_ms[SYNAPSES];
    for (size_t i = 0; i < STEPS; i++) {
        draw_delays(steps_ms[i], delays_ms);
        for (int own = 0; own < 2; own++) {
            check_used("grid", steps_ms[i], delays_ms, own);
            check_used("euler", steps_ms[i], delays_ms, own);
        }
    }
}
END_TEST

/* An arrival above threshold at every step: a neuron fires as often as its t_ref lets it. */
START_TEST(refractory_times_are_rounded_in_the_same_way)
{
    static const double t_refs_ms[] = {0, 1e-11, 0.04, 0.05, 0.149, 0.15, 0.2, 1.23, 2};
    for (size_t k = 0; k < sizeof t_refs_ms / sizeof t_refs_ms[0]; k++) {
        for (size_t i = 0; i < 3; i++) {
            const double h = steps_ms[i];
            saltus_experiment *e = fixture_experiment(200 * h);
            saltus_population_spec spec = saltus_population_spec_default();
            spec.name = "N";
            spec.size = 1;
            spec.t_ref_ms = t_refs_ms[k];
            fixture_population(e, &spec);
            fixture_periodic(e, "beat", 0, h, 25);
            const int64_t t_ref = rounded(ticks(t_refs_ms[k]), ticks(h)); /* 0 waits a step too */
            trial_result got = fixture_run(e, fixture_engine(k % 2 ? "euler" : "grid", h));
            ck_assert_int_eq((int64_t)got.spike_count, 198 * ticks(h) / t_ref + 1);
            for (size_t n = 0; n < got.spike_count; n++) {
                ck_assert_int_eq(ticks(got.spikes[n].time_ms), ticks(h) + (int64_t)n * t_ref);
            }
            trial_clear(&got);
            saltus_experiment_destroy(e);
        }
    }
}
END_TEST

/* On a step's end, a tick before it and a tick after it; arrivals and spikes of sources. */
START_TEST(what_comes_on_a_steps_end_belongs_to_that_step)
{
    for (size_t i = 0; i < STEPS; i++) {
        const int64_t h = ticks(steps_ms[i]);
        saltus_experiment *e = fixture_experiment(ms(20 * h));
        fixture_arrival arrivals[] = {{0, 0, 25},
                                      {ms(1), 1, 25},
                                      {ms(7 * h - 1), 2, 25},
                                      {ms(7 * h), 3, 25},
                                      {ms(7 * h + 1), 4, 25}};
        const double times_ms[] = {0, ms(1), ms(7 * h - 1), ms(7 * h), ms(7 * h + 1)};
        const uint32_t who[] = {0, 1, 2, 3, 4};
        static const int64_t wanted[] = {0, 1, 7, 7, 8};
        fixture_neurons(e, "N", 5);
        fixture_spike_list(e, "source", 5, times_ms, who, 5);
        fixture_arrivals(e, 0, arrivals, 5);
        for (int k = 0; k < 2; k++) {
            trial_result got = fixture_run(e, fixture_engine(k ? "euler" : "grid", steps_ms[i]));
            ck_assert_uint_eq(got.spike_count, 10);
            for (size_t n = 0; n < 10; n++) {
                ck_assert_int_eq(ticks(got.spikes[n].time_ms), wanted[got.spikes[n].neuron] * h);
            }
            trial_clear(&got);
        }
        saltus_experiment_destroy(e);
    }
}
END_TEST

/* ---- Said ---------------------------------------------------------------------------------- */

/* One report against all values it stands for. */
static void check_report(saltus_rounding got, saltus_rounded_what what, uint32_t index,
                         const char *name, const int64_t *given, const int64_t *used, size_t count)
{
    uint64_t changed = 0;
    int64_t most = 0;
    double sum_ms = 0;
    bool known = false;
    for (size_t i = 0; i < count; i++) {
        const int64_t by = used[i] - given[i];
        changed += by != 0;
        sum_ms += ms(by);
        most = llabs(by) > most ? llabs(by) : most;
        known = known || (ticks(got.given_ms) == given[i] && ticks(got.used_ms) == used[i]);
    }
    ck_assert_int_eq(got.what, what);
    ck_assert_uint_eq(got.index, index);
    ck_assert_str_eq(got.name, name);
    ck_assert_uint_eq(got.values, changed);
    ck_assert(known);
    ck_assert_int_eq(llabs(ticks(got.used_ms) - ticks(got.given_ms)), most);
    ck_assert_double_eq_tol(got.mean_change_ms, sum_ms / (double)changed, 1e-12);
}

static void check_reports(const char *name, double step_ms, bool own)
{
    double delays_ms[SYNAPSES];
    int64_t given[SYNAPSES], used[SYNAPSES];
    const int64_t h = ticks(step_ms);
    const bool on_grid = strcmp(name, "interpolated") != 0;
    draw_delays(step_ms, delays_ms);
    for (int i = 0; i < SYNAPSES; i++) {
        given[i] = ticks(delays_ms[i]);
        used[i] = on_grid ? rounded(given[i], h) : given[i] < h ? h : given[i];
    }
    saltus_experiment *e = fan(delays_ms, own);
    saltus_network *network = fixture_network(e);
    saltus_simulation *sim = fixture_simulation(network, fixture_engine(name, step_ms));
    const size_t count = saltus_simulation_rounding_count(sim);
    size_t at = 0;
    for (uint32_t p = 0; p < (own ? 1 : SYNAPSES); p++) {
        if (own) {
            check_report(saltus_simulation_rounding(sim, at++), SALTUS_ROUNDED_DELAY, p,
                         "source->target", given, used, SYNAPSES);
        } else if (given[p] != used[p]) {
            check_report(saltus_simulation_rounding(sim, at++), SALTUS_ROUNDED_DELAY, p,
                         "source->target", &given[p], &used[p], 1);
        }
    }
    const int64_t t_ref = ticks(2), used_t_ref = on_grid ? rounded(t_ref, h) : t_ref;
    if (t_ref != used_t_ref) {
        check_report(saltus_simulation_rounding(sim, at++), SALTUS_ROUNDED_T_REF, 1, "target",
                     &t_ref, &used_t_ref, 1);
    }
    ck_assert_uint_eq(at, count);
    const saltus_rounding none = saltus_simulation_rounding(sim, count);
    ck_assert_str_eq(none.name, "");
    ck_assert_uint_eq(none.values, 0);
    saltus_simulation_destroy(sim);
    saltus_network_destroy(network);
    saltus_experiment_destroy(e);
}

START_TEST(what_is_rounded_is_said_with_its_number_and_size)
{
    for (size_t i = 0; i < STEPS; i++) {
        for (int own = 0; own < 2; own++) {
            check_reports("grid", steps_ms[i], own);
            check_reports("euler", steps_ms[i], own);
            check_reports("interpolated", steps_ms[i], own);
        }
    }
}
END_TEST

/* A shared delay counts for all of its synapses. */
START_TEST(a_shared_delay_counts_once_a_synapse)
{
    saltus_experiment *e = fixture_experiment(10);
    fixture_neurons(e, "N", 30);
    fixture_connect(e, 0, 0, SALTUS_RULE_FIXED_INDEGREE, 4, saltus_constant(1),
                    saltus_constant(1.26));
    saltus_network *network = fixture_network(e);
    saltus_simulation *sim = fixture_simulation(network, "grid@0.5ms");
    ck_assert_uint_eq(saltus_simulation_rounding_count(sim), 1);
    const saltus_rounding r = saltus_simulation_rounding(sim, 0);
    ck_assert_uint_eq(r.values, 120);
    ck_assert_double_eq(r.given_ms, 1.26);
    ck_assert_double_eq(r.used_ms, 1.5);
    ck_assert_double_eq_tol(r.mean_change_ms, 0.24, 1e-12);
    saltus_simulation_destroy(sim);
    saltus_network_destroy(network);
    saltus_experiment_destroy(e);
}
END_TEST

/* A network in one block and in many, with many delays that are changed by the same. */
START_TEST(reports_do_not_depend_on_blocks)
{
    saltus_experiment *e = fixture_experiment(10);
    fixture_neurons(e, "N", 5000);
    fixture_connect(e, 0, 0, SALTUS_RULE_FIXED_INDEGREE, 20, saltus_constant(1),
                    saltus_uniform(0.5, 9));
    saltus_rounding reports[3];
    for (uint32_t i = 0; i < 3; i++) {
        saltus_network_options options = saltus_network_options_default();
        options.threads = 1 + i;
        options.block_neurons = 8192u >> i;
        saltus_network *network = NULL;
        ck_assert_int_eq(saltus_network_build(e, &options, &network, NULL), SALTUS_OK);
        ck_assert_uint_eq(saltus_network_block_count(network), i == 0 ? 1u : i == 1 ? 2u : 3u);
        saltus_simulation *sim = fixture_simulation(network, "grid@0.1ms");
        ck_assert_uint_eq(saltus_simulation_rounding_count(sim), 1);
        reports[i] = saltus_simulation_rounding(sim, 0);
        ck_assert_uint_eq(reports[i].values, reports[0].values);
        ck_assert_double_eq(reports[i].given_ms, reports[0].given_ms);
        ck_assert_double_eq(reports[i].used_ms, reports[0].used_ms);
        ck_assert_double_eq(reports[i].mean_change_ms, reports[0].mean_change_ms);
        saltus_simulation_destroy(sim);
        saltus_network_destroy(network);
    }
    saltus_experiment_destroy(e);
}
END_TEST

START_TEST(nothing_is_said_where_all_fits)
{
    static const char *const fitting[] = {
        "event",         "grid@0.5ms",  "euler@0.25ms",      "interpolated@1ms",
        "offgrid@0.3ms", "offgrid@7ms", "interpolated@0.3ms"};
    saltus_experiment *e = fixture_experiment(10);
    fixture_neurons(e, "N", 30);
    fixture_connect(e, 0, 0, SALTUS_RULE_FIXED_INDEGREE, 4, saltus_constant(1),
                    saltus_constant(1.5));
    const double own_ms[] = {1, 2.5};
    const uint32_t who[] = {0, 1};
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.rule = SALTUS_RULE_LIST;
    spec.weight_mV = saltus_constant(1);
    spec.list_sources = who;
    spec.list_targets = who;
    spec.list_count = 2;
    spec.delay_ms = (saltus_value){.kind = SALTUS_VALUE_LIST, .list = own_ms, .list_length = 2};
    ck_assert_int_eq(saltus_experiment_add_projection(e, &spec, NULL, NULL), SALTUS_OK);
    saltus_network *network = fixture_network(e);
    for (size_t i = 0; i < sizeof fitting / sizeof fitting[0]; i++) {
        saltus_simulation *sim = fixture_simulation(network, fitting[i]);
        ck_assert_uint_eq(saltus_simulation_rounding_count(sim), 0);
        saltus_simulation_destroy(sim);
    }
    saltus_network_destroy(network);
    saltus_experiment_destroy(e);
}
END_TEST

/* ---- Steps that are refused ------------------------------------------------------------------ */

static saltus_error error;

static saltus_status create(const saltus_network *network, saltus_engine engine, double step_ms)
{
    saltus_simulation *sim = (saltus_simulation *)&error;
    saltus_simulation_options options = saltus_simulation_options_default();
    options.threads = 1;
    options.engine = engine;
    options.step_ms = step_ms;
    error.message[0] = '\0';
    const saltus_status status = saltus_simulation_create(network, &options, &sim, &error);
    if (status == SALTUS_OK) {
        ck_assert_int_eq(saltus_simulation_engine(sim), engine);
        ck_assert_double_eq(saltus_simulation_step_ms(sim),
                            engine == SALTUS_ENGINE_EVENT ? 0 : step_ms);
    } else {
        ck_assert_ptr_null(sim);
    }
    saltus_simulation_destroy(sim);
    return status;
}

static void must_refuse(const saltus_network *network, saltus_engine engine, double step_ms,
                        const char *word)
{
    ck_assert_int_eq(create(network, engine, step_ms), SALTUS_E_ARGUMENT);
    ck_assert_msg(strstr(error.message, word) != NULL, "%g ms: \"%s\" does not speak of \"%s\"",
                  step_ms, error.message, word);
}

static saltus_network *two_time_constants(void)
{
    saltus_experiment *e = fixture_experiment(10);
    saltus_population_spec spec = saltus_population_spec_default();
    spec.size = 1;
    spec.name = "slow";
    spec.tau_m_ms = 20;
    fixture_population(e, &spec);
    spec.name = "fast";
    spec.tau_m_ms = 2;
    fixture_population(e, &spec);
    saltus_network *network = fixture_network(e);
    saltus_experiment_destroy(e);
    return network;
}

START_TEST(steps_that_are_no_steps_are_refused_by_every_clock)
{
    saltus_network *network = two_time_constants();
    static const double bad_ms[] = {0,         -0.0,     -1,    -1e-11, (double)NAN, HUGE_VAL,
                                    -HUGE_VAL, 45000001, 1e300, -1e300, 4.9e-324};
    for (saltus_engine engine = SALTUS_ENGINE_GRID; engine <= SALTUS_ENGINE_OFFGRID; engine++) {
        for (size_t i = 0; i < sizeof bad_ms / sizeof bad_ms[0]; i++) {
            must_refuse(network, engine, bad_ms[i], "the step is");
        }
        must_refuse(network, engine, 1e-12, "whole number of ticks");
        must_refuse(network, engine, 1.5e-11, "whole number of ticks");
        must_refuse(network, engine, 0.1 + 1e-13, "whole number of ticks");
        must_refuse(network, engine, 1.0 / 3, "whole number of ticks");
        ck_assert_int_eq(create(network, engine, 1e-11), SALTUS_OK);
        ck_assert_int_eq(create(network, engine, 0.1), SALTUS_OK);
    }
    ck_assert_int_eq(create(network, SALTUS_ENGINE_GRID, 4.5e7), SALTUS_OK);
    /* the event engine has no step, whatever stands there */
    ck_assert_int_eq(create(network, SALTUS_ENGINE_EVENT, -1), SALTUS_OK);
    ck_assert_int_eq(create(network, SALTUS_ENGINE_EVENT, (double)NAN), SALTUS_OK);
    saltus_network_destroy(network);
}
END_TEST

START_TEST(steps_too_long_for_the_shortest_time_constant_are_refused)
{
    saltus_network *network = two_time_constants();
    ck_assert_int_eq(create(network, SALTUS_ENGINE_EULER, 2), SALTUS_OK);
    must_refuse(network, SALTUS_ENGINE_EULER, 2.00000000001, "2 ms");
    must_refuse(network, SALTUS_ENGINE_EULER, 3, "euler");
    ck_assert_int_eq(create(network, SALTUS_ENGINE_OFFGRID, 60), SALTUS_OK);
    must_refuse(network, SALTUS_ENGINE_OFFGRID, 60.00000000001, "60 ms");
    ck_assert_int_eq(create(network, SALTUS_ENGINE_INTERPOLATED, 60), SALTUS_OK);
    must_refuse(network, SALTUS_ENGINE_INTERPOLATED, 61, "30 times");
    saltus_network_destroy(network);
}
END_TEST

START_TEST(engines_that_do_not_exist_are_refused)
{
    saltus_network *network = two_time_constants();
    must_refuse(network, (saltus_engine)5, 0.1, "engine");
    must_refuse(network, (saltus_engine)1000, 0.1, "engine");
    must_refuse(network, (saltus_engine)-1, 0.1, "engine");
    saltus_network_destroy(network);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        delays_are_the_nearest_step_halves_up_at_least_one,
        refractory_times_are_rounded_in_the_same_way,
        what_comes_on_a_steps_end_belongs_to_that_step,
        what_is_rounded_is_said_with_its_number_and_size,
        a_shared_delay_counts_once_a_synapse,
        reports_do_not_depend_on_blocks,
        nothing_is_said_where_all_fits,
        steps_that_are_no_steps_are_refused_by_every_clock,
        steps_too_long_for_the_shortest_time_constant_are_refused,
        engines_that_do_not_exist_are_refused,
    };
    return SUITE_RUN("clock_rounding", tests);
}
