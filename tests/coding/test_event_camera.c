/* test_event_camera - recordings of hand-made bytes, cut short and foreign ones, and a real one. */
#include <string.h>
#include <unistd.h>

#include "byte_check.h"
#include "saltus/saltus.h"
#include "support/suite.h"
#include "support/trial.h"

#define PATH "test-event-camera-file"

/* x, y, polarity and 23 bits of microseconds. */
static const uint8_t nmnist[] = {
    33,  0,   0x80, 0x00, 0x01, /* (33, 0) on at 1 us */
    5,   33,  0x01, 0x02, 0x03, /* (5, 33) off at 66,051 us */
    0,   240, 0x00, 0x00, 0x00, /* overflow: 8,192 us more from here on */
    7,   8,   0x81, 0x02, 0x04, /* (7, 8) on at 66,052 + 8,192 us */
    255, 240, 0xff, 0xff, 0xff, /* once more, whatever else it says */
    7,   8,   0x7f, 0xff, 0xff, /* (7, 8) off at 8,388,607 + 16,384 us */
};

static const char aedat[] = "#!AER-DAT2.0\r\n# This is a raw AE data file\r\n#\r\n"
                            "\x00\x00\x00\x00\x00\x00\x03\xe8"  /* (0, 0) off at 1,000 us */
                            "\x00\x00\x7f\x01\x00\x00\x03\xe8"  /* (0, 127) on at 1,000 us */
                            "\x00\x00\x80\x00\x00\x00\x03\xe9"  /* external event */
                            "\x00\x00\x03\xfe\x7f\xff\xff\xff"; /* (127, 3) off at 2^31 - 1 us */

typedef struct expected {
    int64_t time_us;
    uint16_t x, y;
    bool on;
} expected;

static void read_as(const expected *wanted, size_t count, uint32_t side, size_t passed_over)
{
    saltus_events events;
    saltus_error error = {0};
    const saltus_status status = saltus_events_read(PATH, 0, 0, &events, &error);
    ck_assert_msg(status == SALTUS_OK, "%s", error.message);
    ck_assert_uint_eq(events.count, count);
    ck_assert_uint_eq(events.width, side);
    ck_assert_uint_eq(events.height, side);
    ck_assert_uint_eq(events.passed_over, passed_over);
    for (size_t i = 0; i < count; i++) {
        ck_assert_int_eq(events.times_us[i], wanted[i].time_us);
        ck_assert_uint_eq(events.x[i], wanted[i].x);
        ck_assert_uint_eq(events.y[i], wanted[i].y);
        ck_assert(events.on[i] == wanted[i].on);
    }
    saltus_events_clear(&events);
    ck_assert_ptr_null(events.x);
    unlink(PATH);
}

START_TEST(records_of_nmnist_are_read_bit_by_bit)
{
    static const expected wanted[] = {{1, 33, 0, true},
                                      {66051, 5, 33, false},
                                      {66052 + 8192, 7, 8, true},
                                      {8388607 + 16384, 7, 8, false}};
    write_bytes(PATH, nmnist, sizeof nmnist);
    read_as(wanted, 4, 34, 2);
    write_packed(PATH, nmnist, sizeof nmnist);
    read_as(wanted, 4, 34, 2);
    write_bytes(PATH, nmnist, 0);
    read_as(NULL, 0, 34, 0);
}
END_TEST

START_TEST(records_of_aedat_are_read_bit_by_bit)
{
    static const expected wanted[] = {
        {1000, 0, 0, false}, {1000, 0, 127, true}, {INT32_MAX, 127, 3, false}};
    write_bytes(PATH, aedat, sizeof aedat - 1);
    read_as(wanted, 3, 128, 1);
}
END_TEST

static void refused(saltus_status wanted, uint32_t side, const char *part)
{
    saltus_events events;
    saltus_error error = {0};
    ck_assert_int_eq(saltus_events_read(PATH, side, side, &events, &error), wanted);
    ck_assert_msg(strstr(error.message, part) != NULL, "%s", error.message);
    ck_assert_str_eq(error.file, PATH);
    ck_assert_ptr_null(events.times_us);
    unlink(PATH);
}

START_TEST(files_cut_short_are_refused_where_they_end)
{
    for (size_t cut = 1; cut < 5; cut++) {
        write_bytes(PATH, nmnist, sizeof nmnist - cut);
        refused(SALTUS_E_FILE, 0, "byte 25: the file ends within a record");
    }
    for (size_t cut = 1; cut < 8; cut++) {
        char part[100];
        write_bytes(PATH, aedat, sizeof aedat - 1 - cut);
        snprintf(part, sizeof part, "byte %zu: the file ends within a record: %zu of its 8 bytes",
                 sizeof aedat - 1 - 8, 8 - cut);
        refused(SALTUS_E_FILE, 0, part);
    }
    write_bytes(PATH, aedat, 20);
    refused(SALTUS_E_FILE, 0, "byte 14: the file ends within a line of its header");
    write_packed(PATH, nmnist, sizeof nmnist);
    ck_assert_int_eq(truncate(PATH, 25), 0);
    refused(SALTUS_E_FILE, 0, "compressed data is cut short");
}
END_TEST

START_TEST(what_a_sensor_cannot_have_seen_is_refused_where_it_stands)
{
    write_bytes(PATH, nmnist, sizeof nmnist);
    refused(SALTUS_E_FILE, 33,
            "byte 0: event 0 is at pixel (33, 0); the sensor has 33 x 33 pixels");
    uint8_t back[15];
    memcpy(back, nmnist, 10);
    memcpy(back + 10, nmnist, 5);
    write_bytes(PATH, back, sizeof back);
    refused(SALTUS_E_FILE, 0, "byte 10: event 2 is at 1 us, the one before it at 66051 us");
    char wide[sizeof aedat];
    memcpy(wide, aedat, sizeof aedat);
    wide[47 + 9] = 1;
    write_bytes(PATH, wide, sizeof wide - 1);
    refused(SALTUS_E_FILE, 0, "byte 55: the address is 0x00017f01; those of a DVS128 have 16 bits");
    write_bytes(PATH, "#!AER-DAT3.1\r\n", 14);
    refused(SALTUS_E_UNSUPPORTED, 0, "byte 9: its version of AEDAT is '3.1'; 2.0 is read");
    refused(SALTUS_E_FILE, 0, "it cannot be opened: No such file");
    saltus_events events;
    ck_assert_int_eq(saltus_events_read(PATH, 257, 1, &events, NULL), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_events_read(PATH, 0, 34, &events, NULL), SALTUS_E_ARGUMENT);
}
END_TEST

START_TEST(a_real_recording_has_the_events_it_is_known_for)
{
    const char *folder = trial_shared_data("event_camera/sample_nmnist.bin");
    if (folder == NULL) {
        return;
    }
    char path[2048];
    snprintf(path, sizeof path, "%s/event_camera/sample_nmnist.bin", folder);
    saltus_events events;
    saltus_error error = {0};
    const saltus_status status = saltus_events_read(path, 0, 0, &events, &error);
    ck_assert_msg(status == SALTUS_OK, "%s", error.message);
    ck_assert_uint_eq(events.count, 4325);
    ck_assert_int_eq(events.times_us[0], 654);
    ck_assert_int_eq(events.times_us[4324], 311175);
    ck_assert_uint_eq(events.passed_over, 0);
    saltus_events_clear(&events);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        records_of_nmnist_are_read_bit_by_bit,
        records_of_aedat_are_read_bit_by_bit,
        files_cut_short_are_refused_where_they_end,
        what_a_sensor_cannot_have_seen_is_refused_where_it_stands,
        a_real_recording_has_the_events_it_is_known_for,
    };
    return SUITE_RUN("event_camera", tests);
}
