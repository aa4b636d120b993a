/* scaling - the factor by which a neuron scales the synapses onto it.
 *
 *     tau dr/dt = -r + sum of delta(t - spikes),   dS/dt = gain S (1 - r / rate)
 *
 * With z the time since the last spike in tau and q = r / rate just after it, ln S grows by
 *
 *     gain tau (z - q (1 - exp(-z)))
 *
 * as long as S is within its bounds, and stands at a bound while it would leave it. Between spikes
 * r only falls, so dS/dt changes its sign at most once, from minus to plus, at z = ln q where r has
 * come down to `rate`: before that only `low` can be met, after that only `high`. Each of the two
 * parts is therefore the formula and one clip, and S is exact at any time, with its bounds, from
 * what is kept at the last spike (van Rossum, Bi & Turrigiano 2000, J. Neurosci. 20:8812).
 * tests/plasticity/test_synapse_models.c compares it with small steps.
 */
#ifndef SALTUS_SCALING_H
#define SALTUS_SCALING_H

#include "base/exact_math.h"
#include "base/sim_time.h"
#include "saltus/plasticity.h"

/* S = exp(-SCALING_NOTHING) counts as 0, so that nothing is computed with subnormal numbers. */
#define SCALING_NOTHING 460

typedef struct scaling_law {
    double inverse_tau;       /* 1 / ticks */
    double drive;             /* gain tau */
    double jump;              /* of q at a spike: 1 / (rate tau) */
    double log_low, log_high; /* of S */
} scaling_law;

/* A neuron just after its last spike; the beginning counts as one without effect. */
typedef struct scaling_state {
    sim_time since;
    double level;      /* ln S */
    double q;          /* r / rate */
    double turn;       /* z at which q has come down to 1; 0: it is not above */
    double turn_level; /* ln S then */
    double turn_q;     /* q then */
} scaling_state;

scaling_law sl_scaling_law(const saltus_scaling_spec *spec);
/* S = 1, r = 0 at time 0. */
scaling_state sl_scaling_start(const scaling_law *law);
/* Just after a spike at `since`, when these were ln S and r / rate. */
scaling_state sl_scaling_resume(const scaling_law *law, sim_time since, double level, double q);
/* The neuron fires at t. */
void sl_scaling_spike(const scaling_law *law, scaling_state *state, sim_time t);

/* ln S at z since the last spike; kept = exp(-z). */
static inline double scaling_level(const scaling_law *law, const scaling_state *state, double z,
                                   double kept)
{
    if (z < state->turn) {
        const double level = state->level + law->drive * (z - state->q * (1 - kept));
        return level > law->log_low ? level : law->log_low;
    }
    const double level =
        state->turn_level + law->drive * ((z - state->turn) - (state->turn_q - state->q * kept));
    return level < law->log_high ? level : law->log_high;
}

/* S at t, not before the last spike. */
static inline double scaling_at(const scaling_law *law, const scaling_state *state, sim_time t)
{
    const double z = (double)(t - state->since) * law->inverse_tau;
    const double level = scaling_level(law, state, z, sl_exp(-z));
    return level > -SCALING_NOTHING ? sl_exp(level) : 0.0;
}

#endif /* SALTUS_SCALING_H */
