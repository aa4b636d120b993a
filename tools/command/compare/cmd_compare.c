/* cmd_compare - `saltus compare FILE`: the experiment event-driven, then on clocks, side by side.
 *
 * The directory is DIR.partial until everything is measured. What is finished when something
 * fails, or when Ctrl-C comes, stays in DIR.partial; a comparison without a single finished run
 * leaves nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare/compare.h"
#include "shared/command.h"
#include "shared/machine.h"
#include "shared/result_name.h"

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

/* Engines that someone chose and that do not have the experiment's models, before anything runs.
 * What else an engine refuses it says when its turn comes. */
static int check_chosen(const compare_session *s)
{
    int code = EXIT_CODE_OK;
    for (size_t i = 0; i < s->row_count && code == EXIT_CODE_OK; i++) {
        if (s->rows[i].named) {
            code = source_check_engine(&s->source, "compare", s->rows[i].how.engine);
        }
    }
    return code;
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
    code = code != EXIT_CODE_OK ? code : check_chosen(s);
    code = code != EXIT_CODE_OK ? code : find_neurons(s);
    code = code != EXIT_CODE_OK ? code : compare_load_tables(s);
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
    int code = compare_read_options(&request, argc, argv);
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
