/* read_value - constants, distributions, lists, CSV columns and names of populations. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "experiment/experiment.h"
#include "experiment/experiment_reader.h"
#include "experiment/suggest.h"
#include "experiment/text_excerpt.h"
#include "experiment/values.h"

/* ---- Files ------------------------------------------------------------------------- */

char *sl_reader_file_path(reader *r, const char *name)
{
    const bool as_is = name[0] == '/' || r->folder[0] == '\0';
    const size_t size = strlen(name) + strlen(r->folder) + 2;
    char *path = malloc(size);
    if (path == NULL) {
        sl_reader_no_memory(r);
        return NULL;
    }
    snprintf(path, size, "%s%s%s", as_is ? "" : r->folder, as_is ? "" : "/", name);
    return path;
}

/* Where the finding of a file inside the experiment is shown: there, ordered by its key. */
static void report_file_error(reader *r, yaml_node *node, const saltus_error *error)
{
    if (error->status == SALTUS_E_MEMORY) {
        sl_reader_no_memory(r);
    } else if (error->line == 0) {
        sl_reader_report(r, node, "%s", error->message);
    } else {
        sl_reader_report_elsewhere(r, node, error);
    }
}

bool sl_reader_csv(reader *r, yaml_node *node, const csv_request *request, size_t *rows)
{
    const char *name = NULL;
    *rows = 0;
    if (!sl_reader_text(r, node, &name)) {
        return false;
    }
    char *path = sl_reader_file_path(r, name);
    if (path == NULL) {
        return false;
    }
    saltus_error error = {0};
    const saltus_status status = sl_csv_read_file(path, request, rows, &error);
    free(path);
    if (status != SALTUS_OK) {
        report_file_error(r, node, &error);
        return false;
    }
    bool kept = true;
    for (size_t i = 0; i < request->count; i++) {
        csv_column *c = &request->columns[i];
        kept &= sl_reader_keep(r, c->reals);
        kept &= sl_reader_keep(r, c->indices);
    }
    return kept;
}

/* ---- Lists ------------------------------------------------------------------------- */

static bool read_list(reader *r, yaml_node *node, quantity_kind kind, saltus_value *out)
{
    double *list = sl_memory_array(node->count, sizeof(double));
    if (list == NULL) {
        sl_reader_no_memory(r);
        return false;
    }
    if (!sl_reader_keep(r, list)) {
        return false;
    }
    bool good = true;
    size_t i = 0;
    for (yaml_node *child = node->first; child != NULL; child = child->next) {
        const size_t mark = sl_reader_enter_index(r, i);
        good &= sl_reader_quantity(r, child, kind, &list[i++]);
        sl_reader_leave(r, mark);
    }
    if (good) {
        *out = saltus_constant(0);
        out->kind = SALTUS_VALUE_LIST;
        out->list = list;
        out->list_length = node->count;
    }
    return good;
}

/* {csv: FILE, column: NAME}: row i holds the number of neuron i, in the base unit. */
static bool read_column(reader *r, yaml_node *node, saltus_value *out)
{
    static const char *const keys[] = {"csv", "column"};
    sl_reader_keys(r, node, keys, 2, "a value from a file");
    yaml_node *file = sl_yaml_node_get(node, "csv");
    yaml_node *column = sl_reader_need(r, node, "column", "column: v_mV");
    csv_column c = {.type = CSV_REAL, .low = -ENDLESS, .high = ENDLESS};
    if (column == NULL || !sl_reader_text(r, column, &c.name)) {
        return false;
    }
    const csv_request request = {.columns = &c, .count = 1, .others = true};
    const size_t mark = sl_reader_enter(r, "csv");
    size_t rows = 0;
    const bool good = sl_reader_csv(r, file, &request, &rows);
    sl_reader_leave(r, mark);
    if (good) {
        *out = saltus_constant(0);
        out->kind = SALTUS_VALUE_LIST;
        out->list = c.reals;
        out->list_length = rows;
    }
    return good;
}

/* ---- Distributions ----------------------------------------------------------------- */

/* A list of two: the first in the unit of the quantity. */
static bool read_pair(reader *r, yaml_node *node, quantity_kind first, quantity_kind second,
                      const char *what, double *a, double *b)
{
    if (node->kind != YAML_KIND_LIST || node->count != 2) {
        sl_reader_report(r, node, "found %s%s; %s is needed", sl_yaml_node_kind_text(node),
                         node->kind == YAML_KIND_LIST ? " that has not two entries" : "", what);
        return false;
    }
    const bool good = sl_reader_quantity(r, node->first, first, a);
    return sl_reader_quantity(r, node->last, second, b) && good;
}

/* Names of the two parameters of a normal or lognormal distribution. */
typedef struct distribution {
    const char *name, *centre, *spread, *pair;
} distribution;

static bool read_spread(reader *r, yaml_node *node, quantity_kind kind, quantity_kind spread,
                        const distribution *d, saltus_value *out)
{
    if (node->kind != YAML_KIND_MAPPING) {
        return read_pair(r, node, kind, spread, d->pair, &out->a, &out->b);
    }
    const char *const keys[] = {d->centre, d->spread, "min", "max", "step"};
    sl_reader_keys(r, node, keys, 5, "a distribution");
    yaml_node *centre = sl_reader_need(r, node, d->centre, d->pair);
    yaml_node *width = sl_reader_need(r, node, d->spread, d->pair);
    if (centre == NULL || width == NULL) {
        return false;
    }
    bool good = sl_reader_get_quantity(r, node, d->centre, kind, &out->a);
    good &= sl_reader_get_quantity(r, node, d->spread, spread, &out->b);
    good &= sl_reader_get_quantity(r, node, "min", kind, &out->low);
    good &= sl_reader_get_quantity(r, node, "max", kind, &out->high);
    good &= sl_reader_get_quantity(r, node, "step", kind, &out->step);
    return good;
}

static bool read_distribution(reader *r, yaml_node *node, quantity_kind kind, saltus_value *out)
{
    static const distribution normal = {"normal", "mean", "sd",
                                        "{mean: M, sd: S, min: A, max: B} or [M, S]"};
    static const distribution lognormal = {
        "lognormal", "median", "sigma",
        "{median: M, sigma: S, min: A, max: B} or [M, S], where S is a number without unit"};
    const char *name = node->key->text;
    const size_t mark = sl_reader_enter(r, name);
    saltus_value value = saltus_uniform(0, 0);
    bool good = false;
    if (strcmp(name, "uniform") == 0) {
        good = read_pair(r, node, kind, kind, "[low, high]", &value.a, &value.b);
    } else if (strcmp(name, normal.name) == 0) {
        value.kind = SALTUS_VALUE_NORMAL;
        good = read_spread(r, node, kind, kind, &normal, &value);
    } else {
        value.kind = SALTUS_VALUE_LOGNORMAL;
        good = read_spread(r, node, kind, QUANTITY_NUMBER, &lognormal, &value);
    }
    sl_reader_leave(r, mark);
    if (good) {
        *out = value;
    }
    return good;
}

bool sl_reader_value(reader *r, yaml_node *node, quantity_kind kind, uint32_t length,
                     saltus_value *out)
{
    static const char *const keys[] = {"uniform", "normal", "lognormal", "csv"};
    const size_t key_count = length > 0 ? 4 : 3;
    if (node->kind == YAML_KIND_LIST) {
        if (length == 0) {
            sl_reader_report(r, node,
                             "found a list; a quantity or a distribution is needed (lists of "
                             "synapses: rule: {list: {csv: FILE}})");
            return false;
        }
        return read_list(r, node, kind, out);
    }
    if (node->kind == YAML_KIND_SCALAR) {
        double quantity = 0;
        const bool good = sl_reader_quantity(r, node, kind, &quantity);
        if (good) {
            *out = saltus_constant(quantity);
        }
        return good;
    }
    if (length > 0 && sl_yaml_node_get(node, "csv") != NULL) {
        return read_column(r, node, out);
    }
    if (node->count != 1) {
        sl_reader_report(r, node,
                         "found a mapping of %u keys; a distribution is one of uniform, normal, "
                         "lognormal",
                         node->count);
        return false;
    }
    const size_t findings = sl_reader_findings(r);
    sl_reader_keys(r, node, keys, key_count, "a value");
    bool known = false;
    for (size_t i = 0; i < key_count; i++) {
        known = known || strcmp(node->first->key->text, keys[i]) == 0;
    }
    return known && sl_reader_findings(r) == findings &&
           read_distribution(r, node->first, kind, out);
}

bool sl_reader_get_value(reader *r, yaml_node *mapping, const char *key, quantity_kind kind,
                         uint32_t length, saltus_value *out)
{
    yaml_node *node = sl_yaml_node_get(mapping, key);
    if (node == NULL) {
        return true;
    }
    const size_t mark = sl_reader_enter(r, key);
    const bool good = sl_reader_value(r, node, kind, length, out);
    sl_reader_leave(r, mark);
    return good;
}

/* ---- Names of populations ---------------------------------------------------------- */

static void report_unknown(reader *r, yaml_node *node, const char *const *names, size_t count)
{
    char list[200];
    char near[96];
    sl_suggest_list(names, count, list, sizeof list);
    sl_suggest_text(node->text, names, count, near, sizeof near);
    sl_reader_report(r, node, "there is no population '%s'; there %s %s%s",
                     sl_text_excerpt(node->text).text, count == 1 ? "is" : "are",
                     count == 0 ? "none" : list, near);
}

void sl_reader_unknown_name(reader *r, yaml_node *node, const yaml_node *section)
{
    const char *name = NULL;
    const char **names = sl_memory_array(section->count, sizeof(char *));
    if (names == NULL) {
        sl_reader_no_memory(r);
        return;
    }
    size_t count = 0;
    for (const yaml_node *child = section->first; child != NULL; child = child->next) {
        names[count++] = child->key->text;
    }
    if (sl_reader_text(r, node, &name)) {
        report_unknown(r, node, names, count);
    }
    free(names);
}

bool sl_reader_population(reader *r, yaml_node *node, uint32_t *out)
{
    const char *name = NULL;
    if (!sl_reader_text(r, node, &name)) {
        return false;
    }
    const saltus_experiment *e = r->experiment;
    const uint32_t index = saltus_experiment_find_population(e, name);
    if (index != UINT32_MAX) {
        *out = index;
        return true;
    }
    const char **names = sl_memory_array(e->population_count, sizeof(char *));
    if (names == NULL) {
        sl_reader_no_memory(r);
        return false;
    }
    for (size_t i = 0; i < e->population_count; i++) {
        names[i] = e->populations[i].name;
    }
    report_unknown(r, node, names, e->population_count);
    free(names);
    return false;
}

bool sl_reader_populations(reader *r, yaml_node *node, population_list *out)
{
    const bool list = node->kind == YAML_KIND_LIST;
    const size_t count = list ? node->count : 1;
    out->count = 0;
    out->indices = sl_memory_array(count, sizeof(uint32_t));
    out->nodes = sl_memory_array(count, sizeof(yaml_node *));
    if (out->indices == NULL || out->nodes == NULL) {
        sl_reader_no_memory(r);
    }
    bool good = sl_reader_keep(r, out->indices);
    good &= sl_reader_keep(r, out->nodes);
    if (!good || r->failure != SALTUS_OK) {
        return false;
    }
    if (count == 0) {
        sl_reader_report(r, node, "found an empty list; at least one population is needed");
        return false;
    }
    for (yaml_node *child = list ? node->first : node; child != NULL;
         child = list ? child->next : NULL) {
        uint32_t index = 0;
        if (!sl_reader_population(r, child, &index)) {
            good = false;
            continue;
        }
        bool twice = false;
        for (size_t i = 0; i < out->count; i++) {
            twice = twice || out->indices[i] == index;
        }
        if (twice) {
            sl_reader_report(r, child, "'%s' stands in this list twice",
                             sl_text_excerpt(child->text).text);
            good = false;
            continue;
        }
        out->indices[out->count] = index;
        out->nodes[out->count++] = child;
    }
    return good;
}
