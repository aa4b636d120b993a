/* source_rates - trains of sources that each have a rate of their own, set anew while they run.
 *
 * The sources of a group are one Poisson process, the superposition of theirs; each event is
 * given to source i with probability rate_i / sum (marking theorem). When rates are set, a new
 * segment begins: the process has no memory, so its first gap is counted from that time, and its
 * random numbers begin at a place of their own. A train is thus a function of (seed, population,
 * group) and of the times and rates that were set; how chunks were filled leaves no trace.
 *
 * Segment k uses the evaluations [k 2^38, (k + 1) 2^38) of two streams, RANDOM_SOURCE for gaps and
 * RANDOM_MARK for marks. At most 1,024 sources of at most 10 kHz fire at most 4.7e11 times within
 * the longest run, two events an evaluation: no segment reaches the next one.
 */
#ifndef SALTUS_SOURCE_RATES_H
#define SALTUS_SOURCE_RATES_H

#include "engine/stimulus.h"

/* Largest rate of one source. */
#define SOURCE_RATE_MOST_HZ 1e4
/* Number of the last segment. */
#define SOURCE_RATE_SEGMENTS ((UINT64_C(1) << 26) - 1)

typedef struct held_event {
    sim_time time;
    uint16_t member;
} held_event;

typedef struct source_rates {
    double *cumulative; /* [group_count] sums of rates in order; the last one is the whole, Hz */
    uint64_t segment;   /* how often rates were set */
    /* events before the last setting that nobody has asked for yet: only a clock leaves some */
    held_event *held;
    size_t held_position, held_count;
    bool chunk_held; /* the chunk at hand is of these */
} source_rates;

/* The train of a group of a rate_source, with the network's rates. False: out of memory. */
bool sl_source_rates_init(train *train, const saltus_network *network, const group *group);
void sl_source_rates_destroy(source_rates *rates);

/* Next chunk into the train's arrays; returns its events. */
uint32_t sl_source_rates_fill(train *train, train_context *context);

/* Events at hand or held that are older than the last setting; the k-th of them. */
size_t sl_source_rates_owed(const train *train);
held_event sl_source_rates_owed_event(const train *train, size_t k);
/* Go on from a chunk of the present segment (cumulative, segment and held are set already): its
 * first evaluation and the time before it. False when they are of another segment. */
bool sl_source_rates_resume(train *train, uint64_t block, sim_time last);

/* From `now` on sources fire with rate_Hz[group_count]; the train is refilled. False: out of
 * memory, the train is of no use any more. */
bool sl_source_rates_set(train *train, train_context *context, const double *rate_Hz, sim_time now);

#endif /* SALTUS_SOURCE_RATES_H */
