/* drive - what potentials are relative to, while currents of inputs move it.
 *
 * V is kept relative to v_inf. When the current into a population changes at t, v_inf moves by the
 * same d for all its neurons, and nothing else happens: V is continuous. So at t every V - v_inf
 * becomes V - v_inf - d, thresholds and resets are those of the new v_inf, and crossings are looked
 * for anew. What holds after a change is a function of its number (network/levels.h).
 *
 *   order at t     releases and crossings by drift of t, the change, arrivals of t
 *   on the grid    a change counts from the step that its time is rounded up to, as arrivals do
 *
 * Windows begin and end at changes, and every block that has neurons of a population takes part in
 * each of its changes, so none ever stays behind one. How many changes are done follows from the
 * time: a checkpoint keeps nothing of them.
 */
#ifndef SALTUS_DRIVE_H
#define SALTUS_DRIVE_H

#include <stdbool.h>

#include "network/network.h"

struct block_state;
struct group_state;
struct saltus_simulation;

/* The levels of one population as they are now. */
typedef struct driven_levels {
    size_t done;                      /* number of the last change made; 0: that of time 0 */
    bool moves;                       /* as the window at hand begins */
    double shift;                     /* by which v_inf moves then */
    double th, reset;                 /* relative to v_inf, shared */
    const double *th_of, *reset_of;   /* [size] own, or NULL */
    double *moving_th, *moving_reset; /* [size] these, where they move */
} driven_levels;

/* Levels of time 0; false: out of memory. */
bool sl_drive_init(struct saltus_simulation *simulation);
void sl_drive_clear(struct saltus_simulation *simulation);

/* When the next change counts; SIM_TIME_NEVER: there is none. */
sim_time sl_drive_next(const struct saltus_simulation *simulation);
/* The window that begins now begins with the changes of now; and it is over. */
void sl_drive_begin(struct saltus_simulation *simulation);
void sl_drive_end(struct saltus_simulation *simulation);

/* Does the window begin with a change for some neuron of the block? */
bool sl_drive_concerns(const struct block_state *block);
/* Changes of the window for all groups of the block: in scaled coordinates, and on the grid. */
void sl_drive_enter(struct block_state *block);
void sl_drive_enter_grid(struct block_state *block);

/* All levels as they are at the simulation's time, which a checkpoint has set. */
void sl_drive_resume(struct saltus_simulation *simulation);

/* v_inf of a neuron, counted within its population. */
double sl_drive_v_inf(const struct saltus_simulation *simulation, uint32_t population,
                      uint32_t neuron);

#endif /* SALTUS_DRIVE_H */
