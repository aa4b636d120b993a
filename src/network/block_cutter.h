/* block_cutter - where blocks begin.
 *
 * Goes through the groups in order and says for each whether a block begins with it, so that the
 * estimate can count blocks without building them.
 */
#ifndef SALTUS_BLOCK_CUTTER_H
#define SALTUS_BLOCK_CUTTER_H

#include "experiment/experiment.h"
#include "saltus/network.h"

/* What a neuron weighs: the doubles of its state that deliveries touch, or 1 where the size of a
 * block is given in neurons. */
typedef struct block_cutter {
    uint64_t limit;          /* of a block, at most */
    bool neurons;            /* each weighs 1 */
    uint64_t wanted;         /* blocks to share the membranes evenly; 1 when only `limit` counts */
    uint64_t membranes;      /* lif populations, all */
    uint64_t membranes_done; /* of the groups before */
    uint64_t weight;         /* of the block so far */
    uint32_t blocks;         /* begun so far */
} block_cutter;

/* Threads of a build: what the options say, or what OpenMP gives. */
uint32_t sl_network_threads(const saltus_network_options *options);

block_cutter sl_block_cutter(const saltus_experiment *experiment,
                             const saltus_network_options *options);

/* The next group, of `neurons` of a population: true when a block begins with it. */
bool sl_block_cutter_next(block_cutter *cutter, const saltus_population_spec *spec,
                          uint32_t neurons);

/* Groups of a population of `size` neurons. */
uint32_t sl_group_count(uint32_t size);

/* Neurons of group `index` of a population of `size` neurons. */
uint32_t sl_group_neurons(uint32_t size, uint32_t index);

#endif /* SALTUS_BLOCK_CUTTER_H */
