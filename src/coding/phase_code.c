/* phase_code - a value is a phase of a reference oscillation: the larger, the earlier in the cycle.
 *
 * Each source fires once in every whole cycle of the window. Phases go round, so a mean of phases
 * needs a cut: it is made opposite to the middle of the range in use, where no phase belongs. Sums
 * are sums of ticks, the same bits everywhere. Hopfield (1995) Nature 376:33; O'Keefe & Recce
 * (1993) Hippocampus 3:317. */
#include "base/status.h"
#include "base/wide.h"
#include "coding/code_parts.h"

enum { PERIOD = CODE_OWN, PHASE_FIRST, PHASE_LAST, THRESHOLD };

static const saltus_rule_parameter parameters[] = {
    CODE_COMMON,
    {"period", SALTUS_PARAMETER_TIME, 25, CODE_SHORTEST_MS, CODE_LONGEST_MS, NULL,
     "period of the reference oscillation"},
    {"phase_first", SALTUS_PARAMETER_NUMBER, 0, 0, 360, NULL, "phase of the value high, degrees"},
    {"phase_last", SALTUS_PARAMETER_NUMBER, 270, 0, 360, NULL, "phase of the value low, degrees"},
    {"threshold", SALTUS_PARAMETER_NUMBER, 0, 0, 1, NULL,
     "values below this share of the range are silent"},
    CODE_END,
};

static saltus_status check(const double *p, saltus_error *error)
{
    if (!(p[PHASE_FIRST] < p[PHASE_LAST] && p[PHASE_LAST] < 360)) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "phases of the code phase go from %g to %g degrees; phase_last must be "
                       "above phase_first and below 360",
                       p[PHASE_FIRST], p[PHASE_LAST]);
    }
    if (p[PERIOD] > p[CODE_WINDOW]) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "period of the code phase is %g ms; it must not be longer than the window "
                       "of %g ms",
                       p[PERIOD], p[CODE_WINDOW]);
    }
    return SALTUS_OK;
}

static double most(const double *p)
{
    return p[CODE_WINDOW] / p[PERIOD];
}

static bool encode(const code_item *item, double x, uint32_t source, code_spikes *out)
{
    const double *p = item->p;
    if (x < p[THRESHOLD]) {
        return true;
    }
    const double degrees = p[PHASE_FIRST] + (1 - x) * (p[PHASE_LAST] - p[PHASE_FIRST]);
    const sim_time period = sl_sim_time_from_ms(p[PERIOD]);
    const sim_time within = sl_sim_time_from_ms(p[PERIOD] * degrees / 360);
    const sim_time cycles = sl_sim_time_from_ms(p[CODE_WINDOW]) / period;
    for (sim_time cycle = 0; cycle < cycles; cycle++) {
        if (!sl_code_add(out, cycle * period + within, source)) {
            return false;
        }
    }
    return true;
}

/* What remains of `time` when the nearest multiple of `period` is taken away. */
static sim_time nearest_rest(sim_time time, sim_time period)
{
    sim_time rest = time % period;
    rest += rest < 0 ? period : 0;
    return rest >= period - rest ? rest - period : rest;
}

static double decode(const double *p, const code_spike *spikes, size_t count)
{
    if (count == 0) {
        return p[THRESHOLD] > 0 ? 0 : (double)NAN;
    }
    const sim_time period = sl_sim_time_from_ms(p[PERIOD]);
    const double middle = (p[PHASE_FIRST] + p[PHASE_LAST]) / 2;
    const sim_time middle_time = sl_sim_time_from_ms(p[PERIOD] * middle / 360);
    int128 sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += nearest_rest(spikes[i].time - middle_time, period);
    }
    const sim_time mean = (sim_time)(sum / (int128)count);
    const double degrees = sim_time_to_ms(middle_time + mean) / p[PERIOD] * 360;
    return code_clamped((p[PHASE_LAST] - degrees) / (p[PHASE_LAST] - p[PHASE_FIRST]));
}

const neural_code sl_code_phase = {
    .info = {.name = "phase",
             .summary = "a value is a phase of a reference oscillation, the larger the earlier",
             .equation = "phase = phase_first + (1 - x) (phase_last - phase_first)\n"
                         "spikes at c period + period phase / 360 in every whole cycle c",
             .decoding = "mean phase of all spikes, cut opposite to the middle of the phases in\n"
                         "use; no spike: low where there is a threshold, else unknown",
             .source = "Hopfield (1995) Nature 376:33; O'Keefe & Recce (1993) Hippocampus 3:317",
             .parameters = parameters},
    .check = check,
    .most = most,
    .encode = encode,
    .decode = decode,
};
