/* result_directory - a directory of results that is whole or absent.
 *
 * Files are written into DIR.partial. The commit makes every file and the directory durable
 * (fsync) and then renames, which POSIX does atomically: whoever finds DIR finds all of it, also
 * after a crash or a power cut. An existing DIR is never replaced.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/status.h"
#include "record/text_file.h"
#include "saltus/record.h"

struct saltus_result {
    char *directory; /* final name, without an ending slash */
    char *partial;   /* directory + ".partial" */
    char *path;      /* last answer of saltus_result_path */
    char **files;    /* names given out: what discard removes */
    size_t file_count, file_capacity;
};

/* "cannot ACTION PATH: reason" */
static saltus_status fail_errno(saltus_error *error, const char *action, const char *path)
{
    char reason[128];
    const char *text = strerror_r(errno, reason, sizeof reason);
    return sl_fail(error, SALTUS_E_FILE, "cannot %s %s: %s", action, path, text);
}

static bool exists(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

static void release(saltus_result *result)
{
    for (size_t i = 0; i < result->file_count; i++) {
        free(result->files[i]);
    }
    free(result->files);
    free(result->directory);
    free(result->partial);
    free(result->path);
    free(result);
}

/* Make every folder above `path`. */
static saltus_status make_parents(char *path, saltus_error *error)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        const bool made = mkdir(path, 0777) == 0 || errno == EEXIST || exists(path);
        const saltus_status status =
            made ? SALTUS_OK : fail_errno(error, "make the directory", path);
        *slash = '/';
        if (status) {
            return status;
        }
    }
    return SALTUS_OK;
}

/* Refuse names that are taken, then make the parents and DIR.partial. */
static saltus_status make_directory(saltus_result *result, saltus_error *error)
{
    if (exists(result->directory)) {
        return sl_fail(error, SALTUS_E_EXISTS, "%s exists already", result->directory);
    }
    const saltus_status status = make_parents(result->partial, error);
    if (status) {
        return status;
    }
    if (mkdir(result->partial, 0777) == 0) {
        return SALTUS_OK;
    }
    if (errno == EEXIST) {
        return sl_fail(error, SALTUS_E_EXISTS,
                       "%s exists already: another run is writing it, or was killed; remove it "
                       "or choose another directory",
                       result->partial);
    }
    return fail_errno(error, "make the directory", result->partial);
}

/* The directory that another process left. */
static saltus_status find_directory(saltus_result *result, saltus_error *error)
{
    struct stat status;
    if (exists(result->directory)) {
        return sl_fail(error, SALTUS_E_EXISTS, "%s exists already", result->directory);
    }
    if (stat(result->partial, &status) != 0) {
        return fail_errno(error, "go on with", result->partial);
    }
    return S_ISDIR(status.st_mode)
               ? SALTUS_OK
               : sl_fail(error, SALTUS_E_FILE, "%s is no directory", result->partial);
}

static saltus_status open_with(const char *directory, bool there, saltus_result **out,
                               saltus_error *error)
{
    *out = NULL;
    size_t length = directory != NULL ? strlen(directory) : 0;
    while (length > 1 && directory[length - 1] == '/') {
        length--;
    }
    if (length == 0) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "the name of the result directory is empty");
    }

    saltus_result *result = calloc(1, sizeof *result);
    if (result == NULL) {
        return sl_fail_memory(error);
    }
    static const char ending[] = ".partial";
    saltus_status status = SALTUS_E_MEMORY;
    result->directory = malloc(length + 1);
    result->partial = malloc(length + sizeof ending);
    if (result->directory == NULL || result->partial == NULL) {
        sl_fail_memory(error);
        goto fail;
    }
    memcpy(result->directory, directory, length);
    result->directory[length] = '\0';
    memcpy(result->partial, directory, length);
    memcpy(result->partial + length, ending, sizeof ending);

    status = there ? find_directory(result, error) : make_directory(result, error);
    if (status) {
        goto fail;
    }
    *out = result;
    return SALTUS_OK;

fail:
    release(result);
    return status;
}

saltus_status saltus_result_create(const char *directory, saltus_result **out, saltus_error *error)
{
    return open_with(directory, false, out, error);
}

saltus_status saltus_result_reopen(const char *directory, saltus_result **out, saltus_error *error)
{
    return open_with(directory, true, out, error);
}

/* Remember a file for discard. */
static bool remember(saltus_result *result, const char *file_name)
{
    for (size_t i = 0; i < result->file_count; i++) {
        if (strcmp(result->files[i], file_name) == 0) {
            return true;
        }
    }
    void *files = result->files;
    const bool room =
        sl_memory_grow(&files, &result->file_capacity, result->file_count, sizeof *result->files);
    result->files = files;
    char *copy = room ? sl_memory_string(file_name) : NULL;
    if (copy == NULL) {
        return false;
    }
    result->files[result->file_count++] = copy;
    return true;
}

const char *saltus_result_path(saltus_result *result, const char *file_name)
{
    const size_t size = strlen(result->partial) + strlen(file_name) + 2;
    char *path = malloc(size);
    if (path == NULL || !remember(result, file_name)) {
        free(path);
        return NULL;
    }
    snprintf(path, size, "%s/%s", result->partial, file_name);
    free(result->path);
    result->path = path;
    return path;
}

const char *saltus_result_directory(const saltus_result *result)
{
    return result->directory;
}

saltus_status saltus_result_write_text(saltus_result *result, const char *file_name,
                                       const char *text, saltus_error *error)
{
    const char *path = saltus_result_path(result, file_name);
    if (path == NULL) {
        return sl_fail_memory(error);
    }
    text_file file;
    const saltus_status status = sl_text_file_open(&file, path, error);
    if (status) {
        return status;
    }
    sl_text_file_write(&file, text, strlen(text));
    return sl_text_file_close(&file, error);
}

/* Wait until `path` (a file or a directory) is on the disk. */
static saltus_status make_durable(const char *path, saltus_error *error)
{
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return fail_errno(error, "open", path);
    }
    /* some file systems cannot sync directories and say EINVAL: nothing more can be done there */
    saltus_status status = SALTUS_OK;
    if (fsync(descriptor) != 0 && errno != EINVAL && errno != ENOTSUP) {
        status = fail_errno(error, "write", path);
    }
    close(descriptor);
    return status;
}

/* Every file in it, also those that other writers put there, then the directory. */
static saltus_status make_all_durable(saltus_result *result, saltus_error *error)
{
    DIR *directory = opendir(result->partial);
    if (directory == NULL) {
        return fail_errno(error, "read the directory", result->partial);
    }
    saltus_status status = SALTUS_OK;
    const struct dirent *entry = NULL;
    while (status == SALTUS_OK && (entry = readdir(directory)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        const size_t size = strlen(result->partial) + strlen(entry->d_name) + 2;
        char *path = malloc(size);
        if (path == NULL) {
            status = sl_fail_memory(error);
            break;
        }
        snprintf(path, size, "%s/%s", result->partial, entry->d_name);
        status = make_durable(path, error);
        free(path);
    }
    closedir(directory);
    return status != SALTUS_OK ? status : make_durable(result->partial, error);
}

/* Rename without replacing what may have come into being meanwhile. */
static int rename_to_final(const saltus_result *result)
{
#ifdef RENAME_NOREPLACE
    if (renameat2(AT_FDCWD, result->partial, AT_FDCWD, result->directory, RENAME_NOREPLACE) == 0) {
        return 0;
    }
    if (errno != EINVAL && errno != ENOSYS) {
        return -1;
    }
#endif
    if (exists(result->directory)) {
        errno = EEXIST;
        return -1;
    }
    return rename(result->partial, result->directory);
}

saltus_status saltus_result_commit(saltus_result *result, saltus_error *error)
{
    /* all that can fail for want of memory comes before the rename */
    char *parent = sl_memory_string(result->directory);
    if (parent == NULL) {
        return sl_fail_memory(error);
    }
    saltus_status status = make_all_durable(result, error);
    if (status) {
        goto done;
    }
    if (rename_to_final(result) != 0) {
        status = errno == EEXIST ? sl_fail(error, SALTUS_E_EXISTS,
                                           "%s exists already; the results "
                                           "stay in %s",
                                           result->directory, result->partial)
                                 : fail_errno(error, "rename to", result->directory);
        goto done;
    }

    /* the new name is an entry of the parent; it stands whether or not this sync succeeds */
    char *slash = strrchr(parent, '/');
    if (slash != NULL) {
        slash[slash == parent ? 1 : 0] = '\0';
    }
    make_durable(slash != NULL ? parent : ".", NULL);
    release(result);

done:
    free(parent);
    return status;
}

void saltus_result_leave(saltus_result *result)
{
    if (result != NULL) {
        release(result);
    }
}

void saltus_result_discard(saltus_result *result)
{
    if (result == NULL) {
        return;
    }
    for (size_t i = 0; i < result->file_count; i++) {
        const size_t size = strlen(result->partial) + strlen(result->files[i]) + 2;
        char *path = malloc(size);
        if (path != NULL) {
            snprintf(path, size, "%s/%s", result->partial, result->files[i]);
            unlink(path);
            free(path);
        }
    }
    rmdir(result->partial);
    release(result);
}
