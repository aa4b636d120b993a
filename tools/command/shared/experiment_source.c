/* experiment_source - the experiment that a subcommand was given, with the file's own text.
 *
 * The file is read once, and what was read is what is parsed and what is copied to the results,
 * so that the copy is the experiment that ran even when the file changes meanwhile.
 */
#include "shared/experiment_source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/command.h"

/* ---- Overrides ------------------------------------------------------------------------- */

bool source_add_override(source_overrides *overrides, const char *command, const char *argument)
{
    const char *equals = strchr(argument, '=');
    if (equals == NULL || equals == argument) {
        complain("%s: --set %s: it takes PATH=VALUE, e.g. --set inputs.external.rate='8 kHz'",
                 command, argument);
        return false;
    }
    if (overrides->count == SOURCE_OVERRIDES_MAX) {
        complain("%s: more than %d options --set", command, SOURCE_OVERRIDES_MAX);
        return false;
    }
    char *path = strndup(argument, (size_t)(equals - argument));
    if (path == NULL) {
        complain("%s: out of memory", command);
        return false;
    }
    overrides->of[overrides->count++] = (saltus_override){.path = path, .value = equals + 1};
    return true;
}

void source_clear_overrides(source_overrides *overrides)
{
    for (size_t i = 0; i < overrides->count; i++) {
        free((void *)(uintptr_t)overrides->of[i].path);
    }
    overrides->count = 0;
}

/* ---- Messages -------------------------------------------------------------------------- */

void complain_error(const char *command, const saltus_error *error, saltus_status status)
{
    const char *message = error->message[0] != '\0' ? error->message : saltus_status_text(status);
    if (error->file[0] == '\0') {
        complain("%s: %s", command, message);
    } else if (error->line == 0) {
        complain("%s: %s: %s", command, error->file, message);
    } else if (error->column == 0) {
        fprintf(stderr, "%s:%u: %s\n", error->file, error->line, message);
    } else {
        fprintf(stderr, "%s:%u:%u: %s\n", error->file, error->line, error->column, message);
    }
}

void complain_diagnostic(const saltus_diagnostic *d)
{
    fputs(d->file != NULL ? d->file : "experiment", stderr);
    if (d->line > 0) {
        fprintf(stderr, ":%u", d->line);
    }
    if (d->line > 0 && d->column > 0) {
        fprintf(stderr, ":%u", d->column);
    }
    if (d->path != NULL && d->path[0] != '\0') {
        fprintf(stderr, ": %s", d->path);
    }
    fprintf(stderr, ": %s\n", d->message);
}

/* ---- Reading --------------------------------------------------------------------------- */

/* The whole file with an ending zero byte, malloc'ed; NULL with errno set. */
static char *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return NULL;
    }
    char *text = NULL;
    size_t room = 0;
    *length = 0;
    int reason = 0;
    for (;;) {
        if (room - *length < 2) {
            room = room > 0 ? 2 * room : 65536;
            char *larger = realloc(text, room);
            if (larger == NULL) {
                reason = ENOMEM;
                break;
            }
            text = larger;
        }
        errno = 0;
        const size_t got = fread(text + *length, 1, room - *length - 1, file);
        *length += got;
        if (got == 0) {
            reason = ferror(file) ? (errno != 0 ? errno : EIO) : 0;
            break;
        }
    }
    fclose(file);
    if (reason != 0) {
        free(text);
        errno = reason;
        return NULL;
    }
    text[*length] = '\0';
    return text;
}

/* Folder of a file name, malloc'ed: "" for a bare name. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    const size_t length = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
    return strndup(path, length);
}

/* source->text, with the files it names looked for in `folder`. */
static int parse_yaml(experiment_source *source, const char *command, size_t length,
                      const char *folder, const source_overrides *overrides)
{
    saltus_load_options options = {.overrides = overrides->of, .override_count = overrides->count};
#ifdef SALTUS_HAVE_SONATA
    options.hdf5_reader = saltus_sonata_read_spikes;
    options.weight_reader = saltus_sonata_read_weights;
#endif
    saltus_diagnostics *diagnostics = NULL;
    const saltus_status status = saltus_experiment_load_text(
        source->text, length, source->path, folder, &options, &source->experiment, &diagnostics);
    const size_t count = diagnostics != NULL ? saltus_diagnostics_count(diagnostics) : 0;
    for (size_t i = 0; i < count; i++) {
        const saltus_diagnostic diagnostic = saltus_diagnostics_get(diagnostics, i);
        complain_diagnostic(&diagnostic);
    }
    if (status != SALTUS_OK && count == 0) {
        complain("%s: %s: %s", command, source->path, saltus_status_text(status));
    }
    saltus_diagnostics_destroy(diagnostics);
    if (status == SALTUS_OK) {
        return EXIT_CODE_OK;
    }
    return status == SALTUS_E_MEMORY ? EXIT_CODE_FAILED : EXIT_CODE_USAGE;
}

static int load_yaml(experiment_source *source, const char *command,
                     const source_overrides *overrides)
{
    size_t length = 0;
    source->text = read_file(source->path, &length);
    if (source->text == NULL) {
        complain("%s: cannot read %s: %s", command, source->path, strerror(errno));
        return EXIT_CODE_USAGE;
    }
    char *folder = folder_of(source->path);
    if (folder == NULL) {
        complain("%s: out of memory", command);
        return EXIT_CODE_FAILED;
    }
    const int code = parse_yaml(source, command, length, folder, overrides);
    free(folder);
    return code;
}

#ifdef SALTUS_HAVE_SONATA
static bool notes_silent;
#endif

void source_silence_notes(void)
{
#ifdef SALTUS_HAVE_SONATA
    notes_silent = true;
#endif
}

static int load_circuit(experiment_source *source, const char *command,
                        const source_overrides *overrides)
{
    if (overrides->count > 0) {
        complain("%s: --set changes YAML experiments only; %s is a SONATA circuit", command,
                 source->path);
        return EXIT_CODE_USAGE;
    }
#ifdef SALTUS_HAVE_SONATA
    saltus_error error = {0};
    char *notes = NULL;
    const saltus_status status =
        saltus_sonata_load_mapped(source->path, &source->experiment, &source->map, &notes, &error);
    if (notes != NULL && !notes_silent) {
        fputs(notes, stderr);
        if (notes[0] != '\0' && notes[strlen(notes) - 1] != '\n') {
            fputc('\n', stderr);
        }
    }
    free(notes);
    if (status == SALTUS_OK) {
        return EXIT_CODE_OK;
    }
    complain_error(command, &error, status);
    return status == SALTUS_E_MEMORY ? EXIT_CODE_FAILED : EXIT_CODE_USAGE;
#else
    complain("%s: %s is a SONATA circuit, and this saltus was built without SONATA (it needs HDF5 "
             "and jansson at build time)",
             command, source->path);
    return EXIT_CODE_USAGE;
#endif
}

int source_load(experiment_source *source, const char *command, const char *path,
                const source_overrides *overrides)
{
    *source = (experiment_source){.path = path};
    const size_t length = strlen(path);
    const bool circuit = length >= 5 && strcmp(path + length - 5, ".json") == 0;
    const int code =
        circuit ? load_circuit(source, command, overrides) : load_yaml(source, command, overrides);
    if (code != EXIT_CODE_OK) {
        source_clear(source);
    }
    return code;
}

int source_load_to_run(experiment_source *source, const char *command, const char *path,
                       const source_overrides *overrides)
{
    const int code = source_load(source, command, path, overrides);
    if (code != EXIT_CODE_OK || saltus_experiment_has_duration(source->experiment)) {
        return code;
    }
    complain("%s: %s has a section 'learning' and no duration: saltus learn %s teaches it its "
             "images. To run it without them, say how long: --set duration='1 s'",
             command, path, path);
    source_clear(source);
    return EXIT_CODE_USAGE;
}

int source_load_again(experiment_source *source, const char *command, const char *path,
                      const char *folder, const char *text, const source_overrides *overrides)
{
    int code = EXIT_CODE_FAILED;
    *source = (experiment_source){.path = path};
    if (text != NULL) {
        source->text = strdup(text);
        if (source->text != NULL) {
            code = parse_yaml(source, command, strlen(text), folder, overrides);
        } else {
            complain("%s: out of memory", command);
        }
    } else {
        const char *slash = strrchr(path, '/');
        char *full = NULL;
        if (asprintf(&full, "%s/%s", folder, slash != NULL ? slash + 1 : path) < 0) {
            full = NULL;
            complain("%s: out of memory", command);
        } else {
            source->path = full;
            code = load_circuit(source, command, overrides);
            source->path = path;
            free(full);
        }
    }
    if (code != EXIT_CODE_OK) {
        source_clear(source);
    }
    return code;
}

void source_clear(experiment_source *source)
{
    saltus_experiment_destroy(source->experiment);
#ifdef SALTUS_HAVE_SONATA
    saltus_sonata_map_destroy(source->map);
#endif
    free(source->text);
    *source = (experiment_source){0};
}

/* ---- Memory ---------------------------------------------------------------------------- */

int source_check_memory(const experiment_source *source, const saltus_network_options *options,
                        saltus_network_size *size)
{
    saltus_network_options unlimited = *options;
    unlimited.memory_limit = 0;
    saltus_error error = {0};
    const saltus_status status =
        saltus_network_estimate(source->experiment, &unlimited, size, &error);
    if (status) {
        complain_error(source->path, &error, status);
        return EXIT_CODE_FAILED;
    }
    if (options->memory_limit == 0 || size->total_bytes <= options->memory_limit) {
        return EXIT_CODE_OK;
    }
    complain("%s does not fit: %s neurons and %s synapses need %s (neurons %s, synapses %s, rows "
             "%s, learning and release %s, its spike logs %s, inputs %s, while building %s), and "
             "%s may be used, 90 %% of the memory that is available",
             source->path, count_text(size->neurons), count_text(size->synapses),
             bytes_text(size->total_bytes), bytes_text(size->neuron_bytes),
             bytes_text(size->synapse_bytes), bytes_text(size->row_bytes),
             bytes_text(size->plastic_bytes), bytes_text(size->log_bytes),
             bytes_text(size->input_bytes), bytes_text(size->build_bytes),
             bytes_text(options->memory_limit));
    return EXIT_CODE_USAGE;
}

/* ---- Engine ---------------------------------------------------------------------------- */

int source_check_engine(const experiment_source *source, const char *command, saltus_engine engine)
{
    saltus_error error = {0};
    const saltus_status status = saltus_engine_check(source->experiment, engine, &error);
    if (status == SALTUS_OK) {
        return EXIT_CODE_OK;
    }
    complain_error(command, &error, status);
    return EXIT_CODE_USAGE;
}

/* ---- Records --------------------------------------------------------------------------- */

bool source_records_weights(const experiment_source *source)
{
    bool records = false;
    for (uint32_t i = 0; i < saltus_experiment_projection_count(source->experiment); i++) {
        records |= saltus_experiment_records_weights(source->experiment, i);
    }
    return records;
}

int source_check_formats(const experiment_source *source, const char *command)
{
#ifdef SALTUS_HAVE_SONATA
    const bool hdf5 = true;
#else
    const bool hdf5 = false;
#endif
    if (hdf5 || !source_records_weights(source)) {
        return EXIT_CODE_OK;
    }
    complain("%s: %s records weights, which are written to HDF5; this saltus was built without it. "
             "Leave record.weights out, or build with HDF5 and jansson",
             command, source->path);
    return EXIT_CODE_USAGE;
}

void warn_of_rounding(const char *command, const saltus_simulation *simulation)
{
    const size_t count = saltus_simulation_rounding_count(simulation);
    for (size_t i = 0; i < count; i++) {
        const saltus_rounding r = saltus_simulation_rounding(simulation, i);
        if (r.what == SALTUS_ROUNDED_T_REF) {
            complain("%s: warning: t_ref of %s is rounded from %s to %s ms", command, r.name,
                     number_text(r.given_ms), number_text(r.used_ms));
        } else {
            complain("%s: warning: the delays of %s synapses of %s are rounded to steps, by %s ms "
                     "on average, at most from %s to %s ms",
                     command, count_text(r.values), r.name, number_text(r.mean_change_ms),
                     number_text(r.given_ms), number_text(r.used_ms));
        }
    }
}
