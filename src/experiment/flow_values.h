/* flow_values - parameters of neurons with a flow (models/neuron/flow.h) in a spec. */
#ifndef SALTUS_FLOW_VALUES_H
#define SALTUS_FLOW_VALUES_H

#include "experiment/experiment_check.h"

/* Is everything allowed? */
void sl_check_flow(const saltus_population_spec *spec, problem_sink *sink);
/* Values of a current over time. */
void sl_check_flow_currents(const double *values_pA, size_t count, problem_sink *sink);
/* Write the defaults of values that are not set into a spec; nothing for other models. */
void sl_flow_set_defaults(saltus_population_spec *spec);

#endif /* SALTUS_FLOW_VALUES_H */
