/* graph_parts - what the measures of a graph share. */
#ifndef SALTUS_GRAPH_PARTS_H
#define SALTUS_GRAPH_PARTS_H

#include <igraph.h>

#include "saltus/graph.h"

/* Neurons of the populations that take part are numbered from 0. */
typedef struct graph_frame {
    const saltus_network *network;
    uint32_t projection; /* or SALTUS_GRAPH_NETWORK */
    uint64_t neurons, synapses;
    bool one_population; /* sources and targets are the same neurons */
} graph_frame;

/* The vertex of the first neuron of a population. */
uint64_t sl_graph_first(const graph_frame *frame, uint32_t population);

/* Statistics of the degrees of one side; `degree` has those of all vertices. */
igraph_error_t sl_graph_degrees(const graph_frame *frame, const igraph_vector_int_t *degree,
                                bool receiving, saltus_degrees *out);

/* The k-th of `count` neurons of a sample of n: one of each of as many equal parts. */
uint64_t sl_graph_sampled(uint64_t seed, uint64_t k, uint64_t count, uint64_t n);

#endif /* SALTUS_GRAPH_PARTS_H */
