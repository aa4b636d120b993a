/* sonata_nodes - node populations, each as one or several Saltus populations.
 *
 * A Saltus population has one set of parameters, so a node population is divided by node type:
 * a part for each type that is used, and one part for all virtual nodes. Within a part neurons
 * are in ascending order of node id.
 */
#ifndef SALTUS_SONATA_NODES_H
#define SALTUS_SONATA_NODES_H

#include "formats/sonata_config.h"
#include "saltus/experiment.h"

/* One Saltus population. */
typedef struct sonata_part {
    char *name; /* wanted name; the experiment may need a longer one to keep names unique */
    saltus_population_spec spec; /* unless virtual */
    bool is_virtual;
    uint32_t size;
    uint32_t *node_ids;  /* [size] ascending */
    uint32_t population; /* index in the experiment */
} sonata_part;

/* One node population. */
typedef struct sonata_nodes {
    char *name, *path; /* in SONATA; the file it is from */
    uint32_t count;
    uint32_t *ids;      /* [count] ascending; NULL when they are 0, 1, ... count - 1 */
    uint32_t *part_of;  /* [count] by position in that order */
    uint32_t *index_of; /* [count] index within the part */
    sonata_part *parts;
    size_t part_count;

    double *spike_times_ms;  /* of the virtual part, unsorted */
    uint32_t *spike_neurons; /* index within the part */
    size_t spike_count;
} sonata_nodes;

/* All of a circuit. Plain value; zero-initialise. */
typedef struct sonata_circuit {
    sonata_nodes *populations;
    size_t count, capacity;
} sonata_circuit;

/* Read every node population of the configuration. On failure `circuit` is still to be closed. */
saltus_status sl_sonata_nodes_read(const sonata_config *config, sonata_circuit *circuit,
                                   sonata_notes *notes, saltus_error *error);
void sl_sonata_circuit_close(sonata_circuit *circuit);

/* NULL when there is none of this name. */
sonata_nodes *sl_sonata_circuit_find(const sonata_circuit *circuit, const char *name);
/* Position of a node id in ascending order; UINT32_MAX when there is none. */
uint32_t sl_sonata_nodes_position(const sonata_nodes *nodes, uint32_t id);
/* The part with the virtual nodes; NULL when there is none. */
sonata_part *sl_sonata_nodes_virtual_part(const sonata_nodes *nodes);

#endif /* SALTUS_SONATA_NODES_H */
