/* rule_fixed_total - fixed_total_number: `count` synapses, each between a uniformly drawn source
 * and a uniformly drawn target.
 *
 * With multapses the synapses are independent, and a chunk of them is a unit. Without, all sets of
 * `count` distinct pairs are equally likely: pairs are drawn one after the other, chunk after
 * chunk, and a repeated one is drawn again. Of more than half of all pairs the complement is
 * drawn, and the synapses come in order of (source, target). The pairs drawn already are kept as a
 * bitmap or, where few of many are wanted, in a hash table: O(synapses) memory either way.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "network/connection_rule.h"
#include "network/word_reader.h"

/* Set of pair numbers. */
typedef struct pair_set {
    uint64_t *bits;      /* a bit a pair, or NULL */
    uint64_t *slots;     /* pair + 1; 0 is empty */
    uint64_t slot_count; /* a power of two */
    int shift;           /* 64 - log2(slot_count) */
} pair_set;

static uint32_t target_candidates(const rule_plan *plan)
{
    return plan->target_size - (plan->skip_self ? 1 : 0);
}

static uint64_t pairs(const rule_plan *plan)
{
    return (uint64_t)plan->source_size * target_candidates(plan);
}

static bool is_complement(const rule_plan *plan)
{
    return plan->spec->count > pairs(plan) / 2;
}

/* Distinct pairs that are drawn. */
static uint64_t drawn_pairs(const rule_plan *plan)
{
    const uint64_t all = pairs(plan);
    if (plan->spec->count >= all) {
        return 0;
    }
    return is_complement(plan) ? all - plan->spec->count : plan->spec->count;
}

static uint64_t bitmap_bytes(const rule_plan *plan)
{
    return (pairs(plan) / 64 + 1) * sizeof(uint64_t);
}

/* Slots of the hash table: at least twice the pairs. */
static uint64_t table_slots(uint64_t count)
{
    uint64_t slots = 64;
    while (slots / 2 < count) {
        slots *= 2;
    }
    return slots;
}

/* A complement is read off a bitmap. */
static bool uses_bitmap(const rule_plan *plan)
{
    return is_complement(plan) || bitmap_bytes(plan) / 16 <= plan->spec->count;
}

static saltus_status check(const rule_plan *plan, saltus_error *error)
{
    const uint64_t all = pairs(plan);
    const uint64_t wanted = plan->spec->count;
    if (wanted > 0 && all == 0) {
        return sl_fail(error, SALTUS_E_EXPERIMENT,
                       "projection %s: without autapses there is no pair of neurons to connect",
                       plan->name);
    }
    if (!plan->spec->multapses && wanted > all) {
        return sl_fail(error, SALTUS_E_EXPERIMENT,
                       "projection %s: fixed_total_number asks for %llu distinct pairs, but there "
                       "are only %llu; lower the number or allow multapses",
                       plan->name, (unsigned long long)wanted, (unsigned long long)all);
    }
    return SALTUS_OK;
}

static uint64_t synapses(const rule_plan *plan, double deviations)
{
    (void)deviations;
    return plan->spec->count;
}

static uint64_t prepare_bytes(const rule_plan *plan)
{
    if (plan->spec->multapses) {
        return 0;
    }
    const uint64_t set =
        uses_bitmap(plan) ? bitmap_bytes(plan) : table_slots(plan->spec->count) * sizeof(uint64_t);
    return saturating_sum(set, saturating_product(plan->spec->count, 2 * sizeof(uint32_t)));
}

/* False when the pair is in the set already. */
static bool pair_set_add(pair_set *set, uint64_t pair)
{
    if (set->bits != NULL) {
        const uint64_t bit = UINT64_C(1) << (pair % 64);
        const bool fresh = (set->bits[pair / 64] & bit) == 0;
        set->bits[pair / 64] |= bit;
        return fresh;
    }
    uint64_t slot = (pair * UINT64_C(0x9E3779B97F4A7C15)) >> set->shift;
    while (set->slots[slot] != 0) {
        if (set->slots[slot] == pair + 1) {
            return false;
        }
        slot = (slot + 1) & (set->slot_count - 1);
    }
    set->slots[slot] = pair + 1;
    return true;
}

/* Distinct pairs, chunk after chunk; into `sources` and `targets` unless NULL. */
static void draw_distinct(const rule_plan *plan, pair_set *set, uint32_t *sources,
                          uint32_t *targets)
{
    const uint64_t count = drawn_pairs(plan);
    const uint32_t target_count = target_candidates(plan);
    word_reader reader;
    for (uint64_t i = 0; i < count;) {
        /* A repeated pair does not begin another chunk, so this restarts no stream. */
        const random_stream stream =
            rule_stream(plan, RANDOM_CONNECT, (uint32_t)(i / RULE_CHUNK_SYNAPSES));
        const uint64_t left = count - i;
        const uint64_t end = i + (left < RULE_CHUNK_SYNAPSES ? left : RULE_CHUNK_SYNAPSES);
        sl_word_reader_start(&reader, &stream, 2 * (end - i));
        while (i < end) {
            const uint32_t source = word_reader_below(&reader, plan->source_size);
            const uint32_t target = word_reader_below(&reader, target_count);
            if (!pair_set_add(set, (uint64_t)source * target_count + target)) {
                continue;
            }
            if (sources != NULL) {
                sources[i] = source;
                targets[i] = plan->skip_self ? rule_skip(target, source) : target;
            }
            i++;
        }
    }
}

/* All pairs that are not in the set, in order. */
static void list_complement(const rule_plan *plan, const pair_set *set, uint32_t *sources,
                            uint32_t *targets)
{
    const uint32_t target_count = target_candidates(plan);
    uint64_t pair = 0;
    uint64_t i = 0;
    for (uint32_t source = 0; source < plan->source_size; source++) {
        for (uint32_t target = 0; target < target_count; target++, pair++) {
            if ((set->bits[pair / 64] >> (pair % 64) & 1) == 0) {
                sources[i] = source;
                targets[i++] = plan->skip_self ? rule_skip(target, source) : target;
            }
        }
    }
}

static saltus_status prepare(rule_plan *plan, saltus_error *error)
{
    if (plan->spec->multapses) {
        return SALTUS_OK;
    }
    const uint64_t count = plan->spec->count;
    pair_set set = {0};
    uint32_t *found = sl_memory_array(count, 2 * sizeof *found);
    if (uses_bitmap(plan)) {
        set.bits = sl_memory_zeroed(bitmap_bytes(plan), 1);
    } else {
        set.slot_count = table_slots(count);
        set.shift = 64 - __builtin_ctzll(set.slot_count);
        set.slots = sl_memory_zeroed(set.slot_count, sizeof(uint64_t));
    }
    if (found == NULL || (set.bits == NULL && set.slots == NULL)) {
        free(found);
        free(set.bits);
        free(set.slots);
        return sl_fail_memory(error);
    }
    if (is_complement(plan)) {
        draw_distinct(plan, &set, NULL, NULL);
        list_complement(plan, &set, found, found + count);
    } else {
        draw_distinct(plan, &set, found, found + count);
    }
    free(set.bits);
    free(set.slots);
    plan->prepared = found;
    plan->sources = found;
    plan->targets = found + count;
    return SALTUS_OK;
}

static void draw(const rule_plan *plan, uint32_t unit, void *scratch, pair_sink *sink)
{
    (void)scratch;
    const uint64_t from = (uint64_t)unit * RULE_CHUNK_SYNAPSES;
    const uint64_t left = plan->spec->count - from;
    const uint32_t count = left < RULE_CHUNK_SYNAPSES ? (uint32_t)left : RULE_CHUNK_SYNAPSES;
    if (plan->prepared != NULL) {
        for (uint64_t i = from; i < from + count; i++) {
            pair_sink_put(sink, plan->sources[i], plan->targets[i]);
        }
        return;
    }
    const random_stream stream = rule_stream(plan, RANDOM_CONNECT, unit);
    const uint32_t target_count = target_candidates(plan);
    word_reader reader;
    sl_word_reader_start(&reader, &stream, 2 * (uint64_t)count);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t source = word_reader_below(&reader, plan->source_size);
        const uint32_t target = word_reader_below(&reader, target_count);
        pair_sink_put(sink, source, plan->skip_self ? rule_skip(target, source) : target);
    }
}

const connection_rule sl_rule_fixed_total = {.unit = RULE_UNIT_CHUNK,
                                             .check = check,
                                             .synapses = synapses,
                                             .prepare = prepare,
                                             .prepare_bytes = prepare_bytes,
                                             .draw = draw};
