/* synapse_layout - shared values cost nothing; lists of one value count as shared. */
#include "network/synapse_layout.h"

#include <float.h>
#include <math.h>

#include "experiment/values.h"
#include "network/value_draw.h"

static bool all_equal(const double *list, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (list[i] != list[0]) {
            return false;
        }
    }
    return true;
}

static bool all_floats(const double *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!(fabs(list[i]) <= (double)FLT_MAX) || (double)(float)list[i] != list[i]) {
            return false;
        }
    }
    return true;
}

sim_time sl_synapse_delay(double delay_ms)
{
    return delay_ms > 0 && delay_ms <= SIM_TIME_MAX_MS ? sl_sim_time_from_ms(delay_ms) : 0;
}

static double first_of(const saltus_value *value)
{
    if (value->kind != SALTUS_VALUE_LIST) {
        return value->a;
    }
    return value->list_length > 0 ? value->list[0] : 1;
}

synapse_layout sl_synapse_layout(const saltus_projection_spec *spec)
{
    const saltus_value *weight = &spec->weight_mV;
    const saltus_value *delay = &spec->delay_ms;
    const bool kernel = weight->kind == SALTUS_VALUE_LIST &&
                        spec->rule == SALTUS_RULE_CONVOLUTION && spec->weight_sources == NULL;
    synapse_layout layout = {.shared_weight = first_of(weight),
                             .delay = sl_synapse_delay(first_of(delay)),
                             .weight = *weight,
                             .delay_ms = *delay,
                             .weight_profile = spec->weight_profile,
                             .conducted = sl_is_conducted(spec),
                             .kernel = kernel,
                             .assigned =
                                 weight->kind == SALTUS_VALUE_LIST && !kernel &&
                                 (spec->rule != SALTUS_RULE_LIST || spec->weight_sources != NULL),
                             .bytes = sizeof(uint32_t)};
    if (value_is_drawn(weight) || spec->weight_profile.kind != SALTUS_PROFILE_NONE) {
        layout.weight_kind = WEIGHT_DRAWN;
        layout.weight = sl_value_clipped(weight, -(double)FLT_MAX, (double)FLT_MAX);
    } else if (weight->kind == SALTUS_VALUE_LIST && !all_equal(weight->list, weight->list_length)) {
        layout.weight_kind = all_floats(weight->list, weight->list_length) ? WEIGHT_LISTED_FLOAT
                                                                           : WEIGHT_LISTED_DOUBLE;
    }
    if (value_is_drawn(delay)) {
        layout.delay_kind = DELAY_OWN;
        layout.delay_ms = sl_value_clipped(delay, 0, SIM_TIME_MAX_MS);
    } else if (delay->kind == SALTUS_VALUE_LIST && !all_equal(delay->list, delay->list_length)) {
        layout.delay_kind = DELAY_OWN;
    }
    if (layout.conducted) {
        layout.delay_kind = DELAY_OWN;
        layout.velocity_m_s = sl_value_clipped(&spec->velocity_m_s, 0, DBL_MAX);
    }
    if (layout.weight_kind == WEIGHT_LISTED_DOUBLE) {
        layout.bytes += (uint32_t)sizeof(double);
    } else if (layout.weight_kind != WEIGHT_SHARED) {
        layout.bytes += (uint32_t)sizeof(float);
    }
    if (layout.delay_kind != DELAY_SHARED) {
        layout.bytes += (uint32_t)sizeof(sim_time);
    }
    return layout;
}

static saltus_status check_list(const saltus_value *value, const saltus_projection_spec *spec,
                                const char *quantity, const char *name, saltus_error *error)
{
    if (value->kind != SALTUS_VALUE_LIST) {
        return SALTUS_OK;
    }
    if (spec->rule != SALTUS_RULE_LIST || value->list_length != spec->list_count) {
        return sl_fail(error, SALTUS_E_EXPERIMENT,
                       "projection %s: a list of %zu values for %s is given; that takes the list "
                       "rule with as many synapses",
                       name, value->list_length, quantity);
    }
    return SALTUS_OK;
}

saltus_status sl_synapse_layout_check(const synapse_layout *layout,
                                      const saltus_projection_spec *spec, const char *name,
                                      saltus_error *error)
{
    saltus_status status = SALTUS_OK;
    if (!layout->assigned && !layout->kernel) {
        status = check_list(&spec->weight_mV, spec, "weight", name, error);
    }
    if (!status) {
        status = check_list(&spec->delay_ms, spec, "delay", name, error);
    }
    if (!status && layout->delay_kind == DELAY_SHARED && layout->delay < 1) {
        status = sl_fail(error, SALTUS_E_EXPERIMENT,
                         "projection %s: delay %g ms found, it must be at least 1e-11 ms and at "
                         "most %g ms",
                         name, first_of(&spec->delay_ms), SIM_TIME_MAX_MS);
    }
    return status;
}
