/* lif_current - leaky integrate-and-fire neuron driven by currents that decay: its way between two
 * events, and when it crosses its threshold.
 *
 *     tau_m dv/dt = -v + sum_k J_k,   v = V - v_inf, J_k in mV (current times resistance)
 *     exponential:  tau_k dJ/dt = -J
 *     alpha:        tau_k dJ/dt = -J + H,  tau_k dH/dt = -H
 *     threshold:    tau_k dh/dt = -h, the threshold is th + sum of h
 *
 * Whether v reaches th + sum h is whether z = v - sum h reaches th, and z follows the same equation
 * with J = -(1 - rate) h for each component of the threshold: it is one more exponential current,
 * which inhibits if it decays more slowly than the membrane, and excites otherwise. So below, v is
 * z where a threshold has components, and th stays.
 *
 * Time is counted in units of tau_m from the last event, so a current is its rate tau_m / tau_k.
 * All functions are right for every length of time and every rate, 1 included: a difference of
 * exponentials is never formed where they are close (algorithms of Rotter & Diesmann 1999 and of
 * NEST's iaf_propagator give NaN after long silences).
 *
 * Crossings. v = th with dv/dt >= 0 needs J >= th, and while J > th v cannot come down through th.
 * So on each stretch where J > th there is a crossing if and only if v >= th at its end, and only
 * one. The stretches end where J = th; J - th is a sum of exponentials, whose zeros are parted by
 * those of a shorter sum (Rolle). A neuron whose v only touches th at the end of a stretch fires if
 * the computed v is >= th there. (Compare Brette 2006, 2007; Krishnan et al. 2018.)
 */
#ifndef SALTUS_LIF_CURRENT_H
#define SALTUS_LIF_CURRENT_H

#include <stdbool.h>
#include <stdint.h>

/* Currents of one neuron, those of its own spikes and of its threshold among them. */
#define LIF_CURRENTS 8

typedef struct lif_currents {
    uint32_t count;
    double rate[LIF_CURRENTS]; /* tau_m / tau_k */
    bool alpha[LIF_CURRENTS];
    bool threshold[LIF_CURRENTS]; /* a component of the threshold */
} lif_currents;

/* Is a current's time constant so close to that of the membrane that both are kept in one time base
 * (current_scale.h)? Farther away rounding is magnified by their difference, no more than 64 times,
 * by its square where a current is alpha; closer, by the length of an epoch in tau, likewise. */
static inline bool lif_current_joins(double rate)
{
    return rate > 1 - 0x1p-6 && rate < 1 + 0x1p-6;
}

/* Is current k kept so? No component of a threshold: what it is of z is -h, whatever the rate. */
static inline bool lif_current_is_joined(const lif_currents *currents, uint32_t k)
{
    return lif_current_joins(currents->rate[k]) && !currents->threshold[k];
}

/* At one time. h is 0 where the current is exponential. */
typedef struct lif_current_state {
    double v;
    double j[LIF_CURRENTS], h[LIF_CURRENTS];
} lif_current_state;

/* Share of an exponential current's J that is in v after `x`. */
double sl_lif_current_gain(double rate, double x);
/* Share of an alpha current's H that is in v after `x`. */
double sl_lif_current_alpha_gain(double rate, double x);

/* The sum of all J, and v, after `x` without events. */
double sl_lif_current_drive(const lif_currents *currents, const lif_current_state *state, double x);
double sl_lif_current_potential(const lif_currents *currents, const lif_current_state *state,
                                double x);

/* Why v stays below th for the time `length`, if one comparison tells: the currents that excite are
 * at most th (T1); their charge does not suffice (T3); the time does not at their present strength,
 * less what is left of those that inhibit (T4). What is rejected does not cross by the decision
 * below either. */
typedef enum lif_rejection {
    LIF_MAY_CROSS,
    LIF_WEAK,  /* T1: not before the next arrival, th > 0 */
    LIF_SPENT, /* T3: likewise */
    LIF_SLOW   /* T4: not within `length` */
} lif_rejection;
lif_rejection sl_lif_current_rejects(const lif_currents *currents, const lif_current_state *state,
                                     double th, double length);

/* When v first reaches th within (0, length]; at 0 if it is there already and rises. Negative: not
 * at all. `length` is finite. */
double sl_lif_current_crossing(const lif_currents *currents, const lif_current_state *state,
                               double th, double length);

#endif /* SALTUS_LIF_CURRENT_H */
