/* current_screen - the rejections of lif_current.h for neurons whose currents are all exponential,
 * in scaled coordinates: a few products and comparisons, no branch.
 *
 * Passing means no more than that the exact test has to look: the levels are lowered by more than
 * rounding can do. */
#ifndef SALTUS_CURRENT_SCREEN_H
#define SALTUS_CURRENT_SCREEN_H

#include <stdbool.h>

#include "models/neuron/current_scale.h"

typedef struct current_screen {
    bool usable; /* no current is alpha */
    double inverse;
    double length; /* to the horizon, in tau_m */
    double v_b[LIF_CURRENTS], j_b[LIF_CURRENTS], charge[LIF_CURRENTS];
} current_screen;

/* Any length of time: longer than between horizons, so the test of the slope passes all that rise.
 */
#define CURRENT_SCREEN_ANY 1e6

static inline current_screen current_screen_of(const lif_currents *currents,
                                               const currents_readout *readout, double length)
{
    current_screen screen = {.usable = true, .inverse = readout->inverse, .length = length};
    for (uint32_t k = 0; k < currents->count; k++) {
        screen.usable = screen.usable && !currents->alpha[k];
        screen.v_b[k] = readout->of[k].v_b;
        screen.j_b[k] = readout->of[k].j_b;
        screen.charge[k] = 1 / currents->rate[k];
    }
    return screen;
}

/* By how much the level of a neuron is lowered. */
static inline double current_screen_slack(double th, double reset)
{
    return 1e-9 * (th - reset);
}

/* x, 0 if negative; exact, and without a branch that could not be predicted. */
static inline double current_screen_positive(double x)
{
    return 0.5 * (x + __builtin_fabs(x));
}

/* `count` currents, known where this is inlined. A refractory neuron (a minus infinity) never
 * passes. */
static inline __attribute__((always_inline)) bool
current_screen_passes(const current_screen *screen, uint32_t count, double a,
                      const double *coordinate, double th, double slack)
{
    double v = a * screen->inverse;
    double excitation = 0;
    double charge = 0;
    for (uint32_t k = 0; k < count; k++) {
        const double j = coordinate[k] * screen->j_b[k];
        const double positive = current_screen_positive(j);
        v += coordinate[k] * screen->v_b[k];
        excitation += positive;
        charge += positive * screen->charge[k];
    }
    const double level = th - slack;
    const double raised = current_screen_positive(v); /* NaN while refractory */
    const bool strong = (excitation > level) & (raised + charge >= level);
    return (v + screen->length * (excitation - v) >= level) & (strong | (th <= 0));
}

#endif /* SALTUS_CURRENT_SCREEN_H */
