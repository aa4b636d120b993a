/* simulation - one run of a network: blocks, spikes in flight, observers.
 *
 * The loop over windows is in run.c; which windows there are and what happens within one is the
 * engine's (engine.h): event/ goes from event to event, clock/ from step to step. Spikes in flight
 * are in transit.c, what is observed in observe.c.
 */
#ifndef SALTUS_SIMULATION_INTERNAL_H
#define SALTUS_SIMULATION_INTERNAL_H

#include <stdatomic.h>

#include "engine/clock/clock.h"
#include "engine/crew.h"
#include "engine/drive.h"
#include "engine/engine.h"
#include "engine/faults/faults.h"
#include "engine/plastic/modulators.h"
#include "engine/plastic/plastic.h"
#include "engine/state.h"
#include "engine/transmission/transmission.h"
#include "schedule/scheduler.h"

#define OBSERVERS 8

typedef struct spike_observer {
    saltus_spike_callback callback;
    void *user;
} spike_observer;

typedef struct sample_observer {
    saltus_sample_callback callback;
    void *user;
} sample_observer;

typedef struct weight_observer {
    saltus_weight_callback callback;
    void *user;
} weight_observer;

/* A spike whose synapses with own delays have arrivals in this stretch. */
typedef struct spread_spike {
    sim_time emitted, due; /* due: the arrival for which it was in the queue */
    uint32_t source;
} spread_spike;

struct saltus_simulation {
    const saltus_network *network;
    uint32_t threads;
    sim_time now; /* all events before it are done */
    bool started, running, broken;
    atomic_bool stop_requested;
    atomic_bool given_up; /* a block has given up its window */

    const engine *engine;
    clock_state clock; /* step 0: not a clock */
    const outgoing
        *outgoing;        /* [population_count] the network's, or the clock's with rounded delays */
    sim_time min_delay;   /* smallest delay of these */
    sim_time least_delay; /* own delays below it count as it; 0: none do */
    bool own_delays;      /* some synapses have delays of their own */
    sim_time stretch_end; /* up to here spikes of this window are spread over such synapses */
    arrival_test *tests;  /* [population_count] */
    driven_levels *drives; /* [population_count] levels that v_inf takes with it */
    bool drive_moves;      /* some, as the window at hand begins */

    plastic_projection **plastic; /* [projection_count] NULL: weights stay; NULL: all do */
    projection_index plastic_from, plastic_into;
    release_projection **release; /* [projection_count] NULL: sure; NULL: nothing scales arrivals */
    projection_index release_from, scaling_into;
    modulators modulators;
    faults *faults; /* NULL: the network has none */

    double *theta;       /* [neuron_count] scaled theta; NULL: no threshold moves */
    double *scaled;      /* [neuron_count] U; blocks own their part */
    double *coordinates; /* [coordinate_count] of currents; on the grid J and H themselves; of
                            neurons with flows the currents, as of flow_at */
    sim_time *flow_at;   /* [flow_count] neurons with flows: the time of their state, */
    double *flow_u;      /* [flow_count] and what of it is not in `scaled` */
    time_base *bases;    /* [time_base_count] epochs of the window */
    block_state *blocks;
    crew crew; /* shares the blocks of a window out */
    bool crew_ready;

    const scheduler *scheduler;
    void *queue;
    uint64_t pushes, pops, windows;
    uint64_t compares_before; /* a restored run: comparisons that `queue` does not know of */
    uint64_t arrival_scales;  /* scale factors asked for by arrivals of delay classes */
    uint32_t *rate_settings;  /* [population_count] how often rates were set */
    double external_per_ms;   /* expected external events, for the choice of threads */

    /* the window being worked on */
    sim_time window_start, window_end;
    arrival_list arrivals; /* of delay classes, in order */
    spread_spike *spread;  /* spikes of this stretch that each block expands */
    size_t spread_count, spread_capacity;
    size_t spread_new;   /* of these, where the ones begin that this window has new */
    sim_time spread_end; /* of their stretch */

    /* spikes of the window, merged; scratch for sorting */
    spike_buffer merged, scratch;
    uint64_t fingerprint;
    uint64_t *population_spikes; /* [population_count] */

    /* observers */
    spike_observer spike_observers[OBSERVERS];
    sample_observer sample_observers[OBSERVERS];
    weight_observer weight_observers[OBSERVERS];
    uint32_t spike_observer_count, sample_observer_count, weight_observer_count;
    saltus_spike *batch;
    size_t batch_count;
    sim_time *sample_next; /* [potential_count] next time of each potential record */
    double *sample_values;
    sim_time *weights_next; /* [weights_count] next time of each weight record */
    sim_time weights_due;   /* the least of them */
    sim_time *weights_seen; /* [projection_count] when its weights were last handed out; -1 */
};

/* run.c: advance over [now, end). */
saltus_status sl_simulation_run(saltus_simulation *simulation, sim_time end, saltus_error *error);
/* Work of one block on the window; `context` is the simulation. */
void sl_simulation_work(void *context, uint32_t index);

/* transit.c: time of the earliest event anywhere, in flight or due in a block. */
sim_time sl_transit_next(const saltus_simulation *simulation);
/* All arrivals before window_end, in order; false: out of memory. */
bool sl_transit_collect(saltus_simulation *simulation);
/* The blocks' spikes in one list, in order; then each into the queue, keyed by its first arrival.
 */
saltus_status sl_transit_merge(saltus_simulation *simulation, saltus_error *error);
bool sl_transit_send(saltus_simulation *simulation);

/* spike_sort.c: into (time, neuron) order; scratch grows as needed. False: out of memory. */
bool sl_spike_sort(spike_buffer *spikes, spike_buffer *scratch);

/* engine_names.c: a step that a clock can take: > 0, a whole number of ticks. */
saltus_status sl_engine_check_step(double step_ms, saltus_error *error);
/* engine_names.c: can the engine carry the neurons of this population? */
saltus_status sl_engine_check_model(saltus_engine engine, const char *population,
                                    saltus_model model, saltus_error *error);

/* observe.c */
bool sl_observe_init(saltus_simulation *simulation);
void sl_observe_clear(saltus_simulation *simulation);
/* Earliest time >= now of a sample or record of weights; SIM_TIME_NEVER without observers. */
sim_time sl_observe_next_sample(const saltus_simulation *simulation);
/* Hand out samples and weights due at `t`: every event at or before t is done. */
saltus_status sl_observe_samples(saltus_simulation *simulation, sim_time t, saltus_error *error);
/* observe_weights.c: the same for records of weights. */
bool sl_observe_weights_init(saltus_simulation *simulation);
void sl_observe_weights_clear(saltus_simulation *simulation);
/* Go on from `now`: records before it are taken, those at or after it are not. */
void sl_observe_weights_resume(saltus_simulation *simulation);
sim_time sl_observe_next_weights(const saltus_simulation *simulation);
saltus_status sl_observe_weights(saltus_simulation *simulation, sim_time t, saltus_error *error);
/* Count, fingerprint and batch the merged spikes. */
saltus_status sl_observe_spikes(saltus_simulation *simulation, saltus_error *error);
/* Hand out what is batched. */
saltus_status sl_observe_flush(saltus_simulation *simulation, saltus_error *error);
/* V of a neuron at `t`, between events; v_reset while refractory. */
double sl_observe_potential(const saltus_simulation *simulation, uint32_t population,
                            uint32_t neuron, sim_time t);

#endif /* SALTUS_SIMULATION_INTERNAL_H */
