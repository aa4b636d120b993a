/* value_draw - one number of a distribution, from one random stream. */
#ifndef SALTUS_VALUE_DRAW_H
#define SALTUS_VALUE_DRAW_H

#include <stdbool.h>

#include "base/random.h"
#include "saltus/experiment.h"

/* Is it a distribution (and not a constant or a list)? */
static inline bool value_is_drawn(const saltus_value *value)
{
    return value->kind != SALTUS_VALUE_CONSTANT && value->kind != SALTUS_VALUE_LIST;
}

/* `value` with its truncation narrowed to [low, high]. */
saltus_value sl_value_clipped(const saltus_value *value, double low, double high);

/* Draw until the number is finite and within [low, high]. False after a hundred thousand tries:
 * the truncation then leaves less than about one part in ten thousand of the distribution. */
bool sl_value_draw(const saltus_value *value, random_stream *stream, double *out);

#endif /* SALTUS_VALUE_DRAW_H */
