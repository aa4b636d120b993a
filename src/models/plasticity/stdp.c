/* stdp - pair-based spike-timing-dependent plasticity.
 *
 * With x the presynaptic trace (tau_plus) and y the postsynaptic one (tau_minus):
 *
 *     target spike:            w <- w + F+(w) x
 *     presynaptic spike:       w <- w - F-(w) y
 *
 * so that one pair, dt = t_post - t_pre, changes w by F+ exp(-dt/tau_plus) or -F-
 * exp(dt/tau_minus).
 *
 *     dependence        F+                              F-
 *     additive          a_plus w_max                    a_minus w_max
 *     multiplicative    a_plus (w_max - w)              a_minus w
 *     gutig             a_plus w_max (1 - w/w_max)^mu+  a_minus w_max (w/w_max)^mu-
 *     power_law         a_plus w_0 (w/w_0)^mu+          a_minus w
 *
 * Song, Miller & Abbott (2000) Nat. Neurosci. 3:919; Rubin, Lee & Sompolinsky (2001) PRL 86:364;
 * Guetig et al. (2003) J. Neurosci. 23:3697; Morrison, Aertsen & Diesmann (2007) Neural Comput.
 * 19:1437; pairing schemes: Morrison, Diesmann & Gerstner (2008) Biol. Cybern. 98:459. */
#include "models/plasticity/rule_list.h"
#include "models/plasticity/rule_parts.h"

enum {
    TAU_PLUS = RULE_OWN,
    TAU_MINUS,
    A_PLUS,
    A_MINUS,
    DEPENDENCE,
    MU_PLUS,
    MU_MINUS,
    W_0,
    PAIRING
};

enum { ADDITIVE, MULTIPLICATIVE, GUTIG, POWER_LAW };

static const char *const dependences[] = {"additive", "multiplicative", "gutig", "power_law", NULL};

static const saltus_rule_parameter parameters[] = {
    RULE_BOUNDS,
    RULE_TIME("tau_plus", 20, "time constant of potentiation"),
    RULE_TIME("tau_minus", 20, "time constant of depression"),
    RULE_SIZE("a_plus", 0.005, "size of potentiation"),
    RULE_SIZE("a_minus", 0.00525, "size of depression"),
    RULE_WORD("dependence", ADDITIVE, dependences, POWER_LAW,
              "how the change depends on the weight"),
    RULE_EXPONENT("mu_plus", 0.4, "gutig, power_law: exponent"),
    RULE_EXPONENT("mu_minus", 0.4, "gutig: exponent"),
    {"w_0", SALTUS_PARAMETER_VOLTAGE, 1, 1e-12, 1e12, NULL, "power_law: reference weight"},
    RULE_PAIRING(sl_rule_pairings, PAIRING_RESTRICTED),
    RULE_END,
};

static void traces(const double *value, plastic_traces *traces)
{
    *traces = (plastic_traces){.pre_count = 1,
                               .post_count = 1,
                               .tau_pre_ms = {value[TAU_PLUS]},
                               .tau_post_ms = {value[TAU_MINUS]},
                               .pairing = (plastic_pairing)value[PAIRING]};
}

/* F+(w) and F-(w), `dependence` known where they are inlined. */
static inline double potentiation(const double *value, int dependence, double high, double weight)
{
    switch (dependence) {
    case ADDITIVE:
        return value[A_PLUS] * high;
    case MULTIPLICATIVE:
        return value[A_PLUS] * (high - weight);
    case GUTIG:
        return value[A_PLUS] * high * rule_power(1 - weight / high, value[MU_PLUS]);
    default:
        return value[A_PLUS] * value[W_0] * rule_power(weight / value[W_0], value[MU_PLUS]);
    }
}

static inline double depression(const double *value, int dependence, double high, double weight)
{
    switch (dependence) {
    case ADDITIVE:
        return value[A_MINUS] * high;
    case GUTIG:
        return value[A_MINUS] * high * rule_power(weight / high, value[MU_MINUS]);
    default:
        return value[A_MINUS] * weight;
    }
}

/* One target spike at each synapse. */
static inline __attribute__((always_inline)) void potentiate(const double *value, int dependence,
                                                             const plastic_chunk *chunk,
                                                             const double *restrict x,
                                                             double *restrict weight)
{
    const plastic_bounds bounds = chunk->bounds;
    for (uint32_t i = 0; i < chunk->count; i++) {
        const double w = weight[i];
        const double change = potentiation(value, dependence, bounds.high, w) * x[i];
        weight[i] = plastic_bounded(&bounds, w + change);
    }
}

/* The presynaptic spike. */
static inline __attribute__((always_inline)) void depress(const double *value, int dependence,
                                                          const plastic_chunk *chunk,
                                                          const double *restrict y,
                                                          double *restrict weight)
{
    const plastic_bounds bounds = chunk->bounds;
    for (uint32_t i = 0; i < chunk->count; i++) {
        const double w = weight[i];
        const double change = depression(value, dependence, bounds.high, w) * y[i];
        weight[i] = plastic_bounded(&bounds, w - change);
    }
}

static inline __attribute__((always_inline)) void
apply_as(const double *value, int dependence, const plastic_chunk *chunk, double *restrict weight)
{
    const plastic_bounds bounds = chunk->bounds;
    if (chunk->one_each) {
        potentiate(value, dependence, chunk, chunk->x[0], weight);
    }
    for (uint32_t i = 0; !chunk->one_each && i < chunk->count; i++) {
        for (uint32_t k = chunk->post[i]; k < chunk->post[i + 1]; k++) {
            const double w = weight[i];
            const double change = potentiation(value, dependence, bounds.high, w) * chunk->x[0][k];
            weight[i] = plastic_bounded(&bounds, w + change);
        }
    }
    if (chunk->arrives) {
        depress(value, dependence, chunk, chunk->y[0], weight);
    }
}

static void apply(const double *value, const plastic_chunk *chunk, double *weight)
{
    switch ((int)value[DEPENDENCE]) {
    case ADDITIVE:
        apply_as(value, ADDITIVE, chunk, weight);
        return;
    case MULTIPLICATIVE:
        apply_as(value, MULTIPLICATIVE, chunk, weight);
        return;
    case GUTIG:
        apply_as(value, GUTIG, chunk, weight);
        return;
    default:
        apply_as(value, POWER_LAW, chunk, weight);
        return;
    }
}

static plastic_form form(const double *value, const plastic_bounds *bounds, const double *x_own)
{
    (void)x_own;
    const double plus = value[A_PLUS], minus = value[A_MINUS], high = bounds->high;
    switch ((int)value[DEPENDENCE]) {
    case ADDITIVE:
        return (plastic_form){FORM_ADDITIVE, {plus * high, minus * high}};
    case MULTIPLICATIVE:
        return (plastic_form){FORM_MULTIPLICATIVE, {plus, minus}};
    case GUTIG:
        return (plastic_form){FORM_GUTIG,
                              {plus * high, minus * high, value[MU_PLUS], value[MU_MINUS]}};
    default:
        return (plastic_form){FORM_POWER_LAW,
                              {plus * value[W_0], minus, value[MU_PLUS], value[W_0]}};
    }
}

const plastic_rule sl_plastic_stdp = {
    .info =
        {.name = "stdp",
         .summary = "pair-based spike-timing-dependent plasticity",
         .equation =
             "target spike:      w <- w + F+(w) x,   x' = -x/tau_plus,  presynaptic: x <- x + 1\n"
             "presynaptic spike: w <- w - F-(w) y,   y' = -y/tau_minus, target: y <- y + 1\n"
             "additive:       F+ = a_plus w_max,         F- = a_minus w_max\n"
             "multiplicative: F+ = a_plus (w_max - w),   F- = a_minus w\n"
             "gutig:          F+ = a_plus w_max (1 - w/w_max)^mu_plus,\n"
             "                F- = a_minus w_max (w/w_max)^mu_minus\n"
             "power_law:      F+ = a_plus w_0 (w/w_0)^mu_plus,  F- = a_minus w",
         .source = "Song, Miller & Abbott (2000) Nat Neurosci 3:919; Guetig et al. (2003)\n"
                   "J Neurosci 23:3697; Morrison et al. (2007) Neural Comput 19:1437",
         .parameters = parameters},
    .traces = traces,
    .bounds = sl_rule_bounds,
    .apply = apply,
    .form = form,
    .check = sl_rule_check,
};
