/* test_meters - measured energy from a RAPL folder made up for the test, and what is said where
 * there is none. */
#include <check.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "measured/meters.h"
#include "suite.h"

static char root[64];
static meters m;
static meters_reading reading;

static void put(const char *zone, const char *file, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", root, zone);
    ck_assert(mkdir(path, 0755) == 0 || errno == EEXIST);
    snprintf(path, sizeof path, "%s/%s/%s", root, zone, file);
    FILE *out = fopen(path, "w");
    ck_assert_ptr_nonnull(out);
    fputs(text, out);
    fclose(out);
}

static void put_zone(const char *zone, const char *name, const char *energy_uJ)
{
    put(zone, "name", name);
    put(zone, "max_energy_range_uj", "262143328850\n");
    put(zone, "energy_uj", energy_uJ);
}

static void make_root(void)
{
    strcpy(root, "/tmp/saltus-rapl-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(root));
    ck_assert_int_eq(chmod(root, 0755), 0);
}

static void remove_root(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", root);
    ck_assert_int_eq(system(command), 0);
}

START_TEST(test_packages_and_dram_of_all_sockets_are_summed)
{
    make_root();
    put_zone("intel-rapl:0", "package-0\n", "1000000\n");
    put_zone("intel-rapl:1", "package-1\n", "2000000\n");
    put_zone("intel-rapl:0:0", "core\n", "5\n");
    put_zone("intel-rapl:0:1", "dram\n", "300000\n");
    put_zone("intel-rapl:2", "psys\n", "5\n");
    put_zone("intel-rapl-mmio:0", "package-0\n", "5\n"); /* the same package once more */
    put("intel-rapl", "enabled", "1\n");
    meters_begin(&m, root);
    put_zone("intel-rapl:0", "package-0\n", "1500000\n");
    put_zone("intel-rapl:1", "package-1\n", "2250000\n");
    put_zone("intel-rapl:0:0", "core\n", "999999999\n");
    put_zone("intel-rapl:0:1", "dram\n", "400000\n");
    put_zone("intel-rapl:2", "psys\n", "999999999\n");
    put_zone("intel-rapl-mmio:0", "package-0\n", "999999999\n");
    meters_end(&m, &reading);
    ck_assert_double_eq_tol(reading.package_J, 0.75, 1e-12);
    ck_assert_double_eq_tol(reading.dram_J, 0.1, 1e-12);
    ck_assert_str_eq(reading.package_why, "");
    ck_assert_str_eq(reading.dram_why, "");
    remove_root();
}
END_TEST

START_TEST(test_a_counter_that_went_round_is_read_through_its_range)
{
    make_root();
    put_zone("intel-rapl:0", "package-0\n", "262143000000\n");
    meters_begin(&m, root);
    put_zone("intel-rapl:0", "package-0\n", "671150\n");
    meters_end(&m, &reading);
    ck_assert_double_eq_tol(reading.package_J, 1.0, 1e-12); /* 328850 + 671150 uJ */
    ck_assert_str_eq(reading.package_why, "");
    ck_assert(isnan(reading.dram_J));
    ck_assert_str_eq(reading.dram_why, "not available: RAPL has no DRAM zone here");
    remove_root();
}
END_TEST

START_TEST(test_a_counter_that_went_back_without_a_range_gives_no_figure)
{
    char path[128];
    make_root();
    put_zone("intel-rapl:0", "package-0\n", "1000\n");
    snprintf(path, sizeof path, "%s/intel-rapl:0/max_energy_range_uj", root);
    ck_assert_int_eq(unlink(path), 0);
    meters_begin(&m, root);
    put("intel-rapl:0", "energy_uj", "10\n");
    meters_end(&m, &reading);
    ck_assert(isnan(reading.package_J));
    ck_assert_ptr_nonnull(strstr(reading.package_why, "went back and its range is not known"));
    remove_root();
}
END_TEST

START_TEST(test_nothing_used_is_zero_and_no_gap)
{
    make_root();
    put_zone("intel-rapl:0", "package-0\n", "1000\n");
    meters_begin(&m, root);
    meters_end(&m, &reading);
    ck_assert_double_eq(reading.package_J, 0);
    ck_assert_str_eq(reading.package_why, "");
    remove_root();
}
END_TEST

START_TEST(test_a_machine_without_rapl_is_told_so)
{
    make_root();
    meters_begin(&m, root);
    meters_end(&m, &reading);
    ck_assert(isnan(reading.package_J) && isnan(reading.dram_J));
    ck_assert_ptr_eq(strstr(reading.package_why, "not available: no RAPL: "), reading.package_why);
    ck_assert_ptr_nonnull(strstr(reading.package_why, "has no package zone"));
    remove_root();
    meters_begin(&m, root); /* now the folder is not there at all */
    meters_end(&m, &reading);
    ck_assert(isnan(reading.package_J) && isnan(reading.dram_J));
    ck_assert_ptr_nonnull(strstr(reading.package_why, "cannot be opened: No such file"));
    ck_assert_ptr_nonnull(strstr(reading.dram_why, "cannot be opened: No such file"));
}
END_TEST

START_TEST(test_a_file_that_is_missing_or_broken_is_named)
{
    char path[128];
    make_root();
    put("intel-rapl:0", "name", "package-0\n");
    meters_begin(&m, root);
    meters_end(&m, &reading);
    ck_assert(isnan(reading.package_J));
    ck_assert_ptr_nonnull(
        strstr(reading.package_why, "intel-rapl:0/energy_uj cannot be read: No such file"));

    put_zone("intel-rapl:0", "package-0\n", "many\n");
    meters_begin(&m, root);
    meters_end(&m, &reading);
    ck_assert(isnan(reading.package_J));
    ck_assert_ptr_nonnull(strstr(reading.package_why, "energy_uj does not hold a whole number"));

    put_zone("intel-rapl:0", "package-0\n", "5\n");
    meters_begin(&m, root);
    snprintf(path, sizeof path, "%s/intel-rapl:0/energy_uj", root);
    ck_assert_int_eq(unlink(path), 0); /* it goes away while it is measured */
    meters_end(&m, &reading);
    ck_assert(isnan(reading.package_J));
    ck_assert_ptr_nonnull(strstr(reading.package_why, "cannot be read"));
    remove_root();
}
END_TEST

START_TEST(test_one_package_that_cannot_be_read_leaves_no_sum)
{
    make_root();
    put_zone("intel-rapl:0", "package-0\n", "5\n");
    put("intel-rapl:1", "name", "package-1\n");
    meters_begin(&m, root);
    meters_end(&m, &reading);
    ck_assert(isnan(reading.package_J));
    ck_assert_ptr_nonnull(strstr(reading.package_why, "intel-rapl:1/energy_uj"));
    remove_root();
}
END_TEST

START_TEST(test_a_lack_of_permission_is_told_with_its_remedy)
{
    char path[128];
    make_root();
    put_zone("intel-rapl:0", "package-0\n", "5\n");
    put_zone("intel-rapl:0:0", "dram\n", "5\n");
    snprintf(path, sizeof path, "%s/intel-rapl:0/energy_uj", root);
    ck_assert_int_eq(chmod(path, 0), 0);
    const uid_t user = geteuid();
    if (user == 0) {
        ck_assert_int_eq(seteuid(65534), 0); /* root may read everything */
    }
    meters_begin(&m, root);
    meters_end(&m, &reading);
    if (user == 0) {
        ck_assert_int_eq(seteuid(0), 0);
    }
    ck_assert(isnan(reading.package_J));
    ck_assert_ptr_nonnull(strstr(reading.package_why, "may be read by root only"));
    ck_assert_ptr_nonnull(strstr(reading.package_why, "chmod a+r"));
    ck_assert_double_eq(reading.dram_J, 0); /* the other can be read */
    ck_assert_str_eq(reading.dram_why, "");
    remove_root();
}
END_TEST

/* On any machine: figures, or a reason. */
START_TEST(test_each_figure_is_there_or_says_why_not)
{
    volatile double sum = 0;
    meters_begin(&m, NULL);
    for (int i = 0; i < 1000000; i++) {
        sum = sum + i;
    }
    meters_end(&m, &reading);
    ck_assert_int_eq(isnan(reading.package_J), reading.package_why[0] != '\0');
    ck_assert_int_eq(isnan(reading.dram_J), reading.dram_why[0] != '\0');
    const bool all =
        !isnan(reading.instructions) && !isnan(reading.cycles) && !isnan(reading.cache_misses);
    ck_assert_int_eq(!all, reading.perf_why[0] != '\0');
    ck_assert(isnan(reading.instructions) || reading.instructions > 1000000);
    if (!all) {
        ck_assert_ptr_eq(strstr(reading.perf_why, "not available: "), reading.perf_why);
    }
    printf("package %s, counters %s\n", reading.package_why, reading.perf_why);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_packages_and_dram_of_all_sockets_are_summed,
        test_a_counter_that_went_round_is_read_through_its_range,
        test_a_counter_that_went_back_without_a_range_gives_no_figure,
        test_nothing_used_is_zero_and_no_gap,
        test_a_machine_without_rapl_is_told_so,
        test_a_file_that_is_missing_or_broken_is_named,
        test_one_package_that_cannot_be_read_leaves_no_sum,
        test_a_lack_of_permission_is_told_with_its_remedy,
        test_each_figure_is_there_or_says_why_not,
    };
    return SUITE_RUN("meters", tests);
}
