/* test_clock_currents - neurons with synaptic currents on the grid: V at steps is that of the event
 * engine as long as arrivals lie on steps and nobody fires; spike times go to the event engine's
 * with the step; `euler` does too, V and spikes; engines that do not have such neurons say so. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "clock_fixture.h"
#include "support/suite.h"

static void must(saltus_status status, const saltus_error *error)
{
    ck_assert_msg(status == SALTUS_OK, "%s", error->message);
}

/* Receptors of all kinds: fast, with a rise, equal to the membrane, next to it. */
static saltus_population_spec cells(const char *name, uint32_t size, saltus_model model)
{
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = name;
    spec.size = size;
    spec.model = model;
    spec.tau_m_ms = 10;
    spec.t_ref_ms = 2;
    spec.receptor_count = 4;
    spec.receptors[0] = (saltus_receptor){.name = "fast", .tau_ms = 1.5};
    spec.receptors[1] = (saltus_receptor){
        .name = "rising", .tau_ms = 6, .tau_rise_ms = model == SALTUS_MODEL_LIF_ALPHA ? 0 : 2};
    spec.receptors[2] = (saltus_receptor){.name = "same", .tau_ms = 10};
    spec.receptors[3] = (saltus_receptor){.name = "next", .tau_ms = 10.02};
    /* models that adapt */
    spec.theta_plus_mV = model > SALTUS_MODEL_LIF_ALPHA ? 0.8 : 0;
    spec.tau_theta_ms = 80;
    spec.reset_by_subtraction = true;
    spec.reset_fraction = 0.3;
    spec.after_spike_count = 1;
    spec.after_spike[0] =
        (saltus_after_spike_current){.tau_ms = 60, .amplitude_pA = -15, .fraction = 0.5};
    spec.alpha[0].jump_mV = 5;
    spec.alpha[1].jump_mV = 0.5;
    return spec;
}

static void connect(saltus_experiment *e, uint32_t from, uint32_t to, uint32_t receptor,
                    double weight_pA, double delay_ms)
{
    saltus_error error = {0};
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = from;
    spec.target = to;
    spec.receptor = receptor;
    spec.rule = SALTUS_RULE_FIXED_INDEGREE;
    spec.count = 6;
    spec.weight_pA = saltus_constant(weight_pA);
    spec.delay_ms = saltus_constant(delay_ms);
    must(saltus_experiment_add_projection(e, &spec, NULL, &error), &error);
}

enum { SOURCES = 30, VOLLEYS = 10, SOURCE_SPIKES = SOURCES * VOLLEYS };

/* Each source once in each volley, which lasts 6 ms; at multiples of grid_ms. */
static uint32_t sources(saltus_experiment *e, double grid_ms, double every_ms)
{
    static double times_ms[SOURCE_SPIKES];
    static uint32_t neurons[SOURCE_SPIKES];
    uint64_t state = 3;
    for (uint32_t i = 0; i < SOURCE_SPIKES; i++) {
        const uint32_t volley = i / SOURCES, k = i % SOURCES;
        const double within_ms = 6 * (k + trial_random(&state)) / SOURCES;
        times_ms[i] = round((volley * every_ms + within_ms) / grid_ms) * grid_ms;
        neurons[i] = (k * 7 + volley) % SOURCES;
    }
    return fixture_spike_list(e, "S", SOURCES, times_ms, neurons, SOURCE_SPIKES);
}

/* ---- V at steps --------------------------------------------------------------------------------
 */

enum { CELLS = 12 };

static saltus_experiment *quiet(saltus_model model)
{
    saltus_experiment *e = fixture_experiment(200);
    saltus_population_spec spec = cells("N", CELLS, model);
    spec.v_th_mV = saltus_constant(1e6);
    spec.i_e_pA = saltus_constant(70);
    spec.v_init_mV = saltus_uniform(-10, 10);
    const uint32_t n = fixture_population(e, &spec);
    const uint32_t s = sources(e, 0.1, 10);
    static const double weights[] = {400, -300, 120, 200};
    for (uint32_t r = 0; r < 4; r++) {
        connect(e, s, n, r, weights[r], 0.5 + r);
    }
    return e;
}

/* The largest difference of V from the event engine's, at times on steps and between them. */
static double furthest(const saltus_experiment *e, const char *engine, double *largest)
{
    saltus_network *network = fixture_network(e);
    saltus_simulation *exact = fixture_simulation(network, "event");
    saltus_simulation *clock = fixture_simulation(network, engine);
    double by = 0;
    *largest = 0;
    for (int i = 1; i < 400; i++) {
        const double t = 0.5 * i; /* on every grid here */
        saltus_error error = {0};
        must(saltus_simulation_run_until(exact, t, &error), &error);
        must(saltus_simulation_run_until(clock, t, &error), &error);
        for (uint32_t n = 0; n < CELLS; n++) {
            const double v = saltus_simulation_potential_mV(exact, 0, n);
            by = fmax(by, fabs(saltus_simulation_potential_mV(clock, 0, n) - v));
            *largest = fmax(*largest, fabs(v));
        }
    }
    ck_assert_uint_eq(saltus_simulation_population_spikes(clock, 0), 0);
    saltus_simulation_destroy(exact);
    saltus_simulation_destroy(clock);
    saltus_network_destroy(network);
    return by;
}

START_TEST(v_at_steps_is_that_of_the_event_engine)
{
    static const saltus_model models[] = {SALTUS_MODEL_LIF_EXP, SALTUS_MODEL_LIF_ALPHA};
    static const double steps[] = {0.1, 0.05, 0.02};
    for (int m = 0; m < 2; m++) {
        saltus_experiment *e = quiet(models[m]);
        for (int i = 0; i < 3; i++) {
            double largest = 0;
            const double by = furthest(e, fixture_engine("grid", steps[i]), &largest);
            ck_assert_double_gt(largest, 10);
            ck_assert_double_lt(by, 2e-14 * largest * 10);
        }
        saltus_experiment_destroy(e);
    }
}
END_TEST

/* Half the step, half the error of V. */
START_TEST(euler_goes_to_the_closed_form_with_order_1)
{
    static const saltus_model models[] = {SALTUS_MODEL_LIF_EXP, SALTUS_MODEL_LIF_ALPHA};
    for (int m = 0; m < 2; m++) {
        saltus_experiment *e = quiet(models[m]);
        double before = 0;
        for (double h = 0.1; h > 0.01; h /= 2) {
            double largest = 0;
            const double by = furthest(e, fixture_engine("euler", h), &largest);
            ck_assert_double_lt(by, 0.2 * largest);
            if (before > 0) {
                ck_assert_double_gt(before / by, 1.8);
                ck_assert_double_lt(before / by, 2.2);
            }
            before = by;
        }
        saltus_experiment_destroy(e);
    }
}
END_TEST

/* ---- Spike times -------------------------------------------------------------------------------
 */

/* Forward only, S onto N onto O: each neuron fires once in each volley, while V rises steeply. */
static saltus_experiment *forward(saltus_model model)
{
    saltus_experiment *e = fixture_experiment(100 * VOLLEYS);
    saltus_population_spec spec = cells("N", CELLS, model);
    spec.t_ref_ms = 40;
    const uint32_t n = fixture_population(e, &spec);
    spec.name = "O";
    const uint32_t o = fixture_population(e, &spec);
    const uint32_t s = sources(e, 1e-11, 100);
    static const double weights[] = {1000, 500, 300, -80};
    for (uint32_t r = 0; r < 4; r++) {
        connect(e, s, n, r, weights[r], 0.4 + 0.2 * r);
        connect(e, n, o, r, weights[r], 0.8 + 0.2 * r);
    }
    return e;
}

/* Of the spikes of N and O, all of which are there: how far from the exact ones on average. */
static double mean_shift(const saltus_experiment *e, const trial_result *exact, const char *engine)
{
    trial_result got = fixture_run(e, engine);
    ck_assert_uint_eq(got.spike_count, exact->spike_count);
    double sum = 0;
    for (uint32_t n = 0; n < 2 * CELLS; n++) { /* the k-th spike of each */
        size_t k = 0;
        for (size_t i = 0; i < exact->spike_count; i++) {
            const saltus_spike *spike = &exact->spikes[i];
            if (spike->population != n / CELLS || spike->neuron != n % CELLS) {
                continue;
            }
            while (k < got.spike_count && (got.spikes[k].population != spike->population ||
                                           got.spikes[k].neuron != spike->neuron)) {
                k++;
            }
            ck_assert_uint_lt(k, got.spike_count);
            sum += fabs(got.spikes[k++].time_ms - spike->time_ms);
        }
    }
    trial_clear(&got);
    return sum / (double)(exact->spike_count - SOURCE_SPIKES);
}

/* Over the steps the mean shift falls in proportion: its slope in logarithms is 1. */
static void converges(const char *engine, saltus_model model, int steps)
{
    saltus_experiment *e = forward(model);
    trial_result exact = fixture_run(e, "event");
    ck_assert_uint_eq(exact.spike_count, SOURCE_SPIKES + 2 * CELLS * VOLLEYS);
    double first = 0, last = 0;
    const double h = 0.1;
    for (int i = 0; i < steps; i++) {
        last = mean_shift(e, &exact, fixture_engine(engine, h / (1 << i)));
        first = i == 0 ? last : first;
    }
    const double order = log2(first / last) / (steps - 1);
    printf("%s: mean shift %.3g ms at %g ms, order %.2f\n", engine, first, h, order);
    ck_assert_double_gt(order, 0.85);
    ck_assert_double_lt(order, 1.15);
    ck_assert_double_lt(last, 3 * h / (1 << (steps - 1)));
    trial_clear(&exact);
    saltus_experiment_destroy(e);
}

START_TEST(spike_times_of_the_grid_go_to_the_exact_ones_with_order_1)
{
    converges("grid", SALTUS_MODEL_LIF_EXP, 6);
    converges("grid", SALTUS_MODEL_LIF_ALPHA, 6);
    converges("grid", SALTUS_MODEL_ALIF, 4);
    converges("grid", SALTUS_MODEL_GLIF4, 4);
    converges("grid", SALTUS_MODEL_MAT2, 4);
}
END_TEST

START_TEST(spike_times_of_euler_go_to_the_exact_ones_with_order_1)
{
    converges("euler", SALTUS_MODEL_LIF_EXP, 6);
    converges("euler", SALTUS_MODEL_LIF_ALPHA, 6);
    converges("euler", SALTUS_MODEL_GLIF4, 4);
    converges("euler", SALTUS_MODEL_MAT2, 4);
}
END_TEST

/* NEST, test_mat2_psc_exp: 2400 pA, V and its threshold at steps of 0.1 ms from the one at which
 * the current begins, three spikes. NEST forbids spikes for a step more than its t_ref of 2 ms. */
START_TEST(a_published_run_of_a_mat_neuron)
{
    static const double v[] = {-67.6238, -65.2947, -63.0117, -60.774,  -58.5805, -56.4305, -54.323,
                               -52.2573, -50.2324, -48.2477, -46.3023, -44.3953, -42.5262, -40.694,
                               -38.8982, -37.1379, -35.4124, -33.7212, -32.0634};
    static const double th[] = {-51,      -51,      -51,      -51,      -51,
                                -51,      -51,      -51,      -12,      -12.3692,
                                -12.7346, -13.0965, -13.4548, -13.8095, -14.1607,
                                -14.5084, -14.8527, -15.1935, -15.531};
    saltus_experiment *e = fixture_experiment(10);
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "M";
    spec.size = 1;
    spec.model = SALTUS_MODEL_MAT2;
    spec.tau_m_ms = 5;
    spec.c_m_pF = 100;
    spec.v_rest_mV = -70;
    spec.v_th_mV = saltus_constant(-51);
    spec.t_ref_ms = 2.1;
    spec.i_e_pA = saltus_constant(2400);
    fixture_population(e, &spec);
    saltus_network *network = fixture_network(e);
    saltus_simulation *clock = fixture_simulation(network, "grid@0.1ms");
    saltus_error error = {0};
    for (int i = 0; i < 19; i++) {
        const double t = 0.1 * (i + 1);
        must(saltus_simulation_run_until(clock, t + 1e-6, &error), &error);
        /* read a moment later, between steps */
        ck_assert_double_eq_tol(saltus_simulation_potential_mV(clock, 0, 0), v[i], 1e-4);
        ck_assert_double_eq_tol(-51 + saltus_simulation_theta_mV(clock, 0, 0), th[i], 1e-4);
        ck_assert_uint_eq(saltus_simulation_population_spikes(clock, 0), i >= 8);
    }
    saltus_simulation_destroy(clock);
    saltus_network_destroy(network);
    trial_result got = fixture_run(e, "grid@0.1ms");
    ck_assert_uint_ge(got.spike_count, 3);
    ck_assert_double_eq_tol(got.spikes[0].time_ms, 0.9, 1e-12);
    ck_assert_double_eq_tol(got.spikes[1].time_ms, 3.0, 1e-12);
    ck_assert_double_eq_tol(got.spikes[2].time_ms, 5.2, 1e-12);
    trial_clear(&got);
    saltus_experiment_destroy(e);
}
END_TEST

/* ---- Engines -----------------------------------------------------------------------------------
 */

START_TEST(other_engines_say_that_they_do_not_have_currents)
{
    static const char *const names[] = {"interpolated", "offgrid"};
    saltus_experiment *e = quiet(SALTUS_MODEL_LIF_EXP);
    saltus_network *network = fixture_network(e);
    for (int i = 0; i < 2; i++) {
        saltus_error error = {0};
        saltus_simulation *simulation = NULL;
        saltus_simulation_options options = saltus_simulation_options_default();
        must(saltus_engine_parse(fixture_engine(names[i], 0.1), &options, &error), &error);
        ck_assert_int_eq(saltus_simulation_create(network, &options, &simulation, &error),
                         SALTUS_E_ARGUMENT);
        ck_assert_ptr_null(simulation);
        char expected[200];
        snprintf(expected, sizeof expected,
                 "population N has synaptic currents, which engine %s does not have; event, grid "
                 "and euler do",
                 names[i]);
        ck_assert_str_eq(error.message, expected);
    }
    saltus_network_destroy(network);
    saltus_experiment_destroy(e);
}
END_TEST

/* Beyond the shortest time constant, a current's too, J would change its sign in each step. */
START_TEST(euler_takes_no_step_beyond_the_shortest_time_constant)
{
    saltus_experiment *e = quiet(SALTUS_MODEL_LIF_EXP);
    saltus_network *network = fixture_network(e);
    saltus_error error = {0};
    saltus_simulation *simulation = NULL;
    saltus_simulation_options options = saltus_simulation_options_default();
    must(saltus_engine_parse("euler@1.5ms", &options, &error), &error);
    must(saltus_simulation_create(network, &options, &simulation, &error), &error);
    saltus_simulation_destroy(simulation);
    simulation = NULL;
    must(saltus_engine_parse("euler@1.6ms", &options, &error), &error);
    ck_assert_int_eq(saltus_simulation_create(network, &options, &simulation, &error),
                     SALTUS_E_ARGUMENT);
    ck_assert_ptr_null(simulation);
    saltus_network_destroy(network);
    saltus_experiment_destroy(e);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {v_at_steps_is_that_of_the_event_engine,
                                  euler_goes_to_the_closed_form_with_order_1,
                                  spike_times_of_the_grid_go_to_the_exact_ones_with_order_1,
                                  spike_times_of_euler_go_to_the_exact_ones_with_order_1,
                                  a_published_run_of_a_mat_neuron,
                                  other_engines_say_that_they_do_not_have_currents,
                                  euler_takes_no_step_beyond_the_shortest_time_constant};
    return SUITE_RUN("clock_currents", tests);
}
