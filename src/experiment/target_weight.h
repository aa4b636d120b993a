/* target_weight - which of the weights of a spec counts: the one in the unit of its target.
 *
 * A target whose V jumps takes millivolts, a target with synaptic currents picoamperes. These are
 * for specs as they are given; what the experiment has stored is in weight_mV (experiment.h).
 */
#ifndef SALTUS_TARGET_WEIGHT_H
#define SALTUS_TARGET_WEIGHT_H

#include "experiment/experiment_check.h"

/* The target population of a spec; NULL when there is none of this number. */
const saltus_population_spec *sl_target_of(const saltus_experiment *experiment,
                                           uint32_t population);

/* Unit of weights onto `target` (NULL: as if V jumped). */
const char *sl_target_unit(const saltus_population_spec *target);

/* The same in words: "whose ... weights in ...". */
const char *sl_target_reason(const saltus_population_spec *target);

/* The weight that counts. */
const saltus_value *sl_projection_weight(const saltus_population_spec *target,
                                         const saltus_projection_spec *spec);
/* The same, to be set. */
saltus_value *sl_projection_weight_field(const saltus_population_spec *target,
                                         saltus_projection_spec *spec);
double sl_input_weight(const saltus_population_spec *target, const saltus_input_spec *spec);
const double *sl_arrival_weights(const saltus_population_spec *target,
                                 const saltus_input_spec *spec);

/* ---- Checks ------------------------------------------------------------------------ */

/* Receptors of a population with synaptic currents. */
void sl_check_receptors(const saltus_population_spec *spec, problem_sink *sink);
/* In which units a spec gives a weight. */
typedef struct given_weight {
    bool mV, pA;
} given_weight;
/* The target takes input, through this receptor, and its weight is given in its unit and in no
 * other. False when the weight that counts need not be looked at. */
bool sl_check_target(const saltus_population_spec *target, uint32_t receptor, given_weight given,
                     problem_sink *sink);
/* A current as a weight moves V by no more than arithmetic bears. */
void sl_check_drive(const saltus_population_spec *target, double largest_pA, const char *field,
                    problem_sink *sink);

#endif /* SALTUS_TARGET_WEIGHT_H */
