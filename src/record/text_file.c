/* text_file - a file that is written once from front to end, through one large buffer. */
#include "record/text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/status.h"

#define BUFFER_SIZE ((size_t)1 << 20)

/* "cannot ACTION PATH: reason" */
static saltus_status fail_errno(saltus_error *error, const char *action, const char *path)
{
    char reason[128];
    return sl_fail(error, SALTUS_E_FILE, "cannot %s %s: %s", action, path,
                   strerror_r(errno, reason, sizeof reason));
}

static void release(text_file *file)
{
    free(file->buffer);
    free(file->path);
    *file = (text_file){.descriptor = -1};
}

static saltus_status open_with(text_file *file, const char *path, int flags, const char *action,
                               saltus_error *error)
{
    *file = (text_file){.descriptor = -1};
    file->buffer = sl_memory_array(BUFFER_SIZE, 1);
    file->path = sl_memory_string(path);
    saltus_status status = SALTUS_OK;
    if (file->buffer == NULL || file->path == NULL) {
        status = sl_fail_memory(error);
        goto fail;
    }
    file->descriptor = open(path, flags | O_WRONLY | O_CLOEXEC, 0666);
    if (file->descriptor < 0) {
        status = fail_errno(error, action, path);
        goto fail;
    }
    return SALTUS_OK;

fail:
    release(file);
    return status;
}

saltus_status sl_text_file_open(text_file *file, const char *path, saltus_error *error)
{
    return open_with(file, path, O_CREAT | O_TRUNC, "create", error);
}

saltus_status sl_text_file_reopen(text_file *file, const char *path, uint64_t position,
                                  saltus_error *error)
{
    saltus_status status = open_with(file, path, 0, "open", error);
    if (status != SALTUS_OK) {
        return status;
    }
    const off_t size = lseek(file->descriptor, 0, SEEK_END);
    if (size >= 0 && (uint64_t)size < position) {
        status = sl_fail(error, SALTUS_E_FILE,
                         "%s has %lld bytes, and had %llu when the checkpoint was written; it is "
                         "not the file of that run",
                         path, (long long)size, (unsigned long long)position);
    } else if (size < 0 || ftruncate(file->descriptor, (off_t)position) != 0 ||
               lseek(file->descriptor, (off_t)position, SEEK_SET) < 0) {
        status = fail_errno(error, "cut", path);
    }
    file->written = position;
    if (status != SALTUS_OK) {
        close(file->descriptor);
        release(file);
    }
    return status;
}

/* Hand `size` bytes to the system, in as many parts as it takes. */
static void write_through(text_file *file, const char *bytes, size_t size)
{
    while (size > 0 && file->write_errno == 0) {
        const ssize_t written = write(file->descriptor, bytes, size);
        if (written > 0) {
            bytes += written;
            size -= (size_t)written;
            file->written += (size_t)written;
        } else if (written < 0 && errno != EINTR) {
            file->write_errno = errno;
        }
    }
}

static void flush(text_file *file)
{
    write_through(file, file->buffer, file->used);
    file->used = 0;
}

char *sl_text_file_room(text_file *file, size_t size)
{
    if (BUFFER_SIZE - file->used < size) {
        flush(file);
    }
    return file->write_errno == 0 ? file->buffer + file->used : NULL;
}

void sl_text_file_advance(text_file *file, const char *end)
{
    file->used = (size_t)(end - file->buffer);
}

void sl_text_file_write(text_file *file, const char *bytes, size_t size)
{
    if (BUFFER_SIZE - file->used < size) {
        flush(file);
    }
    if (size > BUFFER_SIZE) {
        write_through(file, bytes, size);
    } else if (size > 0) {
        memcpy(file->buffer + file->used, bytes, size);
        file->used += size;
    }
}

static saltus_status fail_write(const text_file *file, saltus_error *error)
{
    char reason[128];
    return sl_fail(error, SALTUS_E_FILE, "cannot write %s: %s", file->path,
                   strerror_r(file->write_errno, reason, sizeof reason));
}

saltus_status sl_text_file_settle(text_file *file, uint64_t *position, saltus_error *error)
{
    flush(file);
    /* what is no file of a disk cannot wait for one */
    if (file->write_errno == 0 && fdatasync(file->descriptor) != 0 && errno != EINVAL &&
        errno != ENOTSUP) {
        file->write_errno = errno;
    }
    *position = file->written;
    return file->write_errno == 0 ? SALTUS_OK : fail_write(file, error);
}

saltus_status sl_text_file_close(text_file *file, saltus_error *error)
{
    if (file->buffer == NULL) {
        return SALTUS_OK;
    }
    flush(file);
    if (close(file->descriptor) != 0 && file->write_errno == 0 && errno != EINTR) {
        file->write_errno = errno;
    }
    const saltus_status status = file->write_errno == 0 ? SALTUS_OK : fail_write(file, error);
    release(file);
    return status;
}
