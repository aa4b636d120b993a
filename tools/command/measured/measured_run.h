/* measured_run - one run of an experiment on one engine, in a process of its own.
 *
 * The process is this program started anew (fork and exec), so it has neither the parent's memory
 * nor its OpenMP threads: the peak of memory is the run's alone, and a run that dies takes nothing
 * with it. It builds its own network, runs without a pause and hands its measurements back through
 * a pipe. What it says on stderr is said in the name of the request's command.
 */
#ifndef SALTUS_TOOLS_MEASURED_RUN_H
#define SALTUS_TOOLS_MEASURED_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/experiment_source.h"

/* First argument of the process that runs; main() hands it to measured_run_child. */
#define MEASURED_RUN_WORD "--measured-run"

typedef struct measured_request {
    const char *command; /* for messages: "compare" */
    const char *file;    /* experiment */
    const source_overrides *overrides;
    bool seed_given;
    uint64_t seed;
    uint32_t threads;
    const char *engine; /* as saltus_engine_parse takes it */
    const char
        *spike_path;          /* where the spikes of all populations of neurons go, an array of
                                 saltus_spike in order (measured_spikes_map). Sources are left out, and
                                 .population counts the populations of neurons alone. NULL: none */
    double nominal_step_ms;   /* step of sparsity and dense figures of the event engine; 0: 1 ms */
    double inference_ms;      /* simulated time of one inference; 0: the whole run */
    uint64_t experiment_hash; /* the run fails when it reads another experiment than this: files may
                                 be edited while runs are under way */
} measured_request;

/* One population's part. Names are where they begin in measured_run.names (measured_name). */
typedef struct measured_population {
    size_t name;
    uint64_t neurons;
    bool sources;   /* not neurons but a source model */
    double rate_Hz; /* over the whole run */
    saltus_population_counts counts;
} measured_population;

typedef struct measured_projection {
    size_t name;
    uint64_t synapses;
    saltus_projection_counts counts;
} measured_projection;

/* saltus_rounding without a borrowed name. */
typedef struct measured_rounding {
    size_t name;
    saltus_rounded_what what;
    uint64_t values;
    double given_ms, used_ms, mean_change_ms;
} measured_rounding;

typedef struct measured_run {
    char refusal[768];   /* why the engine does not take the experiment; then all else is 0 */
    double build_wall_s; /* network and simulation */
    double run_wall_s;   /* the simulation alone; writing the spike file is not in it */
    double run_cpu_s;    /* of all threads; writing is in it */
    double simulated_ms;
    uint64_t neurons, synapses; /* sources are among the neurons */
    uint64_t spikes_kept;       /* in the spike file */
    uint64_t peak_bytes;        /* largest resident set of the process (VmHWM); 0: not known */
    uint64_t network_bytes;     /* saltus_network_get_size().total_bytes */
    uint64_t fingerprint;
    uint64_t experiment_hash; /* of what was read, with overrides and seed */
    saltus_engine engine;
    double step_ms; /* 0 for the event engine */
    saltus_counts counts;
    bool recurrent;                       /* a population reaches itself */
    saltus_operations_summary operations; /* NeuroBench's figures, by the clock's own step */
    saltus_ann_comparison ann;            /* the run beside its artificial twin */
    /* over the run, as the machine measures it (meters.h); NaN where it does not, and why */
    double package_J, dram_J;
    double instructions, cycles, cache_misses;
    char package_why[400], counters_why[400];

    /* owned */
    measured_population *populations;
    measured_projection *projections;
    measured_rounding *roundings; /* what the clock rounded */
    char *names;                  /* of all of them, one after the other, each with its 0 */
    uint32_t population_count, projection_count, rounding_count;
    size_t name_bytes;
} measured_run;

/* Run and wait. Returns an exit code of command.h; when it is not EXIT_CODE_OK what is wrong was
 * said on stderr (but for an interruption and a refusal, which is left in out->refusal for the
 * caller to say) and nothing is owned. */
int measured_run_do(const measured_request *request, measured_run *out);
void measured_run_clear(measured_run *run);

/* The name of a population, a projection or what was rounded. */
static inline const char *measured_name(const measured_run *run, size_t at)
{
    return run->names + at;
}

/* From here on SIGINT and SIGTERM end the run that is under way, and measured_run_do answers
 * EXIT_CODE_INTERRUPTED to this and every later request. A second signal ends the program. */
void measured_catch_signals(void);
bool measured_stop_asked(void);

/* The process's side: argv[1] is MEASURED_RUN_WORD. Returns an exit code. */
int measured_run_child(int argc, char **argv);

/* A spike file in memory, read-only. */
typedef struct measured_spikes {
    const saltus_spike *spikes; /* NULL when count is 0 */
    size_t count;
} measured_spikes;

/* Returns an exit code; on failure said on stderr why. */
int measured_spikes_map(const char *command, const char *path, measured_spikes *out);
void measured_spikes_unmap(measured_spikes *spikes);

#endif /* SALTUS_TOOLS_MEASURED_RUN_H */
