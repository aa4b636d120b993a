/* whole_file - a text file read into memory, up to a limit. */
#ifndef SALTUS_WHOLE_FILE_H
#define SALTUS_WHOLE_FILE_H

#include <stddef.h>

#include "experiment/diagnostics.h"

/* How much may be read, and what is said of more. */
typedef struct whole_file_limit {
    size_t bytes;
    const char *problem; /* "it is larger than 1 MiB" */
} whole_file_limit;

/* The file's bytes, malloc'ed. NULL with *problem set, or with *problem NULL when memory ran
 * out. */
char *sl_whole_file_read(const char *path, const whole_file_limit *limit, size_t *length,
                         const char **problem);

/* One finding: the file cannot be read. SALTUS_E_FILE, or SALTUS_E_MEMORY; `diagnostics` may be
 * NULL. */
saltus_status sl_whole_file_refuse(const char *path, const char *problem,
                                   saltus_diagnostics **diagnostics);

#endif /* SALTUS_WHOLE_FILE_H */
