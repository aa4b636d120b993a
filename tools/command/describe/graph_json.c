/* graph_json - the measures of graphs as JSON; what is not defined is null. */
#include "describe/graph_report.h"

#ifdef SALTUS_HAVE_GRAPH

static void write_degrees(json_writer *w, const char *key, const saltus_degrees *d)
{
    json_open_object(w, key);
    json_integer(w, "neurons", d->neurons);
    json_double(w, "mean", d->mean);
    json_double(w, "sd", d->sd);
    json_integer(w, "min", d->least);
    json_integer(w, "max", d->most);
    json_double(w, "exponent", d->exponent);
    json_double(w, "exponent_from", d->exponent_from);
    json_double(w, "exponent_ks_distance", d->exponent_distance);
    json_open_array(w, "histogram");
    for (int bin = 0; bin < SALTUS_DEGREE_BINS; bin++) {
        if (d->histogram[bin] > 0) {
            json_open_object(w, NULL);
            json_integer(w, "from", bin == 0 ? 0 : UINT64_C(1) << (bin - 1));
            json_integer(w, "to", bin == 0 ? 0 : (UINT64_C(1) << bin) - 1);
            json_integer(w, "neurons", d->histogram[bin]);
            json_close(w);
        }
    }
    json_close(w);
    json_close(w);
}

static void write_measures(json_writer *w, const char *name, const saltus_graph_measures *m)
{
    json_open_object(w, NULL);
    json_string(w, "of", name);
    json_integer(w, "neurons", m->neurons);
    json_integer(w, "synapses", m->synapses);
    json_integer(w, "pairs", m->pairs);
    json_integer(w, "autapses", m->autapses);
    json_integer(w, "multapses", m->multapses);
    write_degrees(w, "in_degree", &m->in);
    write_degrees(w, "out_degree", &m->out);
    json_double(w, "density", m->density);
    json_double(w, "reciprocity", m->reciprocity);
    json_double(w, "clustering", m->clustering);
    json_double(w, "clustering_standard_error", m->clustering_error);
    json_double(w, "clustering_random", m->clustering_random);
    json_integer(w, "clustering_neurons", m->clustering_neurons);
    json_double(w, "path_length", m->path_length);
    json_double(w, "path_standard_error", m->path_error);
    json_double(w, "path_random", m->path_random);
    json_integer(w, "path_longest", m->path_longest);
    json_double(w, "path_reachable", m->path_reachable);
    json_integer(w, "path_sources", m->path_sources);
    json_close(w);
}

void graph_report_json(json_writer *w, const graph_report *report)
{
    json_open_array(w, "graph");
    for (uint32_t i = 0; i < report->count; i++) {
        if (graph_report_shows(report, i)) {
            write_measures(w, graph_report_name(report, i), &report->of[i]);
        }
    }
    json_close(w);
}

#endif
