/* byte_file - a binary file read whole into memory, plain or compressed by gzip. */
#ifndef SALTUS_BYTE_FILE_H
#define SALTUS_BYTE_FILE_H

#include "saltus/base.h"

typedef struct byte_file {
    const char *path; /* borrowed */
    uint8_t *bytes;   /* owned */
    size_t size;
} byte_file;

/* On failure nothing is left allocated. SALTUS_E_FILE, SALTUS_E_MEMORY. */
saltus_status sl_byte_file_read(const char *path, byte_file *out, saltus_error *error);
void sl_byte_file_clear(byte_file *file);
/* Refuse what stands at byte `at`: "PATH: byte 12: ...". */
saltus_status sl_byte_file_refuse(const byte_file *file, saltus_status status, size_t at,
                                  saltus_error *error, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

static inline uint32_t byte_file_big32(const uint8_t *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | (uint32_t)b[3];
}

static inline uint32_t byte_file_little32(const uint8_t *b)
{
    return (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | (uint32_t)b[0];
}

static inline uint32_t byte_file_little16(const uint8_t *b)
{
    return (uint32_t)b[1] << 8 | (uint32_t)b[0];
}

#endif /* SALTUS_BYTE_FILE_H */
