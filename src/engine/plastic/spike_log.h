/* spike_log - the latest spikes of many neurons, each with its traces just before it.
 *
 * The newest spike of a neuron lies in an array, in the cache line that a delivery reads; older
 * ones in a log that all share, each pointing to the one before it. The log is cut when what is in
 * it is not needed any more (sl_spike_log_forget); it is bounded by its owner, whatever the
 * activity.
 */
#ifndef SALTUS_SPIKE_LOG_H
#define SALTUS_SPIKE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/sim_time.h"
#include "models/plasticity/rule.h"

/* No spike: before all times; differences with it do not overflow. */
#define SPIKE_LOG_NONE (-((sim_time)1 << 62))

typedef struct logged_spike {
    sim_time time;
    sim_time earlier; /* time of the one before it */
    double trace[2];  /* just before the spike */
    uint32_t before;  /* place of the one before in the log; UINT32_MAX: none, or forgotten */
    uint32_t count;   /* spikes at this time: sources may have several; 0: no spike */
} logged_spike;

/* What nearly every delivery reads of its target, and nothing else: two to a cache line. */
typedef struct spike_glance {
    sim_time time, earlier, third; /* of the newest spikes */
    double after; /* the first trace just after the newest one; 0 without a spike */
} spike_glance;

/* Times of spikes that stand beside the newest spike. */
#define SPIKE_LOG_FURTHER 11
#define SPIKE_LOG_NEAR    3 /* of these, in the cache line of the newest */

typedef struct spike_line {
    logged_spike newest;
    sim_time further[SPIKE_LOG_FURTHER]; /* before newest.earlier, the latest first */
} spike_line;

typedef struct spike_log {
    spike_line *line;     /* [neurons] newest.time NONE: no spike yet */
    spike_glance *glance; /* [neurons] */
    uint32_t neurons;
    logged_spike *older;
    size_t count, capacity;
    uint32_t trace_count;
    double inverse_tau[2]; /* 1 / ticks */
    bool nearest;          /* a trace is set to 1 at a spike; else it grows by 1 */
} spike_log;

bool sl_spike_log_init(spike_log *log, uint32_t neurons, uint32_t trace_count, const double *tau_ms,
                       bool nearest);
void sl_spike_log_clear(spike_log *log);

/* Renew the glance of a neuron from its line. */
void sl_spike_log_glance(spike_log *log, uint32_t neuron);

/* A spike of `neuron` at t, not before its last one. False: out of memory. */
bool sl_spike_log_add(spike_log *log, uint32_t neuron, sim_time t);

/* A spike as it was in another log, after those that are here. False: out of memory. */
bool sl_spike_log_restore(spike_log *log, uint32_t neuron, const logged_spike *spike);

/* Drop what no reader needs: of each neuron's spikes before `horizon` all but the newest `keep`.
 * Without memory to do so nothing is dropped. */
void sl_spike_log_forget(spike_log *log, sim_time horizon, uint32_t keep);

/* Stands for no spike. */
extern const logged_spike sl_spike_log_nothing;

/* The spike before `spike`; its time is NONE when there is none. */
static inline const logged_spike *spike_log_before(const spike_log *log, const logged_spike *spike)
{
    return spike->before != UINT32_MAX ? &log->older[spike->before] : &sl_spike_log_nothing;
}

/* The newest spike of `neuron` before t; its time is NONE when there is none. */
static inline const logged_spike *spike_log_find(const spike_log *log, uint32_t neuron, sim_time t)
{
    const logged_spike *spike = &log->line[neuron].newest;
    while (spike->time >= t) {
        spike = spike_log_before(log, spike);
    }
    return spike;
}

/* A trace just after a spike, from what it was just before. */
static inline double spike_log_after(const spike_log *log, const logged_spike *spike,
                                     uint32_t trace)
{
    return log->nearest ? (double)(spike->count > 0) : spike->trace[trace] + (double)spike->count;
}

#endif /* SALTUS_SPIKE_LOG_H */
