/* values - constants, distributions and lists: making them and knowing their range. */
#include "experiment/values.h"

/* sl_random_normal is built on 53-bit uniforms: |z| <= sqrt(-2 log(2^-106)) < 12.2. */
#define LARGEST_NORMAL 13.0

static saltus_value untruncated(saltus_value_kind kind, double a, double b)
{
    return (saltus_value){.kind = kind, .a = a, .b = b, .low = -ENDLESS, .high = ENDLESS};
}

saltus_value saltus_constant(double value)
{
    return untruncated(SALTUS_VALUE_CONSTANT, value, 0);
}

saltus_value saltus_uniform(double low, double high)
{
    return untruncated(SALTUS_VALUE_UNIFORM, low, high);
}

saltus_value saltus_normal(double mean, double sd)
{
    return untruncated(SALTUS_VALUE_NORMAL, mean, sd);
}

saltus_value saltus_lognormal(double median, double sigma)
{
    return untruncated(SALTUS_VALUE_LOGNORMAL, median, sigma);
}

bool sl_is_conducted(const saltus_projection_spec *spec)
{
    const saltus_value *velocity = &spec->velocity_m_s;
    return velocity->kind != SALTUS_VALUE_CONSTANT || !isinf(velocity->a);
}

bool sl_value_is_default(const saltus_value *value)
{
    return value->kind == SALTUS_VALUE_CONSTANT && isnan(value->a);
}

static double list_extreme(const saltus_value *value, double sign)
{
    double extreme = -ENDLESS;
    for (size_t i = 0; i < value->list_length; i++) {
        extreme = fmax(extreme, sign * value->list[i]);
    }
    return sign * extreme;
}

double sl_value_low_bound(const saltus_value *value)
{
    switch (value->kind) {
    case SALTUS_VALUE_CONSTANT:
        return value->a;
    case SALTUS_VALUE_UNIFORM:
        return fmax(value->a - value->step / 2, value->low);
    case SALTUS_VALUE_NORMAL:
        return value->b > 0 || value->step > 0 ? value->low : value->a;
    case SALTUS_VALUE_LOGNORMAL:
        return value->b > 0 || value->step > 0 ? fmax(value->low, 0) : value->a;
    case SALTUS_VALUE_LIST:
        return list_extreme(value, -1);
    }
    return NOT_SET;
}

double sl_value_lowest(const saltus_value *value)
{
    const double bound = sl_value_low_bound(value);
    if (value->kind == SALTUS_VALUE_NORMAL) {
        return fmax(bound, value->a - LARGEST_NORMAL * value->b - value->step / 2);
    }
    return bound;
}

double sl_value_highest(const saltus_value *value)
{
    switch (value->kind) {
    case SALTUS_VALUE_CONSTANT:
        return value->a;
    case SALTUS_VALUE_UNIFORM:
        return fmin(value->b + value->step / 2, value->high);
    case SALTUS_VALUE_NORMAL:
        return fmin(value->high, value->a + LARGEST_NORMAL * value->b + value->step / 2);
    case SALTUS_VALUE_LOGNORMAL:
        return fmin(value->high, value->a * exp(LARGEST_NORMAL * value->b) + value->step / 2);
    case SALTUS_VALUE_LIST:
        return list_extreme(value, 1);
    }
    return NOT_SET;
}

static double normal_between(double low, double high)
{
    /* The tail on the far side keeps its digits: P(z > x) = erfc(x / sqrt 2) / 2. */
    if (low > 0) {
        return 0.5 * (erfc(low * M_SQRT1_2) - erfc(high * M_SQRT1_2));
    }
    return 0.5 * (erfc(-high * M_SQRT1_2) - erfc(-low * M_SQRT1_2));
}

/* Numbers between which draws, rounded to the step, are within the truncation. */
static double rounded_low(const saltus_value *value)
{
    const double multiple = ceil(value->low / value->step - VALUE_STEP_SLACK);
    return value->step > 0 && isfinite(value->low) ? value->step * (multiple - 0.5) : value->low;
}

static double rounded_high(const saltus_value *value)
{
    const double multiple = floor(value->high / value->step + VALUE_STEP_SLACK);
    return value->step > 0 && isfinite(value->high) ? value->step * (multiple + 0.5) : value->high;
}

double sl_value_acceptance(const saltus_value *value)
{
    const double least = rounded_low(value);
    const double most = rounded_high(value);
    const bool inside = value->a >= least && value->a <= most;
    switch (value->kind) {
    case SALTUS_VALUE_CONSTANT:
    case SALTUS_VALUE_LIST:
        return 1;
    case SALTUS_VALUE_UNIFORM: {
        const double low = fmax(value->a, least);
        const double high = fmin(value->b, most);
        return high > low ? (high - low) / (value->b - value->a) : 0;
    }
    case SALTUS_VALUE_NORMAL:
        if (value->b <= 0) {
            return inside;
        }
        return normal_between((least - value->a) / value->b, (most - value->a) / value->b);
    case SALTUS_VALUE_LOGNORMAL: {
        if (value->b <= 0) {
            return inside;
        }
        /* log(0) is -INFINITY, the lower end of the logarithm of what is below any minimum. */
        const double low = log(fmax(least, 0) / value->a) / value->b;
        const double high = log(fmax(most, 0) / value->a) / value->b;
        return high > low ? normal_between(low, high) : 0;
    }
    }
    return 0;
}
