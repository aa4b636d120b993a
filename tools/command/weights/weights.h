/* weights - what `saltus weights` shows and exports: the synapses of one projection at one time. */
#ifndef SALTUS_TOOLS_WEIGHTS_H
#define SALTUS_TOOLS_WEIGHTS_H

#include <saltus/sonata.h>
#include <stddef.h>
#include <stdint.h>

/* As they were read; the arrays are owned. */
typedef struct weight_table {
    saltus_sonata_weight_info info;
    double time_ms;
    uint32_t *sources, *targets;
    double *weights; /* in info.unit */
} weight_table;

/* Each writes a whole file or none, says on stderr what went wrong and returns an exit code. */
/* NumPy, format 1.0: a structured array (source, target, weight_mV or weight_pA) of all synapses.
 */
int weights_write_npy(const weight_table *table, const char *path);
/* NumPy: a matrix [sources, targets] of doubles in the unit of the weights; several synapses of a
 * pair are added up. */
int weights_write_matrix(const weight_table *table, const char *path);
int weights_write_csv(const weight_table *table, const char *path);

/* Mean, spread, shares at the bounds, histogram. */
void weights_print_summary(const weight_table *table);

#endif /* SALTUS_TOOLS_WEIGHTS_H */
