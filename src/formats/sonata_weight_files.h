/* sonata_weight_files - the names of things in weights.h5, for its reader and its writer. */
#ifndef SALTUS_SONATA_WEIGHT_FILES_H
#define SALTUS_SONATA_WEIGHT_FILES_H

#include "formats/sonata_support.h"

/* The attribute `format` of the root. */
#define WEIGHT_FILE_FORMAT "saltus weights 1"

/* "/weights/NAME" with what cannot stand in a name of HDF5, and '%' and '#', as % and two digits;
 * `number` from 2 on is added after '#'. NULL when memory ran out. */
char *sl_sonata_weight_group(const char *projection, size_t number);

#endif /* SALTUS_SONATA_WEIGHT_FILES_H */
