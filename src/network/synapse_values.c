/* synapse_values - value times profile, value plus distance / velocity; each drawn from the stream
 * of the synapse's unit, a delay before its velocity. */
#include "network/synapse_values.h"

#include "network/value_draw.h"

static double distance_um(const synapse_space *space, const synapse_ends *ends)
{
    return sl_space_distance(&space->box, space->source_um + 3 * (size_t)ends->source,
                             space->target_um + 3 * (size_t)ends->target);
}

/* A constant is not drawn. */
static bool value_of(const saltus_value *value, random_stream *stream, double *out)
{
    if (value_is_drawn(value)) {
        return sl_value_draw(value, stream, out);
    }
    *out = value->a;
    return true;
}

bool sl_synapse_weight(const synapse_layout *layout, const synapse_space *space,
                       const synapse_ends *ends, random_stream *stream, double *weight_mV)
{
    if (!value_of(&layout->weight, stream, weight_mV)) {
        return false;
    }
    if (layout->weight_profile.kind != SALTUS_PROFILE_NONE) {
        *weight_mV *= saltus_distance_profile_at(&layout->weight_profile, distance_um(space, ends));
    }
    return true;
}

sim_time sl_synapse_own_delay(const synapse_layout *layout, const synapse_space *space,
                              const synapse_ends *ends, random_stream *stream)
{
    double delay_ms = 0;
    if (layout->delay_ms.kind == SALTUS_VALUE_LIST) {
        delay_ms = layout->delay_ms.list[ends->listed];
    } else if (!value_of(&layout->delay_ms, stream, &delay_ms)) {
        return 0;
    }
    if (layout->conducted) {
        double velocity_m_s = 0;
        if (!value_of(&layout->velocity_m_s, stream, &velocity_m_s)) {
            return 0;
        }
        /* um / (m/s) = us */
        delay_ms += distance_um(space, ends) / (1000 * velocity_m_s);
    }
    const sim_time delay = sl_synapse_delay(delay_ms);
    /* A draw below half a tick is rounded up: delays are positive. */
    const bool rounded = value_is_drawn(&layout->delay_ms) && delay_ms <= SIM_TIME_MAX_MS;
    return delay < 1 && rounded ? 1 : delay;
}
