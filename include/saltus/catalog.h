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

/** Arithmetic in double precision: of one operation of a model, or of all of a run. */
typedef struct saltus_arithmetic {
    double adds; /**< additions and subtractions */
    double multiplies;
    double divides;
    double compares;
    double exps; /**< each with the forming of its exponent */
    double logs;
    double state_bytes;   /**< neurons' state read and written; of models with currents for one
                               exponential current */
    double synapse_bytes; /**< synapses read: targets, own weights, own delays; depends on the
                               projection, so 0 in the catalog */
} saltus_arithmetic;

/** What a model does, by what makes it do it. */
typedef enum saltus_operation {
    SALTUS_OPERATION_DELIVERY,            /**< event engine, shared weight > 0 */
    SALTUS_OPERATION_DELIVERY_INHIBITORY, /**< shared weight <= 0 */
    SALTUS_OPERATION_DELIVERY_OWN_WEIGHT, /**< weight of its own, or target that may drift */
    SALTUS_OPERATION_DELIVERY_OWN_LEVEL,  /**< target with a threshold of its own */
    SALTUS_OPERATION_DELIVERY_OWN_DELAY,  /**< delay of its own */
    SALTUS_OPERATION_ARRIVAL,             /**< a spike through one projection, once for all its
                                               synapses of one delay */
    SALTUS_OPERATION_EXTERNAL_EVENT,
    SALTUS_OPERATION_EXTERNAL_OWN_LEVEL, /**< target with a threshold of its own or that may
                                              drift, or listed arrivals */
    SALTUS_OPERATION_SPIKE,              /**< the last threshold test, and firing */
    SALTUS_OPERATION_RESET,              /**< end of refractoriness */
    SALTUS_OPERATION_DRIFT_TEST,         /**< may this neuron cross soon by itself? */
    SALTUS_OPERATION_CROSSING_SEARCH,    /**< closed form of the next crossing by drift */
    SALTUS_OPERATION_STEP_UPDATE,        /**< clock: one neuron over one step */
    SALTUS_OPERATION_STEP_INPUT,         /**< clock: a delivery or external event into a step */
    SALTUS_OPERATION_STEP_SPIKE          /**< clock: a spike, or a reset */
} saltus_operation;

/** What one operation of a model costs. */
typedef struct saltus_model_operation {
    saltus_operation operation;
    const char *name;       /**< "delivery" */
    const char *counted_as; /**< the count that it is multiplied with */
    saltus_arithmetic each;
} saltus_model_operation;

/** One model. */
typedef struct saltus_model_info {
    saltus_model model;
    const char *name;                         /**< "lif_delta" */
    const char *summary;                      /**< one line */
    const char *equation;                     /**< a few lines */
    const char *exactness;                    /**< how exact, in words */
    const char *source;                       /**< paper */
    const saltus_parameter *parameters;       /**< ended by a NULL name */
    const saltus_model_operation *operations; /**< ended by a NULL name; sources have none */
    uint32_t neurobench_operations; /**< operations a membrane update by NeuroBench's table; 0 for
                                         sources */
} saltus_model_info;

SALTUS_API size_t saltus_model_count(void);
/** NULL when index is out of range. */
SALTUS_API const saltus_model_info *saltus_model_get(size_t index);
/** NULL when there is none of this name. */
SALTUS_API const saltus_model_info *saltus_model_find(const char *name);

/** Does the model only send spikes, whatever arrives? */
SALTUS_API bool saltus_model_is_source(saltus_model model);
/** Do arrivals add to currents that decay (weights in pA, receptors), not to V? */
SALTUS_API bool saltus_model_has_currents(saltus_model model);

/** Does the neuron's state move by an equation of its own (qif, izhikevich, adex, with currents
 *  izhikevich_exp, adex_exp), whose parameters saltus_population_set sets? */
SALTUS_API bool saltus_model_has_flow(saltus_model model);
/** The numbers that saltus_population_set sets for a model with a flow, ended by a NULL name; NULL
 *  for other models. */
SALTUS_API const saltus_rule_parameter *saltus_model_flow_parameters(saltus_model model);
/** Is it exact for currents that change along straight lines (SALTUS_INTERPOLATION_RAMPS)? All
 *  models of neurons are for currents in steps. */
SALTUS_API bool saltus_model_takes_ramps(saltus_model model);

/** What `operation` costs in `model`; zeros where the model does no such thing. */
SALTUS_API saltus_arithmetic saltus_model_arithmetic(saltus_model model,
                                                     saltus_operation operation);

/** One connection rule. */
typedef struct saltus_rule_info {
    saltus_rule rule;
    const char *name;                   /**< "fixed_indegree" */
    const char *summary;                /**< one line */
    const char *example;                /**< as it is written in a projection */
    const char *law;                    /**< a few lines */
    const char *source;                 /**< paper */
    const saltus_parameter *parameters; /**< its arguments, ended by a NULL name */
} saltus_rule_info;

SALTUS_API size_t saltus_rule_count(void);
/** NULL when index is out of range. The order is that of saltus_rule. */
SALTUS_API const saltus_rule_info *saltus_rule_get(size_t index);
/** NULL when there is none of this name. */
SALTUS_API const saltus_rule_info *saltus_rule_find(const char *name);
/** Name of a connection rule, e.g. "fixed_indegree"; NULL when out of range. */
SALTUS_API const char *saltus_rule_name(saltus_rule rule);

SALTUS_API size_t saltus_scheduler_count(void);
/** "heap", ...; NULL when index is out of range. The first is the default. */
SALTUS_API const char *saltus_scheduler_name(size_t index);
/** One line about it. */
SALTUS_API const char *saltus_scheduler_summary(size_t index);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* SALTUS_CATALOG_H */
