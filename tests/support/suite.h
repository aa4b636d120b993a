/* suite - the main function of a test program: one suite, one case, CK_FORK honoured. */
#ifndef SALTUS_TEST_SUITE_H
#define SALTUS_TEST_SUITE_H

#include <check.h>
#include <stdlib.h>
#include <unistd.h>

/* Check writes the place of every assertion that holds to a file, for a crash after it; in loops
 * over spikes that is most of a test's time. A crash is told with the name of its test. */
#define _mark_point(file, line) ((void)0)

/* Run `count` tests. @return the program's exit status. */
static inline int suite_run(const char *name, const TTest *const *tests, size_t count)
{
    Suite *suite = suite_create(name);
    TCase *cases = tcase_create(name);
    tcase_set_timeout(cases, 600);
    for (size_t i = 0; i < count; i++) {
        tcase_add_test(cases, tests[i]);
    }
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Threads that wait for others would spin, which on a machine with fewer processors than threads
 * takes most of the time. The policy is read when a program starts. */
static inline void suite_wait_without_spinning(char **arguments)
{
    if (!getenv("OMP_WAIT_POLICY") && setenv("OMP_WAIT_POLICY", "passive", 1) == 0) {
        execv("/proc/self/exe", arguments);
    }
}

#define SUITE_RUN(name, tests) suite_run(name, tests, sizeof(tests) / sizeof((tests)[0]))

#endif /* SALTUS_TEST_SUITE_H */
