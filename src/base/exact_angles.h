/* exact_angles - sine, cosine and arc tangent with pinned bits, as exact_math.h has exp and log.
 *
 * Plain IEEE double operations in a fixed order; errors are below 2 ulp of the larger of the two
 * for sine and cosine, below 2 ulp for the arc tangent (tests/exactness/test_flow.c). */
#ifndef SALTUS_EXACT_ANGLES_H
#define SALTUS_EXACT_ANGLES_H

/* 0 <= x <= pi. */
void sl_sine_cosine(double x, double *sine, double *cosine);
/* The angle of the point (x, y) from the positive x axis, in [0, pi]; y >= 0, not both 0. */
double sl_angle(double y, double x);

#endif /* SALTUS_EXACT_ANGLES_H */
