/* experiment_source - the experiment that a subcommand was given, with the file's own text. */
#ifndef SALTUS_TOOLS_EXPERIMENT_SOURCE_H
#define SALTUS_TOOLS_EXPERIMENT_SOURCE_H

#include <saltus/saltus.h>
#ifdef SALTUS_HAVE_SONATA
#include <saltus/sonata.h>
#endif

#define SOURCE_OVERRIDES_MAX 256

/* "--set PATH=VALUE", split. */
typedef struct source_overrides {
    saltus_override of[SOURCE_OVERRIDES_MAX]; /* paths are owned, values point into argv */
    size_t count;
} source_overrides;

typedef struct experiment_source {
    const char *path; /* as given */
    saltus_experiment *experiment;
    char *text; /* the YAML that was read; NULL for a circuit (JSON) */
#ifdef SALTUS_HAVE_SONATA
    saltus_sonata_map *map; /* node ids of a circuit; NULL for YAML */
#endif
} experiment_source;

/* Split one "PATH=VALUE"; false: said what is wrong. */
bool source_add_override(source_overrides *overrides, const char *command, const char *argument);
void source_clear_overrides(source_overrides *overrides);

/* Read YAML, or a SONATA circuit when the name ends in .json. Everything that is wrong is said on
 * stderr, one finding a line. Returns an exit code; on failure nothing is owned. */
int source_load(experiment_source *source, const char *command, const char *path,
                const source_overrides *overrides);
/* The same for a run: an experiment that does not say how long it lasts is refused. */
int source_load_to_run(experiment_source *source, const char *command, const char *path,
                       const source_overrides *overrides);
/* As source_load, from YAML text that was read before from `path`, whose folder is `folder` now;
 * NULL: a circuit, read from folder/path. `path` is what messages and manifests have. */
int source_load_again(experiment_source *source, const char *command, const char *path,
                      const char *folder, const char *text, const source_overrides *overrides);
void source_clear(experiment_source *source);
/* Keep quiet about what a circuit has that is left out: it was said by another process. */
void source_silence_notes(void);

/* Size of the network with the options, and whether it fits options->memory_limit (said on stderr
 * when not). Returns an exit code. */
int source_check_memory(const experiment_source *source, const saltus_network_options *options,
                        saltus_network_size *size);

/* Whether the engine has the experiment's models (said on stderr when not). Returns an exit code.
 */
int source_check_engine(const experiment_source *source, const char *command, saltus_engine engine);

/* Does some projection record its weights? */
bool source_records_weights(const experiment_source *source);
/* Whether this build can write what the experiment records (said on stderr when not). Returns an
 * exit code. */
int source_check_formats(const experiment_source *source, const char *command);

/* One finding as "file:line:column: path: message". */
void complain_diagnostic(const saltus_diagnostic *d);

/* What a clock rounded, a line each on stderr. */
void warn_of_rounding(const char *command, const saltus_simulation *simulation);

/* The error record as "file:line:column: message". */
void complain_error(const char *command, const saltus_error *error, saltus_status status);

#endif /* SALTUS_TOOLS_EXPERIMENT_SOURCE_H */
