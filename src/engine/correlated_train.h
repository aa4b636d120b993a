/* correlated_train - Poisson trains that share events (Kuhn, Aertsen & Rotter 2003).
 *
 * Time is cut into stretches of one length, which follows from the rates. The shared process of a
 * stretch is a function of (seed, population, stretch), so every group has the same one; who of a
 * group copies what, when, and what its sources have by themselves is one of (seed, population,
 * group, stretch). A train can therefore begin at any stretch.
 *
 *   mip   shared process of rate / c; each source copies each event with probability c
 *   sip   shared process of c rate, which all copy; each source has (1 - c) rate of its own
 *
 * Copies come by up to `jitter` later; a stretch is at least as long, so only the one before can
 * reach into it. The first stretch has one before it, so that rates are the same from time 0 on.
 */
#ifndef SALTUS_CORRELATED_TRAIN_H
#define SALTUS_CORRELATED_TRAIN_H

#include "engine/stimulus.h"

typedef struct correlated_event {
    sim_time time;
    uint32_t member;
} correlated_event;

typedef struct correlated_train {
    const population *population;
    uint64_t seed;
    uint32_t index, group; /* of the population, of the group within it */
    sim_time stretch;      /* ticks; 0: there is no event at all */
    double shared_gap;     /* mean, ticks; infinite: nothing is shared */
    double alone_gap;      /* of all sources of the group together */
    double skipped;        /* ln(1 - c) of a mip; 0: all copy */
    uint64_t words;        /* of each stretch in its streams of random numbers */
    /* events of a stretch, in order; those before `next` are in the chunk or done */
    sim_time number; /* of the stretch; -1: none yet */
    correlated_event *event;
    size_t count, capacity, next;
    size_t chunk_first; /* the chunk's first */
} correlated_train;

/* The train of a group of a correlated_source. False: out of memory. */
bool sl_correlated_train_init(train *train, const saltus_network *network, const group *group);
void sl_correlated_train_destroy(correlated_train *correlated);

/* Next chunk into the train's arrays; returns its events. */
uint32_t sl_correlated_train_fill(train *train, train_context *context);

/* Go on from event `first` of a stretch. False: there is no such event, or memory ran out, which
 * the context then says. */
bool sl_correlated_train_seek(train *train, train_context *context, sim_time number,
                              uint64_t first);

#endif /* SALTUS_CORRELATED_TRAIN_H */
