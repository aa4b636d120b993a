/* test_sound - WAV files of hand-made bytes in every kind of sample, cut short and foreign ones,
 * and a real one. */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "byte_check.h"
#include "saltus/saltus.h"
#include "support/suite.h"
#include "support/trial.h"

#define PATH "test-sound-file"

typedef struct wave {
    uint8_t bytes[200];
    size_t size;
} wave;

static void put(wave *w, const void *bytes, size_t size)
{
    ck_assert_uint_le(w->size + size, sizeof w->bytes);
    memcpy(w->bytes + w->size, bytes, size);
    w->size += size;
}

static void put_number(wave *w, uint32_t number, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        w->bytes[w->size++] = (uint8_t)(number >> (8 * i));
    }
}

/* A file with a chunk of odd length before the samples. */
static wave make(uint32_t kind, uint32_t bits, uint32_t channels, const void *data, size_t size)
{
    wave w = {.size = 0};
    put(&w, "RIFF", 4);
    put_number(&w, (uint32_t)(4 + 24 + 12 + 8 + size), 4);
    put(&w, "WAVEfmt ", 8);
    put_number(&w, 16, 4);
    put_number(&w, kind, 2);
    put_number(&w, channels, 2);
    put_number(&w, 8000, 4);
    put_number(&w, 8000 * channels * bits / 8, 4);
    put_number(&w, channels * bits / 8, 2);
    put_number(&w, bits, 2);
    put(&w, "LIST", 4);
    put_number(&w, 3, 4);
    put(&w, "abc", 4); /* and its padding */
    put(&w, "data", 4);
    put_number(&w, (uint32_t)size, 4);
    put(&w, data, size);
    return w;
}

static void read_as(const wave *w, const double *wanted, size_t count, uint32_t channels)
{
    saltus_sound sound;
    saltus_error error = {0};
    write_bytes(PATH, w->bytes, w->size);
    const saltus_status status = saltus_sound_read(PATH, &sound, &error);
    ck_assert_msg(status == SALTUS_OK, "%s", error.message);
    ck_assert_uint_eq(sound.count, count);
    ck_assert_uint_eq(sound.channels, channels);
    ck_assert_uint_eq(sound.rate_Hz, 8000);
    ck_assert_mem_eq(sound.samples, wanted, count * channels * sizeof(double));
    saltus_sound_clear(&sound);
    ck_assert_ptr_null(sound.samples);
    unlink(PATH);
}

START_TEST(samples_of_every_kind_are_read_exactly)
{
    static const double wanted[] = {0, 0.5, -1, -0.25};
    static const uint8_t bytes8[] = {128, 192, 0, 96};
    static const uint8_t bytes16[] = {0, 0, 0, 0x40, 0, 0x80, 0, 0xe0};
    static const uint8_t bytes24[] = {0, 0, 0, 0, 0, 0x40, 0, 0, 0x80, 0, 0, 0xe0};
    static const uint8_t bytes32[] = {0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0x80, 0, 0, 0, 0xe0};
    static const float floats[] = {0, 0.5f, -1, -0.25f};
    const struct {
        uint32_t kind, bits;
        const void *data;
    } kinds[] = {{1, 8, bytes8},   {1, 16, bytes16}, {1, 24, bytes24},
                 {1, 32, bytes32}, {3, 32, floats},  {3, 64, wanted}};
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        for (uint32_t channels = 1; channels <= 2; channels++) {
            const wave w =
                make(kinds[k].kind, kinds[k].bits, channels, kinds[k].data, 4 * kinds[k].bits / 8);
            read_as(&w, wanted, 4 / channels, channels);
        }
    }
    static const uint8_t lowest[] = {0xff, 0xff, 0xff, 1, 0, 0};
    static const double lowest_wanted[] = {-0x1p-23, 0x1p-23};
    const wave w = make(1, 24, 1, lowest, 6);
    read_as(&w, lowest_wanted, 2, 1);
}
END_TEST

START_TEST(an_extensible_format_says_its_kind_further_on)
{
    static const uint8_t data[] = {0, 0x40};
    static const double wanted[] = {0.5};
    wave w = make(0xfffe, 16, 1, data, 2);
    wave long_one = {.size = 0};
    put(&long_one, w.bytes, 16);
    put_number(&long_one, 40, 4);
    put(&long_one, w.bytes + 20, 16);
    put_number(&long_one, 22, 2); /* and 16 bits of 16, no places, PCM */
    put_number(&long_one, 16, 2);
    put_number(&long_one, 0, 4);
    put_number(&long_one, 1, 2);
    put(&long_one, "\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71", 14);
    put(&long_one, w.bytes + 36, w.size - 36);
    read_as(&long_one, wanted, 1, 1);
}
END_TEST

static void refused(const wave *w, size_t size, saltus_status wanted, const char *part)
{
    saltus_sound sound;
    saltus_error error = {0};
    write_bytes(PATH, w->bytes, size);
    ck_assert_int_eq(saltus_sound_read(PATH, &sound, &error), wanted);
    ck_assert_msg(strstr(error.message, part) != NULL, "%s", error.message);
    ck_assert_str_eq(error.file, PATH);
    ck_assert_ptr_null(sound.samples);
    unlink(PATH);
}

START_TEST(every_cut_is_seen)
{
    static const uint8_t data[] = {1, 2, 3, 4};
    const wave w = make(1, 16, 1, data, 4);
    for (size_t size = 0; size < w.size; size++) {
        const char *part = size < 12                 ? "it is no WAV file"
                           : size < 20 || size == 36 ? "ends without a chunk"
                           : size < 36               ? "the chunk 'fmt ' says 16 bytes"
                           : size >= 56              ? "the chunk 'data' says 4 bytes"
                                                     : "";
        refused(&w, size, SALTUS_E_FILE, part);
    }
    refused(&w, w.size - 1, SALTUS_E_FILE,
            "byte 48: the chunk 'data' says 4 bytes, 3 are there; the file is cut short");
}
END_TEST

START_TEST(what_cannot_be_is_refused_where_it_stands)
{
    static const uint8_t data[] = {1, 2, 3, 4, 5, 6};
    wave w = make(2, 4, 2, data, 4);
    refused(&w, w.size, SALTUS_E_UNSUPPORTED,
            "byte 20: samples are of format 2 with 4 bits; PCM (1) of 8, 16, 24 or 32 bits");
    w = make(1, 12, 2, data, 4);
    refused(&w, w.size, SALTUS_E_UNSUPPORTED, "format 1 with 12 bits");
    w = make(1, 16, 2, data, 6);
    refused(&w, w.size, SALTUS_E_FILE, "byte 56: the chunk 'data' has 6 bytes; a multiple of 4");
    w = make(1, 16, 0, data, 4);
    refused(&w, w.size, SALTUS_E_FILE, "found 0 channels");
    const double odd[] = {0, (double)NAN};
    w = make(3, 64, 1, odd, 16);
    refused(&w, w.size, SALTUS_E_FILE, "byte 64: a sample is");
    w = make(1, 16, 1, data, 4);
    w.bytes[0] = 'M';
    refused(&w, w.size, SALTUS_E_FILE, "byte 0: it is no WAV file");
    w = make(1, 16, 1, data, 4);
    w.bytes[16] = 14;
    refused(&w, w.size, SALTUS_E_FILE, "");
}
END_TEST

START_TEST(a_real_sound_has_the_length_it_is_known_for)
{
    const char *folder = trial_shared_data("spoken_digits/0_jackson_0.wav");
    if (folder == NULL) {
        return;
    }
    char path[2048];
    snprintf(path, sizeof path, "%s/spoken_digits/0_jackson_0.wav", folder);
    saltus_sound sound;
    saltus_error error = {0};
    const saltus_status status = saltus_sound_read(path, &sound, &error);
    ck_assert_msg(status == SALTUS_OK, "%s", error.message);
    ck_assert_uint_eq(sound.rate_Hz, 8000);
    ck_assert_uint_eq(sound.channels, 1);
    ck_assert_uint_eq(sound.count, 5148);
    double largest = 0;
    for (size_t i = 0; i < sound.count; i++) {
        largest = fmax(largest, fabs(sound.samples[i]));
    }
    ck_assert_double_gt(largest, 0.1);
    ck_assert_double_le(largest, 1);
    saltus_sound_clear(&sound);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        samples_of_every_kind_are_read_exactly,
        an_extensible_format_says_its_kind_further_on,
        every_cut_is_seen,
        what_cannot_be_is_refused_where_it_stands,
        a_real_sound_has_the_length_it_is_known_for,
    };
    return SUITE_RUN("sound", tests);
}
