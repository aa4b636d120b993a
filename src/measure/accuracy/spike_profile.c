/* spike_profile - ISI-distance and SPIKE-distance: means over time of a dissimilarity profile.
 *
 * Kreuz, Haas, Morelli, Abarbanel & Politi 2007, J Neurosci Methods 165:151 (ISI-distance);
 * Kreuz, Chicharro, Houghton, Andrzejak & Mormann 2013, J Neurophysiol 109:1457 (SPIKE-distance);
 * ends of the interval as in Satuvuori et al. 2017, J Neurosci Methods 287:25, without their
 * adaptive threshold.
 *
 * Between two spikes of the merged trains the ISI profile is constant and the SPIKE profile is a
 * straight line, so both integrals are exact sums over these segments.
 *
 * At time t, train n is between its spikes p (at or before t) and f (after t), nu = f - p. A
 * spike's distance d is that to the nearest spike of the other train, and S = (d_p (f - t) +
 * d_f (t - p)) / nu. Before the first spike S = d_f and nu = max(f - from, the first interval);
 * after the last S = d_p and nu likewise. For distances d the other train is lengthened at both
 * ends by a spike one interval out, or at the end itself if that is farther. A train without spikes
 * counts as one with spikes at both ends.
 */
#include <math.h>
#include <stdlib.h>

#include "measure/accuracy/spike_distance.h"

/* A train on its way through the profile. */
typedef struct walker {
    spike_train train, other;
    sim_time from, to;
    size_t next;                         /* first spike after the current segment's beginning */
    sim_time previous_tick, next_tick;   /* ends of the current interval, as far as known */
    double interval, d_previous, d_next; /* nu and the distances of its two spikes */
} walker;

/* Distance of a spike to the nearest one of a train lengthened at both ends. */
static double nearest_spike(spike_train train, sim_time from, sim_time to, sim_time t)
{
    size_t low = 0, high = train.count; /* first spike at or after t */
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (train.ticks[middle] < t) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const size_t n = train.count;
    sim_time before = from, after = to;
    if (low > 0) {
        before = train.ticks[low - 1];
    } else if (n > 1 && 2 * train.ticks[0] - train.ticks[1] < from) {
        before = 2 * train.ticks[0] - train.ticks[1];
    }
    if (low < n) {
        after = train.ticks[low];
    } else if (n > 1 && 2 * train.ticks[n - 1] - train.ticks[n - 2] > to) {
        after = 2 * train.ticks[n - 1] - train.ticks[n - 2];
    }
    return fmin(fabs((double)(t - before)), fabs((double)(after - t)));
}

static sim_time larger(sim_time a, sim_time b)
{
    return a > b ? a : b;
}

/* Enter the interval that begins at or before `now`. */
static void enter(walker *w, sim_time now)
{
    const sim_time *ticks = w->train.ticks;
    const size_t n = w->train.count;
    while (w->next < n && ticks[w->next] <= now) {
        w->next++;
    }
    w->previous_tick = w->next > 0 ? ticks[w->next - 1] : w->from;
    w->next_tick = w->next < n ? ticks[w->next] : w->to;
    sim_time interval = w->next_tick - w->previous_tick;
    if (w->next == 0 && n > 1) {
        interval = larger(interval, ticks[1] - ticks[0]);
    } else if (w->next == n && n > 1) {
        interval = larger(interval, ticks[n - 1] - ticks[n - 2]);
    }
    w->interval = (double)interval;
    if (w->next > 0) {
        w->d_previous = nearest_spike(w->other, w->from, w->to, w->previous_tick);
    }
    w->d_next = w->next < n ? nearest_spike(w->other, w->from, w->to, w->next_tick) : w->d_previous;
    if (w->next == 0) {
        w->d_previous = w->d_next;
    }
}

/* S of one train at t in the current interval. */
static double local(const walker *w, sim_time t)
{
    if (w->d_previous == w->d_next) {
        return w->d_next;
    }
    return (w->d_previous * (double)(w->next_tick - t) +
            w->d_next * (double)(t - w->previous_tick)) /
           w->interval;
}

static double profile(const walker *a, const walker *b, sim_time t)
{
    const double mean = (a->interval + b->interval) / 2;
    return (local(a, t) * b->interval + local(b, t) * a->interval) / (2 * mean * mean);
}

static walker walker_of(spike_train train, spike_train other, const sim_time *ends)
{
    const spike_train both_ends = {ends, 2};
    return (walker){.train = train.count > 0 ? train : both_ends,
                    .other = other.count > 0 ? other : both_ends,
                    .from = ends[0],
                    .to = ends[1]};
}

void sl_profile_distances(spike_train a, spike_train b, sim_time from, sim_time to,
                          double *isi_distance, double *spike_distance)
{
    const sim_time ends[2] = {from, to};
    walker x = walker_of(a, b, ends), y = walker_of(b, a, ends);
    double isi_sum = 0.0, spike_sum = 0.0;
    sim_time now = from;
    while (now < to) {
        if (now == from || now >= x.next_tick) {
            enter(&x, now);
        }
        if (now == from || now >= y.next_tick) {
            enter(&y, now);
        }
        const sim_time end = x.next_tick < y.next_tick ? x.next_tick : y.next_tick;
        const double length = (double)(end - now);
        isi_sum += length * fabs(x.interval - y.interval) / fmax(x.interval, y.interval);
        spike_sum += length * (profile(&x, &y, now) + profile(&x, &y, end)) / 2;
        now = end;
    }
    *isi_distance = isi_sum / (double)(to - from);
    *spike_distance = spike_sum / (double)(to - from);
}
