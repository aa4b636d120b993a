/* energy_json - cost tables and estimates as JSON. Members: docs/command.md. */
#include <math.h>

#include "energy/energy_report.h"

/* ---- A table --------------------------------------------------------------------------- */

static void write_figure(json_writer *w, const saltus_energy_figure *f, bool operation)
{
    const bool power = !operation && f->term == SALTUS_TERM_STATIC_POWER;
    json_open_object(w, NULL);
    json_string(w, "name", f->name);
    if (!operation) {
        json_string(w, "term", saltus_energy_term_name(f->term));
        json_string(w, "scope", saltus_energy_scope_name(f->scope));
    }
    json_double(w, power ? "low_W" : "low_J", f->low);
    json_double(w, power ? "high_W" : "high_J", f->high);
    if (power) {
        json_string(w, "over", saltus_energy_time_name(f->over));
    }
    json_string(w, "evidence", saltus_energy_evidence_name(f->evidence));
    json_string(w, "source", f->source);
    json_integer(w, "year", f->year);
    json_double(w, "process_nm", f->process_nm);
    json_double(w, "voltage_V", f->voltage_V);
    if (f->part_count > 0) {
        json_open_object(w, "sum");
        for (size_t i = 0; i < f->part_count; i++) {
            json_double(w, f->parts[i].operation->name, f->parts[i].times);
        }
        json_close(w);
    }
    json_string(w, "note", f->note);
    json_close(w);
}

static void write_figures(json_writer *w, const char *key, const saltus_energy_figure *figures,
                          size_t count, bool operations)
{
    json_open_array(w, key);
    for (size_t i = 0; i < count; i++) {
        write_figure(w, &figures[i], operations);
    }
    json_close(w);
}

static void write_remarks(json_writer *w, const char *key, const saltus_energy_remark *remarks,
                          size_t count)
{
    json_open_object(w, key);
    for (size_t i = 0; i < count; i++) {
        json_string(w, saltus_energy_term_name(remarks[i].term), remarks[i].reason);
    }
    json_close(w);
}

static void write_head(json_writer *w, const saltus_energy_info *info)
{
    json_string(w, "name", info->name);
    json_string(w, "title", info->title);
    json_string(w, "scope", saltus_energy_scope_name(info->scope));
    json_string(w, "weakest_evidence", saltus_energy_evidence_name(energy_weakest_evidence(info)));
    json_double(w, "process_nm", info->process_nm);
    json_double(w, "voltage_V", info->voltage_V);
    json_bool(w, "clocked", info->clocked);
}

void energy_write_table(json_writer *w, const char *key, const saltus_energy_info *info, bool brief)
{
    json_open_object(w, key);
    write_head(w, info);
    if (!brief) {
        const bool reference = info->scope == SALTUS_SCOPE_REFERENCE;
        json_string(w, "note", info->note);
        write_figures(w, reference ? "lines" : "prices", info->prices, info->price_count, false);
        write_figures(w, "operations", info->operations, info->operation_count, true);
        write_figures(w, "on_record", info->on_record, info->on_record_count, false);
        write_remarks(w, "included", info->included, info->included_count);
        write_remarks(w, "absent", info->absent, info->absent_count);
    }
    json_close(w);
}

/* ---- An estimate ----------------------------------------------------------------------- */

/* Both ends; null where there is none. */
static void write_range(json_writer *w, const char *key, saltus_energy_range range)
{
    json_open_object(w, key);
    json_double(w, "low_J", range.low_J);
    json_double(w, "high_J", range.high_J);
    json_close(w);
}

static void write_entry(json_writer *w, const saltus_energy_entry *e)
{
    const bool priced = e->state == SALTUS_ENERGY_PRICED;
    json_open_object(w, NULL);
    json_string(w, "term", saltus_energy_term_name(e->term));
    if (e->figure != NULL) {
        json_string(w, "name", e->figure->name);
        json_string(w, "scope", saltus_energy_scope_name(e->figure->scope));
        json_string(w, "evidence", saltus_energy_evidence_name(e->figure->evidence));
    }
    json_string(w, "state", saltus_energy_state_name(e->state));
    json_double(w, "count", e->count);
    json_double(w, "low_J", priced ? e->low_J : (double)NAN);
    json_double(w, "high_J", priced ? e->high_J : (double)NAN);
    json_string(w, "reason", e->reason);
    json_close(w);
}

void energy_write_estimate(json_writer *w, const char *key, const saltus_energy_info *info,
                           const saltus_energy_estimate *estimate)
{
    json_open_object(w, key);
    write_head(w, info);
    json_open_array(w, "entries");
    for (size_t i = 0; i < estimate->entry_count; i++) {
        write_entry(w, &estimate->entries[i]);
    }
    json_close(w);
    if (estimate->has_total) {
        json_bool(w, "lower_bound", estimate->lower_bound);
        json_open_array(w, "missing");
        for (size_t i = 0; i < estimate->entry_count; i++) {
            const saltus_energy_entry *e = &estimate->entries[i];
            if (e->state == SALTUS_ENERGY_UNPRICED || e->state == SALTUS_ENERGY_UNKNOWN) {
                json_string(w, NULL, saltus_energy_term_name(e->term));
            }
        }
        json_close(w);
        write_range(w, "total", estimate->total);
        write_range(w, "per_synaptic_event", estimate->per_synaptic_event);
        write_range(w, "per_spike", estimate->per_spike);
        write_range(w, "per_simulated_second", estimate->per_simulated_second);
        write_range(w, "per_inference", estimate->per_inference);
    }
    json_close(w);
}
