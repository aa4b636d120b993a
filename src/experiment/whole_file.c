/* whole_file - a text file read into memory, up to a limit.
 *
 * Files are read as streams, since pipes and /proc have no size to ask for.
 */
#include "experiment/whole_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "experiment/text_excerpt.h"

static char *read_stream(FILE *file, const whole_file_limit *limit, size_t *length,
                         const char **problem)
{
    size_t capacity = 65536;
    char *text = malloc(capacity);
    *length = 0;
    while (text != NULL) {
        errno = 0;
        const size_t got = fread(text + *length, 1, capacity - *length, file);
        *length += got;
        if (ferror(file) != 0) {
            *problem = sl_text_file_problem(errno);
            break;
        }
        if (*length < capacity) {
            return text;
        }
        if (capacity >= limit->bytes) {
            *problem = limit->problem;
            break;
        }
        capacity *= 2;
        char *larger = realloc(text, capacity);
        if (larger == NULL) {
            break;
        }
        text = larger;
    }
    free(text);
    return NULL;
}

char *sl_whole_file_read(const char *path, const whole_file_limit *limit, size_t *length,
                         const char **problem)
{
    *problem = NULL;
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        *problem = errno == ENOMEM ? NULL : sl_text_file_problem(errno);
        return NULL;
    }
    char *text = read_stream(file, limit, length, problem);
    fclose(file);
    return text;
}

saltus_status sl_whole_file_refuse(const char *path, const char *problem,
                                   saltus_diagnostics **diagnostics)
{
    if (diagnostics == NULL) {
        return SALTUS_E_FILE;
    }
    char message[128];
    snprintf(message, sizeof message, "the file cannot be read: %s", problem);
    const finding_place place = {.file = path};
    *diagnostics = sl_diagnostics_create();
    if (*diagnostics == NULL || !sl_diagnostics_add(*diagnostics, &place, "", message)) {
        saltus_diagnostics_destroy(*diagnostics);
        *diagnostics = NULL;
        return SALTUS_E_MEMORY;
    }
    return SALTUS_E_FILE;
}
