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
    double checkpoint_every_ms;    /* of simulated time; 0: not by it */
    double checkpoint_wall_ms;     /* of time on the clock; 0: not by it */
    uint64_t seed;
    bool seed_given, spikes_given, csv, sonata, quiet, json;
    int argc;
    char **argv;
} run_request;

/* Where the loop over slices stands (run_loop.c). */
typedef struct run_position {
    double time_ms;       /* end of the last slice that was finished */
    double end_ms;        /* of the slice that was begun; time_ms: none */
    double slice_ms;      /* length of the next */
    double work;          /* up to time_ms */
    double wall_before_s; /* in processes before this one */
} run_position;

/* Checkpoints of a run (run_checkpoint.c). */
typedef struct run_checkpoints {
    char *path;             /* DIR.checkpoint; NULL: none are written */
    char *spool;            /* DIR.checkpoint.spikes */
    char *weights;          /* DIR.checkpoint.weights, the spool of weights.h5 */
    int lock;               /* descriptor of DIR.partial */
    double next_ms, wall_s; /* the next by simulated time; when the last was written */
    uint64_t resumed;       /* how often the run has gone on from one */
} run_checkpoints;

/* A run and all it owns. */
typedef struct run_session {
    const char *command; /* "run", "resume" */
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
    run_position position;
    run_checkpoints checkpoint;
    const char *folder;      /* of the experiment's files, when the run goes on; NULL: look */
    saltus_checkpoint *from; /* what the run goes on from; NULL: it begins */

    struct timespec started;
    double build_wall_s, run_wall_s;
    double run_start_s; /* on the machine's clock */
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
/* Has one come since they were caught? */
bool run_stop_asked(void);
/* Advance to the end, or to where a signal stopped it: SALTUS_OK, SALTUS_INTERRUPTED or why it
 * failed. Sets run_wall_s. */
saltus_status run_advance(run_session *s, saltus_error *error);

/* ---- Stages (run_session.c) ------------------------------------------------------------ */

/* Network, results, the run, the commit; the source is loaded and the directory chosen. Returns an
 * exit code. */
int run_stages(run_session *s);
/* Release all it owns, a result aside that keeps its .partial name. */
void run_session_clear(run_session *s);

/* ---- Checkpoints (run_checkpoint.c) ---------------------------------------------------- */

/* An interval such as "10s"; false: said what is wrong. */
bool run_checkpoint_interval(const char *option, const char *text, double *interval_ms);
bool run_checkpoint_wanted(const run_request *request);
/* Names beside the directory, and the lock on DIR.partial. Returns an exit code. */
int run_checkpoint_begin(run_session *s);
/* Between two slices: write one when it is time. A failure is said and the run goes on. */
void run_checkpoint_step(run_session *s);
saltus_status run_checkpoint_write(run_session *s, saltus_error *error);
/* The result is complete, or nothing of it is left: remove what lies beside it. */
void run_checkpoint_end(run_session *s);
void run_checkpoint_clear(run_session *s);
/* What `record` (of `size` bytes, ended by a zero, which must stay) says of the run: request, start
 * and position of the session; the experiment's text, file and folder, and its hash. False: it
 * makes no sense. */
typedef struct run_record {
    const char *file, *folder, *text, *hash; /* text NULL: a circuit */
} run_record;
bool run_checkpoint_read(run_session *s, run_request *request, run_record *out, char *record,
                         size_t size);
/* Section of a checkpoint that holds it. */
#define RUN_RECORD "run"

/* ---- Results --------------------------------------------------------------------------- */

/* manifest.json, also what --json prints (manifest.c). */
void manifest_write(FILE *stream, const run_session *s);
/* Table and figures for people (summary.c). */
void summary_print(const run_session *s);
/* Statistics of a population up to now; only the spikes and the rate when it is not recorded. */
saltus_spike_statistics run_statistics(const run_session *s, uint32_t population);

#endif /* SALTUS_TOOLS_RUN_H */
