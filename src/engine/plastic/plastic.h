/* plastic - synapses that learn: what a simulation keeps for them and when it changes.
 *
 * All times are taken on the clock of the target's spikes: a presynaptic spike that reaches the
 * synapse at t + d_axon and whose target's spikes take d_dendrite to come back counts as an event
 * at
 *
 *     s = t + d_axon - d_dendrite = arrival - 2 d_dendrite
 *
 * and the pair's dt is t_post - s. s never lies after the arrival, so all target spikes before it
 * are known when the spike arrives; then, and only then, the row is brought up to date (row.c):
 * first the target's spikes in [s of the spike before, s), then the presynaptic spike. Because the
 * same operations are done on the same numbers whenever it happens, a sweep over all rows that
 * brings target spikes in earlier (sweep.c), to forget them, changes no bit.
 *
 *   presynaptic spikes   plastic_projection.pres, one log a projection: written between windows
 *   target spikes        plastic_synapses.posts, one log a projection and block: by the block
 * itself
 */
#ifndef SALTUS_PLASTIC_H
#define SALTUS_PLASTIC_H

#include "engine/plastic/recent.h"
#include "engine/plastic/spike_log.h"
#include "engine/state.h"
#include "models/plasticity/rule.h"

/* What a projection's blocks share. */
typedef struct plastic_projection {
    const plastic_rule *rule;
    double value[SALTUS_PLASTICITY_VALUES];
    plastic_traces traces;
    plastic_bounds bounds;
    double sign;             /* of all weights: 1 or -1 */
    double dendritic_share;  /* of the delay */
    sim_time most_dendritic; /* longest dendritic part */
    sim_time longest_delay;
    const modulator_signal *modulator; /* NULL: the rule has none */
    spike_log pres;                    /* of the sources */
    size_t pres_limit;                 /* forget when it holds more */
    double total; /* of the weights onto each target after normalisation; 0: none */
    sim_time normalise_next, normalise_interval;
    bool quick;  /* rows by the loop of learning (quick.h) */
    bool frozen; /* weights stay as they are; traces and states go on */
} plastic_projection;

/* The synapses of one projection in one block. */
typedef struct plastic_synapses {
    double *weight_d; /* [synapses] signed; or */
    float *weight_f;
    double *state;       /* [synapses] of rules that have one */
    double *accumulated; /* [synapses] pre_centred: x since the last target spike, before the last
                            presynaptic one */
    uint32_t synapses;
    spike_log posts;       /* of the targets in the block */
    recent_spikes recent;  /* of these, if the projection is quick */
    uint32_t first_target; /* neuron id of the first of them */
    uint32_t *in_degree;   /* [targets] */
    sim_time swept;        /* target spikes before it are in all weights */
    size_t posts_limit;    /* sweep when the log holds more */
    sim_time settled;      /* with a modulator, at the synapse: weights know of all rewards before
                              it */
    uint64_t updates;      /* of single weights, by either side's spikes */
    /* the last arrival, to know two spikes of one source at one time from one */
    sim_time last_time;
    uint32_t last_source, last_first;
} plastic_synapses;

/* ---- Life cycle (plastic.c) ---------------------------------------------------------------- */

/* The simulation's projections; its clock, if any, is set. False: out of memory. */
bool sl_plastic_init(struct saltus_simulation *simulation);
void sl_plastic_clear(struct saltus_simulation *simulation);
bool sl_plastic_block_init(block_state *block);
void sl_plastic_block_clear(block_state *block);

/* A delay as the engine uses it. */
sim_time sl_plastic_delay(const struct saltus_simulation *simulation, sim_time delay);
/* The dendritic part of a delay as used; on the grid of the clock if there is one. */
sim_time sl_plastic_dendritic(const struct saltus_simulation *simulation,
                              const plastic_projection *projection, sim_time delay);

/* ---- While it runs --------------------------------------------------------------------------- */

/* row.c: synapses first .. first + count - 1 of the arrival's row are brought up to date for it.
 * Returns how many weights are 0. Out of memory: the block is marked. */
uint32_t sl_plastic_arrive(block_state *block, uint32_t projection, uint32_t first, uint32_t count,
                           const arrival *arrival);
/* Ask for the weights of synapses first .. end - 1. */
static inline void sl_plastic_prefetch(const plastic_synapses *synapses, uint32_t first,
                                       uint32_t end)
{
    for (uint32_t i = first; i < end; i += 8) {
        if (synapses->weight_d != NULL) {
            __builtin_prefetch(synapses->weight_d + i, 1);
        } else {
            __builtin_prefetch(synapses->weight_f + i, 1);
        }
    }
}

/* A neuron of `population` fired; plasticity sees it at t. */
void sl_plastic_fired(block_state *block, uint32_t population, uint32_t neuron, sim_time t);
/* A source or neuron fired; between windows. False: out of memory. */
bool sl_plastic_sent(struct saltus_simulation *simulation, uint32_t population, uint32_t neuron,
                     sim_time t);
/* sweep.c: forget what is not needed when there is much of it. Before a block works. */
void sl_plastic_tidy(block_state *block);
/* Bring all target spikes so far into the weights of one projection. Arrivals before `now` are
 * done. */
void sl_plastic_sweep(block_state *block, uint32_t projection, sim_time now);
/* The same, and what rewards do to the weights until `now`: whenever weights are read out and
 * changed, or stop or begin to change, since that is where the next stretch of time begins. */
void sl_plastic_settle(block_state *block, uint32_t projection, sim_time now);

/* weights.c: sweep, then scale to a total; delays without dendritic part. */
/* When the next normalisation is due; SIM_TIME_NEVER. */
sim_time sl_plastic_next_normalisation(const struct saltus_simulation *simulation);
/* All that are due now. */
saltus_status sl_plastic_normalise_due(struct saltus_simulation *simulation, saltus_error *error);
saltus_status sl_plastic_normalise(struct saltus_simulation *simulation, uint32_t projection,
                                   double total_mV, saltus_error *error);

/* ---- Reading (read.c) --------------------------------------------------------------------------
 */

/* Weights of one row in one block as of `now`: all events at the synapse before it. Nothing is
 * changed. False: out of memory. */
bool sl_plastic_read(const block_state *block, uint32_t projection, uint32_t source, sim_time now,
                     double *weight);

#endif /* SALTUS_PLASTIC_H */
