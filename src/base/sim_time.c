/* sim_time - from milliseconds to ticks. */
#include "base/sim_time.h"

#include <math.h>

#include "base/wide.h"

/* Below this many ms the rounding of a double is less than a tenth of a tick. */
#define FINE_MS 9007.0

sim_time sl_sim_time_from_ms(double ms)
{
    if (fabs(ms) < FINE_MS) {
        return llrint(ms * SIM_TIME_TICKS_PER_MS);
    }
    /* the decimal of 15 significant digits, if the double stands for it */
    const double whole = trunc(ms);
    const sim_time whole_ticks = llrint(whole) * (sim_time)SIM_TIME_TICKS_PER_MS;
    double unit = 1e11;
    for (double size = fabs(whole); size >= 1e4; size /= 10) {
        unit /= 10; /* decimals left: 15 - digits before the point */
    }
    unit = fmax(unit, 1.0);
    const double fraction = rint((ms - whole) * unit) * (SIM_TIME_TICKS_PER_MS / unit);
    const sim_time decimal = whole_ticks + llrint(fraction);
    if (sim_time_to_ms(decimal) == ms) {
        return decimal;
    }
    return whole_ticks + llrint((ms - whole) * SIM_TIME_TICKS_PER_MS);
}

sim_time sl_sim_time_of_sample(uint64_t k, uint32_t rate_Hz)
{
    const uint128 second = (uint128)(1000 * SIM_TIME_TICKS_PER_MS);
    return (sim_time)((2 * second * k + rate_Hz) / (2 * (uint128)rate_Hz));
}
