/* faults - damage while a network runs (saltus/faults.h, docs/faults.md).
 *
 * The network is const and may be shared, so what is lost is a matter of the simulation:
 *
 *   neurons    when each is lost is known from the beginning. From then on its state is that of a
 *              refractory neuron which nothing releases, and spikes of sources are dropped where
 *              those of all blocks are merged
 *   synapses   a bit each. A row with such bits, or whose arrivals may be lost by chance, is
 *              delivered without those that do not get through (pass.c): nothing is added,
 *              counted or tested for them
 *   weights    disturbed ones are the simulation's own copy; those that learn are changed in place
 *
 * Lesions and noise come between windows, which end at their times. Who is lost is a function of
 * the seed, the fault and the neuron or synapse (choice.c), of degrees, or of weights at that time.
 * Projections that no fault concerns are delivered as ever: a pointer test a row.
 */
#ifndef SALTUS_FAULTS_INTERNAL_H
#define SALTUS_FAULTS_INTERNAL_H

#include "engine/state.h"
#include "engine/synapse_key.h"

/* A projection's synapses in one block, where some fault concerns them. */
typedef struct fault_part {
    uint64_t *lost;    /* [synapses / 64 + 1] a bit each; NULL: none ever is */
    double *weight;    /* [synapses] disturbed; NULL: weights are never, or learn */
    bool disturbed;    /* weights are those above */
    uint32_t *ordinal; /* [synapses] engine/synapse_key.h; NULL: 0 */
} fault_part;

/* What a block has of faults. */
struct block_faults {
    fault_part **part; /* [projection_count] NULL: no fault concerns it */
    uint64_t *dropped; /* [fault_count] arrivals lost by chance */
    /* scratch for a row: which of its synapses get through, then their targets and weights */
    uint32_t *kept, *target;
    double *weight;
    uint64_t draws; /* random words */
};

typedef struct faults {
    saltus_fault_effect *effect; /* [fault_count] */
    uint32_t *timed;             /* lesions and noise, in the order of their times */
    uint32_t timed_count, next;  /* next: the first that is still to come */
    sim_time *dies;              /* [neuron_count] when it is lost; NULL: none ever is */
    uint32_t *spike_dropouts, *synapse_dropouts;
    uint32_t spike_dropout_count, synapse_dropout_count;
    uint64_t draws;    /* random words for spikes; of a restored run: all before */
    uint32_t **spikes; /* [fault_count] spike dropout: [size] spikes of each neuron since start */
} faults;

/* ---- Life cycle (faults.c) ------------------------------------------------------------------- */

/* The simulation's faults; none: simulation->faults stays NULL. False: out of memory. */
bool sl_faults_init(struct saltus_simulation *simulation);
void sl_faults_clear(struct saltus_simulation *simulation);
bool sl_faults_block_init(block_state *block);
void sl_faults_block_clear(block_state *block);

static inline fault_part *fault_part_of(const block_state *block, uint32_t projection)
{
    return block->faults != NULL ? block->faults->part[projection] : NULL;
}

static inline bool fault_is_lost(const fault_part *part, uint32_t synapse)
{
    return part->lost != NULL && (part->lost[synapse / 64] >> synapse % 64 & 1) != 0;
}

/* Every synapse of a projection's rows in a block, if faults concern it, in order. */
typedef void fault_visit(void *user, const synapse_run *run, uint32_t synapse, uint32_t ordinal,
                         bool lost);
void sl_faults_walk(const struct saltus_simulation *simulation, uint32_t projection, uint32_t block,
                    fault_visit *visit, void *user);

/* ---- Lesions and noise (strike.c) ------------------------------------------------------------ */

/* When the next one comes; SIM_TIME_NEVER. */
sim_time sl_faults_next(const struct saltus_simulation *simulation);
/* All that come now: every event before `now` is done, none at it. */
saltus_status sl_faults_strike(struct saltus_simulation *simulation, saltus_error *error);
/* A run that goes on from a checkpoint at `now`: what struck before it is as it was then, but for
 * synapses of projections that depend on the run. */
saltus_status sl_faults_resume(struct saltus_simulation *simulation, saltus_error *error);
/* Has a lesion by weights that learn struck here, so that which synapses are lost cannot be told
 * from the experiment? */
bool sl_faults_depends_on_run(const struct saltus_simulation *simulation, uint32_t projection);
/* Is this neuron lost by `now`? */
bool sl_faults_is_dead(const struct saltus_simulation *simulation, uint32_t neuron);
/* The weight of a synapse as it is now, up to what its next arrival brings in. */
double sl_faults_weight(const block_state *block, uint32_t projection, uint32_t synapse);

/* ---- Who (choice.c) -------------------------------------------------------------------------- */

/* Writes when each neuron is lost into faults->dies, and how many into the effects. False: out of
 * memory. */
bool sl_faults_choose_neurons(struct saltus_simulation *simulation);
/* Mark the synapses that a lesion takes; those already lost are not among them. False: out of
 * memory. */
bool sl_faults_choose_synapses(struct saltus_simulation *simulation, uint32_t fault);
/* Mark one synapse, once. */
void sl_faults_lose(struct saltus_simulation *simulation, uint32_t fault, uint32_t projection,
                    uint32_t block, uint32_t synapse);

/* ---- What gets through (pass.c) -------------------------------------------------------------- */

/* Drop the merged spikes of sources that are lost. */
void sl_faults_silence(struct saltus_simulation *simulation);
/* A spike emitted at t: does it get onto its way? Counts it as one of its neuron. */
bool sl_faults_sends(struct saltus_simulation *simulation, uint32_t population, uint32_t neuron,
                     sim_time t);
/* Which of synapses first .. first + count - 1 the arrival gets through: their places relative to
 * `first` into block->faults->kept, their number is returned. `number` of the source's spike. */
uint32_t sl_faults_pass(block_state *block, uint32_t projection, uint32_t first, uint32_t count,
                        const arrival *arrival, uint32_t number);
/* Weights of synapses first .. first + count - 1 as they count: disturbed ones, 0 where lost. */
void sl_faults_read(const block_state *block, uint32_t projection, uint32_t first, uint32_t count,
                    double *weight);

#endif /* SALTUS_FAULTS_INTERNAL_H */
