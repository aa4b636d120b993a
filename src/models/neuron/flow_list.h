/* flow_list - the models that flow.h is the contract of, and what their descriptions share. */
#ifndef SALTUS_FLOW_LIST_H
#define SALTUS_FLOW_LIST_H

#include "models/catalog_parts.h"
#include "models/neuron/flow.h"

extern const flow_model sl_flow_qif, sl_flow_izhikevich, sl_flow_adex;
extern const flow_model sl_flow_izhikevich_exp, sl_flow_adex_exp;

/* x after `ms` of x' = drift - rate x. */
double sl_flow_held(double x, double drift, double rate, double ms);

#define FLOW_DELTA_EQUATION "arrival of weight w (mV): V <- V + w, lost during t_ref\n"
#define FLOW_CURRENTS_EQUATION                                                                     \
    "I = i_e + sum_k I_k, during t_ref too\n" EXPONENTIAL_RECEPTORS_EQUATION
#define FLOW_TAYLOR_EXACTNESS                                                                      \
    "to a tolerance: between events a Taylor series of order 24 (Parker-Sochacki) in steps\n"      \
    "that leave out less than 1e-16 of V and u, or of 1 mV and 1 pA; a crossing of v_peak is\n"    \
    "found on the series, to one tick of 1e-11 ms. Errors of rounding grow as the equation\n"      \
    "lets them. No step is chosen by the user; results do not depend on where one looks."
#define FLOW_TAYLOR_SOURCE "Stewart & Bair (2009) J Comput Neurosci 27:115 (Taylor series)"

#define FLOW_COST(...) __VA_ARGS__
/* Arithmetic of an arrival at a neuron (its state is brought to the time of the arrival), of a
 * search for the next crossing and of a step of a clock; all that a spike or a reset do is a few
 * sums. */
#define FLOW_OPERATIONS(arrival, search, step)                                                     \
    DELIVERY_COSTS(arrival), DELIVERY_INHIBITORY_COSTS(arrival),                                   \
        DELIVERY_OWN_WEIGHT_COSTS(arrival), DELIVERY_OWN_LEVEL_COSTS(arrival),                     \
        DELIVERY_OWN_DELAY_COSTS(arrival), ARRIVAL_COSTS(.adds = 0),                               \
        EXTERNAL_EVENT_COSTS(arrival), EXTERNAL_OWN_LEVEL_COSTS(arrival), SPIKE_COSTS(arrival),    \
        RESET_COSTS(.adds = 2, .multiplies = 2, .divides = 1, .exps = 1, .state_bytes = 48),       \
        DRIFT_TEST_COSTS(.adds = 0), CROSSING_SEARCH_COSTS(search), STEP_UPDATE_COSTS(step),       \
        STEP_INPUT_COSTS(.adds = 1, .state_bytes = 16), STEP_SPIKE_COSTS(.state_bytes = 32),       \
    {                                                                                              \
        .name = NULL                                                                               \
    }

#endif /* SALTUS_FLOW_LIST_H */
