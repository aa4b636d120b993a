/* reward_stdp - pairs of spikes leave an eligibility, rewards turn it into weight.
 *
 * With x the presynaptic trace (tau_plus), y the postsynaptic one (tau_minus) and D the signal of a
 * neuromodulator, in 1/s, with its baseline D_b:
 *
 *     target spike:            c <- c + a_plus w_max x
 *     presynaptic spike:       c <- c - a_minus w_max y
 *     between events:          c' = -c/tau_c,   w' = c (D - D_b),   w_min <= w <= w_max
 *
 * D is taken at the synapse's own time, without any delay: the integral of w' is exact over any
 * number of rewards, bounds included (modulator.h). Events do not change w by themselves.
 *
 * Izhikevich (2007) Cereb. Cortex 17:2443. */
#include "models/plasticity/modulator.h"
#include "models/plasticity/rule_list.h"
#include "models/plasticity/rule_parts.h"

enum { TAU_PLUS = RULE_OWN, TAU_MINUS, A_PLUS, A_MINUS, TAU_C, PAIRING };

static const saltus_rule_parameter parameters[] = {
    RULE_BOUNDS,
    RULE_TIME("tau_plus", 20, "time constant of pairs that raise the eligibility"),
    RULE_TIME("tau_minus", 20, "time constant of pairs that lower it"),
    RULE_SIZE("a_plus", 0.1, "size of a raise"),
    RULE_SIZE("a_minus", 0.15, "size of a decline"),
    RULE_TIME("tau_c", 1000, "time constant of the eligibility"),
    RULE_PAIRING(sl_rule_pairings, PAIRING_RESTRICTED),
    RULE_END,
};

static void traces(const double *value, plastic_traces *traces)
{
    *traces = (plastic_traces){.pre_count = 1,
                               .post_count = 1,
                               .tau_pre_ms = {value[TAU_PLUS]},
                               .tau_post_ms = {value[TAU_MINUS]},
                               .pairing = (plastic_pairing)value[PAIRING],
                               .tau_state_ms = value[TAU_C]};
}

/* One synapse. */
typedef struct synapse {
    double weight, eligibility;
    sim_time since; /* eligibility as of this time */
} synapse;

/* The weight goes on to `until`, at the synapse. */
static void go_on(const plastic_chunk *chunk, synapse *synapse, sim_time until)
{
    const modulator_stretch stretch = {.eligibility = synapse->eligibility,
                                       .since = synapse->since + chunk->dendritic,
                                       .settled = chunk->settled,
                                       .until = until};
    synapse->weight =
        sl_modulator_move(chunk->modulator, &chunk->bounds, &stretch, synapse->weight, NULL);
}

/* An event at t adds `change` to the eligibility. */
static void meet(const plastic_chunk *chunk, synapse *synapse, sim_time t, double change)
{
    if (synapse->eligibility != 0) {
        go_on(chunk, synapse, t + chunk->dendritic);
        const double ticks = (double)(t - synapse->since);
        synapse->eligibility *= sl_exp(-(ticks * chunk->modulator->inverse_tau_c));
    }
    synapse->eligibility += change;
    synapse->since = t;
}

static void apply(const double *value, const plastic_chunk *chunk, double *restrict weight)
{
    const double plus = value[A_PLUS] * chunk->bounds.high;
    const double minus = value[A_MINUS] * chunk->bounds.high;
    for (uint32_t i = 0; i < chunk->count; i++) {
        synapse synapse = {
            .weight = weight[i], .eligibility = chunk->state[i], .since = chunk->since[i]};
        for (uint32_t k = chunk->post[i]; k < chunk->post[i + 1]; k++) {
            meet(chunk, &synapse, chunk->post_time[k], plus * chunk->x[0][k]);
        }
        if (chunk->arrives) {
            meet(chunk, &synapse, chunk->now, -(minus * chunk->y[0][i]));
        }
        chunk->state[i] = synapse.eligibility;
        if (chunk->settle_to > chunk->settled && synapse.eligibility != 0) {
            go_on(chunk, &synapse, chunk->settle_to);
        }
        weight[i] = synapse.weight;
    }
}

const plastic_rule sl_plastic_reward_stdp = {
    .info = {.name = "reward_stdp",
             .summary = "pairs of spikes leave an eligibility, rewards turn it into weight",
             .equation = "target spike:      c <- c + a_plus w_max x\n"
                         "presynaptic spike: c <- c - a_minus w_max y\n"
                         "between events:    c' = -c/tau_c,  w' = c (D - D_b),  D in 1/s\n"
                         "modulator:         D' = -D/tau,  reward: D <- D + amount",
             .source = "Izhikevich (2007) Cereb Cortex 17:2443",
             .parameters = parameters,
             .synapse_bytes = 8},
    .states = 1,
    .modulated = true,
    .traces = traces,
    .bounds = sl_rule_bounds,
    .apply = apply,
    .check = sl_rule_check,
};
