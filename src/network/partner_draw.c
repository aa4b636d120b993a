/* partner_draw - the choice that every rule with given degrees makes.
 *
 * Independent partners with multapses, else a uniformly chosen set of distinct ones, by rejection
 * with a bitmap. When the set is more than half of all, its complement is drawn instead, so that at
 * most every second draw is in vain; the partners then come in ascending order.
 */
#include "network/partner_draw.h"

uint32_t sl_partner_candidates(const rule_plan *plan)
{
    const bool by_target = plan->rule->unit == RULE_UNIT_TARGET;
    return (by_target ? plan->source_size : plan->target_size) - (plan->skip_self ? 1 : 0);
}

/* The smaller of the set wanted and its complement. */
static uint32_t drawn_distinct(uint64_t n, uint64_t wanted)
{
    if (wanted >= n) {
        return 0;
    }
    return (uint32_t)(wanted > n / 2 ? n - wanted : wanted);
}

uint64_t sl_partner_words(const rule_plan *plan, uint64_t count)
{
    return plan->spec->multapses ? count : drawn_distinct(sl_partner_candidates(plan), count);
}

static size_t bitmap_words(uint32_t n)
{
    return (size_t)n / 64 + 1;
}

size_t sl_partner_scratch_bytes(const rule_plan *plan, uint64_t most)
{
    if (plan->spec->multapses) {
        return 0;
    }
    const uint32_t n = sl_partner_candidates(plan);
    const uint64_t half = n / 2;
    return bitmap_words(n) * sizeof(uint64_t) + (most < half ? most : half) * sizeof(uint32_t);
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
static void draw_independent(const rule_plan *plan, uint32_t unit, uint64_t left,
                             word_reader *reader, pair_sink *sink)
{
    const bool by_target = plan->rule->unit == RULE_UNIT_TARGET;
    const uint32_t n = sl_partner_candidates(plan);
    const uint32_t self = plan->skip_self ? unit : UINT32_MAX;
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

static void draw_distinct(const rule_plan *plan, uint32_t unit, uint64_t wanted,
                          word_reader *reader, uint64_t *scratch, pair_sink *sink)
{
    const uint32_t n = sl_partner_candidates(plan);
    const uint32_t count = drawn_distinct(n, wanted);
    const bool complement = count != wanted;
    uint64_t *bitmap = scratch;
    uint32_t *drawn = (uint32_t *)(scratch + bitmap_words(n));

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

void sl_partner_draw(const rule_plan *plan, uint32_t unit, uint64_t count, word_reader *reader,
                     void *scratch, pair_sink *sink)
{
    if (plan->spec->multapses) {
        draw_independent(plan, unit, count, reader, sink);
    } else {
        draw_distinct(plan, unit, count, reader, scratch, sink);
    }
}
