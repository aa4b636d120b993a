/* saltus/graph.h - a built network as a graph: degrees, clustering, path lengths, reciprocity.
 *
 * In libsaltus-graph, a library of its own, because igraph brings linear algebra with it.
 *
 *     saltus_graph_options options = saltus_graph_options_default();
 *     saltus_graph_measures measures;
 *     status = saltus_graph_measure(network, SALTUS_GRAPH_NETWORK, &options, &measures, &error);
 *
 * Measures of large graphs are taken from a sample of neurons, which is the same for the same seed.
 */
#ifndef SALTUS_GRAPH_H
#define SALTUS_GRAPH_H

#include <stdint.h>

#include "saltus/base.h"
#include "saltus/network.h"

#ifdef __cplusplus
extern "C" {
#endif

/** All projections together, instead of one. */
#define SALTUS_GRAPH_NETWORK UINT32_MAX
/** Bins of a histogram of degrees: 0, 1, 2 to 3, 4 to 7, ... */
#define SALTUS_DEGREE_BINS 33

/** How to measure. Get it from saltus_graph_options_default(). */
typedef struct saltus_graph_options {
    uint32_t struct_size;
    uint32_t sample; /**< fewest neurons that a measure is taken from where all would be too many;
                        at least 2; default 16 */
    uint64_t seed;   /**< of the sample; default 1 */
    double work;     /**< steps from one neuron to another that may be taken for one measure before
                          only a sample is taken, of as many neurons as these allow; default 1e8 */
} saltus_graph_options;

SALTUS_API saltus_graph_options saltus_graph_options_default(void);

/** Degrees of one side: synapses that each neuron receives, or sends. */
typedef struct saltus_degrees {
    uint64_t neurons;
    double mean, sd; /**< sd of the population, with n in the denominator */
    uint64_t least, most;
    uint64_t histogram[SALTUS_DEGREE_BINS]; /**< bin b > 0: degrees 2^(b - 1) to 2^b - 1 */
    /** A power law fitted to the tail by maximum likelihood, its beginning chosen for the smallest
     *  Kolmogorov-Smirnov distance (Clauset, Shalizi & Newman 2009 SIAM Rev. 51:661); NaN with
     * fewer than 50 neurons that have synapses, or when all have as many. */
    double exponent;
    double exponent_from;     /**< degree at which the tail begins */
    double exponent_distance; /**< Kolmogorov-Smirnov distance of the tail from the law */
} saltus_degrees;

/** A graph in numbers. What is not defined, such as paths from one population to another, is NaN.
 */
typedef struct saltus_graph_measures {
    uint64_t neurons, synapses;
    uint64_t pairs;     /**< ordered pairs of different neurons with a synapse or several */
    uint64_t autapses;  /**< synapses of a neuron onto itself */
    uint64_t multapses; /**< synapses of pairs beyond the first */
    saltus_degrees in, out;
    double density;     /**< pairs / all ordered pairs */
    double reciprocity; /**< share of pairs whose reverse is a pair, too */
    /** Mean over neurons of the share of pairs of neighbours that are neighbours, whatever the
     *  direction of synapses; 0 for neurons with fewer than two neighbours (Watts & Strogatz 1998).
     */
    double clustering;
    double clustering_error;     /**< standard error of the sample; 0: no sample */
    double clustering_random;    /**< of a random graph of this density: 1 - (1 - density)^2 */
    uint64_t clustering_neurons; /**< that it is the mean over */
    /** Mean number of synapses on the shortest way, along their direction, over ordered pairs of
     *  different neurons that have one. */
    double path_length;
    double path_error;     /**< standard error of the sample; 0: no sample */
    double path_random;    /**< of a random graph of this mean degree: ln N / ln (mean degree) */
    uint64_t path_longest; /**< of the ways found */
    double path_reachable; /**< share of ordered pairs that have a way */
    uint64_t path_sources; /**< neurons from which ways were looked for */
} saltus_graph_measures;

/**
 * Measure one projection, or the network.
 *
 * @param projection  index, or SALTUS_GRAPH_NETWORK; a projection from one population to another
 * has degrees only
 * @param options     NULL for defaults
 * @return SALTUS_OK, SALTUS_E_ARGUMENT, SALTUS_E_MEMORY
 */
SALTUS_API saltus_status saltus_graph_measure(const saltus_network *network, uint32_t projection,
                                              const saltus_graph_options *options,
                                              saltus_graph_measures *out, saltus_error *error);

/** Bytes that measuring a graph of so many neurons and synapses takes, about. */
SALTUS_API uint64_t saltus_graph_bytes(uint64_t neurons, uint64_t synapses);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* SALTUS_GRAPH_H */
