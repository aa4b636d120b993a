/* csv_table - columns of numbers from a CSV file, in one pass, checked row by row.
 *
 * Lines are found in a buffer that is refilled as it empties, so memory does not depend on the
 * length of the file beyond the columns themselves. Nothing is quoted in a file of numbers;
 * only names in the header may stand in double quotes.
 */
#include "experiment/csv_table.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "experiment/decimal.h"
#include "experiment/suggest.h"
#include "experiment/text_excerpt.h"

#define BUFFER_BYTES ((size_t)1 << 18)
#define MAX_FIELDS   256

/* A read under way. Bytes [begin, end) of the buffer are unread. */
typedef struct reading {
    const char *name;
    const csv_request *request;
    saltus_error *error;
    FILE *file; /* NULL: all the text is in the buffer */
    char *owned;
    const char *buffer;
    size_t begin, end;
    bool at_end; /* of the file */
    uint32_t line;
    csv_column *field[MAX_FIELDS]; /* column of each field; NULL: passed over */
    size_t fields;
    size_t where; /* field of the request's `where`, from 1; 0: none */
    size_t rows;
} reading;

/* A piece of the current line. */
typedef struct piece {
    const char *first, *last;
    uint32_t column;
} piece;

__attribute__((format(printf, 3, 4))) static saltus_status fail_at(reading *r, uint32_t column,
                                                                   const char *format, ...)
{
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return sl_fail_at(r->error, SALTUS_E_EXPERIMENT, r->name, r->line, column, "%s", message);
}

/* ---- Lines ------------------------------------------------------------------------- */

/* Move the unread bytes to the front and fill up. */
static saltus_status refill(reading *r)
{
    memmove(r->owned, r->owned + r->begin, r->end - r->begin);
    r->end -= r->begin;
    r->begin = 0;
    const size_t room = BUFFER_BYTES - r->end;
    if (room == 0) {
        return fail_at(r, 1, "the line is longer than %zu bytes; this is no CSV file of numbers",
                       BUFFER_BYTES);
    }
    errno = 0;
    const size_t got = fread(r->owned + r->end, 1, room, r->file);
    if (got < room && ferror(r->file) != 0) {
        return sl_fail(r->error, SALTUS_E_FILE, "cannot read '%s': %s", r->name,
                       sl_text_file_problem(errno));
    }
    r->end += got;
    r->at_end = got < room;
    return SALTUS_OK;
}

/* The next line without its end; *found is false after the last. */
static saltus_status next_line(reading *r, piece *line, bool *found)
{
    const char *newline = NULL;
    r->line++;
    for (;;) {
        const char *begin = r->buffer + r->begin;
        newline = r->end > r->begin ? memchr(begin, '\n', r->end - r->begin) : NULL;
        if (newline != NULL || r->at_end) {
            break;
        }
        const saltus_status status = refill(r);
        if (status != SALTUS_OK) {
            return status;
        }
    }
    *found = newline != NULL || r->begin < r->end;
    line->first = r->buffer + r->begin;
    line->last = newline != NULL ? newline : r->buffer + r->end;
    line->column = 1;
    r->begin = (size_t)(line->last - r->buffer) + (newline != NULL);
    if (line->last > line->first && line->last[-1] == '\r') {
        line->last--;
    }
    return SALTUS_OK;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static piece trim(const char *first, const char *last, const char *line)
{
    while (first < last && is_blank(*first)) {
        first++;
    }
    while (last > first && is_blank(last[-1])) {
        last--;
    }
    return (piece){first, last, (uint32_t)(first - line) + 1};
}

/* The next line that is neither blank nor a comment. */
static saltus_status next_row(reading *r, piece *line, bool *found)
{
    for (;;) {
        const saltus_status status = next_line(r, line, found);
        if (status != SALTUS_OK || !*found) {
            return status;
        }
        const piece content = trim(line->first, line->last, line->first);
        if (content.first < content.last && *content.first != '#') {
            return SALTUS_OK;
        }
    }
}

/* The next field of a line; *at is where it starts, NULL after the last. */
static piece next_field(const piece *line, const char **at)
{
    const char *first = *at;
    const char *comma = memchr(first, ',', (size_t)(line->last - first));
    *at = comma == NULL ? NULL : comma + 1;
    return trim(first, comma == NULL ? line->last : comma, line->first);
}

static text_excerpt excerpt(const piece *p)
{
    return sl_text_excerpt_of(p->first, (size_t)(p->last - p->first));
}

/* ---- Header ------------------------------------------------------------------------ */

static size_t column_names(const csv_request *request, const char *names[MAX_FIELDS])
{
    const size_t count = request->count < MAX_FIELDS ? request->count : MAX_FIELDS;
    for (size_t i = 0; i < count; i++) {
        names[i] = request->columns[i].name;
    }
    return count;
}

static saltus_status fail_unknown_column(reading *r, const piece *name)
{
    const char *names[MAX_FIELDS];
    char allowed[160];
    char near[96];
    const size_t count = column_names(r->request, names);
    const text_excerpt found = excerpt(name);
    sl_suggest_list(names, count, allowed, sizeof allowed);
    sl_suggest_text(found.text, names, count, near, sizeof near);
    double number = 0;
    if (sl_decimal_scan(name->first, name->last, 1, 0, &number) != NULL) {
        return fail_at(r, name->column,
                       "the first line must name the columns (%s), but a number stands here: '%s'",
                       allowed, found.text);
    }
    return fail_at(r, name->column, "unknown column '%s'; the columns are %s%s", found.text,
                   allowed, near);
}

static saltus_status add_field(reading *r, piece name)
{
    if (r->fields == MAX_FIELDS) {
        return fail_at(r, name.column, "there are more than %d columns", MAX_FIELDS);
    }
    if (name.last - name.first >= 2 && *name.first == '"' && name.last[-1] == '"') {
        name.first++;
        name.last--;
    }
    const size_t length = (size_t)(name.last - name.first);
    csv_column *column = NULL;
    for (size_t i = 0; i < r->request->count && column == NULL; i++) {
        csv_column *c = &r->request->columns[i];
        column = strlen(c->name) == length && memcmp(c->name, name.first, length) == 0 ? c : NULL;
    }
    const char *where = r->request->where;
    if (where != NULL && strlen(where) == length && memcmp(where, name.first, length) == 0) {
        if (r->where > 0) {
            return fail_at(r, name.column, "the column '%s' stands here a second time", where);
        }
        r->where = r->fields + 1;
        r->field[r->fields++] = NULL;
        return SALTUS_OK;
    }
    if (column == NULL && !r->request->others) {
        return fail_unknown_column(r, &name);
    }
    if (column != NULL && column->present) {
        return fail_at(r, name.column, "the column '%s' stands here a second time", column->name);
    }
    if (column != NULL) {
        column->present = true;
    }
    r->field[r->fields++] = column;
    return SALTUS_OK;
}

static saltus_status read_header(reading *r)
{
    piece line;
    bool found = false;
    const char *names[MAX_FIELDS];
    char wanted[160];
    sl_suggest_list(names, column_names(r->request, names), wanted, sizeof wanted);
    saltus_status status = next_row(r, &line, &found);
    if (status != SALTUS_OK) {
        return status;
    }
    if (!found) {
        r->line = 1;
        return fail_at(r, 1, "the file is empty; its first line names the columns (%s)", wanted);
    }
    if (line.last - line.first >= 3 && memcmp(line.first, "\xef\xbb\xbf", 3) == 0) {
        line.first += 3; /* byte order mark */
    }
    for (const char *at = line.first; at != NULL;) {
        status = add_field(r, next_field(&line, &at));
        if (status != SALTUS_OK) {
            return status;
        }
    }
    for (size_t i = 0; i < r->request->count; i++) {
        const csv_column *c = &r->request->columns[i];
        if (!c->present && !c->optional) {
            const text_excerpt header = excerpt(&line);
            return fail_at(r, 1, "the column '%s' is missing; the header is '%s'", c->name,
                           header.text);
        }
    }
    if (r->request->where != NULL && r->where == 0) {
        const text_excerpt header = excerpt(&line);
        return fail_at(r, 1, "the column '%s' is missing; the header is '%s'", r->request->where,
                       header.text);
    }
    return SALTUS_OK;
}

/* ---- Rows -------------------------------------------------------------------------- */

static saltus_status read_index(reading *r, csv_column *c, const piece *p)
{
    uint64_t value = 0;
    const char *q = p->first;
    for (; q < p->last && *q >= '0' && *q <= '9' && value <= UINT32_MAX; q++) {
        value = value * 10 + (uint64_t)(*q - '0');
    }
    if (p->first == p->last || (q < p->last && value <= UINT32_MAX)) {
        return fail_at(r, p->column,
                       "found '%s' in the column '%s'; a whole number from 0 is "
                       "needed",
                       excerpt(p).text, c->name);
    }
    if (value >= c->limit) {
        return fail_at(r, p->column, "found '%s' in the column '%s'; %s has neurons 0 to %u",
                       excerpt(p).text, c->name, c->limit_of, c->limit - 1);
    }
    c->indices[r->rows] = (uint32_t)value;
    return SALTUS_OK;
}

static bool is_special(const char *text)
{
    text += *text == '-' || *text == '+';
    return strncasecmp(text, "nan", 3) == 0 || strncasecmp(text, "inf", 3) == 0;
}

static saltus_status fail_real(reading *r, const csv_column *c, const piece *p)
{
    const text_excerpt found = excerpt(p);
    if (p->first == p->last) {
        return fail_at(r, p->column, "the column '%s' is empty here; a number is needed", c->name);
    }
    return fail_at(r, p->column, "found '%s' in the column '%s'; a %snumber is needed", found.text,
                   c->name, is_special(found.text) ? "finite " : "");
}

static saltus_status read_real(reading *r, csv_column *c, const piece *p)
{
    double value = 0;
    const char *after = sl_decimal_scan(p->first, p->last, 1, 0, &value);
    if (after != p->last || !isfinite(value)) {
        return fail_real(r, c, p);
    }
    if (value < c->low || value > c->high || (c->above_low && value == c->low)) {
        return fail_at(r, p->column, "found '%s' in the column '%s'; %s %s%s%s is allowed",
                       excerpt(p).text, c->name, c->above_low ? "above" : "from",
                       sl_decimal_text(c->low).text, isinf(c->high) ? "" : " to ",
                       isinf(c->high) ? "" : sl_decimal_text(c->high).text);
    }
    if (c->ascending && r->rows > 0 && value < c->reals[r->rows - 1]) {
        return fail_at(r, p->column,
                       "found '%s' in the column '%s' after %s; the rows must be sorted by it",
                       excerpt(p).text, c->name, sl_decimal_text(c->reals[r->rows - 1]).text);
    }
    c->reals[r->rows] = value;
    return SALTUS_OK;
}

static saltus_status make_room(reading *r)
{
    for (size_t i = 0; i < r->request->count; i++) {
        csv_column *c = &r->request->columns[i];
        void *array = c->type == CSV_REAL ? (void *)c->reals : (void *)c->indices;
        const size_t size = c->type == CSV_REAL ? sizeof(double) : sizeof(uint32_t);
        if (!c->present) {
            continue;
        }
        if (!sl_memory_grow(&array, &c->capacity, r->rows, size)) {
            return sl_fail_memory(r->error);
        }
        if (c->type == CSV_REAL) {
            c->reals = array;
        } else {
            c->indices = array;
        }
    }
    return SALTUS_OK;
}

/* The row is read where the next one goes; *wanted says whether it stays. */
static saltus_status read_fields(reading *r, const piece *line, bool *wanted)
{
    size_t field = 0;
    *wanted = true;
    const char *at = line->first;
    for (; at != NULL && field < r->fields; field++) {
        const piece p = next_field(line, &at);
        csv_column *c = r->field[field];
        saltus_status status = SALTUS_OK;
        if (c != NULL) {
            status = c->type == CSV_REAL ? read_real(r, c, &p) : read_index(r, c, &p);
        } else if (field + 1 == r->where) {
            const size_t length = (size_t)(p.last - p.first);
            *wanted =
                strlen(r->request->is) == length && memcmp(r->request->is, p.first, length) == 0;
        }
        if (status != SALTUS_OK) {
            return status;
        }
    }
    if (field < r->fields) {
        return fail_at(r, 1, "the line has %zu field%s, the header has %zu%s", field,
                       field == 1 ? "" : "s", r->fields,
                       r->at_end && r->begin == r->end ? " (is the file cut off?)" : "");
    }
    if (at != NULL) {
        return fail_at(r, (uint32_t)(at - line->first) + 1,
                       "the line has more fields than the header, which has %zu", r->fields);
    }
    return SALTUS_OK;
}

static saltus_status read_rows(reading *r)
{
    for (;;) {
        piece line;
        bool found = false;
        saltus_status status = next_row(r, &line, &found);
        if (status != SALTUS_OK || !found) {
            return status;
        }
        if (r->request->max_rows > 0 && r->rows == r->request->max_rows) {
            return fail_at(r, 1, "there are more rows than the %zu that are needed",
                           r->request->max_rows);
        }
        bool wanted = true;
        status = make_room(r);
        if (status == SALTUS_OK) {
            status = read_fields(r, &line, &wanted);
        }
        if (status != SALTUS_OK) {
            return status;
        }
        r->rows += wanted;
    }
}

/* ---- Entry ------------------------------------------------------------------------- */

static saltus_status read_all(reading *r, size_t *rows)
{
    for (size_t i = 0; i < r->request->count; i++) {
        csv_column *c = &r->request->columns[i];
        c->present = false;
        c->reals = NULL;
        c->indices = NULL;
        c->capacity = 0;
    }
    saltus_status status = read_header(r);
    if (status == SALTUS_OK) {
        status = read_rows(r);
    }
    *rows = status == SALTUS_OK ? r->rows : 0;
    for (size_t i = 0; i < r->request->count && status != SALTUS_OK; i++) {
        csv_column *c = &r->request->columns[i];
        free(c->reals);
        free(c->indices);
        c->reals = NULL;
        c->indices = NULL;
    }
    return status;
}

saltus_status sl_csv_read_text(const char *text, size_t length, const char *name,
                               const csv_request *request, size_t *rows, saltus_error *error)
{
    reading r = {.name = name,
                 .request = request,
                 .error = error,
                 .buffer = text,
                 .end = length,
                 .at_end = true};
    return read_all(&r, rows);
}

saltus_status sl_csv_read_file(const char *path, const csv_request *request, size_t *rows,
                               saltus_error *error)
{
    *rows = 0;
    FILE *file = fopen(path, "rbe");
    if (file == NULL && errno == ENOMEM) {
        return sl_fail_memory(error);
    }
    if (file == NULL) {
        return sl_fail(error, SALTUS_E_FILE, "cannot open '%s': %s", path,
                       sl_text_file_problem(errno));
    }
    reading r = {.name = path, .request = request, .error = error, .file = file};
    r.owned = malloc(BUFFER_BYTES);
    r.buffer = r.owned;
    const saltus_status status = r.owned == NULL ? sl_fail_memory(error) : read_all(&r, rows);
    free(r.owned);
    fclose(file);
    return status;
}
