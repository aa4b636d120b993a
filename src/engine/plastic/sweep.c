/* sweep - bring the spikes of targets into all weights, so that they can be forgotten.
 *
 * A presynaptic spike with s before the horizon now - 2 d_dendrite has arrived, so target spikes
 * before the horizon can be brought in: nothing can come between them any more. A sweep does what
 * the next arrival would do first, so it changes no bit, whenever it comes.
 *
 * Rewards are kept until all weights know of them. To a synapse that no spike touches they come at
 * times that the signal sets (modulator.h), and up to the last of these a sweep brings them in. */
#include "engine/plastic/row.h"
#include "engine/simulation.h"

/* How far: arrivals before `now` are done, target spikes before `horizon` are brought in, rewards
 * before `settle_to` act; NONE: there is no modulator. */
typedef struct sweep {
    sim_time now, horizon, settle_to;
} sweep;

/* Synapses first .. first + count - 1, of one delay. */
static bool sweep_run(block_state *block, uint32_t index, uint32_t source, uint32_t first,
                      uint32_t count, sim_time delay, const sweep *sweep)
{
    const saltus_simulation *simulation = block->simulation;
    const plastic_projection *projection = simulation->plastic[index];
    plastic_synapses *synapses = block->plastic[index];
    const sim_time dendritic = sl_plastic_dendritic(simulation, projection, delay);
    const logged_spike *arrived = spike_log_find(&projection->pres, source, sweep->now - delay);
    plastic_span span =
        sl_plastic_span(arrived, delay - 2 * dendritic, dendritic, synapses->swept, sweep->horizon);
    span.settle_to = sweep->settle_to;
    if (span.from >= span.until && span.settle_to <= synapses->settled) {
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

static bool sweep_row(block_state *block, uint32_t index, uint32_t source, const sweep *sweep)
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
        if (!sweep_run(block, index, source, first, i - first, delay, sweep)) {
            return false;
        }
    }
    return true;
}

static void sweep_all(block_state *block, uint32_t index, const sweep *sweep)
{
    const plastic_projection *projection = block->simulation->plastic[index];
    plastic_synapses *synapses = block->plastic[index];
    if (sweep->horizon <= synapses->swept && sweep->settle_to <= synapses->settled) {
        return;
    }
    const uint32_t sources = projection->pres.neurons;
    const bool goes_on = !projection->frozen || synapses->state != NULL;
    for (uint32_t source = 0; source < sources && goes_on; source++) {
        if (!sweep_row(block, index, source, sweep)) {
            block->status = SALTUS_E_MEMORY;
            return;
        }
    }
    if (sweep->settle_to > synapses->settled) {
        synapses->settled = sweep->settle_to;
    }
    if (sweep->horizon > synapses->swept) {
        synapses->swept = sweep->horizon;
        sl_spike_log_forget(&synapses->posts, sweep->horizon, 1);
    }
}

void sl_plastic_sweep(block_state *block, uint32_t index, sim_time now)
{
    const plastic_projection *projection = block->simulation->plastic[index];
    sweep sweep = {
        .now = now, .horizon = now - 2 * projection->most_dendritic, .settle_to = SPIKE_LOG_NONE};
    if (projection->modulator != NULL && sweep.horizon > 0) {
        sweep.settle_to = sl_modulator_cut(projection->modulator, sweep.horizon);
    }
    sweep_all(block, index, &sweep);
}

void sl_plastic_settle(block_state *block, uint32_t index, sim_time now)
{
    const plastic_projection *projection = block->simulation->plastic[index];
    const sweep sweep = {.now = now,
                         .horizon = now - 2 * projection->most_dendritic,
                         .settle_to = projection->modulator != NULL ? now : SPIKE_LOG_NONE};
    sweep_all(block, index, &sweep);
}

/* More rewards than are worth keeping, and a time has come up to which they can be brought in? */
static bool too_many_rewards(const plastic_projection *projection, const plastic_synapses *synapses,
                             sim_time now)
{
    const modulator_signal *signal = projection->modulator;
    const sim_time horizon = now - 2 * projection->most_dendritic;
    return signal != NULL && signal->count > synapses->posts_limit && horizon > 0 &&
           sl_modulator_cut(signal, horizon) > synapses->settled;
}

void sl_plastic_tidy(block_state *block)
{
    const saltus_simulation *simulation = block->simulation;
    const sim_time now = simulation->window_start;
    for (uint32_t i = 0; block->plastic != NULL && i < block->network->projection_count; i++) {
        plastic_synapses *synapses = block->plastic[i];
        if (synapses != NULL && (synapses->posts.count > synapses->posts_limit ||
                                 too_many_rewards(simulation->plastic[i], synapses, now))) {
            sl_plastic_sweep(block, i, now);
        }
    }
}
