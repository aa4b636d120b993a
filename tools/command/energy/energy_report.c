/* energy_report - energies, cost tables and estimates as text for people. */
#include "energy/energy_report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "shared/command.h"

#define PAGE_WIDTH 98

/* ---- Quantities ------------------------------------------------------------------------ */

typedef struct unit {
    const char *name;
    double value;
} unit;

static char *next_room(size_t *size)
{
    static char rooms[16][64];
    static unsigned turn;
    turn = (turn + 1) % 16;
    *size = sizeof rooms[turn];
    return rooms[turn];
}

/* The largest unit of which there is at least one. */
static const unit *unit_of(double joules)
{
    static const unit units[] = {{"fJ", 1e-15}, {"pJ", 1e-12}, {"nJ", 1e-9}, {"uJ", 1e-6},
                                 {"mJ", 1e-3},  {"J", 1},      {"kJ", 1e3},  {"MJ", 1e6}};
    size_t i = 0;
    /* what prints as 1000 of a unit is 1 of the next */
    while (i + 1 < sizeof units / sizeof units[0] && joules >= 0.99995 * units[i + 1].value) {
        i++;
    }
    return &units[i];
}

const char *joules_text(double joules)
{
    return energy_range_text(joules, joules);
}

const char *energy_range_text(double low_J, double high_J)
{
    size_t size;
    char *text = next_room(&size);
    if (isnan(low_J) || isnan(high_J)) {
        return "-";
    }
    if (high_J == 0) {
        return "0 J";
    }
    const unit *low = unit_of(low_J);
    const unit *high = unit_of(high_J);
    char low_text[16];
    char high_text[16];
    low = low_J == 0 ? high : low;
    snprintf(low_text, sizeof low_text, "%.4g", low_J / low->value);
    snprintf(high_text, sizeof high_text, "%.4g", high_J / high->value);
    if (low != high) {
        snprintf(text, size, "%s %s to %s %s", low_text, low->name, high_text, high->name);
    } else if (strcmp(low_text, high_text) == 0) {
        snprintf(text, size, "%s %s", high_text, high->name);
    } else {
        snprintf(text, size, "%s to %s %s", low_text, high_text, high->name);
    }
    return text;
}

/* A price: joules, or watts for static power. */
static const char *price_text(const saltus_energy_figure *figure, bool power)
{
    if (!power) {
        return energy_range_text(figure->low, figure->high);
    }
    size_t size;
    char *text = next_room(&size);
    const bool small = figure->high < 1;
    const double unit_W = small ? 1e-3 : 1;
    if (figure->low == figure->high) {
        snprintf(text, size, "%.4g %s", figure->low / unit_W, small ? "mW" : "W");
    } else {
        snprintf(text, size, "%.4g to %.4g %s", figure->low / unit_W, figure->high / unit_W,
                 small ? "mW" : "W");
    }
    return text;
}

saltus_energy_evidence energy_weakest_evidence(const saltus_energy_info *info)
{
    saltus_energy_evidence weakest = SALTUS_EVIDENCE_MEASURED;
    for (size_t i = 0; i < info->price_count; i++) {
        weakest = info->prices[i].evidence > weakest ? info->prices[i].evidence : weakest;
    }
    return weakest;
}

/* ---- A table --------------------------------------------------------------------------- */

/* Words of `text` in lines of PAGE_WIDTH, each indented. */
static void print_wrapped(const char *text, int indent)
{
    int column = 0;
    while (*text != '\0') {
        text += strspn(text, " \n");
        const int length = (int)strcspn(text, " \n");
        if (length == 0) {
            break;
        }
        if (column > 0 && column + 1 + length > PAGE_WIDTH) {
            printf("\n");
            column = 0;
        }
        if (column == 0) {
            printf("%*s", indent, "");
            column = indent;
        } else {
            printf(" ");
            column++;
        }
        printf("%.*s", length, text);
        column += length;
        text += length;
    }
    printf("\n");
}

/* Lines as they stand, each indented. */
static void print_lines(const char *text)
{
    while (*text != '\0') {
        const size_t length = strcspn(text, "\n");
        printf("  %.*s\n", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

static void print_parts(const saltus_energy_figure *figure)
{
    printf("%22s= ", "");
    for (size_t i = 0; i < figure->part_count; i++) {
        printf("%s%.4g %s", i > 0 ? " + " : "", figure->parts[i].times,
               figure->parts[i].operation->name);
    }
    printf("\n");
}

/* What is not as in the head of the table. */
static void print_process(const saltus_energy_info *info, const saltus_energy_figure *figure)
{
    if (!isnan(figure->process_nm) && !(figure->process_nm == info->process_nm)) {
        printf(", %.4g nm", figure->process_nm);
    }
    if (!isnan(figure->voltage_V) && !(figure->voltage_V == info->voltage_V)) {
        printf(", %.4g V", figure->voltage_V);
    }
}

static void print_figures(const saltus_energy_info *info, const char *title,
                          const saltus_energy_figure *figures, size_t count, bool lines)
{
    if (count == 0) {
        return;
    }
    printf("\n%s\n", title);
    for (size_t i = 0; i < count; i++) {
        const saltus_energy_figure *f = &figures[i];
        const bool operation = figures == info->operations;
        const bool power = !operation && f->term == SALTUS_TERM_STATIC_POWER;
        printf("  %-19s %-17s %s, %u", f->name, price_text(f, power),
               saltus_energy_evidence_name(f->evidence), f->year);
        if (lines) {
            printf(", %s, by %s", saltus_energy_scope_name(f->scope),
                   saltus_energy_term_name(f->term));
        }
        if (power) {
            printf(", over %s time", saltus_energy_time_name(f->over));
        }
        print_process(info, f);
        printf("\n");
        if (f->part_count > 0) {
            print_parts(f);
        } else {
            print_wrapped(f->source, 22);
        }
        if (f->note[0] != '\0') {
            print_wrapped(f->note, 22);
        }
    }
}

static void print_remarks(const char *title, const saltus_energy_remark *remarks, size_t count)
{
    if (count == 0) {
        return;
    }
    printf("\n%s\n", title);
    for (size_t i = 0; i < count; i++) {
        printf("  %-19s %s\n", saltus_energy_term_name(remarks[i].term), remarks[i].reason);
    }
}

static bool is_mentioned(const saltus_energy_info *info, saltus_energy_term term)
{
    bool mentioned = false;
    for (size_t i = 0; i < info->price_count; i++) {
        mentioned = mentioned || info->prices[i].term == term;
    }
    for (size_t i = 0; i < info->included_count; i++) {
        mentioned = mentioned || info->included[i].term == term;
    }
    for (size_t i = 0; i < info->absent_count; i++) {
        mentioned = mentioned || info->absent[i].term == term;
    }
    return mentioned;
}

static void print_unpriced(const saltus_energy_info *info)
{
    bool any = false;
    for (int term = 0; term < SALTUS_ENERGY_TERM_COUNT; term++) {
        if (!is_mentioned(info, (saltus_energy_term)term)) {
            printf("%s  %-19s %s\n",
                   any ? "" : "\nunpriced: where one of these occurs, the total is a lower bound\n",
                   saltus_energy_term_name((saltus_energy_term)term),
                   saltus_energy_term_summary((saltus_energy_term)term));
            any = true;
        }
    }
}

void energy_print_table(const saltus_energy_info *info)
{
    printf("%s - %s\n", info->name, info->title);
    printf("  scope %s", saltus_energy_scope_name(info->scope));
    if (!isnan(info->process_nm)) {
        printf(", process %.4g nm", info->process_nm);
    }
    if (!isnan(info->voltage_V)) {
        printf(", %.4g V", info->voltage_V);
    }
    printf("%s\n", info->clocked ? ", updates every neuron in every step" : "");
    if (info->note[0] != '\0') {
        printf("\n");
        print_lines(info->note);
    }
    const bool reference = info->scope == SALTUS_SCOPE_REFERENCE;
    print_figures(info, reference ? "lines" : "prices", info->prices, info->price_count, reference);
    print_figures(info, "operations that prices are sums of", info->operations,
                  info->operation_count, false);
    print_remarks("included in another price", info->included, info->included_count);
    print_remarks("not done by the device", info->absent, info->absent_count);
    if (info->scope == SALTUS_SCOPE_PER_TERM) {
        print_unpriced(info);
    } else if (info->scope == SALTUS_SCOPE_ALL_IN) {
        printf("\nall other terms are included in the one price: nothing may be added to it\n"
               "\nunpriced: where it occurs, the total is a lower bound\n  %-19s %s\n",
               saltus_energy_term_name(SALTUS_TERM_PLASTIC_UPDATE),
               saltus_energy_term_summary(SALTUS_TERM_PLASTIC_UPDATE));
    } else {
        printf(
            "\nthe lines stand side by side: they may not be added to each other or to a total\n");
    }
    print_figures(info, "on record, never priced, never to be added", info->on_record,
                  info->on_record_count, true);
}

/* ---- An estimate ----------------------------------------------------------------------- */

static const char *entry_count_text(const saltus_energy_entry *entry)
{
    if (isnan(entry->count)) {
        return "?";
    }
    if (entry->term == SALTUS_TERM_STATIC_POWER) {
        size_t size;
        char *text = next_room(&size);
        snprintf(text, size, "%.4g s", entry->count);
        return text;
    }
    if (entry->count == floor(entry->count) && entry->count < 1e15) {
        return count_text((uint64_t)entry->count);
    }
    return number_text(entry->count);
}

static void print_entry(const saltus_energy_entry *entry)
{
    const bool priced = entry->state == SALTUS_ENERGY_PRICED;
    printf("  %-18s %20s  ", saltus_energy_term_name(entry->term), entry_count_text(entry));
    if (!priced) {
        const bool no_step =
            entry->state == SALTUS_ENERGY_UNKNOWN && entry->term == SALTUS_TERM_STEP_UPDATE;
        printf("%s%s%s%s\n", saltus_energy_state_name(entry->state),
               entry->reason[0] != '\0' ? ": " : "", entry->reason,
               no_step ? "; --step gives them one" : "");
        return;
    }
    printf("%-24s x %s, %s\n", energy_range_text(entry->low_J, entry->high_J),
           price_text(entry->figure, entry->term == SALTUS_TERM_STATIC_POWER),
           saltus_energy_evidence_name(entry->figure->evidence));
}

static void print_ratio(const char *label, saltus_energy_range range, bool lower_bound)
{
    if (!isnan(range.low_J)) {
        printf("  %-39s  %s%s\n", label, lower_bound ? ">= " : "",
               energy_range_text(range.low_J, range.high_J));
    }
}

void energy_print_estimate(const saltus_energy_info *info, const saltus_energy_estimate *estimate)
{
    const bool at_least = estimate->lower_bound;
    printf("%s - %s\n", info->name, info->title);
    for (size_t i = 0; i < estimate->entry_count; i++) {
        if (estimate->has_total) {
            print_entry(&estimate->entries[i]);
        }
    }
    if (!estimate->has_total) {
        energy_print_reference(estimate);
        return;
    }
    print_ratio("total", estimate->total, at_least);
    print_ratio("per synaptic event", estimate->per_synaptic_event, at_least);
    print_ratio("per spike", estimate->per_spike, at_least);
    print_ratio("per simulated second", estimate->per_simulated_second, at_least);
    print_ratio("per inference", estimate->per_inference, at_least);
    if (at_least) {
        char missing[512];
        saltus_energy_missing_text(estimate, missing, sizeof missing);
        printf("  a lower bound, without: %s\n", missing);
    }
    if (info->scope == SALTUS_SCOPE_ALL_IN) {
        printf("  an all-in figure: nothing may be added to it\n");
    }
}

void energy_print_estimate_line(const saltus_energy_info *info,
                                const saltus_energy_estimate *estimate)
{
    const char *bound = estimate->lower_bound ? ">=" : "";
    printf(
        "  %-22s %-9s %-10s %2s %-24s %2s %s\n", info->name, saltus_energy_scope_name(info->scope),
        saltus_energy_evidence_name(energy_weakest_evidence(info)), bound,
        energy_range_text(estimate->total.low_J, estimate->total.high_J), bound,
        energy_range_text(estimate->per_synaptic_event.low_J, estimate->per_synaptic_event.high_J));
}

void energy_print_reference(const saltus_energy_estimate *estimate)
{
    for (size_t i = 0; i < estimate->entry_count; i++) {
        const saltus_energy_entry *e = &estimate->entries[i];
        printf("  %-20s %-24s ", e->figure->name,
               e->state == SALTUS_ENERGY_PRICED ? energy_range_text(e->low_J, e->high_J)
                                                : "unknown");
        printf("%s x %s, %s, %s%s%s\n", entry_count_text(e),
               price_text(e->figure, e->term == SALTUS_TERM_STATIC_POWER),
               saltus_energy_scope_name(e->figure->scope),
               saltus_energy_evidence_name(e->figure->evidence), e->reason[0] != '\0' ? ": " : "",
               e->reason);
    }
}
