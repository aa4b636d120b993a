/* sonata_weight_spool - weights on their way to weights.h5, in a plain file.
 *
 * A process that is killed leaves an open HDF5 file unreadable. A run with checkpoints therefore
 * appends its records to a file that may be cut behind any of them, and makes weights.h5 of it at
 * the end. A record is a head and the weights; whose synapses they are is known to the network.
 */
#ifndef SALTUS_SONATA_WEIGHT_SPOOL_H
#define SALTUS_SONATA_WEIGHT_SPOOL_H

#include "formats/sonata_support.h"

/* The head of a record in the file. */
typedef struct sonata_weight_head {
    double time_ms;
    uint64_t synapses;
    uint32_t projection;
    uint32_t zero;
} sonata_weight_head;

typedef struct sonata_weight_spool {
    int descriptor;
    char *path; /* NULL: not open */
    uint64_t size;
} sonata_weight_spool;

/* Begin the file; or, with `resumes`, go on behind the first `size` bytes of one that is there. On
 * failure nothing is owned. */
saltus_status sl_sonata_weight_spool_open(sonata_weight_spool *spool, const char *path,
                                          bool resumes, uint64_t size, saltus_error *error);
saltus_status sl_sonata_weight_spool_append(sonata_weight_spool *spool, const void *bytes,
                                            size_t size, saltus_error *error);
/* Wait until all of it is on the disk. */
saltus_status sl_sonata_weight_spool_settle(const sonata_weight_spool *spool, saltus_error *error);
saltus_status sl_sonata_weight_spool_read(const sonata_weight_spool *spool, uint64_t at,
                                          void *bytes, size_t size, saltus_error *error);
/* Frees; the file stays. */
void sl_sonata_weight_spool_close(sonata_weight_spool *spool);

#endif /* SALTUS_SONATA_WEIGHT_SPOOL_H */
