/* observe - what leaves a run: spikes in batches, samples, the fingerprint. Nothing here changes
 * the state, so observing never changes the run. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/status.h"
#include "engine/simulation.h"
#include "models/neuron/lif_delta.h"
#include "saltus/catalog.h"

#define BATCH_SPIKES 4096

bool sl_observe_init(saltus_simulation *simulation)
{
    const saltus_network *network = simulation->network;
    uint32_t largest = 0;
    for (uint32_t i = 0; i < network->potential_count; i++) {
        largest = network->potentials[i].count > largest ? network->potentials[i].count : largest;
    }
    simulation->batch = sl_memory_array(BATCH_SPIKES, sizeof *simulation->batch);
    simulation->population_spikes =
        sl_memory_zeroed(network->population_count, sizeof *simulation->population_spikes);
    simulation->sample_next =
        sl_memory_zeroed(network->potential_count, sizeof *simulation->sample_next);
    simulation->sample_values = sl_memory_array(largest, sizeof *simulation->sample_values);
    if (simulation->batch == NULL || simulation->population_spikes == NULL ||
        simulation->sample_next == NULL || simulation->sample_values == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < network->potential_count; i++) {
        const network_potential *record = &network->potentials[i];
        simulation->sample_next[i] = record->start < record->stop ? record->start : SIM_TIME_NEVER;
    }
    return sl_observe_weights_init(simulation);
}

void sl_observe_clear(saltus_simulation *simulation)
{
    free(simulation->batch);
    free(simulation->population_spikes);
    free(simulation->sample_next);
    free(simulation->sample_values);
    sl_observe_weights_clear(simulation);
}

/* ---- Spikes --------------------------------------------------------------------------- */

saltus_status sl_observe_flush(saltus_simulation *simulation, saltus_error *error)
{
    const size_t count = simulation->batch_count;
    simulation->batch_count = 0;
    for (uint32_t i = 0; count > 0 && i < simulation->spike_observer_count; i++) {
        const spike_observer *observer = &simulation->spike_observers[i];
        const saltus_status status = observer->callback(observer->user, simulation->batch, count);
        if (status != SALTUS_OK) {
            simulation->broken = true;
            return sl_fail(error, SALTUS_E_RECORDER, "a spike recorder failed: %s",
                           saltus_status_text(status));
        }
    }
    return SALTUS_OK;
}

/* One step of a 64-bit hash in order (xor, multiply, shift; constants of splitmix64). */
static uint64_t hash_step(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * 0xbf58476d1ce4e5b9u;
    return hash ^ hash >> 29;
}

saltus_status sl_observe_spikes(saltus_simulation *simulation, saltus_error *error)
{
    const saltus_network *network = simulation->network;
    const bool observed = simulation->spike_observer_count > 0;
    uint64_t hash = simulation->fingerprint;
    for (size_t i = 0; i < simulation->merged.count; i++) {
        const emitted_spike spike = simulation->merged.spike[i];
        hash = hash_step(hash_step(hash, (uint64_t)spike.time), spike.neuron);
        const uint32_t index = sl_network_population_of(network, spike.neuron);
        simulation->population_spikes[index]++;
        if (!observed || !network->populations[index].record_spikes) {
            continue;
        }
        simulation->batch[simulation->batch_count++] =
            (saltus_spike){.time_ms = sim_time_to_ms(spike.time),
                           .population = index,
                           .neuron = spike.neuron - network->populations[index].first};
        if (simulation->batch_count == BATCH_SPIKES) {
            const saltus_status status = sl_observe_flush(simulation, error);
            if (status != SALTUS_OK) {
                return status;
            }
        }
    }
    simulation->fingerprint = hash;
    return SALTUS_OK;
}

/* ---- Potentials ------------------------------------------------------------------------ */

double sl_observe_potential(const saltus_simulation *simulation, uint32_t population_index,
                            uint32_t neuron, sim_time t)
{
    const saltus_network *network = simulation->network;
    const population *population = &network->populations[population_index];
    if (saltus_model_is_source(population->model)) {
        return __builtin_nan("");
    }
    const double v = simulation->engine->potential(simulation, population->first + neuron, t);
    if (v == LIF_REFRACTORY) {
        return population->v_reset_mV;
    }
    return sl_drive_v_inf(simulation, population_index, neuron) + v;
}

sim_time sl_observe_next_sample(const saltus_simulation *simulation)
{
    sim_time next = sl_observe_next_weights(simulation);
    if (simulation->sample_observer_count == 0) {
        return next;
    }
    for (uint32_t i = 0; i < simulation->network->potential_count; i++) {
        next = simulation->sample_next[i] < next ? simulation->sample_next[i] : next;
    }
    return next;
}

/* One record's values at `t` to every observer. */
static saltus_status hand_out(saltus_simulation *simulation, uint32_t index, sim_time t,
                              saltus_error *error)
{
    const network_potential *record = &simulation->network->potentials[index];
    for (uint32_t i = 0; i < record->count; i++) {
        simulation->sample_values[i] =
            sl_observe_potential(simulation, record->population, record->first + i, t);
    }
    const saltus_sample sample = {.time_ms = sim_time_to_ms(t),
                                  .record = index,
                                  .population = record->population,
                                  .first = record->first,
                                  .count = record->count,
                                  .potential_mV = simulation->sample_values};
    for (uint32_t i = 0; i < simulation->sample_observer_count; i++) {
        const sample_observer *observer = &simulation->sample_observers[i];
        const saltus_status status = observer->callback(observer->user, &sample);
        if (status != SALTUS_OK) {
            simulation->broken = true;
            return sl_fail(error, SALTUS_E_RECORDER, "a sample recorder failed: %s",
                           saltus_status_text(status));
        }
    }
    return SALTUS_OK;
}

saltus_status sl_observe_samples(saltus_simulation *simulation, sim_time t, saltus_error *error)
{
    for (uint32_t i = 0; i < simulation->network->potential_count; i++) {
        const network_potential *record = &simulation->network->potentials[i];
        if (simulation->sample_next[i] != t) {
            continue;
        }
        const saltus_status status = hand_out(simulation, i, t, error);
        if (status != SALTUS_OK) {
            return status;
        }
        const bool more = record->interval > 0 && record->stop - t > record->interval;
        simulation->sample_next[i] = more ? t + record->interval : SIM_TIME_NEVER;
    }
    return sl_observe_weights(simulation, t, error);
}
