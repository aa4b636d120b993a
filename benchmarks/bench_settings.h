/* bench_settings - what is asked for on the command line of saltus-bench. */
#ifndef SALTUS_BENCH_SETTINGS_H
#define SALTUS_BENCH_SETTINGS_H

#include <time.h>

#include <saltus/saltus.h>

#define MOST_REPEATS 99
#define MOST_THREADS 8
#define MOST_ENGINES 8

typedef struct bench_engine {
    const char *name; /* as given */
    saltus_engine engine;
    double step_ms; /* 0: the event engine */
} bench_engine;

typedef struct bench_settings {
    const char *only, *scheduler;
    unsigned threads[MOST_THREADS], thread_count, repeat, block_neurons;
    bench_engine engines[MOST_ENGINES];
    unsigned engine_count;
    double scale;    /* of the measured durations */
    clockid_t clock; /* of the runs and the bare loops */
    int csv, no_bare, list, help;
} bench_settings;

/* 0, or 2 with what is wrong on standard error. Splits the arguments in place. */
int bench_settings_read(bench_settings *settings, int argc, char **argv);

#endif /* SALTUS_BENCH_SETTINGS_H */
