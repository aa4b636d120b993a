/* adaptation - neurons whose spikes change more than their V: what their models have in common. */
#ifndef SALTUS_ADAPTATION_H
#define SALTUS_ADAPTATION_H

#include "experiment/experiment_check.h"

/* Does a spike take V to a share of what it was? */
bool sl_resets_to_share(saltus_model model);
/* Does V go on through a spike, so that t_ref only forbids spikes? */
bool sl_goes_on(const saltus_population_spec *spec);
/* Do the jumps of a spike come when refractoriness ends? */
bool sl_adapts_late(saltus_model model);
bool sl_has_v_reset(saltus_model model);
/* Level that every threshold is above: v_reset, or v_rest in models that have no v_reset. */
double sl_reset_level_mV(const saltus_population_spec *spec);

/* Of these the spec has that many. */
uint32_t sl_after_spike_currents(const saltus_population_spec *spec);
/* The components of its threshold, those that jump. */
uint32_t sl_threshold_components(const saltus_population_spec *spec,
                                 saltus_threshold_component component[SALTUS_THRESHOLD_COMPONENTS]);

/* Numbers that a simulation keeps of a neuron because it adapts. */
uint32_t sl_adaptation_coordinates(const saltus_population_spec *spec);

/* What is allowed in models of neurons with currents. */
void sl_check_adaptation(const saltus_population_spec *spec, problem_sink *sink);

#endif /* SALTUS_ADAPTATION_H */
