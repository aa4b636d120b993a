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

saltus_status sl_text_file_open(text_file *file, const char *path, saltus_error *error)
{
    *file = (text_file){.descriptor = -1};
    file->buffer = sl_memory_array(BUFFER_SIZE, 1);
    file->path = sl_memory_string(path);
    if (file->buffer == NULL || file->path == NULL) {
        sl_fail_memory(error);
        goto fail;
    }
    file->descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file->descriptor < 0) {
        char reason[128];
        const char *text = strerror_r(errno, reason, sizeof reason);
        sl_fail(error, SALTUS_E_FILE, "cannot create %s: %s", path, text);
        goto fail;
    }
    return SALTUS_OK;

fail:;
    const saltus_status status =
        file->path == NULL || file->buffer == NULL ? SALTUS_E_MEMORY : SALTUS_E_FILE;
    free(file->buffer);
    free(file->path);
    *file = (text_file){.descriptor = -1};
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

saltus_status sl_text_file_close(text_file *file, saltus_error *error)
{
    if (file->buffer == NULL) {
        return SALTUS_OK;
    }
    flush(file);
    if (close(file->descriptor) != 0 && file->write_errno == 0 && errno != EINTR) {
        file->write_errno = errno;
    }
    saltus_status status = SALTUS_OK;
    if (file->write_errno != 0) {
        char reason[128];
        const char *text = strerror_r(file->write_errno, reason, sizeof reason);
        status = sl_fail(error, SALTUS_E_FILE, "cannot write %s: %s", file->path, text);
    }
    free(file->buffer);
    free(file->path);
    *file = (text_file){.descriptor = -1};
    return status;
}
