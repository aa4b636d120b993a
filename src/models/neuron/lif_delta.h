/* lif_delta - leaky integrate-and-fire neuron with delta synapses, in scaled coordinates.
 *
 *     tau_m dV/dt = -(V - v_rest) + (tau_m / c_m) i_e,   V += w at a delivery
 *     v = V - v_inf,  v_inf = v_rest + i_e tau_m / c_m;  v(t) = v(0) exp(-t / tau_m)
 *
 * U = v s(t) (time_base.h). V >= v_th is U >= th s(t), th = v_th - v_inf. With th > 0 a neuron
 * fires only at a delivery; with th < 0 it fires by itself when th s(t) has sunk to U:
 *
 *     t* = tau_m ln(U / th)        (U < th < 0 in units of s = 1)
 *
 * A refractory neuron holds U = -infinity, which absorbs deliveries and fails every test.
 */
#ifndef SALTUS_LIF_DELTA_H
#define SALTUS_LIF_DELTA_H

#include <math.h>

#include "models/neuron/time_base.h"

#define LIF_REFRACTORY (-__builtin_inf())

/* No sum reaches it: for arrivals that are not tested. Times a scale factor it is finite. */
#define LIF_NO_THRESHOLD 0x1p900

/* An arrival fires a neuron from this far below threshold, relative to th. The rounding error
 * of s (time_base.h): weights that add up to the threshold exactly reach it, although each was
 * rounded when it was scaled. */
#define LIF_THRESHOLD_SLACK 0x1p-48

/* The level that U is compared with at a time when the scale is s. */
static inline double lif_delta_test_level(double th, double scale)
{
    return (th - __builtin_fabs(th) * LIF_THRESHOLD_SLACK) * scale;
}

/* First tick at or after the crossing by drift of a neuron at U, th < 0; SIM_TIME_NEVER when it
 * lies at or after the end of the epoch (ask again then). Not before `earliest`. */
static inline sim_time lif_delta_crossing(const time_base *base, double scaled, double th,
                                          sim_time earliest)
{
    const double ticks = sl_log(scaled / th) * base->tau_ticks - base->fraction;
    if (!(ticks < (double)(base->end - base->start))) {
        return SIM_TIME_NEVER;
    }
    const sim_time t = base->start + (sim_time)ceil(ticks);
    if (t >= base->end) {
        return SIM_TIME_NEVER;
    }
    return t > earliest ? t : earliest;
}

/* V - v_inf at t. */
static inline double lif_delta_potential(const time_base *base, double scaled, sim_time t)
{
    return scaled / time_base_scale(base, t);
}

#endif /* SALTUS_LIF_DELTA_H */
