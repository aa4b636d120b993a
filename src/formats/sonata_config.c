/* sonata_config - reading config.json, circuit_config.json, simulation_config.json. */
#include "formats/sonata_config.h"

#include <stdlib.h>
#include <string.h>

/* Deepest chain of manifest variables; a longer one is a circle. */
#define MAX_CHAIN 16
/* Longest path; keeps a variable that doubles itself from eating memory. */
#define MAX_PATH 65536

saltus_status sl_sonata_config_read_json(const char *path, json_t **out, saltus_error *error)
{
    *out = NULL;
    char *text = NULL;
    size_t length = 0;
    const saltus_status status = sl_sonata_read_text(path, &text, &length, error);
    if (status) {
        return status;
    }
    json_error_t wrong;
    json_t *root = json_loadb(text, length, 0, &wrong);
    free(text);
    if (root == NULL) {
        if (json_error_code(&wrong) == json_error_out_of_memory) {
            return sl_sonata_fail_memory(error);
        }
        sl_sonata_fail(error, SALTUS_E_FILE, path, wrong.line > 0 ? (uint32_t)wrong.line : 0,
                       "not JSON: %s", wrong.text);
        if (error != NULL) {
            error->column = wrong.column > 0 ? (uint32_t)wrong.column : 0;
        }
        return SALTUS_E_FILE;
    }
    if (!json_is_object(root)) {
        json_decref(root);
        return sl_sonata_fail(error, SALTUS_E_FILE, path, 1,
                              "the top of the file must be an object: { ... }");
    }
    *out = root;
    return SALTUS_OK;
}

/* ---- Parts ------------------------------------------------------------------------- */

static void close_part(sonata_part_config *part)
{
    json_decref(part->owner);
    free(part->path);
    free(part->folder);
    *part = (sonata_part_config){0};
}

/* Make `part` the object `root` of the file `owner` (takes a reference of it). */
static saltus_status set_part(sonata_part_config *part, json_t *owner, const json_t *root,
                              const char *path, saltus_error *error)
{
    part->owner = json_incref(owner);
    part->root = root;
    part->manifest = json_object_get(root, "manifest");
    if (part->manifest == NULL) {
        part->manifest = json_object_get(owner, "manifest");
    }
    part->path = sl_sonata_format("%s", path);
    part->folder = sl_sonata_folder_of(path);
    if (part->path == NULL || part->folder == NULL) {
        return sl_sonata_fail_memory(error);
    }
    if (part->manifest != NULL && !json_is_object(part->manifest)) {
        return sl_sonata_fail(error, SALTUS_E_EXPERIMENT, path, 0,
                              "manifest must be an object of names and paths");
    }
    return SALTUS_OK;
}

/* Follow "network" or "simulation" of `top`: the path of a file, or the object itself. */
static saltus_status follow(const sonata_part_config *top, const char *key,
                            sonata_part_config *part, saltus_error *error)
{
    const json_t *value = json_object_get(top->root, key);
    if (json_is_object(value)) {
        return set_part(part, top->owner, value, top->path, error);
    }
    char *path = NULL;
    saltus_status status =
        sl_sonata_config_path(top, top->root, "the configuration", key, &path, error);
    if (!status && path == NULL) {
        status = sl_sonata_fail(error, SALTUS_E_EXPERIMENT, top->path, 0,
                                "%s must be the path of a file or an object", key);
    }
    if (status) {
        return status;
    }
    json_t *root = NULL;
    status = sl_sonata_config_read_json(path, &root, error);
    if (!status) {
        status = set_part(part, root, root, path, error);
    }
    json_decref(root);
    free(path);
    return status;
}

static saltus_status open_parts(sonata_config *config, const sonata_part_config *top,
                                saltus_error *error)
{
    /* The part with the run: named, or the file itself. */
    saltus_status status =
        json_object_get(top->root, "simulation") != NULL
            ? follow(top, "simulation", &config->simulation, error)
            : set_part(&config->simulation, top->owner, top->root, top->path, error);
    if (status) {
        return status;
    }
    /* The circuit: named here, the file itself, or named by the simulation. */
    if (json_object_get(top->root, "network") != NULL) {
        return follow(top, "network", &config->circuit, error);
    }
    if (json_object_get(top->root, "networks") != NULL) {
        return set_part(&config->circuit, top->owner, top->root, top->path, error);
    }
    const sonata_part_config *simulation = &config->simulation;
    if (json_object_get(simulation->root, "network") != NULL) {
        return follow(simulation, "network", &config->circuit, error);
    }
    if (json_object_get(simulation->root, "networks") != NULL) {
        return set_part(&config->circuit, simulation->owner, simulation->root, simulation->path,
                        error);
    }
    return sl_sonata_fail(error, SALTUS_E_EXPERIMENT, top->path, 0,
                          "names no circuit: give the file that holds \"network\" (often "
                          "config.json), or add \"network\": \"circuit_config.json\"");
}

saltus_status sl_sonata_config_open(sonata_config *config, const char *path, saltus_error *error)
{
    *config = (sonata_config){0};
    json_t *root = NULL;
    saltus_status status = sl_sonata_config_read_json(path, &root, error);
    if (status) {
        return status;
    }
    sonata_part_config top = {0};
    status = set_part(&top, root, root, path, error);
    if (!status) {
        status = open_parts(config, &top, error);
    }
    close_part(&top);
    json_decref(root);
    if (status) {
        sl_sonata_config_close(config);
    }
    return status;
}

void sl_sonata_config_close(sonata_config *config)
{
    close_part(&config->circuit);
    close_part(&config->simulation);
}

/* ---- Paths ------------------------------------------------------------------------- */

/* Length of the variable at the start of `text` ("$NAME" or "${NAME}"), its name to *name. */
static size_t variable_at(const char *text, const char **name, size_t *name_length)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789_";
    const bool braces = text[1] == '{';
    *name = text + (braces ? 2 : 1);
    *name_length = strspn(*name, letters);
    if (*name_length == 0 || (braces && (*name)[*name_length] != '}')) {
        return 0;
    }
    return *name_length + (braces ? 3 : 1);
}

/* The manifest's value of a variable, whose key may be written "$NAME", "${NAME}" or "NAME". */
static const char *manifest_value(const json_t *manifest, const char *name, size_t length)
{
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach((json_t *)manifest, key, value)
    {
        const char *bare = key + strspn(key, "${");
        const size_t bare_length = strcspn(bare, "}");
        if (bare_length == length && memcmp(bare, name, length) == 0) {
            return json_string_value(value);
        }
    }
    return NULL;
}

/* Replace every variable of *text once; *again tells whether there were any. */
static saltus_status replace_variables(const sonata_part_config *part, char **text, bool *again,
                                       saltus_error *error)
{
    void *out = NULL;
    size_t capacity = 0;
    size_t used = 0;
    *again = false;
    for (const char *p = *text; *p != '\0';) {
        const char *name = NULL;
        size_t length = 0;
        const char *piece = p;
        size_t piece_length = 1;
        const size_t variable = *p == '$' ? variable_at(p, &name, &length) : 0;
        if (variable > 0) {
            piece = manifest_value(part->manifest, name, length);
            if (piece == NULL) {
                free(out);
                return sl_sonata_fail(error, SALTUS_E_EXPERIMENT, part->path, 0,
                                      "the manifest gives no value to $%.*s, which \"%s\" uses",
                                      (int)length, name, *text);
            }
            piece_length = strlen(piece);
            *again = true;
        }
        if (used + piece_length > MAX_PATH) {
            free(out);
            return sl_sonata_fail(error, SALTUS_E_EXPERIMENT, part->path, 0,
                                  "a path of the manifest is longer than %d characters", MAX_PATH);
        }
        if (!sl_sonata_reserve(&out, &capacity, used + piece_length + 1, 1)) {
            free(out);
            return sl_sonata_fail_memory(error);
        }
        memcpy((char *)out + used, piece, piece_length);
        used += piece_length;
        p += variable > 0 ? variable : 1;
    }
    if (out == NULL) {
        return SALTUS_OK;
    }
    ((char *)out)[used] = '\0';
    free(*text);
    *text = out;
    return SALTUS_OK;
}

saltus_status sl_sonata_config_expand(const sonata_part_config *part, const char *text, char **out,
                                      saltus_error *error)
{
    *out = NULL;
    char *path = sl_sonata_format("%s", text);
    if (path == NULL) {
        return sl_sonata_fail_memory(error);
    }
    bool again = strchr(path, '$') != NULL;
    saltus_status status = SALTUS_OK;
    for (int depth = 0; !status && again; depth++) {
        if (depth == MAX_CHAIN) {
            status = sl_sonata_fail(error, SALTUS_E_EXPERIMENT, part->path, 0,
                                    "the manifest's variables in \"%s\" refer to each other in a "
                                    "circle",
                                    text);
        } else {
            status = replace_variables(part, &path, &again, error);
        }
    }
    if (!status) {
        *out = sl_sonata_join(part->folder, path);
        status = *out != NULL ? SALTUS_OK : sl_sonata_fail_memory(error);
    }
    free(path);
    return status;
}

saltus_status sl_sonata_config_path(const sonata_part_config *part, const json_t *object,
                                    const char *where, const char *key, char **out,
                                    saltus_error *error)
{
    *out = NULL;
    const json_t *value = json_object_get(object, key);
    if (value == NULL || json_is_null(value)) {
        return SALTUS_OK;
    }
    if (!json_is_string(value) || json_string_length(value) == 0) {
        return sl_sonata_fail(error, SALTUS_E_EXPERIMENT, part->path, 0,
                              "%s: %s must be the path of a file", where, key);
    }
    return sl_sonata_config_expand(part, json_string_value(value), out, error);
}

saltus_status sl_sonata_config_number(const char *path, const json_t *object, const char *where,
                                      const char *key, double *value, bool *found,
                                      saltus_error *error)
{
    const json_t *entry = json_object_get(object, key);
    *found = entry != NULL && !json_is_null(entry);
    if (!*found) {
        return SALTUS_OK;
    }
    if (!json_is_number(entry)) {
        return sl_sonata_fail(error, SALTUS_E_EXPERIMENT, path, 0, "%s%s must be a number", where,
                              key);
    }
    *value = json_number_value(entry);
    return SALTUS_OK;
}

saltus_status sl_sonata_config_component(const sonata_config *config, const char *component,
                                         const char *name, const char *user, char **out,
                                         saltus_error *error)
{
    *out = NULL;
    const sonata_part_config *part = &config->circuit;
    const json_t *components = json_object_get(part->root, "components");
    if (json_object_get(components, component) == NULL) {
        part = &config->simulation;
        components = json_object_get(part->root, "components");
    }
    char *folder = NULL;
    const saltus_status status =
        sl_sonata_config_path(part, components, "components", component, &folder, error);
    if (status) {
        return status;
    }
    if (folder == NULL) {
        return sl_sonata_fail(error, SALTUS_E_EXPERIMENT, config->circuit.path, 0,
                              "components.%s is needed: %s names the file \"%s\"", component, user,
                              name);
    }
    *out = sl_sonata_join(folder, name);
    free(folder);
    return *out != NULL ? SALTUS_OK : sl_sonata_fail_memory(error);
}

bool sl_sonata_config_is_disabled(const json_t *object)
{
    return json_is_false(json_object_get(object, "enabled"));
}
