/* current_course - see current_course.h.
 *
 * Each input is a function of time that is known by its points; the sum changes where any of them
 * does. Sums are taken in 113 bits, in the order of the inputs, and rounded once. */
#include "network/current_course.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/wide.h"
#include "experiment/experiment.h"

/* Ticks; a time beyond all runs is never reached. */
static sim_time ticks(double ms)
{
    return ms <= SIM_TIME_MAX_MS ? sl_sim_time_from_ms(ms) : SIM_TIME_NEVER;
}

static bool is_course(const saltus_input_spec *input, uint32_t population)
{
    return input->type == SALTUS_INPUT_CURRENT && input->population == population;
}

/* Points of all inputs and their ends, and time 0. */
static size_t most_changes(const saltus_experiment *experiment, uint32_t population)
{
    size_t count = 0;
    for (size_t i = 0; i < experiment->input_count; i++) {
        const saltus_input_spec *input = &experiment->inputs[i];
        count += is_course(input, population) ? input->current_count + 1 : 0;
    }
    return count > 0 ? count + 1 : 0;
}

static int compare(const void *a, const void *b)
{
    const sim_time x = *(const sim_time *)a;
    const sim_time y = *(const sim_time *)b;
    return (x > y) - (x < y);
}

/* All times at which something may change, each once; returns how many. */
static size_t list_times(const saltus_experiment *experiment, uint32_t population, sim_time *time)
{
    size_t count = 0;
    time[count++] = 0;
    for (size_t i = 0; i < experiment->input_count; i++) {
        const saltus_input_spec *input = &experiment->inputs[i];
        if (is_course(input, population)) {
            for (size_t k = 0; k < input->current_count; k++) {
                time[count++] = ticks(input->current_times_ms[k]);
            }
            time[count++] = ticks(input->stop_ms);
        }
    }
    qsort(time, count, sizeof *time, compare);
    size_t kept = 1;
    for (size_t i = 1; i < count; i++) {
        if (time[i] != time[kept - 1] && time[i] != SIM_TIME_NEVER) {
            time[kept++] = time[i];
        }
    }
    return kept;
}

/* One input from `t` on, where `next` is its first point after t. */
static void add_input(const saltus_input_spec *input, size_t next, sim_time t, wide_float *value,
                      wide_float *slope)
{
    if (next == 0 || t >= ticks(input->stop_ms)) {
        return;
    }
    const double *given = input->current_values_pA;
    const size_t last = next - 1;
    *value += (wide_float)given[last];
    if (input->interpolation == SALTUS_INTERPOLATION_STEPS || next == input->current_count) {
        return;
    }
    const sim_time from = ticks(input->current_times_ms[last]);
    const wide_float span = (wide_float)(ticks(input->current_times_ms[next]) - from) /
                            (wide_float)SIM_TIME_TICKS_PER_MS;
    const wide_float rise = ((wide_float)given[next] - (wide_float)given[last]) / span;
    *value += rise * (wide_float)(t - from) / (wide_float)SIM_TIME_TICKS_PER_MS;
    *slope += rise;
}

/* What holds from each of the times on; changes that change nothing are left out. `next` has room
 * for the first point of each input that is still to come. */
static void add_up(const saltus_experiment *experiment, uint32_t population, const sim_time *time,
                   size_t count, size_t *next, current_course *course)
{
    for (size_t k = 0; k < count; k++) {
        wide_float value = 0;
        wide_float slope = 0;
        for (size_t i = 0; i < experiment->input_count; i++) {
            const saltus_input_spec *input = &experiment->inputs[i];
            if (!is_course(input, population)) {
                continue;
            }
            while (next[i] < input->current_count &&
                   ticks(input->current_times_ms[next[i]]) <= time[k]) {
                next[i]++;
            }
            add_input(input, next[i], time[k], &value, &slope);
        }
        const current_change change = {
            .time = time[k], .value_pA = (double)value, .slope_pA_per_ms = (double)slope};
        const current_change *before = &course->change[course->count > 0 ? course->count - 1 : 0];
        if (course->count > 0 && change.slope_pA_per_ms == 0 && before->slope_pA_per_ms == 0 &&
            change.value_pA == before->value_pA) {
            continue;
        }
        course->largest_pA =
            course->count > 0 ? fmax(course->largest_pA, change.value_pA) : change.value_pA;
        course->change[course->count++] = change;
    }
}

saltus_status sl_current_course_build(const saltus_experiment *experiment, uint32_t population,
                                      current_course **out, saltus_error *error)
{
    *out = NULL;
    const size_t most = most_changes(experiment, population);
    if (most == 0) {
        return SALTUS_OK;
    }
    current_course *course = sl_memory_zeroed(1, sizeof *course);
    sim_time *time = sl_memory_array(most, sizeof *time);
    size_t *next = sl_memory_zeroed(experiment->input_count, sizeof *next);
    size_t count = 0;
    if (course != NULL && time != NULL && next != NULL) {
        count = list_times(experiment, population, time);
        course->change = sl_memory_array(count, sizeof *course->change);
    }
    const bool room = count > 0 && course->change != NULL;
    if (room) {
        add_up(experiment, population, time, count, next, course);
    } else {
        sl_current_course_destroy(course);
    }
    free(time);
    free(next);
    *out = room ? course : NULL;
    return room ? SALTUS_OK : sl_fail_memory(error);
}

void sl_current_course_destroy(current_course *course)
{
    if (course != NULL) {
        free(course->change);
        free(course);
    }
}

uint64_t sl_current_course_bytes(const saltus_experiment *experiment, uint32_t population)
{
    const size_t most = most_changes(experiment, population);
    return most > 0 ? sizeof(current_course) + most * sizeof(current_change) : 0;
}

size_t sl_current_course_at(const current_course *course, sim_time t)
{
    size_t low = 0; /* change[low] is at or before t, all from high on are after it */
    size_t high = course->count;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (course->change[middle].time <= t) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}
