/* test_golden - fingerprints of known networks: the same for every compiler and optimisation.
 *
 * golden.csv lists name and fingerprint: a network's name for the event engine, with the engine for
 * a clock. A difference means that results have changed. When that
 * is wanted, set SALTUS_RENEW_GOLDEN=1, run this test once, look at the difference of golden.csv,
 * and enter it under "Changes to results" in CHANGELOG.md.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "networks.h"
#include "support/suite.h"
#include "support/trial.h"

#define GOLDEN SALTUS_SOURCE_ROOT "/tests/determinism/golden.csv"

/* NULL: the event engine. */
static const char *const engines[] = {NULL, "grid@0.1ms", "euler@0.1ms", "interpolated@0.1ms",
                                      "offgrid@0.1ms"};
#define ENGINES (sizeof engines / sizeof engines[0])

static const char *name_of(const test_network *network, const char *engine)
{
    static char name[128];
    snprintf(name, sizeof name, "%s%s%s", network->name, engine ? " " : "", engine ? engine : "");
    return name;
}

/* The fingerprints of a network in every engine that it runs on; it is built once. */
static void fingerprints_of(const test_network *network, uint64_t fingerprints[ENGINES])
{
    saltus_experiment *e = test_network_create(network, false);
    saltus_network *built = NULL;
    ck_assert_int_eq(saltus_network_build(e, NULL, &built, NULL), SALTUS_OK);
    for (size_t i = 0; i < ENGINES; i++) {
        if (test_network_runs_on(network, engines[i])) {
            const trial_setup setup = {
                .threads = 1, .engine = engines[i], .end_ms = network->duration_ms};
            trial_result result;
            ck_assert_msg(trial_run_network(built, &setup, &result), "%s",
                          name_of(network, engines[i]));
            fingerprints[i] = result.fingerprint;
            trial_clear(&result);
        }
    }
    saltus_network_destroy(built);
    saltus_experiment_destroy(e);
}

static void renew(uint64_t (*fingerprints)[ENGINES])
{
    FILE *file = fopen(GOLDEN, "w");
    ck_assert_ptr_nonnull(file);
    fprintf(file, "name,fingerprint\n");
    for (size_t i = 0; i < ENGINES; i++) {
        for (size_t n = 0; n < test_network_count; n++) {
            if (test_network_runs_on(&test_networks[n], engines[i])) {
                fprintf(file, "%s,%016" PRIx64 "\n", name_of(&test_networks[n], engines[i]),
                        fingerprints[n][i]);
            }
        }
    }
    ck_assert_int_eq(fclose(file), 0);
}

/* The line of a network; false when there is none. */
static bool find_golden(const char *name, uint64_t *fingerprint)
{
    FILE *file = fopen(GOLDEN, "r");
    ck_assert_msg(file != NULL, "cannot read " GOLDEN);
    char line[256];
    bool found = false;
    const size_t length = strlen(name);
    while (!found && fgets(line, sizeof line, file)) {
        if (strncmp(line, name, length) == 0 && line[length] == ',') {
            found = sscanf(line + length + 1, "%" SCNx64, fingerprint) == 1;
        }
    }
    fclose(file);
    return found;
}

START_TEST(fingerprints_are_the_golden_ones)
{
    uint64_t(*fingerprints)[ENGINES] = calloc(test_network_count, sizeof *fingerprints);
    ck_assert_ptr_nonnull(fingerprints);
    for (size_t n = 0; n < test_network_count; n++) {
        fingerprints_of(&test_networks[n], fingerprints[n]);
    }
    if (trial_environment("SALTUS_RENEW_GOLDEN", 0)) {
        renew(fingerprints);
    }
    bool same = true;
    for (size_t i = 0; i < ENGINES * test_network_count; i++) {
        const test_network *network = &test_networks[i % test_network_count];
        const char *engine = engines[i / test_network_count];
        if (!test_network_runs_on(network, engine)) {
            continue;
        }
        const uint64_t got = fingerprints[i % test_network_count][i / test_network_count];
        uint64_t wanted = 0;
        const bool known = find_golden(name_of(network, engine), &wanted);
        if (!known || got != wanted) {
            fprintf(stderr, "%s: fingerprint %016" PRIx64 ", golden %016" PRIx64 "%s\n",
                    name_of(network, engine), got, wanted, known ? "" : " (no line)");
            same = false;
        }
    }
    free(fingerprints);
    ck_assert_msg(same, "results have changed: see the head of test_golden.c");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {fingerprints_are_the_golden_ones};
    return SUITE_RUN("golden", tests);
}
