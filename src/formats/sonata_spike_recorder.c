/* sonata_spike_recorder - a recorder that writes the spikes of a simulation to spikes.h5. */
#include <stdlib.h>
#include <string.h>

#include "formats/sonata_hdf5.h"
#include "formats/sonata_map.h"
#include "formats/sonata_spike_writer.h"
#include "saltus/sonata.h"

struct saltus_sonata_spikes {
    sonata_spike_writer *writer;
    const saltus_sonata_map *map; /* NULL: populations and neurons as they are */
};

static saltus_status write_spikes(void *user, const saltus_spike *spikes, size_t count)
{
    saltus_sonata_spikes *recorder = user;
    const saltus_sonata_map *map = recorder->map;
    const sonata_quiet quiet = sl_sonata_quiet_begin();
    saltus_status status = SALTUS_OK;
    for (size_t i = 0; !status && i < count; i++) {
        size_t population = spikes[i].population;
        uint64_t node = spikes[i].neuron;
        if (map != NULL) {
            const sonata_map_entry *entry = &map->entries[population];
            population = entry->name;
            node = sonata_map_node(entry, spikes[i].neuron);
        }
        status = sl_sonata_writer_append(recorder->writer, population, spikes[i].time_ms, node);
    }
    sl_sonata_quiet_end(quiet);
    return status;
}

/* Is the map one of this network? */
static saltus_status check_map(const saltus_sonata_map *map, const saltus_network *network,
                               saltus_error *error)
{
    const uint32_t count = saltus_network_population_count(network);
    bool fits = map->count == count;
    for (uint32_t i = 0; fits && i < count; i++) {
        fits = map->entries[i].size == saltus_network_population_size(network, i);
    }
    return fits ? SALTUS_OK
                : sl_sonata_fail(error, SALTUS_E_ARGUMENT, NULL, 0,
                                 "spikes.h5: the SONATA map is not of the experiment that runs");
}

/* Open the file for the populations of the map or of the network. */
static saltus_status open_writer(saltus_sonata_spikes *recorder, const char *path,
                                 const saltus_network *network, saltus_error *error)
{
    const saltus_sonata_map *map = recorder->map;
    const size_t count = map != NULL ? map->names.count : saltus_network_population_count(network);
    const char **names = sl_sonata_array(count, sizeof *names);
    if (names == NULL) {
        return sl_sonata_fail_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        names[i] = map != NULL ? map->names.items[i]
                               : saltus_network_population_name(network, (uint32_t)i);
    }
    const sonata_quiet quiet = sl_sonata_quiet_begin();
    const saltus_status status =
        sl_sonata_writer_open(path, names, count, &recorder->writer, error);
    sl_sonata_quiet_end(quiet);
    free(names);
    return status;
}

saltus_status saltus_sonata_spikes_create_mapped(saltus_result *result,
                                                 saltus_simulation *simulation,
                                                 const saltus_sonata_map *map,
                                                 saltus_sonata_spikes **out, saltus_error *error)
{
    *out = NULL;
    const saltus_network *network = saltus_simulation_network(simulation);
    saltus_status status = map != NULL ? check_map(map, network, error) : SALTUS_OK;
    if (status) {
        return status;
    }
    saltus_sonata_spikes *recorder = sl_sonata_array(1, sizeof *recorder);
    const char *path = saltus_result_path(result, "spikes.h5");
    if (recorder == NULL || path == NULL) {
        free(recorder);
        return sl_sonata_fail_memory(error);
    }
    recorder->map = map;
    status = open_writer(recorder, path, network, error);
    if (!status) {
        status = saltus_simulation_add_spike_recorder(simulation, write_spikes, recorder);
        if (status) {
            sl_sonata_fail(error, status, NULL, 0,
                           "spikes.h5: the simulation takes no further spike recorder");
        }
    }
    if (status) {
        saltus_sonata_spikes_close(recorder, NULL);
        return status;
    }
    *out = recorder;
    return SALTUS_OK;
}

saltus_status saltus_sonata_spikes_create(saltus_result *result, saltus_simulation *simulation,
                                          saltus_sonata_spikes **out, saltus_error *error)
{
    return saltus_sonata_spikes_create_mapped(result, simulation, NULL, out, error);
}

saltus_status saltus_sonata_spikes_close(saltus_sonata_spikes *writer, saltus_error *error)
{
    if (writer == NULL) {
        return SALTUS_OK;
    }
    saltus_status status = SALTUS_OK;
    if (writer->writer != NULL) {
        const sonata_quiet quiet = sl_sonata_quiet_begin();
        status = sl_sonata_writer_close(writer->writer, error);
        sl_sonata_quiet_end(quiet);
    }
    free(writer);
    return status;
}
