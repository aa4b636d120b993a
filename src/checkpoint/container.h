/* container - a file of named sections, each an array of numbers of one type.
 *
 * Written front to back through one buffer beside its final name, made durable and renamed; read
 * with every size verified before anything is allocated. docs/checkpoints.md describes the bytes.
 * A kind of state is a file that writes its sections and reads them back:
 *
 *     sl_section_put(writer, "queue.source", SECTION_U32, source, count);
 *     ...
 *     status = sl_section_get(reader, "queue.source", SECTION_U32, source, count, error);
 *
 * Writing keeps its first failure for sl_container_commit, so that what comes after it does nothing
 * and callers need no test of their own. What is read has the size that was asked for and the bits
 * that were written; whether the numbers make sense is for the reader of the kind to verify.
 */
#ifndef SALTUS_CONTAINER_H
#define SALTUS_CONTAINER_H

#include <stdbool.h>
#include <stdint.h>

#include "saltus/base.h"
#include "saltus/checkpoint.h"

#define CONTAINER_VERSION 1u

/* The numbers of a section; stored little-endian. The values are part of the format. */
typedef enum section_type {
    SECTION_BYTES = 1,
    SECTION_U16 = 2,
    SECTION_U32 = 3,
    SECTION_U64 = 4,
    SECTION_I64 = 5,
    SECTION_F64 = 6,
    SECTION_F32 = 7
} section_type;

/* Bytes of one number; 0: no such type. */
uint32_t sl_section_size(uint32_t type);

/* ---- Writing (container_write.c) ------------------------------------------------------- */

/* Begin a section; then append to it, in as many parts as it takes; then end it. A section that
 * has begun is ended by the next one. Names are unique, of 1 to 31 characters. */
void sl_section_begin(saltus_checkpoint_writer *writer, const char *name, section_type type);
void sl_section_append(saltus_checkpoint_writer *writer, const void *numbers, size_t count);
/* All of it at once. */
void sl_section_put(saltus_checkpoint_writer *writer, const char *name, section_type type,
                    const void *numbers, size_t count);
/* For whoever runs out of memory while writing. */
void sl_container_out_of_memory(saltus_checkpoint_writer *writer);
/* The first failure so far, told in `error`. */
saltus_status sl_container_status(const saltus_checkpoint_writer *writer, saltus_error *error);

/* ---- Reading (container_read.c) -------------------------------------------------------- */

/* A section that is read in parts. */
typedef struct section {
    saltus_checkpoint *checkpoint;
    const char *name;
    uint64_t offset;     /* in the file, of what comes next */
    uint64_t count;      /* numbers that are left */
    uint32_t size, type; /* bytes of a number */
} section;

/* Is it there? */
bool sl_section_exists(const saltus_checkpoint *checkpoint, const char *name);
/* Find a section of this type, with any count; SALTUS_E_FILE when there is none. */
saltus_status sl_section_find(saltus_checkpoint *checkpoint, const char *name, section_type type,
                              section *out, saltus_error *error);
/* The next `count` numbers of it, which must be there. */
saltus_status sl_section_read(section *section, void *numbers, size_t count, saltus_error *error);
/* All of a section of exactly `count` numbers. */
saltus_status sl_section_get(saltus_checkpoint *checkpoint, const char *name, section_type type,
                             void *numbers, size_t count, saltus_error *error);
/* All of a section, allocated (NULL for none); `most`: more numbers are refused. */
saltus_status sl_section_get_new(saltus_checkpoint *checkpoint, const char *name, section_type type,
                                 uint64_t most, void **numbers, size_t *count, saltus_error *error);
/* "PATH: damaged: section NAME: ..."; for numbers that make no sense. SALTUS_E_FILE. */
saltus_status sl_section_damaged(const saltus_checkpoint *checkpoint, const char *name,
                                 saltus_error *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Sections other than the caller's own and those of recorders that nobody has asked for: of a kind
 * of state that this library does not know. SALTUS_E_UNSUPPORTED names one. */
saltus_status sl_container_all_known(const saltus_checkpoint *checkpoint, saltus_error *error);
const char *sl_container_path(const saltus_checkpoint *checkpoint);
uint64_t sl_container_bytes(const saltus_checkpoint *checkpoint);

#endif /* SALTUS_CONTAINER_H */
