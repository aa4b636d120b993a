/* whole_output - see whole_output.h. */
#include "shared/whole_output.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/command.h"

/* Is there something of this name that a rename would replace by what it is not? */
static bool is_no_file(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 && !S_ISREG(found.st_mode);
}

/* Where the file is in the end; a symbolic link stays and its target is written. To be freed. */
static char *place_of(const char *path)
{
    char *place = realpath(path, NULL);
    return place != NULL ? place : strdup(path);
}

static bool put_into(const char *place, const void *what,
                     void (*put)(FILE *stream, const void *what))
{
    errno = 0;
    FILE *stream = fopen(place, "wb");
    if (stream == NULL) {
        return false;
    }
    put(stream, what);
    const bool good = ferror(stream) == 0 && fflush(stream) == 0;
    return fclose(stream) == 0 && good;
}

int whole_output_write(const char *command, const char *path, const void *what,
                       void (*put)(FILE *stream, const void *what))
{
    char *place = place_of(path);
    char *partial = NULL;
    if (place == NULL || asprintf(&partial, "%s.partial", place) < 0) {
        free(place);
        complain("%s: out of memory", command);
        return EXIT_CODE_FAILED;
    }
    bool good = false;
    if (is_no_file(place)) {
        good = put_into(place, what, put);
    } else {
        good = put_into(partial, what, put) && rename(partial, place) == 0;
        if (!good) {
            const int reason = errno;
            unlink(partial);
            errno = reason;
        }
    }
    if (!good) {
        complain("%s: cannot write %s: %s", command, path,
                 errno != 0 ? strerror(errno) : "it failed");
    }
    free(partial);
    free(place);
    return good ? EXIT_CODE_OK : EXIT_CODE_FAILED;
}
