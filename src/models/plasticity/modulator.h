/* modulator - the signal of a neuromodulator, and what it does to weights over any stretch of time.
 *
 * D decays with tau and jumps by the amount of each reward. A synapse of eligibility c at time
 * t_1, which decays with tau_c, goes on by
 *
 *     dw/dt = c exp(-(t - t_1)/tau_c) (D(t) - D_b),   D in 1/s,   low <= w <= high
 *
 * For that a signal, one for each modulator and tau_c, keeps the integral
 *
 *     I(a, b) = int_a^b (D(t) - D_b) exp(-(t - a)/tau_c) dt
 *
 * between consecutive rewards and, in a binary tree over the rewards, over every aligned power of
 * two of such intervals. Any stretch is the sum of two parts of intervals and of at most two nodes
 * of each size, all with weights between 0 and 1: nothing is subtracted, so nothing is lost over
 * runs of any length, and a stretch costs three exponentials and some 2 log2 of the rewards in it
 * in sums. With each node goes the range that its integral covers on the way, from which follows
 * what the bounds do (clamp in modulator.c); nodes are opened only where a weight is driven from
 * one bound to the other.
 *
 * A weight is bounded, and rounded when kept as a float, at every event of its synapse and at every
 * multiple of `stride`, whether it is looked at there or not. So a sweep may bring it up to such a
 * time without changing a bit, and rewards from before all weights are up to date may be forgotten.
 */
#ifndef SALTUS_PLASTICITY_MODULATOR_H
#define SALTUS_PLASTICITY_MODULATOR_H

#include "models/plasticity/rule.h"

/* Sizes of nodes: 1, 2, 4, ... intervals. */
#define MODULATOR_LEVELS 48

/* What the signal does over a stretch of time. */
typedef struct modulator_piece {
    double total;     /* I from its start to its end */
    double low, high; /* smallest and largest I from its start to any time in it; low <= 0 <= high
                       */
    double factor;    /* decay of c */
} modulator_piece;

/* Nodes of one size: number m covers the intervals m size to (m + 1) size - 1. */
typedef struct modulator_row {
    modulator_piece *piece;
    uint64_t first; /* number of piece[0] */
    size_t count, capacity;
} modulator_row;

/* D jumped; interval n is that after the reward of number n. */
typedef struct modulator_jump {
    sim_time time;
    double level; /* D just after it */
} modulator_jump;

/* To go on elsewhere: the jumps and the number of the first; the rows are functions of the jumps
 * that are kept, and of nothing else. */
struct modulator_signal {
    double inverse_tau, inverse_tau_c, inverse_both; /* 1/ticks; both: 1/tau + 1/tau_c */
    double tau_c_s, both_s;                          /* 1 over two of these, in seconds */
    double baseline;                                 /* D_b */
    sim_time stride;                                 /* weights are bounded at multiples of it */
    modulator_jump *jump; /* in time order, no two at one time; that of number 0 is D(0) = 0 */
    uint64_t first;       /* number of jump[0] */
    size_t count, capacity;
    modulator_row row[MODULATOR_LEVELS];
};

/* False: out of memory; clear in every case. */
bool sl_modulator_init(modulator_signal *signal, double tau_ms, double baseline, double tau_c_ms);
void sl_modulator_clear(modulator_signal *signal);

/* A reward at t >= 0, not before the last one. False: out of memory. */
bool sl_modulator_add(modulator_signal *signal, sim_time t, double amount);
/* A fresh signal goes on from these jumps of another, at least one. False: out of memory. */
bool sl_modulator_resume(modulator_signal *signal, uint64_t first, const modulator_jump *jump,
                         size_t count);
/* Forget what concerns times before t only. */
void sl_modulator_forget(modulator_signal *signal, sim_time t);

/* D just after t. */
double sl_modulator_level(const modulator_signal *signal, sim_time t);
/* The last multiple of the stride that is not after t >= 0. */
sim_time sl_modulator_cut(const modulator_signal *signal, sim_time t);

/* How long a weight goes on, and from what. Times at the synapse. */
typedef struct modulator_stretch {
    double eligibility; /* c at `since` */
    sim_time since;
    sim_time settled; /* the weight knows of everything before it */
    sim_time until;   /* no reward before it is still to come */
} modulator_stretch;

/* The weight at the end of a stretch. `pieces`, which may be NULL, grows by the number of parts and
 * nodes that it took. */
double sl_modulator_move(const modulator_signal *signal, const plastic_bounds *bounds,
                         const modulator_stretch *stretch, double weight, uint64_t *pieces);

#endif /* SALTUS_PLASTICITY_MODULATOR_H */
