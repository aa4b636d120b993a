/* read_learning - the section `learning` of an experiment file: how images are shown, which. */
#include <stdlib.h>

#include "experiment/experiment.h"
#include "experiment/experiment_reader.h"
#include "saltus/learning.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* In the order of saltus_image_order. */
static const char *const order_names[] = {"shuffled", "file"};

/* A file name, looked up in the experiment's folder and kept until the next release. */
static void read_file(reader *r, yaml_node *mapping, const char *key, const char **out)
{
    yaml_node *node = sl_yaml_node_get(mapping, key);
    const char *name = NULL;
    if (node == NULL) {
        return;
    }
    const size_t mark = sl_reader_enter(r, key);
    if (sl_reader_text(r, node, &name)) {
        char *path = sl_reader_file_path(r, name);
        if (path == NULL) {
            sl_reader_no_memory(r);
        } else if (sl_reader_keep(r, path)) {
            *out = path;
        }
    }
    sl_reader_leave(r, mark);
}

static void read_number(reader *r, yaml_node *mapping, const char *key, uint32_t *out)
{
    yaml_node *node = sl_yaml_node_get(mapping, key);
    uint64_t value = 0;
    if (node == NULL) {
        return;
    }
    const size_t mark = sl_reader_enter(r, key);
    if (sl_reader_integer(r, node, UINT32_MAX - 1, &value)) {
        *out = (uint32_t)value;
    }
    sl_reader_leave(r, mark);
}

static void read_set(reader *r, yaml_node *section, const char *key, saltus_image_set *set)
{
    static const char *const keys[] = {"images", "labels", "first", "count"};
    yaml_node *node = sl_yaml_node_get(section, key);
    if (node == NULL || sl_yaml_node_is_null(node)) {
        return;
    }
    const size_t mark = sl_reader_enter(r, key);
    if (sl_reader_mapping(r, node, key)) {
        sl_reader_keys(r, node, keys, COUNT(keys), "a set of images");
        read_file(r, node, "images", &set->images);
        read_file(r, node, "labels", &set->labels);
        read_number(r, node, "first", &set->first);
        read_number(r, node, "count", &set->count);
    }
    sl_reader_leave(r, mark);
}

/* Images that too few spikes answer are shown again. */
static void read_again(reader *r, yaml_node *section, saltus_learning_spec *spec)
{
    static const char *const keys[] = {"below", "rate_step", "at_most"};
    yaml_node *node = sl_yaml_node_get(section, "again");
    if (node == NULL || sl_yaml_node_is_null(node)) {
        return;
    }
    const size_t mark = sl_reader_enter(r, "again");
    if (sl_reader_mapping(r, node, "again")) {
        sl_reader_keys(r, node, keys, COUNT(keys), "again");
        sl_reader_need(r, node, "below", "below: 5 (spikes)");
        read_number(r, node, "below", &spec->least_spikes);
        sl_reader_get_quantity(r, node, "rate_step", QUANTITY_RATE, &spec->rate_step_Hz);
        read_number(r, node, "at_most", &spec->most_repeats);
    }
    sl_reader_leave(r, mark);
}

static void read_population(reader *r, yaml_node *section, const char *key, const char *example,
                            uint32_t *out)
{
    yaml_node *node = sl_reader_need(r, section, key, example);
    if (node != NULL) {
        const size_t mark = sl_reader_enter(r, key);
        sl_reader_population(r, node, out);
        sl_reader_leave(r, mark);
    }
}

static void read_order(reader *r, yaml_node *section, saltus_learning_spec *spec)
{
    yaml_node *node = sl_yaml_node_get(section, "order");
    size_t order = 0;
    if (node == NULL) {
        return;
    }
    const size_t mark = sl_reader_enter(r, "order");
    if (sl_reader_word(r, node, order_names, COUNT(order_names), "order", &order)) {
        spec->order = (saltus_image_order)order;
    }
    sl_reader_leave(r, mark);
}

/* A quantity that may be left out; null leaves it out, too. */
static void read_optional(reader *r, yaml_node *section, const char *key, quantity_kind kind,
                          double *out)
{
    const yaml_node *node = sl_yaml_node_get(section, key);
    if (node != NULL && !sl_yaml_node_is_null(node)) {
        sl_reader_get_quantity(r, section, key, kind, out);
    }
}

/* A sum of weights onto the output, in their unit. */
static void read_normalise(reader *r, yaml_node *section, saltus_learning_spec *spec)
{
    const bool known = spec->output < r->experiment->population_count;
    sl_reader_begin_weights(r,
                            &(population_list){.indices = &spec->output, .count = known ? 1 : 0});
    read_optional(r, section, "normalise", sl_reader_weight_kind(r), &spec->normalise_mV);
    sl_reader_end_weights(r);
}

static void read_fields(reader *r, yaml_node *section, saltus_learning_spec *spec)
{
    static const char *const keys[] = {"input",      "output", "train",        "label",    "test",
                                       "epochs",     "order",  "presentation", "rest",     "rate",
                                       "total_rate", "again",  "window",       "normalise"};
    sl_reader_keys(r, section, keys, COUNT(keys), "learning");
    read_population(r, section, "input", "input: X (a rate_source)", &spec->input);
    read_population(r, section, "output", "output: E", &spec->output);
    sl_reader_need(r, section, "train", "train: {images: FILE, labels: FILE}");
    sl_reader_need(r, section, "test", "test: {images: FILE, labels: FILE}");
    read_set(r, section, "train", &spec->train);
    read_set(r, section, "label", &spec->label);
    read_set(r, section, "test", &spec->test);
    read_number(r, section, "epochs", &spec->epochs);
    read_order(r, section, spec);
    sl_reader_get_quantity(r, section, "presentation", QUANTITY_TIME, &spec->presentation_ms);
    sl_reader_get_quantity(r, section, "rest", QUANTITY_TIME, &spec->rest_ms);
    sl_reader_get_quantity(r, section, "rate", QUANTITY_RATE, &spec->rate_Hz);
    read_optional(r, section, "total_rate", QUANTITY_RATE, &spec->total_rate_Hz);
    read_normalise(r, section, spec);
    read_again(r, section, spec);
    read_number(r, section, "window", &spec->window);
}

void sl_read_learning(reader *r, yaml_node *section)
{
    saltus_learning_spec spec = saltus_learning_spec_default();
    const size_t mark = sl_reader_enter(r, "learning");
    const size_t before = sl_reader_findings(r);
    if (sl_reader_mapping(r, section, "learning")) {
        read_fields(r, section, &spec);
    }
    /* what is missing or wrong is said already; the rest can only be judged when all is right */
    if (sl_reader_findings(r) == 0 || sl_reader_findings(r) == before) {
        check_place place = {.reader = r, .item = section};
        problem_sink sink = sl_reader_sink(&place);
        sl_check_learning(r->experiment, &spec, &sink);
    }
    if (sl_reader_findings(r) == 0 && r->failure == SALTUS_OK &&
        !sl_experiment_put_learning(r->experiment, &spec)) {
        sl_reader_no_memory(r);
    }
    sl_reader_release(r);
    sl_reader_leave(r, mark);
}
