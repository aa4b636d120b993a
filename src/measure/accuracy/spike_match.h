/* spike_match - the best one-to-one assignment of two trains' spikes within a window. */
#ifndef SALTUS_SPIKE_MATCH_H
#define SALTUS_SPIKE_MATCH_H

#include <stdint.h>

#include "measure/accuracy/trains.h"

#define SPIKE_UNMATCHED SIZE_MAX

/* Pairs so far and the sum of their |shift|. */
typedef struct match_score {
    uint64_t pairs;
    double ticks;
} match_score;

/* Room for the work on trains of at most `capacity` spikes in the test. */
typedef struct match_room {
    match_score *forward, *backward; /* [capacity + 1] */
} match_room;

bool sl_match_room_init(match_room *room, size_t capacity);
void sl_match_room_clear(match_room *room);

/* partner[i]: index in `test` of the partner of spike i of `reference`, or SPIKE_UNMATCHED;
 * [reference.count]. Partners ascend. */
void sl_spike_match(spike_train reference, spike_train test, sim_time window, match_room *room,
                    size_t *partner);

#endif /* SALTUS_SPIKE_MATCH_H */
