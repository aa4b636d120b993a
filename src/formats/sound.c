/* sound - WAV files: RIFF chunks, integer and floating-point samples, little-endian.
 *
 * Integers of n bits are divided by 2^(n-1), which is exact; those of 8 bits have their zero at
 * 128. Chunks other than `fmt ` and `data` are passed over. IBM & Microsoft (1991) Multimedia
 * Programming Interface and Data Specifications 1.0.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "formats/byte_file.h"
#include "saltus/recordings.h"

enum { FORMAT_PCM = 1, FORMAT_FLOAT = 3, FORMAT_EXTENSIBLE = 0xfffe };
/* Bytes of the file's head and of a chunk's, and of the shortest and the extensible format. */
enum { RIFF_HEAD = 12, CHUNK_HEAD = 8, FORMAT_BYTES = 16, EXTENSIBLE_BYTES = 40 };

void saltus_sound_clear(saltus_sound *sound)
{
    if (sound != NULL) {
        free(sound->samples);
        *sound = (saltus_sound){0};
    }
}

/* ---- Chunks ---------------------------------------------------------------------------- */

typedef struct wave_parts {
    size_t format, format_size; /* where the chunk's content is; 0: not found */
    size_t data, data_size;
    uint32_t kind, bits; /* of a sample */
} wave_parts;

static saltus_status find_chunks(const byte_file *file, wave_parts *parts, saltus_error *error)
{
    size_t at = RIFF_HEAD;
    while (parts->data == 0 && file->size - at >= CHUNK_HEAD) {
        const uint8_t *head = file->bytes + at;
        const size_t size = byte_file_little32(head + 4);
        const size_t content = at + CHUNK_HEAD;
        if (size > file->size - content) {
            return sl_byte_file_refuse(file, SALTUS_E_FILE, at, error,
                                       "the chunk '%.4s' says %zu bytes, %zu are there; the file "
                                       "is cut short",
                                       (const char *)head, size, file->size - content);
        }
        if (memcmp(head, "fmt ", 4) == 0) {
            parts->format = content;
            parts->format_size = size;
        } else if (memcmp(head, "data", 4) == 0) {
            parts->data = content;
            parts->data_size = size;
        }
        /* chunks begin at even places */
        at = content + size + (size & 1);
        at = at > file->size ? file->size : at;
    }
    if (parts->data == 0 || parts->format == 0) {
        return sl_byte_file_refuse(file, SALTUS_E_FILE, at, error,
                                   "the file ends without a chunk '%s'",
                                   parts->data == 0 ? "data" : "fmt ");
    }
    return SALTUS_OK;
}

static saltus_status read_format(const byte_file *file, wave_parts *parts, saltus_sound *sound,
                                 saltus_error *error)
{
    const uint8_t *format = file->bytes + parts->format;
    if (parts->format_size < FORMAT_BYTES) {
        return sl_byte_file_refuse(file, SALTUS_E_FILE, parts->format, error,
                                   "the chunk 'fmt ' has %zu bytes; at least %d are needed",
                                   parts->format_size, FORMAT_BYTES);
    }
    parts->kind = byte_file_little16(format);
    if (parts->kind == FORMAT_EXTENSIBLE && parts->format_size >= EXTENSIBLE_BYTES) {
        parts->kind = byte_file_little16(format + 24);
    }
    sound->channels = byte_file_little16(format + 2);
    sound->rate_Hz = byte_file_little32(format + 4);
    parts->bits = byte_file_little16(format + 14);
    const bool integers = parts->kind == FORMAT_PCM && (parts->bits == 8 || parts->bits == 16 ||
                                                        parts->bits == 24 || parts->bits == 32);
    const bool floats = parts->kind == FORMAT_FLOAT && (parts->bits == 32 || parts->bits == 64);
    if (!integers && !floats) {
        return sl_byte_file_refuse(file, SALTUS_E_UNSUPPORTED, parts->format, error,
                                   "samples are of format %u with %u bits; PCM (1) of 8, 16, 24 or "
                                   "32 bits and floats (3) of 32 or 64 are read",
                                   parts->kind, parts->bits);
    }
    const uint32_t block = sound->channels * (parts->bits / 8);
    if (sound->channels == 0 || sound->rate_Hz == 0 || byte_file_little16(format + 12) != block) {
        return sl_byte_file_refuse(file, SALTUS_E_FILE, parts->format, error,
                                   "found %u channels, %u samples a second and %u bytes for a time "
                                   "of all channels; at least 1, 1 and then %u are needed",
                                   sound->channels, sound->rate_Hz, byte_file_little16(format + 12),
                                   block);
    }
    if (parts->data_size % block != 0) {
        return sl_byte_file_refuse(file, SALTUS_E_FILE, parts->data, error,
                                   "the chunk 'data' has %zu bytes; a multiple of %u is needed",
                                   parts->data_size, block);
    }
    sound->count = parts->data_size / block;
    return SALTUS_OK;
}

/* ---- Samples --------------------------------------------------------------------------- */

static double sample_at(const uint8_t *b, uint32_t kind, uint32_t bits)
{
    if (kind == FORMAT_FLOAT && bits == 32) {
        const uint32_t word = byte_file_little32(b);
        float value = 0;
        memcpy(&value, &word, sizeof value);
        return (double)value;
    }
    if (kind == FORMAT_FLOAT) {
        const uint64_t word = (uint64_t)byte_file_little32(b + 4) << 32 | byte_file_little32(b);
        double value = 0;
        memcpy(&value, &word, sizeof value);
        return value;
    }
    switch (bits) {
    case 8:
        return (b[0] - 128.0) / 0x1p7;
    case 16:
        return (int16_t)byte_file_little16(b) / 0x1p15;
    case 24:
        /* as the upper bytes of 32, where the sign is right */
        return (int32_t)(byte_file_little16(b) << 8 | (uint32_t)b[2] << 24) / 0x1p31;
    default:
        return (int32_t)byte_file_little32(b) / 0x1p31;
    }
}

static saltus_status read_samples(const byte_file *file, const wave_parts *parts,
                                  saltus_sound *sound, saltus_error *error)
{
    const size_t count = sound->count * sound->channels;
    const size_t bytes = parts->bits / 8;
    sound->samples = sl_memory_array(count, sizeof(double));
    if (sound->samples == NULL) {
        return sl_fail_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        const size_t at = parts->data + i * bytes;
        const double value = sample_at(file->bytes + at, parts->kind, parts->bits);
        if (!(value >= -1e12 && value <= 1e12)) {
            return sl_byte_file_refuse(file, SALTUS_E_FILE, at, error,
                                       "a sample is %g; a finite number is needed", value);
        }
        sound->samples[i] = value;
    }
    return SALTUS_OK;
}

saltus_status saltus_sound_read(const char *path, saltus_sound *out, saltus_error *error)
{
    if (path == NULL || out == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "a path and a place for the result are needed");
    }
    *out = (saltus_sound){0};
    byte_file file;
    wave_parts parts = {0};
    saltus_status status = sl_byte_file_read(path, &file, error);
    if (status != SALTUS_OK) {
        return status;
    }
    if (file.size < RIFF_HEAD || memcmp(file.bytes, "RIFF", 4) != 0 ||
        memcmp(file.bytes + 8, "WAVE", 4) != 0) {
        status = sl_byte_file_refuse(&file, SALTUS_E_FILE, 0, error,
                                     "it is no WAV file, which begins with RIFF and, at byte 8, "
                                     "WAVE");
    }
    if (status == SALTUS_OK) {
        status = find_chunks(&file, &parts, error);
    }
    if (status == SALTUS_OK) {
        status = read_format(&file, &parts, out, error);
    }
    if (status == SALTUS_OK) {
        status = read_samples(&file, &parts, out, error);
    }
    if (status != SALTUS_OK) {
        saltus_sound_clear(out);
    }
    sl_byte_file_clear(&file);
    return status;
}
