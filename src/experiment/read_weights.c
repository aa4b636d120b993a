/* read_weights - the key `weights` of the section `record`: whose weights are kept, and when.
 *
 * A projection is named as in the tables of `saltus check`; a name that several projections have
 * stands for all of them. A name without times means: at the end of the run.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "experiment/experiment.h"
#include "experiment/experiment_reader.h"
#include "experiment/suggest.h"
#include "experiment/text_excerpt.h"
#include "experiment/values.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MOST_NAMES   64

static void report_unknown(reader *r, yaml_node *node)
{
    const saltus_experiment *e = r->experiment;
    const char *names[MOST_NAMES] = {NULL};
    char list[200];
    char near[96];
    size_t count = 0;
    for (; count < e->projection_count && count < MOST_NAMES; count++) {
        names[count] = e->projections[count].name;
    }
    sl_suggest_list(names, count, list, sizeof list);
    sl_suggest_text(node->text, names, count, near, sizeof near);
    sl_reader_report(r, node, "there is no projection '%s'; there %s %s%s",
                     sl_text_excerpt(node->text).text, count == 1 ? "is" : "are",
                     count == 0 ? "none" : list, near);
}

static bool choose(reader *r, yaml_node *node, projection_list *c)
{
    const char *name = NULL;
    const size_t before = c->count;
    if (!sl_reader_text(r, node, &name)) {
        return false;
    }
    for (size_t i = 0; i < r->experiment->projection_count; i++) {
        if (strcmp(r->experiment->projections[i].name, name) != 0) {
            continue;
        }
        void *indices = c->indices;
        if (!sl_memory_grow(&indices, &c->capacity, c->count, sizeof(uint32_t))) {
            sl_reader_no_memory(r);
            return false;
        }
        c->indices = indices;
        c->indices[c->count++] = (uint32_t)i;
    }
    /* Without all projections, whose names may depend on what is wrong, nothing can be said. */
    if (c->count == before && r->projections_known) {
        report_unknown(r, node);
    }
    return c->count > before;
}

bool sl_reader_projections(reader *r, yaml_node *node, projection_list *c)
{
    const bool list = node->kind == YAML_KIND_LIST;
    bool good = true;
    if (list && node->count == 0) {
        sl_reader_report(r, node, "found an empty list; at least one projection is needed");
        good = false;
    }
    for (yaml_node *name = list ? node->first : node; name != NULL && r->failure == SALTUS_OK;
         name = list ? name->next : NULL) {
        good &= choose(r, name, c);
    }
    return good && r->failure == SALTUS_OK;
}

/* The record for each projection; `node` is where its fields are looked for. */
static void add_record(reader *r, yaml_node *node, const projection_list *c, weight_record record)
{
    for (size_t i = 0; i < c->count && r->failure == SALTUS_OK; i++) {
        record.projection = c->indices[i];
        check_place place = {.reader = r, .item = node};
        problem_sink sink = sl_reader_sink(&place);
        sl_check_weight_record(r->experiment, &record, &sink);
        if (sl_reader_findings(r) == 0 && !sl_experiment_append_weights(r->experiment, &record)) {
            sl_reader_no_memory(r);
        }
    }
}

/* `at: TIME` or `at: [TIME, ...]`: one record a time. */
static void add_times(reader *r, yaml_node *at, const projection_list *c)
{
    const bool list = at->kind == YAML_KIND_LIST;
    const size_t mark = sl_reader_enter(r, "at");
    size_t index = 0;
    if (list && at->count == 0) {
        sl_reader_report(r, at, "found an empty list; at least one time is needed");
    }
    for (yaml_node *time = list ? at->first : at; time != NULL; time = list ? time->next : NULL) {
        const size_t inner = list ? sl_reader_enter_index(r, index++) : r->path_length;
        weight_record record = {.stop_ms = ENDLESS};
        check_place place = {.reader = r, .item = time};
        problem_sink sink = sl_reader_sink(&place);
        if (sl_reader_quantity(r, time, QUANTITY_TIME, &record.start_ms) &&
            sl_check_time(&sink, "", record.start_ms)) {
            add_record(r, time, c, record);
        }
        sl_reader_leave(r, inner);
    }
    sl_reader_leave(r, mark);
}

/* `every` with its `start` and `stop`. */
static void add_interval(reader *r, yaml_node *node, const projection_list *c)
{
    yaml_node *every = sl_yaml_node_get(node, "every");
    weight_record record = {.stop_ms = ENDLESS};
    if (every == NULL) {
        static const char *const others[] = {"start", "stop"};
        for (size_t i = 0; i < COUNT(others); i++) {
            yaml_node *other = sl_yaml_node_get(node, others[i]);
            if (other != NULL) {
                sl_reader_report(r, other->key, "found '%s' without 'every'", others[i]);
            }
        }
        return;
    }
    bool good = sl_reader_get_quantity(r, node, "every", QUANTITY_TIME, &record.interval_ms);
    good &= sl_reader_get_quantity(r, node, "start", QUANTITY_TIME, &record.start_ms);
    good &= sl_reader_get_quantity(r, node, "stop", QUANTITY_TIME, &record.stop_ms);
    if (good && record.interval_ms == 0) {
        const size_t mark = sl_reader_enter(r, "every");
        sl_reader_report(r, every, "found 0; records need a time between them, or 'at'");
        sl_reader_leave(r, mark);
    } else if (good) {
        add_record(r, node, c, record);
    }
}

static const weight_record at_the_end = {.start_ms = NOT_SET, .stop_ms = ENDLESS, .at_end = true};

static void read_mapping(reader *r, yaml_node *node)
{
    static const char *const keys[] = {"of", "every", "start", "stop", "at", "end"};
    sl_reader_keys(r, node, keys, COUNT(keys), "a record of weights");
    yaml_node *of = sl_reader_need(r, node, "of", "of: E->E");
    yaml_node *at = sl_yaml_node_get(node, "at");
    bool end = at == NULL && sl_yaml_node_get(node, "every") == NULL;
    const bool only_end = end;
    projection_list c = {.count = 0};
    const size_t mark = sl_reader_enter(r, "of");
    const bool known = of != NULL && sl_reader_projections(r, of, &c);
    sl_reader_leave(r, mark);
    sl_reader_get_bool(r, node, "end", &end);
    if (known || !r->projections_known) {
        add_interval(r, node, &c);
        if (at != NULL) {
            add_times(r, at, &c);
        }
        if (end) {
            add_record(r, node, &c, at_the_end);
        } else if (only_end) {
            sl_reader_report(r, node, "no time is given; use every, at or end: true");
        }
    }
    free(c.indices);
}

static void read_entry(reader *r, yaml_node *node)
{
    if (node->kind == YAML_KIND_MAPPING) {
        read_mapping(r, node);
        return;
    }
    projection_list c = {.count = 0};
    if (sl_reader_projections(r, node, &c)) {
        add_record(r, node, &c, at_the_end);
    }
    free(c.indices);
}

void sl_read_weight_records(reader *r, yaml_node *node)
{
    const bool list = node->kind == YAML_KIND_LIST;
    if (sl_yaml_node_is_null(node)) {
        return;
    }
    const size_t mark = sl_reader_enter(r, "weights");
    size_t index = 0;
    for (yaml_node *child = list ? node->first : node; child != NULL && r->failure == SALTUS_OK;
         child = list ? child->next : NULL) {
        const size_t inner = list ? sl_reader_enter_index(r, index++) : r->path_length;
        read_entry(r, child);
        sl_reader_leave(r, inner);
    }
    sl_reader_leave(r, mark);
}
