/* test_network_size - estimates against what is built, limits, refusals, delays on the way out. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "experiment/experiment.h"
#include "net_fixture.h"
#include "network/network.h"
#include "saltus/saltus.h"
#include "support/suite.h"

static saltus_network_size estimate(const saltus_experiment *experiment, uint32_t block_neurons)
{
    saltus_network_options options = saltus_network_options_default();
    options.threads = 2;
    options.block_neurons = block_neurons;
    saltus_network_size size;
    saltus_error error = {0};
    ck_assert_msg(!saltus_network_estimate(experiment, &options, &size, &error), "%s",
                  error.message);
    return size;
}

START_TEST(estimates_of_fixed_rules_equal_the_sizes_built)
{
    const saltus_rule rules[] = {SALTUS_RULE_ALL_TO_ALL, SALTUS_RULE_ONE_TO_ONE,
                                 SALTUS_RULE_FIXED_INDEGREE, SALTUS_RULE_FIXED_OUTDEGREE,
                                 SALTUS_RULE_FIXED_TOTAL_NUMBER};
    saltus_experiment *experiment = fixture_experiment(1500, 1500);
    for (size_t r = 0; r < 5; r++) {
        saltus_projection_spec spec = fixture_projection(0, 1, rules[r]);
        spec.count = 20;
        spec.weight_mV = r % 2 == 0 ? saltus_constant(1) : saltus_normal(1, 0.1);
        spec.delay_ms = r < 3 ? saltus_constant(1) : saltus_uniform(1, 2);
        fixture_connect(experiment, &spec);
    }
    const uint32_t blocks[] = {0, 1024, 2048};
    for (size_t b = 0; b < 3; b++) {
        const saltus_network_size expected = estimate(experiment, blocks[b]);
        saltus_network *network = fixture_build(experiment, 2, blocks[b]);
        const saltus_network_size size = saltus_network_get_size(network);
        ck_assert_int_eq(memcmp(&expected, &size, sizeof size), 0);
        ck_assert_uint_eq(size.neurons, 3000);

        /* What the arrays hold. */
        uint64_t synapses = 0;
        uint64_t rows = 0;
        for (uint32_t i = 0; i < network->projection_count; i++) {
            for (uint32_t k = 0; k < network->block_count; k++) {
                const fan_out *now = &network->projections[i].blocks[k];
                synapses += now->row != NULL ? now->row[1500] : 0;
                rows += now->row != NULL ? 1501 : 0;
            }
        }
        ck_assert_uint_eq(size.synapses, synapses);
        ck_assert_uint_eq(size.row_bytes, 4 * rows);
        ck_assert_uint_ge(size.total_bytes, size.synapse_bytes + size.row_bytes);
        saltus_network_destroy(network);
    }
    saltus_experiment_destroy(experiment);
}
END_TEST

START_TEST(estimates_of_bernoulli_lie_six_deviations_above_the_mean)
{
    saltus_experiment *experiment = fixture_experiment(1000, 1000);
    saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_PAIRWISE_BERNOULLI);
    spec.probability = 0.1;
    fixture_connect(experiment, &spec);
    saltus_projection_size size;
    ck_assert_int_eq(saltus_network_estimate_projection(experiment, 0, &size), SALTUS_OK);
    ck_assert_uint_eq(size.synapses, 101800);
    ck_assert_uint_eq(size.network_bytes, 4);
    ck_assert_uint_eq(size.simulation_bytes + size.source_bytes + size.target_bytes, 0);
    ck_assert_int_eq(saltus_network_estimate_projection(experiment, 1, &size), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_network_estimate_projection(experiment, 0, NULL), SALTUS_E_ARGUMENT);
    saltus_experiment_destroy(experiment);
}
END_TEST

/* Bytes a neuron of a population of 10,000 with these receptors. */
static double bytes_of_neuron(saltus_model model, uint32_t receptor_count, double tau_rise_ms)
{
    saltus_experiment *experiment = NULL;
    ck_assert_int_eq(saltus_experiment_create("size", &experiment), SALTUS_OK);
    static const char *const names[] = {"a", "b", "c", "d"};
    saltus_population_spec spec = saltus_population_spec_default();
    spec.name = "X";
    spec.size = 10240;
    spec.model = model;
    spec.receptor_count = receptor_count;
    for (uint32_t i = 0; i < receptor_count; i++) {
        spec.receptors[i] = (saltus_receptor){
            .name = names[i], .tau_ms = 5, .tau_rise_ms = i == 0 ? tau_rise_ms : 0};
    }
    ck_assert_int_eq(saltus_experiment_add_population(experiment, &spec, NULL, NULL), SALTUS_OK);
    const saltus_network_size size = estimate(experiment, 0);
    saltus_experiment_destroy(experiment);
    return (double)size.neuron_bytes / spec.size;
}

/* One coordinate of a current that jumps, two of one that rises, kept twice; the membrane when the
 * crossing was predicted, and the time of that. */
START_TEST(currents_are_counted_with_the_neurons)
{
    const double membrane = bytes_of_neuron(SALTUS_MODEL_LIF_DELTA, 1, 0);
    ck_assert(bytes_of_neuron(SALTUS_MODEL_LIF_EXP, 1, 0) == membrane + 32);
    ck_assert(bytes_of_neuron(SALTUS_MODEL_LIF_EXP, 2, 0) == membrane + 48);
    ck_assert(bytes_of_neuron(SALTUS_MODEL_LIF_EXP, 2, 1) == membrane + 64);
    ck_assert(bytes_of_neuron(SALTUS_MODEL_LIF_ALPHA, 1, 0) == membrane + 48);
    ck_assert(bytes_of_neuron(SALTUS_MODEL_LIF_ALPHA, 4, 0) == membrane + 144);
}
END_TEST

START_TEST(a_network_over_the_memory_limit_is_refused_with_numbers)
{
    saltus_experiment *experiment = fixture_experiment(1000000, 0);
    saltus_projection_spec spec = fixture_projection(0, 0, SALTUS_RULE_FIXED_INDEGREE);
    spec.count = 10000;
    fixture_connect(experiment, &spec);
    saltus_network_options options = saltus_network_options_default();
    options.memory_limit = UINT64_C(4) << 30;
    saltus_network *network = NULL;
    saltus_error error = {0};
    ck_assert_int_eq(saltus_network_build(experiment, &options, &network, &error), SALTUS_E_MEMORY);
    ck_assert_ptr_null(network);
    ck_assert_ptr_nonnull(strstr(error.message, "37.3 GiB"));
    ck_assert_ptr_nonnull(strstr(error.message, "the limit is 4 GiB"));
    saltus_experiment_destroy(experiment);

    /* Exactly enough is enough. */
    experiment = fixture_experiment(100, 0);
    spec.count = 10;
    fixture_connect(experiment, &spec);
    options.threads = 2;
    options.memory_limit = estimate(experiment, 0).total_bytes;
    ck_assert_int_eq(saltus_network_build(experiment, &options, &network, &error), SALTUS_OK);
    saltus_network_destroy(network);
    options.memory_limit--;
    ck_assert_int_eq(saltus_network_build(experiment, &options, &network, &error), SALTUS_E_MEMORY);
    saltus_experiment_destroy(experiment);
}
END_TEST

START_TEST(rows_that_32_bits_cannot_count_are_refused)
{
    saltus_experiment *experiment = fixture_experiment(100000, 0);
    saltus_projection_spec spec = fixture_projection(0, 0, SALTUS_RULE_FIXED_INDEGREE);
    spec.count = 50000;
    fixture_connect(experiment, &spec);
    saltus_network_options options = saltus_network_options_default();
    options.threads = 1;
    saltus_network *network = NULL;
    saltus_error error = {0};
    ck_assert_int_eq(saltus_network_build(experiment, &options, &network, &error), SALTUS_E_MEMORY);
    ck_assert_ptr_null(network);
    ck_assert_ptr_nonnull(strstr(error.message, "A->A"));
    ck_assert_ptr_nonnull(strstr(error.message, "4294967295"));
    saltus_experiment_destroy(experiment);
}
END_TEST

START_TEST(sums_of_the_largest_networks_do_not_overflow)
{
    saltus_experiment *experiment = fixture_experiment(1000000000, 1000000000);
    saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_ALL_TO_ALL);
    spec.delay_ms = saltus_uniform(1, 2);
    fixture_connect(experiment, &spec);
    fixture_connect(experiment, &spec);
    const saltus_network_size size = estimate(experiment, 0);
    ck_assert_uint_eq(size.synapses, UINT64_C(2000000000000000000));
    ck_assert_uint_eq(size.synapse_bytes, UINT64_MAX);
    ck_assert_uint_eq(size.total_bytes, UINT64_MAX);
    saltus_experiment_destroy(experiment);
}
END_TEST

/* Build what the checks of a description would not let through. */
static void check_refused(saltus_experiment *experiment, const char *words)
{
    saltus_network *network = NULL;
    saltus_error error = {0};
    ck_assert_int_eq(saltus_network_build(experiment, NULL, &network, &error), SALTUS_E_EXPERIMENT);
    ck_assert_ptr_null(network);
    ck_assert_msg(strstr(error.message, words) != NULL, "%s", error.message);
}

START_TEST(what_cannot_be_drawn_is_refused)
{
    saltus_experiment *experiment = fixture_experiment(10, 20);
    saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_FIXED_INDEGREE);
    spec.count = 5;
    fixture_connect(experiment, &spec);
    saltus_projection_spec *p = &experiment->projections[0];
    p->multapses = false;
    p->count = 11;
    check_refused(experiment, "11 distinct sources, but there are only 10");
    p->rule = SALTUS_RULE_FIXED_OUTDEGREE;
    p->count = 21;
    check_refused(experiment, "21 distinct targets, but there are only 20");
    p->rule = SALTUS_RULE_FIXED_TOTAL_NUMBER;
    p->count = 201;
    check_refused(experiment, "only 200");
    p->rule = SALTUS_RULE_ONE_TO_ONE;
    check_refused(experiment, "10 sources and 20 targets");
    p->rule = SALTUS_RULE_ALL_TO_ALL;
    p->weight_mV = saltus_normal(0, 1);
    p->weight_mV.low = 100;
    check_refused(experiment, "weight");
    p->weight_mV = saltus_constant(1);
    p->delay_ms = saltus_normal(1, 0.1);
    p->delay_ms.low = 50;
    check_refused(experiment, "delay");
    p->delay_ms = saltus_constant(0);
    check_refused(experiment, "delay 0 ms");
    experiment->populations[0].i_e_pA = saltus_normal(0, 1);
    experiment->populations[0].i_e_pA.low = 100;
    check_refused(experiment, "population A: no i_e");
    saltus_experiment_destroy(experiment);
}
END_TEST

START_TEST(wrong_arguments_are_refused)
{
    saltus_experiment *experiment = fixture_experiment(1, 0);
    saltus_network_options options = saltus_network_options_default();
    options.struct_size = 1;
    saltus_network *network = NULL;
    saltus_network_size size;
    ck_assert_int_eq(saltus_network_build(experiment, &options, &network, NULL), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_network_build(NULL, NULL, &network, NULL), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_network_build(experiment, NULL, NULL, NULL), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_network_estimate(experiment, &options, &size, NULL), SALTUS_E_ARGUMENT);
    ck_assert_int_eq(saltus_network_estimate(NULL, NULL, &size, NULL), SALTUS_E_ARGUMENT);
    saltus_network_destroy(NULL);
    saltus_experiment_destroy(experiment);
}
END_TEST

START_TEST(one_neuron_and_one_synapse_are_a_network)
{
    saltus_experiment *experiment = fixture_experiment(1, 0);
    saltus_network *network = fixture_build(experiment, 1, 0);
    ck_assert(isinf(saltus_network_min_delay_ms(network)));
    ck_assert_int_eq(network->outgoing[0].max_delay, -1);
    saltus_network_destroy(network);

    saltus_projection_spec spec = fixture_projection(0, 0, SALTUS_RULE_ONE_TO_ONE);
    fixture_connect(experiment, &spec);
    network = fixture_build(experiment, 4, 0);
    ck_assert_uint_eq(saltus_network_projection_synapses(network, 0), 1);
    ck_assert_str_eq(saltus_network_projection_name(network, 0), "A->A");
    ck_assert(saltus_network_min_delay_ms(network) == 1.5);
    ck_assert_uint_eq(saltus_network_get_size(network).synapse_bytes, 4);
    saltus_network_destroy(network);
    saltus_experiment_destroy(experiment);
}
END_TEST

/* ---- Delays on the way out ---------------------------------------------------------- */

/* Smallest delay >= from by looking at every synapse. */
static sim_time next_by_force(const saltus_network *network, uint32_t source, sim_time from)
{
    sim_time best = SIM_TIME_NEVER;
    for (uint32_t i = 0; i < network->projection_count; i++) {
        const projection *p = &network->projections[i];
        if (p->source != 0 || p->synapses == 0) {
            continue;
        }
        if (!p->own_delay && p->delay >= from && p->delay < best) {
            best = p->delay;
        }
        for (uint32_t b = 0; p->own_delay && b < network->block_count; b++) {
            const fan_out *rows = &p->blocks[b];
            for (uint32_t k = rows->row != NULL ? rows->row[source] : 1;
                 rows->row != NULL && k < rows->row[source + 1]; k++) {
                if (rows->delay[k] >= from && rows->delay[k] < best) {
                    best = rows->delay[k];
                }
            }
        }
    }
    return best;
}

static saltus_network *delayed_network(void)
{
    saltus_experiment *experiment = fixture_experiment(40, 2500);
    const double constants[] = {1.5, 0.7, 1.5, 3.25};
    for (size_t i = 0; i < 4; i++) {
        saltus_projection_spec spec = fixture_projection(0, 1, SALTUS_RULE_FIXED_OUTDEGREE);
        spec.count = 3;
        spec.delay_ms = saltus_constant(constants[i]);
        fixture_connect(experiment, &spec);
        spec.delay_ms = saltus_uniform(0.5 + 0.3 * (double)i, 4);
        fixture_connect(experiment, &spec);
    }
    saltus_projection_spec empty = fixture_projection(0, 1, SALTUS_RULE_FIXED_INDEGREE);
    empty.delay_ms = saltus_constant(0.1);
    empty.count = 0;
    fixture_connect(experiment, &empty);
    saltus_network *network = fixture_build(experiment, 2, 1024);
    saltus_experiment_destroy(experiment);
    return network;
}

START_TEST(outgoing_delays_are_classed)
{
    saltus_network *network = delayed_network();
    const outgoing *out = &network->outgoing[0];
    ck_assert_uint_eq(out->class_count, 3);
    ck_assert_uint_eq(out->own_delay_count, 4);
    ck_assert_int_eq(out->classes[0].delay, 70000000000);
    ck_assert_uint_eq(out->classes[0].count, 1);
    ck_assert_uint_eq(out->classes[0].projections[0], 2);
    ck_assert_int_eq(out->classes[1].delay, 150000000000);
    ck_assert_uint_eq(out->classes[1].count, 2);
    ck_assert_uint_eq(out->classes[1].projections[0], 0);
    ck_assert_uint_eq(out->classes[1].projections[1], 4);
    ck_assert_uint_eq(out->classes[2].projections[0], 6);
    for (uint32_t i = 0; i < 4; i++) {
        ck_assert_uint_eq(out->own_delay[i], 2 * i + 1);
    }
    ck_assert_int_eq(out->max_delay > 325000000000, 1);
    ck_assert_int_eq(network->outgoing[1].max_delay, -1);
    ck_assert_int_ge(network->min_delay, 50000000000);
    ck_assert_int_le(network->min_delay, 70000000000);
    saltus_network_destroy(network);
}
END_TEST

START_TEST(the_next_delay_equals_brute_force)
{
    saltus_network *network = delayed_network();
    random_stream stream = random_stream_at(3, RANDOM_CONNECT, 0, 0);
    bool good = true;
    for (uint32_t i = 0; i < 4000; i++) {
        const uint32_t source = (uint32_t)sl_random_below(&stream, 40);
        const sim_time from = (sim_time)sl_random_below(&stream, 420000000000);
        const sim_time next = next_by_force(network, source, from);
        good &= sl_network_next_delay(network, source, from) == next;
        /* From the delay itself, and from just behind it. */
        if (next != SIM_TIME_NEVER) {
            good &= sl_network_next_delay(network, source, next) == next;
            good &= sl_network_next_delay(network, source, next + 1) ==
                    next_by_force(network, source, next + 1);
        }
    }
    ck_assert(good);
    ck_assert_int_eq(sl_network_next_delay(network, 50, 0), SIM_TIME_NEVER);
    saltus_network_destroy(network);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {estimates_of_fixed_rules_equal_the_sizes_built,
                                  estimates_of_bernoulli_lie_six_deviations_above_the_mean,
                                  currents_are_counted_with_the_neurons,
                                  a_network_over_the_memory_limit_is_refused_with_numbers,
                                  rows_that_32_bits_cannot_count_are_refused,
                                  sums_of_the_largest_networks_do_not_overflow,
                                  what_cannot_be_drawn_is_refused,
                                  wrong_arguments_are_refused,
                                  one_neuron_and_one_synapse_are_a_network,
                                  outgoing_delays_are_classed,
                                  the_next_delay_equals_brute_force};
    return SUITE_RUN("network_size", tests);
}
