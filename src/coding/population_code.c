/* population_code - a value is spread over units with overlapping Gaussian tuning curves.
 *
 *     g_i(x) = exp(-(x - c_i)^2 / (2 sigma^2)),   c_i = i / (units - 1),   sigma = width spacing
 *
 * Read-outs: each unit fires at the rate rate_max g_i, or once at the time window (1 - g_i) (the
 * time code of Bohte, Kok & La Poutre 2002, Neurocomputing 48:17).
 *
 * Decoders: the centre of mass of what the units did, and maximum likelihood. For rates the
 * likelihood is that of Poisson counts, sum n_i ln g_i - window rate_max sum g_i; it counts what
 * silent units tell, and has none of the centre's pull away from the ends of the range. For times
 * it is least squares of g over the units that fired. The maximum is looked for on a grid finer
 * than sigma and then by golden sections: no derivative, the same steps on every machine. Seung &
 * Sompolinsky (1993) PNAS 90:10749. */
#include "base/exact_math.h"
#include "base/status.h"
#include "coding/code_parts.h"

enum { UNITS = CODE_OWN, WIDTH, READOUT, RATE_MAX, TRAIN, THRESHOLD, DECODER };
enum { READOUT_RATE, READOUT_LATENCY };
enum { DECODER_LIKELIHOOD, DECODER_CENTRE };

/* Grid points a spacing of centres; the narrowest width is four of them. */
#define GRID_STEPS 16
/* Golden sections of two grid steps: far below the rounding of x. */
#define SECTIONS 72

static const char *const readouts[] = {"rate", "latency", NULL};
static const char *const decoders[] = {"likelihood", "centre", NULL};

static const saltus_rule_parameter parameters[] = {
    CODE_COMMON,
    {"units", SALTUS_PARAMETER_NUMBER, 8, 2, 1000, NULL, "sources a value"},
    {"width", SALTUS_PARAMETER_NUMBER, 1, 0.25, 100, NULL,
     "sigma of a tuning curve, in distances of two centres"},
    {"readout", SALTUS_PARAMETER_WORD, READOUT_RATE, 0, 1, readouts,
     "what the tuning curve determines: the unit's rate, or the time of its only spike"},
    {"rate_max", SALTUS_PARAMETER_RATE, 100, CODE_SHORTEST_MS, CODE_FASTEST_HZ, NULL,
     "rate: rate at the top of a tuning curve"},
    {"train", SALTUS_PARAMETER_WORD, CODE_TRAIN_POISSON, 0, 1, sl_code_trains,
     "rate: intervals drawn at random, or all equal"},
    {"threshold", SALTUS_PARAMETER_NUMBER, 0.1, 0.001, 0.999, NULL,
     "latency: units below this share of their top are silent"},
    {"decoder", SALTUS_PARAMETER_WORD, DECODER_LIKELIHOOD, 0, 1, decoders,
     "maximum likelihood, or centre of mass (population vector)"},
    CODE_END,
};

static uint32_t units(const double *p)
{
    return (uint32_t)p[UNITS];
}

static saltus_status check(const double *p, saltus_error *error)
{
    if (p[UNITS] != floor(p[UNITS])) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "units of the code population is %g; a whole number from 2 to 1000 is "
                       "allowed",
                       p[UNITS]);
    }
    return SALTUS_OK;
}

/* ---- Tuning ---------------------------------------------------------------------------- */

/* (x - c_i) / sigma, in distances of two centres. */
static double offset(const double *p, double x, uint32_t unit)
{
    return (x * (p[UNITS] - 1) - unit) / p[WIDTH];
}

static double tuning(const double *p, double x, uint32_t unit)
{
    const double z = offset(p, x, unit);
    return sl_exp(-z * z / 2);
}

static double most(const double *p)
{
    return p[UNITS] * ((int)p[READOUT] == READOUT_RATE ? p[RATE_MAX] * p[CODE_WINDOW] / 1000 : 1);
}

static bool encode(const code_item *item, double x, uint32_t source, code_spikes *out)
{
    const double *p = item->p;
    for (uint32_t unit = 0; unit < units(p); unit++) {
        const double g = tuning(p, x, unit);
        bool done = true;
        if (p[READOUT] == READOUT_RATE) {
            done =
                sl_code_add_train(item, (code_train)p[TRAIN], p[RATE_MAX] * g, source + unit, out);
        } else if (g >= p[THRESHOLD]) {
            done = sl_code_add(out, sl_sim_time_from_ms(p[CODE_WINDOW] * (1 - g)), source + unit);
        }
        if (!done) {
            return false;
        }
    }
    return true;
}

/* ---- Decoding -------------------------------------------------------------------------- */

/* What a spike says of its unit: 1 of a count, or g from its time (negative: nothing). */
static double weight_of(const double *p, const code_spike *spike)
{
    if (p[READOUT] == READOUT_RATE) {
        return 1;
    }
    return fmin(1 - sim_time_to_ms(spike->time) / p[CODE_WINDOW], 1);
}

static double centre_of_mass(const double *p, const code_spike *spikes, size_t count)
{
    double sum = 0;
    double moment = 0;
    for (size_t i = 0; i < count; i++) {
        const double weight = fmax(weight_of(p, &spikes[i]), 0);
        sum += weight;
        moment += weight * spikes[i].source;
    }
    return sum > 0 ? moment / sum / (p[UNITS] - 1) : (double)NAN;
}

/* What the likelihood of any x is formed from. Of counts only their sum and their mean unit
 * matter: the squares around the mean do not depend on x. */
typedef struct evidence {
    const double *p;
    const code_spike *spikes;
    size_t count;
    double mean;
} evidence;

/* Logarithm of the likelihood of x, up to what does not depend on x. */
static double likelihood(const evidence *e, double x)
{
    double sum = 0;
    if (e->p[READOUT] == READOUT_LATENCY) {
        for (size_t i = 0; i < e->count; i++) {
            const double miss =
                weight_of(e->p, &e->spikes[i]) - tuning(e->p, x, e->spikes[i].source);
            sum -= miss * miss;
        }
        return sum;
    }
    for (uint32_t unit = 0; unit < units(e->p); unit++) {
        sum += tuning(e->p, x, unit);
    }
    const double z = (x * (e->p[UNITS] - 1) - e->mean) / e->p[WIDTH];
    return -(double)e->count * z * z / 2 - e->p[RATE_MAX] * e->p[CODE_WINDOW] / 1000 * sum;
}

static double golden_maximum(const evidence *e, double low, double high)
{
    const double ratio = 0.6180339887498949;
    double left = high - ratio * (high - low);
    double right = low + ratio * (high - low);
    double at_left = likelihood(e, left);
    double at_right = likelihood(e, right);
    for (int i = 0; i < SECTIONS; i++) {
        if (at_left >= at_right) {
            high = right;
            right = left;
            at_right = at_left;
            left = high - ratio * (high - low);
            at_left = likelihood(e, left);
        } else {
            low = left;
            left = right;
            at_left = at_right;
            right = low + ratio * (high - low);
            at_right = likelihood(e, right);
        }
    }
    return (low + high) / 2;
}

static double most_likely(const double *p, const code_spike *spikes, size_t count)
{
    evidence all = {.p = p, .spikes = spikes, .count = count};
    for (size_t i = 0; i < count; i++) {
        all.mean += spikes[i].source / (double)count;
    }
    const uint32_t steps = (units(p) - 1) * GRID_STEPS;
    uint32_t best = 0;
    double most = -(double)INFINITY;
    for (uint32_t i = 0; i <= steps; i++) {
        const double here = likelihood(&all, (double)i / steps);
        if (here > most) {
            most = here;
            best = i;
        }
    }
    const double low = best > 0 ? (double)(best - 1) / steps : 0;
    const double high = best < steps ? (double)(best + 1) / steps : 1;
    return golden_maximum(&all, low, high);
}

static double decode(const double *p, const code_spike *spikes, size_t count)
{
    if (count == 0) {
        return (double)NAN;
    }
    return p[DECODER] == DECODER_CENTRE ? centre_of_mass(p, spikes, count)
                                        : most_likely(p, spikes, count);
}

const neural_code sl_code_population = {
    .info = {.name = "population",
             .summary = "a value is spread over units with Gaussian tuning curves",
             .equation = "g_i = exp(-(x - c_i)^2 / (2 sigma^2)), c_i = i / (units - 1),\n"
                         "sigma = width / (units - 1)\n"
                         "rate:    unit i fires at the rate rate_max g_i\n"
                         "latency: unit i fires once, at window (1 - g_i), if g_i >= threshold",
             .decoding = "centre:     sum w_i c_i / sum w_i, w_i = count or g_i from the time\n"
                         "likelihood: the x that makes the counts (Poisson) or the times (least\n"
                         "squares of g_i) most likely; no spike at all: unknown",
             .source = "Georgopoulos, Schwartz & Kettner (1986) Science 233:1416;\n"
                       "Seung & Sompolinsky (1993) PNAS 90:10749; Bohte, Kok & La Poutre (2002)\n"
                       "Neurocomputing 48:17",
             .parameters = parameters},
    .units = units,
    .check = check,
    .most = most,
    .encode = encode,
    .decode = decode,
};
