/* operations_report - what a run did and what an artificial network would, as tables and JSON. */
#ifndef SALTUS_TOOLS_OPERATIONS_REPORT_H
#define SALTUS_TOOLS_OPERATIONS_REPORT_H

#include <saltus/saltus.h>
#include <stdio.h>

#include "shared/json_writer.h"

/* Everything that is printed; nothing is owned but `report`. */
typedef struct operations_figures {
    const saltus_network *network;
    saltus_operations *report;
    saltus_ann_options options;
    saltus_ann_comparison ann;
    saltus_graph_summary graph;
} operations_figures;

/* Take the figures of a simulation; dt_ms as saltus_operations_create takes it. To be cleared in
 * every case. */
saltus_status operations_figures_take(operations_figures *figures,
                                      const saltus_simulation *simulation, double dt_ms,
                                      const saltus_ann_options *options, saltus_error *error);
void operations_figures_clear(operations_figures *figures);

/* Tables: by population, by projection, the whole. */
void operations_print_neurobench(FILE *stream, const operations_figures *figures);
/* The artificial twin and the comparison with it. */
void operations_print_ann(FILE *stream, const operations_figures *figures);

/* The same as objects "neurobench" and "ann" of an open object. */
void operations_json_neurobench(json_writer *w, const operations_figures *figures);
void operations_json_ann(json_writer *w, const operations_figures *figures);
/* One twin against the run, as an object of this key. */
void operations_json_ratio(json_writer *w, const char *key, const saltus_ann_ratio *r);
/* "arithmetic": {...} */
void operations_json_arithmetic(json_writer *w, const char *key, const saltus_arithmetic *a);

#endif /* SALTUS_TOOLS_OPERATIONS_REPORT_H */
