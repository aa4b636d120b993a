/* network_projections - every projection's name, rows and delays, one after the other. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "network/fan_out_build.h"
#include "network/network_build.h"

/* Streams are numbered with 24 bits (base/random.h). */
#define MAX_PROJECTIONS (1u << 24)

/* "SOURCE->TARGET" unless the projection has a name of its own. */
static char *projection_name(const saltus_network *network, const saltus_projection_spec *spec)
{
    if (spec->name != NULL) {
        return sl_memory_string(spec->name);
    }
    const char *source = network->populations[spec->source].name;
    const char *target = network->populations[spec->target].name;
    const size_t size = strlen(source) + strlen(target) + sizeof "->";
    char *name = sl_memory_array(size, 1);
    if (name != NULL) {
        snprintf(name, size, "%s->%s", source, target);
    }
    return name;
}

static saltus_status add_projection(saltus_network *network, const saltus_experiment *experiment,
                                    const uint32_t *group_block, uint32_t index, uint32_t threads,
                                    saltus_error *error)
{
    const saltus_projection_spec *spec = &experiment->projections[index];
    projection *out = &network->projections[index];
    out->source = spec->source;
    out->target = spec->target;
    out->plasticity = spec->plasticity;
    out->release = spec->release;
    out->scaling = spec->scaling;
    out->normalisation = spec->normalisation;
    out->name = projection_name(network, spec);
    if (out->name == NULL) {
        return sl_fail_memory(error);
    }
    rule_plan plan = sl_rule_plan(experiment, index);
    plan.name = out->name;
    const synapse_layout layout = sl_synapse_layout(spec);
    out->kept = sl_simulation_bytes(spec, layout.delay_kind != DELAY_SHARED);
    saltus_status status = sl_synapse_layout_check(&layout, spec, plan.name, error);
    if (!status) {
        status = plan.rule->check(&plan, error);
    }
    if (!status) {
        status = sl_fan_out_build(network, &plan, &layout, group_block, threads, out, error);
    }
    return status;
}

/* Block of every group; NULL when memory ran out. */
static uint32_t *blocks_of_groups(const saltus_network *network)
{
    uint32_t *group_block = sl_memory_array(network->group_count, sizeof *group_block);
    for (uint32_t b = 0; group_block != NULL && b < network->block_count; b++) {
        const block *now = &network->blocks[b];
        for (uint32_t g = 0; g < now->group_count; g++) {
            group_block[now->first_group + g] = b;
        }
    }
    return group_block;
}

saltus_status sl_network_add_projections(saltus_network *network,
                                         const saltus_experiment *experiment, uint32_t threads,
                                         saltus_error *error)
{
    const size_t count = experiment->projection_count;
    if (count > MAX_PROJECTIONS) {
        return sl_fail(error, SALTUS_E_EXPERIMENT, "%zu projections found, at most %u are allowed",
                       count, MAX_PROJECTIONS);
    }
    network->projections = sl_memory_zeroed(count, sizeof *network->projections);
    uint32_t *group_block = blocks_of_groups(network);
    saltus_status status = SALTUS_OK;
    if (network->projections == NULL || group_block == NULL) {
        status = sl_fail_memory(error);
    } else {
        network->projection_count = (uint32_t)count;
    }
    for (uint32_t i = 0; !status && i < count; i++) {
        status = add_projection(network, experiment, group_block, i, threads, error);
    }
    free(group_block);
    return status;
}
