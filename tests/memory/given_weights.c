/* given_weights - see given_weights.h. */
#include "given_weights.h"

#include <stdlib.h>

const char given_text[] =
    "saltus: 1\n"
    "duration: 30 ms\n"
    "populations:\n"
    "  A: {size: 3, model: lif_delta}\n"
    "  E: {size: 2, model: lif_delta}\n"
    "projections:\n"
    "  - {from: A, to: E, rule: all_to_all, weight: {from: w.h5, time: 1 ms, projection: x},\n"
    "     delay: {uniform: [1 ms, 2 ms]}, plasticity: {rule: stdp, w_max: 1 mV}}\n"
    "record: {weights: [{of: A->E, every: 7 ms, end: true}]}\n";

saltus_status given_weights_read(const char *path, const char *projection, double time_ms,
                                 uint32_t **sources, uint32_t **targets, double **weights_mV,
                                 size_t *count, saltus_error *error)
{
    (void)path;
    (void)projection;
    (void)time_ms;
    (void)error;
    *sources = calloc(6, sizeof(uint32_t));
    *targets = calloc(6, sizeof(uint32_t));
    *weights_mV = calloc(6, sizeof(double));
    if (*sources == NULL || *targets == NULL || *weights_mV == NULL) {
        free(*sources);
        free(*targets);
        free(*weights_mV);
        return SALTUS_E_MEMORY;
    }
    for (uint32_t i = 0; i < 6; i++) {
        (*sources)[i] = i / 2;
        (*targets)[i] = i % 2;
        (*weights_mV)[i] = 0.1 * i;
    }
    *count = 6;
    return SALTUS_OK;
}
