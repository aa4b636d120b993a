/* transmission - what scales the weight of a single arrival: release at the source's side, scaling
 * at the target's.
 *
 * A delivery adds weight x release x S. Nothing of it touches weights, so learning and reading go
 * on as without it. A row is delivered with one factor for all of its synapses where parameters of
 * release are shared (sent.c: known when the spike is sent, nothing a synapse), with a factor each
 * where synapses have parameters or random numbers of their own (synapse_release.c) or targets are
 * scaled (target_scaling.c).
 *
 * Random numbers of a synapse belong to (projection, source, target, ordinal among the synapses of
 * this pair in the order (delay, drawing)), and to the number of the source's spike: engines,
 * blocks, threads and cuts of the run draw the same.
 */
#ifndef SALTUS_TRANSMISSION_H
#define SALTUS_TRANSMISSION_H

#include "base/vector_kernel.h"
#include "engine/projection_index.h"
#include "engine/state.h"
#include "models/synapse/release.h"
#include "models/synapse/scaling.h"

/* A spike of a source, with what its synapses have to know of it. */
typedef struct sent_spike {
    sim_time time;
    double since;    /* ticks since the source's spike before; the first: -1 */
    double u;        /* shared parameters: probability of release */
    double x;        /* tsodyks_markram: what has recovered; stochastic: probability to refill */
    uint64_t before; /* place in the log of the source's spike before; may be gone */
    uint32_t number; /* of the source's spikes; only its low bits count */
    uint32_t twin;   /* of its spikes of this time */
} sent_spike;

/* Release of one projection: what its blocks share, written between windows. To go on elsewhere:
 * each source's newest spike and those before it that may be in flight; the rest follows from the
 * experiment. */
typedef struct release_projection {
    saltus_release_spec spec;
    bool own;                        /* some parameter belongs to synapses */
    double inverse_rec, inverse_fac; /* of the shared time constants */
    sent_spike *newest; /* [sources] number UINT32_MAX, time SIM_TIME_NEVER: none yet */
    sent_spike *sent;   /* spikes that may be in flight, in the order of sending */
    size_t count, capacity;
    uint64_t first_place; /* of sent[0] */
    size_t limit;         /* look for spikes that have arrived when it holds more */
    sim_time longest_delay;
} release_projection;

/* One projection's synapses in one block. To go on elsewhere: full, u, x, states, draws; the rest
 * follows from the experiment, and a pause lies between the last arrival and any twin of it. */
typedef struct transmission_part {
    const release_projection *release; /* NULL: sure */
    uint16_t *full;                    /* [synapses] stochastic: sites that are full */
    double *u, *x;                     /* [synapses] own: at the last spike; x of tsodyks_markram */
    double *rest;                      /* [synapses] own U, or NULL: shared */
    double *inverse_rec, *inverse_fac; /* [synapses] own time constants, or NULL: shared */
    uint32_t *ordinal; /* [synapses] own delays: of the synapse among those of its pair; NULL: 0 */
    uint64_t draws;    /* random words */
    /* the last arrival, to know two spikes of one source at one time from one */
    sim_time last_emitted;
    uint32_t last_source, last_first, twin;
    uint32_t number; /* of its source's spike */

    bool scaled;
    scaling_law law;
    scaling_state *states; /* [targets in the block] */
    uint32_t first_target; /* neuron id of the first of them */
} transmission_part;

/* ---- Life cycle (transmission.c) ------------------------------------------------------------- */

/* The simulation's projections; its clock, if any, is set. False: out of memory. */
bool sl_transmission_init(struct saltus_simulation *simulation);
void sl_transmission_clear(struct saltus_simulation *simulation);
bool sl_transmission_block_init(block_state *block);
void sl_transmission_block_clear(block_state *block);

/* ---- While it runs -----------------------------------------------------------------------------
 */

/* How a row's weights count at one arrival. */
typedef struct transmitted {
    double gain;    /* of all */
    double *factor; /* [count] beside that of each; NULL: 1. Scratch of the block */
} transmitted;

/* Synapses first .. first + count - 1 of the arrival's row release; block->transmission[projection]
 * is there. */
transmitted sl_transmit(block_state *block, uint32_t projection, uint32_t first, uint32_t count,
                        const arrival *arrival);
/* A neuron of `population` fired; scaling sees it at t. */
void sl_transmission_fired(block_state *block, uint32_t population, uint32_t neuron, sim_time t);

/* ---- Parts of it -------------------------------------------------------------------------------
 */

/* sent.c: a source or neuron fired; between windows. False: out of memory. */
bool sl_transmission_sent(struct saltus_simulation *simulation, uint32_t population,
                          uint32_t neuron, sim_time t);
/* The spike of source `source` (index) at t that is its `twin`-th of that time; it has not arrived
 * everywhere. */
const sent_spike *sl_sent_find(const release_projection *release, uint32_t source, sim_time t,
                               uint32_t twin);
/* The source's spike before this one; NULL: none, or it has arrived long ago. */
const sent_spike *sl_sent_before(const release_projection *release, const sent_spike *spike);
/* Into a fresh projection: spikes of a source, the oldest first. False: out of memory. */
bool sl_sent_restore(release_projection *release, uint32_t source, const sent_spike *spike);

/* synapse_release.c: parameters and state of single synapses. False: out of memory. */
bool sl_synapse_release_init(transmission_part *part, const saltus_network *network,
                             uint32_t projection, uint32_t block);
/* factor[i] = what synapse first + i releases. */
void sl_synapse_release(transmission_part *part, const vector_kernel *kernel,
                        const saltus_network *network, uint32_t projection, uint32_t block,
                        uint32_t first, uint32_t count, uint32_t source, const sent_spike *spike,
                        double *factor);

/* target_scaling.c: factor[i] *= S of the target, at t. */
void sl_target_scaling(const transmission_part *part, const vector_kernel *kernel,
                       const uint32_t *target, uint32_t count, sim_time t, double *factor);

#endif /* SALTUS_TRANSMISSION_H */
