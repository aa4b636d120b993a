/* text_excerpt - foreign text, shortened and cleaned for a message. */
#ifndef SALTUS_TEXT_EXCERPT_H
#define SALTUS_TEXT_EXCERPT_H

#include <stdbool.h>
#include <stddef.h>

typedef struct text_excerpt {
    char text[64];
} text_excerpt;

/* The beginning of `text`, cut between UTF-8 characters with "..."; control characters and bytes
 * that are no UTF-8 as '?'. */
text_excerpt sl_text_excerpt(const char *text);
/* The same of `length` bytes. */
text_excerpt sl_text_excerpt_of(const char *text, size_t length);

/* Why a file could not be opened or read, from errno; static. */
const char *sl_text_file_problem(int error_number);

#endif /* SALTUS_TEXT_EXCERPT_H */
