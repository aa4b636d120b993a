/* override - "--set PATH=VALUE": change the tree of an experiment file before it is read. */
#ifndef SALTUS_OVERRIDE_H
#define SALTUS_OVERRIDE_H

#include "experiment/yaml_tree.h"

/* Apply override number `index` to the tree at `root`, a mapping. What is wrong with it is added
 * to `found`. False when memory ran out. */
bool sl_override_apply(yaml_tree *tree, yaml_node *root, const saltus_override *override,
                       uint32_t index, saltus_diagnostics *found);

/* "--set PATH", malloc'ed; NULL when memory ran out. */
char *sl_override_name(const char *path);

#endif /* SALTUS_OVERRIDE_H */
