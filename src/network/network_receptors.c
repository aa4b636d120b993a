/* network_receptors - from receptors to the currents that arrivals at them add to. */
#include "base/exact_math.h"
#include "network/network_build.h"

/* 1 / the peak of exp(-t / tau) - exp(-t / tau_rise), which comes at t = ln(tau / tau_rise) / (1 /
 * tau_rise - 1 / tau); nothing is subtracted that is nearly the same. */
static double peak_norm(double tau_ms, double tau_rise_ms)
{
    const double apart = (tau_ms - tau_rise_ms) / tau_ms;
    const double decayed = sl_log(tau_ms / tau_rise_ms) * (tau_rise_ms / (tau_ms - tau_rise_ms));
    return 1 / (sl_exp(-decayed) * apart);
}

uint32_t sl_network_receptors(const saltus_population_spec *spec, double per_pA,
                              network_receptor *receptors, double *tau_ms)
{
    uint32_t count = 0;
    for (uint32_t r = 0; r < spec->receptor_count; r++) {
        const saltus_receptor *receptor = &spec->receptors[r];
        network_receptor *out = &receptors[r];
        const double rise_ms = receptor->tau_rise_ms;
        *out = (network_receptor){.count = 1, .current = {count}, .factor = {per_pA}};
        tau_ms[count++] = receptor->tau_ms;
        if (rise_ms > 0) {
            out->factor[0] *= peak_norm(receptor->tau_ms, rise_ms);
            out->factor[1] = -out->factor[0];
            out->current[1] = count;
            out->count = 2;
            tau_ms[count++] = rise_ms;
        }
    }
    return count;
}
