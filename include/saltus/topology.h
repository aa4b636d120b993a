/* saltus/topology.h - parameters of the connection rules that give a network its shape.
 *
 * docs/topology.md states each rule, its source and the order in which it draws.
 */
#ifndef SALTUS_TOPOLOGY_H
#define SALTUS_TOPOLOGY_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A small world on a ring of the neurons of one population (Watts & Strogatz 1998 Nature
 *  393:440), directed: every neuron has k synapses from its k nearest, and each of these comes from
 *  elsewhere with probability p. All in-degrees stay k. */
typedef struct saltus_small_world_spec {
    uint32_t neighbours; /**< k: even, 2 to size - 1 */
    double rewiring;     /**< p, in [0, 1] */
} saltus_small_world_spec;

/** Which degrees of a scale-free network follow the power law. */
typedef enum saltus_degree_side {
    SALTUS_DEGREES_BOTH, /**< every edge is a synapse each way (preferential attachment only) */
    SALTUS_DEGREES_IN,   /**< hubs receive: synapses go from the younger neuron to the older */
    SALTUS_DEGREES_OUT   /**< hubs send: synapses go from the older neuron to the younger */
} saltus_degree_side;

/** Hubs, in one of two ways. Preferential attachment (Barabasi & Albert 1999 Science 286:509): a
 *  complete graph of m + 1 neurons of one population grows by neurons with m edges each, to
 *  different neurons that are there, with probabilities in proportion to their edges; the exponent
 *  is 3. Or a configuration model with an exponent of choice: each neuron draws its degree k from
 *  P(k) ~ k^-exponent on [least, most], and that many partners uniformly. */
typedef struct saltus_scale_free_spec {
    uint32_t attachment; /**< m, 1 to size - 1; 0: the configuration model */
    double exponent;     /**< configuration model: above 1, at most 100 */
    saltus_degree_side degrees;
    uint32_t least; /**< configuration model: smallest degree, at least 1; default 1 */
    uint32_t most;  /**< and the largest; 0 (default): as many as there are partners */
} saltus_scale_free_spec;

/** A stochastic block model (Holland, Laskey & Leinhardt 1983 Social Networks 5:109): consecutive
 *  neurons of one population form blocks, and each ordered pair is connected with a probability
 *  that depends on the blocks of both. */
typedef struct saltus_block_model_spec {
    const uint32_t *sizes;       /**< [count] neurons; together the population; borrowed, copied */
    const double *probabilities; /**< [count][count]: from block (row) to block (column) */
    size_t count;                /**< blocks */
} saltus_block_model_spec;

/** A kernel that slides over a grid: target t has the source t * stride + k - padding along each
 * axis for each k of the kernel, if there is one; a periodic grid goes on at its other side. Listed
 * weights are those of the kernel, x running fastest, the same for every target. */
typedef struct saltus_convolution_spec {
    uint32_t kernel[3];  /**< taps along each axis of the grids */
    uint32_t stride[3];  /**< at least 1 */
    uint32_t padding[3]; /**< sources that are missing on each side; default 0 */
} saltus_convolution_spec;

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* SALTUS_TOPOLOGY_H */
