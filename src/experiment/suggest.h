/* suggest - "did you mean": the known word nearest to a misspelt or a foreign one. */
#ifndef SALTUS_SUGGEST_H
#define SALTUS_SUGGEST_H

#include <stddef.h>

/* The candidate nearest to `word`; NULL when none is near. */
const char *sl_suggest(const char *word, const char *const *candidates, size_t count);

/* Write "; did you mean 'x'?" into `out`, or "" when nothing is near. */
void sl_suggest_text(const char *word, const char *const *candidates, size_t count, char *out,
                     size_t size);

/* Write the candidates as "a, b, c" into `out`, cut with "..." when they do not fit. */
void sl_suggest_list(const char *const *candidates, size_t count, char *out, size_t size);

#endif /* SALTUS_SUGGEST_H */
