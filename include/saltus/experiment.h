/* saltus/experiment.h - what to simulate: populations, inputs, projections, records.
 *
 * An experiment is a checked, plain description. It comes from a YAML file
 * (saltus_experiment_load), from text, or is put together in code:
 *
 *     saltus_experiment *e = NULL;
 *     saltus_experiment_create("two neurons", &e);
 *     saltus_population_spec p = saltus_population_spec_default();
 *     p.name = "A";
 *     p.size = 2;
 *     saltus_experiment_add_population(e, &p, &index, &error);
 *
 * Building the network (saltus/network.h) reads the experiment and keeps nothing of it.
 * Threads: one experiment may be used by one thread at a time.
 */
#ifndef SALTUS_EXPERIMENT_H
#define SALTUS_EXPERIMENT_H

#include <stdbool.h>

#include "saltus/base.h"
#include "saltus/faults.h"
#include "saltus/plasticity.h"
#include "saltus/space.h"
#include "saltus/topology.h"

#ifdef __cplusplus
extern "C" {
#endif

/** An experiment. Opaque. */
typedef struct saltus_experiment saltus_experiment;

/* ---- Values ------------------------------------------------------------------------ */

/** How a number that each neuron or synapse has for itself comes about. */
typedef enum saltus_value_kind {
    SALTUS_VALUE_CONSTANT,  /**< `a` for all */
    SALTUS_VALUE_UNIFORM,   /**< uniform on [a, b) */
    SALTUS_VALUE_NORMAL,    /**< normal with mean a and standard deviation b */
    SALTUS_VALUE_LOGNORMAL, /**< exp(N(ln a, b^2)): median a, sigma b (no unit) */
    SALTUS_VALUE_LIST       /**< list[i] for neuron or synapse i, counted as the field says */
} saltus_value_kind;

/** A constant, a distribution or a list. Draws are rounded to the nearest multiple of `step`, if
 * there is one; those outside [low, high] are drawn again. */
typedef struct saltus_value {
    saltus_value_kind kind;
    double a, b;        /**< parameters, in the unit of the quantity */
    double low, high;   /**< truncation; -INFINITY and INFINITY when there is none */
    double step;        /**< in the unit of the quantity; 0: draws are not rounded */
    const double *list; /**< SALTUS_VALUE_LIST: borrowed for the call, copied by the callee */
    size_t list_length;
} saltus_value;

/** A constant value. */
SALTUS_API saltus_value saltus_constant(double value);
/** Uniform on [low, high). */
SALTUS_API saltus_value saltus_uniform(double low, double high);
/** Normal; set .low and .high of the result to truncate. */
SALTUS_API saltus_value saltus_normal(double mean, double sd);
/** Lognormal with this median; sigma is the standard deviation of the logarithm. */
SALTUS_API saltus_value saltus_lognormal(double median, double sigma);

/** How a rate comes about over time. */
typedef enum saltus_rate_kind {
    SALTUS_RATE_CONSTANT, /**< rate_Hz of the spec */
    SALTUS_RATE_STEPS,    /**< piecewise constant: 0 Hz before the first time, then rates_Hz[i] from
                               times_ms[i] on */
    SALTUS_RATE_SINE      /**< mean + amplitude sin(2 pi frequency t + phase), 0 Hz where that is
                               negative; t from the beginning of the simulation */
} saltus_rate_kind;

/** The rate of Poisson processes over time. */
typedef struct saltus_rate_course {
    saltus_rate_kind kind;        /**< default: constant */
    const double *times_ms;       /**< steps: non-decreasing, >= 0 (of equal ones the last counts);
                                       borrowed, copied */
    const double *rates_Hz;       /**< steps: 0 to 1e7 */
    size_t count;                 /**< steps, at least 1 */
    double mean_Hz, amplitude_Hz; /**< sine: at least 0, their sum at most 1e7 */
    double frequency_Hz;          /**< sine: 0 to 1e6 */
    double phase_degrees;         /**< sine: -360 to 360 */
} saltus_rate_course;

/** How trains come to share spikes (Kuhn, Aertsen & Rotter 2003, Neural Comput 15:67). The
 *  correlation of the counts of any two trains is the same in both; how many trains share a spike
 *  is not. */
typedef enum saltus_correlation_kind {
    SALTUS_CORRELATION_MIP, /**< multiple interaction: each train copies each spike of a mother
                                 process with the probability `correlation` */
    SALTUS_CORRELATION_SIP  /**< single interaction: all trains have the spikes of one process, and
                                 each has others of its own */
} saltus_correlation_kind;

/* ---- Populations ------------------------------------------------------------------- */

/** Neuron and source models; names as in `saltus models`. */
typedef enum saltus_model {
    SALTUS_MODEL_LIF_DELTA,       /**< "lif_delta": leaky integrate-and-fire, delta synapses */
    SALTUS_MODEL_POISSON_SOURCE,  /**< "poisson_source": spikes at random, rate_Hz */
    SALTUS_MODEL_PERIODIC_SOURCE, /**< "periodic_source": start, start + interval, ... < stop */
    SALTUS_MODEL_SPIKE_LIST,      /**< "spike_list": spikes at given times */
    SALTUS_MODEL_RATE_SOURCE,     /**< "rate_source": spikes at random, each source at a rate of its
                                       own that the caller may set anew while it runs */
    SALTUS_MODEL_LIF_EXP,         /**< "lif_exp": leaky integrate-and-fire, exponential currents */
    SALTUS_MODEL_LIF_ALPHA,       /**< "lif_alpha": leaky integrate-and-fire, alpha currents */
    SALTUS_MODEL_CORRELATED_SOURCE, /**< "correlated_source": Poisson trains that share spikes */
    SALTUS_MODEL_ALIF,              /**< "alif": lif_exp with an adaptive threshold */
    SALTUS_MODEL_GLIF1,             /**< "glif1" to "glif4": generalised leaky integrate-and-fire */
    SALTUS_MODEL_GLIF2,             /**< ... reset rules, adaptive threshold */
    SALTUS_MODEL_GLIF3,             /**< ... after-spike currents */
    SALTUS_MODEL_GLIF4,             /**< ... both */
    SALTUS_MODEL_MAT2,              /**< "mat2": multi-timescale adaptive threshold, no reset */
    SALTUS_MODEL_QIF,               /**< "qif": quadratic integrate-and-fire */
    SALTUS_MODEL_IZHIKEVICH,        /**< "izhikevich": simple model of spiking and bursting */
    SALTUS_MODEL_ADEX,              /**< "adex": adaptive exponential integrate-and-fire */
    SALTUS_MODEL_IZHIKEVICH_EXP,    /**< "izhikevich_exp": izhikevich, exponential currents */
    SALTUS_MODEL_ADEX_EXP           /**< "adex_exp": adex, exponential currents */
} saltus_model;

/** Parameters of a model with a flow (qif, izhikevich, adex and the last two with currents), at
 *  most. */
#define SALTUS_FLOW_VALUES 12

/** Receptors (synapse types) of a neuron with synaptic currents, at most. */
#define SALTUS_RECEPTORS 4

/** One receptor: a current that each arrival of weight w (pA) adds to, which then decays. With t
 * the time since the arrival, in lif_exp, izhikevich_exp and adex_exp
 *
 *      w exp(-t / tau)                                  tau_rise 0
 *      w norm (exp(-t / tau) - exp(-t / tau_rise))      0 < tau_rise <= 0.95 tau; norm: the peak is
 * w
 *
 * and in lif_alpha w (t / tau) exp(1 - t / tau), whose peak is w as well. */
typedef struct saltus_receptor {
    const char *name; /**< unique in the population; copied */
    double tau_ms;
    double tau_rise_ms; /**< not in lif_alpha; 0: the current jumps */
} saltus_receptor;

/** After-spike currents of a neuron, and components of its threshold, at most. Receptors (two for
 *  one that rises), after-spike currents and components are 8 together at most. */
#define SALTUS_AFTER_SPIKE_CURRENTS 4
#define SALTUS_THRESHOLD_COMPONENTS 2

/** A current that decays with tau; each spike of the neuron changes it from I to fraction I (at the
 *  spike), plus amplitude (when refractoriness ends). */
typedef struct saltus_after_spike_current {
    double tau_ms;
    double amplitude_pA; /**< negative: it inhibits */
    double fraction;     /**< 0 to 1 */
} saltus_after_spike_current;

/** A part of the threshold that decays with tau; each spike of the neuron adds `jump`. */
typedef struct saltus_threshold_component {
    double tau_ms;
    double jump_mV;
} saltus_threshold_component;

/** A population. Fields of other models than `model` are ignored. */
typedef struct saltus_population_spec {
    uint32_t struct_size; /**< set by the default function */
    const char *name;     /**< letters, digits, '_' ; unique; copied */
    uint32_t size;        /**< neurons, >= 1 */
    saltus_model model;

    /* lif_delta: tau_m dV/dt = -(V - v_rest) + (tau_m / c_m) i_e + tau_m sum w delta(t - t_k).
     * A delivery of weight w (mV) makes V jump by w. */
    double tau_m_ms;        /**< membrane time constant, > 0; default 20 */
    double c_m_pF;          /**< capacitance, > 0; default 250; only matters with i_e */
    double v_rest_mV;       /**< default 0 */
    saltus_value v_th_mV;   /**< threshold; default 20 */
    double v_reset_mV;      /**< < every v_th; default 0 */
    double t_ref_ms;        /**< absolute refractory time, >= 0; default 2 */
    saltus_value i_e_pA;    /**< constant current; default 0; may drive over threshold by itself */
    saltus_value v_init_mV; /**< V at time 0; at or above threshold means: fires at time 0.
                                 Default: v_rest (kind CONSTANT with a = NaN) */
    double theta_plus_mV;   /**< adaptive threshold v_th + theta: theta grows by this much at each
                                 spike (Diehl & Cook 2015); default 0: none */
    double tau_theta_ms;    /**< theta decays with it, >= tau_m; INFINITY: it stays */

    /* Models with currents: the same with c_m dV/dt = ... + sum of the receptors' currents, which
     * go on through refractoriness; no delta input. alif, glif2, glif4: theta_plus_mV of any sign
     * but alif's, and tau_theta_ms, which is finite where theta_plus_mV is not 0 */
    uint32_t receptor_count;                     /**< 1 to SALTUS_RECEPTORS; default 1 */
    saltus_receptor receptors[SALTUS_RECEPTORS]; /**< default: "syn", tau 2 ms */

    /* alif */
    bool reset_by_subtraction; /**< V <- V - (v_th - v_reset), and goes on: t_ref, above 0, only
                                    forbids spikes; default false: V is held at v_reset */
    /* glif2, glif4: a spike takes V to v_rest + reset_fraction (V - v_rest) + reset_add, where it
     * is held for t_ref, above 0 */
    double reset_fraction;      /**< 0 to 1; default 0 */
    double reset_add_mV;        /**< default 0 */
    uint32_t after_spike_count; /**< glif3, glif4; default 0 */
    saltus_after_spike_current after_spike[SALTUS_AFTER_SPIKE_CURRENTS];
    /* mat2: V goes on after a spike; t_ref, above 0, only forbids spikes */
    saltus_threshold_component
        alpha[SALTUS_THRESHOLD_COMPONENTS]; /**< default: 37 mV, 10 ms; 2 mV, 200 ms */
    /* qif, izhikevich, adex (docs/models.md): i_e_pA, v_init_mV and these; a delivery of weight w
     * (mV) makes V jump by w. izhikevich_exp, adex_exp: the same with the receptors above instead,
     * weights in pA. v_init_mV: default v_rest of adex, what V is reset to in the others */
    double flow_value[SALTUS_FLOW_VALUES]; /**< in the order of saltus_model_flow_parameters; NaN
                                                (default): its default. By name:
                                                saltus_population_set */
    saltus_value u_init_pA; /**< u of izhikevich, w of adex at time 0; default (constant NaN): b V
                                 of izhikevich, 0 of adex */

    /* sources */
    double rate_Hz;                 /**< poisson_source, correlated_source */
    saltus_rate_course rate_course; /**< poisson_source: not constant; then rate_Hz is ignored */
    double correlation; /**< correlated_source: of the counts of any two sources, 0 to 1 */
    saltus_correlation_kind correlation_kind; /**< correlated_source; default: mip */
    double jitter_ms;   /**< correlated_source: each source has a shared spike by up to this later,
                             uniformly; 0 to 2.88e6; default 0 */
    double interval_ms; /**< periodic_source, > 0 */
    saltus_value start_ms;         /**< periodic_source: first spike, >= 0; default interval_ms
                                        (kind CONSTANT with a = NaN) */
    double stop_ms;                /**< periodic_source: no spike at or after; default INFINITY */
    const double *spike_times_ms;  /**< spike_list: non-decreasing; borrowed, copied */
    const uint32_t *spike_neurons; /**< spike_list: index within the population */
    size_t spike_count;
    saltus_value rates_Hz; /**< rate_source: rate of each source from time 0 on, 0 to 1e4 Hz;
                                default 0 */

    saltus_positions_spec positions; /**< default: none; all models may have some */
} saltus_population_spec;

/** A spec with every default of the table above. */
SALTUS_API saltus_population_spec saltus_population_spec_default(void);
/** Set a parameter of a model with a flow by name, in its unit; spec->model must be set.
 *  @return SALTUS_OK, or SALTUS_E_ARGUMENT (no such model or parameter; out of range) */
SALTUS_API saltus_status saltus_population_set(saltus_population_spec *spec, const char *parameter,
                                               double value, saltus_error *error);

/* ---- Inputs ------------------------------------------------------------------------ */

typedef enum saltus_input_type {
    SALTUS_INPUT_POISSON,  /**< an own Poisson train of rate_Hz, or rate_course, for every neuron */
    SALTUS_INPUT_ARRIVALS, /**< a list of arrivals (time, target, weight) */
    SALTUS_INPUT_PERIODIC, /**< every neuron: arrivals at start, start + interval, ... < stop */
    SALTUS_INPUT_CURRENT   /**< a current over time, the same into every neuron */
} saltus_input_type;

/** What a current does between the points that are given. */
typedef enum saltus_interpolation {
    SALTUS_INTERPOLATION_STEPS, /**< it keeps the value of the point before */
    SALTUS_INTERPOLATION_RAMPS  /**< it goes on a straight line to the next point, and keeps the
                                     value of the last; for models that take ramps
                                     (saltus_model_takes_ramps) */
} saltus_interpolation;

/** External input to one population; an arrival makes V jump by its weight, or adds it to a
 *  synaptic current. A current adds to i_e; several into one population add up. */
typedef struct saltus_input_spec {
    uint32_t struct_size;
    const char *name; /**< unique among inputs; copied */
    saltus_input_type type;
    uint32_t population;            /**< target: index of a population of neurons */
    double weight_mV;               /**< poisson, periodic; target lif_delta */
    double weight_pA;               /**< the same; target with synaptic currents */
    uint32_t receptor;              /**< target with synaptic currents: which; default 0 */
    double rate_Hz;                 /**< poisson, >= 0, <= 1e7 */
    saltus_rate_course rate_course; /**< poisson: not constant; then rate_Hz is ignored */
    double start_ms;    /**< poisson: default 0; periodic: first arrival, default interval */
    double stop_ms;     /**< default INFINITY; of a current: it is 0 pA from then on */
    double interval_ms; /**< periodic, > 0 */
    const double *arrival_times_ms;   /**< arrivals: non-decreasing; borrowed, copied */
    const uint32_t *arrival_targets;  /**< arrivals: index within the population */
    const double *arrival_weights_mV; /**< arrivals; target lif_delta */
    const double *arrival_weights_pA; /**< arrivals; target with synaptic currents */
    size_t arrival_count;
    /* current: its value is 0 pA before the first time, the last value holds until stop */
    const double *current_times_ms;  /**< non-decreasing, >= 0 (of equal ones the last counts);
                                          borrowed, copied */
    const double *current_values_pA; /**< from each of the times on */
    size_t current_count;
    saltus_interpolation interpolation; /**< default: steps */
} saltus_input_spec;

SALTUS_API saltus_input_spec saltus_input_spec_default(void);

/* ---- Projections ------------------------------------------------------------------- */

typedef enum saltus_rule {
    SALTUS_RULE_ALL_TO_ALL,
    SALTUS_RULE_ONE_TO_ONE,
    SALTUS_RULE_FIXED_INDEGREE,     /**< every target: `count` sources, uniformly */
    SALTUS_RULE_FIXED_OUTDEGREE,    /**< every source: `count` targets, uniformly */
    SALTUS_RULE_FIXED_TOTAL_NUMBER, /**< `count` synapses, source and target uniformly */
    SALTUS_RULE_PAIRWISE_BERNOULLI, /**< every ordered pair with `probability` */
    SALTUS_RULE_LIST,               /**< explicit sources, targets; weights, delays may be lists */
    SALTUS_RULE_SMALL_WORLD,        /**< a ring with rewired synapses; within one population */
    SALTUS_RULE_SCALE_FREE,         /**< preferential attachment, or degrees of a power law */
    SALTUS_RULE_BLOCK_MODEL,        /**< pairs with probabilities by block; within one population */
    SALTUS_RULE_DISTANCE,           /**< every ordered pair with `probability` times its profile */
    SALTUS_RULE_CONVOLUTION         /**< a kernel over a grid; both populations have grids */
} saltus_rule;

/** Synapses from one population to another. */
typedef struct saltus_projection_spec {
    uint32_t struct_size;
    const char *name;        /**< may be NULL: then "SOURCE->TARGET" */
    uint32_t source, target; /**< population indices; the target is a population of neurons */
    saltus_rule rule;
    uint64_t count;         /**< in-degree, out-degree or total, by rule */
    double probability;     /**< pairwise_bernoulli and distance, in [0, 1] */
    bool autapses;          /**< allow a neuron onto itself; default true */
    bool multapses;         /**< allow several synapses of one pair; default true */
    saltus_value weight_mV; /**< drawn weights are rounded to float (24 bits); constants and lists
                                 are exact doubles. A list has an entry for each synapse, in the
                                 order (source, target, delay, order of drawing); with the list
                                 rule and without weight_sources, in the order of its own list;
                                 with convolution and without weight_sources, for each tap */
    saltus_value weight_pA; /**< instead, where the target has synaptic currents */
    uint32_t receptor;      /**< target with synaptic currents: which; default 0 */
    const uint32_t *weight_sources; /**< NULL (default), or the synapses that the listed weights are
                                         of, as many as there are weights: the network is refused
                                         unless it has exactly these; borrowed */
    const uint32_t *weight_targets; /**< of the same synapses; both or none */
    saltus_value delay_ms;          /**< > 0; rounded to the tick of 1e-11 ms; truncate
                                         distributions at low > 0 */
    const uint32_t *list_sources;   /**< list rule: index within source population; borrowed */
    const uint32_t *list_targets;
    size_t list_count;
    saltus_small_world_spec small_world;
    saltus_scale_free_spec scale_free;
    saltus_block_model_spec block_model;
    saltus_convolution_spec convolution;
    saltus_distance_profile connection_profile; /**< rule distance */
    saltus_distance_profile weight_profile;     /**< weights are multiplied by it; default: none */
    saltus_value velocity_m_s; /**< > 0: delays grow by distance / velocity, which is drawn for each
                                    synapse; default: constant INFINITY */
    saltus_plasticity_spec plasticity;       /**< default: static weights */
    saltus_release_spec release;             /**< default: every arrival with its whole weight */
    saltus_scaling_spec scaling;             /**< default: none */
    saltus_normalisation_spec normalisation; /**< default: none; needs plasticity */
} saltus_projection_spec;

SALTUS_API saltus_projection_spec saltus_projection_spec_default(void);

/* ---- Building in code -------------------------------------------------------------- */

/** A new, empty experiment titled `title` (copied): seed 1, duration 1000 ms. */
SALTUS_API saltus_status saltus_experiment_create(const char *title, saltus_experiment **out);
/** Free it. NULL is allowed. */
SALTUS_API void saltus_experiment_destroy(saltus_experiment *experiment);

/** Each add function checks the spec, copies all it points to, and on failure changes nothing.
 *  `index` (may be NULL) receives the position, counting from 0 in order of addition.
 *  @return SALTUS_OK, SALTUS_E_EXPERIMENT (a value is not allowed; error says which) or
 *          SALTUS_E_MEMORY. */
SALTUS_API saltus_status saltus_experiment_add_population(saltus_experiment *experiment,
                                                          const saltus_population_spec *spec,
                                                          uint32_t *index, saltus_error *error);
SALTUS_API saltus_status saltus_experiment_add_input(saltus_experiment *experiment,
                                                     const saltus_input_spec *spec, uint32_t *index,
                                                     saltus_error *error);
SALTUS_API saltus_status saltus_experiment_add_projection(saltus_experiment *experiment,
                                                          const saltus_projection_spec *spec,
                                                          uint32_t *index, saltus_error *error);
/** A neuromodulator, for plastic projections that are added after it. */
SALTUS_API saltus_status saltus_experiment_add_modulator(saltus_experiment *experiment,
                                                         const saltus_modulator_spec *spec,
                                                         uint32_t *index, saltus_error *error);
/** A fault of populations or projections that have been added before. */
SALTUS_API saltus_status saltus_experiment_add_fault(saltus_experiment *experiment,
                                                     const saltus_fault_spec *spec, uint32_t *index,
                                                     saltus_error *error);
/** Record the spikes of a population (default of a new experiment: none). */
SALTUS_API saltus_status saltus_experiment_record_spikes(saltus_experiment *experiment,
                                                         uint32_t population);
/** Sample V of neurons [first, first + count) of a population at start, start + interval, ...
 *  while < stop; interval_ms = 0: once, at start. */
SALTUS_API saltus_status saltus_experiment_record_potential(saltus_experiment *experiment,
                                                            uint32_t population, uint32_t first,
                                                            uint32_t count, double start_ms,
                                                            double interval_ms, double stop_ms,
                                                            saltus_error *error);
/** Keep the weights of a projection at start, start + interval, ... while < stop, and at the end of
 *  the run; interval_ms = 0: once, at start; start_ms = NaN: at the end only. */
SALTUS_API saltus_status saltus_experiment_record_weights(saltus_experiment *experiment,
                                                          uint32_t projection, double start_ms,
                                                          double interval_ms, double stop_ms,
                                                          bool at_end, saltus_error *error);
SALTUS_API saltus_status saltus_experiment_set_seed(saltus_experiment *experiment, uint64_t seed);
/** Are the positions of neurons part of the results? Default: no. */
SALTUS_API saltus_status saltus_experiment_record_positions(saltus_experiment *experiment,
                                                            bool record);
/** duration_ms > 0 and at most 4.5e7 (12.5 hours). */
SALTUS_API saltus_status saltus_experiment_set_duration(saltus_experiment *experiment,
                                                        double duration_ms, saltus_error *error);

/* ---- Reading back ------------------------------------------------------------------ */

SALTUS_API const char *saltus_experiment_title(const saltus_experiment *experiment);
SALTUS_API uint64_t saltus_experiment_seed(const saltus_experiment *experiment);
SALTUS_API double saltus_experiment_duration_ms(const saltus_experiment *experiment);
/** Does the experiment say how long it lasts? Only a file with a section `learning` and without
 *  duration does not: its images do. */
SALTUS_API bool saltus_experiment_has_duration(const saltus_experiment *experiment);
SALTUS_API uint32_t saltus_experiment_population_count(const saltus_experiment *experiment);
/** Index of a population by name; UINT32_MAX when there is none. */
SALTUS_API uint32_t saltus_experiment_find_population(const saltus_experiment *experiment,
                                                      const char *name);
SALTUS_API const char *saltus_experiment_population_name(const saltus_experiment *experiment,
                                                         uint32_t population);
SALTUS_API uint32_t saltus_experiment_population_size(const saltus_experiment *experiment,
                                                      uint32_t population);
/** Positions of a population as described; NULL when there is no such population. */
SALTUS_API const saltus_positions_spec *
saltus_experiment_population_positions(const saltus_experiment *experiment, uint32_t population);
SALTUS_API bool saltus_experiment_records_positions(const saltus_experiment *experiment);
SALTUS_API bool saltus_experiment_records_spikes(const saltus_experiment *experiment,
                                                 uint32_t population);
/** Does any record sample V of this population? */
SALTUS_API bool saltus_experiment_records_potential(const saltus_experiment *experiment,
                                                    uint32_t population);
/** Does any record keep weights of this projection? */
SALTUS_API bool saltus_experiment_records_weights(const saltus_experiment *experiment,
                                                  uint32_t projection);
SALTUS_API saltus_model saltus_experiment_population_model(const saltus_experiment *experiment,
                                                           uint32_t population);
/** Has the population an adaptive threshold that can be told to stay (lif_delta, theta_plus above
 *  0)? */
SALTUS_API bool saltus_experiment_population_adapts(const saltus_experiment *experiment,
                                                    uint32_t population);

SALTUS_API uint32_t saltus_experiment_input_count(const saltus_experiment *experiment);
SALTUS_API uint32_t saltus_experiment_projection_count(const saltus_experiment *experiment);
SALTUS_API uint32_t saltus_experiment_modulator_count(const saltus_experiment *experiment);
SALTUS_API uint32_t saltus_experiment_fault_count(const saltus_experiment *experiment);
/** Fault number `index`, which must be below the count, as it was added; its list belongs to the
 *  experiment. */
SALTUS_API const saltus_fault_spec *saltus_experiment_fault(const saltus_experiment *experiment,
                                                            uint32_t index);
/** Index of a modulator by name; UINT32_MAX when there is none. */
SALTUS_API uint32_t saltus_experiment_find_modulator(const saltus_experiment *experiment,
                                                     const char *name);

/** What an input is, in brief. The name belongs to the experiment. */
typedef struct saltus_input_info {
    const char *name;
    saltus_input_type type;
    uint32_t population;
    double rate_Hz;         /**< poisson of a constant rate; else NaN */
    uint64_t arrival_count; /**< arrivals; 0 for other types */
    uint64_t current_count; /**< current: its points; 0 for other types */
} saltus_input_info;

/** What a projection is, in brief. */
typedef struct saltus_projection_info {
    const char *name; /**< "SOURCE->TARGET" unless named */
    uint32_t source, target;
    saltus_rule rule;
    bool random_synapses;   /**< how many there are is left to chance */
    const char *plasticity; /**< name of the learning rule; NULL: static weights */
    saltus_release release;
} saltus_projection_info;

/** What a modulator is, in brief. */
typedef struct saltus_modulator_info {
    const char *name;
    double tau_ms, baseline;
    uint64_t listed_rewards;
    uint32_t population; /**< whose spikes are rewards; UINT32_MAX: none */
    bool pair;           /**< coincidences of two neurons are rewarded */
} saltus_modulator_info;

/** `index` must be below the count. */
SALTUS_API saltus_input_info saltus_experiment_input(const saltus_experiment *experiment,
                                                     uint32_t index);
SALTUS_API saltus_projection_info saltus_experiment_projection(const saltus_experiment *experiment,
                                                               uint32_t index);
SALTUS_API saltus_modulator_info saltus_experiment_modulator(const saltus_experiment *experiment,
                                                             uint32_t index);

/** 64-bit hash of everything that determines the run (not the title, not the records). */
SALTUS_API uint64_t saltus_experiment_hash(const saltus_experiment *experiment);

/* ---- Files ------------------------------------------------------------------------- */

/** Reads spike trains from HDF5; given by libsaltus-sonata (saltus/sonata.h) so that the core
 *  library needs no HDF5. On success *times_ms and *neurons are malloc'ed arrays of *count
 *  entries in time order that the caller frees. `population` NULL: the only one in the file. */
typedef saltus_status (*saltus_spike_file_reader)(const char *path, const char *population,
                                                  double **times_ms, uint32_t **neurons,
                                                  size_t *count, saltus_error *error);

/** Reads the weights that a run recorded from HDF5; given by libsaltus-sonata
 *  (saltus_sonata_read_weights). `projection`: the name under which they were recorded; `time_ms`:
 *  of the record, NaN for the last one; `unit`: "mV" or "pA", which the weights must have. On
 *  success *sources, *targets and *weights are malloc'ed arrays of *count entries, in the order
 * that saltus_projection_spec names, that the caller frees. */
typedef saltus_status (*saltus_weight_file_reader)(const char *path, const char *projection,
                                                   double time_ms, const char *unit,
                                                   uint32_t **sources, uint32_t **targets,
                                                   double **weights, size_t *count,
                                                   saltus_error *error);

/** One "--set PATH=VALUE": PATH like inputs.external.rate or projections.0.weight. */
typedef struct saltus_override {
    const char *path;
    const char *value; /**< YAML, e.g. "8 kHz" */
} saltus_override;

/** How to load; zero-initialise for defaults. */
typedef struct saltus_load_options {
    const saltus_override *overrides; /**< applied in order before checking */
    size_t override_count;
    saltus_spike_file_reader hdf5_reader;    /**< NULL: `hdf5:` is answered with an error */
    saltus_weight_file_reader weight_reader; /**< NULL: weights `from:` a file are an error */
} saltus_load_options;

/** One finding in an experiment file. Strings belong to the diagnostics object. */
typedef struct saltus_diagnostic {
    const char *file;      /**< file, or "--set PATH" for an override */
    uint32_t line, column; /**< 1-based; 0 when there is no position */
    const char *path;      /**< key path, e.g. "populations.E.params.tau_m" */
    const char *message;   /**< what was found, what is allowed, perhaps "did you mean" */
} saltus_diagnostic;

/** All findings of one load, in file order. Opaque. */
typedef struct saltus_diagnostics saltus_diagnostics;
SALTUS_API size_t saltus_diagnostics_count(const saltus_diagnostics *diagnostics);
SALTUS_API saltus_diagnostic saltus_diagnostics_get(const saltus_diagnostics *diagnostics,
                                                    size_t index);
/** NULL is allowed. */
SALTUS_API void saltus_diagnostics_destroy(saltus_diagnostics *diagnostics);

/** A time as experiment files have it, "1.5 ms", in ms.
 *  @return SALTUS_OK, or SALTUS_E_ARGUMENT with what was found and what is needed */
SALTUS_API saltus_status saltus_time_from_text(const char *text, double *ms, saltus_error *error);

/**
 * Read an experiment from a YAML file (docs/experiment-files.md). File names in it are relative
 * to its folder.
 *
 * @param out          the experiment, owned by the caller; NULL on failure
 * @param diagnostics  may be NULL; else set to all findings (owned by the caller), or to NULL
 *                     when there are none
 * @return SALTUS_OK, SALTUS_E_EXPERIMENT (see diagnostics), SALTUS_E_FILE, SALTUS_E_MEMORY
 */
SALTUS_API saltus_status saltus_experiment_load(const char *path,
                                                const saltus_load_options *options,
                                                saltus_experiment **out,
                                                saltus_diagnostics **diagnostics);

/** The same from `length` bytes of text; `name` stands for the file in messages, `folder` is
 *  where file names are looked up ("" for the current one). */
SALTUS_API saltus_status saltus_experiment_load_text(const char *text, size_t length,
                                                     const char *name, const char *folder,
                                                     const saltus_load_options *options,
                                                     saltus_experiment **out,
                                                     saltus_diagnostics **diagnostics);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* SALTUS_EXPERIMENT_H */
