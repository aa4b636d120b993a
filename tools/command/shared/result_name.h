/* result_name - the directory of a result: its default name, and whether it can be made. */
#ifndef SALTUS_TOOLS_RESULT_NAME_H
#define SALTUS_TOOLS_RESULT_NAME_H

#include <stdbool.h>
#include <time.h>

/* results/PREFIXTITLE-DATE, not yet in use, malloc'ed; NULL when memory ran out. */
char *result_name(const char *prefix, const char *title, const struct timespec *when);
/* Nothing has this name and it can be made; false: said on stderr why not. */
bool result_name_free(const char *command, const char *directory);

#endif /* SALTUS_TOOLS_RESULT_NAME_H */
