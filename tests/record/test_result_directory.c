/* test_result_directory - a result is whole or absent, and never replaces another. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/text_file.h"
#include "saltus/record.h"

static char folder[64];
static char target[128];
static char partial[160];
static saltus_error error;

static void setup(void)
{
    strcpy(folder, P_tmpdir "/saltus-result-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(target, sizeof target, "%s/a/b/run", folder);
    snprintf(partial, sizeof partial, "%s.partial", target);
    memset(&error, 0, sizeof error);
}

static void teardown(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
}

static bool exists(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

static saltus_result *create(void)
{
    saltus_result *result = NULL;
    ck_assert_msg(saltus_result_create(target, &result, &error) == SALTUS_OK, "%s", error.message);
    return result;
}

START_TEST(test_commit_renames_a_partial_directory_with_its_files)
{
    saltus_result *result = create();
    ck_assert(exists(partial));
    ck_assert(!exists(target));
    ck_assert_str_eq(saltus_result_directory(result), target);
    ck_assert_int_eq(saltus_result_write_text(result, "note.txt", "first\n", &error), SALTUS_OK);
    ck_assert_int_eq(saltus_result_write_text(result, "note.txt", "second\n", &error), SALTUS_OK);
    ck_assert_int_eq(saltus_result_commit(result, &error), SALTUS_OK);
    ck_assert(!exists(partial));

    char path[160];
    snprintf(path, sizeof path, "%s/note.txt", target);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    char text[32] = "";
    ck_assert_ptr_nonnull(fgets(text, sizeof text, file));
    fclose(file);
    ck_assert_str_eq(text, "second\n");
}
END_TEST

START_TEST(test_a_directory_that_exists_is_refused)
{
    ck_assert_int_eq(saltus_result_commit(create(), &error), SALTUS_OK);
    saltus_result *result = (saltus_result *)&error;
    ck_assert_int_eq(saltus_result_create(target, &result, &error), SALTUS_E_EXISTS);
    ck_assert_ptr_null(result);
    ck_assert_ptr_nonnull(strstr(error.message, target));
    ck_assert(!exists(partial));
}
END_TEST

START_TEST(test_a_partial_directory_that_exists_is_refused)
{
    saltus_result *first = create();
    saltus_result *second = NULL;
    ck_assert_int_eq(saltus_result_create(target, &second, &error), SALTUS_E_EXISTS);
    ck_assert_ptr_null(second);
    ck_assert_ptr_nonnull(strstr(error.message, ".partial"));
    ck_assert(exists(partial));
    saltus_result_discard(first);
}
END_TEST

START_TEST(test_a_dangling_link_counts_as_existing)
{
    char parent[160];
    snprintf(parent, sizeof parent, "%s/link", folder);
    ck_assert_int_eq(symlink("nowhere", parent), 0);
    saltus_result *result = NULL;
    ck_assert_int_eq(saltus_result_create(parent, &result, &error), SALTUS_E_EXISTS);
    ck_assert_ptr_null(result);
}
END_TEST

START_TEST(test_what_appears_meanwhile_is_not_replaced)
{
    saltus_result *result = create();
    ck_assert_int_eq(mkdir(target, 0777), 0);
    ck_assert_int_eq(saltus_result_commit(result, &error), SALTUS_E_EXISTS);
    ck_assert(exists(partial));
    ck_assert(exists(target));
    saltus_result_discard(result);
    ck_assert(!exists(partial));
    ck_assert(exists(target));
}
END_TEST

START_TEST(test_discard_removes_its_files_and_the_directory)
{
    saltus_result *result = create();
    ck_assert_int_eq(saltus_result_write_text(result, "a", "1", &error), SALTUS_OK);
    ck_assert_int_eq(saltus_result_write_text(result, "b", "2", &error), SALTUS_OK);
    ck_assert_ptr_nonnull(saltus_result_path(result, "never written"));
    saltus_result_discard(result);
    ck_assert(!exists(partial));
    ck_assert(!exists(target));
    saltus_result_discard(NULL);
}
END_TEST

START_TEST(test_discard_leaves_the_files_of_others)
{
    saltus_result *result = create();
    char path[200];
    snprintf(path, sizeof path, "%s/foreign", partial);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fclose(file);
    saltus_result_discard(result);
    ck_assert(exists(path));
}
END_TEST

START_TEST(test_slashes_at_the_end_do_not_count)
{
    char slashed[160];
    snprintf(slashed, sizeof slashed, "%s///", target);
    saltus_result *result = NULL;
    ck_assert_int_eq(saltus_result_create(slashed, &result, &error), SALTUS_OK);
    ck_assert_str_eq(saltus_result_directory(result), target);
    saltus_result_discard(result);
}
END_TEST

START_TEST(test_a_file_in_the_way_is_told_with_the_reason)
{
    char path[160];
    snprintf(path, sizeof path, "%s/a", folder);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fclose(file);
    saltus_result *result = NULL;
    ck_assert_int_eq(saltus_result_create(target, &result, &error), SALTUS_E_FILE);
    ck_assert_ptr_null(result);
    ck_assert_ptr_nonnull(strstr(error.message, "Not a directory"));
    ck_assert_int_eq(saltus_result_create("", &result, &error), SALTUS_E_ARGUMENT);
}
END_TEST

START_TEST(test_a_bare_name_is_committed_in_the_current_folder)
{
    ck_assert_int_eq(chdir(folder), 0);
    saltus_result *result = NULL;
    ck_assert_int_eq(saltus_result_create("bare", &result, &error), SALTUS_OK);
    ck_assert_int_eq(saltus_result_commit(result, &error), SALTUS_OK);
    ck_assert(exists("bare"));
    ck_assert_int_eq(chdir("/"), 0);
}
END_TEST

/* ---- The buffered file under it -------------------------------------------------------- */

START_TEST(test_a_text_longer_than_the_buffer_arrives_whole)
{
    const size_t size = 5000000;
    char *text = malloc(size + 1);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < size; i++) {
        text[i] = (char)('a' + i % 26);
    }
    text[size] = '\0';
    saltus_result *result = create();
    ck_assert_int_eq(saltus_result_write_text(result, "long", text, &error), SALTUS_OK);
    struct stat status;
    ck_assert_int_eq(stat(saltus_result_path(result, "long"), &status), 0);
    ck_assert_uint_eq((size_t)status.st_size, size);
    saltus_result_discard(result);
    free(text);
}
END_TEST

START_TEST(test_a_full_device_is_told_at_the_close_with_the_reason)
{
    text_file file;
    ck_assert_int_eq(sl_text_file_open(&file, "/dev/full", &error), SALTUS_OK);
    char *end = sl_text_file_room(&file, 4);
    ck_assert_ptr_nonnull(end);
    memcpy(end, "abcd", 4);
    sl_text_file_advance(&file, end + 4);
    ck_assert_int_eq(sl_text_file_close(&file, &error), SALTUS_E_FILE);
    ck_assert_ptr_nonnull(strstr(error.message, "No space left on device"));
    ck_assert_ptr_nonnull(strstr(error.message, "/dev/full"));
    ck_assert_int_eq(sl_text_file_close(&file, &error), SALTUS_OK);
}
END_TEST

START_TEST(test_after_a_failed_write_there_is_no_room)
{
    text_file file;
    ck_assert_int_eq(sl_text_file_open(&file, "/dev/full", &error), SALTUS_OK);
    bool refused = false;
    for (int i = 0; i < 200 && !refused; i++) {
        char *end = sl_text_file_room(&file, 65536);
        refused = end == NULL;
        if (!refused) {
            memset(end, 'x', 65536);
            sl_text_file_advance(&file, end + 65536);
        }
    }
    ck_assert(refused);
    sl_text_file_write(&file, "more", 4);
    ck_assert_int_eq(sl_text_file_close(&file, &error), SALTUS_E_FILE);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("result_directory");
    TCase *tcase = tcase_create("all");
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, test_commit_renames_a_partial_directory_with_its_files);
    tcase_add_test(tcase, test_a_directory_that_exists_is_refused);
    tcase_add_test(tcase, test_a_partial_directory_that_exists_is_refused);
    tcase_add_test(tcase, test_a_dangling_link_counts_as_existing);
    tcase_add_test(tcase, test_what_appears_meanwhile_is_not_replaced);
    tcase_add_test(tcase, test_discard_removes_its_files_and_the_directory);
    tcase_add_test(tcase, test_discard_leaves_the_files_of_others);
    tcase_add_test(tcase, test_slashes_at_the_end_do_not_count);
    tcase_add_test(tcase, test_a_file_in_the_way_is_told_with_the_reason);
    tcase_add_test(tcase, test_a_bare_name_is_committed_in_the_current_folder);
    tcase_add_test(tcase, test_a_text_longer_than_the_buffer_arrives_whole);
    tcase_add_test(tcase, test_a_full_device_is_told_at_the_close_with_the_reason);
    tcase_add_test(tcase, test_after_a_failed_write_there_is_no_room);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
