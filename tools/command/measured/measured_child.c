/* measured_child - the running side of measured_run: build, run, measure, hand back.
 *
 * Spikes go through a buffer that is written when it is full; the time that writing takes is
 * measured and taken off the run's wall time, so that a slow disk is not held against an engine.
 * The run is not cut, so `windows` may differ from that of `saltus run`; no other count does.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "measured/measured_run.h"
#include "measured/measured_wire.h"
#include "measured/meters.h"
#include "shared/command.h"
#include "shared/machine.h"

#define SPIKE_BUFFER 65536

/* ---- Spikes ------------------------------------------------------------------------------ */

typedef struct spike_file {
    FILE *stream; /* NULL: none is asked for */
    const char *path;
    saltus_spike *buffer;
    uint32_t *number_of; /* of each population among those of neurons; UINT32_MAX: sources */
    size_t used;
    uint64_t written;
    double write_wall_s;
    int reason; /* errno of the first failure */
} spike_file;

static bool flush_spikes(spike_file *f)
{
    const double start_s = machine_seconds();
    errno = 0;
    if (fwrite(f->buffer, sizeof *f->buffer, f->used, f->stream) != f->used) {
        f->reason = errno != 0 ? errno : EIO;
        return false;
    }
    f->written += f->used;
    f->used = 0;
    f->write_wall_s += machine_seconds() - start_s;
    return true;
}

static saltus_status take_spikes(void *user, const saltus_spike *spikes, size_t count)
{
    spike_file *f = user;
    for (size_t i = 0; i < count; i++) {
        saltus_spike spike = spikes[i];
        spike.population = f->number_of[spike.population];
        if (spike.population == UINT32_MAX) {
            continue;
        }
        f->buffer[f->used++] = spike;
        if (f->used == SPIKE_BUFFER && !flush_spikes(f)) {
            return SALTUS_E_FILE;
        }
    }
    return SALTUS_OK;
}

static bool is_source(const saltus_experiment *experiment, uint32_t population)
{
    return saltus_model_is_source(saltus_experiment_population_model(experiment, population));
}

/* Opens the file and records every population of neurons into it. */
static bool open_spikes(spike_file *f, const char *path, saltus_experiment *experiment)
{
    if (path[0] == '\0') {
        return true;
    }
    const uint32_t count = saltus_experiment_population_count(experiment);
    f->path = path;
    f->buffer = calloc(SPIKE_BUFFER, sizeof *f->buffer);
    f->number_of = calloc((size_t)count + 1, sizeof *f->number_of);
    bool room = f->buffer != NULL && f->number_of != NULL;
    uint32_t number = 0;
    for (uint32_t i = 0; i < count && room; i++) {
        f->number_of[i] = is_source(experiment, i) ? UINT32_MAX : number++;
        room = f->number_of[i] == UINT32_MAX ||
               saltus_experiment_record_spikes(experiment, i) == SALTUS_OK;
    }
    f->reason = ENOMEM;
    if (!room) {
        return false;
    }
    f->stream = fopen(path, "wb");
    f->reason = f->stream == NULL ? errno : 0;
    return f->stream != NULL;
}

/* Writes the rest; false: reason says why not all is there. */
static bool close_spikes(spike_file *f)
{
    bool good = f->reason == 0;
    if (f->stream != NULL) {
        good = good && flush_spikes(f);
        if (fclose(f->stream) != 0 && good) {
            f->reason = errno;
            good = false;
        }
    }
    free(f->buffer);
    free(f->number_of);
    f->number_of = NULL;
    f->stream = NULL;
    f->buffer = NULL;
    return good;
}

/* ---- Measuring ------------------------------------------------------------------------- */

typedef struct child_run {
    const char *command, *engine;
    experiment_source source;
    saltus_network *network;
    saltus_simulation *simulation;
    spike_file spikes;
    measured_run out;
} child_run;

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Largest resident set of this address space. */
static uint64_t peak_bytes(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    char line[256];
    unsigned long long kilobytes = 0;
    while (file != NULL && fgets(line, sizeof line, file) != NULL &&
           sscanf(line, "VmHWM: %llu", &kilobytes) != 1) {
    }
    if (file != NULL) {
        fclose(file);
    }
    return (uint64_t)kilobytes * 1024;
}

/* Why the engine does not take the network; whoever asked for the run says it. */
static int refuse(child_run *c, const saltus_error *error)
{
    snprintf(c->out.refusal, sizeof c->out.refusal, "%s", error->message);
    return EXIT_CODE_FAILED;
}

/* Network and simulation. Returns an exit code. */
static int build(child_run *c, uint32_t threads)
{
    saltus_simulation_options how = saltus_simulation_options_default();
    how.threads = threads;
    saltus_network_options options = saltus_network_options_default();
    options.threads = threads;
    options.memory_limit = machine_memory_limit();
    saltus_error error = {0};
    saltus_status status = saltus_engine_parse(c->engine, &how, &error);
    if (status) {
        complain_error(c->command, &error, status);
        return EXIT_CODE_USAGE;
    }
    saltus_network_size size;
    const int code = source_check_memory(&c->source, &options, &size);
    if (code != EXIT_CODE_OK) {
        return code;
    }
    const double start_s = machine_seconds();
    status = saltus_network_build(c->source.experiment, &options, &c->network, &error);
    if (status == SALTUS_OK) {
        status = saltus_simulation_create(c->network, &how, &c->simulation, &error);
        if (status == SALTUS_E_ARGUMENT) {
            return refuse(c, &error);
        }
    }
    c->out.build_wall_s = machine_seconds() - start_s;
    if (status == SALTUS_OK && c->spikes.stream != NULL) {
        status = saltus_simulation_add_spike_recorder(c->simulation, take_spikes, &c->spikes);
    }
    if (status == SALTUS_OK) {
        return EXIT_CODE_OK;
    }
    complain_error(c->command, &error, status);
    return status == SALTUS_E_EXPERIMENT || status == SALTUS_E_UNSUPPORTED ? EXIT_CODE_USAGE
                                                                           : EXIT_CODE_FAILED;
}

static int simulate(child_run *c)
{
    saltus_error error = {0};
    meters m;
    meters_reading reading;
    meters_begin(&m, NULL);
    const double cpu_s = cpu_seconds();
    const double start_s = machine_seconds();
    const saltus_status status = saltus_simulation_run_until(
        c->simulation, saltus_experiment_duration_ms(c->source.experiment), &error);
    c->out.run_wall_s = machine_seconds() - start_s - c->spikes.write_wall_s;
    c->out.run_cpu_s = cpu_seconds() - cpu_s;
    meters_end(&m, &reading);
    c->out.package_J = reading.package_J;
    c->out.dram_J = reading.dram_J;
    c->out.instructions = reading.instructions;
    c->out.cycles = reading.cycles;
    c->out.cache_misses = reading.cache_misses;
    snprintf(c->out.package_why, sizeof c->out.package_why, "%s", reading.package_why);
    snprintf(c->out.counters_why, sizeof c->out.counters_why, "%s", reading.perf_why);
    c->out.peak_bytes = peak_bytes();
    if (!close_spikes(&c->spikes)) {
        complain("%s: cannot write %s: %s", c->command, c->spikes.path, strerror(c->spikes.reason));
        return EXIT_CODE_FAILED;
    }
    if (status) {
        complain_error(c->command, &error, status);
        return EXIT_CODE_FAILED;
    }
    return EXIT_CODE_OK;
}

/* ---- Handing back ------------------------------------------------------------------------ */

/* Keeps a name; NULL is an empty one. False: out of memory. */
static bool copy_name(measured_run *out, const char *name, size_t *at)
{
    const size_t bytes = name != NULL ? strlen(name) + 1 : 1;
    char *names = realloc(out->names, out->name_bytes + bytes);
    if (names == NULL) {
        return false;
    }
    out->names = names;
    memcpy(names + out->name_bytes, name != NULL ? name : "", bytes);
    *at = out->name_bytes;
    out->name_bytes += bytes;
    return true;
}

static bool copy_populations(child_run *c)
{
    measured_run *out = &c->out;
    out->population_count = saltus_network_population_count(c->network);
    out->populations = calloc(out->population_count + 1, sizeof *out->populations);
    if (out->populations == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < out->population_count; i++) {
        measured_population *p = &out->populations[i];
        if (!copy_name(out, saltus_network_population_name(c->network, i), &p->name)) {
            return false;
        }
        p->neurons = saltus_network_population_size(c->network, i);
        p->sources = is_source(c->source.experiment, i);
        p->counts = saltus_simulation_population_counts(c->simulation, i);
        p->counts.spikes = saltus_simulation_population_spikes(c->simulation, i);
        p->rate_Hz = (double)p->counts.spikes / (double)p->neurons / (out->simulated_ms * 1e-3);
    }
    return true;
}

static bool copy_projections(child_run *c)
{
    measured_run *out = &c->out;
    out->projection_count = saltus_network_projection_count(c->network);
    out->projections = calloc(out->projection_count + 1, sizeof *out->projections);
    if (out->projections == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < out->projection_count; i++) {
        measured_projection *p = &out->projections[i];
        if (!copy_name(out, saltus_network_projection_name(c->network, i), &p->name)) {
            return false;
        }
        p->synapses = saltus_network_projection_synapses(c->network, i);
        p->counts = saltus_simulation_projection_counts(c->simulation, i);
    }
    return true;
}

static bool copy_roundings(child_run *c)
{
    measured_run *out = &c->out;
    out->rounding_count = (uint32_t)saltus_simulation_rounding_count(c->simulation);
    out->roundings = calloc(out->rounding_count + 1, sizeof *out->roundings);
    if (out->roundings == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < out->rounding_count; i++) {
        const saltus_rounding from = saltus_simulation_rounding(c->simulation, i);
        measured_rounding *to = &out->roundings[i];
        *to = (measured_rounding){.what = from.what,
                                  .values = from.values,
                                  .given_ms = from.given_ms,
                                  .used_ms = from.used_ms,
                                  .mean_change_ms = from.mean_change_ms};
        if (!copy_name(out, from.name, &to->name)) {
            return false;
        }
    }
    return true;
}

/* NeuroBench's figures and the artificial twin. */
static bool copy_operations(child_run *c, double nominal_step_ms, double inference_ms)
{
    measured_run *out = &c->out;
    const double step_ms = saltus_simulation_step_ms(c->simulation);
    const double nominal_ms = nominal_step_ms > 0.0 ? nominal_step_ms : 1.0;
    saltus_error error = {0};
    saltus_graph_summary graph;
    saltus_operations *report = NULL;
    saltus_ann_options options = saltus_ann_options_default();
    options.inference_ms = inference_ms;
    saltus_status status = saltus_network_graph(c->network, NULL, &graph, &error);
    if (status == SALTUS_OK) {
        out->recurrent = !graph.feed_forward;
        status = saltus_operations_create_from(c->simulation, step_ms > 0.0 ? 0.0 : nominal_ms,
                                               &report, &error);
    }
    if (status == SALTUS_OK) {
        out->operations = saltus_operations_get_summary(report);
        status = saltus_ann_compare(c->network, report, &options, &out->ann, &error);
    }
    saltus_operations_destroy(report);
    if (status) {
        complain_error(c->command, &error, status);
    }
    return status == SALTUS_OK;
}

static bool copy_results(child_run *c)
{
    measured_run *out = &c->out;
    const saltus_network_size size = saltus_network_get_size(c->network);
    out->simulated_ms = saltus_simulation_time_ms(c->simulation);
    out->neurons = size.neurons;
    out->synapses = size.synapses;
    out->network_bytes = size.total_bytes;
    out->spikes_kept = c->spikes.written;
    out->experiment_hash = saltus_experiment_hash(c->source.experiment);
    out->fingerprint = saltus_simulation_fingerprint(c->simulation);
    out->engine = saltus_simulation_engine(c->simulation);
    out->step_ms = saltus_simulation_step_ms(c->simulation);
    out->counts = saltus_simulation_counts(c->simulation);
    return copy_populations(c) && copy_projections(c) && copy_roundings(c);
}

static bool send_bytes(int descriptor, const void *from, size_t size)
{
    const char *bytes = from;
    while (size > 0) {
        const ssize_t put = write(descriptor, bytes, size);
        if (put >= 0) {
            bytes += put;
            size -= (size_t)put;
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

static bool send_run(int descriptor, const measured_run *out)
{
    return send_bytes(descriptor, out, sizeof *out) &&
           send_bytes(descriptor, out->populations,
                      out->population_count * sizeof *out->populations) &&
           send_bytes(descriptor, out->projections,
                      out->projection_count * sizeof *out->projections) &&
           send_bytes(descriptor, out->roundings, out->rounding_count * sizeof *out->roundings) &&
           send_bytes(descriptor, out->names, out->name_bytes);
}

/* ---- The process ------------------------------------------------------------------------- */

static int load(child_run *c, int argc, char **argv)
{
    source_overrides overrides = {.count = 0};
    for (int i = WIRE_ARGUMENTS; i + 1 < argc; i += 2) {
        overrides.of[overrides.count++] = (saltus_override){.path = argv[i], .value = argv[i + 1]};
    }
    const int code = source_load(&c->source, c->command, argv[WIRE_FILE], &overrides);
    if (code != EXIT_CODE_OK) {
        return code;
    }
    if (argv[WIRE_SEED][0] != '\0') {
        saltus_experiment_set_seed(c->source.experiment, strtoull(argv[WIRE_SEED], NULL, 10));
    }
    if (!open_spikes(&c->spikes, argv[WIRE_SPIKE_PATH], c->source.experiment)) {
        complain("%s: cannot write %s: %s", c->command, c->spikes.path, strerror(c->spikes.reason));
        return EXIT_CODE_FAILED;
    }
    return EXIT_CODE_OK;
}

int measured_run_child(int argc, char **argv)
{
    if (argc < WIRE_ARGUMENTS || argc > WIRE_ARGUMENTS + 2 * SOURCE_OVERRIDES_MAX) {
        complain("%s is how this program starts its own runs; see saltus --help",
                 MEASURED_RUN_WORD);
        return EXIT_CODE_USAGE;
    }
    child_run c = {.command = argv[WIRE_COMMAND], .engine = argv[WIRE_ENGINE]};
    const int descriptor = (int)strtol(argv[WIRE_DESCRIPTOR], NULL, 10);
    source_silence_notes();
    int code = load(&c, argc, argv);
    if (code == EXIT_CODE_OK) {
        code = build(&c, (uint32_t)strtoul(argv[WIRE_THREADS], NULL, 10));
    }
    if (code == EXIT_CODE_OK) {
        code = simulate(&c);
    }
    if (code == EXIT_CODE_OK && !copy_operations(&c, strtod(argv[WIRE_NOMINAL_STEP], NULL),
                                                 strtod(argv[WIRE_INFERENCE], NULL))) {
        code = EXIT_CODE_FAILED;
    }
    const bool refused = c.out.refusal[0] != '\0';
    if (refused ? !send_run(descriptor, &c.out)
                : code == EXIT_CODE_OK && !(copy_results(&c) && send_run(descriptor, &c.out))) {
        complain("%s: the run on %s cannot hand back its measurements", c.command, c.engine);
        code = EXIT_CODE_FAILED;
    }
    close_spikes(&c.spikes);
    measured_run_clear(&c.out);
    saltus_simulation_destroy(c.simulation);
    saltus_network_destroy(c.network);
    source_clear(&c.source);
    return code;
}
