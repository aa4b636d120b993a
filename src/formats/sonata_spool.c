/* sonata_spool - see sonata_spool.h. */
#include "formats/sonata_spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUFFER_ENTRIES 32768

_Static_assert(sizeof(sonata_spool_entry) == 24, "an entry has no holes");

static saltus_status fail(const sonata_spool *spool, const char *action, int reason,
                          saltus_error *error)
{
    char text[128];
    return sl_sonata_fail(error, SALTUS_E_FILE, spool->path, 0, "cannot be %s: %s", action,
                          strerror_r(reason, text, sizeof text));
}

/* Cut a file that is there behind its first entries. */
static saltus_status cut(sonata_spool *spool, uint64_t entries, saltus_error *error)
{
    const off_t size = lseek(spool->descriptor, 0, SEEK_END);
    if (size < 0) {
        return fail(spool, "read", errno, error);
    }
    if ((uint64_t)size / sizeof(sonata_spool_entry) < entries) {
        return sl_sonata_fail(error, SALTUS_E_FILE, spool->path, 0,
                              "has %lld bytes, and held %llu spikes of %zu bytes when the "
                              "checkpoint was written; it is not the file of that run",
                              (long long)size, (unsigned long long)entries,
                              sizeof(sonata_spool_entry));
    }
    const off_t end = (off_t)(entries * sizeof(sonata_spool_entry));
    if (ftruncate(spool->descriptor, end) != 0 || lseek(spool->descriptor, end, SEEK_SET) < 0) {
        return fail(spool, "cut", errno, error);
    }
    spool->entries = entries;
    return SALTUS_OK;
}

saltus_status sl_sonata_spool_open(sonata_spool *spool, const char *path, bool resumes,
                                   uint64_t entries, saltus_error *error)
{
    *spool = (sonata_spool){.descriptor = -1};
    spool->path = sl_sonata_format("%s", path);
    spool->buffer = sl_sonata_array(BUFFER_ENTRIES, sizeof *spool->buffer);
    saltus_status status = SALTUS_OK;
    if (spool->path == NULL || spool->buffer == NULL) {
        status = sl_sonata_fail_memory(error);
        goto fail;
    }
    const int how = resumes ? 0 : O_CREAT | O_TRUNC;
    spool->descriptor = open(path, O_RDWR | O_CLOEXEC | how, 0666);
    if (spool->descriptor < 0) {
        status = fail(spool, "opened", errno, error);
    } else if (resumes) {
        status = cut(spool, entries, error);
    }
    if (status == SALTUS_OK) {
        return SALTUS_OK;
    }

fail:
    sl_sonata_spool_close(spool);
    return status;
}

static void flush(sonata_spool *spool)
{
    const char *bytes = (const char *)spool->buffer;
    size_t size = spool->used * sizeof *spool->buffer;
    while (size > 0 && spool->error == 0) {
        const ssize_t written = write(spool->descriptor, bytes, size);
        if (written > 0) {
            bytes += written;
            size -= (size_t)written;
        } else if (written == 0 || errno != EINTR) {
            spool->error = written < 0 ? errno : EIO;
        }
    }
    spool->entries += spool->used;
    spool->used = 0;
}

saltus_status sl_sonata_spool_append(sonata_spool *spool, size_t population, double time_ms,
                                     uint64_t node)
{
    if (spool->used == BUFFER_ENTRIES) {
        flush(spool);
    }
    spool->buffer[spool->used++] =
        (sonata_spool_entry){.time_ms = time_ms, .node = node, .population = (uint32_t)population};
    return spool->error == 0 ? SALTUS_OK : SALTUS_E_FILE;
}

saltus_status sl_sonata_spool_settle(sonata_spool *spool, uint64_t *entries, saltus_error *error)
{
    flush(spool);
    if (spool->error == 0 && fdatasync(spool->descriptor) != 0 && errno != EINVAL &&
        errno != ENOTSUP) {
        spool->error = errno;
    }
    *entries = spool->entries;
    return spool->error == 0 ? SALTUS_OK : fail(spool, "written", spool->error, error);
}

/* The next entries of the file into the buffer; how many, 0 at a failure. */
static size_t read_entries(sonata_spool *spool, uint64_t from)
{
    const uint64_t left = spool->entries - from;
    const size_t wanted = left < BUFFER_ENTRIES ? (size_t)left : BUFFER_ENTRIES;
    const size_t size = wanted * sizeof *spool->buffer;
    for (size_t done = 0; done < size;) {
        const ssize_t got = pread(spool->descriptor, (char *)spool->buffer + done, size - done,
                                  (off_t)(from * sizeof *spool->buffer + done));
        if (got > 0) {
            done += (size_t)got;
        } else if (got == 0 || errno != EINTR) {
            errno = got == 0 ? EIO : errno;
            return 0;
        }
    }
    return wanted;
}

saltus_status sl_sonata_spool_replay(sonata_spool *spool, sonata_spike_writer *writer,
                                     size_t populations, saltus_error *error)
{
    flush(spool);
    if (spool->error != 0) {
        return fail(spool, "written", spool->error, error);
    }
    for (uint64_t from = 0; from < spool->entries;) {
        const size_t count = read_entries(spool, from);
        if (count == 0) {
            return fail(spool, "read", errno, error);
        }
        for (size_t i = 0; i < count; i++) {
            const sonata_spool_entry *entry = &spool->buffer[i];
            if (entry->population >= populations) {
                return sl_sonata_fail(error, SALTUS_E_FILE, spool->path, 0,
                                      "is damaged: entry %llu is of no population",
                                      (unsigned long long)(from + i));
            }
            /* a failure is told when the writer is closed */
            if (sl_sonata_writer_append(writer, entry->population, entry->time_ms, entry->node)) {
                return SALTUS_OK;
            }
        }
        from += count;
    }
    return SALTUS_OK;
}

void sl_sonata_spool_close(sonata_spool *spool)
{
    if (spool->path == NULL && spool->buffer == NULL) {
        return;
    }
    if (spool->descriptor >= 0) {
        close(spool->descriptor);
    }
    free(spool->path);
    free(spool->buffer);
    *spool = (sonata_spool){.descriptor = -1};
}
