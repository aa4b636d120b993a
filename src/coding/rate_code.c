/* rate_code - a value is a rate; it is read by counting.
 *
 *     r = rate_min + x (rate_max - rate_min),   x = (n / window - rate_min) / (rate_max - rate_min)
 *
 * The estimate is left as it is, above 1 or below 0 where the count is: cut off, its mean would no
 * longer be the value. Adrian & Zotterman (1926) J. Physiol. 61:151. */
#include "base/status.h"
#include "coding/code_parts.h"

enum { RATE_MAX = CODE_OWN, RATE_MIN, TRAIN };

static const saltus_rule_parameter parameters[] = {
    CODE_COMMON,
    {"rate_max", SALTUS_PARAMETER_RATE, 100, 0, CODE_FASTEST_HZ, NULL, "rate of the value high"},
    {"rate_min", SALTUS_PARAMETER_RATE, 0, 0, CODE_FASTEST_HZ, NULL, "rate of the value low"},
    {"train", SALTUS_PARAMETER_WORD, CODE_TRAIN_POISSON, 0, 1, sl_code_trains,
     "intervals drawn at random, or all equal"},
    CODE_END,
};

static saltus_status check(const double *p, saltus_error *error)
{
    if (!(p[RATE_MAX] > p[RATE_MIN])) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "rate_max of the code rate is %g Hz, rate_min %g Hz; rate_max must be above",
                       p[RATE_MAX], p[RATE_MIN]);
    }
    return SALTUS_OK;
}

static double most(const double *p)
{
    return p[RATE_MAX] * p[CODE_WINDOW] / 1000;
}

static bool encode(const code_item *item, double x, uint32_t source, code_spikes *out)
{
    const double *p = item->p;
    const double rate_Hz = p[RATE_MIN] + x * (p[RATE_MAX] - p[RATE_MIN]);
    return sl_code_add_train(item, (code_train)p[TRAIN], rate_Hz, source, out);
}

static double decode(const double *p, const code_spike *spikes, size_t count)
{
    (void)spikes;
    const double rate_Hz = (double)count / (p[CODE_WINDOW] / 1000);
    return (rate_Hz - p[RATE_MIN]) / (p[RATE_MAX] - p[RATE_MIN]);
}

const neural_code sl_code_rate = {
    .info = {.name = "rate",
             .summary = "a value is a rate of spikes",
             .equation = "r = rate_min + x (rate_max - rate_min)\n"
                         "poisson: intervals are exponential with mean 1/r\n"
                         "regular: spikes at (k + 1/2) / r, k = 0, 1, ...",
             .decoding = "x = (n / window - rate_min) / (rate_max - rate_min), n spikes counted",
             .source = "Adrian & Zotterman (1926) J. Physiol. 61:151",
             .parameters = parameters},
    .check = check,
    .most = most,
    .encode = encode,
    .decode = decode,
};
