/* test_stepped_currents - currents over time: spike times in closed form, equal descriptions, the
 * same bits however a run is run, and clocks that come nearer to it with their step.
 *
 * Random networks with such currents are compared with oracles in test_oracle_networks,
 * test_oracle_property, test_clock_oracle and test_current_networks. */
#include <math.h>
#include <quadmath.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "current_scene.h"
#include "support/suite.h"
#include "support/trial.h"

enum { MOST_SPIKES = 4000 };

/* A tick, and the double that is nearest to a tick's time. */
#define TOLERANCE_MS 1e-12
#define TICKS_A_MS   ((quad)1e11)

static void must(saltus_status status, const saltus_error *error)
{
    ck_assert_msg(status == SALTUS_OK, "%s", error->message);
}

static saltus_experiment *begin(const saltus_population_spec *spec, double duration_ms)
{
    saltus_experiment *e = NULL;
    saltus_error error = {0};
    must(saltus_experiment_create("currents", &e), &error);
    must(saltus_experiment_set_duration(e, duration_ms, &error), &error);
    must(saltus_experiment_add_population(e, spec, NULL, &error), &error);
    must(saltus_experiment_record_spikes(e, 0), &error);
    return e;
}

static void add_current(saltus_experiment *e, const char *name, const double *ms, const double *pA,
                        size_t count, double stop_ms)
{
    saltus_error error = {0};
    saltus_input_spec spec = saltus_input_spec_default();
    spec.name = name;
    spec.type = SALTUS_INPUT_CURRENT;
    spec.current_times_ms = ms;
    spec.current_values_pA = pA;
    spec.current_count = count;
    spec.stop_ms = stop_ms;
    must(saltus_experiment_add_input(e, &spec, NULL, &error), &error);
}

static trial_result run(const saltus_experiment *e, const char *engine)
{
    const trial_setup setup = {.engine = engine, .spikes = true, .samples = true};
    trial_result result;
    ck_assert(trial_run(e, &setup, &result));
    return result;
}

/* ---- Closed forms ------------------------------------------------------------------------- */

/* A leaky integrator in steps of current; `on_tick`: spikes are where the library puts them. */
typedef struct book_keeper {
    double tau_ms, c_pF, rest_mV, th_mV, reset_mV, t_ref_ms;
    quad v, t, held_until;
    quad spike_ms[MOST_SPIKES];
    size_t spikes;
} book_keeper;

/* Up to `end` in a current. */
static void keep(book_keeper *b, double pA, double end_ms)
{
    const quad v_inf = (quad)b->rest_mV + (quad)pA * b->tau_ms / b->c_pF;
    const quad end = llround(end_ms * 1e11);
    while (b->t < end) {
        if (b->held_until > b->t) {
            b->t = b->held_until < end ? b->held_until : end;
            continue;
        }
        const quad tau = (quad)b->tau_ms * TICKS_A_MS;
        quad crossing = 2 * end;
        if (v_inf > b->th_mV) {
            crossing = ceilq(b->t + tau * logq((v_inf - b->v) / (v_inf - b->th_mV)));
        }
        if (crossing <= end) {
            ck_assert_uint_lt(b->spikes, MOST_SPIKES);
            b->spike_ms[b->spikes++] = crossing / TICKS_A_MS;
            b->v = b->reset_mV;
            b->t = crossing;
            b->held_until = crossing + llround(b->t_ref_ms * 1e11);
        } else {
            b->v = v_inf + (b->v - v_inf) * expq(-(end - b->t) / tau);
            b->t = end;
        }
    }
}

static void check_spikes(const book_keeper *b, const trial_result *got, const char *which,
                         double allowed_ms)
{
    ck_assert_msg(got->spike_count == b->spikes, "%s: %zu spikes, closed form %zu", which,
                  got->spike_count, b->spikes);
    for (size_t i = 0; i < b->spikes; i++) {
        const double by = fabs(got->spikes[i].time_ms - (double)b->spike_ms[i]);
        ck_assert_msg(by <= allowed_ms, "%s: spike %zu is %g ms off", which, i, by);
    }
}

/* Steps of any height at any time; each crossing is rounded to a tick in both, so later ones differ
 * by a few ticks at most where steps are well above rheobase. */
START_TEST(steps_make_a_neuron_fire_in_closed_form)
{
    static const char *const engines[] = {"event", "offgrid@0.7ms"};
    static const double taus_ms[] = {0.5, 10, 20, 300};
    for (uint64_t i = 0; i < 40; i++) {
        uint64_t state = 77 + i;
        book_keeper b = {.tau_ms = taus_ms[i % 4],
                         .c_pF = trial_random_in(&state, 50, 400),
                         .rest_mV = -65,
                         .th_mV = -50,
                         .reset_mV = trial_random_in(&state, -70, -60),
                         .t_ref_ms = (double)(i % 3)};
        b.v = b.rest_mV;
        const double rheobase = (b.th_mV - b.rest_mV) * b.c_pF / b.tau_ms;
        double ms[12], pA[12];
        double t = 0;
        for (int k = 0; k < 12; k++) {
            t += round(trial_random_in(&state, 0.01, 10 * b.tau_ms) * 1e8) / 1e8;
            ms[k] = t;
            const double share = trial_random_in(&state, -1, 4);
            pA[k] = rheobase * (fabs(share - 1) < 0.2 ? 0.5 : share);
        }
        saltus_population_spec spec = saltus_population_spec_default();
        spec.name = "N";
        spec.size = 1;
        spec.model = i % 2 ? SALTUS_MODEL_LIF_EXP : SALTUS_MODEL_LIF_DELTA;
        spec.tau_m_ms = b.tau_ms;
        spec.c_m_pF = b.c_pF;
        spec.v_rest_mV = b.rest_mV;
        spec.v_th_mV = saltus_constant(b.th_mV);
        spec.v_reset_mV = b.reset_mV;
        spec.t_ref_ms = b.t_ref_ms;
        saltus_experiment *e = begin(&spec, ms[11] + 5);
        add_current(e, "I", ms, pA, 12, (double)INFINITY);
        keep(&b, 0, ms[0]);
        for (int k = 0; k < 12; k++) {
            keep(&b, pA[k], k < 11 ? ms[k + 1] : ms[11] + 5);
        }
        for (size_t k = 0; k < (spec.model == SALTUS_MODEL_LIF_EXP ? 1 : 2); k++) {
            trial_result got = run(e, engines[k]);
            char which[64];
            snprintf(which, sizeof which, "case %d, %s", (int)i, engines[k]);
            check_spikes(&b, &got, which, 5e-11 + 3e-13 * b.tau_ms);
            trial_clear(&got);
        }
        saltus_experiment_destroy(e);
    }
}
END_TEST

/* The first spike has no rounded spike before it: as exact as a double shows a tick. */
START_TEST(first_spikes_are_exact)
{
    static const double onsets_ms[] = {0, 1e-11, 0.123, 7, 319.2, 40000};
    static const double above[] = {1e-9, 1e-3, 0.5, 10, 1e5};
    for (int i = 0; i < 6; i++) {
        for (int k = 0; k < 5; k++) {
            const double amplitude_pA = 500 * (1 + above[k]);
            saltus_population_spec spec = saltus_population_spec_default();
            spec.name = "N";
            spec.size = 1;
            spec.tau_m_ms = 10;
            spec.c_m_pF = 250;
            spec.v_th_mV = saltus_constant(20);
            const quad v_inf = (quad)amplitude_pA * 10 / 250;
            const quad after_ms = 10 * logq(v_inf / (v_inf - 20));
            const double onset_ms = onsets_ms[i];
            saltus_experiment *e = begin(&spec, onset_ms + 1.5 + (double)after_ms);
            add_current(e, "I", &onset_ms, &amplitude_pA, 1, (double)INFINITY);
            trial_result got = run(e, "event");
            ck_assert_uint_ge(got.spike_count, 1);
            const quad wanted = ceilq((after_ms + onset_ms) * TICKS_A_MS) / TICKS_A_MS;
            const double by = fabs(got.spikes[0].time_ms - (double)wanted);
            /* a logarithm of 1e-9 above has the rounding of V_inf - v_th, some 1e-15 of it */
            ck_assert_msg(by <= fmax(TOLERANCE_MS, 1.01e-11 * (k == 0 || i > 3)),
                          "onset %g ms, %g above rheobase: %g ms off", onset_ms, above[k], by);
            trial_clear(&got);
            saltus_experiment_destroy(e);
        }
    }
}
END_TEST

/* V of a neuron with a current that decays and a step, against the sums of exponentials. */
START_TEST(a_step_adds_to_synaptic_currents)
{
    const double ms = 5, pA = 370;
    const pulse kick = {.ms = 2, .weight_pA = 1600};
    saltus_population_spec spec = scene_cell(SALTUS_MODEL_LIF_EXP, 3);
    spec.v_th_mV = saltus_constant(15);
    spec.t_ref_ms = 400;
    spec.name = "N";
    spec.size = 1;
    scene s;
    scene_begin(&s);
    scene_population(&s, &spec);
    scene_arrivals(&s, 0, &kick, 1);
    add_current(s.experiment, "I", &ms, &pA, 1, 300);
    scene_start(&s);
    book b = book_of_spec(&spec);
    book_go_on(&b, 2);
    b.j[0] += 1600;
    ck_assert_double_eq_tol(scene_v(&s, 0, 0, 4), (double)book_v_after(&b, 2), 1e-12);
    book_go_on(&b, 3);
    b.v_inf = pA * 10 / 250;
    ck_assert_double_lt((double)b.v_inf, 15); /* the step alone does not do it */
    const quad crossing = 5 + book_reaches(&b, 15, 4);
    ck_assert_double_eq_tol(scene_v(&s, 0, 0, 6), (double)book_v_after(&b, 1), 1e-12);
    scene_v(&s, 0, 0, 100);
    ck_assert_uint_eq(s.spikes, 1);
    ck_assert_double_eq_tol(s.spike[0].time_ms, (double)(ceilq(crossing * TICKS_A_MS) / TICKS_A_MS),
                            TOLERANCE_MS);
    scene_end(&s);
}
END_TEST

/* A crossing whose tick is that of a change happens before it; a tick earlier, and the change comes
 * first. */
START_TEST(a_crossing_at_the_time_of_a_change_counts)
{
    static const saltus_model models[] = {SALTUS_MODEL_LIF_DELTA, SALTUS_MODEL_LIF_DELTA,
                                          SALTUS_MODEL_LIF_EXP, SALTUS_MODEL_LIF_ALPHA};
    for (int k = 0; k < 4; k++) {
        const char *const engine = k == 1 ? "offgrid@0.3ms" : "event";
        saltus_population_spec spec = saltus_population_spec_default();
        spec.name = "N";
        spec.size = 1;
        spec.model = models[k];
        spec.tau_m_ms = 10;
        for (int trial = 0; trial < 20; trial++) {
            double ms[] = {1 + 0.37 * trial, 0}, pA[] = {600 + 11 * trial, -200};
            saltus_experiment *e = begin(&spec, 30);
            add_current(e, "I", ms, pA, 1, (double)INFINITY);
            trial_result first = run(e, engine);
            saltus_experiment_destroy(e);
            ck_assert_uint_ge(first.spike_count, 1);
            for (int before = 0; before < 2; before++) {
                ms[1] = round(first.spikes[0].time_ms * 1e11 - before) / 1e11;
                e = begin(&spec, 30);
                add_current(e, "I", ms, pA, 2, (double)INFINITY);
                trial_result got = run(e, engine);
                ck_assert_uint_eq(got.spike_count, before ? 0 : 1);
                ck_assert(before || got.spikes[0].time_ms == first.spikes[0].time_ms);
                trial_clear(&got);
                saltus_experiment_destroy(e);
            }
            trial_clear(&first);
        }
    }
}
END_TEST

/* ---- Equal descriptions ------------------------------------------------------------------- */

static saltus_population_spec noisy(saltus_model model, uint32_t size)
{
    static double th[1500];
    for (uint32_t i = 0; i < 1500; i++) {
        th[i] = 15 + 0.002 * i;
    }
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "E";
    spec.size = size;
    spec.model = model;
    spec.tau_m_ms = 10;
    spec.v_th_mV = (saltus_value){.kind = SALTUS_VALUE_LIST, .list = th, .list_length = size};
    return spec;
}

static void add_noise(saltus_experiment *e, bool currents)
{
    saltus_error error = {0};
    saltus_input_spec spec = saltus_input_spec_default();
    spec.name = "noise";
    spec.rate_Hz = 200;
    *(currents ? &spec.weight_pA : &spec.weight_mV) = currents ? 300 : 4;
    must(saltus_experiment_add_input(e, &spec, NULL, &error), &error);
}

static void same(const trial_result *a, const trial_result *b, const char *which)
{
    char why[256] = "";
    ck_assert_msg(trial_same_bits(a, b, why, sizeof why), "%s: %s", which, why);
    ck_assert_uint_gt(a->spike_count, 100);
}

/* i_e from time 0 on, one input that says the same, and two that add up to it. */
START_TEST(a_current_from_the_beginning_is_i_e)
{
    static const char *const engines[] = {"event", "offgrid@0.1ms", "interpolated@0.1ms",
                                          "grid@0.1ms", "euler@0.1ms"};
    static const double zero[] = {0, 3, 3}, full[] = {320}, part[] = {200, 200, 200},
                        rest[] = {120};
    for (int k = 0; k < 5; k++) {
        trial_result got[3];
        for (int way = 0; way < 3; way++) {
            saltus_population_spec spec = noisy(SALTUS_MODEL_LIF_DELTA, 60);
            spec.i_e_pA = saltus_constant(way == 0 ? 320 : 0);
            saltus_experiment *e = begin(&spec, 200);
            add_noise(e, false);
            if (way == 1) {
                add_current(e, "I", zero, full, 1, (double)INFINITY);
            } else if (way == 2) {
                add_current(e, "I", zero, part, 3, (double)INFINITY);
                add_current(e, "J", zero, rest, 1, (double)INFINITY);
            }
            got[way] = run(e, engines[k]);
            saltus_experiment_destroy(e);
        }
        same(&got[0], &got[1], engines[k]);
        same(&got[0], &got[2], engines[k]);
        for (int way = 0; way < 3; way++) {
            trial_clear(&got[way]);
        }
    }
}
END_TEST

/* ---- The same bits ------------------------------------------------------------------------ */

/* Two populations, one of which stays silent until a late step: its blocks stay behind. */
static saltus_experiment *changing(saltus_model model)
{
    static const double ms[] = {20, 33.3, 33.3, 60.05, 150}, pA[] = {250, -100, 390, 0, 500};
    static const double late[] = {470.5}, strong[] = {600};
    const bool currents = model != SALTUS_MODEL_LIF_DELTA;
    saltus_population_spec spec = noisy(model, 1500);
    saltus_experiment *e = begin(&spec, 500);
    saltus_error error = {0};
    spec.name = "silent";
    spec.size = 1100;
    spec.tau_m_ms = 7;
    spec.v_init_mV = saltus_uniform(-5, 12);
    spec.v_th_mV = saltus_constant(15);
    must(saltus_experiment_add_population(e, &spec, NULL, &error), &error);
    must(saltus_experiment_record_spikes(e, 1), &error);
    must(saltus_experiment_record_potential(e, 0, 0, 3, 0, 20.01, 500, &error), &error);
    add_noise(e, currents);
    add_current(e, "I", ms, pA, 5, 200);
    add_current(e, "K", ms, pA, 4, 100);
    saltus_input_spec input = saltus_input_spec_default();
    input.name = "late";
    input.type = SALTUS_INPUT_CURRENT;
    input.population = 1;
    input.current_times_ms = late;
    input.current_values_pA = strong;
    input.current_count = 1;
    must(saltus_experiment_add_input(e, &input, NULL, &error), &error);
    saltus_projection_spec projection = saltus_projection_spec_default();
    projection.rule = SALTUS_RULE_FIXED_OUTDEGREE;
    projection.count = 5;
    projection.delay_ms = saltus_constant(1.5);
    *(currents ? &projection.weight_pA : &projection.weight_mV) =
        saltus_constant(currents ? 20 : 0.3);
    must(saltus_experiment_add_projection(e, &projection, NULL, &error), &error);
    return e;
}

/* At changes, a tick before and after them, and between. */
static const double cuts_ms[] = {
    20,  33.29999999999, 33.3,  33.30000000001, 60.05, 60.0501, 99.99999999999, 100, 150, 200,
    450, 470.5,          480.25};

static void check_ways(saltus_model model, const char *engine)
{
    saltus_experiment *e = changing(model);
    trial_result wanted = run(e, engine);
    const uint32_t threads[] = {1, 2, 3};
    for (int i = 0; i < 3; i++) {
        const trial_setup setup = {.threads = threads[i],
                                   .block_neurons = i < 2 ? 1024 : 2048,
                                   .engine = engine,
                                   .cuts_ms = cuts_ms,
                                   .cut_count = (size_t)i * 6,
                                   .spikes = true,
                                   .samples = true};
        trial_result got;
        ck_assert(trial_run(e, &setup, &got));
        same(&wanted, &got, engine);
        char why[256] = "";
        ck_assert_msg(trial_same_counts(&wanted, &got, false, why, sizeof why), "%s: %s", engine,
                      why);
        trial_clear(&got);
    }
    char path[64];
    snprintf(path, sizeof path, "/tmp/saltus-currents-%ld.checkpoint", (long)getpid());
    const trial_setup relay = {.engine = engine,
                               .cuts_ms = cuts_ms,
                               .cut_count = sizeof cuts_ms / sizeof cuts_ms[0],
                               .spikes = true,
                               .samples = true};
    trial_result got;
    ck_assert(trial_run_relay(e, &relay, path, &got));
    same(&wanted, &got, "a relay of checkpoints");
    remove(path);
    trial_clear(&got);
    trial_clear(&wanted);
    saltus_experiment_destroy(e);
}

START_TEST(how_it_is_run_does_not_matter)
{
    check_ways(SALTUS_MODEL_LIF_DELTA, "event");
    check_ways(SALTUS_MODEL_LIF_EXP, "event");
    check_ways(SALTUS_MODEL_LIF_ALPHA, "event");
    check_ways(SALTUS_MODEL_LIF_DELTA, "offgrid@0.25ms");
    check_ways(SALTUS_MODEL_LIF_DELTA, "interpolated@0.25ms");
    check_ways(SALTUS_MODEL_LIF_DELTA, "grid@0.25ms");
    check_ways(SALTUS_MODEL_LIF_EXP, "euler@0.25ms");
}
END_TEST

/* ---- Clocks ------------------------------------------------------------------------------- */

/* Spikes of the grid come nearer with the step, those of offgrid are the same. */
START_TEST(clocks_come_nearer_with_their_step)
{
    static const double ms[] = {3.17, 27.3, 61.61}, pA[] = {700, 100, 900};
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "N";
    spec.size = 1;
    spec.tau_m_ms = 10;
    saltus_experiment *e = begin(&spec, 100);
    add_current(e, "I", ms, pA, 3, 85);
    trial_result wanted = run(e, "event");
    ck_assert_uint_ge(wanted.spike_count, 3);
    static const char *const kinds[] = {"grid", "euler", "interpolated", "offgrid"};
    for (int k = 0; k < 4; k++) {
        for (int tenths = 0; tenths < 3; tenths++) {
            char engine[64];
            const double step_ms = 0.1 / pow(10, tenths);
            snprintf(engine, sizeof engine, "%s@%.15gms", kinds[k], step_ms);
            trial_result got = run(e, engine);
            ck_assert_uint_eq(got.spike_count, wanted.spike_count);
            double worst = 0;
            for (size_t i = 0; i < got.spike_count; i++) {
                worst = fmax(worst, fabs(got.spikes[i].time_ms - wanted.spikes[i].time_ms));
            }
            if (k == 3) {
                ck_assert_double_le(worst, 1e-10);
            } else {
                ck_assert_double_gt(worst, 0);
                ck_assert_msg(worst < 6 * step_ms, "%s: %g ms", engine, worst);
            }
            trial_clear(&got);
        }
    }
    trial_clear(&wanted);
    saltus_experiment_destroy(e);
}
END_TEST

/* A moving threshold cannot be met by drift. */
START_TEST(drift_and_moving_thresholds_do_not_mix)
{
    const double ms = 50, weak_pA = 400, strong_pA = 600;
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "N";
    spec.size = 1;
    spec.tau_m_ms = 10;
    spec.theta_plus_mV = 1;
    for (int k = 0; k < 2; k++) {
        saltus_experiment *e = begin(&spec, 100);
        add_current(e, "I", &ms, k == 0 ? &weak_pA : &strong_pA, 1, (double)INFINITY);
        saltus_network *network = NULL;
        saltus_error error = {0};
        const saltus_status status = saltus_network_build(e, NULL, &network, &error);
        ck_assert_int_eq(status, k == 0 ? SALTUS_OK : SALTUS_E_EXPERIMENT);
        ck_assert(k == 0 || strstr(error.message, "an input of type current") != NULL);
        saltus_network_destroy(network);
        saltus_experiment_destroy(e);
    }
}
END_TEST

int main(int count, char **arguments)
{
    (void)count;
    suite_wait_without_spinning(arguments);
    const TTest *const tests[] = {
        steps_make_a_neuron_fire_in_closed_form, first_spikes_are_exact,
        a_step_adds_to_synaptic_currents,        a_crossing_at_the_time_of_a_change_counts,
        a_current_from_the_beginning_is_i_e,     how_it_is_run_does_not_matter,
        clocks_come_nearer_with_their_step,      drift_and_moving_thresholds_do_not_mix};
    return SUITE_RUN("stepped_currents", tests);
}
