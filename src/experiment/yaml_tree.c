/* yaml_tree - YAML text as a tree whose every node knows where it stands.
 *
 * Built from libyaml's events. An alias becomes a copy of what its anchor names, so that later
 * stages see a true tree; the number of nodes copied and the depth are bounded, which answers
 * alias bombs and deep nesting. Nodes live in chunks that go with the tree.
 */
#include "experiment/yaml_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/memory.h"
#include "experiment/text_excerpt.h"

#define MAX_DEPTH   64
#define MAX_COPIED  100000
#define CHUNK_BYTES 65536
#define ALIGNMENT   16

typedef struct chunk {
    struct chunk *previous;
    size_t used, size;
    _Alignas(ALIGNMENT) char bytes[];
} chunk;

struct yaml_tree {
    chunk *last;
};

typedef struct anchor {
    const char *name;
    yaml_node *node;
} anchor;

/* One parse under way. */
typedef struct parse {
    yaml_tree *tree;
    const char *name;
    uint32_t override;
    saltus_diagnostics *found;
    yaml_node *root;
    yaml_node *open[MAX_DEPTH];
    yaml_node *key[MAX_DEPTH]; /* key that waits for its value, per open mapping */
    unsigned depth;
    anchor *anchors;
    size_t anchor_count, anchor_capacity, copied;
    unsigned documents;
    bool stop; /* an error ended the parse */
    bool out_of_memory;
} parse;

/* ---- Memory ------------------------------------------------------------------------ */

yaml_tree *sl_yaml_tree_create(void)
{
    return sl_memory_zeroed(1, sizeof(yaml_tree));
}

void sl_yaml_tree_destroy(yaml_tree *tree)
{
    if (tree == NULL) {
        return;
    }
    for (chunk *c = tree->last; c != NULL;) {
        chunk *previous = c->previous;
        free(c);
        c = previous;
    }
    free(tree);
}

static void *take(yaml_tree *tree, size_t bytes)
{
    const size_t rounded = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    chunk *c = tree->last;
    if (c == NULL || c->size - c->used < rounded) {
        const size_t size = rounded > CHUNK_BYTES ? rounded : CHUNK_BYTES;
        c = malloc(sizeof(chunk) + size);
        if (c == NULL) {
            return NULL;
        }
        *c = (chunk){.previous = tree->last, .size = size};
        tree->last = c;
    }
    void *bytes_taken = c->bytes + c->used;
    c->used += rounded;
    return bytes_taken;
}

yaml_node *sl_yaml_tree_node(yaml_tree *tree, yaml_kind kind)
{
    yaml_node *node = take(tree, sizeof *node);
    if (node != NULL) {
        *node = (yaml_node){.kind = kind};
    }
    return node;
}

const char *sl_yaml_tree_text(yaml_tree *tree, const char *text, size_t length)
{
    char *copy = take(tree, length + 1);
    if (copy != NULL) {
        if (length > 0) {
            memcpy(copy, text, length);
        }
        copy[length] = '\0';
    }
    return copy;
}

/* ---- Nodes ------------------------------------------------------------------------- */

void sl_yaml_node_append(yaml_node *parent, yaml_node *child, yaml_node *key)
{
    child->key = key;
    child->next = NULL;
    if (parent->last == NULL) {
        parent->first = child;
    } else {
        parent->last->next = child;
    }
    parent->last = child;
    parent->count++;
}

yaml_node *sl_yaml_node_get(const yaml_node *node, const char *key)
{
    if (node == NULL || node->kind != YAML_KIND_MAPPING) {
        return NULL;
    }
    for (yaml_node *child = node->first; child != NULL; child = child->next) {
        if (strcmp(child->key->text, key) == 0) {
            return child;
        }
    }
    return NULL;
}

bool sl_yaml_node_is_null(const yaml_node *node)
{
    return node->kind == YAML_KIND_SCALAR && node->plain &&
           (node->text[0] == '\0' || strcmp(node->text, "~") == 0 ||
            strcmp(node->text, "null") == 0);
}

const char *sl_yaml_node_kind_text(const yaml_node *node)
{
    switch (node->kind) {
    case YAML_KIND_LIST:
        return "a list";
    case YAML_KIND_MAPPING:
        return "a mapping";
    case YAML_KIND_SCALAR:
        break;
    }
    return sl_yaml_node_is_null(node) ? "nothing" : "text";
}

/* ---- Findings ---------------------------------------------------------------------- */

static void report(parse *p, uint32_t line, uint32_t column, const char *path, const char *message)
{
    const bool in_file = p->override == 0;
    const finding_place place = {.file = p->name,
                                 .line = in_file ? line : 0,
                                 .column = in_file ? column : 0,
                                 .order_line = in_file ? line : UINT32_MAX,
                                 .order_column = in_file ? column : p->override};
    if (!sl_diagnostics_add(p->found, &place, path, message)) {
        p->out_of_memory = true;
        p->stop = true;
    }
}

/* An error after which the rest of the text is not looked at. */
static void stop_at(parse *p, const yaml_mark_t *mark, const char *message)
{
    p->stop = true;
    report(p, (uint32_t)mark->line + 1, (uint32_t)mark->column + 1, "", message);
}

static void stop_for_memory(parse *p)
{
    p->stop = true;
    p->out_of_memory = true;
}

/* ---- Building ---------------------------------------------------------------------- */

/* Hang a node that has just begun into the innermost open one. */
static void attach(parse *p, yaml_node *node, const yaml_mark_t *mark)
{
    if (p->depth == 0) {
        p->root = node;
        return;
    }
    yaml_node *parent = p->open[p->depth - 1];
    yaml_node **key = &p->key[p->depth - 1];
    if (parent->kind == YAML_KIND_LIST) {
        sl_yaml_node_append(parent, node, NULL);
    } else if (*key != NULL) {
        sl_yaml_node_append(parent, node, *key);
        *key = NULL;
    } else if (node->kind == YAML_KIND_SCALAR) {
        *key = node;
    } else {
        stop_at(p, mark, "found a list or mapping as a key; a key is a word");
    }
}

static yaml_node *begin_node(parse *p, yaml_kind kind, const yaml_mark_t *mark)
{
    yaml_node *node = sl_yaml_tree_node(p->tree, kind);
    if (node == NULL) {
        stop_for_memory(p);
        return NULL;
    }
    node->line = (uint32_t)mark->line + 1;
    node->column = (uint32_t)mark->column + 1;
    node->override = p->override;
    return node;
}

static void remember_anchor(parse *p, const yaml_char_t *name, yaml_node *node)
{
    if (name == NULL) {
        return;
    }
    void *anchors = p->anchors;
    const char *text = (const char *)name;
    const char *copy = sl_yaml_tree_text(p->tree, text, strlen(text));
    if (copy == NULL ||
        !sl_memory_grow(&anchors, &p->anchor_capacity, p->anchor_count, sizeof(anchor))) {
        stop_for_memory(p);
        return;
    }
    p->anchors = anchors;
    p->anchors[p->anchor_count++] = (anchor){copy, node};
}

static void refuse_tag(parse *p, const yaml_char_t *tag, const yaml_mark_t *mark)
{
    if (tag != NULL) {
        const text_excerpt found = sl_text_excerpt((const char *)tag);
        char message[160];
        snprintf(message, sizeof message, "found the YAML tag '%s'; tags are not used here",
                 found.text);
        report(p, (uint32_t)mark->line + 1, (uint32_t)mark->column + 1, "", message);
    }
}

static void add_scalar(parse *p, const yaml_event_t *event)
{
    const char *text = (const char *)event->data.scalar.value;
    const size_t length = event->data.scalar.length;
    if (memchr(text, '\0', length) != NULL) {
        stop_at(p, &event->start_mark, "found a character of code 0, which is not allowed");
        return;
    }
    refuse_tag(p, event->data.scalar.tag, &event->start_mark);
    yaml_node *node = begin_node(p, YAML_KIND_SCALAR, &event->start_mark);
    if (node == NULL) {
        return;
    }
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    node->text = sl_yaml_tree_text(p->tree, text, length);
    if (node->text == NULL) {
        stop_for_memory(p);
        return;
    }
    remember_anchor(p, event->data.scalar.anchor, node);
    attach(p, node, &event->start_mark);
}

static void open_collection(parse *p, yaml_kind kind, const yaml_char_t *anchor_name,
                            const yaml_char_t *tag, const yaml_mark_t *mark)
{
    if (p->depth == MAX_DEPTH) {
        stop_at(p, mark, "found more than 64 levels of lists and mappings");
        return;
    }
    refuse_tag(p, tag, mark);
    yaml_node *node = begin_node(p, kind, mark);
    if (node == NULL) {
        return;
    }
    remember_anchor(p, anchor_name, node);
    attach(p, node, mark);
    p->open[p->depth] = node;
    p->key[p->depth] = NULL;
    p->depth++;
}

/* Copy what an anchor names; the positions stay those of the original. */
static yaml_node *copy_node(parse *p, const yaml_node *from, unsigned depth,
                            const yaml_mark_t *mark)
{
    if (depth > MAX_DEPTH || ++p->copied > MAX_COPIED) {
        stop_at(p, mark, "the aliases (*name) of this file stand for more than can be read");
        return NULL;
    }
    yaml_node *copy = sl_yaml_tree_node(p->tree, from->kind);
    if (copy == NULL) {
        stop_for_memory(p);
        return NULL;
    }
    *copy = *from;
    copy->first = NULL;
    copy->last = NULL;
    copy->count = 0;
    for (const yaml_node *child = from->first; child != NULL; child = child->next) {
        yaml_node *copied = copy_node(p, child, depth + 1, mark);
        if (copied == NULL) {
            return NULL;
        }
        sl_yaml_node_append(copy, copied, child->key);
    }
    return copy;
}

static void add_alias(parse *p, const yaml_event_t *event)
{
    const char *name = (const char *)event->data.alias.anchor;
    const yaml_node *target = NULL;
    for (size_t i = p->anchor_count; i > 0 && target == NULL; i--) {
        if (strcmp(p->anchors[i - 1].name, name) == 0) {
            target = p->anchors[i - 1].node;
        }
    }
    char message[200];
    const text_excerpt found = sl_text_excerpt(name);
    if (target == NULL) {
        snprintf(message, sizeof message, "found the alias '*%s', but no anchor '&%s' before it",
                 found.text, found.text);
        stop_at(p, &event->start_mark, message);
        return;
    }
    for (unsigned i = 0; i < p->depth; i++) {
        if (p->open[i] == target) {
            snprintf(message, sizeof message, "the alias '*%s' stands inside its own anchor",
                     found.text);
            stop_at(p, &event->start_mark, message);
            return;
        }
    }
    yaml_node *copy = copy_node(p, target, p->depth, &event->start_mark);
    if (copy != NULL) {
        attach(p, copy, &event->start_mark);
    }
}

static int compare_keys(const void *left, const void *right)
{
    const yaml_node *a = *(yaml_node *const *)left;
    const yaml_node *b = *(yaml_node *const *)right;
    const int order = strcmp(a->text, b->text);
    if (order != 0) {
        return order;
    }
    if (a->line != b->line) {
        return a->line < b->line ? -1 : 1;
    }
    return (a->column > b->column) - (a->column < b->column);
}

/* Every key of a mapping stands once. */
static void refuse_duplicates(parse *p, const yaml_node *mapping, const char *path)
{
    if (mapping->count < 2) {
        return;
    }
    yaml_node **keys = sl_memory_array(mapping->count, sizeof(yaml_node *));
    if (keys == NULL) {
        stop_for_memory(p);
        return;
    }
    size_t count = 0;
    for (const yaml_node *child = mapping->first; child != NULL; child = child->next) {
        keys[count++] = child->key;
    }
    qsort(keys, count, sizeof(yaml_node *), compare_keys);
    for (size_t i = 1; i < count; i++) {
        if (strcmp(keys[i]->text, keys[i - 1]->text) == 0) {
            const text_excerpt key = sl_text_excerpt(keys[i]->text);
            char message[160];
            snprintf(message, sizeof message,
                     "the key '%s' stands here a second time (first in line %u)", key.text,
                     keys[i - 1]->line);
            char full[512];
            snprintf(full, sizeof full, "%s%s%s", path, path[0] == '\0' ? "" : ".", key.text);
            report(p, keys[i]->line, keys[i]->column, full, message);
            keys[i]->faulty = true;
        }
    }
    free(keys);
}

/* Keys and list positions from the root to the innermost open node. */
static void open_path(const parse *p, char *path, size_t size)
{
    size_t used = 0;
    path[0] = '\0';
    for (unsigned i = 1; i < p->depth && used < size - 1; i++) {
        char part[64];
        if (p->open[i]->key != NULL) {
            snprintf(part, sizeof part, "%s", sl_text_excerpt(p->open[i]->key->text).text);
        } else {
            snprintf(part, sizeof part, "%u", p->open[i - 1]->count - 1);
        }
        used += (size_t)snprintf(path + used, size - used, "%s%s", i > 1 ? "." : "", part);
    }
}

static void close_collection(parse *p)
{
    char path[400];
    if (p->open[p->depth - 1]->kind == YAML_KIND_MAPPING) {
        open_path(p, path, sizeof path);
        refuse_duplicates(p, p->open[p->depth - 1], path);
    }
    p->depth--;
}

static void take_event(parse *p, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (p->documents++ > 0) {
            stop_at(p, &event->start_mark, "found a second document (---); a file has one");
        }
        return;
    case YAML_SCALAR_EVENT:
        add_scalar(p, event);
        return;
    case YAML_SEQUENCE_START_EVENT:
        open_collection(p, YAML_KIND_LIST, event->data.sequence_start.anchor,
                        event->data.sequence_start.tag, &event->start_mark);
        return;
    case YAML_MAPPING_START_EVENT:
        open_collection(p, YAML_KIND_MAPPING, event->data.mapping_start.anchor,
                        event->data.mapping_start.tag, &event->start_mark);
        return;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        close_collection(p);
        return;
    case YAML_ALIAS_EVENT:
        add_alias(p, event);
        return;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        return;
    }
}

/* ---- Errors of libyaml ------------------------------------------------------------- */

/* Line and column of byte `offset`; libyaml gives only this for bytes it cannot decode. */
static yaml_mark_t mark_of_offset(const char *text, size_t length, size_t offset)
{
    yaml_mark_t mark = {0};
    for (size_t i = 0; i < offset && i < length; i++) {
        if (text[i] == '\n') {
            mark.line++;
            mark.column = 0;
        } else {
            mark.column += ((unsigned char)text[i] & 0xc0) != 0x80;
        }
    }
    return mark;
}

/* The byte at a mark, whose column counts characters. */
static char byte_at(const yaml_mark_t *mark, const char *text, size_t length)
{
    size_t line = 0;
    size_t column = 0;
    for (size_t i = 0; i < length && line <= mark->line; i++) {
        if (line == mark->line && column == mark->column) {
            return text[i];
        }
        if (text[i] == '\n') {
            line++;
            column = 0;
        } else {
            column += i + 1 == length || ((unsigned char)text[i + 1] & 0xc0) != 0x80;
        }
    }
    return '\0';
}

static void report_syntax(parse *p, const yaml_parser_t *parser, const char *text, size_t length)
{
    char message[320];
    const char *problem = parser->problem == NULL ? "syntax error" : parser->problem;
    yaml_mark_t mark = parser->problem_mark;
    if (parser->error == YAML_READER_ERROR) {
        mark = mark_of_offset(text, length, parser->problem_offset);
        snprintf(message, sizeof message, "the text is not UTF-8, or not text: %s", problem);
    } else if (byte_at(&mark, text, length) == '\t') {
        snprintf(message, sizeof message, "found a tab; YAML is indented with spaces");
    } else if (parser->context != NULL && p->override == 0) {
        snprintf(message, sizeof message, "YAML syntax: %s, %s (begun in line %zu)", problem,
                 parser->context, parser->context_mark.line + 1);
    } else {
        snprintf(message, sizeof message, "YAML syntax: %s", problem);
    }
    stop_at(p, &mark, message);
}

/* ---- Entry ------------------------------------------------------------------------- */

bool sl_yaml_tree_parse(yaml_tree *tree, const char *text, size_t length, const char *name,
                        uint32_t override, saltus_diagnostics *found, yaml_node **root)
{
    *root = NULL;
    parse p = {.tree = tree, .name = name, .override = override, .found = found};
    yaml_parser_t parser;
    if (yaml_parser_initialize(&parser) == 0) {
        return false;
    }
    /* a byte order mark, as some editors write it; libyaml takes it for text once told UTF-8 */
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        length -= 3;
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
    for (bool done = false; !done && !p.stop;) {
        yaml_event_t event;
        if (yaml_parser_parse(&parser, &event) == 0) {
            if (parser.error == YAML_MEMORY_ERROR) {
                stop_for_memory(&p);
            } else {
                report_syntax(&p, &parser, text, length);
            }
            break;
        }
        done = event.type == YAML_STREAM_END_EVENT;
        take_event(&p, &event);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    free(p.anchors);
    if (!p.stop) {
        *root = p.root;
    }
    return !p.out_of_memory;
}
