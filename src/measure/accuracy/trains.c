/* trains - the spikes of one run, by neuron, in ticks.
 *
 * A counting sort by neuron: spikes come in order of time, so each train is ascending. Times are
 * turned to ticks once; from then on differences and equality are exact. Pairs of simultaneous
 * spikes are counted here, where all spikes are still in order of time.
 */
#include "measure/accuracy/trains.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/status.h"

sim_time sl_length_from_ms(double ms)
{
    return ms < SIM_TIME_MAX_MS ? sl_sim_time_from_ms(ms) : sl_sim_time_from_ms(SIM_TIME_MAX_MS);
}

bool sl_trains_range(const saltus_trains *trains, uint32_t population, uint64_t *first,
                     uint64_t *end)
{
    *first = *end = 0;
    if (population == SALTUS_ALL_POPULATIONS) {
        *end = trains_neuron_count(trains);
    } else if (population < trains->population_count) {
        *first = trains->population_first[population];
        *end = trains->population_first[population + 1];
    } else {
        return false;
    }
    return true;
}

saltus_status sl_trains_check_population(const saltus_trains *trains, uint32_t population,
                                         saltus_error *error)
{
    uint64_t first = 0, end = 0;
    if (trains == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "no spike trains are given");
    }
    if (!sl_trains_range(trains, population, &first, &end)) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "there is no population %u in spike trains of %u populations", population,
                       trains->population_count);
    }
    return SALTUS_OK;
}

saltus_status sl_trains_check_pair(const saltus_trains *reference, const saltus_trains *test,
                                   uint32_t population, saltus_error *error)
{
    if (reference == NULL || test == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "a comparison needs the spike trains of two runs");
    }
    if (reference->population_count != test->population_count) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "the reference has %u populations, the test has %u; only runs of the same "
                       "populations can be compared",
                       reference->population_count, test->population_count);
    }
    for (uint32_t p = 0; p < reference->population_count; p++) {
        const uint64_t sizes[2] = {saltus_trains_neurons(reference, p),
                                   saltus_trains_neurons(test, p)};
        if (sizes[0] != sizes[1]) {
            return sl_fail(error, SALTUS_E_ARGUMENT,
                           "population %u has %llu neurons in the reference, %llu in the test", p,
                           (unsigned long long)sizes[0], (unsigned long long)sizes[1]);
        }
    }
    if (reference->from != test->from || reference->to != test->to) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "the reference covers %.17g to %.17g ms, the test %.17g to %.17g ms; only "
                       "equal intervals can be compared",
                       reference->from_ms, reference->to_ms, test->from_ms, test->to_ms);
    }
    return sl_trains_check_population(reference, population, error);
}

/* ---- Making them ------------------------------------------------------------------- */

static bool lies_within(const saltus_trains *trains, double time_ms)
{
    /* times beyond the longest cannot be turned to ticks */
    if (fabs(time_ms) > SIM_TIME_MAX_MS) {
        return false;
    }
    const sim_time tick = sl_sim_time_from_ms(time_ms);
    return tick >= trains->from && tick <= trains->to;
}

/* Check every spike and count those of each neuron into first[neuron + 1]. */
static saltus_status count_spikes(saltus_trains *trains, const saltus_spike *spikes, size_t count,
                                  saltus_error *error)
{
    double before_ms = -(double)INFINITY;
    for (size_t i = 0; i < count; i++) {
        const saltus_spike *spike = &spikes[i];
        if (!isfinite(spike->time_ms) || spike->time_ms < before_ms) {
            return sl_fail(error, SALTUS_E_ARGUMENT,
                           "spike %zu is at %.17g ms after one at %.17g ms; spikes must be in "
                           "order of time",
                           i, spike->time_ms, before_ms);
        }
        before_ms = spike->time_ms;
        if (spike->population >= trains->population_count) {
            return sl_fail(error, SALTUS_E_ARGUMENT,
                           "spike %zu is of population %u, but there are only %u", i,
                           spike->population, trains->population_count);
        }
        const uint64_t size = saltus_trains_neurons(trains, spike->population);
        if (spike->neuron >= size) {
            return sl_fail(error, SALTUS_E_ARGUMENT,
                           "spike %zu is of neuron %u, but population %u has only %llu neurons", i,
                           spike->neuron, spike->population, (unsigned long long)size);
        }
        if (lies_within(trains, spike->time_ms)) {
            trains->first[trains->population_first[spike->population] + spike->neuron + 1]++;
        }
    }
    return SALTUS_OK;
}

/* Spikes at one time so far, of one population or of all. */
typedef struct moment {
    sim_time tick;
    uint64_t spikes;
} moment;

/* Pairs that a spike at `tick` makes with those before it at the same time. */
static uint64_t pairs_with(moment *last, sim_time tick)
{
    if (last->tick != tick) {
        *last = (moment){tick, 0};
    }
    return last->spikes++;
}

/* Put spikes in their places; first[] holds the beginnings, cursor[] is a copy that moves on. */
static void place_spikes(saltus_trains *trains, const saltus_spike *spikes, size_t count,
                         uint64_t *cursor, moment *moments)
{
    const uint32_t all = trains->population_count;
    for (size_t i = 0; i < count; i++) {
        const saltus_spike *spike = &spikes[i];
        if (!lies_within(trains, spike->time_ms)) {
            continue;
        }
        const sim_time tick = sl_sim_time_from_ms(spike->time_ms);
        const uint64_t at = cursor[trains->population_first[spike->population] + spike->neuron]++;
        trains->ticks[at] = tick;
        trains->times_ms[at] = spike->time_ms;
        trains->simultaneous[spike->population] += pairs_with(&moments[spike->population], tick);
        trains->simultaneous[all] += pairs_with(&moments[all], tick);
    }
}

static saltus_status fill(saltus_trains *trains, const saltus_spike *spikes, size_t count,
                          saltus_error *error)
{
    const uint64_t neurons = trains_neuron_count(trains);
    const saltus_status status = count_spikes(trains, spikes, count, error);
    if (status) {
        return status;
    }
    for (uint64_t i = 0; i < neurons; i++) {
        trains->first[i + 1] += trains->first[i];
    }
    const size_t groups = (size_t)trains->population_count + 1;
    trains->ticks = sl_memory_array(trains->first[neurons], sizeof *trains->ticks);
    trains->times_ms = sl_memory_array(trains->first[neurons], sizeof *trains->times_ms);
    trains->simultaneous = sl_memory_zeroed(groups, sizeof *trains->simultaneous);
    uint64_t *cursor = sl_memory_copy(trains->first, neurons, sizeof *cursor);
    moment *moments = sl_memory_zeroed(groups, sizeof *moments);
    const bool complete = trains->ticks != NULL && trains->times_ms != NULL &&
                          trains->simultaneous != NULL && cursor != NULL && moments != NULL;
    if (complete) {
        place_spikes(trains, spikes, count, cursor, moments);
    }
    free(cursor);
    free(moments);
    return complete ? SALTUS_OK : sl_fail_memory(error);
}

saltus_status saltus_trains_create(const saltus_spike *spikes, size_t spike_count,
                                   const uint32_t *population_sizes, uint32_t population_count,
                                   double from_ms, double to_ms, saltus_trains **out,
                                   saltus_error *error)
{
    *out = NULL;
    if ((spikes == NULL && spike_count > 0) || (population_sizes == NULL && population_count > 0)) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "no spikes or no population sizes are given");
    }
    if (population_count == SALTUS_ALL_POPULATIONS) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "there are too many populations");
    }
    if (!(from_ms >= 0.0 && from_ms < to_ms && to_ms <= SIM_TIME_MAX_MS) ||
        sl_sim_time_from_ms(from_ms) == sl_sim_time_from_ms(to_ms)) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "the interval of comparison is %.17g to %.17g ms; allowed is 0 <= from < to "
                       "<= %.9g ms",
                       from_ms, to_ms, SIM_TIME_MAX_MS);
    }
    saltus_trains *trains = calloc(1, sizeof *trains);
    if (trains == NULL) {
        return sl_fail_memory(error);
    }
    trains->population_count = population_count;
    trains->from_ms = from_ms;
    trains->to_ms = to_ms;
    trains->from = sl_sim_time_from_ms(from_ms);
    trains->to = sl_sim_time_from_ms(to_ms);

    saltus_status status = SALTUS_E_MEMORY;
    trains->population_first =
        sl_memory_zeroed((size_t)population_count + 1, sizeof *trains->population_first);
    if (trains->population_first == NULL) {
        sl_fail_memory(error);
        goto fail;
    }
    for (uint32_t p = 0; p < population_count; p++) {
        trains->population_first[p + 1] = trains->population_first[p] + population_sizes[p];
    }
    trains->first = sl_memory_zeroed(trains_neuron_count(trains) + 1, sizeof *trains->first);
    if (trains->first == NULL) {
        sl_fail_memory(error);
        goto fail;
    }
    status = fill(trains, spikes, spike_count, error);
    if (status) {
        goto fail;
    }
    *out = trains;
    return SALTUS_OK;

fail:
    saltus_trains_destroy(trains);
    return status;
}

void saltus_trains_destroy(saltus_trains *trains)
{
    if (trains == NULL) {
        return;
    }
    free(trains->population_first);
    free(trains->first);
    free(trains->ticks);
    free(trains->times_ms);
    free(trains->simultaneous);
    free(trains);
}

/* ---- Reading them ------------------------------------------------------------------ */

uint32_t saltus_trains_population_count(const saltus_trains *trains)
{
    return trains->population_count;
}

uint64_t saltus_trains_neurons(const saltus_trains *trains, uint32_t population)
{
    uint64_t first = 0, end = 0;
    sl_trains_range(trains, population, &first, &end);
    return end - first;
}

uint64_t saltus_trains_spikes(const saltus_trains *trains, uint32_t population)
{
    uint64_t first = 0, end = 0;
    sl_trains_range(trains, population, &first, &end);
    return trains->first[end] - trains->first[first];
}

const double *saltus_trains_times_ms(const saltus_trains *trains, uint32_t population,
                                     uint32_t neuron, size_t *count)
{
    *count = 0;
    if (population >= trains->population_count ||
        neuron >= saltus_trains_neurons(trains, population)) {
        return NULL;
    }
    const uint64_t at = trains->population_first[population] + neuron;
    *count = trains_get(trains, at).count;
    return trains->times_ms + trains->first[at];
}

double saltus_trains_from_ms(const saltus_trains *trains)
{
    return trains->from_ms;
}

double saltus_trains_to_ms(const saltus_trains *trains)
{
    return trains->to_ms;
}
