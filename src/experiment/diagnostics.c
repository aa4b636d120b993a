/* diagnostics - all findings of one load, kept in file order.
 *
 * Their number is bounded, so that a hostile file cannot make messages without end.
 */
#include "experiment/diagnostics.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define MOST_FINDINGS 1000

typedef struct finding {
    char *file, *path, *message;
    uint32_t line, column, order_line, order_column;
    size_t sequence; /* order of discovery */
} finding;

struct saltus_diagnostics {
    finding *items;
    size_t count, capacity;
};

saltus_diagnostics *sl_diagnostics_create(void)
{
    return sl_memory_zeroed(1, sizeof(saltus_diagnostics));
}

static bool is_known(const saltus_diagnostics *diagnostics, const finding_place *place,
                     const char *message)
{
    for (size_t i = 0; i < diagnostics->count; i++) {
        const finding *f = &diagnostics->items[i];
        if (f->line == place->line && f->column == place->column &&
            strcmp(f->file, place->file) == 0 && strcmp(f->message, message) == 0) {
            return true;
        }
    }
    return false;
}

static void finding_clear(finding *f)
{
    free(f->file);
    free(f->path);
    free(f->message);
}

bool sl_diagnostics_add(saltus_diagnostics *diagnostics, const finding_place *place,
                        const char *path, const char *message)
{
    if (diagnostics->count >= MOST_FINDINGS || is_known(diagnostics, place, message)) {
        return true;
    }
    void *items = diagnostics->items;
    if (!sl_memory_grow(&items, &diagnostics->capacity, diagnostics->count, sizeof(finding))) {
        return false;
    }
    diagnostics->items = items;
    const bool last = diagnostics->count == MOST_FINDINGS - 1;
    finding f = {.file = sl_memory_string(place->file),
                 .path = sl_memory_string(path),
                 .message = sl_memory_string(last ? "there are more findings than are listed here"
                                                  : message),
                 .line = place->line,
                 .column = place->column,
                 .order_line = place->order_line,
                 .order_column = place->order_column,
                 .sequence = diagnostics->count};
    if (f.file == NULL || f.path == NULL || f.message == NULL) {
        finding_clear(&f);
        return false;
    }
    diagnostics->items[diagnostics->count++] = f;
    return true;
}

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_findings(const void *left, const void *right)
{
    const finding *a = left;
    const finding *b = right;
    if (a->order_line != b->order_line) {
        return compare(a->order_line, b->order_line);
    }
    if (a->order_column != b->order_column) {
        return compare(a->order_column, b->order_column);
    }
    return compare(a->sequence, b->sequence);
}

void sl_diagnostics_sort(saltus_diagnostics *diagnostics)
{
    if (diagnostics->count > 1) {
        qsort(diagnostics->items, diagnostics->count, sizeof(finding), compare_findings);
    }
}

size_t saltus_diagnostics_count(const saltus_diagnostics *diagnostics)
{
    return diagnostics == NULL ? 0 : diagnostics->count;
}

saltus_diagnostic saltus_diagnostics_get(const saltus_diagnostics *diagnostics, size_t index)
{
    if (diagnostics == NULL || index >= diagnostics->count) {
        return (saltus_diagnostic){.file = "", .path = "", .message = ""};
    }
    const finding *f = &diagnostics->items[index];
    return (saltus_diagnostic){.file = f->file,
                               .line = f->line,
                               .column = f->column,
                               .path = f->path,
                               .message = f->message};
}

void saltus_diagnostics_destroy(saltus_diagnostics *diagnostics)
{
    if (diagnostics == NULL) {
        return;
    }
    for (size_t i = 0; i < diagnostics->count; i++) {
        finding_clear(&diagnostics->items[i]);
    }
    free(diagnostics->items);
    free(diagnostics);
}
