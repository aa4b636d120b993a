/* exact_math - the scalar exp and log: vector_math with one lane, and the ends of the range. */
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

double sl_log(double x)
{
    return vector_log(x);
}

double sl_scale2(double x, int n)
{
    return ldexp(x, n);
}
