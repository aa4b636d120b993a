/* taylor_neuron - one neuron that adapts, integrated by Taylor series in quadruple precision.
 *
 * Written from the models' equations (docs/models.md) and nothing else: V, a synaptic current,
 * after-spike currents and parts of the threshold are a linear system of differential equations,
 * whose Taylor coefficients follow from each other, so no exponential and no change of variable
 * is used that the library uses. Spikes are looked for at many times of each short step. */
#ifndef SALTUS_TEST_TAYLOR_NEURON_H
#define SALTUS_TEST_TAYLOR_NEURON_H

#include "saltus/saltus.h"

__extension__ typedef __float128 quad;

typedef struct taylor_pulse {
    double ms, weight_pA;
} taylor_pulse;

typedef struct taylor_run {
    const saltus_population_spec *spec; /* constants only; the first receptor, without a rise */
    const taylor_pulse *pulses;         /* in order of time */
    size_t pulse_count;
    double end_ms;
} taylor_run;

typedef struct taylor_result {
    double spike_ms[2000];
    size_t spikes;
    double v_mV, theta_mV; /* at the end */
} taylor_result;

void taylor_neuron(const taylor_run *run, taylor_result *out);

#endif /* SALTUS_TEST_TAYLOR_NEURON_H */
