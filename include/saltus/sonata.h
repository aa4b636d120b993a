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

/* ---- Weights ------------------------------------------------------------------------- */

/** Writes weights.h5 (docs/weights.md): for each recorded projection its synapses, once, and their
 *  weights at each time, row by row as they are read, so memory does not grow with the network. */
typedef struct saltus_sonata_weights saltus_sonata_weights;
/** Opens the file in `result` and adds a weight recorder to `simulation`, which must live until the
 *  close. Call saltus_simulation_record_end when the run is over, then the close. */
SALTUS_API saltus_status saltus_sonata_weights_create(saltus_result *result,
                                                      saltus_simulation *simulation,
                                                      saltus_sonata_weights **out,
                                                      saltus_error *error);
/** The same for a run with checkpoints, which a kill must not cost its weights: they go to the
 * plain file `spool` (NULL: as saltus_sonata_weights_create) and become weights.h5 when the writer
 * is closed. The spool stays; remove it when the result is complete. */
SALTUS_API saltus_status saltus_sonata_weights_create_spooled(saltus_result *result,
                                                              saltus_simulation *simulation,
                                                              const char *spool,
                                                              saltus_sonata_weights **out,
                                                              saltus_error *error);
/** Put the position of the spool into the checkpoint; NULL puts nothing.
 *  @return SALTUS_OK, SALTUS_E_STATE (not spooled), SALTUS_E_FILE, SALTUS_E_MEMORY */
SALTUS_API saltus_status saltus_sonata_weights_save(saltus_sonata_weights *writer,
                                                    saltus_checkpoint_writer *checkpoint,
                                                    saltus_error *error);
/** As create_spooled, going on with `spool` from where it was when the checkpoint was written. */
SALTUS_API saltus_status saltus_sonata_weights_resume(
    saltus_result *result, saltus_simulation *simulation, const char *spool,
    saltus_checkpoint *checkpoint, saltus_sonata_weights **out, saltus_error *error);
/** Close; frees in every case. NULL is allowed. */
SALTUS_API saltus_status saltus_sonata_weights_close(saltus_sonata_weights *writer,
                                                     saltus_error *error);

/** A weights.h5 that is open for reading. Opaque. */
typedef struct saltus_sonata_weight_file saltus_sonata_weight_file;

/** What such a file has of one projection. Texts and times belong to the file. */
typedef struct saltus_sonata_weight_info {
    const char *name; /**< of the projection; from the second of one name on with "#2", ... */
    const char *source, *target; /**< populations */
    uint32_t source_size, target_size;
    const char *rule;    /**< learning rule; "static" */
    double w_min, w_max; /**< bounds of the rule, signed; NaN for static weights */
    const char *unit;    /**< of weights and bounds: "mV", or "pA" where the target has currents */
    size_t synapses;
    size_t time_count;
    const double *times_ms; /**< non-decreasing */
} saltus_sonata_weight_info;

SALTUS_API saltus_status saltus_sonata_weight_file_open(const char *path,
                                                        saltus_sonata_weight_file **out,
                                                        saltus_error *error);
/** NULL is allowed. */
SALTUS_API void saltus_sonata_weight_file_close(saltus_sonata_weight_file *file);
/** Number of projections. */
SALTUS_API size_t saltus_sonata_weight_file_count(const saltus_sonata_weight_file *file);
/** `index` must be below the count. */
SALTUS_API saltus_sonata_weight_info
saltus_sonata_weight_file_get(const saltus_sonata_weight_file *file, size_t index);
/** Index of a projection by name (NULL: the only one), and of one of its times (NaN: the last).
 *  @return SALTUS_OK, or SALTUS_E_FILE with what there is */
SALTUS_API saltus_status saltus_sonata_weight_file_find(const saltus_sonata_weight_file *file,
                                                        const char *projection, double time_ms,
                                                        size_t *index, size_t *time,
                                                        saltus_error *error);
/** Synapses in the order (source, target, delay, order of drawing), and their weights at time
 * number `time`: malloc'ed arrays that the caller frees. Sources and targets are within the sizes
 * of the populations, weights finite: what is not is refused.
 *  @return SALTUS_OK, SALTUS_E_ARGUMENT, SALTUS_E_FILE, SALTUS_E_MEMORY */
SALTUS_API saltus_status saltus_sonata_weight_file_read(const saltus_sonata_weight_file *file,
                                                        size_t index, size_t time,
                                                        uint32_t **sources, uint32_t **targets,
                                                        double **weights, saltus_error *error);
/** All of it in one call. A saltus_weight_file_reader. */
SALTUS_API saltus_status saltus_sonata_read_weights(const char *path, const char *projection,
                                                    double time_ms, const char *unit,
                                                    uint32_t **sources, uint32_t **targets,
                                                    double **weights, size_t *count,
                                                    saltus_error *error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* SALTUS_SONATA_H */
