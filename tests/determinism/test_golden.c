/* test_golden - fingerprints of known networks: the same for every compiler and optimisation.
 *
 * golden.csv lists name and fingerprint. A difference means that results have changed. When that
 * is wanted, set SALTUS_RENEW_GOLDEN=1, run this test once, look at the difference of golden.csv,
 * and enter it under "Changes to results" in CHANGELOG.md.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "networks.h"
#include "support/suite.h"
#include "support/trial.h"

#define GOLDEN SALTUS_SOURCE_ROOT "/tests/determinism/golden.csv"

static uint64_t fingerprint_of(const test_network *network)
{
    saltus_experiment *e = test_network_create(network, false);
    const trial_setup setup = {.threads = 1};
    trial_result result;
    ck_assert_msg(trial_run(e, &setup, &result), "%s", network->name);
    const uint64_t fingerprint = result.fingerprint;
    trial_clear(&result);
    saltus_experiment_destroy(e);
    return fingerprint;
}

static void renew(void)
{
    FILE *file = fopen(GOLDEN, "w");
    ck_assert_ptr_nonnull(file);
    fprintf(file, "name,fingerprint\n");
    for (size_t n = 0; n < test_network_count; n++) {
        fprintf(file, "%s,%016" PRIx64 "\n", test_networks[n].name,
                fingerprint_of(&test_networks[n]));
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
    if (trial_environment("SALTUS_RENEW_GOLDEN", 0)) {
        renew();
    }
    bool same = true;
    for (size_t n = 0; n < test_network_count; n++) {
        const uint64_t got = fingerprint_of(&test_networks[n]);
        uint64_t wanted = 0;
        const bool known = find_golden(test_networks[n].name, &wanted);
        if (!known || got != wanted) {
            fprintf(stderr, "%s: fingerprint %016" PRIx64 ", golden %016" PRIx64 "%s\n",
                    test_networks[n].name, got, wanted, known ? "" : " (no line)");
            same = false;
        }
    }
    ck_assert_msg(same, "results have changed: see the head of test_golden.c");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {fingerprints_are_the_golden_ones};
    return SUITE_RUN("golden", tests);
}
