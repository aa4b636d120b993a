/* clock_continuous - steps in which arrivals keep their own times: `interpolated`, `offgrid`.
 *
 * Every neuron is visited in every step, but what happens within a step [t_k, t_k + h) is in its
 * order, by the code of the event engine (event/block_window.c) in scaled coordinates that begin
 * with the step: U = v exp((t - t_k)/tau). At the step's end U exp(-h/tau) is v again.
 *
 *   offgrid       arrivals are tested as they come, crossings by drift are looked for in each step:
 *                 exact spikes, the grid is bookkeeping (Morrison, Straube, Plesser & Diesmann
 *                 2007)
 *   interpolated  thresholds are looked at when a step ends; the spike's time is where the straight
 *                 line from v(t_k) to v(t_k + h) meets the threshold, and refractoriness counts
 *                 from there (Hansel, Mato, Meunier & Neltner 1998). Second order in h where v is
 *                 smooth, first order where an arrival makes it jump over the threshold. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/event/block_window.h"
#include "engine/event/own_delays.h"
#include "engine/simulation.h"
#include "models/neuron/lif_delta.h"

static sim_time next(const saltus_simulation *simulation)
{
    return simulation->now;
}

/* At most d_min long from its first event (interpolated: from the beginning of its first step,
 * where a spike found at the step's end may lie). Its end is a step's where that leaves anything,
 * so that a part of a step is a window by itself and only its own spikes wait (transit.c). */
static void open_window(saltus_simulation *simulation, sim_time start, sim_time stop)
{
    clock_state *clock = &simulation->clock;
    const sim_time begun = start / clock->step * clock->step;
    const sim_time event = sl_transit_next(simulation);
    const sim_time first = event > start ? (event < stop ? event : stop) : start;
    const sim_time from = clock->interpolates ? begun : first;
    const sim_time steps = clock->longest * clock->step;
    const sim_time longest = simulation->min_delay < steps ? simulation->min_delay : steps;
    sim_time far = longest < stop - from ? from + longest : stop;
    if (simulation->own_delays && far - start > OWN_DELAYS_LONGEST) {
        far = start + OWN_DELAYS_LONGEST;
    }
    const sim_time end = clock->bound < far - begun ? begun + clock->bound : far;
    const sim_time aligned = end / clock->step * clock->step;
    simulation->window_start = start;
    simulation->window_end = aligned > start ? aligned : end;
    simulation->stretch_end = simulation->window_end;
    clock->steps = simulation->window_end / clock->step;
}

/* ---- The end of a step ------------------------------------------------------------------- */

/* Times of a step's spikes in one group; refractoriness ends in their order. */
typedef struct found_spike {
    sim_time time;
    uint32_t member;
} found_spike;

static int compare(const void *a, const void *b)
{
    const found_spike *x = a;
    const found_spike *y = b;
    if (x->time != y->time) {
        return x->time < y->time ? -1 : 1;
    }
    return (x->member > y->member) - (x->member < y->member);
}

/* Where the line from `before` at t to `after` at t + h meets th; the last tick of the step when
 * the neuron was refractory as it began. */
static sim_time crossing_of_line(double before, double after, double th, sim_time t, sim_time step)
{
    const double share = (th - before) / (after - before);
    if (!(before > LIF_REFRACTORY) || !(share < 1)) {
        return t + step - 1;
    }
    const sim_time offset = share > 0 ? llrint(share * (double)step) : 0;
    return t + (offset < step ? offset : step - 1);
}

/* Who has reached threshold when the step from `t` on ends fires within it. */
static void find_spikes(block_state *block, uint32_t g, sim_time t)
{
    const clock_state *clock = &block->simulation->clock;
    group_state *group = &block->groups[g];
    const double *before = block->before + (group->group->first - block->block->first_neuron);
    uint16_t reached[NETWORK_GROUP_NEURONS];
    found_spike found[NETWORK_GROUP_NEURONS];
    const size_t spikes = sl_clock_test_and_decay(block, group, 1.0, t + clock->step, reached);
    for (size_t i = 0; i < spikes; i++) {
        const uint32_t member = reached[i];
        const double th = group_own_threshold(group, member, t + clock->step);
        found[i] = (found_spike){
            .time = crossing_of_line(before[member], group->scaled[member], th, t, clock->step),
            .member = member};
    }
    qsort(found, spikes, sizeof found[0], compare);
    for (size_t i = 0; i < spikes; i++) {
        sl_group_fire(block, g, found[i].member, found[i].time);
    }
}

/* What a step must know of its beginning; while the group is still in the nearest cache. */
static void keep_beginning(block_state *block, const group_state *group)
{
    if (block->before != NULL) {
        double *before = block->before + (group->group->first - block->block->first_neuron);
        memcpy(before, group->scaled, group->group->count * sizeof *before);
    }
}

/* v at the end of the step from `t` on, for every neuron; then scaled coordinates begin anew. */
static void finish_step(block_state *block, sim_time t)
{
    const clock_state *clock = &block->simulation->clock;
    const sim_time end = t + clock->step;
    const bool scrubs = end / clock->step % clock->scrub_steps == 0;
    for (uint32_t i = 0; i < block->network->time_base_count; i++) {
        time_base_at(&block->bases[i], end, end + clock->step);
    }
    for (uint32_t g = 0; g < block->block->group_count; g++) {
        group_state *group = &block->groups[g];
        if (group->base == NULL) {
            continue;
        }
        uint16_t none[NETWORK_GROUP_NEURONS];
        block->context.kernel->step(group->scaled, clock->decay[group->population->time_base],
                                    (double)INFINITY, NULL, group->group->count, none);
        if (scrubs) {
            sl_clock_scrub(group);
        }
        if (clock->interpolates) {
            find_spikes(block, g, t);
        }
        keep_beginning(block, group);
        if (block->groups[g].test.drift) {
            group->horizon = end;
            group_due(block, g, end);
        }
        for (uint32_t i = 0; i < group->train_count; i++) {
            if (group->trains[i].next < end + clock->step) {
                sl_group_rescale(block, g);
                break;
            }
        }
    }
}

/* ---- A window ---------------------------------------------------------------------------- */

static void work(block_state *block)
{
    const saltus_simulation *simulation = block->simulation;
    const sim_time step = simulation->clock.step;
    const arrival_list *list = &simulation->arrivals;
    if (!sl_block_take_in(block)) {
        return;
    }
    sl_drive_enter(block);
    size_t from = 0;
    for (sim_time t = simulation->window_start; t < simulation->window_end;) {
        const sim_time begun = t / step * step;
        const bool whole = simulation->window_end - begun >= step;
        const sim_time end = whole ? begun + step : simulation->window_end;
        size_t to = from;
        while (to < list->count && list->entry[to].time < end) {
            to++;
        }
        sl_block_work(block, to > from ? list->entry + from : NULL, to - from, end);
        if (whole) {
            finish_step(block, begun);
        }
        from = to;
        t = end;
    }
}

static void start(block_state *block)
{
    sl_block_start(block);
    for (uint32_t g = 0; g < block->block->group_count; g++) {
        if (block->groups[g].base != NULL) {
            keep_beginning(block, &block->groups[g]);
        }
    }
}

static double potential(const saltus_simulation *simulation, uint32_t id, sim_time t)
{
    const saltus_network *network = simulation->network;
    const double scaled = simulation->scaled[id];
    if (scaled == LIF_REFRACTORY) {
        return scaled;
    }
    const block_state *block = &simulation->blocks[sl_network_block_of(network, id)];
    const uint32_t base = network->populations[sl_network_population_of(network, id)].time_base;
    return scaled / time_base_scale(&block->bases[base], t);
}

const engine sl_engine_interpolated = {
    .name = "interpolated",
    .summary = "clock: spike times by linear interpolation between step ends",
    .scheduler = "delay_lines",
    .next = next,
    .open = open_window,
    .work = work,
    .start = start,
    .potential = potential,
};

const engine sl_engine_offgrid = {
    .name = "offgrid",
    .summary = "clock: exact spikes inside a global grid of steps",
    .scheduler = "delay_lines",
    .next = next,
    .open = open_window,
    .work = work,
    .start = start,
    .potential = potential,
};
