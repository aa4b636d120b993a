/* yaml_tree - YAML text as a tree whose every node knows where it stands. */
#ifndef SALTUS_YAML_TREE_H
#define SALTUS_YAML_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "experiment/diagnostics.h"

typedef enum yaml_kind { YAML_KIND_SCALAR, YAML_KIND_LIST, YAML_KIND_MAPPING } yaml_kind;

/* A node; it belongs to its tree. Children are a linked list; in a mapping each has a key. */
typedef struct yaml_node {
    yaml_kind kind;
    bool plain;            /* scalar without quotes */
    bool faulty;           /* a finding was reported here */
    uint32_t line, column; /* 1-based */
    uint32_t override;     /* 0: stands in the file; n: in override n - 1 */
    uint32_t count;        /* children */
    const char *text;      /* scalar */
    struct yaml_node *first, *last, *next;
    struct yaml_node *key;
} yaml_node;

typedef struct yaml_tree yaml_tree;

/* An empty tree; NULL when memory ran out. */
yaml_tree *sl_yaml_tree_create(void);
void sl_yaml_tree_destroy(yaml_tree *tree);

/* Parse one document into the tree: `name` stands for the text in findings, `override` marks the
 * nodes. *root is NULL when the text is no document (the reason is among the findings) or empty
 * (then there is no finding). False when memory ran out. */
bool sl_yaml_tree_parse(yaml_tree *tree, const char *text, size_t length, const char *name,
                        uint32_t override, saltus_diagnostics *found, yaml_node **root);

/* A new node of the tree; NULL when memory ran out. */
yaml_node *sl_yaml_tree_node(yaml_tree *tree, yaml_kind kind);
/* A copy of `length` bytes, ended by 0, that lives as long as the tree. */
const char *sl_yaml_tree_text(yaml_tree *tree, const char *text, size_t length);
/* Put `child` at the end of `parent`, under `key` (NULL in a list). */
void sl_yaml_node_append(yaml_node *parent, yaml_node *child, yaml_node *key);

/* The value of `key` in a mapping; NULL when there is none or node is NULL or no mapping. */
yaml_node *sl_yaml_node_get(const yaml_node *node, const char *key);
/* "nothing": an empty value, ~ or null. */
bool sl_yaml_node_is_null(const yaml_node *node);
/* "a list", "a mapping", "nothing" or "text". */
const char *sl_yaml_node_kind_text(const yaml_node *node);

#endif /* SALTUS_YAML_TREE_H */
