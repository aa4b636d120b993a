/* made_chunk - what happens at the synapses of one source, put together by hand for `apply`. */
#ifndef SALTUS_TEST_MADE_CHUNK_H
#define SALTUS_TEST_MADE_CHUNK_H

#include "models/plasticity/rule.h"

#define MADE_SYNAPSES 16
#define MADE_POSTS    64

/* The arrays that a chunk points to. */
typedef struct made_chunk {
    plastic_chunk chunk;
    uint32_t post[MADE_SYNAPSES + 1];
    double x[2][MADE_POSTS], y_then[2][MADE_POSTS], y[2][MADE_SYNAPSES];
} made_chunk;

/* A rule with values by name, bounds included. */
typedef struct made_rule {
    const plastic_rule *rule;
    double value[SALTUS_PLASTICITY_VALUES];
    plastic_bounds bounds;
    bool negative;
} made_rule;

/* `w_max`, all else by default. The rule must exist. */
made_rule made_rule_of(const char *name, double w_max);
/* Set a value by name and compute the bounds anew; words by their place. */
void made_rule_set(made_rule *made, const char *parameter, double value);

/* No synapses, no presynaptic spike. */
void made_chunk_start(made_chunk *made, const plastic_bounds *bounds);
/* One more synapse; y at the presynaptic spike, if it comes to one. */
void made_chunk_synapse(made_chunk *made, double y0, double y1);
/* A spike of the last synapse's target. */
void made_chunk_post(made_chunk *made, double x0, double x1, double y0, double y1);
/* A presynaptic spike ends it. */
void made_chunk_arrive(made_chunk *made, double x0, double x1);

/* One synapse of weight w: a target spike; a presynaptic one. @return its weight after. */
double made_after_post(const made_rule *made, double w, double x0, double x1, double y0, double y1);
double made_after_pre(const made_rule *made, double w, double x0, double x1, double y0, double y1);

#endif /* SALTUS_TEST_MADE_CHUNK_H */
