/* sweep_store - the directory of a sweep: points.csv, a line a finished run, and files beside it.
 *
 * A line is one write and is made durable before the next run starts. Whatever ends the program,
 * points.csv is whole lines and perhaps a part of one more, which has no line end and is cut off
 * when the sweep goes on. A lock on it keeps a second sweep out while one is at work.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/command.h"
#include "sweep/sweep.h"
#include "sweep/sweep_files.h"

#define FIELDS_MAX 64

/* ---- Columns ----------------------------------------------------------------------------- */

typedef enum column_kind { COLUMN_NUMBER, COLUMN_COUNT, COLUMN_HEX } column_kind;

typedef struct column {
    const char *name;
    column_kind kind;
    size_t offset; /* in sweep_run */
} column;

#define NUMBER(name)                                                                               \
    {                                                                                              \
#name, COLUMN_NUMBER, offsetof(sweep_run, name)                                            \
    }
#define WHOLE(name)                                                                                \
    {                                                                                              \
#name, COLUMN_COUNT, offsetof(sweep_run, name)                                             \
    }
#define COUNT(name)                                                                                \
    {                                                                                              \
#name, COLUMN_COUNT, offsetof(sweep_run, counts) + offsetof(saltus_counts, name)           \
    }

/* Those that are read back; rates are written beside them for readers of the file. */
static const column columns[] = {
    NUMBER(wall_s),
    NUMBER(cpu_s),
    NUMBER(build_s),
    NUMBER(simulated_ms),
    WHOLE(neurons),
    WHOLE(synapses),
    COUNT(spikes),
    COUNT(source_spikes),
    COUNT(synaptic_events),
    COUNT(zero_weight_events),
    COUNT(external_events),
    COUNT(neuron_updates),
    COUNT(step_updates),
    COUNT(threshold_tests),
    COUNT(crossing_searches),
    COUNT(plastic_updates),
    COUNT(scheduler_pushes),
    COUNT(scheduler_pops),
    COUNT(scheduler_compares),
    COUNT(steps),
    COUNT(state_bytes),
    COUNT(synapse_bytes),
    COUNT(queue_bytes),
    COUNT(random_draws),
    COUNT(exp_evaluations),
    COUNT(windows),
    WHOLE(peak_bytes),
    WHOLE(network_bytes),
    {"fingerprint", COLUMN_HEX, offsetof(sweep_run, fingerprint)},
    NUMBER(package_J),
    NUMBER(instructions),
    NUMBER(cycles),
};
#define COLUMN_COUNT_ALL (sizeof columns / sizeof columns[0])
/* after them: rates, computed */
#define RATE_COUNT 2

static void put_field(FILE *stream, const column *c, const sweep_run *run)
{
    const char *at = (const char *)run + c->offset;
    double number = 0.0;
    uint64_t count = 0;
    switch (c->kind) {
    case COLUMN_NUMBER:
        memcpy(&number, at, sizeof number);
        fprintf(stream, ",%s", number_text(number));
        break;
    case COLUMN_COUNT:
        memcpy(&count, at, sizeof count);
        fprintf(stream, ",%" PRIu64, count);
        break;
    default:
        memcpy(&count, at, sizeof count);
        fprintf(stream, ",%016" PRIx64, count);
        break;
    }
}

/* Takes what put_field writes: neither blanks nor, in counts, signs. */
static bool read_field(const column *c, const char *text, sweep_run *run)
{
    char *at = (char *)run + c->offset;
    char *end = NULL;
    if (isspace((unsigned char)*text) ||
        (c->kind != COLUMN_NUMBER && !isxdigit((unsigned char)*text))) {
        return false;
    }
    errno = 0;
    if (c->kind == COLUMN_NUMBER) {
        const double number = strtod(text, &end);
        memcpy(at, &number, sizeof number);
    } else {
        const uint64_t count = strtoull(text, &end, c->kind == COLUMN_HEX ? 16 : 10);
        memcpy(at, &count, sizeof count);
    }
    return *text != '\0' && *end == '\0' && errno == 0;
}

/* ---- Lines ----------------------------------------------------------------------------------- */

static void put_header(FILE *stream, const sweep_request *r)
{
    fputs("point", stream);
    for (size_t a = 0; a < r->axis_count; a++) {
        for (size_t i = 0; i < r->axes[a].path_count; i++) {
            fprintf(stream, ",%s", r->axes[a].paths[i]);
        }
    }
    fputs(",engine,repeat", stream);
    for (size_t i = 0; i < COLUMN_COUNT_ALL; i++) {
        fprintf(stream, ",%s", columns[i].name);
    }
    fputs(",rate_Hz,deliveries_per_neuron_Hz\n", stream);
}

/* "3,10 Hz,event,1": what the measurements of a run stand behind. */
static void put_key(FILE *stream, const sweep *s, size_t index)
{
    const sweep_request *r = s->request;
    const size_t engine = index % r->engine_count;
    const size_t point = index / r->engine_count % s->point_count;
    const size_t repeat = index / r->engine_count / s->point_count;
    fprintf(stream, "%zu", point);
    for (size_t a = 0; a < r->axis_count; a++) {
        for (size_t i = 0; i < r->axes[a].path_count; i++) {
            const size_t value = sweep_value_index(r, point, a);
            fprintf(stream, ",%s", r->axes[a].ranges[i].values[value].text);
        }
    }
    fprintf(stream, ",%s,%zu", r->engines[engine].name, repeat);
}

static void put_line(FILE *stream, const sweep *s, size_t index)
{
    const sweep_run *run = &s->runs[index];
    put_key(stream, s, index);
    for (size_t i = 0; i < COLUMN_COUNT_ALL; i++) {
        put_field(stream, &columns[i], run);
    }
    const double neuron_s = (double)run->neurons * run->simulated_ms * 1e-3;
    fprintf(stream, ",%s,%s\n", number_text((double)run->counts.spikes / neuron_s),
            number_text(sweep_deliveries_Hz(run)));
}

/* What `put` writes as a string; NULL: out of memory. */
static char *text_of_key(const sweep *s, size_t index)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    if (stream == NULL) {
        return NULL;
    }
    put_key(stream, s, index);
    if (fclose(stream) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

/* Are the times such as a run can have? Ratios and logarithms of them are taken. */
static bool has_times(const sweep_run *run)
{
    return isfinite(run->wall_s) && run->wall_s > 0.0 && isfinite(run->simulated_ms) &&
           run->simulated_ms > 0.0 && isfinite(run->cpu_s) && run->cpu_s >= 0.0 &&
           isfinite(run->build_s) && run->build_s >= 0.0;
}

/* The fields after the key. */
static bool read_measurements(char *text, sweep_run *run)
{
    size_t field = 0;
    char *next = text;
    for (; next != NULL && field < COLUMN_COUNT_ALL + RATE_COUNT; field++) {
        char *here = next;
        next = strchr(here, ',');
        if (next != NULL) {
            *next++ = '\0';
        }
        if (field < COLUMN_COUNT_ALL && !read_field(&columns[field], here, run)) {
            return false;
        }
    }
    return next == NULL && field == COLUMN_COUNT_ALL + RATE_COUNT && has_times(run);
}

/* The run that a line of the file belongs to, from its point, engine and repeat; run_count: none,
 * `rest` is what follows the key. */
static size_t find_run(const sweep *s, char *line, char **rest)
{
    size_t found = s->run_count;
    const sweep_request *r = s->request;
    char *end = NULL;
    const size_t point = strtoull(line, &end, 10);
    if (end == line || point >= s->point_count) {
        return found;
    }
    for (size_t e = 0; e < r->engine_count && found == s->run_count; e++) {
        for (size_t k = 0; k < r->repeats && found == s->run_count; k++) {
            const size_t index = sweep_run_index(s, point, e, k);
            char *key = text_of_key(s, index);
            const size_t length = key != NULL ? strlen(key) : 0;
            if (key != NULL && strncmp(line, key, length) == 0 && line[length] == ',') {
                found = index;
                *rest = line + length + 1;
            }
            free(key);
        }
    }
    return found;
}

/* All lines of the file; `text` is cut up. */
static int read_lines(sweep *s, char *text, const char *header)
{
    size_t number = 1;
    for (char *line = text, *next = NULL; *line != '\0'; line = next, number++) {
        next = strchr(line, '\n');
        *next++ = '\0';
        if (number == 1) {
            if (strncmp(line, header, strlen(header) - 1) != 0 ||
                strlen(line) != strlen(header) - 1) {
                complain("sweep: %s/points.csv:1: these are not the columns of this sweep",
                         s->directory);
                return EXIT_CODE_USAGE;
            }
            continue;
        }
        char *rest = NULL;
        const size_t index = find_run(s, line, &rest);
        if (index == s->run_count || !read_measurements(rest, &s->runs[index])) {
            complain("sweep: %s/points.csv:%zu: this is no line of this sweep; remove it and the "
                     "run is done again",
                     s->directory, number);
            return EXIT_CODE_USAGE;
        }
        s->done_count += !s->runs[index].done;
        s->runs[index].done = true;
    }
    return EXIT_CODE_OK;
}

/* ---- Opening --------------------------------------------------------------------------------- */

static int compare_plans(const sweep *s, const char *json, uint64_t store_size)
{
    char difference[1024];
    if (json == NULL && (store_size > 0 || !sweep_directory_unused(s->directory))) {
        complain("sweep: %s exists and holds no sweep (it has no sweep.json); choose another --out",
                 s->directory);
        return EXIT_CODE_USAGE;
    }
    if (json != NULL && sweep_plan_differs(s, json, difference, sizeof difference)) {
        complain("sweep: %s holds another sweep: %s; choose another --out, or ask for the same",
                 s->directory, difference);
        return EXIT_CODE_USAGE;
    }
    return EXIT_CODE_OK;
}

/* Take over the lines that are there, or write the header. */
static int take_over(sweep *s)
{
    char *header = NULL;
    size_t header_length = 0;
    FILE *stream = open_memstream(&header, &header_length);
    if (stream == NULL) {
        complain("sweep: out of memory");
        return EXIT_CODE_FAILED;
    }
    put_header(stream, s->request);
    fclose(stream);
    size_t length = 0;
    char *text = sweep_read_all(s->store, &length);
    int code = text != NULL ? EXIT_CODE_OK : sweep_fail_errno("read", s->directory, "points.csv");
    if (code == EXIT_CODE_OK) {
        char *last = memrchr(text, '\n', length);
        const size_t whole = last != NULL ? (size_t)(last - text) + 1 : 0;
        text[whole] = '\0';
        s->store_size = whole;
        if (strlen(text) != whole) {
            complain("sweep: %s/points.csv is not text", s->directory);
            code = EXIT_CODE_USAGE;
        } else if (ftruncate(s->store, (off_t)whole) != 0 ||
                   (whole == 0 && !sweep_write_all(s->store, header, header_length))) {
            code = sweep_fail_errno("write", s->directory, "points.csv");
        } else {
            s->store_size = whole == 0 ? header_length : whole;
            code = read_lines(s, text, header);
        }
    }
    free(text);
    free(header);
    return code;
}

int sweep_open(sweep *s)
{
    char *json = NULL;
    s->store = -1;
    int code = sweep_make_directory(s->directory);
    if (code == EXIT_CODE_OK) {
        code = sweep_read_file(s->directory, "sweep.json", &json);
    }
    char *path = code == EXIT_CODE_OK ? sweep_path(s->directory, "points.csv") : NULL;
    if (path == NULL) {
        free(json);
        return code != EXIT_CODE_OK ? code : EXIT_CODE_FAILED;
    }
    struct stat file;
    const uint64_t size = stat(path, &file) == 0 ? (uint64_t)file.st_size : 0;
    code = compare_plans(s, json, size);
    if (code == EXIT_CODE_OK) {
        s->store = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
        if (s->store < 0) {
            sweep_fail_errno("write", s->directory, "points.csv");
            code = EXIT_CODE_USAGE;
        } else if (flock(s->store, LOCK_EX | LOCK_NB) != 0) {
            complain("sweep: another sweep is at work in %s", s->directory);
            code = EXIT_CODE_USAGE;
        }
    }
    if (code == EXIT_CODE_OK && json != NULL) {
        sweep_read_started(json, s->started, sizeof s->started);
    }
    if (code == EXIT_CODE_OK && json == NULL) {
        code = sweep_write_file(s->directory, "sweep.json", sweep_put_state,
                                &(sweep_state){.sweep = s});
    }
    if (code == EXIT_CODE_OK) {
        code = take_over(s);
    }
    free(path);
    free(json);
    return code;
}

int sweep_append(sweep *s, size_t index)
{
    char *line = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&line, &length);
    if (stream == NULL) {
        complain("sweep: out of memory");
        return EXIT_CODE_FAILED;
    }
    put_line(stream, s, index);
    fclose(stream);
    int code = EXIT_CODE_OK;
    if (!sweep_write_all(s->store, line, length) || fsync(s->store) != 0) {
        code = sweep_fail_errno("write", s->directory, "points.csv");
        /* no half line stays where the disk is full */
        if (ftruncate(s->store, (off_t)s->store_size) != 0) {
            sweep_fail_errno("shorten", s->directory, "points.csv");
        }
    } else {
        s->store_size += length;
        s->runs[index].done = true;
        s->done_count++;
    }
    free(line);
    return code;
}

void sweep_close(sweep *s)
{
    if (s->store >= 0) {
        close(s->store);
    }
    s->store = -1;
    free(s->directory);
    free(s->title);
    free(s->runs);
    free(s->point_hash);
    s->point_hash = NULL;
    s->directory = NULL;
    s->title = NULL;
    s->runs = NULL;
}
