/* spike_divergence - where two runs part, and how far they had drifted until then.
 *
 * The k-th spike of a neuron in one run is compared with its k-th in the other. In a chaotic
 * network shifts grow exponentially until one spike more or less changes everything; the first
 * such spike is the divergence, the largest shift before it the growth. Every pair that begins
 * before the divergence is within the tolerance, or it would be the divergence itself.
 */
#include <math.h>

#include "base/status.h"
#include "measure/accuracy/trains.h"

static sim_time earlier(sim_time a, sim_time b)
{
    return a < b ? a : b;
}

/* Index of the first spike that parts two trains and its time; false when they never part. */
static bool find_in_trains(spike_train reference, spike_train test, sim_time tolerance, sim_time to,
                           size_t *spike, sim_time *time)
{
    const size_t paired = reference.count < test.count ? reference.count : test.count;
    for (size_t k = 0; k < paired; k++) {
        const sim_time shift = test.ticks[k] - reference.ticks[k];
        if (shift > tolerance || shift < -tolerance) {
            *spike = k;
            *time = earlier(test.ticks[k], reference.ticks[k]);
            return true;
        }
    }
    if (reference.count == test.count) {
        return false;
    }
    const spike_train longer = reference.count > test.count ? reference : test;
    *spike = paired;
    *time = longer.ticks[paired];
    /* the partner of the last spike of all may come after the end */
    return longer.count > paired + 1 || to - *time > tolerance;
}

saltus_status saltus_divergence_find(const saltus_trains *reference, const saltus_trains *test,
                                     uint32_t population, double tolerance_ms,
                                     saltus_divergence *out, saltus_error *error)
{
    const saltus_status status = sl_trains_check_pair(reference, test, population, error);
    if (status) {
        return status;
    }
    if (!(tolerance_ms >= 0.0)) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "tolerance_ms is %.17g; allowed is at least 0",
                       tolerance_ms);
    }
    const sim_time tolerance = sl_length_from_ms(tolerance_ms);
    uint64_t first = 0, end = 0, parting = UINT64_MAX;
    sl_trains_range(reference, population, &first, &end);
    size_t spike = 0;
    sim_time time = SIM_TIME_NEVER;
    for (uint64_t i = first; i < end; i++) {
        size_t k = 0;
        sim_time t = 0;
        if (find_in_trains(trains_get(reference, i), trains_get(test, i), tolerance, reference->to,
                           &k, &t) &&
            t < time) {
            time = t;
            spike = k;
            parting = i;
        }
    }

    *out = (saltus_divergence){.time_ms = (double)INFINITY,
                               .population = UINT32_MAX,
                               .neuron = UINT32_MAX,
                               .reference_ms = (double)NAN,
                               .test_ms = (double)NAN};
    sim_time largest = 0;
    for (uint64_t i = first; i < end; i++) {
        const spike_train a = trains_get(reference, i), b = trains_get(test, i);
        for (size_t k = 0; k < a.count && k < b.count && earlier(a.ticks[k], b.ticks[k]) < time;
             k++) {
            const sim_time shift = b.ticks[k] - a.ticks[k];
            const sim_time size = shift < 0 ? -shift : shift;
            largest = size > largest ? size : largest;
            out->pairs_before++;
        }
    }
    out->max_abs_shift_ms = ticks_to_ms(largest);
    if (parting == UINT64_MAX) {
        return SALTUS_OK;
    }

    uint32_t p = 0;
    while (parting >= reference->population_first[p + 1]) {
        p++;
    }
    out->population = p;
    out->neuron = (uint32_t)(parting - reference->population_first[p]);
    out->spike = spike;
    if (spike < trains_get(reference, parting).count) {
        out->reference_ms = reference->times_ms[reference->first[parting] + spike];
    }
    if (spike < trains_get(test, parting).count) {
        out->test_ms = test->times_ms[test->first[parting] + spike];
    }
    out->time_ms = fmin(out->reference_ms, out->test_ms);
    return SALTUS_OK;
}
