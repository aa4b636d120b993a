/* sonata_hdf5 - reading HDF5 with every value checked.
 *
 * HDF5 converts silently (a negative id to 0, 2.7 to 2) and allocates what a damaged file
 * declares; here ids are read block by block and tested, and a size that the stored bytes cannot
 * hold is refused before memory is taken. HDF5's own printing of errors is off between
 * sl_sonata_quiet_begin and _end, and as it was before afterwards.
 */
#ifndef SALTUS_SONATA_HDF5_H
#define SALTUS_SONATA_HDF5_H

#include <hdf5.h>

#include "formats/sonata_support.h"

/* HDF5's error printing, as it was. */
typedef struct sonata_quiet {
    H5E_auto2_t function;
    void *data;
} sonata_quiet;

sonata_quiet sl_sonata_quiet_begin(void);
void sl_sonata_quiet_end(sonata_quiet quiet);

/* A file that is open for reading. */
typedef struct sonata_file {
    hid_t id;
    const char *path; /* borrowed, for messages */
} sonata_file;

saltus_status sl_sonata_file_open(sonata_file *file, const char *path, saltus_error *error);
void sl_sonata_file_close(sonata_file *file);

/* Is there an object of this type at an absolute path inside? */
bool sl_sonata_file_has(const sonata_file *file, const char *object, H5O_type_t type);
/* Is there a group of this path with something in it? */
bool sl_sonata_file_has_members(const sonata_file *file, const char *group);
/* Append the names of the groups that lie in a group, in alphabetical order. */
saltus_status sl_sonata_file_groups(const sonata_file *file, const char *group, sonata_names *names,
                                    saltus_error *error);
/* Number of elements of a one-dimensional dataset, at most UINT32_MAX. */
saltus_status sl_sonata_file_length(const sonata_file *file, const char *dataset, size_t *length,
                                    saltus_error *error);
/* A text attribute of an object: malloc'ed, NULL when there is none or it is not a text. */
saltus_status sl_sonata_file_text(const sonata_file *file, const char *object,
                                  const char *attribute, char **text, saltus_error *error);

/* Read a whole dataset of `length` elements (as sl_sonata_file_length gave it, or as another
 * dataset demands) of whole numbers from 0 to `limit`. *out is NULL on failure. */
saltus_status sl_sonata_file_read_u32(const sonata_file *file, const char *dataset, size_t length,
                                      uint32_t limit, uint32_t **out, saltus_error *error);
/* The same of finite numbers. */
saltus_status sl_sonata_file_read_double(const sonata_file *file, const char *dataset,
                                         size_t length, double **out, saltus_error *error);

#endif /* SALTUS_SONATA_HDF5_H */
