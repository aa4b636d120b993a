/* energy_table - a cost table from YAML, whole: sections, what each scope allows, findings.
 *
 * Form of the file: docs/energy.md. A table that loads is complete: each figure has a range with
 * 0 <= low <= high, a source with its year, and a grade; no term is both priced and explained
 * away; an all-in table has one price.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "experiment/text_excerpt.h"
#include "experiment/whole_file.h"
#include "measure/energy/energy_internal.h"

#define FORMAT_VERSION 1

static const saltus_energy_figure blank_figure = {
    .name = "", .source = "", .note = "", .process_nm = NO_NUMBER, .voltage_V = NO_NUMBER};

/* ---- Head -------------------------------------------------------------------------- */

/* A text that may be absent: "". */
static const char *read_optional_text(table_reader *t, yaml_node *root, const char *key)
{
    yaml_node *node = sl_yaml_node_get(root, key);
    const char *text = "";
    if (node != NULL) {
        const size_t mark = sl_reader_enter(&t->r, key);
        sl_reader_text(&t->r, node, &text);
        sl_reader_leave(&t->r, mark);
    }
    return text;
}

static void read_version(table_reader *t, yaml_node *root)
{
    uint64_t version = 0;
    yaml_node *node = sl_reader_need(&t->r, root, "saltus_energy",
                                     "saltus_energy: 1 (the version of the format)");
    const size_t mark = sl_reader_enter(&t->r, "saltus_energy");
    if (node != NULL && sl_reader_integer(&t->r, node, UINT64_MAX, &version) &&
        version != FORMAT_VERSION) {
        sl_reader_report(&t->r, node, "found version %llu of the format; this program reads 1",
                         (unsigned long long)version);
    }
    sl_reader_leave(&t->r, mark);
}

static void read_scope(table_reader *t, yaml_node *root)
{
    static const char *const scopes[] = {"per-term", "all-in", "reference"};
    size_t scope = 0;
    yaml_node *node = sl_reader_need(&t->r, root, "scope", "scope: per-term");
    if (node == NULL) {
        return;
    }
    const size_t mark = sl_reader_enter(&t->r, "scope");
    if (sl_reader_word(&t->r, node, scopes, 3, "scope", &scope)) {
        t->table->info.scope = (saltus_energy_scope)scope;
    }
    sl_reader_leave(&t->r, mark);
}

static void read_head(table_reader *t, yaml_node *root)
{
    saltus_energy_info *info = &t->table->info;
    double voltage_mV = NO_NUMBER;
    read_version(t, root);
    if (sl_reader_need(&t->r, root, "title", "title: Intel Loihi") != NULL) {
        info->title = read_optional_text(t, root, "title");
    }
    info->note = read_optional_text(t, root, "note");
    read_scope(t, root);
    sl_reader_get_bool(&t->r, root, "clocked", &info->clocked);
    sl_energy_read_positive(t, root, "process", QUANTITY_LENGTH, &info->process_nm);
    sl_energy_read_positive(t, root, "voltage", QUANTITY_VOLTAGE, &voltage_mV);
    info->voltage_V = voltage_mV / 1e3;
    t->process_nm = info->process_nm;
    t->voltage_V = info->voltage_V;
}

static void read_sources(table_reader *t, yaml_node *root)
{
    yaml_node *sources =
        sl_reader_need(&t->r, root, "sources", "sources: {davies2018: {text: ..., year: 2018}}");
    const size_t mark = sl_reader_enter(&t->r, "sources");
    if (sources != NULL && sl_reader_mapping(&t->r, sources, "'sources'")) {
        t->sources = sources;
        for (yaml_node *s = sources->first; s != NULL; s = s->next) {
            const size_t inner = sl_reader_enter(&t->r, s->key->text);
            sl_energy_check_source(t, s);
            sl_reader_leave(&t->r, inner);
        }
    }
    sl_reader_leave(&t->r, mark);
}

/* ---- Figures ----------------------------------------------------------------------- */

/* All figures of one section. Returns the array (owned by the table), or NULL when there are none.
 */
static saltus_energy_figure *read_figures(table_reader *t, yaml_node *root, const char *key,
                                          figure_place place, size_t *count)
{
    yaml_node *section = sl_yaml_node_get(root, key);
    *count = 0;
    if (section == NULL) {
        return NULL;
    }
    const size_t mark = sl_reader_enter(&t->r, key);
    saltus_energy_figure *figures = NULL;
    if (sl_reader_mapping(&t->r, section, "a section of figures")) {
        figures = sl_memory_array(section->count, sizeof *figures);
        if (figures == NULL) {
            sl_reader_no_memory(&t->r);
        }
    }
    if (figures != NULL && section->count > SALTUS_ENERGY_ENTRIES_MAX) {
        sl_reader_report(&t->r, section, "found %u figures; at most %d are allowed", section->count,
                         SALTUS_ENERGY_ENTRIES_MAX);
    }
    for (yaml_node *node = section->first; node != NULL && figures != NULL; node = node->next) {
        const size_t inner = sl_reader_enter(&t->r, node->key->text);
        saltus_energy_figure *figure = &figures[*count];
        *figure = blank_figure;
        figure->name = node->key->text;
        if (place != FIGURE_PRICE ||
            sl_energy_read_term(t, node->key, node->key->text, &figure->term)) {
            sl_energy_read_figure(t, node, place, figure);
            (*count)++;
        }
        sl_reader_leave(&t->r, inner);
    }
    sl_reader_leave(&t->r, mark);
    return figures;
}

/* Room for the parts of all sums, so that figures can point to them. */
static void make_parts_room(table_reader *t, const yaml_node *root)
{
    const yaml_node *prices = sl_yaml_node_get(root, "prices");
    size_t room = 0;
    for (const yaml_node *p = prices == NULL ? NULL : prices->first; p != NULL; p = p->next) {
        const yaml_node *sum = sl_yaml_node_get(p, "sum");
        room += sum == NULL ? 0 : sum->count;
    }
    t->table->parts = sl_memory_array(room, sizeof(saltus_energy_part));
    if (t->table->parts == NULL) {
        sl_reader_no_memory(&t->r);
    } else {
        t->table->part_room = room;
    }
}

static bool is_priced(const saltus_energy_info *info, saltus_energy_term term)
{
    bool priced = false;
    for (size_t i = 0; i < info->price_count; i++) {
        priced = priced || info->prices[i].term == term;
    }
    return priced;
}

/* {term: reason}. */
static saltus_energy_remark *read_remarks(table_reader *t, yaml_node *root, const char *key,
                                          size_t *count)
{
    yaml_node *section = sl_yaml_node_get(root, key);
    *count = 0;
    if (section == NULL) {
        return NULL;
    }
    const size_t mark = sl_reader_enter(&t->r, key);
    saltus_energy_remark *remarks = NULL;
    if (sl_reader_mapping(&t->r, section, "a section of reasons")) {
        remarks = sl_memory_array(section->count, sizeof *remarks);
        if (remarks == NULL) {
            sl_reader_no_memory(&t->r);
        }
    }
    for (yaml_node *node = section->first; node != NULL && remarks != NULL; node = node->next) {
        const size_t inner = sl_reader_enter(&t->r, node->key->text);
        saltus_energy_remark remark = {.reason = ""};
        if (sl_energy_read_term(t, node->key, node->key->text, &remark.term) &&
            sl_reader_text(&t->r, node, &remark.reason)) {
            if (is_priced(&t->table->info, remark.term)) {
                sl_reader_report(&t->r, node->key,
                                 "this term has a price; it is '%s' or priced, "
                                 "not both",
                                 key);
            }
            remarks[(*count)++] = remark;
        }
        sl_reader_leave(&t->r, inner);
    }
    sl_reader_leave(&t->r, mark);
    return remarks;
}

/* A term is either within another price or not done at all. */
static void check_remarks(table_reader *t, yaml_node *root)
{
    const saltus_energy_info *info = &t->table->info;
    for (size_t i = 0; i < info->included_count; i++) {
        for (size_t j = 0; j < info->absent_count; j++) {
            if (info->included[i].term == info->absent[j].term) {
                const char *name = saltus_energy_term_name(info->absent[j].term);
                yaml_node *node = sl_yaml_node_get(sl_yaml_node_get(root, "absent"), name);
                sl_reader_report(&t->r, node->key, "'%s' is 'included' too; it is one of both",
                                 name);
            }
        }
    }
}

/* ---- What a scope allows ----------------------------------------------------------- */

static void refuse(table_reader *t, yaml_node *root, const char *key, const char *scope,
                   const char *why)
{
    yaml_node *node = sl_yaml_node_get(root, key);
    if (node != NULL) {
        const size_t mark = sl_reader_enter(&t->r, key);
        sl_reader_report(&t->r, node->key, "the key '%s' has no place in a table of scope %s: %s",
                         key, scope, why);
        sl_reader_leave(&t->r, mark);
    }
}

static void check_scope(table_reader *t, yaml_node *root)
{
    static const char *const details[] = {"operations", "included", "absent", "clocked"};
    const saltus_energy_info *info = &t->table->info;
    const char *name = saltus_energy_scope_name(info->scope);
    const bool reference = info->scope == SALTUS_SCOPE_REFERENCE;
    for (size_t i = 0; i < 4 && info->scope != SALTUS_SCOPE_PER_TERM; i++) {
        refuse(t, root, details[i], name,
               reference ? "its lines stand alone" : "its one price covers everything");
    }
    refuse(t, root, reference ? "prices" : "lines", name,
           reference ? "it has 'lines'" : "it has 'prices'");
    if (reference) {
        refuse(t, root, "on_record", name, "every figure is a line");
    }
    yaml_node *section =
        sl_reader_need(&t->r, root, reference ? "lines" : "prices",
                       reference ? "lines: {brain: {prices: static_power, ...}}"
                                 : "prices: {synaptic_event: {value: 23.6 pJ, ...}}");
    if (section == NULL || section->kind != YAML_KIND_MAPPING) {
        return;
    }
    if (section->count == 0) {
        sl_reader_report(&t->r, section, "found no figure; at least one is needed");
    }
    if (info->scope == SALTUS_SCOPE_ALL_IN && section->count > 1) {
        sl_reader_report(&t->r, section,
                         "found %u prices; an all-in table has one, since nothing "
                         "may be added to it",
                         section->count);
    }
    if (info->scope == SALTUS_SCOPE_ALL_IN && is_priced(info, SALTUS_TERM_STATIC_POWER)) {
        sl_reader_report(&t->r, section,
                         "an all-in price is by a count; a whole power is a line of a reference "
                         "table");
    }
}

static void read_sections(table_reader *t, yaml_node *root)
{
    static const char *const keys[] = {
        "saltus_energy", "title",      "note",   "scope", "process",   "voltage",  "clocked",
        "sources",       "operations", "prices", "lines", "on_record", "included", "absent"};
    saltus_energy_table *table = t->table;
    saltus_energy_info *info = &table->info;
    sl_reader_keys(&t->r, root, keys, sizeof keys / sizeof keys[0], "a cost table");
    read_head(t, root);
    read_sources(t, root);
    make_parts_room(t, root);
    const bool reference = info->scope == SALTUS_SCOPE_REFERENCE;
    table->operations =
        read_figures(t, root, "operations", FIGURE_OPERATION, &info->operation_count);
    info->operations = table->operations;
    table->prices = read_figures(t, root, reference ? "lines" : "prices",
                                 reference ? FIGURE_LINE : FIGURE_PRICE, &info->price_count);
    info->prices = table->prices;
    for (size_t i = 0; i < info->price_count && !reference; i++) {
        table->prices[i].scope = info->scope;
    }
    table->on_record = read_figures(t, root, "on_record", FIGURE_LINE, &info->on_record_count);
    info->on_record = table->on_record;
    table->included = read_remarks(t, root, "included", &info->included_count);
    info->included = table->included;
    table->absent = read_remarks(t, root, "absent", &info->absent_count);
    info->absent = table->absent;
    check_remarks(t, root);
    check_scope(t, root);
}

/* ---- Text and files ---------------------------------------------------------------- */

/* The file's name without folder and .yaml, as long as the tree. */
static const char *table_name(yaml_tree *tree, const char *file)
{
    const char *slash = strrchr(file, '/');
    const char *base = slash == NULL ? file : slash + 1;
    size_t length = strlen(base);
    if (length > 5 && strcmp(base + length - 5, ".yaml") == 0) {
        length -= 5;
    }
    return sl_yaml_tree_text(tree, base, length);
}

/* False when memory ran out. */
static bool read_text(table_reader *t, const char *text, size_t length)
{
    yaml_node *root = NULL;
    saltus_energy_info *info = &t->table->info;
    t->table->tree = sl_yaml_tree_create();
    t->r.found = sl_diagnostics_create();
    if (t->table->tree == NULL || t->r.found == NULL) {
        return false;
    }
    *info = (saltus_energy_info){.name = table_name(t->table->tree, t->r.file),
                                 .title = "",
                                 .note = "",
                                 .process_nm = NO_NUMBER,
                                 .voltage_V = NO_NUMBER};
    if (info->name == NULL ||
        !sl_yaml_tree_parse(t->table->tree, text, length, t->r.file, 0, t->r.found, &root)) {
        return false;
    }
    if (root == NULL) {
        const finding_place place = {.file = t->r.file, .line = 1, .column = 1};
        return sl_reader_findings(&t->r) > 0 ||
               sl_diagnostics_add(t->r.found, &place, "",
                                  "the file is empty; a cost table begins with 'saltus_energy: 1'");
    }
    if (sl_reader_mapping(&t->r, root, "a cost table")) {
        read_sections(t, root);
    }
    return t->r.failure == SALTUS_OK;
}

saltus_status saltus_energy_table_load_text(const char *text, size_t length, const char *name,
                                            saltus_energy_table **out,
                                            saltus_diagnostics **diagnostics)
{
    if (diagnostics != NULL) {
        *diagnostics = NULL;
    }
    if (out == NULL || (text == NULL && length > 0) || name == NULL) {
        return SALTUS_E_ARGUMENT;
    }
    *out = NULL;
    table_reader t = {
        .r = {.file = name, .folder = ""}, .process_nm = NO_NUMBER, .voltage_V = NO_NUMBER};
    t.table = sl_memory_zeroed(1, sizeof *t.table);
    if (t.table == NULL || !read_text(&t, text == NULL ? "" : text, length)) {
        saltus_energy_table_destroy(t.table);
        saltus_diagnostics_destroy(t.r.found);
        return SALTUS_E_MEMORY;
    }
    if (sl_reader_findings(&t.r) == 0) {
        saltus_diagnostics_destroy(t.r.found);
        *out = t.table;
        return SALTUS_OK;
    }
    saltus_energy_table_destroy(t.table);
    sl_diagnostics_sort(t.r.found);
    if (diagnostics != NULL) {
        *diagnostics = t.r.found;
    } else {
        saltus_diagnostics_destroy(t.r.found);
    }
    return SALTUS_E_ARGUMENT;
}

saltus_status saltus_energy_table_load(const char *path, saltus_energy_table **out,
                                       saltus_diagnostics **diagnostics)
{
    static const whole_file_limit limit = {(size_t)1 << 20, "it is larger than 1 MiB"};
    if (diagnostics != NULL) {
        *diagnostics = NULL;
    }
    if (out == NULL || path == NULL) {
        return SALTUS_E_ARGUMENT;
    }
    *out = NULL;
    size_t length = 0;
    const char *problem = NULL;
    char *text = sl_whole_file_read(path, &limit, &length, &problem);
    if (text == NULL) {
        return problem == NULL ? SALTUS_E_MEMORY : sl_whole_file_refuse(path, problem, diagnostics);
    }
    const saltus_status status =
        saltus_energy_table_load_text(text, length, path, out, diagnostics);
    free(text);
    return status;
}

void saltus_energy_table_destroy(saltus_energy_table *table)
{
    if (table == NULL) {
        return;
    }
    free(table->prices);
    free(table->operations);
    free(table->on_record);
    free(table->included);
    free(table->absent);
    free(table->parts);
    sl_yaml_tree_destroy(table->tree);
    free(table);
}

const saltus_energy_info *saltus_energy_table_info(const saltus_energy_table *table)
{
    return &table->info;
}
