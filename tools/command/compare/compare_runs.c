/* compare_runs - runs every engine, in turn and again, and measures spikes against row 0.
 *
 * Order of the work: the event-driven run, further seeds of it when a yardstick is wanted, every
 * other engine once, then all engines again for each repeat. So repeats of one engine lie apart,
 * and a machine that slows down for a while does not hit one engine alone. Spikes are kept for the
 * first run of each engine only, in a file beside the results that is removed when it is measured.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compare/compare.h"
#include "shared/command.h"

/* ---- One run ----------------------------------------------------------------------------- */

/* One line on a terminal, overwritten by the next. */
static void show_progress(const compare_session *s, const char *engine, const char *what,
                          uint32_t number, uint32_t of)
{
    if (s->request->quiet || isatty(STDERR_FILENO) == 0) {
        return;
    }
    if (engine == NULL) {
        fputs("\r\033[K", stderr);
    } else {
        fprintf(stderr, "\r%s: %s %u of %u\033[K", engine, what, number, of);
    }
    fflush(stderr);
}

static int run_engine(const compare_session *s, const char *engine, uint64_t seed,
                      const char *spike_path, measured_run *out)
{
    const compare_request *r = s->request;
    saltus_experiment *experiment = s->source.experiment;
    const uint64_t own_seed = saltus_experiment_seed(experiment);
    saltus_experiment_set_seed(experiment, seed);
    const uint64_t hash = saltus_experiment_hash(experiment);
    saltus_experiment_set_seed(experiment, own_seed);
    const measured_request request = {
        .command = "compare",
        .file = r->file,
        .overrides = &r->overrides,
        .seed_given = true,
        .seed = seed,
        .threads = r->threads,
        .engine = engine,
        .spike_path = spike_path,
        .nominal_step_ms = r->nominal_step_ms,
        .inference_ms = r->inference_ms,
        .experiment_hash = hash,
    };
    return measured_run_do(&request, out);
}

static int fail(const saltus_error *error, saltus_status status)
{
    complain_error("compare", error, status);
    return EXIT_CODE_FAILED;
}

static int out_of_memory(void)
{
    complain("compare: out of memory");
    return EXIT_CODE_FAILED;
}

/* ---- Spikes -------------------------------------------------------------------------------- */

/* The file's spikes by neuron, from from_ms on. */
static int take_trains(const compare_session *s, const char *path, double from_ms,
                       saltus_trains **out)
{
    measured_spikes spikes;
    int code = measured_spikes_map("compare", path, &spikes);
    if (code == EXIT_CODE_OK) {
        saltus_error error = {0};
        const saltus_status status = saltus_trains_create(
            spikes.spikes, spikes.count, s->sizes, s->neuron_populations, from_ms,
            saltus_experiment_duration_ms(s->source.experiment), out, &error);
        code = status ? fail(&error, status) : EXIT_CODE_OK;
        measured_spikes_unmap(&spikes);
    }
    return code;
}

static void free_activities(saltus_activity **activities, uint32_t count)
{
    for (uint32_t i = 0; activities != NULL && i < count; i++) {
        saltus_activity_destroy(activities[i]);
    }
    free(activities);
}

/* Activity of every population of neurons. */
static int measure_activities(const compare_session *s, const char *path, saltus_activity ***out)
{
    saltus_trains *trains = NULL;
    const int code = take_trains(s, path, s->request->from_ms, &trains);
    if (code != EXIT_CODE_OK) {
        return code;
    }
    saltus_error error = {0};
    saltus_status status = SALTUS_OK;
    saltus_activity **activities = calloc(s->neuron_populations, sizeof(saltus_activity *));
    if (activities == NULL) {
        status = SALTUS_E_MEMORY;
    }
    for (uint32_t i = 0; i < s->neuron_populations && status == SALTUS_OK; i++) {
        status = saltus_activity_create(trains, i, &s->request->accuracy, &activities[i], &error);
    }
    saltus_trains_destroy(trains);
    if (status) {
        free_activities(activities, s->neuron_populations);
        return fail(&error, status);
    }
    *out = activities;
    return EXIT_CODE_OK;
}

/* One row's spikes against those of row 0. */
static int measure_accuracy(compare_session *s, compare_row *row, const char *path)
{
    saltus_trains *trains = NULL;
    int code = take_trains(s, path, 0.0, &trains);
    if (code != EXIT_CODE_OK) {
        return code;
    }
    if (row == s->rows) {
        s->reference = trains;
        return measure_activities(s, path, &row->activities);
    }
    saltus_error error = {0};
    row->populations = calloc(s->neuron_populations, sizeof *row->populations);
    const saltus_status status =
        row->populations == NULL
            ? SALTUS_E_MEMORY
            : saltus_accuracy_measure(s->reference, trains, &s->request->accuracy, &row->accuracy,
                                      row->populations, &error);
    saltus_trains_destroy(trains);
    if (status) {
        return fail(&error, status);
    }
    row->has_accuracy = true;
    code = measure_activities(s, path, &row->activities);
    return code;
}

/* ---- Seeds --------------------------------------------------------------------------------- */

static bool wants_seeds(const compare_session *s)
{
    return s->neuron_populations > 0 &&
           (s->request->seeds > 0 || (s->request->seeds < 0 && s->rows[0].run.recurrent));
}

/* Event-driven runs that differ by the seed alone. */
static int run_seeds(compare_session *s, const char *spike_path)
{
    const uint32_t count =
        s->request->seeds > 0 ? (uint32_t)s->request->seeds : COMPARE_SEEDS_USUAL;
    const uint32_t width = s->neuron_populations;
    s->seed_activities = calloc(((size_t)count + 1) * width, sizeof(saltus_activity *));
    if (s->seed_activities == NULL) {
        return out_of_memory();
    }
    for (uint32_t i = 0; i < width; i++) {
        s->seed_activities[i] = s->rows[0].activities[i];
    }
    const uint64_t seed = saltus_experiment_seed(s->source.experiment);
    for (uint32_t k = 1; k <= count; k++) {
        show_progress(s, "event", "further seed", k, count);
        measured_run run;
        saltus_activity **activities = NULL;
        int code = run_engine(s, "event", seed + k, spike_path, &run);
        if (code != EXIT_CODE_OK) {
            return code;
        }
        measured_run_clear(&run);
        code = measure_activities(s, spike_path, &activities);
        if (code != EXIT_CODE_OK) {
            return code;
        }
        memcpy(&s->seed_activities[(size_t)k * width], activities,
               width * sizeof(saltus_activity *));
        free(activities);
        s->seed_count = k;
    }
    return EXIT_CODE_OK;
}

/* How far a row lies out of the spread over seeds. */
static int measure_deviations(compare_session *s, compare_row *row)
{
    const uint32_t width = s->neuron_populations;
    const size_t runs = s->seed_count + 1;
    const saltus_activity **column = calloc(runs, sizeof *column);
    row->deviations = calloc(width, sizeof *row->deviations);
    saltus_status status = column == NULL || row->deviations == NULL ? SALTUS_E_MEMORY : SALTUS_OK;
    saltus_error error = {0};
    for (uint32_t p = 0; p < width && status == SALTUS_OK; p++) {
        for (size_t k = 0; k < runs; k++) {
            column[k] = s->seed_activities[k * width + p];
        }
        /* row 0 is one of the runs: the spread alone */
        status = saltus_yardstick_measure(column, runs, row == s->rows ? NULL : row->activities[p],
                                          row->deviations[p], &error);
    }
    free(column);
    return status ? fail(&error, status) : EXIT_CODE_OK;
}

/* ---- Rows ------------------------------------------------------------------------------------ */

static int by_value(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Median and range of what was measured so far. */
static void note_time(compare_row *row, const measured_run *run)
{
    double sorted[COMPARE_REPEATS_MAX];
    row->wall_s[row->repeats++] = run->run_wall_s;
    const uint32_t n = row->repeats;
    memcpy(sorted, row->wall_s, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_value);
    row->wall_median_s = 0.5 * (sorted[(n - 1) / 2] + sorted[n / 2]);
    row->wall_low_s = sorted[0];
    row->wall_high_s = sorted[n - 1];
    if (run->peak_bytes > row->peak_high_bytes) {
        row->peak_high_bytes = run->peak_bytes;
    }
}

/* One line an engine; the table and the JSON list everything. */
static void tell_rounding(const compare_row *row)
{
    uint64_t delays = 0;
    uint64_t others = 0;
    double sum_ms = 0.0;
    double largest_ms = 0.0;
    for (uint32_t i = 0; i < row->run.rounding_count; i++) {
        const measured_rounding *r = &row->run.roundings[i];
        const double change_ms = fabs(r->used_ms - r->given_ms);
        largest_ms = change_ms > largest_ms ? change_ms : largest_ms;
        if (r->what == SALTUS_ROUNDED_DELAY) {
            delays += r->values;
            sum_ms += r->mean_change_ms * (double)r->values;
        } else {
            others += r->values;
        }
    }
    char delays_text[96] = "";
    char others_text[64] = "";
    if (delays > 0) {
        snprintf(delays_text, sizeof delays_text, "%s delays, by %.6g ms on average",
                 count_text(delays), sum_ms / (double)delays);
    }
    if (others > 0) {
        snprintf(others_text, sizeof others_text, "%s refractory time%s", count_text(others),
                 others == 1 ? "" : "s");
    }
    if (delays > 0 || others > 0) {
        complain("compare: warning: %s rounds to its steps %s%s%s; at most by %.6g ms", row->engine,
                 delays_text, delays > 0 && others > 0 ? ", and " : "", others_text, largest_ms);
    }
}

static void price(compare_session *s, compare_row *row)
{
    const measured_run *run = &row->run;
    saltus_energy_work work = saltus_energy_work_default();
    work.counts = run->counts;
    work.simulated_s = run->simulated_ms * 1e-3;
    work.wall_s = row->wall_median_s;
    for (uint32_t i = 0; i < run->population_count; i++) {
        work.neurons += run->populations[i].sources ? 0.0 : (double)run->populations[i].neurons;
    }
    work.step_ms = run->step_ms > 0.0 ? run->step_ms : s->request->nominal_step_ms;
    work.inferences =
        s->request->inference_ms > 0.0 ? run->simulated_ms / s->request->inference_ms : 0.0;
    for (size_t t = 0; t < s->table_count; t++) {
        saltus_energy_price(s->tables[t].table, &work, &row->energy[t]);
    }
}

/* The engine does not take the experiment: one that was asked for ends the comparison, a usual one
 * is left out of it. */
static int refused(compare_session *s, compare_row *row)
{
    if (row->named || row == s->rows) {
        complain("compare: %s: %s", row->engine, row->run.refusal);
        return EXIT_CODE_USAGE;
    }
    complain("compare: warning: %s is left out: %s", row->engine, row->run.refusal);
    compare_left_out *left = &s->left_out[s->left_out_count];
    left->why = strdup(row->run.refusal);
    if (left->why == NULL) {
        return out_of_memory();
    }
    s->left_out_count++;
    memcpy(left->engine, row->engine, sizeof left->engine);
    free(row->energy);
    s->row_count--;
    memmove(row, row + 1, (size_t)(&s->rows[s->row_count] - row) * sizeof *row);
    memset(&s->rows[s->row_count], 0, sizeof *row);
    return EXIT_CODE_OK;
}

/* First run of a row, with its spikes. */
static int run_first(compare_session *s, compare_row *row, const char *spike_path)
{
    const bool spikes = s->neuron_populations > 0;
    show_progress(s, row->engine, "run", 1, s->request->repeat);
    row->energy = calloc(s->table_count + 1, sizeof *row->energy);
    if (row->energy == NULL) {
        return out_of_memory();
    }
    int code = run_engine(s, row->engine, saltus_experiment_seed(s->source.experiment),
                          spikes ? spike_path : NULL, &row->run);
    show_progress(s, NULL, NULL, 0, 0);
    if (row->run.refusal[0] != '\0') {
        return refused(s, row);
    }
    if (code != EXIT_CODE_OK) {
        return code;
    }
    note_time(row, &row->run);
    tell_rounding(row);
    if (spikes) {
        code = measure_accuracy(s, row, spike_path);
    }
    if (code == EXIT_CODE_OK && row == s->rows && wants_seeds(s)) {
        code = run_seeds(s, spike_path);
    }
    if (code == EXIT_CODE_OK && s->seed_count > 0) {
        code = measure_deviations(s, row);
    }
    unlink(spike_path);
    show_progress(s, NULL, NULL, 0, 0);
    if (code == EXIT_CODE_OK) {
        price(s, row);
        s->rows_done++;
    }
    return code;
}

/* A later run: time alone, and the same spikes. */
static int run_again(compare_session *s, compare_row *row, uint32_t number)
{
    show_progress(s, row->engine, "run", number, s->request->repeat);
    measured_run run;
    const int code =
        run_engine(s, row->engine, saltus_experiment_seed(s->source.experiment), NULL, &run);
    show_progress(s, NULL, NULL, 0, 0);
    if (code != EXIT_CODE_OK) {
        return code;
    }
    const bool same = run.fingerprint == row->run.fingerprint;
    note_time(row, &run);
    measured_run_clear(&run);
    price(s, row);
    if (!same) {
        complain("compare: two runs on %s have different spikes: a defect, please report",
                 row->engine);
        return EXIT_CODE_FAILED;
    }
    return EXIT_CODE_OK;
}

int compare_run_all(compare_session *s)
{
    char *spike_path = NULL;
    if (asprintf(&spike_path, "%s.partial/spikes.tmp", s->directory) < 0) {
        return out_of_memory();
    }
    int code = EXIT_CODE_OK;
    /* a row that is left out makes room for the next */
    while (s->rows_done < s->row_count && code == EXIT_CODE_OK) {
        code = run_first(s, &s->rows[s->rows_done], spike_path);
    }
    for (uint32_t n = 2; n <= s->request->repeat && code == EXIT_CODE_OK; n++) {
        for (size_t i = 0; i < s->row_count && code == EXIT_CODE_OK; i++) {
            code = run_again(s, &s->rows[i], n);
        }
    }
    unlink(spike_path);
    free(spike_path);
    if (code == EXIT_CODE_OK && measured_stop_asked()) {
        code = EXIT_CODE_INTERRUPTED;
    }
    s->complete = code == EXIT_CODE_OK;
    return code;
}

/* ---- Clearing -------------------------------------------------------------------------------- */

void compare_clear(compare_session *s)
{
    const uint32_t width = s->neuron_populations;
    for (size_t i = 0; s->rows != NULL && i < s->row_count; i++) {
        compare_row *row = &s->rows[i];
        measured_run_clear(&row->run);
        free_activities(row->activities, width);
        free(row->populations);
        free(row->deviations);
        free(row->energy);
    }
    /* the first line of these belongs to row 0 */
    for (size_t i = width; s->seed_activities != NULL && i < (s->seed_count + 1) * width; i++) {
        saltus_activity_destroy(s->seed_activities[i]);
    }
    free(s->seed_activities);
    saltus_trains_destroy(s->reference);
    for (size_t t = 0; t < s->table_count; t++) {
        saltus_energy_table_destroy(s->tables[t].table);
    }
    for (size_t i = 0; i < s->left_out_count; i++) {
        free(s->left_out[i].why);
    }
    free(s->rows);
    free(s->neurons_of);
    free(s->sizes);
    free(s->directory);
    source_clear(&s->source);
}
