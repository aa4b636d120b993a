/* energy_tables - where cost tables are found: by path, or by name in a few folders. */
#include "energy/energy_tables.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/command.h"
#include "shared/experiment_source.h"

#define ENDING ".yaml"

static bool has_ending(const char *name)
{
    const size_t length = strlen(name);
    return length > strlen(ENDING) && strcmp(name + length - strlen(ENDING), ENDING) == 0;
}

static int is_table_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && has_ending(entry->d_name);
}

static bool is_known(const energy_tables *tables, const char *name)
{
    bool known = false;
    for (size_t i = 0; i < tables->count; i++) {
        known = known || strcmp(tables->names[i], name) == 0;
    }
    return known;
}

/* False when memory ran out. */
static bool add_file(energy_tables *tables, const char *folder, const char *file)
{
    char *name = strndup(file, strlen(file) - strlen(ENDING));
    if (name == NULL) {
        return false;
    }
    if (is_known(tables, name) || tables->count == ENERGY_TABLES_MAX) {
        free(name);
        return true;
    }
    const size_t size = strlen(folder) + strlen(file) + 2;
    char *path = malloc(size);
    if (path == NULL) {
        free(name);
        return false;
    }
    snprintf(path, size, "%s/%s", folder, file);
    tables->names[tables->count] = name;
    tables->paths[tables->count++] = path;
    return true;
}

/* All tables of one folder; 0, or why it cannot be read. */
static int add_folder(energy_tables *tables, const char *folder)
{
    struct dirent **entries = NULL;
    const int count = scandir(folder, &entries, is_table_file, alphasort);
    if (count < 0) {
        return errno != 0 ? errno : EIO;
    }
    bool good = true;
    for (int i = 0; i < count; i++) {
        good = good && add_file(tables, folder, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return good ? 0 : ENOMEM;
}

/* Build folders lie up to this many levels deep in the source tree: 1 for build/tools/saltus. */
#define PLACES_ABOVE 4

/* data/energy of the source tree that a build folder lies in. An installed program finds
 * ../share/saltus/energy the same way, wherever its prefix was moved. */
static void add_beside_program(energy_tables *tables)
{
    static const char *const above[PLACES_ABOVE] = {"../../", "../../../", "../../../../",
                                                    "../../../../../"};
    char program[PATH_MAX];
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0) {
        return;
    }
    program[length] = '\0';
    char *slash = strrchr(program, '/');
    if (slash == NULL) {
        return;
    }
    slash[1] = '\0';
    char folder[PATH_MAX + 64];
    for (size_t i = 0; i < PLACES_ABOVE; i++) {
        snprintf(folder, sizeof folder, "%s%sdata/energy", program, above[i]);
        add_folder(tables, folder);
    }
    snprintf(folder, sizeof folder, "%s../share/saltus/energy", program);
    add_folder(tables, folder);
}

int energy_tables_find(energy_tables *tables, const char *command, const char *folder)
{
    *tables = (energy_tables){.count = 0};
    const char *data = getenv("SALTUS_DATA_DIR");
    const int problem = folder != NULL ? add_folder(tables, folder) : 0;
    if (problem != 0) {
        complain("%s: the folder of --tables, %s, cannot be read: %s", command, folder,
                 strerror(problem));
        energy_tables_clear(tables);
        return problem == ENOMEM ? EXIT_CODE_FAILED : EXIT_CODE_USAGE;
    }
    if (data != NULL && data[0] != '\0') {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s/energy", data);
        add_folder(tables, path);
    }
    add_beside_program(tables);
    add_folder(tables, SALTUS_INSTALLED_DATA "/energy");
    return EXIT_CODE_OK;
}

void energy_tables_clear(energy_tables *tables)
{
    for (size_t i = 0; i < tables->count; i++) {
        free(tables->names[i]);
        free(tables->paths[i]);
    }
    tables->count = 0;
}

static const char *find_path(const energy_tables *tables, const char *name)
{
    if (strchr(name, '/') != NULL || has_ending(name)) {
        return name;
    }
    for (size_t i = 0; i < tables->count; i++) {
        if (strcmp(tables->names[i], name) == 0) {
            return tables->paths[i];
        }
    }
    return NULL;
}

int energy_tables_load(const energy_tables *tables, const char *command, const char *name,
                       saltus_energy_table **table)
{
    *table = NULL;
    const char *path = find_path(tables, name);
    if (path == NULL) {
        const char *nearest = nearest_name(name, (const char *const *)tables->names, tables->count);
        complain("%s: there is no cost table %s; %s%s%s", command, name,
                 nearest != NULL ? "did you mean " : "saltus energy lists them",
                 nearest != NULL ? nearest : "", nearest != NULL ? "?" : "");
        return EXIT_CODE_USAGE;
    }
    saltus_diagnostics *found = NULL;
    const saltus_status status = saltus_energy_table_load(path, table, &found);
    for (size_t i = 0; i < saltus_diagnostics_count(found); i++) {
        const saltus_diagnostic d = saltus_diagnostics_get(found, i);
        complain_diagnostic(&d);
    }
    if (status != SALTUS_OK && saltus_diagnostics_count(found) == 0) {
        complain("%s: %s: %s", command, path, saltus_status_text(status));
    }
    saltus_diagnostics_destroy(found);
    return status == SALTUS_OK         ? EXIT_CODE_OK
           : status == SALTUS_E_MEMORY ? EXIT_CODE_FAILED
                                       : EXIT_CODE_USAGE;
}
