/* rate_course - the rate of Poisson processes over time, in ticks. */
#ifndef SALTUS_NETWORK_RATE_COURSE_H
#define SALTUS_NETWORK_RATE_COURSE_H

#include "base/sim_time.h"
#include "base/status.h"
#include "saltus/experiment.h"

typedef struct rate_course {
    saltus_rate_kind kind; /* steps or sine */
    double most_Hz;        /* no rate is above it */
    /* steps: rate_Hz[i] from time[i] on; times are all different, time[0] is 0 */
    sim_time *time;
    double *rate_Hz;
    size_t count;
    double mean_Hz, amplitude_Hz, cycles_per_tick, phase_cycles; /* sine */
} rate_course;

/* *out NULL: the rate is constant. */
saltus_status sl_rate_course_build(const saltus_rate_course *spec, rate_course **out,
                                   saltus_error *error);
/* NULL is allowed. */
void sl_rate_course_destroy(rate_course *course);
/* Bytes of one, at most. */
uint64_t sl_rate_course_bytes(const saltus_rate_course *spec);

/* Steps: the one that `t` >= 0 is in. */
size_t sl_rate_course_step(const rate_course *course, sim_time t);
/* Sine: the rate at `t`. */
double sl_rate_course_sine_Hz(const rate_course *course, sim_time t);

#endif /* SALTUS_NETWORK_RATE_COURSE_H */
