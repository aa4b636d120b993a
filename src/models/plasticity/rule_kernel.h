/* rule_kernel - the inner loop of learning on vectors: a row of synapses and the spikes of their
 * targets.
 *
 * A rule whose law is one of the forms below names it (plastic_rule.form) and is then worked on
 * here: all traces are products of a factor of the source and one that lies beside the target's
 * spike, so that no synapse needs an exponential. One source (rule_kernel_tmpl.h), compiled for
 * several widths, all with the same bits as the rule's `apply`
 * (tests/plasticity/test_plasticity_quick.c); the best one for the processor is taken at run time.
 *
 * Scaled traces. Time is cut into epochs of 46 octaves of a time constant (time_base.h). What
 * decays is kept as a double of [2^-46, 2^46) in its epoch, and the epoch's power of two is taken
 * into the bits of its exponent modulo 2^12. So a difference of two such exponents, an integer
 * subtraction, is right wherever the two times are close enough for anything to be left, and no
 * epoch ever has to be renewed; what is older is 0 (`x_limit`, `y_limit`).
 */
#ifndef SALTUS_PLASTICITY_RULE_KERNEL_H
#define SALTUS_PLASTICITY_RULE_KERNEL_H

#include "models/plasticity/rule.h"

/* ---- The latest spikes of a target ------------------------------------------------------------
 */

/* Words beside each other in groups of eight, a cache line each: the newest spike is number 0.
 * What nearly every synapse reads comes first. */
enum {
    RECENT_TIME = 0,           /* of spikes 0 to 3 */
    RECENT_DECAY = 4,          /* exp(-t/tau), scaled: of spikes 0 to 2 */
    RECENT_Y = 7,              /* scaled postsynaptic trace just after spike 0 */
    RECENT_TIME_FURTHER = 8,   /* of spikes 3 to 18 */
    RECENT_DECAY_FURTHER = 24, /* of them too */
    RECENT_WORDS = 40,
    /* if the rule reads it: a trace just before spikes, as doubles */
    RECENT_THEN = 40,         /* of spikes 0 to 2 */
    RECENT_THEN_FURTHER = 48, /* of spikes 3 to 18 */
    RECENT_WORDS_THEN = 64,

    RECENT_NEAR = 3,   /* spikes that the first line tells all of; it has the time of one more */
    RECENT_SPIKES = 19 /* all; of the last one only the time is used */
};

static inline uint32_t recent_time_at(uint32_t spike)
{
    return spike < RECENT_NEAR ? RECENT_TIME + spike : RECENT_TIME_FURTHER + spike - RECENT_NEAR;
}

static inline uint32_t recent_decay_at(uint32_t spike)
{
    return spike < RECENT_NEAR ? RECENT_DECAY + spike : RECENT_DECAY_FURTHER + spike - RECENT_NEAR;
}

static inline uint32_t recent_then_at(uint32_t spike)
{
    return spike < RECENT_NEAR ? RECENT_THEN + spike : RECENT_THEN_FURTHER + spike - RECENT_NEAR;
}

/* ---- A row ----------------------------------------------------------------------------------- */

/* Synapses of one source that go through the same events, at most PLASTIC_CHUNK at a time. */
typedef struct rule_row {
    const uint32_t *target;
    uint32_t count; /* of targets that may be looked at ahead */
    uint32_t first_target;
    const uint64_t *recent; /* of target first_target and those after it */
    uint32_t stride;        /* words a target */
    double *weight_d;       /* signed; or */
    float *weight_f;
    bool negative; /* weights are */
    plastic_bounds bounds;
    plastic_form form;
    bool arrives;          /* a presynaptic spike at `until` */
    sim_time from, until;  /* spikes of targets that count */
    sim_time tie;          /* a spike then sees x before the source's last one */
    double x_after, x_tie; /* x then, in the epoch of that spike of the source, */
    uint64_t x_octaves;    /* which is this number of octaves << 52 */
    sim_time x_limit;      /* from here on x is 0 */
    double y_decay;        /* exp(-until/tau) in its epoch, */
    uint64_t y_octaves;    /* likewise */
    sim_time y_limit;      /* spikes before it have left no y */
} rule_row;

/* Synapses begin .. begin + count - 1 of the row are brought up to date. Those that their recent
 * spikes do not tell all of are left alone and listed in `left` (room for count). Returns how many
 * of the others have weight 0 then. */
typedef uint32_t rule_advance(const rule_row *row, uint32_t begin, uint32_t count, uint32_t *left,
                              uint32_t *left_count);

typedef struct rule_kernel {
    const char *name;
    uint32_t lanes;
    rule_advance *advance[PLASTIC_FORMS][2]; /* by form; weights as doubles, as floats */
} rule_kernel;

/* The widest kernel this processor runs; the plain one, for rows that fill no vector. */
const rule_kernel *sl_rule_kernel_best(void);
extern const rule_kernel sl_rule_kernel_plain;

/* All kernels of this build that this processor runs, the plain one first; for tests. */
size_t sl_rule_kernel_all(const rule_kernel *kernels[4]);

/* Do these loops do what a rule does with these traces? */
static inline bool rule_has_kernel(const plastic_rule *rule, const plastic_traces *traces)
{
    return rule->form != NULL && rule->states == 0 && !rule->modulated &&
           (traces->pairing == PAIRING_ALL_TO_ALL || traces->pairing == PAIRING_NEAREST);
}

#endif /* SALTUS_PLASTICITY_RULE_KERNEL_H */
