/* triplet - spike-timing-dependent plasticity of triplets.
 *
 * Two presynaptic traces x1 (tau_plus), x2 (tau_x) and two postsynaptic ones y1 (tau_minus),
 * y2 (tau_y), all as they are just before the spike:
 *
 *     target spike:            w <- w + w_max x1 (a2_plus + a3_plus y2)
 *     presynaptic spike:       w <- w - w_max y1 (a2_minus + a3_minus x2)
 *
 * A potentiating pair is worth more when the target has fired before (post-pre-post), a depressing
 * one when the source has (pre-post-pre); so the outcome depends on rates as well as on the order.
 * The defaults are the full model with all-to-all pairing, fitted to visual cortex.
 *
 * Pfister & Gerstner (2006) J. Neurosci. 26:9673. */
#include "models/plasticity/rule_list.h"
#include "models/plasticity/rule_parts.h"

enum {
    TAU_PLUS = RULE_OWN,
    TAU_X,
    TAU_MINUS,
    TAU_Y,
    A2_PLUS,
    A3_PLUS,
    A2_MINUS,
    A3_MINUS,
    PAIRING
};

static const saltus_rule_parameter parameters[] = {
    RULE_BOUNDS,
    RULE_TIME("tau_plus", 16.8, "time constant of x1"),
    RULE_TIME("tau_x", 101, "time constant of x2, the slow presynaptic trace"),
    RULE_TIME("tau_minus", 33.7, "time constant of y1"),
    RULE_TIME("tau_y", 125, "time constant of y2, the slow postsynaptic trace"),
    RULE_SIZE("a2_plus", 5e-10, "potentiation by pairs"),
    RULE_SIZE("a3_plus", 6.2e-3, "potentiation by triplets"),
    RULE_SIZE("a2_minus", 7e-3, "depression by pairs"),
    RULE_SIZE("a3_minus", 2.3e-4, "depression by triplets"),
    RULE_PAIRING(sl_rule_simple_pairings, PAIRING_NEAREST),
    RULE_END,
};

static void traces(const double *value, plastic_traces *traces)
{
    *traces = (plastic_traces){.pre_count = 2,
                               .post_count = 2,
                               .reads_y_then = true,
                               .tau_pre_ms = {value[TAU_PLUS], value[TAU_X]},
                               .tau_post_ms = {value[TAU_MINUS], value[TAU_Y]},
                               .pairing = (plastic_pairing)value[PAIRING]};
}

static void apply(const double *value, const plastic_chunk *chunk, double *restrict weight)
{
    const plastic_bounds bounds = chunk->bounds;
    const double a2_plus = value[A2_PLUS] * bounds.high;
    const double a3_plus = value[A3_PLUS] * bounds.high;
    /* x2 belongs to the source: one factor for all synapses of the chunk */
    const double minus =
        chunk->arrives ? (value[A2_MINUS] + value[A3_MINUS] * chunk->x_own[1]) * bounds.high : 0;
    for (uint32_t i = 0; i < chunk->count; i++) {
        double w = weight[i];
        for (uint32_t k = chunk->post[i]; k < chunk->post[i + 1]; k++) {
            const double plus = a2_plus + a3_plus * chunk->y_then[1][k];
            w = plastic_bounded(&bounds, w + plus * chunk->x[0][k]);
        }
        if (chunk->arrives) {
            w = plastic_bounded(&bounds, w - minus * chunk->y[0][i]);
        }
        weight[i] = w;
    }
}

static plastic_form form(const double *value, const plastic_bounds *bounds, const double *x_own)
{
    const double high = bounds->high;
    return (plastic_form){FORM_TRIPLET,
                          {value[A2_PLUS] * high, value[A3_PLUS] * high,
                           (value[A2_MINUS] + value[A3_MINUS] * x_own[1]) * high}};
}

const plastic_rule sl_plastic_triplet = {
    .info = {.name = "triplet",
             .summary = "spike-timing-dependent plasticity of triplets",
             .equation =
                 "target spike:      w <- w + w_max x1 (a2_plus + a3_plus y2)\n"
                 "presynaptic spike: w <- w - w_max y1 (a2_minus + a3_minus x2)\n"
                 "x1' = -x1/tau_plus,   x2' = -x2/tau_x,  presynaptic: x1, x2 <- x1 + 1, x2 + 1\n"
                 "y1' = -y1/tau_minus,  y2' = -y2/tau_y,  target:      y1, y2 <- y1 + 1, y2 + 1",
             .source = "Pfister & Gerstner (2006) J Neurosci 26:9673",
             .parameters = parameters},
    .traces = traces,
    .bounds = sl_rule_bounds,
    .apply = apply,
    .form = form,
    .check = sl_rule_check,
};
