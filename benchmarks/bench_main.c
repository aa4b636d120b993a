/* saltus-bench - what a delivery, an external event, a spike and a step cost, beside bare loops.
 *
 * Each workload is built once and run `--repeat` times for each engine and number of threads, in
 * turns, with the bare loops over arrays of the same size in between, so that a machine that
 * drifts hits all alike. Times are minima and medians of the whole run, divided by what was
 * counted; compare within one call. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bare_loop.h"
#include "bench_settings.h"
#include "bench_table.h"
#include "workloads.h"

typedef struct bench {
    const bench_settings *settings;
    const workload *workload;
    saltus_network *network;
    bench_setting setting;
    bare_rows *rows; /* NULL: no synapses */
    measurement measurements[MOST_ENGINES][MOST_THREADS];
} bench;

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

static int fail(const saltus_error *error)
{
    fprintf(stderr, "saltus-bench: %s\n", error->message);
    return 1;
}

/* To a whole number of steps, at least one. */
static double whole_steps(double time_ms, double step_ms)
{
    return step_ms > 0 ? fmax(1, round(time_ms / step_ms)) * step_ms : time_ms;
}

static saltus_counts counts_since(const saltus_simulation *simulation, const saltus_counts *before)
{
    saltus_counts counts = saltus_simulation_counts(simulation);
    counts.spikes -= before->spikes;
    counts.source_spikes -= before->source_spikes;
    counts.synaptic_events -= before->synaptic_events;
    counts.external_events -= before->external_events;
    counts.step_updates -= before->step_updates;
    return counts;
}

/* Time of the measured part of one run; negative on failure. */
static double run_once(const bench *bench, unsigned engine, unsigned threads, measurement *m)
{
    const bench_engine *on = &bench->settings->engines[engine];
    saltus_error error = {0};
    saltus_simulation_options options = saltus_simulation_options_default();
    options.threads = threads;
    options.scheduler = bench->settings->scheduler;
    options.engine = on->engine;
    options.step_ms = on->step_ms;
    saltus_simulation *simulation = NULL;
    const double start_ms = whole_steps(bench->workload->warm_up_ms, on->step_ms);
    m->simulated_ms =
        whole_steps(bench->workload->duration_ms * bench->settings->scale, on->step_ms);
    double taken = -1;
    if (saltus_simulation_create(bench->network, &options, &simulation, &error) != SALTUS_OK ||
        saltus_simulation_run_until(simulation, start_ms, &error) != SALTUS_OK) {
        fail(&error);
        saltus_simulation_destroy(simulation);
        return taken;
    }
    const saltus_counts before = saltus_simulation_counts(simulation);
    const double start = seconds(bench->settings->clock);
    if (saltus_simulation_run_until(simulation, start_ms + m->simulated_ms, &error) == SALTUS_OK) {
        taken = seconds(bench->settings->clock) - start;
    } else {
        fail(&error);
    }
    m->counts = counts_since(simulation, &before);
    saltus_simulation_destroy(simulation);
    return taken;
}

static void keep_least(double *least, double value)
{
    *least = *least == 0 || value < *least ? value : *least;
}

/* One round: the bare loops, then every engine with every number of threads. */
static int run_round(bench *bench, unsigned round)
{
    const bench_settings *settings = bench->settings;
    bench_setting *setting = &bench->setting;
    if (!settings->no_bare) {
        keep_least(&setting->bare_step_ns, bare_step_ns(bench->workload->neurons, settings->clock));
    }
    if (bench->rows != NULL) {
        keep_least(&setting->bare_delivery_ns, bare_delivery_ns(bench->rows, settings->clock));
    }
    for (unsigned t = 0; t < settings->thread_count; t++) {
        for (unsigned e = 0; e < settings->engine_count; e++) {
            measurement *m = &bench->measurements[e][t];
            m->taken_s[round] = run_once(bench, e, settings->threads[t], m);
            if (m->taken_s[round] < 0) {
                return 1;
            }
        }
    }
    return 0;
}

static void print_rows(bench *bench)
{
    const bench_settings *settings = bench->settings;
    bench_table_workload(settings, bench->workload, &bench->setting);
    for (unsigned t = 0; t < settings->thread_count; t++) {
        for (unsigned e = 0; e < settings->engine_count; e++) {
            measurement *m = &bench->measurements[e][t];
            qsort(m->taken_s, settings->repeat, sizeof m->taken_s[0], compare_doubles);
            m->best_s = m->taken_s[0];
            m->median_s = m->taken_s[settings->repeat / 2];
            bench_table_row(settings, bench->workload, &bench->setting, e, settings->threads[t], m,
                            &bench->measurements[0][t]);
        }
    }
}

static int build(bench *bench)
{
    saltus_error error = {0};
    saltus_experiment *experiment = bench->workload->create(bench->workload, &error);
    if (experiment == NULL) {
        return fail(&error);
    }
    saltus_network_options options = saltus_network_options_default();
    options.block_neurons = bench->settings->block_neurons;
    for (unsigned t = 0; t < bench->settings->thread_count; t++) {
        const unsigned threads = bench->settings->threads[t];
        options.threads = threads > options.threads ? threads : options.threads;
    }
    const double start = seconds(CLOCK_MONOTONIC);
    const saltus_status status =
        saltus_network_build(experiment, &options, &bench->network, &error);
    bench->setting.build_s = seconds(CLOCK_MONOTONIC) - start;
    saltus_experiment_destroy(experiment);
    if (status != SALTUS_OK) {
        return fail(&error);
    }
    bench->setting.size = saltus_network_get_size(bench->network);
    const uint32_t length = bench->workload->synapses_per_neuron;
    bench->rows = length > 0 && !bench->settings->no_bare
                      ? bare_rows_create(bench->workload->neurons, length)
                      : NULL;
    return 0;
}

static int run_workload(const workload *workload, const bench_settings *settings)
{
    bench *bench = calloc(1, sizeof *bench);
    if (bench == NULL) {
        return fail(&(saltus_error){.message = "memory ran out"});
    }
    bench->settings = settings;
    bench->workload = workload;
    int failed = build(bench);
    for (unsigned round = 0; failed == 0 && round < settings->repeat; round++) {
        failed = run_round(bench, round);
    }
    if (failed == 0) {
        print_rows(bench);
    }
    bare_rows_destroy(bench->rows);
    saltus_network_destroy(bench->network);
    free(bench);
    return failed;
}

static int usage(void)
{
    printf("saltus-bench [--list] [--only NAME] [--engine ENGINE,...] [--threads 1,2]\n"
           "             [--repeat N] [--scale X] [--scheduler NAME] [--block NEURONS]\n"
           "             [--cpu] [--csv] [--no-bare]\n"
           "--engine: event (default) or NAME@STEP, as in grid@0.1ms; measured in turns, and\n"
           "          the column 'x first' is the time relative to the first of them\n"
           "--scale:  of the measured durations\n"
           "--cpu:    processor time of all threads instead of wall time, for a busy machine\n"
           "--no-bare: without the bare loops, as for a profile\n");
    return 0;
}

static int list(void)
{
    for (size_t i = 0; i < workload_count; i++) {
        printf("%-10s %s\n", workloads[i].name, workloads[i].summary);
    }
    return 0;
}

int main(int argc, char **argv)
{
    bench_settings settings;
    const int wrong = bench_settings_read(&settings, argc, argv);
    if (wrong != 0 || settings.help) {
        return wrong != 0 ? wrong : usage();
    }
    if (settings.list) {
        return list();
    }
    int failed = 0;
    size_t found = 0;
    for (size_t i = 0; i < workload_count; i++) {
        if (settings.only == NULL || strcmp(settings.only, workloads[i].name) == 0) {
            if (found++ == 0) {
                bench_table_head(&settings);
            }
            failed |= run_workload(&workloads[i], &settings);
        }
    }
    if (found == 0) {
        fprintf(stderr, "saltus-bench: there is no workload '%s'; --list tells what there is\n",
                settings.only);
        return 2;
    }
    return failed;
}
