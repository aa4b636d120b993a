/* synapse_values - the weight and the delay of one synapse, where each has its own. */
#ifndef SALTUS_SYNAPSE_VALUES_H
#define SALTUS_SYNAPSE_VALUES_H

#include "network/connection_rule.h"
#include "network/space.h"
#include "network/synapse_layout.h"

/* A projection's synapses in space; positions are NULL where nothing depends on distance. */
typedef struct synapse_space {
    const double *source_um, *target_um; /* [3 * neurons of the population] */
    space_box box;
} synapse_space;

/* One synapse, as it was drawn. */
typedef struct synapse_ends {
    uint32_t source, target; /* indices within the populations */
    uint64_t listed;         /* number among listed synapses */
} synapse_ends;

/* A weight that is drawn, or depends on distance, or both. False: none within its limits. */
bool sl_synapse_weight(const synapse_layout *layout, const synapse_space *space,
                       const synapse_ends *ends, random_stream *stream, double *weight_mV);

/* A delay of its own in ticks; 0: none within its limits. */
sim_time sl_synapse_own_delay(const synapse_layout *layout, const synapse_space *space,
                              const synapse_ends *ends, random_stream *stream);

#endif /* SALTUS_SYNAPSE_VALUES_H */
