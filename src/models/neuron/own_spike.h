/* own_spike - what a neuron's spike does to the neuron itself: adaptation.
 *
 * A spike makes after-spike currents and components of the threshold jump, at its own time or at
 * the end of refractoriness:
 *
 *     J <- keep J + jump,      h <- h + jump
 *
 * Between spikes both decay like every current (lif_current.h), so nothing else is new. What
 * becomes of V is one of
 *
 *     to a value      V is held at v_reset until refractoriness ends
 *     to a share      V is held at v_rest + share (V - v_rest) + add until refractoriness ends
 *     by subtraction  V <- V - (v_th - v_reset), and goes on
 *     none            V goes on
 *
 * (Teeter et al. 2018, Nat. Commun. 9:709; Kobayashi, Tsubo & Shinomoto 2009, Front. Comput.
 * Neurosci. 3:9; Bellec et al. 2020, Nat. Commun. 11:3625.) Where V goes on, refractoriness only
 * forbids spikes. In all but the first V may be above its threshold when refractoriness ends; then
 * the neuron fires at that time. */
#ifndef SALTUS_OWN_SPIKE_H
#define SALTUS_OWN_SPIKE_H

#include "models/neuron/current_scale.h"

typedef enum spike_reset {
    RESET_TO_VALUE,
    RESET_TO_SHARE,
    RESET_BY_SUBTRACTION,
    RESET_NONE,
} spike_reset;

typedef struct own_spike {
    uint32_t first, count;                         /* currents of the model that jump */
    double keep[LIF_CURRENTS], jump[LIF_CURRENTS]; /* by current; mV of J or of h */
    bool late;                                     /* jumps come when refractoriness ends */
    spike_reset reset;
    double share, add; /* mV */
} own_spike;

/* The word that a neuron has beside its coordinates where its reset is not to a value:
 *
 *   to a share   V - v_rest that it is held at while refractory, else 0
 *   V goes on    1 while refractory, else 0 */
static inline bool own_spike_has_word(const own_spike *own)
{
    return own->reset != RESET_TO_VALUE;
}

static inline bool own_spike_goes_on(const own_spike *own)
{
    return own->reset == RESET_BY_SUBTRACTION || own->reset == RESET_NONE;
}

/* By how much V falls at the spike where it goes on; th and reset from the same level. */
static inline double own_spike_drop(const own_spike *own, double th, double reset)
{
    return own->reset == RESET_BY_SUBTRACTION ? th - reset : 0;
}

/* V that a neuron is held at from a spike on at which it is v; both from v_rest. */
static inline double own_spike_held(const own_spike *own, double v)
{
    return own->share * v + own->add;
}

/* By how much current k, which is J (or the component of the threshold, which keeps all), jumps at
 * the spike, and when refractoriness ends. */
static inline double own_spike_change(const own_spike *own, uint32_t k, double j)
{
    return (own->keep[k] - 1) * j + (own->late ? 0 : own->jump[k]);
}

static inline double own_spike_late_change(const own_spike *own, uint32_t k)
{
    return own->late ? own->jump[k] : 0;
}

#endif /* SALTUS_OWN_SPIKE_H */
