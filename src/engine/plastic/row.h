/* row - synapses of one source that go through the same events, brought up to date together. */
#ifndef SALTUS_PLASTIC_ROW_H
#define SALTUS_PLASTIC_ROW_H

#include "engine/plastic/plastic.h"

/* What consecutive synapses of a row go through. All times on the clock of the target's spikes. */
typedef struct plastic_span {
    const logged_spike *last; /* the source's spike that they know of; time NONE: none */
    sim_time last_time;       /* when it was an event of the synapses; NONE */
    sim_time before_time;     /* the one before that; NONE */
    sim_time from;            /* target spikes from here on */
    sim_time until;           /* and before this */
    bool arrives;             /* a presynaptic spike at `until` */
    bool repeated;            /* at the same time as the one before: of the same source */
    double x_own[2];          /* presynaptic traces just before it */
    sim_time dendritic;       /* later at the synapse */
    sim_time settle_to;       /* at the synapse: rewards act until then, after all events; NONE */
} plastic_span;

/* Weights and states that a span is worked on: those of the block, or copies. */
typedef struct plastic_view {
    const uint32_t *target; /* neuron ids */
    double *weight_d;
    float *weight_f;
    double *state, *accumulated; /* or NULL */
    uint32_t count;
} plastic_view;

/* Add the weights that are 0 then to *zeros, which may be NULL; those that no event touched may be
 * left out unless a spike arrives. False: out of memory. */
bool sl_plastic_advance(const plastic_projection *projection, const plastic_synapses *synapses,
                        plastic_scratch *scratch, const plastic_span *span,
                        const plastic_view *view, uint32_t *zeros);

/* Scratch; NULL when memory ran out. */
plastic_scratch *sl_plastic_scratch_create(void);
void sl_plastic_scratch_destroy(plastic_scratch *scratch);

/* The span of target spikes before `until` after the source's spike `last`, which is an event of
 * the synapses `shift` later; none arrives. */
plastic_span sl_plastic_span(const logged_spike *last, sim_time shift, sim_time dendritic,
                             sim_time swept, sim_time until);
/* The source's spike `own` arrives at its end. */
void sl_plastic_arrives(plastic_span *span, const spike_log *pres, const logged_spike *own);

#endif /* SALTUS_PLASTIC_ROW_H */
