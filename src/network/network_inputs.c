/* network_inputs - external input and records of potentials and weights, in ticks. */
#include <math.h>

#include "base/memory.h"
#include "network/event_lists.h"
#include "network/network_build.h"

static saltus_status add_input(const saltus_network *network, const saltus_input_spec *spec,
                               network_input *input, saltus_error *error)
{
    input->type = spec->type;
    input->population = spec->population;
    input->receptor = spec->receptor;
    input->weight = spec->weight_mV;
    input->rate_Hz = spec->rate_Hz;
    if (spec->type == SALTUS_INPUT_CURRENT) {
        input->stop = SIM_TIME_NEVER; /* what it brings is in its population's course */
        return SALTUS_OK;
    }
    if (spec->type == SALTUS_INPUT_ARRIVALS) {
        const listed_events events = {.name = spec->name,
                                      .time_ms = spec->arrival_times_ms,
                                      .neuron = spec->arrival_targets,
                                      .weight = spec->arrival_weights_mV,
                                      .count = spec->arrival_count};
        input->stop = SIM_TIME_NEVER;
        return sl_event_list_build(&network->populations[spec->population], &events, &input->list,
                                   error);
    }
    input->stop = network_time(spec->stop_ms);
    double start_ms = spec->start_ms;
    if (spec->type == SALTUS_INPUT_PERIODIC) {
        input->interval = network_time(spec->interval_ms);
        if (input->interval < 1) {
            return sl_fail(error, SALTUS_E_EXPERIMENT,
                           "input %s: interval %g ms found, it must be at least 1e-11 ms",
                           spec->name, spec->interval_ms);
        }
        start_ms = isnan(start_ms) ? spec->interval_ms : start_ms;
    }
    input->start = isnan(start_ms) ? 0 : network_time(start_ms);
    const saltus_status status = sl_rate_course_build(&spec->rate_course, &input->rates, error);
    input->rate_Hz = input->rates != NULL ? input->rates->most_Hz : spec->rate_Hz;
    return status;
}

static saltus_status add_potentials(saltus_network *network, const saltus_experiment *experiment,
                                    saltus_error *error)
{
    const size_t count = experiment->potential_count;
    network->potentials = sl_memory_array(count, sizeof *network->potentials);
    if (network->potentials == NULL) {
        return sl_fail_memory(error);
    }
    network->potential_count = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        const potential_record *record = &experiment->potentials[i];
        const sim_time interval = network_time(record->interval_ms);
        network->potentials[i] = (network_potential){.population = record->population,
                                                     .first = record->first,
                                                     .count = record->count,
                                                     .start = network_time(record->start_ms),
                                                     .interval = interval,
                                                     .stop = network_time(record->stop_ms)};
        if (record->interval_ms > 0 && interval < 1) {
            return sl_fail(error, SALTUS_E_EXPERIMENT,
                           "potential record %zu: interval %g ms found, it must be 0 or at least "
                           "1e-11 ms",
                           i, record->interval_ms);
        }
    }
    return SALTUS_OK;
}

static saltus_status add_weights(saltus_network *network, const saltus_experiment *experiment,
                                 saltus_error *error)
{
    const size_t count = experiment->weight_count;
    network->weights = sl_memory_array(count, sizeof *network->weights);
    if (network->weights == NULL) {
        return sl_fail_memory(error);
    }
    network->weights_count = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        const weight_record *record = &experiment->weights[i];
        const bool times = !isnan(record->start_ms);
        network->weights[i] =
            (network_weights){.projection = record->projection,
                              .start = times ? network_time(record->start_ms) : SIM_TIME_NEVER,
                              .interval = network_time(record->interval_ms),
                              .stop = times ? network_time(record->stop_ms) : SIM_TIME_NEVER,
                              .at_end = record->at_end};
        if (record->interval_ms > 0 && network->weights[i].interval < 1) {
            return sl_fail(error, SALTUS_E_EXPERIMENT,
                           "weight record %zu: interval %g ms found, it must be 0 or at least "
                           "1e-11 ms",
                           i, record->interval_ms);
        }
    }
    return SALTUS_OK;
}

saltus_status sl_network_add_inputs(saltus_network *network, const saltus_experiment *experiment,
                                    saltus_error *error)
{
    const size_t count = experiment->input_count;
    network->inputs = sl_memory_zeroed(count, sizeof *network->inputs);
    if (network->inputs == NULL) {
        return sl_fail_memory(error);
    }
    network->input_count = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        const saltus_status status =
            add_input(network, &experiment->inputs[i], &network->inputs[i], error);
        if (status) {
            return status;
        }
    }
    const saltus_status status = add_potentials(network, experiment, error);
    return status ? status : add_weights(network, experiment, error);
}
