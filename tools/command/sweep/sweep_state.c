/* sweep_state - sweep.json: the plan of a sweep and, when all is done, what follows from it.
 *
 * The plan is an object of texts and numbers, a member a line as json_writer puts them, so that two
 * plans are compared line by line and a difference has a name. The order puts what a person changes
 * before the hash, which any change of the experiment changes.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/command.h"
#include "shared/json_writer.h"
#include "shared/machine.h"
#include "sweep/sweep.h"
#include "sweep/sweep_files.h"

/* ---- The plan ---------------------------------------------------------------------------- */

/* A text from parts; finished by json_string. */
typedef struct text_builder {
    FILE *stream;
    char *text;
    size_t length;
} text_builder;

static void begin_text(text_builder *b)
{
    *b = (text_builder){.text = NULL};
    b->stream = open_memstream(&b->text, &b->length);
}

static void end_text(text_builder *b, json_writer *w, const char *key)
{
    if (b->stream != NULL && fclose(b->stream) == 0) {
        json_string(w, key, b->text);
    }
    free(b->text);
}

static void put_ranges(json_writer *w, const sweep_request *r)
{
    for (size_t a = 0; a < r->axis_count; a++) {
        for (size_t i = 0; i < r->axes[a].path_count; i++) {
            char key[256];
            snprintf(key, sizeof key, "%s %s", i == 0 ? "vary" : "with", r->axes[a].paths[i]);
            text_builder b;
            begin_text(&b);
            const vary_range *range = &r->axes[a].ranges[i];
            for (size_t k = 0; k < range->count && b.stream != NULL; k++) {
                fprintf(b.stream, "%s%s", k > 0 ? ", " : "", range->values[k].text);
            }
            end_text(&b, w, key);
        }
    }
}

static void put_plan(json_writer *w, const sweep *s)
{
    const sweep_request *r = s->request;
    json_open_object(w, "plan");
    json_string(w, "version", saltus_version());
    json_string(w, "cpu", machine_cpu_model());
    json_integer(w, "threads", r->threads);
    json_integer(w, "repeats", r->repeats);
    text_builder b;
    begin_text(&b);
    for (size_t e = 0; e < r->engine_count && b.stream != NULL; e++) {
        fprintf(b.stream, "%s%s", e > 0 ? ", " : "", r->engines[e].name);
    }
    end_text(&b, w, "engines");
    put_ranges(w, r);
    json_integer(w, "seed", s->seed);
    begin_text(&b);
    for (size_t i = 0; i < r->overrides.count && b.stream != NULL; i++) {
        fprintf(b.stream, "%s%s=%s", i > 0 ? "; " : "", r->overrides.of[i].path,
                r->overrides.of[i].value);
    }
    end_text(&b, w, "set");
    json_hex(w, "experiments", s->hash);
    json_close(w);
}

/* ---- Results ------------------------------------------------------------------------------- */

static void put_energy(json_writer *w, const sweep *s, const sweep_cell *cell, size_t e)
{
    json_open_array(w, "energy");
    for (size_t t = 0; t < s->table_count; t++) {
        saltus_energy_estimate estimate;
        sweep_price(s, cell, e, t, &estimate);
        json_open_object(w, NULL);
        json_string(w, "table", sweep_table_name(s, t));
        if (estimate.has_total) {
            char missing[256];
            saltus_energy_missing_text(&estimate, missing, sizeof missing);
            json_double(w, "low_J", estimate.total.low_J);
            json_double(w, "high_J", estimate.total.high_J);
            json_bool(w, "lower_bound", estimate.lower_bound);
            json_string(w, "unpriced", missing);
        }
        json_close(w);
    }
    json_close(w);
}

static void put_engine(json_writer *w, const sweep_result *result, size_t point, size_t e)
{
    const sweep_cell *cell = sweep_cell_at(result, point, e);
    const sweep_run *run = cell->run;
    json_open_object(w, NULL);
    json_string(w, "engine", result->sweep->request->engines[e].name);
    if (run != NULL) {
        const saltus_counts *c = &run->counts;
        json_double(w, "wall_s", cell->wall_s);
        json_double(w, "wall_max_s", cell->wall_max_s);
        json_double(w, "wall_s_per_simulated_s", cell->wall_s / (run->simulated_ms * 1e-3));
        json_double(w, "times_reference",
                    cell->wall_s / sweep_cell_at(result, point, result->reference)->wall_s);
        json_double(w, "model_wall_s", sweep_predict_s(result, point, e));
        json_double(w, "ns_per_synaptic_event", cell->wall_s * 1e9 / (double)c->synaptic_events);
        const double neuron_s = (double)run->neurons * run->simulated_ms * 1e-3;
        json_double(w, "rate_Hz", (double)c->spikes / neuron_s);
        json_double(w, "deliveries_per_neuron_Hz", sweep_deliveries_Hz(run));
        json_double(w, "external_per_neuron_Hz", (double)c->external_events / neuron_s);
        json_integer(w, "spikes", c->spikes);
        json_integer(w, "synaptic_events", c->synaptic_events);
        json_integer(w, "plastic_updates", c->plastic_updates);
        json_integer(w, "peak_bytes", run->peak_bytes);
        json_double(w, "package_J", run->package_J);
        if (result->sweep->table_count > 0) {
            put_energy(w, result->sweep, cell, e);
        }
    }
    json_close(w);
}

static void put_points(json_writer *w, const sweep_result *result)
{
    const sweep *s = result->sweep;
    const sweep_request *r = s->request;
    json_open_array(w, "points");
    for (size_t point = 0; point < s->point_count; point++) {
        json_open_object(w, NULL);
        json_open_object(w, "values");
        for (size_t a = 0; a < r->axis_count; a++) {
            for (size_t i = 0; i < r->axes[a].path_count; i++) {
                json_string(w, r->axes[a].paths[i],
                            r->axes[a].ranges[i].values[sweep_value_index(r, point, a)].text);
            }
        }
        json_close(w);
        json_open_array(w, "engines");
        for (size_t e = 0; e < r->engine_count; e++) {
            put_engine(w, result, point, e);
        }
        json_close(w);
        json_close(w);
    }
    json_close(w);
}

static const char *state_name(saltus_cost_state state)
{
    static const char *const names[] = {[SALTUS_COST_FITTED] = "fitted",
                                        [SALTUS_COST_AT_ZERO] = "zero",
                                        [SALTUS_COST_ABSENT] = "absent",
                                        [SALTUS_COST_INSEPARABLE] = "inseparable",
                                        [SALTUS_COST_LEFT_OUT] = "left out"};
    return names[state];
}

static void put_fit(json_writer *w, const sweep_fit *fit)
{
    json_open_object(w, NULL);
    json_string(w, "engine", fit->model);
    if (!fit->good) {
        json_string(w, "problem", fit->problem);
        json_close(w);
        return;
    }
    json_integer(w, "points", fit->fit.points);
    json_double(w, "rms_relative", fit->fit.rms_relative);
    json_double(w, "max_relative", fit->fit.max_relative);
    json_open_array(w, "costs");
    for (saltus_cost_term term = 0; term < SALTUS_COST_TERM_COUNT; term++) {
        const saltus_cost_coefficient *c = &fit->fit.terms[term];
        if (c->state == SALTUS_COST_ABSENT) {
            continue;
        }
        json_open_object(w, NULL);
        json_string(w, "work", saltus_cost_term_name(term));
        json_string(w, "state", state_name(c->state));
        json_double(w, "cost_ns", c->cost_ns);
        json_double(w, "standard_error_ns", c->standard_error_ns);
        json_double(w, "separation", c->separation);
        if (c->partner != term) {
            json_string(w, "partner", saltus_cost_term_name(c->partner));
        }
        json_close(w);
    }
    json_close(w);
    json_close(w);
}

static void put_crossing(json_writer *w, const sweep_line *line, const saltus_crossover *c)
{
    json_open_object(w, NULL);
    json_double(w, "x", c->x);
    json_double(w, "x_low", c->x_low);
    json_double(w, "x_high", c->x_high);
    json_bool(w, "low_open", c->low_open != 0);
    json_bool(w, "high_open", c->high_open != 0);
    json_string(w, "cheaper_above", c->rising ? "engine" : "reference");
    json_double(w, "before", line->points[c->before].x);
    json_double(w, "after", line->points[c->after].x);
    json_close(w);
}

static void put_line(json_writer *w, const sweep_result *result, const sweep_line *line)
{
    const sweep_request *r = result->sweep->request;
    json_open_object(w, NULL);
    json_string(w, "engine", r->engines[line->engine].name);
    json_string(w, "reference", r->engines[result->reference].name);
    json_string(w, "varied", r->axes[0].paths[0]);
    json_string(w, "unit", r->axes[0].ranges[0].unit);
    if (r->axis_count > 1) {
        json_string(w, r->axes[1].paths[0], r->axes[1].ranges[0].values[line->second].text);
    }
    json_open_array(w, "measured");
    for (size_t i = 0; i < line->crossing_count; i++) {
        put_crossing(w, line, &line->crossings[i]);
    }
    json_close(w);
    json_open_array(w, "model");
    for (size_t i = 0; i < line->model_crossing_count; i++) {
        put_crossing(w, line, &line->model_crossings[i]);
    }
    json_close(w);
    json_double(w, "model_equal_arrivals_per_neuron_Hz", line->equal_Hz);
    json_bool(w, "model_equal_is_extrapolated", !line->equal_inside);
    json_close(w);
}

void sweep_put_state(FILE *stream, const void *state)
{
    const sweep *s = ((const sweep_state *)state)->sweep;
    const sweep_result *result = ((const sweep_state *)state)->result;
    json_writer w;
    json_begin(&w, stream);
    json_open_object(&w, NULL);
    json_string(&w, "saltus", saltus_version());
    json_bool(&w, "complete", result != NULL);
    json_string(&w, "title", s->title);
    json_string(&w, "file", s->request->file);
    json_open_array(&w, "command");
    for (size_t i = 0; i < s->request->word_count; i++) {
        json_string(&w, NULL, s->request->words[i]);
    }
    json_close(&w);
    put_plan(&w, s);
    json_integer(&w, "runs", s->run_count);
    json_string(&w, "started", s->started);
    if (result != NULL) {
        json_string(&w, "finished", s->finished);
        json_integer(&w, "cpus", machine_cpu_count());
        put_points(&w, result);
        json_open_array(&w, "fits");
        for (size_t i = 0; i < result->fit_count; i++) {
            put_fit(&w, &result->fits[i]);
        }
        json_close(&w);
        json_open_array(&w, "crossovers");
        for (size_t i = 0; i < result->line_count; i++) {
            put_line(&w, result, &result->lines[i]);
        }
        json_close(&w);
    }
    json_close(&w);
}

/* ---- Reading it back ----------------------------------------------------------------------- */

/* The lines between "plan": { and its end; NULL: there is no plan. */
static const char *plan_of(const char *json, size_t *length)
{
    static const char opening[] = "\n  \"plan\": {\n";
    const char *begin = strstr(json, opening);
    const char *end = begin != NULL ? strstr(begin, "\n  }") : NULL;
    if (end == NULL) {
        return NULL;
    }
    begin += sizeof opening - 1;
    *length = (size_t)(end - begin);
    return begin;
}

/* One line of a plan without its blanks, its comma and its line end. */
static const char *next_line(const char **text, const char *end, size_t *length)
{
    const char *line = *text;
    while (line < end && *line == ' ') {
        line++;
    }
    const char *stop = line;
    while (stop < end && *stop != '\n') {
        stop++;
    }
    *text = stop < end ? stop + 1 : end;
    *length = (size_t)(stop - line) - (stop > line && stop[-1] == ',');
    return line;
}

bool sweep_plan_differs(const sweep *s, const char *json, char *difference, size_t size)
{
    char *mine = NULL;
    size_t mine_size = 0;
    FILE *stream = open_memstream(&mine, &mine_size);
    if (stream == NULL) {
        snprintf(difference, size, "it cannot be compared, memory ran out");
        return true;
    }
    sweep_put_state(stream, &(sweep_state){.sweep = s});
    fclose(stream);

    size_t there_length = 0;
    size_t here_length = 0;
    const char *there = plan_of(json, &there_length);
    const char *here = plan_of(mine, &here_length);
    bool differs = there == NULL || here == NULL;
    if (differs) {
        snprintf(difference, size, "its sweep.json has no plan that can be read");
    }
    const char *there_end = differs ? NULL : there + there_length;
    const char *here_end = differs ? NULL : here + here_length;
    while (!differs && (there < there_end || here < here_end)) {
        size_t a = 0;
        size_t b = 0;
        const char *line_there = next_line(&there, there_end, &a);
        const char *line_here = next_line(&here, here_end, &b);
        differs = a != b || memcmp(line_there, line_here, a) != 0;
        if (differs) {
            snprintf(difference, size, "there %.*s, here %.*s", (int)(a < 400 ? a : 400),
                     a > 0 ? line_there : "nothing more", (int)(b < 400 ? b : 400), line_here);
        }
    }
    free(mine);
    return differs;
}

/* One JSON string of our own writing, without its quotes; *end is behind it. NULL: none is there,
 * or memory ran out. */
static char *read_string(const char *text, const char **end)
{
    if (*text != '"') {
        return NULL;
    }
    char *out = malloc(strlen(text));
    size_t length = 0;
    for (text++; out != NULL && *text != '"'; text++) {
        if (*text == '\0') {
            free(out);
            return NULL;
        }
        if (*text == '\\' && text[1] == 'u') {
            char digits[5] = "";
            strncpy(digits, text + 2, 4);
            out[length++] = (char)strtoul(digits, NULL, 16);
            text += strlen(digits) + 1;
        } else {
            /* a backslash that ends the text escapes nothing */
            text += *text == '\\' && text[1] != '\0';
            out[length++] = *text;
        }
    }
    if (out != NULL) {
        out[length] = '\0';
        *end = text + 1;
    }
    return out;
}

/* The words of the command in `json`; those that were read are the caller's either way. */
static bool read_words(const char *json, char ***words, size_t *count)
{
    static const char opening[] = "\n  \"command\": [\n";
    const char *text = strstr(json, opening);
    if (text == NULL) {
        return false;
    }
    text += sizeof opening - 1;
    for (;;) {
        text += strspn(text, " \n,");
        if (*text == ']') {
            return *count > 0;
        }
        char *word = read_string(text, &text);
        char **larger = realloc(*words, (*count + 1) * sizeof **words);
        if (word == NULL || larger == NULL) {
            *words = larger != NULL ? larger : *words;
            free(word);
            return false;
        }
        *words = larger;
        larger[(*count)++] = word;
    }
}

int sweep_directory_command(const char *directory, char ***words, size_t *count)
{
    *words = NULL;
    *count = 0;
    char *json = NULL;
    const int code = sweep_read_file(directory, "sweep.json", &json);
    if (code != EXIT_CODE_OK) {
        return EXIT_CODE_USAGE;
    }
    const bool read = json != NULL && read_words(json, words, count);
    if (!read) {
        complain("sweep: %s %s", directory,
                 json == NULL ? "holds no sweep: there is no sweep.json in it"
                              : "has a sweep.json without a command that can be read");
    }
    free(json);
    return read ? EXIT_CODE_OK : EXIT_CODE_USAGE;
}

void sweep_read_started(const char *json, char *started, size_t size)
{
    static const char key[] = "\n  \"started\": ";
    const char *text = strstr(json, key);
    char *value = text != NULL ? read_string(text + sizeof key - 1, &text) : NULL;
    if (value != NULL) {
        snprintf(started, size, "%s", value);
    }
    free(value);
}
