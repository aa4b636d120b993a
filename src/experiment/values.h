/* values - what a constant, distribution or list can amount to. */
#ifndef SALTUS_VALUES_H
#define SALTUS_VALUES_H

#include <math.h>
#include <stdbool.h>

#include "saltus/experiment.h"

/* As doubles; the macros of math.h are floats. */
#define ENDLESS ((double)INFINITY) /* no bound */
#define NOT_SET ((double)NAN)      /* a default that depends on other fields, or none */

/* A multiple of the step this part of a step beyond a bound counts as the bound. */
#define VALUE_STEP_SLACK 1e-6

/* Smallest and largest number that can come out. An unbounded side of a normal distribution (or
 * of the logarithm of a lognormal one) counts 13 standard deviations, which no draw exceeds. */
double sl_value_lowest(const saltus_value *value);
double sl_value_highest(const saltus_value *value);

/* Smallest number that the description promises: -INFINITY for an untruncated normal. */
double sl_value_low_bound(const saltus_value *value);

/* Probability that one draw is within [low, high]; 1 when nothing is truncated. */
double sl_value_acceptance(const saltus_value *value);

/* Do delays grow with distance? An infinite velocity, the default, takes no time. */
bool sl_is_conducted(const saltus_projection_spec *spec);

/* The "default" mark: a constant NaN. */
bool sl_value_is_default(const saltus_value *value);

#endif /* SALTUS_VALUES_H */
