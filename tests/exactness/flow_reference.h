/* flow_reference - neurons with a flow in quadruple precision, from their equations: series of
 * order 26 in steps that leave out 1e-24, crossings by scanning and halving; qif in closed form.
 * Spikes are at the first tick at or after the crossing, V is reset there. */
#ifndef SALTUS_TEST_FLOW_REFERENCE_H
#define SALTUS_TEST_FLOW_REFERENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "network/network.h"
#include "saltus/experiment.h"

__extension__ typedef __float128 quad;

/* A current that an arrival of weight w adds share w to. */
typedef struct reference_exponential {
    uint32_t receptor;
    double tau_ms;
    quad share, now;
} reference_exponential;

typedef struct flow_reference {
    const population *of;
    uint32_t neuron; /* within the population */
    quad v, u, ms;
    int64_t at;      /* the time in ticks; ms may be behind a tick that V has just left */
    int64_t release; /* end of refractoriness; -1: none */
    reference_exponential current[8];
    uint32_t current_count;
} flow_reference;

flow_reference reference_begin(const population *of, uint32_t neuron);
/* To the tick `end`, or to the first spike at or before it, whose tick is then the result; else -1.
 */
int64_t reference_go(flow_reference *r, int64_t end);
/* The neuron has the receptors of the spec. */
void reference_receptors(flow_reference *r, const saltus_population_spec *spec);
/* An arrival at a receptor at the time that it is at. */
void reference_receive(flow_reference *r, uint32_t receptor, double weight);
/* An arrival at the time that it is at. True: it fires, and has fired. */
bool reference_arrival(flow_reference *r, double weight);

#endif /* SALTUS_TEST_FLOW_REFERENCE_H */
