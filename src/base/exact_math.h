/* exact_math - exp, log and sine whose bits are pinned: plain IEEE double operations in a fixed
 * order.
 *
 * libm's last digit differs between processors and versions; results here must not. Errors are
 * below 1 ulp (tests/unit/test_exact_math.c measures them against __float128). Built with
 * -ffp-contract=off; the batch versions give the same bits as the scalar ones.
 */
#ifndef SALTUS_EXACT_MATH_H
#define SALTUS_EXACT_MATH_H

/* exp(x) for |x| <= 700; 0 below, +inf above. */
double sl_exp(double x);
/* exp(x) - 1 for x <= 0, within 2 ulp also where exp(x) is near 1. */
double sl_expm1(double x);
/* log(x) for finite normal x > 0. */
double sl_log(double x);
/* log(1 + x) for x > -1, x not above 1e300, within 3 ulp. */
double sl_log1p(double x);
/* sin(2 pi x) for |x| <= 1e15, with an error below 2^-51 beside that of x itself. */
double sl_sine_of_cycles(double x);
/* x * 2^n, exact unless the result is subnormal. */
double sl_scale2(double x, int n);

#endif /* SALTUS_EXACT_MATH_H */
