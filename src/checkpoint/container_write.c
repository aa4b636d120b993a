/* container_write - a checkpoint on its way to the disk: sections, table, header, name.
 *
 * The file is PATH.new until it is whole: the header, which has the sums and sizes of all the rest,
 * is written last, then the file is made durable and renamed, then the directory is made durable.
 * Whatever happens in between, PATH is the old file or the new one. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define XXH_STATIC_LINKING_ONLY /* the state's size, for one inside the writer */
#include <xxhash.h>

#include "base/memory.h"
#include "base/status.h"
#include "checkpoint/container.h"
#include "checkpoint/container_layout.h"

#define BUFFER_SIZE ((size_t)4 << 20)

struct saltus_checkpoint_writer {
    XXH3_state_t sum; /* of the section that is being written */
    char *path, *temporary;
    char *buffer;
    size_t used, summed; /* bytes in the buffer; of these, those that `sum` has or needs not */
    int descriptor;
    int write_errno;      /* of the first failed write */
    saltus_status status; /* of the first failure of any kind */
    uint64_t offset;      /* of what comes next */
    off_t sent;           /* bytes that were handed to the system */
    container_entry *entry;
    size_t count, capacity;
    bool open; /* the last entry is being written */
};

static const uint32_t sizes[] = {
    [SECTION_BYTES] = 1, [SECTION_U16] = 2, [SECTION_U32] = 4, [SECTION_U64] = 8,
    [SECTION_I64] = 8,   [SECTION_F64] = 8, [SECTION_F32] = 4,
};

uint32_t sl_section_size(uint32_t type)
{
    return type < sizeof sizes / sizeof sizes[0] ? sizes[type] : 0;
}

/* ---- Bytes --------------------------------------------------------------------------------- */

static void fail(saltus_checkpoint_writer *writer, saltus_status status)
{
    writer->status = writer->status != SALTUS_OK ? writer->status : status;
}

void sl_container_out_of_memory(saltus_checkpoint_writer *writer)
{
    fail(writer, SALTUS_E_MEMORY);
}

static void write_through(saltus_checkpoint_writer *writer, const char *bytes, size_t size)
{
    while (size > 0 && writer->status == SALTUS_OK) {
        const ssize_t written = write(writer->descriptor, bytes, size);
        if (written > 0) {
            /* on its way to the disk while the rest is being written */
            (void)sync_file_range(writer->descriptor, writer->sent, written, SYNC_FILE_RANGE_WRITE);
            writer->sent += written;
            bytes += written;
            size -= (size_t)written;
        } else if (written == 0 || errno != EINTR) {
            writer->write_errno = written < 0 ? errno : EIO;
            fail(writer, SALTUS_E_FILE);
        }
    }
}

/* The sum up to here. Numbers are summed a buffer at a time: many come one by one. */
static void sum_up(saltus_checkpoint_writer *writer)
{
    if (writer->open) {
        XXH3_64bits_update(&writer->sum, writer->buffer + writer->summed,
                           writer->used - writer->summed);
    }
    writer->summed = writer->used;
}

static void flush(saltus_checkpoint_writer *writer)
{
    sum_up(writer);
    write_through(writer, writer->buffer, writer->used);
    writer->used = writer->summed = 0;
}

static void write_bytes(saltus_checkpoint_writer *writer, const void *bytes, size_t size)
{
    writer->offset += size;
    if (BUFFER_SIZE - writer->used < size) {
        flush(writer);
    }
    if (size <= BUFFER_SIZE) {
        memcpy(writer->buffer + writer->used, bytes, size);
        writer->used += size;
        return;
    }
    if (writer->open) {
        XXH3_64bits_update(&writer->sum, bytes, size);
    }
    write_through(writer, bytes, size);
}

static void pad(saltus_checkpoint_writer *writer)
{
    static const char zeros[CONTAINER_ALIGNMENT];
    write_bytes(writer, zeros, (size_t)(container_aligned(writer->offset) - writer->offset));
}

/* ---- Sections ------------------------------------------------------------------------------ */

static void end_section(saltus_checkpoint_writer *writer)
{
    if (writer->open) {
        sum_up(writer);
        writer->entry[writer->count - 1].sum = XXH3_64bits_digest(&writer->sum);
        writer->open = false;
        pad(writer);
    }
}

static bool name_is_new(const saltus_checkpoint_writer *writer, const char *name)
{
    for (size_t i = 0; i < writer->count; i++) {
        if (strcmp(writer->entry[i].name, name) == 0) {
            return false;
        }
    }
    return true;
}

void sl_section_begin(saltus_checkpoint_writer *writer, const char *name, section_type type)
{
    end_section(writer);
    const size_t length = strlen(name);
    if (length == 0 || length >= CONTAINER_NAME || sl_section_size(type) == 0 ||
        writer->count == CONTAINER_SECTIONS_MAX || !name_is_new(writer, name)) {
        fail(writer, SALTUS_E_INTERNAL);
        return;
    }
    void *entries = writer->entry;
    if (!sl_memory_grow(&entries, &writer->capacity, writer->count, sizeof *writer->entry)) {
        fail(writer, SALTUS_E_MEMORY);
        return;
    }
    writer->entry = entries;
    container_entry *entry = &writer->entry[writer->count++];
    *entry = (container_entry){
        .type = (uint32_t)type, .size = sl_section_size(type), .offset = writer->offset};
    memcpy(entry->name, name, length);
    XXH3_64bits_reset(&writer->sum);
    writer->summed = writer->used;
    writer->open = true;
}

void sl_section_append(saltus_checkpoint_writer *writer, const void *numbers, size_t count)
{
    if (writer->status != SALTUS_OK || count == 0) {
        return;
    }
    container_entry *entry = &writer->entry[writer->count - 1];
    const size_t size = count * entry->size;
    entry->count += count;
    write_bytes(writer, numbers, size);
}

void sl_section_put(saltus_checkpoint_writer *writer, const char *name, section_type type,
                    const void *numbers, size_t count)
{
    sl_section_begin(writer, name, type);
    sl_section_append(writer, numbers, count);
}

/* ---- Sections of the caller's own ---------------------------------------------------------- */

static bool name_is_allowed(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789_.-";
    const size_t length = strlen(name);
    return length > 0 && length <= SALTUS_CHECKPOINT_NAME_MAX && strspn(name, allowed) == length;
}

saltus_status saltus_checkpoint_put_bytes(saltus_checkpoint_writer *writer, const char *name,
                                          const void *bytes, size_t size, saltus_error *error)
{
    if (writer == NULL || name == NULL || (bytes == NULL && size > 0)) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "a writer, a name and bytes are needed");
    }
    char full[CONTAINER_NAME];
    snprintf(full, sizeof full, CONTAINER_OWN "%s", name);
    if (!name_is_allowed(name) || !name_is_new(writer, full)) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "a checkpoint's section cannot be named '%.40s': allowed are 1 to %d "
                       "letters, digits, '_', '.' and '-', and each name once",
                       name, SALTUS_CHECKPOINT_NAME_MAX);
    }
    sl_section_put(writer, full, SECTION_BYTES, bytes, size);
    return sl_container_status(writer, error);
}

/* ---- Life cycle ---------------------------------------------------------------------------- */

saltus_status sl_container_status(const saltus_checkpoint_writer *writer, saltus_error *error)
{
    char reason[128];
    switch (writer->status) {
    case SALTUS_OK:
        return SALTUS_OK;
    case SALTUS_E_MEMORY:
        return sl_fail_memory(error);
    case SALTUS_E_FILE:
        return sl_fail(error, SALTUS_E_FILE, "cannot write %s: %s", writer->temporary,
                       strerror_r(writer->write_errno, reason, sizeof reason));
    default:
        return sl_fail(error, writer->status, "%s: a section was begun that cannot be",
                       writer->path);
    }
}

static void release(saltus_checkpoint_writer *writer)
{
    if (writer->descriptor >= 0) {
        close(writer->descriptor);
    }
    free(writer->path);
    free(writer->temporary);
    free(writer->buffer);
    free(writer->entry);
    free(writer);
}

saltus_status saltus_checkpoint_create(const char *path, saltus_checkpoint_writer **out,
                                       saltus_error *error)
{
    if (out == NULL || path == NULL || path[0] == '\0') {
        return sl_fail(error, SALTUS_E_ARGUMENT, "the name of the checkpoint is empty");
    }
    *out = NULL;
    saltus_checkpoint_writer *writer = sl_memory_array(1, sizeof *writer);
    if (writer == NULL) {
        return sl_fail_memory(error);
    }
    memset(writer, 0, sizeof *writer);
    writer->descriptor = -1;
    writer->path = sl_memory_string(path);
    const size_t length = strlen(path) + sizeof ".new";
    writer->temporary = malloc(length);
    writer->buffer = sl_memory_array(BUFFER_SIZE, 1);
    if (writer->path == NULL || writer->temporary == NULL || writer->buffer == NULL) {
        release(writer);
        return sl_fail_memory(error);
    }
    snprintf(writer->temporary, length, "%s.new", path);
    writer->descriptor = open(writer->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (writer->descriptor < 0) {
        char reason[128];
        const saltus_status status =
            sl_fail(error, SALTUS_E_FILE, "cannot create %s: %s", writer->temporary,
                    strerror_r(errno, reason, sizeof reason));
        release(writer);
        return status;
    }
    /* room for the header, which is written last */
    static const container_header none;
    write_bytes(writer, &none, sizeof none);
    *out = writer;
    return SALTUS_OK;
}

/* Table, then header; a file that lost its power before has a header of zeros. */
static void finish(saltus_checkpoint_writer *writer)
{
    end_section(writer);
    const size_t table = writer->count * sizeof *writer->entry;
    container_header header = {.version = CONTAINER_VERSION,
                               .byte_order = CONTAINER_BYTE_ORDER,
                               .file_bytes = writer->offset + table,
                               .table_offset = writer->offset,
                               .section_count = writer->count,
                               .table_sum = XXH3_64bits(writer->entry, table)};
    memcpy(header.magic, CONTAINER_MAGIC, sizeof header.magic);
    header.header_sum = XXH3_64bits(&header, offsetof(container_header, header_sum));
    write_bytes(writer, writer->entry, table);
    flush(writer);
    const size_t size = sizeof header;
    if (writer->status == SALTUS_OK &&
        (pwrite(writer->descriptor, &header, size, 0) != (ssize_t)size ||
         fsync(writer->descriptor) != 0)) {
        writer->write_errno = errno;
        fail(writer, SALTUS_E_FILE);
    }
}

/* The name is an entry of the directory; some file systems cannot sync one and say so. */
static void sync_directory(char *path)
{
    char *slash = strrchr(path, '/');
    if (slash != NULL) {
        slash[slash == path ? 1 : 0] = '\0';
    }
    const int descriptor = open(slash != NULL ? path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor >= 0) {
        (void)fsync(descriptor);
        close(descriptor);
    }
}

saltus_status saltus_checkpoint_commit(saltus_checkpoint_writer *writer, saltus_error *error)
{
    if (writer == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "no writer is given");
    }
    finish(writer);
    if (writer->status == SALTUS_OK && rename(writer->temporary, writer->path) != 0) {
        writer->write_errno = errno;
        fail(writer, SALTUS_E_FILE);
    }
    const saltus_status status = sl_container_status(writer, error);
    if (status != SALTUS_OK) {
        unlink(writer->temporary);
    } else {
        sync_directory(writer->path);
    }
    release(writer);
    return status;
}

void saltus_checkpoint_discard(saltus_checkpoint_writer *writer)
{
    if (writer != NULL) {
        unlink(writer->temporary);
        release(writer);
    }
}
