/* test_csv_table - columns of numbers: what is read, and what is said about what is not. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "experiment/csv_table.h"

/* The columns of a spike list, sorted, of 10 neurons. */
typedef struct table {
    csv_column columns[3];
    csv_request request;
    size_t rows;
    saltus_error error;
} table;

static saltus_status read_spikes(table *t, const char *text, bool others)
{
    *t = (table){
        .columns = {
            {.name = "time_ms", .type = CSV_REAL, .low = 0, .high = 4.5e7, .ascending = true},
            {.name = "neuron", .type = CSV_INDEX, .limit = 10, .limit_of = "population 'E'"},
            {.name = "weight_mV", .type = CSV_REAL, .optional = true, .low = -1e12, .high = 1e12}}};
    t->request = (csv_request){.columns = t->columns, .count = 3, .others = others};
    return sl_csv_read_text(text, strlen(text), "s.csv", &t->request, &t->rows, &t->error);
}

static void release(table *t)
{
    for (size_t i = 0; i < 3; i++) {
        free(t->columns[i].reals);
        free(t->columns[i].indices);
    }
}

START_TEST(test_csv_reads_columns_in_any_order)
{
    table t;
    ck_assert_int_eq(read_spikes(&t, "neuron,time_ms\n3,0.1\n9,0.25\n", false), SALTUS_OK);
    ck_assert_uint_eq(t.rows, 2);
    ck_assert(t.columns[0].reals[0] == 0.1 && t.columns[0].reals[1] == 0.25);
    ck_assert(t.columns[1].indices[0] == 3 && t.columns[1].indices[1] == 9);
    ck_assert(!t.columns[2].present);
    release(&t);
}
END_TEST

START_TEST(test_csv_takes_comments_blanks_crlf_bom_quotes_and_no_last_newline)
{
    table t;
    ck_assert_int_eq(read_spikes(&t,
                                 "\xef\xbb\xbf\"time_ms\" ,\"neuron\",weight_mV\r\n\r\n# a line\r\n"
                                 " 1.5 , 2,-.5\r\n   \n\t# more\n2,3,1e-3",
                                 false),
                     SALTUS_OK);
    ck_assert_uint_eq(t.rows, 2);
    ck_assert(t.columns[0].reals[0] == 1.5 && t.columns[0].reals[1] == 2);
    ck_assert(t.columns[2].reals[0] == -0.5 && t.columns[2].reals[1] == 1e-3);
    release(&t);
}
END_TEST

START_TEST(test_csv_passes_over_other_columns_when_told)
{
    table t;
    ck_assert_int_eq(read_spikes(&t, "id,time_ms,text,neuron\nx,1,hello,2\n", true), SALTUS_OK);
    ck_assert_uint_eq(t.rows, 1);
    ck_assert_uint_eq(t.columns[1].indices[0], 2);
    release(&t);
}
END_TEST

static saltus_status read_of(table *t, const char *text)
{
    *t = (table){.columns = {{.name = "time_ms", .type = CSV_REAL, .high = 100},
                             {.name = "neuron", .type = CSV_INDEX, .limit = 10}}};
    t->request = (csv_request){.columns = t->columns, .count = 2, .where = "of", .is = "E"};
    return sl_csv_read_text(text, strlen(text), "s.csv", &t->request, &t->rows, &t->error);
}

START_TEST(test_csv_chooses_rows_by_a_column_of_text)
{
    table t;
    ck_assert_int_eq(read_of(&t, "time_ms,of,neuron\n1,I,3\n2, E ,4\n3,EE,5\n4,E,6\n5,,7\n"),
                     SALTUS_OK);
    ck_assert_uint_eq(t.rows, 2);
    ck_assert(t.columns[0].reals[0] == 2 && t.columns[0].reals[1] == 4);
    ck_assert(t.columns[1].indices[0] == 4 && t.columns[1].indices[1] == 6);
    release(&t);
    ck_assert_int_eq(read_of(&t, "time_ms,neuron\n1,3\n"), SALTUS_E_EXPERIMENT);
    ck_assert(strstr(t.error.message, "the column 'of' is missing") != NULL);
    ck_assert_int_eq(read_of(&t, "time_ms,of,neuron,of\n1,E,3,I\n"), SALTUS_E_EXPERIMENT);
    ck_assert(strstr(t.error.message, "the column 'of' stands here a second time") != NULL);
}
END_TEST

START_TEST(test_csv_header_alone_is_an_empty_table)
{
    table t;
    ck_assert_int_eq(read_spikes(&t, "time_ms,neuron\n", false), SALTUS_OK);
    ck_assert_uint_eq(t.rows, 0);
    release(&t);
}
END_TEST

typedef struct bad_case {
    const char *text;
    uint32_t line, column;
    const char *contains;
} bad_case;

static const bad_case bad_cases[] = {
    {"", 1, 1, "the file is empty"},
    {"# nothing\n\n", 1, 1, "the file is empty"},
    {"1.5,2\n", 1, 1, "the first line must name the columns"},
    {"time,neuron\n1,2\n", 1, 1, "did you mean 'time_ms'?"},
    {"time_ms,neurn\n1,2\n", 1, 9, "did you mean 'neuron'?"},
    {"time_ms\n1\n", 1, 1, "the column 'neuron' is missing; the header is 'time_ms'"},
    {"time_ms,neuron,time_ms\n", 1, 16, "a second time"},
    {"time_ms,neuron\n2,1\n1.5,2\n", 3, 1, "found '1.5' in the column 'time_ms' after 2"},
    {"time_ms,neuron\n1,2\n2", 3, 1, "1 field, the header has 2 (is the file cut off?)"},
    {"time_ms,neuron\n1\n2,3\n", 2, 1, "1 field, the header has 2"},
    {"time_ms,neuron\n1,2,3\n", 2, 5, "more fields than the header"},
    {"time_ms,neuron\n1,\n", 2, 3, "a whole number from 0 is needed"},
    {"time_ms,neuron\n,1\n", 2, 1, "is empty here"},
    {"time_ms,neuron\nabc,1\n", 2, 1, "found 'abc' in the column 'time_ms'; a number is needed"},
    {"time_ms,neuron\n1.5x,1\n", 2, 1, "found '1.5x'"},
    {"time_ms,neuron\n1;5,1\n", 2, 1, "found '1;5'"},
    {"time_ms,neuron\nnan,1\n", 2, 1, "a finite number is needed"},
    {"time_ms,neuron\n-inf,1\n", 2, 1, "a finite number is needed"},
    {"time_ms,neuron\n1e999,1\n", 2, 1, "a number is needed"},
    {"time_ms,neuron\n-1,1\n", 2, 1, "from 0 to 45000000 is allowed"},
    {"time_ms,neuron\n1, 10\n", 2, 4, "population 'E' has neurons 0 to 9"},
    {"time_ms,neuron\n1,99999999999999999999\n", 2, 3, "population 'E' has neurons 0 to 9"},
    {"time_ms,neuron\n1,-1\n", 2, 3, "a whole number from 0 is needed"},
    {"time_ms,neuron\n1,1.0\n", 2, 3, "a whole number from 0 is needed"},
};

START_TEST(test_csv_error_names_line_column_and_finding)
{
    const bad_case *c = &bad_cases[_i];
    table t;
    ck_assert_int_eq(read_spikes(&t, c->text, false), SALTUS_E_EXPERIMENT);
    ck_assert_msg(strstr(t.error.message, c->contains) != NULL, "%s", t.error.message);
    ck_assert_uint_eq(t.error.line, c->line);
    ck_assert_uint_eq(t.error.column, c->column);
    ck_assert_str_eq(t.error.file, "s.csv");
    for (size_t i = 0; i < 3; i++) {
        ck_assert_ptr_null(t.columns[i].reals);
        ck_assert_ptr_null(t.columns[i].indices);
    }
}
END_TEST

/* A file of more than the buffer's length, so that lines cross its end. */
START_TEST(test_csv_reads_long_files_to_the_last_bit)
{
    char path[] = "saltus_csv_XXXXXX";
    const int descriptor = mkstemp(path);
    ck_assert_int_ge(descriptor, 0);
    FILE *file = fdopen(descriptor, "w");
    fputs("value\n", file);
    const size_t count = 60000;
    for (size_t i = 0; i < count; i++) {
        fprintf(file, "%.17g\n", sqrt((double)i) * 1e-3);
    }
    fclose(file);
    csv_column c = {.name = "value", .type = CSV_REAL, .low = 0, .high = 1e9, .ascending = true};
    const csv_request request = {.columns = &c, .count = 1};
    size_t rows = 0;
    saltus_error error;
    ck_assert_int_eq(sl_csv_read_file(path, &request, &rows, &error), SALTUS_OK);
    ck_assert_uint_eq(rows, count);
    for (size_t i = 0; i < count; i++) {
        ck_assert(c.reals[i] == sqrt((double)i) * 1e-3);
    }
    free(c.reals);
    unlink(path);
}
END_TEST

START_TEST(test_csv_refuses_a_line_without_end)
{
    csv_column c = {.name = "value", .type = CSV_REAL, .high = 1};
    const csv_request request = {.columns = &c, .count = 1};
    size_t rows = 1;
    saltus_error error;
    ck_assert_int_eq(sl_csv_read_file("/dev/zero", &request, &rows, &error), SALTUS_E_EXPERIMENT);
    ck_assert(strstr(error.message, "longer than") != NULL);
    ck_assert_uint_eq(rows, 0);
}
END_TEST

START_TEST(test_csv_file_that_cannot_be_read_is_a_file_error)
{
    csv_column c = {.name = "value", .type = CSV_REAL, .high = 1};
    const csv_request request = {.columns = &c, .count = 1};
    size_t rows = 1;
    saltus_error error;
    ck_assert_int_eq(sl_csv_read_file("/nowhere.csv", &request, &rows, &error), SALTUS_E_FILE);
    ck_assert(strstr(error.message, "there is no such file") != NULL);
    ck_assert_int_eq(sl_csv_read_file("/", &request, &rows, &error), SALTUS_E_FILE);
    ck_assert(strstr(error.message, "it is a folder") != NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("csv_table");
    TCase *cases = tcase_create("csv_table");
    tcase_add_test(cases, test_csv_reads_columns_in_any_order);
    tcase_add_test(cases, test_csv_takes_comments_blanks_crlf_bom_quotes_and_no_last_newline);
    tcase_add_test(cases, test_csv_passes_over_other_columns_when_told);
    tcase_add_test(cases, test_csv_chooses_rows_by_a_column_of_text);
    tcase_add_test(cases, test_csv_header_alone_is_an_empty_table);
    tcase_add_loop_test(cases, test_csv_error_names_line_column_and_finding, 0,
                        (int)(sizeof bad_cases / sizeof bad_cases[0]));
    tcase_add_test(cases, test_csv_reads_long_files_to_the_last_bit);
    tcase_add_test(cases, test_csv_refuses_a_line_without_end);
    tcase_add_test(cases, test_csv_file_that_cannot_be_read_is_a_file_error);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
