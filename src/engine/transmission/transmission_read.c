/* transmission_read - factors and states as users see them, in an order that no block changes. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "engine/simulation.h"

double saltus_simulation_scaling(const saltus_simulation *simulation, uint32_t index,
                                 uint32_t target)
{
    const saltus_network *network = simulation->network;
    if (index >= network->projection_count ||
        target >= network->populations[network->projections[index].target].size) {
        return (double)NAN;
    }
    const uint32_t neuron = network->populations[network->projections[index].target].first + target;
    const block_state *block = &simulation->blocks[sl_network_block_of(network, neuron)];
    const transmission_part *part = block->transmission != NULL ? block->transmission[index] : NULL;
    if (part == NULL || !part->scaled) {
        return 1;
    }
    return scaling_at(&part->law, &part->states[neuron - part->first_target], simulation->now);
}

/* ---- Release --------------------------------------------------------------------------------- */

/* A synapse of a row, to be sorted; `place` keeps the order of (delay, drawing). */
typedef struct release_entry {
    uint32_t target, place;
    double u, x;
} release_entry;

static int compare(const void *a, const void *b)
{
    const release_entry *p = a;
    const release_entry *q = b;
    if (p->target != q->target) {
        return p->target < q->target ? -1 : 1;
    }
    return p->place < q->place ? -1 : p->place > q->place;
}

/* Synapse i just after the last spike that its state knows of. */
static void read_synapse(const transmission_part *part, uint32_t source, uint32_t i,
                         release_entry *entry)
{
    const release_projection *release = part->release;
    const sent_spike *newest = &release->newest[source];
    const double rest = part->rest != NULL ? part->rest[i] : release->spec.u;
    entry->u = part->u != NULL ? part->u[i] : newest->time != SIM_TIME_NEVER ? newest->u : rest;
    entry->x = 1;
    if (release->spec.model == SALTUS_RELEASE_UNRELIABLE) {
        entry->u = rest;
    } else if (part->full != NULL) {
        entry->x = (double)part->full[i] / release->spec.sites;
    } else if (newest->time != SIM_TIME_NEVER) {
        const double found = part->x != NULL ? part->x[i] : newest->x;
        entry->x = found * (1 - entry->u);
    }
}

/* The row's part in one block; returns how many synapses. */
static uint32_t read_part(const block_state *block, uint32_t index, uint32_t source, uint32_t place,
                          release_entry *entry)
{
    const fan_out *rows = &block->network->projections[index].blocks[block->index];
    const transmission_part *part = block->transmission != NULL ? block->transmission[index] : NULL;
    if (rows->row == NULL) {
        return 0;
    }
    const uint32_t first = rows->row[source];
    const uint32_t count = rows->row[source + 1] - first;
    for (uint32_t i = 0; i < count; i++) {
        entry[i] =
            (release_entry){.target = rows->target[first + i], .place = place + i, .u = 1, .x = 1};
        if (part != NULL && part->release != NULL &&
            part->release->spec.model != SALTUS_RELEASE_SURE) {
            read_synapse(part, source, first + i, &entry[i]);
        }
    }
    return count;
}

saltus_status saltus_simulation_read_release(const saltus_simulation *simulation, uint32_t index,
                                             uint32_t source, double *u, double *x)
{
    const saltus_network *network = simulation->network;
    if (index >= network->projection_count ||
        source >= network->populations[network->projections[index].source].size) {
        return SALTUS_E_ARGUMENT;
    }
    const uint32_t length = saltus_simulation_row_length(simulation, index, source);
    release_entry *entry = sl_memory_array(length, sizeof *entry);
    if (entry == NULL) {
        return SALTUS_E_MEMORY;
    }
    uint32_t count = 0;
    for (uint32_t b = 0; b < network->block_count; b++) {
        count += read_part(&simulation->blocks[b], index, source, count, entry + count);
    }
    qsort(entry, length, sizeof *entry, compare);
    for (uint32_t i = 0; i < length; i++) {
        u[i] = entry[i].u;
        x[i] = entry[i].x;
    }
    free(entry);
    return SALTUS_OK;
}
