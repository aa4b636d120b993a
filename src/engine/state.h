/* state - what changes while a network runs: per neuron, per group, per block.
 *
 * A group (up to 1,024 neurons of one population) keeps its own time order: its releases from
 * refractoriness, its predicted crossings and its external trains touch only its neurons. Blocks
 * bring groups up to date when an arrival may touch them (block_window.c).
 */
#ifndef SALTUS_STATE_H
#define SALTUS_STATE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "engine/drive.h"
#include "engine/stimulus.h"
#include "models/neuron/current_scale.h"
#include "models/neuron/moving_threshold.h"
#include "models/neuron/time_base.h"
#include "network/network.h"
#include "saltus/simulation.h"

/* A spike as the engine knows it. */
typedef struct emitted_spike {
    sim_time time;
    uint32_t neuron; /* id */
} emitted_spike;

typedef struct spike_buffer {
    emitted_spike *spike;
    size_t count, capacity;
} spike_buffer;

/* Refractory neurons of a group in the order of their release: one t_ref, so a ring. */
typedef struct release_queue {
    sim_time *due;               /* [size] when the release is acted on */
    uint16_t *member;            /* [size] */
    uint32_t first, count, size; /* size: a power of two >= neurons of the group */
} release_queue;

/* A crossing by drift that comes about if U is still `scaled` by then. */
typedef struct prediction {
    sim_time time;
    double scaled;
    uint32_t member;
} prediction;

/* Binary heap by (time, member). */
typedef struct prediction_heap {
    prediction *entry;
    size_t count, capacity;
} prediction_heap;

/* What arrivals at a population are tested against. */
typedef struct arrival_test {
    bool none;           /* not at all: the clock looks at thresholds at step ends */
    bool drift;          /* some neuron has th < 0: crossings without arrivals are predicted */
    double th;           /* shared, relative to v_inf */
    const double *th_of; /* [size] of the population, or NULL when shared */
} arrival_test;

/* A group whose neurons have currents that decay. A predicted crossing comes about if the neuron is
 * by then what it was when it was predicted. */
typedef struct group_currents {
    const network_currents *of; /* NULL: arrivals add to V */
    const current_bases *bases;
    double *coordinate; /* of the group's first neuron */
    /* as of the newest prediction of each neuron, in the epochs of its coordinates */
    sim_time *predicted;
    double *predicted_scaled, *predicted_coordinate;
} group_currents;

/* A group whose neurons have a flow (models/neuron/flow.h). What is known of each is its state as
 * of a time, V in `scaled`; from there its legs follow each other. Each but the refractory ones has
 * a time at which its leg ends or it fires; the heap has them in the order (time, member). */
typedef struct group_flows {
    const network_flow *of; /* NULL: none */
    sim_time *at;           /* of the group's first neuron */
    double *u;              /* likewise */
    double *current;        /* likewise, of->current_count a neuron */
    sim_time *due;          /* [neurons of the group] */
    uint16_t *heap, *place; /* [likewise] members; where each is in the heap */
    uint8_t *mark;          /* [likewise] what flows.c has to know of its leg */
    uint32_t count;         /* in the heap */
} group_flows;

/* The neurons with currents of one population in one block. */
typedef struct block_currents {
    current_bases bases;
    currents_readout readout;  /* of its time; SIM_TIME_NEVER: none; in the first of those alike */
    sim_time stretch, horizon; /* the horizon after all times from `stretch` on, as `readout` */
    uint32_t asleep;           /* groups that don't look ahead until something arrives */
} block_currents;

typedef struct group_counts {
    uint64_t external_events, crossing_searches;
    uint64_t resets; /* refractoriness begun and ended */
} group_counts;

typedef struct group_state {
    const group *group;
    const population *population;
    const time_base *base;      /* NULL for sources */
    double *scaled;             /* U of the group's first neuron; on the grid V - v_inf itself */
    arrival_test test;          /* th_of: of the group's first neuron */
    moving_threshold *moving;   /* NULL: the threshold stays */
    double *theta;              /* scaled, of the group's first neuron */
    const driven_levels *drive; /* the population's levels */
    double reset;               /* shared, as far as the group has come */
    const double *reset_of;     /* of the group's first neuron; NULL when shared */
    train *trains;
    uint32_t train_count;
    release_queue releases;
    prediction_heap predictions;
    sim_time
        horizon; /* crossings before it are in the heap; SIM_TIME_NEVER: none without arrivals */
    double horizon_scale; /* s(horizon); without currents */
    group_currents currents;
    group_flows flows;
    group_counts counts;
} group_state;

/* Deliveries of one projection. */
typedef struct projection_counts {
    uint64_t events, tests, zero_weight;
} projection_counts;

/* An arrival of one spike: through all projections of a delay class, or a run of synapses of a
 * projection with own delays. */
typedef struct arrival {
    sim_time time, emitted;
    const delay_class *class; /* NULL for a run */
    uint32_t source;          /* neuron id */
    uint32_t row;             /* index of the source within its population; run of one synapse:
                                 its target's neuron id */
    uint32_t projection;      /* run: the projection; class: its first one, for the order */
    uint32_t first, count;    /* run: synapses [first, first + count) of the block's fan_out */
} arrival;

typedef struct arrival_list {
    arrival *entry;
    size_t count, capacity;
} arrival_list;

typedef struct input_ring input_ring;
typedef struct own_delays own_delays;
typedef struct plastic_synapses plastic_synapses;
typedef struct plastic_scratch plastic_scratch;
typedef struct transmission_part transmission_part;
typedef struct block_faults block_faults;

typedef struct block_state {
    const struct saltus_simulation *simulation;
    const saltus_network *network;
    const block *block;
    uint32_t index;
    sim_time next;        /* earliest group_next */
    sim_time *group_next; /* [group_count] next release, crossing, horizon or external event */
    group_state *groups;  /* [group_count] */
    time_base *bases;     /* [time_base_count] where the scaled coordinates of its U begin */
    spike_buffer spikes;  /* emitted in this window */
    uint32_t *candidates; /* ids that may have reached threshold at the arrival time */
    size_t candidate_count, candidate_capacity;
    own_delays *own;               /* arrivals at synapses with own delays; NULL: none yet */
    arrival_list due;              /* those of one time, with others of that time */
    projection_counts *deliveries; /* [projection_count] */
    uint64_t exp_evaluations;
    train_context context;      /* for refills; base set per group */
    input_ring *ring;           /* grid: synapses with own delays; NULL: none */
    moving_threshold *moving;   /* [population_count]; NULL: no threshold moves */
    plastic_synapses **plastic; /* [projection_count] NULL: weights stay; NULL: all do */
    plastic_scratch *plastic_scratch;
    transmission_part **transmission; /* [projection_count] NULL: weights count as they are; NULL:
                                         all do */
    double *factors;                  /* scratch for a row of these */
    block_faults *faults;             /* NULL: the network has none */
    block_currents *currents;         /* [population_count]; NULL: no neuron has any */
    double *before;                   /* interpolated: V - v_inf at the beginning of the step */
    saltus_status status;             /* not SALTUS_OK: the window cannot be finished, and why */
    /* spikes of neurons in this window, and from how many on it is given up: on a request to stop,
     * and without one (transit.c) */
    uint64_t fired, patience, most_fired;
    atomic_bool *given_up; /* of the simulation: some block has */
} block_state;

/* False when memory ran out; clear in every case. */
bool sl_block_state_init(block_state *state, const struct saltus_simulation *simulation,
                         uint32_t index);
void sl_block_state_clear(block_state *state);

/* Neurons of a population in a block: ids *first .. *first + the result - 1. */
uint32_t sl_block_neurons(const block *block, const population *population, uint32_t *first);

/* For qsort, of arrivals of one time: by source, time of the spike, projection, synapse. */
int sl_arrival_compare(const void *a, const void *b);

/* Append to a buffer; false when memory ran out. */
bool sl_spike_buffer_push(spike_buffer *buffer, emitted_spike spike);
bool sl_arrival_list_push(arrival_list *list, arrival entry);
/* A neuron's spike into the list of its block, whose status says if that was the last (transit.c).
 */
void sl_transit_fire(block_state *block, emitted_spike spike);

#endif /* SALTUS_STATE_H */
