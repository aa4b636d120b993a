/* sonata_support - errors, notes, memory and paths for libsaltus-sonata. */
#include "formats/sonata_support.h"

#include <errno.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

saltus_status sl_sonata_fail(saltus_error *error, saltus_status status, const char *file,
                             uint32_t line, const char *format, ...)
{
    if (error == NULL) {
        return status;
    }
    memset(error, 0, sizeof *error);
    error->status = status;
    error->line = line;
    if (file != NULL) {
        snprintf(error->file, sizeof error->file, "%s", file);
    }
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return status;
}

saltus_status sl_sonata_fail_memory(saltus_error *error)
{
    return sl_sonata_fail(error, SALTUS_E_MEMORY, NULL, 0, "out of memory");
}

/* ---- Memory ------------------------------------------------------------------------ */

void *sl_sonata_array(size_t count, size_t size)
{
    return calloc(count > 0 ? count : 1, size);
}

bool sl_sonata_reserve(void **array, size_t *capacity, size_t wanted, size_t size)
{
    if (wanted <= *capacity) {
        return true;
    }
    size_t room = *capacity < 8 ? 16 : *capacity;
    while (room < wanted) {
        if (__builtin_mul_overflow(room, (size_t)2, &room)) {
            return false;
        }
    }
    size_t bytes = 0;
    if (__builtin_mul_overflow(room, size, &bytes)) {
        return false;
    }
    void *larger = realloc(*array, bytes);
    if (larger == NULL) {
        return false;
    }
    *array = larger;
    *capacity = room;
    return true;
}

static char *format_arguments(const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0) {
        return NULL;
    }
    char *text = malloc((size_t)length + 1);
    if (text != NULL) {
        vsnprintf(text, (size_t)length + 1, format, arguments);
    }
    return text;
}

char *sl_sonata_format(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = format_arguments(format, arguments);
    va_end(arguments);
    return text;
}

/* ---- Notes and names --------------------------------------------------------------- */

static bool has_line(const sonata_notes *notes, const char *line)
{
    const size_t length = strlen(line);
    const char *at = notes->text;
    while (at != NULL && *at != '\0') {
        const char *end = strchrnul(at, '\n');
        if ((size_t)(end - at) == length && memcmp(at, line, length) == 0) {
            return true;
        }
        at = *end == '\n' ? end + 1 : end;
    }
    return false;
}

saltus_status sl_sonata_note(sonata_notes *notes, saltus_error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *line = format_arguments(format, arguments);
    va_end(arguments);
    if (line == NULL) {
        return sl_sonata_fail_memory(error);
    }
    if (has_line(notes, line)) {
        free(line);
        return SALTUS_OK;
    }
    const size_t length = strlen(line);
    void *text = notes->text;
    if (!sl_sonata_reserve(&text, &notes->capacity, notes->length + length + 2, 1)) {
        free(line);
        return sl_sonata_fail_memory(error);
    }
    notes->text = text;
    memcpy(notes->text + notes->length, line, length);
    notes->length += length;
    notes->text[notes->length++] = '\n';
    notes->text[notes->length] = '\0';
    free(line);
    return SALTUS_OK;
}

bool sl_sonata_names_add(sonata_names *names, const char *name)
{
    void *items = names->items;
    if (!sl_sonata_reserve(&items, &names->capacity, names->count + 1, sizeof *names->items)) {
        return false;
    }
    names->items = items;
    char *copy = sl_sonata_format("%s", name);
    if (copy == NULL) {
        return false;
    }
    names->items[names->count++] = copy;
    return true;
}

void sl_sonata_names_clear(sonata_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        free(names->items[i]);
    }
    free(names->items);
    *names = (sonata_names){0};
}

/* ---- Files ------------------------------------------------------------------------- */

char *sl_sonata_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL) {
        return sl_sonata_format(".");
    }
    const int length = slash == path ? 1 : (int)(slash - path);
    return sl_sonata_format("%.*s", length, path);
}

char *sl_sonata_join(const char *folder, const char *name)
{
    if (name[0] == '/' || strcmp(folder, ".") == 0) {
        return sl_sonata_format("%s", name);
    }
    return sl_sonata_format("%s/%s", folder, name);
}

/* All bytes of an open file; NULL with errno 0 when memory ran out. */
static char *read_all(FILE *file, size_t *length)
{
    void *text = NULL;
    size_t capacity = 0;
    size_t used = 0;
    for (;;) {
        if (!sl_sonata_reserve(&text, &capacity, used + 4097, 1)) {
            free(text);
            errno = 0;
            return NULL;
        }
        const size_t got = fread((char *)text + used, 1, capacity - used - 1, file);
        used += got;
        if (got == 0) {
            break;
        }
    }
    if (ferror(file)) {
        const int reason = errno != 0 ? errno : EIO;
        free(text);
        errno = reason;
        return NULL;
    }
    ((char *)text)[used] = '\0';
    *length = used;
    return text;
}

saltus_status sl_sonata_read_text(const char *path, char **text, size_t *length,
                                  saltus_error *error)
{
    *text = NULL;
    *length = 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return sl_sonata_fail(error, SALTUS_E_FILE, path, 0, "cannot be opened: %s",
                              strerror(errno));
    }
    *text = read_all(file, length);
    const int reason = errno;
    fclose(file);
    if (*text != NULL) {
        return SALTUS_OK;
    }
    if (reason == 0) {
        return sl_sonata_fail_memory(error);
    }
    return sl_sonata_fail(error, SALTUS_E_FILE, path, 0, "cannot be read: %s", strerror(reason));
}

/* ---- Numbers ----------------------------------------------------------------------- */

bool sl_sonata_parse_double(const char *text, double *value)
{
    const bool begins_well = (*text >= '0' && *text <= '9') || *text == '-' || *text == '+' ||
                             *text == '.' || *text == 'i' || *text == 'n';
    if (!begins_well) {
        return false;
    }
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (plain == (locale_t)0) {
        return false;
    }
    char *end = NULL;
    *value = strtod_l(text, &end, plain);
    freelocale(plain);
    return end != text && *end == '\0';
}

bool sl_sonata_parse_u32(const char *text, uint32_t *value)
{
    uint64_t number = 0;
    if (*text == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9') {
            return false;
        }
        number = number * 10 + (uint64_t)(*text - '0');
        if (number >= UINT32_MAX) {
            return false;
        }
    }
    *value = (uint32_t)number;
    return true;
}
