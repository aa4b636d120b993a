/* network_modulators - neuromodulators, in ticks and neuron ids. */
#include <stdlib.h>

#include "base/memory.h"
#include "network/network_build.h"

static uint32_t neuron_id(const saltus_network *network, uint32_t population, uint32_t neuron)
{
    return population != UINT32_MAX ? network->populations[population].first + neuron : UINT32_MAX;
}

/* A delay or window: rounded to ticks, at least one. */
static sim_time span_of(double ms)
{
    const sim_time ticks = network_time(ms);
    return ticks > 1 ? ticks : 1;
}

static saltus_status add_modulator(const saltus_network *network, const saltus_modulator_spec *spec,
                                   network_modulator *modulator, saltus_error *error)
{
    *modulator = (network_modulator){
        .name = sl_memory_string(spec->name),
        .tau_ms = spec->tau_ms,
        .baseline = spec->baseline,
        .time = sl_memory_array(spec->count, sizeof *modulator->time),
        .amount = sl_memory_copy(spec->amounts, spec->count, sizeof *modulator->amount),
        .count = spec->count,
        .population = spec->population,
        .population_amount = spec->population_amount,
        .population_delay = span_of(spec->population_delay_ms),
        .pre = neuron_id(network, spec->pre_population, spec->pre_neuron),
        .post = neuron_id(network, spec->post_population, spec->post_neuron),
        .pair_amount = spec->pair_amount,
        .pair_window = span_of(spec->pair_window_ms),
        .pair_delay_low = span_of(spec->pair_delay_low_ms),
        .pair_delay_high = span_of(spec->pair_delay_high_ms)};
    if (modulator->name == NULL || modulator->time == NULL || modulator->amount == NULL) {
        return sl_fail_memory(error);
    }
    for (size_t i = 0; i < spec->count; i++) {
        modulator->time[i] = network_time(spec->times_ms[i]);
    }
    return SALTUS_OK;
}

saltus_status sl_network_add_modulators(saltus_network *network,
                                        const saltus_experiment *experiment, saltus_error *error)
{
    const size_t count = experiment->modulator_count;
    network->modulators = sl_memory_zeroed(count, sizeof *network->modulators);
    if (network->modulators == NULL) {
        return sl_fail_memory(error);
    }
    network->modulator_count = (uint32_t)count;
    saltus_status status = SALTUS_OK;
    for (size_t i = 0; !status && i < count; i++) {
        status = add_modulator(network, &experiment->modulators[i], &network->modulators[i], error);
    }
    return status;
}

void sl_network_clear_modulators(saltus_network *network)
{
    for (uint32_t i = 0; network->modulators != NULL && i < network->modulator_count; i++) {
        free(network->modulators[i].name);
        free(network->modulators[i].time);
        free(network->modulators[i].amount);
    }
    free(network->modulators);
}

/* ---- Reading ------------------------------------------------------------------------------- */

uint32_t saltus_network_modulator_count(const saltus_network *network)
{
    return network->modulator_count;
}

const char *saltus_network_modulator_name(const saltus_network *network, uint32_t index)
{
    return index < network->modulator_count ? network->modulators[index].name : NULL;
}
