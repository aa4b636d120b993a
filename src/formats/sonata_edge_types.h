/* sonata_edge_types - what edge_types.csv gives to the edges of each type. */
#ifndef SALTUS_SONATA_EDGE_TYPES_H
#define SALTUS_SONATA_EDGE_TYPES_H

#include "formats/sonata_config.h"
#include "formats/sonata_table.h"

/* One type. */
typedef struct sonata_edge_type {
    double weight, delay_ms, nsyns; /* where the file gives them */
    bool has_weight, has_delay;
    double sign; /* of the synapse model; 1 without one */
} sonata_edge_type;

typedef struct sonata_edge_types {
    sonata_table table;
    sonata_edge_type *types; /* [table.row_count] */
} sonata_edge_types;

/* Read the table and the synapse models that it names. */
saltus_status sl_sonata_edge_types_open(sonata_edge_types *types, const sonata_config *config,
                                        const char *path, saltus_error *error);
void sl_sonata_edge_types_close(sonata_edge_types *types);

#endif /* SALTUS_SONATA_EDGE_TYPES_H */
