/* code_parts - trains of a rate, for the codes that count spikes.
 *
 * Poisson intervals are exponential and drawn from the stream of (seed, item, source). A regular
 * train has its spikes in the middle of its intervals, (k + 1/2) / rate, so that their number in
 * the window is rate * window rounded to the nearest: never wrong by more than half a spike, and
 * without bias (tests/coding/test_rate_code.c).
 */
#include "coding/code_parts.h"

#include "base/memory.h"
#include "base/random.h"

const char *const sl_code_trains[] = {"poisson", "regular", NULL};

bool sl_code_add(code_spikes *spikes, sim_time time, uint32_t source)
{
    void *list = spikes->list;
    if (!sl_memory_grow(&list, &spikes->capacity, spikes->count, sizeof(code_spike))) {
        return false;
    }
    spikes->list = list;
    spikes->list[spikes->count++] = (code_spike){time, source};
    return true;
}

bool sl_code_add_train(const code_item *item, code_train train, double rate_Hz, uint32_t source,
                       code_spikes *out)
{
    if (!(rate_Hz > 0)) {
        return true;
    }
    const sim_time window = sl_sim_time_from_ms(item->p[CODE_WINDOW]);
    const double interval_ms = 1000 / rate_Hz;
    random_stream stream = random_stream_at(item->seed, RANDOM_ENCODE, item->item, source);
    double ms = train == CODE_TRAIN_POISSON ? 0 : interval_ms / 2;
    for (uint64_t k = 1;; k++) {
        if (train == CODE_TRAIN_POISSON) {
            ms += interval_ms * sl_random_exponential(&stream);
        }
        /* beyond the window first: a tiny rate has intervals that no sim_time holds */
        const sim_time time = ms < 2 * item->p[CODE_WINDOW] ? sl_sim_time_from_ms(ms) : window;
        if (time >= window) {
            return true;
        }
        if (!sl_code_add(out, time, source)) {
            return false;
        }
        if (train == CODE_TRAIN_REGULAR) {
            ms = ((double)k + 0.5) * interval_ms;
        }
    }
}
