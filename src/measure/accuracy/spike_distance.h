/* spike_distance - distances of two spike trains. */
#ifndef SALTUS_SPIKE_DISTANCE_H
#define SALTUS_SPIKE_DISTANCE_H

#include "measure/accuracy/trains.h"

/* van Rossum (2001), normalised by tau: one more spike gives sqrt(1/2). O(n + m). */
double sl_van_rossum(spike_train a, spike_train b, double tau_ms);

/* Victor & Purpura (1996) with cost q per ms; `row` has room for b.count + 1. O(n + m + pairs
 * within 2/q). */
double sl_victor_purpura(spike_train a, spike_train b, double cost_per_ms, double *row);

/* Kistler, Gerstner & van Hemmen (1997): Gamma over an interval of length `span`. O(n + m). */
double sl_coincidence_factor(spike_train reference, spike_train test, sim_time delta,
                             sim_time span);

/* Kreuz et al. (2007, 2013) over [from, to]. O((n + m) log(n + m)). */
void sl_profile_distances(spike_train a, spike_train b, sim_time from, sim_time to,
                          double *isi_distance, double *spike_distance);

#endif /* SALTUS_SPIKE_DISTANCE_H */
