/* compare_table - what a comparison came to, for people: cost, work, energy, the network's own
 * figures. Blocks of columns that fit 100 characters; an engine has the same line in each. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "compare/compare.h"
#include "energy/energy_report.h"
#include "shared/command.h"

#define NAME_WIDTH 20

/* ---- Cost -------------------------------------------------------------------------------- */

/* Three digits, without a power of ten. */
static const char *short_figure(double value)
{
    return compare_cell(value, value < 999.5 ? "%.3g" : "%.0f");
}

static void print_cost(const compare_session *s)
{
    compare_heading(
        "COST",
        "                       wall time                      wall time  relative  ns per"
        "       peak",
        "engine                    median       range       per simulated s  to event"
        "  syn. event  memory");
    for (size_t i = 0; i < s->rows_done; i++) {
        const compare_row *row = &s->rows[i];
        char range[64] = "";
        if (row->repeats > 1) {
            snprintf(range, sizeof range, "%s - %s", compare_seconds(row->wall_low_s),
                     compare_seconds(row->wall_high_s));
        }
        const double events = (double)row->run.counts.synaptic_events;
        printf("%-*s %11s %21s %11s %9s %11s %8s\n", NAME_WIDTH, row->engine,
               compare_seconds(row->wall_median_s), range,
               compare_seconds(row->wall_median_s * 1e3 / row->run.simulated_ms),
               short_figure(row->wall_median_s / s->rows[0].wall_median_s),
               events > 0.0 ? short_figure(row->wall_median_s * 1e9 / events) : "-",
               bytes_text(row->peak_high_bytes));
    }
    if (s->rows_done > 0 && s->rows[0].repeats < 3) {
        printf("One or two runs each: a difference of some ten per cent may be the machine's; "
               "--repeat 5 tells.\n");
    }
}

/* ---- Work -------------------------------------------------------------------------------- */

/* Where nothing learns there is nothing to say. */
static void print_learning(const compare_session *s)
{
    for (size_t i = 0; i < s->rows_done; i++) {
        const uint64_t updates = s->rows[i].run.counts.plastic_updates;
        if (updates > 0) {
            printf("  %-*s %8s weight updates by learning\n", NAME_WIDTH - 2, s->rows[i].engine,
                   compare_si((double)updates));
        }
    }
}

static void print_work(const compare_session *s)
{
    compare_heading("OPERATIONS",
                    "                     synaptic external    event     step threshold  closed"
                    "    queue   scale",
                    "engine                 events   events  updates  updates     tests   forms"
                    "  pu/pop factors   steps");
    for (size_t i = 0; i < s->rows_done; i++) {
        const compare_row *row = &s->rows[i];
        const saltus_counts *c = &row->run.counts;
        printf("%-*s %8s %8s %8s %8s %9s %7s %7s %7s %7s\n", NAME_WIDTH, row->engine,
               compare_si((double)c->synaptic_events), compare_si((double)c->external_events),
               compare_si((double)c->neuron_updates), compare_si((double)c->step_updates),
               compare_si((double)c->threshold_tests), compare_si((double)c->crossing_searches),
               compare_si((double)c->scheduler_pushes + (double)c->scheduler_pops),
               compare_si((double)c->exp_evaluations), compare_si((double)c->steps));
    }
    print_learning(s);
}

/* ---- Energy ------------------------------------------------------------------------------ */

#define TABLES_A_BLOCK 3

/* Terms that a table has no price for, once for each table, by the first row that has them. */
static void print_missing(const compare_session *s)
{
    for (size_t t = 0; t < s->table_count; t++) {
        for (size_t i = 0; i < s->rows_done; i++) {
            char missing[512];
            saltus_energy_missing_text(&s->rows[i].energy[t], missing, sizeof missing);
            if (s->rows[i].energy[t].has_total && missing[0] != '\0') {
                printf("  %s has no price or no count for %s (%s)\n", s->tables[t].name, missing,
                       s->rows[i].engine);
                break;
            }
        }
    }
}

/* One block of columns: the tables of `of`, by number. */
static void print_energy_block(const compare_session *s, const size_t *of, size_t count)
{
    char line[128];
    int length = snprintf(line, sizeof line, "%-*s", NAME_WIDTH, "engine");
    for (size_t k = 0; k < count; k++) {
        length += snprintf(line + length, sizeof line - (size_t)length, " %24.24s",
                           s->tables[of[k]].name);
    }
    compare_heading("ENERGY, estimated from counts (low-high; >= is a lower bound)", "", line);
    for (size_t i = 0; i < s->rows_done; i++) {
        printf("%-*s", NAME_WIDTH, s->rows[i].engine);
        for (size_t k = 0; k < count; k++) {
            printf(" %24s", compare_energy_text(&s->rows[i].energy[of[k]]));
        }
        putchar('\n');
    }
}

static void print_energy(const compare_session *s)
{
    size_t of[TABLES_A_BLOCK];
    size_t count = 0;
    for (size_t t = 0; t < s->table_count; t++) {
        if (s->rows[0].energy[t].has_total) {
            of[count++] = t;
        }
        if (count == TABLES_A_BLOCK || (count > 0 && t + 1 == s->table_count)) {
            print_energy_block(s, of, count);
            count = 0;
        }
    }
    print_missing(s);
    /* lines to compare with, no sums: those of the event-driven run */
    for (size_t t = 0; t < s->table_count; t++) {
        if (!s->rows[0].energy[t].has_total) {
            printf("\nREFERENCE lines of %s (event-driven run)\n", s->tables[t].name);
            energy_print_reference(&s->rows[0].energy[t]);
        }
    }
}

/* What the machine itself measured, first run of each engine. */
static void print_measured(const compare_session *s)
{
    const measured_run *first = &s->rows[0].run;
    const bool energy = isfinite(first->package_J);
    const bool counters = isfinite(first->instructions);
    if (!energy) {
        printf("\nmeasured energy\n  %s\n", first->package_why);
    }
    if (!counters) {
        printf("%shardware counters\n  %s\n", energy ? "\n" : "", first->counters_why);
    }
    if (!energy && !counters) {
        return;
    }
    compare_heading("MEASURED by the machine, first run", "",
                    "engine                  package       DRAM   instructions      cycles  "
                    "cache misses");
    for (size_t i = 0; i < s->rows_done; i++) {
        const measured_run *run = &s->rows[i].run;
        printf("%-*s %10s %10s %14s %11s %13s\n", NAME_WIDTH, s->rows[i].engine,
               compare_cell(run->package_J, "%.3g J"), compare_cell(run->dram_J, "%.3g J"),
               compare_si(run->instructions), compare_si(run->cycles),
               compare_si(run->cache_misses));
    }
}

/* ---- Rounding ------------------------------------------------------------------------------ */

static void print_rounding(const compare_session *s)
{
    bool headed = false;
    for (size_t i = 0; i < s->rows_done; i++) {
        for (uint32_t k = 0; k < s->rows[i].run.rounding_count; k++) {
            const measured_run *run = &s->rows[i].run;
            const measured_rounding *r = &run->roundings[k];
            const bool delay = r->what == SALTUS_ROUNDED_DELAY;
            if (!headed) {
                compare_heading("ROUNDED to the clock's steps", "",
                                "engine               what    of                      values     "
                                "most changed (ms)    mean (ms)");
                headed = true;
            }
            char change[64];
            snprintf(change, sizeof change, "%.6g -> %.6g", r->given_ms, r->used_ms);
            printf("%-*s %-7s %-16.16s %13s %21s %12s\n", NAME_WIDTH, s->rows[i].engine,
                   delay ? "delays" : "t_ref", measured_name(run, r->name), count_text(r->values),
                   change, compare_cell(r->mean_change_ms, "%+.4g"));
        }
    }
}

/* ---- NeuroBench and the artificial twin ---------------------------------------------------- */

static void print_neurobench(const compare_session *s)
{
    const saltus_operations_summary *o = &s->rows[0].run.operations;
    printf(
        "\nNETWORK in NeuroBench's terms (event-driven run, dense figures with steps of %s ms)\n",
        number_text(o->dt_ms));
    printf("  footprint              %s (%s a synapse); as dense 4-byte matrices %s\n",
           bytes_text(o->footprint_bytes), compare_cell(o->bytes_per_synapse, "%.3g bytes"),
           bytes_text((uint64_t)o->dense_footprint_bytes));
    printf("  connection sparsity    %s\n", compare_cell(o->connection_sparsity, "%.6g"));
    printf("  activation sparsity    %s\n", compare_cell(o->activation_sparsity, "%.6g"));
    printf("  synaptic operations    %s effective ACs, %s effective MACs; dense %s\n",
           compare_si((double)o->effective_acs), compare_si((double)o->effective_macs),
           compare_si(o->dense));
    if (o->plastic_updates > 0) {
        printf("  weight updates         %s by learning\n", compare_si((double)o->plastic_updates));
    }
    printf("  membrane updates       %s; dense %s\n", compare_si((double)o->membrane_updates),
           compare_si(o->dense_membrane_updates));
}

static void print_twin_side(const char *name, const saltus_ann_ratio *r)
{
    printf("  %-22s %s MACs forward: %s times the spiking network's operations\n", name,
           compare_si(r->macs), compare_cell(r->operations_ratio, "%.3g"));
    printf("  %-22s equal at %s spikes a neuron and inference (%s Hz); in energy at %s Hz\n", "",
           compare_cell(r->break_even_spikes, "%.3g"), compare_cell(r->break_even_Hz, "%.3g"),
           compare_cell(r->energy_break_even_Hz, "%.3g"));
}

static void print_twin(const compare_session *s)
{
    const saltus_ann_comparison *a = &s->rows[0].run.ann;
    printf("\nARTIFICIAL NETWORK of the same topology (%s, %s ms an inference)\n",
           a->twin.feed_forward ? "feed-forward" : "recurrent, one step",
           number_text(a->inference_ms));
    printf("  %-22s %s synaptic operations an inference, %s spikes a neuron (%s Hz)\n", "spiking",
           compare_si(a->synaptic_operations), compare_cell(a->spikes_per_neuron, "%.3g"),
           compare_cell(a->rate_Hz, "%.3g"));
    print_twin_side("dense twin", &a->dense);
    print_twin_side("sparse twin", &a->sparse);
}

/* ---- All ----------------------------------------------------------------------------------- */

void compare_print(const compare_session *s)
{
    const measured_run *first = &s->rows[0].run;
    const compare_request *r = s->request;
    printf(
        "%s\n%s neurons and sources, %s synapses, %s ms, seed %llu; %u thread%s, %u run%s each\n",
        saltus_experiment_title(s->source.experiment), count_text(first->neurons),
        count_text(first->synapses), number_text(first->simulated_ms),
        (unsigned long long)saltus_experiment_seed(s->source.experiment), r->threads,
        r->threads == 1 ? "" : "s", r->repeat, r->repeat == 1 ? "" : "s");
    for (size_t i = 0; i < s->left_out_count; i++) {
        printf("without %s: %s\n", s->left_out[i].engine, s->left_out[i].why);
    }
    print_cost(s);
    print_work(s);
    compare_print_spikes(s);
    print_energy(s);
    print_measured(s);
    print_rounding(s);
    print_neurobench(s);
    print_twin(s);
    if (s->complete) {
        printf("\nresults  %s\n", s->directory);
    } else {
        printf("\nstopped early: %zu of %zu engines, in %s.partial\n", s->rows_done, s->row_count,
               s->directory);
    }
}
