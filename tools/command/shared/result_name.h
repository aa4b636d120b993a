/* result_name - the directory of a result: its default name, and whether it can be made. */
#ifndef SALTUS_TOOLS_RESULT_NAME_H
#define SALTUS_TOOLS_RESULT_NAME_H

#include <stdbool.h>
#include <time.h>

/* results/PREFIXTITLE-DATE, not yet in use, malloc'ed; NULL when memory ran out. */
char *result_name(const char *prefix, const char *title, const struct timespec *when);
/* Nothing has this name and it can be made; false: said on stderr why not. */
bool result_name_free(const char *command, const char *directory);
/* DIR from DIR, DIR/, DIR.partial or DIR.checkpoint, malloc'ed; NULL when memory ran out. */
char *result_directory_of(const char *name);
/* The command that goes on with what left DIR.partial behind, from its checkpoint; a text that is
 * empty when there is none, malloc'ed; NULL when memory ran out. */
char *result_way_on(const char *directory);
/* Says on stderr how to go on with what failed, if it left a checkpoint. */
void result_say_way_on(const char *command, const char *directory);

#endif /* SALTUS_TOOLS_RESULT_NAME_H */
