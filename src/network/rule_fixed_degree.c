/* rule_fixed_degree - fixed_indegree and fixed_outdegree.
 *
 * The neuron of the unit gets `count` partners, uniformly: independent ones with multapses, else
 * a uniformly chosen set of distinct ones, by rejection with a bitmap. When the set is more than
 * half of all, its complement is drawn instead, so that at most every second draw is in vain; the
 * partners then come in ascending order.
 */
#include "network/connection_rule.h"
#include "network/word_reader.h"

/* Neurons that may be drawn for one unit. */
static uint32_t candidates(const rule_plan *plan)
{
    const bool by_target = plan->rule->unit == RULE_UNIT_TARGET;
    return (by_target ? plan->source_size : plan->target_size) - (plan->skip_self ? 1 : 0);
}

/* The smaller of the set wanted and its complement. */
static uint32_t drawn_distinct(const rule_plan *plan)
{
    const uint64_t n = candidates(plan);
    const uint64_t wanted = plan->spec->count;
    if (wanted >= n) {
        return 0;
    }
    return (uint32_t)(wanted > n / 2 ? n - wanted : wanted);
}

static saltus_status check(const rule_plan *plan, saltus_error *error)
{
    const bool by_target = plan->rule->unit == RULE_UNIT_TARGET;
    const uint64_t wanted = plan->spec->count;
    const uint32_t n = candidates(plan);
    const char *rule = by_target ? "fixed_indegree" : "fixed_outdegree";
    const char *partners = by_target ? "sources" : "targets";
    if (n == 0 && wanted > 0) {
        return sl_fail(error, SALTUS_E_EXPERIMENT,
                       "projection %s: %s asks for %llu %s, but without autapses there are none",
                       plan->name, rule, (unsigned long long)wanted, partners);
    }
    if (!plan->spec->multapses && wanted > n) {
        return sl_fail(error, SALTUS_E_EXPERIMENT,
                       "projection %s: %s asks for %llu distinct %s, but there are only %u; "
                       "lower the number or allow multapses",
                       plan->name, rule, (unsigned long long)wanted, partners, n);
    }
    return SALTUS_OK;
}

static uint64_t synapses(const rule_plan *plan, double deviations)
{
    (void)deviations;
    return saturating_product(plan->spec->count, plan->rule->unit == RULE_UNIT_TARGET
                                                     ? plan->target_size
                                                     : plan->source_size);
}

static size_t bitmap_words(const rule_plan *plan)
{
    return (size_t)candidates(plan) / 64 + 1;
}

static size_t scratch_bytes(const rule_plan *plan)
{
    if (plan->spec->multapses) {
        return 0;
    }
    return bitmap_words(plan) * sizeof(uint64_t) + drawn_distinct(plan) * sizeof(uint32_t);
}

/* Put the pair of the unit's neuron and its partner `drawn` of the candidates. */
static inline void put(const rule_plan *plan, pair_sink *sink, uint32_t unit, uint32_t drawn)
{
    const uint32_t partner = plan->skip_self ? rule_skip(drawn, unit) : drawn;
    if (plan->rule->unit == RULE_UNIT_TARGET) {
        pair_sink_put(sink, partner, unit);
    } else {
        pair_sink_put(sink, unit, partner);
    }
}

/* Independent partners: the loop that most networks spend their building time in. */
static void draw_independent(const rule_plan *plan, uint32_t unit, word_reader *reader,
                             pair_sink *sink)
{
    const bool by_target = plan->rule->unit == RULE_UNIT_TARGET;
    const uint32_t n = candidates(plan);
    const uint32_t self = plan->skip_self ? unit : UINT32_MAX;
    uint64_t left = plan->spec->count;
    while (left > 0) {
        const uint32_t room = PAIR_SINK_ROOM - sink->count;
        const uint32_t count = left < room ? (uint32_t)left : room;
        uint32_t *partners = (by_target ? sink->source : sink->target) + sink->count;
        uint32_t *units = (by_target ? sink->target : sink->source) + sink->count;
        for (uint32_t i = 0; i < count; i++) {
            partners[i] = rule_skip(word_reader_below(reader, n), self);
            units[i] = unit;
        }
        left -= count;
        sink->count += count;
        if (sink->count == PAIR_SINK_ROOM) {
            sink->flush(sink);
        }
    }
}

static void draw_distinct(const rule_plan *plan, uint32_t unit, word_reader *reader,
                          uint64_t *scratch, pair_sink *sink)
{
    const uint32_t n = candidates(plan);
    const uint32_t count = drawn_distinct(plan);
    const bool complement = count != plan->spec->count;
    uint64_t *bitmap = scratch;
    uint32_t *drawn = (uint32_t *)(scratch + bitmap_words(plan));

    /* The set, by rejection. */
    for (uint32_t i = 0; i < count;) {
        const uint32_t x = word_reader_below(reader, n);
        const uint64_t bit = UINT64_C(1) << (x % 64);
        if ((bitmap[x / 64] & bit) == 0) {
            bitmap[x / 64] |= bit;
            drawn[i++] = x;
        }
    }
    /* Itself, or all that are not in it. */
    if (complement) {
        for (uint32_t x = 0; x < n; x++) {
            if ((bitmap[x / 64] >> (x % 64) & 1) == 0) {
                put(plan, sink, unit, x);
            }
        }
    } else {
        for (uint32_t i = 0; i < count; i++) {
            put(plan, sink, unit, drawn[i]);
        }
    }
    /* Leave the bitmap empty. */
    for (uint32_t i = 0; i < count; i++) {
        bitmap[drawn[i] / 64] = 0;
    }
}

static void draw(const rule_plan *plan, uint32_t unit, void *scratch, pair_sink *sink)
{
    const random_stream stream = rule_stream(plan, RANDOM_CONNECT, unit);
    word_reader reader;
    if (plan->spec->multapses) {
        sl_word_reader_start(&reader, &stream, plan->spec->count);
        draw_independent(plan, unit, &reader, sink);
    } else {
        sl_word_reader_start(&reader, &stream, drawn_distinct(plan));
        draw_distinct(plan, unit, &reader, scratch, sink);
    }
}

const connection_rule sl_rule_fixed_indegree = {.unit = RULE_UNIT_TARGET,
                                                .check = check,
                                                .synapses = synapses,
                                                .scratch_bytes = scratch_bytes,
                                                .draw = draw};

const connection_rule sl_rule_fixed_outdegree = {.unit = RULE_UNIT_SOURCE,
                                                 .check = check,
                                                 .synapses = synapses,
                                                 .scratch_bytes = scratch_bytes,
                                                 .draw = draw};
