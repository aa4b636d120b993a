/* saltus/sonata.h - SONATA circuits and HDF5 spike files (library libsaltus-sonata).
 *
 * A library of its own, because HDF5 brings some 35 shared libraries with it. Format: SONATA
 * developer guide 0.1, Allen Institute and Blue Brain Project; point-neuron circuits, one edge
 * group per population.
 */
#ifndef SALTUS_SONATA_H
#define SALTUS_SONATA_H

#include "saltus/base.h"
#include "saltus/checkpoint.h"
#include "saltus/experiment.h"
#include "saltus/record.h"
#include "saltus/simulation.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Which node of which SONATA population each neuron is. Opaque, const once it is made. */
typedef struct saltus_sonata_map saltus_sonata_map;

/**
 * Read a circuit and its inputs from a config.json or simulation_config.json (docs/sonata.md).
 * Node populations become populations in the order of the circuit file, one for each node type
 * (virtual nodes: one in all), because a population has one set of parameters. Edges become list
 * projections, `nrn:IntFire1` becomes lif_delta with v_rest = v_reset = 0, threshold just above 1
 * (NEURON fires at m > 1), weights syn_weight * nsyns * sign taken as mV. Spikes of all
 * non-virtual populations are recorded.
 *
 * @param out    owned by the caller; NULL on failure
 * @param notes  may be NULL; else set to a malloc'ed text, a line a thing that was passed over
 *               (owned by the caller), or NULL when there is none
 * @return SALTUS_OK, SALTUS_E_FILE, SALTUS_E_EXPERIMENT, SALTUS_E_UNSUPPORTED, SALTUS_E_MEMORY
 */
SALTUS_API saltus_status saltus_sonata_load(const char *path, saltus_experiment **out, char **notes,
                                            saltus_error *error);

/** The same, and with it the map from neurons to SONATA node ids.
 *  @param map  owned by the caller; NULL on failure */
SALTUS_API saltus_status saltus_sonata_load_mapped(const char *path, saltus_experiment **out,
                                                   saltus_sonata_map **map, char **notes,
                                                   saltus_error *error);

/** Population and node id that neuron `neuron` of `population` (index in the experiment) has in
 *  the SONATA circuit. *name is valid as long as the map. Either result may be NULL.
 *  @return SALTUS_OK or SALTUS_E_ARGUMENT: there is no such neuron */
SALTUS_API saltus_status saltus_sonata_map_lookup(const saltus_sonata_map *map, uint32_t population,
                                                  uint32_t neuron, const char **name,
                                                  uint64_t *node_id);
/** NULL is allowed. */
SALTUS_API void saltus_sonata_map_destroy(saltus_sonata_map *map);

/** Read a spike file, old (/spikes/{gids,timestamps}) or new (/spikes/POPULATION/{node_ids,
 *  timestamps}) layout, sorted by (time, neuron). A saltus_spike_file_reader. */
SALTUS_API saltus_status saltus_sonata_read_spikes(const char *path, const char *population,
                                                   double **times_ms, uint32_t **neurons,
                                                   size_t *count, saltus_error *error);

/** Writes spikes.h5, new layout: /spikes/POPULATION/{timestamps, node_ids}, sorting by_time,
 *  units ms, for every recorded population that spikes. Streams in chunks. */
typedef struct saltus_sonata_spikes saltus_sonata_spikes;
/** Opens the file in `result` and adds a recorder to `simulation`. */
SALTUS_API saltus_status saltus_sonata_spikes_create(saltus_result *result,
                                                     saltus_simulation *simulation,
                                                     saltus_sonata_spikes **out,
                                                     saltus_error *error);
/** The same with the populations and node ids of `map` (NULL: as saltus_sonata_spikes_create),
 *  which must outlive the writer. Spikes of populations that are one in SONATA come together, in
 *  (time, node id) order. */
SALTUS_API saltus_status saltus_sonata_spikes_create_mapped(saltus_result *result,
                                                            saltus_simulation *simulation,
                                                            const saltus_sonata_map *map,
                                                            saltus_sonata_spikes **out,
                                                            saltus_error *error);
/** The same for a run with checkpoints, which a kill must not cost its spikes: they go to the plain
 *  file `spool` and become spikes.h5 when the recorder is closed, with the same bytes. The spool
 *  stays; remove it when the result is complete. The network must outlive the recorder. */
SALTUS_API saltus_status saltus_sonata_spikes_create_spooled(
    saltus_result *result, saltus_simulation *simulation, const saltus_sonata_map *map,
    const char *spool, saltus_sonata_spikes **out, saltus_error *error);
/** Put the position of the spool into the checkpoint; NULL puts nothing.
 *  @return SALTUS_OK, SALTUS_E_STATE (not spooled), SALTUS_E_FILE, SALTUS_E_MEMORY */
SALTUS_API saltus_status saltus_sonata_spikes_save(saltus_sonata_spikes *recorder,
                                                   saltus_checkpoint_writer *writer,
                                                   saltus_error *error);
/** As create_spooled, going on with `spool` from where it was when the checkpoint was written. */
SALTUS_API saltus_status saltus_sonata_spikes_resume(
    saltus_result *result, saltus_simulation *simulation, const saltus_sonata_map *map,
    const char *spool, saltus_checkpoint *checkpoint, saltus_sonata_spikes **out,
    saltus_error *error);
/** Flush and close; frees in every case. NULL is allowed. */
SALTUS_API saltus_status saltus_sonata_spikes_close(saltus_sonata_spikes *writer,
                                                    saltus_error *error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* SALTUS_SONATA_H */
