/* cmd_learn - `saltus learn FILE`: train on images, give neurons their classes, test, report.
 *
 * The directory is DIR.partial until all is done. A checkpoint in it is written every so many
 * images, and when Ctrl-C ends the course after the image that is being shown; with --resume it
 * goes on from there, to the same bits as if it had never stopped.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "energy/energy_tables.h"
#include "learn/learn.h"
#include "measured/measured_run.h"
#include "shared/command.h"
#include "shared/machine.h"
#include "shared/result_name.h"

/* The longest time that a simulation has. */
#define MOST_MS 4.5e7

/* ---- Experiment ------------------------------------------------------------------------------ */

/* The description with what the command line says in its place. */
static int apply_options(learn_session *s)
{
    const learn_request *r = s->request;
    const saltus_learning_spec *given = saltus_experiment_learning(s->source.experiment);
    if (given == NULL) {
        complain("learn: %s has no section 'learning', which says what images are shown to which "
                 "population; see docs/learning.md",
                 r->file);
        return EXIT_CODE_USAGE;
    }
    saltus_learning_spec spec = *given;
    spec.train.count = r->train_given ? (uint32_t)r->train : spec.train.count;
    spec.label.count = r->label_given ? (uint32_t)r->label : spec.label.count;
    spec.test.count = r->test_given ? (uint32_t)r->test : spec.test.count;
    spec.epochs = r->epochs_given ? (uint32_t)r->epochs : spec.epochs;
    saltus_error error = {0};
    const saltus_status status =
        saltus_experiment_set_learning(s->source.experiment, &spec, &error);
    if (status != SALTUS_OK) {
        complain_error("learn", &error, status);
        return EXIT_CODE_USAGE;
    }
    s->spec = *saltus_experiment_learning(s->source.experiment);
    if (r->seed_given) {
        saltus_experiment_set_seed(s->source.experiment, r->seed);
    }
    learn_note_records(s);
    saltus_experiment_record_spikes(s->source.experiment, s->spec.output);
    return source_check_formats(&s->source, "learn");
}

/* Where phases end; whether there is time for all of it. */
static int plan_steps(learn_session *s)
{
    uint64_t steps = 0;
    for (int i = 0; i < LEARN_PHASES; i++) {
        steps += s->sets[i].count * (i == LEARN_TRAIN ? (uint64_t)s->spec.epochs : 1);
        s->phase_end[i] = steps;
    }
    const double period_ms = s->spec.presentation_ms + s->spec.rest_ms;
    if ((double)steps * period_ms > MOST_MS) {
        complain("learn: %s images of %s ms need %.3g hours of network time; a simulation has 12.5 "
                 "hours. Show fewer images, or shorten learning.rest",
                 count_text(steps), number_text(period_ms), (double)steps * period_ms / 3.6e6);
        return EXIT_CODE_USAGE;
    }
    s->order = malloc(s->sets[LEARN_TRAIN].count * sizeof *s->order);
    s->order_epoch = UINT32_MAX;
    const uint32_t classes = s->state.classes;
    const size_t windows = (size_t)(s->phase_end[LEARN_TRAIN] / s->spec.window + 1);
    const uint32_t neurons =
        saltus_experiment_population_size(s->source.experiment, s->spec.output);
    s->spikes = calloc(neurons, sizeof *s->spikes);
    s->rates_Hz = calloc(s->pixels, sizeof *s->rates_Hz);
    if (s->order == NULL || s->spikes == NULL || s->rates_Hz == NULL ||
        !learn_state_init(&s->state, neurons, classes, windows)) {
        complain("learn: out of memory");
        return EXIT_CODE_FAILED;
    }
    return EXIT_CODE_OK;
}

static saltus_status count_spikes(void *user, const saltus_spike *spikes, size_t count)
{
    learn_session *s = user;
    for (size_t i = 0; i < count; i++) {
        s->spikes[spikes[i].neuron] += spikes[i].population == s->spec.output;
    }
    return SALTUS_OK;
}

static int build(learn_session *s)
{
    saltus_network_options options = saltus_network_options_default();
    saltus_network_size size;
    options.threads = s->request->threads;
    options.memory_limit = machine_memory_limit();
    const int code = source_check_memory(&s->source, &options, &size);
    if (code != EXIT_CODE_OK) {
        return code;
    }
    saltus_error error = {0};
    saltus_status status =
        saltus_network_build(s->source.experiment, &options, &s->network, &error);
    if (status == SALTUS_OK) {
        saltus_simulation_options how = s->request->how;
        how.threads = s->request->threads;
        status = saltus_simulation_create(s->network, &how, &s->simulation, &error);
    }
    if (status == SALTUS_OK) {
        status = saltus_simulation_add_spike_recorder(s->simulation, count_spikes, s);
    }
    if (status != SALTUS_OK) {
        complain_error("learn", &error, status);
        return status == SALTUS_E_EXPERIMENT || status == SALTUS_E_ARGUMENT ? EXIT_CODE_USAGE
                                                                            : EXIT_CODE_FAILED;
    }
    warn_of_rounding("learn", s->simulation);
    return EXIT_CODE_OK;
}

static int load_table(learn_session *s)
{
    if (strcmp(s->request->energy, "none") == 0) {
        return EXIT_CODE_OK;
    }
    energy_tables tables = {0};
    int code = energy_tables_find(&tables, "learn", s->request->tables);
    if (code == EXIT_CODE_OK) {
        code = energy_tables_load(&tables, "learn", s->request->energy, &s->table);
    }
    energy_tables_clear(&tables);
    return code;
}

/* ---- Directory ------------------------------------------------------------------------------- */

/* Directories are made one by one; those that are there already are no mistake. */
static bool make_path(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        const bool good = mkdir(path, 0777) == 0 || errno == EEXIST;
        *slash = '/';
        if (!good) {
            return false;
        }
    }
    return mkdir(path, 0777) == 0;
}

static void put_experiment(FILE *stream, const learn_session *s)
{
    fputs(s->source.text, stream);
}

static int name_directory(learn_session *s)
{
    const learn_request *r = s->request;
    const char *title = saltus_experiment_title(s->source.experiment);
    s->directory = r->resume != NULL ? result_directory_of(r->resume)
                   : r->out != NULL  ? strdup(r->out)
                                     : result_name("learn-", title, &s->started);
    for (size_t n = s->directory != NULL ? strlen(s->directory) : 0;
         n > 1 && s->directory[n - 1] == '/'; n--) {
        s->directory[n - 1] = '\0';
    }
    if (s->directory == NULL || asprintf(&s->partial, "%s.partial", s->directory) < 0) {
        s->partial = NULL;
        complain("learn: out of memory");
        return EXIT_CODE_FAILED;
    }
    return EXIT_CODE_OK;
}

static int make_directory(learn_session *s)
{
    if (!result_name_free("learn", s->directory)) {
        return EXIT_CODE_USAGE;
    }
    if (!make_path(s->partial)) {
        complain("learn: cannot make %s: %s", s->partial, strerror(errno));
        return EXIT_CODE_FAILED;
    }
    return learn_write_file(s, "experiment.yaml", put_experiment);
}

/* All files are on the disk; give the directory its name. */
static int commit(learn_session *s)
{
    s->complete = true;
    int code = learn_write_file(s, "manifest.json", learn_put_manifest);
    if (code == EXIT_CODE_OK && rename(s->partial, s->directory) != 0) {
        complain("learn: cannot rename %s to %s: %s", s->partial, s->directory, strerror(errno));
        code = EXIT_CODE_FAILED;
    }
    return code;
}

/* ---- The course ------------------------------------------------------------------------------ */

/* Where a course that was resumed goes on, or the beginning of a new one. */
static int begin(learn_session *s)
{
    saltus_error error = {0};
    int code = EXIT_CODE_OK;
    if (s->resumed) {
        code = learn_restore(s);
    } else {
        const saltus_status status = learn_begin(s, &error);
        if (status != SALTUS_OK) {
            complain_error("learn", &error, status);
            return EXIT_CODE_USAGE;
        }
        code = make_directory(s);
        code = code == EXIT_CODE_OK ? learn_open_weights(s, NULL) : code;
    }
    return code == EXIT_CODE_OK ? learn_open_images(s) : code;
}

static int advance(learn_session *s, learn_progress *progress)
{
    const uint64_t every = s->request->every;
    while (s->state.step < s->phase_end[LEARN_TEST]) {
        if (measured_stop_asked()) {
            return EXIT_CODE_INTERRUPTED;
        }
        saltus_error error = {0};
        learn_image image;
        saltus_status status = learn_enter_phase(s, &error);
        if (status == SALTUS_OK) {
            status = learn_step(s, &image, &error);
        }
        if (status != SALTUS_OK) {
            complain_error("learn", &error, status);
            return EXIT_CODE_FAILED;
        }
        learn_put_image(s, &image);
        learn_progress_update(progress, s);
        if (every > 0 && s->state.step % every == 0) {
            const int code = learn_save(s);
            if (code != EXIT_CODE_OK) {
                return code;
            }
        }
    }
    return EXIT_CODE_OK;
}

static int teach(learn_session *s)
{
    learn_progress progress;
    measured_catch_signals();
    learn_progress_begin(&progress, s);
    int code = advance(s, &progress);
    learn_progress_end(&progress);
    if (code == EXIT_CODE_INTERRUPTED) {
        code = learn_save(s);
        if (code == EXIT_CODE_OK) {
            complain("learn: stopped after %s of %s images; go on with: saltus learn --resume %s",
                     count_text(s->state.step), count_text(s->phase_end[LEARN_TEST]), s->directory);
            return EXIT_CODE_INTERRUPTED;
        }
    }
    if (code == EXIT_CODE_OK) {
        code = learn_save(s);
    }
    if (code == EXIT_CODE_OK) {
        code = learn_end_weights(s);
    }
    if (code == EXIT_CODE_OK) {
        code = learn_write_files(s);
    }
    if (code == EXIT_CODE_OK) {
        code = learn_write_pictures(s);
    }
    if (code == EXIT_CODE_OK) {
        code = commit(s);
    }
    if (code == EXIT_CODE_FAILED) {
        result_say_way_on("learn", s->directory);
    }
    return code;
}

static int run(learn_session *s)
{
    int code = source_load(&s->source, "learn", s->request->file, &s->request->overrides);
    int (*const stages[])(learn_session *) = {
        apply_options,  learn_open_data, plan_steps, load_table,
        name_directory, build,           begin,      teach};
    for (size_t i = 0; code == EXIT_CODE_OK && i < sizeof stages / sizeof stages[0]; i++) {
        code = stages[i](s);
    }
    if (code == EXIT_CODE_OK && s->request->json) {
        learn_put_manifest(stdout, s);
    } else if (code == EXIT_CODE_OK) {
        learn_print_summary(s);
    }
    return code;
}

static void clear(learn_session *s)
{
    if (s->images != NULL) {
        fclose(s->images);
    }
    learn_clear_weights(s);
    saltus_simulation_destroy(s->simulation);
    saltus_network_destroy(s->network);
    saltus_energy_table_destroy(s->table);
    learn_close_data(s);
    learn_state_clear(&s->state);
    source_clear(&s->source);
    free(s->order);
    free(s->spikes);
    free(s->rates_Hz);
    free(s->directory);
    free(s->partial);
}

/* ---- Going on with another command line --------------------------------------------------------
 */

static learn_request default_request(void)
{
    return (learn_request){.threads = machine_default_threads(),
                           .every = 500,
                           .energy = "loihi",
                           .how = saltus_simulation_options_default()};
}

/* The command line of the course in place of the one given. */
static int read_course(learn_request *r, bool only, int *argc, char ***argv)
{
    struct stat place;
    if (!only) {
        complain("learn: --resume goes on as the course was begun; besides it only --threads, "
                 "--quiet and --json may be given");
        return EXIT_CODE_USAGE;
    }
    char *directory = result_directory_of(r->resume);
    char *partial = NULL;
    if (directory == NULL || asprintf(&partial, "%s.partial", directory) < 0) {
        complain("learn: out of memory");
        free(directory);
        return EXIT_CODE_FAILED;
    }
    int code = EXIT_CODE_OK;
    if (stat(partial, &place) != 0) {
        const bool done = stat(directory, &place) == 0;
        complain("learn: there is no course to go on with: %s %s", done ? directory : partial,
                 done ? "is complete" : "does not exist");
        code = EXIT_CODE_USAGE;
    } else {
        code = learn_read_arguments(partial, argc, argv);
    }
    free(partial);
    free(directory);
    return code;
}

static char **copy_strings(char **strings, int count)
{
    char **copy = calloc((size_t)count + 1, sizeof *copy);
    if (copy != NULL) {
        memcpy(copy, strings, (size_t)count * sizeof *copy);
    }
    return copy;
}

/* Parse a command line and do what it says. `given` is the command line that asks to resume the
 * course of this one; NULL: a new course. */
static int learn_with(const learn_request *given, int argc, char **argv)
{
    bool only = true;
    learn_request request = default_request();
    learn_session session = {.request = &request};
    request.argc = argc;
    request.argv = copy_strings(argv, argc); /* the parser puts options first */
    if (request.argv == NULL) {
        complain("learn: out of memory");
        return EXIT_CODE_FAILED;
    }
    int code = learn_read_options(&request, argc, argv, &only);
    int course_argc = 0;
    char **course = NULL;
    if (code < 0 && given == NULL && request.resume != NULL) {
        code = read_course(&request, only, &course_argc, &course);
        if (code == EXIT_CODE_OK) {
            char *text = course[0];
            code = learn_with(&request, course_argc, course);
            free(text);
            free(course);
        }
    } else if (code < 0) {
        if (given != NULL) {
            request.resume = given->resume;
            request.threads = given->threads;
            request.quiet = given->quiet;
            request.json = given->json;
            session.resumed = true;
        }
        clock_gettime(CLOCK_REALTIME, &session.started);
        code = run(&session);
        clear(&session);
    }
    source_clear_overrides(&request.overrides);
    free(request.argv);
    return code;
}

int cmd_learn(int argc, char **argv)
{
    return learn_with(NULL, argc, argv);
}
