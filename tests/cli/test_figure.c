/* test_figure - what figure.c writes: data, places of values that an axis cannot show, script. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "figure/figure.h"
#include "shared/command.h"
#include "suite.h"

static char folder[64];
static char text[65536];
static figure f;

static void begin(void)
{
    strcpy(folder, "/tmp/saltus-figure-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    figure_begin(&f, "plot", "A test's figure");
    f.x = (figure_axis){.label = "error (ms)", .logarithmic = true, .zero = "exact"};
    f.y = (figure_axis){.label = "time (s)", .logarithmic = true};
}

static void end(void)
{
    char command[128];
    figure_clear(&f);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
}

/* The file's content, in `text`. */
static const char *file(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *in = fopen(path, "r");
    ck_assert_ptr_nonnull(in);
    text[fread(text, 1, sizeof text - 1, in)] = '\0';
    fclose(in);
    return text;
}

/* The line of the data file that is number `wanted` of those with data; false: there is none. */
static bool data_line(int wanted, char name[64], double numbers[4])
{
    char whole[sizeof text];
    strcpy(whole, file("plot.tsv"));
    int found = 0;
    for (char *line = strtok(whole, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        if (line[0] != '#' && found++ == wanted) {
            char label[64];
            return sscanf(line, "%63[^\t]\t%lf\t%lf\t%lf\t%lf\t%63[^\t]", name, &numbers[0],
                          &numbers[1], &numbers[2], &numbers[3], label) >= 5;
        }
    }
    return false;
}

static double range_of(const char *axis, bool high)
{
    char start[32];
    double low = 0.0;
    double top = 0.0;
    snprintf(start, sizeof start, "set %srange [", axis);
    const char *at = strstr(file("plot.gp"), start);
    ck_assert_ptr_nonnull(at);
    ck_assert_int_eq(sscanf(at + strlen(start), "%lf:%lf", &low, &top), 2);
    return high ? top : low;
}

START_TEST(test_points_are_written_as_they_are)
{
    char name[64];
    double n[4];
    begin();
    figure_series(&f, "grid", FIGURE_LINE);
    figure_range(&f, 0.1, 3.0, 2.5, 4.0, "0.1 ms");
    figure_point(&f, 1.0 / 3.0, 7e-5, NULL);
    ck_assert_int_eq(figure_write(&f, "test", folder), EXIT_CODE_OK);
    ck_assert(data_line(0, name, n));
    ck_assert_str_eq(name, "grid");
    ck_assert(n[0] == 0.1 && n[1] == 3.0 && n[2] == 2.5 && n[3] == 4.0);
    ck_assert(data_line(1, name, n));
    ck_assert(n[0] == 1.0 / 3.0 && n[1] == 7e-5 && isnan(n[2]));
    ck_assert(!data_line(2, name, n));
    end();
}
END_TEST

START_TEST(test_values_without_a_place_get_one_below_all_others)
{
    char name[64];
    double n[4];
    begin();
    figure_series(&f, "event", FIGURE_MARK);
    figure_point(&f, 0.0, 1.0, NULL);
    figure_series(&f, "grid", FIGURE_LINE);
    figure_point(&f, 2e-3, 1.0, NULL);
    ck_assert_int_eq(figure_write(&f, "test", folder), EXIT_CODE_OK);
    ck_assert(data_line(0, name, n));
    ck_assert(n[0] > 0.0 && n[0] <= 1e-3);
    ck_assert(range_of("x", false) < n[0]);
    /* the true value stands at the line's end */
    ck_assert_ptr_nonnull(strstr(file("plot.tsv"), "\t0\t1\n"));
    ck_assert_ptr_nonnull(strstr(file("plot.gp"), "set xtics add ('exact' "));

    /* on an axis that has no such place they are left out */
    f.x.zero = NULL;
    ck_assert_int_eq(figure_write(&f, "test", folder), EXIT_CODE_OK);
    ck_assert(data_line(0, name, n));
    ck_assert(isnan(n[0]));
    end();
}
END_TEST

START_TEST(test_ranges_hold_all_values_and_some_room)
{
    static const double values[] = {1e-9, 0.02, 0.999, 1.0, 1.001, 5.0, 1e12};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        begin();
        figure_series(&f, "one", FIGURE_LINE);
        figure_range(&f, values[i], values[i], values[i] / 2.0, values[i] * 3.0, NULL);
        ck_assert_int_eq(figure_write(&f, "test", folder), EXIT_CODE_OK);
        for (int k = 0; k < 2; k++) {
            const double low = range_of(k == 0 ? "x" : "y", false);
            const double high = range_of(k == 0 ? "x" : "y", true);
            ck_assert(low < values[i] && values[i] < high);
            /* room for two of the ticks 1, 2, 5, 10 */
            ck_assert(high / low > 4.0);
        }
        ck_assert(range_of("y", false) < values[i] / 2.0);
        ck_assert(range_of("y", true) > values[i] * 3.0);
        end();
    }
}
END_TEST

START_TEST(test_values_that_are_no_numbers_are_left_out)
{
    begin();
    ck_assert(figure_empty(&f));
    figure_point(&f, 1.0, 1.0, "of no series");
    figure_series(&f, "none", FIGURE_LINE);
    figure_point(&f, (double)NAN, 1.0, NULL);
    figure_point(&f, 1.0, (double)INFINITY, NULL);
    ck_assert(figure_empty(&f));
    end();
}
END_TEST

START_TEST(test_bars_of_a_category_stand_side_by_side)
{
    static const char *const categories[] = {"a table's", "loihi"};
    char name[64];
    double n[4];
    begin();
    f.x = (figure_axis){.label = ""};
    f.categories = categories;
    f.category_count = 2;
    figure_series(&f, "event", FIGURE_BAR);
    figure_point(&f, 0.0, 1e-3, NULL);
    figure_series(&f, "empty", FIGURE_BAR);
    figure_series(&f, "grid", FIGURE_BAR);
    figure_point(&f, 0.0, 2e-3, "≥");
    figure_point(&f, 1.0, 2e-3, NULL);
    ck_assert_int_eq(figure_write(&f, "test", folder), EXIT_CODE_OK);
    ck_assert(data_line(0, name, n));
    ck_assert_double_eq_tol(n[0], -0.2, 1e-12);
    ck_assert(data_line(1, name, n));
    ck_assert_double_eq_tol(n[0], 0.2, 1e-12);
    ck_assert(data_line(2, name, n));
    ck_assert_double_eq_tol(n[0], 1.2, 1e-12);
    ck_assert_ptr_nonnull(strstr(file("plot.gp"), "'a table''s' 0, 'loihi' 1"));
    end();
}
END_TEST

START_TEST(test_labels_of_one_place_do_not_cover_each_other)
{
    double x[8];
    double y[8];
    char side[8][8];
    int count = 0;
    begin();
    for (int i = 0; i < 3; i++) {
        figure_series(&f, "same", FIGURE_LINE);
        figure_point(&f, 0.5, 0.5, "0.1 ms");
    }
    figure_series(&f, "ends", FIGURE_LINE);
    figure_point(&f, 1e-3, 1e-3, NULL);
    ck_assert_int_eq(figure_write(&f, "test", folder), EXIT_CODE_OK);
    const char *end_of_first = strstr(file("plot.gp"), "plot \\");
    for (const char *at = text; (at = strstr(at, "set label '0.1 ms' at graph ")) != NULL &&
                                at < end_of_first && count < 8;
         at++) {
        ck_assert_int_eq(sscanf(at, "set label '0.1 ms' at graph %lf, graph %lf %7s", &x[count],
                                &y[count], side[count]),
                         3);
        for (int k = 0; k < count; k++) {
            ck_assert(x[k] != x[count] || y[k] != y[count] || strcmp(side[k], side[count]) != 0);
        }
        count++;
    }
    ck_assert_int_eq(count, 3);
    end();
}
END_TEST

START_TEST(test_what_cannot_be_written_is_told)
{
    begin();
    figure_series(&f, "s", FIGURE_LINE);
    figure_point(&f, 1.0, 1.0, NULL);
    ck_assert_int_eq(figure_write(&f, "test", "/nonexistent"), EXIT_CODE_FAILED);
    for (int i = 0; i < FIGURE_SERIES_MAX; i++) {
        figure_series(&f, "more", FIGURE_LINE);
    }
    ck_assert_int_eq(figure_write(&f, "test", folder), EXIT_CODE_FAILED);
    end();
}
END_TEST

START_TEST(test_gnuplot_draws_every_style)
{
    bool absent = false;
    begin();
    f.rule_y = 2.0;
    f.mark_x = 0.1;
    figure_series(&f, "it's a \"mark\"\t$1 %s \\n", FIGURE_MARK);
    figure_point(&f, 0.0, 2.0, "'quoted' {^x}_y");
    figure_series(&f, "line", FIGURE_LINE);
    figure_range(&f, 0.1, 2.0, 1.0, 3.0, "a");
    figure_point(&f, 0.2, 4.0, "b");
    figure_series(&f, "model", FIGURE_CURVE);
    figure_point(&f, 0.1, 2.0, NULL);
    figure_point(&f, 0.2, 4.1, NULL);
    ck_assert_int_eq(figure_write(&f, "test", folder), EXIT_CODE_OK);
    const bool drawn = figure_draw(&f, "test", folder, NULL, &absent);
    if (absent) {
        printf("SKIPPED: no gnuplot\n");
    } else {
        ck_assert(drawn);
        ck_assert_ptr_nonnull(strstr(file("plot.svg"), "</svg>"));
        ck_assert_int_eq(strncmp(file("plot.png") + 1, "PNG", 3), 0);
    }
    end();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_points_are_written_as_they_are,
        test_values_without_a_place_get_one_below_all_others,
        test_ranges_hold_all_values_and_some_room,
        test_values_that_are_no_numbers_are_left_out,
        test_bars_of_a_category_stand_side_by_side,
        test_labels_of_one_place_do_not_cover_each_other,
        test_what_cannot_be_written_is_told,
        test_gnuplot_draws_every_style,
    };
    return SUITE_RUN("figure", tests);
}
