/* byte_file - a binary file read whole; zlib reads plain and compressed ones alike.
 *
 * Memory grows with what is really there.
 */
#include "formats/byte_file.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/status.h"

#define FIRST_ROOM ((size_t)1 << 16)
/* A recording beyond this does not belong into memory. */
#define MOST_BYTES ((size_t)1 << 30)

saltus_status sl_byte_file_refuse(const byte_file *file, saltus_status status, size_t at,
                                  saltus_error *error, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return sl_fail_at(error, status, file->path, 0, 0, "byte %zu: %s", at, text);
}

void sl_byte_file_clear(byte_file *file)
{
    free(file->bytes);
    file->bytes = NULL;
    file->size = 0;
}

static saltus_status refuse_read(const char *path, gzFile stream, saltus_error *error)
{
    int code = Z_OK;
    const char *text = gzerror(stream, &code);
    if (code == Z_MEM_ERROR) {
        return sl_fail_memory(error);
    }
    return sl_fail_at(error, SALTUS_E_FILE, path, 0, 0, "it cannot be read: %s",
                      code == Z_ERRNO       ? strerror(errno)
                      : code == Z_BUF_ERROR ? "its compressed data is cut short"
                                            : text);
}

static saltus_status read_all(gzFile stream, byte_file *out, saltus_error *error)
{
    size_t room = FIRST_ROOM;
    out->bytes = malloc(room);
    while (out->bytes != NULL) {
        const int got = gzread(stream, out->bytes + out->size, (unsigned)(FIRST_ROOM / 2));
        int code = Z_OK;
        gzerror(stream, &code);
        if (got < 0 || (code != Z_OK && code != Z_STREAM_END)) {
            return refuse_read(out->path, stream, error);
        }
        if (got == 0) {
            return SALTUS_OK;
        }
        out->size += (size_t)got;
        if (out->size > MOST_BYTES) {
            return sl_fail_at(error, SALTUS_E_FILE, out->path, 0, 0,
                              "it is larger than 1 GiB; this cannot be read");
        }
        if (room - out->size < FIRST_ROOM / 2) {
            room *= 2;
            uint8_t *larger = realloc(out->bytes, room);
            if (larger == NULL) {
                break;
            }
            out->bytes = larger;
        }
    }
    return sl_fail_memory(error);
}

saltus_status sl_byte_file_read(const char *path, byte_file *out, saltus_error *error)
{
    *out = (byte_file){.path = path};
    errno = 0;
    gzFile stream = gzopen(path, "rbe");
    if (stream == NULL) {
        return errno == 0 || errno == ENOMEM
                   ? sl_fail_memory(error)
                   : sl_fail_at(error, SALTUS_E_FILE, path, 0, 0, "it cannot be opened: %s",
                                strerror(errno));
    }
    const saltus_status status = read_all(stream, out, error);
    gzclose(stream);
    if (status != SALTUS_OK) {
        sl_byte_file_clear(out);
    }
    return status;
}
