/* test_dropout - spikes and arrivals that chance loses, and weights that it disturbs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fault_scene.h"
#include "support/suite.h"
#include "support/trial.h"

static void drop(saltus_experiment *e, saltus_fault_type type, uint32_t index, double probability,
                 double start_ms, double stop_ms)
{
    saltus_fault_spec spec = saltus_fault_spec_default();
    spec.type = type;
    spec.population = spec.projection = index;
    spec.probability = probability;
    spec.start_ms = start_ms;
    spec.stop_ms = stop_ms;
    scene_fault(e, &spec);
}

static uint32_t periodic(saltus_experiment *e, const char *name, uint32_t size, double interval_ms)
{
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = name;
    spec.size = size;
    spec.model = SALTUS_MODEL_PERIODIC_SOURCE;
    spec.interval_ms = interval_ms;
    return scene_population(e, &spec);
}

/* ---- How many -------------------------------------------------------------------------------- */

/* n trials of probability p: within five standard deviations. */
static void check_binomial(uint64_t got, double n, double p)
{
    ck_assert_msg(fabs((double)got - n * p) <= 5 * sqrt(n * p * (1 - p)), "%llu of %g, %g",
                  (unsigned long long)got, n, p);
}

/* 100 sources with 40 spikes each, 5 synapses a source, delays shared or own. */
static void check_synapses(const char *engine, bool own, double p)
{
    saltus_experiment *e = scene_create(17, 100);
    const uint32_t source = periodic(e, "S", 100, 2);
    const uint32_t cells = scene_cells(e, "E", 100);
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = source;
    spec.target = cells;
    spec.rule = SALTUS_RULE_FIXED_OUTDEGREE;
    spec.count = 5;
    spec.weight_mV = saltus_constant(0.01);
    spec.delay_ms = own ? saltus_uniform(0.5, 7) : saltus_constant(1);
    scene_project(e, &spec);
    drop(e, SALTUS_FAULT_SYNAPSE_DROPOUT, 0, p, 0, INFINITY);
    scene_run *run = scene_run_until(e, engine, 90);
    const uint64_t lost = saltus_simulation_fault(run->simulation, 0).lost;
    const uint64_t events = saltus_simulation_counts(run->simulation).synaptic_events;
    saltus_experiment *whole = scene_create(17, 100);
    periodic(whole, "S", 100, 2);
    scene_cells(whole, "E", 100);
    scene_project(whole, &spec);
    scene_run *all = scene_run_until(whole, engine, 90);
    /* what is lost is not delivered, and everything is one or the other */
    ck_assert_uint_eq(lost + events, saltus_simulation_counts(all->simulation).synaptic_events);
    check_binomial(lost, (double)(lost + events), p);
    ck_assert(p > 0 || saltus_simulation_fingerprint(run->simulation) ==
                           saltus_simulation_fingerprint(all->simulation));
    scene_clear(all);
    scene_clear(run);
    saltus_experiment_destroy(whole);
    saltus_experiment_destroy(e);
}

START_TEST(arrivals_are_lost_with_their_probability)
{
    static const char *const engines[] = {"event", "grid@0.5ms", "interpolated@0.5ms",
                                          "offgrid@1ms"};
    static const double p[] = {0, 0.1, 0.5, 0.97, 1};
    for (size_t i = 0; i < sizeof engines / sizeof engines[0]; i++) {
        for (size_t k = 0; k < sizeof p / sizeof p[0]; k++) {
            check_synapses(engines[i], k % 2 == 0, p[k]);
            check_synapses(engines[i], k % 2 == 1, p[k]);
        }
    }
}
END_TEST

/* One source onto many targets that fire at each arrival: their spikes are what got through. */
static scene_run *relay(bool neurons, double p, double start_ms, double stop_ms, uint32_t targets)
{
    saltus_experiment *e = scene_create(23, 1e4);
    const uint32_t source = periodic(e, "S", 1, 5);
    const uint32_t cells = scene_cells(e, "E", targets);
    scene_connect(e, source, cells, SALTUS_RULE_ALL_TO_ALL, 0, 50, 1);
    drop(e, neurons ? SALTUS_FAULT_SPIKE_DROPOUT : SALTUS_FAULT_SYNAPSE_DROPOUT,
         neurons ? source : 0, p, start_ms, stop_ms);
    scene_run *run = scene_run_until(e, NULL, 1e4);
    saltus_experiment_destroy(e);
    return run;
}

START_TEST(synapses_lose_independently)
{
    /* 1,999 spikes arrive at two synapses; both, either or none of them let each through */
    scene_run *run = relay(false, 0.3, 0, INFINITY, 2);
    uint32_t through[2000] = {0};
    uint64_t table[4] = {0};
    for (size_t i = 0; i < run->spike_count; i++) {
        if (run->spikes[i].population == 1) {
            through[(size_t)(run->spikes[i].time_ms / 5)] |= 1u << run->spikes[i].neuron;
        }
    }
    for (size_t k = 1; k < 2000; k++) {
        table[through[k]]++;
    }
    check_binomial(table[0], 1999, 0.09);
    check_binomial(table[1], 1999, 0.21);
    check_binomial(table[2], 1999, 0.21);
    check_binomial(table[3], 1999, 0.49);
    /* and one spike knows nothing of the one before */
    uint64_t again = 0;
    for (size_t k = 2; k < 2000; k++) {
        again += (through[k] & 1) != 0 && (through[k - 1] & 1) != 0;
    }
    check_binomial(again, 1998, 0.49);
    scene_clear(run);
}
END_TEST

START_TEST(a_lost_spike_reaches_no_synapse)
{
    scene_run *run = relay(true, 0.3, 0, INFINITY, 3);
    ck_assert_uint_eq(scene_spikes_of(run, 0, 0), 1999); /* it is a spike all the same */
    const size_t through = scene_spikes_of(run, 1, 0);
    ck_assert_uint_eq(scene_spikes_of(run, 1, 1), through);
    ck_assert_uint_eq(scene_spikes_of(run, 1, 2), through);
    check_binomial(1999 - through, 1999, 0.3);
    ck_assert_uint_eq(saltus_simulation_fault(run->simulation, 0).lost, 1999 - through);
    ck_assert_uint_eq(saltus_simulation_counts(run->simulation).synaptic_events, 3 * through);
    scene_clear(run);
}
END_TEST

START_TEST(dropout_begins_and_ends_with_its_times)
{
    /* spikes at 5, 10, ...: arrivals at 6, 11, ... */
    scene_run *run = relay(false, 1, 11, 21, 1);
    ck_assert_uint_eq(saltus_simulation_fault(run->simulation, 0).lost, 2); /* 11, 16 */
    scene_clear(run);
    run = relay(false, 1, 11 + 1e-11, 21 + 1e-11, 1);
    ck_assert_uint_eq(saltus_simulation_fault(run->simulation, 0).lost, 2); /* 16, 21 */
    scene_clear(run);
    run = relay(true, 1, 10, 20, 1);
    ck_assert_uint_eq(saltus_simulation_fault(run->simulation, 0).lost, 2); /* 10, 15 */
    scene_clear(run);
    run = relay(true, 1, 10 + 1e-11, 20, 1);
    ck_assert_uint_eq(saltus_simulation_fault(run->simulation, 0).lost, 1); /* 15 */
    scene_clear(run);
}
END_TEST

/* ---- Noise ----------------------------------------------------------------------------------- */

/* Weights of 100 x 100 synapses after the noise, each as a multiple of what it was. */
static void disturb(double sd, bool lognormal, saltus_value weights, double *factor)
{
    saltus_experiment *e = scene_create(31, 10);
    const uint32_t cells = scene_cells(e, "E", 100);
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = spec.target = cells;
    spec.rule = SALTUS_RULE_ALL_TO_ALL;
    spec.weight_mV = weights;
    spec.delay_ms = saltus_constant(1);
    scene_project(e, &spec);
    saltus_fault_spec fault = saltus_fault_spec_default();
    fault.type = SALTUS_FAULT_WEIGHT_NOISE;
    fault.projection = 0;
    fault.sd = sd;
    fault.lognormal = lognormal;
    fault.at_ms = 2;
    scene_fault(e, &fault);
    scene_run *run = scene_run_until(e, NULL, 2);
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < 100; i++) {
            uint32_t targets[100];
            double row[100];
            saltus_simulation_read_row(run->simulation, 0, i, targets, row);
            for (uint32_t k = 0; k < 100; k++) {
                factor[100 * i + k] = pass == 0 ? row[k] : row[k] / factor[100 * i + k];
            }
        }
        ck_assert_int_eq(saltus_simulation_run_until(run->simulation, 3, NULL), SALTUS_OK);
    }
    ck_assert_uint_eq(saltus_simulation_fault(run->simulation, 0).synapses, 10000);
    scene_clear(run);
    saltus_experiment_destroy(e);
}

/* Mean and standard deviation, and how many lie within one of them. */
static void check_normal(const double *x, double mean, double sd)
{
    double sum = 0, squares = 0;
    uint64_t within = 0;
    for (size_t i = 0; i < 10000; i++) {
        sum += x[i] - mean;
        squares += (x[i] - mean) * (x[i] - mean);
        within += fabs(x[i] - mean) < sd;
    }
    ck_assert_msg(fabs(sum / 1e4) < 5 * sd / 100, "mean %g", mean + sum / 1e4);
    ck_assert_msg(fabs(sqrt(squares / 1e4) / sd - 1) < 5 / sqrt(2e4), "sd %g", sqrt(squares / 1e4));
    check_binomial(within, 1e4, 0.682689492137);
}

START_TEST(noise_multiplies_by_what_it_says)
{
    static double factor[10000];
    disturb(0.1, false, saltus_uniform(-2, 3), factor);
    check_normal(factor, 1, 0.1);
    disturb(0.5, true, saltus_constant(-0.3), factor);
    for (size_t i = 0; i < 10000; i++) {
        ck_assert(factor[i] > 0);
        factor[i] = log(factor[i]);
    }
    check_normal(factor, 0, 0.5);
    /* however large, no weight changes its sign or becomes 0 */
    disturb(3, false, saltus_constant(1), factor);
    for (size_t i = 0; i < 10000; i++) {
        ck_assert(factor[i] > 0);
    }
    disturb(0, false, saltus_uniform(-2, 3), factor);
    for (size_t i = 0; i < 10000; i++) {
        ck_assert(factor[i] == 1);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {arrivals_are_lost_with_their_probability,
                                  synapses_lose_independently, a_lost_spike_reaches_no_synapse,
                                  dropout_begins_and_ends_with_its_times,
                                  noise_multiplies_by_what_it_says};
    return SUITE_RUN("dropout", tests);
}
