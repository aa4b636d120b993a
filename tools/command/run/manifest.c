/* manifest - manifest.json: what ran, on what, how far, and what came out. The last file written,
 * so that a directory with a manifest has all the rest. Fields: docs/command.md. */
#include <math.h>
#include <sys/utsname.h>

#include "run/manifest_parts.h"
#include "run/run.h"
#include "shared/fault_text.h"
#include "shared/json_writer.h"
#include "shared/machine.h"

/* "2026-11-22T14:30:05+0100" */
void manifest_started(json_writer *w, const struct timespec *when)
{
    struct tm local;
    char text[48];
    localtime_r(&when->tv_sec, &local);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S%z", &local);
    json_string(w, "started", text);
}

void manifest_experiment(json_writer *w, const experiment_source *source,
                         const source_overrides *overrides)
{
    json_open_object(w, "experiment");
    json_string(w, "title", saltus_experiment_title(source->experiment));
    json_string(w, "file", source->path);
    json_hex(w, "hash", saltus_experiment_hash(source->experiment));
    json_integer(w, "seed", saltus_experiment_seed(source->experiment));
    const saltus_experiment *e = source->experiment;
    json_double(w, "duration_ms",
                saltus_experiment_has_duration(e) ? saltus_experiment_duration_ms(e) : (double)NAN);
    json_open_array(w, "overrides");
    for (size_t i = 0; i < overrides->count; i++) {
        json_open_object(w, NULL);
        json_string(w, "path", overrides->of[i].path);
        json_string(w, "value", overrides->of[i].value);
        json_close(w);
    }
    json_close(w);
    json_close(w);
}

void manifest_machine(json_writer *w)
{
    struct utsname name = {0};
    uname(&name);
    json_open_object(w, "machine");
    json_string(w, "system", name.sysname);
    json_string(w, "release", name.release);
    json_string(w, "architecture", name.machine);
    json_string(w, "cpu", machine_cpu_model());
    json_integer(w, "cpus", machine_cpu_count());
    json_close(w);
}

void manifest_counts(json_writer *w, const saltus_counts *c)
{
    saltus_counts copy = *c;
    json_open_object(w, "counts");
    for (size_t i = 0; i < saltus_count_total(); i++) {
        json_integer(w, saltus_count_name(i), *saltus_count_at(&copy, i));
    }
    json_close(w);
}

static void write_population_counts(json_writer *w, saltus_population_counts c)
{
    json_open_object(w, "counts");
    json_integer(w, "synaptic_events", c.synaptic_events);
    json_integer(w, "external_events", c.external_events);
    json_integer(w, "neuron_updates", c.neuron_updates);
    json_integer(w, "step_updates", c.step_updates);
    json_integer(w, "threshold_tests", c.threshold_tests);
    json_integer(w, "crossing_searches", c.crossing_searches);
    json_close(w);
}

static void write_populations(json_writer *w, const run_session *s)
{
    json_open_array(w, "populations");
    for (uint32_t i = 0; i < saltus_network_population_count(s->network); i++) {
        const saltus_spike_statistics statistics = run_statistics(s, i);
        const bool recorded = saltus_experiment_records_spikes(s->source.experiment, i);
        json_open_object(w, NULL);
        json_string(w, "name", saltus_network_population_name(s->network, i));
        json_integer(w, "neurons", saltus_network_population_size(s->network, i));
        json_bool(w, "recorded", recorded);
        json_integer(w, "spikes", statistics.spikes);
        json_double(w, "mean_rate_Hz", statistics.mean_rate_Hz);
        write_population_counts(w, saltus_simulation_population_counts(s->simulation, i));
        if (recorded) {
            json_double(w, "mean_cv", statistics.mean_cv);
            json_integer(w, "cv_neurons", statistics.cv_neurons);
            json_double(w, "fraction_silent", statistics.fraction_silent);
            json_double(w, "synchrony", statistics.synchrony);
        }
        json_close(w);
    }
    json_close(w);
}

static void write_projections(json_writer *w, const run_session *s)
{
    json_open_array(w, "projections");
    for (uint32_t i = 0; i < saltus_network_projection_count(s->network); i++) {
        json_open_object(w, NULL);
        json_string(w, "name", saltus_network_projection_name(s->network, i));
        json_integer(w, "synapses", saltus_network_projection_synapses(s->network, i));
        const saltus_projection_counts c = saltus_simulation_projection_counts(s->simulation, i);
        json_integer(w, "synaptic_events", c.synaptic_events);
        json_integer(w, "zero_weight_events", c.zero_weight_events);
        json_integer(w, "plastic_updates", c.plastic_updates);
        json_integer(w, "synapse_bytes", c.synapse_bytes);
        json_close(w);
    }
    json_close(w);
}

static void write_rounded(json_writer *w, const saltus_simulation *simulation)
{
    json_open_array(w, "rounded");
    for (size_t i = 0; i < saltus_simulation_rounding_count(simulation); i++) {
        const saltus_rounding r = saltus_simulation_rounding(simulation, i);
        json_open_object(w, NULL);
        json_string(w, "what", r.what == SALTUS_ROUNDED_DELAY ? "delay" : "t_ref");
        json_string(w, "name", r.name);
        json_integer(w, "values", r.values);
        json_double(w, "given_ms", r.given_ms);
        json_double(w, "used_ms", r.used_ms);
        json_double(w, "mean_change_ms", r.mean_change_ms);
        json_close(w);
    }
    json_close(w);
}

static void write_size(json_writer *w, const run_session *s)
{
    const saltus_network_size size = saltus_network_get_size(s->network);
    json_open_object(w, "size");
    json_integer(w, "neurons", size.neurons);
    json_integer(w, "synapses", size.synapses);
    json_integer(w, "neuron_bytes", size.neuron_bytes);
    json_integer(w, "synapse_bytes", size.synapse_bytes);
    json_integer(w, "row_bytes", size.row_bytes);
    json_integer(w, "plastic_bytes", size.plastic_bytes);
    json_integer(w, "log_bytes", size.log_bytes);
    json_integer(w, "input_bytes", size.input_bytes);
    json_integer(w, "build_bytes", size.build_bytes);
    json_integer(w, "total_bytes", size.total_bytes);
    json_double(w, "bytes_per_synapse", size.bytes_per_synapse);
    json_integer(w, "blocks", saltus_network_block_count(s->network));
    json_double(w, "min_delay_ms", saltus_network_min_delay_ms(s->network));
    json_close(w);
}

void manifest_write(FILE *stream, const run_session *s)
{
    const saltus_counts counts = saltus_simulation_counts(s->simulation);
    json_writer w;
    json_begin(&w, stream);
    json_open_object(&w, NULL);
    json_string(&w, "saltus", saltus_version());
    json_bool(&w, "complete", s->complete);
    manifest_experiment(&w, &s->source, &s->request->overrides);

    json_open_array(&w, "command");
    json_string(&w, NULL, "saltus");
    for (int i = 0; i < s->request->argc; i++) {
        json_string(&w, NULL, s->request->argv[i]);
    }
    json_close(&w);
    manifest_machine(&w);
    json_integer(&w, "threads", s->request->threads);
    json_string(&w, "engine", saltus_engine_name(saltus_simulation_engine(s->simulation)));
    json_double(&w, "step_ms", saltus_simulation_step_ms(s->simulation));
    json_string(&w, "scheduler", saltus_simulation_scheduler(s->simulation));
    json_string(&w, "directory", s->directory);

    manifest_started(&w, &s->started);
    json_double(&w, "build_wall_s", s->build_wall_s);
    json_double(&w, "run_wall_s", s->run_wall_s);
    json_integer(&w, "resumed", s->checkpoint.resumed);
    json_double(&w, "simulated_ms", saltus_simulation_time_ms(s->simulation));
    json_hex(&w, "fingerprint", saltus_simulation_fingerprint(s->simulation));
    manifest_counts(&w, &counts);
    write_populations(&w, s);
    write_projections(&w, s);
    fault_json(&w, s->source.experiment, s->simulation);
    write_rounded(&w, s->simulation);
    write_size(&w, s);
    json_close(&w);
}
