/* sonata_table - a table of node or edge types: node_types.csv, edge_types.csv.
 *
 * Space separated, the first line names the columns, "..." quotes a field, NULL means none.
 */
#ifndef SALTUS_SONATA_TABLE_H
#define SALTUS_SONATA_TABLE_H

#include "formats/sonata_support.h"

typedef struct sonata_table {
    char *path;
    char *text;           /* cells point into it */
    const char **columns; /* [column_count] */
    const char **cells;   /* [row_count][column_count]; NULL where there is no value */
    uint32_t *lines;      /* [row_count] line of each row in the file */
    uint32_t *ids;        /* [row_count] the id column */
    uint32_t *by_id;      /* [row_count] rows in ascending order of id */
    size_t column_count, row_count;
} sonata_table;

/* Read a file whose column `id_column` holds a unique id in every row. */
saltus_status sl_sonata_table_open(sonata_table *table, const char *path, const char *id_column,
                                   saltus_error *error);
void sl_sonata_table_close(sonata_table *table);

/* Row of type `id`; UINT32_MAX when there is none. */
uint32_t sl_sonata_table_find(const sonata_table *table, uint32_t id);
/* The cell, or NULL when the column is not there or holds no value. */
const char *sl_sonata_table_text(const sonata_table *table, uint32_t row, const char *column);
/* The cell as a number: *found tells whether there is one. */
saltus_status sl_sonata_table_number(const sonata_table *table, uint32_t row, const char *column,
                                     double *value, bool *found, saltus_error *error);

/* Cut the line that begins at *at into its fields, in place; *at goes to the next line. `fields`
 * has room for `capacity`. The number of fields, or SIZE_MAX when a quote does not close. */
size_t sl_sonata_table_cut(char **at, char **fields, size_t capacity);

#endif /* SALTUS_SONATA_TABLE_H */
