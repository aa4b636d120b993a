/* outgoing - the delays at which spikes of a population arrive somewhere. */
#ifndef SALTUS_OUTGOING_H
#define SALTUS_OUTGOING_H

#include "network/network.h"

/* Delay classes of population `source`. `rounded` (may be NULL) turns a constant delay into the one
 * that is used. False when memory ran out; clear in every case. */
bool sl_outgoing_init(outgoing *out, const saltus_network *network, uint32_t source,
                      sim_time (*rounded)(sim_time delay, sim_time step), sim_time step);
void sl_outgoing_clear(outgoing *out);

#endif /* SALTUS_OUTGOING_H */
