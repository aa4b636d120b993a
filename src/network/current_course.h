/* current_course - the currents that inputs bring to a population, as one list of changes.
 *
 * All inputs of type `current` to a population add up: i_e + value + slope (t - time of the
 * change). The list is a function of the experiment alone, and what holds after change k is a
 * function of k, so nothing is accumulated from change to change.
 */
#ifndef SALTUS_CURRENT_COURSE_H
#define SALTUS_CURRENT_COURSE_H

#include "base/sim_time.h"
#include "base/status.h"
#include "saltus/experiment.h"

/* From `time` until that of the next change. */
typedef struct current_change {
    sim_time time;
    double value_pA;        /* at `time` */
    double slope_pA_per_ms; /* not 0 only for models that take ramps */
} current_change;

/* Changes in order of time, which are all different; the first one is at time 0. */
typedef struct current_course {
    current_change *change; /* [count] */
    size_t count;           /* at least 1 */
    double largest_pA;      /* of all values */
} current_course;

/* The course of a population; *out NULL: no current comes to it. */
saltus_status sl_current_course_build(const saltus_experiment *experiment, uint32_t population,
                                      current_course **out, saltus_error *error);
/* NULL is allowed. */
void sl_current_course_destroy(current_course *course);

/* Bytes of one, at most. */
uint64_t sl_current_course_bytes(const saltus_experiment *experiment, uint32_t population);

/* The last change at or before `t` >= 0. */
size_t sl_current_course_at(const current_course *course, sim_time t);

#endif /* SALTUS_CURRENT_COURSE_H */
