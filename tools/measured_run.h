/* measured_run - one run of an experiment on one engine, in a process of its own.
 *
 * The process is forked before anything uses OpenMP, builds its own network, runs, and hands its
 * measurements back through a pipe; so the peak of memory is the run's alone, and a run that dies
 * takes nothing with it.
 */
#ifndef SALTUS_TOOLS_MEASURED_RUN_H
#define SALTUS_TOOLS_MEASURED_RUN_H

#include <stdio.h>

#include "experiment_source.h"

typedef struct measured_request {
    const char *command; /* for messages: "compare" */
    const char *file;    /* experiment */
    const source_overrides *overrides;
    bool seed_given;
    uint64_t seed;
    uint32_t threads;
    const char *engine;     /* as saltus_engine_parse takes it */
    const char *spike_path; /* where all spikes go as an array of saltus_spike; NULL: not kept */
} measured_request;

/* One population's part. Rates over the whole run. */
typedef struct measured_population {
    char name[64];
    uint64_t neurons;
    saltus_population_counts counts;
    double rate_Hz;
} measured_population;

#define MEASURED_POPULATIONS_MAX 64

typedef struct measured_run {
    double build_wall_s, run_wall_s, run_cpu_s; /* run: the simulation alone */
    double simulated_ms;
    uint64_t neurons, synapses, spikes_kept;
    uint64_t peak_bytes;    /* resident, of the process at its end */
    uint64_t network_bytes; /* saltus_network_get_size().total_bytes */
    saltus_counts counts;
    uint64_t fingerprint;
    double package_J;    /* RAPL over the run; NaN where the machine has none */
    double instructions; /* perf_event over the run; NaN where not available */
    double cycles;
    uint32_t rounding_count;   /* things the clock rounded */
    uint32_t population_count; /* of which the first MEASURED_POPULATIONS_MAX are kept */
    measured_population populations[MEASURED_POPULATIONS_MAX];
} measured_run;

/* Run and wait. Returns an exit code of command.h; on failure what is wrong was said on stderr. */
int measured_run_do(const measured_request *request, measured_run *out);

#endif /* SALTUS_TOOLS_MEASURED_RUN_H */
