/* csv_table - columns of numbers from a CSV file, in one pass, checked row by row.
 *
 * The first line names the columns. Blank lines and lines that begin with '#' are passed over;
 * lines may end in CR LF. A message names file, line and column (in bytes, from 1).
 */
#ifndef SALTUS_CSV_TABLE_H
#define SALTUS_CSV_TABLE_H

#include <stdbool.h>

#include "saltus/base.h"

typedef enum csv_type { CSV_REAL, CSV_INDEX } csv_type;

/* A column that is wanted, what is allowed in it, and what was read. */
typedef struct csv_column {
    const char *name;
    csv_type type;
    bool optional;

    double low, high;     /* reals are within [low, high] */
    bool above_low;       /* ... and not equal to low */
    bool ascending;       /* reals never decrease */
    uint32_t limit;       /* indices are below this */
    const char *limit_of; /* what an index counts, e.g. "population 'E'" */

    bool present;      /* result: the file has this column */
    double *reals;     /* result, malloc'ed: [rows] for CSV_REAL */
    uint32_t *indices; /* result, malloc'ed: [rows] for CSV_INDEX */
    size_t capacity;
} csv_column;

typedef struct csv_request {
    csv_column *columns;
    size_t count;
    bool others;       /* pass over columns that are not asked for */
    size_t max_rows;   /* 0: any number */
    const char *where; /* NULL, or a column of text: only rows that have `is` there */
    const char *is;
} csv_request;

/* Read the columns; on failure none is left allocated.
 * SALTUS_OK, SALTUS_E_FILE, SALTUS_E_EXPERIMENT (with position), SALTUS_E_MEMORY. */
saltus_status sl_csv_read_file(const char *path, const csv_request *request, size_t *rows,
                               saltus_error *error);
/* The same from memory; `name` stands for the file in messages. */
saltus_status sl_csv_read_text(const char *text, size_t length, const char *name,
                               const csv_request *request, size_t *rows, saltus_error *error);

#endif /* SALTUS_CSV_TABLE_H */
