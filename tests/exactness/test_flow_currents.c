/* test_flow_currents - neurons with a flow and synaptic currents: single neurons against quadruple
 * precision over all kinds of receptors and arrivals, and against a Runge-Kutta integration of the
 * equation as it is written. */
#include <math.h>
#include <quadmath.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exactness/flow_reference.h"
#include "exactness/flow_scene.h"
#include "support/suite.h"
#include "support/trial.h"

/* ---- Arrivals at one neuron ------------------------------------------------------------------ */

enum { MOST_ARRIVALS = 60, MOST_RECEPTORS = SALTUS_RECEPTORS };

/* In order of time; each counts at one receptor. */
typedef struct arrivals {
    size_t count;
    double ms[MOST_ARRIVALS];
    double weight_pA[MOST_ARRIVALS];
    uint32_t receptor[MOST_ARRIVALS];
} arrivals;

static void push(arrivals *all, double ms, uint32_t receptor, double weight_pA)
{
    ck_assert_uint_lt(all->count, MOST_ARRIVALS);
    all->ms[all->count] = ms;
    all->receptor[all->count] = receptor;
    all->weight_pA[all->count++] = weight_pA;
}

/* One input for each receptor. */
static void add_arrivals(saltus_experiment *e, uint32_t population, uint32_t receptors,
                         const arrivals *all)
{
    static const uint32_t first[MOST_ARRIVALS] = {0};
    saltus_error error = {0};
    for (uint32_t r = 0; r < receptors; r++) {
        double ms[MOST_ARRIVALS];
        double weight[MOST_ARRIVALS];
        size_t count = 0;
        for (size_t i = 0; i < all->count; i++) {
            if (all->receptor[i] == r) {
                ms[count] = all->ms[i];
                weight[count++] = all->weight_pA[i];
            }
        }
        char name[32];
        snprintf(name, sizeof name, "input_%u_%u", population, r);
        saltus_input_spec input = saltus_input_spec_default();
        input.name = name;
        input.type = SALTUS_INPUT_ARRIVALS;
        input.population = population;
        input.receptor = r;
        input.arrival_times_ms = ms;
        input.arrival_targets = first;
        input.arrival_weights_pA = weight;
        input.arrival_count = count;
        flow_must(saltus_experiment_add_input(e, &input, NULL, &error), &error);
    }
}

static int64_t ticks(double ms)
{
    return (int64_t)rint(ms / TICK_MS);
}

/* The spikes and the end of a run against quadruple precision; returns how many spikes there are.
 */
static size_t check_neuron(const saltus_population_spec *spec, const arrivals *all, double end_ms,
                           double tolerance)
{
    saltus_experiment *e = flow_begin(end_ms);
    add_arrivals(e, flow_add(e, spec), spec->receptor_count, all);
    saltus_network *network = flow_build(e);
    trial_result result = flow_run(e, NULL);
    flow_reference r = reference_begin(&network->populations[0], 0);
    reference_receptors(&r, spec);
    size_t spikes = 0;
    for (size_t i = 0; i <= all->count; i++) {
        const int64_t until = i < all->count ? ticks(all->ms[i]) : ticks(end_ms) - 1;
        for (int64_t at = reference_go(&r, until); at >= 0; at = reference_go(&r, until)) {
            ck_assert_uint_lt(spikes, result.spike_count);
            const double ms = result.spikes[spikes++].time_ms;
            ck_assert_msg(fabs(ms - (double)at * TICK_MS) <= tolerance,
                          "spike %zu: %.12f, not %.12f", spikes, ms, (double)at * TICK_MS);
        }
        if (i < all->count) {
            reference_receive(&r, all->receptor[i], all->weight_pA[i]);
        }
    }
    ck_assert_uint_eq(result.spike_count, spikes);
    if (r.release < 0) {
        reference_go(&r, ticks(end_ms));
        const double v = result.potentials_mV[0];
        ck_assert_msg(fabs(v - (double)r.v) <= 1e3 * tolerance * fmax(1, fabs(v)),
                      "V: %.12f, not %.12f", v, (double)r.v);
    }
    trial_clear(&result);
    saltus_network_destroy(network);
    saltus_experiment_destroy(e);
    return spikes;
}

/* ---- Kinds of neurons and receptors ---------------------------------------------------------- */

#define MOST_PA 4e8          /* two at once stay below the bound of variables */
#define TAU_M   (281.0 / 30) /* of adex */

/* Neurons that answer currents of both signs: tonic, bursting, rebound. */
static saltus_population_spec random_neuron(uint64_t *state)
{
    const bool simple = trial_random_below(state, 2) == 0;
    saltus_population_spec spec =
        flow_spec("N", simple ? SALTUS_MODEL_IZHIKEVICH_EXP : SALTUS_MODEL_ADEX_EXP);
    if (simple) {
        static const double a_b_c_d[][4] = {
            {0.02, 0.2, -65, 8}, {0.02, 0.2, -50, 2}, {0.03, 0.25, -60, 4}, {0.1, 0.2, -65, 2}};
        const double *of = a_b_c_d[trial_random_below(state, 4)];
        static const char *const names[] = {"a", "b", "c", "d"};
        for (int i = 0; i < 4; i++) {
            flow_set(&spec, names[i], of[i]);
        }
    } else {
        spec.i_e_pA = saltus_constant(trial_random_in(state, 0, 600));
    }
    flow_set(&spec, "t_ref", 1.5 * trial_random_below(state, 3));
    return spec;
}

static double random_tau(uint64_t *state)
{
    static const double given[] = {1e-6, 1e-3, 0.5, TAU_M, 1e3, 4.5e7};
    const uint32_t which = trial_random_below(state, 10);
    return which < 6 ? given[which] : pow(10, trial_random_in(state, -1, 2));
}

static void random_receptors(uint64_t *state, saltus_population_spec *spec)
{
    static const char *const names[] = {"a", "b", "c", "d"};
    spec->receptor_count = 1 + trial_random_below(state, MOST_RECEPTORS);
    for (uint32_t i = 0; i < spec->receptor_count; i++) {
        const double tau_ms = random_tau(state);
        const bool rises = tau_ms > 1e-3 && trial_random_below(state, 4) == 0;
        spec->receptors[i] = (saltus_receptor){
            .name = names[i],
            .tau_ms = tau_ms,
            .tau_rise_ms = rises ? tau_ms * pow(10, trial_random_in(state, -2, -0.03)) : 0};
    }
}

/* Charges that move V by up to 20 mV, half of them down; some of weight 0, some at once at several
 * receptors, some in bursts so that they meet V while it is held. */
static arrivals random_arrivals(uint64_t *state, const saltus_population_spec *spec, double end_ms)
{
    arrivals all = {0};
    double ms = 0;
    const double c = spec->model == SALTUS_MODEL_ADEX_EXP ? 281 : 1;
    while (all.count + MOST_RECEPTORS < MOST_ARRIVALS) {
        ms += trial_random_in(state, 0, 1) * (trial_random_below(state, 3) == 0 ? 0.3 : 4);
        if (ms >= end_ms) {
            break;
        }
        ms = (double)ticks(ms) * TICK_MS;
        const uint32_t at_once = 1 + trial_random_below(state, 8) / 6;
        for (uint32_t i = 0; i < at_once; i++) {
            const uint32_t receptor = trial_random_below(state, spec->receptor_count);
            const double lasts = fmin(spec->receptors[receptor].tau_ms, 10);
            const double jump = trial_random_in(state, -12, 20);
            const bool none = trial_random_below(state, 10) == 0;
            push(&all, ms, receptor, none ? 0 : fmax(fmin(c * jump / lasts, MOST_PA), -MOST_PA));
        }
    }
    return all;
}

START_TEST(neurons_with_any_receptors_are_those_of_quadruple_precision)
{
    uint64_t state = 5;
    size_t spikes = 0;
    const uint64_t trials = trial_environment("SALTUS_CURRENT_TRIALS", 20);
    for (uint64_t i = 0; i < trials; i++) {
        saltus_population_spec spec = random_neuron(&state);
        random_receptors(&state, &spec);
        const arrivals all = random_arrivals(&state, &spec, 60);
        spikes += check_neuron(&spec, &all, 60, 1e-8);
    }
    ck_assert_uint_gt(spikes, 60);
}
END_TEST

/* ---- The equation as it is written -------------------------------------------------------------
 */

/* V, u and one current; Runge-Kutta of order 4 in steps so short that 1e-12 mV is left. */
typedef struct written {
    bool simple;
    long double tau_ms, x[3];
} written;

#define STEP_MS 1e-4L

static void slopes(const written *w, const long double *x, long double *d)
{
    if (w->simple) {
        d[0] = 0.04L * x[0] * x[0] + 5 * x[0] + 140 - x[1] + x[2];
        d[1] = 0.02L * (0.2L * x[0] - x[1]);
    } else {
        d[0] = (-30 * (x[0] + 70.6L) + 60 * expl((x[0] + 50.4L) / 2) - x[1] + x[2]) / 281;
        d[1] = (4 * (x[0] + 70.6L) - x[1]) / 144;
    }
    d[2] = -x[2] / w->tau_ms;
}

static void go(written *w, long double ms)
{
    static const long double part[] = {0.5L, 0.5L, 1};
    long double d[4][3];
    long double x[3];
    slopes(w, w->x, d[0]);
    for (int k = 0; k < 3; k++) {
        for (int i = 0; i < 3; i++) {
            x[i] = w->x[i] + ms * part[k] * d[k][i];
        }
        slopes(w, x, d[k + 1]);
    }
    for (int i = 0; i < 3; i++) {
        w->x[i] += ms / 6 * (d[0][i] + 2 * d[1][i] + 2 * d[2][i] + d[3][i]);
    }
}

/* The first spike, or -1 if there is none before `end_ms`. */
static long double first_spike(written *w, const arrivals *all, long double peak, double end_ms)
{
    size_t next = 0;
    for (int64_t k = 0; (double)k * (double)STEP_MS < end_ms; k++) {
        while (next < all->count && (int64_t)rint(all->ms[next] / (double)STEP_MS) == k) {
            w->x[2] += (long double)all->weight_pA[next++];
        }
        written after = *w;
        go(&after, STEP_MS);
        if (after.x[0] >= peak) {
            long double low = 0;
            long double high = STEP_MS;
            for (int i = 0; i < 60; i++) {
                after = *w;
                go(&after, (low + high) / 2);
                *(after.x[0] >= peak ? &high : &low) = (low + high) / 2;
            }
            return (long double)k * STEP_MS + high;
        }
        *w = after;
    }
    return -1;
}

static void check_written(bool simple, double tau_ms, double weight_pA)
{
    arrivals all = {0};
    const double peak = simple ? 30 : -40; /* beyond it the upswing is too fast for the step */
    push(&all, 1, 0, -weight_pA / 2);
    push(&all, 3.5, 0, weight_pA);
    push(&all, 4.25, 0, weight_pA / 3);
    saltus_experiment *e = flow_begin(30);
    saltus_population_spec spec =
        flow_spec("N", simple ? SALTUS_MODEL_IZHIKEVICH_EXP : SALTUS_MODEL_ADEX_EXP);
    flow_set(&spec, "v_peak", peak);
    spec.receptors[0].tau_ms = tau_ms;
    add_arrivals(e, flow_add(e, &spec), 1, &all);
    trial_result result = flow_run(e, NULL);
    const long double v = simple ? -65 : -70.6L;
    written w = {.simple = simple, .tau_ms = tau_ms, .x = {v, simple ? 0.2L * v : 0}};
    const double ms = (double)first_spike(&w, &all, peak, 30);
    if (ms < 0) {
        ck_assert_uint_eq(result.spike_count, 0);
        ck_assert_double_eq_tol(result.potentials_mV[0], (double)w.x[0], 1e-9);
    } else {
        ck_assert_uint_ge(result.spike_count, 1);
        ck_assert_double_eq_tol(result.spikes[0].time_ms, ms, 1e-9);
    }
    trial_clear(&result);
    saltus_experiment_destroy(e);
}

START_TEST(the_equation_is_integrated_as_it_is_written)
{
    check_written(true, 2, 4);
    check_written(true, 2, 40);
    check_written(true, 0.1, 200);
    check_written(false, 5, 300);
    check_written(false, 5, 3000);
    check_written(false, 281.0 / 30, 2000);
}
END_TEST

/* ---- Special arrivals --------------------------------------------------------------------------
 */

/* Inhibition alone, and the spike that follows when it is over. */
START_TEST(a_neuron_fires_on_the_rebound_from_an_inhibitory_current)
{
    saltus_population_spec spec = flow_spec("N", SALTUS_MODEL_IZHIKEVICH_EXP);
    flow_set(&spec, "a", 0.03);
    flow_set(&spec, "b", 0.25);
    flow_set(&spec, "c", -60);
    flow_set(&spec, "d", 4);
    spec.v_init_mV = saltus_constant(-64);
    spec.receptors[0].tau_ms = 4;
    arrivals all = {0};
    push(&all, 20, 0, -40);
    ck_assert_uint_eq(check_neuron(&spec, &all, 20, 1e-9), 0);
    ck_assert_uint_ge(check_neuron(&spec, &all, 100, 1e-9), 1);
}
END_TEST

/* What arrives while V is held is in the current when it is let go. */
START_TEST(currents_take_arrivals_and_decay_while_v_is_held)
{
    saltus_population_spec spec = flow_spec("N", SALTUS_MODEL_ADEX_EXP);
    flow_set(&spec, "t_ref", 5);
    spec.v_init_mV = saltus_constant(10); /* fires at 0 ms */
    spec.receptors[0].tau_ms = 4;
    arrivals all = {0};
    push(&all, 2, 0, 8000);
    ck_assert_uint_eq(check_neuron(&spec, &all, 5, 1e-9), 1);
    ck_assert_uint_eq(check_neuron(&spec, &all, 30, 1e-9), 2);
    all.weight_pA[0] = 3500;
    ck_assert_uint_eq(check_neuron(&spec, &all, 30, 1e-9), 1);
}
END_TEST

/* Arrivals of weight 0 cut every leg: spikes move by no more than rounding. */
START_TEST(spikes_do_not_depend_on_where_one_looks)
{
    uint64_t state = 17;
    size_t spikes = 0;
    for (int i = 0; i < 6; i++) {
        saltus_population_spec spec = random_neuron(&state);
        random_receptors(&state, &spec);
        const arrivals all = random_arrivals(&state, &spec, 60);
        saltus_experiment *e = flow_begin(60);
        add_arrivals(e, flow_add(e, &spec), spec.receptor_count, &all);
        trial_result whole = flow_run(e, NULL);
        saltus_error error = {0};
        saltus_input_spec looks = saltus_input_spec_default();
        looks.name = "looks";
        looks.type = SALTUS_INPUT_PERIODIC;
        looks.weight_pA = 0;
        looks.interval_ms = 0.217;
        flow_must(saltus_experiment_add_input(e, &looks, NULL, &error), &error);
        trial_result cut = flow_run(e, NULL);
        ck_assert_uint_eq(whole.spike_count, cut.spike_count);
        for (size_t k = 0; k < whole.spike_count; k++) {
            ck_assert_double_eq_tol(whole.spikes[k].time_ms, cut.spikes[k].time_ms, 1e-9);
        }
        spikes += whole.spike_count;
        trial_clear(&whole);
        trial_clear(&cut);
        saltus_experiment_destroy(e);
    }
    ck_assert_uint_gt(spikes, 10);
}
END_TEST

/* Nothing but the current is fast, by thirteen orders of magnitude: V moves by its charge. */
START_TEST(the_fastest_current_into_the_slowest_neuron_brings_its_charge)
{
    saltus_population_spec spec = flow_spec("N", SALTUS_MODEL_ADEX_EXP);
    flow_set(&spec, "c_m", 1e9);
    flow_set(&spec, "g_l", 0);
    flow_set(&spec, "a", 0);
    flow_set(&spec, "tau_w", 4.5e7);
    spec.receptors[0].tau_ms = 1e-6;
    arrivals all = {0};
    push(&all, 1, 0, 1e9);
    saltus_experiment *e = flow_begin(10);
    add_arrivals(e, flow_add(e, &spec), 1, &all);
    trial_result result = flow_run(e, NULL);
    ck_assert_double_eq_tol(result.potentials_mV[0], -70.6 + 1e-6, 1e-12);
    trial_clear(&result);
    saltus_experiment_destroy(e);
}
END_TEST

/* ---- Clocks ------------------------------------------------------------------------------------
 */

/* Two neurons whose receptors have arrivals at multiples of 0.5 ms. */
static saltus_experiment *on_the_grid(double weight)
{
    saltus_experiment *e = flow_begin(40);
    arrivals all = {0};
    for (int i = 0; i < 12; i++) {
        push(&all, 2 + 1.5 * i, (uint32_t)(i % 3 == 2), (i % 3 == 2 ? -1 : 1) * weight);
    }
    for (uint32_t p = 0; p < 2; p++) {
        saltus_population_spec spec = flow_spec(
            p == 0 ? "Z" : "X", p == 0 ? SALTUS_MODEL_IZHIKEVICH_EXP : SALTUS_MODEL_ADEX_EXP);
        spec.receptor_count = 2;
        spec.receptors[0] = (saltus_receptor){.name = "ex", .tau_ms = 2};
        spec.receptors[1] = (saltus_receptor){.name = "in", .tau_ms = 1.5, .tau_rise_ms = 0.5};
        arrivals own = all;
        for (size_t i = 0; i < own.count; i++) {
            own.weight_pA[i] *= p == 0 ? 1 : 150;
        }
        add_arrivals(e, flow_add(e, &spec), 2, &own);
    }
    return e;
}

static double worst_spike(const saltus_experiment *e, const trial_result *exact, const char *engine)
{
    double worst = 0;
    trial_result clock = flow_run(e, engine);
    ck_assert_uint_eq(clock.spike_count, exact->spike_count);
    for (uint32_t p = 0; p < 2; p++) {
        size_t k = 0;
        for (size_t i = 0; i < exact->spike_count; i++) {
            if (exact->spikes[i].population == p) {
                while (clock.spikes[k].population != p) {
                    k++;
                }
                worst = fmax(worst, fabs(clock.spikes[k++].time_ms - exact->spikes[i].time_ms));
            }
        }
    }
    trial_clear(&clock);
    return worst;
}

START_TEST(currents_on_the_grid_decay_exactly_and_clocks_converge)
{
    saltus_experiment *e = on_the_grid(4);
    trial_result exact = flow_run(e, NULL);
    trial_result grid = flow_run(e, "grid@0.5ms");
    trial_result euler = flow_run(e, "euler@0.5ms");
    ck_assert_uint_eq(exact.spike_count, 0);
    for (uint32_t p = 0; p < 2; p++) {
        ck_assert_double_eq_tol(grid.potentials_mV[p], exact.potentials_mV[p], 1e-10);
        ck_assert(fabs(euler.potentials_mV[p] - exact.potentials_mV[p]) > 1e-6);
    }
    trial_clear(&exact);
    trial_clear(&grid);
    trial_clear(&euler);
    saltus_experiment_destroy(e);

    e = on_the_grid(30);
    exact = flow_run(e, NULL);
    ck_assert_uint_ge(exact.spike_count, 4);
    static const char *const clocks[][2] = {{"grid@0.1ms", "grid@0.01ms"},
                                            {"euler@0.01ms", "euler@0.002ms"}};
    for (int i = 0; i < 2; i++) {
        const double coarse = worst_spike(e, &exact, clocks[i][0]);
        const double fine = worst_spike(e, &exact, clocks[i][1]);
        ck_assert_msg(fine < coarse / 3 && fine > 0, "%g and %g ms", coarse, fine);
    }
    trial_clear(&exact);
    saltus_experiment_destroy(e);
}
END_TEST

/* Beyond the shortest time constant a current would change its sign in each step. */
START_TEST(euler_takes_no_step_beyond_the_shortest_time_constant)
{
    saltus_experiment *e = on_the_grid(4);
    saltus_network *network = flow_build(e);
    saltus_error error = {0};
    saltus_simulation *simulation = NULL;
    saltus_simulation_options options = saltus_simulation_options_default();
    flow_must(saltus_engine_parse("euler@0.5ms", &options, &error), &error);
    flow_must(saltus_simulation_create(network, &options, &simulation, &error), &error);
    saltus_simulation_destroy(simulation);
    simulation = NULL;
    flow_must(saltus_engine_parse("euler@0.51ms", &options, &error), &error);
    ck_assert_int_eq(saltus_simulation_create(network, &options, &simulation, &error),
                     SALTUS_E_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "at most the shortest time constant, 0.5 ms"));
    saltus_network_destroy(network);
    saltus_experiment_destroy(e);
}
END_TEST

/* ---- What is refused, what ends ----------------------------------------------------------------
 */

static void refused_input(const saltus_experiment *e, saltus_input_spec input, const char *message)
{
    saltus_error error = {0};
    input.name = "input";
    ck_assert_int_eq(saltus_experiment_add_input((saltus_experiment *)e, &input, NULL, &error),
                     SALTUS_E_EXPERIMENT);
    ck_assert_msg(strstr(error.message, message) != NULL, "%s", error.message);
}

START_TEST(what_is_not_allowed_is_refused)
{
    saltus_error error = {0};
    saltus_experiment *e = flow_begin(1);
    saltus_population_spec spec = flow_spec("X", SALTUS_MODEL_ADEX_EXP);
    spec.receptors[0].tau_ms = 0;
    ck_assert_int_eq(saltus_experiment_add_population(e, &spec, NULL, &error), SALTUS_E_EXPERIMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "found 0 ms; 1e-6 ms to 4.5e7 ms is allowed"));
    spec.receptors[0].tau_ms = 2;
    spec.receptor_count = 5;
    ck_assert_int_eq(saltus_experiment_add_population(e, &spec, NULL, &error), SALTUS_E_EXPERIMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "found 5 receptors; 1 to 4 are allowed"));
    spec.receptor_count = 1;
    flow_add(e, &spec);
    saltus_input_spec input = saltus_input_spec_default();
    input.rate_Hz = 10;
    input.weight_mV = 1;
    refused_input(e, input, "a weight in mV is given; 'X' is a population of adex_exp");
    input = saltus_input_spec_default();
    input.rate_Hz = 10;
    input.weight_pA = 2e9;
    refused_input(e, input, "the current is 2000000000 pA; at most 1e9 pA is allowed");
    input.weight_pA = 1e9;
    input.receptor = 1;
    refused_input(e, input, "there is no receptor 1; 'X' has receptors 0 to 0");
    const uint64_t hash = saltus_experiment_hash(e);
    saltus_experiment_destroy(e);
    e = flow_begin(1);
    spec.receptors[0].tau_ms = 3;
    flow_add(e, &spec);
    ck_assert_uint_ne(hash, saltus_experiment_hash(e));
    saltus_experiment_destroy(e);
}
END_TEST

/* Absurd currents into neurons for which they are more absurd still: time goes on, V is a number.
 */
START_TEST(every_run_ends)
{
    static const double taus_ms[] = {1e-6, 1, 4.5e7};
    static const double leaks[] = {0, 1e-3, 10};
    for (int i = 0; i < 36; i++) {
        saltus_experiment *e = flow_begin(20);
        saltus_population_spec spec =
            flow_spec("N", i % 2 == 0 ? SALTUS_MODEL_IZHIKEVICH_EXP : SALTUS_MODEL_ADEX_EXP);
        flow_set(&spec, "t_ref", 0.5);
        spec.receptors[0].tau_ms = taus_ms[i / 12];
        if (i % 2 == 1) {
            flow_set(&spec, "c_m", 1e-3);
            flow_set(&spec, "g_l", leaks[i % 3]);
            flow_set(&spec, "a", 0);
            flow_set(&spec, "tau_w", 4.5e7);
            flow_set(&spec, "delta_t", 1e-3);
            flow_set(&spec, "v_peak", -50.3);
        }
        arrivals all = {0};
        const double weight = i / 2 % 2 == 0 ? 1e9 : -1e9;
        push(&all, 1, 0, weight);
        push(&all, 1, 0, weight);
        push(&all, 3, 0, 1e-30);
        push(&all, 5, 0, -weight);
        add_arrivals(e, flow_add(e, &spec), 1, &all);
        trial_result result = flow_run(e, NULL);
        ck_assert(weight < 0 || result.spike_count > 0);
        ck_assert(result.potentials_mV[0] >= -1e9 && result.potentials_mV[0] <= 1e6);
        trial_clear(&result);
        saltus_experiment_destroy(e);
    }
}
END_TEST

int main(int count, char **arguments)
{
    (void)count;
    suite_wait_without_spinning(arguments);
    const TTest *const tests[] = {neurons_with_any_receptors_are_those_of_quadruple_precision,
                                  the_equation_is_integrated_as_it_is_written,
                                  a_neuron_fires_on_the_rebound_from_an_inhibitory_current,
                                  currents_take_arrivals_and_decay_while_v_is_held,
                                  spikes_do_not_depend_on_where_one_looks,
                                  the_fastest_current_into_the_slowest_neuron_brings_its_charge,
                                  currents_on_the_grid_decay_exactly_and_clocks_converge,
                                  euler_takes_no_step_beyond_the_shortest_time_constant,
                                  what_is_not_allowed_is_refused,
                                  every_run_ends};
    return SUITE_RUN("flow_currents", tests);
}
