/* simulation_bytes - what a simulation keeps: for groups of neurons, and for synapses that learn,
 * release or are scaled.
 *
 * The estimate is made before there is an engine, so the sizes of the engine's records stand here;
 * where each is defined, the engine asserts that they are the same. tests/memory compares the
 * sums with what is allocated.
 */
#ifndef SALTUS_SIMULATION_BYTES_H
#define SALTUS_SIMULATION_BYTES_H

#include <stdbool.h>

#include "saltus/experiment.h"

/* A group of neurons: its state and when it is due. */
#define GROUP_STATE_BYTES 336u
/* A group's train of events, and what one of an input keeps besides: scale factors, of the membrane
 * and of each exponential current. */
#define SOURCE_TRAIN_BYTES 2896u
#define TRAIN_SCALE_BYTES  2112u
/* Trains onto neurons with at most so many currents keep terms of a screen as well. */
#define TRAIN_TERMS_CURRENTS 2u
/* What a train of correlated sources has besides, without the events of the stretch at hand. */
#define CORRELATED_TRAIN_BYTES UINT64_C(112)
#define CORRELATED_EVENT_BYTES 16u
/* Room in which a block works on chunks of synapses that learn, at first. */
#define PLASTIC_SCRATCH_BYTES 48752u
/* One neuron in a log of spikes, and one earlier spike of it with its place while a log is cut. */
#define SPIKE_LINE_BYTES   160u
#define LOGGED_SPIKE_BYTES 44u
/* Synapses onto one target, counted. */
#define IN_DEGREE_BYTES 4u
/* The newest spike of a source whose synapses release, and a spike in flight. */
#define SENT_SPIKE_BYTES 48u
/* S of one target. */
#define SCALING_STATE_BYTES 48u

/* Earlier spikes of sources that a log holds before those not needed are looked for. */
#define LEAST_PRES 4096u
/* Those of targets likewise; then one for so many synapses. A sweep visits every synapse, so it
 * costs this many visits a spike at most. */
#define LEAST_POSTS       4096u
#define SYNAPSES_PER_POST 8u

/* Of one projection. */
typedef struct simulation_bytes {
    uint32_t synapse;        /* weight that learns, state, release */
    uint32_t source, target; /* a neuron at either end: last spikes, release, scaling */
    uint32_t row;            /* a synapse of the longest row: the factors of an arrival */
} simulation_bytes;

/* What the synapses of this projection take; `own_delay`: not all have the same. */
simulation_bytes sl_simulation_bytes(const saltus_projection_spec *spec, bool own_delay);

/* The same of what faults keep for a projection, beside a bit for each synapse if some are lost;
 * `experiment` is the one that the projection is of. */
typedef struct fault_bytes {
    bool bits;                /* of lost synapses */
    uint32_t synapse, source; /* disturbed weights; spikes of sources that are numbered */
    uint32_t row;             /* a synapse of the longest row: which get through */
} fault_bytes;
fault_bytes sl_fault_bytes(const saltus_experiment *experiment, uint32_t projection,
                           bool own_delay);

/* The most that logs of a plastic projection hold beside the last spikes: synapses in `blocks`
 * blocks, and one spike in flight from each source. */
uint64_t sl_simulation_log_bytes(uint64_t synapses, uint32_t sources, uint32_t blocks);

#endif /* SALTUS_SIMULATION_BYTES_H */
