/* recent - see recent.h. */
#include "engine/plastic/recent.h"

#include <stdlib.h>
#include <string.h>

/* A trace counts as 0 after so many time constants: less than 21 epochs, so that no factor leaves
 * the range of normal numbers, and e^-640 is far below any other rounding. */
#define REACH_TAUS 640.0
/* Longest reach: times that differ by it, as all times do, do not overflow. */
#define LONGEST_REACH (((sim_time)1 << 62) - 1)

static sim_time reach(double tau_ticks)
{
    const double ticks = REACH_TAUS * tau_ticks;
    return ticks < (double)LONGEST_REACH ? (sim_time)ticks : LONGEST_REACH;
}

static void clear_line(const recent_spikes *recent, uint64_t *word)
{
    memset(word, 0, recent->stride * sizeof *word);
    for (uint32_t k = 0; k < RECENT_SPIKES; k++) {
        word[recent_time_at(k)] = (uint64_t)SPIKE_LOG_NONE;
    }
    word[RECENT_TIME + RECENT_NEAR] = (uint64_t)SPIKE_LOG_NONE;
}

bool sl_recent_init(recent_spikes *recent, const plastic_traces *traces, uint32_t neurons)
{
    *recent = (recent_spikes){.stride = traces->reads_y_then ? RECENT_WORDS_THEN : RECENT_WORDS,
                              .x = sl_time_base_create(traces->tau_pre_ms[0])};
    recent->y = traces->post_count > 0 ? sl_time_base_create(traces->tau_post_ms[0]) : recent->x;
    recent->x_reach = reach(recent->x.tau_ticks);
    recent->y_reach = reach(recent->y.tau_ticks);
    recent->word = aligned_alloc(64, ((size_t)neurons + 1) * recent->stride * sizeof(uint64_t));
    if (recent->word == NULL) {
        return false;
    }
    for (uint32_t n = 0; n < neurons; n++) {
        clear_line(recent, recent->word + (size_t)n * recent->stride);
    }
    return true;
}

void sl_recent_clear(recent_spikes *recent)
{
    free(recent->word);
    *recent = (recent_spikes){0};
}

/* Make room for a spike newer than all. */
static void shift(const recent_spikes *recent, uint64_t *word)
{
    for (uint32_t k = RECENT_SPIKES - 1; k > 0; k--) {
        word[recent_time_at(k)] = word[recent_time_at(k - 1)];
        word[recent_decay_at(k)] = word[recent_decay_at(k - 1)];
    }
    word[RECENT_TIME + RECENT_NEAR] = word[RECENT_TIME_FURTHER];
    for (uint32_t k = RECENT_SPIKES - 1; k > 0 && recent->stride > RECENT_THEN; k--) {
        word[recent_then_at(k)] = word[recent_then_at(k - 1)];
    }
}

static void add(recent_spikes *recent, const spike_log *log, uint64_t *word,
                const logged_spike *spike)
{
    if (word[RECENT_TIME] != (uint64_t)spike->time) {
        shift(recent, word);
        word[recent_time_at(0)] = (uint64_t)spike->time;
        word[recent_decay_at(0)] = recent_decay(&recent->x, spike->time);
        if (recent->stride > RECENT_THEN) {
            memcpy(word + recent_then_at(0), &spike->trace[log->trace_count - 1], sizeof *word);
        }
    }
    word[RECENT_Y] = recent_y(&recent->y, log, spike);
}

void sl_recent_add(recent_spikes *recent, const spike_log *log, uint32_t neuron)
{
    add(recent, log, recent->word + (size_t)neuron * recent->stride, &log->line[neuron].newest);
}

void sl_recent_renew(recent_spikes *recent, const spike_log *log)
{
    for (uint32_t n = 0; n < log->neurons; n++) {
        uint64_t *word = recent->word + (size_t)n * recent->stride;
        const logged_spike *spike[RECENT_SPIKES];
        uint32_t count = 0;
        for (const logged_spike *s = &log->line[n].newest; s->count > 0 && count < RECENT_SPIKES;
             s = spike_log_before(log, s)) {
            spike[count++] = s;
        }
        clear_line(recent, word);
        while (count > 0) {
            add(recent, log, word, spike[--count]);
        }
    }
}
