/* trains - the spikes of one run, by neuron, in ticks. */
#ifndef SALTUS_TRAINS_H
#define SALTUS_TRAINS_H

#include <stdbool.h>

#include "base/sim_time.h"
#include "saltus/accuracy.h"

struct saltus_trains {
    uint32_t population_count;
    double from_ms, to_ms;
    sim_time from, to;
    uint64_t *population_first; /* [population_count + 1], into neurons */
    uint64_t *first;            /* [neurons + 1], into ticks and times_ms */
    sim_time *ticks;
    double *times_ms;
    uint64_t *simultaneous; /* [population_count + 1]: pairs of spikes at equal times in each
                               population, and in all */
};

/* One neuron's spikes. */
typedef struct spike_train {
    const sim_time *ticks;
    size_t count;
} spike_train;

/* Train of a neuron numbered through all populations. */
static inline spike_train trains_get(const saltus_trains *trains, uint64_t neuron)
{
    const uint64_t first = trains->first[neuron];
    return (spike_train){trains->ticks + first, (size_t)(trains->first[neuron + 1] - first)};
}

static inline uint64_t trains_neuron_count(const saltus_trains *trains)
{
    return trains->population_first[trains->population_count];
}

static inline double ticks_to_ms(sim_time difference)
{
    return (double)difference / SIM_TIME_TICKS_PER_MS;
}

/* Ticks of a length of time >= 0, at most the longest there is; infinity is allowed. */
sim_time sl_length_from_ms(double ms);

/* Neurons [*first, *end) of a population or of SALTUS_ALL_POPULATIONS; false, and none, when it
 * does not exist. */
bool sl_trains_range(const saltus_trains *trains, uint32_t population, uint64_t *first,
                     uint64_t *end);
/* Say no when two runs cannot be compared, or there is no such population. */
saltus_status sl_trains_check_pair(const saltus_trains *reference, const saltus_trains *test,
                                   uint32_t population, saltus_error *error);
saltus_status sl_trains_check_population(const saltus_trains *trains, uint32_t population,
                                         saltus_error *error);

#endif /* SALTUS_TRAINS_H */
