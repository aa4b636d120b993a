/* eager_plasticity - brute-force reference of every learning rule.
 *
 * Each synapse holds its own traces and takes every presynaptic and every postsynaptic spike at
 * once, in the order of their times at the synapse: nothing is shared, nothing is put off. Written
 * from the equations (docs/plasticity.md) with the widest exp and pow of the C library; it must
 * never call, include or imitate the library's own rules and must never be made fast. Of the
 * library it knows the catalog only: the values of a rule's parameters, by name.
 *
 * A reference of a rule not listed here: one line in the table of eager_plasticity.c.
 */
#ifndef SALTUS_TEST_EAGER_PLASTICITY_H
#define SALTUS_TEST_EAGER_PLASTICITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "saltus/plasticity.h"

#define EAGER_TICKS_PER_MS 1e11

typedef long double eager_real;

/* How pairs are chosen. */
typedef enum eager_pairing {
    EAGER_ALL_TO_ALL,
    EAGER_NEAREST,
    EAGER_PRE_CENTRED,
    EAGER_RESTRICTED
} eager_pairing;

/* The parameters of all rules, by name; those that a rule does not have are 0. */
typedef struct eager_values {
    eager_real tau_plus, tau_minus, tau_x, tau_y, tau; /* ms */
    eager_real tau_c;                                  /* ms */
    eager_real a_plus, a_minus, mu_plus, mu_minus, w_0;
    eager_real a2_plus, a3_plus, a2_minus, a3_minus;
    eager_real eta, rate_Hz, beta, x_target, mu;
    eager_real w_max, w_min; /* magnitudes */
    int sign;                /* of w_max */
    const char *dependence;  /* word */
} eager_values;

/* Traces just before an event. x: of presynaptic spikes, y: of postsynaptic ones. */
typedef struct eager_traces {
    eager_real x[2], y[2];
} eager_traces;

/* Rewards of a neuromodulator, in order of time: D jumps by `amounts` and decays. */
typedef struct eager_modulator {
    eager_real tau_ms, baseline; /* D and its baseline in 1/s */
    const int64_t *ticks;
    const double *amounts;
    size_t count;
} eager_modulator;

/* What a rule does: the change of the magnitude `w` by one event of either side. Where it is
 * modulated, that of an eligibility c, which decays with tau_c, while w' = c (D - baseline). */
typedef struct eager_rule {
    const char *name;
    /* time constants of x[0], x[1], y[0], y[1] in ms; 0: there is no such trace */
    void (*constants)(const eager_values *v, eager_real tau_x[2], eager_real tau_y[2]);
    eager_real (*pre)(const eager_values *v, const eager_traces *t, eager_real w);
    eager_real (*post)(const eager_values *v, const eager_traces *t, eager_real w);
    bool modulated;
} eager_rule;

/* NULL: the rule has no reference. */
const eager_rule *eager_find(const char *name);

/* How the synapses of one projection change. */
typedef struct eager_law {
    const eager_rule *rule;
    eager_values values;
    eager_real tau_x[2], tau_y[2]; /* ticks */
    eager_pairing pairing;
    bool single;
    const eager_modulator *modulator; /* set by the caller, who keeps it; modulated rules only */
} eager_law;

/* Parameters not given take the catalog's defaults. The rule must have a reference. */
eager_law eager_law_of(const saltus_plasticity_spec *spec);

/* Spikes of one neuron in ticks, non-decreasing. */
typedef struct eager_train {
    const int64_t *ticks;
    size_t count;
} eager_train;

/* One synapse. With a law of NULL its weight stays. */
typedef struct eager_synapse {
    const eager_law *law;
    eager_train pre, post;     /* borrowed */
    int64_t axonal, dendritic; /* parts of the delay */
    size_t next_pre, next_post;
    eager_real weight; /* magnitude; signed without a law */
    /* The same with tiny errors put in at every event: as far as they lie apart, a calculation in
     * double precision may too. */
    eager_real shadow[2];
    bool undecided; /* rounding to a float was too close to call */
    bool doubted;   /* undecided at some time, which some of the jumps may be of */
    eager_traces traces;
    eager_real eligibility, level; /* c and D */
    eager_real rough, rough_level; /* the same with every change counted as positive */
    size_t next_reward;
    int64_t at;        /* tick of the traces */
    eager_real *jumps; /* [pre.count] signed weight with which each presynaptic spike goes on */
    uint64_t changes;  /* events so far */
} eager_synapse;

/* How far a calculation in double precision may be from the reference, at least. */
eager_real eager_synapse_doubt(const eager_synapse *synapse);

/* The dendritic part of a delay: the nearest tick. */
int64_t eager_dendritic(int64_t delay, double share);

/* A synapse of signed weight at time 0. */
eager_synapse eager_synapse_create(const eager_law *law, double weight_mV, int64_t delay,
                                   double share, eager_train pre, eager_train post);
void eager_synapse_clear(eager_synapse *synapse);
/* Handle all events whose time at the synapse is below `until`; rewards act until then. Weights of
 * a modulated law are not rounded to floats. */
void eager_synapse_run(eager_synapse *synapse, int64_t until);
/* Signed. */
eager_real eager_synapse_weight(const eager_synapse *synapse);

/* Compare a weight. Differences of at most 1e-12 of it are none, nor of 1e-14 of w_max; where the
 * outcome hangs on the last bits of double precision, EAGER_UNDECIDED. */
typedef enum eager_verdict { EAGER_SAME, EAGER_DIFFERENT, EAGER_UNDECIDED } eager_verdict;
eager_verdict eager_compare(const eager_synapse *synapse, double weight_mV);

#endif /* SALTUS_TEST_EAGER_PLASTICITY_H */
