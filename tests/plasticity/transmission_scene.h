/* transmission_scene - sources that fire at listed times, targets that are made to fire at listed
 * times, and one projection between them whose arrivals are released, scaled, learnt; through the
 * engine and, eagerly, event by event in long double.
 *
 * All times are in units; arrivals of targets' own spikes are lost, so spikes and delays are even
 * numbers of units and firing an odd one.
 */
#ifndef SALTUS_TEST_TRANSMISSION_SCENE_H
#define SALTUS_TEST_TRANSMISSION_SCENE_H

#include "saltus/saltus.h"

#define SCENE_TAU_MS   20.0
#define SCENE_SYNAPSES 64
#define SCENE_SPIKES   256

typedef struct scene_synapse {
    uint32_t source, target, delay; /* units */
    double weight_mV;
    double rest; /* U of the eager calculation */
} scene_synapse;

typedef struct scene_spike {
    uint32_t at, neuron;
} scene_spike;

typedef struct scene {
    double unit_ms;
    uint32_t sources, targets, length; /* of the run in units */
    bool own_delays;
    saltus_release_spec release;
    saltus_scaling_spec scaling;
    saltus_plasticity_spec plasticity; /* none, or additive stdp of all pairs, delay in the axon */
    scene_synapse synapses[SCENE_SYNAPSES];
    uint32_t synapse_count;
    scene_spike spikes[SCENE_SPIKES], firing[SCENE_SPIKES]; /* ascending */
    uint32_t spike_count, firing_count;
} scene;

/* Random synapses, spikes with bursts, silences and twins, and firing. */
scene scene_random(uint64_t *seed, double unit_ms, bool own_delays, bool fires);

/* A simulation on an engine; clear with scene_end. */
typedef struct scene_run {
    saltus_experiment *experiment;
    saltus_network *network;
    saltus_simulation *simulation;
    const char *engine;
} scene_run;

scene_run scene_begin(const scene *scene, const char *engine);
void scene_end(scene_run *run);
/* U of each synapse as the simulation drew it. */
void scene_take_rest(scene *scene, const scene_run *run);
/* Run until `at` units and compare all potentials, and S, with the eager calculation. */
void scene_check(const scene *scene, const scene_run *run, uint32_t at);

#endif /* SALTUS_TEST_TRANSMISSION_SCENE_H */
