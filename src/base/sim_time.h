/* sim_time - simulated time: a signed count of ticks of 10 fs (1e-11 ms).
 *
 * Sums and differences are exact, equality is meaningful, the resolution never coarsens; the
 * range is 25 hours either side of 0. Only this file and sim_time.c know the tick; files and the
 * public interface speak milliseconds. Exponents are formed from differences of ticks.
 */
#ifndef SALTUS_SIM_TIME_H
#define SALTUS_SIM_TIME_H

#include <stdbool.h>
#include <stdint.h>

typedef int64_t sim_time;

#define SIM_TIME_TICKS_PER_MS 1e11
#define SIM_TIME_NEVER        INT64_MAX
/* Longest time that may be asked for; leaves room so that sums of two never overflow. */
#define SIM_TIME_MAX_MS 4.5e7

/* Tick of `ms` (|ms| <= 2 * SIM_TIME_MAX_MS). A double that a decimal of at most 15 significant
 * digits stands behind gives exactly that decimal's tick, also where a double is coarser than a
 * tick; any other the nearest tick. */
sim_time sl_sim_time_from_ms(double ms);

/* Time of sample k of `rate_Hz` samples a second, rounded once. */
sim_time sl_sim_time_of_sample(uint64_t k, uint32_t rate_Hz);

/* The double nearest to the time in ms. */
static inline double sim_time_to_ms(sim_time t)
{
    const sim_time ticks_per_ms = (sim_time)SIM_TIME_TICKS_PER_MS;
    if (t < (sim_time)1 << 53 && t > -((sim_time)1 << 53)) {
        return (double)t / SIM_TIME_TICKS_PER_MS;
    }
    return (double)(t / ticks_per_ms) + (double)(t % ticks_per_ms) / SIM_TIME_TICKS_PER_MS;
}

#endif /* SALTUS_SIM_TIME_H */
