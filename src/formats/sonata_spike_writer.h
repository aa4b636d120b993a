/* sonata_spike_writer - spikes.h5, written while the simulation runs.
 *
 * Spikes come in order of time. They are buffered by population and written in chunks, packed
 * (shuffle, deflate 1). Memory: BUFFER spikes a population, and where more neurons than that fire
 * at one time, those.
 */
#ifndef SALTUS_SONATA_SPIKE_WRITER_H
#define SALTUS_SONATA_SPIKE_WRITER_H

#include "formats/sonata_support.h"

typedef struct sonata_spike_writer sonata_spike_writer;

/* Make the file for these populations (names copied). A population appears in it with its first
 * spike. Here and below HDF5's printing must be off. */
saltus_status sl_sonata_writer_open(const char *path, const char *const *names, size_t count,
                                    sonata_spike_writer **out, saltus_error *error);
/* Add a spike; times of one population do not decrease. Spikes of one time come in any order and
 * are written in order of node id. A failure is kept for the close. */
saltus_status sl_sonata_writer_append(sonata_spike_writer *writer, size_t population,
                                      double time_ms, uint64_t node);
/* Write what is left and close; frees in every case. Tells the first failure of all. */
saltus_status sl_sonata_writer_close(sonata_spike_writer *writer, saltus_error *error);

#endif /* SALTUS_SONATA_SPIKE_WRITER_H */
