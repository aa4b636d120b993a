/* time_base - scaled coordinates for one membrane time constant.
 *
 * With s(t) = exp(t / tau), the product U = v s(t) of a decaying potential v is constant between
 * events: a delivery adds w s(t), the threshold test compares with th s(t). To keep the exponent
 * small, time is cut into epochs of 46 octaves (about 31.9 tau) at fixed global times, and
 * in epoch e
 *
 *     s_e(t) = exp((t - b_e) / tau),   b_e = e * 46 ln2 * tau,   so  s_{e+1} = s_e * 2^-46.
 *
 * Going on to the next epoch multiplies every U by an exact power of two: a neuron re-based late
 * holds the same bits as one re-based in time. b_e is not a whole tick; its fraction is kept.
 * Rounding: the exponent X <= 32 carries X ulp, so s has a relative error of about 3.5e-15 at most
 * and v some 2e-14 mV at 10 mV (algorithms: forward decay with a landmark, Cormode et al. 2009;
 * tests/unit/test_time.c).
 */
#ifndef SALTUS_TIME_BASE_H
#define SALTUS_TIME_BASE_H

#include "base/exact_math.h"
#include "base/sim_time.h"
#include "base/wide.h"

#define TIME_BASE_OCTAVES 46

typedef struct time_base {
    double tau_ticks, inverse_tau; /* tau in ticks and its inverse */
    uint128 period;                /* of an epoch, in ticks with 64 fractional bits; 0: one epoch */
    int64_t epoch;
    sim_time start, end; /* ticks t with start <= t < end belong to the epoch */
    double fraction;     /* start - b_e, in (0, 1] ticks or 0: exponent = (t - start) + fraction */
} time_base;

/* At epoch 0. */
time_base sl_time_base_create(double tau_ms);
/* Move to an epoch of the caller's own: from `start` until `end`, s(start) = 1. Its number is not
 * that of sl_time_base_seek. */
static inline void time_base_at(time_base *base, sim_time start, sim_time end)
{
    base->start = start;
    base->end = end;
    base->fraction = 0;
}
/* Move to the epoch that holds t. */
void sl_time_base_seek(time_base *base, sim_time t);

/* Exponent offset of t in ticks; s(t) = exp(offset * inverse_tau). */
static inline double time_base_offset(const time_base *base, sim_time t)
{
    return (double)(t - base->start) + base->fraction;
}

/* s(t) in the current epoch. */
static inline double time_base_scale(const time_base *base, sim_time t)
{
    return sl_exp(time_base_offset(base, t) * base->inverse_tau);
}

/* Factor that takes U from `from` epochs to the current one; 0 when nothing can be left. */
static inline double time_base_factor(const time_base *base, int64_t from)
{
    const int64_t epochs = base->epoch - from;
    return epochs > 22 ? 0.0 : sl_scale2(1.0, (int)-epochs * TIME_BASE_OCTAVES);
}

/* A U below this is taken for 0, so that no result depends on subnormal numbers. After 23 epochs
 * every |U| < 1e100 is below it, which is why the factor may be 0 then. */
#define TIME_BASE_TINY 1e-200

/* U after `factor`, -infinity kept. */
static inline double time_base_rescaled(double scaled, double factor)
{
    if (scaled == -__builtin_inf()) {
        return scaled;
    }
    const double result = scaled * factor;
    return __builtin_fabs(result) < TIME_BASE_TINY ? 0.0 : result;
}

#endif /* SALTUS_TIME_BASE_H */
