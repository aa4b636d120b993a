/* sonata_spool - spikes on their way to spikes.h5, in a plain file.
 *
 * A process that is killed leaves an open HDF5 file unreadable. A run with checkpoints therefore
 * appends its spikes to a file that may be cut at any entry, and makes spikes.h5 of it at the end,
 * by the same calls in the same order as a run without checkpoints, so that it has the same bytes.
 */
#ifndef SALTUS_SONATA_SPOOL_H
#define SALTUS_SONATA_SPOOL_H

#include "formats/sonata_spike_writer.h"

/* An entry of the file, little-endian. */
typedef struct sonata_spool_entry {
    double time_ms;
    uint64_t node;
    uint32_t population; /* of the writer's names */
    uint32_t zero;
} sonata_spool_entry;

typedef struct sonata_spool {
    int descriptor;
    int error; /* errno of the first failed write; 0 */
    char *path;
    sonata_spool_entry *buffer;
    size_t used;
    uint64_t entries; /* of the file before the buffer */
} sonata_spool;

/* Begin the file; or, with `resumes`, go on behind the first `entries` of one that is there. On
 * failure nothing is owned. */
saltus_status sl_sonata_spool_open(sonata_spool *spool, const char *path, bool resumes,
                                   uint64_t entries, saltus_error *error);
/* Add a spike; a failure is kept. */
saltus_status sl_sonata_spool_append(sonata_spool *spool, size_t population, double time_ms,
                                     uint64_t node);
/* Write what is buffered and wait until it is on the disk; the entries so far. */
saltus_status sl_sonata_spool_settle(sonata_spool *spool, uint64_t *entries, saltus_error *error);
/* Every entry to the writer, which has `populations` names. HDF5's printing must be off. */
saltus_status sl_sonata_spool_replay(sonata_spool *spool, sonata_spike_writer *writer,
                                     size_t populations, saltus_error *error);
/* Frees; the file stays. A spool that is not open (all zero) is allowed. */
void sl_sonata_spool_close(sonata_spool *spool);

#endif /* SALTUS_SONATA_SPOOL_H */
