/* weights - weights as users see them: rows in an order that no block changes, learning switched
 * off and on, normalisation. */
#include <stdlib.h>

#include "base/memory.h"
#include "base/status.h"
#include "engine/simulation.h"

static bool has_row(const saltus_simulation *simulation, uint32_t projection, uint32_t source)
{
    const saltus_network *network = simulation->network;
    return projection < network->projection_count &&
           source < network->populations[network->projections[projection].source].size;
}

uint32_t saltus_simulation_row_length(const saltus_simulation *simulation, uint32_t projection,
                                      uint32_t source)
{
    uint32_t length = 0;
    if (!has_row(simulation, projection, source)) {
        return 0;
    }
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        const fan_out *rows = &simulation->network->projections[projection].blocks[b];
        length += rows->row != NULL ? rows->row[source + 1] - rows->row[source] : 0;
    }
    return length;
}

/* ---- Rows ------------------------------------------------------------------------------------ */

/* A synapse of a row, to be sorted; `place` keeps the order of (delay, drawing). */
typedef struct row_entry {
    uint32_t target, place;
    double weight;
} row_entry;

static int compare(const void *a, const void *b)
{
    const row_entry *x = a;
    const row_entry *y = b;
    if (x->target != y->target) {
        return x->target < y->target ? -1 : 1;
    }
    return x->place < y->place ? -1 : x->place > y->place;
}

/* The row's part in one block, in its own order: by (delay, target, order of drawing). */
static bool read_part(const saltus_simulation *simulation, uint32_t index, uint32_t source,
                      uint32_t b, double *weight)
{
    const projection *projection = &simulation->network->projections[index];
    const fan_out *rows = &projection->blocks[b];
    const uint32_t first = rows->row[source];
    const uint32_t count = rows->row[source + 1] - first;
    const bool learns = simulation->plastic != NULL && simulation->plastic[index] != NULL;
    if (learns &&
        !sl_plastic_read(&simulation->blocks[b], index, source, simulation->now, weight)) {
        return false;
    }
    for (uint32_t i = 0; i < count && !learns; i++) {
        weight[i] = rows->weight_f != NULL   ? (double)rows->weight_f[first + i]
                    : rows->weight_d != NULL ? rows->weight_d[first + i]
                                             : projection->weight;
    }
    sl_faults_read(&simulation->blocks[b], index, first, count, weight);
    return true;
}

/* By target where delays differ; rows of one delay lie in that order already. */
static bool sort_row(uint32_t *targets, double *weights, uint32_t length)
{
    row_entry *entry = sl_memory_array(length, sizeof *entry);
    if (entry == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < length; i++) {
        entry[i] = (row_entry){.target = targets[i], .place = i, .weight = weights[i]};
    }
    qsort(entry, length, sizeof *entry, compare);
    for (uint32_t i = 0; i < length; i++) {
        targets[i] = entry[i].target;
        weights[i] = entry[i].weight;
    }
    free(entry);
    return true;
}

saltus_status saltus_simulation_read_row(const saltus_simulation *simulation, uint32_t index,
                                         uint32_t source, uint32_t *targets, double *weights_mV)
{
    if (!has_row(simulation, index, source)) {
        return SALTUS_E_ARGUMENT;
    }
    const saltus_network *network = simulation->network;
    const projection *projection = &network->projections[index];
    const uint32_t first_target = network->populations[projection->target].first;
    uint32_t length = 0;
    for (uint32_t b = 0; b < network->block_count; b++) {
        const fan_out *rows = &projection->blocks[b];
        if (rows->row == NULL) {
            continue;
        }
        const uint32_t count = rows->row[source + 1] - rows->row[source];
        if (count > 0 && !read_part(simulation, index, source, b, weights_mV + length)) {
            return SALTUS_E_MEMORY;
        }
        for (uint32_t i = 0; i < count; i++) {
            targets[length + i] = rows->target[rows->row[source] + i] - first_target;
        }
        length += count;
    }
    return !projection->own_delay || sort_row(targets, weights_mV, length) ? SALTUS_OK
                                                                           : SALTUS_E_MEMORY;
}

/* ---- Switching and normalising ------------------------------------------------------------------
 */

static saltus_status check_plastic(const saltus_simulation *simulation, uint32_t index,
                                   saltus_error *error)
{
    if (index >= simulation->network->projection_count || simulation->plastic == NULL ||
        simulation->plastic[index] == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "projection number %u is not a plastic one",
                       index);
    }
    if (simulation->running || simulation->broken) {
        return sl_fail(error, SALTUS_E_STATE, "weights can be changed between two runs only");
    }
    return SALTUS_OK;
}

static saltus_status sweep_all(saltus_simulation *simulation, uint32_t index, saltus_error *error)
{
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        block_state *block = &simulation->blocks[b];
        if (block->plastic[index] != NULL) {
            sl_plastic_settle(block, index, simulation->now);
        }
        if (block->status != SALTUS_OK) {
            simulation->broken = true;
            return sl_fail_memory(error);
        }
    }
    return SALTUS_OK;
}

saltus_status saltus_simulation_set_plastic(saltus_simulation *simulation, uint32_t index,
                                            bool plastic, saltus_error *error)
{
    saltus_status status = check_plastic(simulation, index, error);
    if (status != SALTUS_OK || simulation->plastic[index]->frozen == !plastic) {
        return status;
    }
    /* what happened so far counts by the switch as it was */
    status = sweep_all(simulation, index, error);
    simulation->plastic[index]->frozen = !plastic;
    return status;
}

/* Scale the weights onto each target of the block to `total`, in the order of sources. */
static void normalise_block(block_state *block, uint32_t index, double total, double *sum)
{
    const plastic_projection *projection = block->simulation->plastic[index];
    plastic_synapses *synapses = block->plastic[index];
    const uint32_t *target = block->network->projections[index].blocks[block->index].target;
    for (uint32_t j = 0; j < synapses->posts.neurons; j++) {
        sum[j] = 0;
    }
    const fault_part *part = fault_part_of(block, index);
    for (uint32_t i = 0; i < synapses->synapses; i++) {
        if (part != NULL && fault_is_lost(part, i)) {
            continue;
        }
        const double weight =
            synapses->weight_f != NULL ? (double)synapses->weight_f[i] : synapses->weight_d[i];
        sum[target[i] - synapses->first_target] += projection->sign * weight;
    }
    for (uint32_t j = 0; j < synapses->posts.neurons; j++) {
        sum[j] = sum[j] > 0 ? total / sum[j] : 1;
    }
    for (uint32_t i = 0; i < synapses->synapses; i++) {
        const double factor = sum[target[i] - synapses->first_target];
        const double weight =
            synapses->weight_f != NULL ? (double)synapses->weight_f[i] : synapses->weight_d[i];
        const double bounded =
            projection->sign *
            plastic_bounded(&projection->bounds, projection->sign * weight * factor);
        if (synapses->weight_f != NULL) {
            synapses->weight_f[i] = (float)bounded;
        } else {
            synapses->weight_d[i] = bounded;
        }
    }
}

saltus_status sl_plastic_normalise(saltus_simulation *simulation, uint32_t index, double total_mV,
                                   saltus_error *error)
{
    const saltus_status status = sweep_all(simulation, index, error);
    for (uint32_t b = 0; status == SALTUS_OK && b < simulation->network->block_count; b++) {
        block_state *block = &simulation->blocks[b];
        if (block->plastic[index] == NULL) {
            continue;
        }
        double *sum = sl_memory_array(block->plastic[index]->posts.neurons, sizeof *sum);
        if (sum == NULL) {
            simulation->broken = true;
            return sl_fail_memory(error);
        }
        normalise_block(block, index, total_mV, sum);
        free(sum);
    }
    return status;
}

sim_time sl_plastic_next_normalisation(const saltus_simulation *simulation)
{
    sim_time next = SIM_TIME_NEVER;
    for (uint32_t i = 0; simulation->plastic != NULL && i < simulation->network->projection_count;
         i++) {
        const plastic_projection *projection = simulation->plastic[i];
        if (projection != NULL && projection->normalise_next < next) {
            next = projection->normalise_next;
        }
    }
    return next;
}

saltus_status sl_plastic_normalise_due(saltus_simulation *simulation, saltus_error *error)
{
    for (uint32_t i = 0; i < simulation->network->projection_count; i++) {
        plastic_projection *projection = simulation->plastic[i];
        if (projection == NULL || projection->normalise_next != simulation->now) {
            continue;
        }
        const saltus_status status =
            projection->frozen ? SALTUS_OK
                               : sl_plastic_normalise(simulation, i, projection->total, error);
        if (status != SALTUS_OK) {
            return status;
        }
        projection->normalise_next += projection->normalise_interval;
    }
    return SALTUS_OK;
}

saltus_status saltus_simulation_normalise(saltus_simulation *simulation, uint32_t index,
                                          double total_mV, saltus_error *error)
{
    const saltus_status status = check_plastic(simulation, index, error);
    if (status != SALTUS_OK) {
        return status;
    }
    if (!(total_mV > 0 && total_mV <= 1e12)) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "weights cannot be normalised to %g mV: a total above 0 is needed",
                       total_mV);
    }
    if (simulation->plastic[index]->dendritic_share > 0) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "normalisation needs delays without a dendritic part");
    }
    return sl_plastic_normalise(simulation, index, total_mV, error);
}
