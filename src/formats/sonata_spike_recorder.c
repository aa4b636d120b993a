/* sonata_spike_recorder - a recorder that writes the spikes of a simulation to spikes.h5. */
#include <stdlib.h>
#include <string.h>

#include "formats/sonata_hdf5.h"
#include "formats/sonata_map.h"
#include "formats/sonata_spike_writer.h"
#include "formats/sonata_spool.h"
#include "saltus/sonata.h"

struct saltus_sonata_spikes {
    sonata_spike_writer *writer; /* NULL: spikes go to the spool first */
    sonata_spool spool;
    char *path;                    /* of spikes.h5, made of the spool when it is closed */
    const saltus_network *network; /* whose populations the spool is of */
    const saltus_sonata_map *map;  /* NULL: populations and neurons as they are */
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
        status =
            recorder->writer != NULL
                ? sl_sonata_writer_append(recorder->writer, population, spikes[i].time_ms, node)
                : sl_sonata_spool_append(&recorder->spool, population, spikes[i].time_ms, node);
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
static saltus_status open_writer(const saltus_sonata_spikes *recorder, const char *path,
                                 const saltus_network *network, sonata_spike_writer **out,
                                 saltus_error *error)
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
    const saltus_status status = sl_sonata_writer_open(path, names, count, out, error);
    sl_sonata_quiet_end(quiet);
    free(names);
    return status;
}

/* Where the spikes of a recorder go at first. */
typedef struct spool_request {
    const char *path;              /* NULL: straight to spikes.h5 */
    saltus_checkpoint *checkpoint; /* NULL: from the beginning */
} spool_request;

/* of a checkpoint: entries of the spool */
static const char section_name[] = "sonata-spikes";

/* Begin the spool, or go on with it. The network outlives the simulation, and so the recorder. */
static saltus_status open_spool(saltus_sonata_spikes *recorder, const char *path,
                                const saltus_network *network, const spool_request *request,
                                saltus_error *error)
{
    uint64_t entries = 0;
    recorder->network = network;
    recorder->path = sl_sonata_format("%s", path);
    if (recorder->path == NULL) {
        return sl_sonata_fail_memory(error);
    }
    if (request->checkpoint != NULL) {
        void *bytes = NULL;
        size_t size = 0;
        const saltus_status status =
            saltus_checkpoint_get_bytes(request->checkpoint, section_name, &bytes, &size, error);
        const bool whole = size == sizeof entries;
        if (whole) {
            memcpy(&entries, bytes, sizeof entries);
        }
        free(bytes);
        if (status || !whole) {
            return status ? status
                          : sl_sonata_fail(error, SALTUS_E_FILE, NULL, 0,
                                           "the checkpoint's section %s is damaged", section_name);
        }
    }
    return sl_sonata_spool_open(&recorder->spool, request->path, request->checkpoint != NULL,
                                entries, error);
}

static saltus_status create(saltus_result *result, saltus_simulation *simulation,
                            const saltus_sonata_map *map, const spool_request *request,
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
    status = request->path != NULL ? open_spool(recorder, path, network, request, error)
                                   : open_writer(recorder, path, network, &recorder->writer, error);
    if (!status) {
        status = saltus_simulation_add_spike_recorder(simulation, write_spikes, recorder);
        if (status) {
            sl_sonata_fail(error, status, NULL, 0,
                           "spikes.h5: the simulation takes no further spike recorder");
        }
    }
    if (status) {
        free(recorder->path);
        recorder->path = NULL; /* nothing to make of the spool */
        saltus_sonata_spikes_close(recorder, NULL);
        return status;
    }
    *out = recorder;
    return SALTUS_OK;
}

saltus_status saltus_sonata_spikes_create_mapped(saltus_result *result,
                                                 saltus_simulation *simulation,
                                                 const saltus_sonata_map *map,
                                                 saltus_sonata_spikes **out, saltus_error *error)
{
    return create(result, simulation, map, &(spool_request){0}, out, error);
}

saltus_status saltus_sonata_spikes_create(saltus_result *result, saltus_simulation *simulation,
                                          saltus_sonata_spikes **out, saltus_error *error)
{
    return saltus_sonata_spikes_create_mapped(result, simulation, NULL, out, error);
}

/* ---- Checkpoints --------------------------------------------------------------------------- */

saltus_status saltus_sonata_spikes_create_spooled(saltus_result *result,
                                                  saltus_simulation *simulation,
                                                  const saltus_sonata_map *map, const char *spool,
                                                  saltus_sonata_spikes **out, saltus_error *error)
{
    return create(result, simulation, map, &(spool_request){.path = spool}, out, error);
}

saltus_status saltus_sonata_spikes_resume(saltus_result *result, saltus_simulation *simulation,
                                          const saltus_sonata_map *map, const char *spool,
                                          saltus_checkpoint *checkpoint, saltus_sonata_spikes **out,
                                          saltus_error *error)
{
    const spool_request request = {.path = spool, .checkpoint = checkpoint};
    return create(result, simulation, map, &request, out, error);
}

saltus_status saltus_sonata_spikes_save(saltus_sonata_spikes *recorder,
                                        saltus_checkpoint_writer *checkpoint, saltus_error *error)
{
    if (recorder == NULL) {
        return SALTUS_OK;
    }
    if (recorder->writer != NULL) {
        return sl_sonata_fail(error, SALTUS_E_STATE, NULL, 0,
                              "spikes.h5: only a spooled recorder can be part of a checkpoint");
    }
    uint64_t entries = 0;
    const saltus_status status = sl_sonata_spool_settle(&recorder->spool, &entries, error);
    return status ? status
                  : saltus_checkpoint_put_bytes(checkpoint, section_name, &entries, sizeof entries,
                                                error);
}

/* spikes.h5 of the spool. */
static saltus_status write_spooled(saltus_sonata_spikes *recorder, saltus_error *error)
{
    const saltus_network *network = recorder->network;
    sonata_spike_writer *writer = NULL;
    saltus_status status = open_writer(recorder, recorder->path, network, &writer, error);
    if (status) {
        return status;
    }
    const size_t count = recorder->map != NULL ? recorder->map->names.count
                                               : saltus_network_population_count(network);
    status = sl_sonata_spool_replay(&recorder->spool, writer, count, error);
    const saltus_status closed = sl_sonata_writer_close(writer, status ? NULL : error);
    return status ? status : closed;
}

saltus_status saltus_sonata_spikes_close(saltus_sonata_spikes *recorder, saltus_error *error)
{
    if (recorder == NULL) {
        return SALTUS_OK;
    }
    saltus_status status = SALTUS_OK;
    const sonata_quiet quiet = sl_sonata_quiet_begin();
    if (recorder->writer != NULL) {
        status = sl_sonata_writer_close(recorder->writer, error);
    } else if (recorder->path != NULL) {
        status = write_spooled(recorder, error);
    }
    sl_sonata_quiet_end(quiet);
    sl_sonata_spool_close(&recorder->spool);
    free(recorder->path);
    free(recorder);
    return status;
}
