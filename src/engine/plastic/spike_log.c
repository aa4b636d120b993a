/* spike_log - see spike_log.h. */
#include "engine/plastic/spike_log.h"

#include <stdlib.h>

#include "base/exact_math.h"
#include "base/memory.h"

const logged_spike sl_spike_log_nothing = {
    .time = SPIKE_LOG_NONE, .earlier = SPIKE_LOG_NONE, .before = UINT32_MAX};

bool sl_spike_log_init(spike_log *log, uint32_t neurons, uint32_t trace_count, const double *tau_ms,
                       bool nearest)
{
    *log = (spike_log){.neurons = neurons, .trace_count = trace_count, .nearest = nearest};
    for (uint32_t i = 0; i < trace_count; i++) {
        log->inverse_tau[i] = 1.0 / (tau_ms[i] * SIM_TIME_TICKS_PER_MS);
    }
    log->line = aligned_alloc(64, ((size_t)neurons + 1) * sizeof *log->line);
    log->glance = aligned_alloc(64, ((size_t)neurons + 2) / 2 * 2 * sizeof *log->glance);
    if (log->line == NULL || log->glance == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < neurons; i++) {
        log->line[i].newest = sl_spike_log_nothing;
        for (uint32_t k = 0; k < SPIKE_LOG_FURTHER; k++) {
            log->line[i].further[k] = SPIKE_LOG_NONE;
        }
        sl_spike_log_glance(log, i);
    }
    return true;
}

void sl_spike_log_glance(spike_log *log, uint32_t neuron)
{
    const spike_line *line = &log->line[neuron];
    log->glance[neuron] = (spike_glance){.time = line->newest.time,
                                         .earlier = line->newest.earlier,
                                         .third = line->further[0],
                                         .after = spike_log_after(log, &line->newest, 0)};
}

void sl_spike_log_clear(spike_log *log)
{
    free(log->line);
    free(log->glance);
    free(log->older);
    *log = (spike_log){0};
}

/* Put a neuron's newest spike into the log. */
static bool push(spike_log *log, spike_line *line)
{
    void *older = log->older;
    if (log->count >= UINT32_MAX ||
        !sl_memory_grow(&older, &log->capacity, log->count, sizeof *log->older)) {
        return false;
    }
    log->older = older;
    log->older[log->count] = line->newest;
    for (uint32_t k = SPIKE_LOG_FURTHER - 1; k > 0; k--) {
        line->further[k] = line->further[k - 1];
    }
    line->further[0] = line->newest.earlier;
    line->newest.before = (uint32_t)log->count++;
    return true;
}

bool sl_spike_log_add(spike_log *log, uint32_t neuron, sim_time t)
{
    spike_line *line = &log->line[neuron];
    logged_spike *newest = &line->newest;
    if (newest->time == t) {
        newest->count++;
        sl_spike_log_glance(log, neuron);
        return true;
    }
    if (newest->time != SPIKE_LOG_NONE) {
        if (!push(log, line)) {
            return false;
        }
        const double elapsed = (double)(t - newest->time);
        for (uint32_t i = 0; i < log->trace_count; i++) {
            newest->trace[i] =
                spike_log_after(log, newest, i) * sl_exp(-(elapsed * log->inverse_tau[i]));
        }
    }
    newest->earlier = newest->time;
    newest->time = t;
    newest->count = 1;
    sl_spike_log_glance(log, neuron);
    return true;
}

bool sl_spike_log_restore(spike_log *log, uint32_t neuron, const logged_spike *spike)
{
    spike_line *line = &log->line[neuron];
    if (line->newest.count > 0 && !push(log, line)) {
        return false;
    }
    const uint32_t before = line->newest.count > 0 ? line->newest.before : UINT32_MAX;
    line->newest = *spike;
    line->newest.before = before;
    sl_spike_log_glance(log, neuron);
    return true;
}

/* Mark with count = 0 what is dropped: the spikes before the first `keep` older than `horizon`. */
static void mark(spike_log *log, sim_time horizon, uint32_t keep)
{
    for (uint32_t n = 0; n < log->neurons; n++) {
        logged_spike *spike = &log->line[n].newest;
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
    for (uint32_t from = 0; from < log->count; from++) {
        logged_spike *spike = &log->older[from];
        if (spike->count > 0) {
            /* those before it are placed already */
            spike->before = spike->before != UINT32_MAX ? place[spike->before] : UINT32_MAX;
            log->older[to] = *spike;
            place[from] = to++;
        }
    }
    log->count = to;
    for (uint32_t n = 0; n < log->neurons; n++) {
        logged_spike *spike = &log->line[n].newest;
        if (spike->before != UINT32_MAX) {
            spike->before = place[spike->before];
        }
    }
    free(place);
}
