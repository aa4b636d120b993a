/* test_encode_file - files to spikes: items of images, tables and sounds, signals, events; what an
 * experiment makes of the key `from`. */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/sim_time.h"
#include "byte_check.h"
#include "code_fixture.h"
#include "support/suite.h"

#define PATH "test-encode-file"

static void write_text(const char *text)
{
    write_bytes(PATH, text, strlen(text));
}

static saltus_encoded encode(const saltus_encoding *encoding)
{
    saltus_encoded made;
    saltus_error error = {0};
    const saltus_status status = saltus_encode_file(encoding, &made, &error);
    ck_assert_msg(status == SALTUS_OK, "%s", error.message);
    unlink(PATH);
    return made;
}

static const uint8_t images[] = {0, 0, 8, 3, 0, 0, 0,  3,   0,   0,   0,
                                 1, 0, 0, 0, 2, 0, 51, 255, 102, 153, 204};

START_TEST(images_are_items_of_pixels_from_0_to_255)
{
    saltus_encoding encoding = saltus_encoding_default(SALTUS_SOURCE_IMAGES, PATH, "latency");
    encoding.first = 1;
    encoding.start_ms = 5;
    encoding.pause_ms = 7.5;
    write_bytes(PATH, images, sizeof images);
    saltus_encoded made = encode(&encoding);
    ck_assert_uint_eq(made.items, 2);
    ck_assert_uint_eq(made.sources, 2);
    ck_assert_double_eq(made.end_ms, 5 + 2 * 107.5);
    /* t = 80 (1 - x): 255 and 102 of the second image, 153 and 204 of the third */
    const double times_ms[] = {5, 5 + 48, 112.5 + 16, 112.5 + 32};
    const uint32_t sources[] = {0, 1, 1, 0};
    ck_assert_uint_eq(made.spikes.count, 4);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_int_eq(sl_sim_time_from_ms(made.spikes.times_ms[i]),
                         sl_sim_time_from_ms(times_ms[i]));
        ck_assert_uint_eq(made.spikes.sources[i], sources[i]);
    }
    const saltus_code_spec spec = saltus_encoding_code(&encoding);
    double back[2];
    ck_assert_int_eq(saltus_decode(&spec, &made.spikes, saltus_encoding_start_ms(&encoding, 1), 0,
                                   back, 2, NULL),
                     SALTUS_OK);
    ck_assert_double_eq_tol(back[0], 153, 1e-9);
    ck_assert_double_eq_tol(back[1], 204, 1e-9);
    saltus_encoded_clear(&made);
}
END_TEST

START_TEST(an_item_has_the_same_spikes_wherever_the_choice_begins)
{
    saltus_encoding all = saltus_encoding_default(SALTUS_SOURCE_IMAGES, PATH, "rate");
    ck_assert_int_eq(saltus_code_set(&all.code, "rate_max", 1000, NULL), SALTUS_OK);
    saltus_encoding last = all;
    last.first = 2;
    last.count = 1;
    write_bytes(PATH, images, sizeof images);
    saltus_encoded whole = encode(&all);
    write_bytes(PATH, images, sizeof images);
    saltus_encoded part = encode(&last);
    ck_assert_uint_gt(part.spikes.count, 50);
    const size_t before = whole.spikes.count - part.spikes.count;
    for (size_t i = 0; i < part.spikes.count; i++) {
        ck_assert_int_eq(sl_sim_time_from_ms(whole.spikes.times_ms[before + i]),
                         sl_sim_time_from_ms(part.spikes.times_ms[i]) + sl_sim_time_from_ms(200));
        ck_assert_uint_eq(whole.spikes.sources[before + i], part.spikes.sources[i]);
    }
    saltus_encoded_clear(&whole);
    saltus_encoded_clear(&part);
}
END_TEST

START_TEST(rows_of_a_table_are_items)
{
    saltus_encoding encoding = saltus_encoding_default(SALTUS_SOURCE_CSV, PATH, "phase");
    saltus_values values;
    write_text("\xef\xbb\xbf# three of them\n\"a\", b ,c\r\n0, 0.5 ,1\r\n\n  # none\n-1e-1,.25,3");
    encoding.count = 2;
    ck_assert_int_eq(saltus_values_read(&encoding, &values, NULL), SALTUS_OK);
    const double wanted[] = {0, 0.5, 1, -0.1, 0.25, 3};
    ck_assert_uint_eq(values.items, 2);
    ck_assert_uint_eq(values.width, 3);
    ck_assert_mem_eq(values.values, wanted, sizeof wanted);
    saltus_values_clear(&values);
    saltus_encoded made;
    CK_REFUSED(saltus_encode_file(&encoding, &made, &error),
               "value 0 of item 1 is -0.1; low to high, 0 to 1, is allowed");
    ck_assert_uint_eq(made.spikes.count, 0);
    unlink(PATH);
}
END_TEST

START_TEST(items_beyond_all_times_start_at_infinity)
{
    saltus_encoding encoding = saltus_encoding_default(SALTUS_SOURCE_CSV, PATH, "rate");
    ck_assert_int_eq(saltus_code_set(&encoding.code, "window", 1e6, NULL), SALTUS_OK);
    encoding.pause_ms = 1e6;
    ck_assert_double_eq(saltus_encoding_start_ms(&encoding, 40), 8e7);
    ck_assert_double_infinite(saltus_encoding_start_ms(&encoding, 93));
    ck_assert_double_infinite(saltus_encoding_start_ms(&encoding, UINT32_MAX));
    encoding.pause_ms = 1e9;
    ck_assert_double_infinite(saltus_encoding_start_ms(&encoding, 0));
    encoding.pause_ms = 0;
    encoding.start_ms = 1e12;
    ck_assert_double_infinite(saltus_encoding_start_ms(&encoding, 0));
}
END_TEST

static void table_refused(const char *text, uint32_t line, uint32_t column, const char *part)
{
    const saltus_encoding encoding = saltus_encoding_default(SALTUS_SOURCE_CSV, PATH, "rate");
    saltus_values values;
    saltus_error error = {0};
    write_text(text);
    ck_assert_int_eq(saltus_values_read(&encoding, &values, &error), SALTUS_E_EXPERIMENT);
    ck_assert_msg(strstr(error.message, part) != NULL, "%s", error.message);
    ck_assert_uint_eq(error.line, line);
    ck_assert_uint_eq(error.column, column);
    ck_assert_str_eq(error.file, PATH);
    ck_assert_ptr_null(values.values);
    unlink(PATH);
}

START_TEST(tables_that_are_none_are_refused_where_it_shows)
{
    table_refused("", 1, 1, "the file has no rows");
    table_refused("a,b\n", 1, 1, "the file has no rows");
    table_refused("0.5,b\n1,2\n", 1, 1, "found '0.5'; the first line names the columns");
    table_refused("a,b\n1,x\n", 2, 3, "found 'x'; a finite number is needed");
    table_refused("a,b\n1,\n", 2, 3, "found ''; a finite number");
    table_refused("a,b\n1,inf\n", 2, 3, "found 'inf'");
    table_refused("a,b\n1,1e999\n", 2, 3, "found '1e999'");
    table_refused("a,b\n1,2\n1\n", 3, 1, "the line has 1 fields, the header has 2");
    table_refused("a,b\n1,2,3,4\n", 2, 1, "the line has at least 3 fields, the header has 2");
}
END_TEST

/* 8-bit mono samples at this many a second. */
static void write_sound(const uint8_t *samples, uint8_t count, uint8_t rate_Hz)
{
    uint8_t bytes[100] = "RIFF\0\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\0\0\0\0\0\0\0\0\1\0\x08\0data";
    bytes[24] = rate_Hz;
    bytes[28] = rate_Hz;
    bytes[40] = count;
    memcpy(bytes + 44, samples, count);
    write_bytes(PATH, bytes, 44u + count);
}

START_TEST(a_sound_is_the_root_of_its_mean_square_in_each_window)
{
    /* 3 / 4, -1 / 2 | 0, 1 / 4 | 1 / 2 at 100 samples a second, windows of 20 ms */
    static const uint8_t samples[] = {224, 64, 128, 160, 192};
    saltus_encoding encoding = saltus_encoding_default(SALTUS_SOURCE_SOUND, PATH, "rate");
    ck_assert_int_eq(saltus_code_set(&encoding.code, "window", 20, NULL), SALTUS_OK);
    saltus_values values;
    write_sound(samples, 5, 100);
    ck_assert_int_eq(saltus_values_read(&encoding, &values, NULL), SALTUS_OK);
    ck_assert_uint_eq(values.items, 3);
    ck_assert_uint_eq(values.width, 1);
    ck_assert_double_eq(values.values[0], sqrt((9 / 16.0 + 1 / 4.0) / 2));
    ck_assert_double_eq(values.values[1], sqrt(1 / 32.0));
    ck_assert_double_eq(values.values[2], 0.5); /* of the one sample that is left */
    saltus_values_clear(&values);
    encoding.first = 1;
    encoding.count = 1;
    ck_assert_int_eq(saltus_values_read(&encoding, &values, NULL), SALTUS_OK);
    ck_assert_double_eq(values.values[0], sqrt(1 / 32.0));
    saltus_values_clear(&values);
    encoding.first = 3;
    CK_REFUSED(saltus_values_read(&encoding, &values, &error),
               "the file has 3 windows; 1 from number 3 on are asked for");
    encoding.count = 0;
    CK_REFUSED(saltus_values_read(&encoding, &values, &error),
               "the file has 3 windows; those from number 3 on are asked for");
    unlink(PATH);
}
END_TEST

START_TEST(a_sound_as_a_signal_is_its_crossings)
{
    static const uint8_t samples[] = {128, 192, 64}; /* 0, 1 / 2, -1 / 2 */
    saltus_encoding encoding = saltus_encoding_default(SALTUS_SOURCE_SOUND, PATH, "level_crossing");
    ck_assert_int_eq(saltus_code_set(&encoding.code, "step", 0.5, NULL), SALTUS_OK);
    encoding.start_ms = 3;
    write_sound(samples, 3, 100);
    saltus_encoded made = encode(&encoding);
    const double times_ms[] = {13, 18, 23};
    const uint32_t sources[] = {0, 1, 1};
    ck_assert_uint_eq(made.sources, 2);
    ck_assert_uint_eq(made.items, 0);
    ck_assert_double_eq(made.end_ms, 33);
    ck_assert_uint_eq(made.spikes.count, 3);
    ck_assert_mem_eq(made.spikes.times_ms, times_ms, sizeof times_ms);
    ck_assert_mem_eq(made.spikes.sources, sources, sizeof sources);
    saltus_encoded_clear(&made);
    encoding.pause_ms = 1;
    saltus_encoded none;
    CK_REFUSED(saltus_encode_file(&encoding, &none, &error), "a signal is encoded as a whole");
}
END_TEST

START_TEST(events_are_spikes_at_their_own_times)
{
    static const uint8_t events[] = {2, 1, 0x80, 0, 100, /* (2, 1) on at 100 us */
                                     0, 0, 0x00, 0, 100, /* (0, 0) off at the same time */
                                     3, 1, 0x00, 1, 0};  /* (3, 1) off at 256 us */
    saltus_encoding encoding = saltus_encoding_default(SALTUS_SOURCE_EVENTS, PATH, NULL);
    encoding.sensor_width = 4;
    encoding.sensor_height = 2;
    encoding.start_ms = 10;
    for (int from_first = 0; from_first < 2; from_first++) {
        encoding.from_first = from_first == 1;
        write_bytes(PATH, events, sizeof events);
        saltus_encoded made = encode(&encoding);
        const double zero_ms = from_first == 1 ? 10 : 10.1;
        const double times_ms[] = {zero_ms, zero_ms, from_first == 1 ? 10.156 : 10.256};
        const uint32_t sources[] = {0, 13, 14}; /* 2 (4 y + x) + on, sorted */
        ck_assert_uint_eq(made.sources, 16);
        ck_assert_uint_eq(made.spikes.count, 3);
        ck_assert_mem_eq(made.spikes.times_ms, times_ms, sizeof times_ms);
        ck_assert_mem_eq(made.spikes.sources, sources, sizeof sources);
        ck_assert_double_eq(made.end_ms, times_ms[2]);
        saltus_encoded_clear(&made);
    }
    encoding.code = saltus_code_spec_default("rate");
    saltus_encoded none;
    CK_REFUSED(saltus_encode_file(&encoding, &none, &error), "found the code 'rate'; events");
}
END_TEST

START_TEST(what_cannot_be_encoded_says_why)
{
    saltus_encoding encoding = saltus_encoding_default(SALTUS_SOURCE_IMAGES, PATH, "rate");
    saltus_encoded made;
    write_bytes(PATH, images, sizeof images);
    encoding.first = 2;
    encoding.count = 2;
    CK_REFUSED(saltus_encode_file(&encoding, &made, &error),
               "the file has 3 images; 2 from number 2 on are asked for");
    encoding = saltus_encoding_default(SALTUS_SOURCE_IMAGES, PATH, "level_crossing");
    CK_REFUSED(saltus_encode_file(&encoding, &made, &error), "encodes signals; images need");
    encoding = saltus_encoding_default(SALTUS_SOURCE_IMAGES, PATH, "rate");
    encoding.pause_ms = -1;
    CK_REFUSED(saltus_encode_file(&encoding, &made, &error), "pause -1 ms");
    encoding.pause_ms = 0;
    encoding.start_ms = 39999900;
    CK_REFUSED(saltus_encode_file(&encoding, &made, &error), "3 items of 100 ms each end after");
    unlink(PATH);
}
END_TEST

/* ---- In an experiment -------------------------------------------------------------------- */

#define HEAD "saltus: 1\nduration: 1 s\npopulations:\n  L: {size: 2, model: spike_list, params: {"

/* The findings of the experiment with these params; "" when there are none. */
static void load(const char *params, char *findings, size_t size, saltus_experiment **out)
{
    char text[600];
    saltus_diagnostics *found = NULL;
    const int length = snprintf(text, sizeof text, HEAD "%s}}\n", params);
    findings[0] = '\0';
    saltus_experiment_load_text(text, (size_t)length, "net", "", NULL, out, &found);
    for (size_t i = 0; found != NULL && i < saltus_diagnostics_count(found); i++) {
        const saltus_diagnostic d = saltus_diagnostics_get(found, i);
        const size_t used = strlen(findings);
        snprintf(findings + used, size - used, "%s:%u: %s: %s\n", d.file, d.line, d.path,
                 d.message);
    }
    saltus_diagnostics_destroy(found);
}

START_TEST(an_experiment_is_driven_by_the_spikes_of_the_file)
{
    static const char *const params[] = {
        "from: {images: " PATH ", code: rate, rate_max: 1 kHz, first: 1, count: 2, seed: 9, "
        "start: 5 ms, pause: 7 ms}",
        "csv: " PATH ".csv"};
    char findings[1000];
    uint64_t hashes[2];
    saltus_encoding encoding = saltus_encoding_default(SALTUS_SOURCE_IMAGES, PATH, "rate");
    ck_assert_int_eq(saltus_code_set(&encoding.code, "rate_max", 1000, NULL), SALTUS_OK);
    encoding.code.seed = 9;
    encoding.first = 1;
    encoding.count = 2;
    encoding.start_ms = 5;
    encoding.pause_ms = 7;
    write_bytes(PATH, images, sizeof images);
    saltus_encoded made = encode(&encoding);
    FILE *csv = fopen(PATH ".csv", "w");
    ck_assert_ptr_nonnull(csv);
    fprintf(csv, "time_ms,neuron\n");
    for (size_t i = 0; i < made.spikes.count; i++) {
        fprintf(csv, "%.17g,%u\n", made.spikes.times_ms[i], made.spikes.sources[i]);
    }
    fclose(csv);
    ck_assert_uint_gt(made.spikes.count, 100);
    saltus_encoded_clear(&made);
    write_bytes(PATH, images, sizeof images);
    for (int i = 0; i < 2; i++) {
        saltus_experiment *e = NULL;
        load(params[i], findings, sizeof findings, &e);
        ck_assert_str_eq(findings, "");
        hashes[i] = saltus_experiment_hash(e);
        saltus_experiment_destroy(e);
    }
    ck_assert_uint_eq(hashes[0], hashes[1]);
    unlink(PATH);
    unlink(PATH ".csv");
}
END_TEST

START_TEST(wrong_keys_of_from_are_found_where_they_stand)
{
    static const char *const cases[][2] = {
        {"from: {code: rate}", "net:4: populations.L.params.from: there is no file"},
        {"from: {images: a, csv: b, code: rate}", "found images and csv; the spikes come from one"},
        {"from: {images: a, code: rate}, csv: b", "found csv and from; the spikes come from one"},
        {"from: {images: " PATH "}", "params.from: the key 'code' is missing"},
        {"from: {images: " PATH ", code: rte}",
         "from.code: unknown code 'rte'; it is one of rate,"},
        {"from: {images: " PATH ", code: rate, rat_max: 5 Hz}",
         "from.rat_max: unknown key 'rat_max' of rate; the keys are images, code, start, pause, "},
        {"from: {images: " PATH ", code: rate, rate_max: 5}",
         "from.rate_max: found '5' without a unit"},
        {"from: {images: " PATH ", code: latency, curve: rx}", "from.curve: unknown curve 'rx'"},
        {"from: {images: " PATH ", code: rate, window: 1e9 ms}",
         "window of the code rate is 1e+09; 1e-06 to 1e+06 is allowed"},
        {"from: {images: " PATH ", code: population}",
         "from: the file drives 16 sources; the population has 2"},
        {"from: {images: " PATH ", code: rate, first: 7}", "the file has 3 images"},
        {"from: {images: none, code: rate}", "it cannot be opened: No such file"},
        {"from: {csv: " PATH ", code: rate}", "the file has no rows"},
        {"from: {events: " PATH ", code: rate}", "unknown key 'code' of a recording of events"},
        {"from: {events: " PATH ", sensor: 34}", "from.sensor: found text; width and height"},
        {"from: {events: " PATH ", sensor: [0, 34]}", "found 0; a sensor has 1 to 256 pixels"},
        {"from: {events: " PATH ", origin: second}", "unknown origin 'second'; it is one of file,"},
        {"from: {events: " PATH "}", "the file ends within a record"},
        {"from: 5", "from: "},
    };
    char findings[2000];
    write_bytes(PATH, images, sizeof images);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        saltus_experiment *e = NULL;
        load(cases[i][0], findings, sizeof findings, &e);
        ck_assert_ptr_null(e);
        ck_assert_msg(strstr(findings, cases[i][1]) != NULL, "%s\n-> %s", cases[i][0], findings);
    }
    unlink(PATH);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        images_are_items_of_pixels_from_0_to_255,
        an_item_has_the_same_spikes_wherever_the_choice_begins,
        rows_of_a_table_are_items,
        items_beyond_all_times_start_at_infinity,
        tables_that_are_none_are_refused_where_it_shows,
        a_sound_is_the_root_of_its_mean_square_in_each_window,
        a_sound_as_a_signal_is_its_crossings,
        events_are_spikes_at_their_own_times,
        what_cannot_be_encoded_says_why,
        an_experiment_is_driven_by_the_spikes_of_the_file,
        wrong_keys_of_from_are_found_where_they_stand,
    };
    return SUITE_RUN("encode_file", tests);
}
