/* recent - the latest spikes of targets, as the loop of learning reads them (rule_kernel.h).
 *
 * Beside the log of spikes and made of it: times, the factors that take a presynaptic trace to
 * each, the trace after the newest. Everything is a function of what the log says of the spike, so
 * it can be made anew at any time to the same bits. */
#ifndef SALTUS_PLASTIC_RECENT_H
#define SALTUS_PLASTIC_RECENT_H

#include "engine/plastic/spike_log.h"
#include "models/neuron/time_base.h"
#include "models/plasticity/rule_kernel.h"

typedef struct recent_spikes {
    uint64_t *word;            /* [neurons][stride] */
    uint32_t stride;           /* RECENT_WORDS or RECENT_WORDS_THEN */
    time_base x, y;            /* of both sides' first traces, at any epoch */
    sim_time x_reach, y_reach; /* after this time nothing is left of a trace */
} recent_spikes;

/* None of the log's neurons has fired. False: out of memory. */
bool sl_recent_init(recent_spikes *recent, const plastic_traces *traces, uint32_t neurons);
void sl_recent_clear(recent_spikes *recent);
/* The newest spike of a neuron in the log has just been added. */
void sl_recent_add(recent_spikes *recent, const spike_log *log, uint32_t neuron);
/* All of them as the log has them. */
void sl_recent_renew(recent_spikes *recent, const spike_log *log);

/* A number of octaves in the place of a double's exponent, modulo 2^12. */
static inline uint64_t recent_octaves(const time_base *base)
{
    return (uint64_t)base->epoch * TIME_BASE_OCTAVES << 52;
}

/* Move to the epoch of t; times before 0 count from its beginning. */
static inline void recent_seek(time_base *base, sim_time t)
{
    sl_time_base_seek(base, t > 0 ? t : 0);
}

/* exp(-t/tau), scaled: what takes a trace to a spike at t. */
static inline uint64_t recent_decay(time_base *base, sim_time t)
{
    recent_seek(base, t);
    const double decay = sl_exp(-(time_base_offset(base, t) * base->inverse_tau));
    uint64_t bits;
    __builtin_memcpy(&bits, &decay, sizeof bits);
    return bits - recent_octaves(base);
}

/* y exp(t/tau), scaled: the trace just after a spike. */
static inline uint64_t recent_y(time_base *base, const spike_log *log, const logged_spike *spike)
{
    recent_seek(base, spike->time);
    const double y = spike_log_after(log, spike, 0) * time_base_scale(base, spike->time);
    uint64_t bits;
    __builtin_memcpy(&bits, &y, sizeof bits);
    return bits + recent_octaves(base);
}

#endif /* SALTUS_PLASTIC_RECENT_H */
