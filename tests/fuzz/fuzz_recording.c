/* fuzz_recording - any bytes as a sound and as a recording of events: what is read is within its
 * bounds, or there is one error.
 *
 * Build with clang -fsanitize=fuzzer,address,undefined; seeds are in corpus/recording.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "saltus/encode.h"
#include "saltus/recordings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds)
{
    if (!holds) {
        abort();
    }
}

static void read_events(const char *path)
{
    saltus_events events;
    saltus_error error = {0};
    const saltus_status status = saltus_events_read(path, 0, 0, &events, &error);
    must((status == SALTUS_OK) == (error.message[0] == '\0'));
    for (size_t i = 0; i < events.count; i++) {
        must(events.x[i] < events.width && events.y[i] < events.height);
        must(i == 0 || events.times_us[i] >= events.times_us[i - 1]);
    }
    saltus_events_clear(&events);
}

static void read_sound(const char *path)
{
    saltus_sound sound;
    saltus_error error = {0};
    const saltus_status status = saltus_sound_read(path, &sound, &error);
    must((status == SALTUS_OK) == (error.message[0] == '\0'));
    for (size_t i = 0; i < sound.count * sound.channels; i++) {
        must(sound.samples[i] >= -1e12 && sound.samples[i] <= 1e12);
    }
    saltus_sound_clear(&sound);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    const int file = memfd_create("fuzz.recording", MFD_CLOEXEC);
    must(file >= 0 && write(file, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    read_events(path);
    read_sound(path);
    close(file);
    return 0;
}
