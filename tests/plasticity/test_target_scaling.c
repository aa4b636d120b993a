/* Synaptic scaling as a whole: neurons come to their rate, also when input doubles; what is read.
 */
#include <math.h>

#include "saltus/saltus.h"
#include "support/suite.h"

#define TARGETS 8u
#define SOURCES 200u

/* Regular sources at random phases, 10 Hz each, from a time on. */
static void add_sources(saltus_experiment *experiment, const char *name, double from_ms)
{
    saltus_population_spec p = saltus_population_spec_default();
    p.name = name;
    p.size = SOURCES;
    p.model = SALTUS_MODEL_PERIODIC_SOURCE;
    p.interval_ms = 100;
    p.start_ms = saltus_uniform(from_ms, from_ms + 100);
    ck_assert_int_eq(saltus_experiment_add_population(experiment, &p, NULL, NULL), SALTUS_OK);
}

static void connect(saltus_experiment *experiment, uint32_t source, double low, double high)
{
    saltus_error error = {0};
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = source;
    spec.target = 2;
    spec.rule = SALTUS_RULE_ALL_TO_ALL;
    spec.weight_mV = saltus_constant(0.3);
    spec.delay_ms = saltus_constant(1);
    spec.scaling.rate_Hz = 5;
    spec.scaling.tau_ms = 500;
    spec.scaling.gain_Hz = 0.5;
    spec.scaling.low = low;
    spec.scaling.high = high;
    ck_assert_msg(saltus_experiment_add_projection(experiment, &spec, NULL, &error) == SALTUS_OK,
                  "%s", error.message);
}

/* Twice the input from 30 s on; scaling within bounds. */
static saltus_simulation *create(const char *engine, double low, double high,
                                 saltus_experiment **experiment, saltus_network **network)
{
    ck_assert_int_eq(saltus_experiment_create("homeostasis", experiment), SALTUS_OK);
    add_sources(*experiment, "first", 0);
    add_sources(*experiment, "second", 30000);
    saltus_population_spec p = saltus_population_spec_default();
    p.name = "targets";
    p.size = TARGETS;
    p.tau_m_ms = 20;
    p.t_ref_ms = 2;
    p.v_init_mV = saltus_uniform(0, 15);
    ck_assert_int_eq(saltus_experiment_add_population(*experiment, &p, NULL, NULL), SALTUS_OK);
    connect(*experiment, 0, low, high);
    connect(*experiment, 1, low, high);
    saltus_simulation *simulation = NULL;
    saltus_simulation_options options = saltus_simulation_options_default();
    ck_assert_int_eq(saltus_engine_parse(engine, &options, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_network_build(*experiment, NULL, network, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_create(*network, &options, &simulation, NULL), SALTUS_OK);
    return simulation;
}

/* Hz a target over [from, to). */
static double rate(saltus_simulation *simulation, double from_s, double to_s)
{
    ck_assert_int_eq(saltus_simulation_run_until(simulation, 1000 * from_s, NULL), SALTUS_OK);
    const uint64_t before = saltus_simulation_population_spikes(simulation, 2);
    ck_assert_int_eq(saltus_simulation_run_until(simulation, 1000 * to_s, NULL), SALTUS_OK);
    const uint64_t spikes = saltus_simulation_population_spikes(simulation, 2) - before;
    return (double)spikes / (to_s - from_s) / TARGETS;
}

START_TEST(neurons_come_to_their_rate_also_when_input_doubles)
{
    static const char *const engines[] = {"event", "grid@0.5ms", "interpolated@0.5ms"};
    for (size_t e = 0; e < 3; e++) {
        saltus_experiment *experiment;
        saltus_network *network;
        saltus_simulation *simulation =
            create(engines[e], 0, (double)INFINITY, &experiment, &network);
        /* 0.3 mV at 2 kHz is 12 mV in the mean: silent until S has grown */
        ck_assert_double_lt(rate(simulation, 0, 0.5), 0.5);
        ck_assert_double_eq_tol(rate(simulation, 20, 30), 5, 0.25);
        const double before = saltus_simulation_scaling(simulation, 0, 3);
        ck_assert(before > 1.2 && before < 20. / 12);
        ck_assert_double_gt(rate(simulation, 30, 30.5), 15);
        ck_assert_double_eq_tol(rate(simulation, 50, 60), 5, 0.25);
        ck_assert_double_eq_tol(saltus_simulation_scaling(simulation, 0, 3), before / 2, 0.1);
        ck_assert_double_eq(saltus_simulation_scaling(simulation, 0, 3),
                            saltus_simulation_scaling(simulation, 1, 3));
        saltus_simulation_destroy(simulation);
        saltus_network_destroy(network);
        saltus_experiment_destroy(experiment);
    }
}
END_TEST

START_TEST(bounds_hold_and_what_is_not_scaled_reads_as_1)
{
    saltus_experiment *experiment;
    saltus_network *network;
    saltus_simulation *simulation = create("event", 0.9, 1.2, &experiment, &network);
    ck_assert_double_eq(saltus_simulation_scaling(simulation, 0, 0), 1);
    ck_assert_double_lt(rate(simulation, 0, 30), 0.1);
    ck_assert_double_eq_tol(saltus_simulation_scaling(simulation, 0, 0), 1.2, 1e-14);
    ck_assert_double_gt(rate(simulation, 40, 50), 15);
    ck_assert_double_eq_tol(saltus_simulation_scaling(simulation, 0, 0), 0.9, 1e-14);
    ck_assert(isnan(saltus_simulation_scaling(simulation, 2, 0)));
    ck_assert(isnan(saltus_simulation_scaling(simulation, 0, TARGETS)));
    double u[TARGETS], x[TARGETS];
    ck_assert_int_eq(saltus_simulation_read_release(simulation, 0, 7, u, x), SALTUS_OK);
    ck_assert(u[3] == 1 && x[3] == 1);
    ck_assert_int_eq(saltus_simulation_read_release(simulation, 0, SOURCES, u, x),
                     SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_simulation_read_release(simulation, 2, 0, u, x), SALTUS_E_ARGUMENT);
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {neurons_come_to_their_rate_also_when_input_doubles,
                                  bounds_hold_and_what_is_not_scaled_reads_as_1};
    return SUITE_RUN("target_scaling", tests);
}
