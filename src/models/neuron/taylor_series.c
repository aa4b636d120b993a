/* taylor_series - see taylor_series.h.
 *
 * tests/exactness/test_flow.c compares the way and the crossings with an integration in quadruple
 * precision.
 */
#include "models/neuron/taylor_series.h"

#include <math.h>
#include <string.h>

#include "base/exact_math.h"

/* Steps below a tick, one after the other, until the tick is over. Each goes some 0.2 of the way to
 * V's explosion, so that from 1e-11 ms to the end of all numbers it is less than this. */
#define MOST_STEPS 4000

/* The longest step, in units: of a neuron at rest, whose coefficients are all 0. */
#define LONGEST_STEP 1e4

/* The series of the currents that decay, added to that of the drive, which has their values. */
static void add_currents(const flow_drive *drive, const double *current, taylor_series *series)
{
    memset(series->current + series->drive_terms, 0,
           (TAYLOR_ORDER - series->drive_terms) * sizeof series->current[0]);
    series->drive_terms = TAYLOR_ORDER;
    for (uint32_t k = 0; k < drive->count; k++) {
        const double x = -series->unit_ms / drive->tau_ms[k];
        double term = current[k];
        for (uint32_t n = 1; n < TAYLOR_ORDER && term != 0; n++) {
            term *= x / n;
            series->current[n] += term;
        }
    }
}

static void begin(const taylor_equation *equation, const double *value, const double *state,
                  const flow_drive *drive, taylor_series *series)
{
    const double *current = state + FLOW_VARIABLES;
    double fastest = 0;
    series->v[0] = state[0];
    series->u[0] = state[1];
    series->current[0] = drive->current;
    for (uint32_t k = 0; k < drive->count; k++) {
        fastest = current[k] != 0 ? fmax(fastest, 1 / drive->tau_ms[k]) : fastest;
        series->current[0] += current[k];
    }
    series->unit_ms = 1 / (equation->rate(value, series) + fastest);
    series->current[1] = drive->slope * series->unit_ms;
    series->drive_terms = 2;
    if (fastest > 0) {
        add_currents(drive, current, series);
    }
}

static double sum(const double *coefficient, uint32_t order, double x)
{
    double total = coefficient[order];
    for (uint32_t k = order; k > 0; k--) {
        total = total * x + coefficient[k - 1];
    }
    return total;
}

/* x^n by squaring. */
static double power(double x, uint32_t n)
{
    double result = 1;
    for (; n > 0; n >>= 1) {
        result *= n & 1 ? x : 1;
        x *= x;
    }
    return result;
}

/* Are the last two terms of this order below the tolerance? */
static bool converged(const double *coefficient, uint32_t order, double x)
{
    const double allowed = TAYLOR_TOLERANCE * fmax(fabs(coefficient[0]), 1);
    const double last = power(x, order - 1);
    return fabs(coefficient[order - 1]) * last <= allowed &&
           fabs(coefficient[order]) * (last * x) <= allowed;
}

/* How far the term of order k stays below the tolerance. */
static double reach_of(double first, double coefficient, uint32_t k)
{
    const double size = fabs(coefficient);
    if (!(size > 1e-200)) {
        return (double)INFINITY;
    }
    return sl_exp(sl_log(TAYLOR_TOLERANCE * fmax(fabs(first), 1) / size) / k);
}

/* Length of a step, in units. */
static double reach(const taylor_equation *equation, const double *value,
                    const taylor_series *series)
{
    double least = LONGEST_STEP;
    for (uint32_t k = TAYLOR_ORDER - 1; k <= TAYLOR_ORDER; k++) {
        least = fmin(least, reach_of(series->v[0], series->v[k], k));
        least = fmin(least, reach_of(series->u[0], series->u[k], k));
    }
    return equation->resolved != NULL ? equation->resolved(value, series, least) : least;
}

/* ---- Crossings ----------------------------------------------------------------------------- */

/* What is known of V on [0, x]: at most `high`, and rising if `slope` > 0. */
typedef struct bounds {
    double high, slope;
} bounds;

static bounds bounds_on(const double *v, double x)
{
    bounds bounds = {.high = v[0], .slope = v[1]};
    double x_k = 1; /* x^(k - 1) */
    for (uint32_t k = 1; k <= TAYLOR_ORDER; k++) {
        bounds.high += fmax(v[k], 0) * (x_k * x);
        bounds.slope += k > 1 ? fmin(v[k], 0) * (k * x_k) : 0;
        x_k *= x;
    }
    return bounds;
}

/* The x in (0, end] at which V, which rises, is at `peak`: Newton, or halving where it leaves the
 * bracket. Both ends of the bracket are known to be on their side. */
static double crossing(const double *v, double peak, double end, double accuracy)
{
    double low = 0;
    double high = end;
    double x = end * (peak - v[0]) / (sum(v, TAYLOR_ORDER, end) - v[0]);
    for (int i = 0; i < 200; i++) {
        double value = v[TAYLOR_ORDER];
        double slope = 0;
        for (uint32_t k = TAYLOR_ORDER; k > 0; k--) {
            slope = slope * x + value;
            value = value * x + v[k - 1];
        }
        if (value >= peak) {
            high = x;
        } else {
            low = x;
        }
        double next = x - (value - peak) / slope;
        if (!(next > low && next < high)) {
            next = low + (high - low) / 2;
        }
        if (fabs(next - x) <= accuracy || high - low <= accuracy) {
            return next;
        }
        x = next;
    }
    return x;
}

/* The way from the beginning of the series, at most `end` units. Where it is not clear whether V
 * reaches the peak, a shorter way is taken: near its beginning, V is below the peak or rises. */
static flow_leg look(const taylor_series *series, double peak, double end)
{
    const double tick = FLOW_TICK_MS / series->unit_ms;
    for (;; end /= 2) {
        const bounds bounds = bounds_on(series->v, end);
        const double last = sum(series->v, TAYLOR_ORDER, end);
        if (bounds.high < peak || (bounds.slope > 0 && last < peak)) {
            return (flow_leg){.length_ms = end * series->unit_ms};
        }
        if (bounds.slope > 0) {
            const double x = crossing(series->v, peak, end, fmin(tick * 1e-3, end * 1e-15));
            return (flow_leg){.length_ms = x * series->unit_ms, .crosses = true};
        }
        if (end <= tick) {
            return (flow_leg){.length_ms = end * series->unit_ms, .crosses = last >= peak};
        }
    }
}

/* ---- The way --------------------------------------------------------------------------------- */

static void take(const taylor_series *series, uint32_t order, double x, const flow_drive *drive,
                 double *state)
{
    state[0] = flow_bounded(sum(series->v, order, x));
    state[1] = flow_bounded(sum(series->u, order, x));
    sl_flow_decay(drive, x * series->unit_ms, state);
}

flow_leg sl_taylor_leg(const taylor_equation *equation, const double *value, const double *state,
                       flow_drive drive, double longest_ms)
{
    const double peak = value[equation->peak];
    double now[FLOW_STATE];
    memcpy(now, state, (FLOW_VARIABLES + drive.count) * sizeof now[0]);
    flow_leg whole = {0};
    for (int i = 0; i < MOST_STEPS && now[0] < peak; i++) {
        taylor_series series;
        begin(equation, value, now, &drive, &series);
        equation->extend(value, &series, 0, TAYLOR_ORDER);
        const double left = longest_ms - whole.length_ms;
        const double end = fmin(reach(equation, value, &series), left / series.unit_ms);
        const flow_leg leg = look(&series, peak, end);
        whole.length_ms += leg.length_ms;
        whole.crosses = leg.crosses;
        if (leg.crosses || whole.length_ms >= FLOW_TICK_MS || whole.length_ms >= longest_ms) {
            return whole;
        }
        take(&series, TAYLOR_ORDER, leg.length_ms / series.unit_ms, &drive, now);
        drive.current += drive.slope * leg.length_ms;
    }
    whole.crosses = true; /* V has reached its peak, or is at the end of all numbers */
    return whole;
}

void sl_taylor_advance(const taylor_equation *equation, const double *value, flow_drive drive,
                       double ms, double *state)
{
    static const uint32_t orders[] = {6, 12, TAYLOR_ORDER};
    const double peak = value[equation->peak];
    /* a crossing's time is rounded, and V may explode within less than that */
    for (int i = 0; i < MOST_STEPS && ms > 0 && state[0] < peak; i++) {
        taylor_series series;
        begin(equation, value, state, &drive, &series);
        const double x = ms / series.unit_ms;
        uint32_t from = 0;
        for (uint32_t n = 0; n < sizeof orders / sizeof orders[0]; n++) {
            equation->extend(value, &series, from, orders[n]);
            from = orders[n];
            if (converged(series.v, from, x) && converged(series.u, from, x)) {
                take(&series, from, x, &drive, state);
                return;
            }
        }
        const double step = fmin(reach(equation, value, &series), x);
        take(&series, TAYLOR_ORDER, step, &drive, state);
        if (!(step < x)) {
            return;
        }
        ms -= step * series.unit_ms;
        drive.current += drive.slope * (step * series.unit_ms);
    }
}
