/* anti_hebbian - weakens synapses whose source has just made the target fire.
 *
 *     target spike:            w <- w - eta w_max x
 *     presynaptic spike:       w <- w + eta w_max gain
 *
 * Bell, Han, Sugawara & Grant (1997) Nature 387:278. */
#include "models/plasticity/rule_list.h"
#include "models/plasticity/rule_parts.h"

/* The values, in the order of the table below. W_MAX and W_MIN come first in every rule. */
enum { TAU = RULE_OWN, ETA, GAIN };

static const saltus_rule_parameter parameters[] = {
    RULE_BOUNDS, /* w_max, w_min */
    RULE_TIME("tau", 20, "time constant of the presynaptic trace"),
    RULE_SIZE("eta", 0.005, "size of a change"),
    RULE_SIZE("gain", 0.1, "growth with each presynaptic spike"),
    RULE_END,
};

/* One presynaptic trace, x[0]; it grows by 1 with each spike. */
static void traces(const double *value, plastic_traces *traces)
{
    *traces =
        (plastic_traces){.pre_count = 1, .tau_pre_ms = {value[TAU]}, .pairing = PAIRING_ALL_TO_ALL};
}

/* First what the target's spikes did to each synapse, in their order, then the presynaptic spike.
 * Weights are magnitudes; each change is bounded (and rounded to float) on its own. */
static void apply(const double *value, const plastic_chunk *chunk, double *restrict weight)
{
    const plastic_bounds bounds = chunk->bounds;
    const double size = value[ETA] * bounds.high;
    for (uint32_t i = 0; i < chunk->count; i++) {
        double w = weight[i];
        for (uint32_t k = chunk->post[i]; k < chunk->post[i + 1]; k++) {
            w = plastic_bounded(&bounds, w - size * chunk->x[0][k]);
        }
        if (chunk->arrives) {
            w = plastic_bounded(&bounds, w + size * value[GAIN]);
        }
        weight[i] = w;
    }
}

const plastic_rule sl_plastic_anti_hebbian = {
    .info = {.name = "anti_hebbian",
             .summary = "weakens synapses whose source has just made the target fire",
             .equation = "target spike:      w <- w - eta w_max x,  x' = -x/tau\n"
                         "presynaptic spike: w <- w + eta w_max gain,  x <- x + 1",
             .source = "Bell et al. (1997) Nature 387:278",
             .parameters = parameters},
    .traces = traces,
    .bounds = sl_rule_bounds,
    .apply = apply,
    .check = sl_rule_check,
};
