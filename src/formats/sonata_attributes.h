/* sonata_attributes - attributes of HDF5 objects: written, and read with a check. */
#ifndef SALTUS_SONATA_ATTRIBUTES_H
#define SALTUS_SONATA_ATTRIBUTES_H

#include <hdf5.h>
#include <stdbool.h>

#include "formats/sonata_hdf5.h"

/* Write an attribute of `count` elements (0: a scalar) of a type. */
bool sl_sonata_write_attribute(hid_t object, const char *name, hid_t stored_type, hid_t memory_type,
                               hsize_t count, const void *value);
/* The same of a text, of variable length. */
bool sl_sonata_write_text(hid_t object, const char *name, const char *text);

/* The number in a scalar attribute; false when there is none. Texts are read by
 * sl_sonata_file_text. */
bool sl_sonata_read_number(const sonata_file *file, const char *object, const char *attribute,
                           double *value);

#endif /* SALTUS_SONATA_ATTRIBUTES_H */
