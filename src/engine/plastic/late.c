/* late - see late.h. A spike's row enters the ring in stretches of `reach`, each when its first
 * possible arrival comes up (transit.c); so a delay is under way if its stretch has begun. */
#include "engine/plastic/late.h"

#include "engine/clock/input_ring.h"
#include "engine/simulation.h"

/* Delays below it have entered the ring by `now`; `first`: the smallest own delay of the source. */
static sim_time entered(const clock_state *clock, sim_time emitted, sim_time first, sim_time now)
{
    const sim_time since = now - 1 - emitted - first;
    return since < 0 ? 0 : first + (since / clock->reach + 1) * clock->reach;
}

static bool restore_row(block_state *block, uint32_t index, uint32_t source,
                        const logged_spike *spike)
{
    const saltus_simulation *simulation = block->simulation;
    const clock_state *clock = &simulation->clock;
    const projection *from = &block->network->projections[index];
    const fan_out *rows = &from->blocks[block->index];
    const sim_time limit =
        entered(clock, spike->time, clock->own_first[from->source], simulation->now);
    const uint32_t end = rows->row[source + 1];
    uint32_t i = rows->row[source];
    while (i < end) {
        const uint32_t first = i;
        const sim_time delay = sl_clock_grid_delay(rows->delay[i], clock->step);
        for (i++; i < end && sl_clock_grid_delay(rows->delay[i], clock->step) == delay; i++) {
        }
        const int64_t step = (spike->time + delay) / clock->step;
        if (delay >= limit || step < clock->steps) {
            continue;
        }
        const arrival run = {.time = spike->time + delay,
                             .emitted = spike->time,
                             .source = block->network->populations[from->source].first + source,
                             .row = i - first == 1 ? rows->target[first] : source,
                             .projection = index,
                             .first = first,
                             .count = i - first};
        for (uint32_t k = 0; k < spike->count; k++) {
            if (!sl_arrival_list_push(sl_input_ring_late(block, step), run)) {
                return false;
            }
        }
    }
    return true;
}

bool sl_plastic_restore_late(saltus_simulation *simulation, uint32_t index)
{
    const projection *from = &simulation->network->projections[index];
    const spike_log *pres = &simulation->plastic[index]->pres;
    if (!simulation->clock.on_grid || !from->own_delay) {
        return true;
    }
    for (uint32_t b = 0; b < simulation->network->block_count; b++) {
        block_state *block = &simulation->blocks[b];
        if (from->blocks[b].row == NULL) {
            continue;
        }
        for (uint32_t source = 0; source < pres->neurons; source++) {
            const logged_spike *spike = &pres->line[source].newest;
            for (; spike->count > 0; spike = spike_log_before(pres, spike)) {
                if (!restore_row(block, index, source, spike)) {
                    return false;
                }
            }
        }
    }
    return true;
}
