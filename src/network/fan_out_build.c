/* fan_out_build - count, lay out, fill, sort.
 *
 * Random numbers of weights and delays come from streams of the same unit as the pairs, in the
 * order of drawing, and only in the second pass. Nothing here depends on the number of threads
 * but the division into parts, which the order of rows does not show.
 */
#include "network/fan_out_build.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "base/memory.h"
#include "network/convolution.h"
#include "network/fan_out_assign.h"
#include "network/fan_out_parts.h"
#include "network/fan_out_sort.h"
#include "network/synapse_values.h"

/* Projections smaller than this are built by one thread: starting more would take longer. */
#define PARALLEL_SYNAPSES 20000
#define LARGE_PAGE        (UINT64_C(2) << 20)

/* Everything about the projection that is being built. */
typedef struct fan_out_work {
    const rule_plan *plan;
    const synapse_layout *layout;
    synapse_space space;
    const uint32_t *block_of; /* block of each group of the target population */
    uint32_t first_target;    /* id */
    fan_out *blocks;          /* [all blocks] */
    parts_request request;
    fan_out_parts parts;
    int threads;
} fan_out_work;

/* A sink that counts or fills. */
typedef struct part_worker {
    pair_sink sink; /* first: the rule sees only this */
    const fan_out_work *work;
    fan_out_part *part;
    random_stream weight_stream, delay_stream;
    uint64_t listed; /* number of the next listed synapse */
    uint32_t block[PAIR_SINK_ROOM], position[PAIR_SINK_ROOM];
} part_worker;

/* ---- Counting ---------------------------------------------------------------------- */

/* Number of the row of pair i among the part's cursors. */
static inline size_t row_of(const part_worker *worker, uint32_t i)
{
    const fan_out_part *part = worker->part;
    const uint32_t target = worker->sink.target[i];
    const uint32_t local_block =
        worker->work->block_of[target / NETWORK_GROUP_NEURONS] - part->first_block;
    return (size_t)local_block * part->source_count + (worker->sink.source[i] - part->first_source);
}

static void flush_counts(pair_sink *sink)
{
    part_worker *worker = (part_worker *)sink;
    fan_out_part *part = worker->part;
    uint32_t *cursor = part->cursor;
    if (part->block_count == 1) {
        for (uint32_t i = 0; i < sink->count; i++) {
            cursor[sink->source[i] - part->first_source]++;
        }
    } else {
        for (uint32_t i = 0; i < sink->count; i++) {
            cursor[row_of(worker, i)]++;
        }
    }
    part->synapses += sink->count;
    sink->count = 0;
}

/* ---- Filling ----------------------------------------------------------------------- */

/* Take the place of every pair and write its target there. */
static void fill_targets(part_worker *worker)
{
    const pair_sink *sink = &worker->sink;
    const fan_out_work *work = worker->work;
    const fan_out_part *part = worker->part;
    if (part->block_count == 1) {
        uint32_t *target = work->blocks[part->first_block].target;
        uint32_t *cursor = part->cursor;
        for (uint32_t i = 0; i < sink->count; i++) {
            const uint32_t position = cursor[sink->source[i] - part->first_source]++;
            worker->block[i] = part->first_block;
            worker->position[i] = position;
            target[position] = work->first_target + sink->target[i];
        }
        return;
    }
    for (uint32_t i = 0; i < sink->count; i++) {
        const uint32_t block_index = work->block_of[sink->target[i] / NETWORK_GROUP_NEURONS];
        const uint32_t position = part->cursor[row_of(worker, i)]++;
        worker->block[i] = block_index;
        worker->position[i] = position;
        work->blocks[block_index].target[position] = work->first_target + sink->target[i];
    }
}

/* Pair i of the sink. */
static synapse_ends ends_of(const part_worker *worker, uint32_t i)
{
    return (synapse_ends){worker->sink.source[i], worker->sink.target[i], worker->listed + i};
}

/* Place of the weight of pair i in its list. */
static uint64_t listed_at(const part_worker *worker, uint32_t i)
{
    return worker->work->layout->kernel
               ? sl_convolution_tap(worker->work->plan, worker->sink.source[i],
                                    worker->sink.target[i])
               : worker->listed + i;
}

static void fill_weights(part_worker *worker)
{
    const synapse_layout *layout = worker->work->layout;
    fan_out *blocks = worker->work->blocks;
    uint64_t zeros = 0;
    for (uint32_t i = 0; i < worker->sink.count; i++) {
        fan_out *rows = &blocks[worker->block[i]];
        const uint32_t position = worker->position[i];
        if (layout->weight_kind == WEIGHT_LISTED_DOUBLE) {
            rows->weight_d[position] = layout->weight.list[listed_at(worker, i)];
            zeros += rows->weight_d[position] == 0;
            continue;
        }
        if (layout->weight_kind == WEIGHT_DRAWN) {
            double weight = 0;
            const synapse_ends ends = ends_of(worker, i);
            if (!sl_synapse_weight(layout, &worker->work->space, &ends, &worker->weight_stream,
                                   &weight)) {
                worker->part->weight_failed = true;
                return;
            }
            rows->weight_f[position] = (float)weight;
        } else {
            rows->weight_f[position] = (float)layout->weight.list[listed_at(worker, i)];
        }
        zeros += rows->weight_f[position] == 0;
    }
    worker->part->zero_weights += zeros;
}

static void fill_delays(part_worker *worker)
{
    const synapse_layout *layout = worker->work->layout;
    fan_out_part *part = worker->part;
    for (uint32_t i = 0; i < worker->sink.count; i++) {
        const synapse_ends ends = ends_of(worker, i);
        const sim_time delay =
            sl_synapse_own_delay(layout, &worker->work->space, &ends, &worker->delay_stream);
        if (delay < 1) {
            part->delay_failed = true;
            return;
        }
        worker->work->blocks[worker->block[i]].delay[worker->position[i]] = delay;
        part->min_delay = delay < part->min_delay ? delay : part->min_delay;
        part->max_delay = delay > part->max_delay ? delay : part->max_delay;
    }
}

static void flush_synapses(pair_sink *sink)
{
    part_worker *worker = (part_worker *)sink;
    const synapse_layout *layout = worker->work->layout;
    fill_targets(worker);
    if (layout->weight_kind != WEIGHT_SHARED && !layout->assigned && !worker->part->weight_failed) {
        fill_weights(worker);
    }
    if (layout->delay_kind != DELAY_SHARED && !worker->part->delay_failed) {
        fill_delays(worker);
    }
    worker->listed += sink->count;
    sink->count = 0;
}

/* ---- The two passes ---------------------------------------------------------------- */

static void run_part(const fan_out_work *work, fan_out_part *part, void (*flush)(pair_sink *))
{
    const rule_plan *plan = work->plan;
    const bool own =
        work->layout->weight_kind != WEIGHT_SHARED || work->layout->delay_kind != DELAY_SHARED;
    void *scratch = NULL;
    if (plan->rule->scratch_bytes != NULL) {
        scratch = sl_memory_zeroed(plan->rule->scratch_bytes(plan), 1);
        if (scratch == NULL) {
            part->memory_failed = true;
            return;
        }
    }
    part_worker worker;
    worker.sink.flush = flush;
    worker.sink.count = 0;
    worker.work = work;
    worker.part = part;
    for (uint32_t unit = part->from; unit < part->to; unit++) {
        worker.weight_stream = rule_stream(plan, RANDOM_WEIGHT, unit);
        worker.delay_stream = rule_stream(plan, RANDOM_DELAY, unit);
        worker.listed = (uint64_t)unit * RULE_CHUNK_SYNAPSES;
        plan->rule->draw(plan, unit, scratch, &worker.sink);
        /* The next unit has other streams. */
        if (own) {
            flush(&worker.sink);
        }
        if (part->weight_failed || part->delay_failed) {
            break;
        }
    }
    flush(&worker.sink);
    free(scratch);
}

static saltus_status run_parts(const fan_out_work *work, void (*flush)(pair_sink *),
                               saltus_error *error)
{
    const fan_out_parts *parts = &work->parts;
#pragma omp parallel for schedule(dynamic, 1) num_threads(work->threads)
    for (uint32_t i = 0; i < parts->count; i++) {
        run_part(work, &parts->part[i], flush);
    }
    for (uint32_t i = 0; i < parts->count; i++) {
        if (parts->part[i].memory_failed) {
            return sl_fail_memory(error);
        }
        if (parts->part[i].weight_failed) {
            return sl_fail(error, SALTUS_E_EXPERIMENT,
                           "projection %s: no weight within its limits was found in 100000 "
                           "draws; widen the limits",
                           work->plan->name);
        }
        if (parts->part[i].delay_failed) {
            return sl_fail(
                error, SALTUS_E_EXPERIMENT,
                "projection %s: a delay is outside its limits (listed, or by distance) or "
                "no delay within them was found in 100000 draws; delays are at least "
                "1e-11 ms and at most %g ms",
                work->plan->name, SIM_TIME_MAX_MS);
        }
    }
    return SALTUS_OK;
}

/* ---- Laying out -------------------------------------------------------------------- */

/* Synapses in one block, in 64 bits: more than a row index can count are refused. */
static uint64_t count_block(const fan_out_work *work, uint32_t block_index)
{
    uint64_t synapses = 0;
    for (uint32_t i = 0; i < work->parts.count; i++) {
        const fan_out_part *part = &work->parts.part[i];
        if (block_index - part->first_block < part->block_count) {
            const uint32_t *cursor =
                part->cursor + (size_t)(block_index - part->first_block) * part->source_count;
            for (uint32_t s = 0; s < part->source_count; s++) {
                synapses += cursor[s];
            }
        }
    }
    return synapses;
}

/* Make rows from the counts of one block, and cursors from counts. While parts take their
 * places, row[s + 1] is where the next part's synapses of source s begin; in the end it is the end
 * of s, which is the beginning of s + 1. */
static void lay_out_rows(const fan_out_work *work, uint32_t block_index)
{
    uint32_t *row = work->blocks[block_index].row;
    for (uint32_t i = 0; i < work->parts.count; i++) {
        const fan_out_part *part = &work->parts.part[i];
        if (block_index - part->first_block < part->block_count) {
            const uint32_t *cursor =
                part->cursor + (size_t)(block_index - part->first_block) * part->source_count;
            uint32_t *of_part = row + 1 + part->first_source;
            for (uint32_t s = 0; s < part->source_count; s++) {
                of_part[s] += cursor[s];
            }
        }
    }
    uint32_t start = 0;
    for (uint32_t s = 1; s <= work->plan->source_size; s++) {
        const uint32_t count = row[s];
        row[s] = start;
        start += count;
    }
    for (uint32_t i = 0; i < work->parts.count; i++) {
        const fan_out_part *part = &work->parts.part[i];
        if (block_index - part->first_block < part->block_count) {
            uint32_t *cursor =
                part->cursor + (size_t)(block_index - part->first_block) * part->source_count;
            uint32_t *next = row + 1 + part->first_source;
            for (uint32_t s = 0; s < part->source_count; s++) {
                const uint32_t count = cursor[s];
                cursor[s] = next[s];
                next[s] += count;
            }
        }
    }
}

/* An array of synapses. Filling goes to a random row each time, so that every write would look up
 * another small page: large arrays ask for large pages, within their bounds. */
static void *synapse_array(uint64_t count, size_t size)
{
    void *array = sl_memory_array(count, size);
#ifdef MADV_HUGEPAGE
    const uintptr_t start = ((uintptr_t)array + LARGE_PAGE - 1) & ~(uintptr_t)(LARGE_PAGE - 1);
    const uintptr_t end = ((uintptr_t)array + count * size) & ~(uintptr_t)(LARGE_PAGE - 1);
    if (array != NULL && start < end) {
        /* A refusal costs time, nothing else. */
        (void)madvise((void *)start, end - start, MADV_HUGEPAGE);
    }
#endif
    return array;
}

static bool allocate_block(const fan_out_work *work, fan_out *rows, uint64_t synapses)
{
    const synapse_layout *layout = work->layout;
    rows->row = sl_memory_zeroed((size_t)work->plan->source_size + 1, sizeof *rows->row);
    rows->target = synapse_array(synapses, sizeof *rows->target);
    if (rows->row == NULL || rows->target == NULL) {
        return false;
    }
    if (layout->weight_kind == WEIGHT_LISTED_DOUBLE) {
        rows->weight_d = synapse_array(synapses, sizeof *rows->weight_d);
        if (rows->weight_d == NULL) {
            return false;
        }
    } else if (layout->weight_kind != WEIGHT_SHARED) {
        rows->weight_f = synapse_array(synapses, sizeof *rows->weight_f);
        if (rows->weight_f == NULL) {
            return false;
        }
    }
    if (layout->delay_kind != DELAY_SHARED) {
        rows->delay = synapse_array(synapses, sizeof *rows->delay);
        return rows->delay != NULL;
    }
    return true;
}

static saltus_status refuse_rows(const rule_plan *plan, uint64_t synapses, saltus_error *error)
{
    return sl_fail(error, SALTUS_E_MEMORY,
                   "projection %s has %llu synapses into one block of neurons, at most 4294967295 "
                   "are allowed; use smaller blocks",
                   plan->name, (unsigned long long)synapses);
}

static saltus_status lay_out(const fan_out_work *work, uint64_t *synapses, saltus_error *error)
{
    uint64_t drawn = 0;
    for (uint32_t i = 0; i < work->parts.count; i++) {
        drawn += work->parts.part[i].synapses;
    }
    for (uint32_t b = 0; b < work->request.block_count; b++) {
        const uint32_t block_index = work->request.first_block + b;
        const uint64_t count = count_block(work, block_index);
        if (count > UINT32_MAX) {
            return refuse_rows(work->plan, count, error);
        }
        if (!allocate_block(work, &work->blocks[block_index], count)) {
            return sl_fail_memory(error);
        }
        *synapses += count;
    }
    /* A counter of 32 bits has gone round: the row alone is too long. */
    if (*synapses != drawn) {
        return refuse_rows(work->plan, drawn, error);
    }
#pragma omp parallel for schedule(dynamic, 1) num_threads(work->threads)
    for (uint32_t b = 0; b < work->request.block_count; b++) {
        lay_out_rows(work, work->request.first_block + b);
    }
    return SALTUS_OK;
}

/* ---- All together ------------------------------------------------------------------ */

/* Blocks that hold neurons of a population. */
static void target_blocks(const population *targets, const uint32_t *group_block,
                          parts_request *request)
{
    const uint32_t last = group_block[targets->first_group + targets->group_count - 1];
    request->first_block = group_block[targets->first_group];
    request->block_count = last - request->first_block + 1;
}

static void take_delays(const fan_out_work *work, projection *out)
{
    out->delay = work->layout->delay;
    out->max_delay = work->layout->delay;
    if (work->layout->delay_kind == DELAY_SHARED) {
        return;
    }
    out->delay = SIM_TIME_NEVER;
    out->max_delay = -1;
    for (uint32_t i = 0; i < work->parts.count; i++) {
        const fan_out_part *part = &work->parts.part[i];
        out->delay = part->min_delay < out->delay ? part->min_delay : out->delay;
        out->max_delay = part->max_delay > out->max_delay ? part->max_delay : out->max_delay;
    }
}

/* Sums of integers over parts: the same for every number of threads. */
static void take_zero_weights(const fan_out_work *work, projection *out)
{
    out->zero_weights = 0;
    if (work->layout->weight_kind == WEIGHT_SHARED) {
        out->zero_weights = out->weight == 0 ? out->synapses : 0;
        return;
    }
    for (uint32_t i = 0; i < work->parts.count; i++) {
        out->zero_weights += work->parts.part[i].zero_weights;
    }
}

/* Rows come out ordered by target where units are targets; delays of their own break that. */
static bool needs_sorting(const rule_plan *plan, const synapse_layout *layout)
{
    return plan->rule->unit != RULE_UNIT_TARGET || layout->delay_kind != DELAY_SHARED;
}

static saltus_status build(fan_out_work *work, projection *out, saltus_error *error)
{
    uint64_t synapses = 0;
    saltus_status status = run_parts(work, flush_counts, error);
    if (!status) {
        status = lay_out(work, &synapses, error);
    }
    if (!status) {
        status = run_parts(work, flush_synapses, error);
    }
    if (!status && needs_sorting(work->plan, work->layout)) {
        const fan_out_range range = {work->blocks + work->request.first_block,
                                     work->request.block_count, work->plan->source_size};
        status = sl_fan_out_sort(&range, work->threads) ? SALTUS_OK : sl_fail_memory(error);
    }
    if (!status) {
        out->synapses = synapses;
        take_zero_weights(work, out);
        take_delays(work, out);
    }
    if (!status && work->layout->assigned) {
        const fan_out_range range = {work->blocks + work->request.first_block,
                                     work->request.block_count, work->plan->source_size};
        status =
            sl_fan_out_assign(&range, work->plan, work->first_target, out, work->threads, error);
    }
    return status;
}

saltus_status sl_fan_out_build(const saltus_network *network, rule_plan *plan,
                               const synapse_layout *layout, const uint32_t *group_block,
                               uint32_t threads, projection *out, saltus_error *error)
{
    const population *targets = &network->populations[plan->spec->target];
    fan_out_work work = {.plan = plan,
                         .layout = layout,
                         .space = {network->populations[plan->spec->source].position_um,
                                   targets->position_um, sl_space_box(plan->source_place.spec)},
                         .block_of = group_block + targets->first_group,
                         .first_target = targets->first};
    work.request.synapses = plan->rule->synapses(plan, 0);
    work.request.threads = threads;
    target_blocks(targets, group_block, &work.request);
    work.threads = work.request.synapses < PARALLEL_SYNAPSES ? 1 : (int)threads;
    const uint64_t least = plan->rule->synapses(plan, -6) / work.request.block_count;
    if (least > UINT32_MAX) {
        return refuse_rows(plan, least, error);
    }

    out->own_weight = layout->weight_kind != WEIGHT_SHARED;
    out->own_delay = layout->delay_kind != DELAY_SHARED;
    out->receptor = plan->spec->receptor;
    out->weight = layout->shared_weight;
    out->blocks = sl_memory_zeroed(network->block_count, sizeof *out->blocks);
    work.blocks = out->blocks;
    if (out->blocks == NULL ||
        !sl_fan_out_parts_create(network, plan, &work.request, &work.parts)) {
        return sl_fail_memory(error);
    }
    saltus_status status =
        plan->rule->prepare != NULL ? plan->rule->prepare(plan, error) : SALTUS_OK;
    if (!status) {
        status = build(&work, out, error);
    }
    free(plan->prepared);
    plan->prepared = NULL;
    sl_fan_out_parts_clear(&work.parts);
    return status;
}

uint64_t sl_fan_out_build_bytes(const rule_plan *plan, const synapse_layout *layout,
                                uint64_t synapses, uint32_t block_count, uint32_t threads)
{
    const parts_request request = {
        .synapses = synapses, .block_count = block_count, .threads = threads};
    uint64_t bytes = saturating_product(sl_fan_out_parts_cursors(plan, &request), sizeof(uint32_t));
    if (plan->rule->prepare_bytes != NULL) {
        bytes = saturating_sum(bytes, plan->rule->prepare_bytes(plan));
    }
    if (plan->rule->scratch_bytes != NULL) {
        bytes = saturating_sum(bytes, saturating_product(plan->rule->scratch_bytes(plan), threads));
    }
    if (needs_sorting(plan, layout)) {
        const uint64_t row = synapses / ((uint64_t)plan->source_size * block_count) + 1;
        const uint64_t sorting = saturating_product(saturating_product(row, threads), 40);
        bytes = saturating_sum(bytes, sorting);
    }
    return saturating_sum(bytes, saturating_product(threads, sizeof(part_worker)));
}
