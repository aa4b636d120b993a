/* current_screen - the rejections of lif_current.h for neurons whose currents are all exponential,
 * in scaled coordinates: a few products and one comparison that nearly none passes, so that loops
 * over neurons have no branch.
 *
 * Two screens: one for the time up to a horizon (T4), one for any time (T1, T3). Passing means no
 * more than that the exact test has to look: the levels are lowered by more than rounding can do.
 */
#ifndef SALTUS_CURRENT_SCREEN_H
#define SALTUS_CURRENT_SCREEN_H

#include <stdbool.h>

#include "base/vector_kernel.h"
#include "models/neuron/current_scale.h"

_Static_assert(SCREEN_TERMS >= LIF_CURRENTS, "a screen has a term for each current");

/* Coordinates at one time as potentials and currents. */
typedef struct current_screen {
    vector_screen quick; /* who does not pass is rejected */
    double inverse, v_b[LIF_CURRENTS], j_b[LIF_CURRENTS], charge[LIF_CURRENTS];
} current_screen;

/* x, 0 if negative; exact, and without a branch that could not be predicted. */
static inline double current_screen_positive(double x)
{
    return 0.5 * (x + __builtin_fabs(x));
}

/* The level of a neuron, lowered. */
static inline double current_screen_level(double th, double reset)
{
    return th - 1e-9 * (th - reset);
}

/* What is left of a current after `length`, at least. */
static inline double current_screen_keeps(double rate, double length)
{
    const double left = 1 - rate * length;
    return left > 0 ? left : 0;
}

/* What is of one time; of arrays only what currents there are for is set, since a screen is made
 * for every row. */
static inline void current_screen_begin(const lif_currents *currents,
                                        const currents_readout *readout, double level,
                                        current_screen *screen)
{
    screen->quick.terms = currents->count;
    screen->quick.level = level;
    screen->quick.floored = false;
    screen->inverse = readout->inverse;
    for (uint32_t k = 0; k < currents->count; k++) {
        screen->v_b[k] = readout->of[k].v_b;
        screen->j_b[k] = readout->of[k].j_b;
        screen->charge[k] = readout->of[k].j_b / currents->rate[k];
    }
}

/* Who may cross within `length`, in tau_m and at most 1: v + length (J - v) reaches the level for J
 * that excites as it does now and inhibits as it will in the end. */
static inline void current_screen_within(const lif_currents *currents,
                                         const currents_readout *readout, double level,
                                         double length, current_screen *screen)
{
    current_screen_begin(currents, readout, level, screen);
    screen->quick.of_a = (1 - length) * screen->inverse;
    for (uint32_t k = 0; k < currents->count; k++) {
        const double keeps = current_screen_keeps(currents->rate[k], length);
        const double j = length * screen->j_b[k];
        screen->quick.of_x[k] = (1 - length) * screen->v_b[k] + keeps * j;
        screen->quick.of_positive[k] = (1 - keeps) * j / 2;
    }
}

/* Who may ever cross: v, or 0, and the charge of the currents that excite reach the level. Where
 * the level is not above 0 all do. */
static inline void current_screen_ever(const lif_currents *currents,
                                       const currents_readout *readout, double level,
                                       current_screen *screen)
{
    const bool some = level > 0;
    current_screen_begin(currents, readout, some ? level : -__builtin_inf(), screen);
    screen->quick.floored = some;
    screen->quick.of_a = some ? screen->inverse : 0;
    for (uint32_t k = 0; k < currents->count; k++) {
        screen->quick.of_x[k] = some ? screen->v_b[k] : 0;
        screen->quick.of_positive[k] = some ? screen->charge[k] / 2 : 0;
    }
}

/* Of those that pass a quick screen: do T1 and T3 let them through as well? */
static inline bool current_screen_is_driven(const current_screen *screen, double a, const double *x)
{
    const double level = screen->quick.level;
    double v = a * screen->inverse;
    double excitation = 0;
    double charge = 0;
    for (uint32_t k = 0; k < screen->quick.terms; k++) {
        const double positive = current_screen_positive(x[k]);
        v += x[k] * screen->v_b[k];
        excitation += positive * screen->j_b[k];
        charge += positive * screen->charge[k];
    }
    return level <= 0 || (excitation > level && (v > 0 ? v : 0) + charge >= level);
}

/* The screens for a single neuron, whose coordinates are a and x: may it cross within `length`, or
 * ever where somebody sleeps? `currents` is known where this is inlined. */
static inline __attribute__((always_inline)) bool
current_screen_one(const double *rate, const currents_readout *readout, uint32_t currents,
                   double level, bool sleeps, double length, double a, const double *x)
{
    double v = a * readout->inverse;
    double most = 0;
    double excitation = 0;
    double charge = 0;
    for (uint32_t k = 0; k < currents; k++) {
        const double j = x[k] * readout->of[k].j_b;
        const double positive = current_screen_positive(j);
        v += x[k] * readout->of[k].v_b;
        excitation += positive;
        charge += positive / rate[k];
        most += positive + (j - positive) * current_screen_keeps(rate[k], length);
    }
    const bool driven =
        (level <= 0) | ((excitation > level) & (current_screen_positive(v) + charge >= level));
    return driven & (sleeps | (v + length * (most - v) >= level));
}

#endif /* SALTUS_CURRENT_SCREEN_H */
