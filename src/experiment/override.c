/* override - "--set PATH=VALUE": change the tree of an experiment file before it is read.
 *
 * Components of the path are keys of mappings or, in lists, numbers from 0. Keys that are not
 * there are made; whether they may be there is checked when the tree is read, like all keys.
 */
#include "experiment/override.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiment/text_excerpt.h"

/* One override under way. */
typedef struct change {
    yaml_tree *tree;
    const saltus_override *override;
    uint32_t number; /* of the override, from 1 */
    const char *name;
    saltus_diagnostics *found;
    bool out_of_memory;
} change;

char *sl_override_name(const char *path)
{
    static const char prefix[] = "--set ";
    const size_t length = strlen(path);
    char *name = malloc(sizeof prefix + length);
    if (name != NULL) {
        memcpy(name, prefix, sizeof prefix - 1);
        memcpy(name + sizeof prefix - 1, path, length + 1);
    }
    return name;
}

__attribute__((format(printf, 2, 3))) static void report(change *c, const char *format, ...)
{
    char message[320];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    const finding_place place = {
        .file = c->name, .order_line = UINT32_MAX, .order_column = c->number};
    if (!sl_diagnostics_add(c->found, &place, c->override->path, message)) {
        c->out_of_memory = true;
    }
}

static yaml_node *new_node(change *c, yaml_kind kind)
{
    yaml_node *node = sl_yaml_tree_node(c->tree, kind);
    if (node == NULL) {
        c->out_of_memory = true;
        return NULL;
    }
    node->override = c->number;
    return node;
}

/* The value of a key; made, with nothing in it, when it is not there. */
static yaml_node *child_of_mapping(change *c, yaml_node *mapping, const char *key, size_t length)
{
    for (yaml_node *child = mapping->first; child != NULL; child = child->next) {
        if (strlen(child->key->text) == length && memcmp(child->key->text, key, length) == 0) {
            return child;
        }
    }
    yaml_node *key_node = new_node(c, YAML_KIND_SCALAR);
    yaml_node *child = new_node(c, YAML_KIND_SCALAR);
    const char *text = sl_yaml_tree_text(c->tree, key, length);
    if (key_node == NULL || child == NULL || text == NULL) {
        c->out_of_memory = true;
        return NULL;
    }
    key_node->text = text;
    child->text = "";
    child->plain = true;
    sl_yaml_node_append(mapping, child, key_node);
    return child;
}

static yaml_node *child_of_list(change *c, const yaml_node *list, const char *part, size_t length)
{
    const text_excerpt found = sl_text_excerpt_of(part, length);
    size_t index = 0;
    bool number = length > 0 && length <= 9;
    for (size_t i = 0; i < length && number; i++) {
        number = part[i] >= '0' && part[i] <= '9';
        index = index * 10 + (size_t)(part[i] - '0');
    }
    if (!number || index >= list->count) {
        if (list->count == 0) {
            report(c, "found '%s' where a list has no entry", found.text);
        } else {
            report(c, "found '%s' in the place of a list's entry; entries are 0 to %u", found.text,
                   list->count - 1);
        }
        return NULL;
    }
    yaml_node *child = list->first;
    for (; index > 0; index--) {
        child = child->next;
    }
    return child;
}

/* One step down; NULL when it cannot be done. */
static yaml_node *step(change *c, yaml_node *node, const char *part, size_t length)
{
    if (sl_yaml_node_is_null(node)) {
        node->kind = YAML_KIND_MAPPING;
        node->text = NULL;
    }
    if (node->kind == YAML_KIND_LIST) {
        return child_of_list(c, node, part, length);
    }
    if (node->kind == YAML_KIND_MAPPING) {
        return child_of_mapping(c, node, part, length);
    }
    const text_excerpt found = sl_text_excerpt_of(part, length);
    const text_excerpt value = sl_text_excerpt(node->text);
    report(c, "'%s' cannot be set, because the value above it is '%s' and not a mapping",
           found.text, value.text);
    return NULL;
}

/* Give `place` the content of `value`; it keeps its key and its neighbours. */
static void replace(yaml_node *place, const yaml_node *value)
{
    yaml_node *next = place->next;
    yaml_node *key = place->key;
    *place = *value;
    place->next = next;
    place->key = key;
}

static bool has_empty_part(const char *path)
{
    const size_t length = strlen(path);
    return length == 0 || path[0] == '.' || path[length - 1] == '.' || strstr(path, "..") != NULL;
}

static bool apply(change *c, yaml_node *root)
{
    if (has_empty_part(c->override->path)) {
        report(c, "the path has an empty part; write it like projections.0.weight");
        return !c->out_of_memory;
    }
    /* Read the value first: nothing is changed by an override whose value is not YAML. */
    yaml_node *value = NULL;
    const char *text = c->override->value == NULL ? "" : c->override->value;
    const size_t findings = saltus_diagnostics_count(c->found);
    if (!sl_yaml_tree_parse(c->tree, text, strlen(text), c->name, c->number, c->found, &value)) {
        return false;
    }
    if (value == NULL) {
        if (saltus_diagnostics_count(c->found) == findings) {
            report(c, "found no value; write it like --set seed=2");
        }
        return !c->out_of_memory;
    }

    yaml_node *node = root;
    const char *part = c->override->path;
    while (node != NULL) {
        const size_t length = strcspn(part, ".");
        node = step(c, node, part, length);
        if (part[length] == '\0') {
            break;
        }
        part += length + 1;
    }
    if (node != NULL) {
        replace(node, value);
    }
    return !c->out_of_memory;
}

bool sl_override_apply(yaml_tree *tree, yaml_node *root, const saltus_override *override,
                       uint32_t index, saltus_diagnostics *found)
{
    char *name = sl_override_name(override->path);
    if (name == NULL) {
        return false;
    }
    change c = {
        .tree = tree, .override = override, .number = index + 1, .name = name, .found = found};
    const bool done = apply(&c, root);
    free(name);
    return done;
}
