/* taylor_series - neurons whose equation is polynomial, by power series (Parker & Sochacki 1996).
 *
 * The coefficients of the solution's Taylor series follow from each other by the equation itself,
 * to any order, at the cost of a few products each (Stewart & Bair 2009, J Comput Neurosci 27:115).
 * Of order 24, a step is as long as the last coefficients say that what is left out is below
 *
 *     TAYLOR_TOLERANCE max(|x|, 1)      for x = V and x = u,
 *
 * that is, below the rounding of the sum. A crossing of the peak is that of the step's polynomial,
 * found in a bracket on which it is shown to rise.
 *
 * Currents that decay are series known beforehand: I_k+1 = -I_k / (tau (k + 1)). Their own values
 * are those of the exponential.
 *
 * Time is measured in units of a time in which the state changes noticeably, so that no coefficient
 * overflows however near V is to its explosion.
 */
#ifndef SALTUS_TAYLOR_SERIES_H
#define SALTUS_TAYLOR_SERIES_H

#include "models/neuron/flow.h"

#define TAYLOR_ORDER     24
#define TAYLOR_TOLERANCE 1e-16

/* x(t) = sum of x[k] (t / unit_ms)^k for V, u and, where the equation needs it, y = f(V). */
typedef struct taylor_series {
    double unit_ms;
    uint32_t drive_terms;         /* of the drive: those beyond are 0 */
    double current[TAYLOR_ORDER]; /* the drive, likewise */
    double v[TAYLOR_ORDER + 1];
    double u[TAYLOR_ORDER + 1];
    double y[TAYLOR_ORDER + 1];
} taylor_series;

typedef struct taylor_equation {
    uint32_t peak;
    /* 1 / unit: how fast the state changes, per ms; y[0] of the state v[0], u[0], driven by
     * current[0]. */
    double (*rate)(const double *value, taylor_series *series);
    /* Coefficients from + 1 to `to`, those up to `from` being known. */
    void (*extend)(const double *value, taylor_series *series, uint32_t from, uint32_t to);
    /* The longest step up to x, in units, on which the last coefficients tell of what is left out;
     * NULL: they always do. */
    double (*resolved)(const double *value, const taylor_series *series, double x);
} taylor_equation;

/* See flow_model. `longest_ms` also limits the steps. */
flow_leg sl_taylor_leg(const taylor_equation *equation, const double *value, const double *state,
                       flow_drive drive, double longest_ms);
void sl_taylor_advance(const taylor_equation *equation, const double *value, flow_drive drive,
                       double ms, double *state);

#endif /* SALTUS_TAYLOR_SERIES_H */
