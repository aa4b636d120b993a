/* decaying_sum - zeros of sums of decaying exponentials, with coefficients of degree 0 or 1.
 *
 *     f(x) = sum_i (c_i + d_i x) exp(-r_i x)
 *
 * f exp(r_1 x) has the same zeros, and the derivative of that is a sum one degree smaller, whose
 * zeros part those of f (Rolle). So all zeros are found, one bracket each, whatever the
 * coefficients (generalised Descartes' rule: Laguerre; Jameson 2006, Math. Gazette 90:223).
 */
#ifndef SALTUS_DECAYING_SUM_H
#define SALTUS_DECAYING_SUM_H

#include <stdint.h>

/* Terms, each counting once more if it has a slope. */
#define DECAYING_TERMS 20

typedef struct decaying_sum {
    uint32_t count;
    double rate[DECAYING_TERMS];
    double level[DECAYING_TERMS], slope[DECAYING_TERMS];
} decaying_sum;

/* Add (level + slope x) exp(-rate x); terms of one rate are one. */
void sl_decaying_sum_add(decaying_sum *sum, double rate, double level, double slope);

double sl_decaying_sum_at(const decaying_sum *sum, double x);

/* All changes of sign in (0, length), ascending, and perhaps points where f touches 0; at most
 * DECAYING_TERMS. Returns how many. */
uint32_t sl_decaying_sum_zeros(const decaying_sum *sum, double length, double *zero);

#endif /* SALTUS_DECAYING_SUM_H */
