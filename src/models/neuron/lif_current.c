/* lif_current - see lif_current.h. */
#include "models/neuron/lif_current.h"

#include <math.h>

#include "base/exact_math.h"
#include "models/neuron/decaying_sum.h"

/* ---- The way between events ------------------------------------------------------------------ */

/* integral from 0 to x of exp(-(x - s)) exp(-rate s) ds = (exp(-x) - exp(-rate x)) / (rate - 1);
 * `slower` is the larger of the two. */
static inline double gain(double rate, double x, double slower)
{
    const double apart = fabs(rate - 1);
    return apart > 0 ? slower * (-sl_expm1(-x * apart) / apart) : x * slower;
}

double sl_lif_current_gain(double rate, double x)
{
    return gain(rate, x, sl_exp(-x * (rate < 1 ? rate : 1)));
}

/* sum over n of y^n / (n + 2)!, |y| <= 1; 20! is beyond the last bit. */
static double alpha_series(double y)
{
    double sum = 0;
    for (int n = 18; n >= 1; n--) {
        sum = (1 + sum) * (y / (n + 2));
    }
    return (1 + sum) / 2;
}

/* rate times the integral from 0 to x of exp(-(x - s)) s exp(-rate s) ds */
double sl_lif_current_alpha_gain(double rate, double x)
{
    const double apart = rate - 1;
    const double y = apart * x;
    if (fabs(y) <= 1) {
        return rate * x * x * sl_exp(-rate * x) * alpha_series(y);
    }
    if (apart > 0) {
        return rate * sl_exp(-x) * ((1 - (1 + y) * sl_exp(-y)) / (apart * apart));
    }
    return rate * sl_exp(-rate * x) * ((sl_expm1(y) - y) / (apart * apart));
}

double sl_lif_current_drive(const lif_currents *currents, const lif_current_state *state, double x)
{
    double drive = 0;
    for (uint32_t k = 0; k < currents->count; k++) {
        const double rate = currents->rate[k];
        double j = state->j[k];
        if (currents->alpha[k]) {
            j += state->h[k] * rate * x;
        }
        drive += j * sl_exp(-rate * x);
    }
    return drive;
}

double sl_lif_current_potential(const lif_currents *currents, const lif_current_state *state,
                                double x)
{
    double v = state->v * sl_exp(-x);
    for (uint32_t k = 0; k < currents->count; k++) {
        if (state->j[k] != 0) {
            v += state->j[k] * sl_lif_current_gain(currents->rate[k], x);
        }
        if (currents->alpha[k] && state->h[k] != 0) {
            v += state->h[k] * sl_lif_current_alpha_gain(currents->rate[k], x);
        }
    }
    return v;
}

/* Both at once, which share exponentials: v, and dv/dt = J - v. */
static double potential_and_slope(const lif_currents *currents, const lif_current_state *state,
                                  double x, double *slope)
{
    const double membrane = sl_exp(-x);
    double v = state->v * membrane;
    double drive = 0;
    for (uint32_t k = 0; k < currents->count; k++) {
        const double rate = currents->rate[k];
        const double current = sl_exp(-rate * x);
        double j = state->j[k];
        if (j != 0) {
            v += j * gain(rate, x, rate < 1 ? current : membrane);
        }
        if (currents->alpha[k]) {
            v += state->h[k] != 0 ? state->h[k] * sl_lif_current_alpha_gain(rate, x) : 0;
            j += state->h[k] * rate * x;
        }
        drive += j * current;
    }
    *slope = drive - v;
    return v;
}

/* ---- Rejections ------------------------------------------------------------------------------ */

/* Rounding of the bounds and of what they are compared with: a neuron within it of firing is looked
 * at. */
#define SLACK 1e-12

/* Inhibition only lowers v, so T1 and T3 are of the currents that excite, each at its largest. T4
 * looks no farther than `length`, where something of what inhibits is left. */
lif_rejection sl_lif_current_rejects(const lif_currents *currents, const lif_current_state *state,
                                     double th, double length)
{
    double most = 0;
    double charge = 0;
    double drive = 0;
    for (uint32_t k = 0; k < currents->count; k++) {
        const double j = state->j[k] > 0 ? state->j[k] : 0;
        const double h = currents->alpha[k] && state->h[k] > 0 ? state->h[k] : 0;
        const double waits = currents->rate[k] * length;
        most += j + h / M_E;
        charge += (j + h) / currents->rate[k];
        drive += state->j[k] > 0 ? j : state->j[k] * fmax(1 - waits, 0);
        drive += h * fmin(waits, 1 / M_E);
    }
    const double level = th - fabs(th) * SLACK;
    if (th > 0 && most <= level) {
        return LIF_WEAK;
    }
    const double raised = state->v > 0 ? state->v : 0;
    if (th > 0 && (raised + charge) * (1 + SLACK) < level) {
        return LIF_SPENT;
    }
    const double rise = drive - state->v;
    const double size = fabs(state->v) + most + (most - drive);
    if (state->v < level && !(rise > 0 && state->v + length * rise + SLACK * size >= level)) {
        return LIF_SLOW;
    }
    return LIF_MAY_CROSS;
}

/* ---- Crossing -------------------------------------------------------------------------------- */

/* The first x in [low, high] with v >= th, which is so at high and at most once begins to be:
 * Newton's steps, dv/dx = J - v, kept in the bracket; from the left they do not overshoot where the
 * sum of currents falls. */
static double first_reached(const lif_currents *currents, const lif_current_state *state, double th,
                            double low, double high)
{
    double x = low;
    double width = high - low;
    for (int i = 0; i < 200; i++) {
        double slope = 0;
        const double v = potential_and_slope(currents, state, x, &slope);
        if (v >= th) {
            high = x;
        } else {
            low = x;
        }
        double next = x + (th - v) / slope;
        const bool slow = i > 6 && !(fabs(next - x) < width / 2);
        if (slow || !(next > low && next < high)) {
            next = low + (high - low) / 2;
        }
        if (next <= low || next >= high) {
            break;
        }
        width = fabs(next - x);
        if (width <= 0x1p-53 * x) {
            break;
        }
        x = next;
    }
    return high;
}

/* J - th */
static decaying_sum drive_above(const lif_currents *currents, const lif_current_state *state,
                                double th)
{
    decaying_sum sum = {0};
    sl_decaying_sum_add(&sum, 0, -th, 0);
    for (uint32_t k = 0; k < currents->count; k++) {
        const double slope = currents->alpha[k] ? state->h[k] * currents->rate[k] : 0;
        sl_decaying_sum_add(&sum, currents->rate[k], state->j[k], slope);
    }
    return sum;
}

/* Is J above th between two zeros next to each other? */
static bool drives(const decaying_sum *above, double from, double to)
{
    return sl_decaying_sum_at(above, from + (to - from) / 2) > 0;
}

/* Is J above th all the time? Then its zeros need not be looked for. */
static bool drives_throughout(const lif_currents *currents, const lif_current_state *state,
                              double th, double length)
{
    double least = 0;
    double size = fabs(th);
    for (uint32_t k = 0; k < currents->count; k++) {
        const double j = state->j[k];
        const double h = currents->alpha[k] ? state->h[k] : 0;
        const double waits = currents->rate[k] * length;
        least += j > 0 ? j * fmax(1 - waits, 0) : j;
        least += h > 0 ? 0 : h * fmin(waits, 1 / M_E);
        size += fabs(j) + fabs(h);
    }
    return least > th + size * SLACK;
}

double sl_lif_current_crossing(const lif_currents *currents, const lif_current_state *state,
                               double th, double length)
{
    if (drives_throughout(currents, state, th, length)) {
        const bool reaches = sl_lif_current_potential(currents, state, length) >= th;
        return reaches ? first_reached(currents, state, th, 0, length) : -1;
    }
    const decaying_sum above = drive_above(currents, state, th);
    double part[DECAYING_TERMS + 2];
    part[0] = 0;
    const uint32_t zeros = sl_decaying_sum_zeros(&above, length, part + 1);
    part[zeros + 1] = length;
    for (uint32_t i = 0; i <= zeros; i++) {
        if (!drives(&above, part[i], part[i + 1]) ||
            !(sl_lif_current_potential(currents, state, part[i + 1]) >= th)) {
            continue;
        }
        return first_reached(currents, state, th, part[i], part[i + 1]);
    }
    return -1;
}
