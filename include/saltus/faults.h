/* saltus/faults.h - damage: neurons and synapses that are lost, weights that are disturbed, spikes
 * that do not get through.
 *
 * Faults belong to an experiment (saltus_experiment_add_fault) and come by themselves when their
 * time has come. docs/faults.md states what each of them does.
 */
#ifndef SALTUS_FAULTS_H
#define SALTUS_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "saltus/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What fails. */
typedef enum saltus_fault_type {
    SALTUS_FAULT_NEURON_LESION,  /**< neurons or sources of a population are lost at at_ms */
    SALTUS_FAULT_SYNAPSE_LESION, /**< synapses of a projection are lost at at_ms */
    SALTUS_FAULT_WEIGHT_NOISE,   /**< its weights are multiplied by random factors at at_ms */
    SALTUS_FAULT_SPIKE_DROPOUT,  /**< spikes of a population that it emits in [start_ms, stop_ms)
                                      reach no synapse, each with `probability` */
    SALTUS_FAULT_SYNAPSE_DROPOUT /**< arrivals in [start_ms, stop_ms) at synapses of a projection
                                      are lost, each with `probability` */
} saltus_fault_type;

/** Which neurons or synapses a lesion takes first; equals in random order. */
typedef enum saltus_lesion_order {
    SALTUS_LESION_RANDOM,
    SALTUS_LESION_DEGREE,     /**< neurons: most synapses, in and out */
    SALTUS_LESION_IN_DEGREE,  /**< neurons: most synapses onto them */
    SALTUS_LESION_OUT_DEGREE, /**< neurons: most synapses from them */
    SALTUS_LESION_WEIGHT,     /**< synapses: largest magnitude of the weight at that time */
    SALTUS_LESION_LIST        /**< neurons: `neurons`, and no others */
} saltus_lesion_order;

/** One fault. Fields that its type does not use are ignored. */
typedef struct saltus_fault_spec {
    uint32_t struct_size; /**< set by the default function */
    saltus_fault_type type;
    uint32_t population; /**< neuron lesion, spike dropout: index of the population */
    uint32_t projection; /**< the others: index of the projection */

    /* lesions */
    saltus_lesion_order order; /**< default: random */
    double share;            /**< of all there are, 0 to 1, to the nearest whole number, halves up;
                                  NaN (default): `count` */
    uint64_t count;          /**< how many, if share is NaN; no more than there are are taken */
    const uint32_t *neurons; /**< list: indices within the population; borrowed, copied */
    size_t neuron_count;

    double at_ms; /**< lesions, noise: when; default 0 */

    /* weight noise: factors 1 + sd z with z normal, drawn anew until above 0, or exp(sd z) */
    double sd;      /**< 0 to 10 */
    bool lognormal; /**< default false */

    /* dropout */
    double probability;       /**< 0 to 1 */
    double start_ms, stop_ms; /**< default 0 and INFINITY */
} saltus_fault_spec;

SALTUS_API saltus_fault_spec saltus_fault_spec_default(void);

/** What a fault has done so far. */
typedef struct saltus_fault_effect {
    bool begun;        /**< its time has come */
    uint64_t neurons;  /**< lesion: neurons or sources lost */
    uint64_t synapses; /**< lesion: synapses lost; of neurons, those onto them. Noise: weights */
    uint64_t lost;     /**< dropout: spikes, or arrivals at one synapse, that were lost */
} saltus_fault_effect;

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* SALTUS_FAULTS_H */
