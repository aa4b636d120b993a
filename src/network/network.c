/* network - reading and freeing a built network. */
#include "network/network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "network/event_lists.h"
#include "network/network_build.h"
#include "network/outgoing.h"

/* ---- Freeing ----------------------------------------------------------------------- */

static void clear_population(population *p)
{
    free(p->name);
    free(p->position_um);
    sl_current_course_destroy(p->course);
    free(p->given.v_th_of);
    free(p->given.i_e_of);
    free(p->v_inf_of);
    free(p->th_of);
    free(p->reset_of);
    free(p->v_init_of);
    free(p->start_of);
    free(p->rate_of_Hz);
    sl_rate_course_destroy(p->rates);
    free(p->currents);
    sl_network_clear_flow(p->flow);
    sl_event_list_clear(&p->list);
}

static void clear_projection(projection *p, uint32_t block_count)
{
    for (uint32_t b = 0; p->blocks != NULL && b < block_count; b++) {
        free(p->blocks[b].row);
        free(p->blocks[b].target);
        free(p->blocks[b].weight_f);
        free(p->blocks[b].weight_d);
        free(p->blocks[b].delay);
    }
    free(p->blocks);
    free(p->name);
}

void saltus_network_destroy(saltus_network *network)
{
    if (network == NULL) {
        return;
    }
    for (uint32_t i = 0; i < network->population_count; i++) {
        clear_population(&network->populations[i]);
        if (network->outgoing != NULL) {
            sl_outgoing_clear(&network->outgoing[i]);
        }
    }
    for (uint32_t i = 0; i < network->input_count; i++) {
        sl_event_list_clear(&network->inputs[i].list);
        sl_rate_course_destroy(network->inputs[i].rates);
    }
    for (uint32_t i = 0; i < network->projection_count; i++) {
        clear_projection(&network->projections[i], network->block_count);
    }
    sl_network_clear_modulators(network);
    sl_network_clear_faults(network);
    free(network->populations);
    free(network->outgoing);
    free(network->inputs);
    free(network->projections);
    free(network->potentials);
    free(network->weights);
    free(network->groups);
    free(network->blocks);
    free(network->tau_ms);
    free(network);
}

/* ---- Reading ----------------------------------------------------------------------- */

uint32_t sl_network_population_of(const saltus_network *network, uint32_t id)
{
    /* The last population that begins at or before `id`. */
    uint32_t low = 0;
    uint32_t high = network->population_count;
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        if (network->populations[middle].first <= id) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

uint32_t sl_network_block_of(const saltus_network *network, uint32_t id)
{
    uint32_t low = 0;
    uint32_t high = network->block_count;
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        if (network->blocks[middle].first_neuron <= id) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

saltus_network_size saltus_network_get_size(const saltus_network *network)
{
    return network->size;
}

uint32_t saltus_network_population_count(const saltus_network *network)
{
    return network->population_count;
}

uint32_t saltus_network_position(const saltus_network *network, uint32_t index, uint32_t neuron,
                                 double position_um[3])
{
    const population *p = index < network->population_count ? &network->populations[index] : NULL;
    const bool there = p != NULL && neuron < p->size && p->dimensions > 0;
    for (uint32_t i = 0; i < 3; i++) {
        position_um[i] = there ? p->position_um[3 * (size_t)neuron + i] : 0;
    }
    return there ? p->dimensions : 0;
}

const char *saltus_network_population_name(const saltus_network *network, uint32_t index)
{
    return index < network->population_count ? network->populations[index].name : NULL;
}

uint32_t saltus_network_population_size(const saltus_network *network, uint32_t index)
{
    return index < network->population_count ? network->populations[index].size : 0;
}

saltus_model saltus_network_population_model(const saltus_network *network, uint32_t index)
{
    return network->populations[index].model;
}

uint32_t saltus_network_find_population(const saltus_network *network, const char *name)
{
    for (uint32_t i = 0; name != NULL && i < network->population_count; i++) {
        if (strcmp(network->populations[i].name, name) == 0) {
            return i;
        }
    }
    return UINT32_MAX;
}

uint32_t saltus_network_projection_count(const saltus_network *network)
{
    return network->projection_count;
}

const char *saltus_network_projection_name(const saltus_network *network, uint32_t index)
{
    return index < network->projection_count ? network->projections[index].name : NULL;
}

uint64_t saltus_network_projection_synapses(const saltus_network *network, uint32_t index)
{
    return index < network->projection_count ? network->projections[index].synapses : 0;
}

uint32_t saltus_network_projection_source(const saltus_network *network, uint32_t index)
{
    return index < network->projection_count ? network->projections[index].source : UINT32_MAX;
}

uint32_t saltus_network_projection_target(const saltus_network *network, uint32_t index)
{
    return index < network->projection_count ? network->projections[index].target : UINT32_MAX;
}

const saltus_plasticity_spec *saltus_network_projection_plasticity(const saltus_network *network,
                                                                   uint32_t index)
{
    return index < network->projection_count ? &network->projections[index].plasticity : NULL;
}

uint64_t saltus_network_projection_zero_weights(const saltus_network *network, uint32_t index)
{
    return index < network->projection_count ? network->projections[index].zero_weights : 0;
}

uint64_t saltus_network_out_degree(const saltus_network *network, uint32_t population,
                                   uint32_t neuron)
{
    uint64_t degree = 0;
    for (uint32_t i = 0; i < network->projection_count; i++) {
        if (network->projections[i].source == population) {
            degree += saltus_network_read_synapses(network, i, neuron, NULL, 0);
        }
    }
    return degree;
}

uint32_t saltus_network_block_count(const saltus_network *network)
{
    return network->block_count;
}

double saltus_network_min_delay_ms(const saltus_network *network)
{
    return network->min_delay == SIM_TIME_NEVER ? (double)INFINITY
                                                : sim_time_to_ms(network->min_delay);
}

/* ---- Synapses of one source -------------------------------------------------------- */

/* How many synapses of `source` in another block come before (delay, target). Blocks hold
 * different targets, so there are no ties. */
static uint32_t count_before(const fan_out *rows, uint32_t source, sim_time delay, uint32_t target)
{
    uint32_t low = rows->row[source];
    uint32_t high = rows->row[source + 1];
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const bool same_delay = rows->delay == NULL || rows->delay[middle] == delay;
        if (same_delay ? rows->target[middle] < target : rows->delay[middle] < delay) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low - rows->row[source];
}

static double weight_at(const projection *p, const fan_out *rows, uint32_t i)
{
    if (rows->weight_d != NULL) {
        return rows->weight_d[i];
    }
    return rows->weight_f != NULL ? (double)rows->weight_f[i] : p->weight;
}

/* Place of synapse i of block b among all of the source. */
static size_t rank_of(const saltus_network *network, const projection *p, uint32_t source,
                      uint32_t b, uint32_t i)
{
    const fan_out *rows = &p->blocks[b];
    const sim_time delay = rows->delay != NULL ? rows->delay[i] : p->delay;
    size_t rank = i - rows->row[source];
    for (uint32_t other = 0; other < network->block_count; other++) {
        if (other != b && p->blocks[other].row != NULL) {
            rank += count_before(&p->blocks[other], source, delay, rows->target[i]);
        }
    }
    return rank;
}

size_t saltus_network_read_synapses(const saltus_network *network, uint32_t index, uint32_t source,
                                    saltus_synapse *out, size_t capacity)
{
    if (index >= network->projection_count ||
        source >= network->populations[network->projections[index].source].size) {
        return 0;
    }
    const projection *p = &network->projections[index];
    const uint32_t first_target = network->populations[p->target].first;
    size_t count = 0;
    for (uint32_t b = 0; b < network->block_count; b++) {
        const fan_out *rows = &p->blocks[b];
        if (rows->row == NULL) {
            continue;
        }
        count += rows->row[source + 1] - rows->row[source];
        for (uint32_t i = rows->row[source]; capacity > 0 && i < rows->row[source + 1]; i++) {
            const size_t rank = rank_of(network, p, source, b, i);
            if (rank >= capacity) {
                continue;
            }
            const sim_time delay = rows->delay != NULL ? rows->delay[i] : p->delay;
            out[rank] = (saltus_synapse){.source = source,
                                         .target = rows->target[i] - first_target,
                                         .weight_mV = weight_at(p, rows, i),
                                         .delay_ms = sim_time_to_ms(delay)};
        }
    }
    return count;
}
