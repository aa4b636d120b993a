/* value_draw - drawing with truncation by rejection, which keeps the distribution exact inside. */
#include "network/value_draw.h"

#include <assert.h>
#include <math.h>

#include "base/exact_math.h"
#include "experiment/values.h"

#define MAX_TRIES 100000

saltus_value sl_value_clipped(const saltus_value *value, double low, double high)
{
    saltus_value clipped = *value;
    clipped.low = fmax(value->low, low);
    clipped.high = fmin(value->high, high);
    return clipped;
}

static double draw_once(const saltus_value *value, random_stream *stream)
{
    switch (value->kind) {
    case SALTUS_VALUE_UNIFORM: {
        /* Rounding may reach the open end; the value below it stands for that draw. */
        const double x = value->a + (value->b - value->a) * sl_random_uniform(stream);
        return x < value->b ? x : nextafter(value->b, value->a);
    }
    case SALTUS_VALUE_NORMAL:
        return value->a + value->b * sl_random_normal(stream);
    case SALTUS_VALUE_LOGNORMAL:
        return value->a * sl_exp(value->b * sl_random_normal(stream));
    case SALTUS_VALUE_CONSTANT:
    case SALTUS_VALUE_LIST:
        break;
    }
    assert(value_is_drawn(value));
    return value->a;
}

/* The nearest multiple of the step; one that is a bound but for rounding is the bound. */
static double to_step(const saltus_value *value, double x)
{
    const double near = value->step * VALUE_STEP_SLACK;
    const double multiple = value->step * rint(x / value->step);
    if (fabs(multiple - value->low) <= near) {
        return value->low;
    }
    return fabs(multiple - value->high) <= near ? value->high : multiple;
}

bool sl_value_draw(const saltus_value *value, random_stream *stream, double *out)
{
    for (int i = 0; i < MAX_TRIES; i++) {
        double x = draw_once(value, stream);
        x = value->step > 0 ? to_step(value, x) : x;
        if (isfinite(x) && x >= value->low && x <= value->high) {
            *out = x;
            return true;
        }
    }
    return false;
}
