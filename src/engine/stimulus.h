/* stimulus - trains of external events for one group of up to 1,024 neurons or sources.
 *
 * A train yields (time, member, weight) in time order, in chunks. It is a function of (seed, what
 * it is for, group) alone; blocks and threads are unions of groups, so they change nothing.
 *
 *   Poisson   one stream for the group: the superposition of its members' processes, each event
 *             given to a member at random (marking theorem). Members are drawn from the next
 *             power of two; those beyond the group's size are dropped (thinning), which keeps the
 *             law exact without a division.
 *             A rate over time: in steps the process, which has no memory, begins anew with each;
 *             a sine thins the process of its highest rate (Lewis & Shedler 1979).
 *   periodic  every member at start + k interval
 *   list      as given
 *   correlated Poisson trains that share events, over groups as well (correlated_train.h)
 *   rates     as Poisson, with rates of their own that may change (source_rates.h)
 */
#ifndef SALTUS_STIMULUS_H
#define SALTUS_STIMULUS_H

#include <stdbool.h>

#include "base/vector_kernel.h"
#include "models/neuron/current_scale.h"
#include "network/network.h"

typedef enum train_kind {
    TRAIN_POISSON,
    TRAIN_PERIODIC,
    TRAIN_LIST,
    TRAIN_RATES,
    TRAIN_CORRELATED
} train_kind;

/* Arrays of a chunk have this many entries, so that vector loops may run over the end. */
#define TRAIN_ROOM (VECTOR_CHUNK + 8)
/* No random event at or after this; the sum with one more gap stays within 64 bits. */
#define TRAIN_LATEST ((sim_time)4600000000000000000)

typedef struct train {
    /* the chunk: events position .. count - 1 are to come */
    uint32_t position, count;
    sim_time next;     /* time[position]; SIM_TIME_NEVER when the train has ended */
    sim_time *time;    /* [VECTOR_CHUNK + 1], ended by SIM_TIME_NEVER */
    double *scale;     /* [VECTOR_CHUNK] s(time) in the group's time base; with `currents` a row of
                          TRAIN_ROOM for the membrane, one for each current, and those of
                          event/current_terms.h; NULL: none */
    double *weight_of; /* [VECTOR_CHUNK] lists: own weights; NULL: all `weight` */
    uint16_t *member;  /* [VECTOR_CHUNK] */

    const network_currents *currents; /* NULL: the group's time base alone */
    const current_bases *bases;       /* of these */

    train_kind kind;
    uint32_t group_count; /* members */
    double weight;
    sim_time stop;
    uint64_t draws; /* random words used */

    /* Poisson */
    uint64_t seed, block;
    uint32_t object, tag;
    double mean_gap;
    sim_time last;
    const rate_course *course; /* of one member; NULL: constant */
    uint32_t thinning_tag;     /* of the random numbers that decide which events stay */
    uint64_t chunk_block;      /* `block` and `last` before the chunk was drawn */
    sim_time chunk_last;
    /* periodic: members in the order of their next events, a binary heap by (time, member) */
    sim_time interval;
    sim_time *due;    /* [group_count] */
    uint16_t *due_of; /* [group_count] */
    /* list */
    const sim_time *list_time;
    const uint32_t *list_neuron;
    const double *list_weight;
    uint64_t list_position, list_end;
    uint32_t first_neuron;
    uint32_t receptor; /* of an input to a group with currents */
    struct correlated_train *correlated;
    struct source_rates *rates; /* rates of their own (source_rates.h) */
} train;

/* What all trains of a simulation share while they are filled. */
typedef struct train_context {
    const vector_kernel *kernel;
    const time_base *base; /* NULL for sources */
    bool out_of_memory;    /* some train ended because of that */
} train_context;

/* Scale factors that a train keeps: none; in the time base of its group; in those of currents,
 * exponential and none of them joined (current_scale.h). */
typedef struct train_scales {
    bool kept;
    const network_currents *currents; /* NULL: none */
    const current_bases *bases;
} train_scales;

/* Trains of one input, or of one source population, for `group`. False when memory ran out; clear
 * in every case. The first chunk is not filled yet. */
bool sl_train_init_input(train *train, const saltus_network *network, uint32_t input,
                         const group *group, const train_scales *scales);
bool sl_train_init_source(train *train, const saltus_network *network, const group *group);
void sl_train_clear(train *train);

/* Fill the next chunk; call when position == count. */
void sl_train_refill(train *train, train_context *context);
/* Compute scale anew for what is left of the chunk, after the time base moved. */
void sl_train_rescale(train *train, train_context *context);

#endif /* SALTUS_STIMULUS_H */
