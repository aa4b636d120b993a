/* moving_threshold - a threshold that rises at each spike and sinks back: v_th + theta.
 *
 *     tau_theta dtheta/dt = -theta,   theta <- theta + theta_plus at a spike
 *
 * (Diehl & Cook 2015, Front. Comput. Neurosci. 9:99.) In scaled coordinates of its own,
 * Theta = theta s_theta(t) stays the same between spikes, so a test costs one multiplication; see
 * time_base.h. With tau_theta >= tau_m and v_th above V_inf, V - theta never grows between
 * arrivals where it is above v_th - V_inf, so a neuron fires at arrivals only.
 */
#ifndef SALTUS_MOVING_THRESHOLD_H
#define SALTUS_MOVING_THRESHOLD_H

#include <math.h>
#include <stdbool.h>

#include "models/neuron/time_base.h"

typedef struct moving_threshold {
    double theta_plus;
    double *scaled; /* [count] Theta; borrowed */
    uint32_t count;
    time_base base; /* of the last time asked for */
    int64_t epoch;  /* that the Thetas are kept in */
    bool stays;     /* theta neither decays nor grows; Theta is theta itself */
    bool endless;   /* tau_theta is infinite */
} moving_threshold;

static inline moving_threshold moving_threshold_create(double theta_plus, double tau_ms)
{
    moving_threshold moving = {.theta_plus = theta_plus, .endless = isinf(tau_ms)};
    if (!moving.endless) {
        moving.base = sl_time_base_create(tau_ms);
    }
    return moving;
}

/* theta / Theta at t. The scale is taken in the epoch of t, whatever epoch the Thetas are kept in:
 * the difference is an exact power of two. */
static inline double moving_threshold_inverse(moving_threshold *moving, sim_time t)
{
    if (moving->stays || moving->endless) {
        return 1;
    }
    sl_time_base_seek(&moving->base, t);
    const int64_t epochs = moving->base.epoch - moving->epoch;
    const double inverse = 1 / time_base_scale(&moving->base, t);
    return epochs > 22 ? 0 : sl_scale2(inverse, (int)-epochs * TIME_BASE_OCTAVES);
}

/* Epochs after which the Thetas are taken on, so that they stay far from overflow. */
#define MOVING_THRESHOLD_EPOCHS 8

/* Neuron `i` fires at t. */
static inline void moving_threshold_raise(moving_threshold *moving, uint32_t i, sim_time t)
{
    if (moving->stays) {
        return;
    }
    if (moving->endless) {
        moving->scaled[i] += moving->theta_plus;
        return;
    }
    sl_time_base_seek(&moving->base, t);
    if (moving->base.epoch - moving->epoch > MOVING_THRESHOLD_EPOCHS) {
        const double factor = time_base_factor(&moving->base, moving->epoch);
        moving->epoch = moving->base.epoch;
        for (uint32_t k = 0; k < moving->count; k++) {
            moving->scaled[k] = time_base_rescaled(moving->scaled[k], factor);
        }
    }
    const int64_t epochs = moving->base.epoch - moving->epoch;
    moving->scaled[i] += sl_scale2(moving->theta_plus * time_base_scale(&moving->base, t),
                                   (int)epochs * TIME_BASE_OCTAVES);
}

/* A Theta as it is in the epoch of t. */
static inline double moving_threshold_in_epoch(moving_threshold *moving, double scaled, sim_time t)
{
    if (moving->stays || moving->endless) {
        return scaled;
    }
    sl_time_base_seek(&moving->base, t);
    return time_base_rescaled(scaled, time_base_factor(&moving->base, moving->epoch));
}

/* Say that the Thetas are in the epoch of t. */
static inline void moving_threshold_set_epoch(moving_threshold *moving, sim_time t)
{
    if (!moving->endless) {
        sl_time_base_seek(&moving->base, t);
        moving->epoch = moving->base.epoch;
    }
}

/* From t on theta stays as it is, or decays and grows again. */
static inline void moving_threshold_stay(moving_threshold *moving, bool stays, sim_time t)
{
    if (moving->stays == stays) {
        return;
    }
    double factor = 1;
    if (!moving->endless) {
        sl_time_base_seek(&moving->base, t);
        if (stays) {
            factor = moving_threshold_inverse(moving, t);
        } else {
            moving->epoch = moving->base.epoch;
            factor = time_base_scale(&moving->base, t);
        }
    }
    moving->stays = stays;
    for (uint32_t k = 0; k < moving->count; k++) {
        moving->scaled[k] *= factor;
    }
}

#endif /* SALTUS_MOVING_THRESHOLD_H */
