/* network_faults - faults, in ticks. */
#include <stdlib.h>

#include "base/memory.h"
#include "network/network_build.h"

static saltus_status add_fault(const saltus_fault_spec *spec, network_fault *fault,
                               saltus_error *error)
{
    const bool neurons =
        spec->type == SALTUS_FAULT_NEURON_LESION || spec->type == SALTUS_FAULT_SPIKE_DROPOUT;
    *fault = (network_fault){.type = spec->type,
                             .index = neurons ? spec->population : spec->projection,
                             .order = spec->order,
                             .share = spec->share,
                             .count = spec->count,
                             .neuron_count = spec->neuron_count,
                             .at = network_time(spec->at_ms),
                             .sd = spec->sd,
                             .lognormal = spec->lognormal,
                             .probability = spec->probability,
                             .start = network_time(spec->start_ms),
                             .stop = network_time(spec->stop_ms)};
    if (spec->neuron_count > 0) {
        fault->neurons = sl_memory_copy(spec->neurons, spec->neuron_count, sizeof *spec->neurons);
        return fault->neurons != NULL ? SALTUS_OK : sl_fail_memory(error);
    }
    return SALTUS_OK;
}

saltus_status sl_network_add_faults(saltus_network *network, const saltus_experiment *experiment,
                                    saltus_error *error)
{
    const size_t count = experiment->fault_count;
    network->faults = sl_memory_zeroed(count, sizeof *network->faults);
    if (network->faults == NULL) {
        return sl_fail_memory(error);
    }
    network->fault_count = (uint32_t)count;
    saltus_status status = SALTUS_OK;
    for (size_t i = 0; !status && i < count; i++) {
        status = add_fault(&experiment->faults[i], &network->faults[i], error);
    }
    return status;
}

void sl_network_clear_faults(saltus_network *network)
{
    for (uint32_t i = 0; network->faults != NULL && i < network->fault_count; i++) {
        free(network->faults[i].neurons);
    }
    free(network->faults);
}

bool sl_network_has_dropout(const saltus_network *network, uint32_t projection)
{
    for (uint32_t i = 0; i < network->fault_count; i++) {
        const network_fault *fault = &network->faults[i];
        if (fault->type == SALTUS_FAULT_SYNAPSE_DROPOUT && fault->index == projection) {
            return true;
        }
    }
    return false;
}
