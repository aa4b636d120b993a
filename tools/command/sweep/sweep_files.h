/* sweep_files - directories and files of a sweep: whole reads and writes, failures in words.
 *
 * Functions that return an int return an exit code, and have said on stderr what went wrong.
 */
#ifndef SALTUS_TOOLS_SWEEP_FILES_H
#define SALTUS_TOOLS_SWEEP_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* "DIRECTORY/NAME", the caller's to free; NULL: memory ran out, which was said. */
char *sweep_path(const char *directory, const char *name);
/* Say "cannot ACTION DIRECTORY/NAME" with the reason in errno. */
int sweep_fail_errno(const char *action, const char *directory, const char *name);
/* All of an open file, ending with a zero byte; NULL with errno set. */
char *sweep_read_all(int descriptor, size_t *length);
/* False with errno set. */
bool sweep_write_all(int descriptor, const char *text, size_t length);
/* A whole file, the caller's to free; NULL when there is none. */
int sweep_read_file(const char *directory, const char *name, char **text);
/* A file that is there completely or not at all: written beside, made durable, renamed. */
int sweep_write_file(const char *directory, const char *name, void (*put)(FILE *, const void *),
                     const void *what);
/* The directory and all above it. */
int sweep_make_directory(const char *directory);
/* Whether a directory holds nothing but what is left of a sweep that was killed at its first step.
 */
bool sweep_directory_unused(const char *directory);

#endif /* SALTUS_TOOLS_SWEEP_FILES_H */
