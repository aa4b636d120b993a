/* cmd_weights - `saltus weights RESULT_DIR`: recorded weights shown, and exported. */
#include <errno.h>
#include <math.h>
#include <saltus/saltus.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "shared/command.h"
#include "shared/experiment_source.h"
#include "shared/options.h"
#ifdef SALTUS_HAVE_SONATA
#include "weights/weights.h"
#endif

enum { ROW_PROJECTION, ROW_TIME, ROW_NPY, ROW_MATRIX, ROW_CSV };

static const option_row rows[] = {
    {"projection", "NAME", "one projection; needed for an export where there are several"},
    {"time", "TIME", "time of the record, e.g. 500ms or 10s; last (default)"},
    {"npy", "FILE",
     "write a NumPy file: a structured array of all synapses with the\n"
     "fields source, target, weight_mV (weight_pA for targets with currents)"},
    {"matrix", NULL,
     "with --npy: a matrix [sources, targets] in mV or pA instead; weights\n"
     "of several synapses of a pair are added up, pairs without have 0"},
    {"csv", "FILE", "write a CSV file: source,target,weight_mV (or weight_pA)"},
    {NULL, NULL, NULL}};

typedef struct weights_request {
    const char *result, *projection, *npy, *csv;
    double time_ms; /* NaN: the last */
    bool matrix;
} weights_request;

static void print_help(void)
{
    printf("usage: saltus weights RESULT_DIR [options]\n\n"
           "Shows the weights that a run has recorded (record: {weights: ...} of the experiment):\n"
           "mean, spread, share at the bounds, histogram; or exports them. RESULT_DIR is a result\n"
           "directory or its weights.h5. Synapses are in the order (source, target, delay, order\n"
           "of drawing).\n\n");
    options_print(rows);
    printf(
        "\n  saltus weights results/learned\n"
        "  saltus weights results/learned --projection 'E->E' --time 10s --npy w.npy\n"
        "  python3 -c 'import numpy; w = numpy.load(\"w.npy\"); print(w[\"weight_mV\"].mean())'\n");
}

/* ---- Command line ---------------------------------------------------------------------- */

/* "0", "0.0 s" and the like: no step of an engine. */
static bool is_zero_time(const char *text)
{
    static const char *const units[] = {"", "us", "ms", "s"};
    const size_t digits = strspn(text, "0");
    const size_t more = text[digits] == '.' ? 1 + strspn(text + digits + 1, "0") : 0;
    const char *unit = text + digits + more;
    unit += strspn(unit, " ");
    for (size_t i = 0; digits > 0 && more != 1 && i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(unit, units[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* "last", or a decimal time, read as the step of an engine (0 apart). */
static bool take_time(weights_request *q, const char *text)
{
    char engine[64];
    saltus_simulation_options options = saltus_simulation_options_default();
    if (strcmp(text, "last") == 0) {
        q->time_ms = (double)NAN;
        return true;
    }
    const bool zero = is_zero_time(text);
    const int length = snprintf(engine, sizeof engine, "grid@%s", text);
    if (!zero && (length >= (int)sizeof engine ||
                  saltus_engine_parse(engine, &options, NULL) != SALTUS_OK)) {
        complain("weights: --time is %s; last or a decimal time is needed, e.g. 500ms or 10s",
                 text);
        return false;
    }
    q->time_ms = zero ? 0 : options.step_ms;
    return true;
}

static bool take_option(weights_request *q, const option_reader *o, int row)
{
    switch (row) {
    case ROW_PROJECTION:
        q->projection = o->value;
        return true;
    case ROW_TIME:
        return take_time(q, o->value);
    case ROW_NPY:
        q->npy = o->value;
        return true;
    case ROW_CSV:
        q->csv = o->value;
        return true;
    default:
        q->matrix = true;
        return true;
    }
}

/* An exit code; -1: go on. */
static int read_command_line(weights_request *q, int argc, char **argv)
{
    option_reader o;
    options_begin(&o, "weights", rows, argc, argv);
    for (int row = options_next(&o); row != OPTIONS_END; row = options_next(&o)) {
        if (row == OPTIONS_HELP) {
            print_help();
            return EXIT_CODE_OK;
        }
        if (row == OPTIONS_WRONG || !take_option(q, &o, row)) {
            return EXIT_CODE_USAGE;
        }
    }
    if (argc - o.next != 1) {
        complain("weights: %s; usage: saltus weights RESULT_DIR [options], see saltus weights "
                 "--help",
                 argc == o.next ? "no result directory is given"
                                : "more than one result directory is given");
        return EXIT_CODE_USAGE;
    }
    if (q->matrix && q->npy == NULL) {
        complain("weights: --matrix is a form of --npy, which is not given");
        return EXIT_CODE_USAGE;
    }
    q->result = argv[o.next];
    return -1;
}

/* ---- Work ------------------------------------------------------------------------------ */

#ifdef SALTUS_HAVE_SONATA
static int fail(const saltus_error *error, saltus_status status)
{
    complain_error("weights", error, status);
    return status == SALTUS_E_MEMORY ? EXIT_CODE_FAILED : EXIT_CODE_USAGE;
}

/* weights.h5 of a directory, or the file itself; malloc'ed. An exit code. */
static int find_file(const char *result, char **path)
{
    struct stat status;
    if (stat(result, &status) != 0 || !S_ISDIR(status.st_mode)) {
        *path = strdup(result);
    } else if (asprintf(path, "%s/weights.h5", result) < 0) {
        *path = NULL;
    } else if (stat(*path, &status) != 0 && errno == ENOENT) {
        complain("weights: %s has no weights.h5: its experiment did not say what to record "
                 "(record: {weights: ...})",
                 result);
        return EXIT_CODE_USAGE;
    }
    if (*path == NULL) {
        complain("weights: out of memory");
        return EXIT_CODE_FAILED;
    }
    return EXIT_CODE_OK;
}

static int use(const weights_request *q, const weight_table *table)
{
    int code = EXIT_CODE_OK;
    if (q->npy != NULL) {
        code = q->matrix ? weights_write_matrix(table, q->npy) : weights_write_npy(table, q->npy);
    }
    if (q->csv != NULL && code == EXIT_CODE_OK) {
        code = weights_write_csv(table, q->csv);
    }
    if (q->npy == NULL && q->csv == NULL) {
        weights_print_summary(table);
    }
    return code;
}

/* One projection, by name (NULL: the only one). */
static int show(const weights_request *q, const saltus_sonata_weight_file *file,
                const char *projection)
{
    saltus_error error = {0};
    size_t index = 0;
    size_t time = 0;
    weight_table table = {.sources = NULL};
    saltus_status status =
        saltus_sonata_weight_file_find(file, projection, q->time_ms, &index, &time, &error);
    if (status == SALTUS_OK) {
        status = saltus_sonata_weight_file_read(file, index, time, &table.sources, &table.targets,
                                                &table.weights, &error);
    }
    if (status != SALTUS_OK) {
        return fail(&error, status);
    }
    table.info = saltus_sonata_weight_file_get(file, index);
    table.time_ms = table.info.times_ms[time];
    const int code = use(q, &table);
    free(table.sources);
    free(table.targets);
    free(table.weights);
    return code;
}

static int show_all(const weights_request *q, const saltus_sonata_weight_file *file)
{
    const size_t count = saltus_sonata_weight_file_count(file);
    int code = EXIT_CODE_OK;
    for (size_t i = 0; i < count && code == EXIT_CODE_OK; i++) {
        if (i > 0) {
            printf("\n");
        }
        code = show(q, file, saltus_sonata_weight_file_get(file, i).name);
    }
    if (count == 0) {
        printf("no weights: the run ended before the first record\n");
    }
    return code;
}

static int work(const weights_request *q)
{
    saltus_error error = {0};
    saltus_sonata_weight_file *file = NULL;
    char *path = NULL;
    int code = find_file(q->result, &path);
    if (code != EXIT_CODE_OK) {
        free(path);
        return code;
    }
    const saltus_status status = saltus_sonata_weight_file_open(path, &file, &error);
    if (status != SALTUS_OK) {
        code = fail(&error, status);
    } else if (q->projection == NULL && q->npy == NULL && q->csv == NULL) {
        code = show_all(q, file);
    } else {
        code = show(q, file, q->projection);
    }
    saltus_sonata_weight_file_close(file);
    free(path);
    return code;
}
#else
static int work(const weights_request *q)
{
    complain("weights: %s cannot be read: this saltus was built without HDF5", q->result);
    return EXIT_CODE_USAGE;
}
#endif

int cmd_weights(int argc, char **argv)
{
    weights_request request = {.time_ms = (double)NAN};
    const int code = read_command_line(&request, argc, argv);
    return code >= 0 ? code : work(&request);
}
