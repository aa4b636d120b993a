/* graph_report - `saltus check --graph`: the network is built, and measured as a graph. */
#ifndef SALTUS_GRAPH_REPORT_H
#define SALTUS_GRAPH_REPORT_H

#include <saltus/saltus.h>

#include "shared/json_writer.h"

#ifdef SALTUS_HAVE_GRAPH
#include <saltus/graph.h>

/* Measures of the network, then of each projection. */
typedef struct graph_report {
    saltus_network *network;
    saltus_graph_measures *of; /* [count] */
    uint32_t count;
} graph_report;

/* Build and measure. Returns an exit code; what is wrong has been said. */
int graph_report_create(graph_report *report, const saltus_experiment *experiment,
                        const saltus_network_options *options);
void graph_report_clear(graph_report *report);

/* "network", or the name of a projection. */
const char *graph_report_name(const graph_report *report, uint32_t index);
/* Is it told of? A projection that is the whole network is not told of twice. */
bool graph_report_shows(const graph_report *report, uint32_t index);

void graph_report_print(const graph_report *report);
/* The key `graph` of the object that is open. */
void graph_report_json(json_writer *w, const graph_report *report);
#endif

#endif /* SALTUS_GRAPH_REPORT_H */
