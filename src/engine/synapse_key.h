/* synapse_key - which synapse is which, and where its random numbers come from.
 *
 * A synapse is known by (source, target, ordinal among the synapses of this pair in the order
 * (delay, drawing)); no block, thread or engine changes that. Its numbers for one purpose are keyed
 * by this, by the index of what draws them (a projection, a fault) and by 31 further bits, such as
 * the number of a spike. */
#ifndef SALTUS_SYNAPSE_KEY_H
#define SALTUS_SYNAPSE_KEY_H

#include "base/random.h"
#include "network/network.h"

/* Which synapses are meant: first .. first + count - 1 of the projection's rows in a block, all of
 * one source unless they are only walked over. */
typedef struct synapse_run {
    const saltus_network *network;
    uint32_t index; /* projection */
    uint32_t block;
    const uint32_t *target;
    uint32_t first, count, source;
    uint32_t first_target; /* id of the population's first neuron */
} synapse_run;

synapse_run sl_synapse_run(const saltus_network *network, uint32_t projection, uint32_t block,
                           uint32_t first, uint32_t count, uint32_t source);

/* The stream of a synapse of the run's source onto neuron id `target`; above the low bits of the
 * counter stands the target. Keys of the synapses of one pair are far apart, whatever seeds are
 * used. */
static inline random_stream synapse_stream(const synapse_run *run, random_purpose purpose,
                                           uint32_t index, uint32_t target, uint32_t ordinal,
                                           uint32_t low)
{
    const uint64_t seed = run->network->seed + ordinal * UINT64_C(0x9e3779b97f4a7c15);
    random_stream stream = random_stream_at(seed, purpose, index, run->source);
    const uint64_t high = (uint64_t)(target - run->first_target) << 31;
    stream.count = 2 * (high | (low & ((1u << 31) - 1)));
    return stream;
}

/* Ordinals of all synapses of the projection in the block (`whole`: all of them), where delays are
 * their own and some pair has several; NULL otherwise. False: out of memory. */
bool sl_synapse_ordinals(const synapse_run *whole, uint32_t **ordinals);

/* Ordinal of synapse i of a run; `last` is that of the one before it. Rows of one delay (`sorted`)
 * are in the order of targets and come whole; those of own delays have it written down in
 * `ordinals` where it is not 0. */
static inline uint32_t synapse_ordinal(const uint32_t *ordinals, const synapse_run *run,
                                       bool sorted, uint32_t i, uint32_t last)
{
    if (!sorted) {
        return ordinals != NULL ? ordinals[i] : 0;
    }
    return i > run->first && run->target[i] == run->target[i - 1] ? last + 1 : 0;
}

#endif /* SALTUS_SYNAPSE_KEY_H */
