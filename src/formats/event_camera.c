/* event_camera - recordings of event cameras: N-MNIST's records of 40 bits, AEDAT 2.0 of a DVS128.
 *
 * Records of N-MNIST have no mark by which the file could be known. What is foreign shows in a
 * length that is no multiple of 5, addresses beyond the sensor, times that go back.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "formats/byte_file.h"
#include "saltus/recordings.h"

#define AEDAT_MARK    "#!AER-DAT"
#define AEDAT_VERSION "2.0"

enum { NMNIST_BYTES = 5, AEDAT_BYTES = 8 };
/* An y that N-MNIST's recorder writes when its clock of 13 bits overflows. */
enum { NMNIST_OVERFLOW_Y = 240, NMNIST_OVERFLOW_US = 1 << 13 };
enum { AEDAT_EXTERNAL = 1 << 15, AEDAT_HIGHEST = 0xffff };

void saltus_events_clear(saltus_events *events)
{
    if (events != NULL) {
        free(events->times_us);
        free(events->x);
        free(events->y);
        free(events->on);
        *events = (saltus_events){0};
    }
}

/* ---- Records --------------------------------------------------------------------------- */

/* Room for as many events as the file has records; those are at least its events. */
static saltus_status make_room(saltus_events *events, size_t records, saltus_error *error)
{
    events->times_us = sl_memory_array(records, sizeof(int64_t));
    events->x = sl_memory_array(records, sizeof(uint16_t));
    events->y = sl_memory_array(records, sizeof(uint16_t));
    events->on = sl_memory_array(records, sizeof(bool));
    const bool done =
        events->times_us != NULL && events->x != NULL && events->y != NULL && events->on != NULL;
    return done ? SALTUS_OK : sl_fail_memory(error);
}

/* The records from byte `begin` on are whole. */
static saltus_status check_length(const byte_file *file, size_t begin, size_t record,
                                  const char *kind, saltus_error *error)
{
    const size_t over = (file->size - begin) % record;
    if (over == 0) {
        return SALTUS_OK;
    }
    return sl_byte_file_refuse(file, SALTUS_E_FILE, file->size - over, error,
                               "the file ends within a record: %zu of its %zu bytes are there; it "
                               "is cut short or no %s file",
                               over, record, kind);
}

/* One more event, read at byte `at`. */
static saltus_status add(saltus_events *events, const byte_file *file, size_t at,
                         const uint32_t place[2], bool on, int64_t time_us, saltus_error *error)
{
    const size_t n = events->count;
    if (place[0] >= events->width || place[1] >= events->height) {
        return sl_byte_file_refuse(file, SALTUS_E_FILE, at, error,
                                   "event %zu is at pixel (%u, %u); the sensor has %u x %u pixels, "
                                   "counted from 0",
                                   n, place[0], place[1], events->width, events->height);
    }
    if (n > 0 && time_us < events->times_us[n - 1]) {
        return sl_byte_file_refuse(file, SALTUS_E_FILE, at, error,
                                   "event %zu is at %lld us, the one before it at %lld us; times "
                                   "never go back",
                                   n, (long long)time_us, (long long)events->times_us[n - 1]);
    }
    events->times_us[n] = time_us;
    events->x[n] = (uint16_t)place[0];
    events->y[n] = (uint16_t)place[1];
    events->on[n] = on;
    events->count++;
    return SALTUS_OK;
}

static saltus_status read_nmnist(const byte_file *file, saltus_events *events, saltus_error *error)
{
    saltus_status status = check_length(file, 0, NMNIST_BYTES, "N-MNIST", error);
    if (status == SALTUS_OK) {
        status = make_room(events, file->size / NMNIST_BYTES, error);
    }
    int64_t overflow_us = 0;
    for (size_t at = 0; at < file->size && status == SALTUS_OK; at += NMNIST_BYTES) {
        const uint8_t *b = file->bytes + at;
        const uint32_t place[2] = {b[0], b[1]};
        const int64_t time_us = (int64_t)(b[2] & 0x7f) << 16 | (int64_t)b[3] << 8 | b[4];
        if (b[1] == NMNIST_OVERFLOW_Y) {
            overflow_us += NMNIST_OVERFLOW_US;
            events->passed_over++;
            continue;
        }
        status = add(events, file, at, place, b[2] >> 7 == 1, time_us + overflow_us, error);
    }
    return status;
}

/* ---- AEDAT ----------------------------------------------------------------------------- */

/* The byte after the header lines. */
static saltus_status skip_header(const byte_file *file, size_t *begin, saltus_error *error)
{
    size_t at = 0;
    while (at < file->size && file->bytes[at] == '#') {
        const uint8_t *end = memchr(file->bytes + at, '\n', file->size - at);
        if (end == NULL) {
            return sl_byte_file_refuse(file, SALTUS_E_FILE, at, error,
                                       "the file ends within a line of its header");
        }
        at = (size_t)(end - file->bytes) + 1;
    }
    *begin = at;
    return SALTUS_OK;
}

static saltus_status check_version(const byte_file *file, saltus_error *error)
{
    const size_t mark = strlen(AEDAT_MARK);
    const char *version = (const char *)file->bytes + mark;
    size_t length = 0;
    while (mark + length < file->size && length < 16 && version[length] > ' ' &&
           version[length] < 127) {
        length++;
    }
    if (length == strlen(AEDAT_VERSION) && memcmp(version, AEDAT_VERSION, length) == 0) {
        return SALTUS_OK;
    }
    return sl_byte_file_refuse(file, SALTUS_E_UNSUPPORTED, mark, error,
                               "its version of AEDAT is '%.*s'; " AEDAT_VERSION " is read",
                               (int)length, version);
}

static saltus_status read_aedat(const byte_file *file, saltus_events *events, saltus_error *error)
{
    size_t begin = 0;
    saltus_status status = check_version(file, error);
    if (status == SALTUS_OK) {
        status = skip_header(file, &begin, error);
    }
    if (status == SALTUS_OK) {
        status = check_length(file, begin, AEDAT_BYTES, "AEDAT 2.0", error);
    }
    if (status == SALTUS_OK) {
        status = make_room(events, (file->size - begin) / AEDAT_BYTES, error);
    }
    for (size_t at = begin; at < file->size && status == SALTUS_OK; at += AEDAT_BYTES) {
        const uint32_t address = byte_file_big32(file->bytes + at);
        const uint32_t place[2] = {address >> 1 & 0x7f, address >> 8 & 0x7f};
        const int32_t time_us = (int32_t)byte_file_big32(file->bytes + at + 4);
        if (address > AEDAT_HIGHEST) {
            status = sl_byte_file_refuse(file, SALTUS_E_FILE, at, error,
                                         "the address is 0x%08x; those of a DVS128 have 16 bits",
                                         address);
        } else if (address & AEDAT_EXTERNAL) {
            events->passed_over++;
        } else {
            status = add(events, file, at, place, (address & 1) == 1, time_us, error);
        }
    }
    return status;
}

/* ---- Entry ----------------------------------------------------------------------------- */

saltus_status saltus_events_read(const char *path, uint32_t width, uint32_t height,
                                 saltus_events *out, saltus_error *error)
{
    if (path == NULL || out == NULL || width > 256 || height > 256 ||
        (width == 0) != (height == 0)) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "a path, a place for the result and a sensor of 1 x 1 to 256 x 256 pixels "
                       "are needed");
    }
    *out = (saltus_events){0};
    byte_file file;
    saltus_status status = sl_byte_file_read(path, &file, error);
    if (status != SALTUS_OK) {
        return status;
    }
    const size_t mark = strlen(AEDAT_MARK);
    const bool aedat = file.size >= mark && memcmp(file.bytes, AEDAT_MARK, mark) == 0;
    out->width = width > 0 ? width : aedat ? 128 : 34;
    out->height = height > 0 ? height : aedat ? 128 : 34;
    status = aedat ? read_aedat(&file, out, error) : read_nmnist(&file, out, error);
    if (status != SALTUS_OK) {
        saltus_events_clear(out);
    }
    sl_byte_file_clear(&file);
    return status;
}
