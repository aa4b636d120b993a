/* rule_list - explicit pairs, in chunks of the list. */
#include "network/connection_rule.h"

static saltus_status check(const rule_plan *plan, saltus_error *error)
{
    const saltus_projection_spec *spec = plan->spec;
    for (size_t i = 0; i < spec->list_count; i++) {
        if (spec->list_sources[i] >= plan->source_size ||
            spec->list_targets[i] >= plan->target_size) {
            return sl_fail(error, SALTUS_E_EXPERIMENT,
                           "projection %s: synapse %zu goes from neuron %u to neuron %u, but "
                           "there are only %u sources and %u targets",
                           plan->name, i, spec->list_sources[i], spec->list_targets[i],
                           plan->source_size, plan->target_size);
        }
    }
    return SALTUS_OK;
}

static uint64_t synapses(const rule_plan *plan, double deviations)
{
    (void)deviations;
    return plan->spec->list_count;
}

static void draw(const rule_plan *plan, uint32_t unit, void *scratch, pair_sink *sink)
{
    (void)scratch;
    const uint64_t from = (uint64_t)unit * RULE_CHUNK_SYNAPSES;
    const uint64_t left = plan->spec->list_count - from;
    const uint64_t to = from + (left < RULE_CHUNK_SYNAPSES ? left : RULE_CHUNK_SYNAPSES);
    for (uint64_t i = from; i < to; i++) {
        pair_sink_put(sink, plan->sources[i], plan->targets[i]);
    }
}

const connection_rule sl_rule_list = {
    .unit = RULE_UNIT_CHUNK, .check = check, .synapses = synapses, .draw = draw};
