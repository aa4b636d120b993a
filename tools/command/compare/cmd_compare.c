/* cmd_compare - `saltus compare FILE`: the experiment event-driven, then on clocks, side by side.
 *
 * The directory is DIR.partial until everything is measured. What is finished when something
 * fails, or when Ctrl-C comes, stays in DIR.partial; a comparison without a single finished run
 * leaves nothing.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare/compare.h"
#include "energy/energy_tables.h"
#include "shared/command.h"
#include "shared/machine.h"
#include "shared/options.h"
#include "shared/result_name.h"

#define ENERGY_USUAL "horowitz45,loihi"

enum {
    ROW_STEPS,
    ROW_VARIANTS,
    ROW_ENGINES,
    ROW_ENERGY,
    ROW_REPEAT,
    ROW_SEEDS,
    ROW_THREADS,
    ROW_SEED,
    ROW_SET,
    ROW_OUT,
    ROW_JSON,
    ROW_QUIET,
    ROW_FROM,
    ROW_WINDOW,
    ROW_WINDOW_LIMIT,
    ROW_TOLERANCE,
    ROW_TAU_ROSSUM,
    ROW_SHIFT_COST,
    ROW_COINCIDENCE,
    ROW_BIN,
    ROW_NOMINAL_STEP,
    ROW_INFERENCE
};

static const option_row rows[] = {
    [ROW_STEPS] = {"steps", "LIST", "steps of the clocks (default: " COMPARE_STEPS_USUAL ")"},
    [ROW_VARIANTS] = {"variants", "LIST",
                      "clocks: any of " COMPARE_VARIANTS_USUAL
                      "\n(default: those that have the models)"},
    [ROW_ENGINES] = {"engines", "LIST",
                     "instead of steps and variants: grid@0.1ms,euler@1ms,...; the\n"
                     "event-driven run is always there"},
    [ROW_ENERGY] = {"energy", "LIST",
                    "cost tables, as saltus energy lists them, or their files; or\n"
                    "none (default: " ENERGY_USUAL ")"},
    [ROW_REPEAT] = {"repeat", "N",
                    "runs of each engine, in turn; the time is the median (default: 1)"},
    [ROW_SEEDS] = {"seeds", "K",
                   "further event-driven runs that differ by the seed, as yardstick\n"
                   "of the statistics (default: 4 for recurrent networks, else 0)"},
    [ROW_THREADS] = {"threads", "N", "threads (default: OMP_NUM_THREADS, else one a processor)"},
    [ROW_SEED] = {"seed", "N", "seed of all random numbers, instead of the file's"},
    [ROW_SET] = {"set", "PATH=VALUE", "change a value of the file; may be repeated"},
    [ROW_OUT] = {"out", "DIR",
                 "result directory (default: results/compare-TITLE-DATE); must\n"
                 "not exist"},
    [ROW_JSON] = {"json", NULL, "print compare.json instead of the tables"},
    [ROW_QUIET] = {"quiet", NULL, "no progress line"},
    [ROW_FROM] = {"from", "TIME", "statistics of populations begin here (default: 0)"},
    [ROW_WINDOW] = {"window", "TIME",
                    "spikes match within it (default: half the neuron's shortest\n"
                    "interval, at most --window-limit)"},
    [ROW_WINDOW_LIMIT] = {"window-limit", "TIME", "largest window (default: 3 ms)"},
    [ROW_TOLERANCE] = {"tolerance", "TIME", "larger shifts are a divergence (default: 1 ms)"},
    [ROW_TAU_ROSSUM] = {"tau-rossum", "TIME",
                        "time constant of the van Rossum distance (default: 10 ms)"},
    [ROW_SHIFT_COST] = {"shift-cost", "NUMBER",
                        "Victor and Purpura's cost of a shift, per ms (default: 0.1)"},
    [ROW_COINCIDENCE] = {"coincidence", "TIME", "precision of Gamma (default: 2 ms)"},
    [ROW_BIN] = {"bin", "TIME", "bins of correlation and synchrony (default: 2 ms)"},
    [ROW_NOMINAL_STEP] = {"nominal-step", "TIME",
                          "step of the dense figures of the event-driven run, and of\n"
                          "clocked devices that it is priced for (default: 1 ms)"},
    [ROW_INFERENCE] = {"inference", "TIME",
                       "simulated time of one inference, for the artificial twin\n"
                       "(default: the whole run)"},
    {NULL, NULL, NULL},
};

static void print_help(void)
{
    printf("usage: saltus compare FILE [options]\n\n"
           "Runs the experiment FILE event-driven, which is exact, and on clocks with several\n"
           "steps; each run in a process of its own. Tells what each one costs in time, memory,\n"
           "operations and energy, and how far its spikes are from the exact ones. Results go\n"
           "into a directory of their own: compare.json with everything, compare.csv, and figures\n"
           "with their data. Ctrl-C keeps the runs that are finished in DIR.partial.\n\n");
    options_print(rows);
    printf("\nExit codes: 0 done; 1 a run failed; 2 command line or experiment is wrong, or the\n"
           "network does not fit the memory; 130 ended by Ctrl-C or SIGTERM.\n\n"
           "  saltus compare data/experiments/brunel_ai.yaml --steps 1ms,0.1ms --repeat 3\n"
           "  saltus compare net.yaml --engines grid@0.1ms,offgrid@0.1ms --energy loihi\n\n"
           "docs/compare.md says what every column means and what is fair.\n");
}

/* ---- Command line ---------------------------------------------------------------------- */

/* "2ms"; "0" where zero is allowed. The engines' own reader of steps reads it. */
static bool read_time(const option_reader *o, int row, bool zero, double *out)
{
    char text[96];
    saltus_simulation_options how = saltus_simulation_options_default();
    if (zero && strcmp(o->value, "0") == 0) {
        *out = 0.0;
        return true;
    }
    const int length = snprintf(text, sizeof text, "grid@%s", o->value);
    if (length >= (int)sizeof text || saltus_engine_parse(text, &how, NULL) != SALTUS_OK) {
        complain("compare: --%s is %s; allowed is a time above 0 in decimal%s, such as 2ms or 50us",
                 rows[row].name, o->value, zero ? ", or 0" : "");
        return false;
    }
    *out = how.step_ms;
    return true;
}

static bool read_cost(const option_reader *o, double *out)
{
    char *end = NULL;
    const double value = strtod(o->value, &end);
    if (end == o->value || *end != '\0' || !isfinite(value) || value < 0.0) {
        complain("compare: --shift-cost is %s; allowed is a number from 0 on", o->value);
        return false;
    }
    *out = value;
    return true;
}

static bool take_number(const option_reader *o, int row, uint64_t low, uint64_t high, uint32_t *out)
{
    uint64_t number = 0;
    if (!options_number(o, row, low, high, &number)) {
        return false;
    }
    *out = (uint32_t)number;
    return true;
}

/* Options that are times or numbers of the measures. */
static bool take_measure(compare_request *r, const option_reader *o, int row)
{
    switch (row) {
    case ROW_FROM:
        return read_time(o, row, true, &r->from_ms);
    case ROW_WINDOW:
        return read_time(o, row, true, &r->accuracy.window_ms);
    case ROW_WINDOW_LIMIT:
        return read_time(o, row, false, &r->accuracy.window_limit_ms);
    case ROW_TOLERANCE:
        return read_time(o, row, true, &r->accuracy.tolerance_ms);
    case ROW_TAU_ROSSUM:
        return read_time(o, row, false, &r->accuracy.tau_r_ms);
    case ROW_SHIFT_COST:
        return read_cost(o, &r->accuracy.shift_cost_per_ms);
    case ROW_COINCIDENCE:
        return read_time(o, row, true, &r->accuracy.coincidence_ms);
    case ROW_BIN:
        return read_time(o, row, false, &r->accuracy.bin_ms);
    case ROW_NOMINAL_STEP:
        return read_time(o, row, false, &r->nominal_step_ms);
    default:
        return read_time(o, row, false, &r->inference_ms);
    }
}

static bool take_list(const option_reader *o, int row, const char **out)
{
    *out = o->value;
    for (const char *word = o->value;; word++) {
        const size_t length = strcspn(word, ",");
        if (length > COMPARE_WORD_MAX) {
            complain("compare: --%s has a word of %zu bytes; at most %d are allowed",
                     rows[row].name, length, COMPARE_WORD_MAX);
            return false;
        }
        word += length;
        if (*word == '\0') {
            return true;
        }
    }
}

static bool take_option(compare_request *r, const option_reader *o, int row)
{
    uint32_t seeds = 0;
    switch (row) {
    case ROW_STEPS:
        return take_list(o, row, &r->steps);
    case ROW_VARIANTS:
        return take_list(o, row, &r->variants);
    case ROW_ENGINES:
        return take_list(o, row, &r->engines);
    case ROW_ENERGY:
        return take_list(o, row, &r->energy);
    case ROW_REPEAT:
        return take_number(o, row, 1, COMPARE_REPEATS_MAX, &r->repeat);
    case ROW_SEEDS:
        if (!take_number(o, row, 0, COMPARE_SEEDS_MAX, &seeds)) {
            return false;
        }
        r->seeds = (int)seeds;
        return true;
    case ROW_THREADS:
        return take_number(o, row, 1, 1024, &r->threads);
    case ROW_SEED:
        r->seed_given = true;
        return options_number(o, row, 0, UINT64_MAX, &r->seed);
    case ROW_SET:
        return source_add_override(&r->overrides, "compare", o->value);
    case ROW_OUT:
        r->out = o->value;
        if (o->value[0] == '\0') {
            complain("compare: --out is empty; it takes the name of a directory");
        }
        return o->value[0] != '\0';
    case ROW_JSON:
        r->json = true;
        return true;
    case ROW_QUIET:
        r->quiet = true;
        return true;
    default:
        return take_measure(r, o, row);
    }
}

/* An exit code; -1: go on. */
static int read_command_line(compare_request *r, int argc, char **argv)
{
    option_reader o;
    options_begin(&o, "compare", rows, argc, argv);
    for (int row = options_next(&o); row != OPTIONS_END; row = options_next(&o)) {
        if (row == OPTIONS_HELP) {
            print_help();
            return EXIT_CODE_OK;
        }
        if (row == OPTIONS_WRONG || !take_option(r, &o, row)) {
            return EXIT_CODE_USAGE;
        }
    }
    if (argc - o.next != 1) {
        complain("compare: %s; usage: saltus compare FILE [options], see saltus compare --help",
                 argc == o.next ? "no experiment file is given" : "more than one file is given");
        return EXIT_CODE_USAGE;
    }
    if (r->engines != NULL && (r->steps != NULL || r->variants != NULL)) {
        complain("compare: --engines stands instead of --steps and --variants, not beside them");
        return EXIT_CODE_USAGE;
    }
    r->file = argv[o.next];
    return -1;
}

/* ---- Cost tables ----------------------------------------------------------------------------- */

/* One of the tables that are found, or a file. */
static int load_table(compare_session *s, const energy_tables *found, const char *name)
{
    if (s->table_count == COMPARE_TABLES_MAX) {
        complain("compare: more than %d cost tables", COMPARE_TABLES_MAX);
        return EXIT_CODE_USAGE;
    }
    compare_table *t = &s->tables[s->table_count];
    const int code = energy_tables_load(found, "compare", name, &t->table);
    if (code == EXIT_CODE_OK) {
        snprintf(t->name, sizeof t->name, "%s", saltus_energy_table_info(t->table)->name);
        s->table_count++;
    }
    /* results are told apart by their tables' names */
    for (size_t i = 0; code == EXIT_CODE_OK && i + 1 < s->table_count; i++) {
        if (strcmp(s->tables[i].name, t->name) == 0) {
            complain("compare: --energy: two cost tables are called %s", t->name);
            return EXIT_CODE_USAGE;
        }
    }
    return code;
}

static int load_tables(compare_session *s)
{
    const char *list = s->request->energy != NULL ? s->request->energy : ENERGY_USUAL;
    if (strcmp(list, "none") == 0) {
        return EXIT_CODE_OK;
    }
    energy_tables found;
    int code = energy_tables_find(&found, "compare", NULL);
    if (code != EXIT_CODE_OK) {
        return code;
    }
    char word[COMPARE_WORD_MAX + 1];
    while (code == EXIT_CODE_OK && compare_next_word(&list, word)) {
        code = load_table(s, &found, word);
    }
    energy_tables_clear(&found);
    return code;
}

/* ---- Stages ------------------------------------------------------------------------------ */

/* Which populations have spikes that engines can differ in. */
static int find_neurons(compare_session *s)
{
    const saltus_experiment *e = s->source.experiment;
    const uint32_t count = saltus_experiment_population_count(e);
    s->neurons_of = calloc((size_t)count + 1, sizeof *s->neurons_of);
    s->sizes = calloc((size_t)count + 1, sizeof *s->sizes);
    if (s->neurons_of == NULL || s->sizes == NULL) {
        complain("compare: out of memory");
        return EXIT_CODE_FAILED;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!saltus_model_is_source(saltus_experiment_population_model(e, i))) {
            s->neurons_of[s->neuron_populations] = i;
            s->sizes[s->neuron_populations++] = saltus_experiment_population_size(e, i);
        }
    }
    if (s->request->from_ms >= saltus_experiment_duration_ms(e)) {
        complain("compare: --from is %s ms and the run ends at %s ms",
                 number_text(s->request->from_ms), number_text(saltus_experiment_duration_ms(e)));
        return EXIT_CODE_USAGE;
    }
    return EXIT_CODE_OK;
}

static int open_results(compare_session *s)
{
    saltus_error error = {0};
    s->directory =
        s->request->out == NULL
            ? result_name("compare-", saltus_experiment_title(s->source.experiment), &s->started)
            : strdup(s->request->out);
    if (s->directory == NULL) {
        complain("compare: out of memory");
        return EXIT_CODE_FAILED;
    }
    for (size_t n = strlen(s->directory); n > 1 && s->directory[n - 1] == '/'; n--) {
        s->directory[n - 1] = '\0';
    }
    if (!result_name_free("compare", s->directory)) {
        return EXIT_CODE_USAGE;
    }
    saltus_status status = saltus_result_create(s->directory, &s->result, &error);
    if (status == SALTUS_OK && s->source.text != NULL) {
        status = saltus_result_write_text(s->result, "experiment.yaml", s->source.text, &error);
    }
    if (status) {
        complain_error("compare", &error, status);
        saltus_result_discard(s->result);
        s->result = NULL;
        return status == SALTUS_E_EXISTS ? EXIT_CODE_USAGE : EXIT_CODE_FAILED;
    }
    return EXIT_CODE_OK;
}

/* A file of the result from what writes it. */
static saltus_status write_text(compare_session *s, const char *name,
                                void (*put)(FILE *, const compare_session *), saltus_error *error)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    if (stream == NULL) {
        return SALTUS_E_MEMORY;
    }
    put(stream, s);
    const bool whole = ferror(stream) == 0;
    const bool closed = fclose(stream) == 0;
    const saltus_status status =
        whole && closed ? saltus_result_write_text(s->result, name, text, error) : SALTUS_E_MEMORY;
    free(text);
    return status;
}

/* Files, figures and the final name. `code` is how the runs ended. */
static int put_away(compare_session *s, int code)
{
    if (s->rows_done == 0) {
        saltus_result_discard(s->result);
        s->result = NULL;
        return code;
    }
    saltus_error error = {0};
    if (s->complete) {
        char *partial = NULL;
        const bool named = asprintf(&partial, "%s.partial", s->directory) >= 0;
        code = named ? compare_draw(s, partial) : EXIT_CODE_FAILED;
        free(named ? partial : NULL);
        s->complete = code == EXIT_CODE_OK;
    }
    saltus_status status = write_text(s, "compare.json", compare_write_json, &error);
    if (status == SALTUS_OK) {
        status = write_text(s, "compare.csv", compare_write_csv, &error);
    }
    if (status == SALTUS_OK && s->complete) {
        status = saltus_result_commit(s->result, &error);
        s->result = status == SALTUS_OK ? NULL : s->result;
    }
    if (status) {
        complain_error("compare", &error, status);
        code = EXIT_CODE_FAILED;
    }
    if (code != EXIT_CODE_OK) {
        complain("compare: the comparison is not complete; %zu of %zu engines are in %s.partial",
                 s->rows_done, s->row_count, s->directory);
    }
    return code;
}

static int compare(compare_session *s)
{
    s->rows = calloc(COMPARE_ROWS_MAX, sizeof *s->rows);
    if (s->rows == NULL) {
        complain("compare: out of memory");
        return EXIT_CODE_FAILED;
    }
    if (!compare_make_rows(s)) {
        return EXIT_CODE_USAGE;
    }
    int code = source_load_to_run(&s->source, "compare", s->request->file, &s->request->overrides);
    if (code == EXIT_CODE_OK && s->request->seed_given) {
        saltus_experiment_set_seed(s->source.experiment, s->request->seed);
    }
    code = code != EXIT_CODE_OK ? code : compare_fit_rows(s);
    code = code != EXIT_CODE_OK ? code : find_neurons(s);
    code = code != EXIT_CODE_OK ? code : load_tables(s);
    code = code != EXIT_CODE_OK ? code : open_results(s);
    if (code != EXIT_CODE_OK) {
        return code;
    }
    measured_catch_signals();
    code = put_away(s, compare_run_all(s));
    if (s->rows_done > 0 && s->request->json) {
        compare_write_json(stdout, s);
    } else if (s->rows_done > 0) {
        compare_print(s);
    }
    return code;
}

int cmd_compare(int argc, char **argv)
{
    /* static: a result that keeps its .partial name is still reachable at exit */
    static compare_session session;
    compare_request request = {.argc = argc,
                               .repeat = 1,
                               .seeds = -1,
                               .threads = machine_default_threads(),
                               .accuracy = saltus_accuracy_options_default(),
                               .nominal_step_ms = 1.0};
    /* the parser puts options first; the result shows what was typed */
    request.argv = malloc((size_t)argc * sizeof *request.argv);
    if (request.argv == NULL) {
        complain("compare: out of memory");
        return EXIT_CODE_FAILED;
    }
    memcpy(request.argv, argv, (size_t)argc * sizeof *request.argv);
    int code = read_command_line(&request, argc, argv);
    if (code < 0) {
        session = (compare_session){.request = &request};
        clock_gettime(CLOCK_REALTIME, &session.started);
        code = compare(&session);
        compare_clear(&session);
        session.request = NULL;
    }
    source_clear_overrides(&request.overrides);
    free(request.argv);
    return code;
}
