/* cmd_energy - `saltus energy [NAME...]`: cost tables listed, explained, applied to counts. */
#include <errno.h>
#include <math.h>
#include <saltus/saltus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "energy/energy_report.h"
#include "energy/energy_tables.h"
#include "shared/command.h"
#include "shared/experiment_source.h"
#include "shared/options.h"

enum { COUNTS, STEP, UNITS, HOPS, MACS, ACS, INFERENCES, TABLES, JSON };

static const option_row rows[] = {
    {"counts", "FILE", "price the counts of a manifest.json, or of a result directory"},
    {"step", "TIME",
     "step that devices which update every neuron in every step\n"
     "are priced with, e.g. 1ms, when the counts are of an event-driven run"},
    {"units", "N", "chips, boards or cards that draw static power (default 1)"},
    {"hops", "N", "spikes carried on by a router, when a placement is known"},
    {"macs", "N", "multiply-accumulates of an artificial network, priced too"},
    {"acs", "N", "its accumulates"},
    {"inferences", "N", "energy per inference: what the counts hold"},
    {"tables", "DIR", "folder of cost tables, looked through first"},
    {"json", NULL, "JSON instead of text"},
    {NULL, NULL, NULL}};

typedef struct energy_request {
    const char *counts, *tables, *step;
    bool json;
    char **names;
    size_t name_count;
    saltus_energy_work work;
} energy_request;

static void print_help(void)
{
    printf("usage: saltus energy [NAME...] [options]\n\n"
           "Without NAME lists the cost tables: published energies of devices, each figure with\n"
           "source, year, process and grade. With NAME explains a table. With --counts prices the\n"
           "work of a run after the tables named, or after all. NAME is the name of a table or\n"
           "the path of a YAML file (docs/energy.md).\n\n");
    options_print(rows);
    printf("\n  saltus energy\n"
           "  saltus energy loihi\n"
           "  saltus run net.yaml --out net && saltus energy loihi horowitz45 --counts net\n");
}

/* ---- Command line ---------------------------------------------------------------------- */

static bool take_number(const option_reader *o, int row, uint64_t low, double *out)
{
    uint64_t number = 0;
    if (!options_number(o, row, low, UINT64_MAX, &number)) {
        return false;
    }
    *out = (double)number;
    return true;
}

static bool take_option(energy_request *q, const option_reader *o, int row)
{
    saltus_energy_work *work = &q->work;
    switch (row) {
    case COUNTS:
        q->counts = o->value;
        return true;
    case STEP:
        q->step = o->value;
        return options_time(o, row, false, &work->step_ms);
    case UNITS:
        return take_number(o, row, 1, &work->units);
    case HOPS:
        return take_number(o, row, 0, &work->spike_hops);
    case MACS:
        return take_number(o, row, 0, &work->macs);
    case ACS:
        return take_number(o, row, 0, &work->acs);
    case INFERENCES:
        return take_number(o, row, 1, &work->inferences);
    case TABLES:
        q->tables = o->value;
        return true;
    default:
        q->json = true;
        return true;
    }
}

/* OPTIONS_END, OPTIONS_HELP or OPTIONS_WRONG. */
static int read_command_line(energy_request *q, int argc, char **argv)
{
    option_reader o;
    options_begin(&o, "energy", rows, argc, argv);
    int row = options_next(&o);
    bool needs_counts = false;
    for (; row >= 0; row = options_next(&o)) {
        if (!take_option(q, &o, row)) {
            return OPTIONS_WRONG;
        }
        needs_counts = needs_counts || (row >= STEP && row <= INFERENCES);
    }
    q->names = argv + o.next;
    q->name_count = (size_t)(argc - o.next);
    if (row == OPTIONS_END && needs_counts && q->counts == NULL) {
        complain("energy: --step, --units, --hops, --macs, --acs and --inferences need --counts");
        return OPTIONS_WRONG;
    }
    return row;
}

/* ---- Counts ---------------------------------------------------------------------------- */

/* A manifest, or the directory that has one. Returns an exit code. */
static int read_counts(energy_request *q)
{
    struct stat info;
    saltus_error error = {0};
    const char *ending = "/manifest.json";
    const bool folder = stat(q->counts, &info) == 0 && S_ISDIR(info.st_mode);
    const size_t size = strlen(q->counts) + strlen(ending) + 1;
    char *path = malloc(size);
    if (path == NULL) {
        complain("energy: out of memory");
        return EXIT_CODE_FAILED;
    }
    snprintf(path, size, "%s%s", q->counts, folder ? ending : "");
    const saltus_status status = saltus_energy_work_read_manifest(path, &q->work, &error);
    if (status != SALTUS_OK) {
        complain_error("energy", &error, status);
    }
    free(path);
    return status == SALTUS_OK         ? EXIT_CODE_OK
           : status == SALTUS_E_MEMORY ? EXIT_CODE_FAILED
                                       : EXIT_CODE_USAGE;
}

static void write_work(json_writer *w, const saltus_energy_work *work)
{
    json_open_object(w, "work");
    json_double(w, "simulated_s", work->simulated_s);
    json_double(w, "wall_s", work->wall_s);
    json_double(w, "neurons", work->neurons);
    json_double(w, "step_ms", work->step_ms > 0 ? work->step_ms : (double)NAN);
    json_double(w, "units", work->units);
    json_double(w, "inferences", work->inferences > 0 ? work->inferences : (double)NAN);
    json_open_object(w, "terms");
    for (int term = 0; term < SALTUS_ENERGY_TERM_COUNT; term++) {
        json_double(w, saltus_energy_term_name((saltus_energy_term)term),
                    saltus_energy_term_count(work, (saltus_energy_term)term));
    }
    json_close(w);
    json_close(w);
}

/* ---- Tables ---------------------------------------------------------------------------- */

/* What is done with each table; `table` is destroyed after it. */
typedef void (*table_visitor)(const energy_request *q, json_writer *w,
                              const saltus_energy_table *table);

static void list_table(const energy_request *q, json_writer *w, const saltus_energy_table *table)
{
    const saltus_energy_info *info = saltus_energy_table_info(table);
    if (q->json) {
        energy_write_table(w, NULL, info, true);
        return;
    }
    char process[16] = "-";
    if (!isnan(info->process_nm)) {
        snprintf(process, sizeof process, "%.4g nm", info->process_nm);
    }
    printf("  %-22s %-7s %-9s %-10s %s\n", info->name, process,
           saltus_energy_scope_name(info->scope),
           saltus_energy_evidence_name(energy_weakest_evidence(info)), info->title);
}

static void explain_table(const energy_request *q, json_writer *w, const saltus_energy_table *table)
{
    const saltus_energy_info *info = saltus_energy_table_info(table);
    if (q->json) {
        energy_write_table(w, NULL, info, false);
    } else {
        energy_print_table(info);
        printf("\n");
    }
}

static void price_table(const energy_request *q, json_writer *w, const saltus_energy_table *table)
{
    const saltus_energy_info *info = saltus_energy_table_info(table);
    saltus_energy_estimate estimate;
    saltus_energy_price(table, &q->work, &estimate);
    if (q->json) {
        energy_write_estimate(w, NULL, info, &estimate);
    } else if (q->name_count > 0) {
        energy_print_estimate(info, &estimate);
        printf("\n");
    } else if (estimate.has_total) {
        energy_print_estimate_line(info, &estimate);
    }
}

/* Every table named, or all there are. Returns the worst exit code; the others are done. */
static int visit(const energy_request *q, const energy_tables *tables, json_writer *w,
                 table_visitor visitor)
{
    int worst = EXIT_CODE_OK;
    const size_t count = q->name_count > 0 ? q->name_count : tables->count;
    for (size_t i = 0; i < count; i++) {
        saltus_energy_table *table = NULL;
        const char *name = q->name_count > 0 ? q->names[i] : tables->paths[i];
        const int code = energy_tables_load(tables, "energy", name, &table);
        if (code == EXIT_CODE_OK) {
            visitor(q, w, table);
        }
        worst = code > worst ? code : worst;
        saltus_energy_table_destroy(table);
    }
    return worst;
}

/* The brain and a graphics card, beside what was priced. */
static void add_reference(const energy_request *q, const energy_tables *tables, json_writer *w)
{
    saltus_energy_table *table = NULL;
    saltus_energy_estimate estimate;
    bool there = false;
    for (size_t i = 0; i < tables->count; i++) {
        there = there || strcmp(tables->names[i], "reference") == 0;
    }
    if (!there || energy_tables_load(tables, "energy", "reference", &table) != EXIT_CODE_OK) {
        return;
    }
    saltus_energy_price(table, &q->work, &estimate);
    if (q->json) {
        energy_write_estimate(w, "reference", saltus_energy_table_info(table), &estimate);
    } else {
        printf("%sfor comparison, each line alone (saltus energy reference)\n",
               q->name_count > 0 ? "" : "\n");
        energy_print_reference(&estimate);
    }
    saltus_energy_table_destroy(table);
}

static int answer(const energy_request *q, const energy_tables *tables)
{
    json_writer w;
    const bool pricing = q->counts != NULL;
    const bool listing = q->name_count == 0;
    if (q->json) {
        json_begin(&w, stdout);
        json_open_object(&w, NULL);
        if (pricing) {
            write_work(&w, &q->work);
        }
        json_open_array(&w, pricing ? "estimates" : "tables");
    } else if (listing && pricing) {
        printf("  %-22s %-9s %-10s    %-24s    %s\n", "table", "scope", "evidence", "total",
               "per synaptic event");
    } else if (listing) {
        printf("cost tables (saltus energy NAME explains one)\n");
    }
    const int code = visit(q, tables, &w,
                           pricing   ? price_table
                           : listing ? list_table
                                     : explain_table);
    if (q->json) {
        json_close(&w);
    }
    if (pricing) {
        add_reference(q, tables, &w);
    }
    if (q->json) {
        json_close(&w);
    } else if (listing && pricing) {
        printf("\n>= marks a lower bound: terms occur that the table leaves unpriced; name a table "
               "to see which\n");
    }
    return code;
}

int cmd_energy(int argc, char **argv)
{
    energy_request q = {.work = saltus_energy_work_default()};
    energy_tables tables;
    const int row = read_command_line(&q, argc, argv);
    if (row == OPTIONS_HELP) {
        print_help();
        return EXIT_CODE_OK;
    }
    if (row == OPTIONS_WRONG) {
        return EXIT_CODE_USAGE;
    }
    int code = q.counts != NULL ? read_counts(&q) : EXIT_CODE_OK;
    if (code != EXIT_CODE_OK) {
        return code;
    }
    code = energy_tables_find(&tables, "energy", q.tables);
    if (code != EXIT_CODE_OK) {
        return code;
    }
    if (q.name_count == 0 && tables.count == 0) {
        complain("energy: there are no cost tables; name their folder with --tables DIR or in the "
                 "environment variable SALTUS_DATA_DIR (which has a folder energy)");
        code = EXIT_CODE_USAGE;
    } else {
        code = answer(&q, &tables);
    }
    energy_tables_clear(&tables);
    return code;
}
