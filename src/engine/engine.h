/* engine - the contract of what advances time: which windows there are, what is done in one.
 *
 * run.c opens a window, collects its arrivals, has every block work on it, merges and sends the
 * spikes. A window may be as long as no spike emitted in it can arrive in it. An engine is a file
 * with these functions and a line in engine_names.c.
 */
#ifndef SALTUS_ENGINE_H
#define SALTUS_ENGINE_H

#include "engine/state.h"

typedef struct engine {
    const char *name, *summary;
    const char *scheduler; /* unless another is asked for */
    /* Start of the next window; SIM_TIME_NEVER when nothing is left to do. */
    sim_time (*next)(const struct saltus_simulation *simulation);
    /* Set window_start = start and window_end <= stop. */
    void (*open)(struct saltus_simulation *simulation, sim_time start, sim_time stop);
    /* All of the window in one block; spikes go to block->spikes. */
    void (*work)(block_state *block);
    /* Neurons at or above threshold at time 0 fire. */
    void (*start)(block_state *block);
    /* V - v_inf of neuron `id` at `t`, everything before t done; -infinity while refractory. */
    double (*potential)(const struct saltus_simulation *simulation, uint32_t id, sim_time t);
    /* How far the threshold of a neuron with currents is above v_th; NULL: it has none such. */
    double (*theta)(const struct saltus_simulation *simulation, uint32_t id, sim_time t);
} engine;

/* By saltus_engine. */
extern const engine *const sl_engines[];

#endif /* SALTUS_ENGINE_H */
