/* event_lists - a stable counting sort by group, which keeps the order of time within each. */
#include "network/event_lists.h"

#include <stdlib.h>

#include "base/memory.h"

static bool allocate(event_list *list, uint32_t groups, size_t count, bool weights)
{
    list->group_start = sl_memory_zeroed((size_t)groups + 1, sizeof *list->group_start);
    list->time = sl_memory_array(count, sizeof *list->time);
    list->neuron = sl_memory_array(count, sizeof *list->neuron);
    list->weight = weights ? sl_memory_array(count, sizeof *list->weight) : NULL;
    return list->group_start != NULL && list->time != NULL && list->neuron != NULL &&
           (!weights || list->weight != NULL);
}

static saltus_status check(const population *target, const listed_events *events,
                           saltus_error *error)
{
    for (size_t i = 0; i < events->count; i++) {
        if (events->neuron[i] >= target->size) {
            return sl_fail(error, SALTUS_E_EXPERIMENT,
                           "%s: entry %zu names neuron %u, but population %s has only %u",
                           events->name, i, events->neuron[i], target->name, target->size);
        }
        if (!(events->time_ms[i] >= 0)) {
            return sl_fail(error, SALTUS_E_EXPERIMENT,
                           "%s: entry %zu is at %g ms; times are at least 0", events->name, i,
                           events->time_ms[i]);
        }
    }
    return SALTUS_OK;
}

saltus_status sl_event_list_build(const population *target, const listed_events *events,
                                  event_list *list, saltus_error *error)
{
    const saltus_status status = check(target, events, error);
    if (status) {
        return status;
    }
    if (!allocate(list, target->group_count, events->count, events->weight != NULL)) {
        return sl_fail_memory(error);
    }
    list->count = events->count;

    /* Count by group, then turn counts into starts. */
    uint64_t *start = list->group_start;
    for (size_t i = 0; i < events->count; i++) {
        start[events->neuron[i] / NETWORK_GROUP_NEURONS + 1]++;
    }
    for (uint32_t g = 0; g < target->group_count; g++) {
        start[g + 1] += start[g];
    }
    /* Each start moves to the end of its group, which is the start of the next one. */
    for (size_t i = 0; i < events->count; i++) {
        const uint64_t place = start[events->neuron[i] / NETWORK_GROUP_NEURONS]++;
        const double time_ms = events->time_ms[i];
        list->time[place] =
            time_ms <= SIM_TIME_MAX_MS ? sl_sim_time_from_ms(time_ms) : SIM_TIME_NEVER;
        list->neuron[place] = target->first + events->neuron[i];
        if (list->weight != NULL) {
            list->weight[place] = events->weight[i];
        }
    }
    for (uint32_t g = target->group_count; g > 0; g--) {
        start[g] = start[g - 1];
    }
    start[0] = 0;
    return SALTUS_OK;
}

void sl_event_list_clear(event_list *list)
{
    free(list->group_start);
    free(list->time);
    free(list->neuron);
    free(list->weight);
    *list = (event_list){0};
}
