/* saltus/recordings.h - sounds and event-camera recordings from their files.
 *
 *     saltus_events events = {0};
 *     saltus_events_read("00002.bin", 34, 34, &events, &error);
 *     ... events.x[i], events.y[i], events.on[i] at events.times_us[i] ...
 *     saltus_events_clear(&events);
 *
 * Files are read whole, as they are or compressed by gzip. What is cut short or is no such file is
 * refused with the byte at which it shows.
 */
#ifndef SALTUS_RECORDINGS_H
#define SALTUS_RECORDINGS_H

#include <stdbool.h>

#include "saltus/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Event cameras ----------------------------------------------------------------- */

/** Changes of brightness at pixels, in the file's order. Released by saltus_events_clear. */
typedef struct saltus_events {
    int64_t *times_us; /**< [count], never decreasing */
    uint16_t *x, *y;   /**< [count], below width and height */
    bool *on;          /**< [count]: brighter, not darker */
    size_t count;
    uint32_t width, height;
    size_t
        passed_over; /**< records that are no changes at pixels: overflow marks, external events */
} saltus_events;

/**
 * Read a recording. A file that begins with "#!AER-DAT2.0" is AEDAT 2.0 of a DVS128: header lines
 * that begin with '#', then big-endian records of 32 bits of address (bit 0 polarity, 1 is on; bits
 * 1 to 7 x; bits 8 to 14 y; bit 15 an external event) and 32 bits of microseconds (iniVation,
 * "AEDAT 2.0"); y counts from the lower edge. Any other file is of the kind of N-MNIST: records of
 * 40 bits, big-endian: x (8), y (8), polarity (1), microseconds (23); one with y = 240 stands for
 * an overflow of the clock by 2^13 us (Orchard, Jayawant, Cohen & Thakor 2015, Front. Neurosci.
 * 9:437).
 *
 * @param width, height  of the sensor, 1 to 256; 0: 128 x 128 (AEDAT), 34 x 34 (others)
 * @return SALTUS_OK, SALTUS_E_FILE (cannot be read, cut short, an address that the sensor has not,
 *         times that go back), SALTUS_E_UNSUPPORTED (another version of AEDAT), SALTUS_E_MEMORY;
 *         SALTUS_E_ARGUMENT
 */
SALTUS_API saltus_status saltus_events_read(const char *path, uint32_t width, uint32_t height,
                                            saltus_events *out, saltus_error *error);
/** NULL is allowed; the record is empty afterwards. */
SALTUS_API void saltus_events_clear(saltus_events *events);

/* ---- Sounds ------------------------------------------------------------------------ */

/** Samples of a sound, from -1 to 1 but for what a file of floats has beyond. Released by
 *  saltus_sound_clear. */
typedef struct saltus_sound {
    double *samples; /**< [count * channels], channel by channel within a time */
    size_t count;    /**< times */
    uint32_t channels, rate_Hz;
} saltus_sound;

/**
 * Read a WAV file: RIFF WAVE with PCM of 8, 16, 24 or 32 bits or floats of 32 or 64 bits.
 * @return SALTUS_OK, SALTUS_E_FILE (cannot be read, is no WAV file, is cut short), SALTUS_E_MEMORY,
 *         SALTUS_E_UNSUPPORTED (compressed, or another number of bits), SALTUS_E_ARGUMENT
 */
SALTUS_API saltus_status saltus_sound_read(const char *path, saltus_sound *out,
                                           saltus_error *error);
/** NULL is allowed; the record is empty afterwards. */
SALTUS_API void saltus_sound_clear(saltus_sound *sound);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* SALTUS_RECORDINGS_H */
