/* clock_fixture - short ways to put an experiment together, run it on an engine and compare. */
#ifndef SALTUS_TEST_CLOCK_FIXTURE_H
#define SALTUS_TEST_CLOCK_FIXTURE_H

#include "support/trial.h"

/* Nothing in it yet; aborts the test on failure, as all of these do. */
saltus_experiment *fixture_experiment(double duration_ms);
/* Of the spec; its spikes are recorded. */
uint32_t fixture_population(saltus_experiment *e, const saltus_population_spec *spec);
/* Of default neurons (tau_m 20 ms, v_th 20 mV, v_reset 0 mV, t_ref 2 ms). */
uint32_t fixture_neurons(saltus_experiment *e, const char *name, uint32_t size);
/* Spike times in order. */
uint32_t fixture_spike_list(saltus_experiment *e, const char *name, uint32_t size,
                            const double *times_ms, const uint32_t *neurons, size_t count);
void fixture_connect(saltus_experiment *e, uint32_t from, uint32_t to, saltus_rule rule,
                     uint64_t count, saltus_value weight_mV, saltus_value delay_ms);
/* Arrivals in any order. */
typedef struct fixture_arrival {
    double time_ms;
    uint32_t target;
    double weight_mV;
} fixture_arrival;
void fixture_arrivals(saltus_experiment *e, uint32_t population, fixture_arrival *arrivals,
                      size_t count);
void fixture_poisson(saltus_experiment *e, const char *name, uint32_t population, double rate_Hz,
                     double weight_mV);
void fixture_periodic(saltus_experiment *e, const char *name, uint32_t population,
                      double interval_ms, double weight_mV);

/* With spikes recorded, 1 thread, to the experiment's end. */
trial_result fixture_run(const saltus_experiment *e, const char *engine);
/* "NAME@STEPms" in a buffer that the next call overwrites. */
const char *fixture_engine(const char *name, double step_ms);
/* A built network, and a simulation of it. */
saltus_network *fixture_network(const saltus_experiment *e);
saltus_simulation *fixture_simulation(const saltus_network *network, const char *engine);

/* How the spikes of `test` lie to those of `reference`; pairs at most window_ms apart. */
saltus_match_summary fixture_match(const saltus_experiment *e, const trial_result *reference,
                                   const trial_result *test, double window_ms);

#endif /* SALTUS_TEST_CLOCK_FIXTURE_H */
