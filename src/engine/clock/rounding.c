/* rounding - what does not fit a grid of steps, and what becomes of it.
 *
 * All rounding of a clock-driven run is here and in the two lines that put an arrival or a spike
 * of a source on the next step's end (clock_grid.c):
 *
 *                   grid, euler                   interpolated            offgrid
 *   delay           nearest step, halves up, >= h at least h              as given
 *   t_ref           nearest step, halves up; one  as given                as given
 *                   that is not 0 at least h
 *   arrivals        up to the next step           as given                as given
 *   reward delay    as given                      at least h              as given
 *
 * What delays and refractory times became is kept for the user (saltus_rounding). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/exact_math.h"
#include "base/memory.h"
#include "base/status.h"
#include "base/wide.h"
#include "engine/clock/input_ring.h"
#include "engine/simulation.h"
#include "models/neuron/lif_delta.h"
#include "network/outgoing.h"
#include "saltus/catalog.h"

/* 10 ms: bounds the spikes that wait for the merge, however long the delays. */
#define LONGEST_WINDOW ((sim_time)1000000000000)
/* Some tenths of a second: a run that is asked to stop does so between windows. */
#define WINDOW_STEPS        ((int64_t)1 << 20)
#define WINDOW_NEURON_STEPS ((int64_t)1 << 26)
#define WINDOW_LEAST_STEPS  64
/* ticks */
#define RUN_MOST ((sim_time)(SIM_TIME_MAX_MS * SIM_TIME_TICKS_PER_MS))
/* Scaled coordinates of a step grow to exp of this. */
#define MOST_TAUS 30
/* Scrubbed V of TIME_BASE_TINY decay for so many tau before they are subnormal: 200 of 247. */
#define SCRUB_TAUS 200
/* Doubles in the rings of all neurons, and of the counts of one block, unless the least reach takes
 * more. Not of all blocks: how far a ring reaches decides in which order its sums are added up. */
#define RING_DOUBLES (1u << 23)
#define LEAST_REACH  32

sim_time sl_clock_grid_delay(sim_time delay, sim_time step)
{
    const sim_time steps = (delay + step / 2) / step;
    return (steps > 1 ? steps : 1) * step;
}

sim_time sl_clock_least_delay(sim_time delay, sim_time step)
{
    return delay < step ? step : delay;
}

/* The function above that the engine uses; NULL: delays stay. */
typedef sim_time (*delay_rounding)(sim_time delay, sim_time step);

static delay_rounding rounding_of(const clock_state *clock)
{
    if (clock->on_grid) {
        return sl_clock_grid_delay;
    }
    return clock->interpolates ? sl_clock_least_delay : NULL;
}

/* ---- What was rounded ------------------------------------------------------------------ */

/* Changes of one thing. They are met in the order of the network's blocks, which depends on the
 * number of threads: the sum is whole ticks, and among changes of one size the shortest time
 * stands. */
typedef struct changes {
    uint64_t count;
    sim_time given, used; /* of the largest */
    int128 sum;           /* ticks */
} changes;

static void note(changes *changes, sim_time given, sim_time used, uint64_t times)
{
    if (given == used || times == 0) {
        return;
    }
    const sim_time by = used - given;
    const sim_time most = changes->used - changes->given;
    if (changes->count == 0 || llabs(by) > llabs(most) ||
        (llabs(by) == llabs(most) && given < changes->given)) {
        changes->given = given;
        changes->used = used;
    }
    changes->count += times;
    changes->sum += (int128)by * (int128)times;
}

static void keep(clock_state *clock, saltus_rounded_what what, uint32_t index, const char *name,
                 const changes *changes)
{
    if (changes->count == 0) {
        return;
    }
    clock->roundings[clock->rounding_count++] = (saltus_rounding){
        .what = what,
        .index = index,
        .name = name,
        .values = changes->count,
        .given_ms = sim_time_to_ms(changes->given),
        .used_ms = sim_time_to_ms(changes->used),
        .mean_change_ms = (double)changes->sum / SIM_TIME_TICKS_PER_MS / (double)changes->count};
}

static void note_delays(const saltus_network *network, const projection *projection,
                        const clock_state *clock, changes *changes)
{
    const delay_rounding rounded = rounding_of(clock);
    if (!projection->own_delay) {
        note(changes, projection->delay, rounded(projection->delay, clock->step),
             projection->synapses);
        return;
    }
    for (uint32_t b = 0; b < network->block_count; b++) {
        const fan_out *rows = &projection->blocks[b];
        const uint32_t count =
            rows->row != NULL ? rows->row[network->populations[projection->source].size] : 0;
        for (uint32_t i = 0; i < count; i++) {
            note(changes, rows->delay[i], rounded(rows->delay[i], clock->step), 1);
        }
    }
}

/* Delays first, then refractory times. */
static bool note_all(const saltus_network *network, clock_state *clock)
{
    clock->roundings = sl_memory_array(
        (size_t)network->projection_count + network->population_count, sizeof *clock->roundings);
    if (clock->roundings == NULL) {
        return false;
    }
    for (uint32_t i = 0; rounding_of(clock) != NULL && i < network->projection_count; i++) {
        const projection *projection = &network->projections[i];
        changes changes = {0};
        note_delays(network, projection, clock, &changes);
        keep(clock, SALTUS_ROUNDED_DELAY, i, projection->name, &changes);
    }
    for (uint32_t i = 0; i < network->population_count; i++) {
        const population *population = &network->populations[i];
        if (!saltus_model_is_source(population->model)) {
            changes changes = {0};
            note(&changes, population->t_ref, clock->t_ref[i], 1);
            keep(clock, SALTUS_ROUNDED_T_REF, i, population->name, &changes);
        }
    }
    return true;
}

/* ---- What is used ---------------------------------------------------------------------- */

static bool round_delays(const saltus_network *network, clock_state *clock)
{
    const delay_rounding rounded = rounding_of(clock);
    clock->min_delay = network->min_delay;
    if (rounded == NULL) {
        return true;
    }
    clock->outgoing = sl_memory_zeroed(network->population_count, sizeof *clock->outgoing);
    for (uint32_t i = 0; clock->outgoing != NULL && i < network->population_count; i++) {
        if (!sl_outgoing_init(&clock->outgoing[i], network, i, rounded, clock->step)) {
            return false;
        }
    }
    if (network->min_delay != SIM_TIME_NEVER) {
        clock->min_delay = rounded(network->min_delay, clock->step);
    }
    return clock->outgoing != NULL;
}

static bool round_t_ref(const saltus_network *network, clock_state *clock)
{
    clock->t_ref = sl_memory_array(network->population_count, sizeof *clock->t_ref);
    for (uint32_t i = 0; clock->t_ref != NULL && i < network->population_count; i++) {
        const sim_time given = network->populations[i].t_ref;
        clock->t_ref[i] =
            clock->on_grid && given > 0 ? sl_clock_grid_delay(given, clock->step) : given;
    }
    return clock->t_ref != NULL;
}

/* Factors over a step. On the grid none is so small that -infinity times it is no infinity. */
static bool set_decay(const saltus_network *network, clock_state *clock)
{
    double fastest = 0; /* decay of any V over a step, in tau */
    clock->decay = sl_memory_array(network->time_base_count, sizeof *clock->decay);
    for (uint32_t i = 0; clock->decay != NULL && i < network->time_base_count; i++) {
        const double tau = network->tau_ms[i] * SIM_TIME_TICKS_PER_MS;
        const double exponent = (double)clock->step / tau;
        const double factor = clock->euler ? 1 - exponent : sl_exp(-exponent);
        clock->decay[i] = fabs(factor) < TIME_BASE_TINY ? TIME_BASE_TINY : factor;
        fastest = fmax(fastest, clock->euler ? -sl_log(fabs(clock->decay[i])) : exponent);
    }
    const double steps = floor(fmin(SCRUB_TAUS / fastest, 0x1p60));
    clock->scrub_steps = steps > 1 ? (int64_t)steps : 1;
    return clock->decay != NULL;
}

/* Test levels of populations whose neurons have thresholds of their own. */
static bool set_levels(const saltus_network *network, clock_state *clock)
{
    clock->level_of = sl_memory_zeroed(network->population_count, sizeof *clock->level_of);
    for (uint32_t i = 0; clock->level_of != NULL && i < network->population_count; i++) {
        const population *population = &network->populations[i];
        if (population->th_of == NULL) {
            continue;
        }
        double *level_of = sl_memory_array(population->size, sizeof *level_of);
        clock->level_of[i] = level_of;
        if (level_of == NULL) {
            return false;
        }
        for (uint32_t n = 0; n < population->size; n++) {
            level_of[n] = lif_delta_test_level(population->th_of[n], 1.0);
        }
    }
    return clock->level_of != NULL;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Slots that there is room for. */
static int64_t ring_room(const saltus_network *network)
{
    const int64_t a_step = network->neuron_count + (int64_t)network->projection_count *
                                                       (int64_t)(sizeof(projection_counts) / 8);
    const int64_t room = RING_DOUBLES / a_step;
    return room > LEAST_REACH ? room : LEAST_REACH;
}

/* First and last own delay that leaves each population, and how far the rings reach. */
static bool set_rings(const saltus_network *network, clock_state *clock)
{
    clock->own_first = sl_memory_array(network->population_count, sizeof *clock->own_first);
    clock->own_last = sl_memory_array(network->population_count, sizeof *clock->own_last);
    if (clock->own_first == NULL || clock->own_last == NULL) {
        return false;
    }
    int64_t span = 0;
    for (uint32_t p = 0; p < network->population_count; p++) {
        clock->own_first[p] = SIM_TIME_NEVER;
        clock->own_last[p] = -1;
        for (uint32_t i = 0; i < network->projection_count; i++) {
            const projection *projection = &network->projections[i];
            if (projection->source != p || !projection->own_delay || projection->synapses == 0) {
                continue;
            }
            const sim_time first = sl_clock_grid_delay(projection->delay, clock->step);
            const sim_time last = sl_clock_grid_delay(projection->max_delay, clock->step);
            clock->own_first[p] = first < clock->own_first[p] ? first : clock->own_first[p];
            clock->own_last[p] = last > clock->own_last[p] ? last : clock->own_last[p];
        }
        if (clock->own_last[p] >= 0) {
            const int64_t steps = (clock->own_last[p] - clock->own_first[p]) / clock->step + 1;
            span = steps > span ? steps : span;
        }
    }
    clock->reach = least(span, ring_room(network)) * clock->step;
    return true;
}

/* Steps in a row: what the smallest delay spans, within bounds. A ring has slots for all of them
 * beside its reach; what that leaves of the room is theirs, or an eighth of it. */
static void set_longest(const saltus_network *network, clock_state *clock)
{
    int64_t steps = least(clock->min_delay, LONGEST_WINDOW) / clock->step;
    const int64_t work = WINDOW_NEURON_STEPS / most(network->neuron_count, 1);
    const int64_t bound = least(WINDOW_STEPS, most(work, WINDOW_LEAST_STEPS));
    clock->bound = least(bound, RUN_MOST / clock->step) * clock->step;
    steps = least(steps, bound);
    if (clock->reach > 0) {
        const int64_t room = ring_room(network);
        const int64_t left = room - clock->reach / clock->step;
        steps = least(steps, most(left, most(room / 8, LEAST_REACH)));
    }
    clock->longest = most(steps, 1);
}

/* Of membranes and currents; neurons with a flow have a membrane without any. */
static double shortest_time_constant(const saltus_network *network)
{
    double shortest_ms = (double)INFINITY;
    for (uint32_t i = 0; i < network->time_base_count; i++) {
        shortest_ms = fmin(shortest_ms, network->tau_ms[i]);
    }
    for (uint32_t i = 0; i < network->population_count; i++) {
        const network_flow *flow = network->populations[i].flow;
        for (uint32_t k = 0; flow != NULL && k < flow->current_count; k++) {
            shortest_ms = fmin(shortest_ms, flow->current_tau_ms[k]);
        }
    }
    return shortest_ms;
}

static saltus_status check_step(const saltus_network *network, const clock_state *clock,
                                saltus_error *error)
{
    const double shortest_ms = shortest_time_constant(network);
    const double step_ms = sim_time_to_ms(clock->step);
    if (clock->euler && !(step_ms <= shortest_ms)) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "euler: with a step of %g ms V goes past its rest in each step; allowed is "
                       "at most the shortest time constant, %g ms",
                       step_ms, shortest_ms);
    }
    if (!clock->on_grid && !(step_ms <= MOST_TAUS * shortest_ms)) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "the step is %g ms; allowed is at most %d times the shortest time "
                       "constant, %g ms",
                       step_ms, MOST_TAUS, MOST_TAUS * shortest_ms);
    }
    return SALTUS_OK;
}

saltus_status sl_clock_init(saltus_simulation *simulation, saltus_engine which, double step_ms,
                            saltus_error *error)
{
    const saltus_network *network = simulation->network;
    clock_state *clock = &simulation->clock;
    simulation->outgoing = network->outgoing;
    simulation->min_delay = network->min_delay;
    if (which == SALTUS_ENGINE_EVENT) {
        return SALTUS_OK;
    }
    saltus_status status = sl_engine_check_step(step_ms, error);
    if (status != SALTUS_OK) {
        return status;
    }
    *clock = (clock_state){.step = sl_sim_time_from_ms(step_ms),
                           .on_grid = which == SALTUS_ENGINE_GRID || which == SALTUS_ENGINE_EULER,
                           .euler = which == SALTUS_ENGINE_EULER,
                           .interpolates = which == SALTUS_ENGINE_INTERPOLATED};
    status = check_step(network, clock, error);
    if (status != SALTUS_OK) {
        return status;
    }
    if (!round_delays(network, clock) || !round_t_ref(network, clock) ||
        !set_decay(network, clock) || !set_levels(network, clock) ||
        (clock->on_grid && !set_rings(network, clock)) || !note_all(network, clock)) {
        return sl_fail_memory(error);
    }
    set_longest(network, clock);
    simulation->min_delay = clock->min_delay;
    simulation->least_delay = clock->interpolates ? clock->step : 0;
    if (clock->outgoing != NULL) {
        simulation->outgoing = clock->outgoing;
    }
    return SALTUS_OK;
}

void sl_clock_clear(saltus_simulation *simulation)
{
    clock_state *clock = &simulation->clock;
    for (uint32_t i = 0; i < simulation->network->population_count; i++) {
        if (clock->outgoing != NULL) {
            sl_outgoing_clear(&clock->outgoing[i]);
        }
        if (clock->level_of != NULL) {
            free(clock->level_of[i]);
        }
    }
    free(clock->outgoing);
    free(clock->level_of);
    free(clock->t_ref);
    free(clock->decay);
    free(clock->own_first);
    free(clock->own_last);
    free(clock->roundings);
    *clock = (clock_state){0};
}
