/* connection_rule - the contract of a connection rule: pairs of neurons, drawn unit by unit.
 *
 * A unit is a target, a source or a chunk of synapses. All its random numbers come from the
 * stream at (seed, RANDOM_CONNECT, projection, unit), so that units can be drawn in any order, by
 * any thread, and twice: once to count the synapses of every row, once to fill the rows in.
 *
 * Add a rule: a file with one `const connection_rule`, and a line in connection_rule.c. A name
 * whose parameters ask for different units stands for several rules.
 */
#ifndef SALTUS_CONNECTION_RULE_H
#define SALTUS_CONNECTION_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/random.h"
#include "base/status.h"
#include "network/space.h"
#include "saltus/experiment.h"

#define PAIR_SINK_ROOM      1024u
#define RULE_CHUNK_SYNAPSES 65536u

/* Where a rule puts its pairs (indices within the populations), in the order of drawing. */
typedef struct pair_sink pair_sink;
struct pair_sink {
    void (*flush)(pair_sink *sink); /* takes the pairs and sets count to 0 */
    uint32_t count;
    uint32_t source[PAIR_SINK_ROOM], target[PAIR_SINK_ROOM];
};

static inline void pair_sink_put(pair_sink *sink, uint32_t source, uint32_t target)
{
    sink->source[sink->count] = source;
    sink->target[sink->count] = target;
    if (++sink->count == PAIR_SINK_ROOM) {
        sink->flush(sink);
    }
}

typedef enum rule_unit {
    RULE_UNIT_TARGET, /* unit u: synapses of target u; rows come out ordered by target */
    RULE_UNIT_SOURCE, /* unit u: synapses of source u */
    RULE_UNIT_CHUNK   /* unit u: synapses u * 65,536 to (u + 1) * 65,536 - 1 */
} rule_unit;

typedef struct connection_rule connection_rule;

/* One projection, as its rule sees it. */
typedef struct rule_plan {
    const saltus_projection_spec *spec;
    const connection_rule *rule;
    const char *name; /* of the projection, for messages */
    uint64_t seed;
    uint32_t index; /* of the projection */
    uint32_t source_size, target_size;
    bool skip_self; /* one population onto itself, without autapses */
    space_place source_place, target_place;
    /* Pairs known beforehand: listed, or drawn by `prepare`. */
    const uint32_t *sources, *targets;
    void *prepared; /* what `prepare` allocated for the units to read; NULL when there is none */
} rule_plan;

struct connection_rule {
    rule_unit unit;
    /* What cannot be drawn is refused here. NULL: the experiment's checks leave nothing. */
    saltus_status (*check)(const rule_plan *plan, saltus_error *error);
    /* Synapses: exact, or the mean plus `deviations` standard deviations. Saturates. */
    uint64_t (*synapses)(const rule_plan *plan, double deviations);
    /* Bytes that one worker wants as scratch, zeroed; left zeroed after each unit. NULL: none. */
    size_t (*scratch_bytes)(const rule_plan *plan);
    /* Make what units share, and draw pairs that depend on each other, before the units; by one
     * thread, from streams of the projection. NULL: nothing to do. */
    saltus_status (*prepare)(rule_plan *plan, saltus_error *error);
    uint64_t (*prepare_bytes)(const rule_plan *plan);
    /* Put the pairs of one unit. */
    void (*draw)(const rule_plan *plan, uint32_t unit, void *scratch, pair_sink *sink);
};

extern const connection_rule sl_rule_all_to_all, sl_rule_one_to_one, sl_rule_fixed_indegree,
    sl_rule_fixed_outdegree, sl_rule_fixed_total, sl_rule_bernoulli, sl_rule_list,
    sl_rule_small_world, sl_rule_attachment, sl_rule_power_law_in, sl_rule_power_law_out,
    sl_rule_block_model, sl_rule_distance, sl_rule_convolution;

/* The plan of projection `index` of an experiment. */
rule_plan sl_rule_plan(const saltus_experiment *experiment, uint32_t index);

/* Number of units of a plan whose rule gives `synapses` synapses. */
uint64_t sl_rule_units(const rule_plan *plan, uint64_t synapses);

/* The stream of one unit. */
static inline random_stream rule_stream(const rule_plan *plan, random_purpose purpose,
                                        uint32_t unit)
{
    return random_stream_at(plan->seed, purpose, plan->index, unit);
}

/* Skip over neuron `self` in a draw from one neuron less. */
static inline uint32_t rule_skip(uint32_t drawn, uint32_t self)
{
    return drawn + (drawn >= self);
}

/* a * b and a + b, at most UINT64_MAX. */
static inline uint64_t saturating_product(uint64_t a, uint64_t b)
{
    uint64_t product = 0;
    return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

static inline uint64_t saturating_sum(uint64_t a, uint64_t b)
{
    uint64_t sum = 0;
    return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

#endif /* SALTUS_CONNECTION_RULE_H */
