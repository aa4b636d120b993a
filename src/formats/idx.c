/* idx - IDX files of unsigned bytes, plain or compressed: read whole and checked.
 *
 * zlib reads both kinds alike. Its memory grows with what is really there, not with what a header
 * promises, so a false header costs nothing.
 */
#include "saltus/idx.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/memory.h"
#include "base/status.h"

#define MOST_DIMENSIONS 4
#define UNSIGNED_BYTES  0x08
/* More than any data set of images that fits into memory beside a network. */
#define MOST_BYTES (UINT64_C(1) << 33)
#define FIRST_ROOM ((size_t)1 << 20)

struct saltus_idx {
    char *path;
    uint32_t dimension_count;
    uint32_t dimension[MOST_DIMENSIONS];
    size_t item_size, size; /* bytes of an item, of all */
    uint8_t *data;
    uint32_t checksum;
};

static saltus_status refuse(const saltus_idx *idx, saltus_error *error, const char *what)
{
    return sl_fail_at(error, SALTUS_E_FILE, idx->path, 0, 0, "%s", what);
}

/* What zlib found wrong while reading. */
static saltus_status refuse_read(const saltus_idx *idx, gzFile file, saltus_error *error)
{
    int code = Z_OK;
    const char *text = gzerror(file, &code);
    if (code == Z_MEM_ERROR) {
        return sl_fail_memory(error);
    }
    if (code == Z_ERRNO) {
        return sl_fail_at(error, SALTUS_E_FILE, idx->path, 0, 0, "it cannot be read: %s",
                          strerror(errno));
    }
    if (code == Z_BUF_ERROR) {
        return refuse(idx, error, "its compressed data is cut short");
    }
    return sl_fail_at(error, SALTUS_E_FILE, idx->path, 0, 0, "its compressed data is broken (%s)",
                      text);
}

/* ---- Header ---------------------------------------------------------------------------- */

/* Exactly `size` bytes, or a refusal. */
static saltus_status read_header_bytes(saltus_idx *idx, gzFile file, uint8_t *to, unsigned size,
                                       saltus_error *error)
{
    const int got = gzread(file, to, size);
    int code = Z_OK;
    gzerror(file, &code);
    if (got < 0 || (code != Z_OK && code != Z_STREAM_END)) {
        return refuse_read(idx, file, error);
    }
    if ((unsigned)got < size) {
        return refuse(idx, error, "it ends within the header; an IDX file has at least 8 bytes");
    }
    idx->checksum = (uint32_t)crc32(idx->checksum, to, size);
    return SALTUS_OK;
}

static saltus_status check_magic(const saltus_idx *idx, const uint8_t *magic, saltus_error *error)
{
    if (magic[0] != 0 || magic[1] != 0) {
        return sl_fail_at(error, SALTUS_E_FILE, idx->path, 0, 0,
                          "it is no IDX file: it begins with the bytes %02x %02x, an IDX file with "
                          "00 00",
                          magic[0], magic[1]);
    }
    if (magic[2] != UNSIGNED_BYTES) {
        return sl_fail_at(error, SALTUS_E_UNSUPPORTED, idx->path, 0, 0,
                          "its elements are of type %02x; unsigned bytes (08) are read", magic[2]);
    }
    if (magic[3] < 1 || magic[3] > MOST_DIMENSIONS) {
        return sl_fail_at(error, SALTUS_E_FILE, idx->path, 0, 0,
                          "found %u dimensions; 1 (labels) to %d are allowed", magic[3],
                          MOST_DIMENSIONS);
    }
    return SALTUS_OK;
}

static saltus_status read_header(saltus_idx *idx, gzFile file, saltus_error *error)
{
    uint8_t bytes[4 * MOST_DIMENSIONS];
    idx->checksum = (uint32_t)crc32(0, NULL, 0);
    saltus_status status = read_header_bytes(idx, file, bytes, 4, error);
    if (status == SALTUS_OK) {
        status = check_magic(idx, bytes, error);
    }
    if (status != SALTUS_OK) {
        return status;
    }
    idx->dimension_count = bytes[3];
    status = read_header_bytes(idx, file, bytes, 4 * idx->dimension_count, error);
    if (status != SALTUS_OK) {
        return status;
    }
    uint64_t size = 1;
    for (uint32_t i = 0; i < idx->dimension_count; i++) {
        const uint8_t *b = bytes + (size_t)4 * i;
        idx->dimension[i] =
            (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | (uint32_t)b[3];
        if (idx->dimension[i] == 0) {
            return sl_fail_at(error, SALTUS_E_FILE, idx->path, 0, 0,
                              "dimension %u is 0; each is at least 1", i);
        }
        if (size > MOST_BYTES / idx->dimension[i]) {
            return refuse(idx, error, "its header says more than 8 GiB; this cannot be read");
        }
        size *= idx->dimension[i];
    }
    idx->size = (size_t)size;
    idx->item_size = (size_t)(size / idx->dimension[0]);
    return SALTUS_OK;
}

/* ---- Elements -------------------------------------------------------------------------- */

static saltus_status check_length(const saltus_idx *idx, gzFile file, size_t got,
                                  saltus_error *error)
{
    uint8_t more = 0;
    int code = Z_OK;
    gzerror(file, &code);
    if (code != Z_OK && code != Z_STREAM_END) {
        return refuse_read(idx, file, error);
    }
    if (got < idx->size) {
        return sl_fail_at(error, SALTUS_E_FILE, idx->path, 0, 0,
                          "it is cut short: its header says %zu bytes of data, %zu are there",
                          idx->size, got);
    }
    const int rest = gzread(file, &more, 1);
    if (rest < 0) {
        return refuse_read(idx, file, error);
    }
    if (rest > 0) {
        return sl_fail_at(error, SALTUS_E_FILE, idx->path, 0, 0,
                          "it is too long: its header says %zu bytes of data, more are there",
                          idx->size);
    }
    return SALTUS_OK;
}

static saltus_status read_elements(saltus_idx *idx, gzFile file, saltus_error *error)
{
    size_t room = idx->size < FIRST_ROOM ? idx->size : FIRST_ROOM;
    size_t got = 0;
    idx->data = malloc(room);
    while (idx->data != NULL && got < idx->size) {
        if (got == room) {
            room = idx->size / 2 < room ? idx->size : 2 * room;
            uint8_t *larger = realloc(idx->data, room);
            if (larger == NULL) {
                return sl_fail_memory(error);
            }
            idx->data = larger;
        }
        const size_t wanted = room - got < FIRST_ROOM ? room - got : FIRST_ROOM;
        const int bytes = gzread(file, idx->data + got, (unsigned)wanted);
        if (bytes < 0) {
            return refuse_read(idx, file, error);
        }
        if (bytes == 0) {
            break;
        }
        idx->checksum = (uint32_t)crc32(idx->checksum, idx->data + got, (unsigned)bytes);
        got += (size_t)bytes;
    }
    return idx->data == NULL ? sl_fail_memory(error) : check_length(idx, file, got, error);
}

saltus_status saltus_idx_read(const char *path, saltus_idx **out, saltus_error *error)
{
    if (path == NULL || out == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "a path and a place for the result are needed");
    }
    *out = NULL;
    saltus_idx *idx = sl_memory_zeroed(1, sizeof *idx);
    if (idx == NULL) {
        return sl_fail_memory(error);
    }
    gzFile file = NULL;
    saltus_status status = SALTUS_OK;
    idx->path = sl_memory_string(path);
    if (idx->path == NULL) {
        status = sl_fail_memory(error);
        goto fail;
    }
    errno = 0;
    file = gzopen(path, "rbe");
    if (file == NULL) {
        status = errno == 0 || errno == ENOMEM
                     ? sl_fail_memory(error)
                     : sl_fail_at(error, SALTUS_E_FILE, path, 0, 0, "it cannot be opened: %s",
                                  strerror(errno));
        goto fail;
    }
    status = read_header(idx, file, error);
    if (status == SALTUS_OK) {
        status = read_elements(idx, file, error);
    }
    gzclose(file);
    if (status == SALTUS_OK) {
        *out = idx;
        return SALTUS_OK;
    }
fail:
    saltus_idx_destroy(idx);
    return status;
}

void saltus_idx_destroy(saltus_idx *idx)
{
    if (idx != NULL) {
        free(idx->path);
        free(idx->data);
        free(idx);
    }
}

/* ---- What was read --------------------------------------------------------------------- */

saltus_status saltus_idx_match(const saltus_idx *images, const saltus_idx *labels,
                               saltus_error *error)
{
    if (images == NULL || labels == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "images and labels are needed");
    }
    if (images->dimension_count != 3) {
        return sl_fail_at(error, SALTUS_E_FILE, images->path, 0, 0,
                          "found %u dimensions; images have 3 (number, rows, columns)",
                          images->dimension_count);
    }
    if (labels->dimension_count != 1) {
        return sl_fail_at(error, SALTUS_E_FILE, labels->path, 0, 0,
                          "found %u dimensions; labels have 1", labels->dimension_count);
    }
    if (labels->dimension[0] != images->dimension[0]) {
        return sl_fail_at(error, SALTUS_E_FILE, labels->path, 0, 0,
                          "found %u labels for the %u images of %.200s", labels->dimension[0],
                          images->dimension[0], images->path);
    }
    return SALTUS_OK;
}

uint32_t saltus_idx_dimension_count(const saltus_idx *idx)
{
    return idx->dimension_count;
}

uint32_t saltus_idx_dimension(const saltus_idx *idx, uint32_t dimension)
{
    return dimension < idx->dimension_count ? idx->dimension[dimension] : 1;
}

uint32_t saltus_idx_count(const saltus_idx *idx)
{
    return idx->dimension[0];
}

size_t saltus_idx_item_size(const saltus_idx *idx)
{
    return idx->item_size;
}

const uint8_t *saltus_idx_item(const saltus_idx *idx, uint32_t index)
{
    return idx->data + (size_t)index * idx->item_size;
}

uint32_t saltus_idx_checksum(const saltus_idx *idx)
{
    return idx->checksum;
}

const char *saltus_idx_path(const saltus_idx *idx)
{
    return idx->path;
}
