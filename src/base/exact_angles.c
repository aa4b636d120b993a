/* exact_angles - Taylor polynomials after a reduction to small arguments. */
#include "base/exact_angles.h"

#include <math.h>

/* pi/2 and the arcs of k/8 as two doubles. */
#define HALF_PI      0x1.921fb54442d18p+0
#define HALF_PI_REST 0x1.1a62633145c07p-54

static const double arc[][2] = {
    {0, 0},
    {0x1.fd5ba9aac2f6ep-4, -0x1.cd37686760c17p-59},
    {0x1.f5b75f92c80ddp-3, 0x1.8ab6e3cf7afbdp-57},
    {0x1.6f61941e4def1p-2, -0x1.c63aae6f6e918p-56},
    {0x1.dac670561bb4fp-2, 0x1.a2b7f222f65e2p-56},
    {0x1.1e00babdefeb4p-1, -0x1.928df287a668fp-58},
    {0x1.4978fa3269ee1p-1, 0x1.2419a87f2a458p-56},
    {0x1.700a7c5784634p-1, -0x1.8c34d25aadef6p-56},
    {0x1.921fb54442d18p-1, 0x1.1a62633145c07p-55},
};

/* |x| <= pi/4: the first terms left out are below 1e-19. */
static double sine_of(double x)
{
    const double z = x * x;
    double sum = 0;
    for (int n = 18; n >= 2; n -= 2) {
        sum = (sum + 1) * (-z / (n * (n + 1)));
    }
    return x + x * sum;
}

static double cosine_of(double x)
{
    const double z = x * x;
    double sum = 0;
    for (int n = 17; n >= 3; n -= 2) {
        sum = (sum + 1) * (-z / (n * (n + 1)));
    }
    return 1 - z / 2 * (1 + sum);
}

void sl_sine_cosine(double x, double *sine, double *cosine)
{
    if (x <= HALF_PI / 2) {
        *sine = sine_of(x);
        *cosine = cosine_of(x);
    } else if (x <= 3 * (HALF_PI / 2)) {
        const double y = x - HALF_PI - HALF_PI_REST;
        *sine = cosine_of(y);
        *cosine = -sine_of(y);
    } else {
        const double y = 2 * HALF_PI - x + 2 * HALF_PI_REST;
        *sine = sine_of(y);
        *cosine = -cosine_of(y);
    }
}

/* 0 <= y <= x, x > 0: atan(y / x) = atan(c) + atan((y - c x) / (x + c y)), c = k/8 nearest. */
static double first_octant(double y, double x)
{
    const int k = (int)(8 * (y / x) + 0.5);
    const double c = 0.125 * k;
    const double q = fma(-c, x, y) / fma(c, y, x);
    const double z = q * q;
    double sum = 0;
    for (int n = 13; n >= 3; n -= 2) {
        sum = (sum * -z + 1.0 / n);
    }
    return arc[k][0] + (arc[k][1] + (q - q * z * sum));
}

double sl_angle(double y, double x)
{
    /* no product or sum above overflows, no small one loses digits */
    const int exponent = ilogb(fmax(y, fabs(x)));
    y = ldexp(y, -exponent);
    x = ldexp(x, -exponent);
    if (x >= y) {
        return first_octant(y, x);
    }
    if (-x >= y) {
        return 2 * HALF_PI - (first_octant(y, -x) - 2 * HALF_PI_REST);
    }
    const double rest = first_octant(fabs(x), y);
    return x >= 0 ? HALF_PI - (rest - HALF_PI_REST) : HALF_PI + (rest + HALF_PI_REST);
}
