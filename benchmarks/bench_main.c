/* saltus-bench - what a delivery, an external event and a spike cost, beside the bare loop.
 *
 * Each workload is built once and run `--repeat` times for each number of threads; the bare loop
 * over arrays of the same size runs in between. Times are minima and medians of the whole run,
 * divided by the events counted; machines drift, so compare within one call. */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bare_loop.h"
#include "workloads.h"

#define MOST_REPEATS 99

typedef struct settings {
    const char *only, *scheduler;
    unsigned threads[8], thread_count, repeat, block_neurons;
    double scale;    /* of the measured durations */
    clockid_t clock; /* of the runs and the bare loop */
    int csv;
} settings;

/* One workload, one number of threads. */
typedef struct measurement {
    double build_s, best_s, median_s, bare_ns;
    saltus_counts counts; /* of the measured part */
    saltus_network_size size;
    double simulated_ms;
} measurement;

static double seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

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

/* Wall time of the measured part of one run; negative on failure. */
static double run_once(const saltus_network *network, const workload *workload,
                       const settings *settings, unsigned threads, measurement *result)
{
    saltus_error error = {0};
    saltus_simulation_options options = saltus_simulation_options_default();
    options.threads = threads;
    options.scheduler = settings->scheduler;
    saltus_simulation *simulation = NULL;
    double taken = -1;
    if (saltus_simulation_create(network, &options, &simulation, &error) != SALTUS_OK ||
        saltus_simulation_run_until(simulation, workload->warm_up_ms, &error) != SALTUS_OK) {
        fail(&error);
        saltus_simulation_destroy(simulation);
        return taken;
    }
    const saltus_counts before = saltus_simulation_counts(simulation);
    result->simulated_ms = workload->duration_ms * settings->scale;
    const double start = seconds(settings->clock);
    if (saltus_simulation_run_until(simulation, workload->warm_up_ms + result->simulated_ms,
                                    &error) != SALTUS_OK) {
        fail(&error);
    } else {
        taken = seconds(settings->clock) - start;
    }
    result->counts = saltus_simulation_counts(simulation);
    result->counts.spikes -= before.spikes;
    result->counts.source_spikes -= before.source_spikes;
    result->counts.synaptic_events -= before.synaptic_events;
    result->counts.external_events -= before.external_events;
    saltus_simulation_destroy(simulation);
    return taken;
}

static void print(const workload *workload, unsigned threads, const measurement *m,
                  const settings *settings)
{
    const double events = (double)m->counts.synaptic_events;
    const double external = (double)m->counts.external_events;
    const double spikes = (double)(m->counts.spikes + m->counts.source_spikes);
    const double per_event = events > 0 ? m->best_s / events * 1e9 : (double)NAN;
    const double per_all = m->best_s / (events + external) * 1e9;
    const double rate = spikes / workload->neurons / m->simulated_ms * 1000;
    const char *format =
        settings->csv
            ? "%s,%u,%.3f,%.2f,%.4f,%.4f,%.2f,%.2f,%.2f,%.2f,%.3f,%.0f,%.3f\n"
            : "%-9s %7u %8.3f %8.2f %9.4f %9.4f %8.2f %9.2f %9.2f %8.2f %8.3f %9.0f %7.3f\n";
    printf(format, workload->name, threads, m->build_s, m->size.bytes_per_synapse, m->best_s,
           m->median_s, rate, per_event, per_all, m->bare_ns, per_event / m->bare_ns,
           m->best_s / spikes * 1e9, m->best_s * 1000 / m->simulated_ms);
    fflush(stdout);
}

static int measure(const workload *workload, const saltus_network *network,
                   const settings *settings, measurement *m)
{
    for (unsigned t = 0; t < settings->thread_count; t++) {
        double taken[MOST_REPEATS];
        for (unsigned repeat = 0; repeat < settings->repeat; repeat++) {
            taken[repeat] = run_once(network, workload, settings, settings->threads[t], m);
            if (taken[repeat] < 0) {
                return 1;
            }
        }
        qsort(taken, settings->repeat, sizeof taken[0], compare_doubles);
        m->best_s = taken[0];
        m->median_s = taken[settings->repeat / 2];
        print(workload, settings->threads[t], m, settings);
    }
    return 0;
}

static int run_workload(const workload *workload, const settings *settings)
{
    saltus_error error = {0};
    saltus_experiment *experiment = workload->create(workload, &error);
    if (experiment == NULL) {
        return fail(&error);
    }
    saltus_network_options options = saltus_network_options_default();
    options.block_neurons = settings->block_neurons;
    for (unsigned t = 0; t < settings->thread_count; t++) {
        options.threads =
            settings->threads[t] > options.threads ? settings->threads[t] : options.threads;
    }
    measurement m = {0};
    saltus_network *network = NULL;
    const double start = seconds(CLOCK_MONOTONIC);
    const saltus_status status = saltus_network_build(experiment, &options, &network, &error);
    m.build_s = seconds(CLOCK_MONOTONIC) - start;
    saltus_experiment_destroy(experiment);
    if (status != SALTUS_OK) {
        return fail(&error);
    }
    m.size = saltus_network_get_size(network);
    if (workload->synapses_per_neuron > 0) {
        const uint32_t rows = 10000000 / workload->synapses_per_neuron;
        m.bare_ns =
            bare_loop_ns(workload->neurons, workload->synapses_per_neuron, rows, settings->clock);
    }
    const int failed = measure(workload, network, settings, &m);
    saltus_network_destroy(network);
    return failed;
}

static int usage(int code)
{
    fprintf(code == 0 ? stdout : stderr,
            "saltus-bench [--list] [--only NAME] [--threads 1,2] [--repeat N] [--scale X]\n"
            "             [--scheduler NAME] [--block NEURONS] [--cpu] [--csv]\n"
            "--cpu: processor time of all threads instead of wall time, for a busy machine\n");
    return code;
}

static int list(void)
{
    for (size_t i = 0; i < workload_count; i++) {
        printf("%-10s %s\n", workloads[i].name, workloads[i].summary);
    }
    return 0;
}

static void parse_threads(settings *settings, const char *text)
{
    settings->thread_count = 0;
    for (char *end = NULL; settings->thread_count < 8; text = end + 1) {
        settings->threads[settings->thread_count++] = (unsigned)strtoul(text, &end, 10);
        if (*end != ',') {
            return;
        }
    }
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"list", no_argument, NULL, 'l'},
                                            {"only", required_argument, NULL, 'o'},
                                            {"threads", required_argument, NULL, 't'},
                                            {"repeat", required_argument, NULL, 'r'},
                                            {"scale", required_argument, NULL, 's'},
                                            {"scheduler", required_argument, NULL, 'q'},
                                            {"block", required_argument, NULL, 'b'},
                                            {"csv", no_argument, NULL, 'c'},
                                            {"cpu", no_argument, NULL, 'p'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    settings settings = {
        .threads = {1, 2}, .thread_count = 2, .repeat = 5, .scale = 1, .clock = CLOCK_MONOTONIC};
    for (int c = 0; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (c) {
        case 'l':
            return list();
        case 'o':
            settings.only = optarg;
            break;
        case 't':
            parse_threads(&settings, optarg);
            break;
        case 'r':
            settings.repeat = (unsigned)strtoul(optarg, NULL, 10);
            break;
        case 's':
            settings.scale = strtod(optarg, NULL);
            break;
        case 'q':
            settings.scheduler = optarg;
            break;
        case 'b':
            settings.block_neurons = (unsigned)strtoul(optarg, NULL, 10);
            break;
        case 'p':
            settings.clock = CLOCK_PROCESS_CPUTIME_ID;
            break;
        case 'c':
            settings.csv = 1;
            break;
        default:
            return usage(c == 'h' ? 0 : 2);
        }
    }
    if (settings.repeat < 1 || settings.repeat > MOST_REPEATS || !(settings.scale > 0)) {
        return usage(2);
    }
    printf(settings.csv ? "workload,threads,build_s,bytes_per_synapse,best_s,median_s,rate_Hz,"
                          "ns_per_synaptic_event,ns_per_event,bare_ns,ratio,ns_per_spike,"
                          "s_per_simulated_s\n"
                        : "workload  threads  build s  B/syn.    best s  median s  rate Hz "
                          "ns/syn.ev. ns/event  bare ns    ratio  ns/spike    rt f.\n");
    int failed = 0;
    for (size_t i = 0; i < workload_count; i++) {
        if (settings.only == NULL || strcmp(settings.only, workloads[i].name) == 0) {
            failed |= run_workload(&workloads[i], &settings);
        }
    }
    return failed;
}
