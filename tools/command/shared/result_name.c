/* result_name - the directory of a result: its name when none is given, results/TITLE-DATE, and
 * whether it can be made. Looked at before the network is built, which may take minutes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/command.h"
#include "shared/result_name.h"

#define TITLE_MAX 60

/* A letter in lower case or a digit; a hyphen for all else. */
static char reduced(char c)
{
    const char lower = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    return (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9') ? lower : '-';
}

/* Letters, digits and single hyphens: "Brunel (2000), fast" becomes "brunel-2000-fast". Of a long
 * title as many words as there is room for, or a part of the first. */
static void reduce_title(char *out, const char *title)
{
    size_t length = 0;
    size_t words = 0; /* length up to the end of the last whole word */
    for (const char *c = title; *c != '\0' && length < TITLE_MAX; c++) {
        const char next = reduced(*c);
        if (next != '-' || (length > 0 && out[length - 1] != '-')) {
            out[length++] = next;
        }
        words = next != '-' && reduced(c[1]) == '-' ? length : words;
    }
    length = words > 0 ? words : length;
    out[length] = '\0';
    if (length == 0) {
        strcpy(out, "run");
    }
}

static bool in_use(const char *name)
{
    char partial[256];
    struct stat status;
    snprintf(partial, sizeof partial, "%s.partial", name);
    return lstat(name, &status) == 0 || lstat(partial, &status) == 0;
}

char *result_name(const char *prefix, const char *title, const struct timespec *when)
{
    char words[TITLE_MAX + 1];
    reduce_title(words, title);
    struct tm local;
    localtime_r(&when->tv_sec, &local);
    char date[32];
    strftime(date, sizeof date, "%Y%m%d-%H%M%S", &local);

    char name[160];
    snprintf(name, sizeof name, "results/%s%s-%s", prefix, words, date);
    for (int number = 2; in_use(name) && number < 10000; number++) {
        snprintf(name, sizeof name, "results/%s%s-%s-%d", prefix, words, date, number);
    }
    return strdup(name);
}

/* The nearest folder above `path` that exists must let us write; false: said what is wrong. */
static bool parent_writable(const char *command, const char *path)
{
    char *parent = strdup(path);
    if (parent == NULL) {
        complain("%s: out of memory", command);
        return false;
    }
    const char *place = ".";
    for (char *slash = strrchr(parent, '/'); slash != NULL; slash = strrchr(parent, '/')) {
        slash[slash == parent ? 1 : 0] = '\0';
        if (slash == parent || access(parent, F_OK) == 0) {
            place = parent;
            break;
        }
    }
    struct stat status;
    const bool folder = stat(place, &status) != 0 || S_ISDIR(status.st_mode);
    const bool writable = folder && access(place, W_OK | X_OK) == 0;
    if (!writable) {
        complain("%s: cannot make %s: %s: %s", command, path, place,
                 strerror(folder ? errno : ENOTDIR));
    }
    free(parent);
    return writable;
}

char *result_way_on(const char *directory)
{
    static const struct {
        const char *checkpoint, *command, *behind;
    } kinds[] = {{".checkpoint", "saltus resume ", ".checkpoint"},
                 {".partial/learn.checkpoint", "saltus learn --resume ", ""}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        char *text = NULL;
        if (asprintf(&text, "%s%s", directory, kinds[i].checkpoint) < 0) {
            return NULL;
        }
        const bool there = access(text, F_OK) == 0;
        free(text);
        if (there) {
            return asprintf(&text, "%s%s%s", kinds[i].command, directory, kinds[i].behind) < 0
                       ? NULL
                       : text;
        }
    }
    return strdup("");
}

void result_say_way_on(const char *command, const char *directory)
{
    char *way_on = result_way_on(directory);
    if (way_on != NULL && way_on[0] != '\0') {
        complain("%s: to go on from the last checkpoint: %s", command, way_on);
    }
    free(way_on);
}

char *result_directory_of(const char *name)
{
    static const char *const behind[] = {"/", ".partial", ".checkpoint"};
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof behind / sizeof behind[0]; i++) {
        const size_t more = strlen(behind[i]);
        if (length > more && strncmp(name + length - more, behind[i], more) == 0) {
            length -= more;
        }
    }
    return strndup(name, length);
}

bool result_name_free(const char *command, const char *directory)
{
    char *partial = NULL;
    char *way_on = result_way_on(directory);
    if (way_on == NULL || asprintf(&partial, "%s.partial", directory) < 0) {
        complain("%s: out of memory", command);
        free(way_on);
        return false;
    }
    struct stat status;
    bool available = false;
    if (lstat(directory, &status) == 0) {
        complain("%s: %s exists already; choose another --out, or remove it", command, directory);
    } else if (lstat(partial, &status) == 0) {
        complain("%s: %s exists already: another run is writing it, or was killed; %s%s"
                 "remove it or choose another --out",
                 command, partial, way_on, way_on[0] != '\0' ? " goes on with it, or " : "");
    } else {
        available = parent_writable(command, directory);
    }
    free(partial);
    free(way_on);
    return available;
}
