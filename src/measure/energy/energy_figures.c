/* energy_figures - one figure of a cost table: its range, grade and source, or the sum it is.
 *
 * A sum's grade is "derived"; its sources are those of its parts, each named once, and its year is
 * that of the latest. Whatever is wrong is reported and reading goes on, so that one look shows all
 * findings of a table.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "experiment/suggest.h"
#include "experiment/text_excerpt.h"
#include "measure/energy/energy_internal.h"

#define SOURCES_TEXT 2048
#define FIRST_YEAR   1900
#define LAST_YEAR    2100

/* ---- Words ------------------------------------------------------------------------- */

bool sl_energy_read_term(table_reader *t, yaml_node *node, const char *text,
                         saltus_energy_term *out)
{
    const char *names[SALTUS_ENERGY_TERM_COUNT];
    sl_energy_term_names(names);
    for (int i = 0; i < SALTUS_ENERGY_TERM_COUNT; i++) {
        if (strcmp(text, names[i]) == 0) {
            *out = (saltus_energy_term)i;
            return true;
        }
    }
    char list[400];
    char near[96];
    sl_suggest_list(names, SALTUS_ENERGY_TERM_COUNT, list, sizeof list);
    sl_suggest_text(text, names, SALTUS_ENERGY_TERM_COUNT, near, sizeof near);
    sl_reader_report(&t->r, node, "unknown term '%s'; the terms are %s%s",
                     sl_text_excerpt(text).text, list, near);
    return false;
}

/* The value of `key` as one of the words of an enum; a finding when it is missing and needed. */
static void read_choice(table_reader *t, yaml_node *mapping, const char *key,
                        const char *const *words, size_t count, bool needed, int *out)
{
    char example[64];
    snprintf(example, sizeof example, "%s: %s", key, words[0]);
    yaml_node *node =
        needed ? sl_reader_need(&t->r, mapping, key, example) : sl_yaml_node_get(mapping, key);
    size_t word = 0;
    if (node == NULL) {
        return;
    }
    const size_t mark = sl_reader_enter(&t->r, key);
    if (sl_reader_word(&t->r, node, words, count, key, &word)) {
        *out = (int)word;
    }
    sl_reader_leave(&t->r, mark);
}

/* ---- Numbers ----------------------------------------------------------------------- */

static bool read_not_negative(table_reader *t, yaml_node *node, quantity_kind kind, double *out)
{
    double value = 0;
    if (!sl_reader_quantity(&t->r, node, kind, &value)) {
        return false;
    }
    if (value < 0) {
        sl_reader_report(&t->r, node, "found '%s'; a value from 0 is needed",
                         sl_text_excerpt(node->text).text);
        return false;
    }
    *out = value;
    return true;
}

void sl_energy_read_positive(table_reader *t, yaml_node *mapping, const char *key,
                             quantity_kind kind, double *out)
{
    yaml_node *node = sl_yaml_node_get(mapping, key);
    double value = 0;
    if (node == NULL) {
        return;
    }
    const size_t mark = sl_reader_enter(&t->r, key);
    if (read_not_negative(t, node, kind, &value)) {
        if (value > 0) {
            *out = value;
        } else {
            sl_reader_report(&t->r, node, "found '%s'; a value above 0 is needed",
                             sl_text_excerpt(node->text).text);
        }
    }
    sl_reader_leave(&t->r, mark);
}

/* "23.6 pJ" or [8 nJ, 26.6 nJ]. */
static void read_range(table_reader *t, yaml_node *node, quantity_kind kind,
                       saltus_energy_figure *out)
{
    if (node->kind != YAML_KIND_LIST) {
        if (read_not_negative(t, node, kind, &out->low)) {
            out->high = out->low;
        }
        return;
    }
    if (node->count != 2) {
        sl_reader_report(&t->r, node, "found a list of %u; a range is [low, high]", node->count);
        return;
    }
    const bool low = read_not_negative(t, node->first, kind, &out->low);
    const bool high = read_not_negative(t, node->last, kind, &out->high);
    if (low && high && out->low > out->high) {
        sl_reader_report(&t->r, node, "found [%s, %s]; a range is [low, high] with low <= high",
                         sl_text_excerpt(node->first->text).text,
                         sl_text_excerpt(node->last->text).text);
    }
}

/* ---- Sources ----------------------------------------------------------------------- */

/* Name one more source, unless it is named already. */
static void add_source(char text[SOURCES_TEXT], const char *source)
{
    if (strstr(text, source) != NULL) {
        return;
    }
    const size_t used = strlen(text);
    snprintf(text + used, SOURCES_TEXT - used, "%s%s", used > 0 ? "; " : "", source);
}

static void keep_sources(table_reader *t, const char sources[SOURCES_TEXT],
                         saltus_energy_figure *out)
{
    out->source = sl_yaml_tree_text(t->table->tree, sources, strlen(sources));
    if (out->source == NULL) {
        out->source = "";
        sl_reader_no_memory(&t->r);
    }
}

/* Take over {text: ..., year: ...} of the section `sources`. */
static void cite(table_reader *t, yaml_node *source, saltus_energy_figure *out,
                 char sources[SOURCES_TEXT])
{
    uint64_t year = 0;
    const char *text = NULL;
    yaml_node *text_node = sl_yaml_node_get(source, "text");
    yaml_node *year_node = sl_yaml_node_get(source, "year");
    t->r.silent++; /* the section itself reports what is wrong in it */
    if (text_node != NULL && sl_reader_text(&t->r, text_node, &text)) {
        add_source(sources, text);
    }
    if (year_node != NULL && sl_reader_integer(&t->r, year_node, LAST_YEAR, &year)) {
        out->year = year > out->year ? (uint32_t)year : out->year;
    }
    t->r.silent--;
}

static void report_no_source(table_reader *t, yaml_node *node)
{
    const char *names[64];
    size_t count = 0;
    for (yaml_node *s = t->sources->first; s != NULL && count < 64; s = s->next) {
        names[count++] = s->key->text;
    }
    char list[200];
    char near[96];
    sl_suggest_list(names, count, list, sizeof list);
    sl_suggest_text(node->text, names, count, near, sizeof near);
    sl_reader_report(&t->r, node, "there is no source '%s'; there are %s%s",
                     sl_text_excerpt(node->text).text, count == 0 ? "none" : list, near);
}

/* One key of `sources`, or a list of keys where several sources make a range. */
static void read_source(table_reader *t, yaml_node *mapping, saltus_energy_figure *out)
{
    char sources[SOURCES_TEXT] = "";
    yaml_node *node = sl_reader_need(&t->r, mapping, "source",
                                     "source: davies2018 (a key of 'sources', or a list of them)");
    if (node == NULL || t->sources == NULL) {
        return;
    }
    const size_t mark = sl_reader_enter(&t->r, "source");
    const bool list = node->kind == YAML_KIND_LIST;
    if (list && node->count == 0) {
        sl_reader_report(&t->r, node, "found an empty list; at least one source is needed");
    }
    for (yaml_node *n = list ? node->first : node; n != NULL; n = list ? n->next : NULL) {
        const char *key = NULL;
        if (!sl_reader_text(&t->r, n, &key)) {
            continue;
        }
        yaml_node *source = sl_yaml_node_get(t->sources, key);
        if (source == NULL) {
            report_no_source(t, n);
        } else {
            cite(t, source, out, sources);
        }
    }
    sl_reader_leave(&t->r, mark);
    keep_sources(t, sources, out);
}

void sl_energy_check_source(table_reader *t, yaml_node *source)
{
    static const char *const keys[] = {"text", "year"};
    const char *text = NULL;
    uint64_t year = 0;
    if (!sl_reader_mapping(&t->r, source, "a source")) {
        return;
    }
    sl_reader_keys(&t->r, source, keys, 2, "a source");
    yaml_node *text_node = sl_reader_need(&t->r, source, "text", "text: authors, title, journal");
    yaml_node *year_node = sl_reader_need(&t->r, source, "year", "year: 2018");
    if (text_node != NULL) {
        const size_t mark = sl_reader_enter(&t->r, "text");
        if (sl_reader_text(&t->r, text_node, &text) && text[0] == '\0') {
            sl_reader_report(&t->r, text_node, "found an empty text; a reference is needed");
        }
        sl_reader_leave(&t->r, mark);
    }
    if (year_node != NULL) {
        const size_t mark = sl_reader_enter(&t->r, "year");
        if (sl_reader_integer(&t->r, year_node, LAST_YEAR, &year) && year < FIRST_YEAR) {
            sl_reader_report(&t->r, year_node, "found %llu; a year from %d is needed",
                             (unsigned long long)year, FIRST_YEAR);
        }
        sl_reader_leave(&t->r, mark);
    }
}

/* ---- Sums -------------------------------------------------------------------------- */

static const saltus_energy_figure *find_operation(const saltus_energy_info *info, const char *name)
{
    for (size_t i = 0; i < info->operation_count; i++) {
        if (strcmp(info->operations[i].name, name) == 0) {
            return &info->operations[i];
        }
    }
    return NULL;
}

static void report_no_operation(table_reader *t, yaml_node *part)
{
    const saltus_energy_info *info = &t->table->info;
    const char *names[64];
    size_t count = 0;
    for (; count < info->operation_count && count < 64; count++) {
        names[count] = info->operations[count].name;
    }
    char list[200];
    char near[96];
    sl_suggest_list(names, count, list, sizeof list);
    sl_suggest_text(part->key->text, names, count, near, sizeof near);
    sl_reader_report(&t->r, part->key, "there is no operation '%s'; there are %s%s",
                     sl_text_excerpt(part->key->text).text, count == 0 ? "none" : list, near);
}

static void add_part(table_reader *t, yaml_node *part, saltus_energy_figure *out,
                     char sources[SOURCES_TEXT])
{
    double times = 0;
    const saltus_energy_figure *operation = find_operation(&t->table->info, part->key->text);
    if (operation == NULL) {
        report_no_operation(t, part);
        return;
    }
    if (!read_not_negative(t, part, QUANTITY_NUMBER, &times)) {
        return;
    }
    if (t->table->part_count == t->table->part_room) {
        sl_reader_no_memory(&t->r); /* room was made for every key of every sum */
        return;
    }
    t->table->parts[t->table->part_count++] = (saltus_energy_part){times, operation};
    out->part_count++;
    out->low += times * operation->low;
    out->high += times * operation->high;
    out->year = operation->year > out->year ? operation->year : out->year;
    add_source(sources, operation->source);
}

static void read_sum(table_reader *t, yaml_node *node, saltus_energy_figure *out)
{
    char sources[SOURCES_TEXT] = "";
    const size_t mark = sl_reader_enter(&t->r, "sum");
    if (sl_reader_mapping(&t->r, node, "a sum of operations")) {
        if (node->count == 0) {
            sl_reader_report(&t->r, node, "found an empty sum; at least one operation is needed");
        }
        out->parts = t->table->parts + t->table->part_count;
        for (yaml_node *part = node->first; part != NULL; part = part->next) {
            const size_t inner = sl_reader_enter(&t->r, part->key->text);
            add_part(t, part, out, sources);
            sl_reader_leave(&t->r, inner);
        }
    }
    sl_reader_leave(&t->r, mark);
    out->evidence = SALTUS_EVIDENCE_DERIVED;
    keep_sources(t, sources, out);
}

/* ---- A figure ---------------------------------------------------------------------- */

static void check_keys(table_reader *t, yaml_node *node, figure_place place)
{
    static const char *const price[] = {"value",    "sum",     "over",    "source",
                                        "evidence", "process", "voltage", "note"};
    static const char *const operation[] = {"value",   "source",  "evidence",
                                            "process", "voltage", "note"};
    static const char *const line[] = {"prices",   "value",   "over",    "scope", "source",
                                       "evidence", "process", "voltage", "note"};
    switch (place) {
    case FIGURE_PRICE:
        sl_reader_keys(&t->r, node, price, sizeof price / sizeof price[0], "a price");
        break;
    case FIGURE_OPERATION:
        sl_reader_keys(&t->r, node, operation, sizeof operation / sizeof operation[0],
                       "an operation");
        break;
    case FIGURE_LINE:
        sl_reader_keys(&t->r, node, line, sizeof line / sizeof line[0], "a line");
        break;
    }
}

/* The term and scope that a line names. */
static void read_line_head(table_reader *t, yaml_node *node, saltus_energy_figure *out)
{
    static const char *const scopes[] = {"per-term", "all-in"};
    int scope = SALTUS_SCOPE_PER_TERM;
    const char *text = NULL;
    yaml_node *term = sl_reader_need(&t->r, node, "prices", "prices: synaptic_event");
    if (term != NULL) {
        const size_t mark = sl_reader_enter(&t->r, "prices");
        if (sl_reader_text(&t->r, term, &text)) {
            sl_energy_read_term(t, term, text, &out->term);
        }
        sl_reader_leave(&t->r, mark);
    }
    read_choice(t, node, "scope", scopes, 2, true, &scope);
    out->scope = (saltus_energy_scope)scope;
}

/* Static power says over which time it runs, nothing else does. */
static void read_over(table_reader *t, yaml_node *node, bool power, saltus_energy_figure *out)
{
    static const char *const times[] = {"simulated", "wall"};
    yaml_node *over = sl_yaml_node_get(node, "over");
    int time = SALTUS_TIME_SIMULATED;
    if (over != NULL && !power) {
        const size_t mark = sl_reader_enter(&t->r, "over");
        sl_reader_report(&t->r, over->key, "only static_power has a time that it runs over");
        sl_reader_leave(&t->r, mark);
        return;
    }
    read_choice(t, node, "over", times, 2, power, &time);
    out->over = (saltus_energy_time)time;
}

static void read_value(table_reader *t, yaml_node *node, bool power, saltus_energy_figure *out)
{
    static const char *const evidences[] = {"measured", "simulated", "derived", "vendor",
                                            "secondary"};
    int evidence = SALTUS_EVIDENCE_SECONDARY;
    yaml_node *value = sl_reader_need(&t->r, node, "value",
                                      power ? "value: 0.1 W" : "value: 23.6 pJ or [8 nJ, 26.6 nJ]");
    if (value != NULL) {
        const size_t mark = sl_reader_enter(&t->r, "value");
        read_range(t, value, power ? QUANTITY_POWER : QUANTITY_ENERGY, out);
        sl_reader_leave(&t->r, mark);
    }
    read_source(t, node, out);
    read_choice(t, node, "evidence", evidences, 5, true, &evidence);
    out->evidence = (saltus_energy_evidence)evidence;
}

/* A sum has its grade and its sources from its parts. */
static void read_price_sum(table_reader *t, yaml_node *node, yaml_node *sum, bool power,
                           saltus_energy_figure *out)
{
    static const char *const excluded[] = {"value", "source", "evidence"};
    for (size_t i = 0; i < 3; i++) {
        yaml_node *other = sl_yaml_node_get(node, excluded[i]);
        if (other != NULL) {
            sl_reader_report(&t->r, other->key,
                             "the key '%s' cannot stand beside 'sum'; a sum has value, source and "
                             "evidence from its operations",
                             excluded[i]);
        }
    }
    if (power) {
        sl_reader_report(&t->r, sum->key, "static_power is a power, no sum of operations");
        return;
    }
    read_sum(t, sum, out);
}

void sl_energy_read_figure(table_reader *t, yaml_node *node, figure_place place,
                           saltus_energy_figure *out)
{
    out->source = "";
    out->note = "";
    out->process_nm = t->process_nm;
    out->voltage_V = t->voltage_V;
    if (!sl_reader_mapping(&t->r, node, "a figure")) {
        return;
    }
    check_keys(t, node, place);
    if (place == FIGURE_LINE) {
        read_line_head(t, node, out);
    }
    const bool power = place != FIGURE_OPERATION && out->term == SALTUS_TERM_STATIC_POWER;
    if (place != FIGURE_OPERATION) {
        read_over(t, node, power, out);
    }
    yaml_node *sum = place == FIGURE_PRICE ? sl_yaml_node_get(node, "sum") : NULL;
    if (sum != NULL) {
        read_price_sum(t, node, sum, power, out);
    } else {
        read_value(t, node, power, out);
    }
    double voltage_mV = out->voltage_V * 1e3;
    sl_energy_read_positive(t, node, "process", QUANTITY_LENGTH, &out->process_nm);
    sl_energy_read_positive(t, node, "voltage", QUANTITY_VOLTAGE, &voltage_mV);
    out->voltage_V = voltage_mV / 1e3;
    yaml_node *note = sl_yaml_node_get(node, "note");
    if (note != NULL) {
        const size_t mark = sl_reader_enter(&t->r, "note");
        sl_reader_text(&t->r, note, &out->note);
        sl_reader_leave(&t->r, mark);
    }
}
