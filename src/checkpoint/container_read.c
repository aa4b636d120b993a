/* container_read - a checkpoint from the disk, of which nothing is believed.
 *
 * Opening verifies that sections lie one after the other and fill the file, that every sum is right
 * and that what is between sections is zero: each bit of the file is covered. Sizes are therefore
 * those of the file before anything is allocated for them. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define XXH_STATIC_LINKING_ONLY /* a state on the stack */
#include <xxhash.h>

#include "base/memory.h"
#include "base/status.h"
#include "checkpoint/container.h"
#include "checkpoint/container_layout.h"

#define BUFFER_SIZE ((size_t)1 << 20)

struct saltus_checkpoint {
    char *path;
    int descriptor;
    uint64_t file_bytes;
    container_entry *entry;
    bool *asked_for; /* of each entry */
    size_t count;
};

const char *sl_container_path(const saltus_checkpoint *checkpoint)
{
    return checkpoint->path;
}

uint64_t sl_container_bytes(const saltus_checkpoint *checkpoint)
{
    return checkpoint->file_bytes;
}

/* ---- Failures ------------------------------------------------------------------------------ */

static saltus_status damaged(const saltus_checkpoint *checkpoint, saltus_error *error,
                             const char *what)
{
    return sl_fail(error, SALTUS_E_FILE, "%s: damaged: %s; another checkpoint is needed",
                   checkpoint->path, what);
}

saltus_status sl_section_damaged(const saltus_checkpoint *checkpoint, const char *name,
                                 saltus_error *error, const char *format, ...)
{
    char why[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    return sl_fail(error, SALTUS_E_FILE,
                   "%s: damaged: section %.31s: %s; another checkpoint is needed", checkpoint->path,
                   name, why);
}

static saltus_status read_at(const saltus_checkpoint *checkpoint, void *to, size_t size,
                             uint64_t offset, saltus_error *error)
{
    char *at = to;
    while (size > 0) {
        const ssize_t got = pread(checkpoint->descriptor, at, size, (off_t)offset);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            char reason[128];
            return sl_fail(error, SALTUS_E_FILE, "cannot read %s: %s", checkpoint->path,
                           strerror_r(errno, reason, sizeof reason));
        }
        if (got == 0) {
            return damaged(checkpoint, error, "it is shorter than it was a moment ago");
        }
        at += got;
        size -= (size_t)got;
        offset += (uint64_t)got;
    }
    return SALTUS_OK;
}

/* ---- Opening ------------------------------------------------------------------------------- */

static saltus_status check_header(const saltus_checkpoint *checkpoint,
                                  const container_header *header, saltus_error *error)
{
    if (memcmp(header->magic, CONTAINER_MAGIC, sizeof header->magic) != 0) {
        return sl_fail(error, SALTUS_E_UNSUPPORTED, "%s is no checkpoint of Saltus",
                       checkpoint->path);
    }
    if (XXH3_64bits(header, offsetof(container_header, header_sum)) != header->header_sum) {
        return damaged(checkpoint, error, "the checksum of its header is wrong");
    }
    if (header->version != CONTAINER_VERSION) {
        return sl_fail(error, SALTUS_E_UNSUPPORTED,
                       "%s is a checkpoint of version %u; this Saltus (%s) reads version %u",
                       checkpoint->path, header->version, saltus_version(), CONTAINER_VERSION);
    }
    if (header->byte_order != CONTAINER_BYTE_ORDER) {
        return sl_fail(error, SALTUS_E_UNSUPPORTED, "%s has another byte order", checkpoint->path);
    }
    if (header->file_bytes != checkpoint->file_bytes) {
        return sl_fail(error, SALTUS_E_FILE,
                       "%s: damaged: it has %llu bytes and should have %llu; another checkpoint is "
                       "needed",
                       checkpoint->path, (unsigned long long)checkpoint->file_bytes,
                       (unsigned long long)header->file_bytes);
    }
    const uint64_t table = header->section_count * sizeof(container_entry);
    if (header->section_count > CONTAINER_SECTIONS_MAX || header->reserved != 0 ||
        header->table_offset < sizeof *header ||
        header->table_offset != container_aligned(header->table_offset) ||
        header->table_offset > header->file_bytes ||
        header->file_bytes - header->table_offset != table) {
        return damaged(checkpoint, error, "its header makes no sense");
    }
    return SALTUS_OK;
}

static bool name_makes_sense(const saltus_checkpoint *checkpoint, size_t index)
{
    const char *name = checkpoint->entry[index].name;
    const size_t length = strnlen(name, CONTAINER_NAME);
    for (size_t i = length; i < CONTAINER_NAME; i++) {
        if (name[i] != '\0') {
            return false;
        }
    }
    for (size_t i = 0; length > 0 && length < CONTAINER_NAME && i < index; i++) {
        if (strcmp(checkpoint->entry[i].name, name) == 0) {
            return false;
        }
    }
    return length > 0 && length < CONTAINER_NAME;
}

/* Sections one after the other, without holes, up to the table. */
static saltus_status check_table(const saltus_checkpoint *checkpoint, uint64_t table_offset,
                                 saltus_error *error)
{
    uint64_t offset = sizeof(container_header);
    for (size_t i = 0; i < checkpoint->count; i++) {
        const container_entry *entry = &checkpoint->entry[i];
        const uint32_t size = sl_section_size(entry->type);
        if (!name_makes_sense(checkpoint, i) || size == 0 || size != entry->size ||
            entry->offset != offset || entry->count > (table_offset - offset) / size) {
            return damaged(checkpoint, error, "its table of sections makes no sense");
        }
        offset = container_aligned(offset + entry->count * size);
        if (offset > table_offset) {
            return damaged(checkpoint, error, "its table of sections makes no sense");
        }
    }
    return offset == table_offset ? SALTUS_OK
                                  : damaged(checkpoint, error, "bytes belong to no section");
}

static saltus_status check_section(const saltus_checkpoint *checkpoint,
                                   const container_entry *entry, char *buffer, saltus_error *error)
{
    XXH3_state_t sum;
    memset(&sum, 0, sizeof sum);
    XXH3_64bits_reset(&sum);
    uint64_t left = entry->count * entry->size;
    uint64_t offset = entry->offset;
    while (left > 0) {
        const size_t size = left < BUFFER_SIZE ? (size_t)left : BUFFER_SIZE;
        const saltus_status status = read_at(checkpoint, buffer, size, offset, error);
        if (status != SALTUS_OK) {
            return status;
        }
        XXH3_64bits_update(&sum, buffer, size);
        offset += size;
        left -= size;
    }
    if (XXH3_64bits_digest(&sum) != entry->sum) {
        return sl_section_damaged(checkpoint, entry->name, error, "the checksum is wrong");
    }
    const size_t behind = (size_t)(container_aligned(offset) - offset);
    const saltus_status status = read_at(checkpoint, buffer, behind, offset, error);
    for (size_t i = 0; status == SALTUS_OK && i < behind; i++) {
        if (buffer[i] != 0) {
            return sl_section_damaged(checkpoint, entry->name, error, "it is not ended by zeros");
        }
    }
    return status;
}

/* Table and sections of a file with a good header. */
static saltus_status read_table(saltus_checkpoint *checkpoint, const container_header *header,
                                saltus_error *error)
{
    const size_t count = (size_t)header->section_count;
    checkpoint->entry = sl_memory_array(count, sizeof *checkpoint->entry);
    checkpoint->asked_for = sl_memory_zeroed(count, sizeof *checkpoint->asked_for);
    char *buffer = sl_memory_array(BUFFER_SIZE, 1);
    saltus_status status = SALTUS_OK;
    if (checkpoint->entry == NULL || checkpoint->asked_for == NULL || buffer == NULL) {
        status = sl_fail_memory(error);
        goto done;
    }
    status = read_at(checkpoint, checkpoint->entry, count * sizeof *checkpoint->entry,
                     header->table_offset, error);
    if (status == SALTUS_OK &&
        XXH3_64bits(checkpoint->entry, count * sizeof *checkpoint->entry) != header->table_sum) {
        status = damaged(checkpoint, error, "the checksum of its table is wrong");
    }
    if (status == SALTUS_OK) {
        checkpoint->count = count;
        status = check_table(checkpoint, header->table_offset, error);
    }
    for (size_t i = 0; status == SALTUS_OK && i < count; i++) {
        status = check_section(checkpoint, &checkpoint->entry[i], buffer, error);
    }

done:
    free(buffer);
    return status;
}

static saltus_status open_file(saltus_checkpoint *checkpoint, saltus_error *error)
{
    struct stat facts;
    checkpoint->descriptor = open(checkpoint->path, O_RDONLY | O_CLOEXEC);
    if (checkpoint->descriptor < 0 || fstat(checkpoint->descriptor, &facts) != 0) {
        char reason[128];
        return sl_fail(error, SALTUS_E_FILE, "cannot open %s: %s", checkpoint->path,
                       strerror_r(errno, reason, sizeof reason));
    }
    if (!S_ISREG(facts.st_mode)) {
        return sl_fail(error, SALTUS_E_UNSUPPORTED, "%s is no checkpoint of Saltus",
                       checkpoint->path);
    }
    checkpoint->file_bytes = (uint64_t)facts.st_size;
    container_header header;
    memset(&header, 0, sizeof header);
    const size_t size =
        checkpoint->file_bytes < sizeof header ? (size_t)checkpoint->file_bytes : sizeof header;
    saltus_status status = read_at(checkpoint, &header, size, 0, error);
    if (status == SALTUS_OK) {
        status = check_header(checkpoint, &header, error);
    }
    return status != SALTUS_OK ? status : read_table(checkpoint, &header, error);
}

saltus_status saltus_checkpoint_open(const char *path, saltus_checkpoint **out, saltus_error *error)
{
    if (out == NULL || path == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "a file name and a place for the result are "
                       "needed");
    }
    *out = NULL;
    saltus_checkpoint *checkpoint = calloc(1, sizeof *checkpoint);
    if (checkpoint == NULL) {
        return sl_fail_memory(error);
    }
    checkpoint->descriptor = -1;
    checkpoint->path = sl_memory_string(path);
    const saltus_status status =
        checkpoint->path != NULL ? open_file(checkpoint, error) : sl_fail_memory(error);
    if (status != SALTUS_OK) {
        saltus_checkpoint_close(checkpoint);
        return status;
    }
    *out = checkpoint;
    return SALTUS_OK;
}

void saltus_checkpoint_close(saltus_checkpoint *checkpoint)
{
    if (checkpoint == NULL) {
        return;
    }
    if (checkpoint->descriptor >= 0) {
        close(checkpoint->descriptor);
    }
    free(checkpoint->path);
    free(checkpoint->entry);
    free(checkpoint->asked_for);
    free(checkpoint);
}

/* ---- Sections ------------------------------------------------------------------------------ */

/* Its index; the number of sections when there is none. */
static size_t find(const saltus_checkpoint *checkpoint, const char *name)
{
    size_t i = 0;
    while (i < checkpoint->count && strcmp(checkpoint->entry[i].name, name) != 0) {
        i++;
    }
    return i;
}

bool sl_section_exists(const saltus_checkpoint *checkpoint, const char *name)
{
    return find(checkpoint, name) < checkpoint->count;
}

saltus_status sl_section_find(saltus_checkpoint *checkpoint, const char *name, section_type type,
                              section *out, saltus_error *error)
{
    const size_t index = find(checkpoint, name);
    if (index == checkpoint->count) {
        return sl_section_damaged(checkpoint, name, error, "it is missing");
    }
    const container_entry *entry = &checkpoint->entry[index];
    if (entry->type != (uint32_t)type) {
        return sl_section_damaged(checkpoint, name, error, "its numbers are of type %u, not %d",
                                  entry->type, (int)type);
    }
    checkpoint->asked_for[index] = true;
    *out = (section){.checkpoint = checkpoint,
                     .name = entry->name,
                     .offset = entry->offset,
                     .count = entry->count,
                     .size = entry->size,
                     .type = entry->type};
    return SALTUS_OK;
}

saltus_status sl_section_read(section *section, void *numbers, size_t count, saltus_error *error)
{
    if (count > section->count) {
        return sl_section_damaged(section->checkpoint, section->name, error,
                                  "it has fewer numbers than it should have");
    }
    const size_t size = count * section->size;
    const saltus_status status =
        read_at(section->checkpoint, numbers, size, section->offset, error);
    section->offset += size;
    section->count -= count;
    return status;
}

saltus_status sl_section_get(saltus_checkpoint *checkpoint, const char *name, section_type type,
                             void *numbers, size_t count, saltus_error *error)
{
    section section;
    saltus_status status = sl_section_find(checkpoint, name, type, &section, error);
    if (status == SALTUS_OK && section.count != count) {
        status = sl_section_damaged(checkpoint, name, error, "it has %llu numbers, not %zu",
                                    (unsigned long long)section.count, count);
    }
    return status != SALTUS_OK ? status : sl_section_read(&section, numbers, count, error);
}

saltus_status sl_section_get_new(saltus_checkpoint *checkpoint, const char *name, section_type type,
                                 uint64_t most, void **numbers, size_t *count, saltus_error *error)
{
    *numbers = NULL;
    *count = 0;
    section section;
    saltus_status status = sl_section_find(checkpoint, name, type, &section, error);
    if (status == SALTUS_OK && section.count > most) {
        status =
            sl_section_damaged(checkpoint, name, error, "it has %llu numbers; at most %llu can be",
                               (unsigned long long)section.count, (unsigned long long)most);
    }
    if (status != SALTUS_OK) {
        return status;
    }
    const size_t wanted = (size_t)section.count;
    void *array = sl_memory_array(wanted, section.size);
    status =
        array != NULL ? sl_section_read(&section, array, wanted, error) : sl_fail_memory(error);
    if (status != SALTUS_OK) {
        free(array);
        return status;
    }
    *numbers = array;
    *count = wanted;
    return SALTUS_OK;
}

saltus_status sl_container_all_known(const saltus_checkpoint *checkpoint, saltus_error *error)
{
    static const char own[] = CONTAINER_OWN;
    static const char record[] = CONTAINER_RECORD;
    for (size_t i = 0; i < checkpoint->count; i++) {
        const char *name = checkpoint->entry[i].name;
        if (!checkpoint->asked_for[i] && strncmp(name, own, sizeof own - 1) != 0 &&
            strncmp(name, record, sizeof record - 1) != 0) {
            return sl_fail(error, SALTUS_E_UNSUPPORTED,
                           "%s holds a section %s, which this Saltus (%s) has no use for in this "
                           "network",
                           checkpoint->path, name, saltus_version());
        }
    }
    return SALTUS_OK;
}

/* ---- Sections of the caller's own ---------------------------------------------------------- */

static bool own_name(char full[CONTAINER_NAME], const char *name)
{
    return name != NULL &&
           snprintf(full, CONTAINER_NAME, CONTAINER_OWN "%s", name) < (int)CONTAINER_NAME;
}

bool saltus_checkpoint_has_bytes(const saltus_checkpoint *checkpoint, const char *name)
{
    char full[CONTAINER_NAME];
    return checkpoint != NULL && own_name(full, name) && sl_section_exists(checkpoint, full);
}

saltus_status saltus_checkpoint_get_bytes(saltus_checkpoint *checkpoint, const char *name,
                                          void **bytes, size_t *size, saltus_error *error)
{
    if (bytes == NULL || size == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "places for the bytes and their number are needed");
    }
    *bytes = NULL;
    *size = 0;
    if (!saltus_checkpoint_has_bytes(checkpoint, name)) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "the checkpoint has no section named '%.40s'",
                       name != NULL ? name : "");
    }
    char full[CONTAINER_NAME];
    own_name(full, name);
    section section;
    saltus_status status = sl_section_find(checkpoint, full, SECTION_BYTES, &section, error);
    if (status != SALTUS_OK) {
        return status;
    }
    const size_t count = (size_t)section.count;
    char *copy = malloc(count + 1);
    if (copy == NULL) {
        return sl_fail_memory(error);
    }
    status = sl_section_read(&section, copy, count, error);
    if (status != SALTUS_OK) {
        free(copy);
        return status;
    }
    copy[count] = '\0';
    *bytes = copy;
    *size = count;
    return SALTUS_OK;
}
