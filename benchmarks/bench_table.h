/* bench_table - what was measured, as a table for people or CSV. */
#ifndef SALTUS_BENCH_TABLE_H
#define SALTUS_BENCH_TABLE_H

#include "bench_settings.h"
#include "workloads.h"

/* One workload on one engine with one number of threads. */
typedef struct measurement {
    double taken_s[MOST_REPEATS]; /* ascending once all is done */
    double best_s, median_s;
    double simulated_ms;
    saltus_counts counts; /* of the measured part */
} measurement;

/* What all measurements of a workload share. */
typedef struct bench_setting {
    double build_s;
    saltus_network_size size;
    double bare_delivery_ns, bare_step_ns; /* 0: not measured */
} bench_setting;

void bench_table_head(const bench_settings *settings);
/* A line before the rows of a workload; nothing in CSV. */
void bench_table_workload(const bench_settings *settings, const workload *workload,
                          const bench_setting *setting);
/* `first`: the measurement on the first engine with as many threads. */
void bench_table_row(const bench_settings *settings, const workload *workload,
                     const bench_setting *setting, unsigned engine, unsigned threads,
                     const measurement *m, const measurement *first);

#endif /* SALTUS_BENCH_TABLE_H */
