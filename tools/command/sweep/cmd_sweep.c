/* cmd_sweep - `saltus sweep FILE --vary PATH=RANGE`: cost over a range, and where engines cross. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "measured/measured_run.h"
#include "shared/command.h"
#include "shared/machine.h"
#include "shared/options.h"
#include "shared/result_name.h"
#include "sweep/sweep.h"
#include "sweep/sweep_files.h"

enum {
    ROW_VARY,
    ROW_WITH,
    ROW_ENGINES,
    ROW_REPEAT,
    ROW_THREADS,
    ROW_SEED,
    ROW_SET,
    ROW_ENERGY,
    ROW_OUT,
    ROW_RESUME,
    ROW_QUIET,
    ROW_JSON
};

#define DEFAULT_ENGINES "event,grid@0.1ms"
#define DEFAULT_REPEATS 3

static const option_row rows[] = {
    [ROW_VARY] = {"vary", "PATH=RANGE",
                  "a key, as --set takes it, and its values: 1Hz..20kHz:log:8,\n"
                  "0.1mV..0.5mV:lin:5 or 100,200,400; twice gives a grid"},
    [ROW_WITH] = {"with", "PATH=RANGE",
                  "another key that moves along with the --vary before it; as many\n"
                  "values"},
    [ROW_ENGINES] = {"engines", "LIST",
                     "engines to run, such as event,grid@1ms,grid@0.1ms\n"
                     "(default: " DEFAULT_ENGINES ")"},
    [ROW_REPEAT] = {"repeat", "N",
                    "runs of each point and engine (default: 3); the fastest counts"},
    [ROW_THREADS] = {"threads", "N", "threads of each run (default: 1)"},
    [ROW_SEED] = {"seed", "N", "seed of all random numbers, instead of the file's"},
    [ROW_SET] = {"set", "PATH=VALUE", "change a value of the file first; may be repeated"},
    [ROW_ENERGY] = {"energy", "LIST",
                    "cost tables, as saltus energy lists them, or their files: adds the\n"
                    "energy of every point; may be asked for when all is done, too"},
    [ROW_OUT] = {"out", "DIR",
                 "directory (default: results/sweep-TITLE-DATE); one that holds this\n"
                 "sweep is gone on with"},
    [ROW_RESUME] = {"resume", "DIR",
                    "go on with the sweep in DIR; no FILE, no other options but\n"
                    "--json and --quiet"},
    [ROW_QUIET] = {"quiet", NULL, "no progress line"},
    [ROW_JSON] = {"json", NULL, "print sweep.json instead of the tables"},
    {NULL, NULL, NULL},
};

static void print_help(void)
{
    printf("usage: saltus sweep FILE --vary PATH=RANGE [options]\n"
           "       saltus sweep --resume DIR\n\n"
           "Runs the experiment FILE over a range of values, on several engines, and says what\n"
           "each costs, where along the range one stops being faster (measured, and by a cost\n"
           "model that is fitted to this machine), with figures. Every run is kept as soon as it\n"
           "is done: after a crash or Ctrl-C the same command does what is missing.\n\n");
    options_print(rows);
    printf("\nFiles: points.csv (a line a run), sweep.json (plan and results; \"complete\": true\n"
           "when all is done), cost, ratio and activity as .svg, .png, .tsv and .gp.\n\n"
           "Exit codes: 0 done; 1 a run failed or output could not be written; 2 the command line\n"
           "or the experiment is wrong, or DIR holds another sweep; 130 stopped by Ctrl-C.\n\n"
           "  saltus sweep data/experiments/brunel_ai.yaml --set duration='200 ms' \\\n"
           "      --vary inputs.external.rate=1Hz..20kHz:log:8 --engines event,grid@0.1ms\n");
}

/* ---- Command line -------------------------------------------------------------------------- */

/* "PATH=RANGE" to one more path of `axis`. */
static bool read_axis(sweep_axis *axis, const option_reader *o, int row)
{
    const char *option = rows[row].name;
    const char *equals = strchr(o->value, '=');
    if (equals == NULL || equals == o->value) {
        complain("sweep: --%s %s: it takes PATH=RANGE, e.g. --%s inputs.external.rate="
                 "1Hz..20kHz:log:8",
                 option, o->value, option);
        return false;
    }
    if (axis->path_count == SWEEP_PATHS_MAX) {
        complain("sweep: more than %d --with for one --vary", SWEEP_PATHS_MAX - 1);
        return false;
    }
    const size_t length = (size_t)(equals - o->value);
    if (strcspn(o->value, ",\"\n") < length || length > 200) {
        complain("sweep: --%s %s: a path has neither commas nor quotes, and at most 200 bytes",
                 option, o->value);
        return false;
    }
    vary_range *range = &axis->ranges[axis->path_count];
    char problem[320];
    if (!vary_range_read(equals + 1, range, problem, sizeof problem)) {
        complain("sweep: --%s %s: %s", option, o->value, problem);
        return false;
    }
    axis->paths[axis->path_count] = strndup(o->value, length);
    if (axis->paths[axis->path_count++] == NULL) {
        complain("sweep: out of memory");
        return false;
    }
    if (range->count != axis->ranges[0].count) {
        complain("sweep: --%s %s has %zu values and its --vary has %zu; they must have as many",
                 option, o->value, range->count, axis->ranges[0].count);
        return false;
    }
    return true;
}

static bool add_vary(sweep_request *r, const option_reader *o)
{
    if (r->axis_count == SWEEP_AXES_MAX) {
        complain("sweep: more than %d --vary; --with moves several keys along one range",
                 SWEEP_AXES_MAX);
        return false;
    }
    return read_axis(&r->axes[r->axis_count++], o, ROW_VARY);
}

static bool add_with(sweep_request *r, const option_reader *o)
{
    if (r->axis_count == 0) {
        complain("sweep: --with %s: it stands after the --vary that it goes along with", o->value);
        return false;
    }
    return read_axis(&r->axes[r->axis_count - 1], o, ROW_WITH);
}

/* No key twice: the later one would win in silence. */
static bool paths_differ(const sweep_request *r)
{
    const char *seen[SWEEP_AXES_MAX * SWEEP_PATHS_MAX + SOURCE_OVERRIDES_MAX];
    size_t count = 0;
    for (size_t i = 0; i < r->overrides.count; i++) {
        seen[count++] = r->overrides.of[i].path;
    }
    for (size_t a = 0; a < r->axis_count; a++) {
        for (size_t i = 0; i < r->axes[a].path_count; i++) {
            for (size_t k = 0; k < count; k++) {
                if (strcmp(seen[k], r->axes[a].paths[i]) == 0) {
                    complain("sweep: %s is set twice", seen[k]);
                    return false;
                }
            }
            seen[count++] = r->axes[a].paths[i];
        }
    }
    return true;
}

static bool add_engine(sweep_request *r, const char *text)
{
    saltus_simulation_options options = saltus_simulation_options_default();
    saltus_error error = {0};
    const saltus_status status = saltus_engine_parse(text, &options, &error);
    if (status != SALTUS_OK) {
        complain("sweep: --engines: %s", error.message);
        return false;
    }
    if (r->engine_count == SWEEP_ENGINES_MAX) {
        complain("sweep: more than %d engines", SWEEP_ENGINES_MAX);
        return false;
    }
    const char *model = saltus_engine_name(options.engine);
    sweep_engine *engine = &r->engines[r->engine_count];
    engine->kind = options.engine;
    engine->step_ms = options.step_ms;
    snprintf(engine->model, sizeof engine->model, "%s", model);
    if (engine->kind == SALTUS_ENGINE_EVENT) {
        snprintf(engine->name, sizeof engine->name, "%s", model);
    } else {
        snprintf(engine->name, sizeof engine->name, "%s@%sms", model, number_text(options.step_ms));
    }
    for (size_t i = 0; i < r->engine_count; i++) {
        if (strcmp(r->engines[i].name, engine->name) == 0) {
            complain("sweep: --engines has %s twice", engine->name);
            return false;
        }
    }
    r->engine_count++;
    return true;
}

static bool read_engines(sweep_request *r, const char *list)
{
    r->engine_count = 0;
    for (const char *c = list;; c++) {
        const size_t length = strcspn(c, ",");
        char text[64];
        if (length >= sizeof text) {
            complain("sweep: --engines: '%.60s' is no engine", c);
            return false;
        }
        snprintf(text, sizeof text, "%.*s", (int)length, c);
        if (!add_engine(r, text)) {
            return false;
        }
        c += length;
        if (*c == '\0') {
            return true;
        }
    }
}

static bool take_option(sweep_request *r, const option_reader *o, int row, const char **resume)
{
    switch (row) {
    case ROW_VARY:
        return add_vary(r, o);
    case ROW_WITH:
        return add_with(r, o);
    case ROW_ENGINES:
        return read_engines(r, o->value);
    case ROW_REPEAT:
        return options_number32(o, row, 1, 1000, &r->repeats);
    case ROW_THREADS:
        return options_threads(o, row, &r->threads);
    case ROW_SEED:
        r->seed_given = true;
        return options_number(o, row, 0, UINT64_MAX, &r->seed);
    case ROW_SET:
        if (r->overrides.count == SOURCE_OVERRIDES_MAX - SWEEP_AXES_MAX * SWEEP_PATHS_MAX) {
            complain("sweep: more than %zu options --set", r->overrides.count);
            return false;
        }
        return source_add_override(&r->overrides, "sweep", o->value);
    case ROW_ENERGY:
        r->energy = o->value;
        return true;
    case ROW_OUT:
    case ROW_RESUME:
        return options_directory(o, row, row == ROW_OUT ? &r->out : resume);
    case ROW_QUIET:
        r->quiet = true;
        return true;
    default:
        r->json = true;
        return true;
    }
}

static bool check_request(sweep_request *r)
{
    if (r->axis_count == 0) {
        complain("sweep: nothing varies; give --vary PATH=RANGE, e.g. --vary "
                 "inputs.external.rate=1Hz..20kHz:log:8");
        return false;
    }
    if (!paths_differ(r)) {
        return false;
    }
    return r->engine_count > 0 || read_engines(r, DEFAULT_ENGINES);
}

/* An exit code; -1: go on; -2: go on with what is in *resume. */
static int read_command_line(sweep_request *r, int argc, char **argv, const char **resume)
{
    option_reader o;
    options_begin(&o, "sweep", rows, argc, argv);
    *resume = NULL;
    size_t others = 0;
    for (int row = options_next(&o); row != OPTIONS_END; row = options_next(&o)) {
        if (row == OPTIONS_HELP) {
            print_help();
            return EXIT_CODE_OK;
        }
        if (row == OPTIONS_WRONG || !take_option(r, &o, row, resume)) {
            return EXIT_CODE_USAGE;
        }
        others += row != ROW_RESUME && row != ROW_JSON && row != ROW_QUIET && row != ROW_ENERGY;
    }
    if (*resume != NULL) {
        if (others > 0 || argc != o.next) {
            complain("sweep: --resume goes on with what its directory says; with it only "
                     "--energy, --json and --quiet are allowed");
            return EXIT_CODE_USAGE;
        }
        return -2;
    }
    r->file = options_file(&o, "FILE --vary PATH=RANGE [options]");
    if (r->file == NULL) {
        return EXIT_CODE_USAGE;
    }
    return check_request(r) ? -1 : EXIT_CODE_USAGE;
}

/* ---- Running ------------------------------------------------------------------------------- */

static void take_over_run(sweep_run *to, const measured_run *from)
{
    *to = (sweep_run){.wall_s = from->run_wall_s,
                      .cpu_s = from->run_cpu_s,
                      .build_s = from->build_wall_s,
                      .simulated_ms = from->simulated_ms,
                      .synapses = from->synapses,
                      .counts = from->counts,
                      .peak_bytes = from->peak_bytes,
                      .network_bytes = from->network_bytes,
                      .fingerprint = from->fingerprint,
                      .package_J = from->package_J,
                      .instructions = from->instructions,
                      .cycles = from->cycles};
    for (uint32_t i = 0; i < from->population_count; i++) {
        to->neurons += from->populations[i].sources ? 0 : from->populations[i].neurons;
    }
}

static void show_progress(const sweep *s, size_t point, size_t engine)
{
    const sweep_request *r = s->request;
    if (r->quiet || !isatty(STDERR_FILENO)) {
        return;
    }
    fprintf(stderr, "\r\033[Krun %zu of %zu: %s=%s, %s", s->done_count + 1, s->run_count,
            r->axes[0].paths[0], sweep_value(r, point, 0)->text, r->engines[engine].name);
}

static void hide_progress(const sweep *s)
{
    if (!s->request->quiet && isatty(STDERR_FILENO)) {
        fputs("\r\033[K", stderr);
    }
}

/* One run, kept; *lost: it was done and could not be kept. Returns an exit code. */
static int do_run(sweep *s, size_t index, bool *lost)
{
    const sweep_request *r = s->request;
    const size_t engine = index % r->engine_count;
    const size_t point = index / r->engine_count % s->point_count;
    source_overrides overrides;
    sweep_overrides(r, point, &overrides);
    const measured_request request = {.command = "sweep",
                                      .file = r->file,
                                      .overrides = &overrides,
                                      .seed_given = r->seed_given,
                                      .seed = r->seed,
                                      .threads = r->threads,
                                      .engine = r->engines[engine].name,
                                      .experiment_hash = s->point_hash[point]};
    show_progress(s, point, engine);
    measured_run run = {0};
    int code = measured_run_do(&request, &run);
    hide_progress(s);
    if (code == EXIT_CODE_OK) {
        take_over_run(&s->runs[index], &run);
        measured_run_clear(&run);
        code = sweep_append(s, index);
        *lost = code != EXIT_CODE_OK;
    } else if (code != EXIT_CODE_INTERRUPTED) {
        if (run.refusal[0] != '\0') {
            complain("sweep: %s", run.refusal);
        }
        complain("sweep: the run on %s at %s = %s failed", r->engines[engine].name,
                 r->axes[0].paths[0], sweep_value(r, point, 0)->text);
    }
    return code;
}

/* Everything that is not done yet. A run that fails does not keep the others from being done; what
 * is wrong for all of them does. */
static int do_runs(sweep *s)
{
    size_t failed = 0;
    for (size_t i = 0; i < s->run_count; i++) {
        if (s->runs[i].done) {
            continue;
        }
        bool lost = false;
        const int code = measured_stop_asked() ? EXIT_CODE_INTERRUPTED : do_run(s, i, &lost);
        if (code == EXIT_CODE_INTERRUPTED || code == EXIT_CODE_USAGE || lost) {
            complain("sweep: %zu of %zu runs are done and kept in %s; the same command, or saltus "
                     "sweep --resume %s, goes on",
                     s->done_count, s->run_count, s->directory, s->directory);
            return code;
        }
        failed += code != EXIT_CODE_OK;
    }
    if (failed > 0) {
        complain("sweep: %zu of %zu runs failed; the same command, or saltus sweep --resume %s, "
                 "tries them again",
                 failed, s->run_count, s->directory);
        return EXIT_CODE_FAILED;
    }
    return EXIT_CODE_OK;
}

static void time_text(char *out, size_t size)
{
    const time_t now = time(NULL);
    struct tm local;
    localtime_r(&now, &local);
    strftime(out, size, "%Y-%m-%dT%H:%M:%S%z", &local);
}

static char *default_directory(const char *title)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return result_name("sweep-", title, &now);
}

static int choose_directory(sweep *s)
{
    s->directory = s->request->out != NULL ? strdup(s->request->out) : default_directory(s->title);
    if (s->directory == NULL) {
        complain("sweep: out of memory");
        return EXIT_CODE_FAILED;
    }
    for (size_t n = strlen(s->directory); n > 1 && s->directory[n - 1] == '/'; n--) {
        s->directory[n - 1] = '\0';
    }
    return EXIT_CODE_OK;
}

/* Figures, then sweep.json, which says that all is there, then what is printed. */
static int tell(sweep *s)
{
    sweep_result result;
    int code = sweep_conclude(s, &result);
    if (code != EXIT_CODE_OK) {
        return code;
    }
    code = sweep_draw(&result);
    if (code == EXIT_CODE_OK) {
        time_text(s->finished, sizeof s->finished);
        const sweep_state state = {.sweep = s, .result = &result};
        code = sweep_write_file(s->directory, "sweep.json", sweep_put_state, &state);
        if (code == EXIT_CODE_OK && s->request->json) {
            sweep_put_state(stdout, &state);
        }
    }
    if (code == EXIT_CODE_OK && !s->request->json) {
        sweep_print(&result);
        printf("\nresults  %s\n", s->directory);
    }
    sweep_result_clear(&result);
    return code;
}

static int sweep_run_all(const sweep_request *r)
{
    sweep s = {.request = r, .store = -1};
    time_text(s.started, sizeof s.started);
    int code = sweep_load_tables(&s);
    if (code == EXIT_CODE_OK) {
        code = sweep_prepare(&s);
    }
    if (code == EXIT_CODE_OK) {
        code = choose_directory(&s);
    }
    if (code == EXIT_CODE_OK) {
        code = sweep_open(&s);
    }
    if (code == EXIT_CODE_OK) {
        measured_catch_signals();
        code = do_runs(&s);
    }
    if (code == EXIT_CODE_OK) {
        code = tell(&s);
    }
    sweep_close(&s);
    sweep_clear_tables(&s);
    return code;
}

static void clear_request(sweep_request *r)
{
    for (size_t a = 0; a < r->axis_count; a++) {
        for (size_t i = 0; i < r->axes[a].path_count; i++) {
            free(r->axes[a].paths[i]);
            vary_range_clear(&r->axes[a].ranges[i]);
        }
    }
    source_clear_overrides(&r->overrides);
    for (size_t i = 0; i < r->word_count; i++) {
        free(r->words[i]);
    }
    free(r->words);
    *r = (sweep_request){.threads = 1, .repeats = DEFAULT_REPEATS};
}

/* A copy of the words, since the parser of options changes their order. */
static bool keep_words(sweep_request *r, int argc, char **argv)
{
    r->words = calloc((size_t)argc + 1, sizeof *r->words);
    for (int i = 0; r->words != NULL && i < argc; i++) {
        r->words[i] = strdup(argv[i]);
        if (r->words[i] == NULL) {
            return false;
        }
        r->word_count++;
    }
    return r->words != NULL;
}

int cmd_sweep(int argc, char **argv)
{
    sweep_request request = {.threads = 1, .repeats = DEFAULT_REPEATS};
    char **words = NULL;
    size_t count = 0;
    const char *resume = NULL;
    int code = EXIT_CODE_FAILED;
    if (keep_words(&request, argc, argv)) {
        code = read_command_line(&request, argc, argv, &resume);
    }
    if (code == -2) {
        const sweep_request asked = {
            .energy = request.energy, .json = request.json, .quiet = request.quiet};
        clear_request(&request);
        code = sweep_directory_command(resume, &words, &count);
        if (code == EXIT_CODE_OK && keep_words(&request, (int)count, words)) {
            const char *nested = NULL;
            code = read_command_line(&request, (int)count, words, &nested);
            request.out = resume;
            request.json = asked.json;
            request.quiet = asked.quiet || request.quiet;
            request.energy = asked.energy != NULL ? asked.energy : request.energy;
            if (code == -2) {
                complain("sweep: the sweep.json in %s has a command that begins no sweep", resume);
                code = EXIT_CODE_USAGE;
            }
        }
    }
    if (code == -1) {
        code = sweep_run_all(&request);
    }
    clear_request(&request);
    for (size_t i = 0; i < count; i++) {
        free(words[i]);
    }
    free(words);
    return code;
}
