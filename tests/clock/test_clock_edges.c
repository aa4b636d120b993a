/* test_clock_edges - clocks at the edges: nothing to do, steps longer than all there is, steps of a
 * tick, potentials between steps, long silence, far delays. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clock_fixture.h"
#include "support/suite.h"

static const char *const clocks[] = {"grid", "euler", "interpolated", "offgrid"};
#define CLOCKS (sizeof clocks / sizeof clocks[0])

static bool on_grid(const char *clock)
{
    return strcmp(clock, "grid") == 0 || strcmp(clock, "euler") == 0;
}

static trial_result run_to(const saltus_experiment *e, const char *engine, double end_ms)
{
    const trial_setup setup = {.engine = engine, .end_ms = end_ms, .spikes = true, .samples = true};
    trial_result result;
    ck_assert_msg(trial_run(e, &setup, &result), "%s", engine);
    return result;
}

/* ---- Potentials ---------------------------------------------------------------------------- */

/* (V - v_inf) / (V(0) - v_inf) at t: exact, or by Euler steps and a part of one. */
static double decayed(const char *clock, double t_ms, double h, double tau_ms)
{
    if (strcmp(clock, "euler") != 0) {
        return exp(-t_ms / tau_ms);
    }
    const double steps = floor(t_ms / h * (1 + 1e-14));
    return pow(1 - h / tau_ms, steps) * (1 - (t_ms - steps * h) / tau_ms);
}

/* One neuron alone, sampled at times that are no steps, from 0 on. */
START_TEST(potentials_between_steps_are_the_closed_form)
{
    static const double steps_ms[] = {0.1, 0.25, 3, 7};
    for (size_t c = 0; c < CLOCKS; c++) {
        for (size_t i = 0; i < 4; i++) {
            const double h = steps_ms[i];
            saltus_experiment *e = fixture_experiment(50);
            saltus_population_spec spec = saltus_population_spec_default();
            spec.name = "N";
            spec.size = 1;
            spec.v_rest_mV = -60;
            spec.v_reset_mV = -70;
            spec.v_th_mV = saltus_constant(-40);
            spec.v_init_mV = saltus_constant(-45);
            spec.i_e_pA = saltus_constant(100); /* v_inf -52 mV */
            fixture_population(e, &spec);
            ck_assert_int_eq(saltus_experiment_record_potential(e, 0, 0, 1, 0, 0.73, 50, NULL),
                             SALTUS_OK);
            trial_result got = fixture_run(e, fixture_engine(clocks[c], h));
            ck_assert_uint_eq(got.sample_count, 69);
            for (size_t k = 0; k < got.sample_count; k++) {
                const double t = got.samples[k].time_ms;
                ck_assert_double_eq_tol(t, 0.73 * (double)k, 1e-9);
                ck_assert_double_eq_tol(got.samples[k].potential_mV,
                                        -52 + 7 * decayed(clocks[c], t, h, 20), 1e-11);
            }
            ck_assert_double_eq_tol(got.potentials_mV[0], -52 + 7 * decayed(clocks[c], 50, h, 20),
                                    1e-11);
            ck_assert_uint_eq(got.counts.synaptic_events + got.counts.spikes +
                                  got.counts.neuron_updates + got.counts.scheduler_pushes,
                              0);
            trial_clear(&got);
            saltus_experiment_destroy(e);
        }
    }
}
END_TEST

/* An arrival of 5 mV at 1 ms, on a step's end, and one at 2.03 ms, within a step. */
START_TEST(samples_show_arrivals_when_the_engine_takes_them)
{
    static const double at_ms[] = {0.99, 1, 2.02, 2.03, 2.09, 2.1, 2.15};
    for (size_t c = 0; c < CLOCKS; c++) {
        saltus_experiment *e = fixture_experiment(5);
        fixture_neurons(e, "N", 1);
        fixture_arrival arrivals[] = {{1, 0, 5}, {2.03, 0, 3}};
        fixture_arrivals(e, 0, arrivals, 2);
        for (int k = 0; k < 7; k++) {
            saltus_experiment_record_potential(e, 0, 0, 1, at_ms[k], 0, 5, NULL);
        }
        trial_result got = fixture_run(e, fixture_engine(clocks[c], 0.1));
        ck_assert_uint_eq(got.sample_count, 7);
        const double second_ms = on_grid(clocks[c]) ? 2.1 : 2.03;
        for (int k = 0; k < 7; k++) {
            const double t = at_ms[k];
            const double first =
                t >= 1 ? 5 * decayed(clocks[c], strcmp(clocks[c], "euler") ? t - 1 : t, 0.1, 20) /
                             (strcmp(clocks[c], "euler") ? 1 : decayed("euler", 1, 0.1, 20))
                       : 0;
            const double second =
                t >= second_ms ? 3 * (on_grid(clocks[c]) ? decayed(clocks[c], t - 2.1, 0.1, 20)
                                                         : exp(-(t - 2.03) / 20))
                               : 0;
            ck_assert_double_eq_tol(got.samples[k].potential_mV, first + second, 1e-11);
        }
        trial_clear(&got);
        saltus_experiment_destroy(e);
    }
}
END_TEST

/* exp(-700) is 1e-304: V is 0 long before numbers become subnormal; also v_inf is reached. */
START_TEST(after_long_silence_v_is_exactly_at_rest)
{
    static const char *const engines[] = {
        "event",        "grid@0.5ms", "grid@30ms",          "grid@5000ms",        "euler@0.5ms",
        "euler@20ms",   "euler@19ms", "interpolated@0.5ms", "interpolated@600ms", "offgrid@0.5ms",
        "offgrid@600ms"};
    saltus_experiment *e = fixture_experiment(30000);
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "N";
    spec.size = 3;
    const double init_mV[] = {19, -50, 25};
    spec.v_init_mV = (saltus_value){.kind = SALTUS_VALUE_LIST, .list = init_mV, .list_length = 3};
    fixture_population(e, &spec);
    for (size_t i = 0; i < sizeof engines / sizeof engines[0]; i++) {
        trial_result got = run_to(e, engines[i], 14000);
        for (int n = 0; n < 3; n++) {
            ck_assert_msg(got.potentials_mV[n] == 0, "%s, neuron %d: %g mV", engines[i], n,
                          got.potentials_mV[n]);
        }
        ck_assert_uint_eq(got.counts.spikes, 1);
        trial_clear(&got);
    }
    saltus_experiment_destroy(e);
}
END_TEST

/* ---- Parts of steps ------------------------------------------------------------------------ */

START_TEST(the_number_of_steps_is_that_of_the_steps_that_belong_to_the_run)
{
    static const struct {
        double end_ms;
        uint64_t grid, continuous; /* k h < end; (k + 1) h <= end */
    } rows[] = {{0, 0, 0},    {1e-11, 1, 0}, {0.05, 1, 0}, {0.1, 1, 1}, {0.10000000001, 2, 1},
                {0.15, 2, 1}, {0.2, 2, 2},   {1, 10, 10}};
    saltus_experiment *e = fixture_experiment(1);
    fixture_neurons(e, "N", 3);
    saltus_network *network = fixture_network(e);
    for (size_t c = 0; c < CLOCKS; c++) {
        saltus_simulation *sim = fixture_simulation(network, fixture_engine(clocks[c], 0.1));
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            ck_assert_int_eq(saltus_simulation_run_until(sim, rows[i].end_ms, NULL), SALTUS_OK);
            const saltus_counts counts = saltus_simulation_counts(sim);
            const uint64_t wanted = on_grid(clocks[c]) ? rows[i].grid : rows[i].continuous;
            ck_assert_uint_eq(counts.steps, wanted);
            ck_assert_uint_eq(counts.step_updates, 3 * wanted);
            ck_assert_double_eq(saltus_simulation_time_ms(sim), rows[i].end_ms);
        }
        saltus_simulation_destroy(sim);
    }
    saltus_network_destroy(network);
    saltus_experiment_destroy(e);
}
END_TEST

/* Spikes, inputs and delays that fit no step, cut at every 0.037 ms. */
START_TEST(many_cuts_within_steps_change_no_bit)
{
    enum { CUTS = 800 };
    static double cuts_ms[CUTS];
    for (int i = 0; i < CUTS; i++) {
        cuts_ms[i] = 0.037 * i;
    }
    saltus_experiment *e = fixture_experiment(30);
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "N";
    spec.size = 50;
    spec.t_ref_ms = 0.25;
    spec.i_e_pA = saltus_uniform(0, 400);
    spec.v_init_mV = saltus_uniform(0, 21);
    fixture_population(e, &spec);
    fixture_poisson(e, "noise", 0, 500, 5);
    fixture_connect(e, 0, 0, SALTUS_RULE_FIXED_INDEGREE, 5, saltus_uniform(-2, 2),
                    saltus_uniform(0.3, 9));
    fixture_connect(e, 0, 0, SALTUS_RULE_FIXED_INDEGREE, 5, saltus_constant(1),
                    saltus_constant(0.33));
    static const double steps_ms[] = {0.1, 0.3, 1, 11};
    for (size_t c = 0; c < CLOCKS; c++) {
        for (size_t i = 0; i < 4; i++) {
            const char *engine = fixture_engine(clocks[c], steps_ms[i]);
            trial_result whole = fixture_run(e, engine), cut;
            const trial_setup setup = {.engine = engine,
                                       .cuts_ms = cuts_ms,
                                       .cut_count = CUTS,
                                       .spikes = true,
                                       .samples = true};
            char why[256];
            ck_assert(trial_run(e, &setup, &cut));
            ck_assert_uint_gt(whole.spike_count, 0);
            ck_assert_msg(trial_same_bits(&whole, &cut, why, sizeof why) &&
                              trial_same_counts(&whole, &cut, false, why, sizeof why),
                          "%s: %s", engine, why);
            trial_clear(&whole);
            trial_clear(&cut);
        }
    }
    saltus_experiment_destroy(e);
}
END_TEST

static saltus_status stop_at_each_batch(void *user, const saltus_spike *spikes, size_t count)
{
    (void)spikes;
    if (count >= 4096) { /* not the rest, at a run's end */
        saltus_simulation_request_stop(user);
    }
    return SALTUS_OK;
}

/* Stopped after a window, anywhere; V can be read there, and the run goes on as if nothing was. */
START_TEST(an_interrupted_run_is_continued_to_the_same_bits)
{
    saltus_experiment *e = fixture_experiment(300);
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "busy";
    spec.size = 400;
    spec.t_ref_ms = 1;
    spec.i_e_pA = saltus_uniform(600, 3000);
    spec.v_init_mV = saltus_uniform(0, 20);
    fixture_population(e, &spec);
    fixture_neurons(e, "quiet", 1);
    fixture_connect(e, 0, 0, SALTUS_RULE_FIXED_INDEGREE, 5, saltus_uniform(-1, 1),
                    saltus_uniform(0.5, 3));
    fixture_arrival kick = {0, 0, 10};
    fixture_arrivals(e, 1, &kick, 1);
    saltus_network *network = fixture_network(e);
    for (size_t c = 0; c < CLOCKS; c++) {
        const char *engine = fixture_engine(clocks[c], 0.1);
        trial_result whole = fixture_run(e, engine);
        saltus_simulation *sim = fixture_simulation(network, engine);
        ck_assert_int_eq(saltus_simulation_add_spike_recorder(sim, stop_at_each_batch, sim),
                         SALTUS_OK);
        int stops = 0;
        while (saltus_simulation_run_until(sim, 300, NULL) == SALTUS_INTERRUPTED) {
            const double t = saltus_simulation_time_ms(sim);
            ck_assert_double_eq_tol(saltus_simulation_potential_mV(sim, 1, 0),
                                    10 * decayed(clocks[c], t, 0.1, 20), 1e-12);
            stops++;
        }
        ck_assert_int_gt(stops, 1);
        ck_assert_uint_eq(saltus_simulation_fingerprint(sim), whole.fingerprint);
        for (uint32_t i = 0; i < 400; i++) {
            const double v_mV = saltus_simulation_potential_mV(sim, 0, i);
            ck_assert(memcmp(&v_mV, &whole.potentials_mV[i], sizeof v_mV) == 0);
        }
        saltus_simulation_destroy(sim);
        trial_clear(&whole);
    }
    saltus_network_destroy(network);
    saltus_experiment_destroy(e);
}
END_TEST

/* ---- Steps that are very long or very short ------------------------------------------------- */

START_TEST(a_step_longer_than_the_run_holds_step_0_alone)
{
    saltus_experiment *e = fixture_experiment(100);
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "N";
    spec.size = 4;
    const double init_mV[] = {30, 20, 19.9, 0}; /* at and above threshold fires at 0 */
    spec.v_init_mV = (saltus_value){.kind = SALTUS_VALUE_LIST, .list = init_mV, .list_length = 4};
    fixture_population(e, &spec);
    fixture_arrival arrivals[] = {{0, 2, 1}, {5, 3, 25}};
    fixture_arrivals(e, 0, arrivals, 2);
    fixture_connect(e, 0, 0, SALTUS_RULE_ALL_TO_ALL, 0, saltus_constant(1), saltus_constant(1.5));
    fixture_connect(e, 0, 0, SALTUS_RULE_ALL_TO_ALL, 0, saltus_constant(1), saltus_uniform(1, 2));
    trial_result grid = fixture_run(e, "grid@1000ms");
    ck_assert_uint_eq(grid.spike_count, 3);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_double_eq(grid.spikes[i].time_ms, 0);
        ck_assert_uint_eq(grid.spikes[i].neuron, i);
    }
    ck_assert_uint_eq(grid.counts.steps, 1);
    ck_assert_uint_eq(grid.counts.synaptic_events, 0);
    trial_result interpolated = fixture_run(e, "interpolated@500ms");
    ck_assert_uint_eq(interpolated.spike_count, 0); /* all wait for the step's end */
    trial_result exact = fixture_run(e, "event"), offgrid = fixture_run(e, "offgrid@500ms");
    ck_assert_uint_eq(exact.fingerprint, offgrid.fingerprint);
    trial_clear(&grid);
    trial_clear(&interpolated);
    trial_clear(&exact);
    trial_clear(&offgrid);
    saltus_experiment_destroy(e);
}
END_TEST

/* 100 steps of a tick: kicked at tick 5, passed on three ticks later, and again. */
START_TEST(a_step_of_one_tick_is_exact)
{
    saltus_experiment *e = fixture_experiment(100e-11);
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "N";
    spec.size = 2;
    spec.t_ref_ms = 2e-11;
    fixture_population(e, &spec);
    fixture_arrival kick = {5e-11, 0, 25};
    fixture_arrivals(e, 0, &kick, 1);
    fixture_connect(e, 0, 0, SALTUS_RULE_ALL_TO_ALL, 0, saltus_constant(25),
                    saltus_constant(3e-11));
    trial_result exact = fixture_run(e, "event");
    ck_assert_uint_eq(exact.spike_count, 1 + 2 * 31); /* 5; 8, 11, ... 98 */
    static const char *const engines[] = {"grid@1e-11ms", "euler@1e-11ms", "offgrid@1e-11ms",
                                          "interpolated@1e-11ms"};
    for (size_t i = 0; i < 4; i++) {
        trial_result got = fixture_run(e, engines[i]);
        ck_assert_uint_eq(got.fingerprint, exact.fingerprint);
        ck_assert_uint_eq(got.counts.steps, 100);
        trial_clear(&got);
    }
    trial_clear(&exact);
    saltus_experiment_destroy(e);
}
END_TEST

/* ---- Populations ---------------------------------------------------------------------------- */

START_TEST(sources_alone_spike_on_every_clock)
{
    saltus_experiment *e = fixture_experiment(20);
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "P";
    spec.size = 3;
    spec.model = SALTUS_MODEL_PERIODIC_SOURCE;
    spec.interval_ms = 0.77;
    fixture_population(e, &spec);
    for (size_t c = 0; c < CLOCKS; c++) {
        trial_result got = fixture_run(e, fixture_engine(clocks[c], 0.5));
        const bool grid = on_grid(clocks[c]);
        /* 0.77 to 19.25 ms; on the grid what comes after 19.5 ms would be lost, but nothing does */
        ck_assert_uint_eq(got.spike_count, 75);
        for (size_t i = 0; i < got.spike_count; i++) {
            const double exact_ms = 0.77 * (double)(i / 3 + 1);
            ck_assert_double_eq_tol(got.spikes[i].time_ms,
                                    grid ? 0.5 * ceil(exact_ms / 0.5) : exact_ms, 1e-9);
        }
        ck_assert_uint_eq(got.counts.source_spikes, 75);
        ck_assert_uint_eq(got.counts.step_updates + got.counts.threshold_tests, 0);
        trial_clear(&got);
    }
    saltus_experiment_destroy(e);
}
END_TEST

/* A neuron that kicks itself: the rounded delay is its period. */
START_TEST(an_autapse_comes_round_with_its_delay)
{
    saltus_experiment *e = fixture_experiment(200);
    fixture_neurons(e, "N", 1);
    fixture_arrival kick = {0, 0, 25};
    fixture_arrivals(e, 0, &kick, 1);
    fixture_connect(e, 0, 0, SALTUS_RULE_ALL_TO_ALL, 0, saltus_constant(25), saltus_constant(5));
    static const struct {
        const char *engine;
        double period_ms;
    } rows[] = {{"event", 5},        {"grid@0.1ms", 5},    {"grid@0.3ms", 5.1},
                {"grid@0.7ms", 4.9}, {"euler@0.3ms", 5.1}, {"offgrid@0.3ms", 5},
                {"offgrid@20ms", 5}, {"grid@20ms", 20}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        trial_result got = fixture_run(e, rows[i].engine);
        ck_assert_uint_eq(got.spike_count, (size_t)ceil(200 / rows[i].period_ms));
        for (size_t k = 0; k < got.spike_count; k++) {
            ck_assert_double_eq_tol(got.spikes[k].time_ms, rows[i].period_ms * (double)k, 1e-9);
        }
        trial_clear(&got);
    }
    saltus_experiment_destroy(e);
}
END_TEST

START_TEST(weights_of_nothing_do_nothing)
{
    saltus_experiment *e = fixture_experiment(20);
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "N";
    spec.size = 3;
    spec.v_init_mV = saltus_constant(25);
    fixture_population(e, &spec);
    fixture_connect(e, 0, 0, SALTUS_RULE_ALL_TO_ALL, 0, saltus_constant(0), saltus_constant(3));
    fixture_connect(e, 0, 0, SALTUS_RULE_ALL_TO_ALL, 0, saltus_constant(0), saltus_uniform(3, 4));
    fixture_periodic(e, "beat", 0, 1, 0);
    for (size_t c = 0; c < CLOCKS; c++) {
        trial_result got = fixture_run(e, fixture_engine(clocks[c], 0.1));
        ck_assert_uint_eq(got.counts.spikes, 3);
        ck_assert_uint_eq(got.counts.synaptic_events, 18);
        ck_assert_uint_eq(got.counts.zero_weight_events, 18);
        ck_assert_uint_eq(got.counts.external_events, 3 * 19);
        for (int n = 0; n < 3; n++) {
            ck_assert_double_eq(got.potentials_mV[n], 0);
        }
        trial_clear(&got);
    }
    saltus_experiment_destroy(e);
}
END_TEST

/* ---- Far delays ----------------------------------------------------------------------------- */

/* A source and neurons with delays of their own up to 500 ms, in steps of 0.01 ms: with many
 * neurons a ring reaches over a part of them only. Every spike is one delay late. */
static void check_spread(uint32_t neurons, uint32_t steps)
{
    saltus_experiment *e = fixture_experiment(20 + 0.01 * steps);
    const double times_ms[] = {1, 1.5, 5.005, 7};
    const uint32_t who[] = {0, 0, 0, 0};
    fixture_spike_list(e, "source", 1, times_ms, who, 4);
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "N";
    spec.size = neurons;
    spec.t_ref_ms = 0.01;
    fixture_population(e, &spec);
    uint64_t state = 21;
    double *delays_ms = calloc(neurons, sizeof *delays_ms);
    uint32_t *targets = calloc(neurons, sizeof *targets);
    uint32_t *sources = calloc(neurons, sizeof *sources);
    for (uint32_t i = 0; i < neurons; i++) {
        delays_ms[i] = 0.01 * (1 + (neurons == steps ? i : trial_random_below(&state, steps)));
        targets[i] = i;
    }
    delays_ms[0] = 0.01;
    delays_ms[neurons - 1] = 0.01 * steps;
    saltus_projection_spec spread = saltus_projection_spec_default();
    spread.target = 1;
    spread.rule = SALTUS_RULE_LIST;
    spread.list_sources = sources;
    spread.list_targets = targets;
    spread.list_count = neurons;
    spread.weight_mV = saltus_constant(25);
    spread.delay_ms =
        (saltus_value){.kind = SALTUS_VALUE_LIST, .list = delays_ms, .list_length = neurons};
    ck_assert_int_eq(saltus_experiment_add_projection(e, &spread, NULL, NULL), SALTUS_OK);
    trial_result got = fixture_run(e, "grid@0.01ms");
    ck_assert_uint_eq(got.counts.spikes, 4 * neurons);
    ck_assert_uint_eq(got.counts.synaptic_events, 4 * neurons);
    uint32_t *seen = calloc(neurons, sizeof *seen);
    for (size_t i = 0; i < got.spike_count; i++) {
        const saltus_spike *s = &got.spikes[i];
        if (s->population == 1) {
            const double source_ms = 0.01 * ceil(times_ms[seen[s->neuron]++] * 100 - 1e-9);
            ck_assert_double_eq_tol(s->time_ms, source_ms + delays_ms[s->neuron], 1e-9);
        }
    }
    trial_clear(&got);
    free(seen);
    free(delays_ms);
    free(targets);
    free(sources);
    saltus_experiment_destroy(e);
}

START_TEST(own_delays_far_apart_arrive_each_at_its_time)
{
    check_spread(2, 50000);
    check_spread(100, 50000);
    check_spread(1500, 50000);
    check_spread(5000, 5000); /* one at each step: also where stretches meet */
}
END_TEST

START_TEST(delays_beyond_the_end_arrive_nowhere)
{
    for (size_t c = 0; c < CLOCKS; c++) {
        saltus_experiment *e = fixture_experiment(10);
        saltus_population_spec spec = saltus_population_spec_default();
        spec.name = "N";
        spec.size = 5;
        spec.v_init_mV = saltus_constant(25);
        fixture_population(e, &spec);
        fixture_connect(e, 0, 0, SALTUS_RULE_ALL_TO_ALL, 0, saltus_constant(25),
                        saltus_constant(4e7));
        fixture_connect(e, 0, 0, SALTUS_RULE_ALL_TO_ALL, 0, saltus_constant(25),
                        saltus_uniform(1000, 1500));
        trial_result got = fixture_run(e, fixture_engine(clocks[c], 0.1));
        ck_assert_uint_eq(got.counts.spikes, 5);
        ck_assert_uint_eq(got.counts.synaptic_events, 0);
        ck_assert_uint_eq(got.counts.scheduler_pushes, 10);
        ck_assert_uint_eq(got.counts.scheduler_pops, 0);
        trial_clear(&got);
        saltus_experiment_destroy(e);
    }
}
END_TEST

/* ---- Windows ------------------------------------------------------------------------------- */

/* Rings hold a window's slots beside their reach: 10 ms of smallest delay are 10,000 steps, which
 * for 2000 neurons would be 260 MB. */
START_TEST(windows_are_no_longer_than_the_rings_have_room_for)
{
    saltus_experiment *e = fixture_experiment(20);
    fixture_neurons(e, "N", 2000);
    fixture_periodic(e, "kick", 0, 9, 25);
    fixture_connect(e, 0, 0, SALTUS_RULE_FIXED_INDEGREE, 1, saltus_constant(0.1),
                    saltus_uniform(10, 10.1));
    trial_result got = fixture_run(e, "grid@1us");
    ck_assert_uint_eq(got.counts.steps, 20000);
    ck_assert_uint_eq(got.counts.synaptic_events, 2000);
    ck_assert_uint_ge(got.counts.windows * (64 << 20) / 8 / 2000, got.counts.steps);
    trial_clear(&got);
    saltus_experiment_destroy(e);
}
END_TEST

/* A run that is asked to stop does so between windows: none holds more than some 2^20 steps. */
START_TEST(windows_of_tiny_steps_end_soon)
{
    saltus_experiment *e = fixture_experiment(2.5);
    fixture_neurons(e, "N", 1);
    for (size_t c = 0; c < CLOCKS; c++) {
        trial_result got = fixture_run(e, fixture_engine(clocks[c], 1e-6));
        ck_assert_uint_eq(got.counts.steps, 2500000);
        ck_assert_uint_ge(got.counts.windows, 3);
        trial_clear(&got);
    }
    saltus_experiment_destroy(e);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        potentials_between_steps_are_the_closed_form,
        samples_show_arrivals_when_the_engine_takes_them,
        after_long_silence_v_is_exactly_at_rest,
        the_number_of_steps_is_that_of_the_steps_that_belong_to_the_run,
        many_cuts_within_steps_change_no_bit,
        an_interrupted_run_is_continued_to_the_same_bits,
        a_step_longer_than_the_run_holds_step_0_alone,
        a_step_of_one_tick_is_exact,
        sources_alone_spike_on_every_clock,
        an_autapse_comes_round_with_its_delay,
        weights_of_nothing_do_nothing,
        own_delays_far_apart_arrive_each_at_its_time,
        delays_beyond_the_end_arrive_nowhere,
        windows_are_no_longer_than_the_rings_have_room_for,
        windows_of_tiny_steps_end_soon,
    };
    return SUITE_RUN("clock_edges", tests);
}
