/* bench_settings - see bench_settings.h. */
#include "bench_settings.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int refuse(const char *option, const char *value)
{
    fprintf(stderr, "saltus-bench: --%s does not take '%s'; --help tells what it takes\n", option,
            value);
    return 2;
}

static int read_threads(bench_settings *settings, char *text)
{
    settings->thread_count = 0;
    for (char *part = strtok(text, ","); part != NULL; part = strtok(NULL, ",")) {
        char *end = NULL;
        const unsigned long threads = strtoul(part, &end, 10);
        if (*end != '\0' || threads < 1 || threads > 1024 ||
            settings->thread_count == MOST_THREADS) {
            return refuse("threads", part);
        }
        settings->threads[settings->thread_count++] = (unsigned)threads;
    }
    return settings->thread_count > 0 ? 0 : refuse("threads", "");
}

static int read_engines(bench_settings *settings, char *text)
{
    settings->engine_count = 0;
    for (char *part = strtok(text, ","); part != NULL; part = strtok(NULL, ",")) {
        saltus_simulation_options options = saltus_simulation_options_default();
        saltus_error error = {0};
        if (settings->engine_count == MOST_ENGINES) {
            return refuse("engine", part);
        }
        if (saltus_engine_parse(part, &options, &error) != SALTUS_OK) {
            fprintf(stderr, "saltus-bench: %s\n", error.message);
            return 2;
        }
        settings->engines[settings->engine_count++] =
            (bench_engine){.name = part, .engine = options.engine, .step_ms = options.step_ms};
    }
    return settings->engine_count > 0 ? 0 : refuse("engine", "");
}

static int read_count(unsigned *to, const char *option, const char *text, unsigned most)
{
    char *end = NULL;
    const unsigned long count = strtoul(text, &end, 10);
    if (*end != '\0' || count < 1 || count > most) {
        return refuse(option, text);
    }
    *to = (unsigned)count;
    return 0;
}

static int read_scale(double *to, const char *text)
{
    char *end = NULL;
    *to = strtod(text, &end);
    return *end == '\0' && *to > 0 && *to < 1e6 ? 0 : refuse("scale", text);
}

static int read_option(bench_settings *settings, int option, char *value)
{
    switch (option) {
    case 'l':
        settings->list = 1;
        return 0;
    case 'o':
        settings->only = value;
        return 0;
    case 'e':
        return read_engines(settings, value);
    case 't':
        return read_threads(settings, value);
    case 'r':
        return read_count(&settings->repeat, "repeat", value, MOST_REPEATS);
    case 's':
        return read_scale(&settings->scale, value);
    case 'q':
        settings->scheduler = value;
        return 0;
    case 'b':
        return read_count(&settings->block_neurons, "block", value, 1u << 30);
    case 'p':
        settings->clock = CLOCK_PROCESS_CPUTIME_ID;
        return 0;
    case 'c':
        settings->csv = 1;
        return 0;
    case 'n':
        settings->no_bare = 1;
        return 0;
    case 'h':
        settings->help = 1;
        return 0;
    default:
        return 2;
    }
}

int bench_settings_read(bench_settings *settings, int argc, char **argv)
{
    static const struct option options[] = {{"list", no_argument, NULL, 'l'},
                                            {"only", required_argument, NULL, 'o'},
                                            {"engine", required_argument, NULL, 'e'},
                                            {"threads", required_argument, NULL, 't'},
                                            {"repeat", required_argument, NULL, 'r'},
                                            {"scale", required_argument, NULL, 's'},
                                            {"scheduler", required_argument, NULL, 'q'},
                                            {"block", required_argument, NULL, 'b'},
                                            {"csv", no_argument, NULL, 'c'},
                                            {"cpu", no_argument, NULL, 'p'},
                                            {"no-bare", no_argument, NULL, 'n'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    *settings = (bench_settings){.threads = {1, 2},
                                 .thread_count = 2,
                                 .engines = {{.name = "event", .engine = SALTUS_ENGINE_EVENT}},
                                 .engine_count = 1,
                                 .repeat = 5,
                                 .scale = 1,
                                 .clock = CLOCK_MONOTONIC};
    int failed = 0;
    for (int c = 0; failed == 0 && (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        failed = read_option(settings, c, optarg);
    }
    if (failed == 0 && optind < argc) {
        fprintf(stderr, "saltus-bench: there is no '%s'; --help tells what there is\n",
                argv[optind]);
        failed = 2;
    }
    return failed;
}
