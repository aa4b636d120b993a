/* fan_out_assign - rows take their weights from a list, each synapse the one of its place.
 *
 * Where a source's synapses begin in the list is a sum over the rows before, so any thread can do
 * any source. Rows of several delays lie in the order of delay; their places by target are found by
 * a stable sort, which keeps (delay, order of drawing) among synapses of one pair. */
#include "network/fan_out_assign.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Sources that a thread takes at once. */
#define SOURCES_AT_ONCE 64

typedef struct assign_work {
    const fan_out_range *range;
    const saltus_projection_spec *spec;
    uint32_t first_target;
    const uint64_t *start; /* [source_count + 1] place of each source's first synapse in the list */
} assign_work;

/* What one thread found. */
typedef struct assign_result {
    uint64_t first_wrong; /* place of the first synapse that is another one; UINT64_MAX: none */
    uint64_t zero_weights;
    bool memory_failed;
} assign_result;

static uint32_t row_length(const fan_out *rows, uint32_t source)
{
    return rows->row != NULL ? rows->row[source + 1] - rows->row[source] : 0;
}

static int compare_keys(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a;
    const uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The synapses of a row by target: keys of (target, place in the row). */
static uint64_t *order_of(const uint32_t *target, uint32_t count, bool sorted)
{
    uint64_t *key = sl_memory_array(count, sizeof *key);
    for (uint32_t i = 0; key != NULL && i < count; i++) {
        key[i] = (uint64_t)target[i] << 32 | i;
    }
    if (key != NULL && !sorted) {
        qsort(key, count, sizeof *key, compare_keys);
    }
    return key;
}

static void take_weight(const fan_out *rows, uint32_t place, double weight, assign_result *result)
{
    if (rows->weight_d != NULL) {
        rows->weight_d[place] = weight;
        result->zero_weights += weight == 0;
    } else if (rows->weight_f != NULL) {
        rows->weight_f[place] = (float)weight; /* exact: the layout has looked */
        result->zero_weights += weight == 0;
    }
}

/* The part of a source's synapses in one block; `from` is the place of the first in the list. */
static void assign_row(const assign_work *work, const fan_out *rows, uint32_t source, uint64_t from,
                       assign_result *result)
{
    const saltus_projection_spec *spec = work->spec;
    const uint32_t first = rows->row[source];
    const uint32_t count = row_length(rows, source);
    uint64_t *key = order_of(rows->target + first, count, rows->delay == NULL);
    if (key == NULL) {
        result->memory_failed = true;
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        const uint64_t at = from + i;
        const uint32_t target = (uint32_t)(key[i] >> 32) - work->first_target;
        const bool same = spec->weight_sources == NULL || (spec->weight_sources[at] == source &&
                                                           spec->weight_targets[at] == target);
        if (!same) {
            result->first_wrong = at < result->first_wrong ? at : result->first_wrong;
            break;
        }
        take_weight(rows, first + (uint32_t)key[i], spec->weight_mV.list[at], result);
    }
    free(key);
}

static void assign_source(const assign_work *work, uint32_t source, assign_result *result)
{
    uint64_t from = work->start[source];
    for (uint32_t b = 0; b < work->range->block_count; b++) {
        const fan_out *rows = &work->range->blocks[b];
        const uint32_t count = row_length(rows, source);
        if (count > 0) {
            assign_row(work, rows, source, from, result);
        }
        from += count;
    }
}

static assign_result assign_all(const assign_work *work, int threads)
{
    uint64_t first_wrong = UINT64_MAX;
    uint64_t zeros = 0;
    bool memory_failed = false;
#pragma omp parallel num_threads(threads) reduction(min : first_wrong) reduction(+ : zeros) \
    reduction(|| : memory_failed)
    {
        assign_result result = {.first_wrong = UINT64_MAX};
#pragma omp for schedule(dynamic, SOURCES_AT_ONCE)
        for (uint32_t source = 0; source < work->range->source_count; source++) {
            assign_source(work, source, &result);
        }
        first_wrong = result.first_wrong;
        zeros = result.zero_weights;
        memory_failed = result.memory_failed;
    }
    return (assign_result){
        .first_wrong = first_wrong, .zero_weights = zeros, .memory_failed = memory_failed};
}

/* The pair at place `at`, found anew for the message. */
static void pair_at(const assign_work *work, uint64_t at, uint32_t *source, uint32_t *target)
{
    *source = 0;
    *target = 0;
    while (work->start[*source + 1] <= at) {
        ++*source;
    }
    uint64_t from = work->start[*source];
    for (uint32_t b = 0; b < work->range->block_count; b++) {
        const fan_out *rows = &work->range->blocks[b];
        const uint32_t count = row_length(rows, *source);
        if (at >= from && at - from < count) {
            uint64_t *key = order_of(rows->target + rows->row[*source], count, rows->delay == NULL);
            *target = key != NULL ? (uint32_t)(key[at - from] >> 32) - work->first_target : 0;
            free(key);
        }
        from += count;
    }
}

static saltus_status refuse_pair(const assign_work *work, const char *name, uint64_t at,
                                 saltus_error *error)
{
    uint32_t source = 0;
    uint32_t target = 0;
    pair_at(work, at, &source, &target);
    return sl_fail(error, SALTUS_E_EXPERIMENT,
                   "projection %s: synapse %llu (counting from 0) of the given weights goes from "
                   "neuron %u to neuron %u, that of the network from neuron %u to neuron %u; the "
                   "weights are of another network (rule, sizes and seed must be the same)",
                   name, (unsigned long long)at, work->spec->weight_sources[at],
                   work->spec->weight_targets[at], source, target);
}

saltus_status sl_fan_out_assign(const fan_out_range *range, const rule_plan *plan,
                                uint32_t first_target, projection *out, int threads,
                                saltus_error *error)
{
    const size_t listed = plan->spec->weight_mV.list_length;
    if (listed != out->synapses) {
        return sl_fail(error, SALTUS_E_EXPERIMENT,
                       "projection %s: weights of %zu synapses are given, the network has %llu; "
                       "rule, sizes and seed must be those of the network that they are from",
                       plan->name, listed, (unsigned long long)out->synapses);
    }
    uint64_t *start = sl_memory_array((size_t)range->source_count + 1, sizeof *start);
    if (start == NULL) {
        return sl_fail_memory(error);
    }
    uint64_t place = 0;
    for (uint32_t source = 0; source < range->source_count; source++) {
        start[source] = place;
        for (uint32_t b = 0; b < range->block_count; b++) {
            place += row_length(&range->blocks[b], source);
        }
    }
    start[range->source_count] = place;
    const assign_work work = {
        .range = range, .spec = plan->spec, .first_target = first_target, .start = start};
    const assign_result result = assign_all(&work, threads);
    saltus_status status = SALTUS_OK;
    if (result.memory_failed) {
        status = sl_fail_memory(error);
    } else if (result.first_wrong != UINT64_MAX) {
        status = refuse_pair(&work, plan->name, result.first_wrong, error);
    } else if (out->own_weight) {
        out->zero_weights = result.zero_weights;
    }
    free(start);
    return status;
}
