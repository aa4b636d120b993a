/* current_scale - see current_scale.h. */
#include "models/neuron/current_scale.h"

#include <math.h>

#include "base/exact_math.h"

/* An epoch in units of its tau: 46 ln 2. */
#define EPOCH (TIME_BASE_OCTAVES * 0x1.62e42fefa39efp-1)
/* Then nothing can be left (TIME_BASE_TINY). */
#define MOST_EPOCHS 23

uint32_t sl_current_coordinates(const lif_currents *currents, uint32_t *first)
{
    uint32_t count = 0;
    for (uint32_t k = 0; k < currents->count; k++) {
        first[k] = count;
        count += currents->alpha[k] ? 2 : 1;
    }
    return count;
}

/* ---- Readout --------------------------------------------------------------------------------- */

static void read_apart(double rate, bool alpha, const time_base *base, double scale_m, sim_time t,
                       current_readout *out)
{
    const double x = time_base_offset(base, t) * base->inverse_tau;
    const double scale = sl_exp(x);
    const double c = lif_current_c(rate);
    current_read_exponential(c, scale, scale_m, out);
    if (!alpha) {
        return;
    }
    const double inverse = out->j_b;
    const double square = c * c * rate;
    out->h_g = inverse;
    out->j_g = inverse * x;
    out->v_g = c * (inverse * x) - square * inverse;
    out->put_g = scale;
    out->put_b = -scale * x;
    out->put_a = square * scale_m;
}

static void read_joined(double rate, bool alpha, double x, double scale_m, current_readout *out)
{
    const double scale = sl_exp(rate * x);
    const double inverse = 1 / scale;
    out->j_b = inverse;
    out->v_b = sl_lif_current_gain(rate, x);
    if (!alpha) {
        out->put_b = scale;
        out->put_a = -scale * (scale_m * out->v_b);
        return;
    }
    out->h_g = inverse;
    out->j_g = inverse * (rate * x);
    out->v_g = sl_lif_current_alpha_gain(rate, x);
    out->put_g = scale;
    out->put_b = -scale * (rate * x);
    out->put_a = -scale_m * (out->put_b * out->v_b + out->put_g * out->v_g);
}

/* V does not jump with the threshold, so nothing is put into a. Out of line: external events read
 * other currents all the time. */
static __attribute__((noinline)) void read_threshold(double rate, const time_base *base, sim_time t,
                                                     current_readout *out)
{
    out->put_b = time_base_scale(base, t);
    out->v_b = -1 / out->put_b;
    out->j_b = (1 - rate) * out->v_b;
}

void sl_currents_readout(const lif_currents *currents, const current_bases *bases, sim_time t,
                         currents_readout *readout)
{
    const time_base *membrane = bases->membrane;
    const double x = time_base_offset(membrane, t) * membrane->inverse_tau;
    readout->time = t;
    readout->scale = sl_exp(x);
    readout->inverse = 1 / readout->scale;
    for (uint32_t k = 0; k < currents->count; k++) {
        const double rate = currents->rate[k];
        current_readout *out = &readout->of[k];
        *out = (current_readout){0};
        if (__builtin_expect(currents->threshold[k], 0)) {
            read_threshold(rate, bases->of[k], t, out);
        } else if (lif_current_joins(rate)) {
            read_joined(rate, currents->alpha[k], x, readout->scale, out);
        } else {
            read_apart(rate, currents->alpha[k], bases->of[k], readout->scale, t, out);
        }
    }
}

/* Of what the currents are of v; with the components of the threshold it is z's. */
static inline double sum_shares(const lif_currents *currents, const currents_readout *readout,
                                const double *coordinate)
{
    double share = 0;
    for (uint32_t k = 0; k < currents->count; k++) {
        share += *coordinate++ * readout->of[k].v_b;
        if (currents->alpha[k]) {
            share += *coordinate++ * readout->of[k].v_g;
        }
    }
    return share;
}

void sl_currents_state(const lif_currents *currents, const currents_readout *readout, double a,
                       const double *coordinate, lif_current_state *state)
{
    state->v = a * readout->inverse + sum_shares(currents, readout, coordinate);
    for (uint32_t k = 0; k < currents->count; k++) {
        const current_readout *of = &readout->of[k];
        const double b = *coordinate++;
        state->j[k] = b * of->j_b;
        state->h[k] = 0;
        if (currents->alpha[k]) {
            const double g = *coordinate++;
            state->j[k] += g * of->j_g;
            state->h[k] = g * of->h_g;
        }
    }
}

double sl_currents_share(const lif_currents *currents, const currents_readout *readout,
                         const double *coordinate)
{
    double share = 0;
    for (uint32_t k = 0; k < currents->count; k++) {
        const double b = *coordinate++;
        share += currents->threshold[k] ? 0 : b * readout->of[k].v_b;
        if (currents->alpha[k]) {
            share += *coordinate++ * readout->of[k].v_g;
        }
    }
    return share;
}

double sl_currents_theta(const lif_currents *currents, const currents_readout *readout,
                         const double *coordinate)
{
    double theta = 0;
    for (uint32_t k = 0; k < currents->count; k++) {
        if (currents->threshold[k]) {
            theta -= *coordinate * readout->of[k].v_b;
        }
        coordinate += currents->alpha[k] ? 2 : 1;
    }
    return theta;
}

/* ---- Epochs ---------------------------------------------------------------------------------- */

static double flushed(double value)
{
    return fabs(value) < TIME_BASE_TINY ? 0 : value;
}

void sl_current_rebase(const lif_currents *currents, uint32_t k, uint64_t epochs, double *b)
{
    if (epochs > MOST_EPOCHS) {
        epochs = MOST_EPOCHS;
    }
    if (!currents->alpha[k]) {
        *b = flushed(*b * sl_scale2(1, -(int)epochs * TIME_BASE_OCTAVES));
        return;
    }
    double *g = b + 1;
    for (; epochs > 0; epochs--) {
        *b = flushed((*b + *g * EPOCH) * sl_scale2(1, -TIME_BASE_OCTAVES));
        *g = flushed(*g * sl_scale2(1, -TIME_BASE_OCTAVES));
    }
}

/* One epoch: the joined currents' part of v moves into a. */
static void membrane_epoch(const lif_currents *currents, double *a, double *coordinate)
{
    double v = *a * sl_scale2(1, -TIME_BASE_OCTAVES);
    for (uint32_t k = 0; k < currents->count; k++) {
        const double rate = currents->rate[k];
        double *b = coordinate;
        double *g = currents->alpha[k] ? coordinate + 1 : b;
        coordinate += currents->alpha[k] ? 2 : 1;
        if (!lif_current_is_joined(currents, k)) {
            continue;
        }
        const double decay = sl_exp(-rate * EPOCH);
        v += *b * sl_lif_current_gain(rate, EPOCH);
        if (currents->alpha[k]) {
            v += *g * sl_lif_current_alpha_gain(rate, EPOCH);
            *b += *g * (rate * EPOCH);
            *g = flushed(*g * decay);
        }
        *b = flushed(*b * decay);
    }
    *a = flushed(v);
}

void sl_membrane_rebase(const lif_currents *currents, uint64_t epochs, double *a,
                        double *coordinate)
{
    if (epochs > MOST_EPOCHS) {
        epochs = MOST_EPOCHS;
    }
    for (; epochs > 0; epochs--) {
        membrane_epoch(currents, a, coordinate);
    }
}
