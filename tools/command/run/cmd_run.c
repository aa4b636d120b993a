/* cmd_run - `saltus run FILE`: read, check, build, run, and leave a result directory.
 * The command line and the name of the directory are here, the rest is run_session.c.
 */
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
    ROW_CHECKPOINT_EVERY,
    ROW_CHECKPOINT_WALL,
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
    [ROW_CHECKPOINT_EVERY] = {"checkpoint-every", "TIME",
                              "write a checkpoint every so much simulated time, e.g. 10s;\n"
                              "saltus resume goes on from it"},
    [ROW_CHECKPOINT_WALL] = {"checkpoint-wall", "TIME",
                             "write a checkpoint every so much time on the clock, e.g. 60s"},
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
           "order and keeps what was recorded; a second Ctrl-C kills. With checkpoints the run\n"
           "goes on later, also after a kill: saltus resume DIR.checkpoint.\n\n");
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
    switch (row) {
    case ROW_OUT:
        return options_directory(o, row, &r->out);
    case ROW_THREADS:
        return options_threads(o, row, &r->threads);
    case ROW_SEED:
        r->seed_given = true;
        return options_number(o, row, 0, UINT64_MAX, &r->seed);
    case ROW_SPIKES:
        return read_spike_formats(r, o->value);
    case ROW_SET:
        return source_add_override(&r->overrides, "run", o->value);
    case ROW_ENGINE:
        r->engine = o->value;
        return options_engine(o, row, &r->how);
    case ROW_SCHEDULER:
        return read_scheduler(r, o->value);
    case ROW_CHECKPOINT_EVERY:
        return run_checkpoint_interval("checkpoint-every", o->value, &r->checkpoint_every_ms);
    case ROW_CHECKPOINT_WALL:
        return run_checkpoint_interval("checkpoint-wall", o->value, &r->checkpoint_wall_ms);
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
    r->file = options_file(&o, "FILE [options]");
    return r->file != NULL ? -1 : EXIT_CODE_USAGE;
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

static int run(run_session *s)
{
    int code = source_load_to_run(&s->source, "run", s->request->file, &s->request->overrides);
    if (code != EXIT_CODE_OK) {
        return code;
    }
    if (s->request->seed_given) {
        saltus_experiment_set_seed(s->source.experiment, s->request->seed);
    }
    code = source_check_formats(&s->source, s->command);
    if (code == EXIT_CODE_OK) {
        code = choose_directory(s);
    }
    return code == EXIT_CODE_OK ? run_stages(s) : code;
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
        session = (run_session){.request = &request, .command = "run"};
        clock_gettime(CLOCK_REALTIME, &session.started);
        code = run(&session);
        run_session_clear(&session);
    }
    source_clear_overrides(&request.overrides);
    free(request.argv);
    return code;
}
