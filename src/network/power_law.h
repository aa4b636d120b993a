/* power_law - degrees k with P(k) = k^-exponent / sum, least <= k <= most, at a cost that does not
 * grow with the largest of them.
 *
 * Shares (k / least)^-exponent of the first degrees are summed one by one. Sums of those behind, at
 * k > x where x is large, are an integral between half-integers and its first correction (Euler and
 * Maclaurin's formula at midpoints):
 *
 *     sum_{k = m + 1}^n f(k) = [F](m + 1/2 .. n + 1/2) - [f'](m + 1/2 .. n + 1/2) / 24 + ...
 *
 * What is left out is (exponent / x)^4 / 800 of the sum, nothing beside rounding where
 * POWER_LAW_LISTED degrees are listed (tests/network/test_scale_free.c).
 */
#ifndef SALTUS_POWER_LAW_H
#define SALTUS_POWER_LAW_H

#include <stdbool.h>
#include <stdint.h>

/* Degrees whose shares are summed one by one. */
#define POWER_LAW_LISTED (UINT32_C(1) << 20)

typedef struct power_law {
    double exponent, log_least;
    uint32_t least, most;
    uint32_t listed; /* the last degree that is */
} power_law;

/* 1 <= least <= most; `count` > 0 degrees are listed, or all. */
power_law sl_power_law(double exponent, uint32_t least, uint32_t most, uint32_t count);

/* Sums of k^0, k^1 and k^2 times the share of k, over all k. */
void sl_power_law_moments(const power_law *law, double moment[3]);

/* Doubles of the table that degrees are drawn by. */
static inline uint32_t power_law_room(const power_law *law)
{
    return law->listed - law->least + 2;
}
void sl_power_law_table(const power_law *law, double *table);
/* The degree whose part of the sum of all shares holds the part u < 1 of it. */
uint32_t sl_power_law_degree(const power_law *law, const double *table, double u);

#endif /* SALTUS_POWER_LAW_H */
