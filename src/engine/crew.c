/* crew - see crew.h. What the leader wrote before sharing is seen by whoever takes an item (the
 * release store of `next`, the acquire of taking), and what was done to an item is seen by the
 * leader (the release of `done`). A member that is late with its last look at `next` may take an
 * item of the following round: it has acquired that round's data with it. */
#include "engine/crew.h"

#include <sched.h>

/* Looks at a counter before giving the processor away: some tens of microseconds. */
#define SPINS 4000

static void pause_briefly(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

bool sl_crew_init(crew *crew, void (*work)(void *context, uint32_t item), void *context,
                  uint32_t items)
{
    crew->work = work;
    crew->context = context;
    crew->items = items;
    atomic_init(&crew->next, items);
    atomic_init(&crew->done, items);
    atomic_init(&crew->round, 0);
    atomic_init(&crew->over, false);
    atomic_init(&crew->sleepers, 0);
    if (pthread_mutex_init(&crew->mutex, NULL) != 0) {
        return false;
    }
    if (pthread_cond_init(&crew->awake, NULL) != 0) {
        pthread_mutex_destroy(&crew->mutex);
        return false;
    }
    return true;
}

void sl_crew_clear(crew *crew)
{
    pthread_cond_destroy(&crew->awake);
    pthread_mutex_destroy(&crew->mutex);
}

static void take_items(crew *crew)
{
    for (;;) {
        const uint32_t item = atomic_fetch_add(&crew->next, 1);
        if (item >= crew->items) {
            return;
        }
        crew->work(crew->context, item);
        atomic_fetch_add(&crew->done, 1);
    }
}

/* Tell all members that something has changed. Members announce that they sleep before they look
 * at `round` for the last time, so one of the two sides sees the other. */
static void call(crew *crew)
{
    atomic_fetch_add(&crew->round, 1);
    if (atomic_load(&crew->sleepers) > 0) {
        pthread_mutex_lock(&crew->mutex);
        pthread_cond_broadcast(&crew->awake);
        pthread_mutex_unlock(&crew->mutex);
    }
}

void sl_crew_share(crew *crew)
{
    atomic_store(&crew->done, 0);
    atomic_store(&crew->next, 0);
    call(crew);
    take_items(crew);
    for (unsigned spins = 0; atomic_load(&crew->done) < crew->items; spins++) {
        if (spins < SPINS) {
            pause_briefly();
        } else {
            sched_yield(); /* a member works on the last items, or waits for a processor */
        }
    }
}

void sl_crew_dismiss(crew *crew)
{
    atomic_store(&crew->over, true);
    call(crew);
}

void sl_crew_assemble(crew *crew)
{
    atomic_store(&crew->over, false);
}

/* Until `round` is no longer `seen`. */
static void wait_for_round(crew *crew, uint64_t seen)
{
    for (unsigned spins = 0; spins < SPINS; spins++) {
        if (atomic_load(&crew->round) != seen) {
            return;
        }
        pause_briefly();
    }
    pthread_mutex_lock(&crew->mutex);
    atomic_fetch_add(&crew->sleepers, 1);
    while (atomic_load(&crew->round) == seen) {
        pthread_cond_wait(&crew->awake, &crew->mutex);
    }
    atomic_fetch_sub(&crew->sleepers, 1);
    pthread_mutex_unlock(&crew->mutex);
}

void sl_crew_serve(crew *crew)
{
    /* a round that began before this member came is served at once */
    uint64_t seen = 0;
    for (;;) {
        const uint64_t round = atomic_load(&crew->round);
        if (atomic_load(&crew->over)) {
            return;
        }
        if (round != seen) {
            seen = round;
            take_items(crew);
        } else {
            wait_for_round(crew, seen);
        }
    }
}
