/* train_fixture - spike lists and trains for tests, drawn or written down. */
#include "train_fixture.h"

#include <math.h>
#include <stdlib.h>

#include "support/suite.h"
#include "support/trial.h"

void spikes_add(spike_list *list, double time_ms, uint32_t population, uint32_t neuron)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity > 0 ? 2 * list->capacity : 64;
        list->spikes = realloc(list->spikes, list->capacity * sizeof *list->spikes);
        ck_assert_ptr_nonnull(list->spikes);
    }
    list->spikes[list->count++] = (saltus_spike){time_ms, population, neuron};
}

static int compare_spikes(const void *a, const void *b)
{
    const saltus_spike *x = a, *y = b;
    if (x->time_ms != y->time_ms) {
        return x->time_ms < y->time_ms ? -1 : 1;
    }
    if (x->population != y->population) {
        return x->population < y->population ? -1 : 1;
    }
    return (x->neuron > y->neuron) - (x->neuron < y->neuron);
}

void spikes_sort(spike_list *list)
{
    if (list->count > 1) {
        qsort(list->spikes, list->count, sizeof *list->spikes, compare_spikes);
    }
}

void spikes_clear(spike_list *list)
{
    free(list->spikes);
    *list = (spike_list){0};
}

saltus_trains *trains_of(spike_list *list, const uint32_t *sizes, uint32_t populations,
                         double from_ms, double to_ms)
{
    saltus_error error;
    saltus_trains *trains = NULL;
    spikes_sort(list);
    const saltus_status status = saltus_trains_create(list->spikes, list->count, sizes, populations,
                                                      from_ms, to_ms, &trains, &error);
    ck_assert_msg(status == SALTUS_OK, "%s", error.message);
    return trains;
}

saltus_trains *trains_of_times(const double *times_ms, size_t count, double to_ms)
{
    const uint32_t one = 1;
    spike_list list = {0};
    for (size_t i = 0; i < count; i++) {
        spikes_add(&list, times_ms[i], 0, 0);
    }
    saltus_trains *trains = trains_of(&list, &one, 1, 0.0, to_ms);
    spikes_clear(&list);
    return trains;
}

static int compare_times(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

size_t draw_times(uint64_t *state, double spikes, double step_ms, double to_ms, double *times_ms,
                  size_t most)
{
    size_t count = (size_t)(2.0 * spikes * trial_random(state) + 0.5);
    count = count > most ? most : count;
    const double steps = floor(to_ms / step_ms + 1e-9);
    for (size_t i = 0; i < count; i++) {
        times_ms[i] = floor(trial_random(state) * (steps + 1.0)) * step_ms;
    }
    qsort(times_ms, count, sizeof *times_ms, compare_times);
    return count;
}

bool near(double a, double b, double relative, double absolute)
{
    if (isnan(a) || isnan(b)) {
        return isnan(a) && isnan(b);
    }
    return a == b || fabs(a - b) <= relative * fmax(fabs(a), fabs(b)) + absolute;
}
