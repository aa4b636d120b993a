/* sonata_table - reading node_types.csv and edge_types.csv. */
#include "formats/sonata_table.h"

#include <stdlib.h>
#include <string.h>

#define MAX_COLUMNS 1024

/* Take the quotes off a field in place ("" stands for one quote); the end of it, or NULL. */
static char *unquote(char *from, char *to)
{
    for (;;) {
        if (*from == '\0') {
            return NULL;
        }
        if (*from == '"') {
            if (from[1] != '"') {
                *to = '\0';
                return from + 1;
            }
            from++;
        }
        *to++ = *from++;
    }
}

/* End the line that begins at *at with a NUL, without blanks at its end, and go to the next. */
static char *take_line(char **at)
{
    char *line = *at;
    char *end = strchrnul(line, '\n');
    *at = *end == '\n' ? end + 1 : end;
    while (end > line && (end[-1] == '\r' || end[-1] == ' ')) {
        end--;
    }
    *end = '\0';
    return line;
}

size_t sl_sonata_table_cut(char **at, char **fields, size_t capacity)
{
    char *p = take_line(at);
    size_t count = 0;
    for (;;) {
        char *field = p;
        p = *p == '"' ? unquote(p + 1, p) : strchrnul(p, ' ');
        if (p == NULL || (*p != ' ' && *p != '\0')) {
            return SIZE_MAX;
        }
        if (count < capacity) {
            fields[count] = field;
        }
        count++;
        if (*p == '\0') {
            return count;
        }
        *p++ = '\0';
    }
}

static bool is_none(const char *text)
{
    return *text == '\0' || strcmp(text, "NULL") == 0 || strcmp(text, "None") == 0 ||
           strcmp(text, "NaN") == 0 || strcmp(text, "nan") == 0;
}

static size_t count_lines(const char *text)
{
    size_t lines = 1;
    for (; *text != '\0'; text++) {
        lines += *text == '\n';
    }
    return lines;
}

static saltus_status read_header(sonata_table *table, char **at, uint32_t *line,
                                 saltus_error *error)
{
    char **fields = sl_sonata_array(MAX_COLUMNS, sizeof *fields);
    if (fields == NULL) {
        return sl_sonata_fail_memory(error);
    }
    const size_t count = sl_sonata_table_cut(at, fields, MAX_COLUMNS);
    table->columns = (const char **)fields;
    *line = 1;
    if (count > MAX_COLUMNS) {
        return sl_sonata_fail(error, SALTUS_E_FILE, table->path, 1,
                              "the first line must name the columns, separated by spaces, at "
                              "most %d",
                              MAX_COLUMNS);
    }
    table->column_count = count;
    return SALTUS_OK;
}

static saltus_status read_rows(sonata_table *table, char *at, uint32_t line, saltus_error *error)
{
    const size_t room = count_lines(at);
    size_t cells = 0;
    if (__builtin_mul_overflow(room, table->column_count, &cells)) {
        return sl_sonata_fail_memory(error);
    }
    table->cells = sl_sonata_array(cells, sizeof *table->cells);
    table->lines = sl_sonata_array(room, sizeof *table->lines);
    if (table->cells == NULL || table->lines == NULL) {
        return sl_sonata_fail_memory(error);
    }
    while (*at != '\0') {
        line++;
        if (*at == '\n' || *at == '\r') {
            at++;
            continue;
        }
        char **row = (char **)(table->cells + table->row_count * table->column_count);
        const size_t count = sl_sonata_table_cut(&at, row, table->column_count);
        if (count == SIZE_MAX) {
            return sl_sonata_fail(error, SALTUS_E_FILE, table->path, line,
                                  "a quote (\") is not closed, or text follows a closed one");
        }
        if (count != table->column_count) {
            return sl_sonata_fail(error, SALTUS_E_FILE, table->path, line,
                                  "%zu fields found, but the first line names %zu columns (fields "
                                  "are separated by one space; quote those that contain spaces)",
                                  count, table->column_count);
        }
        table->lines[table->row_count++] = line;
    }
    for (size_t i = 0; i < table->row_count * table->column_count; i++) {
        table->cells[i] = is_none(table->cells[i]) ? NULL : table->cells[i];
    }
    return SALTUS_OK;
}

static int compare_ids(const void *a, const void *b, void *ids)
{
    const uint32_t x = ((const uint32_t *)ids)[*(const uint32_t *)a];
    const uint32_t y = ((const uint32_t *)ids)[*(const uint32_t *)b];
    return (x > y) - (x < y);
}

/* Parse the id column and sort the rows by it; ids must differ. */
static saltus_status index_rows(sonata_table *table, const char *id_column, saltus_error *error)
{
    table->ids = sl_sonata_array(table->row_count, sizeof *table->ids);
    table->by_id = sl_sonata_array(table->row_count, sizeof *table->by_id);
    if (table->ids == NULL || table->by_id == NULL) {
        return sl_sonata_fail_memory(error);
    }
    for (uint32_t row = 0; row < table->row_count; row++) {
        const char *text = sl_sonata_table_text(table, row, id_column);
        if (text == NULL || !sl_sonata_parse_u32(text, &table->ids[row])) {
            return sl_sonata_fail(error, SALTUS_E_FILE, table->path, table->lines[row],
                                  "column %s holds \"%s\"; a whole number from 0 to 4294967294 is "
                                  "needed",
                                  id_column, text != NULL ? text : "NULL");
        }
        table->by_id[row] = row;
    }
    qsort_r(table->by_id, table->row_count, sizeof *table->by_id, compare_ids, table->ids);
    for (size_t i = 1; i < table->row_count; i++) {
        const uint32_t row = table->by_id[i];
        if (table->ids[row] == table->ids[table->by_id[i - 1]]) {
            return sl_sonata_fail(error, SALTUS_E_FILE, table->path, table->lines[row],
                                  "%s %u stands in two rows", id_column, table->ids[row]);
        }
    }
    return SALTUS_OK;
}

saltus_status sl_sonata_table_open(sonata_table *table, const char *path, const char *id_column,
                                   saltus_error *error)
{
    *table = (sonata_table){.path = sl_sonata_format("%s", path)};
    if (table->path == NULL) {
        return sl_sonata_fail_memory(error);
    }
    size_t length = 0;
    saltus_status status = sl_sonata_read_text(path, &table->text, &length, error);
    if (!status && strlen(table->text) != length) {
        status = sl_sonata_fail(error, SALTUS_E_FILE, path, 0,
                                "this is not a text file: it contains a zero byte");
    }
    char *at = table->text;
    uint32_t line = 0;
    if (!status) {
        status = read_header(table, &at, &line, error);
    }
    if (!status) {
        status = read_rows(table, at, line, error);
    }
    if (!status) {
        status = index_rows(table, id_column, error);
    }
    if (status) {
        sl_sonata_table_close(table);
    }
    return status;
}

void sl_sonata_table_close(sonata_table *table)
{
    free(table->path);
    free(table->text);
    free(table->columns);
    free(table->cells);
    free(table->lines);
    free(table->ids);
    free(table->by_id);
    *table = (sonata_table){0};
}

uint32_t sl_sonata_table_find(const sonata_table *table, uint32_t id)
{
    size_t low = 0;
    size_t high = table->row_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (table->ids[table->by_id[middle]] < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const bool found = low < table->row_count && table->ids[table->by_id[low]] == id;
    return found ? table->by_id[low] : UINT32_MAX;
}

const char *sl_sonata_table_text(const sonata_table *table, uint32_t row, const char *column)
{
    for (size_t c = 0; c < table->column_count; c++) {
        if (strcmp(table->columns[c], column) == 0) {
            return table->cells[row * table->column_count + c];
        }
    }
    return NULL;
}

saltus_status sl_sonata_table_number(const sonata_table *table, uint32_t row, const char *column,
                                     double *value, bool *found, saltus_error *error)
{
    const char *text = sl_sonata_table_text(table, row, column);
    *found = text != NULL;
    if (text == NULL || sl_sonata_parse_double(text, value)) {
        return SALTUS_OK;
    }
    return sl_sonata_fail(error, SALTUS_E_FILE, table->path, table->lines[row],
                          "column %s holds \"%s\", which is not a number", column, text);
}
