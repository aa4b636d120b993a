/* sweep_files - directories and files of a sweep: whole reads and writes, failures in words. */
#include "sweep/sweep_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/command.h"

/* ---- Files -------------------------------------------------------------------------------------
 */

char *sweep_path(const char *directory, const char *name)
{
    char *path = NULL;
    if (asprintf(&path, "%s/%s", directory, name) < 0) {
        complain("sweep: out of memory");
        return NULL;
    }
    return path;
}

int sweep_fail_errno(const char *action, const char *directory, const char *name)
{
    const int reason = errno;
    complain("sweep: cannot %s %s%s%s: %s", action, directory, name[0] != '\0' ? "/" : "", name,
             strerror(reason));
    return EXIT_CODE_FAILED;
}

char *sweep_read_all(int descriptor, size_t *length)
{
    struct stat file;
    if (fstat(descriptor, &file) != 0) {
        return NULL;
    }
    const size_t size = (size_t)file.st_size;
    char *text = malloc(size + 1);
    *length = 0;
    while (text != NULL && *length < size) {
        const ssize_t got = pread(descriptor, text + *length, size - *length, (off_t)*length);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            free(text);
            return NULL;
        }
        if (got == 0) {
            break;
        }
        *length += (size_t)got;
    }
    if (text != NULL) {
        text[*length] = '\0';
    }
    return text;
}

bool sweep_write_all(int descriptor, const char *text, size_t length)
{
    while (length > 0) {
        const ssize_t put = write(descriptor, text, length);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return false;
        }
        text += put;
        length -= (size_t)put;
    }
    return true;
}

int sweep_write_file(const char *directory, const char *name, void (*put)(FILE *, const void *),
                     const void *what)
{
    char *path = sweep_path(directory, name);
    char *partial = NULL;
    if (path == NULL || asprintf(&partial, "%s.partial", path) < 0) {
        free(path);
        return EXIT_CODE_FAILED;
    }
    int code = EXIT_CODE_OK;
    errno = 0;
    FILE *stream = fopen(partial, "w");
    bool good = stream != NULL;
    if (good) {
        put(stream, what);
        good = ferror(stream) == 0 && fflush(stream) == 0 && fsync(fileno(stream)) == 0;
        good = fclose(stream) == 0 && good;
    }
    if (!good || rename(partial, path) != 0) {
        code = sweep_fail_errno("write", directory, name);
        unlink(partial);
    }
    free(partial);
    free(path);
    return code;
}

int sweep_make_directory(const char *directory)
{
    char *path = strdup(directory);
    if (path == NULL) {
        complain("sweep: out of memory");
        return EXIT_CODE_FAILED;
    }
    int code = EXIT_CODE_OK;
    for (char *slash = strchr(path + 1, '/'); code == EXIT_CODE_OK;
         slash = strchr(slash + 1, '/')) {
        if (slash != NULL) {
            *slash = '\0';
        }
        struct stat place;
        if (mkdir(path, 0777) != 0 &&
            (errno != EEXIST || stat(path, &place) != 0 || !S_ISDIR(place.st_mode))) {
            errno = errno == EEXIST ? ENOTDIR : errno;
            sweep_fail_errno("make the directory", path, "");
            code = EXIT_CODE_USAGE;
        }
        if (slash == NULL) {
            break;
        }
        *slash = '/';
    }
    free(path);
    return code;
}

int sweep_read_file(const char *directory, const char *name, char **text)
{
    *text = NULL;
    char *path = sweep_path(directory, name);
    if (path == NULL) {
        return EXIT_CODE_FAILED;
    }
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    int code = EXIT_CODE_OK;
    if (descriptor >= 0) {
        size_t length = 0;
        *text = sweep_read_all(descriptor, &length);
        code = *text != NULL ? EXIT_CODE_OK : sweep_fail_errno("read", directory, name);
        close(descriptor);
    } else if (errno != ENOENT) {
        code = sweep_fail_errno("read", directory, name);
    }
    free(path);
    return code;
}

bool sweep_directory_unused(const char *directory)
{
    DIR *open_directory = opendir(directory);
    if (open_directory == NULL) {
        return true;
    }
    bool unused = true;
    const struct dirent *entry = NULL;
    while (unused && (entry = readdir(open_directory)) != NULL) {
        static const char *const ours[] = {".", "..", "points.csv", "sweep.json.partial"};
        unused = false;
        for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
            unused = unused || strcmp(entry->d_name, ours[i]) == 0;
        }
    }
    closedir(open_directory);
    return unused;
}
