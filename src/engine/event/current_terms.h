/* current_terms - the screen of current_screen.h for arrivals of many times, at neurons with one or
 * two exponential currents.
 *
 * Of each time a row of numbers, `stride` apart: what a is multiplied by, and for each current what
 * its coordinate x and x + |x| are (vector_screen). They are of the time up to the horizon that
 * follows; a group that sleeps has none (currents.h). */
#ifndef SALTUS_CURRENT_TERMS_H
#define SALTUS_CURRENT_TERMS_H

#include "base/vector_kernel.h"
#include "models/neuron/time_base.h"
#include "network/network.h"

#define CURRENT_TERMS_CURRENTS 2
/* Numbers of a time. */
#define CURRENT_TERMS (1 + 2 * CURRENT_TERMS_CURRENTS)
/* At most so many times at once. */
#define CURRENT_TERMS_TIMES 8192

/* Are there screens for these neurons? Then how many numbers a time, else 0. */
static inline uint32_t current_terms_of(const network_currents *currents)
{
    const uint32_t count = currents->model.count;
    return currents->exponential && count <= CURRENT_TERMS_CURRENTS ? 1 + 2 * count : 0;
}

/* The next horizon after t of groups whose membrane has this time base: fixed steps within the
 * epoch, so that searches do not depend on windows. */
static inline sim_time current_horizon_after(const time_base *base, sim_time step, sim_time t)
{
    const sim_time next = base->start + ((t - base->start) / step + 1) * step;
    return next < base->end ? next : base->end;
}

/* Of ascending times in the epoch of all bases; scale[0] has s(t) of the membrane, scale[k + 1] of
 * current k. All arrays have room up to a multiple of 8. */
void sl_current_terms(const vector_kernel *kernel, const network_currents *currents,
                      const time_base *membrane, const sim_time *time, size_t count,
                      const double *const *scale, double *term, size_t stride);

#endif /* SALTUS_CURRENT_TERMS_H */
