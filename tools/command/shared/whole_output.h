/* whole_output - a file that is whole whenever it is there. */
#ifndef SALTUS_WHOLE_OUTPUT_H
#define SALTUS_WHOLE_OUTPUT_H

#include <stdio.h>

/* Write a file beside its place and rename it, so that one of this name is whole; `put` writes the
 * content. A pipe, a device or anything else that is no file is written to as it is. Says what goes
 * wrong. @return an exit code */
int whole_output_write(const char *command, const char *path, const void *what,
                       void (*put)(FILE *stream, const void *what));

#endif /* SALTUS_WHOLE_OUTPUT_H */
