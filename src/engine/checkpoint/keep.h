/* keep - the state of a simulation as sections of a checkpoint, a file for each kind of state.
 *
 * What is kept does not know blocks, threads or the scheduler: membranes are by neuron, queues of
 * refractory neurons and predictions by group, trains by group and input, and sums over blocks are
 * totals, which a restored run has in its first block. A kind of state is a pair of functions here:
 *
 *   put      write sections; a failure is kept by the writer (checkpoint/container.h)
 *   restore  read them into a fresh simulation. What makes no sense is refused, above all what the
 *            engine could not bear: an index out of range, an event before `now`.
 *
 * Restoring goes in the order of `kinds` in checkpoint_simulation.c; the facts come first.
 */
#ifndef SALTUS_KEEP_H
#define SALTUS_KEEP_H

#include "checkpoint/container.h"
#include "engine/simulation.h"

typedef struct state_kind {
    void (*put)(saltus_checkpoint_writer *writer, const saltus_simulation *simulation);
    saltus_status (*restore)(saltus_checkpoint *checkpoint, saltus_simulation *simulation,
                             saltus_error *error);
} state_kind;

extern const state_kind sl_keep_facts;        /* keep_facts.c: time, counts, fingerprint, epochs */
extern const state_kind sl_keep_membranes;    /* keep_membranes.c: U or V of every neuron */
extern const state_kind sl_keep_groups;       /* keep_groups.c: releases, predictions, horizons */
extern const state_kind sl_keep_faults;       /* keep_faults.c: what faults took and lost */
extern const state_kind sl_keep_flows;        /* keep_flows.c: u of neurons with flows, its time */
extern const state_kind sl_keep_rates;        /* keep_rates.c: rates that were set, events owed */
extern const state_kind sl_keep_trains;       /* keep_trains.c: positions of external trains */
extern const state_kind sl_keep_queue;        /* keep_queue.c: spikes in flight, waiting spikes */
extern const state_kind sl_keep_ring;         /* keep_ring.c: the grid's own delays under way */
extern const state_kind sl_keep_late;         /* keep_late.c: the same where weights come late */
extern const state_kind sl_keep_transmission; /* keep_transmission.c: release, scaling */
extern const state_kind sl_keep_thresholds;   /* keep_thresholds.c: adaptive thresholds */
extern const state_kind sl_keep_plastic;      /* keep_plastic.c: synapses that learn */
extern const state_kind sl_keep_modulators;   /* keep_modulators.c: rewards and signals */

/* Group `index` of the network, whatever block it is in. */
group_state *sl_keep_group(const saltus_simulation *simulation, uint32_t index);
/* Trains of all groups. */
uint64_t sl_keep_train_count(const saltus_simulation *simulation);

/* Facts of a checkpoint as they are in the file; `checkpoint` need not be of the simulation. */
saltus_status sl_keep_info(saltus_checkpoint *checkpoint, saltus_checkpoint_info *info,
                           saltus_error *error);

#endif /* SALTUS_KEEP_H */
