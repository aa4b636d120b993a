/* run - one run of one experiment: what was asked, what is open, what came out. */
#ifndef SALTUS_TOOLS_RUN_H
#define SALTUS_TOOLS_RUN_H

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include <saltus/saltus.h>

#include "shared/experiment_source.h"
#include "shared/result_name.h"

#ifdef SALTUS_HAVE_SONATA
#include <saltus/sonata.h>
#endif

/* The command line of `saltus run`. */
typedef struct run_request {
    const char *file;
    const char *out;        /* NULL: results/TITLE-DATE */
    const char *scheduler;  /* NULL: the engine's own choice */
    const char *engine;     /* as given; NULL: event */
    const char *cpuprofile; /* NULL: none */
    source_overrides overrides;
    saltus_simulation_options how; /* engine and step of `engine` */
    uint32_t threads;              /* at least 1 */
    uint64_t seed;
    bool seed_given, spikes_given, csv, sonata, quiet, json;
    int argc;
    char **argv;
} run_request;

/* A run and all it owns. */
typedef struct run_session {
    const run_request *request;
    experiment_source source;
    saltus_network_size estimate;
    saltus_network *network;
    saltus_simulation *simulation;
    char *directory;
    saltus_result *result;
    saltus_csv_spikes *csv;
    saltus_csv_potential *potential;
#ifdef SALTUS_HAVE_SONATA
    saltus_sonata_spikes *sonata;
    saltus_sonata_weights *weights; /* NULL: none are recorded */
#endif
    saltus_statistics *statistics;

    struct timespec started;
    double build_wall_s, run_wall_s;
    bool complete;
} run_session;

/* ---- Progress (progress.c) ------------------------------------------------------------- */

typedef struct progress {
    bool shown; /* a terminal, and not --quiet */
    double duration_ms, start_s, last_s;
    uint64_t last_spikes; /* at last_s */
} progress;

void progress_begin(progress *p, double duration_ms, bool quiet);
/* Refresh the line when 0.2 s have gone by. */
void progress_update(progress *p, const saltus_simulation *simulation);
/* Remove the line. */
void progress_end(progress *p);

/* ---- Signals and slices (run_loop.c) --------------------------------------------------- */

/* From here to run_release_signals, SIGINT and SIGTERM end the run in order; a second one kills. */
void run_catch_signals(saltus_simulation *simulation);
void run_release_signals(void);
/* Advance to the end, or to where a signal stopped it: SALTUS_OK, SALTUS_INTERRUPTED or why it
 * failed. Sets run_wall_s. */
saltus_status run_advance(run_session *s, saltus_error *error);

/* ---- Results --------------------------------------------------------------------------- */

/* manifest.json, also what --json prints (manifest.c). */
void manifest_write(FILE *stream, const run_session *s);
/* Table and figures for people (summary.c). */
void summary_print(const run_session *s);
/* Statistics of a population up to now; only the spikes and the rate when it is not recorded. */
saltus_spike_statistics run_statistics(const run_session *s, uint32_t population);

#endif /* SALTUS_TOOLS_RUN_H */
