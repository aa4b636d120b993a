/* latency_code - a value is the time of a single spike after the onset: the larger, the earlier.
 *
 * `rc` is the time at which a leaky integrate-and-fire neuron at rest reaches its threshold under
 * the constant input x, the threshold being reached by x = threshold after an infinite time:
 * tests/coding/test_latency_code.c has the neuron itself fire at the same tick. Cancellation
 * in x - threshold is exact (both are given), and tau is at most 1e4 ms so that the logarithm's
 * rounding stays below a tick. Thorpe, Delorme & Van Rullen (2001) Neural Netw. 14:715. */
#include "base/exact_math.h"
#include "base/status.h"
#include "coding/code_parts.h"

/* Of the curves that a threshold of 0 has no use for; far from where logarithms end. */
#define LOWEST_THRESHOLD 1e-9

enum { CURVE = CODE_OWN, T_FIRST, T_LAST, TAU, THRESHOLD };
enum { CURVE_LINEAR, CURVE_LOGARITHMIC, CURVE_RC };

static const char *const curves[] = {"linear", "logarithmic", "rc", NULL};

static const saltus_rule_parameter parameters[] = {
    CODE_COMMON,
    {"curve", SALTUS_PARAMETER_WORD, CURVE_LINEAR, 0, CURVE_RC, curves,
     "how the time depends on the value"},
    {"t_first", SALTUS_PARAMETER_TIME, 0, 0, CODE_LONGEST_MS, NULL,
     "linear, logarithmic: time of the value high"},
    {"t_last", SALTUS_PARAMETER_TIME, 80, 0, CODE_LONGEST_MS, NULL,
     "linear: time of the value low; logarithmic: of the threshold"},
    {"tau", SALTUS_PARAMETER_TIME, 20, CODE_SHORTEST_MS, 1e4, NULL, "rc: time constant"},
    {"threshold", SALTUS_PARAMETER_NUMBER, 0.1, 0, 1, NULL,
     "values below this share of the range are silent; rc: up to it"},
    CODE_END,
};

static saltus_status check(const double *p, saltus_error *error)
{
    if (p[CURVE] != CURVE_LINEAR && !(p[THRESHOLD] >= LOWEST_THRESHOLD && p[THRESHOLD] < 1)) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "threshold of the code latency is %g; the curve %s needs one of at least "
                       "%g and below 1",
                       p[THRESHOLD], curves[(size_t)p[CURVE]], LOWEST_THRESHOLD);
    }
    if (p[CURVE] != CURVE_RC && !(p[T_FIRST] < p[T_LAST] && p[T_LAST] < p[CODE_WINDOW])) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "times of the code latency go from %g to %g ms; t_last must be above "
                       "t_first and below the window of %g ms",
                       p[T_FIRST], p[T_LAST], p[CODE_WINDOW]);
    }
    return SALTUS_OK;
}

static double latency_ms(const double *p, double x)
{
    const double span = p[T_LAST] - p[T_FIRST];
    switch ((int)p[CURVE]) {
    case CURVE_LINEAR:
        return p[T_FIRST] + span * (1 - x);
    case CURVE_LOGARITHMIC:
        return p[T_FIRST] + span * (sl_log(x) / sl_log(p[THRESHOLD]));
    default:
        return p[TAU] * sl_log(x / (x - p[THRESHOLD]));
    }
}

static bool encode(const code_item *item, double x, uint32_t source, code_spikes *out)
{
    const double *p = item->p;
    if (x < p[THRESHOLD] || (p[CURVE] == CURVE_RC && x == p[THRESHOLD])) {
        return true;
    }
    const double ms = latency_ms(p, x);
    const bool shown = ms < p[CODE_WINDOW];
    return !shown || sl_code_add(out, sl_sim_time_from_ms(ms), source);
}

static double decode(const double *p, const code_spike *spikes, size_t count)
{
    if (count == 0) {
        return p[THRESHOLD] > 0 ? 0 : (double)NAN;
    }
    const double ms = sim_time_to_ms(spikes[0].time);
    const double share = (ms - p[T_FIRST]) / (p[T_LAST] - p[T_FIRST]);
    switch ((int)p[CURVE]) {
    case CURVE_LINEAR:
        return code_clamped(1 - share);
    case CURVE_LOGARITHMIC:
        return code_clamped(sl_exp(share * sl_log(p[THRESHOLD])));
    default:
        return ms <= 0 ? 1 : code_clamped(p[THRESHOLD] / (1 - sl_exp(-ms / p[TAU])));
    }
}

const neural_code sl_code_latency = {
    .info = {.name = "latency",
             .summary = "a value is the time of one spike after the onset, the larger the earlier",
             .equation = "linear:      t = t_first + (1 - x) (t_last - t_first)\n"
                         "logarithmic: t = t_first + (t_last - t_first) ln(x) / ln(threshold)\n"
                         "rc:          t = tau ln(x / (x - threshold))\n"
                         "silent below the threshold, and where t is not before the window's end",
             .decoding = "the inverse at the first spike; no spike: low where there is a\n"
                         "threshold, else unknown",
             .source = "Thorpe, Delorme & Van Rullen (2001) Neural Netw. 14:715",
             .parameters = parameters},
    .check = check,
    .encode = encode,
    .decode = decode,
};
