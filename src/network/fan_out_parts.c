/* fan_out_parts - enough parts for the threads, with few cursors against the synapses.
 *
 * A part by targets lies in one block and has a cursor for each source; a part by sources has one
 * for each of its sources and each block; a part of chunks reaches every row, so there only as
 * many are made as the number of synapses justifies.
 */
#include "network/fan_out_parts.h"

#include <stdlib.h>

#include "base/memory.h"

/* Synapses that justify one more cursor. */
#define SYNAPSES_PER_CURSOR 4
#define PARTS_PER_THREAD    4

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* How many sets of cursors for all rows the synapses justify; at least one. */
static uint64_t justified(const rule_plan *plan, const parts_request *request)
{
    const uint64_t rows = (uint64_t)plan->source_size * request->block_count;
    return 1 + request->synapses / SYNAPSES_PER_CURSOR / rows;
}

/* Parts of one block. */
static uint32_t parts_by_target(const rule_plan *plan, const parts_request *request)
{
    const uint32_t wanted = (request->threads - 1) / request->block_count + 1;
    return (uint32_t)smaller(wanted, justified(plan, request));
}

static uint32_t parts_by_source(const rule_plan *plan, const parts_request *request)
{
    return (uint32_t)smaller(plan->source_size, (uint64_t)request->threads * PARTS_PER_THREAD);
}

static uint32_t parts_of_chunks(const rule_plan *plan, const parts_request *request)
{
    const uint64_t units = sl_rule_units(plan, request->synapses);
    const uint64_t useful = smaller(request->threads, units > 0 ? units : 1);
    return (uint32_t)smaller(useful, justified(plan, request));
}

uint64_t sl_fan_out_parts_cursors(const rule_plan *plan, const parts_request *request)
{
    const uint64_t rows = saturating_product(plan->source_size, request->block_count);
    switch (plan->rule->unit) {
    case RULE_UNIT_TARGET:
        return saturating_product(rows, parts_by_target(plan, request));
    case RULE_UNIT_CHUNK:
        return saturating_product(rows, parts_of_chunks(plan, request));
    case RULE_UNIT_SOURCE:
        break;
    }
    return rows;
}

/* Piece i of `pieces` of [from, to). */
static uint32_t piece(uint32_t from, uint32_t to, uint32_t i, uint32_t pieces)
{
    return from + (uint32_t)((uint64_t)(to - from) * i / pieces);
}

/* One block's targets, in pieces. */
static void add_by_target(fan_out_parts *parts, const saltus_network *network,
                          const rule_plan *plan, uint32_t block_index, uint32_t pieces)
{
    const population *targets = &network->populations[plan->spec->target];
    const struct block *b = &network->blocks[block_index];
    const uint32_t first = targets->first > b->first_neuron ? targets->first : b->first_neuron;
    const uint32_t end = (uint32_t)smaller((uint64_t)targets->first + targets->size,
                                           (uint64_t)b->first_neuron + b->neuron_count);
    for (uint32_t i = 0; i < pieces; i++) {
        parts->part[parts->count++] =
            (fan_out_part){.from = piece(first, end, i, pieces) - targets->first,
                           .to = piece(first, end, i + 1, pieces) - targets->first,
                           .first_block = block_index,
                           .block_count = 1,
                           .source_count = plan->source_size};
    }
}

/* All units, in pieces that reach every block. */
static void add_pieces(fan_out_parts *parts, const rule_plan *plan, const parts_request *request,
                       uint32_t pieces)
{
    const bool by_source = plan->rule->unit == RULE_UNIT_SOURCE;
    const uint32_t units = (uint32_t)sl_rule_units(plan, request->synapses);
    for (uint32_t i = 0; i < pieces; i++) {
        fan_out_part part = {.from = piece(0, units, i, pieces),
                             .to = piece(0, units, i + 1, pieces),
                             .first_block = request->first_block,
                             .block_count = request->block_count,
                             .source_count = plan->source_size};
        if (by_source) {
            part.first_source = part.from;
            part.source_count = part.to - part.from;
        }
        parts->part[parts->count++] = part;
    }
}

static uint32_t count_parts(const rule_plan *plan, const parts_request *request)
{
    switch (plan->rule->unit) {
    case RULE_UNIT_TARGET:
        return parts_by_target(plan, request) * request->block_count;
    case RULE_UNIT_SOURCE:
        return parts_by_source(plan, request);
    case RULE_UNIT_CHUNK:
        break;
    }
    return parts_of_chunks(plan, request);
}

bool sl_fan_out_parts_create(const saltus_network *network, const rule_plan *plan,
                             const parts_request *request, fan_out_parts *parts)
{
    const uint32_t count = count_parts(plan, request);
    *parts = (fan_out_parts){.part = sl_memory_array(count, sizeof *parts->part),
                             .cursors = sl_memory_zeroed(sl_fan_out_parts_cursors(plan, request),
                                                         sizeof *parts->cursors)};
    if (parts->part == NULL || parts->cursors == NULL) {
        sl_fan_out_parts_clear(parts);
        return false;
    }
    if (plan->rule->unit == RULE_UNIT_TARGET) {
        for (uint32_t b = 0; b < request->block_count; b++) {
            add_by_target(parts, network, plan, request->first_block + b,
                          parts_by_target(plan, request));
        }
    } else {
        add_pieces(parts, plan, request, count);
    }
    uint32_t *cursor = parts->cursors;
    for (uint32_t i = 0; i < count; i++) {
        fan_out_part *part = &parts->part[i];
        part->cursor = cursor;
        cursor += (size_t)part->block_count * part->source_count;
        part->min_delay = SIM_TIME_NEVER;
        part->max_delay = -1;
    }
    return true;
}

void sl_fan_out_parts_clear(fan_out_parts *parts)
{
    free(parts->part);
    free(parts->cursors);
    *parts = (fan_out_parts){0};
}
