/* saltus/catalog.h - what this build knows: models with their parameters, rules, schedulers.
 *
 * All strings are static. The command's `saltus models` prints exactly this.
 */
#ifndef SALTUS_CATALOG_H
#define SALTUS_CATALOG_H

#include "saltus/base.h"
#include "saltus/experiment.h"

#ifdef __cplusplus
extern "C" {
#endif

/** One parameter of a model. */
typedef struct saltus_parameter {
    const char *name;          /**< as in experiment files, e.g. "tau_m" */
    const char *unit;          /**< "ms", "mV", ... */
    const char *default_value; /**< as it could stand in a file */
    const char *range;         /**< what is allowed, in words */
    const char *meaning;
} saltus_parameter;

/** One model. */
typedef struct saltus_model_info {
    saltus_model model;
    const char *name;                   /**< "lif_delta" */
    const char *summary;                /**< one line */
    const char *equation;               /**< a few lines */
    const char *exactness;              /**< how exact, in words */
    const char *source;                 /**< paper */
    const saltus_parameter *parameters; /**< ended by a NULL name */
} saltus_model_info;

SALTUS_API size_t saltus_model_count(void);
/** NULL when index is out of range. */
SALTUS_API const saltus_model_info *saltus_model_get(size_t index);
/** NULL when there is none of this name. */
SALTUS_API const saltus_model_info *saltus_model_find(const char *name);

/** Name of a connection rule, e.g. "fixed_indegree"; NULL when out of range. */
SALTUS_API const char *saltus_rule_name(saltus_rule rule);
SALTUS_API size_t saltus_rule_count(void);

SALTUS_API size_t saltus_scheduler_count(void);
/** "heap", ...; NULL when index is out of range. The first is the default. */
SALTUS_API const char *saltus_scheduler_name(size_t index);
/** One line about it. */
SALTUS_API const char *saltus_scheduler_summary(size_t index);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* SALTUS_CATALOG_H */
