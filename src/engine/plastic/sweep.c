/* sweep - bring the spikes of targets into all weights, so that they can be forgotten.
 *
 * A presynaptic spike with s before the horizon now - 2 d_dendrite has arrived, so target spikes
 * before the horizon can be brought in: nothing can come between them any more. A sweep does what
 * the next arrival would do first, so it changes no bit, whenever it comes. */
#include "engine/plastic/row.h"
#include "engine/simulation.h"

/* Synapses first .. first + count - 1, of one delay. */
static bool sweep_run(block_state *block, uint32_t index, uint32_t source, uint32_t first,
                      uint32_t count, sim_time delay, sim_time now)
{
    const saltus_simulation *simulation = block->simulation;
    const plastic_projection *projection = simulation->plastic[index];
    plastic_synapses *synapses = block->plastic[index];
    const sim_time dendritic = sl_plastic_dendritic(simulation, projection, delay);
    const logged_spike *arrived = spike_log_find(&projection->pres, source, now - delay);
    const plastic_span span = sl_plastic_span(arrived, delay - 2 * dendritic, synapses->swept,
                                              now - 2 * projection->most_dendritic);
    if (span.from >= span.until) {
        return true;
    }
    const plastic_view view = {
        .target = block->network->projections[index].blocks[block->index].target + first,
        .weight_d = synapses->weight_d != NULL ? synapses->weight_d + first : NULL,
        .weight_f = synapses->weight_f != NULL ? synapses->weight_f + first : NULL,
        .state = synapses->state != NULL ? synapses->state + first : NULL,
        .accumulated = synapses->accumulated != NULL ? synapses->accumulated + first : NULL,
        .count = count};
    return sl_plastic_advance(projection, synapses, block->plastic_scratch, &span, &view, NULL);
}

static bool sweep_row(block_state *block, uint32_t index, uint32_t source, sim_time now)
{
    const saltus_simulation *simulation = block->simulation;
    const projection *from = &block->network->projections[index];
    const fan_out *rows = &from->blocks[block->index];
    const uint32_t end = rows->row[source + 1];
    uint32_t i = rows->row[source];
    while (i < end) {
        const uint32_t first = i;
        if (rows->delay == NULL) {
            i = end;
        } else {
            for (i++; i < end && rows->delay[i] == rows->delay[first]; i++) {
            }
        }
        const sim_time delay =
            sl_plastic_delay(simulation, rows->delay != NULL ? rows->delay[first] : from->delay);
        if (!sweep_run(block, index, source, first, i - first, delay, now)) {
            return false;
        }
    }
    return true;
}

void sl_plastic_sweep(block_state *block, uint32_t index, sim_time now)
{
    const plastic_projection *projection = block->simulation->plastic[index];
    plastic_synapses *synapses = block->plastic[index];
    const sim_time horizon = now - 2 * projection->most_dendritic;
    if (horizon <= synapses->swept) {
        return;
    }
    const uint32_t sources = projection->pres.neurons;
    for (uint32_t source = 0; source < sources && !projection->frozen; source++) {
        if (!sweep_row(block, index, source, now)) {
            block->out_of_memory = true;
            return;
        }
    }
    synapses->swept = horizon;
    sl_spike_log_forget(&synapses->posts, horizon, 1);
}

void sl_plastic_tidy(block_state *block)
{
    const saltus_simulation *simulation = block->simulation;
    for (uint32_t i = 0; block->plastic != NULL && i < block->network->projection_count; i++) {
        plastic_synapses *synapses = block->plastic[i];
        if (synapses != NULL && synapses->posts.count > synapses->posts_limit) {
            sl_plastic_sweep(block, i, simulation->window_start);
        }
    }
}
