/* saltus/simulation.h - run a built network: event by event, exactly, or on a clock.
 *
 * A simulation owns what changes (membranes, spikes in flight, input buffers); its network is
 * const. For one experiment, seed and build, spikes and counts are the same to the last bit for
 * every number of threads, block size and scheduler, with and without recorders, in one run or
 * many (docs/exactness.md).
 *
 *     saltus_simulation *sim = NULL;
 *     status = saltus_simulation_create(net, NULL, &sim, &error);
 *     if (!status) status = saltus_simulation_add_spike_recorder(sim, my_callback, my_data);
 *     if (!status) status = saltus_simulation_run_until(sim, 1000.0, &error);
 *     saltus_simulation_destroy(sim);
 *
 * Threads: distinct simulations may run on distinct threads; callbacks come on the thread that
 * called run_until. Only saltus_simulation_request_stop may be called from elsewhere.
 */
#ifndef SALTUS_SIMULATION_H
#define SALTUS_SIMULATION_H

#include "saltus/base.h"
#include "saltus/network.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A running simulation. Opaque. */
typedef struct saltus_simulation saltus_simulation;

/** What advances time. The event engine is exact; the clock engine looks at every neuron in every
 *  step, in one of four ways (docs/clock.md). All of them see the same network and the same
 *  external events. */
typedef enum saltus_engine {
    SALTUS_ENGINE_EVENT,        /**< "event": from event to event, exact; no step */
    SALTUS_ENGINE_GRID,         /**< "grid": exact propagator exp(-h/tau) per step; arrivals, delays
                                     and spikes on the grid (Rotter & Diesmann 1999) */
    SALTUS_ENGINE_EULER,        /**< "euler": the same with forward Euler, factor 1 - h/tau */
    SALTUS_ENGINE_INTERPOLATED, /**< "interpolated": arrivals at their own times, threshold looked
                                     at when steps end, spike times by linear interpolation with the
                                     reset recalibrated (Hansel et al. 1998) */
    SALTUS_ENGINE_OFFGRID       /**< "offgrid": exact spikes inside a global grid (Morrison et al.
                                     2007) */
} saltus_engine;

/** How to run. Get it from saltus_simulation_options_default(). */
typedef struct saltus_simulation_options {
    uint32_t struct_size;
    uint32_t threads;      /**< 0: as many as OpenMP gives */
    const char *scheduler; /**< name from saltus_scheduler_name(); NULL: the engine's own choice,
                                "heap" for events, "delay_lines" for clocks */
    saltus_engine engine;  /**< default SALTUS_ENGINE_EVENT */
    double step_ms;        /**< step of the clock, h > 0, a whole number of ticks (1e-11 ms);
                                ignored by the event engine */
} saltus_simulation_options;

SALTUS_API saltus_simulation_options saltus_simulation_options_default(void);

/** Number of engines; names and one-line summaries by engine. */
SALTUS_API size_t saltus_engine_count(void);
/** "event", "grid", ...; NULL when out of range. */
SALTUS_API const char *saltus_engine_name(saltus_engine engine);
SALTUS_API const char *saltus_engine_summary(saltus_engine engine);

/**
 * Read an engine as commands take it: "event", or NAME@STEP with a step in decimal time such as
 * "grid@0.1ms", "euler@1ms", "offgrid@50us"; "clock" stands for "grid". Sets engine and step_ms of
 * `options`, nothing else.
 * @return SALTUS_OK, or SALTUS_E_ARGUMENT with what was found and what is allowed
 */
SALTUS_API saltus_status saltus_engine_parse(const char *text, saltus_simulation_options *options,
                                             saltus_error *error);

/**
 * Does the engine have all models of neurons of an experiment? What a simulation would refuse after
 * the network has been built.
 * @return SALTUS_OK, or SALTUS_E_ARGUMENT with the first population that it cannot carry
 */
SALTUS_API saltus_status saltus_engine_check(const saltus_experiment *experiment,
                                             saltus_engine engine, saltus_error *error);

/** Work done since creation. The same names in every engine; the same numbers for every number of
 *  threads, block size and scheduler (scheduler_compares excepted,
 *  which are the scheduler's own, and windows). */
typedef struct saltus_counts {
    uint64_t spikes;             /**< threshold crossings of neurons */
    uint64_t source_spikes;      /**< spikes of sources (Poisson, periodic, list) */
    uint64_t synaptic_events;    /**< deliveries of one spike to one synapse */
    uint64_t zero_weight_events; /**< of these, through a synapse of weight 0 */
    uint64_t external_events;    /**< arrivals from inputs, each at one neuron */
    uint64_t neuron_updates;     /**< changes of one neuron's state by an event: deliveries,
                                      external events, resets */
    uint64_t step_updates;       /**< clock: one neuron integrated over one step, steps x neurons;
                                      0 in the event engine */
    uint64_t threshold_tests;    /**< comparisons of one neuron with its threshold */
    uint64_t crossing_searches;  /**< closed-form solutions for the next crossing by drift */
    uint64_t plastic_updates; /**< events that act on the weight of one plastic synapse: arrivals at
                                   it and spikes of its target */
    uint64_t scheduler_pushes;
    uint64_t scheduler_pops;
    uint64_t scheduler_compares; /**< comparisons of two entries inside the queue */
    uint64_t steps;              /**< steps of the clock; 0 in the event engine */
    uint64_t state_bytes;   /**< neurons' state read and written: 16 bytes an update or step update
                                 (the same 8 bytes read and written), and 16 more for each
                                 exponential current of the neuron, 32 for each alpha current; an
                                 arrival on a grid is 16 in any case */
    uint64_t synapse_bytes; /**< synapses read: target, own weight, own delay */
    uint64_t queue_bytes;   /**< entries of the queue written and read by pushes and pops */
    uint64_t random_draws;  /**< 64-bit random words used while running */
    uint64_t exp_evaluations; /**< scale factors exp(t/tau) asked for: one per external event,
                                   release, candidate, and per projection a spike arrives through
                                   (per synapse when it has delays of its own) */
    uint64_t windows;         /**< windows worked on; empty ones are jumped over. Depends on
                                   where the run is cut (run_until, samples) */
} saltus_counts;

/** How many counts there are; their names as files have them ("spikes", ...), in the order of the
 *  struct; NULL when out of range. */
SALTUS_API size_t saltus_count_total(void);
SALTUS_API const char *saltus_count_name(size_t index);
/** Where count `index`, which must be in range, stands in `counts`. */
SALTUS_API uint64_t *saltus_count_at(saltus_counts *counts, size_t index);

/** Work at the neurons of one population. */
typedef struct saltus_population_counts {
    uint64_t spikes;          /**< of neurons or sources */
    uint64_t synaptic_events; /**< deliveries to it */
    uint64_t external_events, neuron_updates, step_updates, threshold_tests, crossing_searches;
} saltus_population_counts;

/** Work at the synapses of one projection. */
typedef struct saltus_projection_counts {
    uint64_t synaptic_events, zero_weight_events;
    uint64_t plastic_updates; /**< as in saltus_counts; 0 where weights stay */
    uint64_t
        synapse_bytes; /**< read: 4 a delivery, 4 or 8 more with own weight, 8 with own delay */
} saltus_projection_counts;

/** What a clock may round. */
typedef enum saltus_rounded_what {
    SALTUS_ROUNDED_DELAY, /**< delays of a projection */
    SALTUS_ROUNDED_T_REF  /**< refractory time of a population */
} saltus_rounded_what;

/** One thing that a clock rounded. Strings belong to the network. */
typedef struct saltus_rounding {
    saltus_rounded_what what;
    uint32_t index;        /**< of the projection or population */
    const char *name;      /**< of the projection or population */
    uint64_t values;       /**< synapses with a changed delay, or 1 */
    double given_ms;       /**< the value, of several the one that is changed most */
    double used_ms;        /**< what it is rounded to */
    double mean_change_ms; /**< mean of used - given over the changed values */
} saltus_rounding;

/** A spike, as recorders get it. */
typedef struct saltus_spike {
    double time_ms;
    uint32_t population; /**< population index */
    uint32_t neuron;     /**< index within the population */
} saltus_spike;

/**
 * Gets spikes in batches, in (time, neuron) order, batch after batch; only populations whose
 * spikes the experiment records. Spikes are valid during the call.
 * @return SALTUS_OK, or any other status to end the run with SALTUS_E_RECORDER.
 */
typedef saltus_status (*saltus_spike_callback)(void *user, const saltus_spike *spikes,
                                               size_t count);

/** Samples of one time and one recorded range of neurons. */
typedef struct saltus_sample {
    double time_ms;
    uint32_t record; /**< index of the potential record, in order of addition */
    uint32_t population;
    uint32_t first, count;      /**< neurons [first, first + count) of the population */
    const double *potential_mV; /**< count values, valid during the call */
} saltus_sample;

/** Gets samples in time order: the state after all events of that time. */
typedef saltus_status (*saltus_sample_callback)(void *user, const saltus_sample *sample);

/** Called when the weights of a projection are to be kept: all events at or before time_ms are done
 *  (at the end of a run: all before it). saltus_simulation_read_row(simulation, projection, ...)
 *  gives the rows one by one. Once for each time and projection, however many records ask for it.
 *  @return SALTUS_OK, or any other status to end the run with SALTUS_E_RECORDER. */
typedef saltus_status (*saltus_weight_callback)(void *user, const saltus_simulation *simulation,
                                                uint32_t projection, double time_ms);

/* ---- Life cycle -------------------------------------------------------------------- */

/**
 * Create a simulation of `network` at time 0.
 *
 * @param network  borrowed; must outlive the simulation
 * @param options  NULL for defaults
 * @return SALTUS_OK, SALTUS_E_ARGUMENT (no such scheduler or engine, a step that this engine cannot
 *         take) or SALTUS_E_MEMORY
 */
SALTUS_API saltus_status saltus_simulation_create(const saltus_network *network,
                                                  const saltus_simulation_options *options,
                                                  saltus_simulation **out, saltus_error *error);

/** NULL is allowed. */
SALTUS_API void saltus_simulation_destroy(saltus_simulation *simulation);

/** Before the first run_until; at most 8 of each kind.
 *  @return SALTUS_OK, SALTUS_E_STATE, SALTUS_E_ARGUMENT (NULL) */
SALTUS_API saltus_status saltus_simulation_add_spike_recorder(saltus_simulation *simulation,
                                                              saltus_spike_callback callback,
                                                              void *user);
SALTUS_API saltus_status saltus_simulation_add_sample_recorder(saltus_simulation *simulation,
                                                               saltus_sample_callback callback,
                                                               void *user);

SALTUS_API saltus_status saltus_simulation_add_weight_recorder(saltus_simulation *simulation,
                                                               saltus_weight_callback callback,
                                                               void *user);

/* ---- Running ----------------------------------------------------------------------- */

/**
 * Advance over [now, end_ms): every event before end_ms is done and recorded.
 *
 * @return SALTUS_OK; SALTUS_INTERRUPTED after a request to stop (may be continued);
 *         SALTUS_E_ARGUMENT if end_ms is before now, not finite or over 4.5e7; SALTUS_E_STATE when
 *         called from a recorder;
 *         SALTUS_E_MEMORY, SALTUS_E_RECORDER or SALTUS_E_RUNAWAY, after which the simulation may
 *         only be destroyed. SALTUS_E_RUNAWAY: the neurons of a block (docs/architecture.md) have
 *         fired 16,777,216 + 256 N times (N neurons) within one window, or 65,536 + 16 N times and
 *         there is a request to stop; what is recorded is complete up to the present time.
 */
SALTUS_API saltus_status saltus_simulation_run_until(saltus_simulation *simulation, double end_ms,
                                                     saltus_error *error);

/**
 * Say that the run is over: weight recorders get the projections whose weights are kept at the
 * end, as of now. Only the caller knows that there is no run_until to come. Changes nothing.
 * @return SALTUS_OK, SALTUS_E_STATE (called from a recorder, or the simulation failed),
 *         SALTUS_E_RECORDER
 */
SALTUS_API saltus_status saltus_simulation_record_end(saltus_simulation *simulation,
                                                      saltus_error *error);

/** Ask a running run_until to end after its window, at most 10 ms of simulated time, or within it
 *  where neurons fire without end (SALTUS_E_RUNAWAY). Async-signal-safe, from any thread. A request
 *  that comes while nothing runs, or too late for the run that is ending, ends the next one before
 *  it starts. */
SALTUS_API void saltus_simulation_request_stop(saltus_simulation *simulation);

/** Give the sources of a rate_source population new rates, from the simulation's present time on;
 *  spikes before it stay what they are. May be called before the first run_until, which replaces
 *  the experiment's rates. The random numbers belong to (seed, population, number of this call), so
 *  that a run gives the same bits for every number of threads and every cut (docs/exactness.md).
 *
 *  @param rates_Hz  [count] of each source, 0 to 1e4; copied
 *  @param count     the population's size
 *  @return SALTUS_OK; SALTUS_E_ARGUMENT (no rate_source, wrong count, a rate out of range), which
 *          changes nothing; SALTUS_E_STATE when called from a recorder, after a failure, or more
 *          than 67,108,863 times; SALTUS_E_MEMORY, after which the simulation may only be
 *          destroyed */
SALTUS_API saltus_status saltus_simulation_set_rates(saltus_simulation *simulation,
                                                     uint32_t population, const double *rates_Hz,
                                                     size_t count, saltus_error *error);

/* ---- Reading ----------------------------------------------------------------------- */

/** Everything before this time is done. */
SALTUS_API double saltus_simulation_time_ms(const saltus_simulation *simulation);
SALTUS_API saltus_counts saltus_simulation_counts(const saltus_simulation *simulation);
/** Counts by population; `population` must be below the network's number of populations. */
SALTUS_API saltus_population_counts
saltus_simulation_population_counts(const saltus_simulation *simulation, uint32_t population);
/** Counts by projection; `projection` must be below the network's number of projections. */
SALTUS_API saltus_projection_counts
saltus_simulation_projection_counts(const saltus_simulation *simulation, uint32_t projection);
/** Name of the scheduler in use. Static. */
SALTUS_API const char *saltus_simulation_scheduler(const saltus_simulation *simulation);
/** Engine and step it runs on; 0 ms for the event engine. */
SALTUS_API saltus_engine saltus_simulation_engine(const saltus_simulation *simulation);
SALTUS_API double saltus_simulation_step_ms(const saltus_simulation *simulation);
/** What was rounded to steps, delays first; none in the event engine and where all fits. */
SALTUS_API size_t saltus_simulation_rounding_count(const saltus_simulation *simulation);
SALTUS_API saltus_rounding saltus_simulation_rounding(const saltus_simulation *simulation,
                                                      size_t index);
/** Spikes of one population so far. */
SALTUS_API uint64_t saltus_simulation_population_spikes(const saltus_simulation *simulation,
                                                        uint32_t population);
/** Deliveries through one projection so far. */
SALTUS_API uint64_t saltus_simulation_projection_events(const saltus_simulation *simulation,
                                                        uint32_t projection);
/** 64-bit fingerprint of all spikes (time, neuron) so far, in order; equal runs, equal bits.
 *  Includes populations that are not recorded. */
SALTUS_API uint64_t saltus_simulation_fingerprint(const saltus_simulation *simulation);
/** V of neuron `neuron` of `population` now; v_reset while refractory and when the neuron is lost
 *  to a fault; NaN for sources. */
SALTUS_API double saltus_simulation_potential_mV(const saltus_simulation *simulation,
                                                 uint32_t population, uint32_t neuron);
/** Synapses of source neuron `source` of a projection; 0 when there is no such. */
SALTUS_API uint32_t saltus_simulation_row_length(const saltus_simulation *simulation,
                                                 uint32_t projection, uint32_t source);
/** The synapses of one source in the order (target, delay, order of drawing), which no block or
 *  thread changes: targets by index within their population, and weights as of the simulation's
 *  time, with everything that reached the synapse before it. Both arrays have room for
 *  saltus_simulation_row_length(). Changes nothing, so a run that is read is the same run.
 *  @return SALTUS_OK, SALTUS_E_ARGUMENT or SALTUS_E_MEMORY */
SALTUS_API saltus_status saltus_simulation_read_row(const saltus_simulation *simulation,
                                                    uint32_t projection, uint32_t source,
                                                    uint32_t *targets, double *weights_mV);
/** The factor S by which synaptic scaling multiplies the weights of a projection onto neuron
 *  `target` (index in its population) now; 1 without scaling, NaN when there is no such neuron. */
SALTUS_API double saltus_simulation_scaling(const saltus_simulation *simulation,
                                            uint32_t projection, uint32_t target);
/** What the synapses of one source have to release, in the order of saltus_simulation_read_row():
 *  u, the probability of release at the source's last spike, and x, the share of transmitter (of
 *  sites) that it left; U and 1 before the first, 1 and 1 where every arrival is sure. Synapses
 *  with a state of their own know of spikes that have arrived, others of all that were sent.
 *  @return SALTUS_OK, SALTUS_E_ARGUMENT or SALTUS_E_MEMORY */
SALTUS_API saltus_status saltus_simulation_read_release(const saltus_simulation *simulation,
                                                        uint32_t projection, uint32_t source,
                                                        double *u, double *x);

/** D of a neuromodulator at the simulation's time, rewards of this very time included; NaN when
 *  there is no such modulator. */
SALTUS_API double saltus_simulation_modulator(const saltus_simulation *simulation,
                                              uint32_t modulator);
/** Its rewards so far, those of this very time included; 0 when there is no such modulator. */
SALTUS_API uint64_t saltus_simulation_rewards(const saltus_simulation *simulation,
                                              uint32_t modulator);

/** Number of the experiment's faults, and what fault `index` has done by the simulation's time;
 *  nothing when there is no such fault. */
SALTUS_API uint32_t saltus_simulation_fault_count(const saltus_simulation *simulation);
SALTUS_API saltus_fault_effect saltus_simulation_fault(const saltus_simulation *simulation,
                                                       uint32_t index);

/* ---- Between runs ------------------------------------------------------------------------ */

/** Let the weights of a plastic projection learn (the default) or stay from the simulation's time
 *  on. Traces go on in either case. Spikes that have reached the synapse but not the soma count as
 *  not arrived. */
SALTUS_API saltus_status saltus_simulation_set_plastic(saltus_simulation *simulation,
                                                       uint32_t projection, bool plastic,
                                                       saltus_error *error);
/** Let the adaptive thresholds of a population move (the default) or stay as they are from the
 *  simulation's time on.
 *  @return SALTUS_OK, SALTUS_E_ARGUMENT (no such population, or saltus_experiment_population_adapts
 *          says that its thresholds stay), SALTUS_E_STATE */
SALTUS_API saltus_status saltus_simulation_set_adaptation(saltus_simulation *simulation,
                                                          uint32_t population, bool adapts,
                                                          saltus_error *error);
/** Multiply the weights of a plastic projection so that their magnitudes sum to total_mV at every
 *  target that has any weight, then bound them. Delays must have no dendritic part. */
SALTUS_API saltus_status saltus_simulation_normalise(saltus_simulation *simulation,
                                                     uint32_t projection, double total_mV,
                                                     saltus_error *error);

/** theta of a neuron with an adaptive threshold v_th + theta now; 0 for others. */
SALTUS_API double saltus_simulation_theta_mV(const saltus_simulation *simulation,
                                             uint32_t population, uint32_t neuron);
/** Reward now: D of the modulator jumps by `amount`, -1e12 to 1e12, at the simulation's time, after
 *  the rewards that come at this time by themselves.
 *  @return SALTUS_OK, SALTUS_E_ARGUMENT, SALTUS_E_STATE (from a recorder) or SALTUS_E_MEMORY */
SALTUS_API saltus_status saltus_simulation_reward(saltus_simulation *simulation, uint32_t modulator,
                                                  double amount, saltus_error *error);

/** The network it runs. */
SALTUS_API const saltus_network *saltus_simulation_network(const saltus_simulation *simulation);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* SALTUS_SIMULATION_H */
