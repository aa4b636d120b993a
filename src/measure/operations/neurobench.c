/* neurobench - NeuroBench's definitions, as functions of plain arrays.
 *
 * Effective operations follow from binarised arrays: a weight or an input that is not 0 counts 1.
 * Whether they are ACs or MACs is decided for a whole layer call: ACs when all inputs are in
 * {-1, 0, 1}. Sums of ones below 2^53 are exact in any order.
 *
 * Source: NeuroBench 2.x, docs/metrics; Yik et al. (2025) Nat Commun 16:1545.
 */
#include <math.h>
#include <stdbool.h>

#include "saltus/operations.h"

saltus_layer_operations saltus_neurobench_layer(const double *weights, size_t outputs,
                                                size_t inputs, const double *input)
{
    double effective = 0;
    for (size_t o = 0; o < outputs; o++) {
        const double *row = weights + o * inputs;
        for (size_t i = 0; i < inputs; i++) {
            effective += row[i] != 0 && input[i] != 0;
        }
    }
    bool spikes = true;
    for (size_t i = 0; i < inputs; i++) {
        spikes = spikes && (input[i] == 0 || fabs(input[i]) == 1);
    }
    return (saltus_layer_operations){.dense = (double)outputs * (double)inputs,
                                     .effective_macs = spikes ? 0 : effective,
                                     .effective_acs = spikes ? effective : 0};
}

uint64_t saltus_neurobench_membrane_updates(const double *before, const double *after, size_t count)
{
    if (before == NULL) {
        return count;
    }
    uint64_t updates = 0;
    for (size_t i = 0; i < count; i++) {
        updates += before[i] != after[i];
    }
    return updates;
}

double saltus_neurobench_activation_sparsity(double nonzero, double neurons, double steps)
{
    const double outputs = neurons * steps;
    return outputs > 0 ? 1 - nonzero / outputs : (double)NAN;
}

double saltus_neurobench_connection_sparsity(double connected, double possible)
{
    return possible > 0 ? (possible - connected) / possible : (double)NAN;
}
