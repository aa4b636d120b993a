/* sonata_edges - edge populations as list projections. */
#ifndef SALTUS_SONATA_EDGES_H
#define SALTUS_SONATA_EDGES_H

#include "formats/sonata_nodes.h"

/* Read every edge population of the configuration and add it to the experiment, whose populations
 * are the circuit's parts: a projection for each pair of parts that is connected. */
saltus_status sl_sonata_edges_read(const sonata_config *config, const sonata_circuit *circuit,
                                   saltus_experiment *experiment, sonata_notes *notes,
                                   saltus_error *error);

#endif /* SALTUS_SONATA_EDGES_H */
