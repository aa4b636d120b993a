/* sonata_config - the JSON files of a SONATA circuit: which files there are, and the run.
 *
 * A circuit and a simulation part, each with a manifest of path variables; they come from two
 * files that a config.json names, or from one that holds both.
 */
#ifndef SALTUS_SONATA_CONFIG_H
#define SALTUS_SONATA_CONFIG_H

#include <jansson.h>

#include "formats/sonata_support.h"

/* One part. Plain value. */
typedef struct sonata_part_config {
    json_t *owner;          /* root of the file it is in; a reference */
    const json_t *root;     /* the part itself; inside owner */
    const json_t *manifest; /* inside owner; may be NULL */
    char *path;             /* of that file */
    char *folder;           /* that relative names start from */
} sonata_part_config;

typedef struct sonata_config {
    sonata_part_config circuit, simulation;
} sonata_config;

/* Read a simulation_config.json or config.json and the file it names. */
saltus_status sl_sonata_config_open(sonata_config *config, const char *path, saltus_error *error);
void sl_sonata_config_close(sonata_config *config);

/* Parse a whole JSON file; the top must be an object. *out is a new reference, or NULL. */
saltus_status sl_sonata_config_read_json(const char *path, json_t **out, saltus_error *error);

/* Put in the manifest's variables and make relative names start from the file's folder. */
saltus_status sl_sonata_config_expand(const sonata_part_config *part, const char *text, char **out,
                                      saltus_error *error);
/* The path under `key` of `object`, expanded; *out is NULL when there is none. `where` names the
 * object in messages. */
saltus_status sl_sonata_config_path(const sonata_part_config *part, const json_t *object,
                                    const char *where, const char *key, char **out,
                                    saltus_error *error);
/* The number under `key`; *found tells whether there is one. */
saltus_status sl_sonata_config_number(const char *path, const json_t *object, const char *where,
                                      const char *key, double *value, bool *found,
                                      saltus_error *error);
/* Path of the file `name` in the component folder `component`; `user` says, in messages, where
 * the name stands. */
saltus_status sl_sonata_config_component(const sonata_config *config, const char *component,
                                         const char *name, const char *user, char **out,
                                         saltus_error *error);
/* Is `enabled` there and false? */
bool sl_sonata_config_is_disabled(const json_t *object);

#endif /* SALTUS_SONATA_CONFIG_H */
