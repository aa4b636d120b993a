/* experiment_check - what is allowed in a description, in one place for code and files. */
#ifndef SALTUS_EXPERIMENT_CHECK_H
#define SALTUS_EXPERIMENT_CHECK_H

#include <stdbool.h>

#include "saltus/experiment.h"
#include "saltus/learning.h"

/* Takes each problem found: `field` is the key below the object in an experiment file
 * ("params.tau_m"), `message` a sentence. */
typedef struct problem_sink {
    void (*report)(void *user, const char *field, const char *message);
    void *user;
    size_t count;
} problem_sink;

void sl_check_population(const saltus_experiment *experiment, const saltus_population_spec *spec,
                         problem_sink *sink);
void sl_check_positions(const saltus_positions_spec *spec, uint32_t size, problem_sink *sink);
void sl_check_input(const saltus_experiment *experiment, const saltus_input_spec *spec,
                    problem_sink *sink);
void sl_check_projection(const saltus_experiment *experiment, const saltus_projection_spec *spec,
                         problem_sink *sink);
void sl_check_learning(const saltus_experiment *experiment, const saltus_learning_spec *spec,
                       problem_sink *sink);
/* Numbers of neurons on both sides of a projection, where they are, and whether they are the same
 * ones. */
typedef struct rule_ends {
    uint64_t sources, targets;
    const saltus_positions_spec *from, *to;
    bool same;
} rule_ends;
/* What depends on distance, whatever the rule: weights, and velocities. */
void sl_check_distances(const saltus_projection_spec *spec, const rule_ends *e, problem_sink *sink);
/* Both sides have positions that a distance can be taken between; false, with a problem of `field`,
 * otherwise. */
bool sl_check_one_space(const rule_ends *e, const char *field, problem_sink *sink);
/* A profile of `field`. */
void sl_check_profile(const saltus_distance_profile *profile, const char *field,
                      problem_sink *sink);
/* The parameters of the rules of saltus/topology.h, and of the rule `distance`. */
void sl_check_topology(const saltus_projection_spec *spec, const rule_ends *e, problem_sink *sink);
/* The part of it that is about synapses that change; `weights`: the initial weights are known to
 * be numbers and are compared with the bounds of the rule. */
void sl_check_plasticity(const saltus_experiment *experiment, const saltus_projection_spec *spec,
                         bool weights, problem_sink *sink);
/* A parameter of the models of release by its name in experiment files. */
double sl_release_value(const saltus_release_spec *spec, const char *parameter);
void sl_check_modulator(const saltus_experiment *experiment, const saltus_modulator_spec *spec,
                        problem_sink *sink);
void sl_check_fault(const saltus_experiment *experiment, const saltus_fault_spec *spec,
                    problem_sink *sink);
void sl_check_duration(double duration_ms, problem_sink *sink);

/* One range of neurons whose V is sampled (struct potential_record). */
struct potential_record;
void sl_check_potential(const saltus_experiment *experiment, const struct potential_record *record,
                        problem_sink *sink);

/* Times at which the weights of a projection are kept (struct weight_record). */
struct weight_record;
void sl_check_weight_record(const saltus_experiment *experiment, const struct weight_record *record,
                            problem_sink *sink);

/* ---- Parts that several checks use ------------------------------------------------- */

/* Populations or inputs, and one more: their numbers are indices of random streams. */
#define CHECK_MOST_OBJECTS (UINT64_C(1) << 24)

/* Report a problem. */
void sl_problem(problem_sink *sink, const char *field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A finite number within the range that arithmetic on potentials bears (1e12). */
bool sl_check_number(problem_sink *sink, const char *field, double value, const char *unit);
/* Words of letters, digits and '_'; `slash`: and '/'. */
bool sl_check_name(problem_sink *sink, const char *field, const char *name, bool slash);
/* Times of a list: in range, non-decreasing. */
bool sl_check_times(problem_sink *sink, const char *field, const double *times, size_t count);
/* A finite time in [0, 4.5e7] ms. */
bool sl_check_time(problem_sink *sink, const char *field, double time_ms);
/* A time span of at least one tick. */
bool sl_check_span(problem_sink *sink, const char *field, double span_ms);
/* A time or infinity, not before start. */
void sl_check_stop(problem_sink *sink, const char *field, double stop_ms, double start_ms);
/* A rate of 0 to 1e7 Hz, now or at any time (rate_check.c). */
void sl_check_rate(problem_sink *sink, const char *field, double rate_Hz,
                   const saltus_rate_course *course);
/* The longest stretch of time that a correlated_source is worked on in
 * (network/correlated_rates.h), and so the longest jitter: copies reach from one stretch into the
 * next, and no further. */
#define CHECK_CORRELATED_LONGEST_MS 2.88e6
/* The parameters of a correlated_source (rate_check.c). */
void sl_check_correlated_source(const saltus_population_spec *spec, problem_sink *sink);
/* Neurons of a population of `size`. */
bool sl_check_indices(problem_sink *sink, const char *field, const uint32_t *indices, size_t count,
                      uint32_t size);
/* Parameters, truncation and, for a list, `length` finite entries, one for each `what`. */
bool sl_check_value(problem_sink *sink, const char *field, const saltus_value *value,
                    const char *unit, size_t length, const char *what);

#endif /* SALTUS_EXPERIMENT_CHECK_H */
