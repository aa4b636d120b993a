/* clock - what a clock-driven run needs beside the state that all engines share.
 *
 * The step h is a whole number of ticks; step k belongs to the time k h. What is rounded to steps
 * is decided in rounding.c and nowhere else; docs/clock.md says how.
 */
#ifndef SALTUS_CLOCK_H
#define SALTUS_CLOCK_H

#include "engine/state.h"

typedef struct clock_state {
    sim_time step;       /* h; 0: the event engine */
    bool on_grid;        /* grid, euler: all arrivals and spikes at step ends */
    bool euler;          /* factor 1 - h/tau */
    bool interpolates;   /* thresholds at step ends, spike times between them */
    double *decay;       /* [time_base_count] factor of V - v_inf over a step */
    int64_t scrub_steps; /* every so many steps what has decayed to next to nothing becomes 0 */
    int64_t steps;       /* done */
    int64_t longest;     /* window, in steps */
    sim_time bound;      /* window without an event, so that a run can be stopped */

    /* grid: the window's steps, and whether V stays at the last of them to be read there */
    int64_t first_step, last_step;
    bool rests, rested; /* of this window, of the one before */

    outgoing *outgoing; /* [population_count] delays as used; NULL: the network's */
    sim_time min_delay; /* of these */
    sim_time *t_ref;    /* [population_count] as used */
    double **level_of; /* [population_count] test level of each neuron at step ends; NULL: shared */

    /* grid: synapses with own delays go into the ring in stretches of `reach` ticks */
    sim_time reach;
    sim_time *own_first, *own_last; /* [population_count] own delays leaving it; -1: none */

    saltus_rounding *roundings;
    size_t rounding_count;
} clock_state;

/* rounding.c: delays, refractory times and factors for engine and step; the simulation's network
 * and engine are set. On failure what was made is released by sl_clock_clear. */
saltus_status sl_clock_init(struct saltus_simulation *simulation, saltus_engine which,
                            double step_ms, saltus_error *error);
void sl_clock_clear(struct saltus_simulation *simulation);

/* What a delay becomes: the nearest number of steps, halves up, at least one. */
sim_time sl_clock_grid_delay(sim_time delay, sim_time step);
/* At least a step: a spike found at a step's end arrives in no earlier step. */
sim_time sl_clock_least_delay(sim_time delay, sim_time step);

/* membranes.c: writes down who of the group has reached threshold at t (room for all), multiplies V
 * by `factor`. Returns how many. */
size_t sl_clock_test_and_decay(const block_state *block, group_state *group, double factor,
                               sim_time t, uint16_t *reached);
/* Every |V - v_inf| of a group below TIME_BASE_TINY becomes 0, so that nothing is computed with
 * subnormal numbers. */
void sl_clock_scrub(group_state *group);

#endif /* SALTUS_CLOCK_H */
