/* value_rows - a CSV file of any number of columns, read row by row as plain numbers. */
#ifndef SALTUS_VALUE_ROWS_H
#define SALTUS_VALUE_ROWS_H

#include "saltus/base.h"

typedef struct value_rows {
    double *values; /* [rows * columns], malloc'ed */
    size_t rows, columns;
} value_rows;

/* The first line names the columns; blank lines and lines that begin with '#' are passed over.
 * On failure nothing is left allocated. SALTUS_E_FILE, SALTUS_E_EXPERIMENT (with position),
 * SALTUS_E_MEMORY. */
saltus_status sl_value_rows_read(const char *path, value_rows *out, saltus_error *error);

#endif /* SALTUS_VALUE_ROWS_H */
