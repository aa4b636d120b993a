/* binomial - how many of n independent trials succeed. */
#ifndef SALTUS_BINOMIAL_H
#define SALTUS_BINOMIAL_H

#include <stdint.h>

/* Binomial(n, p) with 0 <= p <= 1, a function of one random word. More words, drawn from a stream
 * that the word begins, are needed for many trials; their number is added to *draws. */
uint32_t sl_binomial(uint64_t word, uint32_t n, double p, uint64_t *draws);

#endif /* SALTUS_BINOMIAL_H */
