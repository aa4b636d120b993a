/* drive - see drive.h. */
#include "engine/drive.h"

#include <stdlib.h>

#include "base/memory.h"
#include "engine/event/currents.h"
#include "engine/event/group.h"
#include "engine/simulation.h"
#include "models/neuron/lif_delta.h"
#include "network/levels.h"
#include "saltus/catalog.h"

/* Neurons with a flow have absolute potentials, and look their current up themselves. */
static const current_course *course_of(const population *from)
{
    return from->flow == NULL ? from->course : NULL;
}

/* ---- Levels ---------------------------------------------------------------------------- */

static bool init_drive(driven_levels *drive, const population *from)
{
    drive->th = from->th;
    drive->reset = from->reset;
    drive->th_of = from->th_of;
    drive->reset_of = from->reset_of;
    if (course_of(from) == NULL || from->th_of == NULL) {
        return true;
    }
    drive->moving_th = sl_memory_copy(from->th_of, from->size, sizeof *from->th_of);
    drive->moving_reset = sl_memory_copy(from->reset_of, from->size, sizeof *from->reset_of);
    drive->th_of = drive->moving_th;
    drive->reset_of = drive->moving_reset;
    return drive->moving_th != NULL && drive->moving_reset != NULL;
}

bool sl_drive_init(saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    simulation->drives = sl_memory_zeroed(network->population_count, sizeof *simulation->drives);
    bool done = simulation->drives != NULL;
    for (uint32_t i = 0; done && i < network->population_count; i++) {
        done = init_drive(&simulation->drives[i], &network->populations[i]);
    }
    return done;
}

void sl_drive_clear(saltus_simulation *simulation)
{
    for (uint32_t i = 0; simulation->drives != NULL && i < simulation->network->population_count;
         i++) {
        free(simulation->drives[i].moving_th);
        free(simulation->drives[i].moving_reset);
    }
    free(simulation->drives);
}

/* The population's shared levels after the change that is done. */
static void set_shared(driven_levels *drive, const population *from)
{
    if (from->th_of == NULL) {
        drive->th = sl_level_threshold_of(from, 0, drive->done);
        drive->reset = sl_level_reset_of(from, 0, drive->done);
    }
}

/* Those of the neurons of a group, which has done what is due before the change, and what arrivals
 * at it are tested against. */
static void set_group(const saltus_simulation *simulation, group_state *group)
{
    const uint32_t index = group->group->population;
    const population *from = group->population;
    const driven_levels *drive = &simulation->drives[index];
    const uint32_t offset = group->group->first - from->first;
    double *level_of =
        simulation->clock.level_of != NULL ? simulation->clock.level_of[index] : NULL;
    for (uint32_t i = offset; drive->moving_th != NULL && i < offset + group->group->count; i++) {
        drive->moving_th[i] = sl_level_threshold_of(from, i, drive->done);
        drive->moving_reset[i] = sl_level_reset_of(from, i, drive->done);
        if (level_of != NULL) {
            level_of[i] = lif_delta_test_level(drive->moving_th[i], 1.0);
        }
    }
    group->reset = drive->reset;
    if (!group->test.none) {
        group->test.th = drive->th;
    }
}

double sl_drive_v_inf(const saltus_simulation *simulation, uint32_t index, uint32_t neuron)
{
    const population *from = &simulation->network->populations[index];
    if (course_of(from) != NULL) {
        return sl_level_v_inf_of(from, neuron, simulation->drives[index].done);
    }
    return from->v_inf_of != NULL ? from->v_inf_of[neuron] : from->v_inf;
}

/* ---- When ------------------------------------------------------------------------------- */

/* On the grid a change of (t - h, t] counts at t. */
static sim_time counts_from(const saltus_simulation *simulation, sim_time t)
{
    const sim_time step = simulation->clock.step;
    return simulation->clock.on_grid ? (t + step - 1) / step * step : t;
}

sim_time sl_drive_next(const saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    sim_time next = SIM_TIME_NEVER;
    for (uint32_t i = 0; i < network->population_count; i++) {
        const current_course *course = course_of(&network->populations[i]);
        const size_t to_come = simulation->drives[i].done + 1;
        if (course != NULL && to_come < course->count) {
            const sim_time t = counts_from(simulation, course->change[to_come].time);
            next = t < next ? t : next;
        }
    }
    return next;
}

void sl_drive_begin(saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    for (uint32_t i = 0; i < network->population_count; i++) {
        const population *from = &network->populations[i];
        driven_levels *drive = &simulation->drives[i];
        if (course_of(from) == NULL) {
            continue;
        }
        const size_t last = sl_current_course_at(from->course, simulation->now);
        if (last > drive->done) {
            drive->moves = true;
            drive->shift = sl_level_shift(from, drive->done, last);
            drive->done = last;
            set_shared(drive, from);
            if (!simulation->tests[i].none) {
                simulation->tests[i].th = drive->th;
            }
            simulation->drive_moves = true;
        }
    }
}

void sl_drive_end(saltus_simulation *simulation)
{
    for (uint32_t i = 0; simulation->drive_moves && i < simulation->network->population_count;
         i++) {
        simulation->drives[i].moves = false;
    }
    simulation->drive_moves = false;
}

void sl_drive_resume(saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    const clock_state *clock = &simulation->clock;
    const sim_time last = clock->on_grid ? (clock->steps - 1) * clock->step : simulation->now - 1;
    for (uint32_t i = 0; i < network->population_count; i++) {
        const population *from = &network->populations[i];
        driven_levels *drive = &simulation->drives[i];
        if (course_of(from) != NULL && last > 0) {
            drive->done = sl_current_course_at(from->course, last);
            set_shared(drive, from);
            if (!simulation->tests[i].none) {
                simulation->tests[i].th = drive->th;
            }
        }
    }
    for (uint32_t b = 0; b < network->block_count; b++) {
        const block_state *block = &simulation->blocks[b];
        for (uint32_t g = 0; g < block->block->group_count; g++) {
            if (course_of(block->groups[g].population) != NULL) {
                set_group(simulation, &block->groups[g]);
            }
        }
    }
}

/* ---- What happens to a block ------------------------------------------------------------ */

static bool moves(const block_state *block, uint32_t g)
{
    return block->simulation->drives[block->groups[g].group->population].moves;
}

bool sl_drive_concerns(const block_state *block)
{
    bool concerned = false;
    for (uint32_t g = 0; block->simulation->drive_moves && g < block->block->group_count; g++) {
        concerned = concerned || moves(block, g);
    }
    return concerned;
}

static void subtract(double *restrict scaled, uint32_t count, double amount)
{
    for (uint32_t i = 0; i < count; i++) {
        scaled[i] -= amount;
    }
}

void sl_drive_enter(block_state *block)
{
    const saltus_simulation *simulation = block->simulation;
    const sim_time t = simulation->window_start;
    for (uint32_t g = 0; simulation->drive_moves && g < block->block->group_count; g++) {
        group_state *group = &block->groups[g];
        if (!moves(block, g)) {
            continue;
        }
        if (block->group_next[g] <= t) {
            sl_group_advance(block, g, t, t);
        }
        const double shift = simulation->drives[group->group->population].shift;
        set_group(simulation, group);
        subtract(group->scaled, group->group->count, shift * time_base_scale(group->base, t));
        block->exp_evaluations++;
        if (block->before != NULL) {
            const uint32_t first = group->group->first - block->block->first_neuron;
            subtract(block->before + first, group->group->count, shift);
        }
        sl_group_look_anew(block, g, t);
    }
}

void sl_drive_enter_grid(block_state *block)
{
    const saltus_simulation *simulation = block->simulation;
    for (uint32_t g = 0; simulation->drive_moves && g < block->block->group_count; g++) {
        group_state *group = &block->groups[g];
        if (moves(block, g)) {
            set_group(simulation, group);
            subtract(group->scaled, group->group->count,
                     simulation->drives[group->group->population].shift);
        }
    }
}
