/* time_base - where the epochs of scaled coordinates begin.
 *
 * An epoch's beginning e * period is computed in 128-bit integers, so that consecutive epochs
 * fit together to 1e-18 tau however late they are. */
#include "models/neuron/time_base.h"

#include <math.h>

/* 46 ln2 * 2^58, rounded down. */
#define OCTAVES_LN2_58 0x7F8A013A1ECD1F73u

time_base sl_time_base_create(double tau_ms)
{
    time_base base = {.tau_ticks = tau_ms * SIM_TIME_TICKS_PER_MS};
    base.inverse_tau = 1.0 / base.tau_ticks;
    /* tau = mantissa * 2^exponent with a 53-bit integer mantissa; a time constant whose epoch is
     * longer than time itself has one epoch only */
    int exponent = 0;
    const double mantissa = ldexp(frexp(base.tau_ticks, &exponent), 53);
    exponent -= 53;
    if (base.tau_ticks < 0x1p56) {
        const uint128 product = (uint128)(uint64_t)mantissa * OCTAVES_LN2_58;
        const int shift = exponent - 58 + 64;
        base.period = shift >= 0 ? product << shift : product >> -shift;
    }
    base.epoch = -1;
    sl_time_base_seek(&base, 0);
    return base;
}

void sl_time_base_seek(time_base *base, sim_time t)
{
    if (base->epoch >= 0 && t >= base->start && t < base->end) {
        return;
    }
    if (base->period == 0) {
        base->epoch = 0;
        base->start = 0;
        base->end = SIM_TIME_NEVER;
        base->fraction = 0;
        return;
    }
    const uint128 now = (uint128)(uint64_t)t << 64;
    base->epoch = (int64_t)(now / base->period);
    const uint128 begin = base->period * (uint128)(uint64_t)base->epoch;
    const uint128 next = begin + base->period;
    /* first whole ticks at or after both ends */
    base->start = (sim_time)(uint64_t)(begin >> 64) + ((uint64_t)begin != 0);
    base->end = (sim_time)(uint64_t)(next >> 64) + ((uint64_t)next != 0);
    base->fraction = (uint64_t)begin != 0 ? (double)(0 - (uint64_t)begin) * 0x1p-64 : 0.0;
}
