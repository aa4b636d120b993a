/* test_shipped_same_bits - every experiment of data/experiments, run another way, gives the same
 * bits and counts: threads, block size, scheduler and a cut.
 *
 * A run is as long as it takes for some 200,000 arrivals, 20 ms or more, at most the experiment's duration; what
 * is large is made smaller by the overrides below. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/suite.h"
#include "support/trial.h"

#define ENOUGH_ARRIVALS 200000
#define MOST_FILES      200

typedef struct smaller {
    const char *name;
    saltus_override overrides[4];
} smaller;

static const smaller smaller_ones[] = {
    {"hpc_benchmark.yaml",
     {{"populations.E.size", "1800"},
      {"populations.I.size", "450"},
      {"projections.0.rule", "{fixed_indegree: 180}"},
      {"projections.1.rule", "{fixed_indegree: 180}"}}},
    {"silent.yaml", {{"projections.0.rule", "{fixed_indegree: 100}"}}},
};

static const saltus_override *overrides_of(const char *name, size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < sizeof smaller_ones / sizeof smaller_ones[0]; i++) {
        const smaller *one = &smaller_ones[i];
        if (strcmp(one->name, name) == 0) {
            while (*count < 4 && one->overrides[*count].path != NULL) {
                ++*count;
            }
            return one->overrides;
        }
    }
    return NULL;
}

/* Not experiments alone: they need what is not part of the project. */
static bool needs_more(const saltus_diagnostics *findings)
{
    for (size_t i = 0; i < saltus_diagnostics_count(findings); i++) {
        if (strstr(saltus_diagnostics_get(findings, i).message, "cannot be read") != NULL) {
            return true;
        }
    }
    return false;
}

static saltus_experiment *load(const char *folder, const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    saltus_load_options options = {0};
    options.overrides = overrides_of(name, &options.override_count);
    saltus_experiment *e = NULL;
    saltus_diagnostics *findings = NULL;
    const saltus_status status = saltus_experiment_load(path, &options, &e, &findings);
    if (status != SALTUS_OK && needs_more(findings)) {
        printf("SKIPPED %s: its data are not here\n", name);
    } else {
        for (size_t i = 0; i < saltus_diagnostics_count(findings); i++) {
            const saltus_diagnostic d = saltus_diagnostics_get(findings, i);
            fprintf(stderr, "%s:%u: %s: %s\n", d.file, d.line, d.path, d.message);
        }
        ck_assert_int_eq(status, SALTUS_OK);
    }
    saltus_diagnostics_destroy(findings);
    return e;
}

/* Until when there are enough arrivals. */
static double end_of(const saltus_experiment *e)
{
    const double duration_ms = saltus_experiment_duration_ms(e);
    saltus_network *network = NULL;
    saltus_simulation *simulation = NULL;
    ck_assert_int_eq(saltus_network_build(e, NULL, &network, NULL), SALTUS_OK);
    ck_assert_int_eq(saltus_simulation_create(network, NULL, &simulation, NULL), SALTUS_OK);
    double end_ms = 0;
    for (double step_ms = 20; end_ms < duration_ms; step_ms *= 1.5) {
        end_ms = end_ms + step_ms < duration_ms ? end_ms + step_ms : duration_ms;
        ck_assert_int_eq(saltus_simulation_run_until(simulation, end_ms, NULL), SALTUS_OK);
        const saltus_counts counts = saltus_simulation_counts(simulation);
        if (counts.synaptic_events + counts.external_events > ENOUGH_ARRIVALS) {
            break;
        }
    }
    saltus_simulation_destroy(simulation);
    saltus_network_destroy(network);
    return end_ms;
}

static void check(const char *folder, const char *name)
{
    saltus_experiment *e = load(folder, name);
    if (e == NULL) {
        return;
    }
    const double end_ms = end_of(e);
    const double cut_ms = end_ms * 0.618;
    const trial_setup plain = {.end_ms = end_ms, .spikes = true, .samples = true};
    const trial_setup other = {.end_ms = end_ms,
                               .spikes = true,
                               .samples = true,
                               .threads = 2,
                               .block_neurons = 1024,
                               .scheduler = saltus_scheduler_name(1),
                               .cuts_ms = &cut_ms,
                               .cut_count = 1};
    trial_result wanted, got;
    ck_assert_msg(trial_run(e, &plain, &wanted), "%s", name);
    ck_assert_msg(trial_run(e, &other, &got), "%s", name);
    char why[512] = "";
    ck_assert_msg(trial_same_bits(&wanted, &got, why, sizeof why) &&
                      trial_same_counts(&wanted, &got, false, why, sizeof why),
                  "%s: %s", name, why);
    if (trial_environment("SALTUS_TEST_VERBOSE", 0)) {
        printf("%s: %g ms, %zu spikes\n", name, end_ms, wanted.spike_count);
    }
    trial_clear(&wanted);
    trial_clear(&got);
    saltus_experiment_destroy(e);
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

START_TEST(every_shipped_experiment)
{
    char folder[512];
    snprintf(folder, sizeof folder, "%s/data/experiments", SALTUS_SOURCE_ROOT);
    DIR *directory = opendir(folder);
    ck_assert_ptr_nonnull(directory);
    char *names[MOST_FILES];
    size_t count = 0;
    for (const struct dirent *entry = readdir(directory); entry != NULL;
         entry = readdir(directory)) {
        const char *end = strrchr(entry->d_name, '.');
        if (end != NULL && strcmp(end, ".yaml") == 0) {
            ck_assert_uint_lt(count, MOST_FILES);
            names[count++] = strdup(entry->d_name);
        }
    }
    closedir(directory);
    ck_assert_uint_ge(count, 20);
    qsort(names, count, sizeof *names, compare);
    for (size_t i = 0; i < count; i++) {
        check(folder, names[i]);
        free(names[i]);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {every_shipped_experiment};
    return SUITE_RUN("shipped_same_bits", tests);
}
