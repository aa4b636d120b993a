/* vogels - inhibitory plasticity that drives its targets towards a rate.
 *
 * With one time constant for both traces and alpha = 2 rate tau:
 *
 *     target spike:            w <- w + eta w_max x
 *     presynaptic spike:       w <- w + eta w_max (y - alpha)
 *
 * w is the magnitude: near-coincident spikes of either order strengthen the synapse, lone
 * presynaptic ones weaken it. The mean change is zero where a target with uncorrelated spikes fires
 * at `rate`; inhibition therefore grows until it balances the excitation.
 *
 * Vogels, Sprekeler, Zenke, Clopath & Gerstner (2011) Science 334:1569. */
#include "models/plasticity/rule_list.h"
#include "models/plasticity/rule_parts.h"

enum { TAU = RULE_OWN, ETA, RATE };

static const saltus_rule_parameter parameters[] = {
    RULE_BOUNDS,
    RULE_TIME("tau", 20, "time constant of both traces"),
    RULE_SIZE("eta", 0.005, "size of a change"),
    {"rate", SALTUS_PARAMETER_RATE, 5, 0, 1e6, NULL, "rate that targets are driven to"},
    RULE_END,
};

static void traces(const double *value, plastic_traces *traces)
{
    *traces = (plastic_traces){.pre_count = 1,
                               .post_count = 1,
                               .tau_pre_ms = {value[TAU]},
                               .tau_post_ms = {value[TAU]},
                               .pairing = PAIRING_ALL_TO_ALL};
}

static void apply(const double *value, const plastic_chunk *chunk, double *restrict weight)
{
    const plastic_bounds bounds = chunk->bounds;
    const double size = value[ETA] * bounds.high;
    const double alpha = 2 * value[RATE] * value[TAU] / 1000; /* Hz ms */
    for (uint32_t i = 0; i < chunk->count; i++) {
        double w = weight[i];
        for (uint32_t k = chunk->post[i]; k < chunk->post[i + 1]; k++) {
            w = plastic_bounded(&bounds, w + size * chunk->x[0][k]);
        }
        if (chunk->arrives) {
            w = plastic_bounded(&bounds, w + size * (chunk->y[0][i] - alpha));
        }
        weight[i] = w;
    }
}

static plastic_form form(const double *value, const plastic_bounds *bounds, const double *x_own)
{
    (void)x_own;
    const double alpha = 2 * value[RATE] * value[TAU] / 1000; /* Hz ms */
    return (plastic_form){FORM_VOGELS, {value[ETA] * bounds->high, alpha}};
}

const plastic_rule sl_plastic_vogels = {
    .info =
        {.name = "vogels",
         .summary = "inhibitory plasticity that drives targets towards a rate",
         .equation =
             "target spike:      w <- w + eta w_max x,            x' = -x/tau, presynaptic: x + 1\n"
             "presynaptic spike: w <- w + eta w_max (y - alpha),  y' = -y/tau, target:      y + 1\n"
             "alpha = 2 rate tau; w is the magnitude",
         .source = "Vogels et al. (2011) Science 334:1569",
         .parameters = parameters},
    .traces = traces,
    .bounds = sl_rule_bounds,
    .apply = apply,
    .form = form,
    .check = sl_rule_check,
};
