/* sonata_map - from (population, neuron) to (SONATA population, node id). */
#ifndef SALTUS_SONATA_MAP_H
#define SALTUS_SONATA_MAP_H

#include "formats/sonata_support.h"
#include "saltus/sonata.h"

/* One population of the experiment. */
typedef struct sonata_map_entry {
    uint32_t name; /* index into names */
    uint32_t size;
    uint32_t *node_ids; /* [size]; NULL: 0, 1, ... */
} sonata_map_entry;

struct saltus_sonata_map {
    sonata_names names; /* SONATA populations */
    sonata_map_entry *entries;
    size_t count, capacity;
};

/* Append a population that belongs to SONATA population `name`; copies the ids. */
saltus_status sl_sonata_map_add(saltus_sonata_map *map, const char *name, const uint32_t *node_ids,
                                uint32_t size, saltus_error *error);

/* Node id of a neuron that is there. */
static inline uint64_t sonata_map_node(const sonata_map_entry *entry, uint32_t neuron)
{
    return entry->node_ids != NULL ? entry->node_ids[neuron] : neuron;
}

#endif /* SALTUS_SONATA_MAP_H */
