/* saltus/network.h - from a checked experiment to the constant arrays that are simulated.
 *
 * A network does not change after it is built; several simulations may run on one network at
 * once. Building draws every random number from (seed, purpose, object, count), so the network is
 * the same for every number of threads and every block size.
 *
 *     saltus_network *net = NULL;
 *     saltus_network_options options = saltus_network_options_default();
 *     status = saltus_network_build(experiment, &options, &net, &error);
 */
#ifndef SALTUS_NETWORK_H
#define SALTUS_NETWORK_H

#include "saltus/base.h"
#include "saltus/experiment.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A built network. Opaque, const after building. */
typedef struct saltus_network saltus_network;

/** How to build. Get it from saltus_network_options_default(). */
typedef struct saltus_network_options {
    uint32_t struct_size;
    uint32_t threads;       /**< 0: as many as OpenMP gives; results do not depend on it */
    uint32_t block_neurons; /**< neurons whose state is worked on together; rounded up to a
                                 multiple of 1024; 0: chosen for the cache and the threads.
                                 Results do not depend on it */
    uint64_t memory_limit;  /**< bytes; a network (with its simulation) estimated to need more is
                                 refused with SALTUS_E_MEMORY before anything is built; 0: none */
} saltus_network_options;

SALTUS_API saltus_network_options saltus_network_options_default(void);

/** What a network and one simulation of it take; an estimate before it is built (exact for fixed
 * numbers of synapses, mean plus six standard deviations for pairwise_bernoulli). */
typedef struct saltus_network_size {
    uint64_t neurons; /**< of all populations, sources included */
    uint64_t synapses;
    uint64_t neuron_bytes;    /**< state and parameters of a simulation */
    uint64_t synapse_bytes;   /**< targets, own weights, own delays */
    uint64_t row_bytes;       /**< where each source's row starts, per block */
    uint64_t plastic_bytes;   /**< of a simulation: weights that learn, states of rules, release and
                                   scaling, the last spikes of both ends */
    uint64_t log_bytes;       /**< earlier spikes for learning, the most that is kept of them; they
                                   come as neurons fire */
    uint64_t input_bytes;     /**< spike lists, arrival lists, buffers of random trains */
    uint64_t build_bytes;     /**< needed only while building */
    uint64_t total_bytes;     /**< the peak of all of these */
    double bytes_per_synapse; /**< (synapse_bytes + row_bytes + plastic_bytes) / synapses; 0 without
                                   synapses */
} saltus_network_size;

/** Estimate without building. @return SALTUS_OK or SALTUS_E_ARGUMENT. */
SALTUS_API saltus_status saltus_network_estimate(const saltus_experiment *experiment,
                                                 const saltus_network_options *options,
                                                 saltus_network_size *size, saltus_error *error);

/** What one projection takes. */
typedef struct saltus_projection_size {
    uint64_t synapses;         /**< as in saltus_network_size */
    uint32_t network_bytes;    /**< of a synapse: target, own weight, own delay */
    uint32_t simulation_bytes; /**< of a synapse, in each simulation: weight that learns, state of
                                    its rule, parameters and state of release */
    uint32_t source_bytes, target_bytes; /**< of a neuron at either end, in each simulation: last
                                              spikes, release, scaling */
} saltus_projection_size;

/** Estimate projection `index`. @return SALTUS_OK or SALTUS_E_ARGUMENT. */
SALTUS_API saltus_status saltus_network_estimate_projection(const saltus_experiment *experiment,
                                                            uint32_t index,
                                                            saltus_projection_size *size);

/**
 * Build.
 *
 * @param options  NULL for defaults
 * @param out      the network, owned by the caller; NULL on failure
 * @return SALTUS_OK, SALTUS_E_MEMORY, SALTUS_E_EXPERIMENT (what cannot be drawn, e.g. more
 *         distinct sources than there are; or v_reset >= a drawn v_th)
 */
SALTUS_API saltus_status saltus_network_build(const saltus_experiment *experiment,
                                              const saltus_network_options *options,
                                              saltus_network **out, saltus_error *error);

/** NULL is allowed. No simulation may use it any more. */
SALTUS_API void saltus_network_destroy(saltus_network *network);

/* ---- Reading ----------------------------------------------------------------------- */

/** Sizes as built. */
SALTUS_API saltus_network_size saltus_network_get_size(const saltus_network *network);
SALTUS_API uint32_t saltus_network_population_count(const saltus_network *network);
SALTUS_API const char *saltus_network_population_name(const saltus_network *network,
                                                      uint32_t population);
SALTUS_API uint32_t saltus_network_population_size(const saltus_network *network,
                                                   uint32_t population);
/** Model of a population, which must be below the number of populations. */
SALTUS_API saltus_model saltus_network_population_model(const saltus_network *network,
                                                        uint32_t population);
/** Population index by name; UINT32_MAX when there is none. */
SALTUS_API uint32_t saltus_network_find_population(const saltus_network *network, const char *name);
SALTUS_API uint32_t saltus_network_projection_count(const saltus_network *network);
/** Name of a projection ("E->I" unless named). */
SALTUS_API const char *saltus_network_projection_name(const saltus_network *network,
                                                      uint32_t projection);
SALTUS_API uint64_t saltus_network_projection_synapses(const saltus_network *network,
                                                       uint32_t projection);
/** Population whose spikes a projection carries, and population it leads to; UINT32_MAX when there
 *  is no such projection. */
SALTUS_API uint32_t saltus_network_projection_source(const saltus_network *network,
                                                     uint32_t projection);
SALTUS_API uint32_t saltus_network_projection_target(const saltus_network *network,
                                                     uint32_t projection);
/** How the weights of a projection change (rule NULL: they stay), a pointer into the network; NULL
 *  when there is no such projection. */
SALTUS_API const saltus_plasticity_spec *
saltus_network_projection_plasticity(const saltus_network *network, uint32_t projection);
/** Synapses of a projection whose weight, as stored, is 0: all of them or none where the weight is
 *  shared. Counted while building. */
SALTUS_API uint64_t saltus_network_projection_zero_weights(const saltus_network *network,
                                                           uint32_t projection);
/** Synapses that leave one neuron, over all projections: what one spike of it costs in deliveries.
 *  Those of one projection: saltus_network_read_synapses(network, projection, neuron, NULL, 0). */
SALTUS_API uint64_t saltus_network_out_degree(const saltus_network *network, uint32_t population,
                                              uint32_t neuron);
/** Number of blocks the neurons are divided in. */
SALTUS_API uint32_t saltus_network_block_count(const saltus_network *network);
/** Neuromodulators, in the order in which they were added; name NULL when out of range. */
SALTUS_API uint32_t saltus_network_modulator_count(const saltus_network *network);
SALTUS_API const char *saltus_network_modulator_name(const saltus_network *network,
                                                     uint32_t modulator);
/** Smallest delay of all synapses in ms; INFINITY without synapses. */
SALTUS_API double saltus_network_min_delay_ms(const saltus_network *network);

/** One synapse, as saltus_network_read_synapses lists it. */
typedef struct saltus_synapse {
    uint32_t source, target; /**< index within the populations */
    double weight_mV, delay_ms;
} saltus_synapse;

/**
 * Copy the synapses of source neuron `source` (index in its population) in projection
 * `projection`, ordered by (delay, target).
 *
 * @param out       room for `capacity` synapses; NULL with capacity 0 to ask for the number
 * @return the number of synapses of that source, which may exceed capacity
 */
SALTUS_API size_t saltus_network_read_synapses(const saltus_network *network, uint32_t projection,
                                               uint32_t source, saltus_synapse *out,
                                               size_t capacity);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* SALTUS_NETWORK_H */
