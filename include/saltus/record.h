/* saltus/record.h - results on disk: a directory that is whole or absent, spike and sample
 * files, spike statistics.
 *
 * A result directory is written as DIR.partial and renamed to DIR by saltus_result_commit, so a
 * half-written result is never taken for a whole one. Writers stream: memory does not grow with
 * the number of spikes.
 *
 *     saltus_result *result = NULL;
 *     status = saltus_result_create("results/first", &result, &error);
 *     saltus_csv_spikes *csv = NULL;
 *     status = saltus_csv_spikes_create(result, sim, &csv, &error);   // adds itself to sim
 *     ... run ...
 *     status = saltus_csv_spikes_close(csv, &error);
 *     status = saltus_result_commit(result, &error);
 */
#ifndef SALTUS_RECORD_H
#define SALTUS_RECORD_H

#include "saltus/base.h"
#include "saltus/simulation.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Result directory -------------------------------------------------------------- */

typedef struct saltus_result saltus_result;

/** Make `directory`.partial (and missing parents).
 *  @return SALTUS_OK, SALTUS_E_EXISTS when directory or directory.partial is there already,
 *          SALTUS_E_FILE, SALTUS_E_MEMORY */
SALTUS_API saltus_status saltus_result_create(const char *directory, saltus_result **out,
                                              saltus_error *error);
/** Take over `directory`.partial, which another process made and left, to go on with what is in it.
 *  @return SALTUS_OK, SALTUS_E_FILE (it is not there), SALTUS_E_EXISTS (directory is there, so it
 * is finished), SALTUS_E_MEMORY */
SALTUS_API saltus_status saltus_result_reopen(const char *directory, saltus_result **out,
                                              saltus_error *error);
/** Path of a file of this name inside, while it is being written. Owned by the result, valid
 *  until the next call. NULL when memory ran out. */
SALTUS_API const char *saltus_result_path(saltus_result *result, const char *file_name);
/** The directory's final name. */
SALTUS_API const char *saltus_result_directory(const saltus_result *result);
/** Write a whole text file into it. */
SALTUS_API saltus_status saltus_result_write_text(saltus_result *result, const char *file_name,
                                                  const char *text, saltus_error *error);
/** Make it durable and rename to the final name. Frees the result on success; on failure the
 *  directory keeps its .partial name and the result is still owned by the caller. */
SALTUS_API saltus_status saltus_result_commit(saltus_result *result, saltus_error *error);
/** Give up: removes the files this library wrote and the directory, frees. NULL is allowed. */
SALTUS_API void saltus_result_discard(saltus_result *result);
/** End without a decision: DIRECTORY.partial stays as it is. NULL is allowed. */
SALTUS_API void saltus_result_leave(saltus_result *result);

/* ---- Spikes as CSV ----------------------------------------------------------------- */

/** Writes spikes.csv: header time_ms,population,neuron; time as %.17g, (time, neuron) order. */
typedef struct saltus_csv_spikes saltus_csv_spikes;
/** Opens the file and adds a recorder to `simulation`, which must be closed before the
 *  simulation runs again after saltus_csv_spikes_close. */
SALTUS_API saltus_status saltus_csv_spikes_create(saltus_result *result,
                                                  saltus_simulation *simulation,
                                                  saltus_csv_spikes **out, saltus_error *error);
/** Flush and close; frees in every case. A full disk shows here or as SALTUS_E_RECORDER from
 *  the run. NULL is allowed. */
SALTUS_API saltus_status saltus_csv_spikes_close(saltus_csv_spikes *writer, saltus_error *error);

/** Writes potential.csv: time_ms,population,neuron,v_mV in (time, record, neuron) order. */
typedef struct saltus_csv_potential saltus_csv_potential;
SALTUS_API saltus_status saltus_csv_potential_create(saltus_result *result,
                                                     saltus_simulation *simulation,
                                                     saltus_csv_potential **out,
                                                     saltus_error *error);
SALTUS_API saltus_status saltus_csv_potential_close(saltus_csv_potential *writer,
                                                    saltus_error *error);

/* ---- Positions as CSV ------------------------------------------------------------- */

/** Writes positions.csv: population,neuron,x_um,y_um,z_um of every neuron that has a position;
 *  coordinates that there are not are empty. */
SALTUS_API saltus_status saltus_csv_positions_write(saltus_result *result,
                                                    const saltus_network *network,
                                                    saltus_error *error);

/* ---- Spike statistics -------------------------------------------------------------- */

/** Statistics of one population over [from_ms, to_ms). */
typedef struct saltus_spike_statistics {
    uint64_t spikes;
    double mean_rate_Hz;    /**< spikes / (neurons * time) */
    double mean_cv;         /**< mean over neurons with >= 3 spikes of SD(ISI)/mean(ISI), SD with
                                 n - 1 in the denominator; NaN without such a neuron */
    uint64_t cv_neurons;    /**< neurons that mean_cv is taken over */
    double fraction_silent; /**< neurons without a spike */
    double synchrony;       /**< variance / mean of the population's spikes in a bin, over the whole
                                 bins of SALTUS_SYNCHRONY_BIN_MS from from_ms on (Potjans & Diesmann
                                 2014); n - 1 in the variance. 1 for independent Poisson neurons, at
                                 most their number; NaN with fewer than 2 bins or no spike in them */
} saltus_spike_statistics;

#define SALTUS_SYNCHRONY_BIN_MS 3.0

/** Collects statistics of every recorded population; 32 bytes a neuron, 32 a population. */
typedef struct saltus_statistics saltus_statistics;
/** Adds a recorder to `simulation`, which must not run any more once the statistics are destroyed;
 *  spikes before from_ms are left out. */
SALTUS_API saltus_status saltus_statistics_create(saltus_simulation *simulation, double from_ms,
                                                  saltus_statistics **out, saltus_error *error);
/** Statistics up to to_ms (usually the simulation's time). */
SALTUS_API saltus_spike_statistics saltus_statistics_get(const saltus_statistics *statistics,
                                                         uint32_t population, double to_ms);
SALTUS_API void saltus_statistics_destroy(saltus_statistics *statistics);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* SALTUS_RECORD_H */
