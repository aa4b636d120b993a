/* container_layout - the bytes of a checkpoint: header, sections, table (docs/checkpoints.md).
 *
 * All numbers are little-endian, which this code takes the processor to be.
 */
#ifndef SALTUS_CONTAINER_LAYOUT_H
#define SALTUS_CONTAINER_LAYOUT_H

#include <stdint.h>

/* Not text, and damaged by whatever takes it for text. */
#define CONTAINER_MAGIC        "\x89SALT\r\n\x1a"
#define CONTAINER_ALIGNMENT    64u
#define CONTAINER_SECTIONS_MAX 4096u
#define CONTAINER_NAME         32u       /* with the ending zero */
#define CONTAINER_OWN          "user/"   /* sections of the caller's own */
#define CONTAINER_RECORD       "record/" /* of recorders */

typedef struct container_header {
    char magic[8];
    uint32_t version;
    uint32_t byte_order;    /* 0x01020304 */
    uint64_t file_bytes;    /* of the whole file */
    uint64_t table_offset;  /* of the table, the last thing in the file */
    uint64_t section_count; /* entries of the table */
    uint64_t table_sum;     /* XXH3 of the table */
    uint64_t reserved;      /* 0 */
    uint64_t header_sum;    /* XXH3 of what is before it */
} container_header;

typedef struct container_entry {
    char name[CONTAINER_NAME]; /* zeros behind it */
    uint32_t type;             /* section_type */
    uint32_t size;             /* bytes of a number */
    uint64_t offset;           /* of its first byte, a multiple of 64 */
    uint64_t count;            /* numbers */
    uint64_t sum;              /* XXH3 of its bytes */
} container_entry;

#define CONTAINER_BYTE_ORDER 0x01020304u

_Static_assert(sizeof(container_header) == 64, "the header has no holes");
_Static_assert(sizeof(container_entry) == 64, "an entry has no holes");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "numbers are stored as they are");

/* Up to the next multiple of the alignment. */
static inline uint64_t container_aligned(uint64_t offset)
{
    return (offset + CONTAINER_ALIGNMENT - 1) / CONTAINER_ALIGNMENT * CONTAINER_ALIGNMENT;
}

#endif /* SALTUS_CONTAINER_LAYOUT_H */
