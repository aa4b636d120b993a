/* saltus/checkpoint.h - a run on disk, to go on from bit for bit.
 *
 * A checkpoint holds all that changes while a network runs: membranes, thresholds, refractoriness,
 * predicted crossings, spikes in flight, waiting spikes, positions of random trains, weights and
 * traces, rewards, release and scaling, counts, fingerprint; and sections of the caller's own, such
 * as the state of a controller or the positions of recorders. It does not hold the network, which
 * is built again from the same experiment: a checkpoint of another one is refused. Threads, block
 * size and scheduler of the run that goes on are free, engine and step are not.
 *
 *     status = saltus_checkpoint_write(sim, "run.checkpoint", &error);         // between runs
 *     ...
 *     status = saltus_simulation_create(same_network, &options, &sim, &error); // another process
 *     ... add recorders ...
 *     if (!status) status = saltus_checkpoint_restore(sim, "run.checkpoint", &error);
 *     if (!status) status = saltus_simulation_run_until(sim, 1000.0, &error);
 *
 * The file is written beside its name and renamed when it is whole and on the disk, so that at any
 * moment either the old or the new checkpoint is there. Each byte of it is covered by a checksum.
 * docs/checkpoints.md describes it byte by byte.
 *
 * Threads: one writer or reader may be used by one thread at a time.
 */
#ifndef SALTUS_CHECKPOINT_H
#define SALTUS_CHECKPOINT_H

#include <stdbool.h>

#include "saltus/base.h"
#include "saltus/record.h"
#include "saltus/simulation.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Longest name of a section of the caller's own: letters, digits, '_', '.' and '-'. */
#define SALTUS_CHECKPOINT_NAME_MAX 24

/* ---- In one call ------------------------------------------------------------------- */

/**
 * Write the simulation as it is, between two calls of run_until (also after SALTUS_INTERRUPTED).
 * The simulation is not changed.
 * @return SALTUS_OK, SALTUS_E_ARGUMENT, SALTUS_E_STATE (it runs, or failed), SALTUS_E_FILE,
 *         SALTUS_E_MEMORY. On failure a checkpoint of this name that was there before is still
 *         there.
 */
SALTUS_API saltus_status saltus_checkpoint_write(const saltus_simulation *simulation,
                                                 const char *path, saltus_error *error);

/**
 * Bring a fresh simulation (created, recorders added, never run) to where the checkpoint was
 * written.
 * @return SALTUS_OK; SALTUS_E_FILE (not to be read, or damaged); SALTUS_E_UNSUPPORTED (no
 *         checkpoint, or of another version); SALTUS_E_ARGUMENT (of another network, engine or
 *         step); SALTUS_E_STATE (the simulation is not fresh); SALTUS_E_MEMORY. After any failure
 *         but SALTUS_E_STATE the simulation may only be destroyed.
 */
SALTUS_API saltus_status saltus_checkpoint_restore(saltus_simulation *simulation, const char *path,
                                                   saltus_error *error);

/* ---- Writing in parts -------------------------------------------------------------- */

/** A checkpoint that is being written. Opaque. */
typedef struct saltus_checkpoint_writer saltus_checkpoint_writer;

/** Begin a checkpoint that will be called `path`. */
SALTUS_API saltus_status saltus_checkpoint_create(const char *path, saltus_checkpoint_writer **out,
                                                  saltus_error *error);
/** Everything of the simulation; once. The first failure of a write is kept for the commit. */
SALTUS_API saltus_status saltus_checkpoint_put_simulation(saltus_checkpoint_writer *writer,
                                                          const saltus_simulation *simulation,
                                                          saltus_error *error);
/** A section of the caller's own: `size` bytes under a name that no other has. */
SALTUS_API saltus_status saltus_checkpoint_put_bytes(saltus_checkpoint_writer *writer,
                                                     const char *name, const void *bytes,
                                                     size_t size, saltus_error *error);
/** Make it durable and give it its name. Frees the writer in every case; on failure the file of
 *  that name, if there was one, is as it was. */
SALTUS_API saltus_status saltus_checkpoint_commit(saltus_checkpoint_writer *writer,
                                                  saltus_error *error);
/** Give up and free; NULL is allowed. */
SALTUS_API void saltus_checkpoint_discard(saltus_checkpoint_writer *writer);

/* ---- Reading in parts -------------------------------------------------------------- */

/** An open checkpoint, checked from the first to the last byte. Opaque. */
typedef struct saltus_checkpoint saltus_checkpoint;

/** What a checkpoint is of. */
typedef struct saltus_checkpoint_info {
    const char *engine, *scheduler; /**< static; NULL: none that this library knows */
    double step_ms;                 /**< 0 for the event engine */
    double time_ms;                 /**< everything before it is done */
    uint64_t fingerprint;
    uint64_t file_bytes;
} saltus_checkpoint_info;

/** Open and check every checksum. @return SALTUS_OK, SALTUS_E_FILE, SALTUS_E_UNSUPPORTED,
 *  SALTUS_E_MEMORY */
SALTUS_API saltus_status saltus_checkpoint_open(const char *path, saltus_checkpoint **out,
                                                saltus_error *error);
/** @return SALTUS_OK, or SALTUS_E_FILE when it holds no simulation */
SALTUS_API saltus_status saltus_checkpoint_get_info(saltus_checkpoint *checkpoint,
                                                    saltus_checkpoint_info *info,
                                                    saltus_error *error);
/** As saltus_checkpoint_restore. */
SALTUS_API saltus_status saltus_checkpoint_get_simulation(saltus_checkpoint *checkpoint,
                                                          saltus_simulation *simulation,
                                                          saltus_error *error);
/** Is there a section of the caller's own of this name? */
SALTUS_API bool saltus_checkpoint_has_bytes(const saltus_checkpoint *checkpoint, const char *name);
/** A copy of a section of the caller's own with a zero byte behind it, malloc'ed.
 *  @return SALTUS_OK, SALTUS_E_ARGUMENT (there is none of this name), SALTUS_E_FILE,
 *          SALTUS_E_MEMORY */
SALTUS_API saltus_status saltus_checkpoint_get_bytes(saltus_checkpoint *checkpoint,
                                                     const char *name, void **bytes, size_t *size,
                                                     saltus_error *error);
/** NULL is allowed. */
SALTUS_API void saltus_checkpoint_close(saltus_checkpoint *checkpoint);

/* ---- Recorders --------------------------------------------------------------------- */

/** Write what is buffered and put the file's position (statistics: their sums) into the
 *  checkpoint. NULL recorders are allowed and put nothing. */
SALTUS_API saltus_status saltus_csv_spikes_save(saltus_csv_spikes *recorder,
                                                saltus_checkpoint_writer *writer,
                                                saltus_error *error);
SALTUS_API saltus_status saltus_csv_potential_save(saltus_csv_potential *recorder,
                                                   saltus_checkpoint_writer *writer,
                                                   saltus_error *error);
SALTUS_API saltus_status saltus_statistics_save(const saltus_statistics *statistics,
                                                saltus_checkpoint_writer *writer,
                                                saltus_error *error);

/** As the functions called create, but the file in `result` goes on from where it was when the
 *  checkpoint was written; what was written after that is cut off.
 *  @return besides theirs SALTUS_E_FILE when the file is shorter than that, or not there */
SALTUS_API saltus_status saltus_csv_spikes_resume(saltus_result *result,
                                                  saltus_simulation *simulation,
                                                  saltus_checkpoint *checkpoint,
                                                  saltus_csv_spikes **out, saltus_error *error);
SALTUS_API saltus_status saltus_csv_potential_resume(saltus_result *result,
                                                     saltus_simulation *simulation,
                                                     saltus_checkpoint *checkpoint,
                                                     saltus_csv_potential **out,
                                                     saltus_error *error);
SALTUS_API saltus_status saltus_statistics_resume(saltus_simulation *simulation,
                                                  saltus_checkpoint *checkpoint,
                                                  saltus_statistics **out, saltus_error *error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* SALTUS_CHECKPOINT_H */
