/* fan_out_parts - the division of a projection's units for counting and filling. */
#ifndef SALTUS_FAN_OUT_PARTS_H
#define SALTUS_FAN_OUT_PARTS_H

#include "network/connection_rule.h"
#include "network/network.h"

/* Units [from, to) of a rule, the rows they reach, and a cursor a row: at first the number of
 * synapses, then where the next one goes. */
typedef struct fan_out_part {
    uint32_t from, to;
    uint32_t first_block, block_count;
    uint32_t first_source, source_count;
    uint32_t *cursor; /* [block_count][source_count] */
    uint64_t synapses;
    uint64_t zero_weights;         /* own weights that are 0 as stored */
    sim_time min_delay, max_delay; /* own delays */
    bool weight_failed, delay_failed, memory_failed;
} fan_out_part;

/* The parts, in order of units; for one block in order of drawing. */
typedef struct fan_out_parts {
    fan_out_part *part;
    uint32_t count;
    uint32_t *cursors; /* of all parts */
} fan_out_parts;

/* What parts are made for. */
typedef struct parts_request {
    uint64_t synapses;                 /* expected */
    uint32_t first_block, block_count; /* blocks that hold targets */
    uint32_t threads;
} parts_request;

/* False when memory ran out. */
bool sl_fan_out_parts_create(const saltus_network *network, const rule_plan *plan,
                             const parts_request *request, fan_out_parts *parts);
void sl_fan_out_parts_clear(fan_out_parts *parts);

/* Cursors that are allocated, at most. */
uint64_t sl_fan_out_parts_cursors(const rule_plan *plan, const parts_request *request);

#endif /* SALTUS_FAN_OUT_PARTS_H */
