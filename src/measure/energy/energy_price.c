/* energy_price - counted work times the prices of a cost table.
 *
 *     E = sum over priced terms of n_k * [low_k, high_k]
 *
 * Counts become doubles before they are added (two 64-bit counts may overflow together); the sum
 * runs in the order of the terms, so that it has the same bits everywhere. A term that does not
 * occur is no entry. What occurs and has no price is named and makes the total a lower bound,
 * unless the table says that another price includes it or that the device does not do it.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "measure/energy/energy_internal.h"

/* ---- Counts ------------------------------------------------------------------------ */

saltus_energy_work saltus_energy_work_default(void)
{
    return (saltus_energy_work){.struct_size = sizeof(saltus_energy_work),
                                .wall_s = NO_NUMBER,
                                .spike_hops = NO_NUMBER,
                                .units = 1};
}

/* Deliveries that change something. */
static double effective_events(const saltus_counts *c)
{
    return c->zero_weight_events < c->synaptic_events
               ? (double)(c->synaptic_events - c->zero_weight_events)
               : 0;
}

static double spikes_sent(const saltus_counts *c)
{
    return (double)c->spikes + (double)c->source_spikes;
}

double saltus_energy_term_count(const saltus_energy_work *work, saltus_energy_term term)
{
    const saltus_counts *c = &work->counts;
    switch (term) {
    case SALTUS_TERM_SYNAPTIC_EVENT:
        return effective_events(c);
    case SALTUS_TERM_ZERO_WEIGHT_EVENT:
        return (double)c->zero_weight_events;
    case SALTUS_TERM_EXTERNAL_EVENT:
        return (double)c->external_events;
    case SALTUS_TERM_NEURON_UPDATE:
        return (double)c->neuron_updates;
    case SALTUS_TERM_STEP_UPDATE:
        return (double)c->step_updates;
    case SALTUS_TERM_THRESHOLD_TEST:
        return (double)c->threshold_tests;
    case SALTUS_TERM_SPIKE:
        return spikes_sent(c);
    case SALTUS_TERM_SPIKE_HOP:
        return work->spike_hops;
    case SALTUS_TERM_CROSSING_SEARCH:
        return (double)c->crossing_searches;
    case SALTUS_TERM_EXP_EVALUATION:
        return (double)c->exp_evaluations;
    case SALTUS_TERM_RANDOM_DRAW:
        return (double)c->random_draws;
    case SALTUS_TERM_PLASTIC_UPDATE:
        return (double)c->plastic_updates;
    case SALTUS_TERM_QUEUE_OPERATION:
        return (double)c->scheduler_pushes + (double)c->scheduler_pops;
    case SALTUS_TERM_QUEUE_COMPARE:
        return (double)c->scheduler_compares;
    case SALTUS_TERM_STATE_BYTE:
        return (double)c->state_bytes;
    case SALTUS_TERM_SYNAPSE_BYTE:
        return (double)c->synapse_bytes;
    case SALTUS_TERM_QUEUE_BYTE:
        return (double)c->queue_bytes;
    case SALTUS_TERM_MAC:
        return work->macs;
    case SALTUS_TERM_AC:
        return work->acs;
    case SALTUS_TERM_STATIC_POWER:
        return work->simulated_s * work->units;
    }
    return 0;
}

/* A clocked device works in every step; counts of an event-driven run do not tell how often. */
static bool needs_steps(const saltus_energy_info *info, const saltus_energy_work *work)
{
    return info->clocked && work->simulated_s > 0 && work->counts.step_updates == 0;
}

/* Step updates on a clocked device with the step that was asked for; NaN without one. */
static double assumed_step_updates(const saltus_energy_work *work)
{
    if (!(work->step_ms > 0) || !(work->neurons > 0)) {
        return NO_NUMBER;
    }
    /* the last step may be a part; a quotient that rounding put above a whole number is whole */
    return work->neurons * ceil(1e3 * work->simulated_s / work->step_ms * (1 - 1e-12));
}

/* The count that a figure is multiplied with: static power has a time of its own, a clocked device
 * its steps. */
static double count_for(const saltus_energy_info *info, const saltus_energy_work *work,
                        const saltus_energy_figure *figure)
{
    if (figure->term == SALTUS_TERM_STATIC_POWER && figure->over == SALTUS_TIME_WALL) {
        return work->wall_s * work->units;
    }
    if (figure->term == SALTUS_TERM_STEP_UPDATE && needs_steps(info, work)) {
        return assumed_step_updates(work);
    }
    return saltus_energy_term_count(work, figure->term);
}

/* ---- Entries ----------------------------------------------------------------------- */

static void add(saltus_energy_estimate *out, const saltus_energy_entry *entry)
{
    if (out->entry_count < SALTUS_ENERGY_ENTRIES_MAX) {
        out->entries[out->entry_count++] = *entry;
    }
    out->total.low_J += entry->low_J;
    out->total.high_J += entry->high_J;
    out->lower_bound = out->lower_bound || entry->state == SALTUS_ENERGY_UNPRICED ||
                       entry->state == SALTUS_ENERGY_UNKNOWN;
}

static const char *unknown_reason(saltus_energy_term term)
{
    switch (term) {
    case SALTUS_TERM_SPIKE_HOP:
        return "no placement on routers is known";
    case SALTUS_TERM_STATIC_POWER:
        return "the wall time is not known";
    case SALTUS_TERM_STEP_UPDATE:
        return "the device updates every neuron in every step, and the counts are of a run "
               "without steps";
    default:
        return "the count is not known";
    }
}

static saltus_energy_entry priced(const saltus_energy_figure *figure, double count)
{
    saltus_energy_entry entry = {.term = figure->term,
                                 .state = SALTUS_ENERGY_PRICED,
                                 .count = count,
                                 .low_J = count * figure->low,
                                 .high_J = count * figure->high,
                                 .figure = figure,
                                 .reason = ""};
    if (isnan(count)) {
        entry.state = SALTUS_ENERGY_UNKNOWN;
        entry.low_J = entry.high_J = 0;
        entry.reason = unknown_reason(figure->term);
    }
    return entry;
}

static const saltus_energy_figure *find_price(const saltus_energy_info *info,
                                              saltus_energy_term term)
{
    for (size_t i = 0; i < info->price_count; i++) {
        if (info->prices[i].term == term) {
            return &info->prices[i];
        }
    }
    return NULL;
}

static const char *find_remark(const saltus_energy_remark *remarks, size_t count,
                               saltus_energy_term term)
{
    for (size_t i = 0; i < count; i++) {
        if (remarks[i].term == term) {
            return remarks[i].reason;
        }
    }
    return NULL;
}

/* ---- Scopes ------------------------------------------------------------------------ */

static void price_term(const saltus_energy_info *info, const saltus_energy_work *work,
                       saltus_energy_term term, saltus_energy_estimate *out)
{
    const saltus_energy_figure *figure = find_price(info, term);
    const double count =
        figure != NULL ? count_for(info, work, figure) : saltus_energy_term_count(work, term);
    const bool hops_needed = figure != NULL && spikes_sent(&work->counts) > 0;
    if (count == 0 || (term == SALTUS_TERM_SPIKE_HOP && isnan(count) && !hops_needed)) {
        return;
    }
    if (figure != NULL) {
        const saltus_energy_entry entry = priced(figure, count);
        add(out, &entry);
        return;
    }
    const char *included = find_remark(info->included, info->included_count, term);
    const char *absent = find_remark(info->absent, info->absent_count, term);
    const saltus_energy_entry entry = {.term = term,
                                       .state = included != NULL ? SALTUS_ENERGY_INCLUDED
                                                : absent != NULL ? SALTUS_ENERGY_ABSENT
                                                                 : SALTUS_ENERGY_UNPRICED,
                                       .count = count,
                                       .reason = included != NULL ? included
                                                 : absent != NULL ? absent
                                                                  : ""};
    add(out, &entry);
}

/* One price for everything; the other terms that occur are named as included. Not so learning: no
 * source says that it is in the whole that such a price divides. */
static void price_all_in(const saltus_energy_info *info, const saltus_energy_work *work,
                         saltus_energy_estimate *out)
{
    for (int term = 0; term < SALTUS_ENERGY_TERM_COUNT; term++) {
        const saltus_energy_figure *figure = find_price(info, (saltus_energy_term)term);
        const double count = saltus_energy_term_count(work, (saltus_energy_term)term);
        saltus_energy_entry entry = {.term = (saltus_energy_term)term,
                                     .state = SALTUS_ENERGY_INCLUDED,
                                     .count = count,
                                     .reason = "within the all-in price"};
        if (figure != NULL) {
            entry = priced(figure, count);
            if (count == 0 && work->simulated_s > 0) {
                entry.state = SALTUS_ENERGY_UNKNOWN;
                entry.reason = "an all-in price says nothing of a run in which its count is 0";
            }
        } else if (count == 0 || isnan(count)) {
            continue;
        } else if (term == SALTUS_TERM_PLASTIC_UPDATE) {
            entry.state = SALTUS_ENERGY_UNPRICED;
            entry.reason = "";
        }
        add(out, &entry);
    }
}

static saltus_energy_range divide(saltus_energy_range total, double by)
{
    return by > 0 ? (saltus_energy_range){total.low_J / by, total.high_J / by}
                  : (saltus_energy_range){NO_NUMBER, NO_NUMBER};
}

void saltus_energy_price(const saltus_energy_table *table, const saltus_energy_work *work,
                         saltus_energy_estimate *out)
{
    const saltus_energy_info *info = &table->info;
    memset(out, 0, sizeof *out);
    out->has_total = info->scope != SALTUS_SCOPE_REFERENCE;
    switch (info->scope) {
    case SALTUS_SCOPE_PER_TERM:
        for (int term = 0; term < SALTUS_ENERGY_TERM_COUNT; term++) {
            price_term(info, work, (saltus_energy_term)term, out);
        }
        break;
    case SALTUS_SCOPE_ALL_IN:
        price_all_in(info, work, out);
        break;
    case SALTUS_SCOPE_REFERENCE:
        for (size_t i = 0; i < info->price_count; i++) {
            const saltus_energy_entry entry =
                priced(&info->prices[i], count_for(info, work, &info->prices[i]));
            add(out, &entry);
        }
        out->lower_bound = false;
        out->total = (saltus_energy_range){NO_NUMBER, NO_NUMBER};
        break;
    }
    out->per_synaptic_event = divide(out->total, effective_events(&work->counts));
    out->per_spike = divide(out->total, spikes_sent(&work->counts));
    out->per_simulated_second = divide(out->total, work->simulated_s);
    out->per_inference = divide(out->total, work->inferences);
}

void saltus_energy_missing_text(const saltus_energy_estimate *estimate, char *out, size_t size)
{
    size_t used = 0;
    if (size == 0) {
        return;
    }
    out[0] = '\0';
    for (size_t i = 0; i < estimate->entry_count && estimate->has_total; i++) {
        const saltus_energy_entry *entry = &estimate->entries[i];
        if (entry->state != SALTUS_ENERGY_UNPRICED && entry->state != SALTUS_ENERGY_UNKNOWN) {
            continue;
        }
        const int added = snprintf(out + used, size - used, "%s%s", used > 0 ? ", " : "",
                                   saltus_energy_term_name(entry->term));
        used = (size_t)added < size - used ? used + (size_t)added : size - 1;
    }
}
