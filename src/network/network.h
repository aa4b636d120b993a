/* network - the const arrays that engines run on.
 *
 *   neuron ids     populations one after the other: id = population.first + index
 *   groups         up to 1,024 consecutive neurons of one population: the unit of random input,
 *                  of refractory queues and of time order inside a block
 *   blocks         consecutive groups whose state fits the cache: the unit of threads; fan-out
 *                  rows are stored per block
 *   time bases     one per distinct tau_m (scaled coordinates, models/neuron/time_base.h)
 *
 * The order of simultaneous deliveries to one neuron is (source id, time of the spike,
 * projection, position in the row); rows are ordered by (delay, target, order of drawing). All of
 * it is a function of the experiment alone.
 */
#ifndef SALTUS_NETWORK_INTERNAL_H
#define SALTUS_NETWORK_INTERNAL_H

#include <stdbool.h>

#include "base/sim_time.h"
#include "models/neuron/flow.h"
#include "models/neuron/own_spike.h"
#include "network/current_course.h"
#include "network/rate_course.h"
#include "network/simulation_bytes.h"
#include "saltus/experiment.h"
#include "saltus/network.h"

#define NETWORK_GROUP_NEURONS 1024u

/* Events listed in a file or array, bucketed by group, in time order within each group (equal
 * times in the order given). */
typedef struct event_list {
    uint64_t *group_start; /* [groups of the population + 1] into the arrays below */
    sim_time *time;
    uint32_t *neuron; /* id */
    double *weight;   /* mV; NULL for spike lists */
    uint64_t count;
} event_list;

/* What an arrival at a receptor adds to: factor[i] times the weight to each of its currents. */
typedef struct network_receptor {
    uint32_t count;
    uint32_t current[2];
    double factor[2]; /* for a weight of 1 pA: mV of J; pA of a neuron with a flow */
} network_receptor;

/* Synaptic currents of a population (models/neuron/lif_current.h). */
typedef struct network_currents {
    lif_currents model;
    double tau_ms[LIF_CURRENTS];
    double c[LIF_CURRENTS];           /* lif_current_c of the rates */
    uint32_t time_base[LIF_CURRENTS]; /* index into network.tau_ms */
    bool exponential;     /* all are, none is joined to the membrane, and nothing else is there */
    bool screened;        /* all are exponential, and nothing else has a coordinate */
    uint32_t alike;       /* index of the first population whose scale factors are the same */
    uint32_t coordinates; /* of a neuron (models/neuron/current_scale.h), and its word */
    uint32_t first[LIF_CURRENTS]; /* of these, where those of a current begin */
    sim_time look_ahead;          /* between horizons (engine/event/currents.h) */
    size_t place;                 /* of its neurons' coordinates among those of all populations */
    uint32_t receptor_count;
    network_receptor receptors[SALTUS_RECEPTORS];
    bool adapts;   /* spikes change more than V, or V in another way than to v_reset: */
    own_spike own; /* (models/neuron/own_spike.h) */
    uint32_t word; /* of its coordinates: the last, where there is one */
} network_currents;

/* What a spike does to the neuron; NULL: V goes to v_reset, and that is all. */
static inline const own_spike *network_own_spike(const network_currents *currents)
{
    return currents != NULL && currents->adapts ? &currents->own : NULL;
}

/* Neurons whose state moves by an equation of its own (models/neuron/flow.h). */
typedef struct network_flow {
    const flow_model *model;
    double value[SALTUS_FLOW_VALUES];
    double i_e_pA, u_init;
    double *i_e_of, *u_init_of; /* [size of the population], or NULL when shared */
    size_t place;               /* of its neurons among those of all populations with flows */
    /* synaptic currents of a neuron; none: arrivals add to V */
    uint32_t current_count;
    double current_tau_ms[FLOW_CURRENTS];
    network_receptor receptors[SALTUS_RECEPTORS];
    size_t current_place; /* of its neurons' among the coordinates of all populations */
} network_flow;
_Static_assert(FLOW_CURRENTS == 2 * SALTUS_RECEPTORS, "each receptor may have two currents");

/* What a membrane's levels are formed from (levels.h). */
typedef struct given_levels {
    double v_rest_mV, c_m_pF;
    double v_th_mV, i_e_pA;   /* shared */
    double *v_th_of, *i_e_of; /* [size] with a course and own levels; else NULL */
} given_levels;

typedef struct population {
    char *name;
    saltus_model model;
    uint32_t first, size;              /* neuron ids [first, first + size) */
    uint32_t first_group, group_count; /* indices into network.groups */
    bool record_spikes;
    uint32_t dimensions; /* of positions; 0: none */
    double *position_um; /* [3 * size] or NULL */

    /* neurons; voltages relative to v_inf = v_rest + (i_e + course) * tau_m / c_m, as of time 0 */
    current_course *course; /* currents of inputs; NULL: none */
    given_levels given;
    double tau_m_ms;
    uint32_t time_base; /* index into network.tau_ms */
    sim_time t_ref;
    double v_reset_mV;                   /* absolute; v_rest where there is none */
    double v_inf, th, reset;             /* shared values: v_inf absolute, th = v_th - v_inf, ... */
    double v_init;                       /* shared, relative */
    double *v_inf_of, *th_of, *reset_of; /* [size] or all NULL when v_th and i_e are shared */
    double *v_init_of;                   /* [size] relative, or NULL when shared */
    double theta_plus, tau_theta_ms;     /* lif_delta: adaptive threshold; theta_plus 0: none */
    bool drift;                          /* some neuron has th < 0 at some time: it fires without
                                            arrivals */
    network_currents *currents;          /* NULL: arrivals add to V */
    network_flow *flow; /* qif, izhikevich, adex and the like: v_inf is 0, voltages are absolute;
                           else NULL */

    /* sources */
    double rate_Hz;     /* poisson: the constant one, or the highest; correlated */
    rate_course *rates; /* poisson: over time; NULL: constant */
    double correlation;
    saltus_correlation_kind correlation_kind;
    sim_time jitter;
    sim_time interval, stop;
    sim_time *start_of; /* periodic: [size] first spikes */
    event_list list;    /* spike_list */
    double *rate_of_Hz; /* rate_source: [size] rates from time 0 on */
} population;

/* Do arrivals add to synaptic currents? Else to V. */
static inline bool population_has_receptors(const population *p)
{
    return p->currents != NULL || (p->flow != NULL && p->flow->current_count > 0);
}

typedef struct network_input {
    saltus_input_type type;
    uint32_t population;
    uint32_t receptor;  /* of a population with receptors */
    double weight;      /* mV; pA for a population with receptors */
    double rate_Hz;     /* poisson: the constant one, or the highest */
    rate_course *rates; /* poisson: over time; NULL: constant */
    sim_time start, stop, interval;
    event_list list; /* arrivals */
} network_input;

/* Rows of one projection into one block: synapses row[s] to row[s + 1] - 1 are those of source
 * index s. */
typedef struct fan_out {
    uint32_t *row;    /* [source size + 1]; NULL when the block has none of the targets */
    uint32_t *target; /* neuron ids */
    float *weight_f;  /* own weights, drawn */
    double *weight_d; /* own weights, listed, when not all are floats exactly */
    sim_time *delay;  /* own delays, ascending within a row */
} fan_out;

typedef struct projection {
    char *name;
    uint32_t source, target; /* populations */
    bool own_weight, own_delay;
    uint32_t receptor; /* of a target with receptors */
    double weight;     /* shared; mV, pA if the target has currents; own ones likewise */
    sim_time delay;    /* shared; own delays: smallest of all */
    sim_time max_delay;
    uint64_t synapses;
    uint64_t zero_weights;             /* of these, as stored, of weight 0 */
    saltus_plasticity_spec plasticity; /* rule NULL: weights stay */
    saltus_release_spec release;
    saltus_scaling_spec scaling;
    saltus_normalisation_spec normalisation;
    simulation_bytes kept; /* by a simulation */
    fan_out *blocks;       /* [block_count] */
} projection;

/* Rewards of a neuromodulator; neurons are ids, UINT32_MAX: none. */
typedef struct network_modulator {
    char *name;
    double tau_ms, baseline;
    sim_time *time; /* [count] listed rewards, non-decreasing; SIM_TIME_NEVER: beyond all runs */
    double *amount; /* [count] */
    size_t count;
    uint32_t population; /* its spikes are rewards; UINT32_MAX: none */
    double population_amount;
    sim_time population_delay;
    uint32_t pre, post; /* a spike of post up to pair_window after one of pre brings a reward */
    double pair_amount;
    sim_time pair_window, pair_delay_low, pair_delay_high;
} network_modulator;

/* A fault (saltus/faults.h), in ticks. */
typedef struct network_fault {
    saltus_fault_type type;
    uint32_t index; /* of the population or projection */
    saltus_lesion_order order;
    double share; /* NaN: count */
    uint64_t count;
    uint32_t *neurons; /* [neuron_count] listed */
    size_t neuron_count;
    sim_time at;
    double sd;
    bool lognormal;
    double probability;
    sim_time start, stop; /* SIM_TIME_NEVER: without end */
} network_fault;

/* Projections of one source population that share one constant delay. */
typedef struct delay_class {
    sim_time delay;
    uint32_t count;
    uint32_t *projections; /* ascending */
} delay_class;

/* How spikes of one population leave it. */
typedef struct outgoing {
    delay_class *classes; /* ascending delay */
    uint32_t class_count;
    uint32_t *own_delay; /* projections with own delays, ascending */
    uint32_t own_delay_count;
    sim_time max_delay; /* -1 without projections */
} outgoing;

typedef struct group {
    uint32_t population, first, count; /* neuron ids [first, first + count) */
    uint32_t index;                    /* number of the group within its population */
} group;

typedef struct block {
    uint32_t first_group, group_count;
    uint32_t first_neuron, neuron_count;
} block;

typedef struct network_potential {
    uint32_t population, first, count;
    sim_time start, interval, stop; /* interval 0: once */
} network_potential;

/* Times at which weights are kept: start, start + interval, ... before stop, and the end. */
typedef struct network_weights {
    uint32_t projection;
    sim_time start, interval, stop; /* interval 0: once; start SIM_TIME_NEVER: at the end only */
    bool at_end;
} network_weights;

struct saltus_network {
    uint64_t seed;
    uint64_t identity; /* of the experiment it was built from, duration and records aside */
    uint32_t neuron_count, population_count, group_count, block_count, input_count,
        projection_count, potential_count, weights_count, time_base_count, modulator_count,
        fault_count;
    population *populations;
    outgoing *outgoing; /* [population_count] */
    network_input *inputs;
    projection *projections;
    network_potential *potentials;
    network_modulator *modulators;
    network_fault *faults;    /* [fault_count] */
    network_weights *weights; /* [weights_count] */
    group *groups;
    block *blocks;
    double *tau_ms;          /* [time_base_count] distinct, in order of first use */
    size_t coordinate_count; /* of all neurons with currents, those with flows too */
    size_t flow_count;       /* neurons with flows */
    sim_time min_delay;      /* SIM_TIME_NEVER without synapses */
    saltus_network_size size;
};

/* May arrivals of this projection be lost by chance (network_faults.c)? */
bool sl_network_has_dropout(const saltus_network *network, uint32_t projection);

/* Does anything arrive through an input, so that it has trains? Currents do not arrive. */
static inline bool network_input_arrives(const network_input *input)
{
    return input->type != SALTUS_INPUT_CURRENT;
}

/* The population of neuron `id`. */
uint32_t sl_network_population_of(const saltus_network *network, uint32_t id);

/* The block of neuron `id`. */
uint32_t sl_network_block_of(const saltus_network *network, uint32_t id);

/* Smallest delay >= `from` among the synapses of source neuron `id` (a population's constant
 * delays count whether or not this neuron's row is empty); SIM_TIME_NEVER when there is none. */
sim_time sl_network_next_delay(const saltus_network *network, uint32_t id, sim_time from);
/* When to look next at the synapses of a neuron with delays of their own, of those >= from: of few
 * the next delay; of many no later than that, without a look at their rows. */
sim_time sl_network_next_visit(const saltus_network *network, uint32_t id, sim_time from);

#endif /* SALTUS_NETWORK_INTERNAL_H */
