/* synapse_layout - what the synapses of a projection store of their own, and its bytes. */
#ifndef SALTUS_SYNAPSE_LAYOUT_H
#define SALTUS_SYNAPSE_LAYOUT_H

#include <stdbool.h>

#include "base/sim_time.h"
#include "base/status.h"
#include "saltus/experiment.h"

typedef enum weight_kind {
    WEIGHT_SHARED,       /* one double for all */
    WEIGHT_DRAWN,        /* a float each; drawn or by distance */
    WEIGHT_LISTED_FLOAT, /* a float each, which holds the listed double exactly */
    WEIGHT_LISTED_DOUBLE /* a double each */
} weight_kind;

/* Of own delays it does not matter here where they come from. */
typedef enum delay_kind { DELAY_SHARED, DELAY_OWN } delay_kind;

typedef struct synapse_layout {
    weight_kind weight_kind;
    delay_kind delay_kind;
    double shared_weight;          /* in the unit of the target */
    sim_time delay;                /* shared */
    saltus_value weight, delay_ms; /* drawn: truncated to what can be stored; listed */
    bool assigned; /* listed weights are in the order of rows, not in that of drawing */
    bool kernel;   /* listed weights are those of a convolution's kernel */
    saltus_distance_profile weight_profile;
    bool conducted; /* delays grow by distance / velocity */
    saltus_value velocity_m_s;
    uint32_t bytes; /* of one synapse */
} synapse_layout;

/* What one projection needs. Looks through listed values. */
synapse_layout sl_synapse_layout(const saltus_projection_spec *spec);

/* Can it be built? `name` is the projection's, for the message. */
saltus_status sl_synapse_layout_check(const synapse_layout *layout,
                                      const saltus_projection_spec *spec, const char *name,
                                      saltus_error *error);

/* A delay in ticks; 0 when it is not positive or too long to be one. */
sim_time sl_synapse_delay(double delay_ms);

#endif /* SALTUS_SYNAPSE_LAYOUT_H */
