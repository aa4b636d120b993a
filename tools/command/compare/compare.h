/* compare - one experiment on several engines: what was asked, what each run came to.
 *
 * Row 0 is the event-driven run; every other row is measured against its spikes.
 */
#ifndef SALTUS_TOOLS_COMPARE_H
#define SALTUS_TOOLS_COMPARE_H

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include <saltus/saltus.h>

#include "measured/measured_run.h"
#include "shared/experiment_source.h"
#include "shared/json_writer.h"

#define COMPARE_STEPS_USUAL    "1ms,0.1ms"
#define COMPARE_VARIANTS_USUAL "grid,euler,interpolated,offgrid"
#define COMPARE_WORD_MAX       4095 /* of a list: names, and paths of cost tables */

#define COMPARE_ROWS_MAX    64
#define COMPARE_TABLES_MAX  16
#define COMPARE_SEEDS_MAX   100
#define COMPARE_REPEATS_MAX 100
#define COMPARE_ENGINE_MAX  48
#define COMPARE_SEEDS_USUAL 4 /* for recurrent networks, when --seeds is not given */

/* The command line. */
typedef struct compare_request {
    const char *file;
    const char *out;      /* NULL: results/compare-TITLE-DATE */
    const char *steps;    /* "1ms,0.1ms" */
    const char *variants; /* "grid,euler" */
    const char *engines;  /* instead of both; NULL: not given */
    const char *energy;   /* "loihi,horowitz45"; NULL: the default */
    source_overrides overrides;
    uint32_t threads, repeat;
    int seeds; /* further seeds of the yardstick; -1: by the network */
    uint64_t seed;
    bool seed_given, quiet, json;
    saltus_accuracy_options accuracy;
    double from_ms;         /* statistics of populations begin here */
    double nominal_step_ms; /* of sparsity and dense figures of the event-driven run */
    double inference_ms;    /* 0: the whole run */
    int argc;
    char **argv;
} compare_request;

/* A price list. */
typedef struct compare_table {
    char name[64];
    saltus_energy_table *table;
} compare_table;

/* One engine's runs. */
typedef struct compare_row {
    char engine[COMPARE_ENGINE_MAX]; /* "grid@0.1ms" */
    saltus_simulation_options how;   /* the same, read */
    measured_run run;                /* the first repeat; counts are the same in all */
    double wall_s[COMPARE_REPEATS_MAX];
    uint32_t repeats; /* done */
    double wall_median_s, wall_low_s, wall_high_s;
    uint64_t peak_high_bytes;     /* the largest of the repeats */
    bool has_accuracy;            /* not for row 0, and not without neurons */
    saltus_accuracy accuracy;     /* all neurons */
    saltus_accuracy *populations; /* by population of neurons; owned */
    saltus_activity **activities; /* by population of neurons; owned */
    saltus_deviation (*deviations)[SALTUS_STATISTIC_COUNT]; /* the same; NULL without seeds */
    saltus_energy_estimate *energy;                         /* by table; owned */
} compare_row;

/* All of it. */
typedef struct compare_session {
    const compare_request *request;
    experiment_source source;
    char *directory;
    saltus_result *result;
    struct timespec started;

    compare_row *rows;           /* [COMPARE_ROWS_MAX] */
    size_t row_count, rows_done; /* done: measured at least once, with its accuracy */
    compare_table tables[COMPARE_TABLES_MAX];
    size_t table_count;

    uint32_t *neurons_of; /* population of the experiment of each population of neurons; owned */
    uint32_t *sizes;      /* neurons of each; owned */
    uint32_t neuron_populations;
    saltus_trains *reference; /* spikes of row 0 */
    /* activity of the reference and of each further seed, by seed, then population of neurons */
    saltus_activity **seed_activities;
    size_t seed_count; /* further seeds done */
    bool complete;
} compare_session;

/* The engines that the command line names, and those of them that the experiment can run on
 * (compare_rows.c). The second returns an exit code. */
bool compare_make_rows(compare_session *s);
int compare_fit_rows(compare_session *s);
/* The next word of a list parted by commas; false at its end. Longer words were refused with the
 * command line. */
bool compare_next_word(const char **list, char word[COMPARE_WORD_MAX + 1]);

/* Runs, repeats and accuracy (compare_runs.c). Returns an exit code. */
int compare_run_all(compare_session *s);
void compare_clear(compare_session *s);

/* Tables for people (compare_table.c, compare_spikes.c). */
void compare_print(const compare_session *s);
void compare_print_spikes(const compare_session *s);
/* A heading and its rule; a cell that a value may lack is "-". */
void compare_heading(const char *title, const char *line1, const char *line2);
const char *compare_cell(double value, const char *format);

/* Files: compare.json, also what --json prints; compare.csv (compare_json.c, compare_csv.c). */
void compare_write_json(FILE *stream, const compare_session *s);
void compare_write_csv(FILE *stream, const compare_session *s);

/* Figures into the result's directory (compare_figures.c). Returns an exit code; without gnuplot
 * it says how to get the pictures. */
int compare_draw(compare_session *s, const char *directory);

/* Short texts, valid until the sixteenth call after. */
const char *compare_si(double value);                             /* "15.6 M" */
const char *compare_seconds(double seconds);                      /* "12.3 ms" */
const char *compare_energy_text(const saltus_energy_estimate *e); /* ">= 1.2-3.4 mJ" */

#endif /* SALTUS_TOOLS_COMPARE_H */
