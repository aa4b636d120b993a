/* sonata_weight_spool - see sonata_weight_spool.h. */
#include "formats/sonata_weight_spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Static_assert(sizeof(sonata_weight_head) == 24, "a head has no holes");

static saltus_status fail(const sonata_weight_spool *spool, const char *action, int reason,
                          saltus_error *error)
{
    char text[128];
    return sl_sonata_fail(error, SALTUS_E_FILE, spool->path, 0, "cannot be %s: %s", action,
                          strerror_r(reason, text, sizeof text));
}

/* Cut a file that is there behind its first bytes. */
static saltus_status cut(sonata_weight_spool *spool, uint64_t size, saltus_error *error)
{
    const off_t found = lseek(spool->descriptor, 0, SEEK_END);
    if (found < 0) {
        return fail(spool, "read", errno, error);
    }
    if ((uint64_t)found < size) {
        return sl_sonata_fail(error, SALTUS_E_FILE, spool->path, 0,
                              "has %lld bytes, and had %llu when the checkpoint was written; it is "
                              "not the file of that run",
                              (long long)found, (unsigned long long)size);
    }
    if (ftruncate(spool->descriptor, (off_t)size) != 0) {
        return fail(spool, "cut", errno, error);
    }
    spool->size = size;
    return SALTUS_OK;
}

saltus_status sl_sonata_weight_spool_open(sonata_weight_spool *spool, const char *path,
                                          bool resumes, uint64_t size, saltus_error *error)
{
    *spool = (sonata_weight_spool){.descriptor = -1};
    spool->path = sl_sonata_format("%s", path);
    if (spool->path == NULL) {
        return sl_sonata_fail_memory(error);
    }
    const int how = resumes ? 0 : O_CREAT | O_TRUNC;
    spool->descriptor = open(path, O_RDWR | O_CLOEXEC | how, 0666);
    saltus_status status = SALTUS_OK;
    if (spool->descriptor < 0) {
        status = fail(spool, "opened", errno, error);
    } else if (resumes) {
        status = cut(spool, size, error);
    }
    if (status) {
        sl_sonata_weight_spool_close(spool);
    }
    return status;
}

saltus_status sl_sonata_weight_spool_append(sonata_weight_spool *spool, const void *bytes,
                                            size_t size, saltus_error *error)
{
    const char *at = bytes;
    while (size > 0) {
        const ssize_t written = pwrite(spool->descriptor, at, size, (off_t)spool->size);
        if (written > 0) {
            at += written;
            size -= (size_t)written;
            spool->size += (uint64_t)written;
        } else if (written == 0 || errno != EINTR) {
            return fail(spool, "written", written < 0 ? errno : EIO, error);
        }
    }
    return SALTUS_OK;
}

saltus_status sl_sonata_weight_spool_settle(const sonata_weight_spool *spool, saltus_error *error)
{
    if (fdatasync(spool->descriptor) != 0 && errno != EINVAL && errno != ENOTSUP) {
        return fail(spool, "written", errno, error);
    }
    return SALTUS_OK;
}

saltus_status sl_sonata_weight_spool_read(const sonata_weight_spool *spool, uint64_t at,
                                          void *bytes, size_t size, saltus_error *error)
{
    for (size_t done = 0; done < size;) {
        const ssize_t got =
            pread(spool->descriptor, (char *)bytes + done, size - done, (off_t)(at + done));
        if (got > 0) {
            done += (size_t)got;
        } else if (got == 0 || errno != EINTR) {
            return fail(spool, "read", got < 0 ? errno : EIO, error);
        }
    }
    return SALTUS_OK;
}

void sl_sonata_weight_spool_close(sonata_weight_spool *spool)
{
    if (spool->path == NULL) {
        return;
    }
    if (spool->descriptor >= 0) {
        close(spool->descriptor);
    }
    free(spool->path);
    *spool = (sonata_weight_spool){.descriptor = -1};
}
