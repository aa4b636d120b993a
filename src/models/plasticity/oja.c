/* oja - Hebbian growth with Oja's decay, at the spikes of the target.
 *
 *     target spike:            w <- w + eta (w_max x - beta y w)
 *
 * x is the presynaptic trace (tau_plus), y the target's own (tau_minus), both just before the
 * spike. The decay grows with the square of the target's activity (it comes with each spike and
 * carries the trace of those before), as in dw = eta (y x - beta y^2 w), so weights settle instead
 * of running to a bound.
 *
 * Oja (1982) J. Math. Biol. 15:267; of spikes: Gerstner & Kistler (2002) Spiking Neuron Models,
 * chapter 10. */
#include "models/plasticity/rule_list.h"
#include "models/plasticity/rule_parts.h"

enum { TAU_PLUS = RULE_OWN, TAU_MINUS, ETA, BETA };

static const saltus_rule_parameter parameters[] = {
    RULE_BOUNDS,
    RULE_TIME("tau_plus", 20, "time constant of the presynaptic trace"),
    RULE_TIME("tau_minus", 20, "time constant of the target's trace"),
    RULE_SIZE("eta", 0.005, "size of a change"),
    RULE_SIZE("beta", 1, "strength of the decay"),
    RULE_END,
};

static void traces(const double *value, plastic_traces *traces)
{
    *traces = (plastic_traces){.pre_count = 1,
                               .post_count = 1,
                               .reads_y_then = true,
                               .tau_pre_ms = {value[TAU_PLUS]},
                               .tau_post_ms = {value[TAU_MINUS]},
                               .pairing = PAIRING_ALL_TO_ALL};
}

static void apply(const double *value, const plastic_chunk *chunk, double *restrict weight)
{
    const plastic_bounds bounds = chunk->bounds;
    for (uint32_t i = 0; i < chunk->count; i++) {
        double w = weight[i];
        for (uint32_t k = chunk->post[i]; k < chunk->post[i + 1]; k++) {
            const double growth = bounds.high * chunk->x[0][k];
            const double decay = value[BETA] * chunk->y_then[0][k] * w;
            w = plastic_bounded(&bounds, w + value[ETA] * (growth - decay));
        }
        weight[i] = w;
    }
}

static plastic_form form(const double *value, const plastic_bounds *bounds, const double *x_own)
{
    (void)bounds, (void)x_own;
    return (plastic_form){FORM_OJA, {value[ETA], value[BETA]}};
}

const plastic_rule sl_plastic_oja = {
    .info = {.name = "oja",
             .summary = "Hebbian growth with Oja's decay, at the target's spikes",
             .equation = "target spike:      w <- w + eta (w_max x - beta y w)\n"
                         "presynaptic spike: nothing\n"
                         "x' = -x/tau_plus, presynaptic: x + 1;  y' = -y/tau_minus, target: y + 1",
             .source = "Oja (1982) J Math Biol 15:267",
             .parameters = parameters},
    .traces = traces,
    .bounds = sl_rule_bounds,
    .apply = apply,
    .form = form,
    .check = sl_rule_check,
};
