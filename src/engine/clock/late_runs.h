/* late_runs - on the grid: spikes that have runs with own delays in the rings.
 *
 * Where weights are known only when they arrive (learning, release, scaling), the rings keep runs
 * of synapses and no sums. Which runs they have at a time follows from the spikes that sent them.
 */
#ifndef SALTUS_LATE_RUNS_H
#define SALTUS_LATE_RUNS_H

#include "engine/state.h"

typedef struct late_spike {
    sim_time emitted;
    uint32_t neuron; /* id */
    uint32_t twin;   /* number among its spikes of this time */
} late_spike;

typedef struct late_spikes {
    late_spike *spike;
    size_t count, capacity;
} late_spikes;

/* All that have runs under way, in the order of (neuron, emitted, twin); to be freed. False: out of
 * memory. */
bool sl_late_runs_find(const struct saltus_simulation *simulation, late_spikes *spikes);
/* Put what one spike of `neuron` has under way now into empty rings. False: out of memory. */
bool sl_late_runs_restore(struct saltus_simulation *simulation, uint32_t neuron, sim_time emitted);

#endif /* SALTUS_LATE_RUNS_H */
