/* rule - the contract of a learning rule.
 *
 * A rule says what one pair of events does to one weight; it knows neither the queue nor the
 * network nor a file. It has up to two traces of presynaptic spikes (x) and two of postsynaptic
 * ones (y), which decay exponentially and are kept for it (trace.h): per source and per target,
 * never per synapse. At a presynaptic spike that reaches the synapse at s, `apply` is given, for a
 * batch of synapses of the same source, first the target's spikes since the one before (their x
 * and y just before each), then the spike at s itself (the y just before it), and changes the
 * weights accordingly, one pair after the other, bounded after each. Because it is given the same
 * numbers for the same events whenever it is called, weights may be brought up to date at any time
 * without changing a bit.
 *
 * Add a rule: a file with one `const plastic_rule` and a line in rule_list.h; CONTRIBUTING.md shows
 * a whole one.
 */
#ifndef SALTUS_PLASTICITY_RULE_H
#define SALTUS_PLASTICITY_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/sim_time.h"
#include "saltus/plasticity.h"

/* Synapses that are given to `apply` at a time. */
#define PLASTIC_CHUNK 128

/* Which pairs of spikes count. */
typedef enum plastic_pairing {
    PAIRING_ALL_TO_ALL,  /* every pair */
    PAIRING_NEAREST,     /* each spike with the last one of the other side */
    PAIRING_PRE_CENTRED, /* each presynaptic spike with the last and the next postsynaptic one */
    PAIRING_RESTRICTED   /* only pairs with no other spike of either side between them */
} plastic_pairing;

/* What traces a rule reads: time constants in ms, and how they go on at a spike. */
typedef struct plastic_traces {
    uint32_t pre_count, post_count;
    double tau_pre_ms[2], tau_post_ms[2];
    plastic_pairing pairing;
    bool reads_y_then;   /* the rule looks at y_then of a chunk */
    double tau_state_ms; /* rules with a modulator: with which their state decays */
} plastic_traces;

/* Where weights stay, as magnitudes. */
typedef struct plastic_bounds {
    double low, high;
    bool single; /* kept as floats */
} plastic_bounds;

/* The weight as it is kept after one pair. */
static inline double plastic_bounded(const plastic_bounds *bounds, double weight)
{
    weight = weight < bounds->low ? bounds->low : weight;
    weight = weight > bounds->high ? bounds->high : weight;
    return bounds->single ? (double)(float)weight : weight;
}

/* A modulator's signal: what rules that need one integrate (modulator.h). */
typedef struct modulator_signal modulator_signal;

/* What happened at up to PLASTIC_CHUNK synapses of one source. */
typedef struct plastic_chunk {
    uint32_t count;       /* synapses */
    const uint32_t *post; /* [count + 1] spikes of synapse i's target: post[i] .. post[i + 1] - 1,
                             in time order */
    const double *x[2];   /* [posts] presynaptic traces just before each */
    const double *y_then[2]; /* [posts] postsynaptic traces just before each */
    bool one_each;           /* every synapse has one spike: post[i] = i */
    bool arrives;            /* a presynaptic spike ends it; false: only what came before */
    const double *y[2];      /* [count] postsynaptic traces just before that spike */
    double x_own[2];         /* presynaptic traces just before that spike */
    plastic_bounds bounds;

    /* for rules with a state of their own in each synapse, which is kept as of its last event */
    const sim_time *post_time; /* [posts] at the synapse, less the dendritic part of the delay */
    const sim_time *since;     /* [count] last event that the state knows of */
    sim_time now;              /* the presynaptic spike, on the same clock */
    double *state;             /* [count] */

    /* for rules with a modulator, which change weights between events too. Rewards come at times at
     * the synapse: those above plus `dendritic`. */
    const modulator_signal *modulator;
    sim_time dendritic;
    sim_time settled;   /* at the synapse: weights know of everything before it, states do not */
    sim_time settle_to; /* at the synapse: after all events weights go on until then; or less */
} plastic_chunk;

/* Laws that rule_kernel.h works on in vectors, with numbers c:
 *
 *                         target spike, w + ...                     presynaptic spike, w + ...
 *     additive            c0 x                                      -c1 y
 *     multiplicative      c0 (w_max - w) x                          -c1 w y
 *     gutig               c0 (1 - w/w_max)^c2 x                     -c1 (w/w_max)^c3 y
 *     power_law           c0 (w/c3)^c2 x                            -c1 w y
 *     triplet             (c0 + c1 y2) x                            -c2 y
 *     vogels              c0 x                                      c0 (y - c1)
 *     oja                 c0 (w_max x - c1 y1 w)                    nothing
 *     post_triggered      c0 (x - c1) (1 - w/w_max)^c2              nothing
 *
 * x and y are the first traces, y1 and y2 postsynaptic ones at the target's spike. */
typedef enum plastic_form_kind {
    FORM_ADDITIVE,
    FORM_MULTIPLICATIVE,
    FORM_GUTIG,
    FORM_POWER_LAW,
    FORM_TRIPLET,
    FORM_VOGELS,
    FORM_OJA,
    FORM_POST_TRIGGERED,
    PLASTIC_FORMS
} plastic_form_kind;

typedef struct plastic_form {
    plastic_form_kind kind;
    double c[4];
} plastic_form;

typedef struct plastic_rule {
    saltus_plasticity_info info;
    uint32_t states; /* doubles a synapse: 0 or 1 */
    bool modulated;  /* needs a modulator */
    /* The traces for these parameter values (no NaN among them). */
    void (*traces)(const double *value, plastic_traces *traces);
    /* Bounds for these values; low and high are magnitudes, `negative` the sign of weights. */
    void (*bounds)(const double *value, plastic_bounds *bounds, bool *negative);
    /* Change weight[0 .. chunk->count - 1], magnitudes, by what the chunk says. */
    void (*apply)(const double *value, const plastic_chunk *chunk, double *weight);
    /* NULL; or the form of the law that `apply` follows with these values, for the source's own
     * traces just before it fires. Of traces at the target's spikes it reads x[0] and, if
     * reads_y_then, the last postsynaptic one. */
    plastic_form (*form)(const double *value, const plastic_bounds *bounds, const double *x_own);
    /* NULL, or a sentence about values that do not go together. */
    const char *(*check)(const double *value);
} plastic_rule;

/* rules.c: NULL when there is none. */
const plastic_rule *sl_plastic_rule(const char *name);
/* The values of a spec with defaults filled in; the rule must exist. */
void sl_plastic_values(const saltus_plasticity_spec *spec, double *value);

#endif /* SALTUS_PLASTICITY_RULE_H */
