/* bench_table - see bench_table.h. Figures that have no meaning for a row are left out. */
#include "bench_table.h"

#include <math.h>
#include <stdio.h>

typedef struct column {
    const char *title; /* of the table; NULL: in CSV only */
    const char *name;  /* in CSV */
    int width, digits;
} column;

enum {
    BUILD,
    BYTES,
    BEST,
    MEDIAN,
    REAL_TIME,
    TO_FIRST,
    RATE,
    PER_SPIKE,
    PER_EVENT,
    PER_DELIVERY,
    BARE_DELIVERY,
    TO_BARE_DELIVERY,
    PER_STEP,
    BARE_STEP,
    TO_BARE_STEP,
    COLUMNS
};

static const column columns[COLUMNS] = {
    [BUILD] = {NULL, "build_s", 0, 3},
    [BYTES] = {NULL, "bytes_per_synapse", 0, 2},
    [BEST] = {"best s", "best_s", 9, 4},
    [MEDIAN] = {"median s", "median_s", 9, 4},
    [REAL_TIME] = {"s/sim.s", "s_per_simulated_s", 8, 3},
    [TO_FIRST] = {"x first", "ratio_to_first_engine", 8, 3},
    [RATE] = {"rate Hz", "rate_Hz", 8, 2},
    [PER_SPIKE] = {"ns/spike", "ns_per_spike", 9, 0},
    [PER_EVENT] = {"ns/event", "ns_per_event", 9, 2},
    [PER_DELIVERY] = {"ns/deliv", "ns_per_synaptic_event", 9, 2},
    [BARE_DELIVERY] = {NULL, "bare_ns", 0, 3},
    [TO_BARE_DELIVERY] = {"x bare", "ratio", 7, 2},
    [PER_STEP] = {"ns/step", "ns_per_step_update", 8, 3},
    [BARE_STEP] = {NULL, "bare_step_ns", 0, 4},
    [TO_BARE_STEP] = {"x bare", "ratio_step", 7, 2},
};

void bench_table_head(const bench_settings *settings)
{
    printf(settings->csv ? "workload,engine,threads" : "%-9s %-18s thr", "workload", "engine");
    for (int i = 0; i < COLUMNS; i++) {
        if (settings->csv) {
            printf(",%s", columns[i].name);
        } else if (columns[i].title != NULL) {
            printf(" %*s", columns[i].width - 1, columns[i].title);
        }
    }
    printf("\n");
}

void bench_table_workload(const bench_settings *settings, const workload *workload,
                          const bench_setting *setting)
{
    if (settings->csv) {
        return;
    }
    printf("%s: %s; built in %.3f s", workload->name, workload->summary, setting->build_s);
    if (workload->synapses_per_neuron > 0) {
        printf(", %.2f bytes a synapse", setting->size.bytes_per_synapse);
    }
    if (setting->bare_delivery_ns > 0) {
        printf("; bare delivery %.2f ns", setting->bare_delivery_ns);
    }
    if (setting->bare_step_ns > 0) {
        printf("; bare step %.4f ns", setting->bare_step_ns);
    }
    printf("\n");
}

/* NaN where there is nothing to divide by. */
static double per(double value, double by)
{
    return by > 0 ? value / by : (double)NAN;
}

void bench_table_row(const bench_settings *settings, const workload *workload,
                     const bench_setting *setting, unsigned engine, unsigned threads,
                     const measurement *m, const measurement *first)
{
    const double deliveries = (double)m->counts.synaptic_events;
    const double events = deliveries + (double)m->counts.external_events;
    const double spikes = (double)(m->counts.spikes + m->counts.source_spikes);
    const double ns = m->best_s * 1e9;
    const double per_ms = m->best_s / m->simulated_ms;
    const double per_delivery = per(ns, deliveries);
    const double per_step = per(ns, (double)m->counts.step_updates);
    const double cell[COLUMNS] = {
        [BUILD] = setting->build_s,
        [BYTES] = workload->synapses_per_neuron > 0 ? setting->size.bytes_per_synapse : (double)NAN,
        [BEST] = m->best_s,
        [MEDIAN] = m->median_s,
        [REAL_TIME] = per_ms * 1000,
        [TO_FIRST] = per_ms / (first->best_s / first->simulated_ms),
        [RATE] = spikes / workload->neurons / m->simulated_ms * 1000,
        [PER_SPIKE] = per(ns, spikes),
        [PER_EVENT] = per(ns, events),
        [PER_DELIVERY] = per_delivery,
        [BARE_DELIVERY] = per(setting->bare_delivery_ns, setting->bare_delivery_ns > 0),
        [TO_BARE_DELIVERY] = per(per_delivery, setting->bare_delivery_ns),
        [PER_STEP] = per_step,
        [BARE_STEP] = per(setting->bare_step_ns, setting->bare_step_ns > 0),
        [TO_BARE_STEP] = per(per_step, setting->bare_step_ns),
    };
    printf(settings->csv ? "%s,%s,%u" : "%-9s %-18s %3u", workload->name,
           settings->engines[engine].name, threads);
    for (int i = 0; i < COLUMNS; i++) {
        const column *column = &columns[i];
        if (settings->csv) {
            isfinite(cell[i]) ? printf(",%.*f", column->digits, cell[i]) : printf(",");
        } else if (column->title != NULL) {
            isfinite(cell[i]) ? printf(" %*.*f", column->width - 1, column->digits, cell[i])
                              : printf(" %*s", column->width - 1, "-");
        }
    }
    printf("\n");
    fflush(stdout);
}
