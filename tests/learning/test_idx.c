/* test_idx - IDX files are read as they are written, plain and compressed, or refused. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "saltus/saltus.h"
#include "support/suite.h"

#define PATH "test-idx-file"

static const uint8_t images[] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0,  0,
                                 0, 3, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255};
static const uint8_t labels[] = {0, 0, 8, 1, 0, 0, 0, 2, 7, 9};

static void write_plain(const char *path, const uint8_t *bytes, size_t size)
{
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, size, f), size);
    fclose(f);
}

static void write_gz(const char *path, const uint8_t *bytes, size_t size)
{
    gzFile f = gzopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(gzwrite(f, bytes, (unsigned)size), (int)size);
    gzclose(f);
}

static void check_images(const char *path)
{
    saltus_idx *idx = NULL;
    saltus_error error = {0};
    ck_assert_msg(saltus_idx_read(path, &idx, &error) == SALTUS_OK, "%s", error.message);
    ck_assert_uint_eq(saltus_idx_dimension_count(idx), 3);
    ck_assert_uint_eq(saltus_idx_dimension(idx, 0), 2);
    ck_assert_uint_eq(saltus_idx_dimension(idx, 1), 2);
    ck_assert_uint_eq(saltus_idx_dimension(idx, 2), 3);
    ck_assert_uint_eq(saltus_idx_dimension(idx, 3), 1);
    ck_assert_uint_eq(saltus_idx_count(idx), 2);
    ck_assert_uint_eq(saltus_idx_item_size(idx), 6);
    ck_assert_int_eq(memcmp(saltus_idx_item(idx, 0), images + 16, 6), 0);
    ck_assert_int_eq(memcmp(saltus_idx_item(idx, 1), images + 22, 6), 0);
    ck_assert_uint_eq(saltus_idx_checksum(idx), crc32(0, images, sizeof images));
    ck_assert_str_eq(saltus_idx_path(idx), path);
    saltus_idx_destroy(idx);
}

START_TEST(plain_and_compressed_files_give_the_same)
{
    write_plain(PATH, images, sizeof images);
    check_images(PATH);
    write_gz(PATH, images, sizeof images);
    check_images(PATH);
    unlink(PATH);
}
END_TEST

/* The file must be refused with `part` in the message. */
static void refused(saltus_status wanted, const char *part)
{
    saltus_idx *idx = NULL;
    saltus_error error = {0};
    const saltus_status status = saltus_idx_read(PATH, &idx, &error);
    ck_assert_msg(status == wanted, "%s: %s", saltus_status_text(status), error.message);
    ck_assert_msg(strstr(error.message, part) != NULL, "%s", error.message);
    ck_assert_str_eq(error.file, PATH);
    ck_assert_ptr_null(idx);
    unlink(PATH);
}

START_TEST(files_of_a_wrong_length_are_refused)
{
    uint8_t longer[sizeof images + 1] = {0};
    memcpy(longer, images, sizeof images);
    write_plain(PATH, images, sizeof images - 1);
    refused(SALTUS_E_FILE, "cut short: its header says 12 bytes of data, 11 are there");
    write_gz(PATH, images, sizeof images - 1);
    refused(SALTUS_E_FILE, "cut short: its header says 12 bytes of data, 11 are there");
    write_plain(PATH, longer, sizeof longer);
    refused(SALTUS_E_FILE, "too long");
    write_plain(PATH, images, 15);
    refused(SALTUS_E_FILE, "within the header");
    write_plain(PATH, images, 0);
    refused(SALTUS_E_FILE, "within the header");
}
END_TEST

START_TEST(broken_compression_is_refused)
{
    uint8_t bytes[4096];
    uint8_t noise[2048] = {0, 0, 8, 1, 0, 0, 7, 248};
    for (size_t i = 8; i < sizeof noise; i++) {
        noise[i] = (uint8_t)(i * i * 2654435761u >> 13);
    }
    write_gz(PATH, noise, sizeof noise);
    FILE *f = fopen(PATH, "rb");
    const size_t size = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    write_plain(PATH, bytes, size / 2);
    refused(SALTUS_E_FILE, "cut short");
    bytes[size - 5] ^= 1; /* of the checksum */
    write_plain(PATH, bytes, size);
    refused(SALTUS_E_FILE, "broken");
}
END_TEST

START_TEST(other_files_are_refused)
{
    static const struct {
        uint8_t bytes[16];
        saltus_status status;
        const char *part;
    } cases[] = {
        {{'P', '5', '\n', '2'}, SALTUS_E_FILE, "begins with the bytes 50 35"},
        {{0, 0, 13, 1, 0, 0, 0, 2}, SALTUS_E_UNSUPPORTED, "type 0d"},
        {{0, 0, 8, 0, 0, 0, 0, 2}, SALTUS_E_FILE, "0 dimensions"},
        {{0, 0, 8, 5, 0, 0, 0, 2}, SALTUS_E_FILE, "5 dimensions"},
        {{0, 0, 8, 1, 0, 0, 0, 0}, SALTUS_E_FILE, "dimension 0 is 0"},
        {{0, 0, 8, 2, 255, 255, 255, 255, 255, 255, 255, 255}, SALTUS_E_FILE, "8 GiB"},
        {{0, 0, 8, 1, 127, 255, 255, 255}, SALTUS_E_FILE, "cut short"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        write_plain(PATH, cases[i].bytes, 16);
        refused(cases[i].status, cases[i].part);
    }
    refused(SALTUS_E_FILE, "cannot be opened"); /* it is gone */
    saltus_idx *idx = NULL;
    saltus_error error = {0};
    ck_assert_int_eq(saltus_idx_read(".", &idx, &error), SALTUS_E_FILE);
    ck_assert_msg(strstr(error.message, "cannot be read") != NULL, "%s", error.message);
}
END_TEST

static saltus_status match(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size,
                           saltus_error *error)
{
    saltus_idx *first = NULL, *second = NULL;
    write_plain(PATH, a, a_size);
    ck_assert_int_eq(saltus_idx_read(PATH, &first, error), SALTUS_OK);
    write_plain(PATH, b, b_size);
    ck_assert_int_eq(saltus_idx_read(PATH, &second, error), SALTUS_OK);
    unlink(PATH);
    const saltus_status status = saltus_idx_match(first, second, error);
    saltus_idx_destroy(first);
    saltus_idx_destroy(second);
    return status;
}

START_TEST(images_and_labels_must_fit)
{
    static const uint8_t one[] = {0, 0, 8, 1, 0, 0, 0, 1, 7};
    saltus_error error = {0};
    ck_assert_int_eq(match(images, sizeof images, labels, sizeof labels, &error), SALTUS_OK);
    ck_assert_int_eq(match(images, sizeof images, one, sizeof one, &error), SALTUS_E_FILE);
    ck_assert_msg(strstr(error.message, "1 labels for the 2 images") != NULL, "%s", error.message);
    ck_assert_int_eq(match(labels, sizeof labels, labels, sizeof labels, &error), SALTUS_E_FILE);
    ck_assert_int_eq(match(images, sizeof images, images, sizeof images, &error), SALTUS_E_FILE);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        plain_and_compressed_files_give_the_same, files_of_a_wrong_length_are_refused,
        broken_compression_is_refused, other_files_are_refused, images_and_labels_must_fit};
    return SUITE_RUN("idx", tests);
}
