/* plastic - see plastic.h: what is kept, and what spikes add to it. */
#include "engine/plastic/plastic.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/plastic/quick.h"
#include "engine/simulation.h"

/* What the estimate of memory counts (network/simulation_bytes.h). */
_Static_assert(sizeof(spike_line) + sizeof(spike_glance) == SPIKE_LINE_BYTES &&
                   sizeof(logged_spike) + sizeof(uint32_t) == LOGGED_SPIKE_BYTES &&
                   sizeof(uint32_t) == IN_DEGREE_BYTES,
               "the estimate knows what is kept of spikes");

/* ---- Projections --------------------------------------------------------------------------- */

static plastic_projection *create_projection(saltus_simulation *simulation, const projection *from)
{
    plastic_projection *new = calloc(1, sizeof *new);
    if (new == NULL) {
        return NULL;
    }
    bool negative = false;
    new->rule = sl_plastic_rule(from->plasticity.rule);
    sl_plastic_values(&from->plasticity, new->value);
    new->rule->traces(new->value, &new->traces);
    new->quick = rule_has_kernel(new->rule, &new->traces);
    new->rule->bounds(new->value, &new->bounds, &negative);
    new->bounds.single = from->plasticity.single;
    new->sign = negative ? -1 : 1;
    new->dendritic_share = from->plasticity.dendritic_share;
    new->longest_delay = from->max_delay > 0 ? sl_plastic_delay(simulation, from->max_delay) : 0;
    new->most_dendritic = sl_plastic_dendritic(simulation, new, new->longest_delay);
    new->pres_limit = LEAST_PRES;
    if (new->rule->modulated) {
        new->modulator =
            sl_modulators_signal(simulation, from->plasticity.modulator, new->traces.tau_state_ms);
        if (new->modulator == NULL) {
            goto fail;
        }
    }
    const saltus_normalisation_spec *normalisation = &from->normalisation;
    new->total = normalisation->total_mV;
    new->normalise_next = SIM_TIME_NEVER;
    if (new->total > 0) {
        new->normalise_interval = sl_sim_time_from_ms(normalisation->interval_ms);
        new->normalise_next = isnan(normalisation->start_ms)
                                  ? new->normalise_interval
                                  : sl_sim_time_from_ms(normalisation->start_ms);
    }
    const uint32_t sources = simulation->network->populations[from->source].size;
    if (!sl_spike_log_init(&new->pres, sources, new->traces.pre_count, new->traces.tau_pre_ms,
                           new->traces.pairing == PAIRING_NEAREST ||
                               new->traces.pairing == PAIRING_RESTRICTED)) {
        goto fail;
    }
    return new;
fail:
    sl_spike_log_clear(&new->pres);
    free(new);
    return NULL;
}

/* Plastic projections by their source and by their target. */
static bool init_indices(saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    bool *included = sl_memory_array(network->projection_count, sizeof *included);
    for (uint32_t i = 0; included != NULL && i < network->projection_count; i++) {
        included[i] = simulation->plastic[i] != NULL;
    }
    const bool ok = included != NULL &&
                    sl_projection_index_init(&simulation->plastic_from, network, included, false) &&
                    sl_projection_index_init(&simulation->plastic_into, network, included, true);
    free(included);
    return ok;
}

bool sl_plastic_init(saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    bool any = false;
    for (uint32_t i = 0; i < network->projection_count; i++) {
        any |= network->projections[i].plasticity.rule != NULL;
    }
    if (!any) {
        return true;
    }
    simulation->plastic = sl_memory_zeroed(network->projection_count, sizeof *simulation->plastic);
    if (simulation->plastic == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < network->projection_count; i++) {
        const projection *from = &network->projections[i];
        if (from->plasticity.rule == NULL) {
            continue;
        }
        simulation->plastic[i] = create_projection(simulation, from);
        if (simulation->plastic[i] == NULL) {
            return false;
        }
    }
    return init_indices(simulation);
}

void sl_plastic_clear(saltus_simulation *simulation)
{
    for (uint32_t i = 0; simulation->plastic != NULL && i < simulation->network->projection_count;
         i++) {
        if (simulation->plastic[i] != NULL) {
            sl_spike_log_clear(&simulation->plastic[i]->pres);
            free(simulation->plastic[i]);
        }
    }
    free(simulation->plastic);
    sl_projection_index_clear(&simulation->plastic_from);
    sl_projection_index_clear(&simulation->plastic_into);
}

sim_time sl_plastic_delay(const saltus_simulation *simulation, sim_time delay)
{
    const clock_state *clock = &simulation->clock;
    if (clock->on_grid) {
        return sl_clock_grid_delay(delay, clock->step);
    }
    return clock->interpolates ? sl_clock_least_delay(delay, clock->step) : delay;
}

sim_time sl_plastic_dendritic(const saltus_simulation *simulation,
                              const plastic_projection *projection, sim_time delay)
{
    if (projection->dendritic_share == 0) {
        return 0;
    }
    if (projection->dendritic_share == 1) {
        return delay;
    }
    const sim_time step = simulation->clock.on_grid ? simulation->clock.step : 1;
    const double steps = projection->dendritic_share * (double)delay / (double)step;
    const sim_time dendritic = llrint(steps) * step;
    return dendritic < delay ? dendritic : delay;
}

/* ---- Blocks ------------------------------------------------------------------------------------
 */

/* The weights at the beginning, and how many synapses each target has. */
static bool init_synapses(plastic_synapses *synapses, const plastic_projection *projection,
                          const struct projection *from, const fan_out *rows, uint32_t targets)
{
    const uint32_t count = synapses->synapses;
    if (projection->bounds.single) {
        synapses->weight_f = sl_memory_array(count, sizeof *synapses->weight_f);
    } else {
        synapses->weight_d = sl_memory_array(count, sizeof *synapses->weight_d);
    }
    synapses->in_degree = sl_memory_zeroed(targets, sizeof *synapses->in_degree);
    if ((synapses->weight_f == NULL && synapses->weight_d == NULL) || synapses->in_degree == NULL) {
        return false;
    }
    if (projection->rule->states > 0) {
        synapses->state = sl_memory_zeroed(count, sizeof *synapses->state);
    }
    if (projection->traces.pairing == PAIRING_PRE_CENTRED) {
        synapses->accumulated = sl_memory_zeroed(count, sizeof *synapses->accumulated);
    }
    if ((projection->rule->states > 0 && synapses->state == NULL) ||
        (projection->traces.pairing == PAIRING_PRE_CENTRED && synapses->accumulated == NULL)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        const double given = rows->weight_f != NULL   ? (double)rows->weight_f[i]
                             : rows->weight_d != NULL ? rows->weight_d[i]
                                                      : from->weight;
        const double magnitude = plastic_bounded(&projection->bounds, projection->sign * given);
        if (synapses->weight_f != NULL) {
            synapses->weight_f[i] = (float)(projection->sign * magnitude);
        } else {
            synapses->weight_d[i] = projection->sign * magnitude;
        }
        synapses->in_degree[rows->target[i] - synapses->first_target]++;
    }
    return true;
}

static bool init_projection(block_state *block, uint32_t index)
{
    const saltus_network *network = block->network;
    const plastic_projection *projection = block->simulation->plastic[index];
    const struct projection *from = &network->projections[index];
    const fan_out *rows = &from->blocks[block->index];
    plastic_synapses *new = calloc(1, sizeof *new);
    block->plastic[index] = new;
    if (new == NULL) {
        return false;
    }
    const uint32_t targets =
        sl_block_neurons(block->block, &network->populations[from->target], &new->first_target);
    new->synapses = rows->row[network->populations[from->source].size];
    new->last_time = SPIKE_LOG_NONE;
    new->posts_limit = LEAST_POSTS + new->synapses / SYNAPSES_PER_POST;
    if (projection->quick && !sl_recent_init(&new->recent, &projection->traces, targets)) {
        return false;
    }
    return init_synapses(new, projection, from, rows, targets) &&
           sl_spike_log_init(&new->posts, targets, projection->traces.post_count,
                             projection->traces.tau_post_ms,
                             projection->traces.pairing != PAIRING_ALL_TO_ALL);
}

bool sl_plastic_block_init(block_state *block)
{
    const saltus_simulation *simulation = block->simulation;
    const saltus_network *network = simulation->network;
    if (simulation->plastic == NULL) {
        return true;
    }
    block->plastic = sl_memory_zeroed(network->projection_count, sizeof *block->plastic);
    block->plastic_scratch = sl_plastic_scratch_create();
    if (block->plastic == NULL || block->plastic_scratch == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < network->projection_count; i++) {
        if (simulation->plastic[i] != NULL &&
            network->projections[i].blocks[block->index].row != NULL &&
            !init_projection(block, i)) {
            return false;
        }
    }
    return true;
}

void sl_plastic_block_clear(block_state *block)
{
    for (uint32_t i = 0; block->plastic != NULL && i < block->network->projection_count; i++) {
        plastic_synapses *synapses = block->plastic[i];
        if (synapses != NULL) {
            free(synapses->weight_d);
            free(synapses->weight_f);
            free(synapses->state);
            free(synapses->accumulated);
            free(synapses->in_degree);
            sl_spike_log_clear(&synapses->posts);
            sl_recent_clear(&synapses->recent);
            free(synapses);
        }
    }
    free(block->plastic);
    sl_plastic_scratch_destroy(block->plastic_scratch);
}

/* ---- Spikes
 * --------------------------------------------------------------------------------------- */

void sl_plastic_fired(block_state *block, uint32_t population, uint32_t neuron, sim_time t)
{
    const projection_index *into = &block->simulation->plastic_into;
    for (uint32_t i = into->start[population]; i < into->start[population + 1]; i++) {
        const uint32_t index = into->projection[i];
        plastic_synapses *synapses = block->plastic[index];
        if (synapses == NULL) {
            continue;
        }
        const uint32_t target = neuron - synapses->first_target;
        if (!block->simulation->plastic[index]->frozen) {
            synapses->updates += synapses->in_degree[target];
        }
        if (!sl_spike_log_add(&synapses->posts, target, t)) {
            block->status = SALTUS_E_MEMORY;
        } else if (synapses->recent.word != NULL) {
            sl_recent_add(&synapses->recent, &synapses->posts, target);
        }
    }
}

/* The spike before all that are in flight: the one that synapses know of. */
#define KEPT_PRES 1

bool sl_plastic_sent(saltus_simulation *simulation, uint32_t population, uint32_t neuron,
                     sim_time t)
{
    const projection_index *from = &simulation->plastic_from;
    const uint32_t source = neuron - simulation->network->populations[population].first;
    for (uint32_t i = from->start[population]; i < from->start[population + 1]; i++) {
        plastic_projection *projection = simulation->plastic[from->projection[i]];
        if (!sl_spike_log_add(&projection->pres, source, t)) {
            return false;
        }
        if (projection->pres.count > projection->pres_limit) {
            const sim_time arrived = simulation->window_start - projection->longest_delay;
            sl_spike_log_forget(&projection->pres, arrived, KEPT_PRES);
            projection->pres_limit = LEAST_PRES + 2 * projection->pres.count;
        }
    }
    return true;
}
