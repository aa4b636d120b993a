/* graph_report - building, measuring, and the tables. */
#include "describe/graph_report.h"

#include <math.h>
#include <stdlib.h>

#include "shared/command.h"
#include "shared/experiment_source.h"

#ifdef SALTUS_HAVE_GRAPH

/* ---- Measuring --------------------------------------------------------------------- */

static int measure(graph_report *report)
{
    saltus_error error = {0};
    const uint32_t projections = saltus_network_projection_count(report->network);
    report->of = calloc((size_t)projections + 1, sizeof *report->of);
    if (report->of == NULL) {
        complain("check: out of memory");
        return EXIT_CODE_FAILED;
    }
    report->count = projections + 1;
    for (uint32_t i = 0; i < report->count; i++) {
        const saltus_status status = saltus_graph_measure(
            report->network, i == 0 ? SALTUS_GRAPH_NETWORK : i - 1, NULL, &report->of[i], &error);
        if (status) {
            complain_error("check", &error, status);
            return EXIT_CODE_FAILED;
        }
    }
    return EXIT_CODE_OK;
}

int graph_report_create(graph_report *report, const saltus_experiment *experiment,
                        const saltus_network_options *options)
{
    saltus_error error = {0};
    *report = (graph_report){.network = NULL};
    saltus_status status = saltus_network_build(experiment, options, &report->network, &error);
    if (status) {
        complain_error("check", &error, status);
        return status == SALTUS_E_EXPERIMENT ? EXIT_CODE_USAGE : EXIT_CODE_FAILED;
    }
    const saltus_network_size size = saltus_network_get_size(report->network);
    const uint64_t bytes = size.total_bytes + saltus_graph_bytes(size.neurons, size.synapses);
    if (options->memory_limit > 0 && bytes > options->memory_limit) {
        complain(
            "check: measuring the graph takes about %s, and there are %s; leave --graph out or "
            "make the network smaller",
            bytes_text(bytes), bytes_text(options->memory_limit));
        return EXIT_CODE_USAGE;
    }
    return measure(report);
}

void graph_report_clear(graph_report *report)
{
    saltus_network_destroy(report->network);
    free(report->of);
}

const char *graph_report_name(const graph_report *report, uint32_t index)
{
    return index == 0 ? "network" : saltus_network_projection_name(report->network, index - 1);
}

bool graph_report_shows(const graph_report *report, uint32_t index)
{
    return index == 0 || report->count > 2 || report->of[index].neurons != report->of[0].neurons;
}

/* ---- Printing ---------------------------------------------------------------------- */

static void print_degrees(const char *side, const saltus_degrees *d)
{
    printf("  %-11s mean %.6g, sd %.4g, %llu to %llu", side, d->mean, d->sd,
           (unsigned long long)d->least, (unsigned long long)d->most);
    if (!isnan(d->exponent)) {
        printf("; power law fitted: exponent %.3g from %.0f on (KS distance %.2g)", d->exponent,
               d->exponent_from, d->exponent_distance);
    }
    printf("\n");
}

/* Both histograms side by side, up to the last bin that has a neuron. */
static void print_histogram(const saltus_graph_measures *m)
{
    int last = 0;
    for (int bin = 0; bin < SALTUS_DEGREE_BINS; bin++) {
        last = m->in.histogram[bin] + m->out.histogram[bin] > 0 ? bin : last;
    }
    printf("  %-23s %12s %12s\n", "degree", "in", "out");
    for (int bin = 0; bin <= last; bin++) {
        const unsigned long long from = bin == 0 ? 0 : 1ULL << (bin - 1);
        const unsigned long long to = bin == 0 ? 0 : (1ULL << bin) - 1;
        char range[48];
        snprintf(range, sizeof range, from == to ? "%llu" : "%llu to %llu", from, to);
        printf("    %-21s %12llu %12llu\n", range, (unsigned long long)m->in.histogram[bin],
               (unsigned long long)m->out.histogram[bin]);
    }
}

/* "; of 256 neurons sampled, +- 0.01" */
static void print_sample(uint64_t neurons, uint64_t all, double standard_error)
{
    if (neurons < all) {
        printf("; from a sample of %llu neurons, +- %.2g", (unsigned long long)neurons,
               standard_error);
    }
    printf("\n");
}

static void print_measures(const char *name, const saltus_graph_measures *m)
{
    printf("\ngraph of %s: %s neurons, %s synapses\n", name, count_text(m->neurons),
           count_text(m->synapses));
    printf("  %-11s %s, %s autapses, %s multapses\n", "pairs", count_text(m->pairs),
           count_text(m->autapses), count_text(m->multapses));
    print_degrees("in-degree", &m->in);
    print_degrees("out-degree", &m->out);
    print_histogram(m);
    if (isnan(m->density)) {
        return;
    }
    printf("  %-11s %.4g\n", "density", m->density);
    if (!isnan(m->reciprocity)) {
        printf("  %-11s %.4g\n", "reciprocity", m->reciprocity);
    }
    printf("  %-11s %.4g (of a random graph: %.3g)", "clustering", m->clustering,
           m->clustering_random);
    print_sample(m->clustering_neurons, m->neurons, m->clustering_error);
    if (isnan(m->path_length)) {
        printf("  %-11s there is no way from a neuron to another\n", "path length");
        return;
    }
    printf("  %-11s %.4g", "path length", m->path_length);
    if (isfinite(m->path_random) && m->path_random > 0) {
        printf(" (of a random graph: %.3g)", m->path_random);
    }
    printf(", longest %llu, %.4g %% of pairs have a way", (unsigned long long)m->path_longest,
           100 * m->path_reachable);
    print_sample(m->path_sources, m->neurons, m->path_error);
}

void graph_report_print(const graph_report *report)
{
    for (uint32_t i = 0; i < report->count; i++) {
        if (graph_report_shows(report, i)) {
            print_measures(graph_report_name(report, i), &report->of[i]);
        }
    }
}

#endif
