/* cmd_resume - `saltus resume FILE`: go on with the run whose checkpoint FILE is.
 *
 * Everything that the run was asked for is in the checkpoint, with the text of its experiment;
 * files that the experiment names are read again, and the hash of the whole must be what it was.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run/run.h"
#include "shared/command.h"
#include "shared/machine.h"
#include "shared/options.h"

enum { ROW_THREADS, ROW_QUIET, ROW_JSON };

static const option_row rows[] = {
    [ROW_THREADS] = {"threads", "N",
                     "threads (default: OMP_NUM_THREADS, else one a processor);\n"
                     "results do not depend on it"},
    [ROW_QUIET] = {"quiet", NULL, "no progress line"},
    [ROW_JSON] = {"json", NULL, "print the manifest as JSON instead of the table"},
    {NULL, NULL, NULL},
};

static const char ending[] = ".checkpoint";

static void print_help(void)
{
    printf("usage: saltus resume DIR.checkpoint [options]\n\n"
           "Goes on with a run that was started with --checkpoint-every or --checkpoint-wall and\n"
           "was killed or stopped by Ctrl-C. The checkpoint lies beside DIR.partial; the files in\n"
           "it are cut back to where they were when it was written. The result is the same, bit\n"
           "for bit, as that of a run that was never stopped.\n\n");
    options_print(rows);
    printf(
        "\nExit codes: 0 done; 1 the run failed; 2 the checkpoint is damaged, of another version\n"
        "or not of this run, or the network does not fit the memory; 130 stopped again.\n\n"
        "  saltus resume results/ai.checkpoint --threads 2\n");
}

/* An exit code; -1: go on. */
static int read_command_line(run_request *r, int argc, char **argv, const char **file)
{
    option_reader o;
    options_begin(&o, "resume", rows, argc, argv);
    for (int row = options_next(&o); row != OPTIONS_END; row = options_next(&o)) {
        if (row == OPTIONS_HELP) {
            print_help();
            return EXIT_CODE_OK;
        }
        if (row == OPTIONS_WRONG ||
            (row == ROW_THREADS && !options_threads(&o, row, &r->threads))) {
            return EXIT_CODE_USAGE;
        }
        r->quiet = r->quiet || row == ROW_QUIET;
        r->json = r->json || row == ROW_JSON;
    }
    if (argc - o.next != 1) {
        complain("resume: %s; usage: saltus resume DIR.checkpoint [options]",
                 argc == o.next ? "no checkpoint is given" : "more than one file is given");
        return EXIT_CODE_USAGE;
    }
    *file = argv[o.next];
    return -1;
}

static bool exists(const char *directory, const char *behind)
{
    char *path = NULL;
    struct stat status;
    if (asprintf(&path, "%s%s", directory, behind) < 0) {
        return false;
    }
    const bool found = lstat(path, &status) == 0;
    free(path);
    return found;
}

/* The directory that the file lies beside. Returns an exit code; -1: go on. */
static int find_directory(run_session *s, const char *file)
{
    const size_t length = strlen(file);
    const size_t behind = sizeof ending - 1;
    if (length <= behind || strcmp(file + length - behind, ending) != 0) {
        complain("resume: %s: a checkpoint is called DIR%s and lies beside DIR.partial, with whose "
                 "files the run goes on",
                 file, ending);
        return EXIT_CODE_USAGE;
    }
    s->directory = strndup(file, length - behind);
    if (s->directory == NULL) {
        complain("resume: out of memory");
        return EXIT_CODE_FAILED;
    }
    if (exists(s->directory, ".partial")) {
        return -1;
    }
    if (!exists(s->directory, "")) {
        complain("resume: %s.partial is not there, with whose files the run would go on",
                 s->directory);
        return EXIT_CODE_USAGE;
    }
    /* killed between the last two steps of the run */
    complain("resume: %s is complete already", s->directory);
    if (run_checkpoint_begin(s) == EXIT_CODE_OK) {
        run_checkpoint_end(s);
    }
    return EXIT_CODE_OK;
}

/* The run as it was asked for. */
static int read_record(run_session *s, run_request *r, run_record *record, char **bytes)
{
    saltus_error error = {0};
    void *found = NULL;
    size_t size = 0;
    const saltus_status status =
        saltus_checkpoint_get_bytes(s->from, RUN_RECORD, &found, &size, &error);
    *bytes = found;
    if (status != SALTUS_OK) {
        complain_error("resume", &error, status);
        return status == SALTUS_E_MEMORY ? EXIT_CODE_FAILED : EXIT_CODE_USAGE;
    }
    if (!run_checkpoint_read(s, r, record, *bytes, size)) {
        complain("resume: the checkpoint was not written by `saltus run`, or by another version");
        return EXIT_CODE_USAGE;
    }
#ifndef SALTUS_HAVE_SONATA
    if (r->sonata || record->text == NULL) {
        complain("resume: the run is of SONATA files, and this saltus was built without SONATA");
        return EXIT_CODE_USAGE;
    }
#endif
    s->folder = record->folder;
    s->checkpoint.resumed++;
    return EXIT_CODE_OK;
}

static int load(run_session *s, const run_request *r, const run_record *record)
{
    const int code = source_load_again(&s->source, "resume", record->file, record->folder,
                                       record->text, &r->overrides);
    if (code != EXIT_CODE_OK) {
        return code;
    }
    if (r->seed_given) {
        saltus_experiment_set_seed(s->source.experiment, r->seed);
    }
    char hash[32];
    snprintf(hash, sizeof hash, "%016" PRIx64, saltus_experiment_hash(s->source.experiment));
    if (strcmp(hash, record->hash) != 0) {
        complain("resume: a file that the experiment %s is made of was changed since the run began "
                 "(the experiment's hash is %s, and was %s)",
                 record->file, hash, record->hash);
        return EXIT_CODE_USAGE;
    }
    return EXIT_CODE_OK;
}

/* The file is no checkpoint: what may have been meant? */
static void complain_about(const char *file, const saltus_error *error, saltus_status status)
{
    struct stat found;
    char *directory = result_directory_of(file);
    char *way_on = directory != NULL ? result_way_on(directory) : NULL;
    const bool is_other = stat(file, &found) == 0 && !S_ISDIR(found.st_mode);
    if (way_on == NULL || is_other) {
        complain_error("resume", error, status);
    } else if (way_on[0] != '\0') {
        complain("resume: %s is no checkpoint; to go on with its run: %s", file, way_on);
    } else if (exists(directory, ".partial")) {
        complain("resume: there is no %s%s: the run has not written a checkpoint; remove "
                 "%s.partial and run it again",
                 directory, ending, directory);
    } else if (exists(directory, "")) {
        complain("resume: there is no %s%s: %s is complete, or no run with checkpoints wrote it",
                 directory, ending, directory);
    } else {
        complain_error("resume", error, status);
    }
    free(way_on);
    free(directory);
}

static int resume(run_session *s, run_request *r, const char *file, char **bytes)
{
    saltus_error error = {0};
    const saltus_status status = saltus_checkpoint_open(file, &s->from, &error);
    if (status != SALTUS_OK) {
        complain_about(file, &error, status);
        return status == SALTUS_E_MEMORY ? EXIT_CODE_FAILED : EXIT_CODE_USAGE;
    }
    if (!saltus_checkpoint_has_bytes(s->from, RUN_RECORD)) {
        complain(
            "resume: %s was not written by `saltus run`; a course of `saltus learn` goes on with "
            "saltus learn --resume DIR",
            file);
        return EXIT_CODE_USAGE;
    }
    int code = find_directory(s, file);
    if (code >= 0) {
        return code;
    }
    run_record record;
    code = read_record(s, r, &record, bytes);
    if (code == EXIT_CODE_OK) {
        code = load(s, r, &record);
    }
    return code == EXIT_CODE_OK ? run_stages(s) : code;
}

int cmd_resume(int argc, char **argv)
{
    /* static: a result that keeps its .partial name is still reachable at exit */
    static run_session session;
    run_request request = {.threads = machine_default_threads(),
                           .how = saltus_simulation_options_default()};
    const char *file = NULL;
    char *bytes = NULL;
    int code = read_command_line(&request, argc, argv, &file);
    if (code < 0) {
        session = (run_session){.request = &request, .command = "resume"};
        code = resume(&session, &request, file, &bytes);
        run_session_clear(&session);
    }
    source_clear_overrides(&request.overrides);
    free(request.argv);
    free(bytes);
    return code;
}
