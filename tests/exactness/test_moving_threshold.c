/* test_moving_threshold - the adaptive threshold v_th + theta against its equation in quadruple
 * precision, event by event, in every engine that keeps arrivals at their times. */
#include <math.h>
#include <quadmath.h>
#include <stdio.h>

#include "saltus/saltus.h"
#include "support/suite.h"

#define NEURONS 3
#define EVENTS  400

typedef struct trial_case {
    double tau_m_ms, tau_theta_ms, theta_plus_mV, t_ref_ms, span_ms;
    double time_ms[EVENTS], weight_mV[EVENTS];
    uint32_t neuron[EVENTS];
} trial_case;

typedef struct outcome {
    size_t count;
    saltus_spike spike[EVENTS];
    double theta_mV[NEURONS];
} outcome;

static uint64_t state;

static double uniform(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (double)(state >> 11) * 0x1p-53;
}

static int by_time(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Times are multiples of `lattice_ms`; gaps and silences over magnitudes. */
static trial_case draw_case(uint64_t seed, double lattice_ms)
{
    state = seed * 0x9e3779b97f4a7c15u + 1;
    trial_case c = {.tau_m_ms = exp(3 + 3 * uniform()), .t_ref_ms = floor(uniform() * 4)};
    c.tau_theta_ms = seed % 5 == 0 ? (double)INFINITY : c.tau_m_ms * exp(uniform() * 8);
    c.theta_plus_mV = exp(-6 + 8 * uniform());
    c.span_ms = exp(6 + 8 * uniform());
    for (size_t i = 0; i < EVENTS; i++) {
        c.time_ms[i] = lattice_ms * ceil(c.span_ms * uniform() / lattice_ms);
        c.weight_mV[i] = -5 + 40 * uniform();
        c.neuron[i] = (uint32_t)(NEURONS * uniform());
    }
    qsort(c.time_ms, EVENTS, sizeof(double), by_time);
    return c;
}

/* One neuron: summed arrivals, then one test; theta_plus at the spike itself. */
static void expect(const trial_case *c, outcome *out)
{
    out->count = 0;
    __float128 v[NEURONS] = {0};
    __float128 theta[NEURONS] = {0};
    double last[NEURONS] = {0};
    double ready[NEURONS] = {0};
    for (size_t i = 0; i < EVENTS;) {
        bool touched[NEURONS] = {false};
        const double t = c->time_ms[i];
        for (; i < EVENTS && c->time_ms[i] == t; i++) {
            const uint32_t n = c->neuron[i];
            const __float128 since = (__float128)t - (__float128)last[n];
            theta[n] *= expq(-since / (__float128)c->tau_theta_ms);
            v[n] *= expq(-since / (__float128)c->tau_m_ms);
            last[n] = t;
            if (t >= ready[n]) {
                v[n] += (__float128)c->weight_mV[i];
                touched[n] = true;
            }
        }
        for (uint32_t n = 0; n < NEURONS; n++) {
            if (touched[n] && v[n] >= 20 + theta[n]) {
                out->spike[out->count++] = (saltus_spike){.time_ms = t, .neuron = n};
                theta[n] += (__float128)c->theta_plus_mV;
                v[n] = 0;
                ready[n] = t + (c->t_ref_ms > 0 ? c->t_ref_ms : 1e-9);
            }
        }
    }
    for (uint32_t n = 0; n < NEURONS; n++) {
        const __float128 since = (__float128)c->span_ms + 10 - (__float128)last[n];
        out->theta_mV[n] = (double)(theta[n] * expq(-since / (__float128)c->tau_theta_ms));
    }
}

static saltus_status keep(void *user, const saltus_spike *spikes, size_t count)
{
    outcome *out = user;
    for (size_t i = 0; i < count && out->count < EVENTS; i++) {
        out->spike[out->count++] = spikes[i];
    }
    return SALTUS_OK;
}

static saltus_simulation *make(const trial_case *c, const char *engine, saltus_network **network)
{
    saltus_error error = {0};
    saltus_experiment *e = NULL;
    ck_assert_int_eq(saltus_experiment_create("moving threshold", &e), SALTUS_OK);
    saltus_population_spec p = saltus_population_spec_default();
    p.name = "A";
    p.size = NEURONS;
    p.tau_m_ms = c->tau_m_ms;
    p.t_ref_ms = c->t_ref_ms;
    p.theta_plus_mV = c->theta_plus_mV;
    p.tau_theta_ms = c->tau_theta_ms;
    saltus_input_spec in = saltus_input_spec_default();
    in.name = "in";
    in.type = SALTUS_INPUT_ARRIVALS;
    in.arrival_times_ms = c->time_ms;
    in.arrival_targets = c->neuron;
    in.arrival_weights_mV = c->weight_mV;
    in.arrival_count = EVENTS;
    ck_assert_msg(!saltus_experiment_add_population(e, &p, NULL, &error), "%s", error.message);
    ck_assert_msg(!saltus_experiment_add_input(e, &in, NULL, &error), "%s", error.message);
    ck_assert_int_eq(saltus_experiment_record_spikes(e, 0), SALTUS_OK);
    ck_assert_msg(!saltus_network_build(e, NULL, network, &error), "%s", error.message);
    saltus_experiment_destroy(e);
    saltus_simulation_options options = saltus_simulation_options_default();
    options.threads = 1;
    ck_assert_msg(!saltus_engine_parse(engine, &options, &error), "%s", error.message);
    saltus_simulation *simulation = NULL;
    ck_assert_msg(!saltus_simulation_create(*network, &options, &simulation, &error), "%s",
                  error.message);
    return simulation;
}

static void check_case(uint64_t seed, const char *engine, double lattice_ms)
{
    const trial_case c = draw_case(seed, lattice_ms);
    static outcome expected;
    static outcome got;
    expect(&c, &expected);
    got.count = 0;
    saltus_error error = {0};
    saltus_network *network = NULL;
    saltus_simulation *simulation = make(&c, engine, &network);
    ck_assert_int_eq(saltus_simulation_add_spike_recorder(simulation, keep, &got), SALTUS_OK);
    ck_assert_msg(!saltus_simulation_run_until(simulation, c.span_ms + 10, &error), "%s",
                  error.message);
    ck_assert_msg(got.count == expected.count, "seed %llu, %s: %zu spikes, expected %zu",
                  (unsigned long long)seed, engine, got.count, expected.count);
    for (size_t i = 0; i < got.count; i++) {
        ck_assert_uint_eq(got.spike[i].neuron, expected.spike[i].neuron);
        ck_assert_msg(fabs(got.spike[i].time_ms - expected.spike[i].time_ms) < 1e-9,
                      "seed %llu, %s: spike %zu at %.17g ms, expected %.17g ms",
                      (unsigned long long)seed, engine, i, got.spike[i].time_ms,
                      expected.spike[i].time_ms);
    }
    for (uint32_t n = 0; n < NEURONS; n++) {
        const double theta = saltus_simulation_theta_mV(simulation, 0, n);
        ck_assert_msg(fabs(theta - expected.theta_mV[n]) <= 1e-12 * expected.theta_mV[n] + 1e-300,
                      "seed %llu, %s: theta %.17g mV, expected %.17g mV", (unsigned long long)seed,
                      engine, theta, expected.theta_mV[n]);
    }
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
}

START_TEST(test_spikes_and_theta_follow_the_equation)
{
    for (uint64_t seed = 1; seed <= 150; seed++) {
        check_case(seed, "event", 1e-6);
        check_case(seed, "offgrid@0.25ms", 1e-6);
    }
}
END_TEST

START_TEST(test_on_a_grid_that_holds_all_times_the_same)
{
    for (uint64_t seed = 1; seed <= 60; seed++) {
        check_case(seed, "grid@0.5ms", 0.5);
    }
}
END_TEST

START_TEST(test_only_thresholds_that_adapt_can_stay)
{
    trial_case c = draw_case(7, 1e-6);
    c.theta_plus_mV = 0;
    saltus_error error = {0};
    saltus_network *network = NULL;
    saltus_simulation *simulation = make(&c, "event", &network);
    ck_assert_int_eq(saltus_simulation_set_adaptation(simulation, 0, false, &error),
                     SALTUS_E_ARGUMENT);
    ck_assert_str_eq(error.message,
                     "population A has no adaptive threshold: its theta_plus is 0 mV");
    ck_assert_int_eq(saltus_simulation_set_adaptation(simulation, 1, false, &error),
                     SALTUS_E_ARGUMENT);
    ck_assert_str_eq(error.message, "there is no population number 1");
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
}
END_TEST

START_TEST(test_a_threshold_that_stays_is_the_last_one)
{
    const trial_case c = draw_case(7, 1e-6);
    saltus_error error = {0};
    saltus_network *network = NULL;
    saltus_simulation *simulation = make(&c, "event", &network);
    ck_assert_int_eq(saltus_simulation_run_until(simulation, c.span_ms / 2, &error), SALTUS_OK);
    double theta[NEURONS];
    for (uint32_t n = 0; n < NEURONS; n++) {
        theta[n] = saltus_simulation_theta_mV(simulation, 0, n);
        ck_assert_double_gt(theta[n], 0);
    }
    ck_assert_int_eq(saltus_simulation_set_adaptation(simulation, 0, false, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_run_until(simulation, c.span_ms, &error), SALTUS_OK);
    for (uint32_t n = 0; n < NEURONS; n++) {
        ck_assert_double_eq_tol(saltus_simulation_theta_mV(simulation, 0, n), theta[n],
                                1e-14 * theta[n]);
    }
    ck_assert_int_eq(saltus_simulation_set_adaptation(simulation, 0, true, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_run_until(simulation, c.span_ms + 1000, &error), SALTUS_OK);
    for (uint32_t n = 0; n < NEURONS; n++) {
        ck_assert_double_eq_tol(saltus_simulation_theta_mV(simulation, 0, n),
                                theta[n] * exp(-1000 / c.tau_theta_ms), 1e-12 * theta[n]);
    }
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_spikes_and_theta_follow_the_equation, test_on_a_grid_that_holds_all_times_the_same,
        test_only_thresholds_that_adapt_can_stay, test_a_threshold_that_stays_is_the_last_one};
    return SUITE_RUN("moving_threshold", tests);
}
