/* operations_report - see operations_report.h. Figures come from the library; here they get
 * columns and words. A figure that does not exist is "-". */
#include "operations/operations_report.h"

#include <math.h>
#include <string.h>

#include "shared/command.h"

saltus_status operations_figures_take(operations_figures *f, const saltus_simulation *simulation,
                                      double dt_ms, const saltus_ann_options *options,
                                      saltus_error *error)
{
    *f = (operations_figures){.network = saltus_simulation_network(simulation),
                              .options = options != NULL ? *options : saltus_ann_options_default()};
    saltus_status status = saltus_operations_create_from(simulation, dt_ms, &f->report, error);
    if (!status) {
        status = saltus_ann_compare(f->network, f->report, &f->options, &f->ann, error);
    }
    return status ? status : saltus_network_graph(f->network, NULL, &f->graph, error);
}

void operations_figures_clear(operations_figures *f)
{
    saltus_operations_destroy(f->report);
    *f = (operations_figures){0};
}

/* ---- Figures as text --------------------------------------------------------------------- */

typedef struct figure {
    char text[32];
} figure;

/* A count that may be a product or a mean: in full when it is whole, to the unit when it is large,
 * but not too long. */
static figure amount(double value)
{
    figure f;
    if (!isfinite(value)) {
        snprintf(f.text, sizeof f.text, "%s", value > 0 ? "unlimited" : "-");
    } else if ((value == floor(value) || fabs(value) >= 1e5) && fabs(value) < 1e13) {
        snprintf(f.text, sizeof f.text, "%s%s", value < 0 ? "-" : "",
                 count_text((uint64_t)round(fabs(value))));
    } else {
        snprintf(f.text, sizeof f.text, "%.5g", value);
    }
    return f;
}

static figure share(double value)
{
    figure f;
    if (isfinite(value)) {
        snprintf(f.text, sizeof f.text, "%.4f", value);
    } else {
        snprintf(f.text, sizeof f.text, "-");
    }
    return f;
}

/* Energy with a prefix that suits it. */
static figure energy(double value_pJ)
{
    static const char *const units[] = {"pJ", "nJ", "uJ", "mJ", "J", "kJ", "MJ"};
    size_t unit = 0;
    while (fabs(value_pJ) >= 999.5 && unit + 1 < sizeof units / sizeof units[0]) {
        value_pJ /= 1000;
        unit++;
    }
    figure f;
    snprintf(f.text, sizeof f.text, "%.4g %s", value_pJ, units[unit]);
    return f;
}

static int width_of(const saltus_network *network)
{
    size_t width = strlen("population");
    for (uint32_t i = 0; i < saltus_network_population_count(network); i++) {
        const size_t length = strlen(saltus_network_population_name(network, i));
        width = length > width ? length : width;
    }
    for (uint32_t i = 0; i < saltus_network_projection_count(network); i++) {
        const size_t length = strlen(saltus_network_projection_name(network, i));
        width = length > width ? length : width;
    }
    return (int)width;
}

/* ---- NeuroBench, as tables ------------------------------------------------------------------ */

static void print_populations(FILE *out, const operations_figures *f, int width)
{
    fprintf(out, "%-*s  %12s  %10s  %13s  %16s  %16s  %14s\n", width, "population", "neurons",
            "rate (Hz)", "act. sparsity", "membrane updates", "neuron ops", "external ACs");
    for (uint32_t i = 0; i < saltus_network_population_count(f->network); i++) {
        const saltus_population_operations p = saltus_operations_get_population(f->report, i);
        fprintf(out, "%-*s  %12s  %10.3f  %13s  %16s  %16s  %14s%s\n", width, p.name,
                count_text(p.neurons), p.rate_Hz, share(p.activation_sparsity).text,
                count_text(p.membrane_updates), amount(p.neuron_operations).text,
                count_text(p.external_events), p.source ? "  source" : "");
    }
}

static void print_projections(FILE *out, const operations_figures *f, int width)
{
    const uint32_t count = saltus_network_projection_count(f->network);
    const bool learns = saltus_operations_get_summary(f->report).plastic_updates > 0;
    if (count == 0) {
        return;
    }
    fprintf(out, "\n%-*s  %12s  %13s  %14s  %16s  %16s  %9s%s\n", width, "projection", "synapses",
            "conn. spars.", "effective ACs", "dense", "dense existing", "bytes/syn",
            learns ? "  weight updates" : "");
    for (uint32_t i = 0; i < count; i++) {
        const saltus_projection_operations p = saltus_operations_get_projection(f->report, i);
        fprintf(out, "%-*s  %12s  %13s  %14s  %16s  %16s  %9.3g", width, p.name,
                count_text(p.synapses), share(p.connection_sparsity).text,
                count_text(p.effective_acs), amount(p.dense).text, amount(p.dense_existing).text,
                p.bytes_per_synapse);
        if (learns) {
            fprintf(out, "  %14s", count_text(p.plastic_updates));
        }
        fputc('\n', out);
    }
}

static void print_arithmetic(FILE *out, const saltus_arithmetic *a)
{
    fprintf(out,
            "arithmetic            %s adds, %s multiplies, %s compares, %s divides, %s exps, %s "
            "logs\n",
            amount(a->adds).text, amount(a->multiplies).text, amount(a->compares).text,
            amount(a->divides).text, amount(a->exps).text, amount(a->logs).text);
    fprintf(out, "memory touched        %s of state, %s of synapses\n",
            bytes_text((uint64_t)a->state_bytes), bytes_text((uint64_t)a->synapse_bytes));
}

static void print_totals(FILE *out, const saltus_operations_summary *s)
{
    fprintf(out,
            "\nfootprint             %s as built, %.3g bytes a synapse (dense float32: %.4g "
            "bytes)\n",
            bytes_text(s->footprint_bytes), s->bytes_per_synapse, s->dense_footprint_bytes);
    fprintf(out,
            "connection sparsity   %s  (%s connected of %s pairs; %s synapses, %s of weight "
            "0)\n",
            share(s->connection_sparsity).text, count_text(s->connected_pairs),
            amount(s->possible_pairs).text, count_text(s->synapses), count_text(s->zero_weights));
    fprintf(out, "activation sparsity   %s  (%s spikes, %s neurons, %s steps of %s ms)\n",
            share(s->activation_sparsity).text, count_text(s->spikes), count_text(s->neurons),
            amount(s->steps).text, number_text(s->dt_ms));
    fprintf(out, "synaptic operations   %s effective ACs, %s effective MACs\n",
            count_text(s->effective_acs), count_text(s->effective_macs));
    fprintf(out, "  external input      %s ACs more (dense %s)\n", count_text(s->external_events),
            amount(s->external_dense).text);
    fprintf(out, "  dense               %s (over existing synapses %s)\n", amount(s->dense).text,
            amount(s->dense_existing).text);
    if (s->plastic_updates > 0) {
        fprintf(out, "weight updates        %s (by learning; %.3g an effective AC)\n",
                count_text(s->plastic_updates),
                (double)s->plastic_updates / (double)s->effective_acs);
    }
    fprintf(out, "membrane updates      %s %s (dense %s)\n", count_text(s->membrane_updates),
            s->clocked ? "by the clock" : "made by events", amount(s->dense_membrane_updates).text);
    fprintf(out, "neuron operations     %s effective, %s dense\n",
            amount(s->neuron_operations).text, amount(s->dense_neuron_operations).text);
    fprintf(out, "execution rate        %.6g Hz (one step of dt; declared, not measured)\n",
            s->execution_rate_Hz);
    print_arithmetic(out, &s->arithmetic);
}

void operations_print_neurobench(FILE *out, const operations_figures *f)
{
    const saltus_operations_summary s = saltus_operations_get_summary(f->report);
    const int width = width_of(f->network);
    print_populations(out, f, width);
    print_projections(out, f, width);
    print_totals(out, &s);
}

/* ---- The artificial twin, as a table ----------------------------------------------------------
 */

static void print_ratio(FILE *out, const char *name, const saltus_ann_ratio *r)
{
    fprintf(out, "%-10s  %16s  %12s  %12s  %12s  %12s\n", name, amount(r->macs).text,
            amount(r->operations_ratio).text, amount(r->elementary_ratio).text,
            energy(r->energy_pJ).text, amount(r->energy_ratio).text);
}

/* "5 spikes a neuron (50 Hz)", or that there is no such activity. */
static void print_break_even(FILE *out, const char *name, double spikes, double rate_Hz)
{
    if (isnan(spikes)) {
        fprintf(out, "  %-34s none: there are no synapses\n", name);
    } else if (spikes <= 0) {
        fprintf(out, "  %-34s none: external events alone are more\n", name);
    } else {
        fprintf(out, "  %-34s %.4g spikes a neuron and inference (%.4g Hz)\n", name, spikes,
                rate_Hz);
    }
}

static void print_twin(FILE *out, const operations_figures *f)
{
    const saltus_ann_twin *t = &f->ann.twin;
    fprintf(out, "graph                 %s, %u component%s, depth %u",
            t->feed_forward ? "feed-forward" : "recurrent", f->graph.components,
            f->graph.components == 1 ? "" : "s", t->depth);
    if (!t->feed_forward) {
        fprintf(out, "; %u recurrent population%s, unrolled over %s step%s",
                f->graph.recurrent_populations, f->graph.recurrent_populations == 1 ? "" : "s",
                amount(t->steps).text, t->steps == 1 ? "" : "s");
    }
    fprintf(out, "\nforward               %s MACs dense, %s sparse; %s activations, %s bias adds\n",
            amount(t->dense_macs).text, amount(t->sparse_macs).text, amount(t->activations).text,
            amount(t->bias_adds).text);
    fprintf(out,
            "backward              %s MACs dense, %s sparse (gradients of weights and "
            "inputs)\n",
            amount(t->dense_backward_macs).text, amount(t->sparse_backward_macs).text);
    if (f->options.input_channels > 0) {
        fprintf(out, "external layer        %s channels, %s MACs of the above\n",
                count_text(f->options.input_channels), amount(t->external_macs).text);
    } else {
        fprintf(out, "external layer        not counted, nor are external events "
                     "(--channels N counts both)\n");
    }
}

void operations_print_ann(FILE *out, const operations_figures *f)
{
    const saltus_ann_comparison *c = &f->ann;
    const saltus_ann_options defaults = saltus_ann_options_default();
    print_twin(out, f);
    fprintf(out, "\none inference         %s ms of the run (%.6g inferences)\n",
            number_text(c->inference_ms), c->inferences);
    fprintf(out,
            "the run needs         %s synaptic operations (AC), %s elementary ones with "
            "those of its neurons, %s\n",
            amount(c->synaptic_operations).text, amount(c->elementary_operations).text,
            energy(c->energy_pJ).text);
    if (isnan(c->spikes_per_neuron)) {
        fprintf(out, "its activity          -  (there are no synapses)\n\n");
    } else {
        fprintf(out,
                "its activity          %.4g spikes a presynaptic neuron and inference (%.4g Hz), "
                "weighted with out-degree\n\n",
                c->spikes_per_neuron, c->rate_Hz);
    }
    fprintf(out, "%-10s  %16s  %12s  %12s  %12s  %12s\n", "twin", "MACs", "x fewer", "elementary",
            "energy", "x less");
    print_ratio(out, "dense", &c->dense);
    print_ratio(out, "sparse", &c->sparse);
    fprintf(out, "\nbreak-even activity\n");
    print_break_even(out, "operations, dense twin", c->dense.break_even_spikes,
                     c->dense.break_even_Hz);
    print_break_even(out, "operations, sparse twin", c->sparse.break_even_spikes,
                     c->sparse.break_even_Hz);
    print_break_even(out, "energy, dense twin", c->dense.energy_break_even_spikes,
                     c->dense.energy_break_even_Hz);
    print_break_even(out, "energy, sparse twin", c->sparse.energy_break_even_spikes,
                     c->sparse.energy_break_even_Hz);
    fprintf(out,
            "\nx fewer: MACs of the twin / synaptic operations of the run, one operation each.\n"
            "elementary: (2 MACs + bias adds + activations) / all adds, multiplies, compares, ...\n"
            "energy: %s pJ an AC, %s pJ a MAC%s; arithmetic only, no\nmemory, no idle power.\n",
            number_text(f->options.ac_pJ), number_text(f->options.mac_pJ),
            f->options.ac_pJ == defaults.ac_pJ && f->options.mac_pJ == defaults.mac_pJ
                ? " (float32 in 45 nm, Horowitz 2014)"
                : "");
}
