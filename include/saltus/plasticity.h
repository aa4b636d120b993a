/* saltus/plasticity.h - synapses that change: learning rules, short-term plasticity, homeostasis,
 * neuromodulators; the catalog of rules.
 *
 * A projection's synapses are plastic when its spec names a rule:
 *
 *     saltus_projection_spec p = saltus_projection_spec_default();
 *     ...
 *     p.plasticity.rule = "stdp";
 *     saltus_plasticity_set(&p.plasticity, "tau_plus", 16.8, &error);
 *     saltus_plasticity_set_word(&p.plasticity, "pairing", "nearest", &error);
 *
 * Times are taken at the synapse. With a delay d of which the share f lies in the dendrite, a
 * presynaptic spike at t reaches the synapse at t + (1 - f) d, a postsynaptic one at t + f d; the
 * potential (or a current) jumps at t + d by the weight that the synapse had when the presynaptic
 * spike reached it, the change that this spike itself causes included. Events at equal times at the
 * synapse do not see each other: both use the traces just before; the presynaptic one acts on the
 * weight first (Morrison, Aertsen & Diesmann 2007, Neural Comput. 19:1437; docs/plasticity.md).
 *
 * Weights of inhibitory projections are negative; rules act on the magnitude |w|, between w_min and
 * w_max, and the sign is that of w_max.
 */
#ifndef SALTUS_PLASTICITY_H
#define SALTUS_PLASTICITY_H

#include <stdbool.h>

#include "saltus/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- The catalog of rules ------------------------------------------------------------- */

/** What a parameter of a rule, or of a neuron with a flow, is. */
typedef enum saltus_parameter_kind {
    SALTUS_PARAMETER_TIME,        /**< ms */
    SALTUS_PARAMETER_VOLTAGE,     /**< a weight: mV, or pA where the target has synaptic currents */
    SALTUS_PARAMETER_RATE,        /**< Hz */
    SALTUS_PARAMETER_NUMBER,      /**< no unit */
    SALTUS_PARAMETER_WORD,        /**< one of `words`; its value is the word's place */
    SALTUS_PARAMETER_CURRENT,     /**< pA; this and the next two: of neurons */
    SALTUS_PARAMETER_CAPACITANCE, /**< pF */
    SALTUS_PARAMETER_CONDUCTANCE  /**< nS */
} saltus_parameter_kind;

/** One parameter of a rule. Static. */
typedef struct saltus_rule_parameter {
    const char *name; /**< as in experiment files, e.g. "tau_plus" */
    saltus_parameter_kind kind;
    double default_value;     /**< NaN: must be given */
    double low, high;         /**< smallest and largest value allowed, both included */
    const char *const *words; /**< SALTUS_PARAMETER_WORD: ended by NULL */
    const char *meaning;
} saltus_rule_parameter;

/** A learning rule. Static. */
typedef struct saltus_plasticity_info {
    const char *name;                        /**< "stdp" */
    const char *summary;                     /**< one line */
    const char *equation;                    /**< a few lines */
    const char *source;                      /**< paper */
    const saltus_rule_parameter *parameters; /**< ended by a NULL name */
    uint32_t synapse_bytes;                  /**< of a synapse beside its target and weight */
} saltus_plasticity_info;

SALTUS_API size_t saltus_plasticity_count(void);
/** NULL when index is out of range. */
SALTUS_API const saltus_plasticity_info *saltus_plasticity_get(size_t index);
/** NULL when there is none of this name. */
SALTUS_API const saltus_plasticity_info *saltus_plasticity_find(const char *name);

/* ---- Learning rules -------------------------------------------------------------------- */

/** Most parameters that a rule can have. */
#define SALTUS_PLASTICITY_VALUES 24

/** How the weights of a projection change. Part of saltus_projection_spec. */
typedef struct saltus_plasticity_spec {
    const char *rule;                       /**< name of a rule; NULL (default): the weights stay */
    double value[SALTUS_PLASTICITY_VALUES]; /**< in the order of the rule's parameters; NaN: its
                                                 default */
    double dendritic_share; /**< part of the delay that lies in the dendrite, 0 (default) to 1 */
    bool single;            /**< keep weights as floats, rounded after every pair (4 bytes a synapse
                                 instead of 8); default false */
    uint32_t modulator;     /**< rules with a modulator: its index; others: UINT32_MAX (default) */
} saltus_plasticity_spec;

SALTUS_API saltus_plasticity_spec saltus_plasticity_spec_default(void);
/** Set a parameter by name, in its unit; spec->rule must be set.
 *  @return SALTUS_OK, or SALTUS_E_ARGUMENT (no such rule, parameter or word; out of range) */
SALTUS_API saltus_status saltus_plasticity_set(saltus_plasticity_spec *spec, const char *parameter,
                                               double value, saltus_error *error);
SALTUS_API saltus_status saltus_plasticity_set_word(saltus_plasticity_spec *spec,
                                                    const char *parameter, const char *word,
                                                    saltus_error *error);

/* ---- Short-term plasticity and release --------------------------------------------------- */

/** Models of transmitter release; they scale the weight of a single arrival. */
typedef enum saltus_release {
    SALTUS_RELEASE_SURE,            /**< every arrival with its whole weight (default) */
    SALTUS_RELEASE_UNRELIABLE,      /**< with probability `u`, else nothing */
    SALTUS_RELEASE_TSODYKS_MARKRAM, /**< weight x u_n x_n (Tsodyks, Pawelzik & Markram 1998):
                                         x <- 1 - (1 - x (1 - u)) exp(-h/tau_rec),
                                         u <- U + u (1 - U) exp(-h/tau_fac), first x = 1, u = U */
    SALTUS_RELEASE_STOCHASTIC       /**< `sites` release sites, refilled with time constant tau_rec,
                                         each full one releases with probability u_n and carries
                                         weight / sites (Loebel et al. 2009; Fuhrmann et al. 2002) */
} saltus_release;

/** How a projection's synapses release. With constant parameters the state belongs to the source
 *  and costs nothing a synapse; with distributions each synapse has its own. Exact between spikes;
 *  random numbers belong to (synapse, spike). */
typedef struct saltus_release_spec {
    saltus_release model;
    double u, tau_rec_ms, tau_fac_ms; /**< U in [0, 1]; tau_rec, tau_fac >= 0 (0: at once) */
    double u_sd, tau_rec_sd_ms, tau_fac_sd_ms; /**< standard deviation over synapses, normal, drawn
                                                  anew until allowed; 0 (default): shared */
    uint32_t sites;                            /**< stochastic: 1 to 65535; default 1 */
} saltus_release_spec;

SALTUS_API saltus_release_spec saltus_release_spec_default(void);

/** A model of release. Static. */
typedef struct saltus_release_info {
    saltus_release model;
    const char *name; /**< as in experiment files, e.g. "tsodyks_markram" */
    const char *summary, *equation, *source;
    const saltus_rule_parameter *parameters; /**< ended by a NULL name */
} saltus_release_info;

/** Models of release; sure release, which is none, is not among them. */
SALTUS_API size_t saltus_release_count(void);
/** NULL when index is out of range. */
SALTUS_API const saltus_release_info *saltus_release_get(size_t index);
/** NULL when there is none of this name. */
SALTUS_API const saltus_release_info *saltus_release_find(const char *name);

/* ---- Homeostasis ------------------------------------------------------------------------- */

/** Synaptic scaling: all weights onto neuron i count times S_i, with
 *      tau dr/dt = -r + sum of delta(t - spikes),   dS/dt = gain S (1 - r / rate)
 *  so that the neuron is driven to `rate` (van Rossum, Bi & Turrigiano 2000, J. Neurosci. 20:8812).
 *  S(0) = 1, r(0) = 0. Exact between the target's spikes. */
typedef struct saltus_scaling_spec {
    double rate_Hz;   /**< target rate, > 0; 0 (default): no scaling */
    double tau_ms;    /**< of the activity average, > 0; default 1,000 */
    double gain_Hz;   /**< > 0; default 0.1 */
    double low, high; /**< S stays within, 0 <= low <= 1 <= high; default 0 and INFINITY, which
                           counts as 1e50 */
} saltus_scaling_spec;

SALTUS_API saltus_scaling_spec saltus_scaling_spec_default(void);

/** Divisive normalisation: at start, start + interval, ... the weights onto each neuron are
 *  multiplied so that their magnitudes sum to `total` (Diehl & Cook 2015). Plastic projections
 *  without dendritic delay only. */
typedef struct saltus_normalisation_spec {
    double total_mV;    /**< > 0, in the unit of the weights (pA where the target has synaptic
                             currents); 0 (default): no normalisation */
    double interval_ms; /**< > 0 */
    double start_ms;    /**< > 0; default: one interval (NaN) */
} saltus_normalisation_spec;

SALTUS_API saltus_normalisation_spec saltus_normalisation_spec_default(void);

/* ---- Neuromodulators --------------------------------------------------------------------- */

/** A signal that reward-modulated rules multiply with: D, in 1/s, decays with tau and jumps by
 *  `amount` at each reward (Izhikevich 2007, Cereb. Cortex 17:2443). D(0) = 0. Rewards come at
 *  listed times, with the spikes of a population, after coincidences of two neurons, and from
 *  saltus_simulation_reward(). They act at all synapses at once. */
typedef struct saltus_modulator_spec {
    uint32_t struct_size;
    const char *name;       /**< unique; copied */
    double tau_ms;          /**< > 0 */
    double baseline;        /**< D_b: rules see D - D_b; default 0 */
    const double *times_ms; /**< listed rewards, non-decreasing; borrowed, copied */
    const double *amounts;  /**< of each */
    size_t count;

    uint32_t population; /**< each of its spikes is a reward; UINT32_MAX (default): none */
    double population_amount, population_delay_ms; /**< delay > 0 */

    /* Every spike of neuron `post` after one of neuron `pre`, but not more than `window` after it,
     * brings a reward after a delay uniform on [delay_low, delay_high). */
    uint32_t pre_population, pre_neuron; /**< UINT32_MAX (default): none */
    uint32_t post_population, post_neuron;
    double pair_window_ms, pair_amount, pair_delay_low_ms, pair_delay_high_ms; /**< delays > 0 */
} saltus_modulator_spec;

SALTUS_API saltus_modulator_spec saltus_modulator_spec_default(void);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* SALTUS_PLASTICITY_H */
