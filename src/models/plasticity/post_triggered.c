/* post_triggered - learning at the target's spikes alone, towards a presynaptic trace.
 *
 *     target spike:            w <- w + eta w_max (x - x_target) (1 - w/w_max)^mu
 *
 * A synapse whose source has fired lately (x > x_target) grows, the others shrink: unlike in pair
 * rules a source that never fires is unlearnt. With mu = 0 the change does not depend on the
 * weight.
 *
 * Diehl & Cook (2015) Front. Comput. Neurosci. 9:99, after Querlioz et al. (2013) IEEE Trans.
 * Nanotechnol. 12:288. */
#include "models/plasticity/rule_list.h"
#include "models/plasticity/rule_parts.h"

enum { TAU_PLUS = RULE_OWN, ETA, X_TARGET, MU, PAIRING };

static const saltus_rule_parameter parameters[] = {
    RULE_BOUNDS,
    RULE_TIME("tau_plus", 20, "time constant of the presynaptic trace"),
    RULE_SIZE("eta", 0.01, "size of a change"),
    RULE_SIZE("x_target", 0.4, "the trace above which a synapse grows"),
    RULE_EXPONENT("mu", 0.2, "exponent; 0: the change does not depend on the weight"),
    RULE_PAIRING(sl_rule_simple_pairings, PAIRING_NEAREST),
    RULE_END,
};

static void traces(const double *value, plastic_traces *traces)
{
    *traces = (plastic_traces){.pre_count = 1,
                               .tau_pre_ms = {value[TAU_PLUS]},
                               .pairing = (plastic_pairing)value[PAIRING]};
}

static void apply(const double *value, const plastic_chunk *chunk, double *restrict weight)
{
    const plastic_bounds bounds = chunk->bounds;
    const double size = value[ETA] * bounds.high;
    for (uint32_t i = 0; i < chunk->count; i++) {
        double w = weight[i];
        for (uint32_t k = chunk->post[i]; k < chunk->post[i + 1]; k++) {
            const double room = rule_power(1 - w / bounds.high, value[MU]);
            const double change = size * (chunk->x[0][k] - value[X_TARGET]) * room;
            w = plastic_bounded(&bounds, w + change);
        }
        weight[i] = w;
    }
}

static plastic_form form(const double *value, const plastic_bounds *bounds, const double *x_own)
{
    (void)x_own;
    return (plastic_form){FORM_POST_TRIGGERED,
                          {value[ETA] * bounds->high, value[X_TARGET], value[MU]}};
}

const plastic_rule sl_plastic_post_triggered = {
    .info = {.name = "post_triggered",
             .summary = "learning at the target's spikes, towards a presynaptic trace",
             .equation = "target spike:      w <- w + eta w_max (x - x_target) (1 - w/w_max)^mu\n"
                         "presynaptic spike: nothing\n"
                         "x' = -x/tau_plus,  presynaptic: x <- x + 1 (nearest: x <- 1)",
             .source = "Diehl & Cook (2015) Front Comput Neurosci 9:99",
             .parameters = parameters},
    .traces = traces,
    .bounds = sl_rule_bounds,
    .apply = apply,
    .form = form,
    .check = sl_rule_check,
};
