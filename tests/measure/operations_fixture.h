/* operations_fixture - networks for the tests of operations, and a run of them counted anew.
 *
 * The counts of a run are taken from its spikes and from saltus_network_read_synapses alone: a
 * spike is delivered through a synapse when spike time + delay lies before the end.
 */
#ifndef SALTUS_TEST_OPERATIONS_FIXTURE_H
#define SALTUS_TEST_OPERATIONS_FIXTURE_H

#include <stdbool.h>

#include "saltus/saltus.h"

#define OPS_PARTS_MAX 16

/* An experiment without parts, and parts for it; every population's spikes are recorded. */
saltus_experiment *ops_experiment(void);
uint32_t ops_population(saltus_experiment *e, const saltus_population_spec *spec);
/* lif_delta neurons with the defaults. */
uint32_t ops_neurons(saltus_experiment *e, const char *name, uint32_t size);
/* Sources that spike once a ms, first at 0.5 ms. */
uint32_t ops_sources(saltus_experiment *e, const char *name, uint32_t size);
/* 0.5 mV, 0.25 ms. */
saltus_projection_spec ops_projection(uint32_t source, uint32_t target, saltus_rule rule);
void ops_connect(saltus_experiment *e, const saltus_projection_spec *spec);
/* all_to_all with these defaults. */
void ops_connect_all(saltus_experiment *e, uint32_t source, uint32_t target);
/* An arrival of `weight_mV` at every neuron at 0.7 ms and every ms after. */
void ops_drive(saltus_experiment *e, uint32_t population, double weight_mV);
/* Networks with nothing but populations of these sizes, each connected to the next all to all; the
 * first is of sources. */
saltus_network *ops_chain(const uint32_t *sizes, size_t count);

/* Destroys the experiment. */
saltus_network *ops_build(saltus_experiment *e, uint32_t threads, uint32_t block_neurons);

/* A run and its counts, brute force. */
typedef struct ops_run {
    saltus_network *network;
    saltus_simulation *simulation;
    saltus_population_counts populations[OPS_PARTS_MAX];
    saltus_projection_counts projections[OPS_PARTS_MAX];
    saltus_operations_run activity;
    uint64_t flying; /* spikes through a projection with one delay that arrive after the end */
} ops_run;

/* Build, run until end_ms, count. Destroys the experiment. Only one population has inputs. */
ops_run ops_run_experiment(saltus_experiment *e, double end_ms);
void ops_run_clear(ops_run *run);

/* Report of the counts that were taken anew. */
saltus_operations *ops_report(const ops_run *run, double dt_ms);

#endif /* SALTUS_TEST_OPERATIONS_FIXTURE_H */
