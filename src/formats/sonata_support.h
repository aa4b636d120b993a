/* sonata_support - what every file of libsaltus-sonata needs: errors, notes, memory, paths.
 *
 * The library stands beside the core and sees only its public interface, so these few helpers
 * are its own.
 */
#ifndef SALTUS_SONATA_SUPPORT_H
#define SALTUS_SONATA_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "saltus/base.h"

/* Fill `error` (may be NULL) and return `status`. file: NULL when there is none; line 0: none. */
saltus_status sl_sonata_fail(saltus_error *error, saltus_status status, const char *file,
                             uint32_t line, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
saltus_status sl_sonata_fail_memory(saltus_error *error);

/* Array of `count` elements, all bytes zero; NULL when memory ran out or the size overflows.
 * count 0 gives a valid pointer. Released with free(). */
void *sl_sonata_array(size_t count, size_t size);
/* Make room for `wanted` elements; false when memory ran out, *array is then unchanged. */
bool sl_sonata_reserve(void **array, size_t *capacity, size_t wanted, size_t size);
/* A formatted string; NULL when memory ran out. */
char *sl_sonata_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Lines of text about what was passed over. Plain value; zero-initialise. */
typedef struct sonata_notes {
    char *text; /* NULL when there are none */
    size_t length, capacity;
} sonata_notes;

/* Add a line unless it is there already; SALTUS_OK or SALTUS_E_MEMORY. */
saltus_status sl_sonata_note(sonata_notes *notes, saltus_error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A growing list of owned strings. Plain value; zero-initialise. */
typedef struct sonata_names {
    char **items;
    size_t count, capacity;
} sonata_names;

/* Append a copy; false when memory ran out. */
bool sl_sonata_names_add(sonata_names *names, const char *name);
void sl_sonata_names_clear(sonata_names *names);

/* The folder part of `path` ("." when there is none); NULL when memory ran out. */
char *sl_sonata_folder_of(const char *path);
/* `name` seen from `folder`: unchanged when absolute; NULL when memory ran out. */
char *sl_sonata_join(const char *folder, const char *name);

/* The whole of a text file, ended by a NUL. *text is NULL on failure. */
saltus_status sl_sonata_read_text(const char *path, char **text, size_t *length,
                                  saltus_error *error);

/* The number that `text` is as a whole, with '.' for the decimal point whatever the locale.
 * False when it is not a number. */
bool sl_sonata_parse_double(const char *text, double *value);
/* The same for a whole number from 0 to UINT32_MAX - 1. */
bool sl_sonata_parse_u32(const char *text, uint32_t *value);

#endif /* SALTUS_SONATA_SUPPORT_H */
