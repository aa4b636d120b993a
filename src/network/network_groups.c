/* network_groups - groups of up to 1,024 neurons, and blocks of consecutive groups. */
#include "base/memory.h"
#include "network/block_cutter.h"
#include "network/network_build.h"

static void set_groups(saltus_network *network)
{
    for (uint32_t i = 0; i < network->population_count; i++) {
        const population *p = &network->populations[i];
        for (uint32_t g = 0; g < p->group_count; g++) {
            network->groups[p->first_group + g] =
                (group){.population = i,
                        .first = p->first + g * NETWORK_GROUP_NEURONS,
                        .count = sl_group_neurons(p->size, g),
                        .index = g};
        }
    }
}

/* Walk through the groups; with `blocks` not NULL, write them down. The number of blocks. */
static uint32_t cut(const saltus_network *network, const saltus_experiment *experiment,
                    const saltus_network_options *options, block *blocks)
{
    block_cutter cutter = sl_block_cutter(experiment, options);
    for (uint32_t g = 0; g < network->group_count; g++) {
        const group *now = &network->groups[g];
        const bool begins =
            sl_block_cutter_next(&cutter, &experiment->populations[now->population], now->count);
        if (blocks == NULL) {
            continue;
        }
        block *current = &blocks[cutter.blocks - 1];
        if (begins) {
            *current = (block){.first_group = g, .first_neuron = now->first};
        }
        current->group_count++;
        current->neuron_count += now->count;
    }
    return cutter.blocks;
}

saltus_status sl_network_add_groups(saltus_network *network, const saltus_experiment *experiment,
                                    const saltus_network_options *options, saltus_error *error)
{
    network->groups = sl_memory_array(network->group_count, sizeof *network->groups);
    if (network->groups == NULL) {
        return sl_fail_memory(error);
    }
    set_groups(network);
    network->block_count = cut(network, experiment, options, NULL);
    network->blocks = sl_memory_array(network->block_count, sizeof *network->blocks);
    if (network->blocks == NULL) {
        return sl_fail_memory(error);
    }
    cut(network, experiment, options, network->blocks);
    return SALTUS_OK;
}
