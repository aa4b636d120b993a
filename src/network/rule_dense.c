/* rule_dense - all_to_all and one_to_one: no random numbers, one unit a target. */
#include "network/connection_rule.h"

static uint64_t synapses_all(const rule_plan *plan, double deviations)
{
    (void)deviations;
    return (uint64_t)(plan->source_size - plan->skip_self) * plan->target_size;
}

static void draw_all(const rule_plan *plan, uint32_t unit, void *scratch, pair_sink *sink)
{
    (void)scratch;
    for (uint32_t source = 0; source < plan->source_size; source++) {
        if (!(plan->skip_self && source == unit)) {
            pair_sink_put(sink, source, unit);
        }
    }
}

static saltus_status check_one(const rule_plan *plan, saltus_error *error)
{
    if (plan->source_size != plan->target_size) {
        return sl_fail(error, SALTUS_E_EXPERIMENT,
                       "projection %s: one_to_one needs populations of one size, found %u "
                       "sources and %u targets",
                       plan->name, plan->source_size, plan->target_size);
    }
    if (plan->skip_self) {
        return sl_fail(error, SALTUS_E_EXPERIMENT,
                       "projection %s: one_to_one from a population to itself connects every "
                       "neuron to itself, which autapses: false forbids",
                       plan->name);
    }
    return SALTUS_OK;
}

static uint64_t synapses_one(const rule_plan *plan, double deviations)
{
    (void)deviations;
    return plan->target_size;
}

static void draw_one(const rule_plan *plan, uint32_t unit, void *scratch, pair_sink *sink)
{
    (void)plan;
    (void)scratch;
    pair_sink_put(sink, unit, unit);
}

const connection_rule sl_rule_all_to_all = {
    .unit = RULE_UNIT_TARGET, .synapses = synapses_all, .draw = draw_all};

const connection_rule sl_rule_one_to_one = {
    .unit = RULE_UNIT_TARGET, .check = check_one, .synapses = synapses_one, .draw = draw_one};
