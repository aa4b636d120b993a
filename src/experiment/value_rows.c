/* value_rows - a CSV file of any number of columns, read row by row as plain numbers.
 *
 * csv_table finds known columns by name; here the file alone says how many there are, an image's
 * worth if need be, and their names matter to the reader only.
 */
#include "experiment/value_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "experiment/decimal.h"
#include "experiment/text_excerpt.h"
#include "experiment/whole_file.h"

typedef struct row_reading {
    const char *path;
    const char *line, *end; /* of the current line */
    uint32_t number;
    saltus_error *error;
    value_rows *out;
    size_t capacity, count; /* of values */
} row_reading;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* The next field from *at, without blanks around it; *at is behind its comma, NULL at the end. */
static void take_field(const row_reading *r, const char **at, const char **first, const char **last)
{
    const char *comma = memchr(*at, ',', (size_t)(r->end - *at));
    *first = *at;
    *last = comma != NULL ? comma : r->end;
    *at = comma != NULL ? comma + 1 : NULL;
    while (*first < *last && is_blank(**first)) {
        (*first)++;
    }
    while (*last > *first && is_blank((*last)[-1])) {
        (*last)--;
    }
}

static saltus_status refuse_field(const row_reading *r, const char *first, const char *last,
                                  const char *wanted)
{
    const text_excerpt found = sl_text_excerpt_of(first, (size_t)(last - first));
    return sl_fail_at(r->error, SALTUS_E_EXPERIMENT, r->path, r->number,
                      (uint32_t)(first - r->line) + 1, "found '%s'; %s", found.text, wanted);
}

static saltus_status read_names(row_reading *r)
{
    const char *first = NULL;
    const char *last = NULL;
    double number = 0;
    for (const char *at = r->line; at != NULL; r->out->columns++) {
        take_field(r, &at, &first, &last);
        if (sl_decimal_scan(first, last, 1, 0, &number) == last) {
            return refuse_field(r, first, last,
                                "the first line names the columns, but a number stands here");
        }
    }
    return SALTUS_OK;
}

static saltus_status read_row(row_reading *r)
{
    size_t fields = 0;
    for (const char *at = r->line; at != NULL && fields <= r->out->columns; fields++) {
        const char *first = NULL;
        const char *last = NULL;
        double value = 0;
        take_field(r, &at, &first, &last);
        if (first == last || sl_decimal_scan(first, last, 1, 0, &value) != last ||
            !isfinite(value)) {
            return refuse_field(r, first, last, "a finite number is needed");
        }
        void *values = r->out->values;
        if (!sl_memory_grow(&values, &r->capacity, r->count, sizeof(double))) {
            return sl_fail_memory(r->error);
        }
        r->out->values = values;
        r->out->values[r->count++] = value;
    }
    if (fields != r->out->columns) {
        return sl_fail_at(r->error, SALTUS_E_EXPERIMENT, r->path, r->number, 1,
                          "the line has %s%zu fields, the header has %zu",
                          fields > r->out->columns ? "at least " : "", fields, r->out->columns);
    }
    r->out->rows++;
    return SALTUS_OK;
}

static saltus_status read_lines(row_reading *r, const char *text, size_t length)
{
    const char *end = text + length;
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3; /* byte order mark */
    }
    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        r->line = text;
        r->end = newline != NULL ? newline : end;
        r->number++;
        text = newline != NULL ? newline + 1 : end;
        const char *content = r->line;
        while (content < r->end && is_blank(*content)) {
            content++;
        }
        if (content == r->end || *content == '#') {
            continue;
        }
        const saltus_status status = r->out->columns == 0 ? read_names(r) : read_row(r);
        if (status != SALTUS_OK) {
            return status;
        }
    }
    if (r->out->rows == 0) {
        return sl_fail_at(r->error, SALTUS_E_EXPERIMENT, r->path, r->number + (r->number == 0), 1,
                          "the file has no rows; its first line names the columns, each further "
                          "one has the values of an item");
    }
    return SALTUS_OK;
}

saltus_status sl_value_rows_read(const char *path, value_rows *out, saltus_error *error)
{
    static const whole_file_limit limit = {(size_t)1 << 30, "it is larger than 1 GiB"};
    *out = (value_rows){0};
    size_t length = 0;
    const char *problem = NULL;
    char *text = sl_whole_file_read(path, &limit, &length, &problem);
    if (text == NULL) {
        return problem == NULL
                   ? sl_fail_memory(error)
                   : sl_fail_at(error, SALTUS_E_FILE, path, 0, 0, "it cannot be read: %s", problem);
    }
    row_reading r = {.path = path, .error = error, .out = out};
    const saltus_status status = read_lines(&r, text, length);
    free(text);
    if (status != SALTUS_OK) {
        free(out->values);
        *out = (value_rows){0};
    }
    return status;
}
