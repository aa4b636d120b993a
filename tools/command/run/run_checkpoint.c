/* run_checkpoint - when a run writes its checkpoint, what the command adds to it, where it lies.
 *
 * DIR.checkpoint and the spools of spikes.h5 and weights.h5, DIR.checkpoint.spikes and .weights,
 * lie beside DIR.partial: the directory can then take its final name in one step, at any moment
 * with a checkpoint beside it. They are written between slices (run_loop.c), whose ends do not
 * depend on them, so a run is the same with any interval and without checkpoints.
 *
 * The command's own section is a list of texts, a name and a value in turn, each ended by a zero.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "run/run.h"
#include "shared/command.h"
#include "shared/machine.h"

#define RECORD_VERSION "1"

/* ---- Options ------------------------------------------------------------------------------- */

bool run_checkpoint_interval(const char *option, const char *text, double *interval_ms)
{
    static const struct {
        const char *name;
        double ms;
    } units[] = {{"us", 1e-3}, {"ms", 1.0}, {"s", 1e3}, {"min", 6e4}, {"h", 3.6e6}};
    char *end = NULL;
    const double number = strtod(text, &end);
    while (*end == ' ') {
        end++;
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (end != text && strcmp(end, units[i].name) == 0 && number > 0.0 &&
            number * units[i].ms < 1e15) {
            *interval_ms = number * units[i].ms;
            return true;
        }
    }
    complain("run: --%s is %s; allowed is a time above 0 with its unit (us, ms, s, min, h), e.g. "
             "10s",
             option, text);
    return false;
}

bool run_checkpoint_wanted(const run_request *request)
{
    return request->checkpoint_every_ms > 0.0 || request->checkpoint_wall_ms > 0.0;
}

/* ---- Life cycle ---------------------------------------------------------------------------- */

/* Nobody else may go on with this directory while we do. */
static int lock_partial(run_session *s)
{
    char *partial = NULL;
    if (asprintf(&partial, "%s.partial", s->directory) < 0) {
        complain("%s: out of memory", s->command);
        return EXIT_CODE_FAILED;
    }
    int code = EXIT_CODE_OK;
    s->checkpoint.lock = open(partial, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (s->checkpoint.lock >= 0 && flock(s->checkpoint.lock, LOCK_EX | LOCK_NB) != 0 &&
        errno == EWOULDBLOCK) {
        complain("%s: another process is writing %s; let it end first", s->command, partial);
        code = EXIT_CODE_USAGE;
    }
    free(partial);
    return code;
}

int run_checkpoint_begin(run_session *s)
{
    run_checkpoints *c = &s->checkpoint;
    if (asprintf(&c->path, "%s.checkpoint", s->directory) < 0) {
        c->path = NULL;
    }
    if (asprintf(&c->spool, "%s.checkpoint.spikes", s->directory) < 0) {
        c->spool = NULL;
    }
    if (asprintf(&c->weights, "%s.checkpoint.weights", s->directory) < 0) {
        c->weights = NULL;
    }
    if (c->path == NULL || c->spool == NULL || c->weights == NULL) {
        complain("%s: out of memory", s->command);
        return EXIT_CODE_FAILED;
    }
    c->wall_s = -1.0;
    return lock_partial(s);
}

void run_checkpoint_end(run_session *s)
{
    char *unfinished = NULL;
    if (s->checkpoint.path == NULL) {
        return;
    }
    unlink(s->checkpoint.spool);
    unlink(s->checkpoint.weights);
    if (asprintf(&unfinished, "%s.new", s->checkpoint.path) >= 0) {
        unlink(unfinished);
        free(unfinished);
    }
    unlink(s->checkpoint.path);
}

void run_checkpoint_clear(run_session *s)
{
    if (s->checkpoint.path != NULL && s->checkpoint.lock >= 0) {
        close(s->checkpoint.lock);
    }
    free(s->checkpoint.path);
    free(s->checkpoint.spool);
    free(s->checkpoint.weights);
}

/* ---- Writing ------------------------------------------------------------------------------- */

static void put(FILE *out, const char *name, const char *value)
{
    fwrite(name, 1, strlen(name) + 1, out);
    fwrite(value, 1, strlen(value) + 1, out);
}

/* Hexadecimal, so that it is read back to the last bit. */
static void put_number(FILE *out, const char *name, double value)
{
    char text[64];
    snprintf(text, sizeof text, "%a", value);
    put(out, name, text);
}

static void put_integer(FILE *out, const char *name, uint64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    put(out, name, text);
}

/* Where the files are that the experiment names, also for who is elsewhere later. */
static void put_folder(FILE *out, const char *file)
{
    char *full = realpath(file, NULL);
    char *slash = full != NULL ? strrchr(full, '/') : NULL;
    if (slash != NULL) {
        slash[slash == full ? 1 : 0] = '\0';
    }
    put(out, "folder", slash != NULL ? full : ".");
    free(full);
}

static void put_request(FILE *out, const run_session *s)
{
    const run_request *r = s->request;
    char hash[32];
    snprintf(hash, sizeof hash, "%016llx",
             (unsigned long long)saltus_experiment_hash(s->source.experiment));
    put(out, "version", RECORD_VERSION);
    put(out, "hash", hash);
    put(out, "file", s->source.path);
    if (s->folder != NULL) {
        put(out, "folder", s->folder);
    } else {
        put_folder(out, s->source.path);
    }
    if (s->source.text != NULL) {
        put(out, "text", s->source.text);
    }
    for (size_t i = 0; i < r->overrides.count; i++) {
        put(out, "set", r->overrides.of[i].path);
        put(out, "to", r->overrides.of[i].value);
    }
    if (r->seed_given) {
        put_integer(out, "seed", r->seed);
    }
    if (r->engine != NULL) {
        put(out, "engine", r->engine);
    }
    if (r->scheduler != NULL) {
        put(out, "scheduler", r->scheduler);
    }
    put_integer(out, "csv", r->csv);
    put_integer(out, "sonata", r->sonata);
    put_number(out, "every", r->checkpoint_every_ms);
    put_number(out, "wall", r->checkpoint_wall_ms);
    for (int i = 0; i < r->argc; i++) {
        put(out, "argument", r->argv[i]);
    }
}

static void put_position(FILE *out, const run_session *s)
{
    put_integer(out, "started_s", (uint64_t)s->started.tv_sec);
    put_integer(out, "started_ns", (uint64_t)s->started.tv_nsec);
    put_integer(out, "resumed", s->checkpoint.resumed);
    put_number(out, "time_ms", s->position.time_ms);
    put_number(out, "end_ms", s->position.end_ms);
    put_number(out, "slice_ms", s->position.slice_ms);
    put_number(out, "work", s->position.work);
    put_number(out, "wall_s", s->position.wall_before_s + machine_seconds() - s->run_start_s);
}

/* The command's own section. */
static saltus_status put_record(const run_session *s, saltus_checkpoint_writer *writer,
                                saltus_error *error)
{
    char *bytes = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&bytes, &size);
    if (out == NULL) {
        return SALTUS_E_MEMORY;
    }
    put_request(out, s);
    put_position(out, s);
    const bool whole = ferror(out) == 0;
    saltus_status status = fclose(out) == 0 && whole ? SALTUS_OK : SALTUS_E_MEMORY;
    if (status == SALTUS_OK) {
        status = saltus_checkpoint_put_bytes(writer, RUN_RECORD, bytes, size, error);
    }
    free(bytes);
    return status;
}

static saltus_status put_all(run_session *s, saltus_checkpoint_writer *writer, saltus_error *error)
{
    saltus_status status = saltus_checkpoint_put_simulation(writer, s->simulation, error);
    if (status == SALTUS_OK) {
        status = put_record(s, writer, error);
    }
    if (status == SALTUS_OK) {
        status = saltus_statistics_save(s->statistics, writer, error);
    }
    if (status == SALTUS_OK) {
        status = saltus_csv_spikes_save(s->csv, writer, error);
    }
    if (status == SALTUS_OK) {
        status = saltus_csv_potential_save(s->potential, writer, error);
    }
#ifdef SALTUS_HAVE_SONATA
    if (status == SALTUS_OK) {
        status = saltus_sonata_spikes_save(s->sonata, writer, error);
    }
    if (status == SALTUS_OK) {
        status = saltus_sonata_weights_save(s->weights, writer, error);
    }
#endif
    return status;
}

saltus_status run_checkpoint_write(run_session *s, saltus_error *error)
{
    saltus_checkpoint_writer *writer = NULL;
    saltus_status status = saltus_checkpoint_create(s->checkpoint.path, &writer, error);
    if (status != SALTUS_OK) {
        return status;
    }
    status = put_all(s, writer, error);
    if (status != SALTUS_OK) {
        saltus_checkpoint_discard(writer);
        return status;
    }
    return saltus_checkpoint_commit(writer, error);
}

void run_checkpoint_step(run_session *s)
{
    run_checkpoints *c = &s->checkpoint;
    const run_request *r = s->request;
    if (c->path == NULL) {
        return;
    }
    const double now_s = machine_seconds();
    const double time_ms = s->position.time_ms;
    const bool first = c->wall_s < 0.0;
    const bool by_time = r->checkpoint_every_ms > 0.0 && time_ms >= c->next_ms;
    const bool by_wall =
        r->checkpoint_wall_ms > 0.0 && (now_s - c->wall_s) * 1e3 >= r->checkpoint_wall_ms;
    if (!first && !by_time && !by_wall) {
        return;
    }
    saltus_error error = {0};
    const saltus_status status = run_checkpoint_write(s, &error);
    if (status != SALTUS_OK) {
        complain_error(s->command, &error, status);
        complain("%s: the run goes on without this checkpoint", s->command);
    }
    c->wall_s = machine_seconds();
    if (r->checkpoint_every_ms > 0.0) {
        /* the first multiple of the interval that is still to come */
        const double passed = time_ms / r->checkpoint_every_ms;
        c->next_ms = ((double)(uint64_t)passed + 1.0) * r->checkpoint_every_ms;
    }
}

/* ---- Reading ------------------------------------------------------------------------------- */

/* One value of the record; false: it makes no sense. Names that are not known are passed over. */
static bool take(run_session *s, run_request *r, run_record *out, const char *name, char *value)
{
    struct {
        const char *name;
        double *number;
    } numbers[] = {{"every", &r->checkpoint_every_ms},    {"wall", &r->checkpoint_wall_ms},
                   {"time_ms", &s->position.time_ms},     {"end_ms", &s->position.end_ms},
                   {"slice_ms", &s->position.slice_ms},   {"work", &s->position.work},
                   {"wall_s", &s->position.wall_before_s}};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (strcmp(name, numbers[i].name) == 0) {
            char *end = NULL;
            *numbers[i].number = strtod(value, &end);
            return end != value && *end == '\0' && *numbers[i].number >= 0.0;
        }
    }
    struct {
        const char *name;
        const char **text;
    } texts[] = {{"file", &out->file}, {"folder", &out->folder}, {"text", &out->text},
                 {"hash", &out->hash}, {"engine", &r->engine},   {"scheduler", &r->scheduler}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(name, texts[i].name) == 0) {
            *texts[i].text = value;
            return true;
        }
    }
    const uint64_t integer = strtoull(value, NULL, 10);
    if (strcmp(name, "seed") == 0) {
        r->seed = integer;
        r->seed_given = true;
    } else if (strcmp(name, "csv") == 0) {
        r->csv = integer != 0;
    } else if (strcmp(name, "sonata") == 0) {
        r->sonata = integer != 0;
    } else if (strcmp(name, "started_s") == 0) {
        s->started.tv_sec = (time_t)integer;
    } else if (strcmp(name, "started_ns") == 0) {
        s->started.tv_nsec = (long)(integer % 1000000000u);
    } else if (strcmp(name, "resumed") == 0) {
        s->checkpoint.resumed = integer;
    } else if (strcmp(name, "argument") == 0) {
        r->argv[r->argc++] = value;
    } else if (strcmp(name, "set") == 0 && r->overrides.count < SOURCE_OVERRIDES_MAX) {
        r->overrides.of[r->overrides.count++] = (saltus_override){.path = strdup(value)};
    } else if (strcmp(name, "to") == 0 && r->overrides.count > 0) {
        r->overrides.of[r->overrides.count - 1].value = value;
    } else if (strcmp(name, "version") == 0) {
        return strcmp(value, RECORD_VERSION) == 0;
    }
    return true;
}

/* No half override, no run without a file. */
static bool is_whole(const run_request *r, const run_record *out)
{
    for (size_t i = 0; i < r->overrides.count; i++) {
        if (r->overrides.of[i].path == NULL || r->overrides.of[i].value == NULL) {
            return false;
        }
    }
    return out->file != NULL && out->folder != NULL && out->hash != NULL;
}

bool run_checkpoint_read(run_session *s, run_request *r, run_record *out, char *record, size_t size)
{
    *out = (run_record){0};
    size_t texts = 0;
    for (size_t i = 0; i < size; i++) {
        texts += record[i] == '\0';
    }
    r->argv = calloc(texts + 1, sizeof *r->argv);
    if (r->argv == NULL || size == 0 || record[size - 1] != '\0' || texts % 2 != 0) {
        return false;
    }
    for (char *name = record; name < record + size;) {
        char *value = name + strlen(name) + 1;
        if (!take(s, r, out, name, value)) {
            return false;
        }
        name = value + strlen(value) + 1;
    }
    saltus_error error = {0};
    return is_whole(r, out) &&
           (r->engine == NULL || saltus_engine_parse(r->engine, &r->how, &error) == SALTUS_OK);
}
