/* energy_tables - where cost tables are found: by path, or by name in a few folders.
 *
 * Folders, in this order: the one given with --tables; `energy` in the folder that the environment
 * variable SALTUS_DATA_DIR names; data/energy of the source tree, for a command that runs from its
 * build folder; the installation's.
 */
#ifndef SALTUS_TOOLS_ENERGY_TABLES_H
#define SALTUS_TOOLS_ENERGY_TABLES_H

#include <saltus/saltus.h>

#define ENERGY_TABLES_MAX 256

/* The tables of all folders, by name; the first folder that has a name wins. */
typedef struct energy_tables {
    char *names[ENERGY_TABLES_MAX];
    char *paths[ENERGY_TABLES_MAX];
    size_t count;
} energy_tables;

/* Look through the folders. `folder` is the argument of --tables, or NULL. Returns an exit code;
 * said on stderr what is wrong. */
int energy_tables_find(energy_tables *tables, const char *command, const char *folder);
void energy_tables_clear(energy_tables *tables);

/* Load the table of a name, or of a path (with a slash, or ending in .yaml). Returns an exit code;
 * said on stderr what is wrong. */
int energy_tables_load(const energy_tables *tables, const char *command, const char *name,
                       saltus_energy_table **table);

#endif /* SALTUS_TOOLS_ENERGY_TABLES_H */
