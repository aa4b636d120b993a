/* exact_math - the scalar exp and log: vector_math with one lane, and the ends of the range;
 * a sine. */
#include "base/exact_math.h"

#include <math.h>

#define LANES 1
#include "base/vector_math.h"

double sl_exp(double x)
{
    if (x > 700) {
        return __builtin_inf();
    }
    if (x < -700) {
        return 0;
    }
    return vector_exp(x);
}

/* x^14 / 14! is the first term that is left out: 1e-17 of the sum at the edge. */
double sl_expm1(double x)
{
    if (x < -0.40625) {
        return sl_exp(x) - 1;
    }
    double tail = 0;
    for (int n = 13; n >= 2; n--) {
        tail = (tail + 1) * (x / n);
    }
    return x + x * tail;
}

double sl_log(double x)
{
    return vector_log(x);
}

/* Near 1, log(s) / (s - 1) is nearly constant, so that the rounding of s = 1 + x does not count. */
double sl_log1p(double x)
{
    const double s = 1 + x;
    if (s == 1) {
        return x;
    }
    return x < 1 ? vector_log(s) * (x / (s - 1)) : vector_log(s);
}

double sl_scale2(double x, int n)
{
    return ldexp(x, n);
}

/* The series of sin(2 pi r) in r^2 to r^23, for |r| <= 1/4: the first term left out is 1e-19. */
double sl_sine_of_cycles(double x)
{
    double r = x - rint(x);
    if (r > 0.25) {
        r = 0.5 - r;
    } else if (r < -0.25) {
        r = -0.5 - r;
    }
    const double angle = 6.283185307179586 * r;
    const double square = angle * angle;
    double tail = 0;
    for (int n = 22; n >= 2; n -= 2) {
        tail = (tail + 1) * (-square / (n * (n + 1)));
    }
    return angle + angle * tail;
}
