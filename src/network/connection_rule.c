/* connection_rule - the table of rules, and what is common to all of them. */
#include "network/connection_rule.h"

#include "experiment/experiment.h"

static const connection_rule *const rules[] = {
    [SALTUS_RULE_ALL_TO_ALL] = &sl_rule_all_to_all,
    [SALTUS_RULE_ONE_TO_ONE] = &sl_rule_one_to_one,
    [SALTUS_RULE_FIXED_INDEGREE] = &sl_rule_fixed_indegree,
    [SALTUS_RULE_FIXED_OUTDEGREE] = &sl_rule_fixed_outdegree,
    [SALTUS_RULE_FIXED_TOTAL_NUMBER] = &sl_rule_fixed_total,
    [SALTUS_RULE_PAIRWISE_BERNOULLI] = &sl_rule_bernoulli,
    [SALTUS_RULE_LIST] = &sl_rule_list,
    [SALTUS_RULE_SMALL_WORLD] = &sl_rule_small_world,
    [SALTUS_RULE_SCALE_FREE] = &sl_rule_attachment,
    [SALTUS_RULE_BLOCK_MODEL] = &sl_rule_block_model,
    [SALTUS_RULE_DISTANCE] = &sl_rule_distance,
    [SALTUS_RULE_CONVOLUTION] = &sl_rule_convolution,
};

static const connection_rule *rule_of(const saltus_projection_spec *spec)
{
    if (spec->rule == SALTUS_RULE_SCALE_FREE && spec->scale_free.attachment == 0) {
        return spec->scale_free.degrees == SALTUS_DEGREES_OUT ? &sl_rule_power_law_out
                                                              : &sl_rule_power_law_in;
    }
    return rules[spec->rule];
}

static space_place place_of(const saltus_experiment *experiment, uint32_t population)
{
    return (space_place){&experiment->populations[population].positions, experiment->seed,
                         population};
}

rule_plan sl_rule_plan(const saltus_experiment *experiment, uint32_t index)
{
    const saltus_projection_spec *spec = &experiment->projections[index];
    return (rule_plan){
        .spec = spec,
        .rule = rule_of(spec),
        .name = spec->name != NULL ? spec->name : "",
        .seed = experiment->seed,
        .index = index,
        .source_size = experiment->populations[spec->source].size,
        .target_size = experiment->populations[spec->target].size,
        .skip_self = spec->source == spec->target && !spec->autapses,
        .source_place = place_of(experiment, spec->source),
        .target_place = place_of(experiment, spec->target),
        .sources = spec->list_sources,
        .targets = spec->list_targets,
    };
}

uint64_t sl_rule_units(const rule_plan *plan, uint64_t synapses)
{
    switch (plan->rule->unit) {
    case RULE_UNIT_TARGET:
        return plan->target_size;
    case RULE_UNIT_SOURCE:
        return plan->source_size;
    case RULE_UNIT_CHUNK:
        break;
    }
    return synapses / RULE_CHUNK_SYNAPSES + (synapses % RULE_CHUNK_SYNAPSES > 0);
}
