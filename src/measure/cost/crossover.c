/* crossover - where the ratio of two costs passes 1, and how far the repeats let it move.
 *
 * Between points the logarithm of the ratio is a straight line, as are those of its bounds. The
 * crossing may be wherever the bounds have 1 between them; of that set the part around the crossing
 * is reported. All of it lies within the points.
 */
#include <math.h>
#include <stdbool.h>

#include "base/status.h"
#include "saltus/cost_model.h"

/* The points on the axes of the interpolation. */
typedef struct curve {
    const saltus_ratio_point *points;
    size_t count;
    bool log_x;
} curve;

static double place(const curve *c, size_t i)
{
    return c->log_x ? log(c->points[i].x) : c->points[i].x;
}

static double value_at(const curve *c, double place_x)
{
    return c->log_x ? exp(place_x) : place_x;
}

static int side(double ratio)
{
    return (ratio > 1.0) - (ratio < 1.0);
}

/* Where the line from (x0, y0) to (x1, y1) is 0; y0 and y1 are on different sides. */
static double zero_between(double x0, double y0, double x1, double y1)
{
    return x0 + (x1 - x0) * (y0 / (y0 - y1));
}

/* The end of what the bounds allow, from `from` (beside point `start`) in direction `step`. */
static double bound_end(const curve *c, double from, size_t start, int step, bool *open)
{
    /* the last place that is known to be allowed, and the bounds' logarithms there */
    const size_t inner = step > 0 ? start - 1 : start + 1;
    double x0 = place(c, inner);
    double low0 = log(c->points[inner].low);
    double high0 = log(c->points[inner].high);
    for (size_t i = start;; i = step > 0 ? i + 1 : i - 1) {
        const double x1 = place(c, i);
        const double low1 = log(c->points[i].low);
        const double high1 = log(c->points[i].high);
        if (low1 > 0.0 || high1 < 0.0) {
            const double y0 = low1 > 0.0 ? low0 : high0;
            const double y1 = low1 > 0.0 ? low1 : high1;
            const double zero = zero_between(x0, y0, x1, y1);
            *open = false;
            return step > 0 ? fmax(zero, from) : fmin(zero, from);
        }
        if (step > 0 ? i + 1 == c->count : i == 0) {
            *open = true;
            return x1;
        }
        x0 = x1;
        low0 = low1;
        high0 = high1;
    }
}

/* The crossing between the points `before` and `after`, all between which are 1. */
static saltus_crossover crossing(const curve *c, size_t before, size_t after)
{
    double x = 0.0;
    if (after == before + 1) {
        x = zero_between(place(c, before), log(c->points[before].ratio), place(c, after),
                         log(c->points[after].ratio));
    } else {
        x = 0.5 * (place(c, before + 1) + place(c, after - 1));
    }
    saltus_crossover out = {.before = before, .after = after};
    bool open = false;
    out.x = value_at(c, x);
    out.rising = c->points[before].ratio < 1.0;
    const double low = bound_end(c, x, before, -1, &open);
    out.low_open = open;
    out.x_low = open ? c->points[0].x : value_at(c, low);
    const double high = bound_end(c, x, after, 1, &open);
    out.high_open = open;
    out.x_high = open ? c->points[c->count - 1].x : value_at(c, high);
    return out;
}

static saltus_status check_points(const saltus_ratio_point *points, size_t count, bool *log_x,
                                  saltus_error *error)
{
    *log_x = true;
    for (size_t i = 0; i < count; i++) {
        const saltus_ratio_point *p = &points[i];
        if (!isfinite(p->x) || (i > 0 && p->x <= points[i - 1].x)) {
            return sl_fail(error, SALTUS_E_ARGUMENT,
                           "x of point %zu is %g; it must be finite and above that of the point "
                           "before it",
                           i, p->x);
        }
        if (!(p->low > 0.0) || !(p->low <= p->ratio) || !(p->ratio <= p->high) ||
            !isfinite(p->high)) {
            return sl_fail(error, SALTUS_E_ARGUMENT,
                           "the ratio of point %zu is %g, from %g to %g; all must be above 0, "
                           "finite and in order",
                           i, p->ratio, p->low, p->high);
        }
        *log_x = *log_x && p->x > 0.0;
    }
    return SALTUS_OK;
}

saltus_status saltus_crossover_find(const saltus_ratio_point *points, size_t count,
                                    saltus_crossover *out, size_t capacity, size_t *found,
                                    saltus_error *error)
{
    *found = 0;
    curve c = {.points = points, .count = count};
    const saltus_status status = check_points(points, count, &c.log_x, error);
    if (status) {
        return status;
    }
    size_t last = 0; /* the last point that is on a side */
    int last_side = 0;
    for (size_t i = 0; i < count; i++) {
        const int here = side(points[i].ratio);
        if (here == 0) {
            continue;
        }
        if (last_side != 0 && here != last_side) {
            if (*found < capacity) {
                out[*found] = crossing(&c, last, i);
            }
            ++*found;
        }
        last = i;
        last_side = here;
    }
    return SALTUS_OK;
}
