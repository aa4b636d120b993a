/* crew - threads that wait for a window's blocks and share them out.
 *
 * OpenMP provides the threads: one parallel region around a run, in which thread 0 leads and the
 * others work (event_engine.c). A region a window would leave the waiting to the OpenMP library,
 * whose spinning costs a busy machine a time slice a window; here a thread spins briefly, then
 * sleeps. Which thread takes which block changes no result.
 */
#ifndef SALTUS_CREW_H
#define SALTUS_CREW_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct crew {
    void (*work)(void *context, uint32_t item);
    void *context;
    uint32_t items;
    _Atomic uint32_t next, done; /* items taken, items finished */
    _Atomic uint64_t round;      /* counts up when there is work, or the end */
    atomic_bool over;
    _Atomic uint32_t sleepers;
    pthread_mutex_t mutex;
    pthread_cond_t awake;
} crew;

/* False when the system refuses. work(context, item) is called for items 0 .. items - 1. */
bool sl_crew_init(crew *crew, void (*work)(void *context, uint32_t item), void *context,
                  uint32_t items);
void sl_crew_clear(crew *crew);

/* The leader: every item once, by whoever is free; returns when all are done. */
void sl_crew_share(crew *crew);
/* The leader, at the end: sends the others home. */
void sl_crew_dismiss(crew *crew);
/* The others: take items until dismissed. */
void sl_crew_serve(crew *crew);
/* Before the first member serves: a new run. */
void sl_crew_assemble(crew *crew);

#endif /* SALTUS_CREW_H */
