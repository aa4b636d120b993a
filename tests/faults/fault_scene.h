/* fault_scene - experiments with faults, put together in a few lines, and their runs. */
#ifndef SALTUS_TEST_FAULT_SCENE_H
#define SALTUS_TEST_FAULT_SCENE_H

#include "saltus/saltus.h"

/* A run that can still be read. */
typedef struct scene_run {
    saltus_network *network;
    saltus_simulation *simulation;
    saltus_spike *spikes;
    size_t spike_count, spike_capacity;
} scene_run;

saltus_experiment *scene_create(uint64_t seed, double duration_ms);
/* lif_delta with the default parameters. */
uint32_t scene_cells(saltus_experiment *e, const char *name, uint32_t size);
/* A spike_list of one source a time. */
uint32_t scene_source(saltus_experiment *e, const char *name, uint32_t size, const double *times_ms,
                      const uint32_t *neurons, size_t count);
uint32_t scene_population(saltus_experiment *e, const saltus_population_spec *spec);
/* Constant weight and delay. */
uint32_t scene_connect(saltus_experiment *e, uint32_t from, uint32_t to, saltus_rule rule,
                       uint64_t count, double weight_mV, double delay_ms);
uint32_t scene_project(saltus_experiment *e, const saltus_projection_spec *spec);
void scene_fault(saltus_experiment *e, const saltus_fault_spec *spec);
/* Lesions of a share, from a time on. */
void scene_lesion(saltus_experiment *e, uint32_t population, double share, double at_ms);
void scene_synapse_lesion(saltus_experiment *e, uint32_t projection, double share, double at_ms);

/* Run until `end_ms`; `engine` NULL: event. The experiment stays the caller's; the run is cleared
 * by scene_clear. */
scene_run *scene_run_until(const saltus_experiment *e, const char *engine, double end_ms);
void scene_clear(scene_run *run);
/* Spikes of one neuron. */
size_t scene_spikes_of(const scene_run *run, uint32_t population, uint32_t neuron);

#endif /* SALTUS_TEST_FAULT_SCENE_H */
