/* sweep - one experiment over a range of values, on several engines: what was asked, what was
 * measured, what follows.
 *
 * Run r of a sweep is (repeat, point, engine), the engine fastest: engines take turns, so that a
 * machine that drifts slows all of them, and the first repeat of every point comes before any
 * second one. Points count the values of the first axis fastest.
 */
#ifndef SALTUS_TOOLS_SWEEP_H
#define SALTUS_TOOLS_SWEEP_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <saltus/saltus.h>

#include "shared/experiment_source.h"
#include "sweep/vary_range.h"

#define SWEEP_AXES_MAX    2
#define SWEEP_PATHS_MAX   4 /* keys that one axis sets together */
#define SWEEP_ENGINES_MAX 12
#define SWEEP_TABLES_MAX  8
#define SWEEP_RUNS_MAX    100000

/* One --vary with its --with. */
typedef struct sweep_axis {
    size_t path_count;
    char *paths[SWEEP_PATHS_MAX];       /* owned */
    vary_range ranges[SWEEP_PATHS_MAX]; /* all of one length */
} sweep_axis;

typedef struct sweep_engine {
    char name[48];  /* "event", "grid@0.1ms" */
    char model[24]; /* "event", "grid": engines of one name share their costs */
    saltus_engine kind;
    double step_ms;
} sweep_engine;

/* The command line. */
typedef struct sweep_request {
    const char *file;
    const char *out;    /* NULL: results/sweep-TITLE-DATE */
    const char *energy; /* cost tables; NULL: none */
    source_overrides overrides;
    sweep_axis axes[SWEEP_AXES_MAX];
    size_t axis_count;
    sweep_engine engines[SWEEP_ENGINES_MAX];
    size_t engine_count;
    uint32_t threads, repeats;
    uint64_t seed;
    bool seed_given, json, quiet;
    char **words; /* the command line as typed, without "saltus" */
    size_t word_count;
} sweep_request;

/* What one run gave: a line of points.csv. */
typedef struct sweep_run {
    bool done;
    double wall_s, cpu_s, build_s, simulated_ms;
    uint64_t neurons; /* sources are not among them */
    uint64_t synapses;
    saltus_counts counts;
    uint64_t peak_bytes, network_bytes, fingerprint;
    double package_J, instructions, cycles; /* NaN: not measured */
} sweep_run;

/* A sweep under way. */
typedef struct sweep {
    const sweep_request *request;
    char *directory;                /* owned */
    char *title;                    /* of the experiment; owned */
    uint64_t hash;                  /* over the experiments of all points */
    uint64_t *point_hash;           /* [point_count] of each experiment; owned */
    uint64_t seed;                  /* of the experiment, as run */
    char started[40], finished[40]; /* local time, ISO 8601 */
    size_t point_count, run_count;
    sweep_run *runs;                               /* owned */
    size_t done_count;                             /* runs that are done */
    int store;                                     /* descriptor of points.csv; -1: not open */
    uint64_t store_size;                           /* its bytes in whole lines */
    saltus_energy_table *tables[SWEEP_TABLES_MAX]; /* owned */
    size_t table_count;
} sweep;

/* ---- Points (sweep_plan.c) --------------------------------------------------------------- */

/* Value number of axis `axis` at a point. */
size_t sweep_value_index(const sweep_request *r, size_t point, size_t axis);
const vary_value *sweep_value(const sweep_request *r, size_t point, size_t axis);
size_t sweep_run_index(const sweep *s, size_t point, size_t engine, size_t repeat);
/* --set of the request and the values of a point; borrowed from both. */
void sweep_overrides(const sweep_request *r, size_t point, source_overrides *out);
/* Every point's experiment is read and its size estimated, before anything runs: hash, title,
 * room for the runs. Returns an exit code. */
int sweep_prepare(sweep *s);
/* ---- Directory (sweep_store.c) ----------------------------------------------------------- */

/* Make s->directory and its points.csv, or go on with what is there: refuses another plan, drops
 * half a last line, marks the runs that are done. Returns an exit code. */
int sweep_open(sweep *s);
/* Append run `index` and make it durable. Returns an exit code. */
int sweep_append(sweep *s, size_t index);
void sweep_close(sweep *s);

/* ---- sweep.json (sweep_state.c) ------------------------------------------------------------ */

/* The difference between the plan of a directory's sweep.json and this one, in words; false: there
 * is none. */
bool sweep_plan_differs(const sweep *s, const char *json, char *difference, size_t size);
/* The command line that DIRECTORY's sweep.json holds: words and array are the caller's to free.
 * Returns an exit code. */
int sweep_directory_command(const char *directory, char ***words, size_t *count);
/* When the sweep of a sweep.json began; what it does not say is left as it is. */
void sweep_read_started(const char *json, char *started, size_t size);

/* ---- What follows (sweep_result.c) --------------------------------------------------------- */

/* The repeats of one engine at one point. */
typedef struct sweep_cell {
    double wall_s, wall_max_s; /* smallest and largest; NaN: not run */
    const sweep_run *run;      /* the one with the smallest; NULL: not run */
} sweep_cell;

/* Costs of the engines that share a model. */
typedef struct sweep_fit {
    char model[24];
    bool good;
    char problem[160]; /* why there is none */
    saltus_cost_fit fit;
} sweep_fit;

/* Crossings of one engine against the reference, along the first axis. */
typedef struct sweep_line {
    size_t engine;
    size_t second; /* value number of the second axis; 0 when there is none */
    size_t point_count;
    saltus_ratio_point *points; /* T_reference / T_engine in order of x; owned */
    size_t *point;              /* their points of the sweep; owned */
    saltus_crossover *crossings;
    size_t crossing_count;
    saltus_crossover *model_crossings; /* of the fitted costs at the same points */
    size_t model_crossing_count;
    double equal_Hz;   /* arrivals a second and neuron at which the fitted costs are equal, in the
                          proportions of the point nearest to equality; NaN: not known */
    bool equal_inside; /* within what was measured */
} sweep_line;

typedef struct sweep_result {
    const sweep *sweep;
    size_t reference;  /* engine number of "event", else 0 */
    sweep_cell *cells; /* [point][engine] */
    sweep_fit fits[SWEEP_ENGINES_MAX];
    size_t fit_count;
    size_t fit_of[SWEEP_ENGINES_MAX]; /* of each engine */
    sweep_line *lines;
    size_t line_count;
} sweep_result;

/* Returns an exit code. */
int sweep_conclude(const sweep *s, sweep_result *out);
void sweep_result_clear(sweep_result *result);
const sweep_cell *sweep_cell_at(const sweep_result *result, size_t point, size_t engine);
/* What the fitted costs give, in s; NaN without a fit. */
double sweep_predict_s(const sweep_result *result, size_t point, size_t engine);
/* Deliveries a second and neuron. */
double sweep_deliveries_Hz(const sweep_run *run);
/* Deliveries and external events a second and neuron. */
double sweep_arrivals_Hz(const sweep_run *run);

/* ---- Energy (sweep_energy.c) ----------------------------------------------------------------- */

/* The tables of request->energy. Returns an exit code. */
int sweep_load_tables(sweep *s);
void sweep_clear_tables(sweep *s);
const char *sweep_table_name(const sweep *s, size_t table);
/* What the fastest run of a cell costs; the cell must have a run. */
void sweep_price(const sweep *s, const sweep_cell *cell, size_t engine, size_t table,
                 saltus_energy_estimate *out);

/* ---- Telling it (sweep_report.c, sweep_figures.c) -------------------------------------------- */

/* sweep.json: plan and, when `result` is not NULL, all that follows. */
typedef struct sweep_state {
    const sweep *sweep;
    const sweep_result *result;
} sweep_state;
void sweep_put_state(FILE *stream, const void *state);
void sweep_print(const sweep_result *result);
/* cost, ratio and activity: data, scripts, pictures. Returns an exit code. */
int sweep_draw(const sweep_result *result);

#endif /* SALTUS_TOOLS_SWEEP_H */
