/* fan_out_build - from a connection rule to rows of synapses, per block and source.
 *
 * The units of the rule are divided into parts, which threads work on. Every part is drawn twice:
 * the first time its synapses are counted per row, the second time they are put at the places
 * that the counts give. Parts follow each other in the order of units, so a row holds its synapses
 * in the order of drawing whatever the number of parts and threads.
 */
#ifndef SALTUS_FAN_OUT_BUILD_H
#define SALTUS_FAN_OUT_BUILD_H

#include "network/connection_rule.h"
#include "network/network.h"
#include "network/synapse_layout.h"

/* Build out->blocks and the numbers that follow from the synapses. `network` has populations,
 * groups and blocks; group_block[g] is the block of group g. On failure what was allocated hangs
 * on `out`, to be freed with the network. */
saltus_status sl_fan_out_build(const saltus_network *network, rule_plan *plan,
                               const synapse_layout *layout, const uint32_t *group_block,
                               uint32_t threads, projection *out, saltus_error *error);

/* Bytes needed only while building a projection of `synapses` into `block_count` blocks. */
uint64_t sl_fan_out_build_bytes(const rule_plan *plan, const synapse_layout *layout,
                                uint64_t synapses, uint32_t block_count, uint32_t threads);

#endif /* SALTUS_FAN_OUT_BUILD_H */
