/* fan_out_sort - rows ordered by (delay, target, order of drawing). */
#ifndef SALTUS_FAN_OUT_SORT_H
#define SALTUS_FAN_OUT_SORT_H

#include "network/network.h"

/* Consecutive blocks of one projection. */
typedef struct fan_out_range {
    fan_out *blocks;
    uint32_t block_count;
    uint32_t source_count;
} fan_out_range;

/* Sort every row; those in order already stay untouched. False when memory ran out. */
bool sl_fan_out_sort(const fan_out_range *range, int threads);

#endif /* SALTUS_FAN_OUT_SORT_H */
