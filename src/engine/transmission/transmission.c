/* transmission - see transmission.h: what is kept, and what an arrival and a spike do with it. */
#include "engine/transmission/transmission.h"

#include <stdlib.h>

#include "base/memory.h"
#include "engine/simulation.h"

/* What the estimate of memory counts (network/simulation_bytes.h). */
_Static_assert(sizeof(sent_spike) == SENT_SPIKE_BYTES &&
                   sizeof(scaling_state) == SCALING_STATE_BYTES,
               "the estimate knows what is kept of spikes and targets");

/* ---- Projections --------------------------------------------------------------------------- */

static bool is_scaled(const projection *projection)
{
    return projection->scaling.rate_Hz > 0;
}

/* Are the source's spikes followed? Where arrivals may be lost by chance their numbers matter. */
static bool is_released(const saltus_network *network, uint32_t index)
{
    return network->projections[index].release.model != SALTUS_RELEASE_SURE ||
           sl_network_has_dropout(network, index);
}

/* Does every synapse have a factor of its own? */
static bool has_own_release(const release_projection *release)
{
    return release != NULL && (release->own || release->spec.model == SALTUS_RELEASE_UNRELIABLE ||
                               release->spec.model == SALTUS_RELEASE_STOCHASTIC);
}

/* False: out of memory. */
static bool init_release(saltus_simulation *simulation, uint32_t index)
{
    const projection *from = &simulation->network->projections[index];
    const uint32_t sources = simulation->network->populations[from->source].size;
    release_projection *new = calloc(1, sizeof *new);
    simulation->release[index] = new;
    if (new == NULL) {
        return false;
    }
    new->spec = from->release;
    if (new->spec.model == SALTUS_RELEASE_SURE) {
        new->spec.u = 1;
        new->spec.u_sd = new->spec.tau_rec_sd_ms = new->spec.tau_fac_sd_ms = 0;
    }
    new->own = new->spec.u_sd > 0;
    if (new->spec.model == SALTUS_RELEASE_UNRELIABLE) {
        new->spec.tau_rec_sd_ms = new->spec.tau_fac_sd_ms = 0;
    }
    new->own |= new->spec.tau_rec_sd_ms > 0 || new->spec.tau_fac_sd_ms > 0;
    new->inverse_rec = release_inverse(new->spec.tau_rec_ms);
    new->inverse_fac = release_inverse(new->spec.tau_fac_ms);
    new->longest_delay = from->max_delay > 0 ? sl_plastic_delay(simulation, from->max_delay) : 0;
    new->newest = sl_memory_array(sources, sizeof *new->newest);
    for (uint32_t i = 0; new->newest != NULL &&i < sources; i++) {
        new->newest[i] = (sent_spike){.time = SIM_TIME_NEVER};
    }
    return new->newest != NULL;
}

bool sl_transmission_init(saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    bool *included = sl_memory_zeroed(network->projection_count, sizeof *included);
    bool any = false;
    bool ok = included != NULL;
    for (uint32_t i = 0; ok && i < network->projection_count; i++) {
        included[i] = is_scaled(&network->projections[i]);
        any |= included[i] || is_released(network, i);
    }
    if (any) {
        simulation->release =
            sl_memory_zeroed(network->projection_count, sizeof *simulation->release);
        ok = simulation->release != NULL &&
             sl_projection_index_init(&simulation->scaling_into, network, included, true);
        for (uint32_t i = 0; ok && i < network->projection_count; i++) {
            included[i] = is_released(network, i);
            ok = !included[i] || init_release(simulation, i);
        }
        ok = ok && sl_projection_index_init(&simulation->release_from, network, included, false);
    }
    free(included);
    return ok;
}

void sl_transmission_clear(saltus_simulation *simulation)
{
    for (uint32_t i = 0; simulation->release != NULL && i < simulation->network->projection_count;
         i++) {
        release_projection *release = simulation->release[i];
        if (release != NULL) {
            free(release->newest);
            free(release->sent);
            free(release);
        }
    }
    free(simulation->release);
    sl_projection_index_clear(&simulation->release_from);
    sl_projection_index_clear(&simulation->scaling_into);
}

/* ---- Blocks -------------------------------------------------------------------------------- */

/* Targets of the block, at the beginning. */
static bool init_scaling(block_state *block, transmission_part *part, const projection *from)
{
    const population *target = &block->network->populations[from->target];
    const uint32_t begin = block->block->first_neuron;
    const uint32_t end = begin + block->block->neuron_count;
    const uint32_t last = target->first + target->size;
    part->scaled = true;
    part->law = sl_scaling_law(&from->scaling);
    part->first_target = target->first > begin ? target->first : begin;
    const uint32_t count = (last < end ? last : end) - part->first_target;
    part->states = sl_memory_array(count, sizeof *part->states);
    for (uint32_t i = 0; part->states != NULL && i < count; i++) {
        part->states[i] = sl_scaling_start(&part->law);
    }
    return part->states != NULL;
}

/* The longest row of the projection in the block. */
static uint32_t longest_row(const block_state *block, const projection *from)
{
    const uint32_t *row = from->blocks[block->index].row;
    uint32_t longest = 0;
    for (uint32_t i = 0; i < block->network->populations[from->source].size; i++) {
        longest = row[i + 1] - row[i] > longest ? row[i + 1] - row[i] : longest;
    }
    return longest;
}

static bool init_part(block_state *block, uint32_t index)
{
    const projection *from = &block->network->projections[index];
    const release_projection *release = block->simulation->release[index];
    transmission_part *new = calloc(1, sizeof *new);
    block->transmission[index] = new;
    if (new == NULL) {
        return false;
    }
    new->release = release;
    new->last_emitted = SIM_TIME_NEVER;
    return (!has_own_release(release) ||
            sl_synapse_release_init(new, block->network, index, block->index)) &&
           (!is_scaled(from) || init_scaling(block, new, from));
}

bool sl_transmission_block_init(block_state *block)
{
    const saltus_network *network = block->network;
    uint32_t longest = 0;
    if (block->simulation->release == NULL) {
        return true;
    }
    block->transmission = sl_memory_zeroed(network->projection_count, sizeof *block->transmission);
    if (block->transmission == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < network->projection_count; i++) {
        const projection *from = &network->projections[i];
        if ((!is_released(network, i) && !is_scaled(from)) ||
            from->blocks[block->index].row == NULL) {
            continue;
        }
        if (!init_part(block, i)) {
            return false;
        }
        if (has_own_release(block->transmission[i]->release) || is_scaled(from)) {
            const uint32_t row = longest_row(block, from);
            longest = row > longest ? row : longest;
        }
    }
    block->factors = sl_memory_array(longest, sizeof *block->factors);
    return block->factors != NULL;
}

void sl_transmission_block_clear(block_state *block)
{
    for (uint32_t i = 0; block->transmission != NULL && i < block->network->projection_count; i++) {
        transmission_part *part = block->transmission[i];
        if (part != NULL) {
            free(part->full);
            free(part->u);
            free(part->x);
            free(part->rest);
            free(part->inverse_rec);
            free(part->inverse_fac);
            free(part->ordinal);
            free(part->states);
            free(part);
        }
    }
    free(block->transmission);
    free(block->factors);
}

/* ---- Arrivals and spikes --------------------------------------------------------------------- */

/* Which of the source's spikes of its time arrives: those of one time follow each other. */
static uint32_t twin_of(transmission_part *part, uint32_t first, const arrival *arrival)
{
    const bool again = part->last_emitted == arrival->emitted &&
                       part->last_source == arrival->source && part->last_first == first;
    part->last_emitted = arrival->emitted;
    part->last_source = arrival->source;
    part->last_first = first;
    part->twin = again ? part->twin + 1 : 0;
    return part->twin;
}

static transmitted release_row(block_state *block, uint32_t index, uint32_t first, uint32_t count,
                               const arrival *arrival)
{
    transmission_part *part = block->transmission[index];
    const saltus_network *network = block->network;
    const uint32_t source =
        arrival->source - network->populations[network->projections[index].source].first;
    const sent_spike *spike =
        sl_sent_find(part->release, source, arrival->emitted, twin_of(part, first, arrival));
    part->number = spike->number;
    if (!has_own_release(part->release)) {
        return (transmitted){.gain = spike->u * spike->x};
    }
    sl_synapse_release(part, block->context.kernel, network, index, block->index, first, count,
                       source, spike, block->factors);
    return (transmitted){.gain = 1, .factor = block->factors};
}

transmitted sl_transmit(block_state *block, uint32_t index, uint32_t first, uint32_t count,
                        const arrival *arrival)
{
    const transmission_part *part = block->transmission[index];
    transmitted result = {.gain = 1};
    if (part->release != NULL) {
        result = release_row(block, index, first, count, arrival);
    }
    if (part->scaled) {
        for (uint32_t i = 0; result.factor == NULL && i < count; i++) {
            block->factors[i] = 1;
        }
        result.factor = block->factors;
        const uint32_t *target = block->network->projections[index].blocks[block->index].target;
        sl_target_scaling(part, block->context.kernel, target + first, count, arrival->time,
                          result.factor);
    }
    return result;
}

void sl_transmission_fired(block_state *block, uint32_t population, uint32_t neuron, sim_time t)
{
    const projection_index *into = &block->simulation->scaling_into;
    for (uint32_t i = into->start[population]; i < into->start[population + 1]; i++) {
        transmission_part *part = block->transmission[into->projection[i]];
        if (part != NULL) {
            sl_scaling_spike(&part->law, &part->states[neuron - part->first_target], t);
        }
    }
}
