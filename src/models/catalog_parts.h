/* catalog_parts - what entries of the catalog of models are made of: the parameters that models
 * with currents share, and the names of operations. */
#ifndef SALTUS_CATALOG_PARTS_H
#define SALTUS_CATALOG_PARTS_H

#include "saltus/catalog.h"

/* Models whose spikes change more than V (adaptive_models.c), in the order of saltus_model. */
#define ADAPTIVE_MODELS 6
extern const saltus_model_info sl_adaptive_models[ADAPTIVE_MODELS];
/* Of lif_exp and lif_alpha. */
extern const saltus_model_operation sl_lif_current_operations[];

/* ---- Parameters ---------------------------------------------------------------------- */

/* Rows of tables of parameters. */
/* clang-format off */
#define MEMBRANE_PARAMETERS \
    {"tau_m", "ms", "20 ms", "1e-6 ms to 4.5e7 ms", "membrane time constant"}, \
    {"c_m", "pF", "250 pF", "above 0 pF", "membrane capacitance; a current of 1 pA is worth tau_m / c_m in mV"}, \
    {"v_rest", "mV", "0 mV", "any", "resting potential"}
#define V_TH_PARAMETER \
    {"v_th", "mV", "20 mV", "above v_reset; constant, distribution or list", "threshold: the neuron fires when V >= v_th"}
#define V_RESET_PARAMETER \
    {"v_reset", "mV", "0 mV", "below every v_th", "V after a spike, held for t_ref"}
#define T_REF_PARAMETER \
    {"t_ref", "ms", "2 ms", "0 ms or more", "absolute refractory time"}
#define I_E_PARAMETER \
    {"i_e", "pA", "0 pA", "any; constant, distribution or list", "constant current; may drive the neuron over threshold by itself"}
#define TAU_SYN_PARAMETER \
    {"tau_syn", "ms", "2 ms", "1e-6 ms to 4.5e7 ms", "time constant of the only receptor, syn; instead of receptors"}
#define EXPONENTIAL_RECEPTORS_PARAMETER \
    {"receptors", "ms", "one, syn", "1 to 4: {NAME: {tau: T, tau_rise: T}} or {NAME: T}", "time constants of decay and, below it, of rise of each receptor's current"}
#define EXPONENTIAL_RECEPTORS_EQUATION \
    "arrival of weight w (pA) at receptor k, t later:\n" \
    "    without tau_rise: I_k = w exp(-t / tau)\n" \
    "    with tau_rise:    I_k = w n (exp(-t / tau) - exp(-t / tau_rise)), peak w\n"
#define MUST_BE_GIVEN "none, it must be given"
#define NO_MORE_PARAMETERS {NULL, NULL, NULL, NULL, NULL}
/* clang-format on */

/* ---- Arithmetic ---------------------------------------------------------------------- */

/* One membrane, 8 bytes, read and written: what saltus_counts.state_bytes counts an update. */
#define MEMBRANE_RW .state_bytes = 16

/* clang-format off */
/* An operation's name and what it is counted as are the same in every model. */
#define DELIVERY_COSTS(...) {SALTUS_OPERATION_DELIVERY, "delivery", "synaptic events, shared weight > 0", {__VA_ARGS__}}
#define DELIVERY_INHIBITORY_COSTS(...) {SALTUS_OPERATION_DELIVERY_INHIBITORY, "delivery, inhibitory", "synaptic events, shared weight <= 0", {__VA_ARGS__}}
#define DELIVERY_OWN_WEIGHT_COSTS(...) {SALTUS_OPERATION_DELIVERY_OWN_WEIGHT, "delivery, own weight", "synaptic events, own weight or target that may drift", {__VA_ARGS__}}
#define DELIVERY_OWN_LEVEL_COSTS(...) {SALTUS_OPERATION_DELIVERY_OWN_LEVEL, "delivery, own threshold", "synaptic events, target with its own threshold", {__VA_ARGS__}}
#define DELIVERY_OWN_DELAY_COSTS(...) {SALTUS_OPERATION_DELIVERY_OWN_DELAY, "delivery, own delay", "synaptic events, own delay", {__VA_ARGS__}}
#define ARRIVAL_COSTS(...) {SALTUS_OPERATION_ARRIVAL, "arrival", "spikes x projections with one delay", {__VA_ARGS__}}
#define EXTERNAL_EVENT_COSTS(...) {SALTUS_OPERATION_EXTERNAL_EVENT, "external event", "external events", {__VA_ARGS__}}
#define EXTERNAL_OWN_LEVEL_COSTS(...) {SALTUS_OPERATION_EXTERNAL_OWN_LEVEL, "external event, general", "external events, own threshold, drift or list", {__VA_ARGS__}}
#define SPIKE_COSTS(...) {SALTUS_OPERATION_SPIKE, "spike", "spikes", {__VA_ARGS__}}
#define RESET_COSTS(...) {SALTUS_OPERATION_RESET, "reset", "ends of refractoriness", {__VA_ARGS__}}
#define DRIFT_TEST_COSTS(...) {SALTUS_OPERATION_DRIFT_TEST, "drift test", "all of these, target that may drift", {__VA_ARGS__}}
#define CROSSING_SEARCH_COSTS(...) {SALTUS_OPERATION_CROSSING_SEARCH, "crossing search", "crossing searches", {__VA_ARGS__}}
#define STEP_UPDATE_COSTS(...) {SALTUS_OPERATION_STEP_UPDATE, "clock: step update", "step updates", {__VA_ARGS__}}
#define STEP_INPUT_COSTS(...) {SALTUS_OPERATION_STEP_INPUT, "clock: arrival", "synaptic and external events", {__VA_ARGS__}}
#define STEP_SPIKE_COSTS(...) {SALTUS_OPERATION_STEP_SPIKE, "clock: spike, reset", "spikes and resets", {__VA_ARGS__}}
/* clang-format on */

/* V and one exponential current read and written. Counts have all currents of a neuron (an alpha
 * current is two numbers); a row of the catalog does not know how many there are. */
#define CURRENT_RW .state_bytes = 32

#endif /* SALTUS_CATALOG_PARTS_H */
