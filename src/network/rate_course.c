/* rate_course - see rate_course.h. */
#include "network/rate_course.h"

#include <math.h>
#include <stdlib.h>

#include "base/exact_math.h"
#include "base/memory.h"

static saltus_status build_steps(const saltus_rate_course *spec, rate_course *course,
                                 saltus_error *error)
{
    course->time = sl_memory_array(spec->count + 1, sizeof *course->time);
    course->rate_Hz = sl_memory_array(spec->count + 1, sizeof *course->rate_Hz);
    if (course->time == NULL || course->rate_Hz == NULL) {
        return sl_fail_memory(error);
    }
    course->time[0] = 0;
    course->rate_Hz[0] = 0;
    course->count = 1;
    for (size_t i = 0; i < spec->count; i++) {
        const sim_time time = sl_sim_time_from_ms(spec->times_ms[i]);
        course->count += time > course->time[course->count - 1];
        course->time[course->count - 1] = time;
        course->rate_Hz[course->count - 1] = spec->rates_Hz[i];
    }
    for (size_t i = 0; i < course->count; i++) {
        course->most_Hz = fmax(course->most_Hz, course->rate_Hz[i]);
    }
    return SALTUS_OK;
}

saltus_status sl_rate_course_build(const saltus_rate_course *spec, rate_course **out,
                                   saltus_error *error)
{
    *out = NULL;
    if (spec->kind == SALTUS_RATE_CONSTANT) {
        return SALTUS_OK;
    }
    rate_course *course = sl_memory_zeroed(1, sizeof *course);
    if (course == NULL) {
        return sl_fail_memory(error);
    }
    course->kind = spec->kind;
    saltus_status status = SALTUS_OK;
    if (spec->kind == SALTUS_RATE_STEPS) {
        status = build_steps(spec, course, error);
    } else {
        course->mean_Hz = spec->mean_Hz;
        course->amplitude_Hz = spec->amplitude_Hz;
        course->most_Hz = spec->mean_Hz + spec->amplitude_Hz;
        course->cycles_per_tick = spec->frequency_Hz / (1000 * SIM_TIME_TICKS_PER_MS);
        course->phase_cycles = spec->phase_degrees / 360;
    }
    if (status != SALTUS_OK) {
        sl_rate_course_destroy(course);
        return status;
    }
    *out = course;
    return SALTUS_OK;
}

void sl_rate_course_destroy(rate_course *course)
{
    if (course != NULL) {
        free(course->time);
        free(course->rate_Hz);
        free(course);
    }
}

uint64_t sl_rate_course_bytes(const saltus_rate_course *spec)
{
    const uint64_t steps = spec->kind == SALTUS_RATE_STEPS ? spec->count + 1 : 0;
    return spec->kind == SALTUS_RATE_CONSTANT
               ? 0
               : sizeof(rate_course) + steps * (sizeof(sim_time) + sizeof(double));
}

size_t sl_rate_course_step(const rate_course *course, sim_time t)
{
    size_t low = 0; /* time[low] is at or before t, all from high on are after it */
    size_t high = course->count;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (course->time[middle] <= t) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

double sl_rate_course_sine_Hz(const rate_course *course, sim_time t)
{
    const double cycles = (double)t * course->cycles_per_tick + course->phase_cycles;
    const double rate_Hz = course->mean_Hz + course->amplitude_Hz * sl_sine_of_cycles(cycles);
    return rate_Hz > 0 ? rate_Hz : 0;
}
