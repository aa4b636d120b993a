/* clock_oracle - brute-force clock-driven simulator of lif_delta networks in quadruple precision.
 *
 * It shares nothing with the library: one loop over steps, one list of arrivals that is searched
 * from end to end. What it does in a step is written from docs/clock.md.
 */
#ifndef SALTUS_TEST_CLOCK_ORACLE_H
#define SALTUS_TEST_CLOCK_ORACLE_H

#include "oracle.h"

typedef enum clock_oracle_kind {
    CLOCK_ORACLE_GRID,
    CLOCK_ORACLE_EULER,
    CLOCK_ORACLE_INTERPOLATED
} clock_oracle_kind;

typedef struct clock_oracle_result {
    oracle_spike *spikes; /* in (tick, neuron) order; the caller frees */
    size_t spike_count;
    uint64_t steps, deliveries, arrivals; /* done: through synapses, from outside */
    double closest_mV;                    /* smallest |V - v_th| of all tests */
} clock_oracle_result;

/* All steps that belong to [0, end), `step` in ticks. */
clock_oracle_result clock_oracle_run(const oracle_network *network, clock_oracle_kind kind,
                                     int64_t step, int64_t end);

#endif /* SALTUS_TEST_CLOCK_ORACLE_H */
