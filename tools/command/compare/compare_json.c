/* compare_json - compare.json: everything a comparison came to. Fields: docs/compare.md. */
#include <string.h>

#include "compare/compare.h"
#include "energy/energy_report.h"
#include "operations/operations_report.h"
#include "run/manifest_parts.h"
#include "shared/machine.h"

/* ---- Spikes ------------------------------------------------------------------------------ */

static void write_match(json_writer *w, const saltus_match_summary *m)
{
    json_open_object(w, "match");
    json_integer(w, "reference_spikes", m->reference_spikes);
    json_integer(w, "test_spikes", m->test_spikes);
    json_integer(w, "matched", m->matched);
    json_integer(w, "missed", m->missed);
    json_integer(w, "extra", m->extra);
    json_integer(w, "at_edge", m->at_edge);
    json_double(w, "matched_fraction", m->matched_fraction);
    json_double(w, "rate_error", m->rate_error);
    json_double(w, "mean_shift_ms", m->mean_shift_ms);
    json_double(w, "mean_abs_shift_ms", m->mean_abs_shift_ms);
    json_double(w, "median_abs_shift_ms", m->median_abs_shift_ms);
    json_double(w, "rms_shift_ms", m->rms_shift_ms);
    json_double(w, "max_abs_shift_ms", m->max_abs_shift_ms);
    json_double(w, "smallest_window_ms", m->smallest_window_ms);
    json_double(w, "largest_window_ms", m->largest_window_ms);
    json_close(w);
}

/* time_ms is null when the runs never part. */
static void write_divergence(json_writer *w, const saltus_divergence *d)
{
    json_open_object(w, "divergence");
    json_double(w, "time_ms", d->time_ms);
    if (d->neuron == UINT32_MAX) {
        json_null(w, "population");
        json_null(w, "neuron");
    } else {
        json_integer(w, "population", d->population);
        json_integer(w, "neuron", d->neuron);
        json_integer(w, "spike", d->spike);
    }
    json_double(w, "reference_ms", d->reference_ms);
    json_double(w, "test_ms", d->test_ms);
    json_integer(w, "pairs_before", d->pairs_before);
    json_double(w, "max_abs_shift_ms", d->max_abs_shift_ms);
    json_close(w);
}

static void write_order(json_writer *w, const saltus_order *o)
{
    json_open_object(w, "order");
    json_integer(w, "reference_simultaneous", o->reference_simultaneous);
    json_integer(w, "test_simultaneous", o->test_simultaneous);
    json_integer(w, "created", o->created);
    json_integer(w, "lost", o->lost);
    json_integer(w, "swapped", o->swapped);
    json_close(w);
}

static void write_distances(json_writer *w, const saltus_distances *d)
{
    json_open_object(w, "distances");
    json_integer(w, "neurons", d->neurons);
    json_double(w, "van_rossum", d->van_rossum);
    json_double(w, "victor_purpura", d->victor_purpura);
    json_double(w, "coincidence_factor", d->coincidence_factor);
    json_integer(w, "coincidence_neurons", d->coincidence_neurons);
    json_double(w, "isi_distance", d->isi_distance);
    json_double(w, "spike_distance", d->spike_distance);
    json_close(w);
}

static void write_distribution(json_writer *w, const char *key, const saltus_distribution *d)
{
    json_open_object(w, key);
    json_integer(w, "count", d->count);
    json_double(w, "mean", d->mean);
    json_double(w, "sd", d->sd);
    json_double(w, "minimum", d->minimum);
    json_double(w, "quantile_5", d->quantile_5);
    json_double(w, "quartile_1", d->quartile_1);
    json_double(w, "median", d->median);
    json_double(w, "quartile_3", d->quartile_3);
    json_double(w, "quantile_95", d->quantile_95);
    json_double(w, "maximum", d->maximum);
    json_close(w);
}

static void write_accuracy(json_writer *w, const char *key, const saltus_accuracy *a)
{
    json_open_object(w, key);
    write_match(w, &a->match);
    write_divergence(w, &a->divergence);
    write_order(w, &a->order);
    write_distances(w, &a->distances);
    json_open_object(w, "distributions");
    for (int m = 0; m < SALTUS_MEASURE_COUNT; m++) {
        const saltus_distribution_pair *pair = &a->distributions[m];
        json_open_object(w, saltus_measure_name((saltus_measure)m));
        write_distribution(w, "reference", &pair->reference);
        write_distribution(w, "test", &pair->test);
        json_double(w, "kolmogorov_smirnov", pair->kolmogorov_smirnov);
        json_double(w, "wasserstein", pair->wasserstein);
        json_close(w);
    }
    json_close(w);
    json_double(w, "reference_synchrony", a->reference_synchrony);
    json_double(w, "test_synchrony", a->test_synchrony);
    json_close(w);
}

static void write_statistics(json_writer *w, const compare_row *row, uint32_t p)
{
    const saltus_activity *a = row->activities[p];
    json_open_object(w, "statistics");
    for (int m = 0; m < SALTUS_MEASURE_COUNT; m++) {
        const saltus_distribution d = saltus_activity_distribution(a, (saltus_measure)m);
        write_distribution(w, saltus_measure_name((saltus_measure)m), &d);
    }
    json_double(w, "synchrony", saltus_activity_synchrony(a));
    json_close(w);
    if (row->deviations == NULL) {
        return;
    }
    json_open_object(w, "seeds");
    for (int i = 0; i < SALTUS_STATISTIC_COUNT; i++) {
        const saltus_deviation *d = &row->deviations[p][i];
        json_open_object(w, saltus_statistic_name((saltus_statistic)i));
        json_double(w, "seeds_mean", d->seeds_mean);
        json_double(w, "seeds_sd", d->seeds_sd);
        json_double(w, "value", d->value);
        json_double(w, "deviation", d->deviation);
        json_close(w);
    }
    json_close(w);
}

/* ---- Network's own figures ------------------------------------------------------------------ */

static void write_neurobench(json_writer *w, const saltus_operations_summary *o)
{
    json_open_object(w, "neurobench");
    json_double(w, "dt_ms", o->dt_ms);
    json_double(w, "steps", o->steps);
    json_integer(w, "footprint_bytes", o->footprint_bytes);
    json_double(w, "bytes_per_synapse", o->bytes_per_synapse);
    json_double(w, "dense_footprint_bytes", o->dense_footprint_bytes);
    json_double(w, "connection_sparsity", o->connection_sparsity);
    json_double(w, "activation_sparsity", o->activation_sparsity);
    json_integer(w, "connected_pairs", o->connected_pairs);
    json_double(w, "possible_pairs", o->possible_pairs);
    json_integer(w, "zero_weights", o->zero_weights);
    json_open_object(w, "synaptic_operations");
    json_integer(w, "effective_acs", o->effective_acs);
    json_integer(w, "effective_macs", o->effective_macs);
    json_integer(w, "plastic_updates", o->plastic_updates);
    json_double(w, "dense", o->dense);
    json_double(w, "dense_existing", o->dense_existing);
    json_close(w);
    json_integer(w, "membrane_updates", o->membrane_updates);
    json_double(w, "dense_membrane_updates", o->dense_membrane_updates);
    json_double(w, "neuron_operations", o->neuron_operations);
    json_double(w, "dense_neuron_operations", o->dense_neuron_operations);
    json_close(w);
}

static void write_twin(json_writer *w, const saltus_ann_comparison *a)
{
    json_open_object(w, "ann");
    json_bool(w, "feed_forward", a->twin.feed_forward);
    json_integer(w, "depth", a->twin.depth);
    json_double(w, "steps", a->twin.steps);
    json_double(w, "inference_ms", a->inference_ms);
    json_double(w, "inferences", a->inferences);
    json_double(w, "synaptic_operations", a->synaptic_operations);
    json_double(w, "neuron_updates", a->neuron_updates);
    json_double(w, "elementary_operations", a->elementary_operations);
    json_double(w, "energy_pJ", a->energy_pJ);
    json_double(w, "spikes_per_neuron", a->spikes_per_neuron);
    json_double(w, "rate_Hz", a->rate_Hz);
    json_double(w, "dense_backward_macs", a->twin.dense_backward_macs);
    json_double(w, "sparse_backward_macs", a->twin.sparse_backward_macs);
    operations_json_ratio(w, "dense", &a->dense);
    operations_json_ratio(w, "sparse", &a->sparse);
    json_close(w);
}

/* ---- Rows ------------------------------------------------------------------------------------ */

static void write_times(json_writer *w, const compare_session *s, const compare_row *row)
{
    const measured_run *run = &row->run;
    const double events = (double)run->counts.synaptic_events;
    json_open_object(w, "time");
    json_double(w, "wall_median_s", row->wall_median_s);
    json_double(w, "wall_low_s", row->wall_low_s);
    json_double(w, "wall_high_s", row->wall_high_s);
    json_open_array(w, "wall_s");
    for (uint32_t i = 0; i < row->repeats; i++) {
        json_double(w, NULL, row->wall_s[i]);
    }
    json_close(w);
    json_double(w, "wall_s_per_simulated_s", row->wall_median_s * 1e3 / run->simulated_ms);
    json_double(w, "ratio_to_event", row->wall_median_s / s->rows[0].wall_median_s);
    /* not a number, hence null, without events */
    json_double(w, "wall_ns_per_synaptic_event", row->wall_median_s * 1e9 / events);
    json_double(w, "build_wall_s", run->build_wall_s);
    json_double(w, "cpu_s", run->run_cpu_s);
    json_close(w);
    json_open_object(w, "measured");
    json_double(w, "package_J", run->package_J);
    json_double(w, "dram_J", run->dram_J);
    json_double(w, "instructions", run->instructions);
    json_double(w, "cycles", run->cycles);
    json_double(w, "cache_misses", run->cache_misses);
    json_string(w, "package_why_not", run->package_why);
    json_string(w, "counters_why_not", run->counters_why);
    json_close(w);
}

static void write_rounding(json_writer *w, const measured_run *run)
{
    json_open_array(w, "rounded");
    for (uint32_t i = 0; i < run->rounding_count; i++) {
        const measured_rounding *r = &run->roundings[i];
        json_open_object(w, NULL);
        json_string(w, "what", r->what == SALTUS_ROUNDED_DELAY ? "delay" : "t_ref");
        json_string(w, "name", measured_name(run, r->name));
        json_integer(w, "values", r->values);
        json_double(w, "given_ms", r->given_ms);
        json_double(w, "used_ms", r->used_ms);
        json_double(w, "mean_change_ms", r->mean_change_ms);
        json_close(w);
    }
    json_close(w);
}

static void write_populations(json_writer *w, const compare_row *row)
{
    uint32_t p = 0;
    json_open_array(w, "populations");
    for (uint32_t i = 0; i < row->run.population_count; i++) {
        const measured_population *m = &row->run.populations[i];
        json_open_object(w, NULL);
        json_string(w, "name", measured_name(&row->run, m->name));
        json_integer(w, "neurons", m->neurons);
        json_bool(w, "sources", m->sources);
        json_integer(w, "spikes", m->counts.spikes);
        json_double(w, "mean_rate_Hz", m->rate_Hz);
        json_integer(w, "synaptic_events", m->counts.synaptic_events);
        json_integer(w, "external_events", m->counts.external_events);
        json_integer(w, "neuron_updates", m->counts.neuron_updates);
        json_integer(w, "step_updates", m->counts.step_updates);
        json_integer(w, "threshold_tests", m->counts.threshold_tests);
        json_integer(w, "crossing_searches", m->counts.crossing_searches);
        if (!m->sources) {
            if (row->has_accuracy) {
                write_accuracy(w, "accuracy", &row->populations[p]);
            }
            write_statistics(w, row, p);
            p++;
        }
        json_close(w);
    }
    json_close(w);
}

static void write_projections(json_writer *w, const measured_run *run)
{
    json_open_array(w, "projections");
    for (uint32_t i = 0; i < run->projection_count; i++) {
        const measured_projection *m = &run->projections[i];
        json_open_object(w, NULL);
        json_string(w, "name", measured_name(run, m->name));
        json_integer(w, "synapses", m->synapses);
        json_integer(w, "synaptic_events", m->counts.synaptic_events);
        json_integer(w, "zero_weight_events", m->counts.zero_weight_events);
        json_integer(w, "plastic_updates", m->counts.plastic_updates);
        json_integer(w, "synapse_bytes", m->counts.synapse_bytes);
        json_close(w);
    }
    json_close(w);
}

static void write_row(json_writer *w, const compare_session *s, const compare_row *row)
{
    json_open_object(w, NULL);
    json_string(w, "engine", row->engine);
    json_string(w, "variant", saltus_engine_name(row->how.engine));
    json_double(w, "step_ms", row->how.step_ms);
    write_times(w, s, row);
    json_integer(w, "peak_bytes", row->peak_high_bytes);
    json_integer(w, "network_bytes", row->run.network_bytes);
    json_hex(w, "fingerprint", row->run.fingerprint);
    manifest_counts(w, &row->run.counts);
    write_rounding(w, &row->run);
    if (row->has_accuracy) {
        write_accuracy(w, "accuracy", &row->accuracy);
    } else {
        json_null(w, "accuracy");
    }
    write_populations(w, row);
    write_projections(w, &row->run);
    json_open_object(w, "energy");
    for (size_t t = 0; t < s->table_count; t++) {
        energy_write_estimate(w, s->tables[t].name, saltus_energy_table_info(s->tables[t].table),
                              &row->energy[t]);
    }
    json_close(w);
    write_neurobench(w, &row->run.operations);
    write_twin(w, &row->run.ann);
    json_close(w);
}

static void write_options(json_writer *w, const compare_request *r)
{
    const saltus_accuracy_options *o = &r->accuracy;
    json_open_object(w, "options");
    json_integer(w, "threads", r->threads);
    json_integer(w, "repeat", r->repeat);
    if (o->window_ms < 0.0) {
        json_string(w, "window", "half the shortest interval");
    } else {
        json_double(w, "window_ms", o->window_ms);
    }
    json_double(w, "window_limit_ms", o->window_limit_ms);
    json_double(w, "tolerance_ms", o->tolerance_ms);
    json_double(w, "tau_rossum_ms", o->tau_r_ms);
    json_double(w, "shift_cost_per_ms", o->shift_cost_per_ms);
    json_double(w, "coincidence_ms", o->coincidence_ms);
    json_double(w, "bin_ms", o->bin_ms);
    json_integer(w, "correlation_sample", o->correlation_sample);
    json_double(w, "from_ms", r->from_ms);
    json_double(w, "nominal_step_ms", r->nominal_step_ms);
    json_close(w);
}

void compare_write_json(FILE *stream, const compare_session *s)
{
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
    manifest_started(&w, &s->started);
    write_options(&w, s->request);
    json_string(&w, "directory", s->directory);

    const measured_run *first = &s->rows[0].run;
    json_open_object(&w, "network");
    json_integer(&w, "neurons", first->neurons);
    json_integer(&w, "synapses", first->synapses);
    json_bool(&w, "recurrent", first->recurrent);
    json_integer(&w, "seeds", s->seed_count + 1);
    json_close(&w);
    json_open_array(&w, "engines");
    for (size_t i = 0; i < s->rows_done; i++) {
        write_row(&w, s, &s->rows[i]);
    }
    json_close(&w);
    json_open_array(&w, "left_out");
    for (size_t i = 0; i < s->left_out_count; i++) {
        json_open_object(&w, NULL);
        json_string(&w, "engine", s->left_out[i].engine);
        json_string(&w, "why", s->left_out[i].why);
        json_close(&w);
    }
    json_close(&w);
    json_close(&w);
}
