/* flow - the contract of neurons whose state moves by an equation of its own between events.
 *
 * Such a neuron has V and perhaps one more variable, u; in some models synaptic currents, too, each
 * of which decays with a time constant of its own whatever V does. Nothing about it is constant
 * between events, so it keeps its state as of a time and is moved on when something happens to it.
 * A model is a file with a `flow_model`: what its parameters are, how far one goes from a state in
 * one piece (a leg) and whether V reaches its peak on the way, where the state is after some time,
 * what a spike does, and the slopes for a forward Euler step. It knows neither time of day nor
 * events.
 *
 * Legs depend on the state they begin with and on nothing else, so where somebody looks in between
 * changes no bit.
 */
#ifndef SALTUS_FLOW_H
#define SALTUS_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "saltus/catalog.h"

/* The state: V, then u, then as many currents as the drive says. */
#define FLOW_VARIABLES 2
#define FLOW_CURRENTS  8 /* at most */
#define FLOW_STATE     (FLOW_VARIABLES + FLOW_CURRENTS)

/* No variable of a neuron leaves [-FLOW_BOUND, FLOW_BOUND]: where a model runs away (a < 0) or a
 * weight is absurd, it stops there, and the time that a leg takes stays above some 1e-9 ms. */
#define FLOW_BOUND 1e9

/* A tick of simulated time (base/sim_time.h) in ms: how finely a crossing is to be found. */
#define FLOW_TICK_MS 1e-11

/* A current below this, in pA, is none: what it moves V by, however long, is below the rounding of
 * V, and no decay goes on for ever. */
#define FLOW_NO_CURRENT 1e-25

/* The current, in pA, s after the state: current + slope s + the sum of the state's currents, which
 * are by then exp(-s / tau) of what they were. */
typedef struct flow_drive {
    double current;
    double slope; /* pA/ms */
    uint32_t count;
    const double *tau_ms; /* [count] */
} flow_drive;

/* One piece of the way from a state. */
typedef struct flow_leg {
    double length_ms; /* INFINITY: for ever */
    bool crosses;     /* V has not reached its peak before its end, and reaches it there */
} flow_leg;

typedef struct flow_model {
    saltus_model_info info;
    const saltus_rule_parameter *parameters; /* ended by a NULL name; values in this order */
    const char *second;                      /* name of the other variable, NULL: there is none */
    uint32_t peak, reset, t_ref;             /* places of v_peak, v_reset, t_ref among the values */
    uint32_t rest;                           /* of the value that V begins at by default */
    bool ramps;                              /* does it take currents with a slope? */
    bool receptors; /* do arrivals add to currents of the state? Else to V */

    /* u of a neuron that begins at V; 0 where there is none. */
    double (*rest_of)(const double *value, double v);
    /* At most `longest_ms` long. A state at or above the peak crosses at once, with length 0. */
    flow_leg (*leg)(const double *value, const double *state, flow_drive drive, double longest_ms);
    /* `ms` later, within a leg. */
    void (*advance)(const double *value, flow_drive drive, double ms, double *state);
    /* u, while V is held at its reset value. */
    void (*hold)(const double *value, double ms, double *state);
    /* A spike: V is reset, u jumps. */
    void (*spike)(const double *value, double *state);
    /* d/dt of each variable. */
    void (*slopes)(const double *value, const double *state, flow_drive drive, double *slope);
    /* What the single parameters cannot say; NULL: nothing is wrong. */
    const char *(*check)(const double *value);
} flow_model;

/* The model, NULL for those of other kinds (flow_list.c). */
const flow_model *sl_flow_model(saltus_model model);
/* Models of this kind follow each other in saltus_model, from this one on. */
extern const flow_model *const sl_flow_models[];
extern const uint32_t sl_flow_model_count;

/* Values of a spec: those given, else the defaults. */
void sl_flow_values(const flow_model *model, const double *given, double *value);

/* The currents of a state `ms` later. */
void sl_flow_decay(const flow_drive *drive, double ms, double *state);
/* What goes on while V is held at its reset value: u and the currents. */
void sl_flow_hold(const flow_model *model, const double *value, const flow_drive *drive, double ms,
                  double *state);

/* Grid: `ms` on, by legs; V stays at its peak once it is there. */
void sl_flow_over(const flow_model *model, const double *value, flow_drive drive, double ms,
                  double *state);
/* Grid: one forward Euler step. */
void sl_flow_euler(const flow_model *model, const double *value, flow_drive drive, double ms,
                   double *state);

static inline double flow_bounded(double x)
{
    return x < -FLOW_BOUND ? -FLOW_BOUND : x > FLOW_BOUND ? FLOW_BOUND : x;
}

#endif /* SALTUS_FLOW_H */
