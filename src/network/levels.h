/* levels - v_inf of a neuron, its threshold and its reset relative to it, after a change of the
 * current that inputs bring.
 *
 *     v_inf = v_rest + (i_e + current) tau_m / c_m        (pA ms / pF = mV)
 *
 * Each is rounded once, from 113 bits: just above threshold the difference decides when a neuron
 * fires, and a v_inf that was rounded before would have lost it. All are functions of the number
 * of the change; a population without a course has the change 0 only.
 */
#ifndef SALTUS_LEVELS_H
#define SALTUS_LEVELS_H

#include "network/network.h"

/* Current of the population's inputs from a change on. */
double sl_level_current_pA(const population *p, size_t change);

/* `absolute_mV` - v_inf of a neuron with this i_e, in a current of this size besides. */
double sl_level_relative(const population *p, double absolute_mV, double i_e_pA, double current_pA);
/* v_inf itself. */
double sl_level_v_inf(const population *p, double i_e_pA, double current_pA);

/* Of neuron `i` of a population with a course. */
double sl_level_threshold_of(const population *p, uint32_t i, size_t change);
double sl_level_reset_of(const population *p, uint32_t i, size_t change);
double sl_level_v_inf_of(const population *p, uint32_t i, size_t change);

/* By how much v_inf of every neuron moves between two changes. */
double sl_level_shift(const population *p, size_t from, size_t to);

#endif /* SALTUS_LEVELS_H */
