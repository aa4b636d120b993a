/* scaling - see scaling.h. */
#include "models/synapse/scaling.h"

/* S beyond which it grows no more: a silent neuron's would leave the range of numbers. */
#define LARGEST 1e50
/* Most that a spike adds to r / rate; more would not be told from it. */
#define MOST_JUMP 1e100

scaling_law sl_scaling_law(const saltus_scaling_spec *spec)
{
    const double jump = 1000 / (spec->rate_Hz * spec->tau_ms);
    const double high = spec->high < LARGEST ? spec->high : LARGEST;
    return (scaling_law){
        .inverse_tau = 1.0 / (spec->tau_ms * SIM_TIME_TICKS_PER_MS),
        .drive = spec->gain_Hz * spec->tau_ms / 1000,
        .jump = jump < MOST_JUMP ? jump : MOST_JUMP,
        .log_low = spec->low > 0 ? sl_log(spec->low) : -(double)__builtin_inf(),
        .log_high = sl_log(high),
    };
}

/* What follows from level and q: where r comes down to rate. */
static void turn(const scaling_law *law, scaling_state *state)
{
    state->turn = 0;
    state->turn_level = state->level;
    state->turn_q = state->q;
    if (state->q > 1) {
        state->turn = sl_log(state->q);
        state->turn_q = 1;
        const double level = state->level + law->drive * (state->turn - (state->q - 1));
        state->turn_level = level > law->log_low ? level : law->log_low;
    }
}

scaling_state sl_scaling_start(const scaling_law *law)
{
    return sl_scaling_resume(law, 0, 0, 0);
}

scaling_state sl_scaling_resume(const scaling_law *law, sim_time since, double level, double q)
{
    scaling_state state = {.since = since, .level = level, .q = q};
    turn(law, &state);
    return state;
}

void sl_scaling_spike(const scaling_law *law, scaling_state *state, sim_time t)
{
    const double z = (double)(t - state->since) * law->inverse_tau;
    const double kept = sl_exp(-z);
    state->level = scaling_level(law, state, z, kept);
    state->q = state->q * kept + law->jump;
    state->since = t;
    turn(law, state);
}
