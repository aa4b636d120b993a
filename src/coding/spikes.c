/* spikes - lists of spikes: room, order, jitter. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/status.h"
#include "coding/code.h"

typedef struct timed_spike {
    double time_ms;
    uint32_t source;
} timed_spike;

void saltus_spikes_clear(saltus_spikes *spikes)
{
    if (spikes != NULL) {
        free(spikes->times_ms);
        free(spikes->sources);
        *spikes = (saltus_spikes){0};
    }
}

bool sl_spikes_reserve(saltus_spikes *spikes, size_t more)
{
    if (more > SIZE_MAX / 2 - spikes->count) {
        return false;
    }
    size_t capacity = spikes->capacity < 16 ? 16 : spikes->capacity;
    while (capacity < spikes->count + more) {
        capacity *= 2;
    }
    if (capacity == spikes->capacity) {
        return true;
    }
    if (capacity > SIZE_MAX / sizeof(double)) {
        return false;
    }
    double *times_ms = realloc(spikes->times_ms, capacity * sizeof(double));
    if (times_ms != NULL) {
        spikes->times_ms = times_ms;
    }
    uint32_t *sources = realloc(spikes->sources, capacity * sizeof(uint32_t));
    if (sources != NULL) {
        spikes->sources = sources;
    }
    if (times_ms == NULL || sources == NULL) {
        return false;
    }
    spikes->capacity = capacity;
    return true;
}

static int by_time(const void *left, const void *right)
{
    const timed_spike *a = left;
    const timed_spike *b = right;
    if (a->time_ms != b->time_ms) {
        return a->time_ms < b->time_ms ? -1 : 1;
    }
    return a->source < b->source ? -1 : a->source > b->source;
}

saltus_status saltus_spikes_sort(saltus_spikes *spikes, saltus_error *error)
{
    bool sorted = true;
    for (size_t i = 1; i < spikes->count && sorted; i++) {
        const timed_spike before = {spikes->times_ms[i - 1], spikes->sources[i - 1]};
        const timed_spike after = {spikes->times_ms[i], spikes->sources[i]};
        sorted = by_time(&before, &after) <= 0;
    }
    if (sorted) {
        return SALTUS_OK;
    }
    timed_spike *all = sl_memory_array(spikes->count, sizeof(timed_spike));
    if (all == NULL) {
        return sl_fail_memory(error);
    }
    for (size_t i = 0; i < spikes->count; i++) {
        all[i] = (timed_spike){spikes->times_ms[i], spikes->sources[i]};
    }
    qsort(all, spikes->count, sizeof(timed_spike), by_time);
    for (size_t i = 0; i < spikes->count; i++) {
        spikes->times_ms[i] = all[i].time_ms;
        spikes->sources[i] = all[i].source;
    }
    free(all);
    return SALTUS_OK;
}

saltus_status saltus_spikes_jitter(saltus_spikes *spikes, size_t first, double sd_ms, uint64_t seed,
                                   uint32_t item, saltus_error *error)
{
    if (!(sd_ms >= 0 && sd_ms <= 1e6) || item >= SALTUS_CODE_ITEMS) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "a jitter of %g ms for item %u; 0 to 1e6 ms and items below %u are allowed",
                       sd_ms, item, SALTUS_CODE_ITEMS);
    }
    for (size_t i = first; i < spikes->count && sd_ms > 0; i++) {
        random_stream stream = random_stream_at(seed, RANDOM_JITTER, item, (uint32_t)(i - first));
        const double moved = spikes->times_ms[i] + sd_ms * sl_random_normal(&stream);
        /* back to a tick, which the sum of two doubles need not be */
        const sim_time time = sl_sim_time_from_ms(fmin(fmax(moved, 0), SIM_TIME_MAX_MS));
        spikes->times_ms[i] = sim_time_to_ms(time);
    }
    return saltus_spikes_sort(spikes, error);
}
