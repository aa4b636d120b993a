/* sonata_spike_files - reading spike trains from HDF5 (old and new layout) and CSV. */
#ifndef SALTUS_SONATA_SPIKE_FILES_H
#define SALTUS_SONATA_SPIKE_FILES_H

#include "formats/sonata_support.h"

/* Spikes of one population, sorted by (time, node). */
typedef struct sonata_trains {
    double *times_ms; /* [count] */
    uint32_t *nodes;  /* [count] node ids */
    size_t count;
} sonata_trains;

/* Read an HDF5 file. `population` NULL: the only one. HDF5's printing must be off. */
saltus_status sl_sonata_trains_read_hdf5(sonata_trains *trains, const char *path,
                                         const char *population, saltus_error *error);
/* Read a CSV file: "timestamps population node_ids" or without a first line of names. */
saltus_status sl_sonata_trains_read_csv(sonata_trains *trains, const char *path,
                                        const char *population, saltus_error *error);
void sl_sonata_trains_clear(sonata_trains *trains);

/* Sort the two arrays by (time, node). */
saltus_status sl_sonata_trains_sort(double *times_ms, uint32_t *nodes, size_t count,
                                    saltus_error *error);

#endif /* SALTUS_SONATA_SPIKE_FILES_H */
