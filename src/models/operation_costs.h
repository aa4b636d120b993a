/* operation_costs - rows of what a model's operations cost in arithmetic (saltus_model_info). */
#ifndef SALTUS_OPERATION_COSTS_H
#define SALTUS_OPERATION_COSTS_H

#include "saltus/catalog.h"

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

#endif /* SALTUS_OPERATION_COSTS_H */
