/* train_fixture - spike lists and trains for tests, drawn or written down. */
#ifndef SALTUS_TEST_TRAIN_FIXTURE_H
#define SALTUS_TEST_TRAIN_FIXTURE_H

#include "measure/accuracy/trains.h"
#include "saltus/saltus.h"

/* Spikes of one run. Starts as all zero. */
typedef struct spike_list {
    saltus_spike *spikes;
    size_t count, capacity;
} spike_list;

void spikes_add(spike_list *list, double time_ms, uint32_t population, uint32_t neuron);
/* Into order of time, population, neuron. */
void spikes_sort(spike_list *list);
void spikes_clear(spike_list *list);

/* Sorts the list; aborts the test on failure. */
saltus_trains *trains_of(spike_list *list, const uint32_t *sizes, uint32_t populations,
                         double from_ms, double to_ms);
/* One population of one neuron over [0, to_ms]; times in any order. */
saltus_trains *trains_of_times(const double *times_ms, size_t count, double to_ms);

/* Whole multiples of `step_ms` in [0, to_ms], on average `spikes` of them, in order; may repeat.
 * Returns their number, at most `most`. */
size_t draw_times(uint64_t *state, double spikes, double step_ms, double to_ms, double *times_ms,
                  size_t most);

/* |a - b| <= relative * max(|a|, |b|) + absolute; two NaN are near. */
bool near(double a, double b, double relative, double absolute);

#endif /* SALTUS_TEST_TRAIN_FIXTURE_H */
