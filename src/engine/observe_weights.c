/* observe_weights - records of weights: at their times, and at the end of a run.
 *
 * Observers are told the projection and read its rows themselves, so that nothing of its size is
 * ever copied here. Reading works on copies of rows: a run that is recorded is the same run.
 *
 * What is kept here follows from the records and the time: a simulation that goes on from a saved
 * state finds the next time of each record by counting from its start. */
#include <stdlib.h>

#include "base/memory.h"
#include "base/status.h"
#include "engine/simulation.h"

#define NOT_SEEN (-1)

/* The time of the next record of any projection. */
static void find_due(saltus_simulation *simulation)
{
    simulation->weights_due = SIM_TIME_NEVER;
    for (uint32_t i = 0; i < simulation->network->weights_count; i++) {
        if (simulation->weights_next[i] < simulation->weights_due) {
            simulation->weights_due = simulation->weights_next[i];
        }
    }
}

bool sl_observe_weights_init(saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    simulation->weights_next =
        sl_memory_array(network->weights_count, sizeof *simulation->weights_next);
    simulation->weights_seen =
        sl_memory_array(network->projection_count, sizeof *simulation->weights_seen);
    if (simulation->weights_next == NULL || simulation->weights_seen == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < network->projection_count; i++) {
        simulation->weights_seen[i] = NOT_SEEN;
    }
    sl_observe_weights_resume(simulation);
    return true;
}

void sl_observe_weights_resume(saltus_simulation *simulation)
{
    for (uint32_t i = 0; i < simulation->network->weights_count; i++) {
        const network_weights *record = &simulation->network->weights[i];
        sim_time next = record->start;
        if (next < simulation->now) {
            const sim_time behind = simulation->now - next;
            next = record->interval > 0
                       ? next + ((behind - 1) / record->interval + 1) * record->interval
                       : SIM_TIME_NEVER;
        }
        simulation->weights_next[i] = next < record->stop ? next : SIM_TIME_NEVER;
    }
    find_due(simulation);
}

void sl_observe_weights_clear(saltus_simulation *simulation)
{
    free(simulation->weights_next);
    free(simulation->weights_seen);
}

sim_time sl_observe_next_weights(const saltus_simulation *simulation)
{
    return simulation->weight_observer_count > 0 ? simulation->weights_due : SIM_TIME_NEVER;
}

/* A projection's weights as of `t` to every observer, unless they have them. */
static saltus_status hand_out(saltus_simulation *simulation, uint32_t projection, sim_time t,
                              saltus_error *error)
{
    if (simulation->weights_seen[projection] == t) {
        return SALTUS_OK;
    }
    simulation->weights_seen[projection] = t;
    for (uint32_t i = 0; i < simulation->weight_observer_count; i++) {
        const weight_observer *observer = &simulation->weight_observers[i];
        const saltus_status status =
            observer->callback(observer->user, simulation, projection, sim_time_to_ms(t));
        if (status != SALTUS_OK) {
            simulation->broken = true;
            return sl_fail(error, SALTUS_E_RECORDER, "a weight recorder failed: %s",
                           saltus_status_text(status));
        }
    }
    return SALTUS_OK;
}

saltus_status sl_observe_weights(saltus_simulation *simulation, sim_time t, saltus_error *error)
{
    if (sl_observe_next_weights(simulation) != t) {
        return SALTUS_OK;
    }
    for (uint32_t i = 0; i < simulation->network->weights_count; i++) {
        const network_weights *record = &simulation->network->weights[i];
        if (simulation->weights_next[i] != t) {
            continue;
        }
        const saltus_status status = hand_out(simulation, record->projection, t, error);
        if (status != SALTUS_OK) {
            return status;
        }
        const bool more = record->interval > 0 && record->stop - t > record->interval;
        simulation->weights_next[i] = more ? t + record->interval : SIM_TIME_NEVER;
    }
    find_due(simulation);
    return SALTUS_OK;
}

/* ---- For callers ----------------------------------------------------------------------- */

saltus_status saltus_simulation_add_weight_recorder(saltus_simulation *simulation,
                                                    saltus_weight_callback callback, void *user)
{
    if (simulation == NULL || callback == NULL) {
        return SALTUS_E_ARGUMENT;
    }
    if (simulation->started || simulation->weight_observer_count == OBSERVERS) {
        return SALTUS_E_STATE;
    }
    simulation->weight_observers[simulation->weight_observer_count++] =
        (weight_observer){.callback = callback, .user = user};
    return SALTUS_OK;
}

saltus_status saltus_simulation_record_end(saltus_simulation *simulation, saltus_error *error)
{
    if (simulation == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "no simulation is given");
    }
    if (simulation->broken || simulation->running) {
        return sl_fail(error, SALTUS_E_STATE, "%s",
                       simulation->running ? "a recorder cannot end its own simulation"
                                           : "this simulation failed and can only be destroyed");
    }
    saltus_status status = SALTUS_OK;
    simulation->running = true;
    for (uint32_t i = 0; status == SALTUS_OK && i < simulation->network->weights_count; i++) {
        const network_weights *record = &simulation->network->weights[i];
        if (record->at_end) {
            status = hand_out(simulation, record->projection, simulation->now, error);
        }
    }
    simulation->running = false;
    return status;
}
