/* text_file - a file that is written once from front to end, through one large buffer.
 *
 *     char *end = sl_text_file_room(file, 64);     NULL: a write failed, see the close
 *     end = sl_format_u32(end, 7);
 *     sl_text_file_advance(file, end);
 *
 * The first failed write is kept with its reason and everything after it does nothing, so that a
 * callback can stop at once and the close still tells why.
 */
#ifndef SALTUS_TEXT_FILE_H
#define SALTUS_TEXT_FILE_H

#include <stdint.h>

#include "saltus/base.h"

typedef struct text_file {
    int descriptor;
    int write_errno; /* of the first failed write; 0 while all is well */
    char *buffer;
    size_t used;
    uint64_t written; /* bytes of the file before the buffer */
    char *path;
} text_file;

/* Create (or empty) the file. On failure nothing is owned. */
saltus_status sl_text_file_open(text_file *file, const char *path, saltus_error *error);

/* Open the file that is there and go on behind its first `position` bytes; what follows them is cut
 * off. SALTUS_E_FILE too when it is shorter. On failure nothing is owned. */
saltus_status sl_text_file_reopen(text_file *file, const char *path, uint64_t position,
                                  saltus_error *error);

/* Write what is buffered and wait until it is on the disk; the bytes so far. */
saltus_status sl_text_file_settle(text_file *file, uint64_t *position, saltus_error *error);

/* Where at most `size` (up to 64 KiB) bytes may be written; NULL after a failed write. */
char *sl_text_file_room(text_file *file, size_t size);

/* Takes what was written from the last sl_text_file_room up to `end`. */
void sl_text_file_advance(text_file *file, const char *end);

/* Appends `size` bytes of any number. */
void sl_text_file_write(text_file *file, const char *bytes, size_t size);

/* Write what is left and close; releases everything in every case. SALTUS_E_FILE with the reason
 * of the first failure. A file that is not open (all zero) is SALTUS_OK. */
saltus_status sl_text_file_close(text_file *file, saltus_error *error);

#endif /* SALTUS_TEXT_FILE_H */
