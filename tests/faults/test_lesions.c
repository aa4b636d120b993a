/* test_lesions - who is lost, from when on, and that nothing else is. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/simulation.h"
#include "fault_scene.h"
#include "support/suite.h"
#include "support/trial.h"

static bool is_lost(const scene_run *run, uint32_t population, uint32_t neuron)
{
    return sl_faults_is_dead(run->simulation, run->network->populations[population].first + neuron);
}

static uint64_t count_lost(const scene_run *run, uint32_t population)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < saltus_network_population_size(run->network, population); i++) {
        count += is_lost(run, population, i);
    }
    return count;
}

/* ---- How many -------------------------------------------------------------------------------- */

START_TEST(a_share_is_the_nearest_whole_number)
{
    static const struct {
        double share;
        uint64_t lost;
    } cases[] = {{0, 0}, {0.2, 27}, {0.5, 69}, {0.996, 136}, {1, 137}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        saltus_experiment *e = scene_create(5 + i, 10);
        const uint32_t cells = scene_cells(e, "E", 137);
        const uint32_t all =
            scene_connect(e, cells, cells, SALTUS_RULE_FIXED_TOTAL_NUMBER, 137, 1, 1);
        scene_lesion(e, cells, cases[i].share, 0);
        scene_synapse_lesion(e, all, cases[i].share, 5);
        scene_run *run = scene_run_until(e, NULL, 5);
        const saltus_fault_effect neurons = saltus_simulation_fault(run->simulation, 0);
        ck_assert_uint_eq(neurons.neurons, cases[i].lost);
        ck_assert_uint_eq(count_lost(run, cells), cases[i].lost);
        /* everything before 5 ms is done, nothing at it */
        ck_assert(!saltus_simulation_fault(run->simulation, 1).begun);
        ck_assert_uint_eq(saltus_simulation_fault(run->simulation, 1).synapses, 0);
        ck_assert_int_eq(saltus_simulation_run_until(run->simulation, 6, NULL), SALTUS_OK);
        /* synapses that went with their targets are not taken twice */
        const uint64_t left = 137 - neurons.synapses;
        const uint64_t more = saltus_simulation_fault(run->simulation, 1).synapses;
        ck_assert_uint_eq(more, left < cases[i].lost ? left : cases[i].lost);
        scene_clear(run);
        saltus_experiment_destroy(e);
    }
}
END_TEST

START_TEST(a_second_lesion_is_among_those_left)
{
    saltus_experiment *e = scene_create(1, 10);
    const uint32_t cells = scene_cells(e, "E", 100);
    const uint32_t all = scene_connect(e, cells, cells, SALTUS_RULE_FIXED_OUTDEGREE, 10, 1, 1);
    scene_synapse_lesion(e, all, 0.5, 1);
    scene_synapse_lesion(e, all, 0.4, 2);
    scene_synapse_lesion(e, all, 0.4, 3);
    scene_lesion(e, cells, 0.5, 7);
    scene_lesion(e, cells, 0.3, 8);
    scene_lesion(e, cells, 0.3, 6);
    scene_run *run = scene_run_until(e, NULL, 10);
    static const uint64_t synapses[] = {500, 400, 100};
    static const uint64_t neurons[] = {50, 20, 30};
    for (uint32_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(saltus_simulation_fault(run->simulation, i).synapses, synapses[i]);
        ck_assert_uint_eq(saltus_simulation_fault(run->simulation, 3 + i).neurons, neurons[i]);
    }
    ck_assert_uint_eq(count_lost(run, cells), 100);
    scene_clear(run);
    saltus_experiment_destroy(e);
}
END_TEST

/* sum (observed - n p)^2 / (n p (1 - p)) over objects of which a share p is taken n times: about as
 * many as there are objects. */
static double spread(const uint32_t *taken, size_t objects, double n, double p)
{
    double sum = 0;
    for (size_t i = 0; i < objects; i++) {
        sum += pow(taken[i] - n * p, 2) / (n * p * (1 - p));
    }
    return sum;
}

START_TEST(every_neuron_and_synapse_is_taken_as_often)
{
    enum { NEURONS = 30, SYNAPSES = 90, SEEDS = 400 };
    uint32_t neurons[NEURONS] = {0};
    uint32_t synapses[SYNAPSES] = {0};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        saltus_experiment *e = scene_create(seed, 10);
        const uint32_t cells = scene_cells(e, "E", NEURONS);
        const uint32_t others = scene_cells(e, "F", NEURONS);
        saltus_projection_spec spec = saltus_projection_spec_default();
        spec.source = cells;
        spec.target = others;
        spec.rule = SALTUS_RULE_FIXED_INDEGREE;
        spec.count = 3;
        spec.weight_mV = saltus_constant(1);
        /* synapses of a pair have keys of their own, whatever their delays */
        spec.delay_ms = seed % 2 ? saltus_constant(1) : saltus_uniform(1, 2);
        scene_project(e, &spec);
        scene_lesion(e, cells, 0.3, 0);
        scene_synapse_lesion(e, 0, 0.3, 0);
        scene_run *run = scene_run_until(e, NULL, 1);
        size_t k = 0;
        for (uint32_t i = 0; i < NEURONS; i++) {
            uint32_t targets[SYNAPSES];
            double weights[SYNAPSES];
            neurons[i] += is_lost(run, cells, i);
            saltus_simulation_read_row(run->simulation, 0, i, targets, weights);
            for (uint32_t s = 0; s < saltus_simulation_row_length(run->simulation, 0, i); s++) {
                synapses[k++] += weights[s] == 0;
            }
        }
        ck_assert_uint_eq(k, SYNAPSES);
        scene_clear(run);
        saltus_experiment_destroy(e);
    }
    /* chi-square of 30 and 90 in a million: below 77 and 162, above 8 and 41 */
    const double of_neurons = spread(neurons, NEURONS, SEEDS, 0.3);
    const double of_synapses = spread(synapses, SYNAPSES, SEEDS, 0.3);
    ck_assert_msg(of_neurons > 8 && of_neurons < 77, "%g", of_neurons);
    ck_assert_msg(of_synapses > 41 && of_synapses < 162, "%g", of_synapses);
}
END_TEST

/* ---- By what --------------------------------------------------------------------------------- */

/* Degrees, counted from the list of synapses. */
static void count_degrees(const saltus_network *network, bool in, bool out, uint64_t *degree)
{
    for (uint32_t p = 0; p < saltus_network_projection_count(network); p++) {
        for (uint32_t source = 0; source < 300; source++) {
            saltus_synapse row[4000];
            const size_t length = saltus_network_read_synapses(network, p, source, row, 4000);
            for (size_t i = 0; i < length; i++) {
                degree[source] += out && network->projections[p].source == 0;
                degree[row[i].target] += in && network->projections[p].target == 0;
            }
        }
    }
}

START_TEST(lesions_by_degree_take_the_largest)
{
    static const saltus_lesion_order orders[] = {SALTUS_LESION_DEGREE, SALTUS_LESION_IN_DEGREE,
                                                 SALTUS_LESION_OUT_DEGREE};
    for (size_t k = 0; k < 3; k++) {
        saltus_experiment *e = scene_create(9, 10);
        const uint32_t cells = scene_cells(e, "E", 300);
        const uint32_t others = scene_cells(e, "I", 300);
        scene_connect(e, cells, cells, SALTUS_RULE_FIXED_TOTAL_NUMBER, 2000, 1, 1);
        scene_connect(e, others, cells, SALTUS_RULE_FIXED_TOTAL_NUMBER, 1500, 1, 1);
        scene_connect(e, cells, others, SALTUS_RULE_FIXED_TOTAL_NUMBER, 1500, 1, 1);
        scene_connect(e, others, others, SALTUS_RULE_FIXED_TOTAL_NUMBER, 900, 1, 1);
        saltus_fault_spec spec = saltus_fault_spec_default();
        spec.type = SALTUS_FAULT_NEURON_LESION;
        spec.population = cells;
        spec.order = orders[k];
        spec.count = 40;
        scene_fault(e, &spec);
        scene_run *run = scene_run_until(e, NULL, 1);
        uint64_t degree[300] = {0};
        count_degrees(run->network, k != 2, k != 1, degree);
        uint64_t least_lost = UINT64_MAX, most_left = 0;
        for (uint32_t i = 0; i < 300; i++) {
            if (is_lost(run, cells, i)) {
                least_lost = degree[i] < least_lost ? degree[i] : least_lost;
            } else {
                most_left = degree[i] > most_left ? degree[i] : most_left;
            }
        }
        ck_assert_uint_eq(count_lost(run, cells), 40);
        ck_assert_uint_ge(least_lost, most_left);
        ck_assert_uint_gt(most_left, 0);
        scene_clear(run);
        saltus_experiment_destroy(e);
    }
}
END_TEST

/* Weights of a projection before and after a lesion of half of the synapses by weight. */
static void check_by_weight(saltus_value weights, bool own_delays, uint64_t seed)
{
    saltus_experiment *e = scene_create(seed, 10);
    const uint32_t cells = scene_cells(e, "E", 60);
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = spec.target = cells;
    spec.rule = SALTUS_RULE_FIXED_INDEGREE;
    spec.count = 21;
    spec.weight_mV = weights;
    spec.delay_ms = own_delays ? saltus_uniform(1, 5) : saltus_constant(1);
    scene_project(e, &spec);
    saltus_fault_spec fault = saltus_fault_spec_default();
    fault.type = SALTUS_FAULT_SYNAPSE_LESION;
    fault.projection = 0;
    fault.order = SALTUS_LESION_WEIGHT;
    fault.share = 0.5;
    fault.at_ms = 2;
    scene_fault(e, &fault);
    scene_run *run = scene_run_until(e, NULL, 2);
    double before[60 * 21 + 100], after[60 * 21 + 100], least_lost = INFINITY, most_left = 0;
    uint32_t targets[60 * 21], lost = 0;
    size_t count = 0;
    for (uint32_t i = 0; i < 60; i++) {
        saltus_simulation_read_row(run->simulation, 0, i, targets, before + count);
        count += saltus_simulation_row_length(run->simulation, 0, i);
    }
    ck_assert_int_eq(saltus_simulation_run_until(run->simulation, 3, NULL), SALTUS_OK);
    count = 0;
    for (uint32_t i = 0; i < 60; i++) {
        saltus_simulation_read_row(run->simulation, 0, i, targets, after + count);
        count += saltus_simulation_row_length(run->simulation, 0, i);
    }
    ck_assert_uint_eq(count, 60 * 21);
    for (size_t i = 0; i < count; i++) {
        if (after[i] == 0) {
            lost++;
            least_lost = fmin(least_lost, fabs(before[i]));
        } else {
            ck_assert(after[i] == before[i]);
            most_left = fmax(most_left, fabs(before[i]));
        }
    }
    ck_assert_uint_eq(lost, 630);
    ck_assert(least_lost >= most_left);
    scene_clear(run);
    saltus_experiment_destroy(e);
}

START_TEST(lesions_by_weight_take_the_largest_magnitudes)
{
    check_by_weight(saltus_normal(0.1, 1), false, 1);
    check_by_weight(saltus_uniform(-2, 1), true, 2);
    check_by_weight(saltus_lognormal(1e-3, 1.5), false, 3);
    /* all are equal: by chance */
    check_by_weight(saltus_constant(0.7), true, 4);
}
END_TEST

/* ---- From when on ---------------------------------------------------------------------------- */

static const char *const engines[] = {"event",       "grid@0.1ms",         "grid@0.5ms",
                                      "euler@0.1ms", "interpolated@0.1ms", "offgrid@0.3ms"};
#define ENGINES (sizeof engines / sizeof engines[0])
#define TICK_MS 1e-11

/* S fires at 1 ms, A gets it at 2 ms and fires, B gets that at 4 ms and fires. What is lost from
 * when on, and what is left of the three spikes? */
static void check_chain(const char *engine, int what, double at_ms, bool s, bool a, bool b)
{
    static const double time_ms = 1;
    static const uint32_t first = 0;
    saltus_experiment *e = scene_create(1, 10);
    const uint32_t of[3] = {scene_source(e, "S", 1, &time_ms, &first, 1), scene_cells(e, "A", 1),
                            scene_cells(e, "B", 1)};
    /* fires by arrival in every engine, also where it is seen a step later */
    scene_connect(e, of[0], of[1], SALTUS_RULE_ONE_TO_ONE, 0, 30, 1);
    scene_connect(e, of[1], of[2], SALTUS_RULE_ONE_TO_ONE, 0, 30, 2);
    if (what < 3) {
        scene_lesion(e, of[what], 1, at_ms);
    } else {
        scene_synapse_lesion(e, (uint32_t)what - 3, 1, at_ms);
    }
    scene_run *run = scene_run_until(e, engine, 10);
    const size_t spikes[3] = {scene_spikes_of(run, of[0], 0), scene_spikes_of(run, of[1], 0),
                              scene_spikes_of(run, of[2], 0)};
    ck_assert_msg(spikes[0] == s && spikes[1] == a && spikes[2] == b,
                  "%s, lesion %d at %.12g ms: %zu %zu %zu spikes", engine, what, at_ms, spikes[0],
                  spikes[1], spikes[2]);
    const saltus_counts counts = saltus_simulation_counts(run->simulation);
    ck_assert_uint_eq(counts.source_spikes, s);
    ck_assert_uint_eq(counts.synaptic_events, (uint64_t)a + b);
    scene_clear(run);
    saltus_experiment_destroy(e);
}

START_TEST(a_lesion_comes_before_what_happens_at_its_time)
{
    for (size_t i = 0; i < ENGINES; i++) {
        const char *engine = engines[i];
        check_chain(engine, 0, 1, false, false, false);
        check_chain(engine, 0, 1 + TICK_MS, true, true, true); /* in flight: arrives */
        check_chain(engine, 3, 2, true, false, false);
        check_chain(engine, 4, 1, true, true, false);
        check_chain(engine, 1, 2, true, false, false);
        check_chain(engine, 2, 1, true, true, false);
        check_chain(engine, 1, 3.5, true, true, true);
        if (i != 4) { /* found at the step's end there */
            check_chain(engine, 3, 2 + TICK_MS, true, true, true);
            check_chain(engine, 1, 2 + TICK_MS, true, true, true);
        }
    }
}
END_TEST

/* Neurons that fire by themselves, and in between are refractory. */
START_TEST(what_is_lost_is_silent_for_good)
{
    const double v_reset_mV = -1.5; /* where what is lost stays */
    static const saltus_model models[] = {SALTUS_MODEL_LIF_DELTA, SALTUS_MODEL_LIF_EXP,
                                          SALTUS_MODEL_LIF_ALPHA};
    for (size_t i = 0; i < 3 * ENGINES; i++) {
        const char *engine = engines[i / 3];
        if (i % 3 > 0 && (i / 3 == 4 || i / 3 == 5)) {
            continue; /* currents need event, grid or euler */
        }
        saltus_experiment *e = scene_create(3, 100);
        saltus_population_spec spec = saltus_population_spec_default();
        spec.name = "E";
        spec.size = 200;
        spec.model = models[i % 3];
        spec.t_ref_ms = 3;
        spec.v_reset_mV = v_reset_mV;
        spec.i_e_pA = saltus_uniform(340, 500);
        spec.v_init_mV = saltus_uniform(0, 25);
        const uint32_t cells = scene_population(e, &spec);
        scene_lesion(e, cells, 0.25, 0);
        scene_lesion(e, cells, 0.25, 41.3);
        scene_run *run = scene_run_until(e, engine, 100);
        size_t early[200] = {0}, late[200] = {0};
        for (size_t k = 0; k < run->spike_count; k++) {
            const saltus_spike *spike = &run->spikes[k];
            (spike->time_ms < 41.3 ? early : late)[spike->neuron]++;
        }
        size_t never = 0, stopped = 0, on = 0;
        for (size_t n = 0; n < 200; n++) {
            never += early[n] == 0 && late[n] == 0;
            stopped += early[n] > 0 && late[n] == 0;
            on += late[n] > 0;
            ck_assert(late[n] > 0 || saltus_simulation_potential_mV(run->simulation, cells,
                                                                    (uint32_t)n) == v_reset_mV);
        }
        ck_assert_msg(never == 50 && stopped == 50 && on == 100, "%s, model %zu: %zu %zu %zu",
                      engine, i % 3, never, stopped, on);
        scene_clear(run);
        saltus_experiment_destroy(e);
    }
}
END_TEST

/* On a grid a projection that a fault concerns keeps what is under way in another place. */
START_TEST(arrivals_under_way_are_in_checkpoints)
{
    saltus_experiment *e = scene_create(8, 60);
    saltus_population_spec p = saltus_population_spec_default();
    p.name = "E";
    p.size = 50;
    p.i_e_pA = saltus_uniform(200, 400);
    scene_population(e, &p);
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.rule = SALTUS_RULE_FIXED_INDEGREE;
    spec.count = 10;
    spec.weight_mV = saltus_constant(1);
    spec.delay_ms = saltus_uniform(0.5, 8);
    scene_synapse_lesion(e, scene_project(e, &spec), 0.1, 5);
    static const char *const engines[] = {"event", "grid@0.1ms", "interpolated@0.1ms"};
    const double cuts_ms[] = {20, 33.3};
    for (size_t i = 0; i < sizeof engines / sizeof engines[0]; i++) {
        const trial_setup setup = {
            .engine = engines[i], .cuts_ms = cuts_ms, .cut_count = 2, .spikes = true};
        trial_result whole, relay;
        char why[512] = "";
        ck_assert(trial_run(e, &setup, &whole));
        ck_assert(trial_run_relay(e, &setup, "lesions.checkpoint", &relay));
        ck_assert_msg(trial_same_bits(&whole, &relay, why, sizeof why), "%s: %s", engines[i], why);
        ck_assert_uint_gt(whole.counts.synaptic_events, 100);
        trial_clear(&whole);
        trial_clear(&relay);
    }
    remove("lesions.checkpoint");
    saltus_experiment_destroy(e);
}
END_TEST

/* Every model of neurons, driven by a current; half of them are lost while they fire. */
static void check_model(const saltus_model_info *model, const char *engine)
{
    enum { CELLS = 60 };
    saltus_experiment *e = scene_create(3, 200);
    saltus_population_spec p = saltus_population_spec_default();
    p.name = "E";
    p.size = CELLS;
    p.model = model->model;
    const bool dimensionless =
        model->model == SALTUS_MODEL_IZHIKEVICH || model->model == SALTUS_MODEL_IZHIKEVICH_EXP;
    const double least_pA = dimensionless ? 10 : 700;
    p.i_e_pA = saltus_uniform(least_pA, 1.5 * least_pA);
    scene_population(e, &p);
    scene_lesion(e, 0, 0.5, 100);
    scene_run *run = scene_run_until(e, engine, 200);
    uint32_t early[CELLS] = {0};
    uint32_t late[CELLS] = {0};
    for (size_t i = 0; i < run->spike_count; i++) {
        uint32_t *of = run->spikes[i].time_ms < 100 ? early : late;
        of[run->spikes[i].neuron]++;
    }
    uint32_t silent = 0;
    for (uint32_t i = 0; i < CELLS; i++) {
        ck_assert_msg(early[i] > 0, "%s, %s: neuron %u does not fire", model->name, engine, i);
        silent += late[i] == 0;
    }
    ck_assert_msg(silent == CELLS / 2, "%s, %s: %u are silent", model->name, engine, silent);
    scene_clear(run);
    saltus_experiment_destroy(e);
}

START_TEST(every_model_is_silent_once_it_is_lost)
{
    for (size_t i = 0; i < saltus_model_count(); i++) {
        const saltus_model_info *model = saltus_model_get(i);
        if (!saltus_model_is_source(model->model)) {
            check_model(model, "event");
            check_model(model, "grid@0.1ms");
        }
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {a_share_is_the_nearest_whole_number,
                                  a_second_lesion_is_among_those_left,
                                  every_neuron_and_synapse_is_taken_as_often,
                                  lesions_by_degree_take_the_largest,
                                  lesions_by_weight_take_the_largest_magnitudes,
                                  a_lesion_comes_before_what_happens_at_its_time,
                                  what_is_lost_is_silent_for_good,
                                  arrivals_under_way_are_in_checkpoints,
                                  every_model_is_silent_once_it_is_lost};
    return SUITE_RUN("lesions", tests);
}
