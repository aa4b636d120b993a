/* accuracy_options - the options of a comparison, checked.
 *
 * Every function checks all of them, so that a wrong value is found wherever it is first used.
 */
#include "measure/accuracy/accuracy_options.h"

#include <math.h>
#include <stdbool.h>

#include "base/sim_time.h"
#include "base/status.h"

saltus_accuracy_options saltus_accuracy_options_default(void)
{
    return (saltus_accuracy_options){.struct_size = sizeof(saltus_accuracy_options),
                                     .window_ms = SALTUS_WINDOW_BY_INTERVAL,
                                     .window_limit_ms = 3.0,
                                     .tolerance_ms = 1.0,
                                     .tau_r_ms = 10.0,
                                     .shift_cost_per_ms = 0.1,
                                     .coincidence_ms = 2.0,
                                     .bin_ms = 2.0,
                                     .correlation_sample = 200};
}

saltus_status sl_accuracy_options_read(const saltus_accuracy_options *options,
                                       saltus_accuracy_options *out, saltus_error *error)
{
    *out = options != NULL ? *options : saltus_accuracy_options_default();
    if (out->struct_size != sizeof *out) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "accuracy options have struct_size %u, not %zu; get them from "
                       "saltus_accuracy_options_default()",
                       out->struct_size, sizeof *out);
    }
    const struct {
        const char *name, *allowed;
        double value;
        bool holds;
    } rules[] = {
        {"window_ms", "at least 0, or SALTUS_WINDOW_BY_INTERVAL", out->window_ms,
         out->window_ms >= 0.0 || out->window_ms == SALTUS_WINDOW_BY_INTERVAL},
        {"window_limit_ms", "at least 0", out->window_limit_ms, out->window_limit_ms >= 0.0},
        {"tolerance_ms", "at least 0", out->tolerance_ms, out->tolerance_ms >= 0.0},
        {"tau_r_ms", "above 0 and finite", out->tau_r_ms,
         out->tau_r_ms > 0.0 && isfinite(out->tau_r_ms)},
        {"shift_cost_per_ms", "at least 0 and finite", out->shift_cost_per_ms,
         out->shift_cost_per_ms >= 0.0 && isfinite(out->shift_cost_per_ms)},
        {"coincidence_ms", "at least 0", out->coincidence_ms, out->coincidence_ms >= 0.0},
        {"bin_ms", "at least 1e-11", out->bin_ms,
         out->bin_ms * SIM_TIME_TICKS_PER_MS >= 0.75 && out->bin_ms > 0.0},
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (!rules[i].holds) {
            return sl_fail(error, SALTUS_E_ARGUMENT, "%s is %.17g; allowed is %s", rules[i].name,
                           rules[i].value, rules[i].allowed);
        }
    }
    return SALTUS_OK;
}
