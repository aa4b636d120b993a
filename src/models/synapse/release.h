/* release - how much transmitter a synapse has and releases, from spike to spike.
 *
 * At the n-th presynaptic spike, h after the one before,
 *
 *     x <- 1 - (1 - x (1 - u)) exp(-h/tau_rec)      with the u of the spike before
 *     u <- U + u (1 - U) exp(-h/tau_fac)
 *
 * and u x of the weight arrives; at first x = 1 and u = U (Tsodyks, Pawelzik & Markram 1998, Neural
 * Comput. 10:821). x is what has recovered, u the probability of release; both are exact whatever h
 * is. With N sites that are full or empty, an empty one is full again with probability
 * 1 - exp(-h/tau_rec) and each full one releases with probability u (Fuhrmann et al. 2002, J.
 * Neurophysiol. 87:140; Loebel et al. 2009, Front. Comput. Neurosci. 3:27); the mean over many
 * synapses is u x.
 *
 * A time constant of 0 means at once, also between spikes of one time: x = 1, u = U.
 */
#ifndef SALTUS_RELEASE_H
#define SALTUS_RELEASE_H

#include "base/exact_math.h"
#include "base/sim_time.h"

/* Most that the inverse of a time constant above 0 may be: times any h it is finite. */
#define RELEASE_FASTEST 1e280

/* The inverse of a time constant in ticks; infinity for 0. */
static inline double release_inverse(double tau_ms)
{
    if (tau_ms == 0) {
        return __builtin_inf();
    }
    const double inverse = 1.0 / (tau_ms * SIM_TIME_TICKS_PER_MS);
    return inverse < RELEASE_FASTEST ? inverse : RELEASE_FASTEST;
}

/* What is left of a deviation h ticks later. */
static inline double release_kept(double h, double inverse_tau)
{
    return inverse_tau <= RELEASE_FASTEST ? sl_exp(-(h * inverse_tau)) : 0.0;
}

/* x at a spike from x and u at the one before. */
static inline double release_recovered(double x, double u, double kept)
{
    return 1 - (1 - x * (1 - u)) * kept;
}

/* u at a spike from u at the one before; U at rest. */
static inline double release_facilitated(double u, double rest, double kept)
{
    return rest + u * (1 - rest) * kept;
}

#endif /* SALTUS_RELEASE_H */
