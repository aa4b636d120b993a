/* experiment_reader - place, findings, keys and scalars of an experiment file. */
#include "experiment/experiment_reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "experiment/override.h"
#include "experiment/suggest.h"
#include "experiment/text_excerpt.h"

/* ---- Place and findings ------------------------------------------------------------ */

size_t sl_reader_enter(reader *r, const char *key)
{
    const size_t mark = r->path_length;
    const size_t room = sizeof r->path - mark;
    const text_excerpt shown = sl_text_excerpt(key);
    const int added = snprintf(r->path + mark, room, "%s%s", mark > 0 ? "." : "", shown.text);
    r->path_length = (size_t)added < room ? mark + (size_t)added : sizeof r->path - 1;
    return mark;
}

size_t sl_reader_enter_index(reader *r, size_t index)
{
    char key[24];
    snprintf(key, sizeof key, "%zu", index);
    return sl_reader_enter(r, key);
}

void sl_reader_leave(reader *r, size_t mark)
{
    r->path_length = mark;
    r->path[mark] = '\0';
}

void sl_reader_no_memory(reader *r)
{
    r->failure = SALTUS_E_MEMORY;
}

size_t sl_reader_findings(const reader *r)
{
    return saltus_diagnostics_count(r->found);
}

/* Add a finding that is ordered by `at` and shown there, or at `shown` when this is given. */
static void add_finding(reader *r, yaml_node *at, const saltus_error *shown, const char *message)
{
    if (r->silent > 0 || r->failure != SALTUS_OK) {
        r->silenced++;
        return;
    }
    at->faulty = true;
    finding_place place = {.file = r->file,
                           .line = at->line,
                           .column = at->column,
                           .order_line = at->line,
                           .order_column = at->column};
    char *name = NULL;
    if (at->override > 0) {
        name = sl_override_name(r->options->overrides[at->override - 1].path);
        if (name == NULL) {
            sl_reader_no_memory(r);
            return;
        }
        place =
            (finding_place){.file = name, .order_line = UINT32_MAX, .order_column = at->override};
    }
    if (shown != NULL) {
        place.file = shown->file;
        place.line = shown->line;
        place.column = shown->column;
    }
    if (!sl_diagnostics_add(r->found, &place, r->path, message)) {
        sl_reader_no_memory(r);
    }
    free(name);
}

void sl_reader_report(reader *r, yaml_node *at, const char *format, ...)
{
    char message[640];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    add_finding(r, at, NULL, message);
}

void sl_reader_report_elsewhere(reader *r, yaml_node *at, const saltus_error *error)
{
    add_finding(r, at, error, error->message);
}

/* The node that a field such as "params.tau_m" is about: itself, or the nearest above it. A
 * field that came by `like` is shown at that key. */
static yaml_node *find_field(const check_place *place, const char *field)
{
    const char *const known[] = {"name", "from", "to"};
    yaml_node *const nodes[] = {place->name, place->from, place->to};
    for (size_t i = 0; i < 3; i++) {
        if (strcmp(field, known[i]) == 0 && nodes[i] != NULL) {
            return nodes[i];
        }
    }
    yaml_node *node = place->item;
    while (field[0] != '\0') {
        char part[32];
        const size_t length = strcspn(field, ".");
        snprintf(part, sizeof part, "%.*s", (int)length, field);
        yaml_node *child = sl_yaml_node_get(node, part);
        if (child == NULL && node->kind == YAML_KIND_SCALAR) {
            return node; /* a short form, in which it is not by itself */
        }
        if (child == NULL) {
            yaml_node *like = sl_yaml_node_get(place->item, "like");
            return like == NULL ? node : like;
        }
        node = child;
        field += length + (field[length] == '.');
    }
    return node;
}

static bool is_faulty(const yaml_node *node)
{
    bool faulty = node->faulty;
    for (const yaml_node *child = node->first; child != NULL && !faulty; child = child->next) {
        faulty = is_faulty(child);
    }
    return faulty;
}

static void report_problem(void *user, const char *field, const char *message)
{
    check_place *place = user;
    yaml_node *node = find_field(place, field);
    const size_t mark = place->reader->path_length;
    if (node != place->item && is_faulty(node)) {
        return;
    }
    if (field[0] != '\0' && strcmp(field, "name") != 0) {
        sl_reader_enter(place->reader, field);
    }
    sl_reader_report(place->reader, node, "%s", message);
    sl_reader_leave(place->reader, mark);
}

problem_sink sl_reader_sink(check_place *place)
{
    return (problem_sink){.report = report_problem, .user = place};
}

/* ---- Memory ------------------------------------------------------------------------ */

bool sl_reader_keep(reader *r, void *block)
{
    void *scratch = r->scratch;
    if (!sl_memory_grow(&scratch, &r->scratch_capacity, r->scratch_count, sizeof(void *))) {
        free(block);
        sl_reader_no_memory(r);
        return false;
    }
    r->scratch = scratch;
    r->scratch[r->scratch_count++] = block;
    return true;
}

void sl_reader_release(reader *r)
{
    for (size_t i = 0; i < r->scratch_count; i++) {
        free(r->scratch[i]);
    }
    r->scratch_count = 0;
}

/* ---- Keys -------------------------------------------------------------------------- */

bool sl_reader_mapping(reader *r, yaml_node *node, const char *what)
{
    if (node->kind == YAML_KIND_MAPPING) {
        return true;
    }
    sl_reader_report(r, node, "found %s; %s is a mapping (key: value)",
                     sl_yaml_node_kind_text(node), what);
    return false;
}

void sl_reader_keys(reader *r, yaml_node *mapping, const char *const *allowed, size_t count,
                    const char *what)
{
    sl_reader_keys_else(r, mapping, allowed, count, what, NULL);
}

void sl_reader_keys_else(reader *r, yaml_node *mapping, const char *const *allowed, size_t count,
                         const char *what, key_advice *advice)
{
    for (yaml_node *child = mapping->first; child != NULL; child = child->next) {
        bool known = false;
        for (size_t i = 0; i < count && !known; i++) {
            known = strcmp(child->key->text, allowed[i]) == 0;
        }
        if (known) {
            continue;
        }
        char list[256];
        char near[96] = "";
        sl_suggest_list(allowed, count, list, sizeof list);
        if (advice == NULL || !advice(child->key->text, what, near, sizeof near)) {
            sl_suggest_text(child->key->text, allowed, count, near, sizeof near);
        }
        const size_t mark = sl_reader_enter(r, child->key->text);
        sl_reader_report(r, child->key, "unknown key '%s' of %s; the keys are %s%s",
                         sl_text_excerpt(child->key->text).text, what, list, near);
        sl_reader_leave(r, mark);
    }
}

yaml_node *sl_reader_need(reader *r, yaml_node *mapping, const char *key, const char *example)
{
    yaml_node *node = sl_yaml_node_get(mapping, key);
    if (node == NULL) {
        sl_reader_report(r, mapping, "the key '%s' is missing; write it like %s", key, example);
    }
    return node;
}

/* ---- Scalars ----------------------------------------------------------------------- */

bool sl_reader_text(reader *r, yaml_node *node, const char **out)
{
    if (node->kind != YAML_KIND_SCALAR || sl_yaml_node_is_null(node)) {
        sl_reader_report(r, node, "found %s; text is needed", sl_yaml_node_kind_text(node));
        return false;
    }
    *out = node->text;
    return true;
}

bool sl_reader_integer(reader *r, yaml_node *node, uint64_t largest, uint64_t *out)
{
    if (node->kind != YAML_KIND_SCALAR || sl_yaml_node_is_null(node)) {
        sl_reader_report(r, node, "found %s; a whole number is needed",
                         sl_yaml_node_kind_text(node));
        return false;
    }
    uint64_t value = 0;
    bool fits = true;
    const char *p = node->text;
    for (; *p >= '0' && *p <= '9'; p++) {
        const uint64_t digit = (uint64_t)(*p - '0');
        fits = fits && value <= (UINT64_MAX - digit) / 10;
        value = value * 10 + digit;
    }
    const text_excerpt found = sl_text_excerpt(node->text);
    if (*p != '\0') {
        sl_reader_report(r, node, "found '%s'; a whole number from 0, in digits, is needed",
                         found.text);
        return false;
    }
    if (!fits || value > largest) {
        sl_reader_report(r, node, "found %s; at most %llu is allowed", found.text,
                         (unsigned long long)largest);
        return false;
    }
    *out = value;
    return true;
}

bool sl_reader_bool(reader *r, yaml_node *node, bool *out)
{
    static const char *const words[] = {"false", "true"};
    size_t word = 0;
    if (!sl_reader_word(r, node, words, 2, "answer", &word)) {
        return false;
    }
    *out = word == 1;
    return true;
}

bool sl_reader_quantity(reader *r, yaml_node *node, quantity_kind kind, double *out)
{
    char problem[320];
    if (node->kind != YAML_KIND_SCALAR || sl_yaml_node_is_null(node)) {
        /* Let the parser of quantities say what is needed. */
        sl_quantity_parse("", kind, out, problem, sizeof problem);
        const char *needed = strchr(problem, ';');
        sl_reader_report(r, node, "found %s%s", sl_yaml_node_kind_text(node), needed);
        return false;
    }
    return sl_quantity_parse(node->text, kind, out, problem, sizeof problem) ||
           sl_reader_other_unit(r, node, kind, problem, out);
}

bool sl_reader_word(reader *r, yaml_node *node, const char *const *words, size_t count,
                    const char *what, size_t *out)
{
    char list[256];
    char near[96];
    sl_suggest_list(words, count, list, sizeof list);
    if (node->kind != YAML_KIND_SCALAR || sl_yaml_node_is_null(node)) {
        sl_reader_report(r, node, "found %s; one of %s is needed", sl_yaml_node_kind_text(node),
                         list);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(node->text, words[i]) == 0) {
            *out = i;
            return true;
        }
    }
    sl_suggest_text(node->text, words, count, near, sizeof near);
    sl_reader_report(r, node, "unknown %s '%s'; it is one of %s%s", what,
                     sl_text_excerpt(node->text).text, list, near);
    return false;
}

bool sl_reader_get_quantity(reader *r, yaml_node *mapping, const char *key, quantity_kind kind,
                            double *out)
{
    yaml_node *node = sl_yaml_node_get(mapping, key);
    if (node == NULL) {
        return true;
    }
    const size_t mark = sl_reader_enter(r, key);
    const bool done = sl_reader_quantity(r, node, kind, out);
    sl_reader_leave(r, mark);
    return done;
}

bool sl_reader_get_bool(reader *r, yaml_node *mapping, const char *key, bool *out)
{
    yaml_node *node = sl_yaml_node_get(mapping, key);
    if (node == NULL) {
        return true;
    }
    const size_t mark = sl_reader_enter(r, key);
    const bool done = sl_reader_bool(r, node, out);
    sl_reader_leave(r, mark);
    return done;
}
