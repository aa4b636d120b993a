/* operations_parts - the report of a run, inside: what its parts know of each other. */
#ifndef SALTUS_OPERATIONS_PARTS_H
#define SALTUS_OPERATIONS_PARTS_H

#include "network/network.h"
#include "saltus/operations.h"

struct saltus_operations {
    saltus_operations_summary summary;
    saltus_population_operations *populations; /* [population_count] */
    saltus_projection_operations *projections; /* [projection_count] */
};

/* operations_structure.c: pairs of neurons with a synapse of weight other than 0, and bytes of the
 * projection as built. False when memory ran out. */
bool sl_operations_structure(const saltus_network *network, uint32_t projection,
                             saltus_projection_operations *out);

/* operations_arithmetic.c: counts times the catalog's table. */
saltus_arithmetic sl_operations_of_projection(const saltus_network *network, uint32_t projection,
                                              const saltus_operations_run *activity);
saltus_arithmetic sl_operations_of_external(const saltus_network *network, uint32_t population,
                                            const saltus_operations_run *activity);
/* Spikes, resets, searches and steps: all but arrivals. */
saltus_arithmetic sl_operations_of_neurons(const saltus_network *network, uint32_t population,
                                           const saltus_operations_run *activity);

/* operations_graph.c: classify; `external`: inputs come from one layer more. `populations` has room
 * for all of the network. False when memory ran out. */
bool sl_operations_graph(const saltus_network *network, bool external,
                         saltus_graph_population *populations, saltus_graph_summary *summary);

/* ann_twin.c */
saltus_status sl_ann_take_options(const saltus_ann_options *given, saltus_ann_options *options,
                                  saltus_error *error);

/* Inputs to a population. */
uint32_t sl_operations_inputs(const saltus_network *network, uint32_t population);

#endif /* SALTUS_OPERATIONS_PARTS_H */
