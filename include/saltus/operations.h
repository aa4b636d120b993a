/* saltus/operations.h - what a run did, in NeuroBench's terms and as arithmetic, and what the same
 * network would cost as an artificial one.
 *
 *     saltus_operations *report = NULL;
 *     status = saltus_operations_create_from(sim, 1.0, &report, &error);      (steps of 1 ms)
 *     saltus_operations_summary s = saltus_operations_get_summary(report);
 *     printf("%g effective ACs of %g dense\n", (double)s.effective_acs, s.dense);
 *     saltus_operations_destroy(report);
 *
 * Three parts: the report of a run; the artificial twin of a network and the comparison of a run
 * with it; the graph of populations that both rest on. Definitions, worked examples and what may
 * not be compared with what: docs/operations.md.
 *
 * Numbers: what was counted is uint64_t. What is a product of sizes and steps is a double: exact
 * up to 2^53, beyond that rounded to 1 part in 2^53 at each addition; it never wraps around, since
 * 1e9 x 1e9 neurons over 1e9 steps are 1e27.
 *
 * Sources: NeuroBench, Yik et al. (2025) Nat Commun 16:1545 and its implementation 2.x; energies
 * Horowitz (2014) ISSCC. Threads: all functions are pure; reports are const once created.
 */
#ifndef SALTUS_OPERATIONS_H
#define SALTUS_OPERATIONS_H

#include "saltus/base.h"
#include "saltus/catalog.h"
#include "saltus/network.h"
#include "saltus/simulation.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- NeuroBench's definitions, as functions of plain arrays -------------------------- */

/** Operations of one connection layer at one step. Exactly one of the effective figures is not 0:
 *  ACs when every input is -1, 0 or 1, else MACs. */
typedef struct saltus_layer_operations {
    double dense;          /**< outputs x inputs */
    double effective_macs; /**< pairs of a weight != 0 and an input != 0 */
    double effective_acs;
} saltus_layer_operations;

/** y = W x, W row by row, `outputs` x `inputs`; no bias. A graded input of ones counts as ACs, as
 *  in NeuroBench. */
SALTUS_API saltus_layer_operations saltus_neurobench_layer(const double *weights, size_t outputs,
                                                           size_t inputs, const double *input);

/** Membrane potentials that a step changed: before[i] != after[i]. In the first step of a sample
 *  (before = NULL) all `count` of them. */
SALTUS_API uint64_t saltus_neurobench_membrane_updates(const double *before, const double *after,
                                                       size_t count);

/** 1 - nonzero / (neurons x steps): share of outputs that are 0. NaN when there are none. Below 0
 *  says that a neuron fired more than once in a step: the step is too coarse. */
SALTUS_API double saltus_neurobench_activation_sparsity(double nonzero, double neurons,
                                                        double steps);

/** (possible - connected) / possible: share of the weight matrix that is 0. NaN for an empty
 *  matrix. */
SALTUS_API double saltus_neurobench_connection_sparsity(double connected, double possible);

/* ---- Report of a run ------------------------------------------------------------------ */

/** What ran: counts of a simulation, or the same numbers from elsewhere. */
typedef struct saltus_operations_run {
    double duration_ms; /**< simulated time, >= 0 */
    double step_ms;     /**< step of the clock; 0: event engine */
    saltus_counts counts;
    const saltus_population_counts *populations; /**< one each population; borrowed */
    const saltus_projection_counts *projections; /**< one each projection; borrowed */
} saltus_operations_run;

/** A report. Opaque. */
typedef struct saltus_operations saltus_operations;

/** One projection. Its weight matrix has N_pre x N_post entries, one a pair of neurons, autapses
 *  included. A pair is connected when at least one of its synapses has a weight other than 0;
 *  several synapses of a pair are one entry of the matrix, but an operation each. */
typedef struct saltus_projection_operations {
    const char *name; /**< of the network */
    uint32_t source, target;
    uint64_t synapses, zero_weights; /**< zero_weights: of the synapses */
    uint64_t connected_pairs;
    double possible_pairs;        /**< N_pre x N_post */
    double connection_sparsity;   /**< 1 - connected_pairs / possible_pairs */
    uint64_t footprint_bytes;     /**< as built: targets, own weights, own delays, rows; of a
                                       simulation what learning, release and scaling keep */
    double bytes_per_synapse;     /**< 0 without synapses */
    double dense_footprint_bytes; /**< as a matrix of 4-byte weights: 4 x possible_pairs */
    uint64_t source_spikes;       /**< spikes of the source population */
    uint64_t synaptic_events;     /**< deliveries */
    uint64_t effective_acs;       /**< deliveries through weights other than 0 */
    uint64_t effective_macs;      /**< 0: spikes are binary */
    uint64_t plastic_updates;     /**< events that act on one weight each: arrivals at synapses that
                                       learn and spikes of their targets; not in the ACs, nor what
                                       a rule computes in the arithmetic */
    double dense;                 /**< steps x N_pre x N_post */
    double dense_existing;        /**< steps x synapses */
    saltus_arithmetic arithmetic; /**< of its deliveries, and of arrivals once a spike */
} saltus_projection_operations;

/** One population. */
typedef struct saltus_population_operations {
    const char *name; /**< of the network */
    saltus_model model;
    bool source;      /**< spikes, but has no membrane: the input layer of what follows */
    uint32_t neurons; /**< or sources */
    uint64_t spikes;
    double rate_Hz;             /**< mean over its neurons; NaN for a run of 0 ms */
    double activation_sparsity; /**< 1 - spikes / (neurons x steps) */
    uint64_t synaptic_events;   /**< deliveries to it */
    uint64_t external_events;   /**< arrivals from inputs: one AC each, whatever the weight */
    double external_dense;      /**< steps x neurons x inputs to it: an own line to each neuron */
    uint64_t membrane_updates;  /**< clock: neurons x steps; events: updates actually made */
    double dense_membrane_updates;         /**< neurons x steps; 0 for sources */
    double neuron_operations;              /**< membrane_updates x k of the model (catalog.h) */
    double dense_neuron_operations;        /**< neurons x steps x k */
    saltus_arithmetic arithmetic;          /**< of external events, spikes, resets, searches, steps;
                                                deliveries are the projections' */
    saltus_arithmetic external_arithmetic; /**< of this, of external events */
} saltus_population_operations;

/** The whole network. Sums are over neurons, not sources, where sources have no such thing. */
typedef struct saltus_operations_summary {
    double duration_ms;
    double dt_ms;             /**< of the sparsity and of every dense figure */
    double steps;             /**< duration / dt; clock on its own step: steps made */
    bool clocked;             /**< membrane updates are those of a clock */
    double execution_rate_Hz; /**< 1 / dt: steps per simulated second; declared, not measured */

    uint64_t neurons, sources;
    uint64_t synapses, zero_weights, connected_pairs;
    double possible_pairs, connection_sparsity;

    uint64_t footprint_bytes;     /**< parameters, state, synapses, rows, inputs of network and
                                       simulation as built; saltus_network_size without
                                       build_bytes and log_bytes */
    double bytes_per_synapse;     /**< as in saltus_network_size; 0 without synapses */
    double dense_footprint_bytes; /**< as matrices of 4-byte weights, nothing else */

    uint64_t spikes, source_spikes;
    double rate_Hz;             /**< mean over neurons */
    double activation_sparsity; /**< of neurons */
    uint64_t synaptic_events, effective_acs, effective_macs;
    double dense, dense_existing;
    uint64_t plastic_updates; /**< as of a projection */
    uint64_t external_events; /**< not in effective_acs: add it where inputs are a layer */
    double external_dense;    /**< not in dense */
    uint64_t membrane_updates;
    double dense_membrane_updates;
    double neuron_operations, dense_neuron_operations;
    saltus_arithmetic arithmetic;          /**< of all populations and projections */
    saltus_arithmetic external_arithmetic; /**< of this, of external events */
} saltus_operations_summary;

/**
 * Report of what ran on `network`.
 *
 * @param dt_ms  nominal step of the activation sparsity and of every dense figure, finite, > 0; or
 *               0: the clock's own
 * @param out    the report, owned by the caller; it borrows the network's names. NULL on failure
 * @return SALTUS_OK, SALTUS_E_ARGUMENT (no step for the event engine, a duration or step that is
 *         none, counts that are missing) or SALTUS_E_MEMORY
 */
SALTUS_API saltus_status saltus_operations_create(const saltus_network *network,
                                                  const saltus_operations_run *activity,
                                                  double dt_ms, saltus_operations **out,
                                                  saltus_error *error);
/** The same of a simulation, up to its time. */
SALTUS_API saltus_status saltus_operations_create_from(const saltus_simulation *simulation,
                                                       double dt_ms, saltus_operations **out,
                                                       saltus_error *error);
/** NULL is allowed. */
SALTUS_API void saltus_operations_destroy(saltus_operations *report);

SALTUS_API saltus_operations_summary saltus_operations_get_summary(const saltus_operations *report);
/** Indices must be below the network's counts. */
SALTUS_API saltus_population_operations
saltus_operations_get_population(const saltus_operations *report, uint32_t population);
SALTUS_API saltus_projection_operations
saltus_operations_get_projection(const saltus_operations *report, uint32_t projection);

/* ---- Arithmetic ------------------------------------------------------------------------- */

/** sum += times x each. */
SALTUS_API void saltus_arithmetic_add(saltus_arithmetic *sum, const saltus_arithmetic *each,
                                      double times);
/** Elementary operations: adds, multiplies, divides, compares, exps and logs, one each. */
SALTUS_API double saltus_arithmetic_operations(const saltus_arithmetic *arithmetic);

/* ---- Graph of populations ----------------------------------------------------------------- */

/** Place of one population in the graph whose edges are the projections with synapses. */
typedef struct saltus_graph_population {
    uint32_t
        component;  /**< number of its strongly connected component, in an order in which every
                         projection goes from a lower or equal number to a higher or equal one */
    uint32_t depth; /**< projections on the longest path to it from an input layer, those inside
                         a component not counted */
    bool recurrent; /**< lies on a cycle, be it a projection to itself */
    bool input;     /**< no projection with synapses leads to it */
} saltus_graph_population;

typedef struct saltus_graph_summary {
    uint32_t components;
    uint32_t recurrent_populations;
    uint32_t depth;    /**< the largest of all populations */
    bool feed_forward; /**< no population is recurrent */
} saltus_graph_summary;

/**
 * Classify (Tarjan 1972, SIAM J Comput 1:146). Seen are populations, not neurons: a projection of a
 * population to itself is a cycle even where no neuron reaches itself.
 *
 * @param populations  room for one each population of the network; NULL: summary only
 * @param summary      may be NULL
 * @return SALTUS_OK, SALTUS_E_ARGUMENT or SALTUS_E_MEMORY
 */
SALTUS_API saltus_status saltus_network_graph(const saltus_network *network,
                                              saltus_graph_population *populations,
                                              saltus_graph_summary *summary, saltus_error *error);

/* ---- The artificial twin -------------------------------------------------------------------- */

/** How to see the network as an artificial one. Get it from saltus_ann_options_default(). */
typedef struct saltus_ann_options {
    uint32_t struct_size;
    uint32_t unroll_steps; /**< steps T over which a network with cycles is unrolled, >= 1; default
                                1. Feed-forward networks are evaluated once whatever T is */
    uint32_t input_channels; /**< external input as one layer more: this many channels, connected
                                  densely to every population that has an input. 0 (default): inputs
                                  are left out on both sides */
    double inference_ms;     /**< simulated time of one inference, > 0; default 0: the whole run */
    double ac_pJ, mac_pJ;    /**< energy of an AC and a MAC, > 0; default 0.9 and 4.6 pJ: float32 in
                                  45 nm (Horowitz 2014: add 0.9, multiply 3.7). Memory not counted */
} saltus_ann_options;

SALTUS_API saltus_ann_options saltus_ann_options_default(void);

/** The twin of one projection (or of the external layer), per inference. A MAC is one operation
 *  here; where "operations" are compared with those of tools that count multiply and add apart
 *  (snn_toolbox), it is 2. */
typedef struct saltus_ann_projection {
    double dense_macs;        /**< forward: T x N_pre x N_post */
    double sparse_macs;       /**< forward: T x synapses that exist */
    double dense_weight_macs; /**< backward, gradient of the weights: as forward */
    double dense_input_macs;  /**< backward, gradient of the inputs: as forward; 0 out of an input
                                   layer, which has nothing to learn behind it */
    double sparse_weight_macs, sparse_input_macs;
} saltus_ann_projection;

/** The whole twin, per inference. */
typedef struct saltus_ann_twin {
    bool feed_forward;
    uint32_t depth;    /**< layers of connections on the longest path; external layer
                            included */
    double steps;      /**< T; 1 when feed-forward */
    double dense_macs; /**< forward */
    double sparse_macs;
    double dense_backward_macs; /**< weights and inputs; training is forward + backward */
    double sparse_backward_macs;
    double activations;   /**< T x neurons that are not in an input layer */
    double bias_adds;     /**< the same number */
    double external_macs; /**< of dense and sparse forward MACs, those of the external layer */
} saltus_ann_twin;

/** `options` NULL: defaults. @return SALTUS_OK, SALTUS_E_ARGUMENT or SALTUS_E_MEMORY */
SALTUS_API saltus_status saltus_ann_twin_of(const saltus_network *network,
                                            const saltus_ann_options *options, saltus_ann_twin *out,
                                            saltus_error *error);
/** One projection of it; `projection` below the network's count. */
SALTUS_API saltus_status saltus_ann_twin_projection(const saltus_network *network,
                                                    const saltus_ann_options *options,
                                                    uint32_t projection, saltus_ann_projection *out,
                                                    saltus_error *error);

/** A run beside the twin, dense or sparse. Ratios above 1: the spiking network needs less. */
typedef struct saltus_ann_ratio {
    double macs;              /**< of the twin, forward, per inference */
    double operations_ratio;  /**< macs / synaptic_operations: "x times fewer operations", a MAC and
                                   an AC counting one each. INFINITY when the run had none */
    double elementary_ratio;  /**< (2 macs + bias adds + activations) / elementary operations of the
                                   run, those of its neurons included: a MAC counts 2 */
    double energy_pJ;         /**< macs x mac_pJ */
    double energy_ratio;      /**< energy_pJ / that of the run's ACs */
    double break_even_spikes; /**< mean spikes per presynaptic neuron per inference at which
                                   synaptic operations equal macs; NaN without synapses; <= 0: the
                                   external events alone are as many */
    double break_even_Hz;     /**< the same as a rate */
    double energy_break_even_spikes, energy_break_even_Hz; /**< ... at which energies are equal */
} saltus_ann_ratio;

typedef struct saltus_ann_comparison {
    saltus_ann_twin twin;
    double inference_ms, inferences; /**< duration / inference_ms */
    double synaptic_operations;      /**< of the run per inference: deliveries and, when they are
                                          a layer, external events */
    double external_operations;      /**< of these, external events */
    double neuron_updates;           /**< of the run per inference: events' or steps' */
    double elementary_operations;    /**< of the run per inference (saltus_arithmetic_operations);
                                          without those of external events when they are no layer */
    double energy_pJ;                /**< synaptic_operations x ac_pJ, per inference */
    double
        spikes_per_neuron; /**< per presynaptic neuron and inference, each weighted with the
                                synapses it has: deliveries / synapses. Compare with break-even */
    double rate_Hz;        /**< the same as a rate */
    saltus_ann_ratio dense, sparse;
} saltus_ann_comparison;

/**
 * Compare a run with its twin.
 *
 * @param report  of a run on `network`
 * @return SALTUS_OK, SALTUS_E_ARGUMENT (an option is not allowed, or the run has no duration) or
 *         SALTUS_E_MEMORY
 */
SALTUS_API saltus_status saltus_ann_compare(const saltus_network *network,
                                            const saltus_operations *report,
                                            const saltus_ann_options *options,
                                            saltus_ann_comparison *out, saltus_error *error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* SALTUS_OPERATIONS_H */
