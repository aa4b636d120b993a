/* byte_check - files made of given bytes, for readers of binary formats. */
#ifndef SALTUS_BYTE_CHECK_H
#define SALTUS_BYTE_CHECK_H

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <zlib.h>

static inline void write_bytes(const char *path, const void *bytes, size_t size)
{
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, size, f), size);
    ck_assert_int_eq(fclose(f), 0);
}

static inline void write_packed(const char *path, const void *bytes, size_t size)
{
    gzFile f = gzopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(gzwrite(f, bytes, (unsigned)size), (int)size);
    ck_assert_int_eq(gzclose(f), Z_OK);
}

#endif /* SALTUS_BYTE_CHECK_H */
