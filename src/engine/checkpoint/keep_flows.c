/* keep_flows - neurons with a flow: what membrane.state does not say of them.
 *
 *   flow.u    u of izhikevich, w of adex; 0 for qif
 *   flow.time when V and u were worked out, in ticks; on the grid the last step
 *
 * In the order of neurons; neither is there where no neuron has a flow. Their legs follow from
 * these. */
#include "base/status.h"
#include "engine/checkpoint/keep.h"
#include "engine/event/flows.h"

static void put(saltus_checkpoint_writer *writer, const saltus_simulation *simulation)
{
    const size_t count = simulation->network->flow_count;
    if (count > 0) {
        sl_section_begin(writer, "flow.u", SECTION_F64);
        sl_section_append(writer, simulation->flow_u, count);
        sl_section_begin(writer, "flow.time", SECTION_I64);
        sl_section_append(writer, simulation->flow_at, count);
    }
}

static saltus_status restore(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                             saltus_error *error)
{
    const saltus_network *network = simulation->network;
    if (network->flow_count == 0) {
        return SALTUS_OK;
    }
    saltus_status status = sl_section_get(checkpoint, "flow.u", SECTION_F64, simulation->flow_u,
                                          network->flow_count, error);
    if (status == SALTUS_OK) {
        status = sl_section_get(checkpoint, "flow.time", SECTION_I64, simulation->flow_at,
                                network->flow_count, error);
    }
    for (uint32_t i = 0; status == SALTUS_OK && i < network->group_count; i++) {
        group_state *group = sl_keep_group(simulation, i);
        if (group->flows.of != NULL && !sl_flows_restore(group, simulation->now)) {
            status = sl_section_damaged(checkpoint, "flow.time", error,
                                        "the neurons of group %u make no sense", i);
        }
    }
    return status;
}

const state_kind sl_keep_flows = {.put = put, .restore = restore};
