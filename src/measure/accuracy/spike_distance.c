/* spike_distance - van Rossum, Victor-Purpura, and the coincidence factor.
 *
 * van Rossum (2001, Neural Comput 13:751): with h = f - g, the difference of the trains filtered
 * by exp(-t/tau), D^2 = (1/tau) integral of h^2. Between spikes h decays, so each gap of length d
 * gives h^2 (1 - exp(-2 d/tau)) / 2: a sum of terms >= 0 over the merged trains, which does not
 * cancel, however near the trains are to each other. (It equals the double sum
 * (R(a,a) + R(b,b) - 2 R(a,b)) / 2, which does.)
 *
 * Victor & Purpura (1996, J Neurophysiol 76:1310): the edit distance. A shift by more than 2/q
 * costs more than to delete and insert, so row i needs only the spikes of b within 2/q of a[i].
 *
 * Coincidence factor (Kistler, Gerstner & van Hemmen 1997, Neural Comput 9:1015; Jolivet et al.
 * 2008, J Neurosci Methods 169:417): coincidences N_c within Delta, one to one, less those that a
 * Poisson train of the test's rate would have by chance. Taking the earliest partner that is left
 * gives the most pairs, since all windows are equally wide.
 *
 * tests/measure/test_spike_distance.c compares each with its definition.
 */
#include "measure/accuracy/spike_distance.h"

#include <math.h>

#include "base/exact_math.h"

/* Below this, exp(-x) is made from 1 - exp(-x), and not the other way round. */
#define SMALL_X 0.0625

/* 1 - exp(-x) for x >= 0, to a few ulp; *decay = exp(-x). */
static double decayed(double x, double *decay)
{
    if (x >= SMALL_X) {
        *decay = sl_exp(-x);
        return 1.0 - *decay;
    }
    /* Taylor; the first term left out is below 2^-60 of the sum */
    double sum = 1.0;
    for (int n = 11; n >= 2; n--) {
        sum = 1.0 - x / n * sum;
    }
    const double lost = x * sum;
    *decay = 1.0 - lost;
    return lost;
}

double sl_van_rossum(spike_train a, spike_train b, double tau_ms)
{
    double sum = 0.0, h = 0.0;
    sim_time now = 0;
    size_t i = 0, k = 0;
    while (i < a.count || k < b.count) {
        sim_time next = i < a.count ? a.ticks[i] : b.ticks[k];
        if (k < b.count && b.ticks[k] < next) {
            next = b.ticks[k];
        }
        if (h != 0.0) {
            double decay = 0.0;
            const double lost = decayed(ticks_to_ms(next - now) / tau_ms, &decay);
            sum += h * h * (lost * (1.0 + decay));
            h *= decay;
        }
        now = next;
        int step = 0; /* simultaneous spikes of both trains leave h as it is */
        while (i < a.count && a.ticks[i] == now) {
            step++;
            i++;
        }
        while (k < b.count && b.ticks[k] == now) {
            step--;
            k++;
        }
        h += step;
    }
    return sqrt((sum + h * h) / 2);
}

double sl_victor_purpura(spike_train a, spike_train b, double cost_per_ms, double *row)
{
    if (cost_per_ms == 0.0) {
        return fabs((double)a.count - (double)b.count); /* shifts cost nothing */
    }
    const sim_time reach = sl_length_from_ms(2.0 / cost_per_ms) + 1; /* rounded up */
    /* row[k]: cost of changing the first i spikes of a into the first k of b, k in [low, high] */
    size_t low = 0, high = 0;
    row[0] = 0.0;
    for (size_t i = 0; i < a.count; i++) {
        const sim_time t = a.ticks[i];
        while (low < b.count && b.ticks[low] - t < -reach) {
            low++;
        }
        while (high < b.count && b.ticks[high] - t <= reach) {
            row[high + 1] = row[high] + 1.0; /* out of reach of the spikes before this one */
            high++;
        }
        double diagonal = row[low];
        row[low] += 1.0;
        for (size_t k = low; k < high; k++) {
            const double shifted =
                diagonal +
                cost_per_ms * ticks_to_ms(b.ticks[k] > t ? b.ticks[k] - t : t - b.ticks[k]);
            diagonal = row[k + 1];
            row[k + 1] = fmin(shifted, fmin(diagonal, row[k]) + 1.0);
        }
    }
    return row[high] + (double)(b.count - high);
}

double sl_coincidence_factor(spike_train reference, spike_train test, sim_time delta, sim_time span)
{
    const double n1 = (double)reference.count, n2 = (double)test.count;
    const double chance = 2.0 * (double)delta * n2 / (double)span;
    if (n1 + n2 == 0.0 || chance >= 1.0) {
        return (double)NAN;
    }
    double coincidences = 0.0;
    for (size_t i = 0, k = 0; i < reference.count && k < test.count;) {
        const sim_time shift = test.ticks[k] - reference.ticks[i];
        const bool within = shift >= -delta && shift <= delta;
        coincidences += within;
        k += within || shift < 0;
        i += within || shift > 0;
    }
    return (coincidences - chance * n1) / ((n1 + n2) / 2) / (1.0 - chance);
}
