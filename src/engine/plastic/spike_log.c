/* spike_log - see spike_log.h. */
#include "engine/plastic/spike_log.h"

#include <stdlib.h>

#include "base/exact_math.h"
#include "base/memory.h"

const logged_spike sl_spike_log_nothing = {.time = SPIKE_LOG_NONE, .before = UINT32_MAX};

bool sl_spike_log_init(spike_log *log, uint32_t neurons, uint32_t trace_count, const double *tau_ms,
                       bool nearest)
{
    *log = (spike_log){.neurons = neurons, .trace_count = trace_count, .nearest = nearest};
    for (uint32_t i = 0; i < trace_count; i++) {
        log->inverse_tau[i] = 1.0 / (tau_ms[i] * SIM_TIME_TICKS_PER_MS);
    }
    log->newest = sl_memory_array(neurons, sizeof *log->newest);
    for (uint32_t i = 0; log->newest != NULL && i < neurons; i++) {
        log->newest[i] = sl_spike_log_nothing;
    }
    return log->newest != NULL;
}

void sl_spike_log_clear(spike_log *log)
{
    free(log->newest);
    free(log->older);
    *log = (spike_log){0};
}

bool sl_spike_log_add(spike_log *log, uint32_t neuron, sim_time t)
{
    logged_spike *newest = &log->newest[neuron];
    if (newest->time == t) {
        newest->count++;
        return true;
    }
    logged_spike spike = {.time = t, .count = 1, .before = UINT32_MAX};
    if (newest->time != SPIKE_LOG_NONE) {
        void *older = log->older;
        if (log->count >= UINT32_MAX ||
            !sl_memory_grow(&older, &log->capacity, log->count, sizeof *log->older)) {
            return false;
        }
        log->older = older;
        log->older[log->count] = *newest;
        spike.before = (uint32_t)log->count++;
        const double elapsed = (double)(t - newest->time);
        for (uint32_t i = 0; i < log->trace_count; i++) {
            spike.trace[i] =
                spike_log_after(log, newest, i) * sl_exp(-(elapsed * log->inverse_tau[i]));
        }
    }
    *newest = spike;
    return true;
}

/* Mark with count = 0 what is dropped: the spikes before the first `keep` older than `horizon`. */
static void mark(spike_log *log, sim_time horizon, uint32_t keep)
{
    for (uint32_t n = 0; n < log->neurons; n++) {
        logged_spike *spike = &log->newest[n];
        uint32_t kept = spike->time < horizon;
        while (kept < keep && spike->before != UINT32_MAX) {
            spike = &log->older[spike->before];
            kept += spike->time < horizon;
        }
        uint32_t at = spike->before;
        spike->before = UINT32_MAX;
        for (; at != UINT32_MAX; at = log->older[at].before) {
            log->older[at].count = 0;
        }
    }
}

void sl_spike_log_forget(spike_log *log, sim_time horizon, uint32_t keep)
{
    uint32_t *place = sl_memory_array(log->count, sizeof *place);
    if (place == NULL) {
        return;
    }
    mark(log, horizon, keep);
    uint32_t to = 0;
    for (size_t from = 0; from < log->count; from++) {
        if (log->older[from].count > 0) {
            place[from] = to;
            log->older[to++] = log->older[from];
        }
    }
    log->count = to;
    for (uint32_t i = 0; i < to; i++) {
        if (log->older[i].before != UINT32_MAX) {
            log->older[i].before = place[log->older[i].before];
        }
    }
    for (uint32_t n = 0; n < log->neurons; n++) {
        if (log->newest[n].before != UINT32_MAX) {
            log->newest[n].before = place[log->newest[n].before];
        }
    }
    free(place);
}
