/* late - on a grid: runs of plastic synapses with own delays that are under way.
 *
 * Their weights are known only when they arrive, so the input ring keeps runs, not sums. Which runs
 * it has at a time follows from the spikes of the sources. */
#ifndef SALTUS_PLASTIC_LATE_H
#define SALTUS_PLASTIC_LATE_H

#include "engine/plastic/plastic.h"

/* Put into the rings what spikes in the log of sources have under way at `now`. False: out of
 * memory. */
bool sl_plastic_restore_late(struct saltus_simulation *simulation, uint32_t projection);

#endif /* SALTUS_PLASTIC_LATE_H */
