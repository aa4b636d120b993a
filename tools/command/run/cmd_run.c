/* cmd_run - `saltus run FILE`: read, check, build, run, and leave a result directory.
 *
 * The directory is DIR.partial until the manifest is written. Whatever fails before the first
 * event leaves nothing; whatever fails later leaves DIR.partial and says so.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run/run.h"
#include "shared/command.h"
#include "shared/machine.h"
#include "shared/options.h"

enum {
    ROW_OUT,
    ROW_THREADS,
    ROW_SEED,
    ROW_SPIKES,
    ROW_SET,
    ROW_ENGINE,
    ROW_SCHEDULER,
    ROW_QUIET,
    ROW_JSON,
    ROW_CPUPROFILE
};

static const option_row rows[] = {
    [ROW_OUT] = {"out", "DIR", "result directory (default: results/TITLE-DATE); must not exist"},
    [ROW_THREADS] = {"threads", "N",
                     "threads (default: OMP_NUM_THREADS, else one a processor);\n"
                     "results do not depend on it"},
    [ROW_SEED] = {"seed", "N", "seed of all random numbers, instead of the file's"},
    [ROW_SPIKES] = {"spikes", "FORMATS",
                    "csv, sonata, csv,sonata or none (default: csv,sonata, or csv\n"
                    "when built without HDF5)"},
    [ROW_SET] = {"set", "PATH=VALUE",
                 "change a value of the file, e.g. --set inputs.external.rate='8 kHz'\n"
                 "or --set projections.0.weight='0.2 mV'; may be repeated"},
    [ROW_ENGINE] = {"engine", "ENGINE",
                    "event (default, exact), or a clock with its step: grid@0.1ms,\n"
                    "euler@0.1ms, interpolated@0.1ms, offgrid@0.1ms (saltus models\n"
                    "lists them)"},
    [ROW_SCHEDULER] = {"scheduler", "NAME",
                       "queue of spikes in flight (saltus models lists them); results\n"
                       "do not depend on it"},
    [ROW_QUIET] = {"quiet", NULL, "no progress line"},
    [ROW_JSON] = {"json", NULL, "print the manifest as JSON instead of the table"},
#ifdef SALTUS_PROFILER
    [ROW_CPUPROFILE] = {"cpuprofile", "FILE", "write a CPU profile of the run (gperftools)"},
#endif
    {NULL, NULL, NULL},
};

static void print_help(void)
{
    printf("usage: saltus run FILE [options]\n\n"
           "Runs the experiment FILE: YAML, or a SONATA circuit (its simulation_config.json).\n"
           "Results go into a directory of their own: spikes.csv, spikes.h5, potential.csv when\n"
           "the experiment samples potentials, weights.h5 when it records weights,\n"
           "experiment.yaml (a copy) and manifest.json.\n"
           "While the run goes on the directory is called DIR.partial. Ctrl-C ends the run in\n"
           "order and keeps what was recorded; a second Ctrl-C kills.\n\n");
    options_print(rows);
    printf("\nExit codes: 0 done; 1 the run failed; 2 command line or experiment is wrong, or the\n"
           "network does not fit the memory; 130 ended by Ctrl-C or SIGTERM.\n\n"
           "  saltus run data/experiments/brunel_ai.yaml --out results/ai --threads 2\n");
}

/* ---- Command line ---------------------------------------------------------------------- */

/* "csv,sonata", "csv", "sonata", "none" */
static bool read_spike_formats(run_request *r, const char *value)
{
    static const char *const names[] = {"csv", "sonata", "none"};
    r->spikes_given = true;
    r->csv = r->sonata = false;
    if (strcmp(value, "none") == 0) {
        return true;
    }
    for (const char *word = value;; word += 1) {
        const size_t length = strcspn(word, ",");
        if (length == 3 && strncmp(word, "csv", 3) == 0) {
            r->csv = true;
        } else if (length == 6 && strncmp(word, "sonata", 6) == 0) {
            r->sonata = true;
        } else {
            char name[32];
            snprintf(name, sizeof name, "%.*s", (int)(length < 31 ? length : 31), word);
            const char *nearest = nearest_name(name, names, 3);
            complain("run: --spikes is %s; allowed are csv, sonata, csv,sonata and none%s%s%s",
                     value, nearest != NULL ? "; did you mean " : "",
                     nearest != NULL ? nearest : "", nearest != NULL ? "?" : "");
            return false;
        }
        word += length;
        if (*word == '\0') {
            break;
        }
    }
#ifndef SALTUS_HAVE_SONATA
    if (r->sonata) {
        complain("run: --spikes %s: this saltus was built without SONATA (it needs HDF5 and "
                 "jansson at build time)",
                 value);
        return false;
    }
#endif
    return true;
}

static bool read_scheduler(run_request *r, const char *value)
{
    const char *names[64];
    size_t count = 0;
    for (; count < 64 && count < saltus_scheduler_count(); count++) {
        names[count] = saltus_scheduler_name(count);
        if (strcmp(names[count], value) == 0) {
            r->scheduler = value;
            return true;
        }
    }
    const char *nearest = nearest_name(value, names, count);
    complain("run: there is no scheduler %s; %s%s%s", value,
             nearest != NULL ? "did you mean " : "saltus models lists them",
             nearest != NULL ? nearest : "", nearest != NULL ? "?" : "");
    return false;
}

static bool take_option(run_request *r, const option_reader *o, int row)
{
    uint64_t number = 0;
    switch (row) {
    case ROW_OUT:
        r->out = o->value;
        if (o->value[0] == '\0') {
            complain("run: --out is empty; it takes the name of a directory");
        }
        return o->value[0] != '\0';
    case ROW_THREADS:
        if (!options_number(o, row, 1, 1024, &number)) {
            return false;
        }
        r->threads = (uint32_t)number;
        return true;
    case ROW_SEED:
        r->seed_given = true;
        return options_number(o, row, 0, UINT64_MAX, &r->seed);
    case ROW_SPIKES:
        return read_spike_formats(r, o->value);
    case ROW_SET:
        return source_add_override(&r->overrides, "run", o->value);
    case ROW_ENGINE: {
        saltus_error error = {0};
        r->engine = o->value;
        if (saltus_engine_parse(o->value, &r->how, &error) != SALTUS_OK) {
            complain("run: --engine: %s", error.message);
            return false;
        }
        return true;
    }
    case ROW_SCHEDULER:
        return read_scheduler(r, o->value);
    case ROW_QUIET:
        r->quiet = true;
        return true;
    case ROW_JSON:
        r->json = true;
        return true;
    default:
        r->cpuprofile = o->value;
        return true;
    }
}

/* An exit code; -1: go on. */
static int read_command_line(run_request *r, int argc, char **argv)
{
    option_reader o;
    options_begin(&o, "run", rows, argc, argv);
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
        complain("run: %s; usage: saltus run FILE [options], see saltus run --help",
                 argc == o.next ? "no experiment file is given" : "more than one file is given");
        return EXIT_CODE_USAGE;
    }
    r->file = argv[o.next];
    return -1;
}

/* ---- Stages ---------------------------------------------------------------------------- */

/* Refuse a name that is taken, before any work is done for it. */
static int choose_directory(run_session *s)
{
    s->directory = s->request->out == NULL
                       ? result_name("", saltus_experiment_title(s->source.experiment), &s->started)
                       : strdup(s->request->out);
    if (s->directory == NULL) {
        complain("run: out of memory");
        return EXIT_CODE_FAILED;
    }
    for (size_t n = strlen(s->directory); n > 1 && s->directory[n - 1] == '/'; n--) {
        s->directory[n - 1] = '\0';
    }
    return result_name_free("run", s->directory) ? EXIT_CODE_OK : EXIT_CODE_USAGE;
}

/* Network and simulation. */
static int build(run_session *s)
{
    saltus_network_options options = saltus_network_options_default();
    options.threads = s->request->threads;
    options.memory_limit = machine_memory_limit();
    const int code = source_check_memory(&s->source, &options, &s->estimate);
    if (code != EXIT_CODE_OK) {
        return code;
    }
    saltus_error error = {0};
    const double start_s = machine_seconds();
    saltus_status status =
        saltus_network_build(s->source.experiment, &options, &s->network, &error);
    if (status == SALTUS_OK) {
        saltus_simulation_options how = s->request->how;
        how.threads = s->request->threads;
        how.scheduler = s->request->scheduler;
        status = saltus_simulation_create(s->network, &how, &s->simulation, &error);
    }
    s->build_wall_s = machine_seconds() - start_s;
    if (status) {
        complain_error("run", &error, status);
        return status == SALTUS_E_EXPERIMENT || status == SALTUS_E_ARGUMENT ? EXIT_CODE_USAGE
                                                                            : EXIT_CODE_FAILED;
    }
    warn_of_rounding("run", s->simulation);
    return EXIT_CODE_OK;
}

/* The directory; a default name that another run took meanwhile is chosen anew. */
static saltus_status create_directory(run_session *s, saltus_error *error)
{
    saltus_status status = saltus_result_create(s->directory, &s->result, error);
    for (int tries = 0; status == SALTUS_E_EXISTS && s->request->out == NULL && tries < 100;
         tries++) {
        char *next = result_name("", saltus_experiment_title(s->source.experiment), &s->started);
        if (next == NULL) {
            return SALTUS_E_MEMORY;
        }
        free(s->directory);
        s->directory = next;
        status = saltus_result_create(s->directory, &s->result, error);
    }
    return status;
}

static bool records_weights(const run_session *s)
{
    const saltus_experiment *e = s->source.experiment;
    bool records = false;
    for (uint32_t i = 0; i < saltus_experiment_projection_count(e); i++) {
        records |= saltus_experiment_records_weights(e, i);
    }
    return records;
}

/* Refuse what this build cannot write, before any work is done for it. */
static int check_formats(const run_session *s)
{
#ifdef SALTUS_HAVE_SONATA
    (void)s;
#else
    if (records_weights(s)) {
        complain("run: %s records weights, which are written to HDF5; this saltus was built "
                 "without it. Leave record.weights out, or build with HDF5 and jansson",
                 s->source.path);
        return EXIT_CODE_USAGE;
    }
#endif
    return EXIT_CODE_OK;
}

/* Directory, copy of the experiment, recorders. */
static int open_results(run_session *s)
{
    saltus_error error = {0};
    saltus_status status = create_directory(s, &error);
    if (status == SALTUS_OK && s->source.text != NULL) {
        status = saltus_result_write_text(s->result, "experiment.yaml", s->source.text, &error);
    }
    if (status == SALTUS_OK) {
        status = saltus_statistics_create(s->simulation, 0.0, &s->statistics, &error);
    }
    if (status == SALTUS_OK && s->request->csv) {
        status = saltus_csv_spikes_create(s->result, s->simulation, &s->csv, &error);
    }
#ifdef SALTUS_HAVE_SONATA
    if (status == SALTUS_OK && s->request->sonata) {
        status = saltus_sonata_spikes_create_mapped(s->result, s->simulation, s->source.map,
                                                    &s->sonata, &error);
    }
    if (status == SALTUS_OK && records_weights(s)) {
        status = saltus_sonata_weights_create(s->result, s->simulation, &s->weights, &error);
    }
#endif
    if (status == SALTUS_OK) {
        status = saltus_csv_potential_create(s->result, s->simulation, &s->potential, &error);
    }
    if (status == SALTUS_OK) {
        return EXIT_CODE_OK;
    }
    complain_error("run", &error, status);
    return status == SALTUS_E_EXISTS ? EXIT_CODE_USAGE : EXIT_CODE_FAILED;
}

/* Close every writer; the first that fails says why. */
static saltus_status close_writers(run_session *s, saltus_error *error)
{
    saltus_status first = saltus_csv_spikes_close(s->csv, error);
    s->csv = NULL;
    saltus_status status = saltus_csv_potential_close(s->potential, first ? NULL : error);
    s->potential = NULL;
    first = first ? first : status;
#ifdef SALTUS_HAVE_SONATA
    status = saltus_sonata_spikes_close(s->sonata, first ? NULL : error);
    s->sonata = NULL;
    first = first ? first : status;
    status = saltus_sonata_weights_close(s->weights, first ? NULL : error);
    s->weights = NULL;
    first = first ? first : status;
#endif
    return first;
}

/* manifest.json, then the final name. */
static saltus_status commit(run_session *s, saltus_error *error)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    if (stream == NULL) {
        return SALTUS_E_MEMORY;
    }
    manifest_write(stream, s);
    const bool whole = ferror(stream) == 0;
    if (fclose(stream) != 0 || !whole) {
        free(text);
        return SALTUS_E_MEMORY;
    }
    saltus_status status = saltus_result_write_text(s->result, "manifest.json", text, error);
    free(text);
    if (status == SALTUS_OK) {
        status = saltus_result_commit(s->result, error);
    }
    if (status == SALTUS_OK) {
        s->result = NULL;
    }
    return status;
}

/* Run and put away the results. DIR.partial stays when this fails. */
static int simulate(run_session *s)
{
    saltus_error error = {0};
    saltus_error close_error = {0};
    run_catch_signals(s->simulation);
    saltus_status status = run_advance(s, &error);
    run_release_signals();
    if (status == SALTUS_OK || status == SALTUS_INTERRUPTED) {
        const saltus_status ended = saltus_simulation_record_end(s->simulation, &error);
        status = ended ? ended : status;
    }
    const bool interrupted = status == SALTUS_INTERRUPTED;
    s->complete = status == SALTUS_OK;

    /* a writer knows better than the engine why it stopped the run */
    const saltus_status closed = close_writers(s, &close_error);
    if (closed != SALTUS_OK && (s->complete || interrupted || status == SALTUS_E_RECORDER)) {
        status = closed;
        error = close_error;
    } else if (s->complete || interrupted) {
        status = commit(s, &error);
    }
    if (status != SALTUS_OK) {
        complain_error("run", &error, status);
        complain("run: the results are not complete; what was written is in %s.partial",
                 s->directory);
        return EXIT_CODE_FAILED;
    }
    return interrupted ? EXIT_CODE_INTERRUPTED : EXIT_CODE_OK;
}

static int run(run_session *s)
{
    int code = source_load(&s->source, "run", s->request->file, &s->request->overrides);
    if (code != EXIT_CODE_OK) {
        return code;
    }
    if (s->request->seed_given) {
        saltus_experiment_set_seed(s->source.experiment, s->request->seed);
    }
    code = check_formats(s);
    if (code == EXIT_CODE_OK) {
        code = choose_directory(s);
    }
    if (code == EXIT_CODE_OK) {
        code = build(s);
    }
    if (code == EXIT_CODE_OK) {
        code = open_results(s);
        if (code != EXIT_CODE_OK) {
            close_writers(s, NULL);
            saltus_result_discard(s->result);
            s->result = NULL;
        }
    }
    if (code == EXIT_CODE_OK) {
        code = simulate(s);
        if (code != EXIT_CODE_FAILED && s->request->json) {
            manifest_write(stdout, s);
        } else if (code != EXIT_CODE_FAILED) {
            summary_print(s);
        }
    }
    return code;
}

saltus_spike_statistics run_statistics(const run_session *s, uint32_t population)
{
    const double time_ms = saltus_simulation_time_ms(s->simulation);
    if (saltus_experiment_records_spikes(s->source.experiment, population)) {
        return saltus_statistics_get(s->statistics, population, time_ms);
    }
    const double neurons = (double)saltus_network_population_size(s->network, population);
    saltus_spike_statistics only = {.mean_cv = (double)NAN, .fraction_silent = (double)NAN};
    only.spikes = saltus_simulation_population_spikes(s->simulation, population);
    only.mean_rate_Hz = (double)only.spikes / (neurons * time_ms * 1e-3);
    return only;
}

int cmd_run(int argc, char **argv)
{
    /* static: a result that keeps its .partial name is still reachable at exit */
    static run_session session;
    run_request request = {.csv = true,
                           .argc = argc,
                           .threads = machine_default_threads(),
                           .how = saltus_simulation_options_default()};
#ifdef SALTUS_HAVE_SONATA
    request.sonata = true;
#endif
    /* the parser puts options first; the manifest shows what was typed */
    request.argv = malloc((size_t)argc * sizeof *request.argv);
    if (request.argv == NULL) {
        complain("run: out of memory");
        return EXIT_CODE_FAILED;
    }
    memcpy(request.argv, argv, (size_t)argc * sizeof *request.argv);

    int code = read_command_line(&request, argc, argv);
    if (code < 0) {
        session = (run_session){.request = &request};
        clock_gettime(CLOCK_REALTIME, &session.started);
        code = run(&session);
        session.request = NULL;
        saltus_statistics_destroy(session.statistics);
        saltus_simulation_destroy(session.simulation);
        saltus_network_destroy(session.network);
        source_clear(&session.source);
        free(session.directory);
    }
    source_clear_overrides(&request.overrides);
    free(request.argv);
    return code;
}
