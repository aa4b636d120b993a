/* net_fixture - see net_fixture.h. */
#include "net_fixture.h"

#include <stdlib.h>

#include "support/suite.h"

#define LARGEST_POPULATION 1000000u

saltus_experiment *fixture_experiment(uint32_t a, uint32_t b)
{
    saltus_experiment *experiment = NULL;
    ck_assert_int_eq(saltus_experiment_create("fixture", &experiment), SALTUS_OK);
    saltus_population_spec spec = saltus_population_spec_default();
    saltus_error error = {0};
    spec.name = "A";
    spec.size = a;
    spec.positions = (saltus_positions_spec){
        .kind = SALTUS_POSITIONS_GRID, .dimensions = 1, .shape = {a}, .spacing_um = {1}};
    ck_assert_msg(!saltus_experiment_add_population(experiment, &spec, NULL, &error), "%s",
                  error.message);
    if (b > 0) {
        spec.name = "B";
        spec.size = b;
        spec.positions.shape[0] = b;
        ck_assert_msg(!saltus_experiment_add_population(experiment, &spec, NULL, &error), "%s",
                      error.message);
    }
    return experiment;
}

void fixture_connect(saltus_experiment *experiment, const saltus_projection_spec *spec)
{
    saltus_error error = {0};
    ck_assert_msg(!saltus_experiment_add_projection(experiment, spec, NULL, &error), "%s",
                  error.message);
}

saltus_projection_spec fixture_projection(uint32_t source, uint32_t target, saltus_rule rule)
{
    saltus_projection_spec spec = saltus_projection_spec_default();
    spec.source = source;
    spec.target = target;
    spec.rule = rule;
    spec.weight_mV = saltus_constant(0.5);
    spec.delay_ms = saltus_constant(1.5);
    return spec;
}

saltus_network *fixture_build(const saltus_experiment *experiment, uint32_t threads,
                              uint32_t block_neurons)
{
    saltus_network_options options = saltus_network_options_default();
    options.threads = threads > 0 ? threads : 1;
    options.block_neurons = block_neurons;
    saltus_network *network = NULL;
    saltus_error error = {0};
    ck_assert_msg(!saltus_network_build(experiment, &options, &network, &error), "%s",
                  error.message);
    return network;
}

saltus_network *fixture_network(uint32_t a, uint32_t b, const saltus_projection_spec *spec)
{
    saltus_experiment *experiment = fixture_experiment(a, b);
    fixture_connect(experiment, spec);
    saltus_network *network = fixture_build(experiment, 1, 0);
    saltus_experiment_destroy(experiment);
    return network;
}

saltus_synapse *fixture_synapses(const saltus_network *network, uint32_t projection, size_t *count)
{
    const size_t total = saltus_network_projection_synapses(network, projection);
    saltus_synapse *synapses = calloc(total + 1, sizeof *synapses);
    ck_assert_ptr_nonnull(synapses);
    *count = 0;
    /* Beyond the source population there is nothing to read. */
    for (uint32_t source = 0; source < LARGEST_POPULATION && *count < total; source++) {
        *count += saltus_network_read_synapses(network, projection, source, synapses + *count,
                                               total - *count);
    }
    ck_assert_uint_eq(*count, total);
    return synapses;
}

double fixture_chi_square(const uint64_t *observed, size_t cells)
{
    uint64_t total = 0;
    for (size_t i = 0; i < cells; i++) {
        total += observed[i];
    }
    const double expected = (double)total / (double)cells;
    double sum = 0;
    for (size_t i = 0; i < cells; i++) {
        const double difference = (double)observed[i] - expected;
        sum += difference * difference / expected;
    }
    return sum;
}
