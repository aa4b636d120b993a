/* sonata_map - from (population, neuron) to (SONATA population, node id). */
#include "formats/sonata_map.h"

#include <stdlib.h>
#include <string.h>

/* Index of a SONATA population's name, added when it is not there. */
static bool name_index(saltus_sonata_map *map, const char *name, uint32_t *index)
{
    for (size_t i = 0; i < map->names.count; i++) {
        if (strcmp(map->names.items[i], name) == 0) {
            *index = (uint32_t)i;
            return true;
        }
    }
    *index = (uint32_t)map->names.count;
    return sl_sonata_names_add(&map->names, name);
}

saltus_status sl_sonata_map_add(saltus_sonata_map *map, const char *name, const uint32_t *node_ids,
                                uint32_t size, saltus_error *error)
{
    sonata_map_entry entry = {.size = size};
    void *entries = map->entries;
    if (!sl_sonata_reserve(&entries, &map->capacity, map->count + 1, sizeof *map->entries)) {
        return sl_sonata_fail_memory(error);
    }
    map->entries = entries;
    bool is_plain = true;
    for (uint32_t i = 0; node_ids != NULL && i < size; i++) {
        is_plain = is_plain && node_ids[i] == i;
    }
    if (!name_index(map, name, &entry.name)) {
        return sl_sonata_fail_memory(error);
    }
    if (!is_plain) {
        entry.node_ids = sl_sonata_array(size, sizeof *entry.node_ids);
        if (entry.node_ids == NULL) {
            return sl_sonata_fail_memory(error);
        }
        memcpy(entry.node_ids, node_ids, size * sizeof *entry.node_ids);
    }
    map->entries[map->count++] = entry;
    return SALTUS_OK;
}

saltus_status saltus_sonata_map_lookup(const saltus_sonata_map *map, uint32_t population,
                                       uint32_t neuron, const char **name, uint64_t *node_id)
{
    if (population >= map->count || neuron >= map->entries[population].size) {
        return SALTUS_E_ARGUMENT;
    }
    const sonata_map_entry *entry = &map->entries[population];
    if (name != NULL) {
        *name = map->names.items[entry->name];
    }
    if (node_id != NULL) {
        *node_id = sonata_map_node(entry, neuron);
    }
    return SALTUS_OK;
}

void saltus_sonata_map_destroy(saltus_sonata_map *map)
{
    if (map == NULL) {
        return;
    }
    for (size_t i = 0; i < map->count; i++) {
        free(map->entries[i].node_ids);
    }
    free(map->entries);
    sl_sonata_names_clear(&map->names);
    free(map);
}
