/* sonata_weight_writer - weights.h5, record by record.
 *
 * A record is begun, given its synapses in one piece or several, in their order, and ended. HDF5's
 * printing must be off.
 */
#ifndef SALTUS_SONATA_WEIGHT_WRITER_H
#define SALTUS_SONATA_WEIGHT_WRITER_H

#include "formats/sonata_support.h"
#include "saltus/network.h"

typedef struct sonata_weight_writer sonata_weight_writer;

/* Make the file for the projections of a network, which must outlive the writer. A projection
 * appears in it with its first record. */
saltus_status sl_sonata_weight_writer_open(const char *path, const saltus_network *network,
                                           sonata_weight_writer **out, saltus_error *error);
/* Must the next record of this projection have sources and targets? */
bool sl_sonata_weight_writer_wants_ends(const sonata_weight_writer *writer, uint32_t projection);
/* A failure is kept for the close. */
saltus_status sl_sonata_weight_writer_begin(sonata_weight_writer *writer, uint32_t projection);
saltus_status sl_sonata_weight_writer_put(sonata_weight_writer *writer, const uint32_t *sources,
                                          const uint32_t *targets, const double *weights,
                                          size_t count);
saltus_status sl_sonata_weight_writer_end(sonata_weight_writer *writer, double time_ms);
/* Close; frees in every case. Tells the first failure of all. */
saltus_status sl_sonata_weight_writer_close(sonata_weight_writer *writer, saltus_error *error);

#endif /* SALTUS_SONATA_WEIGHT_WRITER_H */
