/* test_flow_networks - neurons with a flow among others: small networks against quadruple
 * precision, the same bits however a run is run, clocks, what is refused, and that every run ends.
 */
#include <math.h>
#include <quadmath.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exactness/flow_reference.h"
#include "exactness/flow_scene.h"
#include "support/suite.h"
#include "support/trial.h"

/* ---- Networks -------------------------------------------------------------------------------- */

enum { CELLS = 8, WITH_RECEPTORS = 6, MOST = 4000 };

typedef struct arriving {
    int64_t time;
    uint32_t target;
    double weight;
    uint32_t receptor;
} arriving;

/* Cells a to f take jumps of V; g and h have currents for excitation and inhibition. */
static const saltus_model cell_models[CELLS] = {SALTUS_MODEL_QIF,
                                                SALTUS_MODEL_IZHIKEVICH,
                                                SALTUS_MODEL_ADEX,
                                                SALTUS_MODEL_QIF,
                                                SALTUS_MODEL_IZHIKEVICH,
                                                SALTUS_MODEL_ADEX,
                                                SALTUS_MODEL_IZHIKEVICH_EXP,
                                                SALTUS_MODEL_ADEX_EXP};

static saltus_population_spec random_cell(uint64_t *state, uint32_t i)
{
    static const char *const names[CELLS] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    saltus_population_spec spec = flow_spec(names[i], cell_models[i]);
    spec.receptor_count = 2;
    spec.receptors[0] = (saltus_receptor){.name = "ex", .tau_ms = 3};
    spec.receptors[1] = (saltus_receptor){.name = "in", .tau_ms = 8, .tau_rise_ms = i % 2};
    if (spec.model == SALTUS_MODEL_QIF) {
        flow_set(&spec, "v_reset", -10);
        if (trial_random_below(state, 2) == 0) {
            flow_set(&spec, "v_th", trial_random_in(state, -5, 20));
        }
        spec.i_e_pA = saltus_constant(trial_random_in(state, -4, 30));
        return spec;
    }
    const bool adex = spec.model == SALTUS_MODEL_ADEX || spec.model == SALTUS_MODEL_ADEX_EXP;
    spec.i_e_pA =
        saltus_constant(adex ? trial_random_in(state, 0, 1500) : trial_random_in(state, -5, 15));
    flow_set(&spec, "t_ref", trial_random_below(state, 2) * 1.5);
    return spec;
}

/* Populations of one neuron each, all joined with weights and delays of their own. */
static saltus_experiment *random_network(uint64_t *state, saltus_population_spec spec[CELLS],
                                         double weight[CELLS][CELLS], double delay[CELLS][CELLS])
{
    saltus_error error = {0};
    saltus_experiment *e = flow_begin(100);
    for (uint32_t i = 0; i < CELLS; i++) {
        spec[i] = random_cell(state, i);
        flow_add(e, &spec[i]);
    }
    for (uint32_t i = 0; i < CELLS; i++) {
        for (uint32_t k = 0; k < CELLS; k++) {
            const bool inhibits = i % 2 == 1;
            weight[i][k] = trial_random_in(state, 0, 8) * (inhibits ? -1 : 1);
            weight[i][k] *= trial_random_below(state, 30) == 0 ? 1e5 : 1;
            delay[i][k] = 1 + trial_random_below(state, 5) * 0.25;
            saltus_projection_spec p = saltus_projection_spec_default();
            p.source = i;
            p.target = k;
            if (k < WITH_RECEPTORS) {
                p.weight_mV = saltus_constant(weight[i][k]);
            } else {
                weight[i][k] = fmax(weight[i][k], -20) * (k % 2 == 1 ? 60 : 0.3);
                weight[i][k] = fmin(weight[i][k], 3000);
                p.weight_pA = saltus_constant(weight[i][k]);
                p.receptor = inhibits;
            }
            p.delay_ms = saltus_constant(delay[i][k]);
            flow_must(saltus_experiment_add_projection(e, &p, NULL, &error), &error);
        }
    }
    return e;
}

static int by_time(const void *a, const void *b)
{
    const arriving *x = a;
    const arriving *y = b;
    if (x->time != y->time) {
        return x->time < y->time ? -1 : 1;
    }
    return (x->target > y->target) - (x->target < y->target);
}

/* The network by hand: the next thing in time, again and again. */
static size_t by_hand(const saltus_network *network, const saltus_population_spec spec[CELLS],
                      double weight[CELLS][CELLS], double delay[CELLS][CELLS], int64_t end,
                      arriving *spikes)
{
    static arriving flying[MOST * CELLS];
    flow_reference cell[CELLS];
    size_t count = 0;
    size_t flies = 0;
    for (uint32_t i = 0; i < CELLS; i++) {
        cell[i] = reference_begin(&network->populations[i], 0);
        if (i >= WITH_RECEPTORS) {
            reference_receptors(&cell[i], &spec[i]);
        }
    }
    const int64_t window = (int64_t)1e11; /* no delay is shorter */
    for (int64_t from = 0; from < end; from += window) {
        const size_t before = count;
        qsort(flying, flies, sizeof flying[0], by_time);
        for (uint32_t i = 0; i < CELLS; i++) {
            size_t next = 0;
            for (;;) {
                while (next < flies && (flying[next].target != i || flying[next].time < from)) {
                    next++;
                }
                const int64_t stop = from + window - 1;
                const bool arrives = next < flies && flying[next].time <= stop;
                const int64_t until = arrives ? flying[next].time : stop;
                const int64_t fired = reference_go(&cell[i], until);
                bool fires = fired >= 0;
                /* a neuron that fires at the time of an arrival takes none of that time, but for
                   its currents, after the spike */
                if (!fires && arrives && i >= WITH_RECEPTORS) {
                    const arriving *one = &flying[next++];
                    reference_receive(&cell[i], one->receptor, one->weight);
                } else if (!fires && arrives) {
                    double sum = 0;
                    while (next < flies && flying[next].time == until && flying[next].target == i) {
                        sum += flying[next++].weight;
                    }
                    fires = reference_arrival(&cell[i], sum);
                } else if (fires && arrives && fired == until && i < WITH_RECEPTORS) {
                    while (next < flies && flying[next].time == until && flying[next].target == i) {
                        next++;
                    }
                }
                if (fires) {
                    ck_assert_uint_lt(count, MOST);
                    spikes[count++] = (arriving){.time = cell[i].at, .target = i};
                } else if (!arrives) {
                    break;
                }
            }
        }
        for (size_t s = before; s < count; s++) {
            const uint32_t source = spikes[s].target;
            for (uint32_t k = 0; k < CELLS; k++) {
                const int64_t takes = (int64_t)(delay[source][k] * 1e11 + 0.5);
                flying[flies++] =
                    (arriving){spikes[s].time + takes, k, weight[source][k], source % 2};
            }
        }
    }
    qsort(spikes, count, sizeof spikes[0], by_time);
    return count;
}

/* Those of one neuron: a tick may change the order of two. Ticks of arrivals grow from spike to
 * spike. */
static void compare(const trial_result *result, uint32_t p, const arriving *expected, size_t count)
{
    size_t next = 0;
    for (size_t k = 0; k < count; k++) {
        if (expected[k].target != p) {
            continue;
        }
        while (next < count && result->spikes[next].population != p) {
            next++;
        }
        ck_assert_uint_lt(next, count);
        const double ms = result->spikes[next++].time_ms;
        ck_assert_msg(fabs(ms - (double)expected[k].time * TICK_MS) < 1e-6,
                      "spike %zu of %u: %.12f, not %.12f", k, p, ms,
                      (double)expected[k].time * TICK_MS);
    }
}

START_TEST(small_networks_are_those_of_quadruple_precision)
{
    static arriving expected[MOST];
    uint64_t state = 11;
    size_t all = 0;
    const uint64_t trials = trial_environment("SALTUS_CURRENT_TRIALS", 20);
    for (uint64_t i = 0; i < (trials < 20 ? 2 : 5); i++) {
        double weight[CELLS][CELLS];
        double delay[CELLS][CELLS];
        saltus_population_spec spec[CELLS];
        saltus_experiment *e = random_network(&state, spec, weight, delay);
        saltus_network *network = flow_build(e);
        trial_result result = flow_run(e, NULL);
        const size_t count = by_hand(network, spec, weight, delay, (int64_t)100e11, expected);
        ck_assert_uint_eq(result.spike_count, count);
        for (uint32_t p = 0; p < CELLS; p++) {
            compare(&result, p, expected, count);
        }
        all += count;
        trial_clear(&result);
        saltus_network_destroy(network);
        saltus_experiment_destroy(e);
    }
    ck_assert_uint_gt(all, 100);
}
END_TEST

/* ---- The same bits --------------------------------------------------------------------------- */

enum { CROWDS = 5 };

/* Q, Z and X take jumps of V; W and Y have a receptor for each sign. */
static void add_crowds(saltus_experiment *e)
{
    saltus_population_spec q = flow_spec("Q", SALTUS_MODEL_QIF);
    q.size = 500;
    q.i_e_pA = saltus_uniform(-3, 2);
    q.v_init_mV = saltus_uniform(-5, 1);
    flow_set(&q, "v_reset", -10);
    flow_set(&q, "t_ref", 1);
    saltus_population_spec z = flow_spec("Z", SALTUS_MODEL_IZHIKEVICH);
    z.size = 1100;
    z.i_e_pA = saltus_uniform(-2, 8);
    z.u_init_pA = saltus_uniform(-16, -10);
    saltus_population_spec x = flow_spec("X", SALTUS_MODEL_ADEX);
    x.size = 200;
    flow_set(&x, "t_ref", 2);
    x.i_e_pA = saltus_normal(500, 100);
    saltus_population_spec w = flow_spec("W", SALTUS_MODEL_IZHIKEVICH_EXP);
    w.size = 150;
    w.receptor_count = 2;
    w.receptors[0] = (saltus_receptor){.name = "ex", .tau_ms = 2};
    w.receptors[1] = (saltus_receptor){.name = "in", .tau_ms = 9, .tau_rise_ms = 0.7};
    saltus_population_spec y = w;
    y.name = "Y";
    y.size = 1200;
    y.model = SALTUS_MODEL_ADEX_EXP;
    flow_set(&w, "t_ref", 1);
    y.i_e_pA = saltus_uniform(200, 500);
    flow_add(e, &q);
    flow_add(e, &z);
    flow_add(e, &x);
    flow_add(e, &w);
    flow_add(e, &y);
}

/* What 1 mV is worth in the weights of a population. */
static double worth(uint32_t population)
{
    static const double of[CROWDS] = {0.1, 1, 1, 0.5, 140};
    return of[population];
}

static void join_crowds(saltus_experiment *e, uint32_t i, uint32_t k)
{
    saltus_error error = {0};
    saltus_projection_spec p = saltus_projection_spec_default();
    const double weight = (i == 2 ? -1.5 : 0.8) * worth(k);
    p.source = i;
    p.target = k;
    p.rule = SALTUS_RULE_FIXED_OUTDEGREE;
    p.count = 20;
    *(k < 3 ? &p.weight_mV : &p.weight_pA) = saltus_constant(weight);
    p.receptor = k >= 3 && i == 2;
    p.delay_ms = i == 1 ? saltus_uniform(0.5, 3) : saltus_constant(1.1);
    if (i == 0) {
        p.plasticity.rule = "stdp";
        flow_must(saltus_plasticity_set(&p.plasticity, "w_max", 2 * weight, &error), &error);
    }
    flow_must(saltus_experiment_add_projection(e, &p, NULL, &error), &error);
}

/* Some 3,000 neurons of all models with random input and plastic synapses. */
static saltus_experiment *crowd(void)
{
    saltus_error error = {0};
    saltus_experiment *e = flow_begin(24);
    add_crowds(e);
    for (uint32_t i = 0; i < CROWDS; i++) {
        static const char *const names[CROWDS] = {"in_q", "in_z", "in_x", "in_w", "in_y"};
        saltus_input_spec input = saltus_input_spec_default();
        input.name = names[i];
        input.population = i;
        input.rate_Hz = 200;
        *(i < 3 ? &input.weight_mV : &input.weight_pA) = 2 * worth(i);
        flow_must(saltus_experiment_add_input(e, &input, NULL, &error), &error);
        flow_must(saltus_experiment_record_potential(e, i, 0, 150, 0.5, 1.7, INFINITY, &error),
                  &error);
        for (uint32_t k = 0; k < CROWDS; k++) {
            join_crowds(e, i, k);
        }
    }
    return e;
}

static void check_same(const trial_result *a, const trial_result *b)
{
    char why[300];
    ck_assert_msg(trial_same_bits(a, b, why, sizeof why), "%s", why);
    ck_assert_msg(trial_same_counts(a, b, false, why, sizeof why), "%s", why);
}

START_TEST(bits_are_the_same_over_threads_blocks_schedulers_cuts_and_checkpoints)
{
    static const double cuts[] = {0.3, 7.77, 10, 13.123456789, 23};
    static const char *const engines[] = {"event", "grid@0.5ms", "euler@0.5ms"};
    saltus_experiment *e = crowd();
    for (size_t k = 0; k < 3; k++) {
        const trial_setup plain = {.engine = engines[k], .samples = true};
        trial_result one = flow_run_with(e, plain);
        ck_assert_uint_gt(one.spike_count, 200);
        trial_setup other = plain;
        other.threads = 3;
        other.block_neurons = 1024;
        other.scheduler = saltus_scheduler_name(1);
        other.cuts_ms = cuts;
        other.cut_count = 5;
        trial_result two = flow_run_with(e, other);
        check_same(&one, &two);
        trial_result three;
        char path[] = "/tmp/saltus_flow_XXXXXX";
        const int file = mkstemp(path);
        ck_assert_int_ge(file, 0);
        other.spikes = true;
        ck_assert(trial_run_relay(e, &other, path, &three));
        check_same(&one, &three);
        close(file);
        unlink(path);
        trial_clear(&one);
        trial_clear(&two);
        trial_clear(&three);
    }
    saltus_experiment_destroy(e);
}
END_TEST

/* ---- Clocks ---------------------------------------------------------------------------------- */

/* How far the first spikes of the tonic pattern are from those of the event engine. */
static double error_of(const char *engine)
{
    saltus_experiment *e = flow_begin(100);
    saltus_population_spec spec = flow_spec("Z", SALTUS_MODEL_IZHIKEVICH);
    spec.i_e_pA = saltus_constant(14);
    flow_add(e, &spec);
    spec = flow_spec("Q", SALTUS_MODEL_QIF);
    spec.i_e_pA = saltus_constant(4);
    flow_set(&spec, "v_reset", -20);
    flow_add(e, &spec);
    flow_add_adex(e, &flow_adex_patterns[0]);
    trial_result exact = flow_run(e, NULL);
    trial_result clock = flow_run(e, engine);
    double worst = 0;
    for (uint32_t p = 0; p < 3; p++) {
        size_t i = 0;
        size_t k = 0;
        for (int n = 0; n < 3; n++, i++, k++) {
            while (exact.spikes[i].population != p) {
                i++;
            }
            while (clock.spikes[k].population != p) {
                k++;
            }
            worst = fmax(worst, fabs(exact.spikes[i].time_ms - clock.spikes[k].time_ms));
        }
    }
    trial_clear(&exact);
    trial_clear(&clock);
    saltus_experiment_destroy(e);
    return worst;
}

START_TEST(clocks_converge_with_their_step)
{
    ck_assert(error_of("grid@0.1ms") <= 0.4);
    ck_assert(error_of("grid@0.01ms") <= 0.04);
    const double coarse = error_of("euler@0.01ms");
    const double fine = error_of("euler@0.002ms");
    ck_assert_msg(fine < coarse / 3 && fine > 0, "%g and %g ms", coarse, fine);
}
END_TEST

/* ---- What is refused, what ends -------------------------------------------------------------- */

static void refused(saltus_population_spec spec, const char *message)
{
    saltus_error error = {0};
    saltus_experiment *e = flow_begin(1);
    ck_assert_int_eq(saltus_experiment_add_population(e, &spec, NULL, &error), SALTUS_E_EXPERIMENT);
    ck_assert_msg(strstr(error.message, message) != NULL, "%s", error.message);
    saltus_experiment_destroy(e);
}

START_TEST(what_is_not_allowed_is_refused)
{
    saltus_error error = {0};
    saltus_population_spec spec = flow_spec("Z", SALTUS_MODEL_IZHIKEVICH);
    ck_assert_int_eq(saltus_population_set(&spec, "aa", 1, &error), SALTUS_E_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "izhikevich has no parameter 'aa'"));
    ck_assert_int_eq(saltus_population_set(&spec, "t_ref", -1, &error), SALTUS_E_ARGUMENT);
    flow_set(&spec, "c", 30);
    refused(spec, "c must be below v_peak");
    spec = flow_spec("Z", SALTUS_MODEL_IZHIKEVICH);
    spec.flow_value[0] = 1e9;
    refused(spec, "found 1000000000; -1000 to 1000 is allowed");
    spec = flow_spec("Z", SALTUS_MODEL_IZHIKEVICH);
    spec.i_e_pA = saltus_constant(1e7);
    refused(spec, "values from 10000000 to 10000000 pA are possible; -1e6 to 1e6 pA");
    spec = flow_spec("X", SALTUS_MODEL_ADEX);
    flow_set(&spec, "delta_t", 0.1);
    refused(spec, "v_peak may be at most 200 delta_t above v_t");
    spec = flow_spec("Q", SALTUS_MODEL_QIF);
    flow_set(&spec, "v_th", -100);
    refused(spec, "v_reset must be below v_th");

    saltus_experiment *e = flow_begin(1);
    spec = flow_spec("Q", SALTUS_MODEL_QIF);
    flow_add(e, &spec);
    static const double times[] = {0, 1};
    saltus_input_spec input = saltus_input_spec_default();
    input.name = "ramp";
    input.type = SALTUS_INPUT_CURRENT;
    input.current_times_ms = times;
    input.current_values_pA = times;
    input.current_count = 2;
    input.interpolation = SALTUS_INTERPOLATION_RAMPS;
    ck_assert_int_eq(saltus_experiment_add_input(e, &input, NULL, &error), SALTUS_E_EXPERIMENT);
    saltus_network *network = flow_build(e);
    static const saltus_engine others[] = {SALTUS_ENGINE_INTERPOLATED, SALTUS_ENGINE_OFFGRID};
    for (int i = 0; i < 2; i++) {
        saltus_simulation *simulation = NULL;
        saltus_simulation_options options = saltus_simulation_options_default();
        options.engine = others[i];
        options.step_ms = 0.1;
        ck_assert_int_eq(saltus_simulation_create(network, &options, &simulation, &error),
                         SALTUS_E_ARGUMENT);
        ck_assert_ptr_nonnull(strstr(error.message, "population Q is of model qif, which engine"));
    }
    saltus_network_destroy(network);
    saltus_experiment_destroy(e);
}
END_TEST

/* Absurd weights, neurons at rest, neurons that run away: time goes on. */
START_TEST(every_run_ends)
{
    for (double weight = -1e12; weight <= 1e12; weight += 1e12) {
        saltus_experiment *e = flow_begin(2000);
        saltus_population_spec spec = flow_spec("Z", SALTUS_MODEL_IZHIKEVICH);
        flow_add_looks(e, flow_add(e, &spec), 1000);
        spec = flow_spec("still", SALTUS_MODEL_IZHIKEVICH);
        flow_set(&spec, "a", 1);
        flow_add(e, &spec);
        spec = flow_spec("away", SALTUS_MODEL_IZHIKEVICH);
        flow_set(&spec, "a", -0.02);
        flow_set(&spec, "b", -1);
        spec.u_init_pA = saltus_constant(100);
        flow_add(e, &spec);
        spec = flow_spec("X", SALTUS_MODEL_ADEX);
        flow_set(&spec, "v_peak", 300);
        flow_set(&spec, "a", 0); /* or w would remember a V of -1e9 mV for millions of spikes */
        spec.i_e_pA = saltus_constant(700);
        flow_add(e, &spec);
        spec = flow_spec("Q", SALTUS_MODEL_QIF);
        flow_add(e, &spec);
        for (uint32_t i = 0; i < 5; i++) {
            static const double ms[] = {10, 20};
            static const uint32_t onto[] = {0, 0};
            const double weights[] = {weight, weight};
            static const char *const names[] = {"i0", "i1", "i2", "i3", "i4"};
            saltus_error error = {0};
            saltus_input_spec input = saltus_input_spec_default();
            input.name = names[i];
            input.type = SALTUS_INPUT_ARRIVALS;
            input.population = i;
            input.arrival_times_ms = ms;
            input.arrival_targets = onto;
            input.arrival_weights_mV = weights;
            input.arrival_count = 2;
            flow_must(saltus_experiment_add_input(e, &input, NULL, &error), &error);
        }
        trial_result result = flow_run_with(e, (trial_setup){.end_ms = 100});
        for (uint32_t p = 0; p < 5; p++) {
            /* one spike for each large excitation */
            ck_assert_uint_ge(flow_spikes_in(&result, p, 10, 10.001), weight > 0);
            ck_assert_msg(isfinite(result.potentials_mV[p]), "%g mV: neuron %u is at %g", weight, p,
                          result.potentials_mV[p]);
        }
        trial_clear(&result);
        saltus_experiment_destroy(e);
    }
}
END_TEST

int main(int count, char **arguments)
{
    (void)count;
    suite_wait_without_spinning(arguments);
    const TTest *const tests[] = {
        small_networks_are_those_of_quadruple_precision,
        bits_are_the_same_over_threads_blocks_schedulers_cuts_and_checkpoints,
        clocks_converge_with_their_step, what_is_not_allowed_is_refused, every_run_ends};
    return SUITE_RUN("flow_networks", tests);
}
