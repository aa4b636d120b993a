/* operations_json - the figures of operations_report as JSON; keys are the library's names. */
#include "operations/operations_report.h"

void operations_json_arithmetic(json_writer *w, const char *key, const saltus_arithmetic *a)
{
    json_open_object(w, key);
    json_double(w, "adds", a->adds);
    json_double(w, "multiplies", a->multiplies);
    json_double(w, "divides", a->divides);
    json_double(w, "compares", a->compares);
    json_double(w, "exps", a->exps);
    json_double(w, "logs", a->logs);
    json_double(w, "state_bytes", a->state_bytes);
    json_double(w, "synapse_bytes", a->synapse_bytes);
    json_close(w);
}

/* ---- NeuroBench ------------------------------------------------------------------------------ */

static void write_population(json_writer *w, const saltus_population_operations *p)
{
    json_open_object(w, NULL);
    json_string(w, "name", p->name);
    json_bool(w, "source", p->source);
    json_integer(w, "neurons", p->neurons);
    json_integer(w, "spikes", p->spikes);
    json_double(w, "rate_Hz", p->rate_Hz);
    json_double(w, "activation_sparsity", p->activation_sparsity);
    json_integer(w, "synaptic_events", p->synaptic_events);
    json_integer(w, "external_events", p->external_events);
    json_double(w, "external_dense", p->external_dense);
    json_integer(w, "membrane_updates", p->membrane_updates);
    json_double(w, "dense_membrane_updates", p->dense_membrane_updates);
    json_double(w, "neuron_operations", p->neuron_operations);
    json_double(w, "dense_neuron_operations", p->dense_neuron_operations);
    operations_json_arithmetic(w, "arithmetic", &p->arithmetic);
    json_close(w);
}

static void write_projection(json_writer *w, const saltus_projection_operations *p)
{
    json_open_object(w, NULL);
    json_string(w, "name", p->name);
    json_integer(w, "synapses", p->synapses);
    json_integer(w, "zero_weights", p->zero_weights);
    json_integer(w, "connected_pairs", p->connected_pairs);
    json_double(w, "possible_pairs", p->possible_pairs);
    json_double(w, "connection_sparsity", p->connection_sparsity);
    json_integer(w, "footprint_bytes", p->footprint_bytes);
    json_double(w, "bytes_per_synapse", p->bytes_per_synapse);
    json_double(w, "dense_footprint_bytes", p->dense_footprint_bytes);
    json_integer(w, "source_spikes", p->source_spikes);
    json_integer(w, "synaptic_events", p->synaptic_events);
    json_integer(w, "effective_acs", p->effective_acs);
    json_integer(w, "effective_macs", p->effective_macs);
    json_integer(w, "plastic_updates", p->plastic_updates);
    json_double(w, "dense", p->dense);
    json_double(w, "dense_existing", p->dense_existing);
    operations_json_arithmetic(w, "arithmetic", &p->arithmetic);
    json_close(w);
}

static void write_summary(json_writer *w, const saltus_operations_summary *s)
{
    json_double(w, "duration_ms", s->duration_ms);
    json_double(w, "dt_ms", s->dt_ms);
    json_double(w, "steps", s->steps);
    json_bool(w, "clocked", s->clocked);
    json_double(w, "execution_rate_Hz", s->execution_rate_Hz);
    json_integer(w, "neurons", s->neurons);
    json_integer(w, "sources", s->sources);
    json_integer(w, "synapses", s->synapses);
    json_integer(w, "zero_weights", s->zero_weights);
    json_integer(w, "connected_pairs", s->connected_pairs);
    json_double(w, "possible_pairs", s->possible_pairs);
    json_double(w, "connection_sparsity", s->connection_sparsity);
    json_integer(w, "footprint_bytes", s->footprint_bytes);
    json_double(w, "bytes_per_synapse", s->bytes_per_synapse);
    json_double(w, "dense_footprint_bytes", s->dense_footprint_bytes);
    json_integer(w, "spikes", s->spikes);
    json_integer(w, "source_spikes", s->source_spikes);
    json_double(w, "rate_Hz", s->rate_Hz);
    json_double(w, "activation_sparsity", s->activation_sparsity);
    json_integer(w, "synaptic_events", s->synaptic_events);
    json_integer(w, "effective_acs", s->effective_acs);
    json_integer(w, "effective_macs", s->effective_macs);
    json_integer(w, "plastic_updates", s->plastic_updates);
    json_double(w, "dense", s->dense);
    json_double(w, "dense_existing", s->dense_existing);
    json_integer(w, "external_events", s->external_events);
    json_double(w, "external_dense", s->external_dense);
    json_integer(w, "membrane_updates", s->membrane_updates);
    json_double(w, "dense_membrane_updates", s->dense_membrane_updates);
    json_double(w, "neuron_operations", s->neuron_operations);
    json_double(w, "dense_neuron_operations", s->dense_neuron_operations);
    operations_json_arithmetic(w, "arithmetic", &s->arithmetic);
}

void operations_json_neurobench(json_writer *w, const operations_figures *f)
{
    json_open_object(w, "neurobench");
    const saltus_operations_summary s = saltus_operations_get_summary(f->report);
    write_summary(w, &s);
    json_open_array(w, "populations");
    for (uint32_t i = 0; i < saltus_network_population_count(f->network); i++) {
        const saltus_population_operations p = saltus_operations_get_population(f->report, i);
        write_population(w, &p);
    }
    json_close(w);
    json_open_array(w, "projections");
    for (uint32_t i = 0; i < saltus_network_projection_count(f->network); i++) {
        const saltus_projection_operations p = saltus_operations_get_projection(f->report, i);
        write_projection(w, &p);
    }
    json_close(w);
    json_close(w);
}

/* ---- The artificial twin ------------------------------------------------------------------------
 */

void operations_json_ratio(json_writer *w, const char *key, const saltus_ann_ratio *r)
{
    json_open_object(w, key);
    json_double(w, "macs", r->macs);
    json_double(w, "operations_ratio", r->operations_ratio);
    json_double(w, "elementary_ratio", r->elementary_ratio);
    json_double(w, "energy_pJ", r->energy_pJ);
    json_double(w, "energy_ratio", r->energy_ratio);
    json_double(w, "break_even_spikes", r->break_even_spikes);
    json_double(w, "break_even_Hz", r->break_even_Hz);
    json_double(w, "energy_break_even_spikes", r->energy_break_even_spikes);
    json_double(w, "energy_break_even_Hz", r->energy_break_even_Hz);
    json_close(w);
}

void operations_json_ann(json_writer *w, const operations_figures *f)
{
    const saltus_ann_comparison *c = &f->ann;
    json_open_object(w, "ann");
    json_bool(w, "feed_forward", c->twin.feed_forward);
    json_integer(w, "components", f->graph.components);
    json_integer(w, "recurrent_populations", f->graph.recurrent_populations);
    json_integer(w, "depth", c->twin.depth);
    json_double(w, "unroll_steps", c->twin.steps);
    json_integer(w, "input_channels", f->options.input_channels);
    json_double(w, "dense_macs", c->twin.dense_macs);
    json_double(w, "sparse_macs", c->twin.sparse_macs);
    json_double(w, "external_macs", c->twin.external_macs);
    json_double(w, "dense_backward_macs", c->twin.dense_backward_macs);
    json_double(w, "sparse_backward_macs", c->twin.sparse_backward_macs);
    json_double(w, "activations", c->twin.activations);
    json_double(w, "bias_adds", c->twin.bias_adds);
    json_double(w, "inference_ms", c->inference_ms);
    json_double(w, "inferences", c->inferences);
    json_double(w, "synaptic_operations", c->synaptic_operations);
    json_double(w, "external_operations", c->external_operations);
    json_double(w, "neuron_updates", c->neuron_updates);
    json_double(w, "elementary_operations", c->elementary_operations);
    json_double(w, "ac_pJ", f->options.ac_pJ);
    json_double(w, "mac_pJ", f->options.mac_pJ);
    json_double(w, "energy_pJ", c->energy_pJ);
    json_double(w, "spikes_per_neuron", c->spikes_per_neuron);
    json_double(w, "rate_Hz", c->rate_Hz);
    operations_json_ratio(w, "dense", &c->dense);
    operations_json_ratio(w, "sparse", &c->sparse);
    json_close(w);
}
