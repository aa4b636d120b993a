/* learn - one course of learning: what was asked, the images, what is counted, the results.
 *
 * A course is a row of steps, one image each: all training images epoch by epoch, then those by
 * which neurons get their classes, then the test. Everything between two steps is in the
 * simulation and in learn_state, so a checkpoint of both is a place to go on from.
 */
#ifndef SALTUS_TOOLS_LEARN_H
#define SALTUS_TOOLS_LEARN_H

#include <saltus/saltus.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "shared/experiment_source.h"

#ifdef SALTUS_HAVE_SONATA
#include <saltus/sonata.h>
#endif

#define LEARN_CHECKPOINT "learn.checkpoint"
#define LEARN_IMAGES     "images.csv"

typedef enum learn_phase { LEARN_TRAIN, LEARN_LABEL, LEARN_TEST, LEARN_PHASES } learn_phase;

/* "training", "labelling", "test" */
extern const char *const learn_phase_names[LEARN_PHASES];

/* The command line of `saltus learn`. */
typedef struct learn_request {
    const char *file;
    const char *out;    /* NULL: results/learn-TITLE-DATE */
    const char *resume; /* directory of a course to go on with; NULL: a new one */
    const char *energy, *tables;
    source_overrides overrides;
    saltus_simulation_options how;
    uint64_t train, label, test, epochs, seed, every;
    bool train_given, label_given, test_given, epochs_given, seed_given, quiet, json, no_figures;
    uint32_t threads;
    int argc;
    char **argv;
} learn_request;

/* Images [first, first + count) of two files. */
typedef struct learn_set {
    saltus_idx *images, *labels;
    uint32_t first, count;
} learn_set;

/* What came of the images of one phase. */
typedef struct learn_totals {
    uint64_t images, right, unanswered, presentations;
    uint64_t output_spikes;
    saltus_counts counts;
    double wall_s;
} learn_totals;

/* All that a course knows beside its simulation. */
typedef struct learn_state {
    uint64_t step;          /* images done */
    uint64_t presentations; /* each lasts one presentation and one rest */
    uint64_t images_bytes;  /* length of images.csv */
    uint32_t neurons, classes;
    uint64_t *responses; /* [neurons * classes] since the last labelling */
    uint64_t *shown;     /* [classes] */
    uint32_t *class_of;  /* [neurons] */
    bool labelled;       /* class_of holds anything */
    uint64_t *confusion; /* [classes * (classes + 1)] of the test: true, answered (last: nothing) */
    uint32_t window_count, window_right; /* images of the running window */
    uint32_t *history;                   /* [3 * windows] images, right, labelled */
    size_t windows, window_room;
    learn_totals totals[LEARN_PHASES];
} learn_state;

typedef struct field_sheet field_sheet;

/* A course and all it owns. */
typedef struct learn_session {
    const learn_request *request;
    experiment_source source;
    saltus_learning_spec spec; /* as asked; files belong to the experiment */
    learn_set sets[LEARN_PHASES];
    uint32_t checksums[2 * LEARN_PHASES];
    uint32_t *order; /* [images of an epoch] */
    uint32_t order_epoch;
    uint64_t phase_end[LEARN_PHASES]; /* steps before the next phase */
    uint32_t pixels, rows, columns;

    saltus_network *network;
    saltus_simulation *simulation;
    uint32_t *spikes; /* [neurons] of the output since they were cleared */
    double *rates_Hz; /* [pixels] */
    saltus_energy_table *table;
    learn_state state;

#ifdef SALTUS_HAVE_SONATA
    saltus_sonata_weights *weights; /* NULL: none are recorded */
    saltus_result *result;          /* DIR.partial, for them */
#endif

    char *directory; /* its final name */
    char *partial;   /* while it is written */
    FILE *images;
    int images_errno;         /* why it could not be written; 0 */
    const field_sheet *sheet; /* while its picture is written */
    struct timespec started;
    bool complete;
    bool resumed;
} learn_session;

/* One image, shown. */
typedef struct learn_image {
    learn_phase phase;
    uint32_t index; /* within its file */
    uint32_t label, answer;
    uint32_t repeats, output_spikes;
    saltus_counts counts;
    double wall_s;
} learn_image;

/* ---- Command line (learn_options.c) -------------------------------------------------------- */

/* An exit code; -1: go on. `*only`: nothing but options that --resume takes were given. */
int learn_read_options(learn_request *r, int argc, char **argv, bool *only);

/* ---- Data (learn_data.c) ----------------------------------------------------------------- */

/* Open all files, cut the sets, find pixels and classes. Returns an exit code. */
int learn_open_data(learn_session *s);
void learn_close_data(learn_session *s);

/* ---- Course (learn_course.c) ------------------------------------------------------------- */

learn_phase learn_phase_of(const learn_session *s, uint64_t step);
/* Allocate the state of a course that has not begun. False: out of memory. */
bool learn_state_init(learn_state *state, uint32_t neurons, uint32_t classes, size_t windows);
void learn_state_clear(learn_state *state);
/* Before the first step: normalised weights. */
saltus_status learn_begin(learn_session *s, saltus_error *error);
/* Before every step: what changes where a phase begins. */
saltus_status learn_enter_phase(learn_session *s, saltus_error *error);
/* From here on weights and thresholds stay. */
saltus_status learn_freeze(learn_session *s, saltus_error *error);
/* Show the image of the next step, and take it into the state. */
saltus_status learn_step(learn_session *s, learn_image *image, saltus_error *error);

/* ---- Checkpoints (learn_checkpoint.c) ------------------------------------------------------ */

/* Write DIR.partial/learn.checkpoint. Returns an exit code. */
int learn_save(learn_session *s);
/* The command line that the course of `partial` was begun with: *argc strings in *argv, which the
 * caller frees (the array and its first string). Returns an exit code. */
int learn_read_arguments(const char *partial, int *argc, char ***argv);
/* Simulation and state from the checkpoint, into a fresh session. Returns an exit code. */
int learn_restore(learn_session *s);

/* ---- Weights (learn_weights.c) ------------------------------------------------------------- */

/* Begin weights.h5 if the experiment records weights, before anything has run; `from`: go on with
 * it where this checkpoint has it. Returns an exit code. */
int learn_open_weights(learn_session *s, saltus_checkpoint *from);
/* Their part of a checkpoint. */
saltus_status learn_put_weights(learn_session *s, saltus_checkpoint_writer *writer,
                                saltus_error *error);
/* The course is over: records at the end, and the file. Returns an exit code. */
int learn_end_weights(learn_session *s);
void learn_clear_weights(learn_session *s);

/* ---- Results ----------------------------------------------------------------------------- */

typedef void learn_writer(FILE *stream, const learn_session *s);
/* "DIR.partial/NAME", malloc'ed; NULL: out of memory, which was said. */
char *learn_path(const learn_session *s, const char *name);
/* Begin images.csv, or go on after its first images_bytes. Returns an exit code. */
int learn_open_images(learn_session *s);
/* A line of images.csv. */
void learn_put_image(learn_session *s, const learn_image *image);
/* Everything of images.csv on the disk; sets images_bytes. Returns an exit code. */
int learn_flush_images(learn_session *s);
/* A whole file of DIR.partial. Returns an exit code. */
int learn_write_file(const learn_session *s, const char *name, learn_writer *put);
/* accuracy.csv, confusion.csv, labels.csv (learn_files.c). */
int learn_write_files(learn_session *s);
/* receptive_fields, confusion: data, script, picture (learn_pictures.c). */
int learn_write_pictures(learn_session *s);
/* Energy of counts that belong to `images` images (learn_files.c); both NaN without a table. */
saltus_energy_range learn_energy(const learn_session *s, const saltus_counts *counts,
                                 double images);
double learn_accuracy(const learn_totals *t);
/* manifest.json, also what --json prints; the table for people (learn_report.c). */
void learn_put_manifest(FILE *stream, const learn_session *s);
void learn_print_summary(const learn_session *s);
/* Say that a course records no potentials or positions, if the experiment asks for any. */
void learn_note_records(const learn_session *s);

/* ---- Progress (learn_progress.c) --------------------------------------------------------- */

typedef struct learn_progress {
    bool line;  /* a terminal, and not --quiet */
    bool words; /* a line of stdout a window */
    double start_s, last_s;
    uint64_t first_step;
} learn_progress;

void learn_progress_begin(learn_progress *p, const learn_session *s);
/* Refresh the line when 0.2 s have gone by; say what a window came to when it has just ended. */
void learn_progress_update(learn_progress *p, const learn_session *s);
void learn_progress_end(learn_progress *p);

#endif /* SALTUS_TOOLS_LEARN_H */
