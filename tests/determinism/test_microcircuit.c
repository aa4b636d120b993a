/* test_microcircuit - the cortical microcircuit that is shipped fires at the rates of the whole
 * one, in all layers, and the same bits come out of any number of threads and any size of blocks.
 */
#include <math.h>
#include <stdio.h>

#include "experiment/experiment.h"
#include "support/suite.h"
#include "support/trial.h"

#define FILE_NAME SALTUS_SOURCE_ROOT "/data/experiments/microcircuit.yaml"
#define END_MS    600

/* Mean rates of the whole network (docs/microcircuit.md). */
static const struct {
    const char *name;
    double rate_Hz;
} published[] = {{"L23E", 0.903}, {"L23I", 2.965}, {"L4E", 4.414}, {"L4I", 5.876},
                 {"L5E", 7.569},  {"L5I", 8.633},  {"L6E", 1.105}, {"L6I", 7.829}};
/* A tenth of the in-degrees changes rates by up to a quarter, half a second leaves some 10 % of
 * chance to the smallest populations. */
#define BAND 1.6

static saltus_experiment *load(void)
{
    saltus_experiment *experiment = NULL;
    saltus_diagnostics *findings = NULL;
    ck_assert_int_eq(saltus_experiment_load(FILE_NAME, NULL, &experiment, &findings), SALTUS_OK);
    saltus_diagnostics_destroy(findings);
    return experiment;
}

START_TEST(rates_are_those_of_the_whole_network_in_any_way_of_running)
{
    saltus_experiment *experiment = load();
    const trial_setup plain = {.end_ms = END_MS, .spikes = true};
    const trial_setup other = {
        .end_ms = END_MS, .spikes = true, .threads = 3, .block_neurons = 1024};
    trial_result wanted, got;
    ck_assert(trial_run(experiment, &plain, &wanted));
    ck_assert(trial_run(experiment, &other, &got));
    char why[512] = "";
    ck_assert_msg(trial_same_bits(&wanted, &got, why, sizeof why) &&
                      trial_same_counts(&wanted, &got, true, why, sizeof why),
                  "%s", why);
    ck_assert_uint_eq(wanted.population_count, sizeof published / sizeof published[0]);
    for (size_t i = 0; i < wanted.population_count; i++) {
        const double neurons = experiment->populations[i].size;
        const double rate_Hz = (double)wanted.populations[i].spikes / neurons / (END_MS / 1000.0);
        printf("%s: %.2f Hz, whole network %.2f Hz\n", published[i].name, rate_Hz,
               published[i].rate_Hz);
        ck_assert_double_gt(rate_Hz, published[i].rate_Hz / BAND);
        ck_assert_double_lt(rate_Hz, published[i].rate_Hz * BAND);
    }
    trial_clear(&wanted);
    trial_clear(&got);
    saltus_experiment_destroy(experiment);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {rates_are_those_of_the_whole_network_in_any_way_of_running};
    return SUITE_RUN("microcircuit", tests);
}
