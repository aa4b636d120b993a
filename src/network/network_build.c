/* network_build - the stages in order, after the size has been found to fit. */
#include "network/network_build.h"

#include "base/memory.h"
#include "network/block_cutter.h"

#define GIB (1024.0 * 1024 * 1024)

saltus_network_options saltus_network_options_default(void)
{
    return (saltus_network_options){.struct_size = sizeof(saltus_network_options)};
}

/* Options as given or the defaults; refused when they are of another version. */
static saltus_status take_options(const saltus_network_options *given,
                                  saltus_network_options *options, saltus_error *error)
{
    *options = given != NULL ? *given : saltus_network_options_default();
    if (options->struct_size != sizeof *options) {
        return sl_fail(error, SALTUS_E_ARGUMENT,
                       "network options have struct_size %u, not %zu; get them from "
                       "saltus_network_options_default()",
                       options->struct_size, sizeof *options);
    }
    return SALTUS_OK;
}

saltus_status saltus_network_estimate(const saltus_experiment *experiment,
                                      const saltus_network_options *options,
                                      saltus_network_size *size, saltus_error *error)
{
    if (experiment == NULL || size == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "experiment and size must not be NULL");
    }
    saltus_network_options own;
    const saltus_status status = take_options(options, &own, error);
    return status ? status : sl_network_size(experiment, &own, NULL, size, error);
}

static saltus_status check_limit(const saltus_experiment *experiment,
                                 const saltus_network_options *options, saltus_error *error)
{
    saltus_network_size size;
    const saltus_status status = sl_network_size(experiment, options, NULL, &size, error);
    if (status || options->memory_limit == 0 || size.total_bytes <= options->memory_limit) {
        return status;
    }
    return sl_fail(
        error, SALTUS_E_MEMORY,
        "the network would need about %.3g GiB (%llu synapses %.3g GiB, rows %.3g GiB, "
        "learning and release %.3g GiB, its spike logs %.3g GiB, %llu neurons %.3g GiB, inputs "
        "%.3g GiB, building %.3g GiB), the limit is %.3g GiB",
        (double)size.total_bytes / GIB, (unsigned long long)size.synapses,
        (double)size.synapse_bytes / GIB, (double)size.row_bytes / GIB,
        (double)size.plastic_bytes / GIB, (double)size.log_bytes / GIB,
        (unsigned long long)size.neurons, (double)size.neuron_bytes / GIB,
        (double)size.input_bytes / GIB, (double)size.build_bytes / GIB,
        (double)options->memory_limit / GIB);
}

/* How long a run goes on does not change the network. */
static uint64_t identity_of(const saltus_experiment *experiment)
{
    saltus_experiment timeless = *experiment;
    timeless.duration_ms = 0;
    return saltus_experiment_hash(&timeless);
}

static saltus_status build(saltus_network *network, const saltus_experiment *experiment,
                           const saltus_network_options *options, saltus_error *error)
{
    network->seed = experiment->seed;
    network->identity = identity_of(experiment);
    saltus_status status = sl_network_add_populations(network, experiment, error);
    if (!status) {
        status = sl_network_add_inputs(network, experiment, error);
    }
    if (!status) {
        status = sl_network_add_modulators(network, experiment, error);
    }
    if (!status) {
        status = sl_network_add_faults(network, experiment, error);
    }
    if (!status) {
        status = sl_network_add_groups(network, experiment, options, error);
    }
    if (!status) {
        status =
            sl_network_add_projections(network, experiment, sl_network_threads(options), error);
    }
    if (!status) {
        status = sl_network_add_outgoing(network, error);
    }
    if (!status) {
        status = sl_network_size(experiment, options, network, &network->size, error);
    }
    return status;
}

saltus_status saltus_network_build(const saltus_experiment *experiment,
                                   const saltus_network_options *options, saltus_network **out,
                                   saltus_error *error)
{
    if (out == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "out must not be NULL");
    }
    *out = NULL;
    if (experiment == NULL) {
        return sl_fail(error, SALTUS_E_ARGUMENT, "experiment must not be NULL");
    }
    saltus_network_options own;
    saltus_status status = take_options(options, &own, error);
    if (!status) {
        status = check_limit(experiment, &own, error);
    }
    if (status) {
        return status;
    }
    saltus_network *network = sl_memory_zeroed(1, sizeof *network);
    if (network == NULL) {
        return sl_fail_memory(error);
    }
    status = build(network, experiment, &own, error);
    if (status) {
        saltus_network_destroy(network);
        return status;
    }
    *out = network;
    return SALTUS_OK;
}
