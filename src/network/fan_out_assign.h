/* fan_out_assign - weights that are listed by synapse, given to rows that exist.
 *
 * The order of the list is (source, target, delay, order of drawing), which is that of
 * saltus_simulation_read_row: it depends on no block, so what one run recorded any other takes.
 */
#ifndef SALTUS_FAN_OUT_ASSIGN_H
#define SALTUS_FAN_OUT_ASSIGN_H

#include "network/connection_rule.h"
#include "network/fan_out_sort.h"

/* Put plan->spec->weight_mV.list into the rows, which are complete and sorted, and count
 * out->zero_weights where weights are stored. Refused unless the list has as many entries as there
 * are synapses, and of the same pairs where the spec names them. `first_target` is the id of the
 * target population's first neuron. */
saltus_status sl_fan_out_assign(const fan_out_range *range, const rule_plan *plan,
                                uint32_t first_target, projection *out, int threads,
                                saltus_error *error);

#endif /* SALTUS_FAN_OUT_ASSIGN_H */
