/* saltus/accuracy.h - how the spikes of one run differ from those of another.
 *
 * Usually the reference is an event-driven run and the test a clock-driven run of the same
 * network. Everything is a pure function of two spike arrays, the sizes of the populations and an
 * interval of time; definitions, sources and conventions are in docs/accuracy.md.
 *
 *     saltus_trains *reference = NULL, *test = NULL;
 *     status = saltus_trains_create(spikes, count, sizes, 2, 0.0, 1000.0, &reference, &error);
 *     ... the same for test ...
 *     saltus_accuracy accuracy;
 *     status = saltus_accuracy_measure(reference, test, NULL, &accuracy, NULL, &error);
 *     printf("%.1f %% within %g ms\n", 100 * accuracy.match.matched_fraction, ...);
 *
 * Times are taken to the library's resolution of 1e-11 ms: differences are exact, and a shift of
 * exactly the window is within it. What is not defined (a mean over nothing) is NaN.
 *
 * Recurrent networks are chaotic: any two runs part after a while, exact ones too. There, look at
 * the first divergence and at statistics beside their seed-to-seed spread (the yardstick below);
 * matched spikes and distances mean something for feed-forward networks and short times.
 */
#ifndef SALTUS_ACCURACY_H
#define SALTUS_ACCURACY_H

#include "saltus/base.h"
#include "saltus/simulation.h"

#ifdef __cplusplus
extern "C" {
#endif

/** In place of a population's index: all neurons of all populations together. */
#define SALTUS_ALL_POPULATIONS UINT32_MAX

/* ---- Spike trains ------------------------------------------------------------------ */

/** The spikes of one run, by neuron. Opaque, constant once made; 16 bytes a spike, 8 a neuron. */
typedef struct saltus_trains saltus_trains;

/**
 * Sort spikes into one train for each neuron.
 *
 * @param spikes            [spike_count] in order of time, borrowed during the call; those outside
 *                          [from_ms, to_ms] are left out
 * @param population_sizes  [population_count] neurons in each population
 * @param from_ms, to_ms    interval that is compared, both ends included; 0 <= from_ms < to_ms <=
 *                          4.5e7. Begin above 0 to leave out a transient, for statistics only:
 *                          matching and divergence want the run from its beginning
 * @return SALTUS_OK; SALTUS_E_ARGUMENT (interval, a spike of no population or neuron, times that
 *         go back or are not finite); SALTUS_E_MEMORY
 */
SALTUS_API saltus_status saltus_trains_create(const saltus_spike *spikes, size_t spike_count,
                                              const uint32_t *population_sizes,
                                              uint32_t population_count, double from_ms,
                                              double to_ms, saltus_trains **out,
                                              saltus_error *error);
/** NULL is allowed. */
SALTUS_API void saltus_trains_destroy(saltus_trains *trains);

SALTUS_API uint32_t saltus_trains_population_count(const saltus_trains *trains);
/** Neurons and spikes of a population, or of all; 0 for a population that does not exist. */
SALTUS_API uint64_t saltus_trains_neurons(const saltus_trains *trains, uint32_t population);
SALTUS_API uint64_t saltus_trains_spikes(const saltus_trains *trains, uint32_t population);
/** Spike times of one neuron, ascending, owned by the trains; NULL and count 0 for a neuron that
 *  does not exist. */
SALTUS_API const double *saltus_trains_times_ms(const saltus_trains *trains, uint32_t population,
                                                uint32_t neuron, size_t *count);
SALTUS_API double saltus_trains_from_ms(const saltus_trains *trains);
SALTUS_API double saltus_trains_to_ms(const saltus_trains *trains);

/* ---- Matching spikes --------------------------------------------------------------- */

/** Ask for a window of each neuron's own; see saltus_accuracy_options. */
#define SALTUS_WINDOW_BY_INTERVAL (-1.0)

/** What to measure, and how. Get it from saltus_accuracy_options_default(). */
typedef struct saltus_accuracy_options {
    uint32_t struct_size;
    /** Spikes of one neuron match when |shift| <= window. Default SALTUS_WINDOW_BY_INTERVAL: half
     *  the neuron's smallest interspike interval above 0 in the reference, at most
     *  window_limit_ms; window_limit_ms itself for a neuron with no such interval. */
    double window_ms;
    double window_limit_ms;      /**< default 3 ms; say 3 steps for a clock-driven test */
    double tolerance_ms;         /**< divergence: larger shifts count as such; default 1 ms */
    double tau_r_ms;             /**< van Rossum's time constant, > 0; default 10 ms */
    double shift_cost_per_ms;    /**< Victor and Purpura's q, >= 0; default 0.1 per ms */
    double coincidence_ms;       /**< Delta of the coincidence factor, >= 0; default 2 ms */
    double bin_ms;               /**< of spike counts (correlation, synchrony), > 0; default 2 ms */
    uint32_t correlation_sample; /**< neurons whose pairwise correlations are taken; default 200 */
} saltus_accuracy_options;

SALTUS_API saltus_accuracy_options saltus_accuracy_options_default(void);

/** Outcome of matching one population, or all. shift = time in the test - time in the reference. */
typedef struct saltus_match_summary {
    uint64_t reference_spikes, test_spikes;
    uint64_t matched;        /**< pairs */
    uint64_t missed;         /**< spikes of the reference without a partner */
    uint64_t extra;          /**< spikes of the test without a partner */
    uint64_t at_edge;        /**< of missed and extra: within the window of an end where the run is
                                  cut (to_ms; from_ms when above 0), so that the partner may lie
                                  outside */
    double matched_fraction; /**< matched / reference_spikes */
    double rate_error;       /**< (test_spikes - reference_spikes) / reference_spikes */
    double mean_shift_ms, mean_abs_shift_ms, median_abs_shift_ms, rms_shift_ms, max_abs_shift_ms;
    double smallest_window_ms, largest_window_ms; /**< over neurons with a spike in either run */
} saltus_match_summary;

/** One matched pair. */
typedef struct saltus_match {
    double reference_ms, test_ms;
    double shift_ms; /**< the exact difference, rounded once */
    uint32_t population, neuron;
} saltus_match;

/** A one-to-one assignment of spikes. Opaque; some 50 bytes a pair. */
typedef struct saltus_matching saltus_matching;

/**
 * For each neuron: of all assignments in the order of time (the k-th matched spike of one run goes
 * with the k-th matched spike of the other) with |shift| <= window, one that has the most pairs,
 * and among these the smallest sum of |shift|. Time O(spikes) when windows are shorter than
 * intervals, O(spikes x spikes within a window) at worst; memory O(spikes).
 *
 * @param options  window_ms and window_limit_ms are used; NULL for defaults
 * @return SALTUS_OK; SALTUS_E_ARGUMENT (options, or trains of different populations or
 *         intervals); SALTUS_E_MEMORY
 */
SALTUS_API saltus_status saltus_matching_create(const saltus_trains *reference,
                                                const saltus_trains *test,
                                                const saltus_accuracy_options *options,
                                                saltus_matching **out, saltus_error *error);
/** NULL is allowed. */
SALTUS_API void saltus_matching_destroy(saltus_matching *matching);
/** Of one population or SALTUS_ALL_POPULATIONS; all zero and NaN when it does not exist. */
SALTUS_API saltus_match_summary saltus_matching_summary(const saltus_matching *matching,
                                                        uint32_t population);
/** All pairs in order of population, neuron, time; owned by the matching. */
SALTUS_API const saltus_match *saltus_matching_pairs(const saltus_matching *matching,
                                                     size_t *count);

/** Order of spikes: pairs of spikes that are simultaneous or in another order. Each counts two
 *  different spikes, of one neuron or of two. */
typedef struct saltus_order {
    uint64_t reference_simultaneous; /**< pairs of spikes at equal times in the reference */
    uint64_t test_simultaneous;      /**< ... in the test; matched or not */
    uint64_t created; /**< two matched spikes: simultaneous in the test, not in the reference */
    uint64_t lost;    /**< simultaneous in the reference, not in the test */
    uint64_t swapped; /**< one before the other in the reference, after it in the test */
} saltus_order;

/** Count within one population, or over all (then also pairs across populations). O(n log n).
 *  @return SALTUS_OK, SALTUS_E_ARGUMENT (no such population), SALTUS_E_MEMORY */
SALTUS_API saltus_status saltus_matching_order(const saltus_matching *matching, uint32_t population,
                                               saltus_order *out, saltus_error *error);

/* ---- First divergence -------------------------------------------------------------- */

/** Where two runs part: pair the k-th spike of each neuron with its k-th in the other run; the
 *  earliest spike with no partner, or with one farther away than the tolerance. */
typedef struct saltus_divergence {
    double time_ms; /**< the earlier time of that pair; +infinity when the runs never part */
    uint32_t population, neuron;  /**< UINT32_MAX when never; of equal times the first neuron */
    uint64_t spike;               /**< k, from 0 */
    double reference_ms, test_ms; /**< NaN where there is no such spike */
    uint64_t pairs_before;        /**< pairs whose earlier time is before time_ms */
    double max_abs_shift_ms;      /**< largest |shift| among these; 0 when there is none */
} saltus_divergence;

/** A last spike without a partner within the tolerance of to_ms is no divergence: its partner may
 *  lie beyond the end.
 *  @return SALTUS_OK; SALTUS_E_ARGUMENT (tolerance below 0 or NaN; trains that do not fit) */
SALTUS_API saltus_status saltus_divergence_find(const saltus_trains *reference,
                                                const saltus_trains *test, uint32_t population,
                                                double tolerance_ms, saltus_divergence *out,
                                                saltus_error *error);

/* ---- Distances of spike trains ----------------------------------------------------- */

/** Of one neuron's two trains, or means over neurons. */
typedef struct saltus_distances {
    uint64_t neurons;      /**< with a spike in either run: what the means are taken over */
    double van_rossum;     /**< sqrt of (1/tau) integral (f - g)^2, f the sum of exp(-(t - t_i)/tau)
                                over past spikes; one more spike, far from all others, gives
                                sqrt(1/2). Two empty trains: 0 (van Rossum 2001) */
    double victor_purpura; /**< cheapest change of one train into the other: 1 to delete or insert
                                a spike, q |dt| to shift it (Victor & Purpura 1996) */
    double coincidence_factor;    /**< Gamma: 1 for equal trains, 0 for chance; train 1 the
                                       reference. NaN for two empty trains and for 2 rate Delta >= 1
                                       (Kistler et al. 1997; Jolivet et al. 2008) */
    uint64_t coincidence_neurons; /**< with a defined Gamma, which its mean is taken over */
    double isi_distance;          /**< in [0, 1) (Kreuz et al. 2007) */
    double spike_distance;        /**< in [0, 1] (Kreuz et al. 2013), edges as in
                                       docs/accuracy.md */
} saltus_distances;

/** Distances of one neuron's trains. `neurons` is 1, or 0 when both are empty.
 *  @return SALTUS_OK, SALTUS_E_ARGUMENT, SALTUS_E_MEMORY */
SALTUS_API saltus_status saltus_distances_of_neuron(const saltus_trains *reference,
                                                    const saltus_trains *test, uint32_t population,
                                                    uint32_t neuron,
                                                    const saltus_accuracy_options *options,
                                                    saltus_distances *out, saltus_error *error);
/** Means over the neurons of a population, or of all, that have a spike in either run; NaN when
 *  there is none.
 *  @return SALTUS_OK, SALTUS_E_ARGUMENT, SALTUS_E_MEMORY */
SALTUS_API saltus_status saltus_distances_mean(const saltus_trains *reference,
                                               const saltus_trains *test, uint32_t population,
                                               const saltus_accuracy_options *options,
                                               saltus_distances *out, saltus_error *error);

/* ---- Activity of a population, and its distributions ------------------------------- */

/** What is distributed. */
typedef enum saltus_measure {
    SALTUS_MEASURE_RATE,        /**< rate of each neuron, Hz */
    SALTUS_MEASURE_CV,          /**< SD(ISI) / mean(ISI) of each neuron with >= 3 spikes and a mean
                                     above 0; SD with n - 1 */
    SALTUS_MEASURE_CORRELATION, /**< Pearson correlation of spike counts of each pair of the
                                     sample, both of them with a variance above 0 */
    SALTUS_MEASURE_COUNT
} saltus_measure;

/** "rate", "cv", "correlation"; NULL when out of range. */
SALTUS_API const char *saltus_measure_name(saltus_measure measure);

/** A sample of numbers in brief. Quantiles interpolate linearly (type 7 of Hyndman & Fan 1996);
 *  sd has n - 1. NaN where undefined. */
typedef struct saltus_distribution {
    uint64_t count;
    double mean, sd, minimum, quantile_5, quartile_1, median, quartile_3, quantile_95, maximum;
} saltus_distribution;

/** One run's activity in one population. Opaque, constant. */
typedef struct saltus_activity saltus_activity;

/**
 * Measure rates, CVs, correlations and synchrony of a population, or of all neurons together.
 * The correlation sample is neurons floor(i N / n), i = 0 ... n - 1, or all N when n >= N: the same
 * ones in every run. Bins begin at from_ms; an incomplete last bin is left out.
 *
 * @param options  bin_ms and correlation_sample are used; NULL for defaults
 * @return SALTUS_OK, SALTUS_E_ARGUMENT, SALTUS_E_MEMORY
 */
SALTUS_API saltus_status saltus_activity_create(const saltus_trains *trains, uint32_t population,
                                                const saltus_accuracy_options *options,
                                                saltus_activity **out, saltus_error *error);
/** NULL is allowed. */
SALTUS_API void saltus_activity_destroy(saltus_activity *activity);
SALTUS_API saltus_distribution saltus_activity_distribution(const saltus_activity *activity,
                                                            saltus_measure measure);
/** The sample itself, ascending, owned by the activity. */
SALTUS_API const double *saltus_activity_values(const saltus_activity *activity,
                                                saltus_measure measure, size_t *count);
/** Variance (n - 1) of the population's spike count in a bin over its mean: 1 for independent
 *  Poisson neurons, the number of neurons for perfect synchrony. NaN with fewer than 2 bins or no
 *  spike. */
SALTUS_API double saltus_activity_synchrony(const saltus_activity *activity);

/** Two-sample Kolmogorov-Smirnov distance, the largest |F - G| of the empirical distribution
 *  functions, of ascending samples. NaN when one is empty. */
SALTUS_API double saltus_kolmogorov_smirnov(const double *a, size_t a_count, const double *b,
                                            size_t b_count);
/** Wasserstein-1 distance, the integral of |F - G|, in the unit of the samples. NaN when one is
 *  empty. */
SALTUS_API double saltus_wasserstein(const double *a, size_t a_count, const double *b,
                                     size_t b_count);

/* ---- Yardstick: how much runs differ that differ by the seed alone ------------------ */

/** One number of a run, or of a run against others. */
typedef enum saltus_statistic {
    SALTUS_STATISTIC_RATE_MEAN,
    SALTUS_STATISTIC_RATE_SD,
    SALTUS_STATISTIC_CV_MEAN,
    SALTUS_STATISTIC_CV_SD,
    SALTUS_STATISTIC_CORRELATION_MEAN,
    SALTUS_STATISTIC_CORRELATION_SD,
    SALTUS_STATISTIC_SYNCHRONY,
    /* distances between the distributions of two runs */
    SALTUS_STATISTIC_RATE_KS,
    SALTUS_STATISTIC_CV_KS,
    SALTUS_STATISTIC_CORRELATION_KS,
    SALTUS_STATISTIC_RATE_WASSERSTEIN,
    SALTUS_STATISTIC_CV_WASSERSTEIN,
    SALTUS_STATISTIC_CORRELATION_WASSERSTEIN,
    SALTUS_STATISTIC_COUNT
} saltus_statistic;

/** "rate_mean", "cv_ks", ...; NULL when out of range. */
SALTUS_API const char *saltus_statistic_name(saltus_statistic statistic);

/** One statistic of a run beside the spread over seeds. */
typedef struct saltus_deviation {
    double seeds_mean; /**< over the runs; of a distance, over all pairs of runs */
    double seeds_sd;   /**< the same, n - 1 */
    double value;     /**< of the test; of a distance, mean over the runs of its distance to them */
    double deviation; /**< (value - seeds_mean) / seeds_sd; 0 when value equals seeds_mean,
                           +-infinity when only seeds_sd is 0. Of a single number, over k runs,
                           divided by sqrt(1 + 1/k) it is Student's t with k - 1 degrees of freedom
                           if only the seed differs: beyond 3 is rare for k = 10 and says nothing
                           for k = 2 */
} saltus_deviation;

/**
 * Spread over `run_count` runs of one engine with different seeds, and how far the test lies out.
 *
 * @param runs  [run_count], at least 2; at least 3 for the SD of distances
 * @param test  NULL for the spread alone (value and deviation are then NaN)
 * @param out   [SALTUS_STATISTIC_COUNT]
 * @return SALTUS_OK, SALTUS_E_ARGUMENT, SALTUS_E_MEMORY
 */
SALTUS_API saltus_status saltus_yardstick_measure(const saltus_activity *const *runs,
                                                  size_t run_count, const saltus_activity *test,
                                                  saltus_deviation *out, saltus_error *error);

/* ---- Everything at once ------------------------------------------------------------ */

/** One measure's distribution in both runs and the distance between them. */
typedef struct saltus_distribution_pair {
    saltus_distribution reference, test;
    double kolmogorov_smirnov, wasserstein;
} saltus_distribution_pair;

/** All headline numbers of a pair of runs, of one population or all. Plain value. */
typedef struct saltus_accuracy {
    saltus_match_summary match;
    saltus_divergence divergence;
    saltus_order order;
    saltus_distances distances;
    saltus_distribution_pair distributions[SALTUS_MEASURE_COUNT]; /**< by saltus_measure */
    double reference_synchrony, test_synchrony;
} saltus_accuracy;

/**
 * @param options      NULL for defaults
 * @param total        all neurons together; NULL if not wanted
 * @param populations  [population count]; NULL if not wanted
 * @return SALTUS_OK, SALTUS_E_ARGUMENT, SALTUS_E_MEMORY
 */
SALTUS_API saltus_status saltus_accuracy_measure(const saltus_trains *reference,
                                                 const saltus_trains *test,
                                                 const saltus_accuracy_options *options,
                                                 saltus_accuracy *total,
                                                 saltus_accuracy *populations, saltus_error *error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* SALTUS_ACCURACY_H */
