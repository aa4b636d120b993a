/* saltus/cost_model.h - what a run costs by the work it does, and where two engines cost the same.
 *
 * The model: wall time is a sum of works, each times a cost of its own,
 *
 *     T_clock = (neurons x steps) c_n + deliveries c_s + externals c_x + spikes c_sp + steps c_st
 *     T_event = deliveries c_e + externals c_x + spikes c_sp + windows c_w + searches c_se
 *
 * The works are counts of the run (saltus_counts), known exactly; the costs belong to the machine
 * and are fitted to measured runs by least squares of the relative error, none below zero. A cost
 * that the runs cannot tell from another is not guessed: it is named, with the one it hides in.
 *
 *     saltus_cost_point points[8];       one a run: wall_s, and the work by saltus_cost_set_work
 *     saltus_cost_fit fit;
 *     status = saltus_cost_fit_points(points, 8, NULL, &fit, &error);
 *     double seconds = saltus_cost_predict_s(&fit, work);
 */
#ifndef SALTUS_COST_MODEL_H
#define SALTUS_COST_MODEL_H

#include "saltus/base.h"
#include "saltus/simulation.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Kinds of work, in the order in which a fit prefers them: of two that cannot be told apart the
 *  earlier one is kept. */
typedef enum saltus_cost_term {
    SALTUS_COST_NEURON_STEP, /**< one neuron integrated over one step: counts.step_updates */
    SALTUS_COST_DELIVERY,    /**< one spike at one synapse: counts.synaptic_events */
    SALTUS_COST_EXTERNAL,    /**< one arrival from an input: counts.external_events */
    SALTUS_COST_SPIKE,       /**< one spike of a neuron or a source */
    SALTUS_COST_SEARCH,      /**< one search for a crossing: counts.crossing_searches */
    SALTUS_COST_WINDOW,      /**< one window worked on: counts.windows, event engine only */
    SALTUS_COST_STEP,        /**< one step, however many neurons: counts.steps */
    SALTUS_COST_TERM_COUNT
} saltus_cost_term;

/** Short name, e.g. "delivery"; NULL when out of range. Static. */
SALTUS_API const char *saltus_cost_term_name(saltus_cost_term term);

/** One measured run. */
typedef struct saltus_cost_point {
    double wall_s; /**< > 0 */
    double work[SALTUS_COST_TERM_COUNT];
} saltus_cost_point;

/** The work that counts stand for. Windows of a clock are its steps and are not counted twice. */
SALTUS_API void saltus_cost_set_work(const saltus_counts *counts,
                                     double work[SALTUS_COST_TERM_COUNT]);

/** What a fit says of one term. */
typedef enum saltus_cost_state {
    SALTUS_COST_FITTED,      /**< cost and standard error stand */
    SALTUS_COST_AT_ZERO,     /**< the best cost would be negative, so it is 0 */
    SALTUS_COST_ABSENT,      /**< no run has such work */
    SALTUS_COST_INSEPARABLE, /**< in these runs it goes in proportion with others: its cost is
                                  contained in theirs, mostly in `partner` */
    SALTUS_COST_LEFT_OUT     /**< not asked for */
} saltus_cost_state;

typedef struct saltus_cost_coefficient {
    saltus_cost_state state;
    double cost_ns;           /**< 0 unless fitted */
    double standard_error_ns; /**< from the residuals, given which terms are fitted; NaN with no
                                   more points than fitted terms */
    double separation;        /**< 0 to 1: the part of this term's work, by length, that the kept
                                   terms before and after it do not explain; the error of a fitted
                                   cost grows as its inverse (1/separation^2 is the variance
                                   inflation factor). NaN when absent or left out */
    saltus_cost_term partner; /**< the term that explains most of it; itself when none does */
} saltus_cost_coefficient;

/** Result of a fit. Plain value. */
typedef struct saltus_cost_fit {
    size_t points;
    size_t fitted; /**< terms fitted */
    saltus_cost_coefficient terms[SALTUS_COST_TERM_COUNT];
    double rms_relative; /**< root mean square of predicted/measured - 1 */
    double max_relative; /**< largest |predicted/measured - 1| */
} saltus_cost_fit;

/** How to fit; zero-initialise for defaults. */
typedef struct saltus_cost_options {
    uint32_t left_out;     /**< bit 1 << term for every term not to fit; 0: fit all */
    double min_separation; /**< terms below it are inseparable, at most 1; 0: 0.01, at which 1 %
                                of scatter in the times would be 100 % of error in the cost */
} saltus_cost_options;

/**
 * Fit: minimise the sum over points of (predicted/measured - 1)^2 over costs >= 0, exactly (the
 * best of all sets of positive terms, each by orthogonalisation; Lawson & Hanson 1974, Solving
 * Least Squares Problems, ch. 23).
 *
 * @param options  NULL for defaults
 * @return SALTUS_OK; SALTUS_E_ARGUMENT: no points, a time that is not > 0 and finite, a work that
 *         is negative or not finite, no work at all, options out of range; SALTUS_E_MEMORY
 */
SALTUS_API saltus_status saltus_cost_fit_points(const saltus_cost_point *points, size_t count,
                                                const saltus_cost_options *options,
                                                saltus_cost_fit *fit, saltus_error *error);

/** Time that the fitted costs give for a work, in seconds. */
SALTUS_API double saltus_cost_predict_s(const saltus_cost_fit *fit,
                                        const double work[SALTUS_COST_TERM_COUNT]);

/**
 * The activity at which both models cost the same, as a multiple of that of the two runs given:
 * deliveries, externals, spikes and searches are scaled, neuron steps, steps and windows stay.
 *
 * @return the factor, > 0; INFINITY when `event` is the cheaper at every activity, 0 when `clock`
 *         is, NaN when both cost the same at every activity
 */
SALTUS_API double saltus_cost_equal_activity(const saltus_cost_fit *event,
                                             const double event_work[SALTUS_COST_TERM_COUNT],
                                             const saltus_cost_fit *clock,
                                             const double clock_work[SALTUS_COST_TERM_COUNT]);

/* ---- Crossover ----------------------------------------------------------------------- */

/** Ratio of two costs at one value of what is varied. */
typedef struct saltus_ratio_point {
    double x;
    double ratio;     /**< > 0 */
    double low, high; /**< what the repeats allow: 0 < low <= ratio <= high */
} saltus_ratio_point;

/** Where the ratio passes 1. */
typedef struct saltus_crossover {
    double x;             /**< by interpolation */
    double x_low, x_high; /**< where low and high allow it to be, around x */
    uint8_t low_open;     /**< x_low is the first point: it may lie before the range */
    uint8_t high_open;    /**< x_high is the last point: it may lie beyond the range */
    uint8_t rising;       /**< the ratio is below 1 before it and above after it */
    size_t before, after; /**< the points that bracket it */
} saltus_crossover;

/**
 * Every crossing of 1 between points in order of x. The logarithm of the ratio is interpolated
 * linearly, over the logarithm of x when all x are > 0, else over x. Nothing is extrapolated: a
 * ratio that is 1 or touches 1 without a change of side is no crossing. Points equal to 1 between
 * two sides are crossed in their middle.
 *
 * @param out       room for `capacity` crossings; NULL with capacity 0 to ask for the number
 * @param found     number of crossings, which may exceed capacity
 * @return SALTUS_OK or SALTUS_E_ARGUMENT: x not finite or not increasing, a ratio not > 0 and
 *         finite, or not between low and high
 */
SALTUS_API saltus_status saltus_crossover_find(const saltus_ratio_point *points, size_t count,
                                               saltus_crossover *out, size_t capacity,
                                               size_t *found, saltus_error *error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* SALTUS_COST_MODEL_H */
